"""Rollups counted anew from the mentions: to compare with what stands, and to put it right."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, Select, Subquery, case, cast, delete, func, insert, literal, select, true, union
from sqlalchemy.orm import Session

from storage.models import Catch, Feed, Mention, RollupHour
from storage.words import Intent, Sentiment, Urgency

EVERYTHING = 0
"""The scope that counts each mention once, whatever feeds caught it."""

CONDITIONS: dict[str, ColumnElement[bool]] = {
    "n": true(),
    **{word.value: Mention.sentiment == word for word in Sentiment},
    **{word.value: Mention.intent == word for word in Intent},
    "needs_reply": Mention.needs_reply.is_(True),
    "high": Mention.urgency == Urgency.HIGH,
    "abusive": Mention.abusive.is_(True),
}
COUNTS = tuple(CONDITIONS)
"""The counters of a rollup row, and which mentions each one counts."""

COUNTED = ~Mention.is_own & ~Mention.is_private & Mention.deleted_at.is_(None)
"""Our own posts, private messages and posts that are gone count nowhere."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A counter that says something else than the mentions do."""

    hour: datetime
    scope: int
    counter: str
    stored: int
    counted: int


def differences(session: Session) -> list[Difference]:
    """Every counter that differs from a recount; empty when the rollups are right."""
    stored = {(row[0], row[1]): row[2:] for row in session.execute(_stored())}
    counted = {(row[0], row[1]): row[2:] for row in session.execute(recount())}
    return [difference for key in sorted(stored.keys() | counted.keys()) for difference in _compare(key, stored.get(key), counted.get(key))]


def rebuild(session: Session, scopes: Sequence[int] | None = None) -> None:
    """Write the rollups anew, all or those of some scopes."""
    which = RollupHour.scope.in_(scopes) if scopes is not None else true()
    session.execute(delete(RollupHour).where(which).execution_options(synchronize_session=False))
    session.execute(insert(RollupHour).from_select(["hour", "scope", *COUNTS], recount(scopes)))


def recount(scopes: Sequence[int] | None = None) -> Select[Any]:
    """Hour, scope and every counter, from the mentions."""
    by_scope = _mentions_by_scope()
    # A sum of integers is a numeric on PostgreSQL.
    counters = [cast(func.sum(case((condition, 1), else_=0)), Integer).label(name) for name, condition in CONDITIONS.items()]
    query = select(Mention.bucket_at, by_scope.c.scope, *counters).join(by_scope, by_scope.c.mention_id == Mention.id).where(COUNTED)
    if scopes is not None:
        query = query.where(by_scope.c.scope.in_(scopes))
    return query.group_by(Mention.bucket_at, by_scope.c.scope)


def _mentions_by_scope() -> Subquery:
    """Each mention once in each of its scopes: all, the feeds that caught it, their brands."""
    of_all = select(Mention.id.label("mention_id"), cast(literal(EVERYTHING), BigInteger).label("scope"))
    of_feeds = select(Catch.mention_id, Catch.feed_id)
    of_brands = select(Catch.mention_id, -Feed.brand_id).join(Feed, Feed.id == Catch.feed_id)
    return union(of_all, of_feeds, of_brands).subquery()


def _stored() -> Select[Any]:
    return select(RollupHour.hour, RollupHour.scope, *(getattr(RollupHour, name) for name in COUNTS))


def _compare(key: tuple[datetime, int], stored: Sequence[int] | None, counted: Sequence[int] | None) -> Iterator[Difference]:
    zeros = (0,) * len(COUNTS)
    for name, there, should in zip(COUNTS, stored or zeros, counted or zeros, strict=True):
        if there != should:
            yield Difference(*key, name, there, should)
