"""Short ways to a second reader, for tests whose subject is something else."""

from typing import Any

from sqlalchemy.orm import Session

from desk.replies import approvals
from storage.models import Approval, Case, Person
from tests.support.desk import NOON, Shop, number, person


def learner(session: Session, name: str = "Lu Early") -> Person:
    """Somebody new, whose replies are read first."""
    new = person(session, name)
    new.is_learning = True
    session.flush()
    return new


def ask(session: Session, case: Case, shop: Shop, by: Person, text: str = "On its way", *, key: str = "", **other: Any) -> Approval:
    """Ask from a form that shows all there is, unless told otherwise."""
    told = {"now": NOON, "seen_mention_id": case.latest_mention_id, **other}
    return approvals.ask(session, case.id, text=text, key=key or f"key {number()}", account_id=shop.account.id, by=by, **told)
