"""The run itself: batches in order, one optimiser, averaged weights, a checkpoint that a later call goes on from."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch

from classifier.train.examples import Example
from classifier.train.losses import WEIGHTS, Topics, loss
from classifier.train.network import Network

EVERY: Final = 250
"""Steps between checkpoints."""

BF16: Final = torch.cpu._is_avx512_bf16_supported()  # noqa: SLF001  torch has no public question for it
"""Processors that multiply in bfloat16 train half again as fast; on others it would be slower than float32."""

Told = Callable[[int, int, float], None]


@dataclass(frozen=True, slots=True)
class Recipe:
    """Numbers of a run. `averaged_from`: from this share of the steps on the mean of the weights is kept, and is the result."""

    size: int = 32
    rate: float = 1.5e-4
    head_rate: float = 1e-3
    warm_up: float = 0.06
    averaged_from: float = 0.75
    averaged_every: int = 20
    decay: float = 0.01
    limit: int = 96
    seed: int = 1


@dataclass(slots=True)
class Prepared:
    """Everything a run reads: examples with their token ids, and the base model's embedding of each ((N, 384), NaN where unknown)."""

    examples: Sequence[Example]
    ids: Sequence[Sequence[int]]
    base: Any
    topics: Topics


class Run:
    """One seed's training. Deterministic for one machine: seeded, in a fixed order, dropout drawn anew for each step's number."""

    def __init__(self, network: Network, prepared: Prepared, batches: Sequence[Sequence[int]], recipe: Recipe) -> None:
        self._network, self._prepared, self._batches, self._recipe = network, prepared, batches, recipe
        self._optimiser = torch.optim.AdamW(_groups(network, recipe), weight_decay=recipe.decay)
        self._schedule = torch.optim.lr_scheduler.LambdaLR(self._optimiser, self._rate)
        self._mean = torch.optim.swa_utils.AveragedModel(network)
        self._step = 0

    def go(self, checkpoint: Path, told: Told) -> Any:
        """Train to the end; returns the network with the averaged weights. `told` hears step, steps and the running loss."""
        self._resume(checkpoint)
        self._network.train()
        running = 0.0
        while self._step < len(self._batches):
            torch.manual_seed(self._recipe.seed * 1_000_003 + self._step)
            value = self._learn(self._batches[self._step])
            running = value if running == 0.0 else 0.98 * running + 0.02 * value
            self._step += 1
            told(self._step, len(self._batches), running)
            if self._step % EVERY == 0:
                self._save(checkpoint)
        return self._mean.module.eval()

    def _learn(self, places: Sequence[int]) -> float:
        examples = [self._prepared.examples[place] for place in places]
        ids, mask = padded([self._prepared.ids[place] for place in places])
        with torch.autocast("cpu", torch.bfloat16, enabled=BF16):
            output = self._network(ids, mask).float()
        value = loss(output, examples, self._prepared.base[list(places)])
        value = value + WEIGHTS["topic"] * self._prepared.topics.loss(self._network, examples, output.embedding)
        self._optimiser.zero_grad(set_to_none=True)
        value.backward()
        torch.nn.utils.clip_grad_norm_(self._network.parameters(), 1.0)
        self._optimiser.step()
        self._schedule.step()
        if self._step >= self._recipe.averaged_from * len(self._batches) and self._step % self._recipe.averaged_every == 0:
            self._mean.update_parameters(self._network)
        return float(value.detach())

    def _rate(self, step: int) -> float:
        warm = max(1, math.ceil(self._recipe.warm_up * len(self._batches)))
        return (step + 1) / warm if step < warm else max(0.02, (len(self._batches) - step) / (len(self._batches) - warm))

    def _save(self, checkpoint: Path) -> None:
        parts = {name: getattr(self, f"_{name}").state_dict() for name in ("network", "optimiser", "schedule", "mean")}
        fresh = checkpoint.with_suffix(".new")
        torch.save({"step": self._step, "steps": len(self._batches), **parts}, fresh)
        fresh.replace(checkpoint)

    def _resume(self, checkpoint: Path) -> None:
        if not checkpoint.is_file():
            return
        kept = torch.load(checkpoint, weights_only=True)
        if kept["steps"] != len(self._batches):
            return
        for name in ("network", "optimiser", "schedule", "mean"):
            getattr(self, f"_{name}").load_state_dict(kept[name])
        self._step = kept["step"]


def _groups(network: Network, recipe: Recipe) -> list[dict[str, Any]]:
    encoder = [value for value in network.encoder.parameters() if value.requires_grad]
    known = {id(value) for value in network.encoder.parameters()}
    heads = [value for value in network.parameters() if id(value) not in known]
    return [{"params": encoder, "lr": recipe.rate}, {"params": heads, "lr": recipe.head_rate}]


def padded(ids: Sequence[Sequence[int]]) -> tuple[Any, Any]:
    """Token ids and mask, (B, T) each, T being the longest."""
    longest = max(map(len, ids))
    tokens = torch.zeros((len(ids), longest), dtype=torch.long)
    mask = torch.zeros((len(ids), longest), dtype=torch.long)
    for row, each in enumerate(ids):
        tokens[row, : len(each)] = torch.tensor(each)
        mask[row, : len(each)] = 1
    return tokens, mask


def embedded(encoder: Any, ids: Sequence[Sequence[int]], size: int = 32) -> Any:
    """The base model's embeddings, (N, 384): mean over the tokens."""
    from classifier.train.network import pooled

    order = sorted(range(len(ids)), key=lambda place: len(ids[place]))
    found = torch.full((len(ids), encoder.config.hidden_size), float("nan"))
    with torch.inference_mode():
        for start in range(0, len(order), size):
            places = order[start : start + size]
            tokens, mask = padded([ids[place] for place in places])
            found[places] = pooled(encoder(input_ids=tokens, attention_mask=mask).last_hidden_state, mask)
    return found
