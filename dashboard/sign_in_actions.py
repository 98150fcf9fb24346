"""Signing in and out: the transactions behind the cookie."""

import logging

from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError

from dashboard.actions import Kind, Result, refused
from dashboard.identity import Claim
from dashboard.openid import Problem, Refused
from dashboard.texts import text
from dashboard.workspace import Workspace
from desk import errors
from desk.people import admission, people, sign_ins
from desk.people.admission import Said

log = logging.getLogger(__name__)

BY_NAME, BY_OPENID = "name", "openid"
TRIES = 3
"""Two newcomers at the same moment may want the same initials."""


def sit_down(workspace: Workspace, person_id: int, *, instead_of: Claim | None) -> Result:
    """Sign in whoever picked their name; `values` holds the token. Who sat in this browser before is signed out of it."""
    try:
        with workspace.database.write() as session:
            person, now = people.active(session, person_id), workspace.now()
            token = sign_ins.begin(session, person, way=BY_NAME, now=now)
            if instead_of is not None:  # later, so that who signs in anew was never away
                sign_ins.end(session, instead_of.token, now=now)
    except errors.DeskError as error:
        return refused(error)
    except (OperationalError, InterfaceError):
        log.exception("a sign-in could not be stored")
        return Result(Kind.BUSY, text("act.busy"))
    workspace.signed_in.forget()
    return Result(Kind.DONE, values={"person": person_id, "token": token})


def admit(workspace: Workspace, said: Said, *, instead_of: Claim | None) -> Claim:
    """Sign in whom the provider named. Raises Refused."""
    for _ in range(TRIES):
        try:
            return _admitted(workspace, said, instead_of)
        except IntegrityError:
            log.info("two newcomers at once: once more")
        except errors.NotAllowed:
            raise Refused(Problem.LEFT) from None
        except (OperationalError, InterfaceError):
            log.exception("a sign-in could not be stored")
            break
    raise Refused(Problem.BUSY)


def _admitted(workspace: Workspace, said: Said, instead_of: Claim | None) -> Claim:
    given = workspace.settings.sign_in
    with workspace.database.write() as session:
        now = workspace.now()
        person = admission.admit(session, said, mapping=given.roles if given else {}, now=now)
        claim = Claim(person.id, sign_ins.begin(session, person, way=BY_OPENID, now=now)) if person else None
        if instead_of is not None:  # later, so that who signs in anew was never away
            sign_ins.end(session, instead_of.token, now=now)
    workspace.signed_in.forget()
    if claim is None:
        raise Refused(Problem.STRANGER)
    return claim


def stand_up(workspace: Workspace, claim: Claim | None) -> Result:
    """Sign this browser out: its cookie opens nothing from now on, also a copy of it."""
    try:
        if claim is not None:
            with workspace.database.write() as session:
                sign_ins.end(session, claim.token, now=workspace.now())
            workspace.signed_in.forget()
    except (OperationalError, InterfaceError):
        log.exception("a sign-out could not be stored")
        return Result(Kind.BUSY, text("act.busy"))
    return Result(Kind.DONE)
