"""How money reads on the board: what is spent, until when it lasts, and what is given up meanwhile."""

from datetime import datetime
from zoneinfo import ZoneInfo

from dashboard.format import clock_words, money_words, number_words, word_of
from dashboard.texts import text
from desk.intake.recheck_forecast import RecheckForecast
from desk.money.budget import KEPT, STEPS
from desk.money.thrift import Money
from desk.platforms import CURRENCY
from storage.words import BudgetPart, ThriftStep, Way

CENT = 10_000
GLYPHS = {
    Way.FULL: ":material/check_circle:",
    Way.THINNED: ":material/filter_alt:",
    Way.COUNTED: ":material/tag:",
    Way.STOPPED: ":material/block:",
}
COLOURS = {Way.FULL: "green", Way.THINNED: "orange", Way.COUNTED: "orange", Way.STOPPED: "red"}


def amount(micros: int) -> str:
    """Money to the cent; less than that as it is."""
    rounded = round(micros / CENT) * CENT if micros >= CENT else micros
    return money_words(rounded, CURRENCY)


def of(found: Money, n: int) -> str:
    """So much of a budget: money, or units of a quota."""
    return text("money.quota.units", n=number_words(n)) if found.budget.is_quota else amount(n)


def sentence(found: Money, *, now: datetime, zone: str) -> str:
    """What is spent of it and when it ends."""
    spent = of(found, found.forecast.total)
    if found.budget.whole is None:
        return text("money.no_budget", spent=spent, credential=found.credential)
    told = {"spent": spent, "budget": of(found, found.budget.whole), "credential": found.credential}
    return (_sentence_of_quota if found.budget.is_quota else _sentence_of_month)(found, told, now=now, zone=zone)


def _sentence_of_month(found: Money, told: dict[str, str], *, now: datetime, zone: str) -> str:
    if found.step is ThriftStep.STOPPED and found.raised_until is None:
        return text("money.used_up", **told)
    if found.ends_at is None:
        return text("money.lasts", **told, month=_month(now, zone))
    told |= {"day": str(_day(found.ends_at, zone)), "month": _month(found.ends_at, zone)}
    if found.step is ThriftStep.FULL or found.raised_until is not None:
        return text("money.ends", **told)
    if found.ends_as_is is None:
        return text("money.would_end", **told)
    return text("money.ends_early", **told, later=_day(found.ends_as_is, zone), later_month=_month(found.ends_as_is, zone))


def _sentence_of_quota(found: Money, told: dict[str, str], *, now: datetime, zone: str) -> str:
    told |= {"spent": number_words(found.forecast.total), "anew": clock_words(found.period_ends_at, now=now, zone=zone)}
    if found.step is ThriftStep.STOPPED and found.raised_until is None:
        return text("money.quota.used_up", **told)
    if found.ends_at is None:
        return text("money.quota.lasts", **told)
    told |= {"time": clock_words(found.ends_at, now=now, zone=zone)}
    if found.step is ThriftStep.FULL or found.raised_until is not None:
        return text("money.quota.ends", **told)
    if found.ends_as_is is None:
        return text("money.quota.would_end", **told)
    return text("money.quota.ends_early", **told, later=clock_words(found.ends_as_is, now=now, zone=zone))


def warning(found: Money, *, now: datetime, zone: str) -> str:
    """What must be known on top of the page; empty where the money lasts."""
    if found.budget.whole is None or found.ends_at is None:
        return ""
    is_over = found.step is ThriftStep.STOPPED or found.ends_at <= now
    if found.budget.is_quota:
        at = found.period_ends_at if is_over else found.ends_at
        key = "money.quota.warning.used_up" if is_over else "money.quota.warning"
        return text(key, credential=found.credential, time=clock_words(at, now=now, zone=zone))
    if is_over:
        return text("money.warning.used_up", credential=found.credential)
    return text("money.warning", credential=found.credential, day=_day(found.ends_at, zone), month=_month(found.ends_at, zone))


def limit(found: Money, part: BudgetPart) -> str:
    """What of the budget is a part's own."""
    given = found.budget.parts.get(part)
    if given is None:
        return text("money.limit.none")
    return text("money.limit.kept" if part in KEPT else "money.limit.most", amount=of(found, given))


def is_given_up(found: Money, step: ThriftStep) -> bool:
    return found.raised_until is None and STEPS.index(step) <= STEPS.index(found.step)


def raising(found: Money) -> str:
    """What the click costs."""
    price = of(found, found.today)
    return text("money.raise.waiting", price=price, n=found.waiting) if found.waiting else text("money.raise.price", price=price)


def rechecks(found: Money, forecast: RecheckForecast) -> str:
    """How often posts are asked for again until the money, or the quota, begins anew, and what that costs."""
    told = {"n": number_words(forecast.times), "calls": number_words(forecast.calls)}
    if found.budget.is_quota:
        return text("money.quota.recheck", **told, units=number_words(forecast.units))
    return text("money.recheck", **told, price=amount(forecast.micros))


def step_name(found: Money, step: ThriftStep) -> str:
    """What a step gives up. Of a quota nothing is left for counting."""
    return text("money.quota.step.counted" if found.budget.is_quota and step is ThriftStep.COUNTED else f"money.step.{step}")


def title(found: Money) -> str:
    return text("money.of", credential=found.credential, source=word_of("source", found.source))


def _day(at: datetime, zone: str) -> int:
    return at.astimezone(ZoneInfo(zone)).day


def _month(at: datetime, zone: str) -> str:
    return text(f"money.month.{at.astimezone(ZoneInfo(zone)).month}")
