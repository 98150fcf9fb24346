"""What happened with one customer, entry by entry: what they wrote, what we answered, and who of us did what.

A case that was taken in by another one is told as a part of that one. What was private stays so: direct messages, our answers to them, and what
colleagues note for each other are told to care roles only.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases import privacy, story_acts
from desk.cases.story_acts import Act
from desk.intake import media
from desk.intake.media import MediaView
from desk.replies import given
from storage.dialect import among
from storage.models import Case, Ending, Incident, Mention, MentionRevision, Note, Person, Promise, Reply
from storage.words import Outcome, ReplyState

MOST = 300
"""Of each kind of entry, the newest ones."""

MOST_CASES = 200
"""Of one customer, those that were taken in by others among them."""


class What(StrEnum):
    """What an entry of the story tells."""

    POST = "post"
    EDITED = "edited"
    REPLY = "reply"
    NOTE = "note"
    HANDED_OVER = "handed_over"
    ACT = "act"
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
    """One entry. `who` wrote or did it, empty for the system; `text` is theirs or ours; the rest where it belongs.

    `act`: what was done, of the acts that have no fields of their own; `about` names its rule, incident, team, kind or other case, `to` the
    colleague. Of an answer `about` is the incident that all of whose customers got it, and `back_at` says that it was taken back.
    """

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
    act: Act | None = None
    about: str = ""
    back_at: datetime | None = None
    media: tuple[MediaView, ...] = ()


def told(session: Session, author_id: int, *, reader: Person) -> list[Told]:
    """The whole story, newest first, as this reader may know it."""
    may_see = privacy.sees(reader)
    parts = _parts(_Cases.of(session, author_id), session, author_id, may_see=may_see)
    shown = [one for part in parts for one in part if may_see or not one.is_private]
    return sorted(shown, key=lambda one: one.at, reverse=True)


def stood(outcome: Outcome | None, *, held_at: datetime | None, back_at: datetime | None = None) -> Stood | None:
    """What became of an ending; None while there is none."""
    if outcome is None:
        return None
    if back_at is not None:
        return Stood.CAME_BACK
    if outcome is not Outcome.SOLVED:
        return Stood.OTHER
    return Stood.HELD if held_at is not None else Stood.EARLY


@dataclass(frozen=True, slots=True)
class _Cases:
    """All cases of one customer, and as which of them each is told."""

    shown_as: Mapping[int, int]

    @classmethod
    def of(cls, session: Session, author_id: int) -> "_Cases":
        query = select(Case.id, Case.merged_into_id).where(Case.author_id == author_id).order_by(Case.opened_at.desc(), Case.id.desc())
        into = {row.id: row.merged_into_id for row in session.execute(query.limit(MOST_CASES))}
        return cls({case_id: _last(case_id, into) for case_id in into})

    @property
    def ids(self) -> Sequence[int]:
        return sorted(self.shown_as)

    def number(self, case_id: int) -> int:
        return self.shown_as.get(case_id, case_id)


def _last(case_id: int, into: Mapping[int, int | None]) -> int:
    """The case that goes on, of a case that became part of another one, which may have become part of a third."""
    seen = {case_id}
    while (after := into.get(case_id)) is not None and after not in seen:
        case_id = after
        seen.add(case_id)
    return case_id


def _parts(known: _Cases, session: Session, author_id: int, *, may_see: bool) -> Iterator[Sequence[Told]]:
    yield _posts(session, author_id, may_see=may_see)
    yield _edits(session, author_id)
    yield _replies(session, known)
    yield _elsewhere(session, known)
    yield _notes(session, known) if may_see else ()
    yield _acts(session, known)
    yield _promises(session, known)
    yield _endings(session, known)


def _posts(session: Session, author_id: int, *, may_see: bool) -> list[Told]:
    query = select(Mention).where(Mention.author_id == author_id)
    query = query if may_see else query.where(~Mention.is_private)
    found = session.scalars(query.order_by(Mention.posted_at.desc()).limit(MOST)).all()
    pictures = media.of_mentions(session, [mention.id for mention in found if mention.deleted_at is None])
    return [replace(_post(mention), media=pictures.get(mention.id, ())) for mention in found]


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


def _edits(session: Session, author_id: int) -> list[Told]:
    """That they wrote it otherwise; what they took out of it is not told again."""
    columns = (MentionRevision.replaced_at, Mention.case_id, Mention.is_private, Mention.id)
    query = select(*columns).join(Mention, Mention.id == MentionRevision.mention_id).where(Mention.author_id == author_id)
    rows = session.execute(query.order_by(MentionRevision.replaced_at.desc()).limit(MOST))
    return [Told(What.EDITED, at, case_id, is_private=is_private, mention_id=mention_id) for at, case_id, is_private, mention_id in rows]


def _replies(session: Session, known: _Cases) -> list[Told]:
    is_back = given.is_taken_back().label("is_back")
    sent = select(Reply, Person.name, Incident.name, is_back).outerjoin(Person, Person.id == Reply.person_id)
    sent = sent.outerjoin(Incident, Incident.id == Reply.incident_id).where(Reply.state == ReplyState.SENT)
    rows = session.execute(sent.where(among(session, Reply.case_id, known.ids)).order_by(Reply.id.desc()).limit(MOST)).all()
    return [_reply(known, reply, who or "", about or "", is_back=bool(back)) for reply, who, about, back in rows]


def _reply(known: _Cases, reply: Reply, who: str, about: str, *, is_back: bool) -> Told:
    at, back_at = reply.sent_at or reply.saved_at, reply.changed_at if is_back else None
    marks: dict[str, Any] = {"is_private": reply.is_private, "about": about, "back_at": back_at}
    return Told(What.REPLY, at, known.number(reply.case_id), who, reply.text, "" if is_back else reply.url, **marks)


def _elsewhere(session: Session, known: _Cases) -> list[Told]:
    """Answers of our accounts that were written in the platform's own app."""
    ours = select(Reply.external_id).where(among(session, Reply.case_id, known.ids), Reply.external_id.is_not(None))
    theirs = (among(session, Mention.case_id, known.ids), Mention.is_own, Mention.deleted_at.is_(None), Mention.external_id.not_in(ours))
    found = session.scalars(select(Mention).where(*theirs).order_by(Mention.posted_at.desc()).limit(MOST))
    return [replace(_post(mention), what=What.REPLY, is_abusive=False) for mention in found]


