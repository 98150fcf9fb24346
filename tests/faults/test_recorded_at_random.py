"""Recorded answers behind a server that fails at random: the real clients hear what they hear of a calm one, once, and nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select, update

from desk.feeds import feeds
from desk.feeds.plan import BrandPlan, FeedDraft, WorkspacePlan
from desk.settings import DeskSettings
from listener.poll import Poller
from listener.registry import Registry
from listener.settings import CredentialSettings, ListenerSettings
from storage.database import Database
from storage.models import Credential, Mention
from tests.faults.polls import HASTE, MARK, PATIENCE, fresh
from tests.support.fault_server import HARMLESS, SLOW, WIRE
from tests.support.platforms import REDDIT_APP, X_ACCOUNT, X_APP
from tests.support.replay import FIXTURES, RECORDED, Platform, Reply, Seen

ROUNDS = 8
CALM_LOOKS = 12
MAY_BE_TOLD = sorted(WIRE.keys() - SLOW)
OURS = [
    ("x", "search", "northwind", X_APP, (FIXTURES / "x" / "search.yaml",)),
    ("x", "mentions", "", X_ACCOUNT, (FIXTURES / "x" / "accounts.yaml",)),
    ("reddit", "search", "northwind", REDDIT_APP, (FIXTURES / "reddit" / "token.yaml", FIXTURES / "reddit" / "search.yaml")),
]
GIVEN = [
    ("mastodon", "notifications", "", {"access_token": "token"}, (RECORDED / "mastodon" / "test_notifications.yaml",)),
    ("mastodon", "notifications", "", {"access_token": "token"}, (RECORDED / "mastodon" / "test_notifications_mentions_only.yaml",)),
]
"""Recordings that lie beside the project on some machines."""

OPTIONS = {"reddit": {"subreddits": "northwind"}}

Told = tuple[str, str, str, dict[str, str], tuple[Path, ...]]
ALL: list[Told] = [*OURS, *(one for one in GIVEN if all(file.exists() for file in one[-1]))]


class Failing(Platform):
    """It replays what was recorded, and spoils some of it."""

    def __init__(self, rng: Random) -> None:
        super().__init__()
        self.rng = rng
        self.chance = 0.0

    def answer(self, seen: Seen) -> Reply:
        reply = super().answer(seen)
        with self._lock:
            if self.rng.random() < self.chance:
                return WIRE[self.rng.choice(MAY_BE_TOLD)].spoil(reply, self.rng)
            if self.rng.random() < self.chance:
                return HARMLESS[self.rng.choice(sorted(HARMLESS.keys() - {"a text that is not UTF-8"}))](reply, self.rng)
        return reply


@contextmanager
def listening(told: Told, url: str, rng: Random) -> Iterator[tuple[Failing, Database]]:
    source, kind, query, _, files = told
    database = Database(url)
    draft = FeedDraft(
        "feed", source, kind, query, "Acme", "main", site="one.example" if source == "mastodon" else "", options=OPTIONS.get(source, {})
    )
    with database.write() as session:
        feeds.sync(session, WorkspacePlan((BrandPlan("Acme"),), (("main", source),), (), (draft,)), now=database.now())
    with Failing(rng) as platform:
        for file in files:
            platform.replay(file)
        try:
            yield platform, database
        finally:
            database.close()


def look(told: Told, platform: Failing, database: Database, timeout: timedelta) -> str:
    main = CredentialSettings("main", told[0], told[3], platform.url, allow_loopback=True)
    settings = ListenerSettings({"main": main}, timeout=timeout)
    with database.write() as session:
        session.execute(update(Credential).values(available_at=None))
    return Poller(database, settings, DeskSettings(), Registry(settings), owner="one").poll_one("feed").detail


def stored(database: Database) -> dict[str, str]:
    with database.read() as session:
        rows = session.execute(select(Mention.external_id, Mention.text).where(Mention.deleted_at.is_(None))).all()
    found = {row.external_id: row.text for row in rows}
    assert len(found) == len(rows)
    return found


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("told", ALL, ids=lambda told: f"{told[0]}-{told[1]}-{told[-1][-1].stem}")
def test_what_was_recorded_is_heard_once_whatever_the_server_does(told: Told, seed: int, sqlite_template: Path, tmp_path: Path) -> None:
    with listening(told, fresh(sqlite_template, tmp_path, 1_000), Random(seed)) as (platform, database):
        for _ in range(3):
            look(told, platform, database, PATIENCE)
        calm = stored(database)
    assert calm
    with listening(told, fresh(sqlite_template, tmp_path, seed), Random(seed)) as (platform, database):
        platform.chance = 0.4
        for _ in range(ROUNDS):
            assert MARK not in look(told, platform, database, HASTE)
            assert stored(database).items() <= calm.items()
        platform.chance = 0.0
        for _ in range(CALM_LOOKS):
            look(told, platform, database, PATIENCE)
        assert stored(database) == calm
