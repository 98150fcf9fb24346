"""What we did with a customer's cases, as far as their story tells it: whose they were, what they were marked as, and what they were part of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.dialect import among
from storage.models import Audit, Incident, Person


class Act(StrEnum):
    """What was done."""

    HANDED_OVER = "handed_over"
    DEALT = "dealt"
    RULE_GAVE = "rule_gave"
    RELEASED = "released"
    RETURNED = "returned"
    TEAM = "team"
    ESCALATED = "escalated"
    UNESCALATED = "unescalated"
    ATTACHED = "attached"
    DETACHED = "detached"
    LEFT = "left"
    INCIDENT_ENDED = "incident_ended"
    TOOK_IN = "took_in"
    SPLIT = "split"


VERBS: Mapping[str, Act] = {
    "hand_over": Act.HANDED_OVER,
    "take_over": Act.HANDED_OVER,
    "deal": Act.DEALT,
    "rule_assign": Act.RULE_GAVE,
    "release": Act.RELEASED,
    "returned": Act.RETURNED,
    "team": Act.TEAM,
    "rule_team": Act.TEAM,
    "escalate": Act.ESCALATED,
    "unescalate": Act.UNESCALATED,
    "incident_attached": Act.ATTACHED,
    "incident_detached": Act.DETACHED,
    "incident_left": Act.LEFT,
    "absorb": Act.TOOK_IN,
    "split": Act.SPLIT,
}

ABOUT: Mapping[Act, str] = {
    Act.RULE_GAVE: "rule",
    Act.TEAM: "team",
    Act.ESCALATED: "kind",
    Act.UNESCALATED: "was_kind",
    Act.ATTACHED: "name",
    Act.DETACHED: "name",
    Act.LEFT: "name",
    Act.TOOK_IN: "merged",
    Act.SPLIT: "into",
}
"""The detail of the record that names what an act is about."""

GIVERS = frozenset({Act.DEALT, Act.RULE_GAVE, Act.HANDED_OVER})


@dataclass(frozen=True, slots=True)
class Done:
    """One act. `who` did it, empty for the system; `to` is the colleague whom the case went to, or who was away; `about` as ABOUT says."""

    act: Act
    at: datetime
    case_id: int
    who: str
    to: str = ""
    about: str = ""


def of_cases(session: Session, case_ids: Sequence[int], *, limit: int) -> list[Done]:
    """The newest acts on these cases, in no order, and the ends of the incidents that they were part of by then."""
    acts = select(Audit, Person.name).outerjoin(Person, Person.id == Audit.person_id).where(Audit.verb.in_(VERBS))
    rows = session.execute(acts.where(among(session, Audit.case_id, case_ids)).order_by(Audit.id.desc()).limit(limit)).all()
    names = _names(session, [_colleague(act) for act, _ in rows])
    done = [_done(act, who or "", names.get(_colleague(act), "")) for act, who in rows]
    return done + _ends(session, [act for act, _ in reversed(rows)])


def _done(record: Audit, who: str, colleague: str) -> Done:
    act = VERBS[record.verb]
    about = record.detail.get(ABOUT.get(act, ""))
    return Done(act, record.at, record.case_id or 0, who, colleague, "" if about is None else str(about))


def _colleague(record: Audit) -> Any:
    """Who got the case; of one that nobody was given, whose it was."""
    act = VERBS[record.verb]
    return record.detail.get("to") if act in GIVERS else record.detail.get("was") if act is Act.RETURNED else None


def _names(session: Session, ids: Iterable[Any]) -> Mapping[Any, str]:
    wanted = sorted({one for one in ids if isinstance(one, int)})
    return {row.id: row.name for row in session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))} if wanted else {}


def _ends(session: Session, records: Iterable[Audit]) -> list[Done]:
    """Ends of incidents that a case had not left before, oldest record first."""
    inside: dict[tuple[int, int], datetime] = {}
    for record in records:
        incident, act = record.detail.get("incident"), VERBS[record.verb]
        if isinstance(incident, int) and record.case_id is not None:
            if act is Act.ATTACHED:
                inside[record.case_id, incident] = record.at
            elif act in {Act.DETACHED, Act.LEFT}:
                inside.pop((record.case_id, incident), None)
    ended = _ended(session, {incident for _, incident in inside})
    return [
        Done(Act.INCIDENT_ENDED, ended[incident].closed_at or since, case_id, "", about=ended[incident].name)
        for (case_id, incident), since in inside.items()
        if incident in ended
    ]


def _ended(session: Session, ids: Iterable[int]) -> Mapping[int, Incident]:
    found = select(Incident).where(among(session, Incident.id, sorted(set(ids))), Incident.closed_at.is_not(None))
    return {one.id: one for one in session.scalars(found)}
