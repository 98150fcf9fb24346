"""After another model took over, the posts of live cases are read again by it: the newest first, a few at a time, behind what waits.

It is triage as ever: what people said of a label holds, rules that have fired do not fire again, counts move by what changed. Cases that are closed keep
the labels under which they were closed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session, aliased

from desk import states
from desk.labels import reading, triage
from desk.labels.models import OVER
from desk.labels.reading import AMONG, BACK, Waiting
from desk.labels.triage import Recorded
from desk.labels.verdict import Verdict
from desk.settings import DeskSettings
from storage.dialect import among
from storage.models import Case, Mention, Model, Triage
from storage.models.mentions import UNTRIAGED
from storage.words import Flag, ModelState


@dataclass(frozen=True, slots=True)
class Again:
    """The next posts that the model in force reads again, and where it stood before."""

    model_id: int
    back_to: int | None
    mentions: Sequence[Waiting]


def is_anybody_waiting(session: Session) -> bool:
    """Whether triage has something to do: everything else comes later."""
    return session.scalar(select(Mention.id).where(UNTRIAGED).limit(1)) is not None


def batch(session: Session, *, now: datetime, limit: int) -> Again | None:
    """What to read next; None when that is over, or was never asked for."""
    row = session.execute(select(Model.id, Model.back_to).where(Model.state == ModelState.IN_FORCE)).first()
    if row is None or row.back_to == OVER:
        return None
    newest = session.scalar(select(func.max(Mention.id))) or 0
    below = row.back_to if row.back_to is not None else newest + 1
    columns = select(Mention.id, Mention.revision, Mention.title, Mention.text).join(Case, Case.id == Mention.case_id)
    open_ones = columns.where(
        Case.status.in_(states.LIVE), Mention.id < below, Mention.id > newest - AMONG, Mention.bucket_at >= now - BACK
    )
    is_sound = or_(Mention.flag.is_(None), Mention.flag != Flag.FAILED)
    sound = open_ones.where(~Mention.is_own, Mention.deleted_at.is_(None), Mention.triaged_at.is_not(None), is_sound)
    rows = session.execute(sound.order_by(Mention.id.desc()).limit(limit))
    return Again(row.id, row.back_to, reading.waiting(rows))


def record(
    session: Session,
    again: Again,
    said: Sequence[tuple[Waiting, Verdict]],
    *,
    engine: str,
    version: str,
    settings: DeskSettings,
    now: datetime,
) -> Recorded:
    """Store the new verdicts, and how far it has come. Nothing is stored when yet another model took over meanwhile, or another process was first."""
    found = select(Model).where(Model.id == again.model_id).with_for_update().execution_options(populate_existing=True)
    row = session.scalar(found)
    if row is None or row.state is not ModelState.IN_FORCE or row.back_to != again.back_to:
        return Recorded(0, 0)
    row.back_to = min((one.mention_id for one in again.mentions), default=OVER)
    _forget_earlier_word(session, [one.mention_id for one, _ in said], engine=engine, version=version)
    return triage.record(session, said, engine=engine, version=version, settings=settings, now=now)


def _forget_earlier_word(session: Session, mention_ids: Sequence[int], *, engine: str, version: str) -> None:
    """What this model said before another one spoke: it may speak again, once, and is then the last that has spoken."""
    later = aliased(Triage)
    overtaken = select(later.id).where(later.mention_id == Triage.mention_id, later.id > Triage.id).exists()
    theirs = delete(Triage).where(
        among(session, Triage.mention_id, mention_ids), Triage.engine == engine[:40], Triage.version == version[:40]
    )
    session.execute(theirs.where(overtaken).execution_options(synchronize_session=False))
