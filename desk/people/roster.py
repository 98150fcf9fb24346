"""Who works here, as leads see it: roles, teams, shift, and when they were last there."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases import hands
from desk.people import people, sign_ins
from storage.models import Person, Team, TeamMember
from storage.words import Role, Shift


@dataclass(frozen=True, slots=True)
class Colleague:
    """One person. `email` and `from_groups` say how they sign in; `waiting` is how many of their cases wait for us."""

    id: int
    name: str
    initials: str
    alias: str
    email: str
    roles: frozenset[Role]
    teams: tuple[str, ...]
    shift: Shift
    is_learning: bool
    from_groups: bool
    last_sign_in: datetime | None
    waiting: int


def colleagues(session: Session, *, by: Person, now: datetime) -> list[Colleague]:
    """All who work here, by name. For leads and admins: it holds addresses. Raises NotAllowed."""
    people.require(by, people.LEADS)
    everyone = people.everyone(session)
    ids = [person.id for person in everyone]
    teams, last, loads = _teams(session), sign_ins.last(session, ids), hands.loads(session, ids, now=now)
    return [_colleague(person, teams.get(person.id, ()), last.get(person.id), loads.get(person.id, 0)) for person in everyone]


def _teams(session: Session) -> dict[int, tuple[str, ...]]:
    standing = select(TeamMember.person_id, Team.name).join(Team, Team.id == TeamMember.team_id).where(Team.retired_at.is_(None))
    found: dict[int, tuple[str, ...]] = {}
    for person_id, name in session.execute(standing.order_by(Team.name)):
        found[person_id] = (*found.get(person_id, ()), name)
    return found


def _colleague(person: Person, teams: tuple[str, ...], last: datetime | None, waiting: int) -> Colleague:
    return Colleague(
        id=person.id,
        name=person.name,
        initials=person.initials,
        alias=person.alias,
        email=person.email or "",
        roles=people.roles_of(person),
        teams=teams,
        shift=person.shift,
        is_learning=person.is_learning,
        from_groups=person.from_groups,
        last_sign_in=last,
        waiting=waiting,
    )
