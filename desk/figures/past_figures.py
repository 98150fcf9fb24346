"""Figures of cases from before answers and endings were written down: made up for from the record, some cases at a time, once in a workspace's life.

What cannot be known stays unknown: a case whose record does not fit together gets no figures, is counted, and told of on the Outcomes page.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk import facts
from desk.figures import past_replay
from desk.figures.past_replay import Answered, Closing, Ended, Known, Post, Return, Told
from storage.dialect import among, insert_all, insert_new, upsert
from storage.models import Answer, Audit, Case, Ending, Fact, Mention, Pause, Reply
from storage.words import CaseStatus, ChangeKind, ChangeState, Outcome, ReplyState

FACT = "past_figures"
CHUNK = 25
"""Cases in one transaction: no act waits longer for it."""

REGROUPED = ("merge", "absorb", "split", "split_off")
"""Posts went from one case to another: nobody wrote down when they waited in which."""

OwnPost = tuple[str, datetime, datetime]
"""Of a post of our own accounts: the platform's id, when it was posted, when we saw it."""

VERBS = ("close", "reopen", "come_back")


@dataclass(frozen=True, slots=True)
class Past:
    """How far it is: cases opened before `until` are looked at, those up to `after` of `last` are done. `left_out`: not counted in any figure."""

    until: str
    after: int
    last: int
    counted: int = 0
    left_out: int = 0

    @property
    def is_done(self) -> bool:
        return self.after >= self.last

    @property
    def percent(self) -> int:
        return 100 if self.is_done else self.after * 100 // self.last

    @property
    def before(self) -> datetime:
        return datetime.fromisoformat(self.until)

    def concerns(self, since: datetime) -> bool:
        """Whether figures from then on may lack something: some are not made up for yet, or cannot be."""
        return since < self.before and (not self.is_done or self.left_out > 0)


def standing(session: Session) -> Past | None:
    """How far it is; None before it began."""
    kept = facts.get(session, FACT)
    return Past(**json.loads(kept)) if kept else None


def go_on(session: Session, *, now: datetime) -> int:
    """Look at some more cases; how many. 0 once all are done. Safe to run anywhere: one at a time goes on, from where the last one stopped."""
    if facts.get(session, FACT) is None:
        row = {"name": FACT, "value": json.dumps(asdict(_begun(session, now=now)))}
        upsert(session, Fact.__table__, [row], key=("name",), change={"value": Fact.__table__.c.value})
    fact = session.scalars(select(Fact).where(Fact.name == FACT).with_for_update().execution_options(populate_existing=True)).one()
    past = Past(**json.loads(fact.value))
    if past.is_done:
        return 0
    chunk = select(Case).where(Case.id > past.after, Case.id <= past.last).order_by(Case.id).limit(CHUNK).with_for_update()
    cases = session.scalars(chunk.execution_options(populate_existing=True)).all()
    counted, left_out = _make_up(session, [case for case in cases if case.opened_at < past.before])
    after = cases[-1].id if len(cases) == CHUNK else past.last
    done = replace(past, after=after, counted=past.counted + counted, left_out=past.left_out + left_out)
    fact.value = json.dumps(asdict(done))
    session.flush()
    return len(cases)


def _begun(session: Session, *, now: datetime) -> Past:
    """From before the first answer and the first ending that were written down at once."""
    kept = [at for table in (Answer, Ending) if (at := session.scalar(select(func.min(table.at)))) is not None]
    return Past(min(kept, default=now).isoformat(), 0, session.scalar(select(func.max(Case.id))) or 0)


def _make_up(session: Session, cases: Sequence[Case]) -> tuple[int, int]:
    """Write down what these cases went through; how many were told, and how many cannot be."""
    ids = [case.id for case in cases]
    if not ids:
        return 0, 0
    known, regrouped, kept = _known(session, cases), _regrouped(session, ids), _Kept.of(session, ids)
    told = {case.id: past_replay.replay(known[case.id]) for case in cases}
    fits = [case for case in cases if case.id not in regrouped and _fits(case, told[case.id])]
    rows = _New()
    new = [case for case in fits if rows.add(case, told[case.id], kept)]
    rows.store(session)
    matters = [case for case in cases if case not in fits and not kept.has(case.id) and (case.closed_at or case.answered_at)]
    return len(new), len(matters)


