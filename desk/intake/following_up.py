"""Posts from before their source could be asked again: given their schedule some at a time, once in a workspace's life.

Those of open cases are asked for first, so slowly that no platform notices; all others of the days that are followed wait for the next of their
days, as if they had been followed from the start. What is due already stays due when it is.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from desk import facts, platforms
from desk.intake import rechecks
from desk.settings import DeskSettings
from desk.sources import known
from storage.dialect import among, upsert
from storage.models import Case, Fact, Mention
from storage.words import CaseStatus

FACT = "followed_up"
CHUNK = 500
"""Rows that are looked at in one transaction: no act waits longer for it."""

APART = timedelta(minutes=5)
"""Between two calls for posts of open cases: Google Play takes 200 an hour for all that is asked of it, ten reviews at once are ten of them."""

UNFOLLOWED = Mention.recheck_at.is_(None) & Mention.deleted_at.is_(None) & ~Mention.is_own & ~Mention.is_private


@dataclass(slots=True)
class Place:
    """How far it is with `sources`: open cases up to `case` are done, and mentions from `below` on; both None at the end of each.

    `taken`: by source, the last instant at which posts of open cases are due, and how many. `done`: the sources that need no more.
    """

    sources: list[str] = field(default_factory=list)
    case: int | None = None
    below: int | None = None
    taken: dict[str, tuple[str, int]] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)


def go_on(session: Session, *, settings: DeskSettings, now: datetime) -> int:
    """Look at some more; how many rows. 0 once all are done. Safe to run anywhere: one at a time goes on, from where the last one stopped."""
    if not settings.recheck_after or not _began_later() - set(_kept(facts.get(session, FACT)).done):
        return 0
    place = _locked(session)
    if not place.sources:
        _begin(session, place)
    looked = _cases(session, place, settings, now=now) if place.case is not None else 0
    looked = looked or (_days(session, place, settings, now=now) if place.below is not None else 0)
    if place.case is None and place.below is None:
        place = Place(done=sorted({*place.done, *place.sources}))
    facts.state(session, FACT, json.dumps(asdict(place)))
    return looked


def _kept(value: str | None) -> Place:
    return Place(**json.loads(value)) if value else Place()


def _began_later() -> frozenset[str]:
    """The sources that were listened to before they could be asked."""
    return known.those(lambda declared: declared.recheck is not None and declared.recheck.began_later)


def _locked(session: Session) -> Place:
    row = {"name": FACT, "value": json.dumps(asdict(Place()))}
    upsert(session, Fact.__table__, [row], key=("name",), change={"value": Fact.__table__.c.value})
    return _kept(session.scalars(select(Fact.value).where(Fact.name == FACT).with_for_update()).one())


def _begin(session: Session, place: Place) -> None:
    place.sources = sorted(_began_later() - set(place.done))
    newest = session.scalar(select(func.max(Mention.id)))
    place.case, place.below = (0, newest + 1) if newest is not None else (None, None)


def _cases(session: Session, place: Place, settings: DeskSettings, *, now: datetime) -> int:
    """Posts of open cases, however old: somebody may be about to answer them."""
    asked = select(Case.id, Case.status, Case.source).where(Case.id > place.case).order_by(Case.id).limit(CHUNK)
    rows = session.execute(asked).all()
    live = [row.id for row in rows if row.status is not CaseStatus.CLOSED and row.source in place.sources]
    for source, posts in _unfollowed(session, place, among(session, Mention.case_id, live)).items() if live else ():
        soon = {mention_id: _soon(place, source, now=now) for mention_id, _ in posts}
        by_age = {mention_id: rechecks.next_due(source, seen_at, settings, now=now) for mention_id, seen_at in posts}
        _schedule(session, ((mention_id, min(at, by_age[mention_id] or at)) for mention_id, at in soon.items()))
    place.case = rows[-1].id if len(rows) == CHUNK else None
    return len(rows)


def _days(session: Session, place: Place, settings: DeskSettings, *, now: datetime) -> int:
    """Posts of the days that are followed, from the newest back: their age follows their id."""
    asked = select(Mention.id, Mention.seen_at).where(Mention.id < place.below).order_by(Mention.id.desc()).limit(CHUNK)
    since = now - max(settings.recheck_after)
    rows = session.execute(asked).all()
    young = [row.id for row in rows if row.seen_at > since]
    for source, posts in _unfollowed(session, place, among(session, Mention.id, young)).items() if young else ():
        _schedule(session, ((mention_id, rechecks.next_due(source, seen_at, settings, now=now)) for mention_id, seen_at in posts))
    place.below = rows[-1].id if len(rows) == CHUNK and rows[-1].seen_at > since else None
    return len(rows)


def _unfollowed(session: Session, place: Place, which: ColumnElement[bool]) -> dict[str, list[tuple[int, datetime]]]:
    """Those of these posts that nobody is going to ask for, with when they were seen; locked in the order in which all lock them."""
    columns = (Mention.id, Mention.source, Mention.seen_at)
    asked = select(*columns).where(which, Mention.source.in_(place.sources), UNFOLLOWED).order_by(Mention.id)
    found: dict[str, list[tuple[int, datetime]]] = defaultdict(list)
    for row in session.execute(asked.with_for_update(key_share=True)):
        found[row.source].append((row.id, row.seen_at))
    return found


def _soon(place: Place, source: str, *, now: datetime) -> datetime:
    """The next instant at which its source is asked for as many of them as one call tells."""
    last, n = place.taken.get(source, (now.isoformat(), 0))
    asked = platforms.recheck(source)
    soon, n = (datetime.fromisoformat(last), n) if asked is not None and n < asked.at_once else (datetime.fromisoformat(last) + APART, 0)
    soon = max(soon, now)
    place.taken[source] = (soon.isoformat(), n + 1)
    return rechecks.together(source, soon)


def _schedule(session: Session, dues: Iterable[tuple[int, datetime | None]]) -> None:
    by_due: dict[datetime, list[int]] = defaultdict(list)
    for mention_id, due in dues:
        if due is not None:
            by_due[due].append(mention_id)
    for due, mention_ids in by_due.items():
        theirs: Any = update(Mention).where(among(session, Mention.id, mention_ids))
        session.execute(theirs.values(recheck_at=due).execution_options(synchronize_session=False))
