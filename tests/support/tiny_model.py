"""A model's folder as the onnx engine reads it, so small that a test draws it: it gives every text the answers that it was made for."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from classifier.train import graph
from storage.words import Intent, Sentiment, Urgency

SIZE, LAYERS, HEADS, PLACES = 12, 1, 3, 32
QUESTIONS: Mapping[str, Sequence[str]] = {
    "sentiment": [str(label) for label in Sentiment],
    "intent": [str(label) for label in Intent],
    "secondary": [str(label) for label in Intent],
    "needs_reply": ["false", "true"],
    "urgency": [str(label) for label in Urgency],
    "abusive": ["false", "true"],
}


def write(folder: Path, *, languages: Sequence[str], answers: Mapping[str, str], version: str = "tiny", **told: Any) -> Path:
    """`answers`: question → the label that the model is nearly sure of."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer(models.WordLevel({"[CLS]": 0, "[UNK]": 1}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing("[CLS] $A", special_tokens=[("[CLS]", 0)])
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "model.onnx").write_bytes(graph.drawn(_weights(answers), layers=LAYERS, heads=HEADS).SerializeToString())
    card = {
        "name": "tiny", "version": version, "languages": list(languages), "limit": PLACES, "size": SIZE, "heads": QUESTIONS,
        "temperatures": {}, "thresholds": {"needs_reply": 0.5, "urgency": 0.5, "abusive": 0.5}, "sure": {}, **told,
    }  # fmt: skip
    (folder / "model.json").write_text(json.dumps(card), encoding="utf-8")
    return folder


def _weights(answers: Mapping[str, str]) -> dict[str, Any]:
    rng = np.random.default_rng(2)

    def random(*shape: int) -> Any:
        return (rng.standard_normal(shape) * 0.3).astype(np.float32)

    def norm(name: str) -> dict[str, Any]:
        return {f"{name}.weight": np.ones(SIZE, np.float32), f"{name}.bias": np.zeros(SIZE, np.float32)}

    def linear(name: str, out: int, into: int) -> dict[str, Any]:
        return {f"{name}.weight": random(out, into), f"{name}.bias": random(out)}

    biases = [5.0 * (answers.get(question) == label) for question, labels in QUESTIONS.items() for label in labels]
    found = {
        "encoder.embeddings.word_embeddings.weight": random(2, SIZE),
        "encoder.embeddings.position_embeddings.weight": random(PLACES, SIZE),
        "encoder.embeddings.token_type_embeddings.weight": random(2, SIZE),
        **norm("encoder.embeddings.LayerNorm"),
        **linear("embed", SIZE, SIZE),
        "heads.weight": np.zeros((len(biases), 2 * SIZE), np.float32),
        "heads.bias": np.array(biases, np.float32),
    }
    for layer in range(LAYERS):
        name = f"encoder.encoder.layer.{layer}"
        for part in ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"):
            found |= linear(f"{name}.{part}", SIZE, SIZE)
        found |= linear(f"{name}.intermediate.dense", 4 * SIZE, SIZE) | linear(f"{name}.output.dense", SIZE, 4 * SIZE)
        found |= norm(f"{name}.attention.output.LayerNorm") | norm(f"{name}.output.LayerNorm")
    return found
