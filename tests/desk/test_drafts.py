"""Words that have not left: drafts that are never overwritten, and replies taken back into the editor."""

import pytest
from sqlalchemy import select

from desk.errors import Invalid, NotYours, Stale
from desk.replies import replies
from storage.database import Database
from storage.models import Reply
from storage.words import ReplyState
from tests.support.desk import MINUTE, NOON, SECOND, Shop, person
from tests.support.outbox import fail, queue, send


def test_drafts_count_up_and_never_overwrite_a_newer_one(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        assert replies.save_draft(session, case.id, text="a\x00b", version=0, by=ana, now=NOON) == 1
        assert replies.save_draft(session, case.id, text="abc", version=1, by=ana, now=NOON) == 2
        with pytest.raises(Stale) as told:
            replies.save_draft(session, case.id, text="other window", version=1, by=ana, now=NOON)
        assert told.value.current == 2
        with pytest.raises(Stale):
            replies.save_draft(session, case.id, text="third window", version=0, by=ana, now=NOON)
        with pytest.raises(Invalid, match="100,000"):
            replies.save_draft(session, case.id, text="x" * 100_001, version=2, by=ana, now=NOON)
        assert session.scalars(select(Reply.text)).all() == ["abc"]


def test_a_draft_that_was_sent_elsewhere_is_not_written_over(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        replies.save_draft(session, case.id, text="One", version=0, by=ana, now=NOON)
        queue(session, case, shop, ana, "One")
        with pytest.raises(Stale) as told:
            replies.save_draft(session, case.id, text="One more", version=1, by=ana, now=NOON)
        assert told.value.current == 0
        assert replies.save_draft(session, case.id, text="One more", version=0, by=ana, now=NOON) == 1


def test_undo_brings_the_words_back_to_the_editor(database: Database) -> None:
    with database.write() as session:
        ana, bo, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
        case = shop.claimed(ana)
        reply = queue(session, case, shop, ana, "Sorry abut that")
        with pytest.raises(NotYours):
            replies.undo(session, reply.id, by=bo, now=NOON)
        replies.undo(session, reply.id, by=ana, now=NOON + SECOND)
        assert (reply.state, reply.text, reply.not_before) == (ReplyState.DRAFT, "Sorry abut that", None)
        again = queue(session, case, shop, ana, "Sorry about that", key=reply.key)
        assert (again.id, again.state, again.text) == (reply.id, ReplyState.QUEUED, "Sorry about that")


def test_undo_after_more_was_written_keeps_both_texts(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        reply = queue(session, case, shop, ana, "First")
        replies.save_draft(session, case.id, text="Second", version=0, by=ana, now=NOON)
        replies.undo(session, reply.id, by=ana, now=NOON)
        assert reply.text == "First\n\nSecond"
        with pytest.raises(Stale) as told:
            replies.save_draft(session, case.id, text="Second and", version=1, by=ana, now=NOON)
        assert told.value.current == reply.version


def test_undo_is_too_late_once_it_is_being_sent(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        reply = queue(session, shop.claimed(ana), shop, ana)
        replies.lease_due(session, "w", now=NOON + MINUTE, limit=9, lease=MINUTE)
        with pytest.raises(Invalid, match="is sending"):
            replies.undo(session, reply.id, by=ana, now=NOON + MINUTE)
        send(session, reply, owner="w")
        with pytest.raises(Invalid, match="is sent"):
            replies.undo(session, reply.id, by=ana, now=NOON + MINUTE)


@pytest.mark.parametrize("kind", ["failed", "by_hand"])
def test_what_failed_or_waits_to_be_posted_by_hand_can_be_taken_back(database: Database, kind: str) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        reply = queue(session, shop.claimed(ana, addressed=["acme"] if kind == "failed" else []), shop, ana)
        if kind == "failed":
            fail(session, reply)
        replies.undo(session, reply.id, by=ana, now=NOON + MINUTE)
        assert reply.state == ReplyState.DRAFT
