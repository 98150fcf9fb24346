"""All rules in their order: what each looks for and does, whether it is on, how often it fired."""

from collections.abc import Sequence

import streamlit as st

from dashboard import rule_actions, rule_words
from dashboard.format import number_words, plain
from dashboard.frame import tell
from dashboard.rule_words import PARTED, Names
from dashboard.texts import text
from dashboard.viewer import Viewer
from dashboard.workspace import here
from desk.rules.rules import RuleView

ID, ADD, TRIED, OLDER = "id", "add", "tried", "older"
FORM = "ruleform_"
WIDTHS = [10, 68, 10, 12]


def draw(viewer: Viewer, found: Sequence[RuleView], names: Names) -> None:
    """The list, or what rules are for where there is none."""
    if not found:
        st.info(text("rules.none"), icon=":material/rule:")
    for place, rule in enumerate(found):
        with st.container(border=True, key=f"rule_{rule.id}"):
            _row(viewer, rule, names, place=place, last=len(found) - 1)


def badge(rule: RuleView) -> None:
    """Whether it works now, as a word in a colour."""
    if rule.enabled:
        st.badge(text("rules.on"), icon=":material/check:", color="green")
    elif rule.is_tried:
        st.badge(text("rules.off"), icon=":material/pause:", color="gray")
    else:
        st.badge(text("rules.untried"), icon=":material/experiment:", color="orange")


def about(rule: RuleView, names: Names) -> None:
    """What must be so, and what is then done."""
    with st.container(gap=None):
        st.text(f"{text('rules.when')}  {PARTED.join(rule_words.when(rule.condition, names))}")
        st.text(f"{text('rules.then')}  {PARTED.join(rule_words.then(rule.acts, names))}")


def go(query: dict[str, str]) -> None:
    """Another part of this page. A form that is opened anew starts from the rows, not from what was typed last time."""
    for key in [key for key in st.session_state if str(key).startswith(FORM)]:
        del st.session_state[key]
    st.query_params.from_dict(query)


def open_rule(rule_id: int) -> None:
    go({ID: str(rule_id)})


def _row(viewer: Viewer, rule: RuleView, names: Names, *, place: int, last: int) -> None:
    order, what, fired, switch = st.columns(WIDTHS, vertical_alignment="center")
    with order, st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.text(f"{place + 1}.")
        _arrow(viewer, rule, "up", to=place - 1, disabled=place == 0)
        _arrow(viewer, rule, "down", to=place + 1, disabled=place == last)
    with what, st.container(gap="xxsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            badge(rule)
            name = plain(rule.name)
            opened = text("rules.open", rule=name)
            st.button(f"**{name}**", key=f"rule_open_{rule.id}", type="tertiary", help=opened, on_click=open_rule, args=(rule.id,))
        about(rule, names)
    with fired, st.container(gap=None):
        st.caption(text("rules.fired"))
        st.text(number_words(rule.fired))
    with switch, st.container(horizontal=True, horizontal_alignment="right"):
        switching(viewer, rule, where="list")


def switching(viewer: Viewer, rule: RuleView, *, where: str) -> None:
    """The switch of a rule that was tried; one that was not is opened first."""
    key = f"rule_switch_{where}_{rule.id}"
    if rule.enabled:
        st.button(text("rules.switch_off"), key=key, on_click=_switch_off, args=(viewer.id, rule.id))
    elif rule.is_tried:
        st.button(text("rules.switch_on"), key=key, type="primary", on_click=_switch_on, args=(viewer.id, rule.id, rule.version))


def _arrow(viewer: Viewer, rule: RuleView, way: str, *, to: int, disabled: bool) -> None:
    icon = ":material/arrow_upward:" if way == "up" else ":material/arrow_downward:"
    spoken = text(f"rules.{way}", rule=plain(rule.name))
    st.button(
        "",
        key=f"rule_{way}_{rule.id}",
        icon=icon,
        type="tertiary",
        help=spoken,
        disabled=disabled,
        on_click=_move,
        args=(viewer.id, rule.id, to),
    )


def _move(viewer_id: int, rule_id: int, to: int) -> None:
    tell(rule_actions.move(here(), viewer_id, rule_id, to=to))


def _switch_on(viewer_id: int, rule_id: int, version: int) -> None:
    tell(rule_actions.switch_on(here(), viewer_id, rule_id, version=version))


def _switch_off(viewer_id: int, rule_id: int) -> None:
    tell(rule_actions.switch_off(here(), viewer_id, rule_id))
