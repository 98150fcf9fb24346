"""A language pack on the command line and in settings.toml."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from careline import layers
from careline.cli import app
from careline.settings_reading import load
from tests.support import tiny_model

Run = Callable[..., Result]
SAID = {"sentiment": "positive", "intent": "suggestion", "needs_reply": "true", "urgency": "normal", "abusive": "false"}


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "settings.toml"
    monkeypatch.setenv("CARELINE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CARELINE_SETTINGS", str(file))
    monkeypatch.setenv("CARELINE_WORKSPACE__SAMPLE", "false")
    return file


def test_it_is_named_beside_the_model_and_beside_the_candidate(settings: Path) -> None:
    settings.write_text('[classifier]\nlanguages_model = "/srv/one"\nbatch = 4\n[classifier.candidate]\nlanguages_model = "/srv/two"\n')
    given = layers.classifier_settings(load())
    candidate = layers.candidate_settings(load())
    assert candidate is not None
    assert (given.languages_model, given.model, given.batch) == ("/srv/one", None, 4)
    assert candidate.languages_model == "/srv/two"
    settings.write_text("[classifier.candidate]\n")
    given, candidate = layers.classifier_settings(load()), layers.candidate_settings(load())
    assert candidate is not None
    assert (given.languages_model, candidate.languages_model) == (None, None)


def test_a_file_is_classified_with_it(settings: Path, tmp_path: Path) -> None:
    folder = tiny_model.write(tmp_path / "pack", languages=["de"], answers=SAID)
    settings.write_text(f'[classifier]\nlanguages_model = "{folder}"\n')
    file = tmp_path / "posts.jsonl"
    texts = ("Seit gestern geht bei mir gar nichts mehr, was ist da los?", "My parcel is lost and nobody answers the phone")
    file.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts), encoding="utf-8")
    told = CliRunner().invoke(app, ["classify", str(file), "--json"])
    german, english = (json.loads(line) for line in told.stdout.splitlines())
    assert (german["language"]["label"], german["intent"]["label"]) == ("de", "suggestion")
    assert (english["language"]["label"], english["intent"]["label"]) == ("en", "complaint")


def test_the_doctor_names_a_pack_that_cannot_be_loaded(settings: Path, tmp_path: Path) -> None:
    settings.write_text(f'[classifier]\nlanguages_model = "{tmp_path}"\n')
    CliRunner().invoke(app, ["db", "upgrade"])
    findings = {row["subject"]: row for row in json.loads(CliRunner().invoke(app, ["doctor", "--json"]).stdout)}
    assert findings["classifier"]["state"] == "broken"
    assert "careline train" in findings["classifier"]["words"]
