"""What may leave and what may not; drafts, undo, trying again, and proof."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from desk.cases import cases
from desk.errors import AlreadyAnswered, DoNotContact, Invalid, NotYours, Stale
from desk.replies import replies
from storage.database import Database
from storage.models import Author, Case, Mention, Reply, ReplyAccount
from storage.words import Capability, CaseStatus, ReplyState, Role
from tests.support.desk import MINUTE, NOON, SECOND, SETTINGS, Shop, person
from tests.support.outbox import fail, queue, send


def test_a_reply_waits_for_the_undo_before_it_may_leave(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        reply = queue(session, case, shop, ana, "  It is on its way \n")
        assert (reply.state, reply.text, reply.not_before) == (ReplyState.QUEUED, "It is on its way", NOON + SETTINGS.undo)
        assert (reply.mention_id, reply.claim_no, reply.person_id) == (case.latest_mention_id, 1, ana.id)
        assert replies.lease_due(session, "w", now=NOON + 4 * SECOND, limit=9, lease=MINUTE) == []
        (outgoing,) = replies.lease_due(session, "w", now=NOON + 5 * SECOND, limit=9, lease=MINUTE)
        asked = session.get_one(Mention, case.latest_mention_id)
        assert (outgoing.id, outgoing.key, outgoing.parent_id, outgoing.account_handle) == (reply.id, reply.key, asked.external_id, "acme")
        assert (outgoing.queued_at, outgoing.sending_at) == (NOON, NOON + 5 * SECOND)


def test_the_same_key_twice_is_one_reply(database: Database) -> None:
    with database.write() as session:
        ana, bo, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
        case = shop.claimed(ana)
        first = queue(session, case, shop, ana, key="k")
        assert queue(session, case, shop, ana, key="k").id == first.id
        cases.release(session, case.id, by=ana, now=NOON)
        assert queue(session, case, shop, bo, key="k").id == first.id
        assert session.scalar(select(func.count()).select_from(Reply)) == 1
        with pytest.raises(Invalid, match="another case"):
            queue(session, shop.claimed(ana), shop, ana, key="k")


def test_a_draft_becomes_the_reply(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        replies.save_draft(session, case.id, text="It is", version=0, by=ana, now=NOON)
        queue(session, case, shop, ana, "It is on its way")
        assert session.execute(select(Reply.state, Reply.text)).all() == [(ReplyState.QUEUED, "It is on its way")]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("Dear {{first name}}, hello", r"Fill in \{\{first name\}\}"),
        ("Dear {name}", r"Fill in \{name\}"),
        ("x" * 281, "1 characters too long"),
        ("é🦊" * 100, "too long"),
    ],
)
def test_words_that_must_not_leave(database: Database, text: str, says: str) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        with pytest.raises(Invalid, match=says):
            queue(session, case, shop, ana, text)
        assert session.scalar(select(func.count()).select_from(Reply)) == 0


def test_braces_of_a_text_that_is_no_template_may_leave(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        assert queue(session, shop.claimed(ana), shop, ana, "Send us {} or {1}").state == ReplyState.QUEUED


def test_the_signature_counts_and_is_added_once(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session, "Ana Moss", initials="AM"), Shop(session)
        shop.account.signature = "^{initials}"
        reply = queue(session, shop.claimed(ana), shop, ana, "On its way")
        assert reply.text == "On its way ^AM"
        with pytest.raises(Invalid, match="2 characters too long"):
            queue(session, shop.claimed(ana), shop, ana, "x" * 278)
        replies.undo(session, reply.id, by=ana, now=NOON)
        assert reply.text == "On its way"
        assert queue(session, session.get_one(Case, reply.case_id), shop, ana, "On its way ^AM", key="again").text == "On its way ^AM"
        with pytest.raises(Invalid, match="empty"):
            queue(session, shop.claimed(ana), shop, ana, " ")


@pytest.mark.parametrize("other", ["brand", "site", "source", "inactive", "unknown"])
def test_only_an_account_of_the_brand_on_that_site_answers(database: Database, other: str) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session, source="mastodon", site="one.example")
        case = shop.claimed(ana)
        account = shop.account
        changes: dict[str, Callable[[], Any]] = {
            "brand": lambda: setattr(account, "brand_id", Shop(session).brand.id),
            "site": lambda: setattr(account, "site", "two.example"),
            "source": lambda: setattr(account, "source", "x"),
            "inactive": lambda: setattr(account, "active", False),
            "unknown": lambda: setattr(shop, "account", ReplyAccount(id=999_999, handle="?")),
        }
        changes[other]()
        session.flush()
        with pytest.raises(Invalid):
            queue(session, case, shop, ana)


def test_x_lets_only_the_account_answer_that_was_addressed(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        reply = queue(session, shop.claimed(ana, addressed=["acmehelp"]), shop, ana)
        assert (reply.state, reply.not_before) == (ReplyState.BY_HAND, None)
        assert "does not mention @acme" in reply.reason
        assert queue(session, shop.claimed(ana, addressed=["acme"]), shop, ana, "Two").state == ReplyState.QUEUED


def test_where_only_a_link_helps_the_reply_waits_for_proof(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session, source="rss")
        case = shop.claimed(ana, capability=Capability.LINK, capability_reason="the feed takes no answers")
        reply = queue(session, case, shop, ana)
        assert (reply.state, reply.reason) == (ReplyState.BY_HAND, "the feed takes no answers")
        assert case.status == CaseStatus.OPEN
        assert replies.lease_due(session, "w", now=NOON + MINUTE, limit=9, lease=MINUTE) == []


def test_what_cannot_be_answered_is_refused(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana, capability=Capability.NONE, capability_reason="the thread is locked")
        with pytest.raises(Invalid, match="the thread is locked"):
            queue(session, case, shop, ana)


def test_one_who_asked_us_to_stop_is_left_alone(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        session.get_one(Author, case.author_id).do_not_contact = True
        with pytest.raises(DoNotContact):
            queue(session, case, shop, ana)


def test_a_customer_who_wrote_again_is_read_first(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        seen = case.latest_mention_id
        more = shop.more(case, "It has come, thanks", at=NOON + SECOND)
        cases.join(session, case, more, settings=SETTINGS, now=NOON + SECOND)
        with pytest.raises(Stale) as told:
            queue(session, case, shop, ana, seen=seen)
        assert told.value.current == more.id
        assert queue(session, case, shop, ana, seen=more.id).mention_id == more.id


def test_a_deleted_post_cannot_be_answered_and_makes_nothing_stale(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        first = case.latest_mention_id
        more = shop.more(case, at=NOON + SECOND, case_id=case.id, deleted_at=NOON + SECOND)
        assert queue(session, case, shop, ana, seen=first).mention_id == first
        with pytest.raises(Invalid, match="deleted this post"):
            queue(session, case, shop, ana, key="2", mention_id=more.id)


def test_only_a_post_of_the_case_is_answered(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case, other = shop.claimed(ana), shop.case()
        with pytest.raises(Invalid, match="wrote in this case"):
            queue(session, case, shop, ana, mention_id=other.latest_mention_id)


def test_a_second_reply_to_the_same_post_waits_for_the_end_of_the_first(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session, "Ana"), Shop(session)
        case = shop.claimed(ana)
        first = queue(session, case, shop, ana, "One")
        with pytest.raises(AlreadyAnswered, match="Ana to this post is queued"):
            queue(session, case, shop, ana, "Two")
        send(session, first)
        assert queue(session, case, shop, ana, "Two").state == ReplyState.QUEUED


def test_the_same_words_do_not_leave_twice(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        send(session, queue(session, case, shop, ana, "On its way!"))
        with pytest.raises(AlreadyAnswered, match="word for word"):
            queue(session, case, shop, ana, "on its way", key="other window")


def test_a_colleagues_answer_that_went_out_meanwhile_is_read_first(database: Database) -> None:
    """It was being sent when the case was taken over; the new assignee's form does not show it yet."""
    with database.write() as session:
        ana, bo, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
        case = shop.claimed(ana)
        reply = queue(session, case, shop, ana, "One")
        replies.lease_due(session, "w", now=NOON + MINUTE, limit=9, lease=MINUTE)
        cases.take_over(session, case.id, by=bo, now=NOON + MINUTE)
        with pytest.raises(AlreadyAnswered, match="is sending"):
            queue(session, case, shop, bo, "Two", now=NOON + MINUTE)
        send(session, reply, at=NOON + 2 * MINUTE)
        with pytest.raises(AlreadyAnswered, match="Ana answered"):
            queue(session, case, shop, bo, "Two", now=NOON + 3 * MINUTE)
        assert queue(session, case, shop, bo, "Two", seen_reply_id=reply.id, now=NOON + 3 * MINUTE).person_id == bo.id


