"""docs/add-a-source.md, followed to the letter: its files are written, its commands are run, and what comes of them listens and answers."""

import importlib
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from desk.feeds.plan import AccountPlan, FeedDraft
from listener.registry import Registry
from listener.settings import CredentialSettings, ListenerSettings
from listener.source import Source
from listener.text import plain_text
from storage.database import Database
from tests.support import page
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


@pytest.fixture
def installed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page.install(home / "careline-example", home / "installed")
    monkeypatch.syspath_prepend(str(home / "installed"))
    importlib.invalidate_caches()


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
