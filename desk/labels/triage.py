"""Mentions on their way through the classifier: leased, labelled, counted, and made a case when a person should see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, or_, select, update
from sqlalchemy.orm import Session

from desk import audit
from desk.access import case_to_change
from desk.cases import cases, contact, shield, upkeep
from desk.cases.untouched import close_untouched
from desk.figures import rollups
from desk.figures.rollups import Change, Labels
from desk.incidents import incident_returns
from desk.intake import worth
from desk.intake.worth import AtHand
from desk.labels import label_marks, reading, standing
from desk.labels.reading import Waiting
from desk.labels.standing import Standings
from desk.labels.verdict import Verdict
from desk.noise import alike, muting
from desk.outcomes import held
from desk.rules import rule_firing
from desk.settings import DeskSettings
from storage import dialect
from storage.dialect import among, insert_new
from storage.models import Case, Mention, Triage
from storage.models.mentions import UNTRIAGED
from storage.words import Flag, Question, Urgency

ATTEMPTS = 3
"""After so many leases without a verdict a mention goes to people, whatever it does to the classifier."""

PAUSES = (timedelta(seconds=10), timedelta(minutes=1))
"""How long a mention rests after its first and its second failure."""

CHUNK = 25
"""How many overdue mentions become cases in one transaction: nobody else can write to a SQLite file meanwhile."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """How many verdicts counted, and how many cases were opened or came back because of them."""

    stored: int
    opened: int


def lease(session: Session, owner: str, *, now: datetime, limit: int, lease: timedelta) -> list[Waiting]:
    """Take up to `limit` mentions that nobody classifies, oldest first.

    A mention whose classification did not end comes alone: if it kills the engine, it takes no other one with it.
    """
    free = or_(Mention.triage_until.is_(None), Mention.triage_until < now)
    again = (Mention.triage_attempts > 0) & (Mention.triage_attempts < ATTEMPTS) & Mention.triage_until.is_not(None)
    rows = _lease(session, owner, due=UNTRIAGED & free & again, limit=1, until=now + lease)
    if not rows:
        rows = _lease(session, owner, due=UNTRIAGED & free & (Mention.triage_attempts == 0), limit=limit, until=now + lease)
    return reading.waiting(rows)


def record(
    session: Session, results: Sequence[tuple[Waiting, Verdict]], *, engine: str, version: str, settings: DeskSettings, now: datetime
) -> Recorded:
    """Store verdicts: labels, counts, and cases for what needs an answer, is urgent, or leaves the engine unsure.

    Each engine's version speaks once on each revision of a mention: a batch that is delivered twice counts once, and a verdict on a text that was
    edited or deleted meanwhile counts nowhere. What a person said of a label holds, whatever any engine says later.
    """
    verdicts = {waiting.mention_id: (waiting, verdict) for waiting, verdict in results}
    current = [m for m in _locked(session, list(verdicts)) if m.revision == verdicts[m.id][0].revision]
    fresh = _remember(session, [(m, verdicts[m.id][1]) for m in current], engine=engine, version=version, now=now)
    scopes = rollups.scopes(session, [mention.id for mention in fresh])
    theirs = standing.standing(session, [mention.id for mention in fresh])
    changes = [_label(session, m, verdicts[m.id][1], scopes[m.id], theirs.get(m.id, {}), now=now) for m in fresh]
    own = label_marks.put(session, [(mention, verdicts[mention.id][1].own) for mention in fresh], scopes)
    session.flush()
    alike.group(session, fresh, scopes)
    known = worth.at_hand(session, fresh, now=now)
    ruled = rule_firing.decide(session, fresh, scopes=scopes, theirs=theirs, known=known, own=own)
    in_order = sorted(fresh, key=lambda mention: (mention.posted_at, mention.id))
    opened = sum(_follow(session, mention, known, settings=settings, now=now) for mention in in_order)
    rule_firing.carry_out(session, ruled, in_order, now=now)
    shield.follow(session, [mention.case_id for mention in fresh], settings=settings, now=now)
    session.flush()
    rollups.move(session, changes)
    return Recorded(len(fresh), opened)


def record_failure(session: Session, waiting: Sequence[Waiting], *, error: str, settings: DeskSettings, now: datetime) -> None:
    """The engine could not say. These are tried again after a pause; at the third failure a flagged case lets a person read them."""
    failed = [mention for mention in _locked(session, [w.mention_id for w in waiting]) if mention.triaged_at is None]
    for mention in failed:
        mention.triage_owner = None
        mention.triage_until = now + PAUSES[min(mention.triage_attempts, len(PAUSES)) - 1]
    _give_up(session, [m for m in failed if m.triage_attempts >= ATTEMPTS], error=error, settings=settings, now=now)
    session.flush()


def flag_overdue(session: Session, *, settings: DeskSettings, now: datetime) -> int:
    """Give a flagged case to customers who have waited too long for the classifier; how many. A later verdict takes the flag off."""
    given_up = _overdue(session, (Mention.triage_attempts >= ATTEMPTS) & (Mention.triage_until < now))
    _give_up(session, given_up, error="the classifier did not come back", settings=settings, now=now)
    late = _overdue(session, (Mention.seen_at <= now - settings.untriaged_after) & Mention.flag.is_(None))
    known = worth.at_hand(session, late, now=now)
    for mention in late:
        mention.flag = Flag.UNTRIAGED
        if not muting.holds(session, mention, known, now=now):
            show(session, mention, known, flag=Flag.UNTRIAGED, settings=settings, now=now)
    session.flush()
    return len(given_up) + len(late)


def _lease(session: Session, owner: str, *, due: Any, limit: int, until: datetime) -> list[Row[Any]]:
    columns = Mention.__table__.c
    change = {"triage_owner": owner[:64], "triage_until": until, "triage_attempts": columns.triage_attempts + 1}
    returning = [columns.id, columns.revision, columns.title, columns.text]
    rows: list[Row[Any]] = dialect.lease(
        session, Mention.__table__, due=due, order=columns.id, limit=limit, change=change, returning=returning
    )
    return sorted(rows, key=lambda row: int(row.id))


def _locked(session: Session, mention_ids: Sequence[int]) -> Sequence[Mention]:
    found = select(Mention).where(among(session, Mention.id, mention_ids), Mention.deleted_at.is_(None), ~Mention.is_own)
    return session.scalars(found.order_by(Mention.id).with_for_update(key_share=True).execution_options(populate_existing=True)).all()


def _overdue(session: Session, condition: Any) -> Sequence[Mention]:
    found = select(Mention).where(UNTRIAGED, condition).order_by(Mention.id).limit(CHUNK)
    return session.scalars(found.with_for_update(skip_locked=True, key_share=True).execution_options(populate_existing=True)).all()


def _remember(session: Session, said: Sequence[tuple[Mention, Verdict]], *, engine: str, version: str, now: datetime) -> list[Mention]:
    by_engine = {"engine": engine[:40], "version": version[:40], "created_at": now}
    rows = [{"mention_id": m.id, "revision": m.revision, "answers": _answers(verdict), **by_engine} for m, verdict in said]
    new = {key[0] for key in insert_new(session, Triage.__table__, rows, key=("mention_id", "revision", "engine", "version"))}
    return [mention for mention, _ in said if mention.id in new]


def _answers(verdict: Verdict) -> dict[str, Any]:
    also = {"also": [intent.value for intent in verdict.also]} if verdict.also else {}
    return {**verdict.as_dict(), "unsure": list(verdict.unsure), **also}


def _label(session: Session, mention: Mention, verdict: Verdict, scopes: Sequence[int], theirs: Standings, *, now: datetime) -> Change:
    """Write the verdict on the mention, and over it what people said.

    `confidence` is that of the sentiment, `chance_high` how probable it is that hours matter; a language that the source told counts more than a guess.
    """
    before = Labels.counted(mention)
    for question in Question:
        setattr(mention, question, getattr(verdict, question).label)
    mention.confidence, mention.chance_high = verdict.sentiment.confidence, verdict.urgency.scores.get(Urgency.HIGH)
    mention.also = standing.joined(verdict.also)
    standing.put(mention, theirs)
    mention.language = mention.language or verdict.language.label[:8] or None
    mention.flag = Flag.UNSURE if standing.is_doubtful(session, mention, verdict.unsure, theirs) else None
    mention.triaged_at, mention.triage_owner, mention.triage_until = now, None, None
    return Change(mention.bucket_at, scopes, before, Labels.counted(mention))


def _follow(session: Session, mention: Mention, known: AtHand, *, settings: DeskSettings, now: datetime) -> bool:
    """What a verdict means for cases; whether one was opened or came back."""
    if mention.case_id is not None:
        _tell_case(session, mention, settings=settings, now=now)
        return False
    if muting.holds(session, mention, known, now=now):
        return False
    if worth.needs_eyes(mention) and not worth.is_muted(mention):
        return show(session, mention, known, flag=mention.flag, settings=settings, now=now)
    live = cases.live_case_of(session, mention) if mention.author_id in known.authors else None
    if live is not None:
        cases.join(session, live, mention, settings=settings, now=now)
    elif mention.author_id in known.authors:
        held.heard(session, mention, settings=settings, now=now)
    return False


def follow(session: Session, mention: Mention, *, settings: DeskSettings, now: datetime) -> bool:
    """What the labels of a mention mean for cases, once a rule stands in the way no more; whether one was opened or came back."""
    return _follow(session, mention, worth.at_hand(session, [mention], now=now), settings=settings, now=now)


def _tell_case(session: Session, mention: Mention, *, settings: DeskSettings, now: datetime) -> None:
    case = case_to_change(session, mention.case_id or 0)
    was, case.flag = case.flag, upkeep.flag_of(session, case)
    is_over = was == Flag.UNTRIAGED and case.flag is None and _is_no_matter(session, case)
    if is_over and close_untouched(session, case, why="triage", now=now):
        return
    cases.refresh(session, case, settings=settings, now=now)


def _is_no_matter(session: Session, case: Case) -> bool:
    """Whether none of a case's posts would have opened it, had the classifier been in time."""
    theirs = session.scalars(select(Mention).where(Mention.case_id == case.id, ~Mention.is_own, Mention.deleted_at.is_(None)))
    return not any(worth.needs_eyes(mention) for mention in theirs)


