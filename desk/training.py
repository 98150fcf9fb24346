"""What people said of labels, as rows that a classifier can be trained with."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import platforms
from desk.standing import Standing, label_of, standing
from storage.models import Correction, Mention
from storage.words import Question

CHUNK = 500


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
                text = f"{mention.title}\n{mention.text}" if mention.title else mention.text
                yield {"text": text, "language": mention.language, "source": mention.source, **answers}
        after = found[-1].id


def _page(session: Session, after: int) -> list[Mention]:
    allowed = [source for source, may in platforms.MAY_TRAIN.items() if may]
    labelled = select(Correction.mention_id).where(Correction.mention_id > after, Correction.withdrawn_at.is_(None)).distinct()
    theirs = select(Mention).where(
        Mention.id.in_(labelled), Mention.source.in_(allowed), Mention.deleted_at.is_(None), ~Mention.is_own, ~Mention.is_private
    )
    return list(session.scalars(theirs.order_by(Mention.id).limit(CHUNK)))


def _answers(mention: Mention, found: dict[Question, Standing]) -> dict[str, Any]:
    """A label that was named for an earlier text teaches nothing."""
    fitting = {question: one for question, one in found.items() if one.revision == mention.revision}
    return {question.value: label_of(question, fitting[question].label) for question in Question if question in fitting}
