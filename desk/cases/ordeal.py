"""What a customer went through with us: each time they had to write again, each hand-over, each time that it was not over. Pure.

One rule for the queue and for the eye: each point is worth ten minutes in the queue, and the score that stands on the case is the same points. It
knows what this customer went through and nothing else; who they are, and how many read them, is no part of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from storage.models import Case
from storage.words import Outcome

POINT = timedelta(minutes=10)
"""What a point is worth in the queue."""

CONTACT, MOST_CONTACTS = 1, 6
"""Points for each time the customer had to write again."""

HANDOVER, MOST_HANDOVERS = 1, 3
"""Points for each time the case went from one of us to another."""

REPEAT, MOST_REPEATS = 3, 6
"""Points for each time we thought it was over and it was not."""

DAY, MOST_DAYS = 1, 6
"""Points for each full day since the customer first wrote."""

EARLIER, MOST_EARLIER = 1, 3
"""Points for each other case of this customer in the 90 days before."""

MOST = MOST_CONTACTS + MOST_HANDOVERS + MOST_REPEATS + MOST_DAYS + MOST_EARLIER
SPAN = timedelta(days=90)
NO_MATTER = (Outcome.DUPLICATE, Outcome.SPAM, Outcome.NO_ACTION)
"""Cases that ended so were no ordeal."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the score: `name` is one of contacts, handovers, repeats, days, earlier; `n` how often; `points` what it counts."""

    name: str
    n: int
    points: int

    @property
    def minutes(self) -> int:
        return int(self.points * POINT / timedelta(minutes=1))


@dataclass(frozen=True, slots=True)
class Ordeal:
    """The parts that count, in a fixed order; without any it was none."""

    parts: tuple[Part, ...]

    @property
    def score(self) -> int:
        return sum(part.points for part in self.parts)


def of(*, contacts: int = 1, handovers: int = 0, repeats: int = 0, days: int = 0, earlier: int = 0) -> Ordeal:
    """The ordeal behind these counts. `contacts`: how often the customer wrote, the first time among them; `repeats`: how often it came back."""
    return Ordeal(tuple(part for part in _parts(contacts, handovers, repeats, days, earlier) if part.points > 0))


def _parts(contacts: int, handovers: int, repeats: int, days: int, earlier: int) -> Iterator[Part]:
    yield Part("contacts", contacts, min((contacts - 1) * CONTACT, MOST_CONTACTS))
    yield Part("handovers", handovers, min(handovers * HANDOVER, MOST_HANDOVERS))
    yield Part("repeats", repeats, min(repeats * REPEAT, MOST_REPEATS))
    yield Part("days", days, min(days * DAY, MOST_DAYS))
    yield Part("earlier", earlier, min(earlier * EARLIER, MOST_EARLIER))


def of_case(case: Case) -> Ordeal:
    """The ordeal of a case as its place in the queue counts it."""
    since = case.waiting_since or case.closed_at or case.seen_at
    days = max(0, (since - case.opened_at).days)
    return of(contacts=case.contacts, handovers=case.handovers, repeats=case.reopened, days=days, earlier=case.earlier)
