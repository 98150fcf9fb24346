"""The page of rules and tags: all rules, one of them (`?id=7`), or a new one (`?add=1`); for leads and admins."""

import streamlit as st

from dashboard import rule_actions
from dashboard.filters import read_number
from dashboard.format import plain
from dashboard.frame import tell
from dashboard.panes import rule_editor, rule_list, rule_log, rule_trial, tag_list
from dashboard.rule_words import Names
from dashboard.texts import text
from dashboard.viewer import Viewer, seen
from dashboard.workspace import here
from desk.cases import tags
from desk.people import people
from desk.queue import choices
from desk.rules import rules
from desk.rules.rules import RuleView


def _draw(viewer: Viewer) -> None:
    found, names = _read(viewer)
    rule_id = read_number(st.query_params.get(rule_list.ID))
    if rule_id is not None:
        _one(viewer, next((rule for rule in found if rule.id == rule_id), None), names)
    elif rule_list.ADD in st.query_params:
        _back()
        st.header(text("rules.add"), anchor=False)
        rule_editor.draw(viewer, None, names)
    else:
        _all(viewer, found, names)


def _read(viewer: Viewer) -> tuple[list[RuleView], Names]:
    with here().database.read() as session:
        found = rules.listed(session, by=people.active(session, viewer.id), now=here().now())
        offered = choices.choices(session)
        caring = {person.id: person.name for person in people.everyone(session) if people.roles_of(person) & people.CARE}
        read_as = {tag_id: tags.reads_as(session, tag_id) for rule in found for tag_id in rule.acts.tags}
    named = {tag_id: tag.name for tag_id, tag in read_as.items() if tag is not None}
    return found, Names(
        offered.sources, offered.feeds, offered.brands, offered.languages, offered.tags | named, offered.teams, caring, offered.labels
    )


def _all(viewer: Viewer, found: list[RuleView], names: Names) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.header(text("rules.title"), anchor=False, width="content")
        adding = {rule_list.ADD: "1"}
        st.button(text("rules.add"), type="primary", icon=":material/add:", key="rule_add", on_click=rule_list.go, args=(adding,))
    st.text(text("rules.why"))
    rule_list.draw(viewer, found, names)
    tag_list.draw(viewer)


def _one(viewer: Viewer, rule: RuleView | None, names: Names) -> None:
    _back()
    if rule is None:
        st.warning(text("rules.missing"))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(plain(rule.name), anchor=False, width="content")
        rule_list.badge(rule)
    rule_list.about(rule, names)
    left, right = st.columns([55, 45], gap="large")
    with left:
        rule_editor.draw(viewer, rule, names)
        _removing(viewer, rule)
        rule_log.draw(viewer, rule.id, names)
    with right:
        rule_trial.draw(viewer, rule, names)


def _removing(viewer: Viewer, rule: RuleView) -> None:
    with st.popover(text("rules.remove"), icon=":material/delete:"):
        st.text(text("rules.remove.note"))
        st.button(text("rules.remove.sure"), key="rule_remove", on_click=_remove, args=(viewer.id, rule.id))


def _remove(viewer_id: int, rule_id: int) -> None:
    result = rule_actions.remove(here(), viewer_id, rule_id)
    tell(result)
    if result.is_done:
        rule_list.go({})


def _back() -> None:
    st.button(text("rules.back"), type="tertiary", icon=":material/arrow_back:", on_click=rule_list.go, args=({},))


viewer = seen()
if isinstance(viewer, Viewer) and viewer.may_lead:
    _draw(viewer)
