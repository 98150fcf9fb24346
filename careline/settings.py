"""The one place that reads `settings.toml` and the environment. Every key is typed; an unknown one is an error.

The models below are the file's shape; docs/settings.md explains each key, and a test holds the two together.
"""

import os
import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource
from pydantic_settings import SettingsError as EnvironmentUnreadable

from careline.settings_errors import SettingsError, from_validation
from careline.spans import Span, opening
from desk.platforms import QUOTA_ZONES
from storage.words import AlertKind, BrandKind, Role

DEFAULT_HOME = ".careline"
DEFAULT_FILE = "settings.toml"
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


class CandidateSection(Section):
    engine: str = "onnx"
    model: str | None = None
    allow_download: bool = False
    labels: Mapping[str, Mapping[str, str]] = {}


class ClassifierSection(Section):
    engine: str = "onnx"
    model: str | None = None
    allow_download: bool = False
    batch: int = Field(default=8, ge=1, le=1000)
    labels: Mapping[str, Mapping[str, str]] = {}
    candidate: CandidateSection | None = None


class ListenerSection(Section):
    timeout: Span = timedelta(seconds=20)
    threads: int = Field(default=8, ge=1, le=64)
    per_source: int = Field(default=3, ge=1, le=64)
    flood_per_day: int = Field(default=500, ge=1)
    recheck_days: tuple[Annotated[int, Field(ge=1, le=90)], ...] = (1, 7, 30)


Dollars = Annotated[float, Field(ge=0)] | None


class BudgetSection(Section):
    """What a credential may spend in a calendar month, in dollars, or of a day's quota, in its units: in all, and by part."""

    month: Dollars = None
    quota: Annotated[int, Field(ge=0)] | None = None
    replies: Dollars = None
    mentions: Dollars = None
    keywords: Dollars = None
    rechecks: Dollars = None
    previews: Dollars = None

    @model_validator(mode="after")
    def _is_of_one_kind(self) -> Self:
        if self.month is not None and self.quota is not None:
            raise ValueError("month is in dollars and quota in units of a platform: a credential has one of them")
        return self


class PublicSection(Section):
    """The app that other programs reach: deliveries in, receipts. Off unless it is switched on."""

    enabled: bool = False
    host: str = "127.0.0.1"
    port: int = Field(default=DEFAULT_PUBLIC_PORT, ge=1, le=65535)
    per_minute: int = Field(default=120, ge=1)


Days = Annotated[int, Field(ge=1)] | Literal["none"] | None


class RetentionSection(Section):
    """How many days what is kept of a source, `"none"` for ever; what is not named is as `[retention.default]` says."""

    text: Days = None
    raw: Days = None
    media: Days = None
    author: Days = None
    audit: Days = None


class EventStreamSection(Section):
    """Another program that is told what becomes of cases; its address and secret are those of the credential."""

    name: str = Field(min_length=1, max_length=80)
    credential: str
    events: tuple[Literal["case.opened", "case.claimed", "case.closed", "case.reopened"], ...] = (
        "case.opened",
        "case.claimed",
        "case.closed",
        "case.reopened",
    )


class CredentialSection(Section):
    """One API identity. Secrets are named by environment variable: `bearer_token_env = "ACME_X_BEARER"`."""

    model_config = ConfigDict(extra="allow", frozen=True, str_strip_whitespace=True)

    source: str
    base_url: str | None = None
    allow_loopback: bool = False


class BrandSection(Section):
    name: str
    kind: BrandKind = BrandKind.OWN


class AccountSection(Section):
    name: str
    brand: str
    source: str
    handle: str
    site: str = ""
    credential: str | None = None
    signature: str = ""


class FeedSection(Section):
    """One standing query. What only one source knows stands in the feed's `options` table."""

    name: str = Field(min_length=1, max_length=80)
    source: str
    brand: str
    kind: str = ""
    query: str = ""
    credential: str | None = None
    interval: Span = timedelta(minutes=5)
    site: str = ""
    url: str | None = None
    allow_loopback: bool = False
    options: Mapping[str, Any] = {}