def _fits(case: Case, told: Told) -> bool:
    """Whether what was told ends where the case stands."""
    end = told.standing
    is_closed = case.status == CaseStatus.CLOSED
    ends_so = (end.closing.at, end.closing.outcome) == (case.closed_at, case.outcome) if end and is_closed else bool(end) == is_closed
    first = min((answer.at for answer in told.answers), default=None)
    return ends_so and first == case.answered_at


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was written down at once: the first instants by case, and all pauses."""

    answers: Mapping[int, datetime]
    ends: Mapping[int, datetime]
    pauses: Mapping[int, Sequence[tuple[datetime, datetime]]]

    @classmethod
    def of(cls, session: Session, ids: Sequence[int]) -> "_Kept":
        first = [
            {
                row[0]: row[1]
                for row in session.execute(select(t.case_id, func.min(t.at)).where(among(session, t.case_id, ids)).group_by(t.case_id))
            }
            for t in (Answer, Ending)
        ]
        pauses: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
        for row in session.execute(select(Pause.case_id, Pause.since, Pause.until).where(among(session, Pause.case_id, ids))):
            pauses[row.case_id].append((row.since, row.until))
        return cls(first[0], first[1], pauses)

    def has(self, case_id: int) -> bool:
        return case_id in self.answers or case_id in self.ends


@dataclass(frozen=True, slots=True)
class _New:
    """The rows that are not there yet, of some cases."""

    answers: list[dict[str, Any]] = field(default_factory=list)
    ends: list[dict[str, Any]] = field(default_factory=list)
    pauses: list[dict[str, Any]] = field(default_factory=list)

    def add(self, case: Case, told: Told, kept: _Kept) -> bool:
        """Those of one case; whether there were any that figures are read from."""
        first_answer, first_end = kept.answers.get(case.id), kept.ends.get(case.id)
        answers = [_answer(case, one) for one in told.answers if first_answer is None or one.at < first_answer]
        ends = [
            _ending(case, one, is_standing=one is told.standing) for one in told.ends if first_end is None or one.closing.at < first_end
        ]
        there = kept.pauses.get(case.id, ())
        pauses = [span for span in told.pauses if not any(span[0] < until and since < span[1] for since, until in there)]
        self.answers.extend(answers)
        self.ends.extend(ends)
        self.pauses.extend({"case_id": case.id, "since": since, "until": until} for since, until in pauses)
        case.paused_s += sum(_seconds(*span) for span in pauses)
        if case.status == CaseStatus.PENDING:
            case.pending_since = case.pending_since or told.pending_since
        return bool(answers or ends)

    def store(self, session: Session) -> None:
        insert_new(session, Answer.__table__, self.answers, key=("case_id", "since"))
        insert_all(session, Ending.__table__, self.ends)
        insert_all(session, Pause.__table__, self.pauses)


def _answer(case: Case, one: Answered) -> dict[str, Any]:
    """A promise is known of the first answer alone: later ones were promised by settings of their time."""
    return {
        **_of(case, one.person_id),
        "is_first": one.is_first,
        "since": one.since,
        "at": one.at,
        "due_at": case.first_due_at if one.is_first else None,
        "wall_s": _seconds(one.since, one.at),
        "hours_s": None,
    }


def _ending(case: Case, one: Ended, *, is_standing: bool) -> dict[str, Any]:
    at = one.closing.at
    return {
        **_of(case, one.closing.person_id),
        "outcome": one.closing.outcome,
        "resolution_id": case.resolution_id if is_standing else one.closing.resolution_id,
        "at": at,
        "held_at": case.held_at if is_standing else None,
        "back_at": one.back_at,
        "seen_s": _seconds(case.posted_at, case.seen_at),
        "claimed_s": _seconds_until(case.seen_at, case.claimed_at, at),
        "answered_s": _seconds_until(case.seen_at, case.answered_at, at),
        "ttr_s": max(0, _seconds(case.seen_at, at) - one.paused_s),
        "ttr_hours_s": None,
    }


def _of(case: Case, person_id: int | None) -> dict[str, Any]:
    return {"case_id": case.id, "person_id": person_id, "brand_id": case.brand_id, "feed_id": case.feed_id, "team_id": case.team_id}


def _seconds(since: datetime, until: datetime) -> int:
    return max(0, int((until - since).total_seconds()))


def _seconds_until(since: datetime, until: datetime | None, end: datetime) -> int | None:
    """None for what had not happened by the end."""
    return _seconds(since, until) if until is not None and until <= end else None


def _regrouped(session: Session, ids: Sequence[int]) -> set[int]:
    return set(session.scalars(select(Audit.case_id).where(among(session, Audit.case_id, ids), Audit.verb.in_(REGROUPED))))


def _known(session: Session, cases: Sequence[Case]) -> dict[int, Known]:
    ids = [case.id for case in cases]
    (posts, own), replies, (closings, returns) = _posts(session, ids), _replies(session, ids), _acts(session, ids)
    return {
        case.id: Known(
            seen_at=case.seen_at,
            posts=posts[case.id],
            replies=[reply for _, reply in replies[case.id]] + _elsewhere(own[case.id], [key for key, _ in replies[case.id]]),
            closings=closings[case.id],
            returns=returns[case.id],
        )
        for case in cases
    }


def _posts(session: Session, ids: Sequence[int]) -> tuple[dict[int, list[Post]], dict[int, list[OwnPost]]]:
    """What customers wrote, and posts of our own accounts by the platform's id; of those that were deleted the instants are left."""
    columns = (Mention.case_id, Mention.id, Mention.posted_at, Mention.seen_at, Mention.is_own, Mention.external_id)
    theirs, own = defaultdict[int, list[Post]](list), defaultdict[int, list[OwnPost]](list)
    for row in session.execute(select(*columns).where(among(session, Mention.case_id, ids)).order_by(Mention.id)):
        if row.is_own:
            own[row.case_id or 0].append((row.external_id, row.posted_at, row.seen_at))
        else:
            theirs[row.case_id or 0].append(Post(row.id, row.posted_at, row.seen_at))
    return theirs, own


