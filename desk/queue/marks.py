"""Marks that say whether to draw anew: a short text for the whole workspace, and which cases moved between two looks at it.

A look reads a few hundred index entries, whatever the number of mentions.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from storage.dialect import among
from storage.models import Audit, Case, Hold, Notice, Reply
from storage.models.cases import OUTBOX, PUT_OFF
from storage.words import ReplyState

LAST_FEW = 200
"""On PostgreSQL acts may become visible out of the order of their ids; more of them than this at once do not."""

OF_NOTHING_DRAWN = frozenset({"signed_in", "signed_out", "errand"})
"""Acts of no case that change nothing which stands beside cases; they are as frequent as people come in and open cases."""

WAY = (ReplyState.QUEUED, ReplyState.SENDING)
"""The states of a reply that is on its way."""

FEW = select(Audit.id, Audit.case_id, Audit.verb).order_by(Audit.id.desc()).limit(bindparam("few"))
"""Built once, as those below: a look is taken several times a second."""

NEWEST = select(func.max(Notice.id))
LEAVING = select(Reply.state, func.count(), func.sum(Reply.id)).where(OUTBOX, Reply.state.in_(WAY)).group_by(Reply.state)
SENDING = select(Reply.id, Reply.case_id).where(OUTBOX, Reply.state == ReplyState.SENDING)
HELD = select(Hold.case_id, Hold.person_id, Hold.kind).order_by(Hold.case_id, Hold.person_id)
HELD_NOW = HELD.where(Hold.until > bindparam("now"))
AWAKE = select(func.count()).select_from(Case).where(PUT_OFF, Case.snoozed_until <= bindparam("now"))

Presence = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Mark:
    """One look. `text` differs whenever the queue would be drawn differently; the rest is there to tell what moved since an earlier look."""

    text: str
    acts: Mapping[int, tuple[int | None, str]]
    present: frozenset[Presence]
    sending: frozenset[tuple[int, int]]
    awake: int
    news: int


@dataclass(frozen=True, slots=True)
class Moved:
    """What moved between two looks. `everything`: something that belongs to no case, and may stand beside any of them."""

    everything: bool
    cases: frozenset[int] = frozenset()


EVERYTHING = Moved(everything=True)


def look(session: Session, *, now: datetime | None = None) -> Mark:
    """Without `now` holds and snoozes that have run out since are not noticed."""
    acts = {row.id: (row.case_id, row.verb) for row in session.execute(FEW, {"few": LAST_FEW})}
    # All that happens to a case leaves a record, but for what delivery takes up. News of no case has none.
    news = session.scalar(NEWEST) or 0
    leaving, sending = _leaving(session)
    present, awake = _presence(session, now), _awake(session, now)
    last = max(acts, default=0)
    seen = repr((last, sum(acts), news, leaving, present, awake))
    return Mark(f"{last}-{crc32(seen.encode()):08x}", acts, frozenset(present), sending, awake, news)


def moved(before: Mark, after: Mark) -> Moved:
    """What differs between two looks at one workspace."""
    if after.awake != before.awake or (after.acts and len(after.acts) >= LAST_FEW and before.acts.keys().isdisjoint(after.acts)):
        return EVERYTHING
    new = [after.acts[act_id] for act_id in after.acts.keys() - before.acts.keys()]
    if any(case_id is None and verb not in OF_NOTHING_DRAWN for case_id, verb in new):
        return EVERYTHING
    acted = {case_id for case_id, _ in new if case_id is not None}
    held = {case_id for case_id, _, _ in before.present ^ after.present}
    sent = {case_id for _, case_id in before.sending ^ after.sending}
    return Moved(everything=False, cases=frozenset(acted | held | sent))


def kin(session: Session, case_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """Thread and author of each case: what happens to one may stand beside others of the same thread, or of the same author."""
    found = select(Case.id, Case.thread_id, Case.author_id).where(among(session, Case.id, sorted(case_ids)))
    return {row.id: (row.thread_id, row.author_id) for row in session.execute(found)} if case_ids else {}


def change_mark(session: Session, *, now: datetime | None = None) -> str:
    """The text of a look."""
    return look(session, now=now).text


def _leaving(session: Session) -> tuple[list[tuple[str, int, int]], frozenset[tuple[int, int]]]:
    """How many replies are on their way, and those that delivery has in hand."""
    found = sorted((state.value, number, int(total)) for state, number, total in session.execute(LEAVING))
    if not any(state == ReplyState.SENDING for state, _, _ in found):
        return found, frozenset()
    return found, frozenset((row.id, row.case_id) for row in session.execute(SENDING))


def _presence(session: Session, now: datetime | None) -> list[Presence]:
    rows = session.execute(HELD_NOW, {"now": now}) if now else session.execute(HELD)
    return [(case_id, person_id, kind.value) for case_id, person_id, kind in rows]


def _awake(session: Session, now: datetime | None) -> int:
    if now is None:
        return 0
    return session.scalar(AWAKE, {"now": now}) or 0
