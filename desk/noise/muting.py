"""What a mute keeps from becoming a case, and what it spares: nothing is lost by it, and nobody who waits for us."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from desk.intake import worth
from desk.intake.worth import AtHand
from desk.noise.mute_matching import BY_WORDS
from storage.dialect import excluded, upsert
from storage.models import Case, Mention, MuteDrop
from storage.words import Flag, Urgency

UNREAD = (Flag.FAILED, Flag.UNTRIAGED)
"""Nobody knows yet whether it is urgent."""


def holds(session: Session, mention: Mention, known: AtHand, *, now: datetime) -> bool:
    """Whether a mute keeps this mention from a case; it is written down with the mute. What the mute spares is let go, if it was held before.

    Whatever a customer writes in a case that goes on arrives. A term or a domain spares more: see `spares`.
    """
    match = known.muted.matches.get(mention.id)
    if match is None or mention.case_id is not None or _is_spared(session, mention, known, by_words=match.kind in BY_WORDS, now=now):
        _let_go(session, mention, known)
        return False
    row = {"mention_id": mention.id, "mute_id": match.mute_id, "revision": mention.revision, "at": now}
    change = {"mute_id": excluded("mute_id"), "revision": excluded("revision"), "at": excluded("at")}
    upsert(session, MuteDrop.__table__, [row], key=("mention_id",), change=change)
    return True


def _is_spared(session: Session, mention: Mention, known: AtHand, *, by_words: bool, now: datetime) -> bool:
    case = worth.case_that_goes_on(session, mention, known, now=now)
    return is_going_on(case) or (by_words and (case is not None or spares(session, mention)))


def is_going_on(case: Case | None) -> bool:
    return case is not None and case.closed_at is None


def spares(session: Session, mention: Mention) -> bool:
    """Whether no term and no domain keeps this mention back: it is urgent or unread, was written to us in private, or names one of our accounts.

    Such a mute is about talk, not about whoever turns to us with these words.
    """
    is_urgent = Urgency.HIGH in {mention.urgency, mention.ruled_urgency}
    return is_urgent or mention.is_private or mention.flag in UNREAD or worth.is_addressed(session, mention)


def _let_go(session: Session, mention: Mention, known: AtHand) -> None:
    if mention.id in known.muted.held:
        gone = delete(MuteDrop).where(MuteDrop.mention_id == mention.id, MuteDrop.back_at.is_(None))
        session.execute(gone.execution_options(synchronize_session=False))
