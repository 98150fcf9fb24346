"""How long each waiting customer waited for an answer. A row for each time, measured in our hours by the sweep."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from desk.cases import sla
from desk.settings import BusinessHours, DeskSettings
from storage.dialect import among, insert_new
from storage.models import Answer, Case, Ending, Pause

CHUNK = 200


def note(session: Session, case: Case, *, at: datetime, person_id: int | None) -> None:
    """Somebody of ours answers the case at that instant: written down when the customer waits. Call it before the case is marked as answered.

    The clock of a first answer starts when we could see the post; `person_id` is None for an answer that was not given here.
    """
    if case.waiting_since is None:
        return
    is_first = case.answered_at is None
    row = {
        "case_id": case.id,
        "person_id": person_id,
        "brand_id": case.brand_id,
        "feed_id": case.feed_id,
        "team_id": case.team_id,
        "is_first": is_first,
        "since": case.waiting_since,
        "at": at,
        "due_at": case.first_due_at if is_first else case.next_due_at,
        "wall_s": max(0, int((at - case.waiting_since).total_seconds())),
        "hours_s": None,
    }
    insert_new(session, Answer.__table__, [row], key=("case_id", "since"))


def move(session: Session, case_id: int, *, to: int, at: Collection[datetime] | None = None) -> None:
    """Answers of a case are those of another one now; `at`: only those of these instants. Of each case the earliest is the first.

    Where both customers' waits began at once, one row stays behind: a case waits from one instant but once.
    """
    session.flush()
    there = select(Answer.since).where(Answer.case_id == to).scalar_subquery()
    moved = update(Answer).where(Answer.case_id == case_id, Answer.since.not_in(there))
    moved = moved if at is None else moved.where(Answer.at.in_(at))
    session.execute(moved.values(case_id=to).execution_options(synchronize_session=False))
    for one in (case_id, to):
        first = select(func.min(Answer.at)).where(Answer.case_id == one).scalar_subquery()
        session.execute(
            update(Answer).where(Answer.case_id == one).values(is_first=Answer.at == first).execution_options(synchronize_session=False)
        )


def measure(session: Session, *, settings: DeskSettings, now: datetime) -> int:
    """Say how much of each answer's and each ending's time lay in our hours, as they are now; how many, at most a chunk of each."""
    del now
    hours = settings.sla.hours
    answers = session.scalars(select(Answer).where(Answer.hours_s.is_(None)).order_by(Answer.id).limit(CHUNK)).all()
    for answer in answers:
        answer.hours_s = _seconds(answer.since, answer.at, hours)
    endings = session.execute(_unmeasured_endings()).all()
    paused = _pauses(session, [ending.case_id for ending, _ in endings])
    for ending, seen_at in endings:
        spans = [(since, until) for since, until in paused.get(ending.case_id, ()) if until <= ending.at]
        ending.ttr_hours_s = max(0, _seconds(seen_at, ending.at, hours) - sum(_seconds(*span, hours) for span in spans))
    session.flush()
    return len(answers) + len(endings)


def _unmeasured_endings() -> Select[Ending, datetime]:
    found = select(Ending, Case.seen_at).join(Case, Case.id == Ending.case_id).where(Ending.ttr_hours_s.is_(None))
    return found.order_by(Ending.id).limit(CHUNK)


def _pauses(session: Session, case_ids: Sequence[int]) -> dict[int, list[tuple[datetime, datetime]]]:
    found: dict[int, list[tuple[datetime, datetime]]] = {}
    if case_ids:
        rows = select(Pause.case_id, Pause.since, Pause.until).where(among(session, Pause.case_id, sorted(set(case_ids))))
        for case_id, since, until in session.execute(rows):
            found.setdefault(case_id, []).append((since, until))
    return found


def _seconds(since: datetime, until: datetime, hours: BusinessHours) -> int:
    return sla.between(since, until, hours) // timedelta(seconds=1)
