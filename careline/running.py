"""One `careline up` for one data folder: who runs, and where its board is."""

import errno
import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


class AlreadyRunning(Exception):
    """Another `careline up` has this data folder; `url` is its board."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


class PortTaken(Exception):
    """Another program listens on the board's port."""


@contextmanager
def alone(home: Path, url: str) -> Iterator[None]:
    """Hold the data folder for this process; the kernel gives it back however the process ends. Raises AlreadyRunning."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "up.lock").open("a+", encoding="utf-8") as lock:
        _take(lock)
        lock.truncate(0)
        lock.write(url)
        lock.flush()
        (home / "up.pid").write_text(f"{os.getpid()}\n", encoding="ascii")
        try:
            yield
        finally:
            (home / "up.pid").unlink(missing_ok=True)


def _take(lock: IO[str]) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        raise AlreadyRunning(lock.read().strip()) from None


def check_port(host: str, port: int) -> None:
    """Raises PortTaken, with what to do, when the board could not listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise PortTaken(
                    f"The board cannot listen on {host}:{port} ({error.strerror}). Check [board] host and port in settings.toml"
                ) from error
            raise PortTaken(
                f"Port {port} on {host} is taken by another program. Choose another one:  CARELINE_PORT={port + 1} make up"
            ) from error
