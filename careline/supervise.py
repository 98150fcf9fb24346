"""Starts the processes of `careline up`, restarts the one that dies, and ends them all with itself.

Each child holds the read end of a pipe whose only write end is here: when this process ends, by kill -9 too, the
kernel closes the pipe and the child sees the end of file (careline/lifeline.py).
"""

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

log = logging.getLogger(__name__)

FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 30.0
STEADY_AFTER_S = 60.0
KEEPS_FAILING = 3
TERM_GRACE = timedelta(seconds=10)
LIFELINE = "CARELINE_LIFELINE"

Tell = Callable[[str], None]


@dataclass(slots=True)
class Child:
    """One process: its name, its command, and how often in a row it ended too soon."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    start_at: float = 0.0

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None


@dataclass(slots=True)
class Supervisor:
    """Keeps the children running until `stop` is set. `tell` is called once for a child that keeps failing."""

    commands: Mapping[str, Sequence[str]]
    tell: Tell
    stop: threading.Event = field(default_factory=threading.Event)
    clock: Callable[[], float] = time.monotonic

    def run(self) -> None:
        """Start the children and watch them. Returns when `stop` is set and every child has ended."""
        read_end, write_end = os.pipe()
        children = [Child(name, command) for name, command in self.commands.items()]
        try:
            while not self.stop.wait(0.2):
                for child in children:
                    self._look_after(child, read_end)
        finally:
            _end(children)
            os.close(write_end)
            os.close(read_end)

    def _look_after(self, child: Child, lifeline: int) -> None:
        now = self.clock()
        if child.is_running:
            if child.failures and now - child.started > STEADY_AFTER_S:
                child.failures = 0
            return
        if child.process is not None:
            self._note_end(child, now)
        if now >= child.start_at:
            _start(child, lifeline, now)

    def _note_end(self, child: Child, now: float) -> None:
        code = child.process.returncode if child.process else 0
        child.process = None
        child.failures = 1 if now - child.started > STEADY_AFTER_S else child.failures + 1
        wait = min(FIRST_WAIT_S * 2 ** (child.failures - 1), LONGEST_WAIT_S)
        child.start_at = now + wait
        log.error("process=%s ended with code %s, started again in %.0f s", child.name, code, wait)
        if child.failures == KEEPS_FAILING:
            self.tell(f"{child.name} keeps failing: it ended {child.failures} times in a row, last with code {code}. Its log says why")


def _start(child: Child, lifeline: int, now: float) -> None:
    environment = {**os.environ, LIFELINE: str(lifeline)}
    child.process = subprocess.Popen([*child.command], env=environment, pass_fds=(lifeline,), stdin=subprocess.DEVNULL)
    child.started = now
    log.info("process=%s started pid=%s", child.name, child.process.pid)


def _end(children: Sequence[Child]) -> None:
    running = [child.process for child in children if child.process is not None and child.process.poll() is None]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + TERM_GRACE.total_seconds()
    for process in running:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def child_command(name: str) -> list[str]:
    """The command line of one child, run by the same Python."""
    return [sys.executable, "-m", "careline", name]
