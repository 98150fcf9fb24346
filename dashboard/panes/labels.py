"""Callbacks of the labels, wherever they are drawn: corrected by one click, taken back by another, or said to be right."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard import label_actions
from dashboard.actions import Result
from dashboard.frame import tell
from dashboard.panes import verbs
from dashboard.texts import text
from dashboard.workspace import here
from desk.queue.inbox import LabelView
from storage.words import Question

ALL = 0
"""Stands for every label that the component shows."""

UNDO = "label_undo"
"""Holds what the next run offers to take back, for the component whose label was corrected."""


def chosen(key: str, person_id: int, seen: Sequence[LabelView] = ()) -> None:
    """Something about a label was pressed in the component of that key; `seen` are the labels that stood there to be confirmed."""
    sent = verbs.message(key, "act")
    verb, value = sent.get("verb"), sent.get("value")
    if verb == "confirm":
        tell(label_actions.confirm(here(), person_id, _by_mention([view for view in seen if value in {view.mention_id, ALL}])))
    elif isinstance(value, Mapping) and verb in {"correct", "undo"}:
        _change(key, person_id, str(verb), value)


def offered_undo(key: str) -> dict[str, Any] | None:
    """The way back from the correction that was just made here, once."""
    found: tuple[str, dict[str, Any]] | None = st.session_state.pop(UNDO, None)
    return found[1] if found and found[0] == key else None


def _change(key: str, person_id: int, verb: str, value: Mapping[str, Any]) -> None:
    mention_id, question, label = value.get("mention"), value.get("question"), value.get("label")
    if not isinstance(mention_id, int) or question not in set(Question):
        return
    if verb == "undo":
        before = label if isinstance(label, str) else None
        tell(label_actions.undo(here(), person_id, mention_id, Question(question), before=before))
    elif isinstance(label, str):
        _offer(key, label_actions.correct(here(), person_id, mention_id, Question(question), label))


def _offer(key: str, result: Result) -> None:
    if not result.is_done or not result.values:
        tell(result)
        return
    values = result.values
    undo = {"mention": values["mention"], "question": values["question"], "label": values["before"]}
    st.session_state[UNDO] = (key, {"words": result.words, "button": text("label.undo"), "value": undo})


def _by_mention(seen: Sequence[LabelView]) -> dict[int, list[Question]]:
    found: dict[int, list[Question]] = {}
    for view in seen:
        found.setdefault(view.mention_id, []).append(view.question)
    return found
