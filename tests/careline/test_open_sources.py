"""The sources that are read by a plain GET, and the public app, as somebody who runs them meets them: settings, one command, what came of it."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner, Result

from careline.cli import app
from careline.commands.up import children
from careline.settings import Settings
from tests.support.open_places import documented, hit
from tests.support.public import SECRET, Outside, a_post
from tests.support.replay import Platform, as_json
from tests.support.waiting import eventually

FEED = """
[[feeds]]
name = "a"
source = "{source}"
kind = "{kind}"
query = "northwind"
brand = "Acme"
credential = "key"
{more}

[credentials.key]
source = "{source}"
base_url = "{url}"
allow_loopback = true
"""


@pytest.fixture
def platform() -> Iterator[Platform]:
    with Platform() as opened:
        opened.always("/api/v1/search_by_date", as_json({"hits": [hit("1", 1_795_174_200)], "nbHits": 1}))
        opened.always("/2.3/search/advanced", as_json(documented("stackexchange", "questions")))
        opened.always("/youtube/v3/search", as_json(documented("youtube", "search")))
        opened.always("/youtube/v3/videos", as_json(documented("youtube", "videos")))
        yield opened


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CARELINE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CARELINE_SETTINGS", str(tmp_path / "settings.toml"))
    monkeypatch.setenv("CARELINE_WORKSPACE__SAMPLE", "false")
    monkeypatch.setenv("CARELINE_KEY_KEY", "a-key")
    return tmp_path


def test_a_feed_is_previewed_by_the_command_line_and_nothing_of_it_is_stored(home: Path, platform: Platform) -> None:
    settings(home, FEED.format(source="hackernews", kind="all", more="", url=platform.url))
    run = CliRunner().invoke
    counted = json.loads(run(app, ["feeds", "preview", "a", "--json"]).stdout)
    assert (counted["result"], counted["count"]["n"], counted["count"]["days"], counted["sample_price"]) == ("looked", 1, 7, [])
    assert "posts" not in counted
    described = ["--source", "hackernews", "--kind", "all", "--query", "northwind", "--credential", "key"]
    sampled = json.loads(run(app, ["feeds", "preview", *described, "--sample", "--json"]).stdout)
    assert (sampled["count"]["n"], [shown["title"] for shown in sampled["posts"]]) == (1, ["northwind 1"])
    assert "1 posts in 7 days" in run(app, ["feeds", "preview", "a"]).stdout
    assert json.loads(poll().stdout)["new"] == 1


def test_a_preview_of_nothing_and_of_nobody_is_refused_in_words(home: Path, platform: Platform) -> None:
    settings(home, FEED.format(source="hackernews", kind="all", more="", url=platform.url))
    run = CliRunner().invoke
    neither, nobody = run(app, ["feeds", "preview"]), run(app, ["feeds", "preview", "nobody"])
    assert (neither.exit_code, "--source and --query" in neither.output) == (2, True)
    assert (nobody.exit_code, "no feed called 'nobody'" in nobody.output) == (1, True)


def settings(home: Path, text: str) -> None:
    (home / "settings.toml").write_text(f'[[brands]]\nname = "Acme"\n{text}', encoding="utf-8")


def poll() -> Result:
    return CliRunner().invoke(app, ["feeds", "poll", "a", "--once", "--json"])


@pytest.mark.parametrize(
    ("source", "kind", "more", "seen"),
    [
        ("hackernews", "all", "", 1),
        ("stackexchange", "search", 'site = "stackoverflow"\noptions = { parts = ["questions"] }', 2),
        ("youtube", "search", "", 1),
    ],
)
def test_one_look_by_the_command_line(home: Path, platform: Platform, source: str, kind: str, more: str, seen: int) -> None:
    settings(home, FEED.format(source=source, kind=kind, more=more, url=platform.url))
    first, second = json.loads(poll().stdout), json.loads(poll().stdout)
    assert (first["result"], first["new"], first["seen"]) == ("looked", seen, seen)
    assert second["new"] == 0


@pytest.mark.parametrize(
    ("source", "kind", "path"), [("hackernews", "all", "/api/v1/search_by_date"), ("youtube", "search", "/youtube/v3/search")]
)
def test_a_source_that_limits_us_says_until_when(home: Path, platform: Platform, source: str, kind: str, path: str) -> None:
    platform.always(path, as_json({"error": {"message": "slow"}}, 429, retry_after="60"))
    settings(home, FEED.format(source=source, kind=kind, more="", url=platform.url))
    found = json.loads(poll().stdout)
    assert (found["result"], found["retry_at"] is not None) == ("throttled", True)


def test_a_feed_that_others_fill_is_not_polled(home: Path) -> None:
    settings(home, FEED.format(source="webhook", kind="", more="", url="https://bridge.example"))
    result = poll()
    assert (result.exit_code, "it is filled by deliveries" in result.stderr) == (1, True)


def test_the_public_app_runs_only_where_it_is_switched_on() -> None:
    assert "public" not in children(Settings())
    assert "public" in children(Settings(public={"enabled": True}))


def test_the_public_app_is_a_process_that_serves_beats_and_ends(home: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings(home, f"[public]\nport = {port}\n" + FEED.format(source="webhook", kind="", more="", url="https://bridge.example"))
    assert CliRunner().invoke(app, ["feeds", "list"]).exit_code == 0
    environment = {**os.environ, "CARELINE_KEY_SIGNING_SECRET": SECRET}
    running = subprocess.Popen([sys.executable, "-m", "careline", "public"], env=environment, stderr=subprocess.PIPE)
    try:
        outside = Outside(f"http://127.0.0.1:{port}")
        eventually(lambda: _serves(outside), limit_s=60)
        assert outside.deliver(a_post(), feed="a").json()["new"] == 1
        running.send_signal(signal.SIGTERM)
        _, said = running.communicate(timeout=30)
    finally:
        running.kill()
        running.wait()
    assert b"process=public ended" in said
    listed = json.loads(CliRunner().invoke(app, ["feeds", "list", "--json"]).stdout)
    assert listed[0]["words"].startswith("Filled by deliveries")


def _serves(outside: Outside) -> bool:
    try:
        return httpx.get(f"{outside.url}/healthz").status_code == 200
    except httpx.TransportError:
        return False
