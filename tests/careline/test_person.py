"""The command line for whoever wants to know what is held about them, or to be forgotten; and for how long anything is kept."""

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from careline.cli import app
from desk.alerts import errands
from storage.database import Database
from storage.models import Errand, Feed
from storage.words import ErrandKind, Role
from tests.support.desk import person
from tests.support.listening import NOON

Run = Callable[..., Result]
ANA = ("archive", "-", "ana_moss")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command in a data folder of its own, in which two people wrote."""
    monkeypatch.setenv("CARELINE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CARELINE_SETTINGS", str(tmp_path / "settings.toml"))
    monkeypatch.setenv("CARELINE_WORKSPACE__SAMPLE", "false")
    (tmp_path / "settings.toml").write_text("", encoding="utf-8")
    wrote = [("1", "ana_moss", "My zanzibar parcel is late"), ("2", "ben", "@ana_moss mine too"), ("3", "ana_moss", "Still no parcel")]
    rows = [{"id": n, "author": author, "text": text, "posted_at": "2026-03-01T12:00:00Z"} for n, author, text in wrote]
    (tmp_path / "old.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    go: Run = lambda *words, **more: CliRunner().invoke(app, list(words), **more)  # noqa: E731  a fixture of one line
    go("db", "upgrade")
    assert go("import", str(tmp_path / "old.jsonl")).exit_code == 0
    return go


def erasures(run: Run) -> tuple[str, str]:
    """What the doctor says of the journal."""
    found = {row["subject"]: row for row in json.loads(run("doctor", "--json").stdout)}["erasures"]
    return found["state"], found["words"]


def test_what_is_held_is_given_as_a_file_that_only_its_reader_can_open(run: Run, tmp_path: Path) -> None:
    assert run("person", "export", *ANA, "--out", str(tmp_path / "ana.json")).exit_code == 0
    held = json.loads((tmp_path / "ana.json").read_text(encoding="utf-8"))
    assert [mention["text"] for mention in held["mentions"]] == ["My zanzibar parcel is late", "Still no parcel"]
    assert (tmp_path / "ana.json").stat().st_mode & 0o077 == 0
    assert json.loads(run("person", "export", *ANA).stdout) == held


def test_nothing_is_erased_before_somebody_has_seen_what_it_is(run: Run) -> None:
    preview = json.loads(run("person", "erase", *ANA, "--reason", "t1", "--json").stdout)
    assert (preview["would_erase"]["mentions"], preview["would_erase"]["raw"], preview["named_by_others"]) == (2, 2, 1)
    refused = run("person", "erase", *ANA, "--reason", "t1", input="n\n")
    assert (refused.exit_code, "2  mentions" in refused.stdout) == (1, True)
    assert "1  posts by others name them" in refused.stdout
    assert len(json.loads(run("person", "export", *ANA).stdout)["mentions"]) == 2


def test_an_erasure_ends_with_a_certificate_and_nothing_comes_back(run: Run, tmp_path: Path) -> None:
    certificate = json.loads(run("person", "erase", *ANA, "--reason", "ticket 14", "--yes", "--json").stdout)
    assert (certificate["reason"], certificate["erased"]["mentions"], certificate["erased"]["log"]) == ("ticket 14", 2, "emptied")
    gone = run("person", "export", *ANA)
    assert (gone.exit_code, "nothing is held" in gone.stderr) == (1, True)
    assert b"zanzibar" not in b"".join(file.read_bytes() for file in (tmp_path / "home").rglob("*") if file.is_file())
    again = json.loads(run("import", str(tmp_path / "old.jsonl"), "--json").stdout)
    assert again["new"] == 0
    assert run("db", "check").exit_code == 0
    assert erasures(run) == ("ok", "all that the journal says is done")


def test_a_restored_backup_is_told_whom_to_forget(run: Run, tmp_path: Path) -> None:
    run("db", "backup", str(tmp_path / "monday.db"))
    run("person", "erase", *ANA, "--reason", "ticket 14", "--yes")
    restored = run("db", "restore", str(tmp_path / "monday.db"), "--yes")
    assert "1 erasures were done again" in restored.stdout
    assert run("person", "export", *ANA).exit_code == 1
    assert run("person", "export", "archive", "-", "ben").exit_code == 0


def test_the_doctor_names_what_a_database_put_back_by_hand_has_not_done(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("db", "backup", str(tmp_path / "monday.db"))
    run("person", "erase", *ANA, "--reason", "ticket 14", "--yes")
    (tmp_path / "monday.db").replace(tmp_path / "home" / "careline.db")
    state, words = erasures(run)
    assert (state, "not done in this database" in words) == ("broken", True)
    monkeypatch.setenv("CARELINE_SECRET_KEY", "another one than it was")
    assert "another secret" in erasures(run)[1]


def test_who_stood_in_a_preview_alone_is_told_and_forgotten_too(run: Run, tmp_path: Path) -> None:
    with closing(Database(f"sqlite:///{tmp_path / 'home' / 'careline.db'}")) as database, database.write() as session:
        by = person(session, "Olu", Role.OPS)
        request = {"draft": {"source": "x", "query": "orange"}, "step": "sample"}
        told = {
            "site": "",
            "external_id": "p1",
            "author_id": "u9",
            "handle": "zoe_marl",
            "author": "Zoe",
            "title": "",
            "text": "ultramarine orange",
        }
        errand_id = errands.ask(session, ErrandKind.FEED_TEST, request, by=by, now=NOON)
        session.get_one(Errand, errand_id).result = {"posts": [told]}
        session.get_one(Errand, errand_id).done_at = NOON
        session.add(Feed(name="No Zoe", source="x", query="orange -from:Zoe_Marl", brand_id=1, created_at=NOON, next_poll_at=NOON))
    assert json.loads(run("person", "export", "x", "-", "zoe_marl").stdout)["sampled_posts"][0]["text"] == "ultramarine orange"
    preview = json.loads(run("person", "erase", "x", "-", "@zoe_marl", "--reason", "t1", "--json").stdout)
    assert preview == {"would_erase": {"feed_clicks": 0, "sampled_posts": 1}, "named_by_others": 0, "feeds_that_name_them": ["No Zoe"]}
    asked = run("person", "erase", "x", "-", "zoe_marl", "--reason", "t1", input="y\n")
    assert (asked.exit_code, "1  sampled posts" in asked.stdout, "yours to change: No Zoe" in asked.stdout) == (0, True, True)
    assert run("person", "export", "x", "-", "zoe_marl").exit_code == 1
    assert b"ultramarine" not in b"".join(file.read_bytes() for file in (tmp_path / "home").rglob("*") if file.is_file())


def test_who_is_not_there_is_said_with_where_to_look(run: Run) -> None:
    nobody = run("person", "erase", "archive", "elsewhere.example", "ana_moss", "--reason", "t", "--yes")
    assert (nobody.exit_code, "Each site is a place of its own" in nobody.stderr) == (1, True)


def test_retention_is_looked_at_before_anything_goes(run: Run, tmp_path: Path) -> None:
    assert "Everything is kept" in run("db", "retention", "--dry-run").stdout
    (tmp_path / "settings.toml").write_text('[retention.default]\nraw = 1\ntext = "none"\n', encoding="utf-8")
    looked = json.loads(run("db", "retention", "--dry-run", "--json").stdout)
    assert looked == [{"kind": "raw", "source": "default", "days": 1, "count": 0}]
    (tmp_path / "settings.toml").write_text("[retention.default]\nraw = 0\n", encoding="utf-8")
    wrong = run("db", "retention", "--dry-run")
    assert (wrong.exit_code, "retention" in wrong.stderr) == (2, True)


def test_training_on_x_waits_for_an_admin(run: Run) -> None:
    run("people", "add", "Ana Moss", "--initials", "AM", "--role", "admin")
    run("people", "add", "Bo Lind", "--initials", "BL", "--role", "lead")
    assert run("approve-training", "x", "--by", "BL").exit_code == 1
    assert run("approve-training", "reddit", "--by", "AM").exit_code == 1
    assert run("approve-training", "x", "--by", "ZZ").exit_code == 1
    assert "on record" in run("approve-training", "x", "--by", "AM").stdout
    assert run("approve-training", "x", "--by", "AM", "--withdraw").exit_code == 0


def test_a_source_is_known_however_it_is_written_and_another_is_refused_by_its_name(run: Run) -> None:
    assert json.loads(run("person", "export", "Archive", "-", "ana_moss").stdout)["author"]["source"] == "archive"
    for command in (("export",), ("erase", "--reason", "t", "--yes")):
        refused = run("person", command[0], "archiv", "-", "ana_moss", *command[1:])
        assert (refused.exit_code, "there is no source archiv. There are: " in refused.stderr) == (1, True)
        assert " archive," in refused.stderr
