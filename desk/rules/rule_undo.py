"""What a rule did is taken back: whatever still stands as the rule left it. What people changed since is theirs, and stays."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session

from desk import audit
from desk.access import cases_to_change
from desk.cases import hands, upkeep
from desk.errors import Invalid, NotFound
from desk.labels import triage
from desk.people import people
from desk.rules.rule_deciding import Entry
from desk.rules.rule_firing import done
from desk.rules.rule_parts import Act
from desk.settings import DeskSettings
from storage.models import Case, CaseTag, Mention, MentionTag, Note, Person, Reply, Rule, RuleFiring
from storage.words import CaseStatus

CHUNK = 25
"""How many firings are undone in one transaction: nobody else can write to a SQLite file meanwhile."""


@dataclass(frozen=True, slots=True)
class Undone:
    """Which acts of one firing were put back, and which could not be, since somebody changed them. `case_id`: the case that it concerns now."""

    firing_id: int
    put_back: tuple[Act, ...]
    kept: tuple[Act, ...]
    case_id: int | None = None


@dataclass(frozen=True, slots=True)
class UndoneAll:
    """Of one chunk: how many firings were undone, how many acts stayed as people had left them, and how many firings are left to undo."""

    undone: int = 0
    kept: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class _Act:
    """A firing that is being undone, with its mention and its case, locked."""

    firing: RuleFiring
    mention: Mention
    case: Case | None
    now: datetime


def undo_firing(session: Session, firing_id: int, *, by: Person, settings: DeskSettings, now: datetime) -> Undone:
    """Put back what a rule did to one mention, as far as it still stands. A mention that it muted becomes a case, if its labels ask for one.

    The rule does not fire on this mention again. Raises NotAllowed, NotFound, and Invalid for what was undone before.
    """
    people.require(by, people.LEADS)
    act = _begin(session, firing_id, now=now)
    put_back: list[Act] = []
    kept: list[Act] = []
    for name, entry in done(act.firing.did).items():
        has_put_back = UNDO[Act(name)](session, act, entry)
        (put_back if has_put_back else kept).append(Act(name))
    act.firing.undone_at, act.firing.undone_by_id = now, by.id
    session.flush()
    if Act.MUTE in put_back and act.mention.deleted_at is None:
        triage.follow(session, act.mention, settings=settings, now=now)
    if put_back:
        concerned = {act.firing.case_id, act.mention.case_id}
        upkeep.renew_all(session, [case for case_id in concerned if case_id and (case := session.get(Case, case_id))], settings=settings)
    _record(session, act, put_back, by=by, now=now)
    return Undone(firing_id, tuple(put_back), tuple(kept), act.mention.case_id)


def undo_all(
    session: Session,
    rule_id: int,
    *,
    since: datetime,
    until: datetime,
    by: Person,
    settings: DeskSettings,
    now: datetime,
    limit: int = CHUNK,
) -> UndoneAll:
    """The same for a rule gone wrong: the next `limit` of what it did from `since` to `until`, the newest first.

    Called again, each time in a transaction of its own, until nothing is left; `until` stays the same, so that this comes to an end.
    """
    people.require(by, people.LEADS)
    theirs = (RuleFiring.rule_id == rule_id) & RuleFiring.undone_at.is_(None) & (RuleFiring.at >= since) & (RuleFiring.at <= until)
    ids = session.scalars(select(RuleFiring.id).where(theirs).order_by(RuleFiring.at.desc(), RuleFiring.id.desc()).limit(limit)).all()
    told = UndoneAll()
    # In the order in which triage locks mentions: two that undo, or one of them and triage, wait for each other in no circle.
    for firing_id in sorted(ids):
        undone = undo_firing(session, firing_id, by=by, settings=settings, now=now)
        told = replace(told, undone=told.undone + 1, kept=told.kept + len(undone.kept))
    return replace(told, left=session.scalar(select(func.count()).select_from(RuleFiring).where(theirs)) or 0)


def _begin(session: Session, firing_id: int, *, now: datetime) -> _Act:
    mention_id = session.scalar(select(RuleFiring.mention_id).where(RuleFiring.id == firing_id))
    if mention_id is None:
        raise NotFound("There is no such entry in the log of rules")
    found = select(Mention).where(Mention.id == mention_id).with_for_update(key_share=True)
    mention = session.scalars(found.execution_options(populate_existing=True)).one()
    fired = select(RuleFiring).where(RuleFiring.id == firing_id).with_for_update()
    firing = session.scalars(fired.execution_options(populate_existing=True)).one()
    if firing.undone_at is not None:
        raise Invalid("This was undone already")
    # Its post may have gone to another case since.
    locked = cases_to_change(session, [case_id for case_id in (firing.case_id, mention.case_id) if case_id is not None])
    return _Act(firing, mention, locked.get(firing.case_id or 0), now)


def _tags(session: Session, act: _Act, entry: Entry) -> bool:
    put = entry["after"]
    on_mention = (
        (MentionTag.mention_id == act.mention.id) & MentionTag.tag_id.in_(put["mention"]) & (MentionTag.rule_id == act.firing.rule_id)
    )
    on_case = (CaseTag.case_id == act.firing.case_id) & CaseTag.tag_id.in_(put["case"]) & (CaseTag.rule_id == act.firing.rule_id)
    gone = [
        *session.scalars(delete(MentionTag).where(on_mention).returning(MentionTag.tag_id).execution_options(synchronize_session=False)),
        *session.scalars(delete(CaseTag).where(on_case).returning(CaseTag.tag_id).execution_options(synchronize_session=False)),
    ]
    return len(gone) == len(put["mention"]) + len(put["case"])


def _team(_session: Session, act: _Act, entry: Entry) -> bool:
    if act.case is None or act.case.team_id != entry["after"]:
        return False
    act.case.team_id = entry["before"]
    return True


def _urgency(session: Session, act: _Act, entry: Entry) -> bool:
    mention = act.mention
    if mention.ruled_by_id != act.firing.rule_id or mention.ruled_urgency != entry["after"]:
        return False
    mention.ruled_urgency = mention.ruled_by_id = None
    session.flush()
    return True


def _assign(session: Session, act: _Act, entry: Entry) -> bool:
    """Unless somebody else has it now, or has begun to work on it."""
    case = act.case
    if case is None or (case.assignee_id, case.claim_no) != (entry["after"], entry["claim_no"]) or case.status == CaseStatus.CLOSED:
        return False
    replies = exists().where(Reply.case_id == case.id)
    notes = exists().where(Note.case_id == case.id, Note.person_id == entry["after"])
    if session.scalar(select(replies | notes)):
        return False
    hands.give_back(session, case, now=act.now)
    if case.status == CaseStatus.OPEN and case.answered_at is None:
        case.status, case.claimed_at = CaseStatus.NEW, None
    return True


def _mute(_session: Session, act: _Act, _entry: Entry) -> bool:
    if act.mention.muted_by_id != act.firing.rule_id or act.mention.case_id is not None:
        return False
    act.mention.muted_by_id = None
    return True


UNDO: Mapping[Act, Callable[[Session, _Act, Entry], bool]] = {
    Act.TAGS: _tags,
    Act.TEAM: _team,
    Act.URGENCY: _urgency,
    Act.ASSIGN: _assign,
    Act.MUTE: _mute,
}


def _record(session: Session, act: _Act, put_back: list[Act], *, by: Person, now: datetime) -> None:
    name = session.get_one(Rule, act.firing.rule_id).name
    told = {"rule": name, "acts": [one.value for one in put_back]}
    audit.record(session, "rule_undone", now=now, by=by, case_id=act.mention.case_id, subject=f"mention {act.mention.id}", **told)
