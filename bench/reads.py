"""Reads timed one by one: each call in a session of its own, as the board opens one."""

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter

from sqlalchemy.orm import Session

from storage.database import Database

Read = Callable[[Session], object]


@dataclass(frozen=True, slots=True)
class Timed:
    """Milliseconds of each call of one read."""

    name: str
    milliseconds: list[float]


def timed(database: Database, reads: Mapping[str, Read], *, rounds: int, warm_up: int = 2) -> list[Timed]:
    """Each read `rounds` times, in turn, so that a slow moment of the machine meets all of them alike."""
    gc.collect()
    gc.freeze()  # as the board's process does at its start
    found: dict[str, list[float]] = {name: [] for name in reads}
    for number in range(warm_up + rounds):
        for name, read in reads.items():
            started = perf_counter()
            with database.read() as session:
                read(session)
            if number >= warm_up:
                found[name].append((perf_counter() - started) * 1000)
    gc.unfreeze()
    return [Timed(name, milliseconds) for name, milliseconds in found.items()]
