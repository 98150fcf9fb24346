"""What each credential's budget lets go on, decided anew from the ledger every minute, and raised for a day by a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from desk import audit, platforms, states
from desk.alerts import notices
from desk.errors import NotFound
from desk.money import budget
from desk.money.budget import NO_LIMIT, Budget, Forecast
from desk.money.ledger import Ledger
from desk.people import people
from desk.settings import DeskSettings
from storage.dialect import insert_new
from storage.models import BudgetState, Cost, Coverage, Credential, Feed, Person, PersonRole
from storage.words import BudgetPart, LookResult, NoticeKind, ThriftStep, Way

EVERY = timedelta(minutes=1)
LOOKED_BACK = timedelta(days=7)
"""The pace is that of the last seven days, a clock change or a weekend among them."""

DAY = budget.DAY
WAYS = tuple(Way)

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
GIVEN_UP: Mapping[ThriftStep, str] = MappingProxyType(
    {
        ThriftStep.FULL: "nothing is given up so far",
        ThriftStep.NO_RECHECKS: "old posts are not asked for again",
        ThriftStep.NO_PREVIEWS: "old posts are not asked for again, and nothing is previewed",
        ThriftStep.THINNED: "of keyword feeds a sample is read, less often",
        ThriftStep.COUNTED: "keyword feeds are counted and not read",
        ThriftStep.STOPPED: "nothing is listened to, replies go on",
    }
)
GIVEN_UP_OF_QUOTA: Mapping[ThriftStep, str] = MappingProxyType({ThriftStep.COUNTED: "keyword feeds are not read"})


@dataclass(frozen=True, slots=True)
class Money:
    """A credential's money in a calendar month of the workspace's zone, or its quota in a day of its platform, as the board draws it.

    `ends_at`: when it is spent at full pace; `ends_as_is`: as it goes on now. None where it lasts until `period_ends_at`.
    `today` is what a day at full pace costs, `waiting` how many posts were counted and would be read first.
    """

    credential_id: int
    credential: str
    source: str
    budget: Budget
    forecast: Forecast
    step: ThriftStep
    since: datetime | None
    ways: Mapping[BudgetPart, Way]
    ends_at: datetime | None
    ends_as_is: datetime | None
    period_ends_at: datetime
    raised_until: datetime | None
    raised_by: str
    waiting: int

    @property
    def today(self) -> int:
        return sum(self.forecast.pace.values())


def words_of(state: BudgetState, credential: Credential, *, zone: str, now: datetime) -> str:
    """A budget that does not last, as a sentence: when it ends, and what is given up because of that."""
    name, is_quota = credential.name, bool(platforms.quota_zone(credential.source))
    part = GIVEN_UP_OF_QUOTA.get(state.step, GIVEN_UP[state.step]) if is_quota else GIVEN_UP[state.step]
    if state.ends_at is None or state.ends_at <= now:
        return f"The day's quota of {name} is used up: {part}." if is_quota else f"The month's budget of {name} is used up: {part}."
    ends = state.ends_at.astimezone(ZoneInfo(zone))
    time = f"{WEEKDAYS[ends.weekday()]} {ends.day} {MONTHS[ends.month - 1]} {ends:%H:%M}"
    return f"At full pace the {'quota' if is_quota else 'budget'} of {name} ends on {time}: {part}."


def ways(session: Session, credential_id: int | None, *, now: datetime) -> Mapping[BudgetPart, Way]:
    """How each part of a credential's budget goes on; what is not named goes on in full."""
    state = session.get(BudgetState, credential_id) if credential_id is not None else None
    if state is None or (state.raised_until is not None and state.raised_until > now):
        return {}
    return {BudgetPart(part): Way(said["way"]) for part, said in state.ways.items()}


def way(session: Session, credential_id: int | None, part: BudgetPart, *, now: datetime) -> Way:
    """How one part goes on. Replies go on whatever is spent."""
    return Way.FULL if part is BudgetPart.REPLIES else ways(session, credential_id, now=now).get(part, Way.FULL)


def tend(session: Session, *, settings: DeskSettings, now: datetime) -> int:
    """Decide for each budget that was not looked at for a minute what it lets go on. How many steps changed."""
    named = select(Credential).where(Credential.name.in_(settings.budgets)).order_by(Credential.id)
    credentials = session.scalars(named).all()
    rows = [{"credential_id": one.id, "since": now, "decided_at": now - EVERY, "step": ThriftStep.FULL} for one in credentials]
    insert_new(session, BudgetState.__table__, [{**row, "ways": {}, "pace": {}} for row in rows], key=("credential_id",))
    _let_go(session, [one.id for one in credentials], now=now)
    return sum(_tended(session, one, settings=settings, now=now) for one in credentials)


