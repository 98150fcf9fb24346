"""What people said of labels, as rows that a classifier can be trained with."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from desk import audit, platforms
from desk.errors import Invalid
from desk.labels.reading import as_read
from desk.labels.standing import Standing, label_of, standing
from desk.people import people
from desk.sources import known
from storage.dialect import upsert
from storage.models import Correction, Fact, Mention, Person
from storage.words import Question

CHUNK = 500


def approve(session: Session, source: str, *, by: Person, now: datetime) -> None:
    """An admin has read the platform's terms, and says that what was read there may train a classifier. Raises NotAllowed, Invalid."""
    people.require(by, people.ADMINS)
    if source not in _approvable():
        allowed = ", ".join(sorted(_approvable()))
        raise Invalid(f"Nobody can approve that for {source}: only for {allowed}")
    upsert(session, Fact.__table__, [{"name": _fact(source), "value": str(by.id)}], key=("name",), change={"value": str(by.id)})
    audit.record(session, "training_approved", now=now, by=by, subject=source)


def withdraw(session: Session, source: str, *, by: Person, now: datetime) -> None:
    """The approval holds no longer: what is exported from now on leaves the source out. Raises NotAllowed."""
    people.require(by, people.ADMINS)
    session.execute(delete(Fact).where(Fact.name == _fact(source)))
    audit.record(session, "training_withdrawn", now=now, by=by, subject=source)


def allowed(session: Session) -> list[str]:
    """The sources whose posts may train: those that say so themselves, and those that an admin approved."""
    approved = set(session.scalars(select(Fact.name).where(Fact.name.in_([_fact(source) for source in _approvable()]))))
    return sorted(source for source in known.names() if platforms.may_train(source) or _fact(source) in approved)


def _approvable() -> frozenset[str]:
    """Where the terms are for the workspace to read: an admin who has done so may say that its posts train our own small classifier."""
    return known.those(lambda declared: declared.trains_when_approved)


def _fact(source: str) -> str:
    return f"may_train_{source}"


def corrections(session: Session) -> Iterator[dict[str, Any]]:
    """Each mention that people labelled, in the order of their ids: its text and language, and every question that they answered for that text.

    Only of sources whose terms allow it; nothing of who wrote or who labelled. An engine reads title and text as one, so they come as one.
    """
    after = 0
    while found := _page(session, after):
        labels = standing(session, [mention.id for mention in found])
        for mention in found:
            answers = _answers(mention, labels.get(mention.id, {}))
            if answers:
                yield {"text": as_read(mention.title, mention.text), "language": mention.language, "source": mention.source, **answers}
        after = found[-1].id


def _page(session: Session, after: int) -> list[Mention]:
    labelled = select(Correction.mention_id).where(Correction.mention_id > after, Correction.withdrawn_at.is_(None)).distinct()
    theirs = select(Mention).where(
        Mention.id.in_(labelled), Mention.source.in_(allowed(session)), Mention.deleted_at.is_(None), ~Mention.is_own, ~Mention.is_private
    )
    return list(session.scalars(theirs.order_by(Mention.id).limit(CHUNK)))


def _answers(mention: Mention, found: dict[Question, Standing]) -> dict[str, Any]:
    """A label that was named for an earlier text teaches nothing."""
    fitting = {question: one for question, one in found.items() if one.revision == mention.revision}
    return {question.value: label_of(question, fitting[question].label) for question in Question if question in fitting}
