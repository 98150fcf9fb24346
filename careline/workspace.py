"""Which workspace this is: a person's own, or the sample. Each is a database of its own.

Until somebody decides, a workspace without feeds in settings.toml is the sample. "Start your own workspace" on the
board decides, and so does `[workspace] sample`; the board's decision is a file in the data folder.
"""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from careline.settings import Settings

CHOICE = "workspace"
OWN = "own"
SAMPLE = "sample"


@dataclass(frozen=True, slots=True)
class Workspace:
    """The data folder, and which database of it is in use."""

    home: Path
    is_sample: bool
    database_url: str

    @property
    def name(self) -> str:
        return SAMPLE if self.is_sample else OWN


def chosen(settings: Settings) -> Workspace:
    """The workspace that the settings, the environment and earlier choices come to."""
    home = settings.home.absolute()
    is_sample = _is_sample(settings, home)
    own = settings.database_url or settings.database.url or f"sqlite:///{home / 'careline.db'}"
    return Workspace(home, is_sample, f"sqlite:///{home / 'sample.db'}" if is_sample else own)


def _is_sample(settings: Settings, home: Path) -> bool:
    if settings.workspace.sample is not None:
        return settings.workspace.sample
    choice = home / CHOICE
    if choice.exists():
        return choice.read_text(encoding="utf-8").strip() == SAMPLE
    return not settings.feeds


def choose(home: Path, name: str) -> None:
    """Remember which workspace the next start, and the running supervisor, should use."""
    home.mkdir(parents=True, exist_ok=True)
    fresh = home / f"{CHOICE}.new"
    fresh.write_text(name + "\n", encoding="utf-8")
    fresh.replace(home / CHOICE)


def secret_key(settings: Settings) -> str:
    """The key that signs the cookie and seals rotated tokens: `CARELINE_SECRET_KEY`, else one kept in the data folder (0600)."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    file = settings.home.absolute() / "secret.key"
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return file.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as written:
        written.write(secrets.token_urlsafe(48))
    return file.read_text(encoding="ascii").strip()
