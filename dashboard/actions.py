"""Each act of a person at the board: one transaction, one verb of the desk, one result in words. Callbacks and routes both come here."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from dashboard.format import millis
from dashboard.send_form import SendForm
from dashboard.texts import text
from dashboard.texts.language import passing, speak
from dashboard.texts.spoken import say
from dashboard.workspace import Workspace
from desk import errors
from desk.alerts import notices
from desk.cases import cases
from desk.labels import similar
from desk.outcomes import outcomes
from desk.outcomes.outcomes import Declined, Moved, ResolutionDraft
from desk.people import people
from desk.queue.filters import QueueFilter
from desk.replies import replies
from storage.dialect import is_deadlock
from storage.models import Person, Reply
from storage.words import HoldKind, Outcome, Role

log = logging.getLogger(__name__)

V = TypeVar("V")
Verb = Callable[[Session, Person, datetime], V]

FIRST_ROLES = (Role.ADMIN, Role.AGENT, Role.LEAD, Role.OPS)
"""Whoever opens an empty workspace runs it."""


class Kind(StrEnum):
    """What became of an act, by what the person can do next."""

    DONE = "done"
    NOT_ALLOWED = "not_allowed"
    NOT_FOUND = "not_found"
    TAKEN = "taken"
    NOT_YOURS = "not_yours"
    STALE = "stale"
    REFUSED = "refused"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of an act, in words for the person; `case_id` where it concerns a case, `values` for the browser."""

    kind: Kind
    words: str = ""
    case_id: int | None = None
    values: dict[str, Any] | None = None

    @property
    def is_done(self) -> bool:
        return self.kind is Kind.DONE


TRIES = 3
"""How often an act is begun before its person is told that it could not be stored."""

KINDS: dict[type[errors.DeskError], Kind] = {
    errors.NotAllowed: Kind.NOT_ALLOWED,
    errors.NotFound: Kind.NOT_FOUND,
    errors.AlreadyClaimed: Kind.TAKEN,
    errors.NotYours: Kind.NOT_YOURS,
    errors.Stale: Kind.STALE,
}


def act(workspace: Workspace, person_id: int, verb: Verb[V], then: Callable[[V], Result], *, is_quiet: bool = False) -> Result:
    """Carry out one verb in one transaction; `by` and their roles are read anew in it, and are told in their language. Never raises for a refusal.

    A page that was drawn before its reader signed out acts for nobody. What `is_quiet` happens every second somewhere, and need not be on every
    screen before the next look.
    """
    with passing():
        try:
            workspace.signed_in.require(person_id, text("act.signed_out"))
            result = _stored(workspace, person_id, verb, then)
            if not is_quiet:
                workspace.snapshots.forget()
            return result
        except errors.DeskError as error:
            return refused(error)
        except (OperationalError, InterfaceError):
            log.exception("an act could not be stored")
            return Result(Kind.BUSY, text("act.busy"))


def _stored(workspace: Workspace, person_id: int, verb: Verb[V], then: Callable[[V], Result], *, tries: int = TRIES) -> Result:
    """The verb's transaction; once more where two of them waited for each other and this one had to give way."""
    try:
        with workspace.database.write() as session:
            by = people.active(session, person_id)
            speak(workspace.locales.read(by).language)
            return then(verb(session, by, workspace.now()))
    except OperationalError as error:
        if tries <= 1 or not is_deadlock(error):
            raise
    return _stored(workspace, person_id, verb, then, tries=tries - 1)


def refused(error: errors.DeskError) -> Result:
    kind = KINDS.get(type(error), Kind.REFUSED)
    if isinstance(error, errors.AlreadyClaimed):
        return Result(kind, text("act.taken", person=error.by), values={"by": error.by, "since": millis(error.since)})
    if isinstance(error, errors.Stale):
        return Result(kind, say(str(error)), values={"current": error.current})
    return Result(kind, say(str(error)))


def claim(workspace: Workspace, person_id: int, case_id: int) -> Result:
    done = Result(Kind.DONE, text("act.claimed"), case_id)
    return act(workspace, person_id, lambda session, by, now: cases.claim(session, case_id, by=by, now=now), lambda _: done)


def claim_next(workspace: Workspace, person_id: int, shown: QueueFilter) -> Result:
    """Claim the most pressing case that nobody has; `case_id` is empty when there is none."""
    return act(
        workspace,
        person_id,
        lambda session, by, now: cases.claim_next(session, by=by, settings=workspace.settings.desk, now=now, filter=shown),
        lambda case: Result(Kind.DONE, text("act.claimed"), case.id) if case else Result(Kind.DONE, text("act.none_left")),
    )


