"""Where we may answer: what was noted of subreddits, and a form for one that nobody met yet."""

import streamlit as st

from dashboard import welcome_actions, welcome_words
from dashboard.format import clock_words
from dashboard.frame import tell
from dashboard.texts import text
from dashboard.viewer import Viewer, clock_zone
from dashboard.workspace import here
from desk.feeds import brands
from desk.people import people
from desk.replies import welcomes
from desk.replies.welcomes import WelcomeView
from storage.words import WelcomeKind

BRAND, PLACE, KIND, REASON = "welcome_brand", "welcome_place", "welcome_kind", "welcome_reason"


def draw(viewer: Viewer) -> None:
    """The list for all; the form for those who keep the feeds."""
    with here().database.read() as session:
        found = welcomes.noted(session, by=people.active(session, viewer.id))
        known = brands.known(session)
    if not found and not viewer.may_change_feeds:
        return
    with st.expander(text("welcome.title"), key="welcome_list"):
        st.caption(text("welcome.why"))
        for one in found:
            _row(one)
        if viewer.may_change_feeds and known:
            _form(viewer, {one.name: one.id for one in known})


def _row(one: WelcomeView) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(welcome_words.label(one))
        st.text(welcome_words.noted(one))
        if one.at is not None:
            st.text(clock_words(one.at, now=here().now(), zone=clock_zone()))


def _form(viewer: Viewer, known: dict[str, int]) -> None:
    st.selectbox(text("welcome.brand"), list(known), key=BRAND)
    st.text_input(text("welcome.place"), key=PLACE, max_chars=60, placeholder="r/gadgets")
    st.radio(
        text("welcome.kind"), list(WelcomeKind), index=1, format_func=lambda kind: text(f"welcome.kind.{kind}"), horizontal=True, key=KIND
    )
    st.text_input(text("welcome.reason"), key=REASON, max_chars=300)
    st.button(text("welcome.note"), key="welcome_add", on_click=_noted, args=(viewer.id, known))


def _noted(person_id: int, known: dict[str, int]) -> None:
    kept = st.session_state
    result = welcome_actions.note(here(), person_id, known[kept[BRAND]], kept[PLACE], kind=WelcomeKind(kept[KIND]), reason=kept[REASON])
    tell(result)
    if result.is_done:
        kept[PLACE] = kept[REASON] = ""
