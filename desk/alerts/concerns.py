"""What is wrong right now, so that somebody must be told: each concern in one plain sentence, without names or words of customers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from desk import states
from desk.alerts import notices
from desk.cases import escalations, urgency
from desk.feeds.feed_health import words_of
from desk.incidents import incident_spikes
from desk.intake import gaps
from desk.intake.leases import NEVER_POLLED
from desk.money import thrift
from desk.settings import AlertRules
from storage.models import BudgetState, Case, Credential, Feed, Heartbeat, Mention, Person
from storage.models.mentions import UNTRIAGED
from storage.types import Instant
from storage.words import AlertKind, LookResult, NoticeKind, Urgency

REFUSALS = frozenset({LookResult.REFUSED, LookResult.UNAUTHORIZED, LookResult.CREDIT_USED_UP})
"""Looks that will not work again until a person does something."""

WAITS_LONG = timedelta(minutes=2)
FORGOTTEN = timedelta(days=7)
"""A process that was last heard of before that is no longer part of this workspace."""

promised = func.coalesce(Case.next_due_at, Case.first_due_at, type_=Instant())

FEW = 3
"""More cases than this are told as one number: a flood of messages is no message."""


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing to tell. `subject` names what it is about, the same one as long as it lasts."""

    kind: AlertKind
    subject: str
    text: str


def concerns(session: Session, *, rules: AlertRules, zone: str = "UTC", now: datetime) -> list[Concern]:
    """All that is wrong now. Days are those of `zone`."""
    return [
        *_feeds(session, rules, now),
        *_processes(session, rules, now),
        *_backlog(session, rules, now),
        *_breaches(session, rules, now),
        *_high(session, rules, now),
        *_escalated(session),
        *_spikes(session, rules, now),
        *_budgets(session, zone, now),
    ]


def _feeds(session: Session, rules: AlertRules, now: datetime) -> Iterator[Concern]:
    asked = select(Feed).where(Feed.enabled, ~Feed.retired, Feed.source.not_in(NEVER_POLLED)).order_by(Feed.id)
    unread = gaps.told(session, now=now)
    for feed in session.scalars(asked.execution_options(populate_existing=True)):
        not_read = unread.get(feed.id, ())
        text = f"Feed {feed.name}: {words_of(feed, now=now, unread=not_read)}"
        if feed.failing_since is not None and feed.last_result in REFUSALS:
            yield Concern(AlertKind.FEED_REFUSED, f"feed {feed.id}", text)
        elif _is_blind(feed, rules, now):
            yield Concern(AlertKind.FEED_BLIND, f"feed {feed.id}", text)
        if any(gap.is_missed for gap in not_read):
            subject = f"gap of feed {feed.id}"
            yield Concern(AlertKind.FEED_BLIND, subject, text)


def _is_blind(feed: Feed, rules: AlertRules, now: datetime) -> bool:
    interval = timedelta(seconds=feed.interval_s)
    longest = max(2 * interval, rules.blind_after)
    if feed.failing_since is not None:
        # Of a budget that is used up one alert tells, not one for each feed.
        return feed.last_result != LookResult.BUDGET_USED_UP and now - feed.failing_since >= longest
    # A feed that was just resumed has an old last look, but is due only since then.
    is_overdue = feed.next_poll_at + min(interval, longest) <= now
    return is_overdue and now - (feed.last_look_at or feed.created_at) >= longest


def _processes(session: Session, rules: AlertRules, now: datetime) -> Iterator[Concern]:
    silent = select(Heartbeat.process, Heartbeat.beat_at).where(
        Heartbeat.beat_at <= now - rules.process_down, Heartbeat.beat_at > now - FORGOTTEN
    )
    for process, beat_at in session.execute(silent.order_by(Heartbeat.process)):
        text = f"Process {process} has shown no sign of life since {beat_at:%H:%M} UTC: look at the output of  careline up."
        yield Concern(AlertKind.PROCESS_DOWN, f"process {process}", text)


def _backlog(session: Session, rules: AlertRules, now: datetime) -> Iterator[Concern]:
    late = select(Mention.id).where(UNTRIAGED, Mention.seen_at <= now - WAITS_LONG).limit(rules.backlog)
    if rules.backlog and session.scalar(select(func.count()).select_from(late.subquery())) == rules.backlog:
        text = f"{rules.backlog} mentions or more wait for the classifier. They reach the board flagged; see that the triage process runs."
        yield Concern(AlertKind.BACKLOG, "triage", text)


