"""Initials for somebody new: from the name, and never any that were used before."""

import unicodedata
from collections.abc import Iterable, Iterator
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Person

MOST = 8
UNNAMED = "P"


def free(session: Session, name: str) -> str:
    """The first initials for this name that nobody has or had."""
    return first_free(name, session.scalars(select(Person.initials)))


def first_free(name: str, used: Iterable[str]) -> str:
    """The first candidate that is not among `used`, whatever its case."""
    taken = {folded(initials) for initials in used}
    return next(initials for initials in candidates(name) if folded(initials) not in taken)


def composed(initials: str) -> str:
    """Each letter as one character, however a keyboard wrote it."""
    return unicodedata.normalize("NFC", initials)


def folded(initials: str) -> str:
    """What two people's initials must differ in. Not SQL's lower(): SQLite's knows the letters of ASCII alone."""
    return composed(initials).casefold()


def candidates(name: str) -> Iterator[str]:
    """Mina Kaur: MK, MKA, MIK, MIKA, then MK2, MK3 and so on without an end."""
    words = ["".join(c for c in word if c.isalpha()) for word in unicodedata.normalize("NFC", name).replace("-", " ").split()]
    words = [word for word in words if word]
    short = "".join(word[0] for word in words)[: MOST - 3].upper() or UNNAMED
    yield short
    if words:
        first, last = words[0], words[-1]
        longer = (short[:1] + last[:2], first[:2] + last[:1], first[:2] + last[:2]) if len(words) > 1 else (first[:2], first[:3])
        yield from (one.upper()[:MOST] for one in longer)
    for number in count(2):
        yield f"{short[: MOST - len(str(number))]}{number}"
