"""What the form of a rule makes of what was typed and chosen. Pure."""

from collections.abc import Mapping
from typing import Any

from desk.rules.rule_parts import Acts, Condition

YES, NO, EITHER = "yes", "no", "either"
ANSWERS: Mapping[str, bool | None] = {EITHER: None, YES: True, NO: False}
LISTED = ("handles", "sites")
CHOSEN = ("sentiment", "intent", "urgency", "language", "sources", "feeds", "brands", "labels")
ASKED = ("needs_reply", "abusive", "has_link")


def first(condition: Condition, acts: Acts) -> dict[str, Any]:
    """What stands in each field before anything is typed."""
    return {
        "query": condition.query,
        **{name: list(getattr(condition, name)) for name in CHOSEN},
        **{name: ", ".join(getattr(condition, name)) for name in LISTED},
        **{name: answer(getattr(condition, name)) for name in ASKED},
        "reach_at_least": condition.reach_at_least,
        "tags": list(acts.tags),
        "team": acts.team,
        "to_urgency": acts.urgency,
        "assign": acts.assign,
        "mute": acts.mute,
    }


def answer(value: bool | None) -> str:
    return next(word for word, one in ANSWERS.items() if one is value)


def condition_of(typed: Mapping[str, Any]) -> dict[str, Any]:
    """The condition as it is stored; what was left empty is absent."""
    said = {
        "query": str(typed["query"]).strip(),
        **{name: list(typed[name]) for name in CHOSEN},
        **{name: [one.strip() for one in str(typed[name]).replace("\n", ",").split(",") if one.strip()] for name in LISTED},
        "reach_at_least": typed["reach_at_least"],
    }
    asked = {name: ANSWERS[typed[name]] for name in ASKED}
    return {name: value for name, value in {**said, **asked}.items() if value not in (None, "", [])}


def acts_of(typed: Mapping[str, Any]) -> dict[str, Any]:
    """The acts as they are stored."""
    said = {"tags": list(typed["tags"]), "team": typed["team"], "urgency": typed["to_urgency"], "assign": typed["assign"]}
    return {name: value for name, value in said.items() if value not in (None, [])} | ({"mute": True} if typed["mute"] else {})
