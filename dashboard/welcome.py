"""Who is at this desk: the name picker of a board that only this machine can reach."""

import streamlit as st

from dashboard import components
from dashboard.format import word_of
from dashboard.texts import text
from dashboard.viewer import Nobody, Viewer
from dashboard.workspace import here
from desk import people
from storage.models import Person


def draw(nobody: Nobody) -> None:
    """The page that stands in place of every other until somebody is signed in."""
    everyone = _everyone()
    name = "signin" if everyone else "signin.first"
    with st.container(horizontal_alignment="center"), st.container(key="welcome", width=720):
        st.header(text("signin.title" if everyone else "signin.first_title"), anchor=False)
        st.text(nobody.words or text("signin.why" if everyone else "signin.first_why"))
        components.signin(key=name, data=_data(everyone, is_first=not everyone, is_narrow=False))


def choice(viewer: Viewer) -> None:
    """The others who may sit down here, and signing out."""
    others = [person for person in _everyone() if person.id != viewer.id]
    components.signin(key="signin.switch", data=_data(others, is_first=False, is_narrow=True))


def _everyone() -> list[Person]:
    with here().database.read() as session:
        return people.everyone(session)


def _data(everyone: list[Person], *, is_first: bool, is_narrow: bool) -> dict[str, object]:
    cards = [{"id": person.id, "name": person.name, "initials": person.initials, "roles": _roles(person)} for person in everyone]
    return {"people": cards, "first": is_first, "narrow": is_narrow, "texts": components.words("signin.js.")}


def _roles(person: Person) -> str:
    return ", ".join(sorted(word_of("role", role) for role in people.roles_of(person)))
