"""How money reads on the board: what is spent, until when it lasts, and what is given up meanwhile."""

from datetime import datetime
from zoneinfo import ZoneInfo

from dashboard.format import money_words, word_of
from dashboard.texts import text
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


def sentence(found: Money, *, now: datetime, zone: str) -> str:
    """What is spent of it and when it ends."""
    spent = amount(found.forecast.total)
    if found.budget.month is None:
        return text("money.no_budget", spent=spent, credential=found.credential)
    told = {"spent": spent, "budget": amount(found.budget.month), "credential": found.credential}
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


def warning(found: Money, *, now: datetime, zone: str) -> str:
    """What must be known on top of the page; empty where the money lasts."""
    if found.budget.month is None or found.ends_at is None:
        return ""
    if found.step is ThriftStep.STOPPED or found.ends_at <= now:
        return text("money.warning.used_up", credential=found.credential)
    return text("money.warning", credential=found.credential, day=_day(found.ends_at, zone), month=_month(found.ends_at, zone))


def limit(found: Money, part: BudgetPart) -> str:
    """What of the budget is a part's own."""
    given = found.budget.parts.get(part)
    if given is None:
        return text("money.limit.none")
    return text("money.limit.kept" if part in KEPT else "money.limit.most", amount=amount(given))


def is_given_up(found: Money, step: ThriftStep) -> bool:
    return found.raised_until is None and STEPS.index(step) <= STEPS.index(found.step)


def raising(found: Money) -> str:
    """What the click costs."""
    price = amount(found.today)
    return text("money.raise.waiting", price=price, n=found.waiting) if found.waiting else text("money.raise.price", price=price)


def title(found: Money) -> str:
    return text("money.of", credential=found.credential, source=word_of("source", found.source))


def _day(at: datetime, zone: str) -> int:
    return at.astimezone(ZoneInfo(zone)).day


def _month(at: datetime, zone: str) -> str:
    return text(f"money.month.{at.astimezone(ZoneInfo(zone)).month}")
