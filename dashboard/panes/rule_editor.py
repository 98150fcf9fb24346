"""The form of a rule: what a mention must have, and what is then done."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from dashboard import rule_actions, rule_form
from dashboard.actions import Result
from dashboard.format import plain, word_of
from dashboard.frame import tell
from dashboard.panes import rule_list
from dashboard.rule_words import Names
from dashboard.texts import text
from dashboard.viewer import Viewer
from dashboard.workspace import here
from desk.rules.rule_parts import Acts, Condition
from desk.rules.rules import LONGEST_NAME, RuleView
from storage.words import Intent, Sentiment, Urgency

PROBLEM = f"{rule_list.FORM}problem"
FIELDS = tuple(rule_form.first(Condition(), Acts()))


def draw(viewer: Viewer, rule: RuleView | None, names: Names) -> None:
    """The form, empty for a new rule (None)."""
    first = rule_form.first(rule.condition if rule else Condition(), rule.acts if rule else Acts())
    for name, value in {"name": rule.name if rule else "", **first}.items():
        st.session_state.setdefault(_key(rule, name), value)
    with st.form(_key(rule, "form"), border=True):
        hint = text("rules.form.name.hint")
        st.text_input(text("rules.form.name"), key=_key(rule, "name"), max_chars=LONGEST_NAME, placeholder=hint)
        st.subheader(text("rules.when"), anchor=False)
        _condition(rule, names)
        st.subheader(text("rules.then"), anchor=False)
        _acts(rule, names)
        _problem()
        with st.container(horizontal=True, vertical_alignment="center"):
            st.form_submit_button(text("rules.form.save"), type="primary", on_click=_save, args=(viewer.id, rule))
            if rule is not None and rule.enabled:
                st.caption(text("rules.form.off"))


def _condition(rule: RuleView | None, names: Names) -> None:
    st.text_input(
        text("rules.form.query"),
        key=_key(rule, "query"),
        max_chars=500,
        placeholder=text("rules.form.query.hint"),
        help=plain(text("rules.form.query.help")),
    )
    left, right = st.columns(2)
    with left:
        _several(rule, "sentiment", list(Sentiment), lambda one: word_of("sentiment", one))
        _several(rule, "urgency", list(Urgency), lambda one: word_of("urgency", one))
        _one_of(rule, "needs_reply")
        _one_of(rule, "has_link")
    with right:
        _several(rule, "intent", list(Intent), lambda one: word_of("intent", one))
        _several(rule, "language", names.languages, str, may_be_new=True)
        _one_of(rule, "abusive")
    if names.labels or st.session_state[_key(rule, "labels")]:
        _several(rule, "labels", list(names.labels), lambda one: names.labels.get(one, text("rules.gone")))
    with st.expander(text("rules.form.more"), expanded=_says_where(rule)):
        _author_and_place(rule, names)


def _author_and_place(rule: RuleView | None, names: Names) -> None:
    left, right = st.columns(2)
    with left:
        st.text_input(text("rules.form.handles"), key=_key(rule, "handles"), placeholder=text("rules.form.handles.hint"))
        _several(rule, "sources", names.sources, lambda one: word_of("source", one))
        _several(rule, "feeds", list(names.feeds), lambda one: names.feeds.get(one, text("rules.gone")))
    with right:
        reach = text("rules.form.reach_at_least")
        st.number_input(reach, key=_key(rule, "reach_at_least"), min_value=1, step=1, value=None, placeholder=text("rules.form.any"))
        st.text_input(text("rules.form.sites"), key=_key(rule, "sites"), placeholder=text("rules.form.sites.hint"))
        _several(rule, "brands", list(names.brands), lambda one: names.brands.get(one, text("rules.gone")))


def _acts(rule: RuleView | None, names: Names) -> None:
    left, right = st.columns(2)
    with left:
        _several(rule, "tags", list(names.tags), lambda one: names.tags.get(one, text("rules.gone")), empty="rules.form.nothing")
        _perhaps(rule, "to_urgency", list(Urgency), lambda one: word_of("urgency", one))
    with right:
        _perhaps(rule, "team", list(names.teams), lambda one: names.teams.get(one, text("rules.gone")))
        _perhaps(rule, "assign", list(names.people), lambda one: names.people.get(one, text("rules.gone")), help="rules.form.assign.help")
    st.checkbox(text("rules.form.mute"), key=_key(rule, "mute"), help=text("rules.form.mute.help"))


def _says_where(rule: RuleView | None) -> bool:
    if rule is None:
        return False
    said = rule.condition
    return bool(said.handles or said.reach_at_least or said.sources or said.sites or said.feeds or said.brands)


def _several(
    rule: RuleView | None,
    name: str,
    options: Sequence[Any],
    shown: Callable[[Any], str],
    *,
    may_be_new: bool = False,
    empty: str = "rules.form.any",
) -> None:
    key = _key(rule, name)
    # What a rule names stays in the form, even where it is offered no more.
    known = list(dict.fromkeys([*options, *st.session_state[key]]))
    label = text(f"rules.form.{name}")
    st.multiselect(label, known, key=key, format_func=shown, accept_new_options=may_be_new, placeholder=text(empty))


def _perhaps(rule: RuleView | None, name: str, options: Sequence[Any], shown: Callable[[Any], str], *, help: str = "") -> None:  # noqa: A002  Streamlit's word
    key = _key(rule, name)
    chosen = st.session_state[key]
    known = [None, *dict.fromkeys([*options, *([chosen] if chosen is not None else [])])]
    st.selectbox(
        text(f"rules.form.{name}"),
        known,
        key=key,
        format_func=lambda one: text("rules.form.nothing") if one is None else shown(one),
        help=text(help) if help else None,
        placeholder=text("rules.form.nothing"),
    )


def _one_of(rule: RuleView | None, name: str) -> None:
    answers = list(rule_form.ANSWERS)
    st.segmented_control(
        text(f"rules.form.{name}"),
        answers,
        key=_key(rule, name),
        format_func=lambda one: text(f"rules.form.{name}.{one}"),
        required=True,
    )


def _problem() -> None:
    problem = st.session_state.get(PROBLEM)
    if problem:
        st.error(plain(problem), icon=":material/edit:")


def _save(viewer_id: int, rule: RuleView | None) -> None:
    typed = {name: st.session_state[_key(rule, name)] for name in ("name", *FIELDS)}
    result = _store(viewer_id, rule, typed)
    if result.is_done and result.values:
        tell(result)
        rule_list.open_rule(result.values["rule"])
        return
    st.session_state[PROBLEM] = result.words


def _store(viewer_id: int, rule: RuleView | None, typed: dict[str, Any]) -> Result:
    told = {"name": typed["name"], "condition": rule_form.condition_of(typed), "acts": rule_form.acts_of(typed)}
    if rule is None:
        return rule_actions.add(here(), viewer_id, **told)
    return rule_actions.change(here(), viewer_id, rule.id, version=rule.version, **told)


def _key(rule: RuleView | None, name: str) -> str:
    return f"{rule_list.FORM}{rule.id if rule else 'new'}_{name}"
