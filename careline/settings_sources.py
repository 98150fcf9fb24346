"""The tables of settings.toml that say what is read and with what: the listener, the classifier, credentials, budgets, brands, accounts and feeds."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from careline.settings_team import Section
from careline.spans import Span
from storage.words import BrandKind

Price = Annotated[float, Field(ge=0)]
Dollars = Price | None
Days = Annotated[int, Field(ge=1)] | Literal["none"] | None


class CandidateSection(Section):
    engine: str = "onnx"
    model: str | None = None
    languages_model: str | None = None
    allow_download: bool = False
    labels: Mapping[str, Mapping[str, str]] = {}


class ClassifierSection(Section):
    engine: str = "onnx"
    model: str | None = None
    languages_model: str | None = None
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


class CredentialSection(Section):
    """One API identity. Secrets are named by environment variable: `bearer_token_env = "ACME_X_BEARER"`."""

    model_config = ConfigDict(extra="allow", frozen=True, str_strip_whitespace=True)

    source: str
    base_url: str | None = None
    allow_loopback: bool = False


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
