"""A full disk and a locked database: a clear word, nothing lost, and everything goes on by itself afterwards."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from desk.cases import cases
from desk.feeds import feeds
from desk.feeds.plan import BrandPlan, FeedDraft, WorkspacePlan
from desk.people import people
from desk.replies import replies
from desk.settings import DeskSettings
from listener.poll import Poller
from listener.registry import Registry
from listener.settings import ListenerSettings
from storage.check import check
from storage.database import Database, sqlite_file
from storage.models import Feed, Mention, Reply
from storage.words import LookResult, Role
from tests.crash.platform import Platform

SETTINGS = ListenerSettings(timeout=timedelta(seconds=5), threads=1)
IDS = [f"post-{number}" for number in range(400)]


@pytest.fixture
def platform() -> Iterator[Platform]:
    with Platform() as running:
        yield running


@pytest.fixture
def poller(sqlite_database: Database, platform: Platform) -> Poller:
    options = {"url": f"{platform.url}/feed/first", "allow_loopback": True}
    draft = FeedDraft("first", "rss", "", "", "Acme", None, 60, "forum.example", options)
    with sqlite_database.write() as session:
        feeds.sync(session, WorkspacePlan(brands=(BrandPlan("Acme"),), feeds=(draft,)), now=sqlite_database.now())
    return Poller(sqlite_database, SETTINGS, DeskSettings(), Registry(SETTINGS), owner="test")


@contextmanager
def full_disk(database: Database) -> Iterator[None]:
    """SQLite's own answer to a disk without room, for every connection of the pool."""
    _limit_pages(database, grow=0)
    try:
        yield
    finally:
        _limit_pages(database, grow=1_000_000)


def _limit_pages(database: Database, *, grow: int) -> None:
    with database.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + grow}")


def stored(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Mention)) or 0


def test_a_full_disk_loses_no_post_and_moves_no_cursor(sqlite_database: Database, platform: Platform, poller: Poller) -> None:
    platform.publish("first", IDS)
    with full_disk(sqlite_database), pytest.raises(OperationalError, match="full"):
        poller.poll_one("first")
    with sqlite_database.read() as session:
        assert session.scalars(select(Feed.cursor)).one() is None
    assert stored(sqlite_database) == 0
    release_lease(sqlite_database)
    report = poller.poll_one("first")
    assert (report.result, report.new) == (LookResult.LOOKED, len(IDS))
    with sqlite_database.read() as session:
        assert check(session) == []


def release_lease(database: Database) -> None:
    """As time does."""
    with database.write() as session:
        feed = session.scalars(select(Feed)).one()
        feed.lease_until = database.now() - timedelta(seconds=1)


def test_a_draft_that_could_not_be_stored_is_never_called_saved(sqlite_database: Database, platform: Platform, poller: Poller) -> None:
    platform.publish("first", IDS[:1])
    poller.poll_one("first")
    with sqlite_database.write() as session:
        now = sqlite_database.now()
        by = people.add(session, name="Ana Moss", initials="AM", roles=[Role.AGENT], by=None, now=now)
        case = cases.open_for_mention(session, session.scalars(select(Mention.id)).one(), by=by, settings=DeskSettings(), now=now)
        if case.assignee_id is None:
            cases.claim(session, case.id, by=by, now=now)
    with full_disk(sqlite_database), pytest.raises(OperationalError, match="full"):
        save(sqlite_database, case.id, by.id, "long words " * 9_000)
    with sqlite_database.read() as session:
        assert session.scalars(select(Reply)).all() == []


def test_a_locked_database_is_waited_for_and_then_said(sqlite_database: Database, platform: Platform, poller: Poller) -> None:
    """Another program holds the file: the look is not recorded, nothing is lost, the next one brings it all."""
    platform.publish("first", IDS[:5])
    impatient = Database(sqlite_database.url)
    file = sqlite_file(sqlite_database.url)
    with locked(file), impatient.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 50")
        with pytest.raises(OperationalError, match="locked"):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
    impatient.close()
    assert stored(sqlite_database) == 0
    assert poller.poll_one("first").new == 5


def save(database: Database, case_id: int, person_id: int, text: str) -> None:
    with database.write() as session:
        by = people.active(session, person_id)
        replies.save_draft(session, case_id, text=text, version=0, by=by, now=database.now())


@contextmanager
def locked(file: Path | None) -> Iterator[None]:
    other = sqlite3.connect(str(file), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def test_reading_goes_on_while_somebody_writes(sqlite_database: Database, platform: Platform, poller: Poller) -> None:
    platform.publish("first", IDS[:3])
    poller.poll_one("first")
    with locked(sqlite_file(sqlite_database.url)):
        assert stored(sqlite_database) == 3
