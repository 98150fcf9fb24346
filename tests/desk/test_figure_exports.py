"""The Outcomes page as files: the figures as they are shown, and each case behind them once."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from dashboard.table_file import lines
from desk.cases import cases
from desk.errors import NotAllowed
from desk.figures import answers, exports, figure_cases, figure_exports, performance
from desk.figures.figure_cases import Figure
from desk.figures.figure_exports import Figures
from desk.figures.performance import Clock, Measure, Within
from desk.outcomes import held, outcomes
from desk.outcomes.outcomes import Declined, ResolutionDraft
from storage.database import Database
from storage.models import Audit, Mention, Person
from storage.words import Outcome, Role
from tests.support.desk import MINUTE, NOON, SETTINGS, Shop, person
from tests.support.outbox import queue, send

DAY = timedelta(days=1)
END = NOON + 20 * DAY
PERIOD = Within(NOON, END)
FIX = ResolutionDraft("=Firmware", "update", "she wrote that it works")


def ended(session: Session, *, source: str = "forum") -> dict[str, int]:
    ana, shop = person(session, "Ana Moss"), Shop(session, source=source)
    held_case, back, declined = (shop.claimed(ana, f"{name} text") for name in ("held", "back", "no"))
    send(session, queue(session, held_case, shop, ana), at=NOON + 7 * MINUTE)
    outcomes.close(session, held_case.id, outcome=Outcome.SOLVED, resolution=FIX, by=ana, now=NOON + 20 * MINUTE)
    outcomes.close(session, back.id, outcome=Outcome.SOLVED, reuse=held_case.resolution_id, by=ana, now=NOON + MINUTE)
    cases.reopen(session, back.id, by=ana, settings=SETTINGS, now=NOON + DAY)
    told = Declined("too old", "@Rule 4", "repair")
    outcomes.close(session, declined.id, outcome=Outcome.DECLINED, declined=told, by=ana, now=NOON + 2 * MINUTE)
    held.settle(session, settings=SETTINGS, now=END)
    answers.measure(session, settings=SETTINGS, now=END)
    return {"held": held_case.id, "back": back.id, "declined": declined.id, "feed": shop.feed.id}


def figures(session: Session, by: Person, *, feed: int = 0, clock: Clock = Clock.WALL) -> Figures:
    names = {"feed": {feed: "-Feed"}} if feed else {}
    return figure_exports.read(session, PERIOD, starts=[NOON, NOON + 10 * DAY], names=names, clock=clock, by=by)


def test_each_figure_of_the_page_is_a_row(database: Database) -> None:
    with database.write() as session:
        lead = person(session, "Lea Hart", Role.LEAD)
        ids = ended(session)
        found = {(line.figure, line.part): line for line in figure_exports.lines(figures(session, lead, feed=ids["feed"]))}
        assert [found["solved", part].n for part in ("held", "early", "came_back")] == [1, 0, 1]
        assert (found["outcome", "declined"].n, found["outcome", "spam"].n) == (1, 0)
        assert found["declined_by_rule", "@Rule 4"].n == 1
        frt = found["frt", "all"]
        assert (frt.n, frt.of, frt.kept, frt.half_min, frt.nine_tenths_min) == (1, 1, 1, 7, 7)
        assert (found["frt_minutes", "5 to 15"].n, found["frt_minutes", "from 2880"].n) == (1, 0)
        assert found["frt_of_feed", "-Feed"].half_min == 7
        assert (found["frt_from", NOON.isoformat()].n, found["frt_from", (NOON + 10 * DAY).isoformat()].n) == (1, 0)
        assert (found["ttr", "all"].of, found["step", "closed"].n) == (None, 2)
        assert (found["cause", "=Firmware"].n, found["cause", "=Firmware"].spared) == (1, 0)


def test_the_figures_are_those_that_the_page_counts_and_nobodys_own(database: Database) -> None:
    with database.write() as session:
        lead = person(session, "Lea Hart", Role.LEAD)
        ended(session)
        found = figures(session, lead)
        assert found.ends == performance.outcomes(session, PERIOD)
        assert found.spreads == {one: performance.spread(session, one, PERIOD, clock=Clock.WALL) for one in Measure}
        rows = list(figure_exports.rows(found, PERIOD, shown="all", clock=Clock.WALL))
        assert {len(row) for row in rows} == {len(figure_exports.COLUMNS)}
        assert not any("Ana" in str(cell) for row in rows for cell in row)


def test_no_cell_runs_as_a_formula(database: Database) -> None:
    with database.write() as session:
        lead = person(session, "Lea Hart", Role.LEAD)
        ids = ended(session)
        rows = figure_exports.rows(figures(session, lead, feed=ids["feed"]), PERIOD, shown="+all", clock=Clock.WALL)
        text = lines(figure_exports.COLUMNS, *rows)
        assert not any(cell.startswith(("=", "+", "-", "@")) for line in text.splitlines() for cell in line.split(","))
        assert {"'=Firmware", "'@Rule 4", "'-Feed", "'+all"} <= {cell for line in text.splitlines() for cell in line.split(",")}


def test_the_cases_behind_a_figure_are_those_that_the_page_lists(database: Database) -> None:
    with database.write() as session:
        lead = person(session, "Lea Hart", Role.LEAD)
        ids = ended(session)
        for figure, expected in (
            (Figure("held"), {ids["held"]}),
            (Figure("back"), {ids["back"]}),
            (Figure("rule", "@Rule 4"), {ids["declined"]}),
            (Figure(Measure.FRT, "1"), {ids["held"]}),
            (Figure(Measure.FRT, "late"), set()),
            (None, {ids["held"], ids["back"], ids["declined"]}),
        ):
            export = figure_exports.choose(session, figure, PERIOD, clock=Clock.WALL, by=lead)
            assert set(export.ids) == expected
            assert len(export.ids) == len(expected)
            if figure:
                assert list(export.ids) == [one.id for one in figure_cases.cases(session, figure, PERIOD, by=lead, clock=Clock.WALL)]
        assert list(figure_exports.choose(session, None, Within(END, END + DAY), clock=Clock.WALL, by=lead).ids) == []


def test_a_private_beginning_is_not_told_and_handles_only_to_who_answers(database: Database) -> None:
    with database.write() as session:
        lead, marketer = person(session, "Lea Hart", Role.LEAD), person(session, "Max", Role.MARKETER)
        ids = ended(session)
        for mention in session.scalars(select(Mention).where(Mention.case_id == ids["declined"])):
            mention.is_private = True
        session.flush()
        told = {}
        for by in (lead, marketer):
            export = figure_exports.choose(session, None, PERIOD, clock=Clock.WALL, by=by)
            told[by.id] = exports.page(session, export, 0)
        assert {row["case"] for row in told[lead.id]} == {ids["held"], ids["back"]}
        assert all(row["author"] for row in told[lead.id])
        assert not any(row["author"] or row["url"] for row in told[marketer.id])


@pytest.mark.parametrize("role", [Role.AGENT, Role.OPS, Role.READER])
def test_others_take_nothing_away(database: Database, role: Role) -> None:
    with database.write() as session:
        by = person(session, "Rik", role)
        with pytest.raises(NotAllowed):
            figures(session, by)
        with pytest.raises(NotAllowed):
            figure_exports.choose(session, None, PERIOD, clock=Clock.WALL, by=by)


def test_it_is_written_down(database: Database) -> None:
    with database.write() as session:
        lead = person(session, "Lea Hart", Role.LEAD)
        figure_exports.record(session, what="team-2", by=lead, now=NOON)
        assert [(act.person_id, act.detail) for act in session.scalars(select(Audit).where(Audit.verb == "figures_exported"))] == [
            (lead.id, {"shown": "team-2"})
        ]
