"""What stands beside a case: what solved it before, this author's earlier cases, why it is where it is, notes and the record. Pure."""

import re
from datetime import datetime
from functools import partial
from typing import Any

from dashboard.case_values import Block, Reader
from dashboard.customer_values import last_time
from dashboard.folds import previewed
from dashboard.format import clock_words, millis, word_of
from dashboard.outcome_words import spared_words
from dashboard.similar_values import similar_section
from dashboard.texts import text
from dashboard.texts.spoken import say
from desk.cases.notes import NoteView
from desk.cases.urgency import Reason
from desk.labels.similar import Likeness
from desk.outcomes.resolutions import ResolutionView
from desk.queue.inbox import CaseView, PastCase
from storage.words import CaseStatus

LONGEST_PREVIEW = 200
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?\+00:00")


def history_blocks(view: CaseView, reader: Reader, likeness: Likeness | None = None) -> list[Block]:
    """The sections of the right pane, the useful ones open."""
    is_mine = view.row.assignee_id == reader.id and view.row.status != CaseStatus.CLOSED
    similar = similar_section(likeness, view, reader)
    return [
        *last_time(view.past),
        _section("fixes", [_fix(found, may_use=is_mine) for found in view.suggestions], is_open=True),
        *([similar] if similar else []),
        _section("earlier", [_earlier(past) for past in view.history], is_open=bool(view.history)),
        *([_section("notes", [_note(note, reader) for note in view.notes], is_open=True)] if reader.may_care else []),
        _why(view, reader),
        _section("instants", _instants(view, reader), is_open=False),
        _section("timeline", _timeline(view, reader), is_open=False),
    ]


def _section(name: str, blocks: list[Block], *, is_open: bool) -> Block:
    none: list[Block] = [{"type": "empty", "words": text(f"case.{name}_none")}] if not blocks else []
    return {
        "type": "section",
        "title": text(f"case.{name}"),
        "count": len(blocks) or None,
        "open": is_open and bool(blocks),
        "blocks": blocks or none,
    }


def _fix(found: ResolutionView, *, may_use: bool) -> Block:
    use: list[dict[str, Any]] = [{"verb": "reuse", "value": found.id, "words": text("case.fix_use")}] if may_use else []
    return {
        "type": "fix",
        "cause": found.cause,
        "fix": found.fix,
        "evidence": found.evidence,
        "meta": text("case.fix_meta", times=spared_words(found.reused), person=found.person),
        "at": millis(found.at),
        "actions": use,
    }


def _note(note: NoteView, reader: Reader) -> Block:
    may_remove = note.person_id == reader.id and reader.now < note.removable_until
    remove: list[dict[str, Any]] = [{"verb": "remove_note", "value": note.id, "words": text("note.remove")}] if may_remove else []
    return {"type": "note", "who": note.person, "text": note.text, "at": millis(note.at), "actions": remove}


def _earlier(past: PastCase) -> Block:
    return {
        "type": "earlier",
        "title": word_of("outcome", past.outcome) if past.outcome else text("case.live"),
        "at": millis(past.opened_at),
        "text": previewed(past.preview, LONGEST_PREVIEW, abusive=past.abusive),
        "fix": text("case.earlier_fix", fix=past.resolution) if past.resolution else "",
        "actions": [{"verb": "open", "value": past.id, "words": text("case.earlier_open")}],
    }


def _why(view: CaseView, reader: Reader) -> Block:
    rows = [_reason(reason) for reason in view.reasons]
    answer_by = clock_words(view.row.answer_by, now=reader.now, zone=reader.zone)
    total = {"type": "reason", "words": text("case.why_sum", time=answer_by), "amount": "", "is_sum": True}
    return _section("why", [*rows, total] if rows else [], is_open=False) | {"count": None}


def _reason(reason: Reason) -> Block:
    return {"type": "reason", "words": say(reason.words), "amount": text("case.why_minutes", n=reason.minutes) if reason.minutes else ""}


def _instants(view: CaseView, reader: Reader) -> list[Block]:
    instants = view.instants
    named = (
        ("posted", instants.posted),
        ("seen", instants.seen),
        ("claimed", instants.claimed),
        ("answered", instants.answered),
        ("closed", instants.closed),
    )
    words = [(name, clock_words(at, now=reader.now, zone=reader.zone) if at else text("case.instant.not_yet")) for name, at in named]
    return [{"type": "reason", "words": text(f"case.instant.{name}"), "amount": amount} for name, amount in words]


def _timeline(view: CaseView, reader: Reader) -> list[Block]:
    told = [(entry, INSTANT.sub(partial(_clock, reader), say(entry.words))) for entry in reversed(view.timeline)]
    return [{"type": "entry", "text": f"{entry.person} {words}", "at": millis(entry.at)} for entry, words in told]


def _clock(reader: Reader, found: re.Match[str]) -> str:
    """An instant of the record, on the reader's clock."""
    return clock_words(datetime.fromisoformat(found[0]), now=reader.now, zone=reader.zone)
