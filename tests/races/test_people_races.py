"""Many admins at once: the same initials are given to one person, and the others are told so."""

import pytest
from sqlalchemy import func, select

from desk.errors import Invalid
from desk.people import people
from storage.database import Database
from storage.models import Person
from storage.words import Role
from tests.support.desk import NOON, person
from tests.support.race import together

pytestmark = pytest.mark.race

SPELLED = ("ÖB", "öb", "Öb", "öB", "ÖB", "öb", "Öb", "öB")


def test_of_many_who_add_the_same_initials_one_does_and_all_others_are_told(database: Database) -> None:
    with database.write() as session:
        person(session, "Ada", Role.ADMIN)

    def work(n: int) -> bool:
        try:
            with database.write() as session:
                people.add(session, name=f"Özlem {n}", initials=SPELLED[n], roles=[Role.AGENT], by=None, now=NOON)
        except Invalid:
            return False
        return True

    assert sum(together(work, len(SPELLED))) == 1
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 2