def _breaches(session: Session, rules: AlertRules, now: datetime) -> Iterator[Concern]:
    soon = select(Case.id, promised.label("due"), Person.name).outerjoin(Person, Person.id == Case.assignee_id)
    rows = session.execute(soon.where(_is_near(rules, now)).order_by(promised, Case.id)).all()
    if len(rows) > FEW:
        text = f"{len(rows)} cases are about to break the promised time, the first at {rows[0].due:%H:%M} UTC."
        yield Concern(AlertKind.BREACH_NEAR, "cases", text)
        return
    for row in rows:
        who = f"{row.name} has it" if row.name else "nobody has claimed it"
        yield Concern(AlertKind.BREACH_NEAR, f"case {row.id}", f"Case {row.id} was promised an answer until {row.due:%H:%M} UTC; {who}.")


def tell_owners(session: Session, *, rules: AlertRules, now: datetime) -> None:
    """Whoever has a case that is about to break its promised time hears of it, once for each time that was promised."""
    soon = select(Case, promised.label("due")).where(_is_near(rules, now), Case.assignee_id.is_not(None)).order_by(Case.id)
    news = [(row.Case, f"breach {row.Case.id} {row.due:%Y%m%d%H%M}") for row in session.execute(soon)]
    notices.tell_owners(session, news, NoticeKind.BREACH_NEAR, now=now)


def _is_near(rules: AlertRules, now: datetime) -> ColumnElement[bool]:
    # `answer_by` bounds the due time from both sides, and is what the queue's index is ordered by.
    bounded = (Case.answer_by <= now + rules.breach_near) & (Case.answer_by > now - urgency.MOST_EARLIER)
    waits = Case.status.in_(states.WAITING) & Case.waiting_since.is_not(None)
    return waits & bounded & (promised > now) & (promised <= now + rules.breach_near)


def _high(session: Session, rules: AlertRules, now: datetime) -> Iterator[Concern]:
    waits = (Case.urgency == Urgency.HIGH) & Case.assignee_id.is_(None) & (Case.waiting_since <= now - rules.high_unclaimed)
    snoozed = or_(Case.snoozed_until.is_(None), Case.snoozed_until <= now)
    high = select(Case.id, Case.waiting_since.label("due")).where(Case.status.in_(states.WAITING), waits, snoozed)
    rows = session.execute(high.order_by(Case.waiting_since, Case.id)).all()
    if len(rows) > FEW:
        text = f"{len(rows)} cases of high urgency are claimed by nobody, the first since {rows[0].due:%H:%M} UTC."
        yield Concern(AlertKind.HIGH_UNCLAIMED, "cases", text)
        return
    for row in rows:
        text = f"Case {row.id} is of high urgency, and nobody has claimed it since {row.due:%H:%M} UTC."
        yield Concern(AlertKind.HIGH_UNCLAIMED, f"case {row.id}", text)


def _escalated(session: Session) -> Iterator[Concern]:
    """Labelled cases that nobody who must know of them has opened, nor has as their own."""
    rows = escalations.unseen(session)
    if len(rows) > FEW:
        text = f"{len(rows)} cases are a matter of press, legal or safety, and nobody who must know has looked at them."
        yield Concern(AlertKind.ESCALATED, "cases", text)
        return
    for row in rows:
        who = f"{row.owner} has not looked at it" if row.owner else "nobody owns such cases, and no lead has looked at it"
        yield Concern(AlertKind.ESCALATED, f"case {row.case_id}", f"Case {row.case_id} is a matter of {row.kind.value}; {who}.")


def _spikes(session: Session, rules: AlertRules, now: datetime) -> Iterator[Concern]:
    for spike in incident_spikes.spikes(session, rules=rules, now=now):
        yield Concern(AlertKind.INCIDENT_LIKELY, f"brand {spike.brand_id}", incident_spikes.words(session, spike))


def _budgets(session: Session, zone: str, now: datetime) -> Iterator[Concern]:
    rows = select(BudgetState, Credential).join(Credential).order_by(Credential.id).execution_options(populate_existing=True)
    for state, credential in session.execute(rows):
        is_raised = state.raised_until is not None and state.raised_until > now
        if state.ends_at is not None and not is_raised:
            yield Concern(AlertKind.BUDGET_ENDS, f"credential {credential.id}", thrift.words_of(state, credential, zone=zone, now=now))
