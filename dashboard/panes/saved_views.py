"""Lists beside the usual three: the other views, one's own saved ones, and those of the team; and how one keeps them."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from dashboard import parts, view_actions
from dashboard.actions import Result
from dashboard.filters import read_number, unwritten
from dashboard.frame import tell
from dashboard.panes import address
from dashboard.texts import text
from dashboard.texts.spoken import say
from dashboard.viewer import Viewer
from dashboard.workspace import here
from desk.errors import DeskError
from desk.people import people
from desk.queue import views
from desk.queue.filters import QueueFilter, View
from desk.queue.views import ViewLine

TABS: tuple[View, ...] = ("waiting", "mine", "unclaimed")
MORE: tuple[View, ...] = ("due_soon", "team", "flagged", "escalated", "pending", "shield", "closed", "all")
LINK = "saved"
TABS_KEY, MORE_KEY, NAME_KEY, CHOSEN_KEY, NEW_NAME_KEY = "view_tabs", "view_more", "view_name", "view_chosen", "view_new_name"

Act = Callable[[int, int], Result]


def follow_link(viewer: Viewer) -> None:
    """An address that names a saved list becomes the address of what that list shows."""
    view_id = read_number(st.query_params.get(LINK))
    st.query_params.pop(LINK, None)
    if view_id is None:
        return
    try:
        with here().database.read() as session:
            found = views.view(session, view_id, by=people.active(session, viewer.id))
    except DeskError as error:
        st.toast(say(str(error)), icon=":material/info:")
        return
    address.show(unwritten(found.params))


def switch(shown: QueueFilter, saved: Sequence[ViewLine]) -> None:
    """The three lists of every day side by side, all others behind one chooser."""
    current = address.shown_as(shown.view)
    same = next((line for line in saved if line.params == current), None)
    st.session_state[TABS_KEY] = shown.view if shown.view in TABS and not same else None
    st.session_state[MORE_KEY] = f"{LINK}:{same.id}" if same else shown.view if shown.view in MORE else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.segmented_control(
            text("queue.view"),
            TABS,
            key=TABS_KEY,
            format_func=lambda view: text(f"queue.view.{view}"),
            on_change=_tab,
            args=(shown.view,),
            label_visibility="collapsed",
            width="stretch",
        )
        lists: dict[str, str] = {view: text(f"queue.view.{view}") for view in MORE}
        names = lists | {f"{LINK}:{line.id}": _name(line) for line in saved}
        st.selectbox(
            text("queue.more"),
            ["", *names],
            key=MORE_KEY,
            format_func=lambda value: names.get(value, text("queue.more")),
            on_change=_more,
            args=({line.id: line.params for line in saved},),
            label_visibility="collapsed",
            width=148,
        )


def keep(viewer: Viewer, shown: QueueFilter, saved: Sequence[ViewLine]) -> None:
    """Behind one button: keeping what is shown, and changing what one has kept."""
    name = text("view.keep")
    with parts.popover(name, icon=":material/bookmark:", help=name, width="content", key="view_popover") as menu:
        if menu.open:
            _keep(viewer, shown, [line for line in saved if line.is_mine or viewer.may_lead])


def _keep(viewer: Viewer, shown: QueueFilter, own: Sequence[ViewLine]) -> None:
    st.text(text("view.why"))
    st.text_input(text("view.name"), key=NAME_KEY, max_chars=views.LONGEST_NAME)
    st.button(text("view.save"), key="view_save", on_click=_save, args=(viewer.id, address.shown_as(shown.view)))
    st.divider()
    if own:
        _manage(viewer, own)
    else:
        st.text(text("view.none"))


def _manage(viewer: Viewer, own: Sequence[ViewLine]) -> None:
    by_id = {line.id: line for line in own}
    if st.session_state.get(CHOSEN_KEY) not in by_id:
        st.session_state[CHOSEN_KEY] = own[0].id
    st.selectbox(text("view.one"), list(by_id), key=CHOSEN_KEY, format_func=lambda view_id: _name(by_id[view_id]))
    chosen = by_id[st.session_state[CHOSEN_KEY]]
    if chosen.is_mine:
        st.text_input(text("view.name"), key=NEW_NAME_KEY, max_chars=views.LONGEST_NAME, placeholder=chosen.name)
    with st.container(horizontal=True):
        if chosen.is_mine:
            _button("rename", _rename, viewer, chosen)
            _button("up", lambda person_id, view_id: _up(person_id, view_id, own), viewer, chosen)
        if chosen.is_mine and viewer.may_lead:
            _button("unshare" if chosen.is_shared else "share", _unshare if chosen.is_shared else _share, viewer, chosen)
        if chosen.is_mine or chosen.is_shared:
            _button("remove", _remove, viewer, chosen)


def _button(name: str, act: Act, viewer: Viewer, line: ViewLine) -> None:
    st.button(text(f"view.{name}"), key=f"view_{name}", on_click=_do, args=(act, viewer.id, line.id))


def _do(act: Act, person_id: int, view_id: int) -> None:
    tell(act(person_id, view_id))


def _rename(person_id: int, view_id: int) -> Result:
    return view_actions.rename(here(), person_id, view_id, name=st.session_state[NEW_NAME_KEY])


def _share(person_id: int, view_id: int) -> Result:
    return view_actions.share(here(), person_id, view_id, is_shared=True)


def _unshare(person_id: int, view_id: int) -> Result:
    return view_actions.share(here(), person_id, view_id, is_shared=False)


def _remove(person_id: int, view_id: int) -> Result:
    return view_actions.remove(here(), person_id, view_id)


def _up(person_id: int, view_id: int, own: Sequence[ViewLine]) -> Result:
    ids = [line.id for line in own if line.is_mine]
    place = ids.index(view_id)
    ids.insert(max(0, place - 1), ids.pop(place))
    return view_actions.order(here(), person_id, ids)


def _save(person_id: int, params: str) -> None:
    result = view_actions.save(here(), person_id, name=st.session_state[NAME_KEY], params=params)
    tell(result)
    if result.is_done:
        st.session_state[NAME_KEY] = ""


def _tab(before: View) -> None:
    # Pressing the list that is shown already takes the choice away: it stays.
    address.put("view", st.session_state[TABS_KEY] or before)


def _more(params: Mapping[int, str]) -> None:
    chosen: str = st.session_state[MORE_KEY]
    if chosen.startswith(f"{LINK}:"):
        address.show(unwritten(params[int(chosen.removeprefix(f"{LINK}:"))]))
    elif chosen:
        address.put("view", chosen)


def _name(line: ViewLine) -> str:
    return text("queue.more.saved", name=line.name) if line.is_mine else text("queue.more.shared", name=line.name, person=line.by)
