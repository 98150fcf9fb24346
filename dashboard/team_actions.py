"""Teams at the board: who is in them, what somebody takes, and which cases are theirs."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from dashboard.actions import Kind, Result, act
from dashboard.texts import text
from dashboard.workspace import Workspace
from desk.cases import bulk
from desk.people import teams
from storage.models import Person
from storage.words import SkillKind


def add(workspace: Workspace, person_id: int, *, name: str) -> Result:
    return act(
        workspace,
        person_id,
        lambda session, by, now: teams.add(session, name, by=by, now=now),
        lambda team: Result(Kind.DONE, text("team.act.added", team=team.name)),
    )


def rename(workspace: Workspace, person_id: int, team_id: int, *, name: str) -> Result:
    return act(
        workspace,
        person_id,
        lambda session, by, now: teams.rename(session, team_id, name, by=by, now=now),
        lambda team: Result(Kind.DONE, text("team.act.renamed", team=team.name)),
    )


def retire(workspace: Workspace, person_id: int, team_id: int) -> Result:
    return act(
        workspace,
        person_id,
        lambda session, by, now: teams.retire(session, team_id, by=by, now=now),
        lambda n: Result(Kind.DONE, text("team.act.retired", n=n)),
    )


def of_case(workspace: Workspace, person_id: int, case_id: int, *, team_id: int | None) -> Result:
    """One case goes to a team; None: to everybody. Whoever has it keeps it."""
    done = Result(Kind.DONE, text("case.team_set" if team_id else "case.team_unset"), case_id)
    return act(
        workspace, person_id, lambda session, by, now: bulk.set_team(session, case_id, team_id=team_id, by=by, now=now), lambda _: done
    )


def set_members(workspace: Workspace, person_id: int, team_id: int, *, members: Collection[int]) -> Result:
    return act(
        workspace,
        person_id,
        lambda session, by, now: teams.set_members(session, team_id, members, by=by, now=now),
        lambda _: Result(Kind.DONE, text("team.act.members")),
    )


def set_hand(
    workspace: Workspace,
    person_id: int,
    of: int,
    *,
    skills: Mapping[SkillKind, Collection[str]],
    open_limit: int | None,
    takes_abuse: bool,
) -> Result:
    """What this person takes and how much of it, as one act."""

    def verb(session: Session, by: Person, now: datetime) -> Person:
        teams.set_skills(session, of, skills, by=by, now=now)
        return teams.set_limits(session, of, open_limit=open_limit, takes_abuse=takes_abuse, by=by, now=now)

    return act(workspace, person_id, verb, lambda person: Result(Kind.DONE, text("team.act.skills", person=person.name)))
