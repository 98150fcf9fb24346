"""The command line: every command explains itself, and what goes wrong is said in words with an exit code."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from careline.cli import COMMANDS, app
from desk.figures import exports
from tests.crash.platform import Platform

GROUPS = {
    "feeds": ("list", "poll", "preview"),
    "db": ("upgrade", "check", "backup", "restore", "retention"),
    "people": ("list", "add", "leave"),
    "person": ("export", "erase"),
}
EVERY = [(name,) for name in COMMANDS] + [(group, name) for group, names in GROUPS.items() for name in names]

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command in a data folder of its own."""
    monkeypatch.setenv("CARELINE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CARELINE_SETTINGS", str(tmp_path / "settings.toml"))
    monkeypatch.setenv("CARELINE_WORKSPACE__SAMPLE", "false")
    (tmp_path / "settings.toml").write_text("", encoding="utf-8")
    return lambda *words, **more: CliRunner().invoke(app, list(words), **more)


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_every_command_has_help_with_an_example(run: Run, words: tuple[str, ...]) -> None:
    result = run(*words, "--help")
    assert result.exit_code == 0
    assert "Example:" in result.output
    assert f"careline {' '.join(words)}" in result.output


def test_wrong_settings_end_a_command_with_2_and_the_key(run: Run, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("[workspace]\nzon = 1", encoding="utf-8")
    result = run("doctor")
    assert result.exit_code == 2
    assert "workspace.zon" in result.stderr


def test_a_database_that_was_never_made_is_said_with_what_to_do(run: Run) -> None:
    result = run("people", "list")
    assert result.exit_code == 1
    assert "careline db upgrade" in result.stderr


def test_people_are_added_listed_and_leave(run: Run) -> None:
    assert run("db", "upgrade").exit_code == 0
    for name, initials in (("Ana Moss", "AM"), ("Bo Lind", "BL")):
        assert run("people", "add", name, "--initials", initials, "--role", "admin").exit_code == 0
    assert run("people", "leave", "2").exit_code == 0
    rows = json.loads(run("people", "list", "--left", "--json").stdout)
    assert [(row["initials"], row["active"]) for row in rows] == [("AM", True), ("BL", False)]


def test_who_leaves_hands_over_and_leaves_tokens_to_rotate(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACME_BEARER", "hush")
    account = '[[accounts]]\nname = "Acme Care"\nbrand = "Acme"\nsource = "x"\nhandle = "AcmeCare"\ncredential = "acme_x"\n'
    credential = '[credentials.acme_x]\nsource = "x"\nbearer_token_env = "ACME_BEARER"\n'
    (tmp_path / "settings.toml").write_text(f'[[brands]]\nname = "Acme"\n{account}{credential}', encoding="utf-8")
    run("db", "upgrade")
    run("feeds", "poll", "nobody", "--once")  # brings what settings.toml names into the database
    ana, *_ = (
        run("people", "add", name, "--initials", i, "--role", "admin", "--json") for name, i in (("Ana Moss", "AM"), ("Bo Lind", "BL"))
    )
    assert json.loads(ana.stdout)["roles"] == ["admin"]
    unknown = run("people", "leave", "2", "--to", "ZZ")
    assert (unknown.exit_code, "people list" in unknown.stderr) == (1, True)
    left = json.loads(run("people", "leave", "2", "--to", "am", "--json").stdout)
    assert (left["name"], left["to"], left["cases"]) == ("Bo Lind", "Ana Moss", 0)
    assert (left["credentials"], left["tokens"]) == (["acme_x"], {"acme_x": ["ACME_BEARER"]})
    assert "hush" not in str(left)
    only = run("people", "leave", "1")
    assert (only.exit_code, "only admin" in only.stderr) == (1, True)


def test_initials_are_never_given_twice(run: Run) -> None:
    run("db", "upgrade")
    run("people", "add", "Ana Moss", "--initials", "AM", "--role", "admin")
    again = run("people", "add", "Another", "--initials", "AM", "--role", "agent")
    assert again.exit_code == 1
    assert "AM" in again.stderr


def test_an_import_is_safe_to_repeat(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "old.jsonl"
    rows = [{"id": str(n), "author": f"a{n}", "text": f"post number {n}", "posted_at": "2026-03-01T12:00:00Z"} for n in range(3)]
    file.write_text("\n".join([*(json.dumps(row) for row in rows), "not json"]), encoding="utf-8")
    first = json.loads(run("import", str(file), "--json").stdout)
    second = json.loads(run("import", str(file), "--json").stdout)
    assert first == {"rows": 4, "new": 3, "known": 0, "unreadable": 1}
    assert (second["new"], second["known"]) == (0, 3)


def test_one_look_is_reported_as_json(run: Run, tmp_path: Path) -> None:
    with Platform() as platform:
        platform.publish("first", ["post-1", "post-2"])
        (tmp_path / "settings.toml").write_text(feed_settings(f"{platform.url}/feed/first"), encoding="utf-8")
        reports = [json.loads(run("feeds", "poll", "forum", "--once", "--json").stdout) for _ in range(2)]
    assert set(reports[0]) == {"result", "new", "seen", "retry_at", "cursor"}
    assert [(report["result"], report["new"]) for report in reports] == [("looked", 2), ("empty", 0)]


def test_a_feed_nobody_knows_and_a_platform_that_is_gone_are_told_apart(run: Run, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(feed_settings("http://127.0.0.1:9/feed"), encoding="utf-8")
    unknown, gone = run("feeds", "poll", "nobody", "--once", "--json"), run("feeds", "poll", "forum", "--once", "--json")
    assert (unknown.exit_code, gone.exit_code) == (1, 0)
    assert json.loads(gone.stdout)["result"] == "unavailable"
    assert json.loads(unknown.stdout) == {"error": "There is no feed called 'nobody'"}


def test_a_program_finds_json_where_there_is_no_look_at_all(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("feeds", "poll", "forum", "--once", "--json")
    for url, code, said in (("postgresql+psycopg://x@127.0.0.1:1/none", 1, "cannot be used"), ("no url", 2, "[database] url")):
        monkeypatch.setenv("CARELINE_DATABASE_URL", url)
        result = run(*words)
        assert (result.exit_code, said in json.loads(result.stdout)["error"]) == (code, True)
    (tmp_path / "settings.toml").write_text("[workspace]\nzon = 1", encoding="utf-8")
    assert "workspace.zon" in json.loads(run(*words).stdout)["error"]


def test_a_file_that_is_no_database_is_said_without_a_statement(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "odd.db").write_bytes(b"no database " * 1000)
    monkeypatch.setenv("CARELINE_DATABASE_URL", f"sqlite:///{tmp_path / 'odd.db'}")
    result = run("people", "list")
    assert (result.exit_code, result.stderr) == (1, "careline: the database cannot be used: file is not a database\n")


def feed_settings(url: str) -> str:
    feed = f'[[feeds]]\nname = "forum"\nsource = "rss"\nbrand = "Acme"\nurl = "{url}"\nallow_loopback = true\n'
    return f'[[brands]]\nname = "Acme"\n{feed}'


def test_the_database_adds_up_is_backed_up_and_restored(run: Run, tmp_path: Path) -> None:
    run("db", "upgrade")
    run("people", "add", "Ana Moss", "--initials", "AM", "--role", "admin")
    assert run("db", "check").exit_code == 0
    assert run("db", "backup", str(tmp_path / "copy.db")).exit_code == 0
    run("people", "add", "Bo Lind", "--initials", "BL", "--role", "agent")
    assert run("db", "restore", str(tmp_path / "copy.db"), "--yes").exit_code == 0
    assert [row["initials"] for row in json.loads(run("people", "list", "--json").stdout)] == ["AM"]


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_an_export_of_nothing_is_empty_and_says_so(run: Run, form: str) -> None:
    run("db", "upgrade")
    result = run("export", "--format", form)
    assert (result.exit_code, result.stdout.splitlines()) == (0, [] if form == "jsonl" else [",".join(exports.COLUMNS)])
    assert "0 cases" in result.stderr


def test_an_export_of_corrections_is_a_file_of_its_own(run: Run, tmp_path: Path) -> None:
    run("db", "upgrade")
    result = run("export", "--corrections", str(tmp_path / "labels.jsonl"))
    assert (result.exit_code, (tmp_path / "labels.jsonl").read_text()) == (0, "")
    assert "0 mentions" in result.stderr
    assert run("export", "cases.csv", "--corrections", str(tmp_path / "labels.jsonl")).exit_code == 2


def test_classify_answers_each_line_in_its_place(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "texts.jsonl"
    file.write_text('{"text": "Charged twice, refund me now"}\nnot json\n{"text": "Thank you!"}\n', encoding="utf-8")
    lines: list[dict[str, Any]] = [json.loads(line) for line in run("classify", str(file), "--json").stdout.splitlines()]
    assert [sorted(line) == ["error"] for line in lines] == [False, True, False]
    assert lines[0]["sentiment"]["label"] == "negative"
    assert lines[2]["intent"]["label"] == "praise"


def test_what_comes_through_a_pipe_is_classified(run: Run, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=('{"text": "Thank you!"}\n{"text": "Where is it?"}\n',), daemon=True)
    writer.start()
    assert len(run("classify", str(pipe), "--json").stdout.splitlines()) == 2
    writer.join(10)


def test_figures_are_json_whatever_a_key_holds(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "labelled.jsonl"
    file.write_text('{"text": "Thank you!", "intent": "praise", "\\ud800": 1, "caf\\u00e9": 2}\n', encoding="utf-8")
    result = run("evaluate", str(file), "--json")
    assert json.loads(result.stdout)["ignored_keys"] == {"\ud800": 1, "café": 1}


def test_an_output_that_is_full_and_a_file_that_cannot_be_read_are_said(tmp_path: Path) -> None:
    file = tmp_path / "texts.jsonl"
    file.write_text('{"text": "Thank you!"}\n', encoding="utf-8")
    command = [sys.executable, "-m", "careline", "classify"]
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        told = subprocess.run([*command, str(file), "--json"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (told.returncode, told.stderr.count("\n"), "No space left" in told.stderr) == (1, 1, True)
    unread = subprocess.run([*command, "/proc/self/mem"], capture_output=True, text=True, check=False)
    assert (unread.returncode, unread.stderr.count("\n"), "cannot be read" in unread.stderr) == (1, 1, True)


def test_the_runtime_of_the_model_leaves_no_mark_of_this_machine(tmp_path: Path) -> None:
    file = tmp_path / "texts.jsonl"
    file.write_text('{"text": "Thank you!"}\n', encoding="utf-8")
    home = tmp_path / "nobody"
    home.mkdir()
    environment = {name: value for name, value in os.environ.items() if name not in {"ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME"}}
    command = [sys.executable, "-m", "careline", "classify", str(file), "--json"]
    told = subprocess.run(command, env={**environment, "HOME": str(home)}, capture_output=True, check=True)
    assert b'"praise"' in told.stdout
    assert list(home.rglob("*")) == []


def test_the_doctor_names_a_missing_secret(run: Run, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('[credentials.main]\nsource = "x"', encoding="utf-8")
    run("db", "upgrade")
    result = run("doctor", "--json")
    findings = {row["subject"]: row for row in json.loads(result.stdout)}
    assert result.exit_code == 1
    assert "CARELINE_MAIN_" in findings["credential main"]["words"]


@pytest.mark.parametrize(("noted", "words"), [('approval = "4471"', "approval 4471"), ("", "no approval noted: set approval")])
def test_the_doctor_asks_for_the_approval_of_a_reddit_key(run: Run, tmp_path: Path, noted: str, words: str) -> None:
    (tmp_path / "settings.toml").write_text(f'[credentials.talk]\nsource = "reddit"\n{noted}', encoding="utf-8")
    run("db", "upgrade")
    findings = {row["subject"]: row for row in json.loads(run("doctor", "--json").stdout)}
    assert words in findings["credential talk"]["words"]


@pytest.mark.parametrize(
    ("chosen", "state", "words"),
    [
        ("", "ok", "onnx "),
        ('[classifier]\nengine = "lexicon"', "ok", "lexicon "),
        ('[classifier]\nmodel = "/nowhere"', "broken", "careline train"),
        ('[classifier]\nengine = "magic"', "broken", "Expected one of"),
    ],
)
def test_the_doctor_says_what_classifies(run: Run, tmp_path: Path, chosen: str, state: str, words: str) -> None:
    (tmp_path / "settings.toml").write_text(chosen, encoding="utf-8")
    run("db", "upgrade")
    findings = {row["subject"]: row for row in json.loads(run("doctor", "--json").stdout)}
    assert findings["classifier"]["state"] == state
    assert words in findings["classifier"]["words"]


def test_training_without_its_packages_says_what_to_install(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    result = run("train", "--data", str(tmp_path))
    assert result.exit_code == 1
    assert "careline[train,torch]" in result.stderr