def _replies(session: Session, ids: Sequence[int]) -> dict[int, list[tuple[str | None, past_replay.Reply]]]:
    """Our answers with the platform's id. One that was taken back answers nobody, but its post is still ours."""
    found = defaultdict[int, list[tuple[str | None, past_replay.Reply]]](list)
    sent = select(Reply).where(among(session, Reply.case_id, ids), Reply.state == ReplyState.SENT, Reply.sent_at.is_not(None))
    for reply in session.scalars(sent.order_by(Reply.id)):
        is_gone = reply.change_kind == ChangeKind.TAKE_BACK and reply.change_state == ChangeState.DONE
        if reply.sent_at is not None and not is_gone:
            answer = past_replay.Reply(reply.sent_at, reply.sent_at, reply.person_id, reply.seen_mention_id or 0)
            found[reply.case_id].append((reply.external_id, answer))
    return found


def _elsewhere(own: Sequence[OwnPost], ours: Sequence[str | None]) -> list[past_replay.Reply]:
    """Answers that were given in the platform's own app."""
    return [past_replay.Reply(min(at, seen_at), seen_at, None, None) for external_id, at, seen_at in own if external_id not in ours]


def _acts(session: Session, ids: Sequence[int]) -> tuple[dict[int, list[Closing]], dict[int, list[Return]]]:
    closings, returns = defaultdict[int, list[Closing]](list), defaultdict[int, list[Return]](list)
    acts = select(Audit).where(among(session, Audit.case_id, ids), Audit.verb.in_(VERBS)).order_by(Audit.id)
    for act in session.scalars(acts):
        case_id, detail = act.case_id or 0, act.detail
        if act.verb == "close" and detail.get("outcome") in set(Outcome):
            closings[case_id].append(Closing(act.at, act.person_id, Outcome(detail["outcome"]), detail.get("resolution")))
        elif act.verb in {"reopen", "come_back"}:
            returns[case_id].append(Return(act.at, detail.get("mention")))
    return closings, returns
