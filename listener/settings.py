"""What the listener is told at its start: credentials, how long it waits, how much it does at once, whom it tells."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import TYPE_CHECKING, Any

from listener.source import Unauthorized
from storage.words import AlertKind

if TYPE_CHECKING:
    from listener.connect.keeper import Keeper


@dataclass(frozen=True, slots=True)
class CredentialSettings:
    """One API identity. `variables` says which environment variable each secret is read from, so that a message can name it.

    `keeper` has what the platform gave by consent, for sources where there is one; a secret that was set by hand goes first.
    """

    name: str
    source: str
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    base_url: str | None = None
    allow_loopback: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    keeper: "Keeper | None" = field(default=None, repr=False, compare=False)

    def secret(self, name: str) -> str:
        """A secret that the source cannot work without. Raises Unauthorized, naming the environment variable to set."""
        value = self.secrets.get(name)
        if not value:
            raise Unauthorized(
                f"credential {self.name!r} has no {name}: set the environment variable {self.variable(name)}{self.or_connect()}"
            )
        return value

    def or_connect(self) -> str:
        """What else helps, for the end of a message: the consent, where there is one."""
        return f", or run {self.keeper.command}" if self.keeper else ""

    def variable(self, name: str) -> str:
        """The environment variable that a secret is read from."""
        return self.variables.get(name) or f"CARELINE_{self.name}_{name}".upper().replace("-", "_")


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is told of which alerts. `url_env` names the environment variable with the apprise URL; `quiet` may cross midnight."""

    name: str
    url_env: str
    kinds: frozenset[AlertKind] = frozenset(AlertKind)
    quiet: tuple[time, time] | None = None


@dataclass(frozen=True, slots=True)
class StreamSettings:
    """Another program that is told what becomes of cases: its address and secret are those of the credential."""

    name: str
    credential: str
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PublicSettings:
    """What the public app listens on, and how many deliveries it takes for one feed in a minute."""

    host: str = "127.0.0.1"
    port: int = 8503
    per_minute: int = 120


@dataclass(frozen=True, slots=True)
class ListenerSettings:
    """`timeout` is the longest that one call to a platform may take; `lease` how long a feed or a reply belongs to one worker."""

    credentials: Mapping[str, CredentialSettings] = field(default_factory=dict)
    timeout: timedelta = timedelta(seconds=20)
    threads: int = 8
    per_source: int = 3
    lease: timedelta = timedelta(minutes=5)
    recipients: tuple[Recipient, ...] = ()
    streams: tuple[StreamSettings, ...] = ()

    def credential(self, name: str | None, source: str) -> CredentialSettings:
        """The credential that a feed or an account names. Raises Unauthorized in words that say what to write."""
        if name is None:
            raise Unauthorized(f"this needs a credential: add [credentials.NAME] with source = {source!r} to settings.toml and name it")
        found = self.credentials.get(name)
        if found is None:
            raise Unauthorized(f"credential {name!r} is not in settings.toml: add [credentials.{name}] with source = {source!r}")
        if found.source != source:
            raise Unauthorized(f"credential {name!r} is for {found.source}, not for {source}: name another one")
        return found
