"""The language that a person reads the board in, and the clock they live by, where these differ from the workspace's."""

from datetime import datetime
from functools import cache
from zoneinfo import available_timezones

from sqlalchemy.orm import Session

from desk import audit
from desk.errors import Invalid
from desk.people import people
from storage.models import Person

LANGUAGES = ("en", "de")
NOWHERE = ("Etc/", "SystemV/", "posix/", "right/")
"""What the list of zones holds beside places."""


def speak(session: Session, language: str, *, by: Person, now: datetime) -> Person:
    """One's own language; empty for the workspace's."""
    people.require(by, people.READ)
    if language and language not in LANGUAGES:
        raise Invalid(f"The board does not speak {language!r}: choose one of {', '.join(LANGUAGES)}")
    by.locale = language
    audit.record(session, "language", now=now, by=by, subject=f"person {by.id}", language=language)
    return by


def live_in(session: Session, zone: str, *, by: Person, now: datetime) -> Person:
    """One's own time zone, by its IANA name; empty for the workspace's."""
    people.require(by, people.READ)
    if zone and zone not in zones():
        raise Invalid(f"There is no time zone called {zone!r}: choose one of the list")
    by.zone = zone
    audit.record(session, "zone", now=now, by=by, subject=f"person {by.id}", zone=zone)
    return by


@cache
def zones() -> tuple[str, ...]:
    """The zones that a person may live in, in the order of their names."""
    places = (name for name in available_timezones() if "/" in name and not name.startswith(NOWHERE))
    return ("UTC", *sorted(places))
