"""A workspace with people, cases and the board's view of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dashboard import workspace as opened
from dashboard.settings import BoardSettings
from dashboard.workspace import Workspace
from desk.cases import cases
from storage.database import Database
from storage.models import Person
from storage.words import Role
from tests.dashboard.pages import Desk
from tests.support.desk import Shop, angry, person
from tests.support.pages import signed_in

SECRET = "a secret for tests"
SignIn = Callable[[Role], int]
"""Signs somebody new with this role in to every page of the test; their id."""


@dataclass(frozen=True, slots=True)
class Floor:
    """Who works here, and the cases that wait: the first is the most pressing one."""

    ana: int
    bo: int
    lead: int
    reader: int
    admin: int
    account: int
    cases: tuple[int, ...]
    mentions: tuple[int, ...]


@pytest.fixture
def workspace(database: Database, tmp_path: Path) -> Iterator[Workspace]:
    """The board's workspace on each dialect, open for the process."""
    yield from _opened(database, tmp_path)


@pytest.fixture
def sqlite_workspace(sqlite_database: Database, tmp_path: Path) -> Iterator[Workspace]:
    """The board's workspace where the dialect plays no part."""
    yield from _opened(sqlite_database, tmp_path)


def _opened(database: Database, tmp_path: Path) -> Iterator[Workspace]:
    settings = BoardSettings(database_url=database.url, home=tmp_path, cookie_secret=SECRET, port=8765)
    yield opened.show(settings, database, SECRET)
    opened.close()


@pytest.fixture
def floor(workspace: Workspace) -> Floor:
    return furnish(workspace.database)


@pytest.fixture
def sqlite_floor(sqlite_workspace: Workspace) -> Floor:
    return furnish(sqlite_workspace.database)


@pytest.fixture
def desk(sqlite_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The board's pages, for whoever opens them."""
    return Desk(sqlite_workspace, monkeypatch)


@pytest.fixture
def case_id(desk: Desk, sqlite_floor: Floor) -> int:
    """Ana has this case; its post was last seen twelve minutes ago."""
    with desk.workspace.database.write() as session:
        cases.claim(session, sqlite_floor.cases[0], by=session.get_one(Person, sqlite_floor.ana), now=desk.workspace.now())
    return sqlite_floor.cases[0]


@pytest.fixture
def sign_in(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> SignIn:
    def as_role(role: Role) -> int:
        with workspace.database.write() as session:
            person_id = person(session, "Olu Pike", role).id
        signed_in(monkeypatch, workspace, person_id)
        return person_id

    return as_role


def furnish(database: Database) -> Floor:
    """Three cases of three customers that wait, seen in the last minutes."""
    now = datetime.now(UTC).replace(microsecond=0)
    with database.write() as session:
        ana = person(session, "Ana Moss", initials="AM", now=now)
        bo = person(session, "Bo Lind", initials="BL", now=now)
        lead = person(session, "Lea Hart", Role.LEAD, initials="LH", now=now)
        reader = person(session, "Rik Vale", Role.READER, initials="RV", now=now)
        admin = person(session, "Adi Cole", Role.ADMIN, initials="AC", now=now)
        shop = Shop(session)
        ago = [now - timedelta(minutes=minutes) for minutes in (12, 8, 3)]
        first = shop.case("Locked out of my account", at=ago[0], **angry())
        cases = [first, shop.case("How do I change my address?", at=ago[1]), shop.case("Thank you, it works", at=ago[2])]
        mentions = [case.latest_mention_id for case in cases]
        ids = [case.id for case in cases]
        return Floor(ana.id, bo.id, lead.id, reader.id, admin.id, shop.account.id, tuple(ids), tuple(mentions))
