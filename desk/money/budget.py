"""What a month's budget, or a day's quota, lets go on: pure rules over what was spent, what is to be expected, and what may be spent.

Money is integer micro-units, a quota is whole units of its platform; the rules are the same. What is given up first is what hurts least: asking again for old posts, then previews, then how closely keyword
feeds are read, then reading them at all; our own mentions last, and replies never.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

from storage.words import BudgetPart, ThriftStep, Way

Amounts = Mapping[BudgetPart, int]

STEPS = tuple(ThriftStep)
LISTENING = (BudgetPart.MENTIONS, BudgetPart.KEYWORDS, BudgetPart.RECHECKS, BudgetPart.PREVIEWS)
KEPT = (BudgetPart.REPLIES, BudgetPart.MENTIONS)
"""For these the amount of the settings is kept: nothing else may use it up. For the others it is the most that they may spend."""

CUTS: Mapping[ThriftStep, Mapping[BudgetPart, Way]] = MappingProxyType(
    {
        ThriftStep.FULL: {},
        ThriftStep.NO_RECHECKS: {BudgetPart.RECHECKS: Way.STOPPED},
        ThriftStep.NO_PREVIEWS: {BudgetPart.RECHECKS: Way.STOPPED, BudgetPart.PREVIEWS: Way.STOPPED},
        ThriftStep.THINNED: {BudgetPart.RECHECKS: Way.STOPPED, BudgetPart.PREVIEWS: Way.STOPPED, BudgetPart.KEYWORDS: Way.THINNED},
        ThriftStep.COUNTED: {BudgetPart.RECHECKS: Way.STOPPED, BudgetPart.PREVIEWS: Way.STOPPED, BudgetPart.KEYWORDS: Way.COUNTED},
        ThriftStep.STOPPED: dict.fromkeys(LISTENING, Way.STOPPED),
    }
)
SHARES: Mapping[Way, int] = MappingProxyType({Way.FULL: 100, Way.THINNED: 25, Way.COUNTED: 2, Way.STOPPED: 0})
"""How many hundredths of its full pace a part spends in each way: an estimate; what is really spent is looked at anew each minute."""

BACK_AT = 95
"""What was given up comes back only when the month would take no more than so many hundredths of the budget: else it would come and go."""

DAY = timedelta(days=1)

OURS = frozenset({"mentions", "direct", "timeline", "notifications", "inbox", "channel"})
"""The kinds of feeds that hear who speaks to us, or our own accounts; all others look for words."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What one credential may spend in a calendar month; without `month` only the parts have a limit.

    With `quota` it is so many units of the platform's own quota a day, and the parts are units a day, too.
    """

    month: int | None = None
    parts: Amounts = field(default_factory=dict)
    quota: int | None = None

    @property
    def whole(self) -> int | None:
        return self.month if self.quota is None else self.quota

    @property
    def is_quota(self) -> bool:
        return self.quota is not None

    def kept_left(self, part: BudgetPart, spent: Amounts) -> int:
        """What is still kept for a part."""
        return max(0, self.parts.get(part, 0) - spent.get(part, 0)) if part in KEPT else 0


NO_LIMIT = Budget()


@dataclass(frozen=True, slots=True)
class Forecast:
    """How the month, or the quota's day, goes on. `spent` in it by part, `pace` a day at full, `left` of it."""

    spent: Amounts
    pace: Amounts
    left: timedelta

    def rest(self, part: BudgetPart, way: Way) -> int:
        """What a part will spend until the month ends."""
        return self.pace.get(part, 0) * SHARES[way] * int(self.left.total_seconds()) // (100 * 86_400)

    @property
    def total(self) -> int:
        return sum(self.spent.values())


def part_of(kind: str) -> BudgetPart:
    """The part that the looks of a kind of feed belong to."""
    return BudgetPart.MENTIONS if kind in OURS else BudgetPart.KEYWORDS


def way_at(step: ThriftStep, part: BudgetPart) -> Way:
    """How a part goes on at a step."""
    return CUTS[step].get(part, Way.FULL)


def demand(step: ThriftStep, budget: Budget, forecast: Forecast) -> int:
    """What the month will have taken at its end when it goes on at this step, with what is kept for replies and mentions."""
    rests = (max(forecast.rest(part, way_at(step, part)), _kept(step, part, budget, forecast)) for part in BudgetPart)
    return forecast.total + sum(rests)


def step_for(budget: Budget, forecast: Forecast, *, before: ThriftStep = ThriftStep.FULL) -> ThriftStep:
    """The first step at which the month's money lasts. What was given up `before` comes back only with some room.

    Our mentions are given up only once the money that is not kept for replies is really spent, whatever is forecast.
    """
    if budget.whole is None:
        return ThriftStep.FULL
    wanted = _step_within(budget.whole, budget, forecast)
    if STEPS.index(wanted) >= STEPS.index(before):
        return wanted
    return min(before, _step_within(budget.whole * BACK_AT // 100, budget, forecast), key=STEPS.index)


def way_of(part: BudgetPart, step: ThriftStep, budget: Budget, forecast: Forecast) -> Way:
    """How a part goes on: as the step says, or less where the part has a limit of its own. Replies always go on.

    A quota pays a count as dearly as a look: what would be counted is passed over.
    """
    if part is BudgetPart.REPLIES:
        return Way.FULL
    by_step = way_at(step, part)
    most = None if part in KEPT else budget.parts.get(part)
    found = by_step if most is None else max(by_step, _within_own(part, most, forecast), key=tuple(Way).index)
    return Way.STOPPED if found is Way.COUNTED and budget.is_quota else found


def ends_at(budget: Budget, forecast: Forecast, ways: Mapping[BudgetPart, Way], *, now: datetime) -> datetime | None:
    """When the month's money, or the day's quota, is spent at this pace; None when it lasts to the end, or nothing limits it."""
    if budget.whole is None:
        return None
    left = budget.whole - forecast.total - sum(budget.kept_left(part, forecast.spent) for part in KEPT if not forecast.pace.get(part))
    if left <= 0:
        return now
    a_day = sum(forecast.pace.get(part, 0) * SHARES[ways.get(part, Way.FULL)] for part in BudgetPart) // 100
    if not a_day or left * DAY // a_day >= forecast.left:
        return None
    return now + left * DAY // a_day


def _step_within(ceiling: int, budget: Budget, forecast: Forecast) -> ThriftStep:
    spendable = ceiling - budget.kept_left(BudgetPart.REPLIES, forecast.spent)
    if forecast.total >= spendable:
        return ThriftStep.STOPPED
    if forecast.total >= spendable - budget.kept_left(BudgetPart.MENTIONS, forecast.spent):
        return ThriftStep.COUNTED
    fitting = (step for step in STEPS[:-1] if demand(step, budget, forecast) <= ceiling)
    return next(fitting, ThriftStep.COUNTED)


def _kept(step: ThriftStep, part: BudgetPart, budget: Budget, forecast: Forecast) -> int:
    return 0 if way_at(step, part) is Way.STOPPED else budget.kept_left(part, forecast.spent)


def _within_own(part: BudgetPart, most: int, forecast: Forecast) -> Way:
    spent = forecast.spent.get(part, 0)
    if part is not BudgetPart.KEYWORDS:
        return Way.STOPPED if spent >= most else Way.FULL
    if spent >= most:
        return Way.COUNTED
    return Way.THINNED if spent + forecast.rest(part, Way.FULL) > most else Way.FULL
