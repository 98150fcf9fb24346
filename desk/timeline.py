"""The record of a case in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Audit, Person

SYSTEM = "Careline"
LONGEST = 200

WORDS: Mapping[str, str] = {
    "open": "opened the case",
    "open_by_hand": "made this a case",
    "join": "the customer wrote again",
    "relabel": "the labels changed",
    "correct": "corrected {question} from {was} to {label}",
    "withdraw": "took a correction back: {question} is {label}",
    "confirm": "said that the labels are right",
    "claim": "claimed it",
    "release": "gave it back to the queue",
    "hand_over": "handed it over to {to}",
    "take_over": "took it over from {was}",
    "snooze": "put it off until {until}",
    "note": "wrote a note",
    "reply": "sent a reply",
    "undo": "took the reply back",
    "retry": "tried the reply again",
    "recall": "the reply became a draft: the case was claimed before it was sent",
    "sent": "the reply stands on the platform",
    "send_later": "the platform asks to wait: {reason}",
    "failed": "the reply failed: {reason}",
    "by_hand": "the reply waits to be posted by hand: {reason}",
    "uncertain": "the reply may or may not stand there",
    "absent": "the reply was looked for and is not there",
    "settle": "decided whether the reply stands there",
    "prove": "gave the link of the answer",
    "answered_elsewhere": "our account answered in the platform's own app",
    "close": "closed it: {outcome}",
    "reopen": "reopened it",
    "come_back": "the case came back: the customer wrote again",
    "merge": "merged it into case {into}",
    "absorb": "took in case {merged}",
    "split": "split off case {into}",
    "split_off": "split it off from case {of}",
}

PEOPLE = ("to", "was")
"""Details that hold a person's id in the acts that pass a case on."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One act: when, by whom, what."""

    at: datetime
    person: str
    words: str


def timeline(session: Session, case_id: int) -> tuple[Entry, ...]:
    """The last acts on a case, oldest first."""
    query = select(Audit, Person.name).outerjoin(Person, Person.id == Audit.person_id).where(Audit.case_id == case_id)
    acts = session.execute(query.order_by(Audit.id.desc()).limit(LONGEST)).all()
    names = _names(session, [act for act, _ in acts])
    return tuple(Entry(act.at, person or SYSTEM, _words(act, names)) for act, person in reversed(acts))


def _names(session: Session, acts: list[Audit]) -> dict[int, str]:
    ids = {act.detail.get(name) for act in acts for name in PEOPLE if isinstance(act.detail.get(name), int)}
    return {row.id: row.name for row in session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))} if ids else {}


def _words(act: Audit, names: Mapping[int, str]) -> str:
    told: dict[str, Any] = {name: names.get(value, value) if name in PEOPLE else value for name, value in act.detail.items()}
    told |= {name: str(told[name]).replace("_", " ") for name in ("question",) if name in told}
    template = WORDS.get(act.verb, act.verb.replace("_", " "))
    return template.format_map(_Told(told))


class _Told(dict[str, Any]):
    """An act of an older version may lack a detail that today's words name."""

    def __missing__(self, key: str) -> str:
        return "…"
