"""Mentions that say nearly the same to one brand within two days: found as they are labelled, shown once, each with its own case.

Two processes that label copies of one text at the same moment may begin two groups; what comes later joins the older one.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from desk import states
from desk.noise.alike_text import ENOUGH, keys_of, pairs_of, resemblance
from storage.dialect import among, insert_all, insert_new
from storage.models import Alike, AlikeKey, Case, Mention

OPENED = (
    select(Case.id, Alike.first_id)
    .join(Alike, Alike.mention_id == Case.opening_mention_id)
    .where(Case.id.in_(bindparam("case_ids", expanding=True)))
)
"""Built once: every list and every case asks it."""

SPAN = timedelta(hours=48)
MOST_CANDIDATES = 20
"""Of more that share a key with a mention the newest are compared."""

COUNTED = 100
"""So many of a group's cases are counted for the queue."""

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class _Text:
    """A mention that others may be like, with what it says."""

    mention_id: int
    scope: int
    posted_at: datetime
    pairs: frozenset[str]


def group(session: Session, mentions: Sequence[Mention], scopes: Mapping[int, Collection[int]]) -> int:
    """Put each of these mentions into the group of those that say nearly the same; how many joined one. `scopes`: where each counts.

    Private messages are compared with nothing. An edited text is compared anew.
    """
    edited = [mention.id for mention in mentions if mention.revision > 1]
    if edited:
        forget(session, edited)
    texts = [text for mention in _ungrouped(session, mentions) if (text := _text_of(mention, scopes[mention.id])) is not None]
    keys = {text.mention_id: keys_of(text.pairs) for text in texts}
    firsts = _Firsts(session, texts, keys)
    joined = {text.mention_id: first for text in texts if (first := firsts.like(text, keys[text.mention_id])) is not None}
    rows = {mention_id: {"mention_id": mention_id, "first_id": first} for mention_id, first in joined.items()}
    rows |= {first: {"mention_id": first, "first_id": first} for first in joined.values()}
    insert_new(session, Alike.__table__, list(rows.values()), key=("mention_id",))
    _keep(session, [text for text in texts if text.mention_id not in joined], keys)
    return len(joined)


def _ungrouped(session: Session, mentions: Sequence[Mention]) -> list[Mention]:
    """Another version of the classifier says nothing else about who is like whom."""
    ids = [mention.id for mention in mentions]
    there = set(session.scalars(select(Alike.mention_id).where(among(session, Alike.mention_id, ids)))) if ids else set()
    there |= set(session.scalars(select(AlikeKey.mention_id).where(among(session, AlikeKey.mention_id, ids), AlikeKey.band == 0)))
    left = [mention for mention in mentions if mention.id not in there and not mention.is_private]
    return sorted(left, key=lambda mention: (mention.posted_at, mention.id))


def _text_of(mention: Mention, scopes: Collection[int]) -> _Text | None:
    """Its brand is the first of those that caught it: it is in one group."""
    pairs, brand = pairs_of(mention.title, mention.text), min((-scope for scope in scopes if scope < 0), default=0)
    return _Text(mention.id, brand, mention.posted_at, pairs) if pairs else None


class _Firsts:
    """The mentions that began a group, or may yet: those that are stored, and those of this batch."""

    def __init__(self, session: Session, texts: Sequence[_Text], keys: Mapping[int, Sequence[int]]) -> None:
        self._by_key: dict[tuple[int, int], list[_Text]] = {}
        for scope, key, text in self._stored(session, texts, keys):
            self._by_key.setdefault((scope, key), []).append(text)

    def _stored(self, session: Session, texts: Sequence[_Text], keys: Mapping[int, Sequence[int]]) -> Iterable[tuple[int, int, _Text]]:
        wanted = sorted({key for text in texts for key in keys[text.mention_id]})
        scopes = {text.scope for text in texts}
        if not wanted:
            return []
        columns: list[Any] = [AlikeKey.scope, AlikeKey.key, AlikeKey.mention_id]
        found = session.execute(select(*columns).where(AlikeKey.scope.in_(scopes), among(session, AlikeKey.key, wanted))).all()
        known = {one.mention_id: one for one in _read(session, {row.mention_id: row.scope for row in found})}
        return [(row.scope, row.key, known[row.mention_id]) for row in found if row.mention_id in known]

    def like(self, text: _Text, keys: Sequence[int]) -> int | None:
        """The first that says most nearly the same; without one, this text may be a first from now on."""
        met = {one.mention_id: one for key in keys for one in self._by_key.get((text.scope, key), ())}
        near = [one for one in met.values() if abs(one.posted_at - text.posted_at) <= SPAN]
        newest = sorted(near, key=lambda one: -one.mention_id)[:MOST_CANDIDATES]
        best = max(newest, key=lambda one: (resemblance(text.pairs, one.pairs), -one.mention_id), default=None)
        if best is not None and resemblance(text.pairs, best.pairs) >= ENOUGH:
            return best.mention_id
        for key in keys:
            self._by_key.setdefault((text.scope, key), []).append(text)
        return None


