"""What the bar above picked rows offers, as pairs of a value and its words. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.format import word_of
from dashboard.shift_values import colleague_words
from dashboard.spans import SPANS
from dashboard.texts import text
from desk.cases import bulk
from desk.people.workload import Colleague
from desk.queue.choices import Choices
from storage.words import Shift

Pairs = list[tuple[str, str]]


def bulk_choices(offered: Choices, takers: Sequence[Colleague]) -> dict[str, Any]:
    """To whom, which tag, which team, until when, and as what many cases can be closed. `off`: what is asked before somebody off shift gets them."""
    return {
        "people": [(str(one.id), colleague_words(one)) for one in takers],
        "off": {str(one.id): text("queue.js.bulk.off", person=one.name) for one in takers if one.shift is Shift.OFF},
        "tags": _pairs(offered.tags),
        "teams": _pairs(offered.teams),
        "spans": [(span, text(f"snooze.{span}")) for span in SPANS],
        "outcomes": [(outcome.value, word_of("outcome", outcome)) for outcome in bulk.OUTCOMES],
    }


def _pairs(names: Mapping[int, str]) -> Pairs:
    return [(str(number), name) for number, name in names.items()]