def raise_for_today(session: Session, credential_id: int, *, settings: DeskSettings, by: Person, now: datetime) -> datetime:
    """Nothing is given up until midnight of the workspace's zone, whatever is spent. Returns that instant. Raises NotAllowed, NotFound."""
    people.require(by, states.MONEY)
    state = session.scalar(_locked(credential_id))
    if state is None:
        raise NotFound("This credential has no budget")
    until = _midnight(now, settings.zone, days=1)
    state.raised_until, state.raised_by_id = until, by.id
    _wake(session, credential_id, now=now)
    audit.record(
        session, "budget_raised", now=now, by=by, subject=f"credential {credential_id}", until=until.isoformat(), step=state.step.value
    )
    return until


def money(session: Session, *, settings: DeskSettings, now: datetime) -> list[Money]:
    """Every credential that has a budget, or spent money in this month, by name."""
    month = month_of(now, settings.zone)
    spending = select(Cost.credential_id).where(Cost.at >= month[0], Cost.micros > 0).distinct()
    wanted = Credential.name.in_(settings.budgets) | Credential.id.in_(spending)
    found = session.scalars(select(Credential).where(wanted).order_by(func.lower(Credential.name))).all()
    return [_money(session, one, settings=settings, now=now) for one in found]


def period_of(limits: Budget, source: str, *, zone: str, now: datetime) -> tuple[datetime, datetime]:
    """Where what may be spent begins and ends: the workspace's month, or the day of the platform's quota."""
    if not limits.is_quota:
        return month_of(now, zone)
    there = platforms.quota_zone(source) or zone
    return _midnight(now, there, days=0), _midnight(now, there, days=1)


def month_of(now: datetime, zone: str) -> tuple[datetime, datetime]:
    """Where the calendar month begins and ends in the workspace's zone."""
    first = now.astimezone(ZoneInfo(zone)).replace(day=1, hour=0, minute=0, second=0, microsecond=0, fold=0)
    following = (first + timedelta(days=32)).replace(day=1)
    return first.astimezone(UTC), following.astimezone(UTC)


def _tended(session: Session, credential: Credential, *, settings: DeskSettings, now: datetime) -> bool:
    state = session.scalars(_locked(credential.id)).one()
    is_over = state.raised_until is not None and state.raised_until <= now
    if state.decided_at + EVERY > now and not is_over:
        return False
    limits = settings.budgets[credential.name]
    forecast = _forecast(session, credential, state, limits, zone=settings.zone, now=now)
    before, step = state.step, budget.step_for(limits, forecast, before=state.step)
    decided = {part: budget.way_of(part, step, limits, forecast) for part in BudgetPart}
    is_back = is_over or any(WAYS.index(decided[part]) < WAYS.index(said["way"]) for part, said in _parts(state).items())
    state.ways = {part.value: _said(state, part, now=now, way=decided[part]) for part in BudgetPart}
    state.pace, state.step, state.decided_at = {part.value: micros for part, micros in forecast.pace.items()}, step, now
    state.ends_at = budget.ends_at(limits, forecast, {}, now=now)
    state.raised_until = None if is_over else state.raised_until
    if is_back:
        _wake(session, credential.id, now=now)
    if step is before:
        return False
    state.since = now
    _tell(session, credential, step, forecast, zone=settings.zone, now=now)
    return True


def _tell(session: Session, credential: Credential, step: ThriftStep, forecast: Forecast, *, zone: str, now: datetime) -> None:
    spent = {part.value: micros for part, micros in forecast.spent.items()}
    audit.record(session, "budget_step", now=now, by=None, subject=f"credential {credential.id}", step=step.value, spent=spent)
    if step is ThriftStep.FULL:
        return
    responsible = select(PersonRole.person_id).join(Person).where(Person.active, PersonRole.role.in_(states.MONEY))
    key = f"budget {credential.id} {now.astimezone(ZoneInfo(zone)):%Y-%m} {step.value}"
    notices.tell(session, session.scalars(responsible), NoticeKind.BUDGET, key=key, now=now, text=credential.name)


