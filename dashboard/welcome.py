"""Who is at this desk: a provider's word, or the name picker of a board that only this machine can reach."""

import streamlit as st

from dashboard import components, staff
from dashboard.format import word_of
from dashboard.openid import Problem
from dashboard.settings import SignInSettings
from dashboard.texts import text
from dashboard.viewer import Nobody, Viewer
from dashboard.workspace import here
from desk.people import people
from storage.models import Person


def draw(nobody: Nobody) -> None:
    """The page that stands in place of every other until somebody is signed in."""
    given = here().settings.sign_in
    with st.container(horizontal_alignment="center"), st.container(key="welcome", width=720):
        if given is None:
            _names(nobody)
        else:
            _provider(nobody, given)


def _names(nobody: Nobody) -> None:
    everyone = _everyone()
    st.header(text("signin.title" if everyone else "signin.first_title"), anchor=False)
    st.text(nobody.words or text("signin.why" if everyone else "signin.first_why"))
    name = "signin" if everyone else "signin.first"
    components.signin(key=name, data=_data(everyone, is_first=not everyone, is_narrow=False))


def _provider(nobody: Nobody, given: SignInSettings) -> None:
    st.header(text("signin.openid_title"), anchor=False)
    st.text(text("signin.openid_why"))
    if nobody.told in set(Problem):
        asks = nobody.told in {Problem.STRANGER, Problem.LEFT}
        st.warning(text(f"signin.problem.{nobody.told}"), icon=":material/person_off:" if asks else ":material/error:")
        if asks:
            st.text(_whom_to_ask())
    elif nobody.words:
        st.text(nobody.words)
    label = text("signin.openid", provider=given.name) if given.name else text("signin.openid_unnamed")
    components.signin(key="signin.openid", data={**_data([], is_first=False, is_narrow=False), "provider": label})


def _whom_to_ask() -> str:
    """Names only: this page is open to whoever has an account at the provider."""
    names = [person.name for person in _everyone() if people.roles_of(person) & people.LEADS]
    return text("signin.ask", people=", ".join(names)) if names else text("signin.ask_nobody")


def choice(viewer: Viewer) -> None:
    """Signing out; where a name is enough, also the others who may sit down here."""
    others = [person for person in staff.everyone() if person.id != viewer.id] if here().settings.takes_names else []
    components.signin(key="signin.switch", data=_data(others, is_first=False, is_narrow=True))


def _everyone() -> list[Person]:
    with here().database.read() as session:
        return people.everyone(session)


def _data(everyone: list[Person], *, is_first: bool, is_narrow: bool) -> dict[str, object]:
    cards = [{"id": person.id, "name": person.name, "initials": person.initials, "roles": _roles(person)} for person in everyone]
    return {"people": cards, "first": is_first, "narrow": is_narrow, "texts": components.words("signin.js.")}


def _roles(person: Person) -> str:
    return ", ".join(sorted(word_of("role", role) for role in people.roles_of(person)))
