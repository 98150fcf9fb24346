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
from classifier.train.network import Network
from classifier.train.package import package


@dataclass(frozen=True, slots=True)
class Made:
    """Where the model lies, and its figures."""

    folder: Path
    measured: tuple[measure.Measured, ...]


def make(data: Path, folder: Path, *, version: str, recipe: Recipe, threads: int, say: Callable[[str], None], told: Told) -> Made:
    """Train one seed and write the model's folder; a run that was stopped goes on from its checkpoint. Raises MissingSet and Spoilt."""
    torch.set_num_threads(threads)
    started = time.monotonic()
    weights = base.load(data)
    material = prepare.material(data, weights, limit=recipe.limit, told=say)
    batches = plan(material.shares, [len(ids) for ids in material.prepared.ids], size=recipe.size, seed=recipe.seed)
    torch.manual_seed(recipe.seed)
    network = Network(base.encoder_of(weights), material.prepared.topics.sizes)
    folder.mkdir(parents=True, exist_ok=True)
    checkpoint = folder / f"seed{recipe.seed}.checkpoint"
    trained = Run(network, material.prepared, batches, recipe).go(checkpoint, told)
    calibration = package(trained, weights, material.dev, folder, version=version)
    say("measuring")
    measured = tuple(measure.measure(OnnxEngine(ClassifierSettings(model=str(folder))), data))
    minutes = (time.monotonic() - started) / 60
    told_card = card.written(
        "english", version, calibration, measured, seed=recipe.seed, steps=len(batches), minutes=minutes, kappa=_kappa()
    )
    (folder / "MODEL_CARD.md").write_text(told_card, encoding="utf-8")
    (folder / "metrics.json").write_text(measure.as_json(measured), encoding="utf-8")
    checkpoint.unlink(missing_ok=True)
    return Made(folder, measured)


def _kappa() -> str:
    told: dict[str, Any] = json.loads((own.HERE / "care_labels.json").read_text())["kappa"]
    return ", ".join(f"{name} {value:.2f}" for name, value in told.items())
