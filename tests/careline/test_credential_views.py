"""What the board may know of secrets: the names of variables, never a value."""

import pytest

from careline.layers import credential_views
from careline.settings import Settings
from careline.settings_sources import CredentialSection
from dashboard.settings import SecretView


def views(
    monkeypatch: pytest.MonkeyPatch, /, source: str = "x", variables: dict[str, str] | None = None, **given: str
) -> dict[str, SecretView]:
    for name, value in (variables or {}).items():
        monkeypatch.setenv(name, value)
    settings = Settings(credentials={"acme-x": CredentialSection(source=source, **given)})
    (view,) = credential_views(settings)
    assert (view.name, view.source) == ("acme-x", source)
    return {secret.variable: secret for secret in view.secrets}


def test_a_missing_secret_is_named_by_its_usual_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    found = views(monkeypatch)
    assert not found["CARELINE_ACME_X_BEARER_TOKEN"].is_set
    assert "CARELINE_ACME_X_ACCESS_TOKEN_SECRET" in found


def test_a_secret_under_a_variable_of_ones_own_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    found = views(monkeypatch, variables={"ACME_BEARER": "secret words"}, bearer_env="ACME_BEARER")
    assert found["ACME_BEARER"] == SecretView("bearer", "ACME_BEARER", is_set=True)
    assert "CARELINE_ACME_X_BEARER_TOKEN" not in found
    assert "secret words" not in repr(found)


def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    found = views(monkeypatch, variables={"CARELINE_ACME_X_BEARER_TOKEN": ""})
    assert not found["CARELINE_ACME_X_BEARER_TOKEN"].is_set


def test_a_credential_of_a_source_that_no_form_knows_shows_what_it_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    found = views(monkeypatch, source="misago", variables={"ACME_TOKEN": "t"}, token_env="ACME_TOKEN")
    assert found == {"ACME_TOKEN": SecretView("token", "ACME_TOKEN", is_set=True)}
