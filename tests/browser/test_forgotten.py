"""Somebody who was forgotten stays forgotten: an older backup is put back, and the journal of erasures is followed before anybody sees the board."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from typer.testing import CliRunner, Result

from careline.cli import app
from careline.commands.up import prepare
from careline.start import start
from storage.models import Author, Mention
from tests.browser.acts import open_case
from tests.browser.conftest import Board, Sit

pytestmark = pytest.mark.browser

TEXT = "Locked out of my account"
Run = Callable[..., Result]


@pytest.fixture
def run(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line over the workspace that the board shows."""
    told = {
        "HOME": str(tmp_path / "home"),
        "SETTINGS": str(tmp_path / "settings.toml"),
        "WORKSPACE__SAMPLE": "false",
        "DATABASE_URL": sqlite_url,
    }
    for name, value in told.items():
        monkeypatch.setenv(f"CARELINE_{name}", value)
    (tmp_path / "settings.toml").write_text("", encoding="utf-8")

    def go(*words: str) -> Result:
        found = CliRunner().invoke(app, list(words))
        assert found.exit_code == 0, found.output
        return found

    return go


def put_back(run: Run, backup: Path, file: Path) -> None:
    assert "1 erasures were done again" in run("db", "restore", str(backup), "--yes").stdout
    del file


def put_back_by_hand(run: Run, backup: Path, file: Path) -> None:
    """As somebody does who copies the file; then `careline up` begins."""
    del run
    for beside in file.parent.glob(f"{file.name}-*"):
        beside.unlink()
    file.write_bytes(backup.read_bytes())
    prepare(start())


def author_of(board: Board) -> str:
    with board.database.read() as session:
        of_case = select(Author.handle).join(Mention, Mention.author_id == Author.id)
        return session.scalars(of_case.where(Mention.id == board.floor.mentions[0])).one()


def sees_nothing(page: Page, handle: str) -> None:
    expect(page.get_by_text("How do I change my address?").first).to_be_visible()
    assert TEXT not in page.locator("body").inner_text()
    assert handle not in page.locator("body").inner_text()


@pytest.mark.parametrize("way", [put_back, put_back_by_hand])
def test_an_erasure_outlives_the_backup_that_was_made_before_it(
    board: Board, sit: Sit, run: Run, tmp_path: Path, way: Callable[[Run, Path, Path], None]
) -> None:
    handle, backup = author_of(board), tmp_path / "monday.db"
    page = sit(board.floor.ana)
    expect(page.get_by_text(TEXT).first).to_be_visible()
    run("db", "backup", str(backup))

    run("person", "erase", "x", "-", handle, "--reason", "ticket 14", "--yes")
    page.reload()
    sees_nothing(page, handle)
    open_case(page, board.floor.cases[1])

    board.kill()
    board.database.close()
    way(run, backup, Path(board.database.url.removeprefix("sqlite:///")))
    board.start()
    again = sit(board.floor.ana)
    sees_nothing(again, handle)
    case = sit(board.floor.ana, f"?case={board.floor.cases[0]}")
    sees_nothing(case, handle)
    assert TEXT.encode() not in Path(board.database.url.removeprefix("sqlite:///")).read_bytes()
    found = {row["subject"]: row["state"] for row in json.loads(CliRunner().invoke(app, ["doctor", "--json"]).stdout)}
    assert found["erasures"] == "ok"
