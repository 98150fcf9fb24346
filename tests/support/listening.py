"""A workspace that listens: feeds by a plan, pages as a source would bring them, verdicts as an engine would give them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.feeds import feeds
from desk.feeds.feeds import AccountPlan, BrandPlan, FeedDraft, LeasedFeed, WorkspacePlan
from desk.intake import ingest
from desk.intake.ingest import Ingested
from desk.labels import triage
from desk.labels.triage import Recorded
from desk.labels.verdict import Answer, Verdict
from desk.post import Page, Post, PostAuthor
from desk.settings import DeskSettings
from storage.models import Feed, Mention
from storage.words import BrandKind, Intent, Sentiment, Urgency

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
LEASE = timedelta(minutes=5)
SETTINGS = DeskSettings()

PLAN = WorkspacePlan(
    brands=(BrandPlan("Acme"), BrandPlan("Rival", BrandKind.COMPETITOR)),
    credentials=(("main", "x"),),
    accounts=(AccountPlan("Acme Care", "Acme", "x", "", "AcmeCare", "main", "^{initials}"),),
    feeds=(
        FeedDraft("acme", "x", "search", "acme", "Acme", "main"),
        FeedDraft("mentions", "x", "mentions", "", "Acme", "main"),
        FeedDraft("rival", "x", "search", "rival", "Rival", "main"),
        FeedDraft("forum", "rss", "feed", "", "Acme", None, site="forum.example"),
    ),
)


def listening(session: Session, plan: WorkspacePlan = PLAN, *, now: datetime = NOON) -> None:
    """The workspace as `plan` says."""
    feeds.sync(session, plan, now=now)


def feed_id(session: Session, name: str = "acme") -> int:
    return session.scalars(select(Feed.id).where(Feed.name == name)).one()


def post(external_id: str = "1", text: str = "My parcel has not arrived", *, by: str = "ana", at: datetime = NOON, **other: Any) -> Post:
    """A post by a customer, in a thread of its own unless told otherwise."""
    author = other.pop("author", None) or PostAuthor(f"u-{by}", by, by.title(), other.pop("reach", None))
    told = {"thread_id": external_id, "url": f"https://x.example/{external_id}", "raw": {"id": external_id, "text": text}, **other}
    return Post(external_id=external_id, author=author, text=text, posted_at=at, **told)


def leased(session: Session, name: str = "acme", *, now: datetime = NOON) -> LeasedFeed:
    return feeds.lease_one(session, name, "worker", now=now, lease=LEASE)


def poll(session: Session, *posts: Post, feed: str = "acme", now: datetime = NOON, **page: Any) -> Ingested:
    """One look at a feed that brought these posts."""
    given = {"posts": posts, "cursor": "c1", **page}
    return ingest.record_page(session, leased(session, feed, now=now), Page(**given), settings=SETTINGS, now=now)


def answer(label: Any, confidence: float = 0.92) -> Answer[Any]:
    return Answer(label, confidence, {str(label): confidence})


def verdict(
    sentiment: Sentiment = Sentiment.NEGATIVE,
    intent: Intent = Intent.COMPLAINT,
    *,
    needs_reply: bool = True,
    urgency: Urgency = Urgency.NORMAL,
    abusive: bool = False,
    unsure: Sequence[str] = (),
) -> Verdict:
    return Verdict(
        answer(sentiment), answer(intent), answer(needs_reply), answer(urgency), answer(abusive), answer("en"), unsure=tuple(unsure)
    )


NO_MATTER = verdict(Sentiment.NEUTRAL, Intent.OTHER, needs_reply=False, urgency=Urgency.LOW)
THANKS = verdict(Sentiment.POSITIVE, Intent.PRAISE, needs_reply=False, urgency=Urgency.LOW)


def classify(session: Session, said: Verdict | None = None, *, now: datetime = NOON, version: str = "1", **by_text: Verdict) -> Recorded:
    """Everything that waits gets a verdict: that of `by_text` whose name its text contains, else `said`."""
    waiting = triage.lease(session, "worker", now=now, limit=100, lease=LEASE)
    results = [(w, next((v for name, v in by_text.items() if name in w.text), said or verdict())) for w in waiting]
    return triage.record(session, results, engine="fake", version=version, settings=SETTINGS, now=now)


def mention(session: Session, external_id: str = "1") -> Mention:
    return session.scalars(select(Mention).where(Mention.external_id == external_id).execution_options(populate_existing=True)).one()


def how_many(session: Session, table: Any, *where: Any) -> int:
    return session.scalar(select(func.count()).select_from(table).where(*where)) or 0
