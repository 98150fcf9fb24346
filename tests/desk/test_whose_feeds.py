"""A source is told whether a feed belongs to a brand of our own."""

from datetime import timedelta

from desk.feeds import feeds
from desk.feeds.plan import BrandPlan, FeedDraft, WorkspacePlan
from desk.intake import leases
from storage.database import Database
from storage.words import BrandKind

BRANDS = {"Acme": BrandKind.OWN, "Rival": BrandKind.COMPETITOR, "Kettles": BrandKind.TOPIC}


def of(brand: str) -> FeedDraft:
    return FeedDraft(f"feed of {brand}", "appstore", "public", "", brand, None, options={"app": "42", "public": True})


def test_a_source_is_told_whose_feed_it_looks_at(database: Database) -> None:
    plan = WorkspacePlan(tuple(BrandPlan(name, kind) for name, kind in BRANDS.items()), (), (), tuple(of(name) for name in BRANDS))
    with database.write() as session:
        now = database.now()
        feeds.sync(session, plan, now=now)
        found = {
            leased.spec.name: leased.spec.is_own for leased in feeds.lease_due(session, "w", now=now, limit=9, lease=timedelta(minutes=5))
        }
        assert found == {"feed of Acme": True, "feed of Rival": False, "feed of Kettles": False}
        assert [leases.spec_of_draft(session, of(name)).is_own for name in BRANDS] == [True, False, False]
        assert leases.spec_called(session, "feed of Acme").is_own
