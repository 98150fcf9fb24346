"""Our own posts come back: ours are recognised, answers from elsewhere stop the clock and the duplicate."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from desk.cases import cases
from desk.outcomes import outcomes
from desk.replies import replies
from storage.database import Database
from storage.models import Audit, Mention, Reply
from storage.words import CaseStatus, Outcome, ReplyState
from tests.support.desk import MINUTE, NOON, SECOND, SETTINGS, Shop, person
from tests.support.outbox import fail, queue, send

HOUR = timedelta(hours=1)
SEEN = NOON + 2 * MINUTE


def test_a_sent_reply_is_recognised_by_its_id(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        reply = queue(session, case, shop, ana)
        sent = send(session, reply)
        back = shop.own_post(case, "whatever it looks like", at=SEEN, external_id=sent.external_id)
        assert replies.own_post_seen(session, back, settings=SETTINGS, now=SEEN) is case
        assert (back.case_id, reply.proof, reply.state) == (case.id, "timeline", ReplyState.SENT)
        session.flush()
        assert "answered_elsewhere" not in session.scalars(select(Audit.verb)).all()


@pytest.mark.parametrize("state", ["sending", "uncertain", "by_hand", "failed"])
@pytest.mark.parametrize("looks", ["On its way", "@mila On its way", "On  its way! https://t.co/abc", "On its way &amp;"])
def test_a_reply_is_recognised_by_its_words_in_its_place(database: Database, state: str, looks: str) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana, addressed=[] if state == "by_hand" else ["acme"])
        reply = queue(session, case, shop, ana, "On its way")
        if state in {"sending", "uncertain"}:
            replies.lease_due(session, "w", now=NOON + MINUTE, limit=9, lease=MINUTE)
        if state == "uncertain":
            replies.mark_uncertain(session, reply.id, reason="time-out", owner="w", now=NOON + MINUTE)
        if state == "failed":
            fail(session, reply)
        back = shop.own_post(case, looks, at=SEEN)
        assert replies.own_post_seen(session, back, settings=SETTINGS, now=SEEN) is case
        assert (reply.state, reply.proof, reply.external_id, reply.url) == (ReplyState.SENT, "timeline", back.external_id, back.url)
        assert (case.status, case.answered_at, back.case_id) == (CaseStatus.PENDING, SEEN, case.id)


def test_the_sender_may_report_what_the_timeline_showed_first(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        reply = queue(session, case, shop, ana)
        replies.lease_due(session, "w", now=NOON + MINUTE, limit=9, lease=MINUTE)
        back = shop.own_post(case, "On its way", at=SEEN)
        replies.own_post_seen(session, back, settings=SETTINGS, now=SEEN)
        send(session, reply, external_id=back.external_id, owner="w")
        assert (reply.state, reply.proof) == (ReplyState.SENT, "timeline")


def test_a_reply_that_a_person_reworded_while_posting_is_the_proof(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana, addressed=[])
        reply = queue(session, case, shop, ana, "On its way")
        elsewhere_in_thread = shop.own_post(case, "Season's greetings", at=NOON - HOUR, parent_external_id="root")
        replies.own_post_seen(session, elsewhere_in_thread, settings=SETTINGS, now=SEEN)
        assert reply.state == ReplyState.BY_HAND
        back = shop.own_post(case, "It left our house today", at=SEEN)
        replies.own_post_seen(session, back, settings=SETTINGS, now=SEEN)
        assert (reply.state, reply.text) == (ReplyState.SENT, "On its way")


def test_an_answer_given_elsewhere_stops_the_clock_and_ours(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        reply = queue(session, case, shop, ana, "On its way")
        replies.save_draft(session, case.id, text="And more", version=0, by=ana, now=NOON)
        elsewhere = shop.own_post(case, "We are looking into it", at=NOON + SECOND)
        assert replies.own_post_seen(session, elsewhere, settings=SETTINGS, now=SEEN) is case
        assert (reply.state, reply.text) == (ReplyState.CANCELLED, "On its way")
        assert elsewhere.url in reply.reason
        assert (case.status, case.answered_at, case.waiting_since) == (CaseStatus.PENDING, NOON + SECOND, None)
        assert replies.lease_due(session, "w", now=SEEN, limit=9, lease=MINUTE) == []
        assert session.scalars(select(Reply.text).where(Reply.state == ReplyState.DRAFT)).all() == ["And more"]
        act = session.scalars(select(Audit).where(Audit.verb == "answered_elsewhere")).one()
        assert (act.person_id, act.detail) == (None, {"mention": elsewhere.id, "cancelled": 1})


def test_what_the_customer_wrote_after_that_answer_still_waits(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        first = case.latest_mention_id
        cases.join(session, case, shop.more(case, at=NOON + 2 * MINUTE), settings=SETTINGS, now=NOON + 2 * MINUTE)
        between = shop.own_post(case, "Hello", at=NOON + MINUTE, parent=session.get_one(Mention, first))
        reply = queue(session, case, shop, ana, now=NOON + 2 * MINUTE, seen=between.id)
        replies.own_post_seen(session, between, settings=SETTINGS, now=NOON + 3 * MINUTE)
        assert (case.status, case.answered_at, case.waiting_since) == (CaseStatus.OPEN, NOON + MINUTE, NOON + 2 * MINUTE)
        assert reply.state == ReplyState.QUEUED


def test_an_old_answer_found_late_changes_nothing_but_the_thread(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        reply = queue(session, case, shop, ana)
        old = shop.own_post(case, "Welcome", at=SEEN, posted_at=NOON - HOUR)
        replies.own_post_seen(session, old, settings=SETTINGS, now=SEEN)
        assert (old.case_id, case.waiting_since, reply.state) == (case.id, NOON, ReplyState.QUEUED)


def test_a_further_answer_to_an_answered_case_restarts_no_clock(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        send(session, queue(session, case, shop, ana), at=NOON + MINUTE)
        old = shop.own_post(case, "Welcome", at=SEEN, posted_at=NOON - HOUR)
        new = shop.own_post(case, "And thanks", at=SEEN)
        for post in (old, new):
            replies.own_post_seen(session, post, settings=SETTINGS, now=SEEN)
        assert (case.status, case.waiting_since, case.answered_at) == (CaseStatus.PENDING, None, NOON + MINUTE)


def test_an_answer_without_a_known_parent_goes_to_whom_it_addresses_or_to_the_only_case(database: Database) -> None:
    with database.write() as session:
        shop = Shop(session)
        thread = shop.thread()
        mila = shop.case(author=shop.author("Mila"), thread=thread)
        alone = shop.own_post(mila, "Hi", at=SEEN, parent_external_id=None)
        assert replies.own_post_seen(session, alone, settings=SETTINGS, now=SEEN) is mila
        omar = shop.case(author=shop.author("omar"), thread=thread)
        to_omar = shop.own_post(mila, "@Omar hi", at=SEEN, parent_external_id="unknown", addressed=["omar"])
        assert replies.own_post_seen(session, to_omar, settings=SETTINGS, now=SEEN) is omar
        to_all = shop.own_post(mila, "Dear all", at=SEEN, parent_external_id=None)
        assert replies.own_post_seen(session, to_all, settings=SETTINGS, now=SEEN) is None
        assert to_all.case_id is None


def test_a_post_of_ours_that_answers_nobody_makes_no_case(database: Database) -> None:
    with database.write() as session:
        shop = Shop(session)
        ours = shop.mention("New: blue boxes", author=shop.author("acme"), is_own=True)
        assert replies.own_post_seen(session, ours, settings=SETTINGS, now=SEEN) is None


def test_a_closed_case_stays_closed(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        outcomes.close(session, case.id, outcome=Outcome.NO_ACTION, by=ana, now=NOON)
        ours = shop.own_post(case, "Sorry again", at=SEEN)
        replies.own_post_seen(session, ours, settings=SETTINGS, now=SEEN)
        assert (ours.case_id, case.status, case.answered_at) == (case.id, CaseStatus.CLOSED, None)


def test_the_same_words_of_another_account_or_thread_are_not_our_reply(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case, other = shop.claimed(ana), shop.case()
        reply = queue(session, case, shop, ana, "On its way")
        replies.lease_due(session, "w", now=NOON + MINUTE, limit=9, lease=MINUTE)
        elsewhere = shop.own_post(other, "On its way", at=SEEN)
        assert replies.own_post_seen(session, elsewhere, settings=SETTINGS, now=SEEN) is other
        assert reply.state == ReplyState.SENDING
        old = shop.own_post(case, "On its way", at=SEEN, posted_at=NOON - 3 * HOUR)
        replies.own_post_seen(session, old, settings=SETTINGS, now=SEEN)
        assert reply.state == ReplyState.SENDING
