"""Looks at every source over a server that fails at random: nothing is lost, nothing doubled, and each look is called by its right name.

A seed that fails is printed: CARELINE_FAULT_SEED=17 plays that one alone. CARELINE_FAULT_POLLS=10000 plays so many looks.
"""

import os
from pathlib import Path

import pytest

from tests.faults.polls import ROUNDS, begun, fresh, play

POLLS = int(os.environ.get("CARELINE_FAULT_POLLS", "300"))
SEEDS = [int(os.environ["CARELINE_FAULT_SEED"])] if "CARELINE_FAULT_SEED" in os.environ else range(-(-POLLS // ROUNDS))


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_lost_or_doubled_whatever_the_server_does(seed: int, sqlite_template: Path, tmp_path: Path) -> None:
    with begun(seed, fresh(sqlite_template, tmp_path, seed)) as run:
        play(run)
    story = "\n".join(run.story)
    assert run.told == [], f"CARELINE_FAULT_SEED={seed}, {run.world.source} {run.world.kind}\n{story}"
