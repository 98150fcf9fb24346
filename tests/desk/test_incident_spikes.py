"""An incident is likely: this hour against the same hours of four weeks, one open alert for a brand, told to the leads."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.alerts import alerts
from desk.incidents import incident_cases, incident_spikes
from desk.settings import AlertRules, DeskSettings
from storage.database import Database
from storage.models import Alert, CoverageGap, Notice, RollupHour
from storage.words import AlertKind, Intent, NoticeKind, Urgency
from tests.support.crisis import incident
from tests.support.desk import MINUTE, NOON, Shop, lead

RULES = AlertRules()
WEEK = timedelta(days=7)


def counted(session: Session, scope: int, numbers: Sequence[int], measure: str = "complaint") -> None:
    """This hour's number, then those of the same hours of the weeks before."""
    for weeks, number in enumerate(numbers):
        session.merge(RollupHour(hour=NOON - weeks * WEEK, scope=scope, **{measure: number}))
    session.flush()


@pytest.mark.parametrize(
    ("numbers", "is_likely"),
    [
        ([9, 0, 0, 0, 0], False),
        ([10, 0, 0, 0, 0], True),
        ([10], True),
        ([29, 10, 10, 10, 10], False),
        ([30, 10, 10, 10, 10], True),
        ([30, 10, 10, 10, 400], True),
        ([40, 15, 15, 1, 15], False),
    ],
)
@pytest.mark.parametrize("measure", ["complaint", "high"])
def test_what_stands_out(database: Database, numbers: list[int], is_likely: bool, measure: str) -> None:
    with database.write() as session:
        shop = Shop(session)
        counted(session, -shop.brand.id, numbers, measure)
        found = list(incident_spikes.spikes(session, rules=RULES, now=NOON + 5 * MINUTE))
        assert [(spike.brand_id, spike.number) for spike in found] == ([(shop.brand.id, numbers[0])] if is_likely else [])


def test_one_feed_that_stands_out_is_named(database: Database) -> None:
    with database.write() as session:
        shop = Shop(session)
        counted(session, -shop.brand.id, [60, 50, 50, 50, 50])
        counted(session, shop.feed.id, [40, 2, 2, 2, 2])
        (spike,) = incident_spikes.spikes(session, rules=RULES, now=NOON)
        assert (spike.feed, spike.number, spike.usual) == (shop.feed.name, 40, 2.0)


def test_one_alert_for_a_brand_names_five_cases_and_ends(database: Database) -> None:
    with database.write() as session:
        lea, shop = lead(session), Shop(session)
        cases = [shop.case(f"Secret words {n}", intent=Intent.COMPLAINT, urgency=Urgency.HIGH if n == 6 else None) for n in range(7)]
        counted(session, -shop.brand.id, [12, 1, 1, 1, 1])
        settings = DeskSettings()
        alerts.refresh(session, settings=settings, now=NOON + MINUTE)
        alerts.refresh(session, settings=settings, now=NOON + 2 * MINUTE)
        (alert,) = session.scalars(select(Alert).where(Alert.kind == AlertKind.INCIDENT_LIKELY)).all()
        assert f"#{cases[6].id}, #{cases[0].id}" in alert.text
        assert alert.text.count("#") == 5
        assert "Secret" not in alert.text
        assert "12 complaints or urgent posts" in alert.text
        (notice,) = session.scalars(select(Notice).where(Notice.kind == NoticeKind.INCIDENT)).all()
        assert notice.person_id == lea.id
        alerts.refresh(session, settings=settings, now=NOON + timedelta(hours=2))
        session.flush()
        assert alert.ended_at is not None


def test_what_an_open_incident_has_is_suggested_no_more_and_hides_nothing_else(database: Database) -> None:
    with database.write() as session:
        lea, shop = lead(session), Shop(session)
        cases = [shop.case(intent=Intent.COMPLAINT) for _ in range(6)]
        counted(session, -shop.brand.id, [15])
        counted(session, -shop.rival().brand_id, [50])
        outage = incident(session, lea).id
        incident_cases.attach(session, outage, [case.id for case in cases[:5]], by=lea, now=NOON)
        (spike,) = incident_spikes.spikes(session, rules=RULES, now=NOON)
        assert spike.number == 10
        assert [post.case_id for post in incident_spikes.top(session, spike)] == [cases[5].id]
        incident_cases.attach(session, outage, [cases[5].id], by=lea, now=NOON)
        assert list(incident_spikes.spikes(session, rules=RULES, now=NOON)) == []


@pytest.mark.parametrize(("blind_weeks", "is_likely"), [((), True), ((1,), True), ((1, 2, 3), False)])
def test_an_hour_in_which_we_were_blind_is_no_quiet_one(database: Database, blind_weeks: Sequence[int], is_likely: bool) -> None:
    with database.write() as session:
        shop = Shop(session)
        counted(session, -shop.brand.id, [20, 0, 0, 0, 8])
        for week in blind_weeks:
            missed = {"since": NOON - week * WEEK, "until": NOON - week * WEEK + timedelta(hours=1), "why": "nobody listened"}
            session.add(CoverageGap(feed_id=shop.feed.id, found_at=NOON, **missed))
        session.flush()
        assert bool(list(incident_spikes.spikes(session, rules=RULES, now=NOON))) is is_likely


def test_what_is_private_is_no_top_post(database: Database) -> None:
    with database.write() as session:
        shop = Shop(session)
        shop.case("hidden", intent=Intent.COMPLAINT, is_private=True)
        shown = shop.case("shown", intent=Intent.COMPLAINT)
        counted(session, -shop.brand.id, [12])
        (spike,) = incident_spikes.spikes(session, rules=RULES, now=NOON)
        assert [(post.text, post.case_id) for post in incident_spikes.top(session, spike)] == [("shown", shown.id)]
