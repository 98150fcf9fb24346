"""A rule gives cases to somebody while they leave or end their shift: they get what they can still hand on, and nothing after that."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.labels import triage
from desk.people import leaving, shifts
from desk.rules.rule_deciding import Left
from storage.database import Database
from storage.models import Case, Person, RuleFiring
from storage.words import CaseStatus
from tests.support.desk import person
from tests.support.listening import LEASE, NOON, SETTINGS, listening, poll, post, verdict
from tests.support.race import together
from tests.support.ruling import on

pytestmark = pytest.mark.race

WORKERS = 12
POSTS_EACH = 4

Act = Callable[[Session, Person], object]


def given_to_ana(database: Database) -> int:
    """Posts that wait for triage, and a rule that gives all of them to one person; her id."""
    with database.write() as session:
        listening(session)
        ana = person(session, now=NOON)
        on(session, "Parcels to Ana", {"query": "parcel"}, assign=ana.id)
        poll(session, *(post(str(number), by=f"c{number}") for number in range(WORKERS * POSTS_EACH)))
        return ana.id


def label_some(database: Database, worker: str) -> int:
    with database.write() as session:
        waiting = triage.lease(session, worker, now=NOON, limit=POSTS_EACH, lease=LEASE)
    with database.write() as session:
        said = [(one, verdict()) for one in waiting]
        return triage.record(session, said, engine="fake", version="1", settings=SETTINGS, now=NOON).opened


def race(database: Database, act: Act) -> tuple[int, list[int]]:
    """Everything is triaged while the act is done in the middle of it. Returns her id, and her cases as the act's transaction left them."""
    ana_id = given_to_ana(database)

    def work(number: int) -> list[int]:
        if number != WORKERS // 2:
            label_some(database, f"w{number}")
            return []
        with database.write() as session:
            act(session, session.get_one(Person, ana_id))
            return cases_of(session, ana_id)

    left = [case_id for found in together(work, WORKERS + 1) for case_id in found]
    while label_some(database, "last"):
        pass
    return ana_id, left


def cases_of(session: Session, person_id: int) -> list[int]:
    live = select(Case.id).where(Case.assignee_id == person_id, Case.status != CaseStatus.CLOSED)
    return list(session.scalars(live.order_by(Case.id)))


def left_because(session: Session) -> set[str | None]:
    return {did["assign"].get("left") for did in session.scalars(select(RuleFiring.did))}


def test_nothing_is_given_to_somebody_who_leaves(database: Database) -> None:
    ana_id, left = race(database, lambda session, ana: leaving.leave(session, ana.id, by=None, now=NOON))
    with database.read() as session:
        assert left == cases_of(session, ana_id) == []
        assert session.scalar(select(func.count()).select_from(Case)) == WORKERS * POSTS_EACH
        assert left_because(session) <= {None, Left.GONE}


def test_nothing_is_given_to_somebody_whose_shift_has_ended(database: Database) -> None:
    ana_id, left = race(database, lambda session, ana: shifts.end(session, by=ana, now=NOON))
    with database.read() as session:
        assert cases_of(session, ana_id) == left
        assert session.scalar(select(func.count()).select_from(Case)) == WORKERS * POSTS_EACH
        assert left_because(session) <= {None, Left.AWAY}


def test_batches_side_by_side_give_nobody_more_than_may_wait_for_them(database: Database) -> None:
    ana_id = given_to_ana(database)
    with database.write() as session:
        session.get_one(Person, ana_id).open_limit = 5
    together(lambda number: label_some(database, f"w{number}"), WORKERS)
    with database.read() as session:
        assert len(cases_of(session, ana_id)) == 5
        assert left_because(session) == {None, Left.FULL}
