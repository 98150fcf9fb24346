"""Sources and repliers by name: known, added by packages, given by a workspace."""

from importlib.metadata import EntryPoint

import pytest

from listener import registry
from listener.registry import REPLIERS, SOURCES, Registry, RegistryError
from listener.settings import CredentialSettings, ListenerSettings
from listener.source import Refused, Unauthorized
from listener.sources.archive.source import ArchiveSource
from listener.sources.sandbox import SandboxReplier

SETTINGS = ListenerSettings()


def install(monkeypatch: pytest.MonkeyPatch, *points: EntryPoint) -> None:
    monkeypatch.setattr(registry, "entry_points", lambda group: [point for point in points if point.group == group])


@pytest.mark.parametrize("name", SOURCES)
def test_every_source_loads_and_bears_its_name(name: str) -> None:
    source = Registry(SETTINGS).source(name)
    assert source.name == name
    assert callable(source.fetch)
    assert callable(source.reread)


@pytest.mark.parametrize("name", REPLIERS)
def test_every_replier_loads_and_bears_its_name(name: str) -> None:
    replier = Registry(SETTINGS).replier(name)
    assert replier.name == name
    assert isinstance(replier.idempotent, bool)
    assert callable(replier.find)


def test_one_is_made_once_and_shared() -> None:
    found = Registry(SETTINGS)
    assert found.source("archive") is found.source("archive")


def test_an_unknown_name_says_which_are_known() -> None:
    with pytest.raises(Refused, match=r"'twitter'.*Known: appstore, archive, .*reddit, rss, "):
        Registry(SETTINGS).source("twitter")


def test_a_package_adds_a_source(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, EntryPoint("forum", "listener.sources.archive.source:ArchiveSource", "careline.sources"))
    found = Registry(SETTINGS)
    assert "forum" in found.source_names
    assert isinstance(found.source("forum"), ArchiveSource)


def test_two_packages_cannot_claim_one_name(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, EntryPoint("rss", "other.package:Source", "careline.sources"))
    with pytest.raises(RegistryError, match=r"'rss' is claimed by listener\.sources\.rss\.source:RssSource and by other\.package:Source"):
        Registry(SETTINGS)


def test_a_source_that_cannot_be_loaded_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, EntryPoint("broken", "no.such.module:Source", "careline.sources"))
    found = Registry(SETTINGS)
    with pytest.raises(Refused, match="cannot be loaded"):
        found.source("broken")
    assert found.source("archive").name == "archive"


def test_given_ones_stand_instead_of_all_known_ones() -> None:
    sandbox = SandboxReplier("x")
    found = Registry(SETTINGS, sources={}, repliers={"x": sandbox})
    assert found.replier("x") is sandbox
    with pytest.raises(Refused):
        found.source("rss")
    with pytest.raises(Refused):
        found.replier("reddit")


def test_a_secret_is_in_no_repr_and_a_missing_one_names_its_variable() -> None:
    credential = CredentialSettings("acme-x", "x", secrets={"bearer_token": "s3cret"}, variables={"api_key": "ACME_KEY"})
    assert "s3cret" not in repr(ListenerSettings(credentials={"acme-x": credential}))
    assert credential.secret("bearer_token") == "s3cret"
    with pytest.raises(Unauthorized, match="CARELINE_ACME_X_REFRESH_TOKEN"):
        credential.secret("refresh_token")
    with pytest.raises(Unauthorized, match="ACME_KEY"):
        credential.secret("api_key")


@pytest.mark.parametrize(
    ("name", "says"), [(None, "needs a credential"), ("none", "not in settings.toml"), ("reddit", "is for reddit, not for x")]
)
def test_a_credential_that_does_not_fit_says_what_to_write(name: str | None, says: str) -> None:
    settings = ListenerSettings(credentials={"reddit": CredentialSettings("reddit", "reddit")})
    with pytest.raises(Unauthorized, match=says):
        settings.credential(name, "x")
