"""Which cases a list shows and in which order, so that each question is answered from one partial index."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, Select, and_, exists, literal, or_, select, true, tuple_
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Session

from desk import states
from desk.cases import tags
from desk.labels.standing import has_intent
from desk.noise import alike
from storage.dialect import among, holds
from storage.models import Alike, Case, CaseTag, Mention, MentionLabel
from storage.models.cases import ABUSIVE, CLOSED, ESCALATED, PENDING, WAITING
from storage.search import fold, search
from storage.types import Instant
from storage.words import Intent, Sentiment, Urgency

View = Literal["waiting", "mine", "unclaimed", "due_soon", "team", "flagged", "escalated", "pending", "shield", "closed", "all"]

SOON = timedelta(minutes=15)
RARE = 500
"""A tag on fewer cases than this is looked up by its cases; one on more is met often enough on the way down the list."""

NUMBER = re.compile(r"#([1-9][0-9]{0,17})")
"""What finds one case by its number, wherever it stands."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of a page: the next page starts behind it."""

    at: datetime | None
    id: int


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What the list shows.

    `assignee_id` names whose cases the view "mine" shows, `owner_id` whose cases any view is narrowed to; `flagged`: only what a person must look at.

    The view "team" shows the cases of `my_teams`, "due_soon" those whose promised answer is overdue or due within `due_within`. Lists of who waits
    leave out cases that an incident took in, unless `incident_id` asks for one's, and shielded ones, unless `sees_shielded`.
    "escalated": every live case with an escalation label, wherever else it stands.
    `intent` finds what the model sees besides as well. `alike_id`: what began with nearly the same words as that mention.
    `text` finds words of private messages only for who `sees_private`.
    """

    view: View = "waiting"
    source: str | None = None
    feed_id: int | None = None
    brand_id: int | None = None
    intent: Intent | None = None
    sentiment: Sentiment | None = None
    urgency: Urgency | None = None
    language: str | None = None
    text: str = ""
    flagged: bool = False
    assignee_id: int | None = None
    after: Cursor | None = None
    tag_id: int | None = None
    label_id: int | None = None
    owner_id: int | None = None
    team_id: int | None = None
    incident_id: int | None = None
    my_teams: tuple[int, ...] = ()
    sees_shielded: bool = False
    due_within: timedelta = SOON
    alike_id: int | None = None
    sees_private: bool = False


EQUAL = ("source", "feed_id", "brand_id", "sentiment", "urgency", "language", "team_id", "incident_id")
INDEX: Mapping[View, str] = {
    "waiting": "ix_case_queue",
    "unclaimed": "ix_case_queue",
    "mine": "ix_case_mine",
    "due_soon": "ix_case_queue",
    "team": "ix_case_queue",
    "flagged": "ix_case_queue",
    "escalated": "ix_case_escalated",
    "shield": "ix_case_shield",
    "pending": "ix_case_pending",
    "closed": "ix_case_closed",
    "all": "ix_case_all",
}


def chosen(session: Session, query: Select[Any], shown: QueueFilter, *, now: datetime) -> Select[Any]:
    """The query over `case_`, narrowed to what the filter shows, in its order, from its cursor on."""
    number = NUMBER.fullmatch(shown.text.strip())
    if number:
        return _ordered(query.where(Case.id == int(number[1])), shown)
    tagged, is_rare = _tagged(session, shown)
    labelled, is_rarely_so = _labelled(session, shown)
    copies, are_few = _copies(session, shown)
    is_rare = is_rare or is_rarely_so or are_few
    narrowed = query.where(_view(shown, now), *_conditions(session, shown), *tagged, *labelled, *copies)
    # SQLite prefers an index on assignee_id or a sort to the index that holds the answer in order, ANALYZE or not.
    return _paged(narrowed.with_hint(Case, "NOT INDEXED" if is_rare else f"INDEXED BY {_index(shown)}", "sqlite"), shown)


def found(session: Session, columns: Sequence[Any], shown: QueueFilter, *, now: datetime, limit: int) -> Sequence[Row[Any]]:
    """One page of these columns of `case_`, in the view's order."""
    if not shown.text.strip() and shown.intent is None:
        return session.execute(chosen(session, select(*columns), shown, now=now).limit(limit)).all()
    # Words and further intents are looked for among the ids alone: that is all in the index, while PostgreSQL would rather read every row of the table.
    ids = session.scalars(chosen(session, select(Case.id), shown, now=now).limit(limit)).all()
    return session.execute(_ordered(select(*columns).where(Case.id.in_(ids)), shown)).all() if ids else []


def next_unclaimed(session: Session, shown: QueueFilter, *also: ColumnElement[bool], now: datetime) -> int | None:
    """The most pressing case that nobody has, locked; on PostgreSQL one that nobody else is just taking. The filter's view plays no part.

    `also`: what else must be true of the case; it also says whether a shielded one may be given.
    """
    free_ones = replace(shown, view="unclaimed", after=None, assignee_id=None, sees_shielded=True)
    free = chosen(session, select(Case.id).where(*also), free_ones, now=now)
    case_id: int | None = session.scalar(free.limit(1).with_for_update(skip_locked=True))
    return case_id


def due() -> Any:
    """When the answer that is waited for was promised."""
    return sql_case((Case.answered_at.is_(None), Case.first_due_at), else_=Case.next_due_at)


def in_sight(now: datetime) -> ColumnElement[bool]:
    """Waits and is not put off."""
    return and_(WAITING, or_(Case.snoozed_until.is_(None), Case.snoozed_until <= now))


