"""Which model classifies, and which one is tried beside it: candidate → in force → replaced, or candidate → dropped.

The switch is a row, not a setting: it outlives every process, and each one that classifies looks at it. A person's choice holds as long as the settings
still name the classifier that they named when the choice was made; whoever writes another one into the settings means that one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from desk import audit
from desk.errors import Invalid, NotFound
from desk.people import people
from storage.models import Model, ModelTrial, Person
from storage.words import ModelState

Options = Mapping[str, Any]
"""What loads an engine, as plain JSON values."""

OVER = 0


@dataclass(frozen=True, slots=True)
class ModelView:
    """A model as the board tells of it. `person`: who let it take over, empty where the settings did; `can_go_back`: there is one before it."""

    id: int
    engine: str
    version: str
    since: datetime | None
    person: str
    error: str
    can_go_back: bool = False

    @property
    def name(self) -> str:
        return f"{self.engine} {self.version}".strip()


@dataclass(frozen=True, slots=True)
class Change:
    """Another model took over at that moment."""

    at: datetime
    name: str
    before: str


def chosen(session: Session, base: Options) -> tuple[int, Options] | None:
    """The model in force and what loads it; None where nobody has chosen one over what the settings name."""
    row = _one(session, ModelState.IN_FORCE)
    return (row.id, row.options) if row is not None and row.base == dict(base) else None


def in_force_id(session: Session) -> int | None:
    """Another number as soon as another model is to classify."""
    return session.scalar(select(Model.id).where(Model.state == ModelState.IN_FORCE))


def begin(session: Session, *, engine: str, version: str, options: Options, base: Options, now: datetime) -> int:
    """A process has loaded this model and classifies with it; the id of its spell. Another one that was in force is over."""
    row = _one(session, ModelState.IN_FORCE, locked=True)
    if row is not None and (row.engine, row.version) == (engine[:40], version[:40]):
        row.options, row.base = dict(options), dict(base)
        return row.id
    if row is not None:
        _end(session, row, ModelState.REPLACED, now=now)
    return _put_in_force(session, engine, version, options=options, base=base, by=None, back_to=OVER, now=now)


def cannot_begin(session: Session, model_id: int, error: str, *, now: datetime) -> None:
    """The model that somebody chose cannot be loaded any more: what the settings name classifies again, and the board says why."""
    row = session.get(Model, model_id, with_for_update=True, populate_existing=True)
    if row is not None and row.state is ModelState.IN_FORCE:
        row.error = error[:500]
        _end(session, row, ModelState.REPLACED, now=now)
        audit.record(session, "model_failed", now=now, by=None, subject=f"model {row.id}", model=f"{row.engine} {row.version}")


def offer(session: Session, *, engine: str, version: str, options: Options, error: str = "", now: datetime) -> int | None:
    """The settings name a candidate; its id while it is to be tried, None for one that classifies already or was decided about."""
    now_in_force, row = _one(session, ModelState.IN_FORCE, locked=True), _one(session, ModelState.CANDIDATE, locked=True)
    named = (engine[:40], version[:40])
    if row is not None and (row.engine, row.version) == named and row.options == dict(options):
        row.error = error[:500]
        return row.id
    if row is not None:
        _end(session, row, ModelState.DROPPED, now=now)
    is_in_force = now_in_force is not None and (now_in_force.engine, now_in_force.version) == named
    if is_in_force or (not error and dict(options) in _decided(session, *named)):
        return None
    fresh = Model(engine=named[0], version=named[1], options=dict(options), state=ModelState.CANDIDATE, begun_at=now, error=error[:500])
    session.add(fresh)
    session.flush()
    return fresh.id


def withdraw(session: Session, *, now: datetime) -> None:
    """The settings name no candidate any more."""
    row = _one(session, ModelState.CANDIDATE, locked=True)
    if row is not None:
        _end(session, row, ModelState.DROPPED, now=now)


def take_over(session: Session, model_id: int, *, by: Person, now: datetime) -> int:
    """The candidate classifies from now on, and reads the posts of live cases again. Raises NotAllowed, NotFound, and Invalid before it has read anything."""
    people.require(by, people.LEADS)
    row = _candidate(session, model_id)
    read = select(ModelTrial.mention_id).where(ModelTrial.model_id == row.id, ModelTrial.looked_at.is_not(None), ~ModelTrial.is_failed)
    if session.scalar(read.limit(1)) is None:
        raise Invalid("This model has not read a single mention here yet: wait until there is something to compare")
    before = _one(session, ModelState.IN_FORCE, locked=True)
    if before is not None:
        _end(session, before, ModelState.REPLACED, now=now)
        row.base = before.base
    row.state, row.since, row.person_id, row.back_to = ModelState.IN_FORCE, now, by.id, None
    session.flush()
    audit.record(session, "model_takes_over", now=now, by=by, subject=f"model {row.id}", model=f"{row.engine} {row.version}")
    return row.id


def drop(session: Session, model_id: int, *, by: Person, now: datetime) -> None:
    """The candidate is not wanted: it is tried no more until the settings name another version. Raises NotAllowed, NotFound."""
    people.require(by, people.LEADS)
    row = _candidate(session, model_id)
    row.person_id = by.id
    _end(session, row, ModelState.DROPPED, now=now)
    audit.record(session, "model_drop", now=now, by=by, subject=f"model {row.id}", model=f"{row.engine} {row.version}")


def go_back(session: Session, *, by: Person, now: datetime) -> int:
    """The model before this one classifies again. Raises NotAllowed, and Invalid where nobody has let another one take over."""
    people.require(by, people.LEADS)
    row = _one(session, ModelState.IN_FORCE, locked=True)
    before = _before(session, row)
    if row is None or before is None:
        raise Invalid("There is no model to go back to: this one was not chosen here")
    _end(session, row, ModelState.REPLACED, now=now)
    back = _put_in_force(session, before.engine, before.version, options=before.options, base=row.base, by=by, back_to=None, now=now)
    audit.record(session, "model_goes_back", now=now, by=by, subject=f"model {back}", model=f"{before.engine} {before.version}")
    return back


def views(session: Session) -> tuple[ModelView | None, ModelView | None]:
    """The model in force, and the one that is tried."""
    current, tried = _one(session, ModelState.IN_FORCE), _one(session, ModelState.CANDIDATE)
    return _view(session, current), _view(session, tried)


def _view(session: Session, row: Model | None) -> ModelView | None:
    if row is None:
        return None
    person = session.get(Person, row.person_id) if row.person_id is not None else None
    can_go_back = row.state is ModelState.IN_FORCE and _before(session, row) is not None
    return ModelView(row.id, row.engine, row.version, row.since, person.name if person else "", row.error, can_go_back)


def changes(session: Session, *, since: datetime, until: datetime) -> list[Change]:
    """When another model took over in a period, the oldest first; the first model of a workspace replaced none."""
    rows = session.execute(
        select(Model.engine, Model.version, Model.since).where(Model.since.is_not(None)).order_by(Model.since, Model.id)
    ).all()
    names = [f"{row.engine} {row.version}" for row in rows]
    moved = zip(rows[1:], names[1:], names, strict=False)
    return [Change(row.since, name, before) for row, name, before in moved if row.since and since <= row.since < until]


def _one(session: Session, state: ModelState, *, locked: bool = False) -> Model | None:
    found = select(Model).where(Model.state == state).execution_options(populate_existing=True)
    return session.scalar(found.with_for_update() if locked else found)


def _decided(session: Session, engine: str, version: str) -> list[dict[str, Any]]:
    """Options of models that people dropped, or went back from."""
    by_person = Model.state == ModelState.DROPPED, Model.person_id.is_not(None)
    ended = or_(and_(*by_person), Model.state == ModelState.REPLACED)
    return list(session.scalars(select(Model.options).where(Model.engine == engine, Model.version == version, ended, Model.error == "")))


def _candidate(session: Session, model_id: int) -> Model:
    row = _one(session, ModelState.CANDIDATE, locked=True)
    if row is None or row.id != model_id:
        raise NotFound("This model is not being tried any more")
    return row


def _before(session: Session, row: Model | None) -> Model | None:
    """The model that the one in force replaced, where a person chose it."""
    if row is None or row.person_id is None:
        return None
    older: Sequence[Model] = session.scalars(
        select(Model)
        .where(Model.state == ModelState.REPLACED, Model.id != row.id, Model.error == "")
        .order_by(Model.until.desc(), Model.id.desc())
    ).all()
    return next((one for one in older if (one.engine, one.version) != (row.engine, row.version)), None)


def _put_in_force(
    session: Session, engine: str, version: str, *, options: Options, base: Options, by: Person | None, back_to: int | None, now: datetime
) -> int:
    row = Model(
        engine=engine[:40],
        version=version[:40],
        options=dict(options),
        base=dict(base),
        state=ModelState.IN_FORCE,
        begun_at=now,
        since=now,
        person_id=by.id if by else None,
        back_to=back_to,
    )
    session.add(row)
    session.flush()
    return row.id


def _end(session: Session, row: Model, state: ModelState, *, now: datetime) -> None:
    row.state, row.until = state, now
    session.flush()
