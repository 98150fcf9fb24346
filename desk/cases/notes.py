"""Notes on a case: what colleagues tell each other. They never leave the house, and whoever is named in one is told."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from desk import audit
from desk.access import case_to_change
from desk.alerts import notices
from desk.errors import Invalid, NotFound
from desk.people import people
from storage.models import Case, Note, Notice, Person
from storage.words import NoticeKind

REMOVABLE = timedelta(minutes=10)
"""How long whoever wrote a note may take it back: after that colleagues have relied on it."""

SAID_TWICE = timedelta(minutes=1)
"""The same words of the same person within this are one note: a click whose answer was lost is clicked again."""

LONGEST = 10_000
LONGEST_NEWS = 200

OF_CASE = select(Note, Person.name).join(Person, Person.id == Note.person_id).where(Note.case_id == bindparam("case_id")).order_by(Note.id)
"""Built once: every look at a case asks it."""

NAMED = re.compile(r'(?<![\w@])@(?:"([^"\n]{1,120})"|([^\W_]{1,8})(?!\w))')
"""@ before initials, or before a whole name in quotes; within an e-mail address it names nobody."""


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note as it stands beside its case. `person_id`: who wrote it, and may remove it until `removable_until`."""

    id: int
    at: datetime
    person: str
    text: str
    person_id: int
    removable_until: datetime


def add_note(session: Session, case_id: int, *, text: str, by: Person, now: datetime) -> Case:
    """A note for colleagues; it never leaves the house. Those of the care team whom it names by @initials or @"full name" are told.

    Who is unknown stays text. Raises Invalid for an empty note, and for one that is too long.
    """
    people.require(by, people.CARE)
    if not text.strip():
        raise Invalid("The note is empty")
    case = case_to_change(session, case_id)
    if not _is_said_twice(session, case_id, text.strip(), by=by, now=now):
        note = write(session, case, text=text, by=by, now=now)
        audit.record(session, "note", now=now, by=by, case_id=case_id, note=note.id)
    return case


def write(session: Session, case: Case, *, text: str, by: Person, now: datetime, but: Collection[int] = ()) -> Note:
    """Store a note that belongs to another act, which makes its own record. `but`: who hears of that act anyway. The caller has locked the case."""
    said = text.replace("\x00", "").strip()
    if len(said) > LONGEST:
        raise Invalid(f"A note may have {LONGEST:,} characters; this one has {len(said):,}")
    note = Note(case_id=case.id, person_id=by.id, at=now, text=said)
    session.add(note)
    session.flush()
    told = [person.id for person in named(said, _colleagues(session)) if person.id not in but]
    key = _key(note.id)
    notices.tell(session, told, NoticeKind.MENTIONED, key=key, now=now, case_id=case.id, by=by, text=said[:LONGEST_NEWS])
    return note


def remove(session: Session, note_id: int, *, by: Person, now: datetime) -> Case:
    """Take one's own note back, with the news of it. Raises NotFound, and Invalid for a colleague's note or one that has stood too long."""
    people.require(by, people.CARE)
    note = session.get(Note, note_id)
    if note is None:
        raise NotFound("This note is gone already")
    case = case_to_change(session, note.case_id)
    if note.person_id != by.id:
        raise Invalid("Only who wrote a note may remove it")
    if now >= note.at + REMOVABLE:
        raise Invalid("It has stood for ten minutes: colleagues may rely on it. Add another note that corrects it")
    session.execute(delete(Notice).where(Notice.case_id == case.id, Notice.key == _key(note_id)))
    session.delete(note)
    audit.record(session, "note_removed", now=now, by=by, case_id=case.id, note=note_id)
    return case


def of_case(session: Session, case_id: int, *, by: Person) -> tuple[NoteView, ...]:
    """The notes of a case, oldest first; for the care team only."""
    if not people.roles_of(by) & people.CARE:
        return ()
    rows = session.execute(OF_CASE, {"case_id": case_id})
    return tuple(NoteView(note.id, note.at, name, note.text, note.person_id, note.at + REMOVABLE) for note, name in rows)


def named(text: str, colleagues: Iterable[Person]) -> list[Person]:
    """Whom a note names, each once. Initials belong to one person; a name that two people share names both."""
    found = NAMED.findall(text)
    names, initials = {name.casefold().strip() for name, _ in found if name}, {short.casefold() for _, short in found if short}
    return [one for one in colleagues if one.initials.casefold() in initials or one.name.casefold() in names]


def _colleagues(session: Session) -> list[Person]:
    """Who can read a note, and so be told of it."""
    return [one for one in people.everyone(session) if people.roles_of(one) & people.CARE]


def _is_said_twice(session: Session, case_id: int, text: str, *, by: Person, now: datetime) -> bool:
    last = session.scalar(select(Note).where(Note.case_id == case_id).order_by(Note.id.desc()).limit(1))
    return last is not None and last.person_id == by.id and last.text == text and now - last.at < SAID_TWICE


def _key(note_id: int) -> str:
    return f"note {note_id}"
