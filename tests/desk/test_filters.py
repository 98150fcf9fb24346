"""Each list is read from one index, in order, whatever SQLite's planner would rather do."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from desk.cases import cases
from desk.outcomes import outcomes
from desk.queue import filters, inbox
from desk.queue.inbox import QueueFilter, View
from desk.settings import DeskSettings
from storage.database import Database
from storage.models import Case
from storage.search import index_due
from storage.words import Intent, Outcome, Sentiment
from tests.support.desk import NOON, Shop, person

INDEXES: list[tuple[View, str]] = [
    ("waiting", "ix_case_queue"),
    ("unclaimed", "ix_case_queue"),
    ("mine", "ix_case_mine"),
    ("due_soon", "ix_case_queue"),
    ("team", "ix_case_queue"),
    ("flagged", "ix_case_queue"),
    ("escalated", "ix_case_escalated"),
    ("shield", "ix_case_shield"),
    ("pending", "ix_case_pending"),
    ("closed", "ix_case_closed"),
    ("all", "ix_case_all"),
]
NARROW: list[dict[str, Any]] = [
    {},
    {"feed_id": 1},
    {"sentiment": Sentiment.NEGATIVE, "language": "de"},
    {"intent": Intent.CHURN},
    {"text": "parcel"},
    {"flagged": True},
    {"team_id": 1, "owner_id": 1},
]


@pytest.mark.parametrize("narrow", NARROW)
@pytest.mark.parametrize("is_analyzed", [False, True])
@pytest.mark.parametrize(("view", "index"), INDEXES)
def test_a_list_is_read_from_its_index_in_order(
    sqlite_database: Database, view: View, index: str, narrow: dict[str, Any], *, is_analyzed: bool
) -> None:
    with sqlite_database.write() as session:
        shop = Shop(session)
        for _ in range(3):
            shop.case()
    if is_analyzed:
        with sqlite_database.write() as session:
            session.execute(text("ANALYZE"))
    plan = _plan(sqlite_database, QueueFilter(view=view, assignee_id=1, my_teams=(1,), **narrow))
    index = "ix_case_words" if view == "all" and "text" in narrow else index
    assert f"USING INDEX {index}" in plan or f"USING COVERING INDEX {index}" in plan
    assert "TEMP B-TREE" not in plan or view == "mine"


def test_a_rare_tag_is_read_from_its_own_cases(sqlite_database: Database) -> None:
    assert "INTEGER PRIMARY KEY" in _plan(sqlite_database, QueueFilter(tag_id=1), nth=1)


def test_a_common_tag_is_met_on_the_way_down_the_list(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filters, "RARE", 0)
    assert "ix_case_queue" in _plan(sqlite_database, QueueFilter(tag_id=1), nth=1)


def _plan(database: Database, shown: QueueFilter, *, nth: int = 0) -> str:
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: Any) -> None:
        asked.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    with database.read() as session:
        inbox.queue(session, shown, now=NOON)
        event.remove(database.engine, "before_cursor_execute", note)
        statement, parameters = [pair for pair in asked if " case_" in pair[0].partition("FROM")[2]][nth]
        steps = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return " / ".join(step[3] for step in steps)


def test_all_cases_are_found_in_every_state(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        made = [shop.case("Rare bird" if n % 3 == 0 else "Sparrow") for n in range(9)]
        for case in made[:4]:
            cases.claim(session, case.id, by=ana, now=NOON)
            outcomes.close(session, case.id, outcome=Outcome.NO_ACTION, by=ana, now=NOON)
        rare = [case.id for case in reversed(made[::3])]
        shown = QueueFilter(view="all", text="rare")
        first = inbox.queue(session, shown, now=NOON, limit=2)
        rest = QueueFilter(view="all", text="rare", after=inbox.cursor_behind(first, shown))
        assert [row.id for row in first] == rare[:2]
        assert [row.id for row in inbox.queue(session, rest, now=NOON, limit=2)] == rare[2:]
        everything = inbox.queue(session, QueueFilter(view="all"), now=NOON)
        assert [row.id for row in everything] == [case.id for case in reversed(made)]


def test_a_word_of_an_earlier_post_finds_its_case_and_one_of_a_private_one_only_for_who_reads_those(database: Database) -> None:
    with database.write() as session:
        shop = Shop(session)
        case, other = shop.case("The zinfandel never came"), shop.case("A sparrow")
        for later, (words, is_private) in enumerate([("My number is 4471", True), ("Hello?", False)], start=1):
            said = shop.more(case, words, at=NOON + timedelta(minutes=later), is_private=is_private)
            cases.join_all(session, [(case, said)], settings=DeskSettings(), now=said.posted_at)
    while True:
        with database.write() as session:
            if not index_due(session, 100):
                break
    with database.read() as session:
        assert "zinfandel" not in session.get_one(Case, case.id).searched
        found = {
            words: [row.id for row in inbox.queue(session, QueueFilter(text=words), now=NOON)] for words in ("Zinfandel", "hello", "4471")
        }
        caring = [row.id for row in inbox.queue(session, QueueFilter(text="4471", sees_private=True), now=NOON)]
    assert found == {"Zinfandel": [case.id], "hello": [case.id], "4471": []}
    assert caring == [case.id]
    assert other.id not in found["hello"]
