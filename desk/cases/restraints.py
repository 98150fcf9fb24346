"""What restrains an answer to one case, told before somebody writes it: a hold over all replies, four eyes, labels, a blocked author."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from desk.cases import escalations
from desk.replies import approvals, switches
from desk.replies.approvals import ApprovalView
from desk.replies.switches import Switch, Turned
from storage.models import Author, Case, Person
from storage.words import ApprovalReason, Escalation


@dataclass(frozen=True, slots=True)
class Restraints:
    """`needs`: why a second person must read what this reader would answer. `approval`: the draft that waits for that, or was sent back.

    `may_take_off`: this reader may take the escalation label off. `correction`: the same of other words for an answer that stands there.
    """

    needs: ApprovalReason | None
    approval: ApprovalView | None
    correction: ApprovalView | None
    held: Turned | None
    escalation: Escalation | None
    may_take_off: bool
    is_blocked: bool
    blocked_reason: str
    may_approve: bool

    @property
    def waiting(self) -> ApprovalView | None:
        """What waits now: there is one at a time."""
        return next((found for found in (self.approval, self.correction) if found and found.waits), None)


def of_case(session: Session, case: Case, author: Author, *, by: Person) -> Restraints:
    return Restraints(
        needs=approvals.required(session, case, by=by),
        approval=approvals.of_case(session, case.id),
        correction=approvals.correction_of_case(session, case.id),
        held=switches.standing(session).get(Switch.REPLIES_HELD),
        escalation=case.escalation,
        may_take_off=escalations.may_take_off(session, case.escalation, by=by),
        is_blocked=author.blocked_at is not None,
        blocked_reason=author.blocked_reason,
        may_approve=approvals.may_approve(by),
    )
