"""What a workspace listens to, as it is written down: in settings.toml, or on the Feeds page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from storage.words import BrandKind


@dataclass(frozen=True, slots=True)
class BrandPlan:
    """A name to listen for."""

    name: str
    kind: BrandKind = BrandKind.OWN


@dataclass(frozen=True, slots=True)
class AccountPlan:
    """An account that answers for a brand; `brand` and `credential` by name."""

    name: str
    brand: str
    source: str
    site: str
    handle: str
    credential: str | None = None
    signature: str = ""


@dataclass(frozen=True, slots=True)
class FeedDraft:
    """A feed as a person describes it; `brand` and `credential` by name, `interval_s` in seconds."""

    name: str
    source: str
    kind: str
    query: str
    brand: str
    credential: str | None = None
    interval_s: int = 300
    site: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WorkspacePlan:
    """All that settings.toml defines; `credentials` are pairs of name and source."""

    brands: tuple[BrandPlan, ...] = ()
    credentials: tuple[tuple[str, str], ...] = ()
    accounts: tuple[AccountPlan, ...] = ()
    feeds: tuple[FeedDraft, ...] = ()