def show(session: Session, mention: Mention, known: AtHand, *, flag: Flag | None, settings: DeskSettings, now: datetime) -> bool:
    """A case for a mention that a person should see: the one of its thread, if it goes on or ended lately, else a new one."""
    feed_id = known.answering.get(mention.id)
    if mention.case_id is not None or feed_id is None:
        incident_returns.unread(session, mention, now=now)
        return False
    case = worth.case_that_goes_on(session, mention, known, now=now)
    if (case is None or case.closed_at is not None) and contact.is_passed_over(session, mention):
        return False
    if case is None:
        cases.open_case(session, mention, feed_id=feed_id, flag=flag, settings=settings, now=now)
        known.authors.add(mention.author_id)
        return True
    was_live = case.closed_at is None
    case = cases.join(session, case, mention, settings=settings, now=now)
    case.flag = case.flag or flag
    return not was_live


def _give_up(session: Session, mentions: Sequence[Mention], *, error: str, settings: DeskSettings, now: datetime) -> None:
    known = worth.at_hand(session, mentions, now=now)
    for mention in mentions:
        mention.triaged_at, mention.flag, mention.triage_owner, mention.triage_until = now, Flag.FAILED, None, None
        session.flush()
        if not muting.holds(session, mention, known, now=now):
            show(session, mention, known, flag=Flag.FAILED, settings=settings, now=now)
        audit.record(
            session, "triage_failed", now=now, by=None, case_id=mention.case_id, subject=f"mention {mention.id}", error=error[:200]
        )


def release(session: Session, waiting: Sequence[Waiting], *, owner: str) -> None:
    """Give back what was leased and not looked at, as when the process is told to end; it counts as no attempt."""
    ours = update(Mention).where(among(session, Mention.id, [w.mention_id for w in waiting]), Mention.triage_owner == owner[:64])
    back = ours.values(triage_owner=None, triage_until=None, triage_attempts=Mention.triage_attempts - 1)
    session.execute(back.execution_options(synchronize_session=False))
