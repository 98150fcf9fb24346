"""A reply whose outcome nobody knows, where the same key posts once: sent again it is only while it may leave, else it is looked for and nothing more."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from desk import states
from desk.cases import cases, contact, escalations
from desk.post import OutgoingReply, Sent
from desk.replies import replies, switches, way_out
from desk.replies.switches import Switch
from listener.asking_again import EDITED
from listener.source import BudgetExhausted, OutcomeUnknown, Unavailable
from storage.database import Database
from storage.models import Audit, Case, Mention, Notice, Person, Reply
from storage.words import Escalation, NoticeKind, ReplyState, Role
from tests.listener import test_rechecks as asked_again
from tests.listener.test_deliver import DESK, FakeReplier, Find, deliver, due_again, outbox, posted, raising, reply
from tests.support.desk import number, person

Act = Callable[[Session, Reply, Person], object]
"""What a lead does about a reply."""

MINUTE = timedelta(minutes=1)


class Platform:
    """Where the same key posts once: the first sending ended without an answer. `find` is what a look there tells."""

    def __init__(self, database: Database, find: Find | None = None, *, source: str = "x", idempotent: bool = True) -> None:
        self.database = database
        (self.reply_id,) = outbox(database, source=source)
        self.replier = FakeReplier(self._send, find, name=source, idempotent=idempotent)
        self.outcomes: list[Exception] = [OutcomeUnknown("timed out")]
        deliver(database, self.replier)
        assert self.row.state is ReplyState.UNCERTAIN
        with database.write() as session:
            self.lead_id = person(session, "Lea Hart", Role.LEAD).id

    @property
    def row(self) -> Reply:
        return reply(self.database, self.reply_id)

    def act(self, act: Act) -> None:
        with self.database.write() as session:
            act(session, session.get_one(Reply, self.reply_id), session.get_one(Person, self.lead_id))

    def ring(self) -> tuple[int, int]:
        """Delivery's turn; how often it has sent and looked there in all."""
        if self.row.state is ReplyState.UNCERTAIN:
            due_again(self.database, self.reply_id)
        deliver(self.database, self.replier)
        return len(self.replier.sent), len(self.replier.looked_for)

    def _send(self, one: OutgoingReply) -> Sent:
        if self.outcomes:
            raise self.outcomes.pop()
        return posted(one)


def hold(session: Session, one: Reply, lead: Person) -> None:
    switches.set(session, Switch.REPLIES_HELD, True, by=lead, now=one.saved_at)


def end_hold(session: Session, one: Reply, lead: Person) -> None:
    switches.set(session, Switch.REPLIES_HELD, False, by=lead, now=one.saved_at)


def stop(session: Session, one: Reply, lead: Person) -> None:
    contact.stop(session, session.get_one(Case, one.case_id).author_id, reason="asked", by=lead, now=one.saved_at)


def lift(session: Session, one: Reply, lead: Person) -> None:
    contact.lift(session, session.get_one(Case, one.case_id).author_id, by=lead, now=one.saved_at)


def block(session: Session, one: Reply, lead: Person) -> None:
    contact.block(session, session.get_one(Case, one.case_id).author_id, reason="spam", by=lead, now=one.saved_at)


def escalate(session: Session, one: Reply, lead: Person) -> None:
    escalations.label(session, one.case_id, Escalation.PRESS, by=lead, now=one.saved_at)


def approve_all(session: Session, one: Reply, lead: Person) -> None:
    switches.set(session, Switch.APPROVAL_FOR_ALL, True, by=lead, now=one.saved_at)


def take_over(session: Session, one: Reply, lead: Person) -> None:
    cases.take_over(session, one.case_id, by=lead, now=one.saved_at)


def write_again(session: Session, one: Reply, _lead: Person) -> None:
    case = session.get_one(Case, one.case_id)
    first = session.get_one(Mention, case.opening_mention_id)
    copied = ("source", "site", "author_id", "thread_id", "capability", "addressed", "content_hash")
    at = dict.fromkeys(("posted_at", "seen_at", "bucket_at"), one.saved_at + MINUTE)
    more = Mention(**{name: getattr(first, name) for name in copied}, external_id=f"m{number()}", text="Hello?", **at)
    session.add(more)
    session.flush()
    cases.join(session, case, more, settings=DESK, now=one.saved_at + MINUTE)


def unavailable(_reply: OutgoingReply) -> Sent | None:
    raise Unavailable("502")


def test_during_a_hold_it_is_looked_for_and_after_it_goes_the_normal_way(database: Database) -> None:
    there = Platform(database)
    there.act(hold)
    assert there.ring() == (1, 1)
    assert (there.row.state, there.row.reason) == (ReplyState.QUEUED, "it was looked for and is not there")
    assert there.ring() == (1, 1)
    there.act(end_hold)
    assert there.ring() == (2, 1)
    assert there.row.state is ReplyState.SENT
    assert {one.key for one in there.replier.sent} == {there.row.key}


