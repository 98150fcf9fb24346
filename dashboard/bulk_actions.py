"""One act on many cases from the board: one transaction, and one sentence that says what became of all of them."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from dashboard.actions import Kind, Result, act
from dashboard.own_zone import zone_of
from dashboard.spans import SPANS
from dashboard.texts import text
from dashboard.texts.spoken import say
from dashboard.workspace import Workspace
from desk.cases import bulk
from desk.cases.bulk import BulkAct, BulkVerb, Done, Refusal
from desk.errors import Invalid
from storage.models import Person
from storage.words import Outcome

NAMED = 3
"""Refusals that are told in words; the others are counted."""

TARGETED = frozenset({BulkVerb.HAND_OVER, BulkVerb.TAG, BulkVerb.UNTAG, BulkVerb.TEAM})


def do(
    workspace: Workspace,
    person_id: int,
    case_ids: Collection[int],
    verb: BulkVerb,
    *,
    value: str = "",
    note: str = "",
    although_off: bool = False,
) -> Result:
    """`value` is what the verb needs: the id of a person, a tag or a team, the name of a span of time, or an outcome.

    `values` of the result has the number of the act, by which it is undone, and the cases that changed.
    """

    def each(session: Session, by: Person, now: datetime) -> Done:
        asked = replace(_asked(zone_of(workspace, person_id), verb, value, note, now), although_off=although_off)
        return bulk.do(session, case_ids, asked, by=by, now=now)

    return act(workspace, person_id, each, _told)


def undo(workspace: Workspace, person_id: int, bulk_id: int) -> Result:
    """Take a whole act back, as far as nothing else has happened since."""
    return act(workspace, person_id, lambda session, by, now: bulk.undo(session, bulk_id, by=by, now=now), _told_back)


def _asked(zone: str, verb: BulkVerb, value: str, note: str, now: datetime) -> BulkAct:
    if verb in TARGETED:
        return BulkAct(verb, target=_number(value), note=note)
    if verb is BulkVerb.SNOOZE:
        if value not in SPANS:
            raise Invalid(text("bulk.no_span"))
        return BulkAct(verb, until=SPANS[value](now, zone))
    if verb is BulkVerb.CLOSE:
        return BulkAct(verb, outcome=next((one for one in Outcome if one.value == value), None))
    return BulkAct(verb)


def _number(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdigit() and 0 < int(value) < 2**63 else None


def _told(done: Done) -> Result:
    return _result(f"bulk.done.{done.verb}", done)


def _told_back(done: Done) -> Result:
    result = _result("bulk.undone", done)
    return Result(result.kind, result.words, values={**(result.values or {}), "bulk": None})


def _result(name: str, done: Done) -> Result:
    number = len(done.case_ids)
    whole = text(f"{name}.one" if number == 1 else f"{name}.many", n=number)
    words = text("bulk.some", done=whole, refused=_refused(done.refused)) if done.refused else whole
    values: dict[str, Any] = {"bulk": done.bulk_id, "cases": list(done.case_ids), "refused": [one.case_id for one in done.refused]}
    return Result(Kind.DONE, words, values=values)


def _refused(refusals: Sequence[Refusal]) -> str:
    named = "; ".join(text("bulk.refusal", case=one.case_id, words=say(one.words)) for one in refusals[:NAMED])
    left = len(refusals) - NAMED
    return text("bulk.and_more", named=named, n=left) if left > 0 else named
