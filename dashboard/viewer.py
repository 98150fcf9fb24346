"""Who looks at a page: the person whom the browser's cookie names, read anew in each run."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.identity import TOLD, session_in_cookie
from dashboard.texts.language import accepted, follow_page, language, speak
from dashboard.texts.spoken import say
from dashboard.workspace import Workspace, here
from desk import states
from desk.errors import NotAllowed
from desk.figures import exports
from desk.people import people
from storage.words import Role

SPOKEN, WANTED, ZONE, SEEN = "spoken_language", "wanted_language", "own_zone", "seen_viewer"


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person at the board, and what their roles allow them to be offered; the desk checks each act again."""

    id: int
    name: str
    initials: str
    roles: frozenset[Role]
    is_learning: bool = False
    tour_step: int = 0

    @property
    def may_care(self) -> bool:
        return bool(self.roles & people.CARE)

    @property
    def may_label(self) -> bool:
        return bool(self.roles & people.LABELS)

    @property
    def may_export(self) -> bool:
        return bool(self.roles & exports.MAY)

    @property
    def may_lead(self) -> bool:
        return bool(self.roles & people.LEADS)

    @property
    def may_change_feeds(self) -> bool:
        return bool(self.roles & people.FEEDS)

    @property
    def may_raise_budgets(self) -> bool:
        return bool(self.roles & states.MONEY)

    @property
    def may_add_people(self) -> bool:
        return bool(self.roles & people.ADMINS)


@dataclass(frozen=True, slots=True)
class Nobody:
    """Nobody is signed in; `words` say why where somebody was, `told` names why the last attempt did not work."""

    words: str = ""
    told: str = ""


def cookies() -> Mapping[str, str]:
    found: Mapping[str, str] = st.context.cookies
    return found


def headers() -> Mapping[str, str]:
    """What the browser said when it connected."""
    found: Mapping[str, str] = st.context.headers
    return found


def who() -> Viewer | Nobody:
    """Who looks, asked of the cookie and of the workspace anew; once in each run, by its frame."""
    workspace = here()
    workspace.signed_in.page = asking
    said = _said(workspace)
    verdict = workspace.signed_in.look(said)
    if verdict.person_id is None:
        _speak(accepted(headers().get("Accept-Language", "")) or workspace.locales.default.language)
        return Nobody(say(verdict.words), str(said.get(TOLD, "")))
    return _viewer(workspace, verdict.person_id)


def seen() -> Viewer | Nobody:
    """Whom the frame of this run found; a page that is drawn without one asks itself."""
    found: Viewer | Nobody | None = st.session_state.get(SEEN)
    return found or who()


def _speak(wanted: str) -> None:
    """In this run, and in callbacks and parts of the page that run before the next one.

    A session speaks one language as long as it lives: its widgets know what was chosen by the words that they showed. Whoever chooses another
    one begins a new session.
    """
    st.session_state[WANTED] = wanted
    speak(st.session_state.setdefault(SPOKEN, wanted))


def _language_of_page() -> str | None:
    found: str | None = st.session_state.get(SPOKEN) if get_script_run_ctx(suppress_warning=True) else None
    return found


follow_page(_language_of_page)


def languages() -> Mapping[str, str]:
    """The language that this session speaks, and the one that its person wants by now."""
    return {"locale": language(), "wanted": st.session_state.get(WANTED, language())}


def clock_zone() -> str:
    """The zone of whoever looks at the page that is running, in its callbacks, too."""
    found: str = st.session_state.get(ZONE, here().locales.default.zone)
    return found


def asking() -> Mapping[str, Any] | None:
    """What the cookie says of the browser whose page is running, None where no page is: a callback acts for whoever is signed in now."""
    return _said(here()) if get_script_run_ctx(suppress_warning=True) else None


def person_now() -> int | None:
    """Whose sign-in the browser has whose page is running, None for nobody."""
    workspace = here()
    return workspace.signed_in.look(_said(workspace)).person_id


def _said(workspace: Workspace) -> Mapping[str, Any]:
    return session_in_cookie(cookies(), name=workspace.settings.cookie_name, secret=workspace.secret)


def _viewer(workspace: Workspace, person_id: int) -> Viewer | Nobody:
    with workspace.database.read() as session:
        try:
            person = people.active(session, person_id)
        except NotAllowed as error:
            return Nobody(say(str(error)))
        locale = workspace.locales.read(person)
        _speak(locale.language)
        st.session_state[ZONE] = locale.zone
        return Viewer(person.id, person.name, person.initials, people.roles_of(person), person.is_learning, person.tour_step)
