"""Who works with whom and on what: teams, what somebody can take, and how many cases at once."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from desk import audit
from desk.cases import hands
from desk.errors import Invalid, NotFound
from desk.people import people
from storage.dialect import among
from storage.models import Case, Person, PersonRole, Skill, Team, TeamMember
from storage.words import CaseStatus, Shift, SkillKind

LONGEST_NAME, LONGEST_SKILL = 80, 80
MOST_OPEN = 500
"""A limit above this is none."""


@dataclass(frozen=True, slots=True)
class TeamView:
    """A team that cases can be given to, and who is in it."""

    id: int
    name: str
    member_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody who works on cases: since when they are on shift, on a break or off, what they take, and how many cases wait for them now."""

    id: int
    name: str
    initials: str
    shift: Shift
    shift_at: datetime | None
    team_ids: tuple[int, ...]
    skills: Mapping[SkillKind, tuple[str, ...]]
    open_limit: int | None
    takes_abuse: bool
    open_cases: int


def add(session: Session, name: str, *, by: Person, now: datetime) -> Team:
    """A new team. Raises Invalid for an empty name or one that another team has or had: a retired one is brought back."""
    people.require(by, people.LEADS)
    named = _named(name)
    there = _of_name(session, named)
    if there is not None and there.retired_at is None:
        raise Invalid(f"There is a team {there.name} already")
    team = there or Team(name=named, created_at=now)
    team.retired_at = None
    session.add(team)
    session.flush()
    audit.record(session, "team_added", now=now, by=by, subject=f"team {team.id}", name=team.name)
    return team


def rename(session: Session, team_id: int, name: str, *, by: Person, now: datetime) -> Team:
    """Another name. Raises Invalid for one that another team has or had."""
    people.require(by, people.LEADS)
    team, named = _to_change(session, team_id), _named(name)
    there = _of_name(session, named)
    if there is not None and there.id != team.id:
        raise Invalid(f"There is or was a team {there.name}: choose another name")
    was, team.name = team.name, named
    audit.record(session, "team_renamed", now=now, by=by, subject=f"team {team.id}", was=was, name=named)
    return team


def retire(session: Session, team_id: int, *, by: Person, now: datetime) -> int:
    """Nothing is given to this team any more; its cases are everybody's. Returns how many of them were not closed."""
    people.require(by, people.LEADS)
    team = _to_change(session, team_id)
    team.retired_at = now
    session.execute(delete(TeamMember).where(TeamMember.team_id == team_id))
    theirs = update(Case).where(Case.team_id == team_id, Case.status != CaseStatus.CLOSED)
    freed = theirs.values(team_id=None, version=Case.version + 1).returning(Case.id).execution_options(synchronize_session=False)
    number = len(session.scalars(freed).all())
    session.expire_all()
    audit.record(session, "team_retired", now=now, by=by, subject=f"team {team_id}", cases=number)
    return number


def set_members(session: Session, team_id: int, person_ids: Collection[int], *, by: Person, now: datetime) -> None:
    """Exactly these people are in the team. Raises Invalid for somebody who does not work on cases."""
    people.require(by, people.LEADS)
    _to_change(session, team_id)
    wanted = sorted(set(person_ids))
    for person_id in wanted:
        _caring(session, person_id)
    session.execute(delete(TeamMember).where(TeamMember.team_id == team_id))
    if wanted:
        session.execute(insert(TeamMember), [{"team_id": team_id, "person_id": person_id} for person_id in wanted])
    audit.record(session, "team_members", now=now, by=by, subject=f"team {team_id}", members=wanted)


def set_skills(session: Session, person_id: int, skills: Mapping[SkillKind, Collection[str]], *, by: Person, now: datetime) -> None:
    """What this person takes, for each kind that is named here; nothing of a kind means all of it. Other kinds stay as they are."""
    people.require(by, people.LEADS)
    _caring(session, person_id)
    cleaned = {kind: sorted({_skill(kind, value) for value in values}) for kind, values in skills.items()}
    session.execute(delete(Skill).where(Skill.person_id == person_id, Skill.kind.in_(sorted(cleaned))))
    rows = [{"person_id": person_id, "kind": kind, "value": value} for kind, values in sorted(cleaned.items()) for value in values]
    if rows:
        session.execute(insert(Skill), rows)
    told: dict[str, Any] = {kind.value: values for kind, values in cleaned.items()}
    audit.record(session, "skills", now=now, by=by, subject=f"person {person_id}", **told)


