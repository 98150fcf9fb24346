"""Real models through the real library: tiny ones, built here, as anybody's folder would hold them."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from classifier.engine import EngineError, EngineUnavailable
from classifier.engines.lexicon import LexiconEngine
from classifier.registry import load_engine
from classifier.settings import ClassifierSettings
from desk.labels.verdict import QUESTIONS
from storage.words import Sentiment, Urgency

pytestmark = [pytest.mark.torch, pytest.mark.filterwarnings("default")]

WORDS = """
[PAD] [UNK] [CLS] [SEP] [MASK] my card was charged twice thank you so much lovely idiots broken help what a day @ user http http ! ? . , the
"""
SENTIMENT = {"neg": "negative", "neu": "neutral", "pos": "positive"}


@pytest.fixture(scope="session", autouse=True)
def _offline() -> Iterator[None]:
    before = os.environ.get("HF_HUB_OFFLINE")
    os.environ["HF_HUB_OFFLINE"] = "1"
    yield
    os.environ.pop("HF_HUB_OFFLINE") if before is None else os.environ.update(HF_HUB_OFFLINE=before)


def build(folder: Path, labels: list[str], **config: Any) -> str:
    """A BERT of one layer with random weights, always the same ones, and its tokenizer, saved as a model's folder."""
    torch = pytest.importorskip("torch")
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder.mkdir(parents=True)
    (folder / "vocab.txt").write_text("\n".join(dict.fromkeys(WORDS.split())), encoding="utf-8")
    torch.manual_seed(7)
    names = dict(enumerate(labels))
    shape = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16, "max_position_embeddings": 40}
    settings = BertConfig(
        vocab_size=len(set(WORDS.split())), id2label=names, label2id={name: at for at, name in names.items()}, **shape, **config
    )
    model = BertForSequenceClassification(settings)
    model.classifier.weight.data *= 40
    model.save_pretrained(folder)
    BertTokenizerFast(vocab_file=str(folder / "vocab.txt")).save_pretrained(folder)
    return str(folder)


@pytest.fixture(scope="session")
def three(tmp_path_factory: pytest.TempPathFactory) -> str:
    return build(tmp_path_factory.mktemp("models") / "three", ["neg", "neu", "pos"])


@pytest.fixture(scope="session")
def binary(tmp_path_factory: pytest.TempPathFactory) -> str:
    return build(tmp_path_factory.mktemp("models") / "binary", ["NOT", "OFF"])


def engine(model: str, labels: dict[str, dict[str, str]], **other: Any) -> Any:
    return load_engine(ClassifierSettings(engine="huggingface", model=model, labels=labels, **other))


TEXTS = [
    "my card was charged twice",
    "",
    "thank you so much , lovely day !",
    "help",
    "what a day " * 400,
    "my card was charged twice",
    "\x00😡",
]


def test_three_labels_answer_the_sentiment_and_the_lexicon_the_rest(three: str) -> None:
    made = engine(three, {"sentiment": SENTIMENT}, batch=3)
    verdicts, plain = made.classify(TEXTS), LexiconEngine().classify(TEXTS)
    assert len(verdicts) == len(TEXTS)
    for verdict, lexicon in zip(verdicts, plain, strict=True):
        assert set(verdict.sentiment.scores) == set(Sentiment)
        assert sum(verdict.sentiment.scores.values()) == pytest.approx(1.0)
        assert verdict.sentiment.confidence == max(verdict.sentiment.scores.values())
        assert isinstance(verdict.sentiment.label, Sentiment)
        assert [getattr(verdict, q) for q in QUESTIONS if q != "sentiment"] == [getattr(lexicon, q) for q in QUESTIONS if q != "sentiment"]
    assert verdicts[0].sentiment.scores == pytest.approx(verdicts[5].sentiment.scores, abs=1e-5)
    assert [v.sentiment for v in verdicts] != [v.sentiment for v in plain]


def test_the_answer_is_the_models_own(three: str) -> None:
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    tokens = AutoTokenizer.from_pretrained(three)("my card was charged twice", return_tensors="pt")
    with torch.inference_mode():
        expected = torch.softmax(AutoModelForSequenceClassification.from_pretrained(three).eval()(**tokens).logits[0], dim=-1).tolist()
    scores = engine(three, {"sentiment": SENTIMENT}).classify(TEXTS)[0].sentiment.scores
    assert [scores[label] for label in ("negative", "neutral", "positive")] == pytest.approx(expected, abs=1e-5)


