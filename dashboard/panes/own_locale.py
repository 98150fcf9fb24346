"""In one's own menu: the language of the board, and the zone of its clocks."""

from collections.abc import Callable

import streamlit as st

from dashboard import locale_actions
from dashboard.actions import Result
from dashboard.texts import text
from dashboard.texts.language import NAMES
from dashboard.viewer import Viewer
from dashboard.workspace import here
from desk.people import locales
from storage.models import Person

LANGUAGE, ZONE = "me_language", "me_zone"

Tell = Callable[[Result], None]


def draw(viewer: Viewer, tell: Tell) -> None:
    """What is chosen counts at once."""
    with here().database.read() as session:
        person = session.get_one(Person, viewer.id)
        st.session_state[LANGUAGE], st.session_state[ZONE] = person.locale, person.zone
    st.selectbox(text("me.language"), ["", *NAMES], key=LANGUAGE, format_func=_language, on_change=_speak, args=(viewer.id, tell))
    st.selectbox(text("me.zone"), ["", *locales.zones()], key=ZONE, format_func=_zone, on_change=_live_in, args=(viewer.id, tell))


def _language(chosen: str) -> str:
    """Each by the name that its own speakers know it by."""
    return NAMES[chosen] if chosen else text("me.workspace", name=NAMES[here().locales.default.language])


def _zone(chosen: str) -> str:
    return chosen.replace("_", " ") if chosen else text("me.workspace", name=here().locales.default.zone)


def _speak(person_id: int, tell: Tell) -> None:
    tell(locale_actions.choose_language(here(), person_id, st.session_state[LANGUAGE]))


def _live_in(person_id: int, tell: Tell) -> None:
    tell(locale_actions.choose_zone(here(), person_id, st.session_state[ZONE]))
