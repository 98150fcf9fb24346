"""Reddit refuses the key: the Feeds page says since when, why and what to do; new secrets are set where it says, and the next look reads what was missed."""

import json
from base64 import b64decode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from typer.testing import CliRunner

from careline.cli import app
from desk.people import people
from storage.models import Feed, Mention
from storage.words import Role
from tests.browser.conftest import Board, Sit
from tests.support.reddit_platform import COMMENTS, TOKEN, Comments
from tests.support.replay import Platform, Reply, Seen, as_json
from tests.support.waiting import eventually

pytestmark = pytest.mark.browser

FEED = "northwind on Reddit"
Look = Callable[[], dict[str, Any]]


class Key:
    """Which secret Reddit takes at the moment."""

    def __init__(self, platform: Platform) -> None:
        self.approved = "first secret"
        self.platform = platform
        platform.always(TOKEN, self.token, method="POST")

    def token(self, seen: Seen) -> Reply:
        given = b64decode(seen.headers["authorization"].partition(" ")[2]).decode().partition(":")[2]
        if given != self.approved:
            return as_json({"message": "Unauthorized", "error": 401}, 401)
        return as_json({"access_token": "loopback-token", "token_type": "bearer", "expires_in": 3600, "scope": "*"})


@pytest.fixture
def platform() -> Iterator[Platform]:
    with Platform() as opened:
        yield opened


@pytest.fixture
def look(sqlite_url: str, tmp_path: Path, platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Look:
    """One look from the command line, with the secrets that its environment has now."""
    told = {
        "HOME": str(tmp_path / "home"),
        "SETTINGS": str(tmp_path / "settings.toml"),
        "WORKSPACE__SAMPLE": "false",
        "DATABASE_URL": sqlite_url,
    }
    told |= {"MAIN_CLIENT_ID": "client", "MAIN_CLIENT_SECRET": "first secret"}
    for name, value in told.items():
        monkeypatch.setenv(f"CARELINE_{name}", value)
    monkeypatch.setenv("CARELINE_TEST_CREDENTIAL", "main:reddit:client_id,client_secret")
    (tmp_path / "settings.toml").write_text(
        f"""
[[brands]]
name = "Northwind"
[credentials.main]
source = "reddit"
base_url = "{platform.url}"
allow_loopback = true
[[feeds]]
name = "{FEED}"
source = "reddit"
kind = "subreddit"
brand = "Northwind"
credential = "main"
options = {{ subreddits = ["northwind"], parts = ["comments"] }}
""",
        encoding="utf-8",
    )
    return lambda: json.loads(CliRunner().invoke(app, ["feeds", "poll", FEED, "--once", "--json"]).stdout)


def heard(board: Board) -> set[str]:
    with board.database.read() as session:
        return set(session.scalars(select(Mention.external_id).where(Mention.source == "reddit")))


def is_due(board: Board) -> bool:
    with board.database.read() as session:
        return session.scalars(select(Feed.next_poll_at).where(Feed.name == FEED)).one() <= board.database.now()


def test_a_refused_key_is_told_with_what_to_do_and_what_was_missed_is_read_afterwards(
    look: Look, board: Board, sit: Sit, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    comments = Comments(platform, 3, path=COMMENTS, gives_tokens=False)
    key = Key(platform)
    assert look()["new"] == 3
    with board.database.write() as session:
        ops = people.add(session, name="Olu Pike", initials="OP", roles=(Role.OPS,), by=None, now=board.database.now()).id

    key.approved = "approved secret"
    comments.count = 25
    assert look()["result"] == "unauthorized"
    page = sit(ops, "feeds")
    told = page.get_by_text("Reddit lets in only keys that it approved")
    expect(told).to_be_visible()
    for words in (
        "Not seen since",
        "the credential is missing, wrong or revoked",
        "reddithelp.com",
        "misses all",
        "careline import still work",
    ):
        expect(told).to_contain_text(words)
    expect(page.get_by_text("CARELINE_MAIN_CLIENT_SECRET", exact=True)).to_be_visible()

    monkeypatch.setenv("CARELINE_MAIN_CLIENT_SECRET", "approved secret")
    page.get_by_role("button", name="Actions").first.click()
    page.get_by_text("Look now", exact=True).click()
    expect(page.get_by_text(f"{FEED} is looked at next")).to_be_visible()
    eventually(lambda: is_due(board))
    assert look()["result"] == "looked"
    assert heard(board) == {f"t1_{number}" for number in range(1, 26)}

    page.reload()
    page.get_by_role("button", name=FEED).first.click()
    expect(page.get_by_text("Works: looked")).to_be_visible()
    expect(page.get_by_text("Reddit lets in only keys that it approved")).to_have_count(0)
    expect(page.get_by_text(f"{FEED} was read late for")).to_be_visible()
