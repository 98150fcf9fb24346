"""From a trained network to the folder that the engine loads: the eight-bit model, its tokenizer, and what it tells about itself."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from classifier import calibrate
from classifier.engines.model_card import FILE
from classifier.text import normalise
from classifier.train import graph, shrink
from classifier.train.base import Base, tokenizer_of
from classifier.train.examples import Example
from classifier.train.fit import padded
from classifier.train.losses import CLASSES, INTENTS
from classifier.train.network import HEADS

LIMIT: Final = 128
ATTENTION_HEADS: Final = 12
RECALL: Final = {"needs_reply": 0.98, "urgency": 0.95}
"""What must be found of the posts that need a reply, and of those that are urgent, on the texts kept apart."""

FAIR: Final = 0.35
"""No post is called abusive below this: from there on words for groups of people count more and more as abuse by themselves."""

LABELS: Final[Mapping[str, Sequence[str]]] = {
    "sentiment": [str(label) for label in CLASSES["sentiment"]],
    "intent": [str(label) for label in INTENTS],
    "secondary": [str(label) for label in INTENTS],
    "needs_reply": ["false", "true"],
    "urgency": [str(label) for label in CLASSES["urgency"]],
    "abusive": ["false", "true"],
}


@dataclass(frozen=True, slots=True)
class Calibration:
    temperatures: Mapping[str, float]
    thresholds: Mapping[str, float]
    sure: Mapping[str, float]


def package(
    network: Any,
    base: Base,
    dev: Sequence[Example],
    folder: Path,
    *,
    version: str,
    name: str = "english",
    languages: Sequence[str] = ("en",),
) -> Calibration:
    """Write the folder. Raises shrink.Spoilt when eight bits lost too much."""
    weights = {name: value.detach().numpy() for name, value in network.state_dict().items()}
    whole = graph.drawn(weights, layers=len(network.encoder.encoder.layer), heads=ATTENTION_HEADS)
    small = shrink.shrunk(whole)
    batches = list(_batches(base, [example.text for example in dev]))
    shrink.check(whole.SerializeToString(), small, batches[:40])
    found = _calibrated(_logits(small, batches), dev)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(small)
    (folder / "tokenizer.json").write_text(tokenizer_of(base, LIMIT).to_str(), encoding="utf-8")
    told = {
        "name": name,
        "version": version,
        "languages": list(languages),
        "limit": LIMIT,
        "size": weights["embed.bias"].shape[0],
        "heads": LABELS,
    }
    (folder / FILE).write_text(json.dumps({**told, **asdict(found)}, indent=1) + "\n", encoding="utf-8")
    return found


def _batches(base: Base, texts: Sequence[str]) -> Any:
    """In the order of the texts: their logits are set beside their labels."""
    tokenizer = tokenizer_of(base, LIMIT)
    ids = [encoding.ids for encoding in tokenizer.encode_batch([normalise(text) for text in texts])]
    for start in range(0, len(ids), 8):
        tokens, mask = padded(ids[start : start + 8])
        yield {"ids": tokens.numpy(), "mask": mask.numpy()}


def _logits(model: bytes, batches: Sequence[dict[str, Any]]) -> dict[str, Any]:
    import onnxruntime

    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    rows = np.concatenate([session.run(["logits"], batch)[0] for batch in batches])
    ends = np.cumsum(list(HEADS.values()))[:-1]
    return dict(zip(HEADS, np.split(rows, ends, axis=1), strict=True))


def _calibrated(logits: Mapping[str, Any], dev: Sequence[Example]) -> Calibration:
    truths: dict[str, Callable[[Example], int | None]] = {
        **{name: lambda e, name=name: None if getattr(e, name) is None else CLASSES[name].index(getattr(e, name)) for name in CLASSES},  # type: ignore[misc]
        "intent": lambda e: INTENTS.index(e.intents[0]) if len(e.intents) == 1 else None,
    }
    temperatures, sure, chances = {}, {}, {}
    for name, truth in truths.items():
        known = [place for place, example in enumerate(dev) if truth(example) is not None]
        right = [truth(dev[place]) or 0 for place in known]
        temperatures[name] = calibrate.temperature(logits[name][known], right)
        chances[name] = calibrate.probabilities(logits[name], temperatures[name])
        sure[name] = calibrate.doubt_below(chances[name].max(axis=1))
    return Calibration(temperatures, _thresholds(chances, dev), sure)


def _thresholds(chances: Mapping[str, Any], dev: Sequence[Example]) -> dict[str, float]:
    """Of those that need a reply and those that are urgent hardly one may be missed; for abuse both errors weigh the same."""
    found = {"abusive": calibrate.threshold_for_f1(*_last_class("abusive", chances, dev), lowest=FAIR)}
    for name, recall in RECALL.items():
        found[name] = calibrate.threshold_for_recall(*_last_class(name, chances, dev), recall)
    return found


def _last_class(name: str, chances: Mapping[str, Any], dev: Sequence[Example]) -> tuple[list[float], list[bool]]:
    """How likely each post is of the last class of a question (yes, or high), and whether it is."""
    last = len(CLASSES[name]) - 1
    known = [(row[last], value) for row, e in zip(chances[name], dev, strict=True) if (value := getattr(e, name)) is not None]
    return [chance for chance, _ in known], [CLASSES[name].index(value) == last for _, value in known]
