"""Forums, blogs and app stores as settings.toml describes them: one look from the command line, again, and after a change there."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from careline.cli import app
from tests.support.discourse_platform import Forum
from tests.support.replay import Platform
from tests.support.store_platforms import AppStore, PlayStore, apple_secrets, google_secrets
from tests.support.wordpress_platform import Blog

CASES: list[tuple[str, str, str, Callable[[Platform, int], Any], dict[str, str]]] = [
    ("discourse", "posts", 'url = "https://community.example"', Forum, {"api_key": "key", "username": "AcmeCare"}),
    ("wordpress", "", "", Blog, {}),
    ("appstore", "reviews", 'options = { app = "42" }', AppStore, apple_secrets()),
    ("googleplay", "", 'options = { package = "com.acme.shop" }', PlayStore, google_secrets()),
]


@pytest.mark.parametrize(("source", "kind", "rest", "opened", "secrets"), CASES, ids=[case[0] for case in CASES])
def test_one_look_brings_everything_and_the_next_nothing_twice(
    source: str,
    kind: str,
    rest: str,
    opened: Callable[[Platform, int], Any],
    secrets: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = {f"CARELINE_MAIN_{name}".upper(): value for name, value in secrets.items()}
    home = {
        "CARELINE_HOME": str(tmp_path / "home"),
        "CARELINE_SETTINGS": str(tmp_path / "settings.toml"),
        "CARELINE_WORKSPACE__SAMPLE": "false",
    }
    for name, value in {**given, **home}.items():
        monkeypatch.setenv(name, value)
    with Platform() as platform:
        there = opened(platform, 25)
        (tmp_path / "settings.toml").write_text(written(source, kind, platform.url, rest), encoding="utf-8")
        reports = [look() for _ in range(2)]
        there.add()
        reports.append(look())
    assert [(report["result"], report["new"]) for report in reports] == [("looked", 25), ("empty", 0), ("looked", 1)]


def look() -> dict[str, Any]:
    report: dict[str, Any] = json.loads(CliRunner().invoke(app, ["feeds", "poll", "acme", "--once", "--json"]).stdout)
    return report


def written(source: str, kind: str, url: str, rest: str) -> str:
    return f"""
[[brands]]
name = "Acme"
[credentials.main]
source = "{source}"
base_url = "{url}"
allow_loopback = true
[[feeds]]
name = "acme"
source = "{source}"
kind = "{kind}"
brand = "Acme"
credential = "main"
{rest}
"""
