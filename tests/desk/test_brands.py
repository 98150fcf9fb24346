import pytest

from desk.errors import Invalid, NotAllowed
from desk.feeds import brands
from storage.database import Database
from storage.models import Brand
from storage.words import BrandKind, Role
from tests.support.desk import NOON, person


def test_our_own_brands_come_first(database: Database) -> None:
    with database.write() as session:
        by = person(session, "Olu Pike", Role.OPS)
        for name, kind in (("fibre", BrandKind.TOPIC), ("Umbra", BrandKind.COMPETITOR), ("Beta", BrandKind.OWN), ("acme", BrandKind.OWN)):
            brands.add(session, f" {name} ", kind=kind, by=by, now=NOON)
    with database.read() as session:
        assert [brand.name for brand in brands.known(session)] == ["acme", "Beta", "Umbra", "fibre"]


@pytest.mark.parametrize("name", ["", "   ", "n" * 121, "ACME"])
def test_a_brand_needs_a_name_of_its_own(database: Database, name: str) -> None:
    with database.write() as session:
        by = person(session, "Olu Pike", Role.OPS)
        session.add(Brand(name="Acme"))
        session.flush()
        with pytest.raises(Invalid):
            brands.add(session, name, kind=BrandKind.OWN, by=by, now=NOON)


def test_only_those_who_run_feeds_add_brands(database: Database) -> None:
    with database.write() as session, pytest.raises(NotAllowed):
        brands.add(session, "Acme", kind=BrandKind.OWN, by=person(session, "Ana Moss", Role.AGENT), now=NOON)
