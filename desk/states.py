"""Which state may follow which, and the groups of states that rules speak of. Said once, used everywhere."""

from collections.abc import Mapping

from desk.errors import Invalid
from storage.models import Reply
from storage.words import CaseStatus, ReplyState, Role

WAITING = (CaseStatus.NEW, CaseStatus.OPEN)
"""A customer waits for us: these cases stand in the queue."""

LIVE = (CaseStatus.NEW, CaseStatus.OPEN, CaseStatus.PENDING, CaseStatus.ON_HOLD)
"""Not closed."""

UNDER_WAY = (ReplyState.QUEUED, ReplyState.SENDING, ReplyState.UNCERTAIN, ReplyState.BY_HAND)
"""A reply that has left the editor and whose end is not known yet: no second one to the same mention, and no closing."""

AFTER: Mapping[ReplyState, frozenset[ReplyState]] = {
    ReplyState.DRAFT: frozenset({ReplyState.QUEUED, ReplyState.BY_HAND, ReplyState.CANCELLED}),
    ReplyState.QUEUED: frozenset({ReplyState.SENDING, ReplyState.DRAFT, ReplyState.CANCELLED, ReplyState.SENT}),
    ReplyState.SENDING: frozenset({ReplyState.SENT, ReplyState.QUEUED, ReplyState.FAILED, ReplyState.UNCERTAIN, ReplyState.BY_HAND}),
    ReplyState.UNCERTAIN: frozenset({ReplyState.SENT, ReplyState.FAILED, ReplyState.QUEUED}),
    ReplyState.FAILED: frozenset({ReplyState.QUEUED, ReplyState.DRAFT, ReplyState.SENT}),
    ReplyState.BY_HAND: frozenset({ReplyState.SENT, ReplyState.DRAFT}),
    ReplyState.SENT: frozenset(),
    ReplyState.CANCELLED: frozenset(),
}
"""Where a reply may go from each state. `uncertain → queued` is a person's decision after a look that found nothing; `failed → sent` and
`queued → sent` are late news of an earlier attempt."""

RECALLABLE = frozenset(state for state in AFTER if ReplyState.DRAFT in AFTER[state])
"""A reply that a person may take back into the editor: nothing of it can be on its way."""

ABSENT = "absent"
"""The `proof` of an uncertain reply that was looked for and is surely not on its platform."""

CARE = frozenset({Role.AGENT, Role.LEAD, Role.ADMIN})
"""May work on cases."""

LABELS = CARE | {Role.MARKETER}
"""May say what a post is: those who answer it, and those who read the trends that its labels make."""

LEADS = frozenset({Role.LEAD, Role.ADMIN})
"""May act on a case that somebody else has: release it, hand it over, take it over."""

EXPORTS = LEADS | {Role.MARKETER}
"""May take cases away as a file."""

FEEDS = frozenset({Role.OPS, Role.ADMIN, Role.LEAD})
"""May change what is listened to."""

MONEY = frozenset({Role.OPS, Role.ADMIN})
"""May spend more for a day than the budget lets go on."""

READ = frozenset(Role)
"""Everybody who works here."""


def become(reply: Reply, to: ReplyState) -> None:
    """Move a reply to another state. Raises Invalid for a way that there is not."""
    if to not in AFTER[reply.state]:
        raise Invalid(f"A reply that is {words(reply.state)} cannot become {words(to)}")
    reply.state = to


def words(state: ReplyState | CaseStatus) -> str:
    return state.value.replace("_", " ")
