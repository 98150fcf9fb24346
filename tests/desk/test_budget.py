"""What a budget lets go on: the order in which things are given up, and that more spending never brings anything back."""

from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.money import budget
from desk.money.budget import STEPS, Budget, Forecast
from storage.words import BudgetPart, ThriftStep, Way

NOW = datetime(2026, 11, 10, tzinfo=UTC)
DOLLAR = 1_000_000
WAYS = tuple(Way)
PARTS = tuple(BudgetPart)

amounts = st.fixed_dictionaries({part: st.integers(0, 200 * DOLLAR) for part in PARTS})
budgets = st.builds(Budget, st.none() | st.integers(0, 500 * DOLLAR), st.dictionaries(st.sampled_from(PARTS), st.integers(0, 200 * DOLLAR)))
forecasts = st.builds(Forecast, amounts, amounts, st.integers(0, 31 * 86_400).map(lambda seconds: timedelta(seconds=seconds)))
steps = st.sampled_from(STEPS)


def month(
    left_days: int = 20, *, limit: int = 100, spent: int = 0, kept: dict[BudgetPart, int] | None = None, **pace: float
) -> tuple[Budget, Forecast]:
    """A month with so many dollars a day for each part, and so many spent on keyword feeds."""
    paces = {BudgetPart(part): round(dollars * DOLLAR) for part, dollars in pace.items()}
    parts = {part: dollars * DOLLAR for part, dollars in (kept or {}).items()}
    return Budget(limit * DOLLAR, parts), Forecast({BudgetPart.KEYWORDS: spent * DOLLAR}, paces, timedelta(days=left_days))


@pytest.mark.parametrize(
    ("pace", "spent", "wanted"),
    [
        ({"keywords": 2, "mentions": 1, "rechecks": 1}, 20, ThriftStep.FULL),
        ({"keywords": 2, "mentions": 1, "rechecks": 2}, 20, ThriftStep.NO_RECHECKS),
        ({"keywords": 2, "mentions": 1, "rechecks": 1, "previews": 1.5}, 40, ThriftStep.NO_PREVIEWS),
        ({"keywords": 4, "mentions": 1, "rechecks": 1}, 50, ThriftStep.THINNED),
        ({"keywords": 8, "mentions": 1, "replies": 1}, 50, ThriftStep.COUNTED),
        ({"mentions": 5}, 95, ThriftStep.COUNTED),
        ({"mentions": 1}, 100, ThriftStep.STOPPED),
    ],
)
def test_what_hurts_least_is_given_up_first(pace: dict[str, float], spent: int, wanted: ThriftStep) -> None:
    limits, forecast = month(spent=spent, **pace)
    assert budget.step_for(limits, forecast) is wanted


def test_what_is_kept_for_replies_is_not_spent_on_listening() -> None:
    limits, forecast = month(spent=80, kept={BudgetPart.REPLIES: 20}, mentions=1)
    assert budget.step_for(limits, forecast) is ThriftStep.STOPPED


def test_what_is_kept_for_mentions_is_not_spent_on_keywords() -> None:
    limits, forecast = month(spent=70, kept={BudgetPart.MENTIONS: 30}, keywords=1, mentions=0.1)
    assert budget.step_for(limits, forecast) is ThriftStep.COUNTED


def test_a_part_with_a_limit_of_its_own_is_cut_alone() -> None:
    limits, forecast = month(limit=1_000, spent=10, kept={BudgetPart.KEYWORDS: 40}, keywords=2, rechecks=1)
    assert budget.step_for(limits, forecast) is ThriftStep.FULL
    going_on = {part: budget.way_of(part, ThriftStep.FULL, limits, forecast) for part in PARTS}
    assert {part for part, way in going_on.items() if way is not Way.FULL} == {BudgetPart.KEYWORDS}
    assert going_on[BudgetPart.KEYWORDS] is Way.THINNED


def test_the_day_on_which_it_ends_is_told() -> None:
    limits, forecast = month(spent=20, keywords=10)
    assert budget.ends_at(limits, forecast, {}, now=NOW) == NOW + timedelta(days=8)
    assert budget.ends_at(limits, forecast, {BudgetPart.KEYWORDS: Way.THINNED}, now=NOW) is None
    assert budget.ends_at(Budget(), forecast, {}, now=NOW) is None


def test_what_was_given_up_comes_back_only_with_room() -> None:
    limits, forecast = month(spent=20, keywords=3.9)
    assert budget.step_for(limits, forecast) is ThriftStep.FULL
    assert budget.step_for(limits, forecast, before=ThriftStep.THINNED) is ThriftStep.THINNED
    limits, forecast = month(spent=20, keywords=3)
    assert budget.step_for(limits, forecast, before=ThriftStep.THINNED) is ThriftStep.FULL


@given(budgets, forecasts, st.sampled_from(PARTS), st.integers(0, 50 * DOLLAR), st.booleans(), steps)
def test_more_spending_never_brings_anything_back(
    limits: Budget, forecast: Forecast, part: BudgetPart, more: int, is_spent: bool, before: ThriftStep
) -> None:
    def grown(given: MappingProxyType[BudgetPart, int] | dict[BudgetPart, int]) -> dict[BudgetPart, int]:
        return {**given, part: given[part] + more}

    spent, pace = dict(forecast.spent), dict(forecast.pace)
    dearer = Forecast(grown(spent) if is_spent else spent, pace if is_spent else grown(pace), forecast.left)
    at_first, then = (budget.step_for(limits, one, before=before) for one in (forecast, dearer))
    assert STEPS.index(at_first) <= STEPS.index(then)
    for each in PARTS:
        ways = [WAYS.index(budget.way_of(each, step, limits, one)) for step, one in ((at_first, forecast), (then, dearer))]
        assert ways[0] <= ways[1]


@given(budgets, forecasts, st.integers(0, 100 * DOLLAR), steps)
def test_a_higher_budget_never_takes_anything_away(limits: Budget, forecast: Forecast, more: int, before: ThriftStep) -> None:
    raised = Budget(None if limits.month is None else limits.month + more, limits.parts)
    step, after = budget.step_for(limits, forecast, before=before), budget.step_for(raised, forecast, before=before)
    assert STEPS.index(after) <= STEPS.index(step)


@given(budgets, forecasts, steps)
def test_replies_always_go_on_and_mentions_stop_after_keywords(limits: Budget, forecast: Forecast, before: ThriftStep) -> None:
    step = budget.step_for(limits, forecast, before=before)
    going_on = {part: budget.way_of(part, step, limits, forecast) for part in PARTS}
    assert going_on[BudgetPart.REPLIES] is Way.FULL
    if going_on[BudgetPart.MENTIONS] is not Way.FULL:
        assert {going_on[part] for part in budget.LISTENING} == {Way.STOPPED}
    if going_on[BudgetPart.MENTIONS] is Way.STOPPED and limits.month is not None:
        assert forecast.total >= limits.month * budget.BACK_AT // 100 - limits.kept_left(BudgetPart.REPLIES, forecast.spent)
