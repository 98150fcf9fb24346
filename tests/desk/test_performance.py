"""Figures over a period: how cases ended, how long customers waited, and the cases behind each of them."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from desk.errors import NotAllowed
from desk.figures import figure_cases, performance
from desk.figures.figure_cases import Figure
from desk.figures.performance import EDGES, Clock, Measure, Within, bucket
from storage.database import Database
from storage.models import Answer, Case, Ending, Resolution
from storage.words import Outcome, Role
from tests.support.desk import NOON, Shop, number, person

DAY = timedelta(days=1)
PERIOD = Within(NOON - 7 * DAY, NOON)


def ended(session: Session, case: Case, outcome: Outcome = Outcome.SOLVED, *, at: datetime = NOON - DAY, **other: object) -> Ending:
    told = {"seen_s": 60, "claimed_s": 300, "answered_s": 600, "ttr_s": 3600, "ttr_hours_s": 1800, **other}
    row = Ending(case_id=case.id, brand_id=case.brand_id, feed_id=case.feed_id, outcome=outcome, at=at, **told)
    session.add(row)
    session.flush()
    return row


def answered(session: Session, case: Case, minutes: int, *, due: int | None = 60, is_first: bool = True, at: datetime = NOON - DAY) -> None:
    since = at - timedelta(minutes=minutes)
    told = {"due_at": since + timedelta(minutes=due) if due is not None else None, "wall_s": minutes * 60, "hours_s": minutes * 30}
    told |= {"case_id": case.id, "brand_id": case.brand_id, "feed_id": case.feed_id, "is_first": is_first}
    session.add(Answer(since=since - timedelta(microseconds=number()), at=at, **told))
    session.flush()


def test_outcomes_stand_beside_solved_never_inside_it(database: Database) -> None:
    with database.write() as session:
        shop = Shop(session)
        ended(session, shop.case(), held_at=NOON)
        ended(session, shop.case())
        ended(session, shop.case(), back_at=NOON)
        ended(session, shop.case(), Outcome.ANSWERED, back_at=NOON)
        for outcome in (Outcome.ANSWERED, Outcome.DECLINED, Outcome.SPAM, Outcome.SPAM):
            ended(session, shop.case(), outcome)
        ended(session, shop.case(), at=NOON - 8 * DAY)
        found = performance.outcomes(session, PERIOD)
        assert (found.held, found.early, found.came_back, found.solved, found.judged) == (1, 1, 1, 2, 2)
        assert {one: n for one, n in found.others.items() if n} == {Outcome.ANSWERED: 1, Outcome.DECLINED: 1, Outcome.SPAM: 2}


def test_a_distribution_has_quartiles_bars_and_the_share_within_the_promise(database: Database) -> None:
    with database.write() as session:
        shop = Shop(session)
        case = shop.case()
        for minutes in (1, 2, 3, 4, 10, 20, 40, 50, 90, 3000):
            answered(session, case, minutes)
        answered(session, case, 7, due=None, is_first=False)
        wall = performance.spread(session, Measure.FRT, PERIOD, clock=Clock.WALL)
        assert (wall.n, wall.p50, wall.p75, wall.p90) == (10, timedelta(minutes=10), timedelta(minutes=50), timedelta(minutes=90))
        assert wall.bars == (4, 1, 1, 2, 1, 0, 0, 0, 0, 1)
        assert (wall.promised, wall.kept) == (10, 8)
        assert performance.spread(session, Measure.FRT, PERIOD, clock=Clock.HOURS).p50 == timedelta(minutes=5)
        following = performance.spread(session, Measure.NRT, PERIOD, clock=Clock.WALL)
        assert (following.n, following.promised) == (1, 0)
        nothing = performance.spread(session, Measure.TTR, PERIOD, clock=Clock.WALL)
        assert (nothing.n, nothing.p50, sum(nothing.bars)) == (0, None, 0)


def test_time_to_resolution_leaves_out_what_was_no_matter_and_what_came_back(database: Database) -> None:
    with database.write() as session:
        shop = Shop(session)
        for outcome in Outcome:
            ended(session, shop.case(), outcome)
        ended(session, shop.case(), back_at=NOON)
        assert performance.spread(session, Measure.TTR, PERIOD, clock=Clock.WALL).n == 4
        assert performance.spread(session, Measure.TTR, PERIOD, clock=Clock.HOURS).p50 == timedelta(minutes=30)


def test_figures_are_told_apart_by_feed_and_narrowed_to_one(database: Database) -> None:
    with database.write() as session:
        one, two = Shop(session), Shop(session, source="reddit")
        answered(session, one.case(), 5)
        answered(session, two.case(), 500)
        ended(session, two.case())
        found = performance.parts(session, Measure.FRT, PERIOD, clock=Clock.WALL, by="feed_id")
        assert {feed: spread.p50 for feed, spread in found.items()} == {
            one.feed.id: timedelta(minutes=5),
            two.feed.id: timedelta(minutes=500),
        }
        narrowed = Within(PERIOD.since, PERIOD.until, brand_id=one.brand.id)
        assert performance.spread(session, Measure.FRT, narrowed, clock=Clock.WALL).n == 1
        assert performance.outcomes(session, narrowed).early == 0


def test_figures_over_time_fall_into_their_days(database: Database) -> None:
    with database.write() as session:
        case = Shop(session).case()
        for ago, minutes in ((3, 10), (1, 30), (1, 50)):
            answered(session, case, minutes, at=NOON - ago * DAY)
        starts = [NOON - days * DAY for days in (4, 3, 2, 1)]
        found = performance.over_time(session, Measure.FRT, Within(starts[0], NOON), starts, clock=Clock.WALL)
        assert [(spread.n, spread.p50) for spread in found] == [
            (0, None),
            (1, timedelta(minutes=10)),
            (0, None),
            (2, timedelta(minutes=30)),
        ]


def test_the_five_instants_give_four_steps(database: Database) -> None:
    with database.write() as session:
        shop = Shop(session)
        ended(session, shop.case())
        ended(session, shop.case(), claimed_s=None)
        ended(session, shop.case(), Outcome.SPAM, seen_s=9_999)
        found = performance.steps(session, PERIOD)
        assert [(name, spread.n, spread.p50) for name, spread in found.items()] == [
            ("seen", 2, timedelta(minutes=1)),
            ("claimed", 1, timedelta(minutes=5)),
            ("answered", 2, timedelta(minutes=10)),
            ("closed", 2, timedelta(hours=1)),
        ]


def test_n1_causes_are_ranked_by_how_many_they_spared(database: Database) -> None:
    with database.write() as session:
        shop = Shop(session)
        rows = [Resolution(at=NOON, cause=cause, fix="f", evidence="e", reused=reused) for cause, reused in (("rare", 1), ("often", 37))]
        session.add_all(rows)
        session.flush()
        for row in (rows[0], rows[0], rows[1]):
            ended(session, shop.case(), resolution_id=row.id)
        ended(session, shop.case(), resolution_id=rows[1].id, back_at=NOON)
        found = performance.causes(session, PERIOD)
        assert [(cause.cause, cause.reused, cause.n) for cause in found] == [("often", 37, 1), ("rare", 1, 2)]


def test_n5_a_persons_share_is_for_themself_and_leads_and_counts_no_volume(database: Database) -> None:
    with database.write() as session:
        ana, bo, lead = person(session, "Ana"), person(session, "Bo"), person(session, "Lea", Role.LEAD)
        shop = Shop(session)
        for held_at, back_at in ((NOON, None), (NOON, None), (None, NOON), (None, None)):
            ended(session, shop.case(), person_id=ana.id, held_at=held_at, back_at=back_at)
        ended(session, shop.case(), Outcome.ANSWERED, person_id=ana.id)
        for by in (ana, lead):
            found = performance.of_person(session, ana.id, PERIOD, by=by)
            assert (found.held, found.came_back, found.judged, dict(found.others)) == (2, 1, 3, {})
        with pytest.raises(NotAllowed):
            performance.of_person(session, ana.id, PERIOD, by=bo)


def test_every_figure_opens_its_cases(database: Database) -> None:
    with database.write() as session:
        reader, shop = person(session, "Rik", Role.READER), Shop(session)
        held, back, no = shop.case(), shop.case(), shop.case()
        ended(session, held, held_at=NOON, resolution_id=None)
        ended(session, back, back_at=NOON)
        ended(session, no, Outcome.DECLINED)
        no.declined_rule = "Rule 4"
        answered(session, held, 3)
        answered(session, back, 4000)
        session.flush()
        wanted = {
            Figure("held"): [held.id],
            Figure("early"): [],
            Figure("back"): [back.id],
            Figure("outcome", "declined"): [no.id],
            Figure("outcome", "nonsense"): [],
            Figure("rule", "Rule 4"): [no.id],
            Figure("cause", "x"): [],
            Figure("frt", "0"): [held.id],
            Figure("frt", str(len(EDGES) - 1)): [back.id],
            Figure("frt", "late"): [back.id],
            Figure("nrt", "0"): [],
            Figure("step", "seen"): [no.id, held.id],
            Figure("step", "answered"): [no.id, held.id],
            Figure("step", "nonsense"): [],
            figure_cases.span(NOON - DAY, NOON): [back.id, held.id],
            figure_cases.span(NOON - 2 * DAY, NOON - DAY): [],
            Figure("span", "x"): [],
            Figure("span", "999999999999999-1"): [],
        }
        for figure, ids in wanted.items():
            found = figure_cases.cases(session, figure, PERIOD, by=reader, clock=Clock.WALL)
            assert ([case.id for case in found], figure_cases.count(session, figure, PERIOD, by=reader, clock=Clock.WALL)) == (
                ids,
                len(ids),
            ), figure
        (slow,) = figure_cases.cases(session, Figure("frt", "late"), PERIOD, by=reader, clock=Clock.WALL)
        assert (slow.author, slow.seconds) == (back.author_name, 240_000)


def test_what_one_person_solved_opens_for_them_and_leads_alone(database: Database) -> None:
    with database.write() as session:
        ana, bo, lead, shop = person(session, "Ana"), person(session, "Bo"), person(session, "Lea", Role.LEAD), Shop(session)
        marketer = person(session, "Max", Role.MARKETER)
        held, back, early = shop.case(), shop.case(), shop.case()
        ended(session, held, person_id=ana.id, held_at=NOON)
        ended(session, back, person_id=ana.id, back_at=NOON)
        ended(session, early, person_id=ana.id)
        ended(session, shop.case(), person_id=bo.id, held_at=NOON)
        for judged, ids in (("held", [held.id]), ("back", [back.id]), ("", []), ("early", [])):
            figure = figure_cases.person(ana.id, judged)
            for by in (ana, lead):
                assert [one.id for one in figure_cases.cases(session, figure, PERIOD, by=by)] == ids
                assert figure_cases.ids(session, figure, PERIOD, by=by) == ids
                assert figure_cases.count(session, figure, PERIOD, by=by) == len(ids)
            for by in (bo, marketer):
                assert not figure_cases.may_open(figure, by)
                for verb in (figure_cases.cases, figure_cases.ids, figure_cases.count):
                    with pytest.raises(NotAllowed):
                        verb(session, figure, PERIOD, by=by)


def test_a_step_opens_as_many_cases_as_it_counts(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        for place in range(3):
            ended(session, shop.case(), person_id=ana.id, back_at=NOON if place == 2 else None)
        for name, found in performance.steps(session, PERIOD).items():
            assert figure_cases.count(session, Figure("step", name), PERIOD, by=ana) == found.n


@pytest.mark.parametrize(("minutes", "place"), [(0, 0), (4, 0), (5, 1), (2879, 8), (2880, 9), (10**6, 9)])
def test_bars(minutes: int, place: int) -> None:
    assert bucket(minutes) == place
