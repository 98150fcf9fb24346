"""docs/add-a-source.md, followed to the letter: its files are written, its commands are run, and what comes of them listens and answers."""

import importlib
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from desk import platforms
from desk.feeds.plan import AccountPlan, FeedDraft
from desk.intake.recheck_forecast import forecast
from desk.labels import training
from desk.sources import known
from desk.sources.declaration import Declaration
from listener.registry import Registry, declared
from listener.settings import CredentialSettings, ListenerSettings
from listener.source import Source
from listener.text import plain_text
from storage.database import Database
from storage.models import Cost, Credential, Mention
from storage.words import BudgetPart
from tests.support import page
from tests.support.desk import SETTINGS
from tests.support.journey import ACTS, ORDERS, team, walk
from tests.support.replay import Platform, Reply, Seen, as_json

PAGE = "add-a-source.md"
POSTS = "/api/posts"


class Forum:
    """The forum that the page describes: its newest posts first, three on a page."""

    acts = ACTS
    tells = True

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.posts: dict[str, dict[str, Any]] = {}
        self.last = 0
        platform.always(POSTS, self.listed)
        platform.always(POSTS, self.create, method="POST")

    def listed(self, seen: Seen) -> Reply:
        thread, first = seen.query.get("thread"), 3 * (int(seen.query.get("page", 1)) - 1)
        found = [post for post in reversed(self.posts.values()) if thread in {None, post["thread"]}]
        size = 3 if thread is None else 100
        return as_json({"posts": found[first : first + size], "has_more": len(found) > first + size})

    def create(self, seen: Seen) -> Reply:
        given = json.loads(seen.body)
        return as_json(self.posts[self.ask(given["text"], parent=given["parent"], name="acmecare")], 201)

    def ask(self, text: str, *, parent: str = "", name: str = "ada") -> str:
        self.last += 1
        number = str(self.last)
        self.posts[number] = {
            "id": self.last,
            "thread": self.posts[parent]["thread"] if parent else number,
            "parent": parent or None,
            "author": {"id": f"user {name}", "name": name},
            "text": text.replace("&", "&amp;").replace("<", "&lt;"),
            "written_at": f"2026-11-20T12:{self.last:02}:00Z",
            "url": f"https://forum.example/p/{number}",
        }
        self.platform.always(f"{POSTS}/{number}", lambda _: self.one(number))
        return number

    def one(self, number: str) -> Reply:
        return as_json(self.posts[number]) if number in self.posts else as_json({"error": "there is no such post"}, 404)

    def edit(self, external_id: str, text: str) -> None:
        self.posts[external_id]["text"] = text

    def delete(self, external_id: str) -> None:
        del self.posts[external_id]

    def standing(self) -> dict[str, str]:
        return {number: plain_text(post["text"]) for number, post in self.posts.items()}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files of the page."""
    folder = tmp_path_factory.mktemp("follower")
    page.write(folder, page.files(PAGE))
    return folder


def test_who_copies_the_page_hears_the_forum(platform: Platform, home: Path) -> None:
    forum = Forum(platform)
    for number in range(4):
        forum.ask(f"My kettle leaks, number {number}")
    forum.ask("Nothing of yours")
    told = page.files(PAGE)["settings.toml"].replace('"https://forum.acme.example"', f'"{platform.url}"\nallow_loopback = true')
    (home / "settings.toml").write_text(f"{told}\n[workspace]\nsample = false\n", encoding="utf-8")
    environment = page.environment(home, offline=True)
    first, second = (page.run(page.commands(PAGE), home, environment) for _ in range(2))
    assert (first["result"], first["new"]) == ("looked", 4)
    assert (second["result"], second["new"]) == ("empty", 0)
    assert platform.seen[0].headers["authorization"] == "Bearer the forum's token"


def test_what_the_page_declares_holds_in_every_process(platform: Platform, home: Path) -> None:
    """Its prices may be named in settings.toml, and what its command heard is followed: the processes were told of the source as they began."""
    Forum(platform).ask("My kettle leaks")
    told = page.files(PAGE)["settings.toml"].replace('"https://forum.acme.example"', f'"{platform.url}"\nallow_loopback = true')
    (home / "settings.toml").write_text(f"{told}\n[workspace]\nsample = false\n[prices.example]\npost_read = 0.002\n", encoding="utf-8")
    environment = page.environment(home, offline=True) | {"CARELINE_HOME": str(home / "declared")}
    assert page.run(page.commands(PAGE), home, environment)["new"] == 1
    assert platform.seen[0].query["board"] == "kettles"
    database = Database(f"sqlite:///{home / 'declared' / 'careline.db'}")
    with database.read() as session:
        seen_at, due = session.execute(select(Mention.seen_at, Mention.recheck_at)).one()
    database.close()
    assert due - seen_at == timedelta(days=1)


@pytest.fixture
def installed(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    page.install(home / "careline-example", home / "installed")
    monkeypatch.syspath_prepend(str(home / "installed"))
    importlib.invalidate_caches()
    known.tell(declared())
    yield
    known.tell({})


def settings_of(platform: Platform) -> ListenerSettings:
    credential = CredentialSettings("live", "example", {"token": "t"}, platform.url, allow_loopback=True)
    return ListenerSettings({"live": credential}, timeout=timedelta(seconds=5))


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("order", ORDERS, ids="-".join)
def test_the_pages_source_and_replier_walk_the_whole_way(sqlite_database: Database, platform: Platform, order: tuple[str, ...]) -> None:
    account = AccountPlan("Acme Care", "Acme", "example", "127.0.0.1", "acmecare", "live", "")
    with team(sqlite_database, settings_of(platform), FeedDraft("forum", "example", "", "", "Acme", "live"), account) as care:
        walk(care, Forum(platform), order)


@pytest.mark.usefixtures("installed")
def test_the_pages_source_has_the_promised_form() -> None:
    source: Source = Registry(ListenerSettings()).source("example")
    assert (source.name, type(source).__name__) == ("example", "ExampleSource")


@pytest.mark.usefixtures("installed")
def test_what_it_heard_is_asked_for_again_at_the_price_that_it_names(database: Database, platform: Platform) -> None:
    forum = Forum(platform)
    edited, lost, kept = (forum.ask(f"My kettle leaks, number {number}") for number in range(3))
    account = AccountPlan("Acme Care", "Acme", "example", "127.0.0.1", "acmecare", "live", "")
    with team(database, settings_of(platform), FeedDraft("forum", "example", "posts", "", "Acme", "live"), account) as care:
        assert care.look() == 3
        forum.edit(edited, "It is fixed")
        forum.delete(lost)
        now = database.now()
        with database.write() as session:
            session.execute(update(Mention).values(recheck_at=now))
            credential = session.scalars(select(Credential)).one()
            told = forecast(session, credential, settings=SETTINGS, until=now + timedelta(days=2), now=now)
            assert (told.times, told.micros) == (3, 300)
        care.rechecker.recheck_due()
        care.rechecker.drain()
    with database.read() as session:
        texts = {
            row.external_id: row.text
            for row in session.execute(select(Mention.external_id, Mention.text).where(Mention.deleted_at.is_(None)))
        }
        assert texts == {edited: "It is fixed", kept: "My kettle leaks, number 2"}
        spent = session.execute(select(Cost.part, Cost.kind, Cost.micros)).all()
        assert spent == [(BudgetPart.RECHECKS, "post_read", 200)]


@pytest.mark.usefixtures("installed")
def test_what_it_declares_is_read_where_our_own_sources_are(database: Database) -> None:
    assert platforms.limit("example") == 2_000
    assert platforms.reply_price("example", "Thank you", is_addressed=True).micros == 2_000
    with database.read() as session:
        assert "example" in training.allowed(session)
    form = known.forms()["example"]
    assert (form.needs_credential, [secret.name for secret in form.secrets]) == (True, ["token"])


def test_of_a_source_that_declares_nothing_nothing_is_allowed(database: Database) -> None:
    assert not platforms.may_train("example")
    assert platforms.recheck("example") is None
    assert "example" not in known.forms()
    with database.read() as session:
        assert "example" not in training.allowed(session)
    with pytest.raises(ValueError, match="x is a source of Careline"):
        known.tell({"x": Declaration()})
