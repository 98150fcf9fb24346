"""What the board is told at its start."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from desk.settings import DeskSettings
from storage.words import Role

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

    @property
    def in_use(self) -> tuple[str, ...]:
        """The variables of the secrets that are set; of all of them where none is set here, since another machine may have them."""
        return tuple(secret.variable for secret in self.secrets if secret.is_set) or tuple(secret.variable for secret in self.secrets)


@dataclass(frozen=True, slots=True)
class SignInSettings:
    """The OpenID provider that says who somebody is, and what its groups may do here.

    `public_url`: where browsers find the board, without a path; the provider sends them back there. `groups_claim` may lead through dots.
    `allow_loopback`: the provider is on this machine and has no https.
    """

    issuer: str
    client_id: str
    public_url: str
    client_secret: str = field(default="", repr=False)
    scopes: tuple[str, ...] = ("openid", "profile", "email")
    groups_claim: str = "groups"
    roles: Mapping[str, frozenset[Role]] = field(default_factory=dict)
    name: str = ""
    allow_loopback: bool = False

    @property
    def public_host(self) -> str:
        return urlsplit(self.public_url).hostname or ""

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach the board by https, so that its cookie must travel by nothing else."""
        return urlsplit(self.public_url).scheme == "https"


@dataclass(frozen=True, slots=True)
class BoardSettings:
    """Where the board listens and whose rows it shows.

    `allowed_hosts`: names under which browsers may reach it; empty means this machine's loopback names.
    `cookie_secret`: signs the sign-in cookie; empty means a key kept in `home`, made at the first start.
    `credentials`: what the Feeds page says of secrets; a sample workspace has none.
    `practice_url`: another board, on the sample, where people practise; empty where there is none.
    `sign_in`: without it a name is enough, on a board that only this machine can reach.
    `language`: what is spoken to somebody who has chosen none.
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
    sign_in: SignInSettings | None = None
    language: str = "en"
    practice_url: str = ""

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
        if self.allowed_hosts or self.sign_in is None:
            return self.allowed_hosts or LOOPBACK_NAMES
        return (self.sign_in.public_host, *LOOPBACK_NAMES)

    @property
    def takes_names(self) -> bool:
        """Whether somebody signs in by picking their name."""
        return self.sign_in is None and self.is_loopback

    @property
    def has_secure_cookie(self) -> bool:
        return self.sign_in.is_secure if self.sign_in else not self.is_loopback
