"""Delivery's side: leased once, fenced, never sent again by itself, and what a sent reply does to its case."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases import cases, contact
from desk.errors import LeaseLost
from desk.post import Sent, Spent
from desk.replies import replies, switches, way_out
from desk.replies.switches import Switch
from storage.database import Database
from storage.models import Audit, Case, Cost, Credential, Notice, Reply
from storage.words import CaseStatus, NoticeKind, ReplyState
from tests.support.desk import MINUTE, NOON, SECOND, SETTINGS, Shop, lead, number, person
from tests.support.outbox import queue, send

DUE = NOON + SETTINGS.undo
HOUR = timedelta(hours=1)


def leased(session: Session, reply: Reply, owner: str = "w") -> Reply:
    replies.lease_due(session, owner, now=DUE, limit=100, lease=MINUTE)
    session.refresh(reply)
    return reply


def sent_as(external_id: str = "") -> Sent:
    return Sent(external_id or f"ours{number()}", "https://x.example/1", DUE + SECOND)


def test_a_due_reply_is_leased_once(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        due = {queue(session, shop.claimed(ana), shop, ana).id for _ in range(3)}
        first = replies.lease_due(session, "a", now=DUE, limit=2, lease=MINUTE)
        second = replies.lease_due(session, "b", now=DUE, limit=2, lease=MINUTE)
        assert (len(first), len(second)) == (2, 1)
        assert {reply.id for reply in (*first, *second)} == due
        assert replies.lease_due(session, "c", now=DUE + HOUR, limit=2, lease=MINUTE) == []


def test_what_leaves_names_all_that_its_replier_needs(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session, source="reddit", handle="AcmeCare")
        credential = Credential(name="reddit main", source="reddit")
        session.add(credential)
        session.flush()
        shop.account.credential_id = credential.id
        case = shop.claimed(ana, author=shop.author("mila"))
        queue(session, case, shop, ana, "Hello")
        (out,) = replies.lease_due(session, "w", now=DUE, limit=1, lease=MINUTE)
        assert (out.source, out.site, out.account, out.account_handle) == ("reddit", "", shop.account.name, "AcmeCare")
        assert (out.credential, out.author_handle, out.text) == ("reddit main", "mila", "Hello")
        assert out.thread_id.startswith("t")
        assert out.parent_url.startswith("https://reddit.example/")


def test_a_claim_that_moved_stops_the_reply(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        reply = queue(session, case, shop, ana, "Mine")
        case.claim_no += 1
        assert replies.lease_due(session, "w", now=DUE, limit=9, lease=MINUTE) == []
        assert (reply.state, reply.text) == (ReplyState.DRAFT, "Mine")
        assert "claimed by somebody else" in reply.reason


def test_a_sent_reply_ends_the_waiting(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        reply = leased(session, queue(session, case, shop, ana))
        sent = Sent("42", "https://x.example/42", DUE + SECOND, (Spent("summoned_reply", 1, 10_000),))
        replies.mark_sent(session, reply.id, sent, owner="w", settings=SETTINGS, now=DUE + SECOND)
        assert (reply.state, reply.external_id, reply.url, reply.proof) == (ReplyState.SENT, "42", sent.url, "api")
        assert (case.status, case.answered_at, case.waiting_since) == (CaseStatus.PENDING, DUE + SECOND, None)
        assert (case.next_due_at, case.breached_at) == (None, None)
        assert case.assignee_id == ana.id
        assert reply.cost_micros == 10_000
        assert session.execute(select(Cost.reply_id, Cost.micros)).all() == [(reply.id, 10_000)]
        session.flush()
        assert session.scalars(select(Audit.verb).where(Audit.case_id == case.id).order_by(Audit.id.desc())).first() == "sent"


def test_the_first_answer_stays_the_first(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        send(session, queue(session, case, shop, ana, "One"), at=NOON + MINUTE)
        cases.join(session, case, shop.more(case, at=NOON + HOUR), settings=SETTINGS, now=NOON + HOUR)
        send(session, queue(session, case, shop, ana, "Two", now=NOON + HOUR), at=NOON + 2 * HOUR)
        assert (case.answered_at, case.status, case.breached_at) == (NOON + MINUTE, CaseStatus.PENDING, None)


def test_an_answer_after_its_time_is_a_breach(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        send(session, queue(session, case, shop, ana), at=NOON + 5 * HOUR)
        assert case.breached_at == NOON + 4 * HOUR == case.first_due_at


def test_what_the_customer_wrote_meanwhile_is_still_unanswered(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        reply = leased(session, queue(session, case, shop, ana))
        cases.join(session, case, shop.more(case, at=DUE + SECOND), settings=SETTINGS, now=DUE + SECOND)
        send(session, reply, at=DUE + MINUTE)
        assert (case.status, case.answered_at, case.waiting_since) == (CaseStatus.OPEN, DUE + MINUTE, DUE + SECOND)
        assert case.next_due_at == DUE + SECOND + 4 * HOUR


Report = Callable[[Session, Reply, str], None]
REPORTS: dict[str, tuple[Report, ReplyState]] = {
    "sent": (lambda s, r, o: replies.mark_sent(s, r.id, sent_as(), owner=o, settings=SETTINGS, now=DUE), ReplyState.SENT),
    "retry": (lambda s, r, o: replies.mark_retry(s, r.id, retry_at=DUE + HOUR, reason="429", owner=o, now=DUE), ReplyState.QUEUED),
    "failed": (lambda s, r, o: replies.mark_failed(s, r.id, reason="no", owner=o, now=DUE), ReplyState.FAILED),
    "by_hand": (lambda s, r, o: replies.mark_by_hand(s, r.id, reason="no", owner=o, now=DUE), ReplyState.BY_HAND),
    "uncertain": (lambda s, r, o: replies.mark_uncertain(s, r.id, reason="time-out", owner=o, now=DUE), ReplyState.UNCERTAIN),
}


@pytest.mark.parametrize("report", REPORTS)
def test_only_the_worker_that_holds_the_lease_reports(database: Database, report: str) -> None:
    act, after = REPORTS[report]
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        reply = leased(session, queue(session, shop.claimed(ana), shop, ana))
        with pytest.raises(LeaseLost):
            act(session, reply, "another")
        assert reply.state == ReplyState.SENDING
        act(session, reply, "w")
        assert (reply.state, reply.lease_owner, reply.lease_until) == (after, None, None)


@pytest.mark.parametrize("report", sorted(REPORTS.keys() - {"sent"}))
def test_a_worker_that_was_thought_dead_changes_nothing(database: Database, report: str) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        reply = leased(session, queue(session, shop.claimed(ana), shop, ana))
        assert replies.expire(session, now=DUE + MINUTE) == 1
        replies.lease_uncertain(session, "v", now=DUE + MINUTE, limit=1, lease=MINUTE)
        session.refresh(reply)
        with pytest.raises(LeaseLost):
            REPORTS[report][0](session, reply, "w")
        assert reply.state == ReplyState.UNCERTAIN


def test_good_news_from_a_worker_that_was_thought_dead_is_believed(database: Database) -> None:
    """Else a person may send it again."""
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        reply = leased(session, queue(session, case, shop, ana))
        replies.expire(session, now=DUE + MINUTE)
        replies.lease_uncertain(session, "v", now=DUE + MINUTE, limit=1, lease=MINUTE)
        replies.mark_absent(session, reply.id, owner="v", now=DUE + MINUTE)
        replies.retry(session, reply.id, by=ana, now=DUE + MINUTE)
        replies.mark_sent(session, reply.id, sent_as("7"), owner="w", settings=SETTINGS, now=DUE + 2 * MINUTE)
        assert (reply.state, reply.external_id) == (ReplyState.SENT, "7")
        assert replies.lease_due(session, "w", now=DUE + HOUR, limit=9, lease=MINUTE) == []


def test_the_same_good_news_twice_is_one_answer(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        reply = leased(session, queue(session, shop.claimed(ana), shop, ana))
        for _ in range(2):
            replies.mark_sent(session, reply.id, sent_as("7"), owner="w", settings=SETTINGS, now=DUE)
        with pytest.raises(LeaseLost):
            replies.mark_sent(session, reply.id, sent_as("8"), owner="w", settings=SETTINGS, now=DUE)
        session.flush()
        assert session.scalars(select(Audit.verb).where(Audit.verb == "sent")).all() == ["sent"]


def test_a_lease_that_ran_out_makes_it_uncertain_and_never_queued(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        reply = leased(session, queue(session, shop.claimed(ana), shop, ana))
        assert replies.expire(session, now=DUE + MINUTE - SECOND) == 0
        assert replies.expire(session, now=DUE + MINUTE) == 1
        assert replies.expire(session, now=DUE + MINUTE) == 0
        session.refresh(reply)
        assert (reply.state, reply.attempt) == (ReplyState.UNCERTAIN, 1)
        assert replies.lease_due(session, "w", now=DUE + 9 * HOUR, limit=9, lease=MINUTE) == []


def test_an_uncertain_reply_is_looked_for_by_one_and_found(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        reply = leased(session, queue(session, case, shop, ana))
        replies.mark_uncertain(session, reply.id, reason="time-out", owner="w", now=DUE)
        assert replies.lease_uncertain(session, "v", now=DUE, limit=9, lease=MINUTE) == []
        look = DUE + MINUTE
        assert [out.id for out in replies.lease_uncertain(session, "v", now=look, limit=9, lease=MINUTE)] == [reply.id]
        assert replies.lease_uncertain(session, "u", now=look, limit=9, lease=MINUTE) == []
        replies.mark_sent(session, reply.id, sent_as("9"), owner="v", settings=SETTINGS, now=look)
        assert (reply.state, case.status) == (ReplyState.SENT, CaseStatus.PENDING)


def test_looking_grows_rarer_and_then_a_person_decides(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        reply = leased(session, queue(session, shop.claimed(ana), shop, ana))
        replies.mark_uncertain(session, reply.id, reason="time-out", owner="w", now=DUE)
        pauses, at = [], DUE
        while reply.not_before is not None:
            pauses.append(reply.not_before - at)
            at = reply.not_before
            replies.lease_uncertain(session, "v", now=at, limit=1, lease=MINUTE)
            replies.mark_uncertain(session, reply.id, reason="still down", owner="v", now=at)
        assert pauses == sorted(pauses)
        assert (pauses[0], pauses[-1], len(pauses) < 30) == (MINUTE, 2 * HOUR, True)
        assert at - DUE >= timedelta(days=1)


def test_a_platform_that_asks_to_wait_is_waited_for(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        reply = leased(session, queue(session, shop.claimed(ana), shop, ana))
        replies.mark_retry(session, reply.id, retry_at=DUE + HOUR, reason="429", owner="w", now=DUE)
        assert replies.lease_due(session, "w", now=DUE + HOUR - SECOND, limit=9, lease=MINUTE) == []
        assert [out.id for out in replies.lease_due(session, "w", now=DUE + HOUR, limit=9, lease=MINUTE)] == [reply.id]
        session.refresh(reply)
        assert reply.attempt == 2


def test_a_platform_that_shows_one_post_for_two_replies_stops_no_worker(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        one, two = (queue(session, shop.claimed(ana), shop, ana) for _ in range(2))
        for reply in (one, two):
            leased(session, reply)
            replies.mark_sent(session, reply.id, sent_as("same"), owner="w", settings=SETTINGS, now=DUE)
            session.flush()
        assert (one.external_id, two.external_id, two.state) == ("same", None, ReplyState.SENT)
        assert f"reply {one.id}" in two.reason


def test_an_uncertain_reply_is_leased_to_be_sent_again_only_while_it_may_leave(database: Database) -> None:
    with database.write() as session:
        ana, lea, shop = person(session), lead(session), Shop(session)
        rows = [leased(session, queue(session, shop.claimed(ana), shop, ana)) for _ in range(2)]
        replies.expire(session, now=DUE + HOUR)
        contact.stop(session, session.get_one(Case, rows[0].case_id).author_id, reason="asked", by=ana, now=DUE)
        told = {one.id: one.may_leave for one in replies.lease_uncertain(session, "w", now=DUE + HOUR, limit=9, lease=MINUTE)}
        assert told == {rows[0].id: False, rows[1].id: True}
        switches.set(session, Switch.REPLIES_HELD, True, by=lea, now=DUE)
        later = replies.lease_uncertain(session, "w", now=DUE + 2 * HOUR, limit=9, lease=MINUTE)
        assert [one.may_leave for one in later] == [False, False]


def test_one_that_came_to_wait_for_a_persons_hand_after_the_stop_is_called_back(database: Database) -> None:
    with database.write() as session:
        ana, bo, shop = person(session), person(session, "Bo Lind"), Shop(session)
        case = shop.claimed(ana)
        reply = leased(session, queue(session, case, shop, ana, "Mine"))
        contact.stop(session, case.author_id, reason="asked", by=bo, now=DUE)
        replies.mark_by_hand(session, reply.id, reason="not summoned", owner="w", now=DUE)
        assert replies.lease_due(session, "w", now=DUE + MINUTE, limit=9, lease=MINUTE) == []
        session.refresh(reply)
        assert (reply.state, reply.text, reply.reason) == (ReplyState.DRAFT, "Mine", way_out.UNWANTED)
        told = session.scalars(select(Notice).where(Notice.kind == NoticeKind.RECALLED)).all()
        assert [(one.person_id, one.case_id) for one in told] == [(ana.id, case.id)]


def test_what_waits_for_a_persons_hand_stays_there_whatever_keeps_a_queued_reply_here(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana, addressed=[])
        reply = queue(session, case, shop, ana)
        cases.join(session, case, shop.more(case, at=DUE), settings=SETTINGS, now=DUE)
        replies.lease_due(session, "w", now=DUE + MINUTE, limit=9, lease=MINUTE)
        session.refresh(reply)
        assert reply.state == ReplyState.BY_HAND