def is_open_to_all(now: datetime) -> ColumnElement[bool]:
    """No volunteer or lead is to see it first."""
    return or_(Case.shielded_until.is_(None), Case.shielded_until <= now)


def _index(shown: QueueFilter) -> str:
    if shown.incident_id is not None:
        return "ix_case_incident"
    return "ix_case_words" if shown.view == "all" and shown.text.strip() else INDEX[shown.view]


def _view(shown: QueueFilter, now: datetime) -> ColumnElement[bool]:
    whole: dict[View, ColumnElement[bool]] = {
        "mine": and_(Case.assignee_id == shown.assignee_id, Case.status.in_(states.LIVE)),
        "escalated": and_(ESCALATED),
        "shield": and_(ABUSIVE, in_sight(now)),
        "pending": and_(PENDING),
        "closed": and_(CLOSED),
        "all": true(),
    }
    some: dict[View, ColumnElement[bool]] = {
        "waiting": true(),
        "unclaimed": Case.assignee_id.is_(None),
        "due_soon": due() <= now + shown.due_within,
        "team": Case.team_id.in_(shown.my_teams),
        "flagged": Case.flag.is_not(None),
    }
    return whole[shown.view] if shown.view in whole else and_(_queued(shown, now), some[shown.view])


def _queued(shown: QueueFilter, now: datetime) -> ColumnElement[bool]:
    alone = [Case.incident_id.is_(None)] if shown.incident_id is None else []
    return and_(in_sight(now), *alone, *([] if shown.sees_shielded else [is_open_to_all(now)]))


def _tagged(session: Session, shown: QueueFilter) -> tuple[list[ColumnElement[bool]], bool]:
    """The condition that a tag makes, and whether its cases are few enough to begin with them."""
    if shown.tag_id is None:
        return [], False
    tag = tags.reads_as(session, shown.tag_id)
    wanted = tag.id if tag else None
    few = session.scalars(select(CaseTag.case_id).where(CaseTag.tag_id == wanted).limit(RARE)).all()
    if len(few) < RARE:
        return [among(session, Case.id, few)], True
    return [exists().where(CaseTag.case_id == Case.id, CaseTag.tag_id == wanted)], False


def _labelled(session: Session, shown: QueueFilter) -> tuple[list[ColumnElement[bool]], bool]:
    """The same for a label of the team's own, which a case has when one of its mentions has it."""
    if shown.label_id is None:
        return [], False
    on = select(Mention.case_id).join(MentionLabel, MentionLabel.mention_id == Mention.id)
    theirs = on.where(MentionLabel.label_id == shown.label_id, Mention.case_id.is_not(None))
    few = session.scalars(theirs.distinct().limit(RARE)).all()
    if len(few) < RARE:
        return [among(session, Case.id, few)], True
    return [theirs.where(Mention.case_id == Case.id).exists()], False


def _copies(session: Session, shown: QueueFilter) -> tuple[list[ColumnElement[bool]], bool]:
    """The same for a group of mentions that say nearly the same."""
    if shown.alike_id is None:
        return [], False
    few = alike.cases(session, shown.alike_id, most=RARE)
    if len(few) < RARE:
        return [among(session, Case.id, few)], True
    return [exists().where(Alike.mention_id == Case.opening_mention_id, Alike.first_id == shown.alike_id)], False


def _conditions(session: Session, shown: QueueFilter) -> list[ColumnElement[bool]]:
    equal = [getattr(Case, name) == getattr(shown, name) for name in EQUAL if getattr(shown, name) is not None]
    flagged = [Case.flag.is_not(None)] if shown.flagged else []
    intended = [has_intent(Case, shown.intent)] if shown.intent is not None else []
    owned = [Case.assignee_id == shown.owner_id] if shown.owner_id is not None else []
    return [*equal, *intended, *flagged, *owned, *([_said(session, shown)] if shown.text.strip() else [])]


def _said(session: Session, shown: QueueFilter) -> ColumnElement[bool]:
    """Name, handle and newest words stand in the case; what was said before stands in the full text, where rare words lead to few cases."""
    shows = holds(session, Case.searched, fold(shown.text.strip()))
    hits = search(session, shown.text, RARE)
    read = select(Mention.case_id).where(among(session, Mention.id, hits), Mention.case_id.is_not(None))
    few = session.scalars((read if shown.sees_private else read.where(~Mention.is_private)).distinct()).all() if hits else []
    return or_(shows, among(session, Case.id, few)) if few else shows


def _paged(query: Select[Any], shown: QueueFilter) -> Select[Any]:
    after = shown.after
    if shown.view == "all":
        return _ordered(query.where(Case.id < after.id) if after else query, shown)
    column, newest_first = (Case.closed_at, True) if shown.view == "closed" else (Case.answer_by, False)
    return _ordered(_behind(query, column, after, newest_first=newest_first), shown)


def _ordered(query: Select[Any], shown: QueueFilter) -> Select[Any]:
    if shown.view == "all":
        return query.order_by(Case.id.desc())
    if shown.view == "closed":
        return query.order_by(Case.closed_at.desc(), Case.id.desc())
    return query.order_by(Case.answer_by, Case.id)


def _behind(query: Select[Any], column: Any, after: Cursor | None, *, newest_first: bool) -> Select[Any]:
    if after is None:
        return query
    place, last = tuple_(column, Case.id), tuple_(literal(after.at, Instant()), literal(after.id))
    return query.where(place < last if newest_first else place > last)