def test_n12_it_is_not_sent_again_to_who_asked_us_to_stop_but_becomes_a_draft(database: Database) -> None:
    there = Platform(database)
    there.act(stop)
    assert there.row.state is ReplyState.UNCERTAIN
    assert there.ring() == (1, 1)
    assert (there.row.state, there.row.reason) == (ReplyState.DRAFT, way_out.UNWANTED)
    there.act(lift)
    assert there.ring() == (1, 1)
    with database.read() as session:
        verbs = list(session.scalars(select(Audit.verb).where(Audit.case_id == there.row.case_id).order_by(Audit.id)))
        (told,) = session.scalars(select(Notice).where(Notice.kind == NoticeKind.RECALLED))
    assert verbs.index("absent") < verbs.index("call_back")
    assert (told.person_id, told.case_id) == (there.row.person_id, there.row.case_id)


def test_n12_a_stop_that_is_lifted_before_anybody_looked_changes_nothing(database: Database) -> None:
    there = Platform(database)
    there.act(stop)
    there.act(lift)
    assert there.ring() == (2, 0)
    assert there.row.state is ReplyState.SENT


@pytest.mark.parametrize("restrain", [hold, stop, escalate, approve_all, take_over, write_again])
def test_one_that_stands_there_is_found_whatever_was_decided_meanwhile(database: Database, restrain: Act) -> None:
    there = Platform(database, posted)
    there.act(restrain)
    assert there.ring() == (1, 1)
    assert (there.row.state, there.row.external_id) == (ReplyState.SENT, f"p{there.reply_id}")


@pytest.mark.parametrize("restrain", [hold, stop, escalate, approve_all, take_over, write_again])
def test_a_look_that_fails_sends_nothing_and_proves_nothing(database: Database, restrain: Act) -> None:
    there = Platform(database, unavailable)
    there.act(restrain)
    assert there.ring() == (1, 1)
    assert there.row.state is ReplyState.UNCERTAIN
    assert there.ring() == (1, 2)


@pytest.mark.parametrize(
    ("restrain", "why"),
    [(escalate, way_out.UNREAD), (approve_all, way_out.UNREAD), (take_over, way_out.MOVED), (write_again, way_out.STALE)],
)
def test_what_keeps_a_queued_reply_here_keeps_this_one_here(database: Database, restrain: Act, why: str) -> None:
    there = Platform(database)
    there.act(restrain)
    assert there.ring() == (1, 1)
    assert (there.row.state, there.row.reason) == (ReplyState.DRAFT, why)


def test_one_that_needed_a_reader_and_had_none_waits_out_the_hold_first(database: Database) -> None:
    there = Platform(database)
    there.act(hold)
    there.ring()
    there.act(approve_all)
    there.act(end_hold)
    assert there.ring() == (1, 1)
    assert (there.row.state, there.row.reason) == (ReplyState.DRAFT, way_out.UNREAD)


@pytest.mark.parametrize(("restrain", "state"), [(hold, ReplyState.UNCERTAIN), (stop, ReplyState.DRAFT)])
def test_where_a_second_sending_is_no_proof_a_person_decides_unless_it_must_not_leave(
    database: Database, restrain: Act, state: ReplyState
) -> None:
    there = Platform(database, idempotent=False)
    there.act(restrain)
    assert there.ring() == (1, 1)
    assert (there.row.state, there.row.not_before) == (state, None)


def test_a_blocked_author_is_still_answered_and_an_empty_budget_loses_nothing(database: Database) -> None:
    there = Platform(database)
    there.act(block)
    there.outcomes = [BudgetExhausted("nothing left", None)]
    assert there.ring() == (2, 0)
    assert there.row.state is ReplyState.UNCERTAIN
    assert there.ring() == (3, 0)
    assert there.row.state is ReplyState.SENT


def test_a_worker_that_is_late_with_good_news_is_believed_while_all_is_held(database: Database) -> None:
    there = Platform(database)
    there.act(hold)
    there.ring()
    with database.write() as session:
        sent = Sent("late", "https://x.example/late", database.now())
        replies.mark_sent(session, there.reply_id, sent, owner="late", settings=DESK, now=database.now())
    there.act(end_hold)
    assert there.ring() == (1, 1)
    assert there.row.external_id == "late"


def test_of_many_only_those_that_may_leave_are_sent_again(database: Database) -> None:
    ids = outbox(database, n=4)
    platform = FakeReplier(raising(OutcomeUnknown("timed out")), idempotent=True)
    deliver(database, platform)
    with database.write() as session:
        session.execute(update(Reply).values(not_before=database.now() - MINUTE))
        lead = person(session, "Lea Hart", Role.LEAD)
        for reply_id in ids[:2]:
            stop(session, session.get_one(Reply, reply_id), lead)
    again = FakeReplier(posted, idempotent=True)
    deliver(database, again)
    assert {one.id for one in again.sent} == set(ids[2:])
    assert {one.id for one in again.looked_for} == set(ids[:2])


def test_a_post_that_says_something_else_by_now_is_read_again_before_a_second_sending(database: Database) -> None:
    reply_id = asked_again.waiting(database)
    with database.write() as session:
        sent_once = {"state": ReplyState.UNCERTAIN, "attempt": 1, "sending_at": database.now(), "not_before": database.now() - MINUTE}
        session.execute(update(Reply).values(**sent_once))
    changed = asked_again.post(asked_again.parent(database), "It came", at=database.now(), edited_at=database.now())
    asked_again.deliver(database, asked_again.Following(changed))
    row = reply(database, reply_id)
    assert (row.state, row.proof, row.reason) == (ReplyState.UNCERTAIN, states.ABSENT, EDITED)