def _read(session: Session, scopes: Mapping[int, int]) -> list[_Text]:
    columns: list[Any] = [Mention.id, Mention.title, Mention.text, Mention.posted_at]
    there = select(*columns).where(among(session, Mention.id, sorted(scopes)), Mention.deleted_at.is_(None))
    return [_Text(row.id, scopes[row.id], row.posted_at, pairs_of(row.title, row.text)) for row in session.execute(there)]


def _keep(session: Session, texts: Sequence[_Text], keys: Mapping[int, Sequence[int]]) -> None:
    rows = [
        {"mention_id": text.mention_id, "band": band, "scope": text.scope, "key": key, "at": text.posted_at}
        for text in sorted(texts, key=lambda text: text.mention_id)
        for band, key in enumerate(keys[text.mention_id])
    ]
    insert_all(session, AlikeKey.__table__, rows)


def forget(session: Session, mention_ids: Collection[int]) -> None:
    """These mentions say something else now, or nothing any more: they leave their groups. The second of a group becomes its first."""
    led = set(session.scalars(select(Alike.first_id).where(among(session, Alike.mention_id, sorted(mention_ids)))))
    places = select(AlikeKey.mention_id, AlikeKey.scope).where(among(session, AlikeKey.mention_id, sorted(led)), AlikeKey.band == 0)
    scopes = {row.mention_id: row.scope for row in session.execute(places)} if led else {}
    for table in (Alike, AlikeKey):
        session.execute(
            delete(table).where(among(session, table.mention_id, sorted(mention_ids))).execution_options(synchronize_session=False)
        )
    for first_id in sorted(led):
        _lead_anew(session, first_id, scopes.get(first_id))


def _lead_anew(session: Session, first_id: int, scope: int | None) -> None:
    """`scope`: where the first was found by its keys, None when nothing joins it any more."""
    rest = session.scalars(select(Alike.mention_id).where(Alike.first_id == first_id).order_by(Alike.mention_id).limit(2)).all()
    group_of = Alike.first_id == first_id
    if len(rest) < 2:
        session.execute(delete(Alike).where(group_of).execution_options(synchronize_session=False))
    elif first_id not in rest:
        session.execute(update(Alike).where(group_of).values(first_id=rest[0]).execution_options(synchronize_session=False))
        texts = [one for one in _read(session, {rest[0]: scope}) if one.pairs] if scope is not None else []
        _keep(session, texts, {one.mention_id: keys_of(one.pairs) for one in texts})


def forget_old(session: Session, *, now: datetime) -> int:
    """Keys of mentions that nothing joins any more; how many mentions. The groups stay."""
    oldest = select(AlikeKey.mention_id, AlikeKey.at).where(AlikeKey.band == 0).order_by(AlikeKey.mention_id).limit(AT_ONCE)
    old = [row.mention_id for row in session.execute(oldest) if row.at < now - SPAN]
    if old:
        session.execute(delete(AlikeKey).where(among(session, AlikeKey.mention_id, old)).execution_options(synchronize_session=False))
    return len(old)


def sizes(session: Session, first_ids: Collection[int]) -> dict[int, int]:
    """How many mentions each of these groups has."""
    if not first_ids:
        return {}
    counted = select(Alike.first_id, func.count()).where(among(session, Alike.first_id, sorted(first_ids))).group_by(Alike.first_id)
    return {row[0]: row[1] for row in session.execute(counted)}


def of_cases(session: Session, case_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Of cases whose opening mention is in a group: the group's first, and how many other live cases it opened, of which no more than 100 are counted."""
    found = {row[0]: row[1] for row in session.execute(OPENED, {"case_ids": case_ids})}
    others = {first_id: len(cases(session, first_id, most=COUNTED, are_live=True)) for first_id in set(found.values())}
    return {case_id: (first_id, others[first_id] - 1) for case_id, first_id in found.items() if others[first_id] > 1}


def cases(session: Session, first_id: int, *, most: int, are_live: bool = False) -> list[int]:
    """Cases that a group opened; of those only the ones that go on, if asked so."""
    opened = select(Case.id).join(Mention, (Mention.case_id == Case.id) & (Mention.id == Case.opening_mention_id))
    theirs = opened.join(Alike, Alike.mention_id == Mention.id).where(Alike.first_id == first_id)
    return list(session.scalars((theirs.where(Case.status.in_(states.LIVE)) if are_live else theirs).limit(most)))
