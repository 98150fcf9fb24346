"""A PostgreSQL server for tests: the one that the environment names, else one started here for the run."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ENVIRONMENT = "CARELINE_TEST_POSTGRES_URL"


def bin_folder() -> Path | None:
    """The folder of the newest installed PostgreSQL server."""
    on_path = shutil.which("initdb")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    found = [Path(on_path)] if on_path else debian[-1:]
    return found[0].parent if found else None


@contextmanager
def server() -> Iterator[str | None]:
    """The URL of a server's maintenance database, None where there is none."""
    given = os.environ.get(ENVIRONMENT)
    tools = bin_folder()
    if given or tools is None:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="careline-pg-") as folder:
        yield from _started(tools, Path(folder))


def _started(tools: Path, folder: Path) -> Iterator[str]:
    user = _unprivileged(folder)
    port = _free_port()
    _run([tools / "initdb", "-D", folder / "d", "-A", "trust", "-U", "careline", "-N"], user)
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200 -k {folder}"
    _run([tools / "pg_ctl", "-D", folder / "d", "-l", folder / "log", "-w", "-o", options, "start"], user)
    try:
        yield f"postgresql+psycopg://careline@127.0.0.1:{port}/postgres"
    finally:
        _run([tools / "pg_ctl", "-D", folder / "d", "-m", "immediate", "stop"], user)


def _unprivileged(folder: Path) -> str | None:
    """Initdb refuses root: the account to run it as, None when this one is fine."""
    if os.geteuid() != 0:
        return None
    name = next(n for n in ("postgres", "nobody") if _exists(n))
    shutil.chown(folder, name)
    return name


def _exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _run(command: list[str | Path], user: str | None) -> None:
    subprocess.run([str(c) for c in command], check=True, user=user, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def describe() -> str:
    """One line: where the tests on PostgreSQL run."""
    tools = bin_folder()
    if os.environ.get(ENVIRONMENT):
        return f"PostgreSQL: the server that {ENVIRONMENT} names"
    return f"PostgreSQL: a server of our own, from {tools}" if tools else "PostgreSQL: none is installed, its tests are skipped"


if __name__ == "__main__":
    print(describe())  # noqa: T201
