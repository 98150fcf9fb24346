"""The dialogs about people: adding, changing, letting leave. Forms only: what they ask for is done in callbacks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard import parts, people_actions
from dashboard.actions import Result
from dashboard.format import plain, word_of
from dashboard.frame import tell
from dashboard.texts import text
from dashboard.texts.spoken import say
from dashboard.viewer import Viewer
from dashboard.workspace import here
from desk.errors import DeskError
from desk.people import leaving, people
from desk.people.leaving import Left
from desk.people.roster import Colleague
from storage.words import Role

ADD, CHANGE, LEAVE = "add", "change", "leave"
KEY, PROBLEM = "people_dialog", "people_problem"
NOBODY = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """Which dialog, about whom; nobody yet where somebody is added."""

    kind: str
    colleague_id: int = NOBODY


def ask(kind: str, colleague_id: int = NOBODY) -> None:
    for key in [key for key in st.session_state if str(key).startswith("people_form_")]:
        del st.session_state[key]
    st.session_state[KEY] = Asked(kind, colleague_id)
    st.session_state.pop(PROBLEM, None)


def over() -> None:
    st.session_state.pop(KEY, None)


def draw(viewer: Viewer, colleagues: Sequence[Colleague]) -> None:
    """The dialog that was asked for, if any; only an admin gets one."""
    found: Asked | None = st.session_state.get(KEY)
    if found is None or not viewer.may_add_people:
        return
    about = next((one for one in colleagues if one.id == found.colleague_id), None)
    if found.kind == ADD:
        _open(text("people.add"), lambda: _add(viewer))
    elif about is None:
        over()
    elif found.kind == CHANGE:
        _open(text("people.change_title", person=plain(about.name)), lambda: _change(viewer, about))
    else:
        _open(text("people.leave_title", person=plain(about.name)), lambda: _leave(viewer, about, colleagues))


def _open(title: str, body: Callable[[], None]) -> None:
    parts.dialog(title, body, stands=lambda: KEY in st.session_state, over=over)


def _add(viewer: Viewer) -> None:
    has_provider = here().settings.sign_in is not None
    st.text(text("people.add_why" if has_provider else "people.add_why_name"))
    st.text_input(text("people.name"), key="people_form_name", max_chars=120)
    st.text_input(text("people.initials"), key="people_form_initials", max_chars=8)
    if has_provider:
        st.text_input(text("people.email"), key="people_form_email", max_chars=254)
    _roles(frozenset({Role.AGENT}))
    st.checkbox(text("people.experienced"), key="people_form_experienced", help=text("people.experienced_hint"))
    _buttons("people.add", _added, viewer.id)


def _added(viewer_id: int) -> Result:
    state = st.session_state
    told = {name: state.get(f"people_form_{name}", "") for name in ("name", "initials", "email")}
    is_experienced = bool(state.get("people_form_experienced"))
    return people_actions.add(here(), viewer_id, **told, roles=state["people_form_roles"], is_experienced=is_experienced)


def _change(viewer: Viewer, about: Colleague) -> None:
    st.text_input(text("people.name"), value=about.name, key="people_form_name", max_chars=120)
    st.text_input(text("people.alias"), value=about.alias, key="people_form_alias", max_chars=60)
    _roles(about.roles)
    if about.from_groups:
        st.info(text("people.from_groups"), icon=":material/groups:")
    _buttons("people.save", _changed, viewer.id, about.id)


def _changed(viewer_id: int, colleague_id: int) -> Result:
    state = st.session_state
    name, alias, roles = (state[f"people_form_{name}"] for name in ("name", "alias", "roles"))
    return people_actions.change(here(), viewer_id, colleague_id, name=name, alias=alias, roles=roles)


def _roles(given: frozenset[Role]) -> None:
    st.multiselect(
        text("people.roles"),
        list(Role),
        default=sorted(given),
        format_func=lambda role: word_of("role", role),
        help=text("people.roles_hint"),
        key="people_form_roles",
    )


def _leave(viewer: Viewer, about: Colleague, colleagues: Sequence[Colleague]) -> None:
    st.text(text("people.leave_why"))
    heirs = {one.id: one.name for one in colleagues if one.id != about.id and one.roles & people.CARE}
    names = {NOBODY: text("people.leave_queue"), **heirs}
    to = st.selectbox(
        text("people.leave_to"), list(names), format_func=lambda one: plain(names[one]) if one else names[one], key="people_form_to"
    )
    try:
        _preview(_left(viewer.id, about.id, to or None))
    except DeskError as error:
        st.error(plain(say(str(error))), icon=":material/error:")
        return
    _buttons("people.leave_do", _let_leave, viewer.id, about.id)


def _left(viewer_id: int, colleague_id: int, to: int | None) -> Left:
    with here().database.read() as session:
        return leaving.preview(session, colleague_id, to_person_id=to, by=people.active(session, viewer_id))


def _preview(left: Left) -> None:
    names = ("cases", "drafts", "promises", "incidents", "saved_replies")
    counts = [(text(f"people.left.{name}"), n) for name in names if (n := getattr(left, name))]
    st.subheader(text("people.left.what"), anchor=False)
    for label, n in counts:
        with st.container(horizontal=True, horizontal_alignment="distribute"):
            st.text(label)
            st.text(str(n))
    if not counts:
        st.text(text("people.left.nothing"))
    if left.escalations:
        kinds = ", ".join(word_of("escalation", kind) for kind in left.escalations)
        st.warning(text("people.left.escalations", kinds=kinds), icon=":material/priority_high:")
    if left.credentials:
        _tokens(left)


def _tokens(left: Left) -> None:
    st.subheader(text("people.left.tokens"), anchor=False)
    st.text(text("people.left.tokens_why"))
    known = {view.name: view for view in here().settings.credentials}
    for name in left.credentials:
        st.text(" · ".join([name, *(known[name].in_use if name in known else ())]))


def _let_leave(viewer_id: int, colleague_id: int) -> Result:
    return people_actions.leave(here(), viewer_id, colleague_id, to_person_id=st.session_state["people_form_to"] or None)


def _buttons(label: str, verb: Callable[..., Result], *ids: int) -> None:
    problem = st.session_state.get(PROBLEM)
    if problem:
        st.error(plain(problem), icon=":material/error:")
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button(text("dialog.cancel"), on_click=over)
        st.button(text(label), type="primary", key="people_form_do", on_click=_act, args=(verb, *ids))


def _act(verb: Callable[..., Result], *ids: int) -> None:
    result = verb(*ids)
    if result.is_done:
        over()
        tell(result)
    st.session_state[PROBLEM] = "" if result.is_done else result.words
