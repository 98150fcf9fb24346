"""The tour: each step is done by its act, and by nothing else."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from desk.cases import cases
from desk.errors import NotAllowed
from desk.outcomes import outcomes
from desk.outcomes.outcomes import ResolutionDraft
from desk.people import shifts, tour
from desk.people.tour import Step
from desk.replies import approvals
from storage.database import Database
from storage.models import Person
from storage.words import Outcome, Role
from tests.support.desk import NOON, SECOND, Shop, person

SOLVED = ResolutionDraft(cause="Label torn", fix="Sent again", evidence="She has it")


def begun(session: Session) -> tuple[Person, Shop]:
    ana, shop = person(session), Shop(session)
    cases.claim(session, shop.case().id, by=ana, now=NOON)
    tour.begin(session, by=ana, now=NOON)
    return ana, shop


def test_the_six_steps_follow_what_somebody_does(database: Database) -> None:
    with database.write() as session:
        ana, shop = begun(session)
        person(session, "Lea Hart", Role.LEAD)
        ana.is_learning = True
        case = shop.case()
        steps = [tour.of(session, ana.id).step, tour.of(session, ana.id, has_open_case=True).step]
        cases.claim(session, case.id, by=ana, now=NOON)
        steps.append(tour.of(session, ana.id).step)
        tour.note(session, tour.LOOKED, case_id=case.id, by=ana, now=NOON)
        steps.append(tour.of(session, ana.id).step)
        told: dict[str, Any] = {"text": "Sorry", "key": "k", "seen_mention_id": case.latest_mention_id, "account_id": shop.account.id}
        approvals.ask(session, case.id, **told, by=ana, now=NOON)
        steps.append(tour.of(session, ana.id).step)
        outcomes.close(session, case.id, outcome=Outcome.SOLVED, resolution=SOLVED, by=ana, now=NOON + SECOND)
        steps.append(tour.of(session, ana.id).step)
        tour.note(session, tour.SAW_SHIFT, by=ana, now=NOON + SECOND)
        assert [*steps, tour.of(session, ana.id).step] == [*Step, None]
        tour.finish(session, by=ana, now=NOON + SECOND)
        assert ana.tour_step == tour.DONE


def test_nothing_to_look_at_keeps_nobody_but_a_case_that_is_not_solved_does(database: Database) -> None:
    with database.write() as session:
        ana, shop = begun(session)
        case = shop.claimed(ana)
        told: dict[str, Any] = {"text": "Sorry", "key": "k", "seen_mention_id": case.latest_mention_id, "account_id": shop.account.id}
        person(session, "Lea Hart", Role.LEAD)
        approvals.ask(session, case.id, **told, by=ana, now=NOON)
        assert tour.of(session, ana.id).step is Step.CLOSE
        outcomes.close(session, case.id, outcome=Outcome.SPAM, by=ana, now=NOON + SECOND)
        assert tour.of(session, ana.id).step is Step.CLOSE
        tour.finish(session, by=ana, now=NOON)
        assert ana.tour_step == tour.ON


def test_what_was_done_before_or_by_others_counts_for_nobody(database: Database) -> None:
    with database.write() as session:
        ana, shop = begun(session)
        bo = person(session, "Bo Lind")
        shop.claimed(bo)
        tour.note(session, tour.LOOKED, by=bo, now=NOON)
        assert tour.of(session, ana.id).done == frozenset()
        assert tour.of(session, bo.id) == tour.Tour(tour.NEW)


def test_it_can_be_left_and_goes_on_where_it_was(database: Database) -> None:
    with database.write() as session:
        ana, shop = begun(session)
        shop.claimed(ana)
        tour.leave(session, by=ana, now=NOON)
        assert tour.of(session, ana.id).state == tour.LEFT
        tour.begin(session, by=ana, now=NOON)
        assert tour.of(session, ana.id).step is Step.LOOK
        shifts.pause(session, ana.id, by=ana, now=NOON)
        assert Step.SHIFT in tour.of(session, ana.id).done


def test_who_never_began_begins_after_saying_not_now(database: Database) -> None:
    with database.write() as session:
        ana = person(session)
        tour.leave(session, by=ana, now=NOON)
        tour.begin(session, by=ana, now=NOON)
        assert tour.of(session, ana.id).step is Step.OPEN


def test_it_is_for_those_who_work_on_cases(database: Database) -> None:
    with database.write() as session, pytest.raises(NotAllowed):
        tour.begin(session, by=person(session, "Rik Vale", Role.READER), now=NOON)
