"""A file of cases: one row each, nothing that is erased, private or beyond what a platform allows, and handles only for those who answer."""

import csv
import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from dashboard import case_file
from dashboard.table_file import lines
from desk.cases import cases, tags
from desk.errors import NotAllowed
from desk.figures import exports
from desk.figures.exports import Export
from desk.intake import erasure
from desk.outcomes import outcomes
from desk.outcomes.outcomes import ResolutionDraft
from desk.people import teams
from desk.queue.filters import QueueFilter
from desk.sources import known, own
from storage.database import Database
from storage.models import Audit, Case, Mention, Person
from storage.words import CaseStatus, Outcome, Role
from tests.support.desk import NOON, SECOND, Shop, person

HOUR = timedelta(hours=1)


def taken(session: Session, by: Person | None, shown: QueueFilter | None = None, **told: Any) -> list[dict[str, Any]]:
    return exports.page(session, exports.choose(session, shown, by=by, now=NOON + HOUR, **told), 0)


def file_of(database: Database, export: Export) -> list[dict[str, str]]:
    text = b"".join(case_file.csv(database, export, has_mark=False)).decode()
    return list(csv.DictReader(io.StringIO(text)))


def test_a_row_says_what_became_of_a_case(database: Database) -> None:
    with database.write() as session:
        lead, shop = person(session, "Lea Hart", Role.LEAD, initials="LH"), Shop(session, source="forum")
        case = shop.case("My parcel is lost", at=NOON)
        put = tags.add(session, name="Refund", by=lead, now=NOON)
        tags.put(session, tag_ids=[put.id], case_ids=[case.id], by=lead, rule_id=None, now=NOON)
        case.team_id = teams.add(session, name="Parcels", by=lead, now=NOON).id
        cases.claim(session, case.id, by=lead, now=NOON + 30 * SECOND)
        solved = ResolutionDraft(cause="Label torn", fix="Sent again", evidence="She has it")
        case.answered_at = NOON + 90 * SECOND
        outcomes.close(session, case.id, outcome=Outcome.SOLVED, resolution=solved, by=lead, now=NOON + HOUR)
        case.paused_s = 600
        (row,) = taken(session, lead)
        told = {
            "case": case.id,
            "source": "forum",
            "assignee": "LH",
            "team": "Parcels",
            "tags": "Refund",
            "status": CaseStatus.CLOSED,
            "outcome": Outcome.SOLVED,
            "cause": "Label torn",
            "fix": "Sent again",
            "frt_s": 90,
            "ttr_s": 3000,
            "contacts": 1,
            "ordeal": 0,
            "text": "My parcel is lost",
            "text_left_out": "",
            "opened_at": NOON.isoformat(),
        }
        assert {name: row[name] for name in told} == told
        assert tuple(row) == exports.COLUMNS


@pytest.mark.parametrize("role", [Role.AGENT, Role.OPS, Role.READER])
def test_others_take_nothing_away(database: Database, role: Role) -> None:
    with database.write() as session, pytest.raises(NotAllowed):
        exports.choose(session, by=person(session, "Ana Moss", role), now=NOON)


def test_only_who_answers_customers_is_told_who_wrote(database: Database) -> None:
    with database.write() as session:
        shop = Shop(session, source="forum")
        shop.case(author=shop.author("samreed"))
        (to_marketer,) = taken(session, person(session, "Mo Fey", Role.MARKETER))
        (to_lead,) = taken(session, person(session, "Lea Hart", Role.LEAD))
        assert (to_marketer["author"], to_marketer["url"], to_marketer["text"]) == ("", "", "My parcel is lost")
        assert (to_lead["author"], bool(to_lead["url"])) == ("samreed", True)


def test_what_was_erased_and_what_is_private_is_in_no_file(database: Database) -> None:
    with database.write() as session:
        lead, shop = person(session, "Lea Hart", Role.LEAD), Shop(session, source="forum")
        gone, private = shop.case("Call me on 0700 900"), shop.case("My secret 4471", is_private=True)
        erasure.forget(session, gone.opening_mention_id, reason="deleted", now=NOON)
        (row,) = taken(session, lead)
        assert (row["case"], row["text"], row["author"], row["url"], row["post"], row["text_left_out"]) == (
            gone.id,
            "",
            "",
            "",
            "",
            exports.ERASED,
        )
        assert private.id != row["case"]
        assert "0700" not in repr(row)


