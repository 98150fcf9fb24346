"""News of a reply comes while its case is merged into another one: it answers the case that the reply belongs to afterwards."""

import pytest

from desk.cases import cases
from desk.post import Sent
from desk.replies import outbox
from storage.database import Database
from storage.models import Case, Person, Reply
from storage.words import ReplyState
from tests.support.desk import MINUTE, NOON, SETTINGS, Shop, person
from tests.support.outbox import fail, queue
from tests.support.race import together

pytestmark = pytest.mark.race

PAIRS = 12
LATE = NOON + 5 * MINUTE


def pairs(database: Database) -> tuple[int, list[tuple[int, int, int]]]:
    """Two cases of each customer, one with a reply that failed: both numbers, that of the case to go first, and the reply's."""
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        made = []
        for place in range(PAIRS):
            author = shop.author()
            first, second = shop.claimed(ana, author=author), shop.claimed(ana, author=author)
            gone, kept = (first, second) if place % 2 else (second, first)
            reply = queue(session, gone, shop, ana)
            fail(session, reply)
            made.append((gone.id, kept.id, reply.id))
        return ana.id, made


def test_late_news_and_a_merge_in_any_order_leave_the_kept_case_answered(database: Database) -> None:
    ana_id, made = pairs(database)

    def work(number: int) -> None:
        gone, kept, reply_id = made[number // 2]
        with database.write() as session:
            if number % 2:
                cases.merge(session, gone, into=kept, by=session.get_one(Person, ana_id), settings=SETTINGS, now=LATE)
            else:
                outbox.mark_sent(session, reply_id, Sent(f"ours{reply_id}", "", LATE), owner="worker", settings=SETTINGS, now=LATE)

    together(work, 2 * PAIRS)
    with database.read() as session:
        for _, kept, reply_id in made:
            reply, case = session.get_one(Reply, reply_id), session.get_one(Case, kept)
            assert (reply.case_id, reply.state, case.answered_at) == (kept, ReplyState.SENT, LATE)
