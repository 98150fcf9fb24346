"""One act on many cases: each through the verb that one case would take, those that refuse named, and all of it undone in one act."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from desk import audit
from desk.access import case_to_change, cases_to_change, require_live
from desk.cases import cases, hands, holds, tags, upkeep
from desk.errors import DeskError, Invalid, NotFound
from desk.figures import endings, pauses
from desk.outcomes import outcomes
from desk.people import people
from desk.replies import recall
from storage.models import Bulk, Case, Person, Team
from storage.types import Instant, Word
from storage.words import CaseStatus, HoldKind, Outcome

MOST = 200
UNDO_FOR = timedelta(minutes=10)

OUTCOMES = (Outcome.SPAM, Outcome.NO_ACTION, Outcome.DUPLICATE, Outcome.NO_ANSWER)
"""How many cases may be closed at once: whether somebody was helped is said of each one by itself."""

DERIVED = frozenset({"id", "version", "searched", "preview", "reasons", "answer_by"})
"""What follows from the rest of a case, or only ever goes on: never put back."""

COLUMNS = {column.key: column for column in Case.__table__.columns if column.key not in DERIVED}


class BulkVerb(StrEnum):
    CLAIM = "claim"
    RELEASE = "release"
    HAND_OVER = "hand_over"
    TAG = "tag"
    UNTAG = "untag"
    SNOOZE = "snooze"
    CLOSE = "close"
    TEAM = "team"


@dataclass(frozen=True, slots=True)
class BulkAct:
    """What is to be done to each case. `target` is a person, a tag or a team, as the verb needs one; a `team` without a target belongs to nobody's.

    `although_off`: the person gets them also while off shift.
    """

    verb: BulkVerb
    target: int | None = None
    until: datetime | None = None
    outcome: Outcome | None = None
    note: str = ""
    although_off: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    case_id: int
    words: str


@dataclass(frozen=True, slots=True)
class Done:
    """What became of it: the cases that changed, those that refused, and the number by which it is undone (None when nothing changed)."""

    bulk_id: int | None
    verb: BulkVerb
    case_ids: tuple[int, ...]
    refused: tuple[Refusal, ...]


def do(session: Session, case_ids: Collection[int], act: BulkAct, *, by: Person, now: datetime) -> Done:
    """Do it to each of at most 200 cases, as far as each allows it. Raises NotAllowed, and Invalid for what no case could allow."""
    people.require(by, people.CARE)
    wanted = sorted(set(case_ids))
    _require_sense(session, wanted, act)
    people.stay(session, [by.id, act.target if act.verb is BulkVerb.HAND_OVER else None])
    known = cases_to_change(session, wanted)
    did, refused = dict[int, Any](), [Refusal(number, "There is no such case") for number in wanted if number not in known]
    for case_id, case in known.items():
        before = _standing(session, case)
        words = _tried(session, lambda case_id=case_id: _do_one(session, case_id, act, by=by, now=now))  # type: ignore[misc]
        if words:
            refused.append(Refusal(case_id, words))
        else:
            did[case_id] = _difference(before, _standing(session, case))
    changed = {str(case_id): found for case_id, found in did.items() if found["is"]}
    bulk_id = _remember(session, act, changed, by=by, now=now) if changed else None
    return Done(bulk_id, act.verb, tuple(did), tuple(sorted(refused, key=lambda one: one.case_id)))


def undo(session: Session, bulk_id: int, *, by: Person, now: datetime) -> Done:
    """Put each case back that still stands as the act left it. Raises Invalid ten minutes later, a second time, and for somebody else's act."""
    people.require(by, people.CARE)
    bulk = session.get(Bulk, bulk_id, with_for_update=True, populate_existing=True)
    if bulk is None or bulk.person_id != by.id:
        raise NotFound("There is no such act of yours to take back")
    if bulk.undone_at is not None:
        raise Invalid("This was taken back already")
    if now - bulk.at > UNDO_FOR:
        raise Invalid(f"This is more than {UNDO_FOR.seconds // 60} minutes ago: change the cases one by one")
    bulk.undone_at, verb = now, BulkVerb(bulk.verb)
    found = {int(number): did for number, did in bulk.did["cases"].items()}
    known = cases_to_change(session, found)
    back, refused = list[int](), list[Refusal]()
    for case_id, did in sorted(found.items()):
        words = _tried(session, lambda case_id=case_id, did=did: _put_back(session, known.get(case_id), did, verb, by=by, now=now))  # type: ignore[misc]
        if words:
            refused.append(Refusal(case_id, words))
        else:
            back.append(case_id)
    return Done(bulk_id, verb, tuple(back), tuple(refused))


