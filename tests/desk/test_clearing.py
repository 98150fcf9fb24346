"""Whoever is to be forgotten hears nothing more from us: what waits to leave for them is stopped, wherever it waits."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.forgetting import author_erasure, clearing
from desk.post import OutgoingChange
from desk.replies import changes, replies
from storage.database import Database
from storage.models import Author, Case, Mention, Notice, Reply
from storage.words import ChangeKind, ChangeState, NoticeKind, ReplyState
from tests.support.desk import MINUTE, NOON, Shop, person
from tests.support.outbox import queue, send

LATER = NOON + MINUTE
HOUR = timedelta(hours=1)


def clear(session: Session, case: Case) -> None:
    author = session.get_one(Author, case.author_id)
    clearing.clear_cases(session, {case.id: case}, author_erasure.words_of(session, author), now=LATER)
    session.expire_all()


def lease(session: Session, *, at: int = 1) -> list[OutgoingChange]:
    return changes.lease_due(session, "worker", now=NOON + at * MINUTE, limit=9, lease=MINUTE)


def test_a_reply_that_somebody_was_to_post_becomes_a_draft_and_they_are_told_without_the_name(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana, author=shop.author("mila_varga"), addressed=[])
        reply = queue(session, case, shop, ana, "Hi mila_varga, it is on its way")
        assert reply.state is ReplyState.BY_HAND
        clear(session, case)
        assert (reply.state, reply.text, reply.reason) == (ReplyState.DRAFT, "Hi [erased], it is on its way", clearing.WHY)
        (told,) = session.scalars(select(Notice).where(Notice.kind == NoticeKind.RECALLED))
        assert (told.person_id, told.case_id, told.text) == (ana.id, case.id, "[erased]")


@pytest.mark.parametrize("is_leased", [False, True])
def test_new_words_for_an_answer_are_given_up(database: Database, is_leased: bool) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session, source="reddit")
        case = shop.claimed(ana)
        reply = queue(session, case, shop, ana)
        send(session, reply)
        changes.ask(session, reply.id, ChangeKind.CORRECT, text="It comes tomorrow", by=ana, now=NOON)
        assert not is_leased or len(lease(session)) == 1
        clear(session, case)
        assert (reply.change_state, clearing.WHY in reply.change_reason) == (ChangeState.FAILED, True)
        assert ("look on the platform" in reply.change_reason) == is_leased
        assert lease(session, at=9) == []


def test_our_answer_is_still_taken_back_where_it_stands(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        reply = queue(session, case, shop, ana)
        send(session, reply)
        changes.ask(session, reply.id, ChangeKind.TAKE_BACK, by=ana, now=NOON)
        clear(session, case)
        assert [one.kind for one in lease(session)] == [ChangeKind.TAKE_BACK]


def test_a_reply_of_unknown_fate_is_looked_for_and_never_sent_again_once_the_post_is_gone(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        reply = queue(session, case, shop, ana)
        replies.lease_due(session, "w", now=LATER, limit=9, lease=MINUTE)
        replies.expire(session, now=LATER + HOUR)
        session.get_one(Mention, case.latest_mention_id).deleted_at = LATER
        session.flush()
        (looked_for,) = replies.lease_uncertain(session, "w", now=LATER + HOUR, limit=9, lease=MINUTE)
        assert not looked_for.may_leave
        replies.mark_absent(session, reply.id, owner="w", now=LATER + HOUR, repeats=True)
        assert session.get_one(Reply, reply.id, populate_existing=True).state is ReplyState.DRAFT
