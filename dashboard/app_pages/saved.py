"""Saved replies: the team's, one's own, and the name to sign with (`?q=words` narrows, `?edit=7` opens one, `?edit=new` begins one)."""

from collections.abc import Sequence

import streamlit as st

from dashboard import answering_actions
from dashboard.frame import tell
from dashboard.panes import saved_form
from dashboard.texts import text
from dashboard.viewer import Viewer, seen
from dashboard.workspace import here
from desk.people import people
from desk.replies import saved_replies
from desk.replies.saved_replies import SavedView

QUERY, SEARCH, ALIAS = "q", "saved_search", "saved_alias"


def _draw(viewer: Viewer) -> None:
    with here().database.read() as session:
        by = people.active(session, viewer.id)
        known = saved_replies.known(session, by=by)
        alias = by.alias
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.header(text("saved.title"), anchor=False, width="content")
        st.button(text("saved.new"), key="saved_new", type="primary", on_click=saved_form.open_one, args=(saved_form.NEW,))
    st.text(text("saved.why"))
    _search()
    with st.container(key="saved_editing"):
        _form(viewer, known)
    shown = [view for view in known if _fits(view)]
    for mine in (False, True):
        with st.container(key=f"saved_section_{mine}"):
            _section(viewer, [view for view in shown if (view.owner_id is not None) is mine], mine=mine, has_any=bool(known))
    _alias(viewer, alias)


def _search() -> None:
    st.session_state.setdefault(SEARCH, st.query_params.get(QUERY, ""))
    st.text_input(
        text("saved.search"), placeholder=text("saved.search_hint"), key=SEARCH, live=True, on_change=_narrowed, max_chars=80, width=420
    )


def _narrowed() -> None:
    if st.session_state[SEARCH]:
        st.query_params[QUERY] = st.session_state[SEARCH]
    else:
        st.query_params.pop(QUERY, None)


def _fits(view: SavedView) -> bool:
    within = f"{view.name} {view.text}".casefold()
    return all(word in within for word in st.session_state[SEARCH].casefold().split())


def _form(viewer: Viewer, known: Sequence[SavedView]) -> None:
    asked = st.query_params.get(saved_form.EDIT)
    found = next((view for view in known if str(view.id) == asked), None)
    if asked == saved_form.NEW or (found and _may_change(viewer, found)):
        saved_form.draw(viewer, found)


def _section(viewer: Viewer, views: Sequence[SavedView], *, mine: bool, has_any: bool) -> None:
    st.subheader(text("saved.mine" if mine else "saved.teams"), anchor=False)
    if not views:
        st.text(text("saved.none_found" if has_any and st.session_state[SEARCH] else "saved.none"))
    for view in views:
        with st.container(border=True, key=f"saved_{view.id}"):
            _one(viewer, view)


def _one(viewer: Viewer, view: SavedView) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.text(view.name, width="content")
        st.text(_meta(view), width="content")
        if _may_change(viewer, view):
            _buttons(viewer, view)
    st.text(view.text)


def _meta(view: SavedView) -> str:
    used = {0: text("saved.used_never"), 1: text("saved.used_once")}.get(view.used) or text("saved.used", n=view.used)
    purpose = "" if view.purpose == "answer" else text(f"saved.purpose.{view.purpose}")
    return " · ".join(word for word in (purpose, view.language or text("saved.any_language"), view.brand, used) if word)


def _buttons(viewer: Viewer, view: SavedView) -> None:
    with st.container(horizontal=True, width="content", gap="xsmall"):
        st.button(text("saved.edit"), key=f"edit_{view.id}", on_click=saved_form.open_one, args=(str(view.id),))
        if view.owner_id is not None:
            st.button(text("saved.share"), key=f"share_{view.id}", on_click=_share, args=(viewer.id, view.id))
        st.button(text("saved.retire"), key=f"retire_{view.id}", on_click=_retire, args=(viewer.id, view.id))


def _may_change(viewer: Viewer, view: SavedView) -> bool:
    return view.owner_id == viewer.id or (view.owner_id is None and viewer.may_lead)


def _share(person_id: int, saved_id: int) -> None:
    tell(answering_actions.share(here(), person_id, saved_id))


def _retire(person_id: int, saved_id: int) -> None:
    tell(answering_actions.retire(here(), person_id, saved_id))


def _alias(viewer: Viewer, alias: str) -> None:
    st.session_state.setdefault(ALIAS, alias)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(text("saved.alias"), key=ALIAS, max_chars=30, width=260, help=text("saved.alias_help", initials=viewer.initials))
        st.button(text("saved.alias_save"), key="saved_alias_save", on_click=_sign, args=(viewer.id,))


def _sign(person_id: int) -> None:
    tell(answering_actions.sign_as(here(), person_id, st.session_state[ALIAS]))


viewer = seen()
if isinstance(viewer, Viewer) and viewer.may_care:
    with st.container(key="saved_page"):
        _draw(viewer)
