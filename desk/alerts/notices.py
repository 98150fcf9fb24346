"""What one person must be told on the board: somebody mentioned them, their customer wrote again, a promise is due."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from desk.access import name_of
from desk.cases import privacy
from storage.dialect import insert_new
from storage.models import Case, Notice, Person
from storage.models.teams import UNSEEN
from storage.words import NoticeKind

MOST = 100
INTERNAL = frozenset({NoticeKind.MENTIONED, NoticeKind.HANDED_OVER, NoticeKind.APPROVAL_DECIDED})
"""News whose text is a note, or as internal as one."""


@dataclass(frozen=True, slots=True)
class NoticeView:
    """One piece of news; `by` is the colleague behind it, empty for the system. `case_id` is where it leads."""

    id: int
    kind: NoticeKind
    case_id: int | None
    by: str
    text: str
    at: datetime


def tell(
    session: Session,
    person_ids: Iterable[int],
    kind: NoticeKind,
    *,
    key: str,
    now: datetime,
    case_id: int | None = None,
    by: Person | None = None,
    text: str = "",
) -> None:
    """Tell these people, each once for one `key` ("note 12", "promise 3"): the same news again changes nothing. Nobody is told of their own act."""
    told = {"kind": kind, "key": key, "case_id": case_id, "by_id": by.id if by else None, "text": text, "at": now}
    rows = [{"person_id": person_id, **told} for person_id in sorted(set(person_ids)) if by is None or person_id != by.id]
    if rows:
        session.flush()
        insert_new(session, Notice.__table__, rows, key=("person_id", "key"))


def tell_owners(session: Session, news: Iterable[tuple[Case, str]], kind: NoticeKind, *, now: datetime) -> None:
    """Tell the assignee of each case what the key says, by the customer's name; the same news again changes nothing. One statement for all."""
    told = {"kind": kind, "by_id": None, "at": now}
    rows = [
        {"person_id": case.assignee_id, "key": key, "case_id": case.id, "text": case.author_name, **told}
        for case, key in news
        if case.assignee_id is not None
    ]
    if rows:
        session.flush()
        insert_new(session, Notice.__table__, rows, key=("person_id", "key"))


def unseen(session: Session, person_id: int) -> list[NoticeView]:
    """What this person has not looked at, newest first. Who works on cases no more is not told what colleagues wrote to each other."""
    rows = session.scalars(select(Notice).where(UNSEEN, Notice.person_id == person_id).order_by(Notice.id.desc()).limit(MOST)).all()
    hidden = INTERNAL if rows and not privacy.sees(session.get_one(Person, person_id)) else ()
    return [
        NoticeView(row.id, row.kind, row.case_id, name_of(session, row.by_id) or "", "" if row.kind in hidden else row.text, row.at)
        for row in rows
    ]


def seen(session: Session, person_id: int, *, now: datetime, case_id: int | None = None, up_to: int | None = None) -> int:
    """This person has looked at all of it, or at what leads to one case; `up_to`: at nothing newer than that. Returns how many were news."""
    theirs = update(Notice).where(UNSEEN, Notice.person_id == person_id)
    theirs = theirs.where(Notice.case_id == case_id) if case_id is not None else theirs
    theirs = theirs.where(Notice.id <= up_to) if up_to is not None else theirs
    looked: CursorResult[Any] = session.execute(theirs.values(seen_at=now))  # type: ignore[assignment]
    return looked.rowcount
