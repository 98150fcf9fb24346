"""The form of one saved reply."""

import streamlit as st

from dashboard import answering_actions
from dashboard.frame import tell
from dashboard.texts import text
from dashboard.viewer import Viewer
from dashboard.workspace import here
from desk.feeds import brands
from desk.replies.saved_replies import VARIABLES, SavedDraft, SavedView
from storage.words import BrandKind, SavedPurpose

EDIT, NEW = "edit", "new"
NAME, WORDS, LANGUAGE, BRAND, PURPOSE, FOR_TEAM = (
    f"saved_form_{name}" for name in ("name", "text", "language", "brand", "purpose", "team")
)
ANY = 0


def open_one(which: str) -> None:
    close()
    st.query_params[EDIT] = which


def close() -> None:
    st.query_params.pop(EDIT, None)
    for key in (NAME, WORDS, LANGUAGE, BRAND, PURPOSE, FOR_TEAM):
        st.session_state.pop(key, None)


def draw(viewer: Viewer, view: SavedView | None) -> None:
    """`view` is the one to change, None for a new one."""
    with here().database.read() as session:
        known = {brand.id: brand.name for brand in brands.known(session) if brand.kind is BrandKind.OWN}
    _begin(view)
    with st.container(border=True, key="saved_form"):
        st.text_input(text("saved.name"), key=NAME, max_chars=80)
        st.text_area(text("saved.text"), key=WORDS, height=140)
        st.text(text("saved.variables", names=", ".join(f"{{{name}}}" for name in VARIABLES)))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.selectbox(
                text("saved.purpose"), list(SavedPurpose), key=PURPOSE, format_func=lambda one: text(f"saved.purpose.{one}"), width=240
            )
            st.text_input(text("saved.language"), key=LANGUAGE, placeholder=text("saved.language_hint"), max_chars=8, width=200)
            names = {ANY: text("saved.any_brand"), **known}
            st.selectbox(text("saved.brand"), list(names), key=BRAND, format_func=lambda brand_id: names[brand_id], width=220)
            if view is None and viewer.may_lead:
                st.checkbox(text("saved.for_team"), key=FOR_TEAM)
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button(text("saved.cancel"), key="saved_cancel", on_click=close)
            st.button(text("saved.save"), key="saved_save", type="primary", on_click=_save, args=(viewer.id, view.id if view else None))


def _begin(view: SavedView | None) -> None:
    state = st.session_state
    state.setdefault(NAME, view.name if view else "")
    state.setdefault(WORDS, view.text if view else "")
    state.setdefault(LANGUAGE, view.language if view else "")
    state.setdefault(BRAND, (view.brand_id if view else None) or ANY)
    state.setdefault(PURPOSE, view.purpose if view else SavedPurpose.ANSWER)
    state.setdefault(FOR_TEAM, False)


def _save(person_id: int, saved_id: int | None) -> None:
    state = st.session_state
    draft = SavedDraft(state[NAME], state[WORDS], state[LANGUAGE], state[BRAND] or None, state[PURPOSE])
    result = answering_actions.save(here(), person_id, saved_id, draft, is_own=not state.get(FOR_TEAM, False))
    tell(result)
    if result.is_done:
        close()
