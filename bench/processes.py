"""Processes of our own: started with their own port, looked at through /proc, and ended by the pid that was started."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

ROOT = Path(__file__).parents[1]
TICK_S = 1 / os.sysconf("SC_CLK_TCK")
KIB = 1024


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes of one process: what lies in memory for it, and its share of that (pages that others map are split among them)."""

    resident: float
    share: float


@contextmanager
def started(arguments: Sequence[str], *, environment: Mapping[str, str] | None = None, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process of this project's Python. It is told to end, and killed when it does not."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=ROOT, env={**os.environ, **(environment or {})}, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        yield process
    finally:
        end(process)


def end(process: subprocess.Popen[Any], *, patience_s: float = 10) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(patience_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def eventually(holds: Callable[[], bool], *, limit_s: float) -> bool:
    """Whether it came true in time."""
    until, pause = monotonic() + limit_s, Event()
    while not holds():
        if monotonic() > until:
            return False
        pause.wait(0.05)
    return True


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def cpu_seconds(pid: int) -> float:
    """Processor time that a process has used so far, in user and in system mode."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * TICK_S


def memory(pid: int) -> Memory:
    resident = _kilobytes(Path(f"/proc/{pid}/status"), "VmRSS:")
    share = _kilobytes(Path(f"/proc/{pid}/smaps_rollup"), "Pss:")
    return Memory(resident / KIB, share / KIB)


def children(pid: int) -> list[int]:
    """The processes that any thread of this one started."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text(encoding="utf-8").split()]


def command_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()


def _kilobytes(file: Path, name: str) -> float:
    return next((float(line.split()[1]) for line in file.read_text(encoding="utf-8").splitlines() if line.startswith(name)), 0.0)
