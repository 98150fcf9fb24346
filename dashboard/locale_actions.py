"""Choosing the language that one reads the board in, and the clock that one lives by."""

from dashboard.actions import Kind, Result, act
from dashboard.texts import text
from dashboard.texts.language import speak
from dashboard.workspace import Workspace
from desk.people import locales
from storage.models import Person


def choose_language(workspace: Workspace, person_id: int, language: str) -> Result:
    """Empty for the workspace's. The result is told in the new one."""

    def told(by: Person) -> Result:
        speak(workspace.locales.read(by).language)
        return Result(Kind.DONE, text("me.act.language"))

    return act(workspace, person_id, lambda session, by, now: locales.speak(session, language, by=by, now=now), told)


def choose_zone(workspace: Workspace, person_id: int, zone: str) -> Result:
    """Empty for the workspace's."""

    def told(by: Person) -> Result:
        return Result(Kind.DONE, text("me.act.zone", zone=workspace.locales.read(by).zone))

    return act(workspace, person_id, lambda session, by, now: locales.live_in(session, zone, by=by, now=now), told)