def set_team(session: Session, case_id: int, *, team_id: int | None, by: Person, now: datetime) -> Case:
    """Say which team a case belongs to; None for no team's. Whoever has it keeps it."""
    people.require(by, people.CARE)
    case = case_to_change(session, case_id)
    require_live(case)
    if case.team_id != team_id:
        was, case.team_id, case.version = case.team_id, team_id, case.version + 1
        audit.record(session, "team", now=now, by=by, case_id=case_id, team=_team_name(session, team_id), was_team=was)
    return case


def _require_sense(session: Session, case_ids: Collection[int], act: BulkAct) -> None:
    if not case_ids:
        raise Invalid("Select at least one case")
    if len(case_ids) > MOST:
        raise Invalid(f"At most {MOST} cases at once: {len(case_ids)} are selected")
    if act.verb in {BulkVerb.HAND_OVER, BulkVerb.TAG, BulkVerb.UNTAG} and act.target is None:
        raise Invalid("Say to whom" if act.verb is BulkVerb.HAND_OVER else "Choose a tag")
    if act.verb is BulkVerb.SNOOZE and act.until is None:
        raise Invalid("Say until when")
    if act.verb is BulkVerb.CLOSE and act.outcome not in OUTCOMES:
        raise Invalid(
            "Many cases at once are closed as spam, no action, duplicate or no answer; any other outcome is said of each case by itself"
        )
    if act.verb is BulkVerb.TEAM and act.target is not None:
        _team_name(session, act.target)


def _team_name(session: Session, team_id: int | None) -> str:
    if team_id is None:
        return ""
    team = session.get(Team, team_id)
    if team is None or team.retired_at is not None:
        raise NotFound("There is no such team")
    return team.name


def _tried(session: Session, verb: Callable[[], object]) -> str:
    """Why it was refused, empty when it was done. A refusal leaves no trace of what the verb had begun."""
    try:
        with session.begin_nested():
            verb()
    except DeskError as error:
        return str(error)
    return ""


def _do_one(session: Session, case_id: int, act: BulkAct, *, by: Person, now: datetime) -> object:
    target, until, outcome = act.target or 0, act.until or now, act.outcome or Outcome.NO_ACTION
    verbs: Mapping[BulkVerb, Callable[[], object]] = {
        BulkVerb.CLAIM: lambda: cases.claim(session, case_id, by=by, now=now),
        BulkVerb.RELEASE: lambda: cases.release(session, case_id, by=by, now=now),
        BulkVerb.HAND_OVER: lambda: cases.hand_over(
            session, case_id, to_person_id=target, note=act.note, although_off=act.although_off, by=by, now=now
        ),
        BulkVerb.TAG: lambda: tags.put(session, tag_ids=[target], case_ids=[case_id], by=by, now=now),
        BulkVerb.UNTAG: lambda: tags.take_off(session, tag_ids=[target], case_ids=[case_id], by=by, now=now),
        BulkVerb.SNOOZE: lambda: cases.snooze(session, case_id, until=until, by=by, now=now),
        BulkVerb.CLOSE: lambda: outcomes.close(session, case_id, outcome=outcome, by=by, now=now),
        BulkVerb.TEAM: lambda: set_team(session, case_id, team_id=act.target, by=by, now=now),
    }
    return verbs[act.verb]()


