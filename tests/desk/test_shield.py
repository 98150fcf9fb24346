"""The abuse shield: what is held back from whom, for how long, and what never is."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases import shield
from desk.intake import erasure
from desk.labels import corrections
from desk.people import shifts
from desk.queue import inbox
from desk.queue.filters import QueueFilter
from desk.settings import DeskSettings
from storage.database import Database
from storage.models import Audit, Case, Person
from storage.words import Question, Role, Urgency
from tests.support.desk import Shop, person
from tests.support.listening import MINUTE, NOON, SETTINGS, classify, listening, mention, poll, post, verdict

ABUSE = verdict(abusive=True)
LATER = NOON + SETTINGS.shield_for


def one_case(session: Session) -> Case:
    return session.scalars(select(Case).execution_options(populate_existing=True)).one()


def told(session: Session, *verbs: str) -> list[str]:
    return list(session.scalars(select(Audit.verb).where(Audit.verb.in_(verbs)).order_by(Audit.id)))


def listed(session: Session, *, now: datetime, sees: bool = False) -> int:
    return len(inbox.queue(session, QueueFilter(sees_shielded=sees), now=now))


def volunteer(session: Session, name: str = "Vio") -> Person:
    found = person(session, name, now=NOON)
    found.takes_abuse = True
    session.flush()
    return found


def abused(session: Session) -> Case:
    """A case that triage has just found abusive, with nobody's clock touched."""
    listening(session)
    poll(session, post("1", "You useless idiots"))
    classify(session, ABUSE)
    return one_case(session)


@pytest.mark.parametrize("role", [Role.LEAD, Role.ADMIN, Role.AGENT])
def test_n9_abuse_that_does_not_press_goes_to_volunteers_and_leads_first(database: Database, role: Role) -> None:
    with database.write() as session:
        there = person(session, "Lea", role, now=NOON)
        there.takes_abuse = role is Role.AGENT
        case = abused(session)
        assert case.abusive
        assert case.shielded_until == LATER
        assert [listed(session, now=NOON), listed(session, now=NOON, sees=True)] == [0, 1]
        assert [listed(session, now=LATER - MINUTE), listed(session, now=LATER)] == [0, 1]
        assert told(session, "shield") == ["shield"]


def test_n9_its_clock_runs_all_the_time(database: Database) -> None:
    with database.write() as session:
        listening(session)
        poll(session, post("1", "calm words", by="ana"), post("2", "You useless idiots", by="bo"))
        volunteer(session)
        classify(session, verdict(), useless=ABUSE)
        calm, rude = session.scalars(select(Case).order_by(Case.id)).all()
        assert (calm.shielded_until, rude.shielded_until) == (None, LATER)
        assert (calm.first_due_at, calm.close_due_at, calm.answer_by) == (rude.first_due_at, rude.close_due_at, rude.answer_by)


def test_n9_a_furious_customer_who_is_in_a_hurry_stays_in_everybodys_queue(database: Database) -> None:
    with database.write() as session:
        volunteer(session)
        listening(session)
        poll(session, post("1", "You idiots, it is on fire"))
        classify(session, verdict(abusive=True, urgency=Urgency.HIGH))
        case = one_case(session)
        assert (case.abusive, case.urgency, case.shielded_until) == (True, Urgency.HIGH, None)
        assert listed(session, now=NOON) == 1


def test_n9_nobody_is_held_back_while_nobody_would_see_them(database: Database) -> None:
    with database.write() as session:
        person(session, "Ana", now=NOON)
        lea = person(session, "Lea", Role.LEAD, now=NOON)
        shifts.pause(session, lea.id, by=lea, now=NOON)
        case = abused(session)
        assert (case.abusive, case.shielded_until) == (True, None)


def test_n9_the_shield_ends_when_the_last_who_sees_it_goes(database: Database) -> None:
    with database.write() as session:
        vio, lea = volunteer(session), person(session, "Lea", Role.LEAD, now=NOON)
        case = abused(session)
        version = case.version
        shifts.pause(session, lea.id, by=lea, now=NOON)
        assert shield.lift_unwatched(session, now=NOON + MINUTE) == 0
        shifts.end(session, by=vio, now=NOON + MINUTE)
        assert shield.lift_unwatched(session, now=NOON + MINUTE) == 1
        assert (listed(session, now=NOON + MINUTE), one_case(session).version) == (1, version + 1)
        assert told(session, "shield", "shield_lifted") == ["shield", "shield_lifted"]
        assert shield.lift_unwatched(session, now=NOON + 2 * MINUTE) == 0


def test_n9_a_correction_shields_and_lifts(database: Database) -> None:
    with database.write() as session:
        vio = volunteer(session)
        listening(session)
        poll(session, post("1", "You are a waste of air"))
        classify(session, verdict())
        case, said = one_case(session), mention(session).id
        assert case.shielded_until is None
        given: dict[str, Any] = {"by": vio, "settings": SETTINGS, "now": NOON + MINUTE}
        corrections.correct(session, said, Question.ABUSIVE, "true", **given)
        assert one_case(session).shielded_until == LATER + MINUTE
        corrections.correct(session, said, Question.URGENCY, "high", **given)
        assert (one_case(session).shielded_until, listed(session, now=NOON + MINUTE)) == (None, 1)
        corrections.withdraw(session, said, Question.URGENCY, **given)
        assert one_case(session).shielded_until == LATER + MINUTE
        corrections.correct(session, said, Question.ABUSIVE, "false", **given)
        assert (one_case(session).abusive, one_case(session).shielded_until) == (False, None)


def test_n9_abuse_that_goes_on_holds_nobody_back_for_longer(database: Database) -> None:
    with database.write() as session:
        volunteer(session)
        abused(session)
        again = LATER + MINUTE
        poll(session, post("2", "You idiots again", thread_id="1", at=again), now=again)
        classify(session, ABUSE, now=again)
        case = one_case(session)
        assert (case.contacts, case.shielded_until, listed(session, now=again)) == (2, LATER, 1)


def test_n9_the_next_time_they_wait_is_shielded_anew(database: Database) -> None:
    with database.write() as session:
        volunteer(session)
        case = abused(session)
        again = LATER + MINUTE
        case.waiting_since = None
        session.flush()
        poll(session, post("2", "You idiots again", thread_id="1", at=again), now=again)
        classify(session, ABUSE, now=again)
        assert one_case(session).shielded_until == again + SETTINGS.shield_for


def test_n9_what_somebody_has_is_in_their_hands(database: Database) -> None:
    with database.write() as session:
        volunteer(session)
        ana, shop = person(session, "Ana", now=NOON), Shop(session)
        case = shop.claimed(ana, abusive=True, needs_reply=True)
        assert shield.follow(session, [case.id, None], settings=SETTINGS, now=NOON) == 0
        assert case.shielded_until is None


def test_n9_an_erased_post_leaves_no_shield_behind(database: Database) -> None:
    with database.write() as session:
        volunteer(session)
        shop = Shop(session)
        case = shop.case("Where is it?", needs_reply=True)
        rude = shop.more(case, "You idiots", at=NOON + MINUTE, abusive=True, needs_reply=True)
        rude.case_id = case.id
        case.abusive = True
        assert shield.follow(session, [case.id], settings=DeskSettings(), now=NOON + MINUTE) == 1
        erasure.forget(session, rude.id, reason="deleted", now=NOON + 2 * MINUTE)
        assert (case.abusive, case.shielded_until) == (False, None)
