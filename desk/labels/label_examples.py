"""Examples of a team's own label: a person says of a post, or of a text that they paste, whether it is one. Each counts on its post at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from desk import audit
from desk.access import case_to_change
from desk.errors import Invalid, NotFound
from desk.intake.cleaning import plain
from desk.labels import label_marks, triage
from desk.people import people
from desk.settings import DeskSettings
from storage.dialect import upsert
from storage.models import Catch, LabelExample, Mention, OwnLabel, Person
from storage.words import OwnLabelKind

LEAST = 8
"""A head is learnt from so many examples of what it is to find; with fewer, chance would decide what it looks for."""

MOST = 1_000
LONGEST = 5_000
SHORTEST = 3


@dataclass(frozen=True, slots=True)
class ExampleView:
    """One example. `text` is empty for a post whose words were let go of."""

    id: int
    mention_id: int | None
    text: str
    is_it: bool
    person: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """What became of a post by a person's word. `opened`: it became a case, or its case came back."""

    label_id: int
    mention_id: int
    is_it: bool
    case_id: int | None
    opened: bool = False


def say(session: Session, label_id: int, mention_id: int, *, is_it: bool, by: Person, settings: DeskSettings, now: datetime) -> Said:
    """This post is one, or is not: an example, and in force at once. Of a relevance: it is about us, or it is not.

    A post that is about us after all becomes a case if it needs a person; one that is not closes none. Raises NotAllowed, NotFound, and
    Invalid for our own, private and erased posts.
    """
    people.require(by, people.LABELS)
    label, mention = _label(session, label_id), _mention(session, mention_id)
    _require_room(session, label_id, 1)
    row = {"label_id": label_id, "mention_id": mention_id, "text": "", "is_it": is_it, "person_id": by.id, "at": now}
    change = {"is_it": is_it, "person_id": by.id, "at": now}
    upsert(session, LabelExample.__table__, [row], key=("label_id", "mention_id"), change=change)
    opened = _settle(session, label, mention, is_it=is_it, settings=settings, now=now)
    subject = f"mention {mention_id}"
    audit.record(session, "own_label_said", now=now, by=by, case_id=mention.case_id, subject=subject, label=label_id, is_it=is_it)
    return Said(label_id, mention_id, is_it, mention.case_id, opened)


def paste(session: Session, label_id: int, texts: Iterable[str], *, is_it: bool, by: Person, now: datetime) -> int:
    """Texts as examples, one each; how many were new. Raises NotAllowed, NotFound, and Invalid where there is none, or one is too long."""
    people.require(by, people.LEADS)
    _label(session, label_id)
    wanted = list(dict.fromkeys(text for text in (plain(one).strip() for one in texts) if len(text) >= SHORTEST))
    if not wanted:
        raise Invalid("There is no text to learn from: write one example on each line")
    if any(len(text) > LONGEST for text in wanted):
        raise Invalid(f"An example is too long: {LONGEST} characters at most")
    there = set(session.scalars(select(LabelExample.text).where(LabelExample.label_id == label_id, LabelExample.mention_id.is_(None))))
    new = [text for text in wanted if text not in there]
    _require_room(session, label_id, len(new))
    session.add_all([LabelExample(label_id=label_id, text=text, is_it=is_it, person_id=by.id, at=now) for text in new])
    audit.record(session, "own_label_pasted", now=now, by=by, subject=f"own label {label_id}", n=len(new), is_it=is_it)
    session.flush()
    return len(new)


def drop(session: Session, example_id: int, *, by: Person, now: datetime) -> None:
    """Take one example back: its post is what the head says of it, once that looks at it again. Raises NotAllowed, NotFound."""
    people.require(by, people.LEADS)
    example = session.get(LabelExample, example_id)
    if example is None:
        raise NotFound("There is no such example")
    audit.record(session, "own_label_dropped", now=now, by=by, subject=f"own label {example.label_id}", example=example_id)
    session.delete(example)
    session.flush()


def examples(session: Session, label_id: int, *, limit: int = 200) -> list[ExampleView]:
    """The newest first."""
    columns = select(LabelExample, Mention.title, Mention.text, Person.name).join(Person, Person.id == LabelExample.person_id)
    query = columns.outerjoin(Mention, Mention.id == LabelExample.mention_id).where(LabelExample.label_id == label_id)
    return [
        ExampleView(one.id, one.mention_id, f"{title or ''}\n{text or ''}".strip() or one.text, one.is_it, person, one.at)
        for one, title, text, person in session.execute(query.order_by(LabelExample.id.desc()).limit(limit))
    ]


def counts(session: Session) -> dict[int, tuple[int, int]]:
    """How many examples of each label say that it is one, and how many that it is none."""
    columns = select(LabelExample.label_id, func.count().filter(LabelExample.is_it), func.count())
    return {label_id: (yes, n - yes) for label_id, yes, n in session.execute(columns.group_by(LabelExample.label_id))}


def said_of(session: Session, mention_id: int) -> dict[int, bool]:
    """What people said of a post, by label."""
    columns = select(LabelExample.label_id, LabelExample.is_it).where(LabelExample.mention_id == mention_id)
    return {row.label_id: row.is_it for row in session.execute(columns)}


def relevance_of(session: Session, mention_id: int) -> int | None:
    """What some feed that caught a post was taught about us; None where no feed was."""
    caught = select(OwnLabel.id).join(Catch, Catch.feed_id == OwnLabel.feed_id).where(Catch.mention_id == mention_id)
    return session.scalar(caught.where(OwnLabel.retired_at.is_(None)).order_by(OwnLabel.id).limit(1))


def forget_pasted(session: Session, *, before: datetime) -> int:
    """Pasted texts that are kept long enough go; how many."""
    old = delete(LabelExample).where(LabelExample.mention_id.is_(None), LabelExample.at < before).returning(LabelExample.id)
    return len(session.scalars(old.execution_options(synchronize_session=False)).all())


def _settle(session: Session, label: OwnLabel, mention: Mention, *, is_it: bool, settings: DeskSettings, now: datetime) -> bool:
    opened = False
    if label.kind is OwnLabelKind.LABEL:
        label_marks.mark(session, mention, label.id, is_it=is_it)
    elif is_it and mention.aside_by_id is not None:
        mention.aside_by_id = None
        opened = mention.triaged_at is not None and triage.follow(session, mention, settings=settings, now=now)
    elif not is_it and mention.case_id is None and not label_marks.is_emergency(mention):
        mention.aside_by_id = label.id
    session.flush()
    if mention.case_id is not None:
        case_to_change(session, mention.case_id).version += 1
    return opened


def _label(session: Session, label_id: int) -> OwnLabel:
    label = session.scalar(select(OwnLabel).where(OwnLabel.id == label_id, OwnLabel.retired_at.is_(None)))
    if label is None:
        raise NotFound("There is no such label")
    return label


def _mention(session: Session, mention_id: int) -> Mention:
    found = select(Mention).where(Mention.id == mention_id).with_for_update(key_share=True)
    mention = session.scalar(found.execution_options(populate_existing=True))
    if mention is None:
        raise NotFound("There is no such mention")
    if mention.is_own or mention.is_private or mention.deleted_at is not None:
        raise Invalid("Only a customer's public post that still stands can be an example")
    return mention


def _require_room(session: Session, label_id: int, n: int) -> None:
    there = session.scalar(select(func.count()).where(LabelExample.label_id == label_id)) or 0
    if there + n > MOST:
        raise Invalid(f"A label has {MOST} examples at most: drop some that say the same")
