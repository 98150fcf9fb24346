"""What may train a classifier: what its source allows, and X once an admin has said so."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.errors import Invalid, NotAllowed
from desk.labels import corrections, training
from storage.database import Database
from storage.models import Audit, Person
from storage.words import Question, Role
from tests.support.desk import person
from tests.support.listening import NOON, SETTINGS, classify, listening, mention, poll, post


@pytest.fixture
def corrected(database: Database) -> Database:
    """A post on X and one of a feed, each with a label that a person named."""
    with database.write() as session:
        listening(session)
        poll(session, post("a", "Lamp broke"))
        poll(session, post("b", "Lamp works", by="b"), feed="forum")
        classify(session)
        agent = person(session, now=NOON)
        for name in ("a", "b"):
            corrections.correct(session, mention(session, name).id, Question.SENTIMENT, "positive", by=agent, settings=SETTINGS, now=NOON)
    return database


def sources(session: Session) -> list[str]:
    return [row["source"] for row in training.corrections(session)]


def admin(session: Session) -> Person:
    return person(session, "Mina Kaur", Role.ADMIN, now=NOON)


def test_x_trains_from_an_approval_until_it_is_withdrawn(corrected: Database) -> None:
    with corrected.write() as session:
        by = admin(session)
        assert sources(session) == ["rss"]
        training.approve(session, "x", by=by, now=NOON)
        training.approve(session, "x", by=by, now=NOON)
        assert sources(session) == ["x", "rss"]
        training.withdraw(session, "x", by=by, now=NOON)
        assert sources(session) == ["rss"]
        acts = select(Audit.verb).where(Audit.subject == "x").order_by(Audit.id)
        assert session.scalars(acts).all() == ["training_approved", "training_approved", "training_withdrawn"]


def test_nobody_approves_what_a_platform_forbids_and_only_admins_approve(corrected: Database) -> None:
    with corrected.write() as session:
        with pytest.raises(Invalid, match="only for x"):
            training.approve(session, "reddit", by=admin(session), now=NOON)
        with pytest.raises(NotAllowed):
            training.approve(session, "x", by=person(session, "Bo Lind", Role.LEAD, now=NOON), now=NOON)
        assert sources(session) == ["rss"]