def _remember(session: Session, act: BulkAct, changed: Mapping[str, Any], *, by: Person, now: datetime) -> int:
    bulk = Bulk(person_id=by.id, verb=act.verb.value, at=now, did={"cases": dict(changed)})
    session.add(bulk)
    session.flush()
    audit.record(session, "bulk", now=now, by=by, subject=f"bulk {bulk.id}", act=act.verb.value, cases=len(changed))
    return bulk.id


def _standing(session: Session, case: Case) -> dict[str, Any]:
    """A case in plain values, with its tags."""
    session.flush()
    theirs = tags.of_cases(session, [case.id]).get(case.id, ())
    return {**{name: _plain(getattr(case, name)) for name in COLUMNS}, "tags": sorted(tag.id for tag in theirs)}


def _difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    names = [name for name in before if before[name] != after[name]]
    return {"was": {name: before[name] for name in names}, "is": {name: after[name] for name in names}}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value.value if isinstance(value, StrEnum) else value


def _put_back(session: Session, case: Case | None, did: Mapping[str, Any], verb: BulkVerb, *, by: Person, now: datetime) -> None:
    if case is None:
        raise NotFound("There is no such case any more")
    was, left = dict(did["was"]), did["is"]
    changed = {name: value for name, value in left.items() if name != "tags"}
    if any(_plain(getattr(case, name)) != value for name, value in changed.items()):
        raise Invalid("Somebody has changed it since")
    if case.status == CaseStatus.CLOSED and "status" in was:
        cases.refuse_second_live(session, case)
    _require_still_here(session, was)
    _put_tags_back(session, case, set(was.pop("tags", ())), set(left.get("tags", ())), by=by, now=now)
    if "claim_no" in was:
        _take_from(session, case, now=now)
        was.pop("claim_no")
    if "closed_at" in was:
        _unclose(session, case, was)
    for name, value in was.items():
        setattr(case, name, _read(name, value))
    hands.promises_follow(session, case)
    if case.assignee_id is None:
        case.snoozed_until = None  # put off by somebody who has it no more: nobody would see it
    case.version += 1
    upkeep.reorder(case)
    audit.record(session, "bulk_undo", now=now, by=by, case_id=case.id, act=verb.value.replace("_", " "))


def _require_still_here(session: Session, was: Mapping[str, Any]) -> None:
    owner = session.get(Person, was["assignee_id"]) if was.get("assignee_id") is not None else None
    if owner is not None and not owner.active:
        raise Invalid(f"{owner.name} no longer works here")


def _take_from(session: Session, case: Case, *, now: datetime) -> None:
    """Whoever got the case by the act loses it: what they had queued becomes a draft, and what is on its way is fenced off."""
    if case.assignee_id is not None:
        holds.put(session, case.id, kind=HoldKind.READING, person_id=case.assignee_id, now=now, until=now)
    case.claim_no += 1
    recall.queued(session, case, now=now, reason="the case was given back before it was sent")


def _unclose(session: Session, case: Case, was: Mapping[str, Any]) -> None:
    """It never was closed: no figure counts that ending, nor the pause that it cut short, which goes on."""
    endings.undo(session, case)
    since, closed_at = _read("pending_since", was.get("pending_since")), case.closed_at
    if since is not None and closed_at is not None:
        pauses.undo(session, case, since=since, until=closed_at)


def _put_tags_back(session: Session, case: Case, was: set[int], left: set[int], *, by: Person, now: datetime) -> None:
    if left - was:
        tags.take_off(session, tag_ids=left - was, case_ids=[case.id], by=by, now=now)
    if was - left:
        tags.put(session, tag_ids=was - left, case_ids=[case.id], by=by, now=now)


def _read(name: str, value: Any) -> Any:
    kind = COLUMNS[name].type
    if value is None:
        return None
    return kind.words(value) if isinstance(kind, Word) else datetime.fromisoformat(value) if isinstance(kind, Instant) else value
