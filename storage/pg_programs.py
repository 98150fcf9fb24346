"""PostgreSQL's own client programs, which write and read its archives. No password ever stands on a command line."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import make_url

from storage.errors import BackupFailed

VERSION = re.compile(r"^COPY \S*alembic_version .*?;\n(\S+)$", re.MULTILINE)
VARIABLES: Mapping[str, str] = MappingProxyType(
    {"host": "PGHOST", "port": "PGPORT", "username": "PGUSER", "password": "PGPASSWORD", "database": "PGDATABASE"}
)
OPTIONS: Mapping[str, str] = MappingProxyType({"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "host": "PGHOST", "port": "PGPORT"})


def dump(url: str, part: Path) -> None:
    """Write the whole database into one archive, as it was at one instant. Raises BackupFailed."""
    _run("pg_dump", ["--format=custom", "--no-owner", "--no-privileges", f"--file={part}"], url)


def load(url: str, archive: Path, *, check: Callable[[str | None], None]) -> None:
    """Put an archive in the database's place, in one transaction. `check` is told the archive's schema first, and may refuse it.

    Raises BackupFailed; then the database is as it was.
    """
    check(_revision(url, archive))
    with tempfile.TemporaryDirectory(prefix="careline-restore-") as folder:
        script = Path(folder) / "restore.sql"
        _run("pg_restore", ["--no-owner", "--no-privileges", f"--file={script}", str(archive)], url)
        # The whole schema goes first: a table of a later version would stand in the way of the next upgrade.
        anew = ["--command=DROP SCHEMA public CASCADE", "--command=CREATE SCHEMA public"]
        quiet = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
        _run("psql", [*quiet, "--single-transaction", *anew, f"--file={script}"], url)


def _revision(url: str, archive: Path) -> str:
    told = _run("pg_restore", ["--data-only", "--table=alembic_version", "--file=-", str(archive)], url)
    found = VERSION.search(told)
    if found is None:
        raise BackupFailed(f"{archive} is no backup of a workspace")
    return found[1]


def _run(program: str, arguments: Sequence[str], url: str) -> str:
    found = shutil.which(program)
    if found is None:
        raise BackupFailed(f"{program} is not installed: apt-get install postgresql-client")
    ran = subprocess.run([found, *arguments], env={**os.environ, **_connection(url)}, capture_output=True, check=False)  # noqa: S603  its path is looked up, its arguments are ours
    if ran.returncode != 0:
        said = ran.stderr.decode(errors="replace").strip().splitlines()
        raise BackupFailed(f"{program} failed: {said[0] if said else f'exit code {ran.returncode}'}")
    return ran.stdout.decode(errors="replace")


def _connection(url: str) -> dict[str, str]:
    parsed = make_url(url)
    named = {variable: str(getattr(parsed, part)) for part, variable in VARIABLES.items() if getattr(parsed, part)}
    options = {OPTIONS[name]: str(value) for name, value in parsed.query.items() if name in OPTIONS}
    return {**named, **options}
