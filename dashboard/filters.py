"""What the queue shows, as it stands in the address: read with suspicion, since anybody may write an address."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar, get_args
from urllib.parse import parse_qsl, urlencode

from desk.queue.filters import QueueFilter, View
from desk.queue.sight import Sight
from storage.words import Intent, Sentiment, Urgency

W = TypeVar("W", bound=StrEnum)

VIEWS: tuple[View, ...] = get_args(View)
STEP = 50
MOST = 500
LONGEST_TEXT = 200
NAMES = (
    "view",
    "source",
    "feed",
    "brand",
    "intent",
    "sentiment",
    "urgency",
    "language",
    "flagged",
    "tag",
    "label",
    "owner",
    "team",
    "incident",
    "alike",
    "q",
)

NARROWING = (
    "source",
    "feed_id",
    "brand_id",
    "intent",
    "sentiment",
    "urgency",
    "language",
    "tag_id",
    "label_id",
    "owner_id",
    "team_id",
    "incident_id",
    "alike_id",
)

FULL_SIGHT = frozenset[View]({"waiting", "unclaimed", "due_soon", "team", "flagged"})
"""Lists of who waits: they differ for those who see shielded cases."""


def read_filter(params: Mapping[str, str], *, person_id: int | None, sight: Sight | None = None) -> QueueFilter:
    """The filter that an address asks for, as one person sees it; a value that does not exist counts as not given."""
    view, seen = read_view(params.get("view")), sight or Sight()
    return QueueFilter(
        view=view,
        source=params.get("source") or None,
        feed_id=read_number(params.get("feed")),
        brand_id=read_number(params.get("brand")),
        intent=read_word(Intent, params.get("intent")),
        sentiment=read_word(Sentiment, params.get("sentiment")),
        urgency=read_word(Urgency, params.get("urgency")),
        language=params.get("language") or None,
        text=params.get("q", "")[:LONGEST_TEXT],
        flagged=params.get("flagged") == "1",
        assignee_id=person_id if view == "mine" else None,
        tag_id=read_number(params.get("tag")),
        label_id=read_number(params.get("label")),
        owner_id=read_number(params.get("owner")),
        team_id=read_number(params.get("team")),
        incident_id=read_number(params.get("incident")),
        alike_id=read_number(params.get("alike")),
        my_teams=seen.my_teams if view == "team" else (),
        sees_shielded=seen.sees_shielded and view in FULL_SIGHT,
        due_within=seen.due_within,
        sees_private=seen.sees_private and bool(params.get("q", "").strip()),
    )


def read_view(value: str | None) -> View:
    return next((known for known in VIEWS if known == value), "waiting")


def unwritten(params: str) -> dict[str, str]:
    """What a written filter says, by name; names that no filter has are left out."""
    return {name: value for name, value in parse_qsl(params) if name in NAMES}


def read_limit(params: Mapping[str, str]) -> int:
    return max(1, min(MOST, read_number(params.get("limit")) or STEP))


def read_number(value: str | None) -> int | None:
    """A positive row id, None for anything else."""
    return int(value) if value and value.isascii() and value.isdigit() and 0 < int(value) < 2**63 else None


def written(params: Mapping[str, str]) -> str:
    """The part of an address that says what is shown, in one order: equal filters are equal strings."""
    return urlencode({name: params[name] for name in NAMES if params.get(name)})


def is_narrowed(shown: QueueFilter) -> bool:
    """Whether more than the view decides what is shown."""
    values: list[Any] = [getattr(shown, name) for name in NARROWING]
    return any(value is not None for value in values) or shown.flagged or bool(shown.text.strip())


def read_word(words: type[W], value: str | None) -> W | None:
    """A member of a closed set, None for anything else."""
    return next((word for word in words if word.value == value), None)
