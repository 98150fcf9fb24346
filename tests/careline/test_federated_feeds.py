"""Mastodon and Bluesky as settings.toml describes them: one look from the command line, and where their accounts answer."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from careline.cli import app
from careline.layers import workspace_plan
from careline.settings import Settings
from careline.settings_sources import AccountSection, CredentialSection
from tests.support.bluesky_platform import Network
from tests.support.mastodon_platform import Server
from tests.support.replay import Platform

MASTODON: dict[str, str] = {"CARELINE_MAIN_ACCESS_TOKEN": "a token"}
BLUESKY: dict[str, str] = {"CARELINE_MAIN_HANDLE": "northwind.bsky.social", "CARELINE_MAIN_APP_PASSWORD": "app-password"}


@pytest.mark.parametrize(
    ("source", "kind", "opened", "secrets"),
    [
        ("mastodon", "notifications", Server, MASTODON),
        ("mastodon", "search", Server, MASTODON),
        ("bluesky", "notifications", Network, BLUESKY),
        ("bluesky", "search", Network, BLUESKY),
    ],
)
def test_one_look_is_reported_as_json_and_the_next_brings_nothing_twice(
    source: str,
    kind: str,
    opened: Callable[[Platform, int], object],
    secrets: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in {
        **secrets,
        "CARELINE_HOME": str(tmp_path / "home"),
        "CARELINE_SETTINGS": str(tmp_path / "settings.toml"),
        "CARELINE_WORKSPACE__SAMPLE": "false",
    }.items():
        monkeypatch.setenv(name, value)
    with Platform() as platform:
        opened(platform, 25)
        (tmp_path / "settings.toml").write_text(written(source, kind, platform.url), encoding="utf-8")
        words = ["feeds", "poll", "northwind", "--once", "--json"]
        reports = [json.loads(CliRunner().invoke(app, words).stdout) for _ in range(2)]
    assert [(report["result"], report["new"]) for report in reports] == [("looked", 25), ("empty", 0)]


def written(source: str, kind: str, url: str) -> str:
    return f"""
[[brands]]
name = "Northwind"
[credentials.main]
source = "{source}"
base_url = "{url}"
allow_loopback = true
[[feeds]]
name = "northwind"
source = "{source}"
kind = "{kind}"
query = "northwind"
brand = "Northwind"
credential = "main"
options = {{ days = 3650 }}
"""


def sites(source: str, *, site: str = "") -> list[str]:
    credential = CredentialSection(source=source, base_url="https://One.example")
    account = AccountSection(name="Care", brand="Northwind", source=source, handle="care", credential="main", site=site)
    return [one.site for one in workspace_plan(Settings(credentials={"main": credential}, accounts=(account,))).accounts]


def test_an_account_on_mastodon_answers_on_the_server_of_its_credential() -> None:
    assert sites("mastodon") == ["one.example"]
    assert sites("mastodon", site="two.example") == ["two.example"]
    assert sites("x") == [""]
