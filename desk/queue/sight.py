"""What a person's own lists depend on: the teams that they are in, and whether they see abusive cases before the others."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases import privacy
from desk.people import people
from desk.queue.filters import SOON
from storage.models import Person, Team, TeamMember


@dataclass(frozen=True, slots=True)
class Sight:
    """`due_within`: how near a promised answer is "due soon"."""

    my_teams: tuple[int, ...] = ()
    sees_shielded: bool = False
    due_within: timedelta = SOON
    sees_private: bool = False


def sight_of(session: Session, by: Person, *, due_within: timedelta = SOON) -> Sight:
    """Volunteers for abuse and leads see shielded cases; whoever only reads sees none."""
    people.require(by, people.READ)
    mine = (
        select(TeamMember.team_id).join(Team, Team.id == TeamMember.team_id).where(TeamMember.person_id == by.id, Team.retired_at.is_(None))
    )
    roles = people.roles_of(by)
    sees = bool(roles & people.LEADS) or (by.takes_abuse and bool(roles & people.CARE))
    return Sight(tuple(sorted(session.scalars(mine))), sees, due_within, privacy.sees(by))
