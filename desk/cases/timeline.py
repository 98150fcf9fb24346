"""The record of a case in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storage.models import Audit, Person

SYSTEM = "Careline"
LONGEST = 200

WORDS: Mapping[str, str] = {
    "open": "opened the case",
    "open_by_hand": "made this a case",
    "join": "the customer wrote again",
    "relabel": "the labels changed",
    "correct": "corrected {question} from {was} to {label}",
    "withdraw": "took a correction back: {question} is {label}",
    "confirm": "said that the labels are right",
    "claim": "claimed it",
    "release": "gave it back to the queue",
    "hand_over": "handed it over to {to}",
    "take_over": "took it over from {was}",
    "deal": "gave it to {to}",
    "promise": "promised something by {until}",
    "promise_changed": "changed the promise: by {until}",
    "promise_kept": "kept the promise",
    "promise_cancelled": "cancelled the promise",
    "promise_due": "a promise is due",
    "returned": "gave it back to the team: {was} is away",
    "snooze": "put it off until {until}",
    "note": "wrote a note",
    "note_removed": "removed a note of theirs",
    "team": "gave it to the team {team}",
    "bulk_undo": "took back what was done to many cases at once: {act}",
    "tag": "put on {names}",
    "untag": "took off {names}",
    "reply": "sent a reply",
    "undo": "took the reply back",
    "retry": "tried the reply again",
    "recall": "the reply became a draft: the case was claimed before it was sent",
    "sent": "the reply stands on the platform",
    "send_later": "the platform asks to wait: {reason}",
    "failed": "the reply failed: {reason}",
    "by_hand": "the reply waits to be posted by hand: {reason}",
    "uncertain": "the reply may or may not stand there",
    "absent": "the reply was looked for and is not there",
    "settle": "decided whether the reply stands there",
    "prove": "gave the link of the answer",
    "answered_elsewhere": "our account answered in the platform's own app",
    "close": "closed it: {outcome}",
    "reopen": "reopened it",
    "confirm_solved": "the customer confirmed that it is solved",
    "held": "it held: quiet for {days} days",
    "complete": "filled in what the cause was",
    "come_back": "the case came back: the customer wrote again",
    "call_back": "the reply became a draft: {reason}",
    "approval_asked": "asked for approval of a reply",
    "approval_approved": "approved the reply",
    "approval_sent_back": "sent the reply back: {words}",
    "approval_withdrawn": "the reply waits for no approval any more",
    "rewording_asked": "asked for approval of a new wording",
    "rewording_approved": "approved the new wording",
    "rewording_sent_back": "sent the new wording back: {words}",
    "rewording_withdrawn": "the new wording waits for no approval any more",
    "do_not_contact": "wrote down that the customer asked us to stop: {reason}",
    "shield": "it may be abusive: volunteers and leads see it first",
    "shield_lifted": "nobody who takes abusive posts is on shift: everybody sees it",
    "escalate": "marked it as a matter of {kind}",
    "unescalate": "took the mark {was_kind} off",
    "merge": "merged it into case {into}",
    "absorb": "took in case {merged}",
    "rule_tag": "rule “{rule}” put the tag {tags}",
    "rule_team": "rule “{rule}” gave it to the team {team}",
    "rule_urgency": "rule “{rule}” set the urgency to {urgency}",
    "rule_assign": "rule “{rule}” gave it to {to}",
    "rule_undone": "took back what the rule “{rule}” did",
    "split": "split off case {into}",
    "split_off": "split it off from case {of}",
    "moved": "it goes on elsewhere: {channel}, {reference}",
    "attach": "added a picture to the draft",
    "detach": "removed a picture from the draft",
    "describe_picture": "described a picture",
    "ask_take_back": "asked to take the answer back",
    "ask_correct": "asked to correct the answer",
    "taken_back": "the answer was taken back on the platform",
    "corrected": "the answer was corrected on the platform",
    "incident_attached": "took it into the incident “{name}”",
    "incident_detached": "took it out of the incident “{name}”",
    "incident_left": "it came back from the incident “{name}”: the customer wrote something else",
    "told": "told the customer, as all of the incident",
    "told_stopped": "stopped the reply before it was sent",
    "change_failed": "the answer stands as it was: {reason}",
    "change_later": "the platform asks to wait with the change: {reason}",
}

PEOPLE = ("to", "was")
"""Details that hold a person's id in the acts that pass a case on."""

INTERNAL = frozenset({"words"})
"""Details that hold what one colleague said to another."""


OF_CASE = (
    select(Audit, Person.name)
    .outerjoin(Person, Person.id == Audit.person_id)
    .where(Audit.case_id == bindparam("case_id"))
    .order_by(Audit.id.desc())
    .limit(LONGEST)
)
"""Built once: every look at a case asks it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One act: when, by whom, what."""

    at: datetime
    person: str
    words: str


def timeline(session: Session, case_id: int, *, may_see: bool = True) -> tuple[Entry, ...]:
    """The last acts on a case, oldest first. Unless `may_see` without what colleagues said to each other: that is no less internal than a note."""
    acts = session.execute(OF_CASE, {"case_id": case_id}).all()
    names, but = _names(session, [act for act, _ in acts]), frozenset() if may_see else INTERNAL
    return tuple(Entry(act.at, person or SYSTEM, _words(act, names, but=but)) for act, person in reversed(acts))


def _names(session: Session, acts: list[Audit]) -> dict[int, str]:
    ids = {act.detail.get(name) for act in acts for name in PEOPLE if isinstance(act.detail.get(name), int)}
    return {row.id: row.name for row in session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))} if ids else {}


def _words(act: Audit, names: Mapping[int, str], *, but: frozenset[str]) -> str:
    shown = {name: value for name, value in act.detail.items() if name not in but}
    told: dict[str, Any] = {name: names.get(value, value) if name in PEOPLE else value for name, value in shown.items()}
    told |= {name: str(told[name]).replace("_", " ") for name in ("question",) if name in told}
    template = WORDS.get(act.verb, act.verb.replace("_", " "))
    return template.format_map(_Told(told))


class _Told(dict[str, Any]):
    """A detail that today's words name may be missing: an older version kept none, or it is not for this reader."""

    def __missing__(self, key: str) -> str:
        return "…"
