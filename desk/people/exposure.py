"""How many abusive posts somebody has read, for themselves alone.

Each function here is about the person who asks, and there is no other way to the figures: no lead, report, export or record tells them.
Only `desk.people.routing` looks at them, to give the next abusive case to somebody who has read less.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from desk.cases import privacy
from desk.errors import NotFound
from desk.people import people
from desk.settings import DeskSettings
from storage.dialect import insert_new
from storage.models import Exposure, Mention, Person

WEEK = timedelta(days=7)
KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class OwnExposure:
    """Abusive posts that the reader had open in the last seven days. From more than `limit` on others are given such cases first."""

    read: int
    limit: int
    is_counted: bool

    @property
    def is_spared(self) -> bool:
        return self.is_counted and self.read > self.limit


def own(session: Session, *, by: Person, settings: DeskSettings, now: datetime) -> OwnExposure | None:
    """One's own figure; None where the workspace does not count."""
    people.require(by, people.READ)
    if not settings.exposure:
        return None
    read = select(func.count()).where(Exposure.person_id == by.id, Exposure.at > now - WEEK)
    return OwnExposure(session.scalar(read) or 0, settings.exposure_limit, by.counts_exposure)


def unfold(session: Session, mention_id: int, *, by: Person, settings: DeskSettings, now: datetime) -> bool:
    """An abusive post was opened: whether it counts, once for each person and post. What is not abusive does not.

    It leaves no record of an act. Raises NotFound for what there is not, and for what this person may not read.
    """
    people.require(by, people.READ)
    mention = session.get(Mention, mention_id)
    if mention is None or mention.deleted_at is not None or (mention.is_private and not privacy.sees(by)):
        raise NotFound("There is no such mention")
    if not settings.exposure or not by.counts_exposure or not mention.abusive or mention.is_own:
        return False
    row = {"person_id": by.id, "mention_id": mention_id, "at": now}
    return bool(insert_new(session, Exposure.__table__, [row], key=("person_id", "mention_id")))


def set_counted(session: Session, is_counted: bool, *, by: Person) -> None:
    """Whether one's reading is counted from now on. Switched off, what was counted is deleted. Neither is recorded: it concerns nobody else."""
    people.require(by, people.READ)
    person = people.to_change(session, by.id)
    person.counts_exposure = is_counted
    if not is_counted:
        session.execute(delete(Exposure).where(Exposure.person_id == person.id))
    session.flush()


def forget_old(session: Session, *, now: datetime) -> int:
    """Delete what is thirty days old, and what was counted while its person switched it off. How many rows."""
    silent = select(Person.id).where(~Person.counts_exposure)
    gone = delete(Exposure).where(or_(Exposure.at <= now - KEPT, Exposure.person_id.in_(silent)))
    return len(session.scalars(gone.returning(Exposure.id).execution_options(synchronize_session=False)).all())
