"""A case at the end of a shift in words: how it stands, and what the next one should know. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Literal

from dashboard.format import Mark, Tone, due_mark, short
from dashboard.promise_values import by_words, promise_marks
from dashboard.texts import text
from desk.people.workload import Colleague, OwnCase
from storage.words import Shift

Colour = Literal["green", "orange", "red", "blue", "gray"]

STATES = {Shift.ON: Mark("●", "on", Tone.GOOD), Shift.BREAK: Mark("◐", "break", Tone.WARM), Shift.OFF: Mark("○", "off", Tone.DIM)}
COLOURS: Mapping[Tone, Colour] = {Tone.GOOD: "green", Tone.WARM: "orange", Tone.BAD: "red", Tone.CALM: "blue", Tone.DIM: "gray"}
LONGEST_DRAFT, LONGEST_PROMISE = 60, 80


def state_mark(shift: Shift) -> Mark:
    found = STATES[shift]
    return Mark(found.glyph, text(f"shift.{shift}"), found.tone)


def case_marks(case: OwnCase, *, now: datetime, zone: str) -> Iterator[Mark]:
    """How a case stands: what waits, until when, and what is begun."""
    row = case.row
    if row.due_at is not None:
        yield due_mark(row.due_at, now)
    else:
        yield Mark("◌", text("shift.hand.waits" if row.waiting_since is None else "shift.hand.waits_for_us"), Tone.DIM)
    if row.snoozed_until is not None and row.snoozed_until > now:
        yield Mark("☾", text("shift.hand.snoozed", time=by_words(row.snoozed_until, now=now, zone=zone)), Tone.CALM)
    yield from promise_marks(case.promises, now=now, zone=zone)
    if case.awaits_approval:
        yield Mark("◎", text("shift.hand.approval"), Tone.WARM)
    elif case.draft:
        yield Mark("✎", text("shift.hand.draft"), Tone.CALM)


def suggested_note(case: OwnCase, *, now: datetime, zone: str) -> str:
    """What the next one should know, as far as the case itself tells it."""
    return " ".join(_suggested(case, now=now, zone=zone))


def _suggested(case: OwnCase, *, now: datetime, zone: str) -> Iterator[str]:
    row = case.row
    for promise in case.promises:
        time = by_words(promise.due_at, now=now, zone=zone)
        yield text("shift.note.promise", promise=short(promise.text, LONGEST_PROMISE), time=time)
    if case.awaits_approval:
        yield text("shift.note.approval")
    elif case.draft:
        yield text("shift.note.draft", draft=short(case.draft, LONGEST_DRAFT))
    if row.snoozed_until is not None and row.snoozed_until > now:
        yield text("shift.note.snoozed", time=by_words(row.snoozed_until, now=now, zone=zone))
    if row.waiting_since is None:
        yield text("shift.note.pending")


def counted(cases: Sequence[OwnCase], *, now: datetime) -> dict[str, int]:
    """How much of everything there is, by the names of the catalogue."""
    return {
        "cases": len(cases),
        "drafts": sum(bool(case.draft) for case in cases),
        "promises": sum(len(case.promises) for case in cases),
        "snoozed": sum(case.row.snoozed_until is not None and case.row.snoozed_until > now for case in cases),
        "approval": sum(case.awaits_approval for case in cases),
    }


def colleague_words(one: Colleague) -> str:
    """A name with what speaks for or against handing them a case: their shift, where they are not on it, and how many cases wait for them."""
    name = "shift.hand.colleague" if one.has_room else "shift.hand.full"
    words = text(name, person=one.name, n=one.open_cases)
    return words if one.shift is Shift.ON else text(f"shift.hand.{one.shift}", colleague=words)
