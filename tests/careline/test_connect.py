"""`careline connect` against platforms on loopback: what a person is told, what is kept, and how it ends."""

import json
import socket
import threading
import webbrowser
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

from careline.cli import app
from desk.feeds import connections
from storage.database import Database
from tests.support.bluesky_platform import CREATE, OWN
from tests.support.consents import TOKEN, Authority, jwt
from tests.support.replay import Platform, Seen, as_json

Run = Callable[..., Result]


@pytest.fixture
def platform() -> Iterator[Platform]:
    with Platform() as opened:
        yield opened


@pytest.fixture
def run(tmp_path: Path, platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command in a workspace with one credential for each platform."""
    for name, value in (
        ("CARELINE_HOME", str(tmp_path / "home")),
        ("CARELINE_SETTINGS", str(tmp_path / "settings.toml")),
        ("CARELINE_WORKSPACE__SAMPLE", "false"),
        *((f"CARELINE_ACME_{source}_{secret}", value) for source in ("X", "REDDIT") for secret, value in APP),
        ("CARELINE_ACME_BLUESKY_HANDLE", "@northwind.bsky.social"),
    ):
        monkeypatch.setenv(name, value)
    told = (f'[credentials.acme-{name}]\nsource = "{name}"\nbase_url = "{platform.url}"\nallow_loopback = true\n' for name in SOURCES)
    (tmp_path / "settings.toml").write_text("\n".join(told), encoding="utf-8")
    return lambda *words, **more: CliRunner().invoke(app, ["connect", *words], **more)


APP = (("CLIENT_ID", "app"), ("CLIENT_SECRET", "app secret"))
SOURCES = ("x", "reddit", "mastodon", "bluesky")


@pytest.fixture
def port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


def browsing(monkeypatch: pytest.MonkeyPatch, authority: Authority, *before: str) -> None:
    """A browser in which somebody says yes; `before` that it opens other addresses on the redirect's host."""

    def visit(address: str) -> None:
        ends = authority.visit(address)
        for place in before:
            httpx.get(ends.partition("/callback")[0] + place, trust_env=False)
        assert "close this window" in httpx.get(ends, trust_env=False).text

    monkeypatch.setattr(webbrowser, "open", lambda address: threading.Thread(target=visit, args=(address,)).start() or True)


def kept(tmp_path: Path, name: str) -> connections.Kept | None:
    database = Database(f"sqlite:///{tmp_path / 'home' / 'careline.db'}")
    with database.read() as session:
        found = connections.kept(session, name)
    database.close()
    return found


@pytest.mark.parametrize(("source", "account"), [("x", ""), ("reddit", "AcmeCare"), ("mastodon", "care")])
def test_a_consent_is_asked_for_proven_and_kept(
    run: Run, tmp_path: Path, platform: Platform, port: str, monkeypatch: pytest.MonkeyPatch, source: str, account: str
) -> None:
    authority = Authority(platform, source)
    browsing(monkeypatch, authority)
    result = run(source, "--port", port, "--json")
    assert result.exit_code == 0, result.stderr
    row = json.loads(result.stdout)
    assert (row["state"], row["credential"], row["account"]) == ("connected", f"acme-{source}", account)
    assert authority.asked["redirect_uri"] == f"http://127.0.0.1:{port}/callback"
    found = kept(tmp_path, f"acme-{source}")
    assert found is not None
    assert b"access-1" not in found.sealed
    assert not {"access-1", "refresh-1", "app secret", "code-0"} & set(result.output.replace('"', " ").split())
    assert run(source, "--status").exit_code == 0


def test_x_is_asked_for_what_answers_need_with_a_proof(run: Run, platform: Platform, port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = Authority(platform)
    browsing(monkeypatch, authority)
    run("x", "--port", port)
    assert {"offline.access", "tweet.write", "dm.write"} <= set(authority.asked["scope"].split())
    assert authority.asked["code_challenge_method"] == "S256"
    assert len(authority.asked["state"]) >= 43


def test_an_answer_of_another_attempt_is_turned_away_and_the_right_one_still_counts(
    run: Run, platform: Platform, port: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(platform)
    browsing(monkeypatch, authority, "/callback?state=guessed&code=stolen", "/favicon.ico")
    assert run("x", "--port", port).exit_code == 0
    assert [seen.form["code"] for seen in platform.asked(TOKEN["x"])] == ["code-0"]


def test_a_refused_consent_says_so_and_keeps_nothing(
    run: Run, tmp_path: Path, platform: Platform, port: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(platform)
    authority.refuses = True
    browsing(monkeypatch, authority)
    result = run("x", "--port", port)
    assert (result.exit_code, "access_denied" in result.stderr) == (1, True)
    assert kept(tmp_path, "acme-x") is None


def test_nobody_who_comes_back_ends_the_wait_with_words(run: Run, platform: Platform, port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    Authority(platform)
    monkeypatch.setattr(webbrowser, "open", lambda _: False)
    result = run("x", "--port", port, "--wait", "1")
    assert result.exit_code == 1
    assert "within 1 seconds" in result.stderr
    assert f"http://127.0.0.1:{port}/callback" in result.stderr


def test_a_port_that_is_taken_is_named(run: Run, platform: Platform) -> None:
    Authority(platform)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = run("x", "--port", str(taken.getsockname()[1]))
    assert (result.exit_code, "--port" in result.stderr) == (1, True)


@pytest.mark.parametrize("source", ["x", "mastodon"])
def test_without_a_browser_the_address_is_shown_and_what_it_ended_at_finishes_it(
    run: Run, tmp_path: Path, platform: Platform, source: str
) -> None:
    authority = Authority(platform, source)
    shown = json.loads(run(source, "--no-browser", "--json").stdout)
    assert kept(tmp_path, f"acme-{source}") is None
    ends = authority.visit(shown["address"])
    wrong = run(source, "--code", ends.replace("state=", "state=other"))
    assert (wrong.exit_code, "another attempt" in wrong.stderr) == (1, True)
    assert platform.asked(TOKEN[source]) == []
    assert run(source, "--code", ends).exit_code == 0
    again = run(source, "--code", ends)
    assert (again.exit_code, "--no-browser first" in again.stderr) == (2, True)


def test_a_code_alone_is_not_enough(run: Run, platform: Platform) -> None:
    Authority(platform)
    run("x", "--no-browser")
    result = run("x", "--code", "code-0")
    assert (result.exit_code, "whole address" in result.stderr) == (2, True)


def test_a_code_that_was_used_already_is_said(run: Run, platform: Platform) -> None:
    authority = Authority(platform, "reddit")
    ends = authority.visit(json.loads(run("reddit", "--no-browser", "--json").stdout)["address"])
    result = run("reddit", "--code", ends.replace("code=code-0", "code=used"))
    assert (result.exit_code, "invalid_grant" in result.stderr) == (1, True)


def test_bluesky_needs_an_app_password_once_and_never_keeps_it(run: Run, platform: Platform) -> None:
    def answer(seen: Seen) -> Any:
        given = json.loads(seen.body)
        if given != {"identifier": "northwind.bsky.social", "password": "abcd-efgh"}:
            return as_json({"error": "AuthenticationRequired", "message": "Invalid identifier or password"}, 401)
        tokens = {"accessJwt": jwt(4_000_000_000, 1), "refreshJwt": jwt(4_100_000_000, 1)}
        return as_json({"did": OWN, "handle": "northwind.bsky.social", **tokens})

    platform.always(CREATE, answer, method="POST")
    wrong = run("bluesky", input="wrong\n")
    assert (wrong.exit_code, "Invalid identifier or password" in wrong.stderr) == (1, True)
    result = run("bluesky", "--json", input="abcd-efgh\n")
    row = json.loads(result.stdout)
    assert (result.exit_code, row["account"], row["expires_at"][:4]) == (0, "northwind.bsky.social", "2096")
    assert "abcd-efgh" not in result.output
    assert run("bluesky", "--no-browser").exit_code == 2


def test_a_revoked_connection_is_given_back_and_gone(
    run: Run, tmp_path: Path, platform: Platform, port: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(platform)
    browsing(monkeypatch, authority)
    run("x", "--port", port)
    assert run("x", "--revoke").exit_code == 0
    assert authority.revoked == ["refresh-1"]
    assert kept(tmp_path, "acme-x") is None
    status = run("x", "--status", "--json")
    assert (status.exit_code, json.loads(status.stdout)["state"]) == (1, "not_connected")
    again = run("x", "--revoke")
    assert (again.exit_code, "nothing was kept" in again.stdout) == (0, True)


def test_what_could_not_be_given_back_is_forgotten_here_and_said(
    run: Run, tmp_path: Path, platform: Platform, port: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    browsing(monkeypatch, Authority(platform))
    run("x", "--port", port)
    platform.always("/2/oauth2/revoke", as_json({}, 503), method="POST")
    result = run("x", "--revoke")
    assert (result.exit_code, "take the app's access away" in result.stderr) == (1, True)
    assert kept(tmp_path, "acme-x") is None


def test_a_secret_set_by_hand_is_said_to_go_first(run: Run, platform: Platform, port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARELINE_ACME_X_USER_TOKEN", "by hand")
    browsing(monkeypatch, Authority(platform))
    assert "CARELINE_ACME_X_USER_TOKEN is set, and goes first" in run("x", "--port", port).stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("x", "--credential", "nobody"), "[credentials.nobody]"),
        (("x", "--credential", "acme-reddit"), "is for reddit, not for x"),
        (("youtube",), "youtube"),
    ],
    ids=["unknown", "other", "source"],
)
def test_what_cannot_be_connected_is_said_with_exit_code_2(run: Run, words: tuple[str, ...], said: str) -> None:
    result = run(*words)
    assert (result.exit_code, said in result.stderr) == (2, True)


def test_one_thing_at_a_time(run: Run) -> None:
    result = run("x", "--status", "--revoke")
    assert (result.exit_code, "one of" in result.stderr) == (2, True)


def test_a_missing_app_names_its_variable(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CARELINE_ACME_X_CLIENT_ID")
    result = run("x", "--no-browser")
    assert (result.exit_code, "CARELINE_ACME_X_CLIENT_ID" in result.stderr) == (2, True)


def test_several_credentials_of_a_platform_must_be_told_apart(run: Run, tmp_path: Path) -> None:
    with (tmp_path / "settings.toml").open("a", encoding="utf-8") as file:
        file.write('\n[credentials.rival-x]\nsource = "x"\n')
    result = run("x", "--status")
    assert (result.exit_code, "acme-x, rival-x" in result.stderr) == (2, True)


def test_the_sample_connects_to_nobody(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARELINE_WORKSPACE__SAMPLE", "true")
    result = run("x")
    assert (result.exit_code, "sample" in result.stderr) == (2, True)


def test_the_doctor_says_how_a_connection_stands(run: Run, platform: Platform, port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    browsing(monkeypatch, Authority(platform, "mastodon"))

    def findings() -> dict[str, Any]:
        return {row["subject"]: row for row in json.loads(CliRunner().invoke(app, ["doctor", "--json"]).stdout)}

    run("mastodon", "--status")
    assert "careline connect mastodon --credential acme-mastodon" in findings()["credential acme-mastodon"]["words"]
    run("mastodon", "--port", port)
    found = findings()
    assert (found["connection acme-mastodon"]["state"], "credential acme-mastodon" in found) == ("ok", False)
    monkeypatch.setenv("CARELINE_SECRET_KEY", "another secret of the workspace")
    assert findings()["connection acme-mastodon"]["state"] == "broken"
