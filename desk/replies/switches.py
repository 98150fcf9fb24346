"""Switches of the whole workspace, which a lead turns on and off in one click: hold all replies, approval for everybody."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from desk import audit, facts
from desk.people import people
from storage.models import Fact, Person


class Switch(StrEnum):
    """`REPLIES_HELD`: nothing leaves. `APPROVAL_FOR_ALL`: a second person reads every reply first."""

    REPLIES_HELD = "replies_held"
    APPROVAL_FOR_ALL = "approval_for_all"


@dataclass(frozen=True, slots=True)
class Turned:
    """Who turned a switch on, and when."""

    by_id: int
    by: str
    since: datetime


IS_ON = select(Fact.name).where(Fact.name == bindparam("name"))
ON = select(Fact.name, Fact.value).where(Fact.name.in_(list(Switch)))
"""Built once, as the one above: every look at a case asks both."""


def is_on(session: Session, switch: Switch) -> bool:
    return session.scalar(IS_ON, {"name": switch.value}) is not None


def standing(session: Session) -> Mapping[Switch, Turned]:
    """The switches that are on."""
    rows = session.execute(ON).all()
    told = {Switch(row.name): json.loads(row.value) for row in rows}
    names = _names(session, {one["by"] for one in told.values()})
    return {switch: Turned(one["by"], names.get(one["by"], ""), datetime.fromisoformat(one["since"])) for switch, one in told.items()}


def set(session: Session, switch: Switch, on: bool, *, by: Person, now: datetime) -> None:  # noqa: A001  the switch's own word
    """Turn a switch on or off; one that stands so already stays as it is, with who did it first. Leads only.

    A reply that is on its way to the platform at this moment still arrives.
    """
    people.require(by, people.LEADS)
    if on == is_on(session, switch):
        return
    if on:
        facts.state(session, switch, json.dumps({"by": by.id, "since": now.isoformat()}))
    else:
        session.execute(delete(Fact).where(Fact.name == switch))
    audit.record(session, "switch", now=now, by=by, subject=switch, on=on)


def _names(session: Session, person_ids: Collection[int]) -> dict[int, str]:
    if not person_ids:
        return {}
    return {row.id: row.name for row in session.execute(select(Person.id, Person.name).where(Person.id.in_(person_ids)))}
