"""Whether the post that somebody is about to answer still stands on its platform: asked there on an agent's word, told beside the conversation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import platforms
from desk.alerts import errands
from desk.errors import NotFound
from desk.intake import rechecks
from desk.people import people
from storage.dialect import among
from storage.models import Errand, Mention, Person
from storage.words import ErrandKind, ErrandState

LONG_AGO = timedelta(minutes=10)
"""What was seen since then is taken to be as it was."""

WAITING = frozenset({ErrandState.QUEUED, ErrandState.RUNNING})


class Found(StrEnum):
    """What the platform said of the post. `UNTOLD`: it answered, and said nothing of it."""

    UNCHANGED = "unchanged"
    EDITED = "edited"
    GONE = "gone"
    UNTOLD = "untold"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """How it stands with asking. `mention_id` is the post that can be asked for now, None for none; `found` is there once an answer is.

    `waits_since` is there while nobody has answered; `error` says why nobody did.
    """

    mention_id: int | None
    seen_at: datetime | None
    waits_since: datetime | None = None
    found: Found | None = None
    at: datetime | None = None
    error: str = ""


def ask(session: Session, mention_id: int, *, by: Person, now: datetime) -> int:
    """Have the platform asked for one post; the errand's id, the same one while somebody's question waits.

    Raises NotAllowed, NotFound, and Invalid where nobody can ask or nothing may be spent on it.
    """
    people.require(by, people.CARE)
    mention = session.get(Mention, mention_id)
    if mention is None or mention.case_id is None or mention.is_own:
        raise NotFound("There is no such mention")
    asked = _latest(session, [mention_id])
    if asked is not None and asked.state in WAITING:
        return asked.id
    rechecks.batch_of(session, mention_id, now=now)
    request = {"mention_id": mention_id}
    return errands.ask(session, ErrandKind.RECHECK, request, by=by, now=now, subject=_subject(mention_id))


def seen(session: Session, mention_id: int | None, others: Sequence[int], *, by: Person, now: datetime) -> AskedAgain | None:
    """How it stands with the post that an answer would go to; None where there is nothing to ask and nothing to tell.

    `others` are the customer's posts in the same case: one that was asked for and found to be gone is no longer the one that is answered.
    """
    people.require(by, people.CARE)
    mention = session.get(Mention, mention_id) if mention_id else None
    asked = _latest(session, [*([mention_id] if mention_id else []), *others])
    if mention is None or platforms.recheck(mention.source) is None or mention.is_private:
        mention = None
    if mention is None and asked is None:
        return None
    seen_at = _seen_at(mention, asked) if mention else None
    may_ask = seen_at is not None and now - seen_at >= LONG_AGO
    return _told(mention.id if mention and may_ask else None, seen_at, asked)


def _told(mention_id: int | None, seen_at: datetime | None, asked: Errand | None) -> AskedAgain:
    if asked is None:
        return AskedAgain(mention_id, seen_at)
    if asked.state in WAITING:
        return AskedAgain(None, seen_at, waits_since=asked.created_at)
    error = str((asked.result or {}).get("error", "")) if asked.state is ErrandState.FAILED else ""
    return AskedAgain(mention_id, seen_at, found=_found(asked), at=asked.done_at, error=error)


def _found(asked: Errand) -> Found:
    result = asked.result or {}
    if asked.state is ErrandState.FAILED:
        return Found.FAILED
    if result.get("gone"):
        return Found.GONE
    if result.get("edited"):
        return Found.EDITED
    return Found.UNCHANGED if result.get("told") else Found.UNTOLD


def _seen_at(mention: Mention, asked: Errand | None) -> datetime:
    """When we last knew how it stood there."""
    is_of_it = asked is not None and asked.subject == _subject(mention.id) and asked.state is ErrandState.DONE
    told_at = asked.done_at if asked is not None and is_of_it and _found(asked) is not Found.UNTOLD else None
    return max(mention.seen_at, told_at or mention.seen_at)


def _subject(mention_id: int) -> str:
    return f"mention {mention_id}"


def _latest(session: Session, mention_ids: Sequence[int]) -> Errand | None:
    subjects = sorted({_subject(mention_id) for mention_id in mention_ids})
    same = (Errand.kind == ErrandKind.RECHECK) & among(session, Errand.subject, subjects) & (Errand.subject != "")
    query = select(Errand).where(same).order_by(Errand.id.desc()).limit(1)
    return session.scalar(query.execution_options(populate_existing=True))
