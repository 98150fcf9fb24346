"""Which case a post of a page joins, and what becomes of posts of our own."""

import pytest
from sqlalchemy import select

from desk.cases import cases
from desk.figures import rollups
from desk.post import PostAuthor
from storage.database import Database
from storage.models import (
    Case,
    Mention,
    Reply,
    RollupHour,
)
from storage.words import CaseStatus, ReplyState
from tests.support.listening import (
    HOUR,
    MINUTE,
    NOON,
    classify,
    how_many,
    listening,
    mention,
    poll,
    post,
)


class TestCases:
    def test_a_second_post_joins_the_live_case(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, post("1"))
            classify(session)
            told = poll(session, post("2", "Anybody?", at=NOON + MINUTE, thread_id="1"), now=NOON + MINUTE)
            case = session.scalars(select(Case).execution_options(populate_existing=True)).one()
            assert (told.joined, mention(session, "2").case_id, case.contacts, case.latest_mention_id) == (
                1,
                case.id,
                2,
                mention(session, "2").id,
            )

    def test_another_author_in_the_thread_does_not_join(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, post("1"))
            classify(session)
            assert poll(session, post("2", by="ben", thread_id="1"), now=NOON + MINUTE).joined == 0

    def test_a_post_wakes_the_case_that_waited_for_the_customer(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, post("1"))
            classify(session)
            poll(session, post("own", "We look into it", by="AcmeCare", at=NOON + MINUTE, thread_id="1", parent_id="1"), now=NOON + MINUTE)
            case = session.scalars(select(Case)).one()
            assert case.status == CaseStatus.PENDING
            told = poll(session, post("2", "And?", at=NOON + 2 * MINUTE, thread_id="1"), now=NOON + 2 * MINUTE)
            assert (told.joined, told.reopened, case.status) == (1, 1, CaseStatus.OPEN)

    def test_a_bare_thanks_does_not_bring_a_closed_case_back(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, post("1"))
            classify(session)
            case = session.scalars(select(Case)).one()
            case.status, case.closed_at, case.waiting_since = CaseStatus.CLOSED, NOON + MINUTE, None
            session.flush()
            told = poll(session, post("2", "thanks", at=NOON + HOUR, thread_id="1"), now=NOON + HOUR)
            assert (told.joined, case.status, mention(session, "2").case_id) == (0, CaseStatus.CLOSED, None)

    def test_a_post_joins_the_case_that_its_own_was_merged_into(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, post("1"), post("2"))
            classify(session)
            first, second = session.scalars(select(Case).order_by(Case.id)).all()
            second.status, second.closed_at, second.merged_into_id = CaseStatus.CLOSED, NOON, first.id
            session.flush()
            assert poll(session, post("3", at=NOON + MINUTE, thread_id="2"), now=NOON + MINUTE).joined == 1
            assert mention(session, "3").case_id == first.id


class TestOwnPosts:
    @pytest.fixture
    def listened(self, sqlite_database: Database) -> Database:
        with sqlite_database.write() as session:
            listening(session)
        return sqlite_database

    def test_our_own_post_is_stored_but_neither_counted_nor_triaged(self, listened: Database) -> None:
        with listened.write() as session:
            told = poll(session, post("1", by="acmecare"), post("2", author=PostAuthor("42", "@AcmeCare", "Acme")))
            assert (told.new, told.own) == (0, 2)
            assert how_many(session, Mention, Mention.is_own) == 2
            assert how_many(session, RollupHour) == 0
            assert classify(session).stored == 0
            assert rollups.check(session) == []

    def test_the_same_handle_elsewhere_is_a_customer(self, listened: Database) -> None:
        with listened.write() as session:
            assert poll(session, post("1", by="acmecare"), feed="forum").own == 0

    def test_our_reply_coming_back_settles_it(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, post("1"))
            classify(session)
            case = session.scalars(select(Case)).one()
            text = "Sorry, on its way!"
            session.add(_reply(case, mention(session).id, text))
            session.flush()
            ours = post("r", text, by="AcmeCare", at=NOON + MINUTE, thread_id="1", parent_id="1")
            poll(session, ours, feed="mentions", now=NOON + MINUTE)
            reply = session.scalars(select(Reply).execution_options(populate_existing=True)).one()
            assert (reply.state, reply.proof, reply.external_id) == (ReplyState.SENT, "timeline", "r")


def _reply(case: Case, mention_id: int, text: str) -> Reply:
    return Reply(
        case_id=case.id,
        mention_id=mention_id,
        reply_account_id=1,
        key="k",
        state=ReplyState.UNCERTAIN,
        text=text,
        created_at=NOON,
        saved_at=NOON,
        queued_at=NOON,
        sending_at=NOON,
        seen_mention_id=mention_id,
    )


def test_live_cases_are_found_among_many_of_one_author(listened: Database) -> None:
    with listened.write() as session:
        poll(session, *[post(str(n)) for n in range(5)])
        classify(session)
        told = poll(session, *[post(f"again {n}", thread_id=str(n), at=NOON + MINUTE) for n in range(5)], now=NOON + MINUTE)
        assert told.joined == 5
        assert cases.live_case(session, mention(session, "3").author_id, mention(session, "3").thread_id) is not None
