"""A real forum that Careline does not know: a third party's package makes it heard and answered, written by following docs/add-a-source.md."""

import importlib
from datetime import timedelta
from pathlib import Path

import pytest

from desk.feeds.plan import AccountPlan, FeedDraft
from listener.settings import CredentialSettings, ListenerSettings
from storage.database import Database
from tests.live.servers.misago import Members, Misago
from tests.support import page
from tests.support.journey import ORDERS, team, walk

pytestmark = pytest.mark.live

PAGE = "add-a-source.md"
DIFFERENCES = Path(__file__).parent / "servers" / "misago" / "differences.py"


def adapted(text: str) -> str:
    """The page's words, for this forum."""
    return text.replace("example", "misago").replace("Example", "Misago")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the page under the forum's name, with what it does differently at the end of the source."""
    folder = tmp_path_factory.mktemp("misago")
    files = {adapted(name): adapted(text) for name, text in page.files(PAGE).items()}
    files["careline-misago/careline_misago.py"] += "\n\n" + DIFFERENCES.read_text(encoding="utf-8")
    page.write(folder, files)
    return folder


def test_the_pages_commands_hear_the_forum(misago: Misago, home: Path) -> None:
    asked = Members(misago).ask("My kettle leaks")
    told = adapted(page.files(PAGE)["settings.toml"]).replace('"https://forum.acme.misago"', f'"{misago.url}"\nallow_loopback = true')
    (home / "settings.toml").write_text(f"{told}\n[workspace]\nsample = false\n", encoding="utf-8")
    commands = adapted(page.commands(PAGE)).replace("the forum's token", misago.session("acmecare"))
    first, second = (page.run(commands, home, page.environment(home, offline=False)) for _ in range(2))
    assert (first["result"], first["new"]) == ("looked", len(Members(misago).standing()))
    assert (second["result"], second["new"]) == ("empty", 0)
    assert asked in first["cursor"]


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
def test_a_team_walks_the_whole_way(
    sqlite_database: Database, misago: Misago, home: Path, monkeypatch: pytest.MonkeyPatch, order: tuple[str, ...]
) -> None:
    if not (home / "installed").exists():
        page.install(home / "careline-misago", home / "installed")
    monkeypatch.syspath_prepend(str(home / "installed"))
    importlib.invalidate_caches()
    credential = CredentialSettings("live", "misago", {"token": misago.session("acmecare")}, misago.url, allow_loopback=True)
    settings = ListenerSettings({"live": credential}, timeout=timedelta(seconds=20))
    account = AccountPlan("Acme Care", "Acme", "misago", "127.0.0.1", "acmecare", "live", "")
    with team(sqlite_database, settings, FeedDraft("forum", "misago", "", "", "Acme", "live"), account) as care:
        walk(care, Members(misago), order)
