"""One cause may be at work: far more complaints, or posts of high urgency, in an hour than in the same hours of other weeks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Session

from desk.alerts import notices
from desk.feeds import blindness
from desk.incidents import incidents
from desk.settings import AlertRules
from storage.models import Alert, Brand, Case, Catch, Feed, Incident, Mention, RollupHour
from storage.words import AlertKind, BrandKind, Intent, NoticeKind, Urgency

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)
WEEKS = 4
TOP = 5
MEASURES = ("complaint", "high")


@dataclass(frozen=True, slots=True)
class Spike:
    """`number` posts in the hour from `hour` where `usual` is the median of the same hours of the last four weeks. `feed` where one alone stands out."""

    brand_id: int
    brand: str
    feed: str
    hour: datetime
    number: int
    usual: float


@dataclass(frozen=True, slots=True)
class TopPost:
    """One of the posts behind a spike; the farthest reaching first."""

    mention_id: int
    case_id: int | None
    text: str
    url: str
    posted_at: datetime
    is_abusive: bool


def spikes(session: Session, *, rules: AlertRules, now: datetime) -> Iterator[Spike]:
    """Of each brand of ours the worst one of this hour and the last, beside the cases that an open incident has already."""
    ours = select(Brand).where(Brand.kind == BrandKind.OWN).order_by(Brand.id)
    for brand in session.scalars(ours):
        feeds = select(Feed.id, Feed.name).where(Feed.brand_id == brand.id, ~Feed.retired).order_by(Feed.id)
        scopes = {-brand.id: "", **{row.id: row.name for row in session.execute(feeds)}}
        found = [spike for scope, name in scopes.items() if (spike := _of_scope(session, brand, scope, name, rules=rules, now=now))]
        if found:
            yield max(found, key=lambda spike: (spike.number, not spike.feed))


def top(session: Session, spike: Spike) -> list[TopPost]:
    """The five posts of that hour that reach most people, urgent ones first."""
    since = spike.hour
    caught = exists().where(Catch.mention_id == Mention.id, Catch.feed_id == Feed.id, Feed.brand_id == spike.brand_id)
    pressing = or_(Mention.intent == Intent.COMPLAINT, Mention.urgency == Urgency.HIGH)
    told = (
        (Mention.bucket_at >= since) & (Mention.bucket_at < since + HOUR) & Mention.deleted_at.is_(None) & ~Mention.is_own & ~_in_incident()
    )
    reach = select(Case.reach).where(Case.id == Mention.case_id).scalar_subquery()
    wanted = select(Mention).where(told, ~Mention.is_private, pressing, caught)
    is_high = sql_case((Mention.urgency == Urgency.HIGH, 0), else_=1)
    ordered = wanted.order_by(is_high, reach.is_(None), reach.desc(), Mention.id)
    rows = session.scalars(ordered.limit(TOP))
    return [TopPost(row.id, row.case_id, f"{row.title} {row.text}".strip(), row.url, row.posted_at, bool(row.abusive)) for row in rows]


def words(session: Session, spike: Spike) -> str:
    """One plain sentence for those who are told, with the cases to look at; no names and no words of customers."""
    where = f"{spike.brand}, feed {spike.feed}" if spike.feed else spike.brand
    usual = f"{spike.usual:g}"
    cases = [f"#{post.case_id}" for post in top(session, spike) if post.case_id is not None]
    see = f" Look first at the cases {', '.join(cases)}." if cases else ""
    return f"An incident is likely: {spike.number} complaints or urgent posts about {where} since {spike.hour:%H:%M} UTC, usually {usual}.{see}"


def tell_leads(session: Session, *, now: datetime) -> None:
    """Each lead once for each alert of this kind that stands."""
    standing = select(Alert).where(Alert.kind == AlertKind.INCIDENT_LIKELY, Alert.ended_at.is_(None))
    for alert in session.scalars(standing).all():
        told = incidents.people_who_lead(session)
        notices.tell(session, told, NoticeKind.INCIDENT, key=f"alert {alert.id}", now=now, text=alert.text)


def _of_scope(session: Session, brand: Brand, scope: int, feed: str, *, rules: AlertRules, now: datetime) -> Spike | None:
    this = now.replace(minute=0, second=0, microsecond=0)
    found = [_of_hour(session, brand, scope, feed, hour, rules=rules) for hour in (this, this - HOUR)]
    return max((spike for spike in found if spike), key=lambda spike: spike.number, default=None)


def _of_hour(session: Session, brand: Brand, scope: int, feed: str, hour: datetime, *, rules: AlertRules) -> Spike | None:
    hours = [hour - week * WEEK for week in range(WEEKS + 1)]
    columns = [getattr(RollupHour, name) for name in MEASURES]
    rows = session.execute(select(RollupHour.hour, *columns).where(RollupHour.scope == scope, RollupHour.hour.in_(hours))).all()
    counted = {row.hour: row for row in rows}
    found = [
        _of_measure(session, scope, name, {one: getattr(counted.get(one), name, 0) for one in hours}, rules=rules) for name in MEASURES
    ]
    number, usual = max((spike for spike in found if spike), default=(0, 0.0))
    return Spike(brand.id, brand.name, feed, hour, number, usual) if number else None


def _of_measure(session: Session, scope: int, name: str, counted: Mapping[datetime, int], *, rules: AlertRules) -> tuple[int, float] | None:
    """What stands out of this hour's number beside open incidents, and what is usual. An hour in which we were blind says nothing of that."""
    hour, *before = counted
    if _standing_out(counted[hour], [counted[one] for one in before], rules) is None:
        return None
    seen = [counted[one] for one in before if counted[one] or not _was_blind(session, scope, one)]
    return _standing_out(counted[hour] - _known(session, scope, name, hour), seen, rules)


def _standing_out(number: int, others: Sequence[int], rules: AlertRules) -> tuple[int, float] | None:
    """The median: one bad day in four weeks hides nothing."""
    usual = float(median(others)) if others else 0.0
    return (number, usual) if number >= max(rules.spike_least, rules.spike_factor * usual) else None


def _was_blind(session: Session, scope: int, hour: datetime) -> bool:
    return any(not span.is_read_late for span in blindness.blind(session, scope=scope, since=hour, until=hour + HOUR))


def _known(session: Session, scope: int, name: str, hour: datetime) -> int:
    """How many of an hour's posts are in cases of open incidents."""
    place = Feed.id == scope if scope > 0 else Feed.brand_id == -scope
    caught = exists().where(Catch.mention_id == Mention.id, Catch.feed_id == Feed.id, place)
    measured = Mention.intent == Intent.COMPLAINT if name == "complaint" else Mention.urgency == Urgency.HIGH
    told = (Mention.bucket_at >= hour) & (Mention.bucket_at < hour + HOUR) & Mention.deleted_at.is_(None) & ~Mention.is_own
    known = select(func.count()).select_from(Mention).where(told, ~Mention.is_private, measured, caught, _in_incident())
    return session.scalar(known) or 0


def _in_incident() -> ColumnElement[bool]:
    """Whether a mention's case belongs to an incident that is open."""
    return exists().where(Case.id == Mention.case_id, Case.incident_id == Incident.id, Incident.closed_at.is_(None))
