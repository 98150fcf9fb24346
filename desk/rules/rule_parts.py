"""What a rule says: its condition and its acts, read from the JSON in which they are stored. Nothing in here can send, draft or close."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any, get_args, get_type_hints

from desk.errors import Invalid
from desk.intake.authors import bare
from desk.rules import rule_query
from storage.words import Intent, Sentiment, Urgency

MOST = 100
LONGEST_WORD = 255


class Act(StrEnum):
    """What a rule can do. There is no other."""

    TAGS = "tags"
    TEAM = "team"
    URGENCY = "urgency"
    ASSIGN = "assign"
    MUTE = "mute"


@dataclass(frozen=True, slots=True)
class Condition:
    """Everything that is said must be so; of what lists several, one of them. What is left empty says nothing."""

    query: str = ""
    sentiment: tuple[Sentiment, ...] = ()
    intent: tuple[Intent, ...] = ()
    urgency: tuple[Urgency, ...] = ()
    needs_reply: bool | None = None
    abusive: bool | None = None
    language: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    reach_at_least: int | None = None
    sources: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    feeds: tuple[int, ...] = ()
    brands: tuple[int, ...] = ()
    has_link: bool | None = None
    labels: tuple[int, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return _said(asdict(self))


@dataclass(frozen=True, slots=True)
class Acts:
    """`tags`, `team` and `assign` by id; `mute`: the mention opens no case."""

    tags: tuple[int, ...] = ()
    team: int | None = None
    urgency: Urgency | None = None
    assign: int | None = None
    mute: bool = False

    def as_json(self) -> dict[str, Any]:
        return _said(asdict(self))

    @property
    def kinds(self) -> tuple[Act, ...]:
        return tuple(act for act in Act if getattr(self, act) not in (None, (), False))


def condition_of(stored: Mapping[str, Any]) -> Condition:
    """A stored or typed condition. Raises Invalid for a name or a value that there is not, words that cannot be read, and one that says nothing."""
    read = _read(Condition, stored)
    read = {**read, "language": _lower(read, "language"), "handles": tuple(bare(one) for one in read.get("handles", ()))}
    condition = Condition(**{**read, "query": str(read.get("query", "")).strip()})
    if condition == Condition():
        raise Invalid("The rule would fit every mention: say at least one thing that a mention must have")
    if condition.query:
        rule_query.parse(condition.query)
    if condition.reach_at_least is not None and condition.reach_at_least < 1:
        raise Invalid("The reach must be at least 1")
    return condition


def acts_of(stored: Mapping[str, Any]) -> Acts:
    """Stored or typed acts. Raises Invalid for an act that there is not, for none at all, and for a muted mention with acts on its case."""
    acts = Acts(**_read(Acts, stored))
    if not acts.kinds:
        raise Invalid("The rule does nothing: choose at least one act")
    if acts.mute and (acts.team is not None or acts.urgency is not None or acts.assign is not None):
        raise Invalid("A muted mention has no case: mute it, or give it a team, an urgency or a person")
    return acts


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without what says nothing; lists in order, so that the same rule is stored the same way."""
    listed = {name: sorted(value) if isinstance(value, tuple) else value for name, value in values.items()}
    return {name: value for name, value in listed.items() if value not in (None, [], "", False) or (value is False and name != "mute")}


def _lower(read: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(one.strip().lower() for one in read.get(name, ()))


def _read(kind: type[Condition] | type[Acts], stored: Mapping[str, Any]) -> dict[str, Any]:
    unknown = sorted(set(stored) - {field.name for field in fields(kind)})
    if unknown:
        raise Invalid(f"A rule knows no {', '.join(unknown)}")
    hints = get_type_hints(kind)
    return {name: _value(name, value, hints[name]) for name, value in stored.items() if value is not None}


def _value(name: str, value: Any, hint: Any) -> Any:
    arguments = [one for one in get_args(hint) if one not in (type(None), Ellipsis)]
    if get_args(hint)[1:] == (Ellipsis,):
        if not isinstance(value, list | tuple):
            raise Invalid(f"{name} must be a list")
        if len(value) > MOST:
            raise Invalid(f"{name} has {len(value)} entries: {MOST} at most")
        return tuple(dict.fromkeys(_one(name, each, arguments[0]) for each in value))
    return _one(name, value, arguments[0] if arguments else hint)


def _one(name: str, value: Any, kind: Any) -> Any:
    if issubclass(kind, StrEnum):
        if value not in list(kind):
            raise Invalid(f"{value!r} is no {name}: choose among {', '.join(kind)}")
        return kind(value)
    if type(value) is not kind:
        raise Invalid(f"{value!r} is no {name}")
    if kind is str and (len(value) > LONGEST_WORD and name != "query"):
        raise Invalid(f"{name} is too long")
    return value
