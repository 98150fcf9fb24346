"""The whole way from data to a model that can be used: read, train, package, measure, and write down what came out."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from classifier.engines.onnx import OnnxEngine
from classifier.settings import ClassifierSettings
from classifier.train import base, card, measure, own, prepare
from classifier.train.batches import plan
from classifier.train.fit import Recipe, Run, Told
from classifier.train.languages import learn
from classifier.train.network import Network
from classifier.train.package import package


@dataclass(frozen=True, slots=True)
class Made:
    """Where the model lies, and its figures."""

    folder: Path
    measured: tuple[measure.Measured, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made: from which data, into which folder. `corrections`: a file of `careline export --corrections`, or None."""

    data: Path
    folder: Path
    version: str
    recipe: Recipe
    corrections: Path | None = None


def make(order: Order, *, threads: int, say: Callable[[str], None], told: Told) -> Made:
    """Train one seed and write the model's folder; a run that was stopped goes on from its checkpoint. Raises MissingSet and Spoilt."""
    torch.set_num_threads(threads)
    started = time.monotonic()
    weights = base.load(order.data)
    material = prepare.material(order.data, weights, limit=order.recipe.limit, told=say, corrections=order.corrections)
    trained, steps = _trained(order, weights, material, told)
    calibration = package(trained, weights, material.dev, order.folder, version=order.version)
    learn(order.data, order.folder / "languages" / "sentiment.npz", say)
    say("measuring")
    measured = tuple(measure.measure(OnnxEngine(ClassifierSettings(model=str(order.folder))), order.data))
    facts = card.Facts("english", order.version, order.recipe.seed, steps, (time.monotonic() - started) / 60, _kappa())
    (order.folder / "MODEL_CARD.md").write_text(card.written(facts, calibration, measured), encoding="utf-8")
    (order.folder / "metrics.json").write_text(measure.as_json(measured), encoding="utf-8")
    _checkpoint(order).unlink(missing_ok=True)
    return Made(order.folder, measured)


def _trained(order: Order, weights: base.Base, material: prepare.Material, told: Told) -> tuple[Any, int]:
    batches = plan(material.shares, [len(ids) for ids in material.prepared.ids], size=order.recipe.size, seed=order.recipe.seed)
    torch.manual_seed(order.recipe.seed)
    network = Network(base.encoder_of(weights), material.prepared.topics.sizes)
    order.folder.mkdir(parents=True, exist_ok=True)
    return Run(network, material.prepared, batches, order.recipe).go(_checkpoint(order), told), len(batches)


def _checkpoint(order: Order) -> Path:
    return order.folder / f"seed{order.recipe.seed}.checkpoint"


def _kappa() -> str:
    told: dict[str, Any] = json.loads((own.HERE / "care_labels.json").read_text())["kappa"]
    return ", ".join(f"{name} {value:.2f}" for name, value in told.items())
