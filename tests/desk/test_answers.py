"""How long customers waited: a row for each time, in our hours, without the time in which the case waited for them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from desk.cases import cases
from desk.figures import answers
from desk.intake import own_posts
from desk.outcomes import outcomes
from storage.database import Database
from storage.models import Answer, Ending, Pause
from storage.words import CaseStatus, Outcome
from tests.support.desk import MINUTE, NOON, SETTINGS, Shop, person
from tests.support.outbox import queue, send

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def test_each_wait_that_ended_in_an_answer_is_a_row(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        send(session, queue(session, case, shop, ana), at=NOON + 10 * MINUTE)
        second = shop.more(case, at=NOON + 9 * HOUR)
        cases.join(session, case, second, settings=SETTINGS, now=NOON + 9 * HOUR)
        reply = queue(session, case, shop, ana, now=NOON + 20 * HOUR, seen_reply_id=999)
        send(session, reply, at=NOON + 21 * HOUR)
        rows = session.scalars(select(Answer).order_by(Answer.id)).all()
        assert [(row.is_first, row.since, row.at, row.wall_s, row.person_id) for row in rows] == [
            (True, NOON, NOON + 10 * MINUTE, 600, ana.id),
            (False, NOON + 9 * HOUR, NOON + 21 * HOUR, 12 * 3600, ana.id),
        ]
        assert (rows[0].due_at, rows[0].brand_id, rows[0].feed_id) == (NOON + 4 * HOUR, shop.brand.id, shop.feed.id)
        assert answers.measure(session, settings=SETTINGS, now=NOON) == 2
        assert [row.hours_s for row in rows] == [600, 3600]
        assert answers.measure(session, settings=SETTINGS, now=NOON) == 0


def test_a_second_answer_to_somebody_who_does_not_wait_is_none(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        send(session, queue(session, case, shop, ana), at=NOON + MINUTE)
        send(session, queue(session, case, shop, ana, "And one more thing", seen_reply_id=999), at=NOON + 2 * MINUTE)
        assert len(session.scalars(select(Answer)).all()) == 1


def test_an_answer_elsewhere_counts_and_has_no_person(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        post = shop.own_post(case, "We are on it", at=NOON + 30 * MINUTE)
        own_posts.own_post_seen(session, post, settings=SETTINGS, now=NOON + HOUR)
        (row,) = session.scalars(select(Answer)).all()
        assert (row.person_id, row.wall_s, row.is_first) == (None, 1800, True)


def test_waiting_for_the_customer_is_no_time_of_ours(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        send(session, queue(session, case, shop, ana), at=NOON + HOUR)
        assert (case.status, case.pending_since) == (CaseStatus.PENDING, NOON + HOUR)
        cases.join(session, case, shop.more(case, at=NOON + 2 * DAY), settings=SETTINGS, now=NOON + 2 * DAY)
        assert (case.pending_since, case.paused_s) == (None, 47 * 3600)
        outcomes.close(session, case.id, outcome=Outcome.NO_ACTION, by=ana, now=NOON + 2 * DAY + 30 * MINUTE)
        answers.measure(session, settings=SETTINGS, now=NOON)
        (ending,) = session.scalars(select(Ending)).all()
        assert (ending.ttr_s, ending.ttr_hours_s) == (5400, 5400)
        assert (ending.seen_s, ending.claimed_s, ending.answered_s) == (0, 0, 3600)


def test_a_case_that_is_closed_while_it_waits_for_the_customer_ends_its_pause(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        send(session, queue(session, case, shop, ana), at=NOON + HOUR)
        outcomes.close(session, case.id, outcome=Outcome.NO_ANSWER, by=ana, now=NOON + 5 * DAY)
        assert (case.pending_since, case.paused_s) == (None, (5 * 24 - 1) * 3600)
        assert session.scalars(select(Ending.ttr_s)).one() == 3600


def test_the_time_in_which_a_case_was_closed_is_a_pause(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        outcomes.close(session, case.id, outcome=Outcome.NO_ACTION, by=ana, now=NOON + HOUR)
        cases.reopen(session, case.id, by=ana, settings=SETTINGS, now=NOON + 3 * DAY)
        assert session.execute(select(Pause.since, Pause.until)).all() == [(NOON + HOUR, NOON + 3 * DAY)]
        outcomes.close(session, case.id, outcome=Outcome.NO_ACTION, by=ana, now=NOON + 3 * DAY + HOUR)
        answers.measure(session, settings=SETTINGS, now=NOON)
        ends = session.execute(select(Ending.ttr_s, Ending.ttr_hours_s, Ending.back_at).order_by(Ending.id)).all()
        assert ends == [(3600, 3600, NOON + 3 * DAY), (7200, 7200, None)]


@pytest.mark.parametrize("how", ["merge", "untouched"])
def test_whatever_closes_a_case_leaves_an_ending(database: Database, how: str) -> None:
    from desk.cases.untouched import close_untouched

    with database.write() as session:
        ana, shop = person(session), Shop(session)
        author = shop.author()
        first, second = shop.case(author=author), shop.case(author=author)
        if how == "merge":
            cases.merge(session, second.id, into=first.id, by=ana, settings=SETTINGS, now=NOON + HOUR)
        else:
            assert close_untouched(session, second, why="tests", now=NOON + HOUR)
        (ending,) = session.scalars(select(Ending)).all()
        expected = (Outcome.DUPLICATE, ana.id) if how == "merge" else (Outcome.NO_ACTION, None)
        assert (ending.case_id, (ending.outcome, ending.person_id)) == (second.id, expected)