def release(workspace: Workspace, person_id: int, case_id: int) -> Result:
    done = Result(Kind.DONE, text("act.released"), case_id)
    return act(workspace, person_id, lambda session, by, now: cases.release(session, case_id, by=by, now=now), lambda _: done)


def take_over(workspace: Workspace, person_id: int, case_id: int) -> Result:
    done = Result(Kind.DONE, text("act.taken_over"), case_id)
    return act(workspace, person_id, lambda session, by, now: cases.take_over(session, case_id, by=by, now=now), lambda _: done)


def hand_over(workspace: Workspace, person_id: int, case_id: int, *, to_person_id: int, note: str, although_off: bool = False) -> Result:
    def verb(session: Session, by: Person, now: datetime) -> str:
        cases.hand_over(session, case_id, to_person_id=to_person_id, note=note, although_off=although_off, by=by, now=now)
        return people.active(session, to_person_id).name

    return act(workspace, person_id, verb, lambda name: Result(Kind.DONE, text("act.handed_over", person=name), case_id))


def snooze(workspace: Workspace, person_id: int, case_id: int, *, until: datetime) -> Result:
    done = Result(Kind.DONE, text("act.snoozed"), case_id)
    return act(workspace, person_id, lambda session, by, now: cases.snooze(session, case_id, until=until, by=by, now=now), lambda _: done)


def reopen(workspace: Workspace, person_id: int, case_id: int) -> Result:
    done = Result(Kind.DONE, text("act.reopened"), case_id)
    desk = workspace.settings.desk
    return act(workspace, person_id, lambda session, by, now: cases.reopen(session, case_id, by=by, settings=desk, now=now), lambda _: done)


def add_note(workspace: Workspace, person_id: int, case_id: int, *, note: str) -> Result:
    done = Result(Kind.DONE, text("act.noted"), case_id)
    return act(workspace, person_id, lambda session, by, now: cases.add_note(session, case_id, text=note, by=by, now=now), lambda _: done)


def open_for_mention(workspace: Workspace, person_id: int, mention_id: int) -> Result:
    desk = workspace.settings.desk
    return act(
        workspace,
        person_id,
        lambda session, by, now: cases.open_for_mention(session, mention_id, by=by, settings=desk, now=now),
        lambda case: Result(Kind.DONE, text("act.opened"), case.id),
    )


def merge(workspace: Workspace, person_id: int, case_id: int, *, into: int) -> Result:
    """`case_id` of the result is the case that goes on."""
    return act(
        workspace,
        person_id,
        lambda session, by, now: cases.merge(session, case_id, into=into, by=by, settings=workspace.settings.desk, now=now),
        lambda kept: Result(Kind.DONE, text("act.merged", case=kept.id), kept.id),
    )


def split(workspace: Workspace, person_id: int, case_id: int, *, mention_ids: Sequence[int]) -> Result:
    """`case_id` of the result is the new case."""
    desk = workspace.settings.desk
    return act(
        workspace,
        person_id,
        lambda session, by, now: cases.split(session, case_id, mention_ids, by=by, settings=desk, now=now),
        lambda other: Result(Kind.DONE, text("act.parted", case=other.id), other.id),
    )


def close(
    workspace: Workspace,
    person_id: int,
    case_id: int,
    *,
    outcome: Outcome,
    resolution: ResolutionDraft | None = None,
    reuse: int | None = None,
    confirmed_by: int | None = None,
    declined: Declined | None = None,
    moved: Moved | None = None,
) -> Result:
    """Close a case with its outcome; `solved` needs a resolution or one to reuse, `declined` its reason, rule and what we can do instead."""
    ground: dict[str, Any] = {"resolution": resolution, "reuse": reuse, "confirmed_by": confirmed_by, "declined": declined, "moved": moved}

    def verb(session: Session, by: Person, now: datetime) -> None:
        outcomes.close(session, case_id, outcome=outcome, by=by, now=now, **ground)

    return act(workspace, person_id, verb, lambda _: Result(Kind.DONE, text("act.closed", outcome=text(f"outcome.{outcome}")), case_id))


def save_draft(
    workspace: Workspace, person_id: int, case_id: int, *, words: str, version: int, saved_reply_id: int | None = None
) -> Result:
    """Store what stands in the editor. `values` has the new version; nothing is saved until it says so."""

    def verb(session: Session, by: Person, now: datetime) -> dict[str, Any]:
        stored = replies.save_draft(session, case_id, text=words, version=version, saved_reply_id=saved_reply_id, by=by, now=now)
        return {"version": stored, "saved_at": millis(now)}

    return act(workspace, person_id, verb, lambda values: Result(Kind.DONE, "", case_id, values), is_quiet=True)