def set_limits(session: Session, person_id: int, *, open_limit: int | None, takes_abuse: bool, by: Person, now: datetime) -> Person:
    """How many cases may wait for this person before "next" gives them no more (None: any number), and whether they take abusive posts first."""
    people.require(by, people.LEADS)
    person = _caring(session, person_id)
    if open_limit is not None and not 1 <= open_limit <= MOST_OPEN:
        raise Invalid(f"A limit is a number from 1 to {MOST_OPEN}, or none")
    person.open_limit, person.takes_abuse = open_limit, takes_abuse
    subject = f"person {person_id}"
    audit.record(session, "limits", now=now, by=by, subject=subject, open_limit=open_limit, takes_abuse=takes_abuse)
    return person


def teams(session: Session) -> list[TeamView]:
    """All teams that are not retired, by name."""
    members = defaultdict[int, list[int]](list)
    for row in session.execute(select(TeamMember.team_id, TeamMember.person_id).order_by(TeamMember.person_id)):
        members[row.team_id].append(row.person_id)
    found = session.scalars(select(Team).where(Team.retired_at.is_(None)).order_by(func.lower(Team.name)))
    return [TeamView(team.id, team.name, tuple(members[team.id])) for team in found]


def of_case(session: Session, case_id: int) -> int | None:
    """The team that a case belongs to, if any."""
    return session.scalar(select(Case.team_id).where(Case.id == case_id))


def hands_on(session: Session, *, now: datetime) -> list[Hand]:
    """All who work on cases, by name, with a few statements for all of them."""
    caring = select(PersonRole.person_id).where(PersonRole.role.in_(people.CARE))
    found = session.scalars(select(Person).where(Person.active, Person.id.in_(caring)).order_by(func.lower(Person.name), Person.id)).all()
    ids = [person.id for person in found]
    skills, member_of, loads = skills_of(session, ids), teams_of(session, ids), hands.loads(session, ids, now=now)
    return [_hand(person, skills[person.id], member_of[person.id], loads[person.id]) for person in found]


def _hand(person: Person, skills: Mapping[SkillKind, frozenset[str]], member_of: frozenset[int], load: int) -> Hand:
    return Hand(
        id=person.id,
        name=person.name,
        initials=person.initials,
        shift=person.shift,
        shift_at=person.shift_at,
        team_ids=tuple(sorted(member_of)),
        skills={kind: tuple(sorted(skills.get(kind, ()))) for kind in SkillKind},
        open_limit=person.open_limit,
        takes_abuse=person.takes_abuse,
        open_cases=load,
    )


def skills_of(session: Session, person_ids: Collection[int]) -> dict[int, dict[SkillKind, frozenset[str]]]:
    """What each of these people takes; a kind that is absent means all of it."""
    found = {person_id: dict[SkillKind, frozenset[str]]() for person_id in person_ids}
    for row in session.execute(select(Skill.person_id, Skill.kind, Skill.value).where(among(session, Skill.person_id, list(found)))):
        theirs = found[row.person_id]
        theirs[row.kind] = theirs.get(row.kind, frozenset()) | {row.value}
    return found


def teams_of(session: Session, person_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """The teams of each of these people."""
    found = {person_id: frozenset[int]() for person_id in person_ids}
    theirs = select(TeamMember.person_id, TeamMember.team_id).where(among(session, TeamMember.person_id, list(found)))
    for row in session.execute(theirs):
        found[row.person_id] |= {row.team_id}
    return found


def topics(session: Session) -> frozenset[str]:
    """All names of tags that somebody takes as their topic; any other tag says nothing about who takes a case."""
    return frozenset(session.scalars(select(Skill.value).where(Skill.kind == SkillKind.TOPIC).distinct()))


def _named(name: str) -> str:
    named = " ".join(name.replace("\x00", "").split())
    if not named or len(named) > LONGEST_NAME:
        raise Invalid(f"A team has a name of at most {LONGEST_NAME} characters")
    return named


def _of_name(session: Session, name: str) -> Team | None:
    return session.scalar(select(Team).where(func.lower(Team.name) == name.lower()))


def _to_change(session: Session, team_id: int) -> Team:
    found = select(Team).where(Team.id == team_id, Team.retired_at.is_(None)).with_for_update()
    team = session.scalar(found.execution_options(populate_existing=True))
    if team is None:
        raise NotFound("There is no such team")
    return team


def _caring(session: Session, person_id: int) -> Person:
    person = session.get(Person, person_id, populate_existing=True)
    if person is None or not person.active:
        raise NotFound("Nobody of that name works here")
    if not people.roles_of(person) & people.CARE:
        raise Invalid(f"{person.name} does not work on cases: that needs the role agent or lead")
    return person


def _skill(kind: SkillKind, value: str) -> str:
    named = " ".join(value.replace("\x00", "").split())
    if not named or len(named) > LONGEST_SKILL:
        raise Invalid(f"A skill has a name of at most {LONGEST_SKILL} characters")
    return named if kind is SkillKind.TOPIC else named.lower()
