"""Filters of the queue that somebody keeps under a name: their own, and those that a lead shares with the team."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from desk import audit
from desk.errors import Invalid, NotFound
from desk.people import people
from storage.models import Person, SavedView

LONGEST_NAME = 80
LONGEST_PARAMS = 2_000
MOST = 50


OFFERED = (
    select(SavedView, Person.name)
    .join(Person, Person.id == SavedView.person_id)
    .where(or_(SavedView.person_id == bindparam("by"), SavedView.is_shared))
)
"""Built once: every page of the queue asks it."""


@dataclass(frozen=True, slots=True)
class ViewLine:
    """A saved view as one person sees it; `params` is the part of the address that says what it shows, `by` whose it is."""

    id: int
    name: str
    params: str
    is_mine: bool
    is_shared: bool
    by: str


def save(session: Session, *, name: str, params: str, by: Person, now: datetime) -> ViewLine:
    """Keep a filter under a name, behind the views that this person has. Raises Invalid for a name that they use already, or too many views."""
    people.require(by, people.READ)
    named = _named(session, name, by=by, but=None)
    if len(params) > LONGEST_PARAMS:
        raise Invalid("This filter is too long to keep: shorten its search")
    number, last = session.execute(
        select(func.count(), func.coalesce(func.max(SavedView.position), 0)).where(SavedView.person_id == by.id)
    ).one()
    if number >= MOST:
        raise Invalid(f"{MOST} views are kept at most: remove one first")
    view = SavedView(person_id=by.id, name=named, params=params, position=last + 1, created_at=now)
    session.add(view)
    session.flush()
    audit.record(session, "view_saved", now=now, by=by, subject=f"view {view.id}")
    return _line(view, by.name, by)


def rename(session: Session, view_id: int, *, name: str, by: Person, now: datetime) -> ViewLine:
    """Another name for one's own view."""
    view = _own(session, view_id, by=by)
    view.name = _named(session, name, by=by, but=view_id)
    audit.record(session, "view_renamed", now=now, by=by, subject=f"view {view_id}")
    return _line(view, by.name, by)


def share(session: Session, view_id: int, *, is_shared: bool, by: Person, now: datetime) -> ViewLine:
    """Show one's own view to the whole team, or only to oneself again. Raises NotAllowed for all but leads."""
    people.require(by, people.LEADS)
    view = _own(session, view_id, by=by)
    view.is_shared = is_shared
    audit.record(session, "view_shared", now=now, by=by, subject=f"view {view_id}", shared=is_shared)
    return _line(view, by.name, by)


def remove(session: Session, view_id: int, *, by: Person, now: datetime) -> None:
    """Forget one's own view; a lead may also remove one that somebody shared. Raises NotFound for all others."""
    people.require(by, people.READ)
    view = session.get(SavedView, view_id)
    is_lead = bool(people.roles_of(by) & people.LEADS)
    if view is None or not (view.person_id == by.id or (is_lead and view.is_shared)):
        raise NotFound("There is no such view of yours")
    session.delete(view)
    session.flush()
    audit.record(session, "view_removed", now=now, by=by, subject=f"view {view_id}")


def order(session: Session, view_ids: Sequence[int], *, by: Person, now: datetime) -> None:
    """One's own views in this order; those that are not named come behind, in the order that they had. Others' views are passed over."""
    people.require(by, people.READ)
    own = session.scalars(select(SavedView).where(SavedView.person_id == by.id).order_by(SavedView.position, SavedView.id)).all()
    wanted = {view_id: place for place, view_id in enumerate(view_ids)}
    for position, view in enumerate(sorted(own, key=lambda one: wanted.get(one.id, len(wanted))), start=1):
        view.position = position
    audit.record(session, "views_ordered", now=now, by=by)


def offered(session: Session, *, by: Person) -> list[ViewLine]:
    """One's own views in one's own order, then those that others share, by name."""
    people.require(by, people.READ)
    rows = session.execute(OFFERED, {"by": by.id}).all()
    lines = [(view.position, _line(view, name, by)) for view, name in rows]
    own = sorted((pair for pair in lines if pair[1].is_mine), key=lambda pair: (pair[0], pair[1].id))
    others = sorted((line for _, line in lines if not line.is_mine), key=lambda line: (line.name.casefold(), line.id))
    return [*(line for _, line in own), *others]


def view(session: Session, view_id: int, *, by: Person) -> ViewLine:
    """One view that is this person's own or shared. Raises NotFound."""
    people.require(by, people.READ)
    found = session.execute(
        select(SavedView, Person.name).join(Person, Person.id == SavedView.person_id).where(SavedView.id == view_id)
    ).one_or_none()
    if found is None or not (found[0].person_id == by.id or found[0].is_shared):
        raise NotFound("There is no such view: it was removed, or its owner keeps it to themselves")
    return _line(found[0], found[1], by)


def _line(view: SavedView, name: str, by: Person) -> ViewLine:
    return ViewLine(view.id, view.name, view.params, view.person_id == by.id, view.is_shared, name)


def _own(session: Session, view_id: int, *, by: Person) -> SavedView:
    people.require(by, people.READ)
    found = session.scalar(select(SavedView).where(SavedView.id == view_id, SavedView.person_id == by.id))
    if found is None:
        raise NotFound("There is no such view of yours")
    return found


def _named(session: Session, name: str, *, by: Person, but: int | None) -> str:
    named = " ".join(name.split())
    if not named or len(named) > LONGEST_NAME:
        raise Invalid(f"The name of a view has 1 to {LONGEST_NAME} characters")
    there = session.scalar(select(SavedView.id).where(SavedView.person_id == by.id, SavedView.name == named))
    if there is not None and there != but:
        raise Invalid(f"You have a view “{named}” already")
    return named
