"""What the bar above picked rows offers, as pairs of a value and its words. Pure."""

from collections.abc import Mapping

from dashboard.format import word_of
from dashboard.spans import SPANS
from dashboard.texts import text
from desk.cases import bulk
from desk.queue.choices import Choices

Pairs = list[tuple[str, str]]


def bulk_choices(person_id: int, offered: Choices, colleagues: Mapping[int, str]) -> dict[str, Pairs]:
    """To whom, which tag, which team, until when, and as what many cases can be closed."""
    return {
        "people": _pairs({other: name for other, name in colleagues.items() if other != person_id}),
        "tags": _pairs(offered.tags),
        "teams": _pairs(offered.teams),
        "spans": [(span, text(f"snooze.{span}")) for span in SPANS],
        "outcomes": [(outcome.value, word_of("outcome", outcome)) for outcome in bulk.OUTCOMES],
    }


def _pairs(names: Mapping[int, str]) -> Pairs:
    return [(str(number), name) for number, name in names.items()]
