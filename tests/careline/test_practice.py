"""Nothing of the sample reaches a real account or person, whatever settings.toml names."""

from pathlib import Path

import pytest

from careline.sample.corpus import SOURCES
from careline.sample.source import SampleSource
from careline.sample.wiring import listener_settings, registry_of
from careline.settings_errors import SettingsError
from careline.settings_reading import load
from careline.start import Start
from careline.workspace import chosen
from listener.source import Refused
from listener.sources.sandbox import SandboxReplier
from storage.database import Database

REAL = """
[[brands]]
name = "Northwind"
[credentials.main]
source = "x"
[[accounts]]
name = "Northwind on X"
brand = "Northwind"
source = "x"
handle = "northwind"
credential = "main"
[[feeds]]
name = "mentions"
source = "x"
kind = "mentions"
brand = "Northwind"
credential = "main"
options = { user_id = "1" }
[[alerts.recipients]]
name = "us"
url_env = "CARELINE_US"
[practice]
url = "http://localhost:8502"
"""


@pytest.fixture
def begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Start:
    """A practice board beside a team's real settings."""
    (tmp_path / "settings.toml").write_text(REAL, encoding="utf-8")
    monkeypatch.setenv("CARELINE_SETTINGS", str(tmp_path / "settings.toml"))
    monkeypatch.setenv("CARELINE_HOME", str(tmp_path / "practice"))
    monkeypatch.setenv("CARELINE_WORKSPACE__SAMPLE", "true")
    monkeypatch.setenv("CARELINE_MAIN_BEARER_TOKEN", "real")
    settings = load()
    return Start(settings, chosen(settings))


def test_practice_has_a_database_of_its_own(begun: Start) -> None:
    assert begun.workspace.is_sample
    assert begun.workspace.database_url.endswith("practice/sample.db")


def test_its_listener_has_no_credential_and_nobody_to_tell(begun: Start) -> None:
    given = listener_settings(begun)
    assert (dict(given.credentials), given.recipients) == ({}, ())
    own = Start(begun.settings, begun.workspace.__class__(begun.workspace.home, is_sample=False, database_url=""))
    assert [*listener_settings(own).credentials] == ["main"]


def test_every_reply_ends_in_the_sandbox_and_every_post_is_made_up(begun: Start, sqlite_database: Database) -> None:
    registry = registry_of(begun, sqlite_database, listener_settings(begun))
    assert set(registry.replier_names) == set(registry.source_names) == set(SOURCES)
    assert {type(registry.replier(name)) for name in registry.replier_names} == {SandboxReplier}
    assert {type(registry.source(name)) for name in registry.source_names} == {SampleSource}
    with pytest.raises(Refused):
        registry.replier("sandbox")


def test_an_address_that_is_none_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "settings.toml").write_text('[practice]\nurl = "javascript:alert(1)"', encoding="utf-8")
    monkeypatch.setenv("CARELINE_SETTINGS", str(tmp_path / "settings.toml"))
    with pytest.raises(SettingsError, match="http://"):
        load()
