"""The record of every act: who did what to which case, and when. Only ever appended to."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from storage.models import Audit, Person


def record(
    session: Session, verb: str, *, now: datetime, by: Person | None, case_id: int | None = None, subject: str = "", **detail: Any
) -> None:
    """Write down one act; `by` is None for what the system did by itself.

    `detail` holds plain JSON values: ids, words, counts. Never the text of a post: that is erased with its mention, the record is not.
    """
    person_id = by.id if by else None
    session.add(Audit(at=now, person_id=person_id, verb=verb, case_id=case_id, subject=subject[:80], detail=detail))
