"""The time that one server has to be installed and to answer, and the errands done within it."""

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

MINUTES = 6
CACHE = Path(os.environ.get("CARELINE_LIVE_CACHE") or Path.home() / ".cache" / "careline-live")
"""What is installed stays there for the next run. Outside the repository: none of its tools should read it."""

_APT = threading.Lock()
_LAST_WORDS = 300


class NotRun(Exception):
    """A server that cannot be had here, and why."""


class Box:
    """One server's time. Every errand ends with it."""

    def __init__(self, name: str, *, minutes: float = MINUTES) -> None:
        self.name = name
        self.log = CACHE / "logs" / f"{name}.log"
        self.began = time.monotonic()
        self._ends = self.began + minutes * 60
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.log.write_text("", encoding="utf-8")

    @property
    def left(self) -> float:
        """Seconds. Raises NotRun when there are none."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise NotRun(f"not installed and answering within its time; see {self.log}")
        return left

    def run(self, *command: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None, told: str = "") -> str:
        """What a command prints. Raises NotRun where it fails or takes too long."""
        named = " ".join(Path(command[0]).name if place == 0 else str(word) for place, word in enumerate(command[:4]))
        try:
            ran = subprocess.run(
                [str(word) for word in command],
                cwd=cwd,
                env={**os.environ, **(env or {})},
                input=told,
                capture_output=True,
                text=True,
                check=False,
                timeout=self.left,
            )
        except FileNotFoundError as error:
            raise NotRun(f"{command[0]} is not on this machine") from error
        except subprocess.TimeoutExpired as error:
            raise NotRun(f"`{named}` did not end in time") from error
        with self.log.open("a", encoding="utf-8") as log:
            log.write(f"$ {named}\n{ran.stdout}{ran.stderr}\n")
        if ran.returncode:
            raise NotRun(f"`{named}` failed: {' '.join((ran.stderr or ran.stdout).split())[-_LAST_WORDS:]}; see {self.log}")
        return ran.stdout

    def debian(self, *packages: str, there: Sequence[str | Path]) -> None:
        """Debian packages, unless all of `there` is there already: files, or programs."""
        missing = [str(one) for one in there if not Path(one).exists() and not shutil.which(str(one))]
        if not missing:
            return
        if shutil.which("apt-get") is None:
            raise NotRun(f"{missing[0]} is not here, and there is no apt-get")
        root = [] if os.geteuid() == 0 else ["sudo", "-n"]
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        with _APT:
            self.run(*root, "apt-get", "update", "-qq", env=quiet)
            self.run(*root, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages, env=quiet)

    def installed(self, name: str, install: Callable[[Path], None]) -> Path:
        """The folder of this name in the cache, filled by `install` where it is not there whole."""
        folder = CACHE / name
        folder.mkdir(parents=True, exist_ok=True)
        with (CACHE / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (folder / "done").exists():
                install(folder)
                (folder / "done").touch()
        return folder

    @contextmanager
    def running(
        self, *command: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None
    ) -> Iterator["subprocess.Popen[bytes]"]:
        """A server as a process, ended with the block."""
        with self.log.open("ab") as log:
            given = [sys.executable, str(Path(__file__).with_name("lifeline.py")), *(str(word) for word in command)]
            process = subprocess.Popen(given, cwd=cwd, env={**os.environ, **(env or {})}, stdin=subprocess.PIPE, stdout=log, stderr=log)
        try:
            yield process
        finally:
            assert process.stdin
            process.stdin.close()
            process.wait(30)

    def answered(self, process: "subprocess.Popen[bytes]", url: str, *, good: Sequence[int] = (200,)) -> httpx.Response:
        """The first good answer of a server that has just been started."""
        while self.left:
            if process.poll() is not None:
                raise NotRun(f"it ended with {process.returncode} before it answered; see {self.log}")
            try:
                answer = httpx.get(url, timeout=min(10, self.left))
            except httpx.HTTPError:
                answer = None
            if answer is not None and answer.status_code in good:
                return answer
            time.sleep(0.2)
        raise AssertionError


def free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        port: int = opened.getsockname()[1]
        return port
