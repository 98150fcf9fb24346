"""Incidents at the board: each act of a person. A long list is attached, told or closed in steps, so that others get to write between them."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import repeat

from sqlalchemy.orm import Session

from dashboard.actions import Kind, Result, Verb, act, refused
from dashboard.texts import text
from dashboard.texts.spoken import say
from dashboard.workspace import Workspace
from desk.errors import DeskError
from desk.incidents import incident_candidates, incident_cases, incident_ends, incident_statements, incident_telling, incidents
from desk.incidents.incident_cases import MOST, Attached
from desk.incidents.incident_statements import Purpose
from desk.incidents.incident_telling import Telling
from desk.incidents.incidents import IncidentDraft
from desk.outcomes.resolutions import ResolutionDraft
from desk.people import people
from desk.settings import DeskSettings
from storage.models import Incident, Person

MOST_STEPS = 200

Step = Callable[[Session, Person, datetime], Attached]


def begin(workspace: Workspace, person_id: int, draft: IncidentDraft, *, case_id: int | None = None) -> Result:
    """A new incident, with the case that it was begun from. `values` has its id."""

    def verb(session: Session, by: Person, now: datetime) -> Incident:
        incident = incidents.begin(session, draft, by=by, now=now)
        if case_id is not None:
            incident_cases.attach(session, incident.id, [case_id], by=by, now=now)
        return incident

    return act(workspace, person_id, verb, _begun)


def _begun(incident: Incident) -> Result:
    words = "incident.act.begun" if incident.owner_id is not None else "incident.act.proposed"
    return Result(Kind.DONE, text(words, name=incident.name), values={"incident": incident.id})


def change(workspace: Workspace, person_id: int, incident_id: int, draft: IncidentDraft, *, version: int) -> Result:
    return act(
        workspace,
        person_id,
        lambda session, by, now: incidents.change(session, incident_id, draft, version=version, by=by, now=now),
        lambda incident: Result(Kind.DONE, text("incident.act.changed", name=incident.name)),
    )


def let_attach(workspace: Workspace, person_id: int, incident_id: int, *, on: bool) -> Result:
    done = Result(Kind.DONE, text("incident.act.lets" if on else "incident.act.lets_not"))
    return act(
        workspace, person_id, lambda session, by, now: incidents.let_attach(session, incident_id, on, by=by, now=now), lambda _: done
    )


def close(workspace: Workspace, person_id: int, incident_id: int, draft: ResolutionDraft) -> Result:
    return act(
        workspace,
        person_id,
        lambda session, by, now: incidents.close(session, incident_id, draft, by=by, now=now),
        lambda incident: Result(Kind.DONE, text("incident.act.closed", name=incident.name)),
    )


def attach(workspace: Workspace, person_id: int, incident_id: int, case_ids: Sequence[int]) -> Result:
    """`values` has the cases that are in it now, for the way back."""
    steps = _parts(case_ids, MOST) or [()]
    verbs = (lambda s, by, now, part=part: incident_cases.attach(s, incident_id, part, by=by, now=now) for part in steps)
    return _stepwise(workspace, person_id, "attached", verbs)


def detach(workspace: Workspace, person_id: int, incident_id: int, case_ids: Sequence[int]) -> Result:
    steps = _parts(case_ids, MOST) or [()]
    verbs = (lambda s, by, now, part=part: incident_cases.detach(s, incident_id, part, by=by, now=now) for part in steps)
    return _stepwise(workspace, person_id, "detached", verbs)


def close_told(workspace: Workspace, person_id: int, incident_id: int) -> Result:
    """Close the told cases as solved, 20 in each step."""
    seen = [0]

    def step(session: Session, by: Person, now: datetime) -> Attached:
        found = incident_ends.close_told(session, incident_id, by=by, now=now, after=seen[-1])
        seen.append(max([seen[-1], *found.case_ids, *found.refused]))
        return found

    return _stepwise(workspace, person_id, "spared", repeat(step, MOST_STEPS))


def give_back(workspace: Workspace, person_id: int, incident_id: int) -> Result:
    """Let those that still wait stand in the queue, 200 in each step."""

    def step(session: Session, by: Person, now: datetime) -> Attached:
        return incident_ends.give_back(session, incident_id, by=by, now=now)

    return _stepwise(workspace, person_id, "given_back", repeat(step, MOST_STEPS))


def propose(workspace: Workspace, person_id: int, incident_id: int, *, purpose: Purpose, language: str, variants: Sequence[str]) -> Result:
    """Write a statement."""

    def verb(session: Session, by: Person, now: datetime) -> None:
        incident_statements.propose(session, incident_id, purpose=purpose, language=language, variants=variants, by=by, now=now)

    return act(workspace, person_id, verb, lambda _: Result(Kind.DONE, text("incident.act.written")))


def approve(workspace: Workspace, person_id: int, incident_id: int, statement_id: int) -> Result:
    done = Result(Kind.DONE, text("incident.act.approved"))
    return act(
        workspace,
        person_id,
        lambda session, by, now: incident_statements.approve(session, incident_id, statement_id, by=by, now=now),
        lambda _: done,
    )


def remove(workspace: Workspace, person_id: int, incident_id: int, statement_id: int) -> Result:
    done = Result(Kind.DONE, text("incident.act.removed"))
    return act(
        workspace,
        person_id,
        lambda session, by, now: incident_statements.remove(session, incident_id, statement_id, by=by, now=now),
        lambda _: done,
    )


def tell(workspace: Workspace, person_id: int, incident_id: int, statement_ids: Sequence[int]) -> Result:
    """Queue all replies of the plan, 20 in each step."""
    desk, queued = workspace.settings.desk, 0
    try:
        with workspace.database.read() as session:
            by, now = people.active(session, person_id), workspace.now()
            planned = incident_telling.plan(session, incident_id, statement_ids, by=by, settings=desk, now=now)
    except DeskError as error:
        return refused(error)
    for part in _parts([one.case_id for one in planned.told], incident_telling.MOST):
        result = act(workspace, person_id, _telling(incident_id, statement_ids, part, desk), lambda step: _counted(len(step.reply_ids)))
        if not result.is_done or result.values is None:
            return result
        queued += result.values["queued"]
    return Result(Kind.DONE, text("incident.act.told", n=queued), values={"queued": queued})


def _telling(incident_id: int, statement_ids: Sequence[int], case_ids: Sequence[int], desk: DeskSettings) -> Verb[Telling]:
    def verb(session: Session, by: Person, now: datetime) -> Telling:
        return incident_telling.tell(session, incident_id, statement_ids, by=by, settings=desk, now=now, case_ids=case_ids)

    return verb


def _counted(queued: int) -> Result:
    return Result(Kind.DONE, values={"queued": queued})


def _parts(case_ids: Sequence[int], most: int) -> list[Sequence[int]]:
    return [case_ids[start : start + most] for start in range(0, len(case_ids), most)]


def stop(workspace: Workspace, person_id: int, incident_id: int) -> Result:
    return act(
        workspace,
        person_id,
        lambda session, by, now: incident_telling.stop(session, incident_id, by=by, now=now),
        lambda number: Result(Kind.DONE, text("incident.act.stopped", n=number)),
    )


def look_for_more(workspace: Workspace, person_id: int, incident_id: int) -> Result:
    """An incident was opened: the classifier is asked for cases like its own, unless somebody did within the minute."""
    done = Result(Kind.DONE)
    return act(workspace, person_id, lambda session, by, now: incident_candidates.ask(session, incident_id, by=by, now=now), lambda _: done)


def _stepwise(workspace: Workspace, person_id: int, name: str, steps: Iterable[Step]) -> Result:
    """Each step in a transaction of its own, until one finds nothing; what was done until one is refused stays done and is told."""
    done, left = list[int](), dict[int, str]()
    for step in steps:
        result = act(
            workspace, person_id, step, lambda found: Result(Kind.DONE, values={"cases": found.case_ids, "refused": found.refused})
        )
        if not result.is_done or result.values is None:
            return result if not done else Result(result.kind, result.words, values={"cases": tuple(done)})
        done += result.values["cases"]
        left |= result.values["refused"]
        if not result.values["cases"] and not result.values["refused"]:
            break
    words = text(f"incident.act.{name}", n=len(done))
    more = text("incident.act.not_done", n=len(left), why=say(next(iter(left.values())))) if left else ""
    return Result(Kind.DONE, " ".join(part for part in (words, more) if part), values={"cases": tuple(done)})
