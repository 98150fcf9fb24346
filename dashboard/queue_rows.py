"""A case as one line of the list, in words and plain values: what the list's component draws. Pure."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from dashboard.format import clock_words, millis, reply_mark, sentiment_mark, source_words, urgency_mark, word_of
from dashboard.texts import text
from desk.cases.upkeep import PRIVATE_PREVIEW
from desk.queue.inbox import CaseRow, HoldView
from storage.words import CaseStatus, HoldKind, ReplyState

UNTOLD = (ReplyState.DRAFT, ReplyState.CANCELLED)
QUIET = (CaseStatus.NEW, CaseStatus.OPEN)
GLYPHS = {HoldKind.READING: "◎", HoldKind.REPLYING: "✎", HoldKind.AWAY: "◌"}


def row_values(row: CaseRow, *, now: datetime, zone: str) -> dict[str, Any]:
    """What the browser needs of a case in the list."""
    told = row.reply_state is not None and row.reply_state not in UNTOLD
    return {
        "id": row.id,
        "author": row.author,
        "source": source_words(row.source, row.site),
        "preview": text("queue.private") if row.preview == PRIVATE_PREVIEW else row.preview,
        "folded": row.abusive or row.is_blocked,
        "urgency": urgency_mark(row.urgency, is_maybe=row.is_maybe_high).as_dict(),
        "sentiment": sentiment_mark(row.sentiment).as_dict(),
        "words": list(_words(row, now=now, zone=zone)),
        "due": millis(row.due_at),
        "is_over": row.status == CaseStatus.CLOSED,
        "assignee_id": row.assignee_id,
        "assignee": row.assignee,
        "holds": [hold_values(hold) for hold in row.holds],
        "reply": reply_mark(row.reply_state).as_dict() if told and row.reply_state else None,
    }


def hold_values(hold: HoldView) -> dict[str, Any]:
    """Who is at a case and what they do there: a glyph and initials where there is little room, the words for all who cannot see them."""
    return {
        "person": hold.person_id,
        "kind": hold.kind.value,
        "glyph": GLYPHS[hold.kind],
        "initials": hold.initials,
        "words": text(f"hold.{hold.kind}", person=hold.person),
        "beside": text(f"hold.beside.{hold.kind}", person=hold.person),
    }


def shielded_until(row: CaseRow, *, now: datetime) -> datetime | None:
    """Until when volunteers and leads alone see it in the queue; None for what everybody sees, or somebody has."""
    until = row.shielded_until
    return until if row.assignee_id is None and until is not None and until > now else None


def _words(row: CaseRow, *, now: datetime, zone: str) -> Iterator[str]:
    yield from _caution_words(row, now=now, zone=zone)
    if row.intent:
        yield word_of("intent", row.intent)
    if row.flag:
        yield word_of("flag", row.flag)
    if row.status not in QUIET:
        yield word_of("outcome", row.outcome) if row.outcome else word_of("status", row.status)
    if row.snoozed_until and row.snoozed_until > now:
        yield text("queue.row.snoozed", time=clock_words(row.snoozed_until, now=now, zone=zone))
    if row.reopened:
        yield text("queue.row.reopened")
    for tag in row.tags:
        yield text("queue.row.tag", tag=tag)
    if row.alike:
        yield text("queue.row.alike", n=row.alike)
    if row.contacts > 1:
        yield text("queue.row.contacts", n=row.contacts)


def _caution_words(row: CaseRow, *, now: datetime, zone: str) -> Iterator[str]:
    if row.escalation:
        yield text("contact.escalated", kind=word_of("escalation", row.escalation))
    if row.is_blocked:
        yield text("contact.blocked")
    if until := shielded_until(row, now=now):
        yield text("queue.row.shielded", time=clock_words(until, now=now, zone=zone))
