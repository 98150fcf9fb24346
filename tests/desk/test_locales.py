"""A person's own language and zone: chosen by themselves, written down, and nothing else than what the board knows."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from desk.errors import Invalid, NotAllowed
from desk.people import locales
from storage.database import Database
from storage.models import Audit, Person
from storage.words import Role
from tests.support.desk import person

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)


def test_what_one_chose_stands_and_is_written_down(database: Database) -> None:
    with database.write() as session:
        reader = person(session, "Rik Vale", Role.READER, initials="RV", now=NOW)
        locales.speak(session, "de", by=reader, now=NOW)
        locales.live_in(session, "America/New_York", by=reader, now=NOW)
    with database.read() as session:
        stored = session.scalars(select(Person)).one()
        assert (stored.locale, stored.zone) == ("de", "America/New_York")
        acts = {act.verb: act.detail for act in session.scalars(select(Audit)) if act.verb in {"language", "zone"}}
        assert acts == {"language": {"language": "de"}, "zone": {"zone": "America/New_York"}}


def test_one_goes_back_to_the_workspaces(database: Database) -> None:
    with database.write() as session:
        ana = person(session, "Ana Moss", initials="AM", now=NOW)
        ana.locale, ana.zone = "de", "Asia/Kolkata"
        locales.speak(session, "", by=ana, now=NOW)
        locales.live_in(session, "", by=ana, now=NOW)
        assert (ana.locale, ana.zone) == ("", "")


@pytest.mark.parametrize("wrong", ["tlh", "DE", "de-CH", " "])
def test_a_language_that_the_board_does_not_speak_is_refused(wrong: str, database: Database) -> None:
    with database.write() as session:
        ana = person(session, "Ana Moss", initials="AM", now=NOW)
        with pytest.raises(Invalid, match="choose one of en, de"):
            locales.speak(session, wrong, by=ana, now=NOW)
        assert ana.locale == ""


@pytest.mark.parametrize("wrong", ["Mars/Olympus", "../etc/passwd", "posix/Europe/Berlin", "europe/berlin"])
def test_a_zone_that_does_not_exist_is_refused(wrong: str, database: Database) -> None:
    with database.write() as session:
        ana = person(session, "Ana Moss", initials="AM", now=NOW)
        with pytest.raises(Invalid, match="no time zone"):
            locales.live_in(session, wrong, by=ana, now=NOW)
        assert ana.zone == ""


def test_somebody_without_a_role_chooses_nothing(database: Database) -> None:
    with database.write() as session:
        ana = person(session, "Ana Moss", initials="AM", now=NOW)
        ana.roles.clear()
        with pytest.raises(NotAllowed):
            locales.speak(session, "de", by=ana, now=NOW)