def test_an_answer_from_before_the_claim_is_known(database: Database) -> None:
    with database.write() as session:
        ana, bo, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
        case = shop.claimed(ana)
        send(session, queue(session, case, shop, ana, "One"), at=NOON + MINUTE)
        cases.take_over(session, case.id, by=bo, now=NOON + 2 * MINUTE)
        assert queue(session, case, shop, bo, "Two", now=NOON + 3 * MINUTE).state == ReplyState.QUEUED


def test_an_answer_given_elsewhere_is_read_first(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        seen = case.latest_mention_id
        elsewhere = shop.own_post(case, "We are on it", at=NOON + SECOND)
        replies.own_post_seen(session, elsewhere, settings=SETTINGS, now=NOON + SECOND)
        with pytest.raises(AlreadyAnswered, match="in the meantime"):
            queue(session, case, shop, ana, seen=seen)
        assert queue(session, case, shop, ana, seen=elsewhere.id).state == ReplyState.QUEUED


def test_ones_own_answer_coming_back_is_no_news(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        seen = case.latest_mention_id
        sent = send(session, queue(session, case, shop, ana, "One"))
        back = shop.own_post(case, "One", at=NOON + MINUTE, external_id=sent.external_id)
        replies.own_post_seen(session, back, settings=SETTINGS, now=NOON + MINUTE)
        assert queue(session, case, shop, ana, "And two", seen=seen).state == ReplyState.QUEUED


def test_a_failed_reply_is_tried_again_with_its_key(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        reply = queue(session, case, shop, ana, key="k")
        with pytest.raises(Invalid, match="nothing to send again"):
            replies.retry(session, reply.id, by=ana, now=NOON)
        fail(session, reply, "duplicate content")
        assert (reply.state, reply.reason, case.waiting_since) == (ReplyState.FAILED, "duplicate content", NOON)
        again = replies.retry(session, reply.id, by=ana, now=NOON + 2 * MINUTE)
        assert (again.id, again.key, again.state, again.reason) == (reply.id, "k", ReplyState.QUEUED, "")
        (outgoing,) = replies.lease_due(session, "w", now=NOON + 2 * MINUTE, limit=9, lease=MINUTE)
        assert outgoing.key == "k"


def test_trying_again_asks_the_same_questions(database: Database) -> None:
    with database.write() as session:
        ana, bo, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
        case = shop.claimed(ana)
        reply = queue(session, case, shop, ana)
        fail(session, reply)
        with pytest.raises(NotYours):
            replies.retry(session, reply.id, by=bo, now=NOON + MINUTE)
        cases.join(session, case, shop.more(case, at=NOON + MINUTE), settings=SETTINGS, now=NOON + MINUTE)
        with pytest.raises(Stale):
            replies.retry(session, reply.id, by=ana, now=NOON + MINUTE)


def test_an_uncertain_reply_is_never_sent_again_before_somebody_looked(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        reply = queue(session, case, shop, ana)
        replies.lease_due(session, "w", now=NOON + MINUTE, limit=9, lease=MINUTE)
        replies.mark_uncertain(session, reply.id, reason="time-out", owner="w", now=NOON + MINUTE)
        with pytest.raises(Invalid, match="look there first"):
            replies.retry(session, reply.id, by=ana, now=NOON + MINUTE)
        with pytest.raises(AlreadyAnswered, match="uncertain"):
            queue(session, case, shop, ana, "Another")
        replies.settle(session, reply.id, was_sent=False, by=ana, now=NOON + 2 * MINUTE)
        assert (reply.state, reply.reason) == (ReplyState.FAILED, "Ana Moss looked: it is not there")
        assert replies.retry(session, reply.id, by=ana, now=NOON + 2 * MINUTE).state == ReplyState.QUEUED


def test_what_was_looked_for_and_is_absent_may_be_sent_again(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        reply = queue(session, shop.claimed(ana), shop, ana)
        replies.lease_due(session, "w", now=NOON + MINUTE, limit=9, lease=MINUTE)
        replies.mark_uncertain(session, reply.id, reason="time-out", owner="w", now=NOON + MINUTE)
        replies.lease_uncertain(session, "v", now=NOON + 3 * MINUTE, limit=9, lease=MINUTE)
        replies.mark_absent(session, reply.id, owner="v", now=NOON + 3 * MINUTE)
        assert (reply.state, reply.lease_owner) == (ReplyState.UNCERTAIN, None)
        assert replies.lease_uncertain(session, "v", now=NOON + 90 * MINUTE, limit=9, lease=MINUTE) == []
        assert replies.retry(session, reply.id, by=ana, now=NOON + 4 * MINUTE).state == ReplyState.QUEUED


def test_a_person_who_finds_it_there_ends_the_doubt(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        reply = queue(session, case, shop, ana)
        with pytest.raises(Invalid, match="nothing to decide"):
            replies.settle(session, reply.id, was_sent=True, by=ana, now=NOON)
        replies.lease_due(session, "w", now=NOON + MINUTE, limit=9, lease=SECOND)
        replies.expire(session, now=NOON + 2 * MINUTE)
        replies.settle(session, reply.id, was_sent=True, url="https://x.example/1", by=ana, now=NOON + 5 * MINUTE)
        assert (reply.state, reply.url, reply.proof, reply.sent_at) == (ReplyState.SENT, "https://x.example/1", "person", NOON + MINUTE)
        assert (case.status, case.answered_at, case.waiting_since) == (CaseStatus.PENDING, NOON + MINUTE, None)


def test_the_link_of_the_answer_is_the_proof_of_what_was_posted_by_hand(database: Database) -> None:
    with database.write() as session:
        ana, bo, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
        case = shop.claimed(ana, addressed=[])
        reply = queue(session, case, shop, ana)
        asked = session.get_one(Mention, case.latest_mention_id)
        for wrong in ("", "javascript:alert(1)", "x.com/acme/1", "https://", asked.url):
            with pytest.raises(Invalid):
                replies.prove(session, reply.id, url=wrong, by=ana, now=NOON)
        with pytest.raises(NotYours):
            replies.prove(session, reply.id, url="https://x.example/2", by=bo, now=NOON)
        replies.prove(session, reply.id, url=" https://x.example/2 ", by=ana, now=NOON + MINUTE)
        assert (reply.state, reply.url, reply.proof) == (ReplyState.SENT, "https://x.example/2", "link")
        assert (case.status, case.answered_at) == (CaseStatus.PENDING, NOON + MINUTE)


def test_a_lead_may_settle_for_somebody_else(database: Database) -> None:
    with database.write() as session:
        ana, lead, shop = person(session, "Ana"), person(session, "Lea", Role.LEAD), Shop(session)
        reply = queue(session, shop.claimed(ana, addressed=[]), shop, ana)
        assert replies.prove(session, reply.id, url="https://x.example/3", by=lead, now=NOON).person_id == ana.id
