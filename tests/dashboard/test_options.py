"""Streamlit's options: known to it, taken by it, and in force inside a running session; and when the board refuses to start."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from streamlit import config
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from dashboard import options, server
from dashboard.server import SignInNeeded
from dashboard.settings import BoardSettings, SignInSettings
from desk.feeds import health
from storage.database import Database
from storage.errors import SchemaMismatch
from tests.support.waiting import eventually

ROOT = Path(__file__).parents[2]
STREAM = [Subprotocol("streamlit")]
WANTED = options.options(BoardSettings(cookie_secret="probe", database_url="sqlite://"), cookie_secret="probe")


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def probed(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, dict[str, Any]]]:
    """The port of a real server, and what its session found."""
    folder = tmp_path_factory.mktemp("probe")
    file, report, port = folder / "careline.db", folder / "found.json", free_port()
    file.write_bytes(sqlite_template.read_bytes())
    command = [sys.executable, str(Path(__file__).with_name("probe_server.py")), f"sqlite:///{file}", str(port), str(report)]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    try:
        eventually(lambda: is_healthy(port))
        with connect(f"ws://localhost:{port}/_stcore/stream", subprotocols=STREAM, origin=Origin(f"http://localhost:{port}")) as stream:
            message = BackMsg()
            message.rerun_script.query_string = ""
            stream.send(message.SerializeToString())
            eventually(report.exists)
        yield port, json.loads(report.read_text())
    finally:
        process.terminate()
        process.wait(timeout=20)


def is_healthy(port: int) -> bool:
    try:
        return httpx.get(f"http://localhost:{port}/healthz").status_code == 200
    except httpx.HTTPError:
        return False


@pytest.mark.parametrize("name", sorted(WANTED))
def test_streamlit_knows_the_option(name: str) -> None:
    assert name in config._config_options_template


@pytest.mark.parametrize("name", sorted(WANTED))
def test_the_option_holds_inside_a_running_session(name: str, probed: tuple[int, dict[str, Any]]) -> None:
    port, found = probed
    expected = {**WANTED, "server.port": port}[name]
    assert found["options"][name] == json.loads(json.dumps(expected))


def test_the_options_that_keep_a_board_alive_and_private_are_set() -> None:
    told = {
        name: WANTED[name]
        for name in ("runner.postScriptGC", "browser.gatherUsageStats", "server.enableAgentApi", "server.enableStaticServing")
    }
    assert set(told.values()) == {False}
    assert WANTED["server.allowedHosts"] == ["localhost", "127.0.0.1", "::1"]
    assert WANTED["client.showErrorDetails"] == "none"
    assert WANTED["server.fileWatcherType"] == "none"


def test_the_board_shows_signs_of_life(probed: tuple[int, dict[str, Any]]) -> None:
    with Database(probed[1]["database"]).read() as session:
        (alive,) = [process for process in health.processes(session, now=datetime.now(UTC)) if process.process == server.PROCESS]
    assert alive.is_alive
    assert alive.pid == probed[1]["pid"]


def test_what_the_warm_up_made_is_left_out_of_collections(probed: tuple[int, dict[str, Any]]) -> None:
    assert probed[1]["frozen"] > 50_000


def test_the_agent_api_answers_to_nobody(probed: tuple[int, dict[str, Any]]) -> None:
    answer = httpx.post(f"http://localhost:{probed[0]}/_stcore/agent/interact", json={})
    assert answer.status_code >= 400


def test_a_page_elsewhere_cannot_open_a_session(probed: tuple[int, dict[str, Any]]) -> None:
    url = f"ws://localhost:{probed[0]}/_stcore/stream"
    calls: list[dict[str, Any]] = [{"origin": "http://evil.example"}, {"additional_headers": {"Host": "evil.example"}}]
    for headers in calls:
        with pytest.raises(InvalidStatus), connect(url, subprotocols=STREAM, **headers):
            pass


def test_a_name_that_vanished_stops_the_start() -> None:
    with pytest.raises(RuntimeError, match="postScriptGarbage"):
        options.apply({"runner.postScriptGarbage": False})


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.10", "board.example", "::"])
def test_beyond_this_machine_nobody_gets_in_without_signing_in(host: str, tmp_path: Path) -> None:
    with pytest.raises(SignInNeeded, match=r"127\.0\.0\.1"):
        server.build(BoardSettings(host=host, database_url=f"sqlite:///{tmp_path / 'x.db'}", home=tmp_path))


def test_with_a_provider_the_board_may_be_reached_from_elsewhere(tmp_path: Path) -> None:
    Database(f"sqlite:///{tmp_path / 'x.db'}").close()
    provider = SignInSettings("https://login.example", "careline", "https://care.example")
    given = BoardSettings(host="0.0.0.0", database_url=f"sqlite:///{tmp_path / 'x.db'}", home=tmp_path, sign_in=provider)
    with pytest.raises(SchemaMismatch):  # it got that far
        server.build(given)
    assert (given.hosts[0], given.takes_names, given.has_secure_cookie) == ("care.example", False, True)


def test_a_database_of_another_version_is_not_served(tmp_path: Path) -> None:
    Database(f"sqlite:///{tmp_path / 'x.db'}").close()
    with pytest.raises(SchemaMismatch, match="upgrade"):
        server.build(BoardSettings(database_url=f"sqlite:///{tmp_path / 'x.db'}", home=tmp_path))


@pytest.mark.parametrize(
    ("host", "is_loopback"), [("127.0.0.1", True), ("localhost", True), ("::1", True), ("127.9.9.9", True), ("10.0.0.1", False)]
)
def test_loopback_is_told_apart(host: str, is_loopback: bool) -> None:
    assert BoardSettings(host=host).is_loopback is is_loopback


def test_secrets_stay_out_of_a_repr() -> None:
    shown = repr(BoardSettings(cookie_secret="hush", database_url="postgresql://me:hush@db/x"))
    assert "hush" not in shown


def test_a_made_cookie_key_stays_the_same_and_private(tmp_path: Path, sqlite_url: str) -> None:
    from dashboard import workspace

    settings = BoardSettings(database_url=sqlite_url, home=tmp_path / "home")
    first, second = workspace.open_workspace(settings), workspace.open_workspace(settings)
    workspace.close()
    assert first.secret == second.secret
    assert len(first.secret) > 40
    assert (tmp_path / "home" / workspace.SECRET_FILE).stat().st_mode & 0o077 == 0
