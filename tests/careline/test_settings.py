"""Settings: each mistake gets an error that names the file, the key, what was expected and an example."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from careline import layers
from careline.settings import Settings
from careline.settings_errors import SettingsError
from careline.settings_reading import load
from careline.start import start
from desk import platforms
from desk.sources import own
from storage.words import BudgetPart, Role

DOCS = Path(__file__).parents[2] / "docs" / "settings.md"
ROOT_FILE = Path(__file__).parents[2] / "settings.toml"


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    def write(text: str) -> Path:
        file = tmp_path / "settings.toml"
        file.write_text(text, encoding="utf-8")
        monkeypatch.setenv("CARELINE_SETTINGS", str(file))
        return file

    return write


BRAND = '[[brands]]\nname = "Acme"\n'
FEED = '[[feeds]]\nname = "a"\nsource = "rss"\nbrand = "Acme"\n'
CREDENTIAL = '[credentials.x]\nsource = "x"\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[workspace]\nzon = "Europe/Berlin"', ["workspace.zon", "Did you mean 'zone'"]),
        ('[workspace]\nzone = "Mars/Olympus"', ["workspace.zone", "IANA", 'zone = "Europe/Berlin"']),
        ("[bord]\nport = 1", ["'bord'", "Did you mean 'board'"]),
        ('[board]\nport = "many"', ["board.port", "integer", "port = 8501"]),
        ("[board]\nport = 99999", ["board.port", "65535"]),
        ('[sla.first]\nhigh = "5 parsecs"', ["sla.first.high", "90s, 5m, 4h or 3d"]),
        ('[hours]\nmon = ["20:00-08:00"]', ["hours.mon", "must end after they start"]),
        ('[hours]\nmon = ["eight"]', ["hours.mon", "08:00-20:00"]),
        (BRAND + FEED + "colour = 1", ["feeds.0.colour", "unknown key"]),
        (BRAND + FEED + 'interval = "soon"', ["feeds.0.interval", 'interval = "5m"']),
        (FEED, ["brand = 'Acme' is not defined", "none is defined yet"]),
        (BRAND + FEED + FEED, ["two entries named 'a'"]),
        (BRAND + FEED + 'credential = "x"', ["credential = 'x' is not defined"]),
        (CREDENTIAL + "[budgets.x]\nquota = 10", ["x counts no quota in units, only stackexchange, youtube do. Expected month"]),
        (CREDENTIAL + "[budgets.x]\nquota = 10\nmonth = 1", ["budgets.x: month is in dollars and quota in units"]),
        ("[prices.reddit]\npost_read = 1", ["[prices.reddit]: reddit charges for no call. Expected one of x"]),
        ("[prices.x]\npost_raed = 1", ["x has no call named 'post_raed'", "post_read"]),
        ("[prices.x]\npost_read = -1", ["prices.x.post_read", "greater"]),
        ("[[feeds]]\nname = 1", ["feeds.0.name"]),
        ("[board\nport = 1", ["not valid TOML"]),
        ('[[brands]]\nname = "Acme"\nkind = "mine"', ["brands.0.kind", "own"]),
        ("[alerts]\nbacklog = -1", ["alerts.backlog", "greater"]),
        ('[[alerts.recipients]]\nname = "a"\nurl_env = "B"\nquiet = "late"', ["recipients", "quiet"]),
    ],
)
def test_a_mistake_is_named_with_what_was_expected(written: Any, text: str, expected: list[str]) -> None:
    file = written(text)
    with pytest.raises(SettingsError) as caught:
        load()
    assert str(file) in str(caught.value)
    for words in expected:
        assert words in str(caught.value)


def test_a_missing_file_that_was_named_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CARELINE_SETTINGS", str(tmp_path / "none.toml"))
    with pytest.raises(SettingsError, match="no such file"):
        load()


def test_bytes_that_are_no_text_are_an_error(written: Any) -> None:
    written("").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="cannot be read"):
        load()


def test_the_environment_goes_before_the_file(written: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    written("[board]\nport = 8600")
    monkeypatch.setenv("CARELINE_BOARD__PORT", "8700")
    assert load().board.port == 8700


def test_a_whole_section_in_one_variable_is_refused_with_the_way_to_write_it(written: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    written("")
    monkeypatch.setenv("CARELINE_WORKSPACE", "own")
    with pytest.raises(SettingsError, match="CARELINE_BOARD__PORT=8600"):
        load()


def test_spans_are_read(written: Any) -> None:
    written('[sla]\nclosing = "36h"')
    assert load().sla.closing == timedelta(hours=36)


def test_no_secret_stands_in_a_repr(written: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    written("")
    monkeypatch.setenv("CARELINE_SECRET_KEY", "hunter2hunter2")
    assert "hunter2" not in repr(load())


def test_the_shipped_file_is_valid_and_opens_the_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARELINE_SETTINGS", str(ROOT_FILE))
    assert load().feeds == ()


def keys_of(model: type[BaseModel]) -> set[str]:
    found = set()
    for name, field in model.model_fields.items():
        inner = [
            a for a in (field.annotation, *getattr(field.annotation, "__args__", ())) if isinstance(a, type) and issubclass(a, BaseModel)
        ]
        found |= keys_of(inner[0]) if inner else {name}
    return found


def test_every_key_is_documented() -> None:
    text = DOCS.read_text(encoding="utf-8")
    environment = {
        "home": "CARELINE_HOME",
        "port": "CARELINE_PORT",
        "database_url": "CARELINE_DATABASE_URL",
        "secret_key": "CARELINE_SECRET_KEY",
    }
    missing = [key for key in keys_of(Settings) if environment.get(key, key) not in text]
    assert missing == []


def test_the_documents_examples_are_valid(written: Any) -> None:
    blocks = [block.split("```")[0] for block in DOCS.read_text(encoding="utf-8").split("```toml\n")[1:]]
    assert len(blocks) >= 7
    for block in blocks:
        written(block)
        assert load()


SIGN_IN = '[sign_in]\nissuer = "https://login.example/"\nclient_id = "careline"\npublic_url = "https://care.example"\n'


def test_a_provider_is_read_and_its_secret_comes_from_the_environment(written: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    written(f'{SIGN_IN}client_secret_env = "A_SECRET"\nroles = {{ "care-agents" = ["agent", "lead"] }}')
    monkeypatch.setenv("A_SECRET", "hunter2")
    given = layers.sign_in_settings(load())
    assert given is not None
    assert (given.issuer, given.client_secret, given.is_secure) == ("https://login.example", "hunter2", True)
    assert given.roles == {"care-agents": {Role.AGENT, Role.LEAD}}
    assert "hunter2" not in repr(given)


def test_without_the_section_there_is_no_provider(written: Any) -> None:
    written("")
    assert layers.sign_in_settings(load()) is None


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ('issuer = "login.example"', "issuer"),
        ('issuer = "http://login.example"', "need https://"),
        ('issuer = "http://127.0.0.1:9"', "allow_loopback = true"),
        ('public_url = "http://care.example"', "need https://"),
        ('public_url = "https://care.example/board"', "without a path"),
        ('scopes = ["profile"]', "openid"),
        ('roles = { "care" = ["boss"] }', "roles"),
        ("client_secret = 'x'", "unknown key"),
    ],
)
def test_a_provider_that_cannot_be_trusted_is_refused(written: Any, changed: str, expected: str) -> None:
    key = changed.split(" ", maxsplit=1)[0]
    kept = "\n".join(line for line in SIGN_IN.splitlines() if not line.startswith(f"{key} "))
    written(f"{kept}\n{changed}")
    with pytest.raises(SettingsError, match=expected):
        load()


def test_a_quota_is_in_units_and_money_in_dollars(written: Any) -> None:
    written(
        '[credentials.tube]\nsource = "youtube"\n[budgets.tube]\nquota = 9_000\nmentions = 500\n'
        '[credentials.x]\nsource = "x"\n[budgets.x]\nmonth = 1.5\nreplies = 1'
    )
    budgets = layers.desk_settings(load()).budgets
    assert (budgets["tube"].whole, budgets["tube"].parts) == (9_000, {BudgetPart.MENTIONS: 500})
    assert (budgets["x"].whole, budgets["x"].parts) == (1_500_000, {BudgetPart.REPLIES: 1_000_000})


def test_a_contracts_prices_go_before_the_table(written: Any) -> None:
    written("[prices.x]\npost_read = 0.004\nlink_write = 0")
    try:
        start()
        assert (platforms.price("x", "post_read", 3).micros, platforms.price("x", "link_write").micros) == (12_000, 0)
        assert platforms.price("x", "user_read").micros == own.X.prices["user_read"]
    finally:
        platforms.agree({})
    assert platforms.price("x", "post_read").micros == own.X.prices["post_read"]
