"""A feed before it is saved: how many posts there are, a sample of them, how many of those are about us, and what could be left out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import audit, intervals, platforms
from desk.errors import Invalid
from desk.feeds import feed_shares
from desk.feeds.plan import FeedDraft
from desk.money import thrift
from desk.money.ledger import Payer
from desk.people import people
from desk.post import Spent
from desk.settings import DeskSettings
from desk.sources import known, own
from storage.models import Credential, Errand, Feed, Person
from storage.words import BudgetPart, ErrandKind, ErrandState, Way

SAMPLE = own.SAMPLE
DAYS = 7
MOST_PROPOSED = 5
LEAST_TAKEN = 2
DEAREST = 10
"""A term is proposed that takes at least so many times as many posts that are not about us as posts that are."""

RECENT = 50


class Step(StrEnum):
    """How far a preview goes: it counts first, and reads a sample when somebody asks for that."""

    COUNT = "count"
    SAMPLE = "sample"


@dataclass(frozen=True, slots=True)
class Precision:
    """How many of the judged posts are about us, and the 95 % interval of their share."""

    ours: int
    judged: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Proposal:
    """A term to leave out, and what it would take of the sample: posts that are not about us, that are, and that nobody judged."""

    minus: str
    not_ours: int
    ours: int
    unjudged: int

    @property
    def takes(self) -> int:
        return self.not_ours + self.ours + self.unjudged


def has_count(source: str, kind: str) -> bool:
    """Whether the platform can say how many posts there are without showing them."""
    return kind in known.of(source).counts


def price(source: str, kind: str, step: Step) -> tuple[Spent, ...]:
    """What a step costs at the most."""
    declared = known.of(source)
    calls = (declared.counts if step is Step.COUNT else declared.samples).get(kind, ())
    return tuple(platforms.price(source, name, units) for name, units in calls)


def require_budget(session: Session, credential: str | None, *, now: datetime) -> None:
    """Raises Invalid while the credential's budget has previews given up."""
    credential_id = _credential_id(session, credential)
    if credential_id is not None and thrift.way(session, credential_id, BudgetPart.PREVIEWS, now=now) is Way.STOPPED:
        raise Invalid(f"The budget of {credential} does not last: previews wait until it is raised for today, or begins anew")


def _credential_id(session: Session, name: str | None) -> int | None:
    return session.scalar(select(Credential.id).where(Credential.name == name)) if name else None


def payer(session: Session, credential: str | None, *, feed_id: int | None) -> Payer:
    """Who pays for looking before saving."""
    return Payer(_credential_id(session, credential), BudgetPart.PREVIEWS, feed_id=feed_id)


def precision(clicks: Mapping[int, bool], gone: Collection[int] = ()) -> Precision | None:
    """Of the posts that are not `gone`, by their number; None before the first click."""
    judged = [is_ours for number, is_ours in clicks.items() if number not in gone]
    if not judged:
        return None
    return Precision(sum(judged), len(judged), *intervals.wilson(sum(judged), len(judged)))


def proposals(terms: Sequence[Mapping[str, Any]], clicks: Mapping[int, bool], gone: Collection[int] = ()) -> list[Proposal]:
    """Terms that stand in what is not about us and hardly in what is, best first.

    Each of `terms` names itself as `minus` and the `posts` that it stands in. Before one post is about us nothing is proposed: then nobody
    knows what a term would cost.
    """
    if not any(clicks.values()):
        return []
    counted = [(_counted(term, clicks, gone), {n for n in term["posts"] if n not in gone}) for term in terms]
    worth = [one for one in counted if one[0].not_ours >= max(LEAST_TAKEN, DEAREST * one[0].ours)]
    found: list[tuple[Proposal, set[int]]] = []
    for one, posts in sorted(worth, key=lambda each: _rank(each[0])):
        # What takes nothing more than a better term is no choice.
        if not any(posts <= better for _, better in found):
            found.append((one, posts))
    return [one for one, _ in found[:MOST_PROPOSED]]


def _rank(one: Proposal) -> tuple[int, int, int, str]:
    """Best first; of equals the one that takes less that nobody judged, then the longer word: it means more."""
    return one.ours * DEAREST - one.not_ours, one.unjudged, -len(one.minus), one.minus


def _counted(term: Mapping[str, Any], clicks: Mapping[int, bool], gone: Collection[int]) -> Proposal:
    said = [clicks.get(number) for number in term["posts"] if number not in gone]
    return Proposal(str(term["minus"]), said.count(False), said.count(True), said.count(None))


def gone_by(terms: Sequence[Mapping[str, Any]], taken: Collection[str]) -> set[int]:
    """The posts of a sample that the chosen exclusions take."""
    return {number for term in terms if term["minus"] in taken for number in term["posts"]}


def chosen(base: str, query: str) -> tuple[str, ...] | None:
    """The exclusions that stand behind `base` in a query; None for a query that is another one."""
    if not base or not query.startswith(base):
        return None
    rest = query[len(base) :]
    return tuple(rest.split()) if not rest or rest[0].isspace() else None


def is_flood(posts_per_day: float, settings: DeskSettings) -> bool:
    """Whether so many need somebody's word."""
    return posts_per_day > settings.flood_per_day


def require_confirmed(session: Session, draft: FeedDraft, settings: DeskSettings) -> None:
    """Raises Invalid for a feed whose newest preview counted a flood, unless it is kept small or all of it was said to be wanted."""
    feed_shares.check(draft.options)
    found = _counted_per_day(session, draft)
    confirmed = draft.options.get(feed_shares.CONFIRMED, 0)
    if found is None or not is_flood(found, settings) or found <= confirmed or not feed_shares.of(draft.options).is_all:
        return
    raise Invalid(
        f"This query finds about {found:,.0f} posts a day: keep every so-many-th or so many a day, or say in the preview that all are wanted"
    )


def note_confirmed(session: Session, feed_id: int, *, by: Person, now: datetime) -> None:
    """Write down who said that all of a flood are wanted."""
    people.require(by, people.FEEDS)
    wanted = (session.scalar(select(Feed.options).where(Feed.id == feed_id)) or {}).get(feed_shares.CONFIRMED)
    if wanted:
        audit.record(session, "feed_flood_confirmed", now=now, by=by, subject=f"feed {feed_id}", per_day=wanted)


def _counted_per_day(session: Session, draft: FeedDraft) -> float | None:
    """What the newest preview of this query said, or of the one that it was narrowed from."""
    done = select(Errand).where(Errand.kind == ErrandKind.FEED_TEST, Errand.state == ErrandState.DONE)
    for errand in session.scalars(done.order_by(Errand.id.desc()).limit(RECENT)):
        asked = errand.request.get("draft") or {}
        if all(asked.get(name) == getattr(draft, name) for name in ("source", "kind", "credential")):
            found = per_day(errand.request, errand.result or {}, draft.query)
            if found is not None:
                return found
    return None


def per_day(request: Mapping[str, Any], result: Mapping[str, Any], query: str) -> float | None:
    """How many posts a day a query finds by a preview's request and result: as it was counted, less what it leaves out of the sample.

    None where nothing was counted, or of another query.
    """
    count = result.get("count") or request.get("count")
    if not count:
        return None
    if query == (request.get("draft") or {}).get("query"):
        return float(count["per_day"])
    taken, posts = chosen(str(result.get("base") or ""), query), result.get("posts") or []
    if taken is None or not posts:
        return None
    gone = gone_by(result.get("terms") or [], taken)
    return float(count["per_day"]) * (1 - len(gone) / len(posts))
