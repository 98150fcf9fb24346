"""The way of one case in six steps, for somebody new. A step is done when its act was done, never because somebody said so."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk import audit
from desk.people import people
from storage.models import Audit, Person
from storage.words import Outcome

NEW, ON, DONE, LEFT = 0, 1, 7, -1
"""What `tour_step` of a person says: not begun, under way, done, left for now."""

BEGUN, LOOKED, SAW_SHIFT = "tour_begun", "tour_looked", "tour_shift"


class Step(StrEnum):
    """In their order. `LOOK`: at what this customer wrote before, or at what solved the same for others."""

    OPEN = "open"
    CLAIM = "claim"
    LOOK = "look"
    ANSWER = "answer"
    CLOSE = "close"
    SHIFT = "shift"


ACTS = {
    "claim": Step.CLAIM,
    "take_over": Step.CLAIM,
    LOOKED: Step.LOOK,
    "reply": Step.ANSWER,
    "approval_asked": Step.ANSWER,
    "close": Step.CLOSE,
    SAW_SHIFT: Step.SHIFT,
    "shift": Step.SHIFT,
}
IMPLIED = {Step.OPEN: frozenset({Step.CLAIM}), Step.LOOK: frozenset({Step.ANSWER, Step.CLOSE})}
"""What is passed when something later was done: not every customer wrote before."""


@dataclass(frozen=True, slots=True)
class Tour:
    """Where somebody is: `state` is NEW, ON, LEFT or DONE; `done` holds what their acts say."""

    state: int
    done: frozenset[Step] = frozenset()

    @property
    def step(self) -> Step | None:
        """What is to be done next; None when nothing is left."""
        return next((step for step in Step if step not in self.done and not IMPLIED.get(step, frozenset()) & self.done), None)


def of(session: Session, person_id: int, *, has_open_case: bool = False) -> Tour:
    """The tour of one person. `has_open_case`: they look at a case right now."""
    state = session.scalar(select(Person.tour_step).where(Person.id == person_id)) or NEW
    if state != ON:
        return Tour(state)
    begun = select(func.max(Audit.id)).where(Audit.person_id == person_id, Audit.verb == BEGUN).scalar_subquery()
    acts = select(Audit.verb, Audit.detail).where(Audit.person_id == person_id, Audit.id > begun, Audit.verb.in_(ACTS))
    done = {ACTS[verb] for verb, detail in session.execute(acts) if verb != "close" or detail.get("outcome") == Outcome.SOLVED}
    return Tour(state, frozenset(done | ({Step.OPEN} if has_open_case else set())))


def begin(session: Session, *, by: Person, now: datetime) -> None:
    """Begin, or go on where it was left. Raises NotAllowed for somebody who works on no cases."""
    people.require(by, people.CARE)
    if by.tour_step in {NEW, DONE} or not _has_begun(session, by.id):
        audit.record(session, BEGUN, now=now, by=by, subject=f"person {by.id}")
    by.tour_step = ON


def leave(session: Session, *, by: Person, now: datetime) -> None:
    """Not now; what was done stays done."""
    people.require(by, people.CARE)
    by.tour_step = LEFT
    audit.record(session, "tour_left", now=now, by=by, subject=f"person {by.id}")


def finish(session: Session, *, by: Person, now: datetime) -> None:
    """Nothing is left of it, and it is not offered again. Does nothing while a step is open."""
    people.require(by, people.CARE)
    if by.tour_step == ON and of(session, by.id).step is None:
        by.tour_step = DONE
        audit.record(session, "tour_done", now=now, by=by, subject=f"person {by.id}")


def note(session: Session, act: str, *, case_id: int | None = None, by: Person, now: datetime) -> None:
    """Somebody on the tour looked at something; nobody else's looks are kept."""
    if by.tour_step == ON:
        audit.record(session, act, now=now, by=by, case_id=case_id, subject=f"person {by.id}")


def _has_begun(session: Session, person_id: int) -> bool:
    return session.scalar(select(Audit.id).where(Audit.person_id == person_id, Audit.verb == BEGUN).limit(1)) is not None
