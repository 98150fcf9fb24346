"""Everything of the sample workspace running for a while, with a team at the board: `python -m bench.soak --minutes 60 --agents 100`.

Memory, queues and the log stay flat, or it says so.
"""

import argparse
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from threading import Event
from time import monotonic

import httpx
from sqlalchemy import func, select

from bench.processes import children, command_of, eventually, free_port, memory, started
from bench.team_soak import at_work
from storage.check import check
from storage.database import Database
from storage.models import Case, Errand, Mention, Reply
from storage.words import ReplyState

SAMPLE_EVERY_S = 10
WARM_UP_SHARE = 0.3
MOST_GROWTH = 0.10
MOST_GROWTH_MB = 25.0
MOST_WAL_MB = 64.0
BACKLOG = 50

Sample = dict[str, float]


def main(words: Sequence[str] | None = None) -> int:
    """Run, sample, compare the end with the time after the warm-up. Exit code 1 when something grew beyond its bound."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--agents", type=int, default=20, help="who take, answer and leave cases meanwhile; 0 for nobody")
    chosen = parser.parse_args(words)
    minutes = chosen.minutes
    with tempfile.TemporaryDirectory(prefix="careline-soak-") as folder:
        samples, faults = _run(Path(folder), minutes, chosen.agents)
    findings = [*_grown(samples), *faults]
    print("\n".join(_growth(samples)))
    print(json.dumps({"minutes": minutes, "samples": len(samples), "first": samples[0], "last": samples[-1]}, indent=1))
    print("\n".join(findings) or "Everything stayed flat")
    return int(bool(findings))


def _run(home: Path, minutes: float, agents: int) -> tuple[list[Sample], list[str]]:
    port = free_port()
    environment = {"CARELINE_HOME": str(home), "CARELINE_PORT": str(port), "CARELINE_WORKSPACE__SAMPLE": "true"}
    with started(["-m", "careline", "up"], environment=environment, log=home.parent / f"{home.name}.log") as process:
        if not eventually(lambda: _is_well(port), limit_s=180):
            return [{}], ["the board was not served within three minutes"]
        database = Database(f"sqlite:///{home / 'sample.db'}")
        with at_work(f"http://127.0.0.1:{port}", database, agents) as team:
            samples = list(_samples(process.pid, database, home, until=monotonic() + minutes * 60))
        print(json.dumps(team.told))
        with database.read() as session:
            faults = [*team.faults, *(str(fault) for fault in check(session))]
        database.close()
    return samples, faults


def _is_well(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200
    except httpx.HTTPError:
        return False


def _samples(pid: int, database: Database, home: Path, *, until: float) -> list[Sample]:
    samples, pause = [], Event()
    while monotonic() < until:
        pause.wait(SAMPLE_EVERY_S)
        samples.append({**_memory(pid), **_counts(database), "wal_mb": _size(home / "sample.db-wal")})
        print(json.dumps(samples[-1]), flush=True)
    return samples


def _memory(pid: int) -> Sample:
    return {f"{command_of(child).split()[-1]}_mb": round(memory(child).resident, 1) for child in children(pid)}


def _counts(database: Database) -> Sample:
    outbox = Reply.state.in_([ReplyState.QUEUED, ReplyState.SENDING])
    asked = {
        "mentions": select(func.count()).select_from(Mention),
        "untriaged": select(func.count()).select_from(Mention).where(Mention.triaged_at.is_(None), ~Mention.is_own),
        "cases": select(func.count()).select_from(Case),
        "outbox": select(func.count()).select_from(Reply).where(outbox),
        "errands": select(func.count()).select_from(Errand),
    }
    with database.read() as session:
        return {name: float(session.scalar(query) or 0) for name, query in asked.items()}


def _size(file: Path) -> float:
    return round(file.stat().st_size / 2**20, 1) if file.exists() else 0.0


def _growth(samples: Sequence[Sample]) -> list[str]:
    """Of each process: where its memory stood after the warm-up, at most since, and at the end."""
    since = samples[int(len(samples) * WARM_UP_SHARE) :]
    names = [name for name in since[0] if name.endswith("_mb") and name != "wal_mb"]
    return [
        f"{name}: {since[0][name]} after the warm-up, at most {_highest(since)[name]}, {since[-1].get(name, 0.0)} at the end"
        for name in names
    ]


def _grown(samples: Sequence[Sample]) -> list[str]:
    """What stood higher in the last tenth than after the warm-up by more than its bound."""
    warm, late = samples[int(len(samples) * WARM_UP_SHARE)], _highest(samples[-max(1, len(samples) // 10) :])
    found = []
    for name, value in late.items():
        before = warm.get(name, 0.0)
        if name.endswith("_mb") and name != "wal_mb" and value > before * (1 + MOST_GROWTH) and value > before + MOST_GROWTH_MB:
            found.append(f"{name} grew from {before} to {value}")
    if late.get("wal_mb", 0) > MOST_WAL_MB:
        found.append(f"the write-ahead log stands at {late['wal_mb']} MB")
    found += [f"{late[name]:.0f} {name} wait" for name in ("untriaged", "outbox") if late.get(name, 0) > BACKLOG]
    return found


def _highest(samples: Sequence[Sample]) -> Sample:
    highest: Sample = defaultdict(float)
    for sample in samples:
        for name, value in sample.items():
            highest[name] = max(highest[name], value)
    return dict(highest)


if __name__ == "__main__":
    sys.exit(main())