def test_the_file_follows_the_list(database: Database) -> None:
    with database.write() as session:
        lead, shop = person(session, "Lea Hart", Role.LEAD), Shop(session, source="forum")
        late, early = shop.case(at=NOON + SECOND), shop.case(at=NOON)
        closed = shop.claimed(lead, at=NOON)
        outcomes.close(session, closed.id, outcome=Outcome.NO_ACTION, by=lead, now=NOON)
        shown = [[row["case"] for row in taken(session, lead, QueueFilter(view=view))] for view in ("waiting", "closed", "pending")]
        assert shown == [[early.id, late.id], [closed.id], []]
        assert [row["case"] for row in taken(session, lead, since=NOON + SECOND)] == [late.id]


def many(database: Database, n: int, monkeypatch: pytest.MonkeyPatch, *, limit: int) -> Export:
    """That many cases on X, of which a person may take `limit` texts away."""
    monkeypatch.setattr(known, "OWN", {**own.OWN, "x": replace(own.X, exported_texts=limit)})
    monkeypatch.setitem(vars(exports), "PAGE", 2)
    with database.write() as session:
        lead, shop = person(session, "Lea Hart", Role.LEAD), Shop(session)
        for place in range(n):
            shop.case(f"Post {place}", at=NOON + place * SECOND)
        return exports.choose(session, by=lead, now=NOON)


def test_a_person_takes_so_many_texts_of_x_away_a_day_and_the_file_says_so(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    export = many(database, 5, monkeypatch, limit=3)
    first, again = file_of(database, export), file_of(database, export)
    assert [row["text"] for row in first] == ["Post 0", "Post 1", "Post 2", "", ""]
    assert [row["text_left_out"] for row in first] == ["", "", "", exports.LIMIT, exports.LIMIT]
    assert {row["author"] + row["url"] for row in first[3:]} == {""}
    assert all(row["post"] for row in first)
    assert {row["text"] for row in again} == {""}


def test_the_limit_is_a_persons_and_a_days(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    export = many(database, 1, monkeypatch, limit=3)
    with database.write() as session:
        other = person(session, "Mo Fey", Role.MARKETER)
        lead, late = export.by_id, NOON.replace(hour=23, minute=59)
        asked = [
            exports.grant(session, lead, {"x": 2}, now=late),
            exports.grant(session, lead, {"x": 2}, now=late),
            exports.grant(session, other.id, {"x": 2}, now=late),
            exports.grant(session, lead, {"x": 2}, now=late + HOUR),
            exports.grant(session, None, {"x": 2}, now=late),
        ]
        assert asked == [{"x": 2}, {"x": 1}, {"x": 2}, {"x": 2}, {"x": 0}]


def test_the_command_line_speaks_for_nobody_and_gets_the_ids_of_x(database: Database) -> None:
    with database.write() as session:
        Shop(session).case()
        Shop(session, source="forum").case("Of a forum")
        export = exports.choose(session, by=None, now=NOON)
    assert sorted((row["source"], row["text"]) for row in file_of(database, export)) == [("forum", "Of a forum"), ("x", "")]


def test_each_file_is_written_down(database: Database) -> None:
    with database.write() as session:
        lead = person(session, "Lea Hart", Role.LEAD)
        Shop(session).case()
        exports.record(session, exports.choose(session, by=lead, now=NOON), by=lead, now=NOON)
        (act,) = session.scalars(select(Audit).where(Audit.verb == "cases_exported"))
        assert (act.person_id, act.detail) == (lead.id, {"cases": 1})


def test_a_page_reads_no_more_cases_than_its_own(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    export = many(database, 5, monkeypatch, limit=9)
    assert [len(rows) for rows in case_file.pages(database, export)] == [2, 2, 1]
    with database.read() as session:
        exports.page(session, export, 2)
        assert len([row for row in session.identity_map.values() if isinstance(row, Case | Mention)]) <= 2


def test_the_file_begins_with_the_mark_where_it_was_asked_for(database: Database) -> None:
    empty = Export([], None, names_authors=True)
    assert next(case_file.csv(database, empty, has_mark=True)).startswith(b"\xef\xbb\xbfcase,")
    assert next(case_file.csv(database, empty, has_mark=False)).startswith(b"case,")


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"])), min_size=1, max_size=4))
def test_no_cell_is_run_as_a_formula_and_no_word_is_lost(cells: list[str]) -> None:
    (read,) = csv.reader(io.StringIO(lines(cells), newline=""))
    assert [cell for cell in read if cell.startswith(exports.FORMULA_STARTS)] == []
    assert all(got in {cell, f"'{cell}"} for got, cell in zip(read, cells, strict=True))
