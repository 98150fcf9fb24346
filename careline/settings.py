"""All of settings.toml and the environment in one model. Every key is typed; an unknown one is an error.

The models of the tables are the file's shape; docs/settings.md explains each key, and a test holds the two together.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from careline.settings_sources import (
    AccountSection,
    BrandSection,
    BudgetSection,
    ClassifierSection,
    CredentialSection,
    EventStreamSection,
    FeedSection,
    ListenerSection,
    Price,
    RetentionSection,
)
from careline.settings_team import (
    AbuseSection,
    AlertsSection,
    BoardSection,
    DatabaseSection,
    HoursSection,
    IncidentsSection,
    PracticeSection,
    PublicSection,
    SignInSection,
    SlaSection,
    WorkspaceSection,
)

DEFAULT_HOME = ".careline"
DEFAULT_FILE = "settings.toml"


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
    prices: Mapping[str, Mapping[str, Price]] = {}
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