def queue_reply(workspace: Workspace, person_id: int, case_id: int, form: SendForm) -> Result:
    """Hand a reply to the outbox. The same form twice is one reply."""

    def verb(session: Session, by: Person, now: datetime) -> dict[str, Any]:
        reply = replies.queue(session, case_id, **form.asked(), by=by, settings=workspace.settings.desk, now=now)
        return {"reply": reply.id, "state": reply.state.value, "not_before": millis(reply.not_before)}

    return act(workspace, person_id, verb, lambda values: Result(Kind.DONE, "", case_id, values))


def undo(workspace: Workspace, person_id: int, reply_id: int) -> Result:
    return act(workspace, person_id, lambda session, by, now: replies.undo(session, reply_id, by=by, now=now), _done_with_reply)


def retry(workspace: Workspace, person_id: int, reply_id: int) -> Result:
    return act(workspace, person_id, lambda session, by, now: replies.retry(session, reply_id, by=by, now=now), _done_with_reply)


def settle(workspace: Workspace, person_id: int, reply_id: int, *, was_sent: bool, url: str) -> Result:
    """A person has looked whether an uncertain reply stands on the platform."""

    def verb(session: Session, by: Person, now: datetime) -> Reply:
        return replies.settle(session, reply_id, was_sent=was_sent, url=url, by=by, now=now)

    return act(workspace, person_id, verb, _done_with_reply)


def prove(workspace: Workspace, person_id: int, reply_id: int, *, url: str) -> Result:
    """The link to an answer that a person posted on the platform."""
    return act(workspace, person_id, lambda session, by, now: replies.prove(session, reply_id, url=url, by=by, now=now), _done_with_reply)


def ask_similar(workspace: Workspace, person_id: int, case_id: int) -> Result:
    """A case was opened: the classifier is asked for cases like it, unless somebody asked a short while ago."""
    done = Result(Kind.DONE, "", case_id)
    return act(workspace, person_id, lambda session, by, now: similar.ask(session, case_id, by=by, now=now), lambda _: done, is_quiet=True)


def be_present(workspace: Workspace, person_id: int, case_id: int, *, kind: HoldKind) -> Result:
    """They are at a case: what was news about it is before their eyes, unless they are away."""
    desk = workspace.settings.desk

    def verb(session: Session, by: Person, now: datetime) -> int:
        cases.hold(session, case_id, kind=kind, by=by, settings=desk, now=now)
        return 0 if kind is HoldKind.AWAY else notices.seen(session, by.id, now=now, case_id=case_id)

    done = act(workspace, person_id, verb, lambda looked: Result(Kind.DONE, "", case_id, {"seen": looked}), is_quiet=True)
    if done.values and done.values["seen"]:
        workspace.snapshots.drop_news(person_id)
    return done


def leave(workspace: Workspace, person_id: int, case_id: int) -> Result:
    done = Result(Kind.DONE, "", case_id)
    return act(workspace, person_id, lambda session, by, _now: cases.leave(session, case_id, by=by), lambda _: done)


def first_person(workspace: Workspace, *, name: str, initials: str) -> Result:
    """The first person of an empty workspace. Refused as soon as there is somebody."""
    try:
        with workspace.database.write() as session:
            if people.everyone(session, left=True):
                return Result(Kind.NOT_ALLOWED, text("act.not_first"))
            person = people.add(session, name=name, initials=initials, roles=FIRST_ROLES, by=None, now=workspace.now())
            return Result(Kind.DONE, "", values={"person": person.id})
    except errors.DeskError as error:
        return refused(error)
    except (OperationalError, InterfaceError):
        log.exception("the first person could not be stored")
        return Result(Kind.BUSY, text("act.busy"))


def add_person(workspace: Workspace, person_id: int, *, name: str, initials: str, roles: tuple[Role, ...]) -> Result:
    return act(
        workspace,
        person_id,
        lambda session, by, now: people.add(session, name=name, initials=initials, roles=roles, by=by, now=now),
        lambda person: Result(Kind.DONE, text("act.person_added", person=person.name)),
    )


def _done_with_reply(reply: Reply) -> Result:
    return Result(Kind.DONE, "", reply.case_id, {"reply": reply.id, "state": reply.state.value})
