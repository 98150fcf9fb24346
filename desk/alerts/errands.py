"""What the board asks another process to do: it does no network and no inference itself, and shows the result when it is there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from desk import audit
from desk.errors import LeaseLost, NotFound
from desk.people import people
from storage import dialect
from storage.models import Errand, Person
from storage.models.work import WAITING
from storage.words import ErrandKind, ErrandState, Role

ATTEMPTS = 3
"""An errand that killed its worker this often is given up: it would kill the next one as well."""

KEPT = timedelta(hours=1)
"""How long a result waits for whoever asked."""

MAY_ASK: Mapping[ErrandKind, frozenset[Role]] = {
    ErrandKind.FEED_TEST: people.FEEDS,
    ErrandKind.BACKFILL: people.FEEDS,
    ErrandKind.FIT_LABEL: people.FEEDS | people.CARE,
    ErrandKind.RECHECK: people.CARE,
    ErrandKind.EXPLAIN: people.READ,
    ErrandKind.SIMILAR: people.READ,
}


@dataclass(frozen=True, slots=True)
class ErrandWork:
    """An errand as the worker that leased it gets it."""

    id: int
    kind: ErrandKind
    request: Mapping[str, Any]
    attempt: int


@dataclass(frozen=True, slots=True)
class ErrandView:
    """An errand as the board shows it. `result` is there when it is done, with the key `error` when it failed."""

    id: int
    kind: ErrandKind
    state: ErrandState
    request: Mapping[str, Any]
    result: Mapping[str, Any] | None
    created_at: datetime
    done_at: datetime | None


def ask(session: Session, kind: ErrandKind, request: Mapping[str, Any], *, by: Person, now: datetime, subject: str = "") -> int:
    """Ask for an errand; `request` holds plain JSON values, `subject` names what it is about where others look for it. Returns its id. Raises NotAllowed."""
    people.require(by, MAY_ASK[kind])
    errand = Errand(kind=kind, subject=subject, request=dict(request), person_id=by.id, created_at=now)
    session.add(errand)
    session.flush()
    audit.record(session, "errand", now=now, by=by, subject=f"errand {errand.id}", kind=kind.value)
    return errand.id


def lease(session: Session, kinds: Sequence[ErrandKind], owner: str, *, now: datetime, lease: timedelta) -> ErrandWork | None:
    """The oldest errand of these kinds that nobody works on, for one worker only; None when there is none."""
    _give_up(session, now=now)
    table = Errand.__table__
    is_free = or_(Errand.state == ErrandState.QUEUED, Errand.lease_until <= now)
    due = and_(WAITING, Errand.kind.in_(kinds), is_free)
    change = {"state": ErrandState.RUNNING, "lease_owner": owner, "lease_until": now + lease, "attempt": Errand.attempt + 1}
    returning = [table.c.id, table.c.kind, table.c.request, table.c.attempt]
    found = dialect.lease(session, table, due=due, order=Errand.id.asc(), limit=1, change=change, returning=returning)
    return ErrandWork(*found[0]) if found else None


def _give_up(session: Session, *, now: datetime) -> None:
    exhausted = and_(WAITING, Errand.state == ErrandState.RUNNING, Errand.lease_until <= now, Errand.attempt >= ATTEMPTS)
    ended = {"state": ErrandState.FAILED, "done_at": now, "result": {"error": f"given up: {ATTEMPTS} workers stopped over it"}}
    session.execute(update(Errand).where(exhausted).values(**ended).execution_options(synchronize_session=False))


def done(session: Session, errand_id: int, result: Mapping[str, Any], *, owner: str, now: datetime) -> None:
    """Its result, for whoever asked. Raises LeaseLost when another worker has it now."""
    _end(session, errand_id, ErrandState.DONE, result, owner=owner, now=now)


def failed(session: Session, errand_id: int, error: str, *, owner: str, now: datetime) -> None:
    """It cannot be done; `error` is shown to whoever asked. Raises LeaseLost."""
    _end(session, errand_id, ErrandState.FAILED, {"error": error}, owner=owner, now=now)


def _end(session: Session, errand_id: int, state: ErrandState, result: Mapping[str, Any], *, owner: str, now: datetime) -> None:
    mine = (Errand.id == errand_id) & (Errand.state == ErrandState.RUNNING) & (Errand.lease_owner == owner)
    ended = update(Errand).where(mine).values(state=state, result=dict(result), done_at=now, lease_owner=None, lease_until=None)
    if session.scalar(ended.returning(Errand.id).execution_options(synchronize_session=False)) is None:
        raise LeaseLost(f"errand {errand_id} is no longer leased by {owner}")


def drop_old(session: Session, *, now: datetime) -> int:
    """Forget errands that ended long enough ago: their results may quote posts, which must not outlive the posts. How many."""
    ended = delete(Errand).where(Errand.done_at <= now - KEPT)
    return len(session.scalars(ended.returning(Errand.id).execution_options(synchronize_session=False)).all())


def get(session: Session, errand_id: int) -> ErrandView:
    """How an errand stands. Raises NotFound."""
    row = session.scalar(select(Errand).where(Errand.id == errand_id).execution_options(populate_existing=True))
    if row is None:
        raise NotFound("There is no such errand")
    return ErrandView(row.id, row.kind, row.state, row.request, row.result, row.created_at, row.done_at)
