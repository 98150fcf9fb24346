"""An answer that stands there is taken back or corrected: who may ask, what the platform allows, and what becomes of the case."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases import contact, escalations
from desk.cases.timeline import timeline
from desk.errors import Invalid, LeaseLost, NotAllowed, NotYours
from desk.outcomes import outcomes
from desk.post import OutgoingChange, Spent
from desk.replies import changes, switches
from desk.replies.switches import Switch
from storage.database import Database
from storage.models import Answer, Case, Cost, Person, Reply
from storage.words import CaseStatus, ChangeKind, ChangeState, Escalation, Outcome, Role
from tests.support.desk import MINUTE, NOON, SETTINGS, Shop, person
from tests.support.outbox import queue, send

TAKE_BACK, CORRECT = ChangeKind.TAKE_BACK, ChangeKind.CORRECT
LATER = NOON + timedelta(minutes=10)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as opened:
        yield opened


def sent(session: Session, *, source: str = "reddit") -> tuple[Shop, Person, Case, Reply]:
    shop, ana = Shop(session, source=source), person(session)
    case = shop.claimed(ana)
    reply = queue(session, case, shop, ana, "On its way")
    send(session, reply)
    return shop, ana, case, reply


def lease(session: Session, owner: str = "worker", *, at: int = 0) -> list[OutgoingChange]:
    return changes.lease_due(session, owner, now=LATER + at * MINUTE, limit=9, lease=MINUTE)


def done(session: Session, reply: Reply, owner: str = "worker", **given: object) -> None:
    changes.mark_done(session, reply.id, owner=owner, settings=SETTINGS, now=LATER, **given)  # type: ignore[arg-type]
    session.flush()
    session.refresh(reply)


def test_a_correction_is_carried_out_once_and_the_answer_says_the_new_text(session: Session) -> None:
    _, ana, case, reply = sent(session)
    version = case.version
    changes.ask(session, reply.id, CORRECT, text="It is on its way", by=ana, now=LATER)
    assert case.version > version
    (change,) = lease(session)
    assert (change.kind, change.text, change.reply.external_id, change.source) == (CORRECT, "It is on its way", reply.external_id, "reddit")
    assert lease(session, "another") == []
    done(session, reply)
    assert (reply.text, reply.change_state) == ("It is on its way", ChangeState.DONE)
    assert case.status is CaseStatus.PENDING
    assert [entry.words for entry in timeline(session, case.id)][-2:] == [
        "asked to correct the answer",
        "the answer was corrected on the platform",
    ]


def test_a_customer_whose_answer_was_taken_back_waits_again_since_they_wrote(session: Session) -> None:
    _, ana, case, reply = sent(session, source="x")
    changes.ask(session, reply.id, TAKE_BACK, by=ana, now=LATER)
    lease(session)
    done(session, reply, costs=(Spent("post_delete", 1, 10_000),))
    assert (case.status, case.waiting_since, case.answered_at) == (CaseStatus.OPEN, NOON, None)
    assert session.scalars(select(Answer).where(Answer.case_id == case.id)).all() == []
    assert session.scalars(select(Cost.micros).where(Cost.reply_id == reply.id)).all() == [10_000]
    assert changes.may_change(reply, "x") == frozenset()
    with pytest.raises(Invalid, match="taken back already"):
        changes.ask(session, reply.id, TAKE_BACK, by=ana, now=LATER)


def test_a_second_answer_that_stands_keeps_the_case_answered(session: Session) -> None:
    shop, ana, case, first = sent(session)
    shop.more(case, "And?", at=NOON + 2 * MINUTE)
    second = queue(session, case, shop, ana, "More on that", seen=10**6, now=NOON + 3 * MINUTE)
    send(session, second, at=NOON + 4 * MINUTE)
    changes.ask(session, first.id, TAKE_BACK, by=ana, now=LATER)
    lease(session)
    done(session, first)
    assert case.status is CaseStatus.PENDING
    assert case.answered_at == NOON + 4 * MINUTE


def test_a_closed_case_stays_closed(session: Session) -> None:
    _, ana, case, reply = sent(session)
    outcomes.close(session, case.id, outcome=Outcome.ANSWERED, by=ana, now=NOON + 2 * MINUTE)
    changes.ask(session, reply.id, TAKE_BACK, by=ana, now=LATER)
    lease(session)
    done(session, reply)
    assert (case.status, case.waiting_since) == (CaseStatus.CLOSED, None)


def test_its_author_its_assignee_and_leads_may_ask_and_nobody_else(session: Session) -> None:
    _, ana, _, reply = sent(session)
    bo, lead, reader = person(session, "Bo Lind"), person(session, "Lea Hart", Role.LEAD), person(session, "Rik Vale", Role.READER)
    with pytest.raises(NotYours):
        changes.ask(session, reply.id, TAKE_BACK, by=bo, now=LATER)
    with pytest.raises(NotAllowed):
        changes.ask(session, reply.id, TAKE_BACK, by=reader, now=LATER)
    changes.ask(session, reply.id, TAKE_BACK, by=lead, now=LATER)
    with pytest.raises(Invalid, match="under way"):
        changes.ask(session, reply.id, CORRECT, text="Other", by=ana, now=LATER)


@pytest.mark.parametrize(("source", "kind"), [("x", CORRECT), ("rss", TAKE_BACK), ("bluesky", CORRECT)])
def test_what_the_platform_does_not_allow_is_said_at_once(source: str, kind: ChangeKind, session: Session) -> None:
    _, ana, _, reply = sent(session, source=source)
    with pytest.raises(Invalid, match="on the platform itself"):
        changes.ask(session, reply.id, kind, text="Other", by=ana, now=LATER)


@pytest.mark.parametrize("text", ["", "On its way", "Hi {name}", "x" * 10_001])
def test_a_correction_keeps_to_the_rules_of_any_reply(text: str, session: Session) -> None:
    _, ana, _, reply = sent(session)
    with pytest.raises(Invalid):
        changes.ask(session, reply.id, CORRECT, text=text, by=ana, now=LATER)


def test_what_is_not_sent_cannot_be_changed(session: Session) -> None:
    shop, ana = Shop(session, source="reddit"), person(session)
    reply = queue(session, shop.claimed(ana), shop, ana)
    with pytest.raises(Invalid, match="queued"):
        changes.ask(session, reply.id, TAKE_BACK, by=ana, now=LATER)


def test_after_a_worker_that_died_another_one_does_it_again(session: Session) -> None:
    _, ana, _, reply = sent(session)
    changes.ask(session, reply.id, TAKE_BACK, by=ana, now=LATER)
    lease(session, "dead")
    assert lease(session, "second") == []
    (again,) = lease(session, "second", at=2)
    assert again.kind is TAKE_BACK
    with pytest.raises(LeaseLost):
        done(session, reply, "dead")
    done(session, reply, "second")
    assert reply.change_state is ChangeState.DONE


def _stop_contact(session: Session, case: Case, by: Person) -> None:
    contact.stop(session, case.author_id, reason="asked", by=by, now=LATER)


def _demand_approval(session: Session, case: Case, by: Person) -> None:
    escalations.label(session, case.id, Escalation.LEGAL, by=by, now=LATER)


@pytest.mark.parametrize(
    ("hinder", "why"), [(_stop_contact, "the customer asked us not to contact them"), (_demand_approval, "send it for approval")]
)
def test_new_words_of_a_worker_that_died_are_not_said_again_where_they_may_leave_no_more(
    session: Session, hinder: Callable[[Session, Case, Person], None], why: str
) -> None:
    _, ana, case, reply = sent(session)
    changes.ask(session, reply.id, CORRECT, text="Other", by=ana, now=LATER)
    lease(session, "dead")
    hinder(session, case, ana)
    assert lease(session, "second") == []
    assert reply.change_state is ChangeState.WORKING
    assert lease(session, "second", at=2) == []
    session.flush()
    session.refresh(reply)
    assert (reply.change_state, reply.text) == (ChangeState.FAILED, "On its way")
    assert why in reply.change_reason
    assert reply.change_reason.endswith("it may say the new words already: look on the platform")
    with pytest.raises(LeaseLost):
        done(session, reply, "dead")


def test_new_words_of_a_worker_that_died_wait_while_all_replies_are_held(session: Session) -> None:
    _, ana, _, reply = sent(session)
    lea = person(session, "Lea Hart", Role.LEAD)
    changes.ask(session, reply.id, CORRECT, text="Other", by=ana, now=LATER)
    lease(session, "dead")
    switches.set(session, Switch.REPLIES_HELD, True, by=lea, now=LATER)
    assert lease(session, "second", at=2) == []
    switches.set(session, Switch.REPLIES_HELD, False, by=lea, now=LATER)
    assert [change.kind for change in lease(session, "second", at=2)] == [CORRECT]


def test_our_own_words_are_taken_back_whatever_stands_in_the_way_of_a_reply(session: Session) -> None:
    _, ana, case, reply = sent(session)
    lea = person(session, "Lea Hart", Role.LEAD)
    changes.ask(session, reply.id, TAKE_BACK, by=ana, now=LATER)
    lease(session, "dead")
    _stop_contact(session, case, ana)
    _demand_approval(session, case, ana)
    switches.set(session, Switch.REPLIES_HELD, True, by=lea, now=LATER)
    assert [change.kind for change in lease(session, "second", at=2)] == [TAKE_BACK]


def test_a_refusal_leaves_the_answer_as_it_was_and_may_be_asked_anew(session: Session) -> None:
    _, ana, case, reply = sent(session)
    changes.ask(session, reply.id, CORRECT, text="Other", by=ana, now=LATER)
    lease(session)
    changes.mark_failed(session, reply.id, reason="too old", owner="worker", now=LATER)
    session.flush()
    session.refresh(reply)
    assert (reply.text, reply.change_reason, case.status) == ("On its way", "too old", CaseStatus.PENDING)
    changes.ask(session, reply.id, TAKE_BACK, by=ana, now=LATER)
    assert [change.kind for change in lease(session)] == [TAKE_BACK]


def test_a_platform_that_asks_to_wait_is_asked_again_then(session: Session) -> None:
    _, ana, _, reply = sent(session)
    changes.ask(session, reply.id, TAKE_BACK, by=ana, now=LATER)
    lease(session)
    changes.mark_later(session, reply.id, retry_at=LATER + 5 * MINUTE, reason="slow down", owner="worker", now=LATER)
    assert lease(session, at=4) == []
    assert len(lease(session, at=5)) == 1
