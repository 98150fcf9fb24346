"""Everything of one customer as one story: within one source and site, never merged with anybody elsewhere.

What was private stays so: direct messages and our answers to them are told to care roles only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from desk.cases import ordeal
from desk.cases.ordeal import Ordeal
from desk.errors import NotFound
from desk.people import people
from storage.dialect import among
from storage.models import Audit, Author, Case, Ending, Mention, Note, Person, Promise, Reply, Resolution
from storage.words import Outcome, ReplyState

MOST = 300
"""Of each kind of entry, the newest ones."""

MOST_CASES = 50
CASES = (
    select(Case, Resolution.cause, Resolution.fix)
    .outerjoin(Resolution, Resolution.id == Case.resolution_id)
    .where(Case.author_id == bindparam("author_id"), Case.merged_into_id.is_(None), Case.id != bindparam("but"))
    .order_by(Case.opened_at.desc(), Case.id.desc())
    .limit(MOST_CASES)
)
"""Built once: every look at a case asks it."""

PASSED_ON = ("hand_over", "take_over")


class What(StrEnum):
    """What an entry of the story tells."""

    POST = "post"
    REPLY = "reply"
    NOTE = "note"
    HANDED_OVER = "handed_over"
    PROMISE = "promise"
    ENDED = "ended"
    CAME_BACK = "came_back"


class Stood(StrEnum):
    """What became of an ending: it held, it is too early to say, or the case came back. Only what was solved can hold."""

    HELD = "held"
    EARLY = "early"
    CAME_BACK = "came_back"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Told:
    """One entry. `who` wrote or did it, empty for the system; `text` is theirs or ours; the rest where it belongs."""

    what: What
    at: datetime
    case_id: int | None
    who: str = ""
    text: str = ""
    url: str = ""
    to: str = ""
    due_at: datetime | None = None
    outcome: Outcome | None = None
    stood: Stood | None = None
    is_private: bool = False
    is_deleted: bool = False
    is_abusive: bool = False
    mention_id: int = 0


@dataclass(frozen=True, slots=True)
class CustomerCase:
    """One case of the customer, and how it ended."""

    id: int
    opened_at: datetime
    closed_at: datetime | None
    outcome: Outcome | None
    stood: Stood | None
    preview: str
    cause: str
    fix: str
    abusive: bool = False


@dataclass(frozen=True, slots=True)
class Customer:
    """One author, what they went through in the case that is open, their cases, newest first, and their whole story, newest first."""

    name: str
    handle: str
    source: str
    site: str
    since: datetime
    ordeal: Ordeal
    cases: tuple[CustomerCase, ...]
    story: tuple[Told, ...]


def customer(session: Session, case_id: int, *, by: Person) -> Customer:
    """The story of this case's author. Raises NotAllowed, NotFound."""
    people.require(by, people.READ)
    case = session.get(Case, case_id, populate_existing=True)
    if case is None:
        raise NotFound("There is no such case")
    author = session.get_one(Author, case.author_id)
    known = cases(session, author.id)
    ids = [one.id for one in known]
    parts = (_posts(session, author.id), _replies(session, ids), _notes(session, ids), _passed_on(session, ids))
    told = [one for part in (*parts, _promises(session, ids), _endings(session, ids)) for one in part]
    shown = told if people.roles_of(by) & people.CARE else [one for one in told if not one.is_private]
    story = sorted(shown, key=lambda one: one.at, reverse=True)
    first = min((one.at for one in told), default=author.first_seen_at)
    name = author.name or author.handle
    return Customer(name, author.handle, case.source, case.site, first, ordeal.of_case(case), known, tuple(story))


def cases(session: Session, author_id: int, *, but: int | None = None) -> tuple[CustomerCase, ...]:
    """The cases of one author, the newest first; `but` leaves one out. A merged one is told by the case that took it in."""
    rows = session.execute(CASES, {"author_id": author_id, "but": but or 0})
    return tuple(_case(case, cause or "", fix or "") for case, cause, fix in rows)


def stood(outcome: Outcome | None, *, held_at: datetime | None, back_at: datetime | None = None) -> Stood | None:
    """What became of an ending; None while there is none."""
    if outcome is None:
        return None
    if back_at is not None:
        return Stood.CAME_BACK
    if outcome is not Outcome.SOLVED:
        return Stood.OTHER
    return Stood.HELD if held_at is not None else Stood.EARLY


