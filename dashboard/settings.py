"""What the board is told at its start."""

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path

from desk.settings import DeskSettings

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class SecretView:
    """An environment variable that a secret is read from, and whether it is set; never its value. `name` as in settings.toml."""

    name: str
    variable: str
    is_set: bool


@dataclass(frozen=True, slots=True)
class CredentialView:
    """A credential of settings.toml as the Feeds page shows it."""

    name: str
    source: str
    secrets: tuple[SecretView, ...] = ()


@dataclass(frozen=True, slots=True)
class BoardSettings:
    """Where the board listens and whose rows it shows.

    `allowed_hosts`: names under which browsers may reach it; empty means this machine's loopback names.
    `cookie_secret`: signs the sign-in cookie; empty means a key kept in `home`, made at the first start.
    `credentials`: what the Feeds page says of secrets; a sample workspace has none.
    """

    host: str = "127.0.0.1"
    port: int = 8501
    allowed_hosts: tuple[str, ...] = ()
    cookie_secret: str = field(default="", repr=False)
    database_url: str = field(default="", repr=False)
    home: Path = Path(".careline")
    is_sample: bool = False
    desk: DeskSettings = field(default_factory=DeskSettings)
    feeds_editable: bool = True
    credentials: tuple[CredentialView, ...] = ()

    @property
    def is_loopback(self) -> bool:
        """True when only this machine can reach the board."""
        if self.host in LOOPBACK_NAMES:
            return True
        try:
            return ipaddress.ip_address(self.host.strip("[]")).is_loopback
        except ValueError:
            return False

    @property
    def cookie_name(self) -> str:
        """One for each port: browsers send the cookies of one machine to all of its ports."""
        return f"careline_{self.port}"

    @property
    def hosts(self) -> tuple[str, ...]:
        return self.allowed_hosts or LOOPBACK_NAMES
