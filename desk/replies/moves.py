"""Where a customer was asked to go on: the channel, and the reference under which somebody finds them there."""

from dataclasses import dataclass

from desk.errors import Invalid
from storage.models import Case

LONGEST = {"to": 80, "reference": 120}
WORDS = {"to": "where it goes on", "reference": "the reference under which it is found there"}


@dataclass(frozen=True, slots=True)
class Moved:
    """`to`: the channel, such as "phone" or "ticket system"; `reference`: its number or name there. Both are needed."""

    to: str
    reference: str


def put(case: Case, moved: Moved | None) -> None:
    """Write on a case where it went on; None wipes what stood there. Raises Invalid where something is missing or too long."""
    told = {name: " ".join(getattr(moved, name).split()) if moved else "" for name in WORDS}
    missing = [words for name, words in WORDS.items() if not told[name]]
    if moved is not None and missing:
        raise Invalid(f"Moved needs {' and '.join(missing)}")
    long = [name for name, words in told.items() if len(words) > LONGEST[name]]
    if long:
        raise Invalid(f"Too long for a {long[0]}: at most {LONGEST[long[0]]} characters")
    case.moved_to, case.moved_ref = told["to"], told["reference"]