def _notes(session: Session, known: _Cases) -> list[Told]:
    query = select(Note, Person.name).join(Person, Person.id == Note.person_id).where(among(session, Note.case_id, known.ids))
    rows = session.execute(query.order_by(Note.id.desc()).limit(MOST))
    return [Told(What.NOTE, note.at, known.number(note.case_id), name, note.text) for note, name in rows]


def _acts(session: Session, known: _Cases) -> list[Told]:
    return [_act(known, one) for one in story_acts.of_cases(session, known.ids, limit=MOST)]


def _act(known: _Cases, done: story_acts.Done) -> Told:
    number = known.number(done.case_id)
    if done.act is Act.HANDED_OVER:
        return Told(What.HANDED_OVER, done.at, number, done.who, to=done.to or done.who)
    return Told(What.ACT, done.at, number, done.who, to=done.to, act=done.act, about=done.about)


def _promises(session: Session, known: _Cases) -> list[Told]:
    query = select(Promise, Person.name).outerjoin(Person, Person.id == Promise.person_id).where(among(session, Promise.case_id, known.ids))
    rows = session.execute(query.order_by(Promise.id.desc()).limit(MOST))
    return [Told(What.PROMISE, one.made_at, known.number(one.case_id), name or "", one.text, due_at=one.due_at) for one, name in rows]


def _endings(session: Session, known: _Cases) -> list[Told]:
    """A case that became part of another one did not end by that."""
    query = select(Ending, Person.name).outerjoin(Person, Person.id == Ending.person_id).where(among(session, Ending.case_id, known.ids))
    query = query.join(Case, Case.id == Ending.case_id).where((Case.merged_into_id.is_(None)) | (Ending.outcome != Outcome.DUPLICATE))
    found = []
    for ending, name in session.execute(query.order_by(Ending.id.desc()).limit(MOST)):
        how = stood(ending.outcome, held_at=ending.held_at, back_at=ending.back_at)
        found.append(Told(What.ENDED, ending.at, known.number(ending.case_id), name or "", outcome=ending.outcome, stood=how))
        if ending.back_at is not None:
            found.append(Told(What.CAME_BACK, ending.back_at, known.number(ending.case_id), outcome=ending.outcome))
    return found