def test_order_and_batches_do_not_change_an_answer(three: str) -> None:
    one_by_one = [engine(three, {"sentiment": SENTIMENT}, batch=1).classify([text])[0] for text in TEXTS]
    together = engine(three, {"sentiment": SENTIMENT}, batch=32).classify(TEXTS)
    for alone, among in zip(one_by_one, together, strict=True):
        assert alone.sentiment.scores == pytest.approx(among.sentiment.scores, abs=1e-4)


def test_two_labels_answer_yes_or_no(binary: str) -> None:
    made = engine(binary, {"abusive": {"NOT": "false", "OFF": "true"}})
    for verdict in made.classify(TEXTS):
        assert isinstance(verdict.abusive.label, bool)
        assert set(verdict.abusive.scores) == {"true", "false"}
        assert verdict.abusive.label is (verdict.abusive.scores["true"] > 0.5)


def test_one_model_may_answer_several_questions_and_share_labels(three: str) -> None:
    made = engine(three, {"sentiment": SENTIMENT, "urgency": {"neg": "high", "neu": "normal", "pos": "normal"}})
    verdict = made.classify(["my card was charged twice"])[0]
    assert verdict.urgency.scores[Urgency.HIGH] == pytest.approx(verdict.sentiment.scores[Sentiment.NEGATIVE])
    assert verdict.urgency.scores[Urgency.LOW] == 0.0
    assert sum(verdict.urgency.scores.values()) == pytest.approx(1.0)


def test_a_model_of_many_labels_at_once_is_made_one_answer(tmp_path: Path) -> None:
    model = build(tmp_path / "multi", ["neg", "neu", "pos"], problem_type="multi_label_classification")
    verdict = engine(model, {"sentiment": SENTIMENT}).classify(["thank you"])[0]
    assert sum(verdict.sentiment.scores.values()) == pytest.approx(1.0)


def test_unsure_follows_the_models_own_confidence(three: str) -> None:
    strict = engine(three, {"sentiment": SENTIMENT}, thresholds={"sentiment": 1.01})
    assert strict.classify(["my card was charged twice"])[0].unsure == ("sentiment",)
    easy = engine(three, {"sentiment": SENTIMENT}, thresholds={})
    assert "sentiment" not in easy.classify(["荷物がまだ届きません。いつ届きますか。"])[0].unsure


def test_it_says_who_it_is(three: str) -> None:
    made = engine(three, {"sentiment": SENTIMENT})
    assert (made.name, made.version) == ("huggingface", "three")
    assert made.classify([]) == []


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        ({}, "labels of the model .* are not mapped.*Example"),
        ({"sentiment": {"neg": "negative"}}, "not mapped: neu, pos"),
        ({"sentiment": SENTIMENT | {"angry": "negative"}}, "not a label of the model: angry"),
        ({"sentiment": SENTIMENT | {"pos": "happy"}}, r"not a label of sentiment \(negative, neutral, positive\): happy"),
        ({"mood": SENTIMENT}, r"\[classifier.labels.mood\]: unknown question. Expected one of: sentiment"),
    ],
)
def test_a_wrong_label_map_says_what_is_wrong(three: str, labels: dict[str, dict[str, str]], words: str) -> None:
    with pytest.raises(EngineUnavailable, match=words):
        engine(three, labels)


def test_a_model_that_is_not_here_is_not_fetched_unasked() -> None:
    with pytest.raises(EngineUnavailable, match=r"not on this machine.*allow_download = true"):
        engine("nobody/no-such-model", {"sentiment": SENTIMENT})


def test_a_model_that_cannot_be_fetched_is_told() -> None:
    with pytest.raises(EngineUnavailable, match="could not be fetched"):
        engine("nobody/no-such-model", {"sentiment": SENTIMENT}, allow_download=True)


def test_a_folder_that_holds_no_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="holds no usable sequence-classification model"):
        engine(str(tmp_path), {"sentiment": SENTIMENT})


def test_a_model_that_gives_a_number_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="gives one number, not labels"):
        engine(build(tmp_path / "one", ["score"]), {"sentiment": SENTIMENT})


def test_a_model_that_fails_is_an_engine_error(three: str) -> None:
    made = engine(three, {"sentiment": SENTIMENT})
    made._model.bert.embeddings.word_embeddings.weight.data = made._model.bert.embeddings.word_embeddings.weight.data[:2]
    with pytest.raises(EngineError, match="failed on a batch of 1"):
        made.classify(["my card was charged twice"])
