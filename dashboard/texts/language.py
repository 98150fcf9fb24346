"""Which language is being spoken right now: a page's run, a callback and a request each speak for one person."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

ENGLISH, GERMAN = "en", "de"
NAMES = {ENGLISH: "English", GERMAN: "Deutsch"}
"""Every language that the board speaks, by what its own speakers call it."""

_spoken: ContextVar[str | None] = ContextVar("language", default=None)


class _Page:
    """What is spoken where nobody has said it yet: parts of a page that are drawn again, and callbacks, which run before their page."""

    language: Callable[[], str | None] = staticmethod(lambda: None)


def language() -> str:
    """The language of whoever is being answered."""
    return _spoken.get() or _Page.language() or ENGLISH


def speak(wanted: str) -> None:
    """From here on, in this run or request. A language that the board does not speak is English."""
    _spoken.set(wanted if wanted in NAMES else ENGLISH)


@contextmanager
def passing() -> Iterator[None]:
    """What is spoken inside ends with it."""
    before = _spoken.set(_spoken.get())
    try:
        yield
    finally:
        _spoken.reset(before)


def follow_page(found: Callable[[], str | None]) -> None:
    """Where the language of the running page is found while nothing was said."""
    _Page.language = staticmethod(found)


def accepted(header: str) -> str | None:
    """The language of an Accept-Language header that the board speaks, the most wished for first. RFC 9110, 12.5.4."""
    wishes = [(_weight(rest), name.strip().lower()) for name, _, rest in (wish.partition(";") for wish in header.split(","))]
    ranked = sorted(wishes, key=lambda wish: -wish[0])
    return next((short for weight, name in ranked if weight > 0 and (short := name.partition("-")[0]) in NAMES), None)


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    try:
        return float(value) if name == "q" else 1.0
    except ValueError:
        return 0.0
