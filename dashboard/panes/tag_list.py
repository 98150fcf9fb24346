"""The list of tags on the page Rules: what there is, how often it is used, and for leads what can be done with it."""

from collections.abc import Callable, Sequence

import streamlit as st

from dashboard import tag_actions
from dashboard.actions import Result
from dashboard.frame import tell
from dashboard.texts import text
from dashboard.viewer import Viewer
from dashboard.workspace import here
from desk.cases import tags
from desk.cases.tags import LONGEST, TagLine

NEW, CHOSEN, NAME, INTO = "tag_new", "tag_chosen", "tag_name", "tag_into"


def draw(viewer: Viewer) -> None:
    """All tags; leads may change them."""
    with here().database.read() as session:
        lines = tags.managed(session)
    st.subheader(text("tag.list"), anchor=False)
    st.text(text("tag.list.why"))
    if viewer.may_lead:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(text("tag.list.new"), key=NEW, max_chars=LONGEST)
            st.button(text("tag.list.add"), key="tag_add", on_click=_add, args=(viewer.id,))
    if not lines:
        st.info(text("tag.list.empty"), icon=":material/sell:")
        return
    st.dataframe(_table(lines), hide_index=True, key="tag_table")
    if viewer.may_lead:
        _change(viewer, lines)


def _table(lines: Sequence[TagLine]) -> dict[str, list[object]]:
    states = [text("tag.list.retired" if line.is_retired else "tag.list.offered") for line in lines]
    return {
        text("tag.list.name"): [line.name for line in lines],
        text("tag.list.cases"): [line.cases for line in lines],
        text("tag.list.mentions"): [line.mentions for line in lines],
        text("tag.list.state"): list(states),
    }


def _change(viewer: Viewer, lines: Sequence[TagLine]) -> None:
    by_id = {line.id: line for line in lines}
    if st.session_state.get(CHOSEN) not in by_id:
        st.session_state[CHOSEN] = lines[0].id
    st.selectbox(text("tag.list.choose"), list(by_id), key=CHOSEN, format_func=lambda tag_id: by_id[tag_id].name)
    chosen = by_id[st.session_state[CHOSEN]]
    others = [line.id for line in lines if line.id != chosen.id and not line.is_retired]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(text("tag.list.new_name"), key=NAME, max_chars=LONGEST, placeholder=chosen.name)
        _button("rename", viewer, chosen, lambda person_id, tag_id: tag_actions.rename(here(), person_id, tag_id, name=_written()))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if others:
            if st.session_state.get(INTO) not in others:
                st.session_state[INTO] = others[0]
            st.selectbox(text("tag.list.into"), others, key=INTO, format_func=lambda tag_id: by_id[tag_id].name)
            _button("merge", viewer, chosen, _merge, hint=text("tag.list.merge_help"))
        if chosen.is_retired:
            _button("bring_back", viewer, chosen, lambda person_id, tag_id: tag_actions.bring_back(here(), person_id, tag_id))
        else:
            _button("retire", viewer, chosen, lambda person_id, tag_id: tag_actions.retire(here(), person_id, tag_id))


def _button(name: str, viewer: Viewer, line: TagLine, act: Callable[[int, int], Result], *, hint: str = "") -> None:
    st.button(text(f"tag.list.{name}"), key=f"tag_{name}", help=hint or None, on_click=_do, args=(act, viewer.id, line.id))


def _do(act: Callable[[int, int], Result], person_id: int, tag_id: int) -> None:
    tell(act(person_id, tag_id))


def _merge(person_id: int, tag_id: int) -> Result:
    return tag_actions.merge(here(), person_id, tag_id, into=st.session_state[INTO])


def _written() -> str:
    name: str = st.session_state[NAME]
    st.session_state[NAME] = ""
    return name


def _add(person_id: int) -> None:
    result = tag_actions.add(here(), person_id, name=st.session_state[NEW])
    tell(result)
    if result.is_done:
        st.session_state[NEW] = ""
