"""Which examples make which batch: texts of like length together, sets mixed, the same order for the same seed."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

POOL = 50
"""Batches are cut from so many batches' worth of shuffled examples, sorted by length: little padding, and still mixed."""


@dataclass(frozen=True, slots=True)
class Share:
    """A set's examples by their place, and how often each is seen in the whole run (1.5: half of them twice)."""

    places: Sequence[int]
    times: float


def plan(shares: Sequence[Share], lengths: Sequence[int], *, size: int, seed: int) -> list[list[int]]:
    """Every batch of the run, in order, as places of examples."""
    chosen = [place for share in shares for place in _repeated(share, seed)]
    shuffler = random.Random(seed)  # noqa: S311  for order, not for secrets
    shuffler.shuffle(chosen)
    batches: list[list[int]] = []
    for start in range(0, len(chosen), size * POOL):
        pool = sorted(chosen[start : start + size * POOL], key=lambda place: lengths[place])
        cut = [pool[at : at + size] for at in range(0, len(pool), size)]
        shuffler.shuffle(cut)
        batches += cut
    return batches


def _repeated(share: Share, seed: int) -> Iterator[int]:
    whole = int(share.times)
    for _ in range(whole):
        yield from share.places
    part = round((share.times - whole) * len(share.places))
    yield from random.Random(seed).sample(list(share.places), part)  # noqa: S311  for order, not for secrets
