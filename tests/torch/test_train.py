"""Training on a base model so small that it takes seconds: it learns, goes on where it was stopped, and what it writes can be loaded."""

import json
from pathlib import Path
from typing import Any

import pytest

from classifier.engines.onnx import OnnxEngine
from classifier.settings import ClassifierSettings
from classifier.train.batches import Share, plan
from classifier.train.examples import Example
from storage.words import Intent, Sentiment, Urgency

pytestmark = pytest.mark.torch
torch = pytest.importorskip("torch", reason="torch is not installed: make test-torch")

GOOD, BAD = "great lovely super thanks", "broken awful late wrong"
FEW = 24


def examples() -> list[Example]:
    found = []
    for number in range(FEW):
        is_bad = number % 2 == 0
        words = (BAD if is_bad else GOOD).split()
        text = f"{words[number % 4]} {words[(number // 2) % 4]} order"
        found.append(
            Example(
                text,
                sentiment=Sentiment.NEGATIVE if is_bad else Sentiment.POSITIVE,
                intents=(Intent.COMPLAINT,) if is_bad else (Intent.PRAISE,),
                needs_reply=is_bad,
                urgency=Urgency.HIGH if is_bad else Urgency.LOW,
                abusive=is_bad and number % 4 == 0,
                topic=f"clinc:{'bad' if is_bad else 'good'}",
                by_guide=True,
            )
        )
    return found


@pytest.fixture(scope="module")
def base() -> Any:
    from safetensors.torch import save
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertModel

    from classifier.train.base import Base

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "order", *GOOD.split(), *BAD.split()]
    tokenizer = Tokenizer(models.WordPiece({word: place for place, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.normalizer, tokenizer.pre_tokenizer = normalizers.Lowercase(), pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    config = {
        "vocab_size": len(words),
        "hidden_size": 384,
        "num_hidden_layers": 6,
        "num_attention_heads": 12,
        "intermediate_size": 64,
        "max_position_embeddings": 128,
    }
    torch.manual_seed(5)
    model = BertModel(BertConfig(**config), add_pooling_layer=False)
    return Base(
        save({name: value.contiguous() for name, value in model.state_dict().items()}),
        json.dumps(config).encode(),
        tokenizer.to_str().encode(),
    )


@pytest.fixture
def run(base: Any) -> Any:
    """Makes one run over the same examples in the same order."""
    from classifier.train.base import encoder_of, tokenizer_of
    from classifier.train.fit import Prepared, Recipe, Run, embedded
    from classifier.train.losses import Topics
    from classifier.train.network import Network

    told = examples()
    ids = [encoding.ids for encoding in tokenizer_of(base, 32).encode_batch([example.text for example in told])]
    prepared = Prepared(told, ids, embedded(encoder_of(base).eval(), ids), Topics([example.topic for example in told]))
    recipe = Recipe(size=4, rate=1e-3, averaged_every=1)

    def make() -> Any:
        torch.manual_seed(1)
        network = Network(encoder_of(base), prepared.topics.sizes)
        return Run(network, prepared, plan([Share(range(FEW), 8.0)], [len(each) for each in ids], size=4, seed=1), recipe)

    return make


def test_it_learns_what_it_is_told(run: Any, tmp_path: Path) -> None:
    losses: list[float] = []
    run().go(tmp_path / "a.checkpoint", lambda _step, _steps, loss: losses.append(loss))
    assert len(losses) == 48
    assert losses[-1] < 0.6 * losses[0]


def test_a_run_that_was_stopped_goes_on_where_it_was(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from classifier.train import fit

    monkeypatch.setattr(fit, "EVERY", 10)
    whole = run().go(tmp_path / "whole.checkpoint", lambda *_: None)

    def stop(step: int, _steps: int, _loss: float) -> None:
        if step == 25:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run().go(tmp_path / "parts.checkpoint", stop)
    steps: list[int] = []
    parts = run().go(tmp_path / "parts.checkpoint", lambda step, *_: steps.append(step))
    assert steps[0] == 21
    for name, value in whole.state_dict().items():
        assert torch.allclose(value, parts.state_dict()[name], atol=1e-5), name


def test_what_was_trained_is_packaged_and_loaded(run: Any, base: Any, tmp_path: Path) -> None:
    from classifier.train.package import package

    trained = run().go(tmp_path / "a.checkpoint", lambda *_: None)
    found = package(trained, base, examples(), tmp_path / "model", version="test-1")
    assert set(found.temperatures) == {"sentiment", "intent", "needs_reply", "urgency", "abusive"}
    engine = OnnxEngine(ClassifierSettings(model=str(tmp_path / "model")))
    bad, good = engine.classify(["broken awful order", "lovely super order"])
    assert (bad.sentiment.label, good.sentiment.label) == (Sentiment.NEGATIVE, Sentiment.POSITIVE)
    assert (bad.intent.label, good.intent.label) == (Intent.COMPLAINT, Intent.PRAISE)
    assert engine.version == "test-1"
    assert engine.embed(["late order"]).shape == (1, 384)