class Settings(BaseSettings):
    """All of settings.toml; an environment variable `CARELINE_SECTION__KEY` goes before the file."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True, env_nested_delimiter="__", env_prefix="CARELINE_")

    workspace: WorkspaceSection = WorkspaceSection()
    database: DatabaseSection = DatabaseSection()
    board: BoardSection = BoardSection()
    sign_in: SignInSection | None = None
    sla: SlaSection = SlaSection()
    hours: HoursSection = HoursSection()
    alerts: AlertsSection = AlertsSection()
    incidents: IncidentsSection = IncidentsSection()
    abuse: AbuseSection = AbuseSection()
    practice: PracticeSection = PracticeSection()
    classifier: ClassifierSection = ClassifierSection()
    listener: ListenerSection = ListenerSection()
    public: PublicSection = PublicSection()
    event_streams: tuple[EventStreamSection, ...] = ()
    retention: Mapping[str, RetentionSection] = {}
    credentials: Mapping[str, CredentialSection] = {}
    budgets: Mapping[str, BudgetSection] = {}
    brands: tuple[BrandSection, ...] = ()
    accounts: tuple[AccountSection, ...] = ()
    feeds: tuple[FeedSection, ...] = ()

    home: Path = Path(DEFAULT_HOME)
    port: int | None = Field(default=None, ge=1, le=65535)
    database_url: str | None = None
    secret_key: SecretStr | None = None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        del dotenv_settings, file_secret_settings
        file = settings_file()
        return (init_settings, env_settings, TomlConfigSettingsSource(settings_cls, file)) if file else (init_settings, env_settings)


def settings_file() -> Path | None:
    """The settings file: the one that `CARELINE_SETTINGS` names, else `./settings.toml` where it exists."""
    named = os.environ.get("CARELINE_SETTINGS")
    if named:
        return Path(named)
    here = Path(DEFAULT_FILE)
    return here if here.exists() else None


def load() -> Settings:
    """Read and check everything once. Raises SettingsError, whose message names file, key, what was expected and an example."""
    file = settings_file()
    if file is not None:
        _check_readable(file)
    try:
        settings = Settings()
    except ValidationError as error:
        raise from_validation(error, file) from None
    except EnvironmentUnreadable as error:
        raise SettingsError(f"environment: {error}. Write one key of a section:  CARELINE_BOARD__PORT=8600") from None
    _check_references(settings, file)
    return settings


def _check_readable(file: Path) -> None:
    try:
        tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError(f"{file}: no such file. CARELINE_SETTINGS names it; unset it to use ./{DEFAULT_FILE}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: cannot be read ({error}). Expected a text file in TOML, readable by this user") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f'{file}: not valid TOML: {error}. Example of a line: name = "Acme"') from None


def _check_references(settings: Settings, file: Path | None) -> None:
    brands = {brand.name for brand in settings.brands}
    _check_unique("event_streams", [stream.name for stream in settings.event_streams], file)
    for stream in settings.event_streams:
        if stream.credential not in settings.credentials:
            what = f"event_streams {stream.name!r}"
            raise SettingsError.for_reference(file, what, "credential", stream.credential, set(settings.credentials))
    for name in settings.budgets:
        if name not in settings.credentials:
            raise SettingsError.for_reference(file, f"budgets {name!r}", "credential", name, set(settings.credentials))
        _check_quota(settings, name, file)
    for kind, rows in (("feeds", settings.feeds), ("accounts", settings.accounts)):
        _check_unique(kind, [row.name for row in rows], file)
        for row in rows:
            if row.brand not in brands:
                raise SettingsError.for_reference(file, f"{kind} {row.name!r}", "brand", row.brand, brands)
            if row.credential is not None and row.credential not in settings.credentials:
                raise SettingsError.for_reference(file, f"{kind} {row.name!r}", "credential", row.credential, set(settings.credentials))


def _check_quota(settings: Settings, name: str, file: Path | None) -> None:
    source = settings.credentials[name].source
    if settings.budgets[name].quota is not None and source not in QUOTA_ZONES:
        counted = ", ".join(sorted(QUOTA_ZONES))
        raise SettingsError(f"{file}: budgets {name!r}: {source} counts no quota in units, only {counted} do. Expected month, in dollars")


def _check_unique(kind: str, names: list[str], file: Path | None) -> None:
    for name in names:
        if names.count(name) > 1:
            raise SettingsError(f"{file}: [[{kind}]] has two entries named {name!r}. Expected each name once")
