"""The tables of settings.toml that say how a team works: its workspace and board, its sign-in, its promises, hours and alerts."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from careline.spans import Span, opening
from storage.words import AlertKind, Role

DEFAULT_PORT = 8501
DEFAULT_PUBLIC_PORT = 8503
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Section(BaseModel):
    """A table of settings.toml: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class WorkspaceSection(Section):
    name: str = "My workspace"
    zone: str = "Europe/London"
    language: Literal["en", "de"] = "en"
    sample: bool | None = None

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError("expected a time zone of the IANA list") from None
        return value


class DatabaseSection(Section):
    url: str | None = None


class BoardSection(Section):
    host: str = "127.0.0.1"
    port: int = Field(default=DEFAULT_PORT, ge=1, le=65535)
    allowed_hosts: tuple[str, ...] = ()


class SignInSection(Section):
    """An OpenID provider. Its client secret comes from the environment variable that `client_secret_env` names."""

    issuer: str
    client_id: str
    public_url: str
    client_secret_env: str | None = None
    scopes: tuple[str, ...] = ("openid", "profile", "email")
    groups_claim: str = "groups"
    roles: Mapping[str, tuple[Role, ...]] = {}
    name: str = ""
    allow_loopback: bool = False

    @field_validator("scopes")
    @classmethod
    def _asks_who_it_is(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if "openid" not in value:
            raise ValueError("expected openid among them")
        return value

    @field_validator("issuer", "public_url")
    @classmethod
    def _is_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("expected an address that begins with https://")
        return value.rstrip("/")

    @field_validator("public_url")
    @classmethod
    def _has_no_path(cls, value: str) -> str:
        if urlsplit(value).path:
            raise ValueError("expected an address without a path: the board is served at the root of its host")
        return value

    @model_validator(mode="after")
    def _is_sealed(self) -> Self:
        open_ones = [url for url in (self.issuer, self.public_url) if urlsplit(url).scheme == "http"]
        if any(urlsplit(url).hostname not in LOOPBACK for url in open_ones):
            raise ValueError("issuer and public_url need https:// (http:// is for this machine alone)")
        if urlsplit(self.issuer).scheme == "http" and not self.allow_loopback:
            raise ValueError("an issuer by http:// needs allow_loopback = true, and is for trying things out")
        return self


class PublicSection(Section):
    """The app that other programs reach: deliveries in, receipts. Off unless it is switched on."""

    enabled: bool = False
    host: str = "127.0.0.1"
    port: int = Field(default=DEFAULT_PUBLIC_PORT, ge=1, le=65535)
    per_minute: int = Field(default=120, ge=1)


class SlaTargets(Section):
    high: Span = timedelta(minutes=30)
    normal: Span = timedelta(hours=4)
    low: Span = timedelta(hours=24)


class SlaSection(Section):
    first: SlaTargets = SlaTargets()
    next: SlaTargets = SlaTargets()
    closing: Span = timedelta(days=3)
    high_around_the_clock: bool = True
    held_after: Span = timedelta(days=7)


class HoursSection(Section):
    """Opening hours by day: `mon = ["08:00-12:00", "13:00-20:00"]`; an empty list is a closed day."""

    mon: tuple[str, ...] = ("08:00-20:00",)
    tue: tuple[str, ...] = ("08:00-20:00",)
    wed: tuple[str, ...] = ("08:00-20:00",)
    thu: tuple[str, ...] = ("08:00-20:00",)
    fri: tuple[str, ...] = ("08:00-20:00",)
    sat: tuple[str, ...] = ("08:00-20:00",)
    sun: tuple[str, ...] = ("08:00-20:00",)
    holidays: tuple[date, ...] = ()

    @field_validator("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    @classmethod
    def _spans_in_order(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for text in value:
            opening(text)
        return value


class RecipientSection(Section):
    """Who is told. The apprise URL holds a secret, so that it comes from the environment variable `url_env`."""

    name: str
    url_env: str
    kinds: tuple[AlertKind, ...] = tuple(AlertKind)
    quiet: str | None = None

    @field_validator("quiet")
    @classmethod
    def _is_window(cls, value: str | None) -> str | None:
        if value is not None:
            opening(value, may_cross_midnight=True)
        return value


class AlertsSection(Section):
    high_unclaimed: Span = timedelta(minutes=15)
    breach_near: Span = timedelta(minutes=15)
    backlog: int = Field(default=200, ge=1)
    blind_after: Span = timedelta(minutes=15)
    process_down: Span = timedelta(seconds=90)
    cooldown: Span = timedelta(minutes=60)
    spike_factor: float = Field(default=3.0, ge=1)
    spike_least: int = Field(default=10, ge=1)
    recipients: tuple[RecipientSection, ...] = ()


class PracticeSection(Section):
    """Where people practise on the sample: the address of another Careline's board."""

    url: str | None = None

    @field_validator("url")
    @classmethod
    def _is_address(cls, value: str | None) -> str | None:
        if value is not None and (urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname):
            raise ValueError("expected an address that begins with http:// or https://")
        return value


class AbuseSection(Section):
    shield_for: Span = timedelta(minutes=20)
    exposure_limit: int = Field(default=10, ge=1)
    exposure: bool = True


class IncidentsSection(Section):
    tell_pace: Span = timedelta(seconds=6)
