"""How many statements the acts take that a team does all day: each is a round trip on PostgreSQL, and part of SQLite's only write lock."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from desk.cases import cases
from desk.outcomes import outcomes
from desk.people import people
from desk.replies import replies
from storage.database import Database
from storage.models import Case, Person
from storage.words import CaseStatus, Outcome
from tests.support.desk import NOON, SETTINGS, Shop, person


class Counted:
    """A statement that is executed for many rows counts once."""

    statements = 0


@contextmanager
def counting(database: Database) -> Iterator[Counted]:
    counted = Counted()

    def count(*_: object) -> None:
        counted.statements += 1

    event.listen(database.engine, "before_cursor_execute", count)
    yield counted
    event.remove(database.engine, "before_cursor_execute", count)


class Desk:
    """One agent, and cases that wait."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.write() as session:
            shop = Shop(session)
            self.person_id, self.account_id = person(session).id, shop.account.id
            self.case_ids = [shop.case().id for _ in range(3)]

    def statements(self, act: Callable[[Session, Person], object]) -> int:
        """Of one act as the board does it: in a session of its own, by somebody whose roles are read in it."""
        with counting(self.database) as counted, self.database.write() as session:
            act(session, people.active(session, self.person_id))
        return counted.statements


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def test_a_claim(desk: Desk) -> None:
    taken = desk.statements(lambda session, by: cases.claim(session, desk.case_ids[0], by=by, now=NOON))
    assert 0 < taken <= 9
    with desk.database.read() as session:
        case = session.get_one(Case, desk.case_ids[0])
        assert (case.assignee_id, case.claim_no, case.status, case.claimed_at) == (desk.person_id, 1, CaseStatus.OPEN, NOON)


def test_the_next_case(desk: Desk) -> None:
    assert 0 < desk.statements(lambda session, by: cases.claim_next(session, by=by, settings=SETTINGS, now=NOON)) <= 17


def test_a_reply_and_the_end_of_its_case(desk: Desk) -> None:
    case_id, other = desk.case_ids[:2]
    with desk.database.write() as session:
        by = people.active(session, desk.person_id)
        seen, _ = [cases.claim(session, one, by=by, now=NOON).latest_mention_id for one in (case_id, other)]
    told = {"text": "It is on its way", "key": "k", "seen_mention_id": seen, "account_id": desk.account_id, "settings": SETTINGS}
    assert 0 < desk.statements(lambda session, by: replies.queue(session, case_id, by=by, now=NOON, **told)) <= 18  # type: ignore[arg-type]
    assert 0 < desk.statements(lambda session, by: outcomes.close(session, other, outcome=Outcome.NO_ACTION, by=by, now=NOON)) <= 11