def _money(session: Session, credential: Credential, *, settings: DeskSettings, now: datetime) -> Money:
    state = session.get(BudgetState, credential.id)
    limits = settings.budgets.get(credential.name, NO_LIMIT)
    forecast = _forecast(session, credential, state, limits, zone=settings.zone, now=now)
    going_on = {part: way(session, credential.id, part, now=now) for part in BudgetPart}
    raised = state.raised_until if state and state.raised_until and state.raised_until > now else None
    raiser = session.get(Person, state.raised_by_id) if state and state.raised_by_id and raised else None
    return Money(
        credential_id=credential.id,
        credential=credential.name,
        source=credential.source,
        budget=limits,
        forecast=forecast,
        step=state.step if state else ThriftStep.FULL,
        since=state.since if state else None,
        ways=going_on,
        ends_at=budget.ends_at(limits, forecast, {}, now=now),
        ends_as_is=budget.ends_at(limits, forecast, going_on, now=now),
        period_ends_at=period_of(limits, credential.source, zone=settings.zone, now=now)[1],
        raised_until=raised,
        raised_by=raiser.name if raiser else "",
        waiting=_waiting(session, credential.id),
    )


def _forecast(session: Session, credential: Credential, state: BudgetState | None, limits: Budget, *, zone: str, now: datetime) -> Forecast:
    begins, ends = period_of(limits, credential.source, zone=zone, now=now)
    ledger, since = Ledger(session, credential.id, limits.is_quota), now - LOOKED_BACK
    since = max(since, ledger.first(since) or now)
    pace = {part: _pace(ledger, part, state, since=since, now=now) for part in BudgetPart}
    return Forecast(ledger.spent(begins), pace, ends - now)


def _pace(ledger: Ledger, part: BudgetPart, state: BudgetState | None, *, since: datetime, now: datetime) -> int:
    """Micro-units, or units of a quota, a day at full: of what is given up, or came back only today, what it was before."""
    said = _parts(state).get(part) if state else None
    if said is not None:
        changed = datetime.fromisoformat(said["since"])
        if said["way"] != Way.FULL or changed > now - DAY:
            return int(state.pace.get(part.value, 0)) if state else 0
        since = max(since, changed)
    return int(ledger.spent(since).get(part, 0) * DAY / max(now - since, DAY))


def _parts(state: BudgetState) -> dict[BudgetPart, dict[str, Any]]:
    return {BudgetPart(part): said for part, said in state.ways.items()}


def _said(state: BudgetState, part: BudgetPart, *, now: datetime, way: Way) -> dict[str, Any]:
    before = state.ways.get(part.value)
    if before is not None and before["way"] == way:
        return dict(before)
    # What was never given up has been going on for long enough for its pace to be measured.
    since = now if before is not None or way is not Way.FULL else now - LOOKED_BACK
    return {"way": way.value, "since": since.isoformat()}


def _waiting(session: Session, credential_id: int) -> int:
    """Posts that were counted and not read, by the last count of each feed."""
    last = select(func.max(Coverage.id)).join(Feed, Feed.id == Coverage.feed_id)
    unread = (Feed.credential_id == credential_id) & (Feed.last_result == LookResult.BUDGET_USED_UP) & Coverage.counted.is_not(None)
    newest = last.where(unread).group_by(Coverage.feed_id)
    return int(session.scalar(select(func.coalesce(func.sum(Coverage.counted), 0)).where(Coverage.id.in_(newest))) or 0)


def _wake(session: Session, credential_id: int, *, now: datetime) -> None:
    """Feeds that were passed over, or looked at seldom, are looked at now."""
    theirs = update(Feed).where(Feed.credential_id == credential_id, Feed.enabled, Feed.next_poll_at > now)
    session.execute(theirs.values(next_poll_at=now).execution_options(synchronize_session=False))


def _let_go(session: Session, budgeted: list[int], *, now: datetime) -> None:
    """A budget that was taken out of the settings holds nothing back any more."""
    for state in session.scalars(select(BudgetState).where(BudgetState.credential_id.not_in(budgeted))):
        _wake(session, state.credential_id, now=now)
        session.delete(state)
    session.flush()


def _locked(credential_id: int) -> Any:
    return select(BudgetState).where(BudgetState.credential_id == credential_id).with_for_update().execution_options(populate_existing=True)


def _midnight(now: datetime, zone: str, *, days: int) -> datetime:
    day = now.astimezone(ZoneInfo(zone)).date() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
