"""Who looks at a page: the person whom the browser's cookie names, read anew in each run."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from dashboard.identity import person_in_cookie
from dashboard.workspace import Workspace, here
from desk import people
from desk.errors import NotAllowed
from storage.words import Role


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person at the board, and what their roles allow them to be offered; the desk checks each act again."""

    id: int
    name: str
    initials: str
    roles: frozenset[Role]

    @property
    def may_care(self) -> bool:
        return bool(self.roles & people.CARE)

    @property
    def may_label(self) -> bool:
        return bool(self.roles & people.LABELS)

    @property
    def may_lead(self) -> bool:
        return bool(self.roles & people.LEADS)

    @property
    def may_change_feeds(self) -> bool:
        return bool(self.roles & people.FEEDS)

    @property
    def may_add_people(self) -> bool:
        return bool(self.roles & people.ADMINS)


@dataclass(frozen=True, slots=True)
class Nobody:
    """Nobody is signed in; `words` say why where somebody was."""

    words: str = ""


def cookies() -> Mapping[str, str]:
    found: Mapping[str, str] = st.context.cookies
    return found


def who() -> Viewer | Nobody:
    workspace = here()
    person_id = person_in_cookie(cookies(), name=workspace.settings.cookie_name, secret=workspace.secret)
    return Nobody() if person_id is None else _viewer(workspace, person_id)


def _viewer(workspace: Workspace, person_id: int) -> Viewer | Nobody:
    with workspace.database.read() as session:
        try:
            person = people.active(session, person_id)
        except NotAllowed as error:
            return Nobody(str(error))
        return Viewer(person.id, person.name, person.initials, people.roles_of(person))
