"""A case as one line of the list, in words and plain values: what the list's component draws. Pure."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from dashboard.format import clock_words, millis, reply_mark, sentiment_mark, source_words, urgency_mark, word_of
from dashboard.texts import text
from desk.inbox import CaseRow, HoldView
from storage.words import CaseStatus, ReplyState

UNTOLD = (ReplyState.DRAFT, ReplyState.CANCELLED)
QUIET = (CaseStatus.NEW, CaseStatus.OPEN)


def row_values(row: CaseRow, *, now: datetime, zone: str) -> dict[str, Any]:
    """What the browser needs of a case in the list."""
    told = row.reply_state is not None and row.reply_state not in UNTOLD
    return {
        "id": row.id,
        "author": row.author,
        "source": source_words(row.source, row.site),
        "preview": row.preview,
        "folded": row.abusive,
        "urgency": urgency_mark(row.urgency).as_dict(),
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
    return {"person": hold.person_id, "kind": hold.kind.value, "words": text(f"hold.{hold.kind}", person=hold.person)}


def _words(row: CaseRow, *, now: datetime, zone: str) -> Iterator[str]:
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
    if row.contacts > 1:
        yield text("queue.row.contacts", n=row.contacts)