def _case(case: Case, cause: str, fix: str) -> CustomerCase:
    return CustomerCase(
        id=case.id,
        opened_at=case.opened_at,
        closed_at=case.closed_at,
        outcome=case.outcome,
        stood=stood(case.outcome, held_at=case.held_at),
        preview=case.preview,
        cause=cause,
        fix=fix,
        abusive=case.abusive,
    )


def _posts(session: Session, author_id: int) -> list[Told]:
    found = session.scalars(select(Mention).where(Mention.author_id == author_id).order_by(Mention.posted_at.desc()).limit(MOST))
    return [_post(mention) for mention in found]


def _post(mention: Mention) -> Told:
    is_deleted = mention.deleted_at is not None
    said = "" if is_deleted else f"{mention.title}\n{mention.text}".strip()
    marks: dict[str, Any] = {
        "is_private": mention.is_private,
        "is_deleted": is_deleted,
        "is_abusive": bool(mention.abusive),
        "mention_id": mention.id,
    }
    return Told(What.POST, mention.posted_at, mention.case_id, text=said, url="" if is_deleted else mention.url, **marks)


def _replies(session: Session, case_ids: Sequence[int]) -> list[Told]:
    sent = select(Reply, Person.name).outerjoin(Person, Person.id == Reply.person_id).where(Reply.state == ReplyState.SENT)
    rows = session.execute(sent.where(among(session, Reply.case_id, case_ids)).order_by(Reply.id.desc()).limit(MOST)).all()
    return [
        Told(What.REPLY, reply.sent_at or reply.saved_at, reply.case_id, name or "", reply.text, reply.url, is_private=reply.is_private)
        for reply, name in rows
    ]


def _notes(session: Session, case_ids: Sequence[int]) -> list[Told]:
    query = select(Note, Person.name).join(Person, Person.id == Note.person_id).where(among(session, Note.case_id, case_ids))
    rows = session.execute(query.order_by(Note.id.desc()).limit(MOST))
    return [Told(What.NOTE, note.at, note.case_id, name, note.text) for note, name in rows]


def _passed_on(session: Session, case_ids: Sequence[int]) -> list[Told]:
    acts = select(Audit, Person.name).outerjoin(Person, Person.id == Audit.person_id).where(Audit.verb.in_(PASSED_ON))
    rows = session.execute(acts.where(among(session, Audit.case_id, case_ids)).order_by(Audit.id.desc()).limit(MOST)).all()
    names = _names(session, [act.detail.get("to") for act, _ in rows])
    return [Told(What.HANDED_OVER, act.at, act.case_id, name or "", to=names.get(act.detail.get("to"), name or "")) for act, name in rows]


def _names(session: Session, ids: Sequence[Any]) -> Mapping[Any, str]:
    wanted = sorted({one for one in ids if isinstance(one, int)})
    return {row.id: row.name for row in session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))} if wanted else {}


def _promises(session: Session, case_ids: Sequence[int]) -> list[Told]:
    query = select(Promise, Person.name).outerjoin(Person, Person.id == Promise.person_id).where(among(session, Promise.case_id, case_ids))
    rows = session.execute(query.order_by(Promise.id.desc()).limit(MOST))
    return [Told(What.PROMISE, one.made_at, one.case_id, name or "", one.text, due_at=one.due_at) for one, name in rows]


def _endings(session: Session, case_ids: Sequence[int]) -> list[Told]:
    query = select(Ending, Person.name).outerjoin(Person, Person.id == Ending.person_id).where(among(session, Ending.case_id, case_ids))
    told = []
    for ending, name in session.execute(query.order_by(Ending.id.desc()).limit(MOST)):
        how = stood(ending.outcome, held_at=ending.held_at, back_at=ending.back_at)
        told.append(Told(What.ENDED, ending.at, ending.case_id, name or "", outcome=ending.outcome, stood=how))
        if ending.back_at is not None:
            told.append(Told(What.CAME_BACK, ending.back_at, ending.case_id, outcome=ending.outcome))
    return told
