"""What every engine promises, over the registry; and how engines are found."""

import ast
import importlib.util
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from classifier.engine import Engine, EngineUnavailable
from classifier.engines import onnx
from classifier.registry import ENGINES, GROUP, RegistryError, load_engine, places
from classifier.settings import ClassifierSettings
from desk.labels.verdict import QUESTIONS
from storage.words import Intent, Sentiment, Urgency

NEED_A_MODEL = {"huggingface"}
"""Engines that are put to the contract in tests/torch, where there is a model."""

ROOT = Path(__file__).parents[2]


@pytest.fixture(params=sorted(set(ENGINES) - NEED_A_MODEL))
def engine(request: pytest.FixtureRequest) -> Engine:
    return load_engine(ClassifierSettings(engine=request.param))


def test_an_engine_says_who_it_is(engine: Engine) -> None:
    assert engine.name in ENGINES
    assert 0 < len(engine.name) <= 40
    assert 0 < len(engine.version) <= 40


def test_one_verdict_a_text_in_order(engine: Engine) -> None:
    texts = ["My card was charged twice", "", "Danke, alles bestens!", "My card was charged twice"]
    verdicts = engine.classify(texts)
    assert len(verdicts) == len(texts)
    assert verdicts[0] == verdicts[3]
    assert verdicts[0] != verdicts[2]
    assert engine.classify([]) == []


def test_answers_are_of_the_closed_sets_and_their_scores_whole(engine: Engine) -> None:
    verdict = engine.classify(["My card was charged twice, who can help?"])[0]
    assert isinstance(verdict.sentiment.label, Sentiment)
    assert isinstance(verdict.intent.label, Intent)
    assert isinstance(verdict.urgency.label, Urgency)
    assert isinstance(verdict.needs_reply.label, bool)
    assert isinstance(verdict.abusive.label, bool)
    assert set(verdict.unsure) <= set(QUESTIONS)
    for question in QUESTIONS:
        answer = getattr(verdict, question)
        assert sum(answer.scores.values()) == pytest.approx(1.0)
        assert max(answer.scores.values()) <= 1.0


def test_word_lists_are_the_last_resort_where_the_shipped_model_cannot_be_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(onnx, "SHIPPED", tmp_path)
    assert load_engine(ClassifierSettings()).name == "lexicon"
    assert "instead of the model that ships" in caplog.text


def test_a_model_that_was_asked_for_is_never_replaced_in_silence(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable):
        load_engine(ClassifierSettings(model=str(tmp_path)))


def test_an_unknown_engine_is_told_with_the_known_ones() -> None:
    with pytest.raises(EngineUnavailable, match=r"'magic' is not known\. Expected one of: huggingface, lexicon"):
        load_engine(ClassifierSettings(engine="magic"))


def test_a_package_adds_its_engine() -> None:
    assert places([EntryPoint("mine", "my.engine:Engine", GROUP)])["mine"] == "my.engine:Engine"


def test_a_name_that_is_claimed_twice_is_an_error() -> None:
    points = [EntryPoint("mine", "a:Engine", GROUP), EntryPoint("mine", "b:Engine", GROUP)]
    with pytest.raises(RegistryError, match="'mine' is claimed by a:Engine and by b:Engine"):
        places(points)
    with pytest.raises(RegistryError, match="'lexicon'"):
        places([EntryPoint("lexicon", "other:Engine", GROUP)])
    assert places([points[0], points[0]])["mine"] == "a:Engine"


def test_an_engine_that_cannot_be_imported_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("classifier.registry.ENGINES", {"gone": "classifier.engines.gone:Gone"})
    with pytest.raises(EngineUnavailable, match=r"'gone' cannot be loaded.*Install what it needs"):
        load_engine(ClassifierSettings(engine="gone"))


def test_heavy_libraries_are_imported_by_one_file_and_only_when_needed() -> None:
    importing = {
        file.relative_to(ROOT).as_posix() for file in (ROOT / "classifier").rglob("*.py") if _imports(file) & {"transformers", "torch"}
    }
    assert importing <= {"classifier/engines/huggingface.py", *(name for name in importing if name.startswith("classifier/train/"))}
    loaded = "import sys, classifier.engines.huggingface, classifier.engines.lexicon, classifier.triage; print({'torch', 'transformers'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True, cwd=ROOT)
    assert told.stdout.strip() == "set()"


def _imports(file: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    plain = {alias.name.split(".")[0] for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {(node.module or "").split(".")[0] for node in nodes if isinstance(node, ast.ImportFrom)}


def test_huggingface_without_a_model_says_what_to_set() -> None:
    with pytest.raises(EngineUnavailable, match=r"needs a model: set \[classifier\] model"):
        load_engine(ClassifierSettings(engine="huggingface"))


def test_huggingface_without_torch_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *rest: None if name == "torch" else found(name, *rest))
    with pytest.raises(EngineUnavailable, match=r"needs torch: pip install 'careline\[torch\]'"):
        load_engine(ClassifierSettings(engine="huggingface", model="/nowhere", labels={"sentiment": {"A": "negative"}}))
