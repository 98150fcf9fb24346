"""How a preview reads on the board: prices before they are spent, the count, the share that is about us, and how much a feed keeps."""

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.format import money_words, number_words, percent_words, word_of
from dashboard.texts import text
from desk.feeds import feed_previews, feed_shares
from desk.feeds.feed_previews import SAMPLE, Precision, Step
from desk.feeds.feed_shares import AT_MOST, EVERY_NTH
from desk.post import Spent

ALL = "all"
CHOICES: tuple[tuple[str, int], ...] = (
    (ALL, 0),
    *((EVERY_NTH, n) for n in (2, 5, 10, 20, 50)),
    *((AT_MOST, n) for n in (50, 100, 200, 500, 1_000)),
)
"""What a form offers to keep of a feed."""


def prices(source: str, kind: str) -> str:
    """What a preview of such a feed costs, before anybody asks for one."""
    sample = sample_price(source, kind)
    if not feed_previews.has_count(source, kind):
        return text("previews.prices.none", sample=sample, n=SAMPLE)
    return text("previews.prices", count=price(feed_previews.price(source, kind, Step.COUNT)), sample=sample, n=SAMPLE)


def sample_price(source: str, kind: str) -> str:
    """What a sample costs at most."""
    return price(feed_previews.price(source, kind, Step.SAMPLE))


def price(calls: Sequence[Spent]) -> str:
    """What calls cost at most, in money or in quota."""
    micros = sum(call.micros for call in calls)
    if micros:
        return text("previews.price.money", price=money_words(micros, calls[0].currency))
    units = sum(call.units for call in calls)
    return text("previews.price.quota", units=units) if units else text("previews.price.free")


def cost(costs: Sequence[Mapping[str, Any]]) -> str:
    """What was spent."""
    spent = [money_words(one["micros"], one["currency"]) for one in costs if one["micros"]]
    return text("previews.cost", price=", ".join(spent)) if spent else text("previews.cost.free")


def count(counted: Mapping[str, Any] | None, source: str) -> str:
    """How many posts there are, by what the platform says."""
    if not counted:
        return text("previews.count.none", source=word_of("source", source))
    n, per_day = number_words(counted["n"]), number_words(counted["per_day"])
    return text(f"previews.count.{counted['sureness']}", n=n, days=counted["days"], per_day=per_day)


def share(found: Precision | None, *, has_left: bool) -> str:
    """The share that is about us, with its interval; `has_left`: the query leaves out posts of the sample by now."""
    if found is None:
        return text("previews.judge")
    percent, low, high = map(percent_words, (found.ours / found.judged, found.low, found.high))
    name = "previews.precision.left" if has_left else "previews.precision"
    return text(name, percent=percent, low=low, high=high, ours=found.ours, judged=found.judged)


def choice_of(options: Mapping[str, Any]) -> tuple[str, int]:
    """What a feed keeps, as the form offers it."""
    return next(((name, options[name]) for name in (EVERY_NTH, AT_MOST) if options.get(name)), CHOICES[0])


def choices(current: tuple[str, int]) -> list[tuple[str, int]]:
    """What the form offers, with what the feed has."""
    return [*CHOICES, *([] if current in CHOICES else [current])]


def choice_words(choice: tuple[str, int]) -> str:
    name, n = choice
    return text(f"previews.shares.{name}", n=number_words(n)) if n else text("previews.shares.all")


def with_choice(options: Mapping[str, Any], choice: tuple[str, int], *, confirmed: int | None) -> dict[str, Any]:
    """The feed's options with what is to be kept, and up to how many a day somebody said that all are wanted."""
    others = {name: value for name, value in options.items() if name not in feed_shares.NAMES}
    kept = {choice[0]: choice[1]} if choice[1] else {}
    return {**others, **kept, **({feed_shares.CONFIRMED: confirmed} if confirmed and not kept else {})}
