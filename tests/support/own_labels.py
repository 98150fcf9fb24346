"""Own labels for tests: a workspace that hears of parcels and of refunds, a label for one of them, and heads that were fitted for it."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from classifier.own_labels import OwnLabels, WithOwnLabels
from classifier.settings import ClassifierSettings
from classifier.triage import triage_due
from desk.labels import label_examples, label_heads, own_labels, triage, vectors
from desk.labels.label_heads import Learnt
from desk.labels.verdict import Verdict
from desk.settings import DeskSettings
from storage.database import Database
from storage.models import Mention, OwnLabel, Person
from tests.support.engines import EmbeddingEngine
from tests.support.listening import LEASE, NOON, SETTINGS, listening, poll, post, verdict

AGAIN = ("again", "today", "badly", "twice", "open", "wet", "flat", "bent", "here", "now")
FOR = ("june", "july", "august", "trains", "hotels", "lunch", "shoes", "books", "maps", "rent")
PARCELS = [f"the parcel arrived crushed and the box was torn {word}" for word in AGAIN]
REFUNDS = [f"when do you pay my money back for {word}" for word in FOR]


def offered(session: Session, name: str = EmbeddingEngine.embedding) -> None:
    vectors.offer(session, name)


def say(session: Session, scores: Mapping[str, Mapping[int, float]], said: Verdict | None = None, version: str = "1") -> None:
    """Everything that waits gets a verdict, and of own labels what `scores` has under the post's id."""
    waiting = triage.lease(session, "worker", now=NOON, limit=100, lease=LEASE)
    ids = {one.id: one.external_id for one in session.scalars(select(Mention))}
    results = [(one, replace(said or verdict(), own=scores.get(ids[one.mention_id], {}))) for one in waiting]
    triage.record(session, results, engine="fake", version=version, settings=SETTINGS, now=NOON)


def parcel_label(session: Session, by: Person, name: str = "Packaging") -> OwnLabel:
    """A label with ten examples for it and ten against it."""
    label = own_labels.add(session, name=name, meaning="The parcel came damaged", by=by, now=NOON)
    label_examples.paste(session, label.id, PARCELS, is_it=True, by=by, now=NOON)
    label_examples.paste(session, label.id, REFUNDS, is_it=False, by=by, now=NOON)
    return label


def learnt(threshold: float = 0.5, embedding_size: int = 64, languages: tuple[str, ...] = ("en",)) -> Learnt:
    """A head that never speaks by itself: tests that give scores need no more."""
    return Learnt(np.zeros(embedding_size, np.float32).tobytes(), 0.0, threshold, languages, {"yes": 10, "no": 10})


def switched_on(session: Session, label: OwnLabel, by: Person, head: Learnt | None = None, name: str = EmbeddingEngine.embedding) -> int:
    """A head in force; its id."""
    offered(session, name)
    head_id = label_heads.store(session, label.id, name, head or learnt(), takes_over=False, now=NOON)
    own_labels.switch_on(session, label.id, head_id=head_id, by=by, now=NOON)
    return head_id


def heard(database: Database, *texts: str) -> None:
    """Posts that wait for their labels."""
    with database.write() as session:
        listening(session)
        poll(session, *(post(str(place), text, by=f"c{place}") for place, text in enumerate(texts, start=1)))


def answered(own: OwnLabels, label_id: int) -> dict[str, object]:
    """What the classifier makes of a request to learn."""
    return own.answer({"label_id": label_id, "embedding": EmbeddingEngine.embedding})


def triaged(database: Database, own: OwnLabels, engine: EmbeddingEngine) -> int:
    return triage_due(database, WithOwnLabels(engine, own), ClassifierSettings(), DeskSettings(), "worker")
