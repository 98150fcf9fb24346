"""Rules at work: what fits a mention that was just labelled is decided, carried out and written down, once for each rule and mention."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Row, bindparam, func, select, update
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from desk.alerts import notices
from desk.cases.opening import live_case_of
from desk.intake.worth import AtHand
from desk.labels.standing import Standings
from desk.rules import rule_deciding, rule_set
from desk.rules.rule_deciding import CaseState, Decided, Did, Entry, Room, is_done
from desk.rules.rule_matching import Heard
from desk.rules.rule_parts import Act, Acts
from desk.rules.rule_set import RuleSet
from storage.dialect import among, insert_all, insert_new
from storage.models import Audit, Author, Case, CaseTag, Mention, MentionTag, Promise, RuleFiring
from storage.models.order import STANDING
from storage.types import Instant
from storage.words import CaseStatus, NoticeKind, Question

VERBS: Mapping[str, str] = {Act.TAGS: "rule_tag", Act.TEAM: "rule_team", Act.URGENCY: "rule_urgency", Act.ASSIGN: "rule_assign"}
"""What each act is called in the record of a case."""

CASES = Case.__table__
CHANGED = update(CASES).where(CASES.c.id == bindparam("key")).values(team_id=bindparam("team"), version=CASES.c.version + 1)
GIVEN = (
    update(CASES)
    .where(CASES.c.id == bindparam("key"))
    .values(
        assignee_id=bindparam("person"),
        claim_no=bindparam("no"),
        claimed_at=func.coalesce(CASES.c.claimed_at, bindparam("now", type_=Instant())),
        status=sql_case((CASES.c.status == CaseStatus.NEW, CaseStatus.OPEN), else_=CASES.c.status),
    )
)
PROMISED = update(Promise.__table__).where(STANDING, Promise.__table__.c.case_id == bindparam("key")).values(person_id=bindparam("person"))
"""Nobody ever had the case, or it was given back: what was promised in it is for its owner to keep."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What rules decided about the mentions of one transaction."""

    rules: RuleSet
    decided: Mapping[int, Decided]


def decide(
    session: Session,
    mentions: Sequence[Mention],
    *,
    scopes: Mapping[int, Sequence[int]],
    theirs: Mapping[int, Standings],
    known: AtHand,
    own: Mapping[int, Collection[int]],
) -> Batch:
    """What rules say of mentions that were just labelled, before they become cases: urgency and muting come into force, the rest is decided later.

    The caller has locked the mentions. `scopes`: where each counts; `theirs`: what people said of its labels; `own`: its labels of the team's own.
    """
    rules = rule_set.enabled(session)
    if not rules.rules or not mentions:
        return Batch(rules, {})
    fired = _fired(session, [mention.id for mention in mentions])
    decided = {}
    for mention in mentions:
        heard = _heard(mention, known.writers[mention.author_id], scopes[mention.id], own.get(mention.id, ()))
        before = fired.get(mention.id, {})
        fitting = [rule for rule in rule_deciding.fitting(rules.rules, heard) if rule.id not in before]
        if fitting:
            is_named = Question.URGENCY in theirs.get(mention.id, {})
            decided[mention.id] = rule_deciding.before_case(
                heard, fitting, taken=_taken(before.values()), is_named=is_named, goes_on=partial(_goes_on, session, mention, known.authors)
            )
            _put(mention, decided[mention.id])
    stand = rule_set.as_they_stand(session, {rule.id: rule for one in decided.values() for rule in one.fitting}.values())
    for one in decided.values() if stand else ():
        one.fitting = [stand.get(rule.id, rule) for rule in one.fitting]
    return Batch(rules, decided)


def carry_out(session: Session, batch: Batch, mentions: Sequence[Mention], *, now: datetime) -> int:
    """The acts on cases and tags, in the order in which the mentions were written, each firing with what it did. Returns how many rules fired."""
    if not batch.decided:
        return 0
    concerned = [mention for mention in mentions if mention.id in batch.decided]
    for mention in concerned:
        if mention.case_id is not None and batch.decided[mention.id].muted_by is not None:
            mention.muted_by_id = None
            rule_deciding.unmute(batch.decided[mention.id])
    session.flush()
    states = _states(session, _cases(session, batch, concerned))
    tagged, room = _tagged(session, batch), _room(session, batch, now=now)
    for mention in concerned:
        state = states.get(mention.case_id) if mention.case_id is not None else None
        rule_deciding.with_case(batch.decided[mention.id], state, on_mention=tagged[mention.id], room=room)
    fired = _write(session, batch, concerned, now=now)
    _change(session, batch, concerned, states, now=now)
    return fired


def done(did: Did) -> dict[str, Entry]:
    """Of what a firing says, the acts that it did."""
    return {act: entry for act, entry in did.items() if is_done(entry)}


def _heard(mention: Mention, author: Author, scopes: Sequence[int], own: Collection[int]) -> Heard:
    return Heard.of(mention, handle=author.handle, reach=author.reach, scopes=scopes, own=own)


def _fired(session: Session, mention_ids: Sequence[int]) -> dict[int, dict[int, Did]]:
    """The rules that met these mentions before, with what of it stands: an edited text is no second chance for a rule."""
    found: dict[int, dict[int, Did]] = defaultdict(dict)
    columns = (RuleFiring.mention_id, RuleFiring.rule_id, RuleFiring.did, RuleFiring.undone_at)
    for row in session.execute(select(*columns).where(among(session, RuleFiring.mention_id, mention_ids))):
        found[row.mention_id][row.rule_id] = {} if row.undone_at else row.did
    return dict(found)


def _taken(before: Iterable[Did]) -> set[str]:
    return {act for did in before for act in done(did) if act != Act.TAGS}


def _goes_on(session: Session, mention: Mention, authors: set[int]) -> bool:
    return mention.case_id is not None or (mention.author_id in authors and live_case_of(session, mention) is not None)


def _put(mention: Mention, decided: Decided) -> None:
    if decided.urgent_by is not None:
        mention.ruled_urgency, mention.ruled_by_id = decided.urgency, decided.urgent_by.id
    if decided.muted_by is not None:
        mention.muted_by_id = decided.muted_by.id


def _cases(session: Session, batch: Batch, mentions: Sequence[Mention]) -> Sequence[Row[Any]]:
    """The cases that an act may change, locked. Their columns alone: a batch opens hundreds, and each is wide."""
    touching = {rule.id for one in batch.decided.values() for rule in one.fitting if _touches_case(rule.acts)}
    on_case = {m.case_id for m in mentions if m.case_id is not None and any(rule.id in touching for rule in _rules(batch, m))}
    if not on_case:
        return []
    columns: list[Any] = [Case.id, Case.team_id, Case.assignee_id, Case.claim_no, Case.status]
    locked = select(*columns).where(among(session, Case.id, sorted(on_case))).order_by(Case.id).with_for_update()
    return session.execute(locked).all()


def _rules(batch: Batch, mention: Mention) -> Sequence[rule_deciding.Ready]:
    return batch.decided[mention.id].fitting


def _touches_case(acts: Acts) -> bool:
    return bool(acts.tags) or acts.team is not None or acts.assign is not None


def _states(session: Session, locked: Sequence[Row[Any]]) -> dict[int | None, CaseState]:
    states: dict[int | None, CaseState] = {
        case.id: CaseState(case.id, case.team_id, case.assignee_id, case.claim_no, case.status != CaseStatus.CLOSED) for case in locked
    }
    on_cases = select(CaseTag.case_id, CaseTag.tag_id).where(among(session, CaseTag.case_id, [case.id for case in locked]))
    for row in session.execute(on_cases) if states else ():
        states[row.case_id].tags.add(row.tag_id)
    return states


def _tagged(session: Session, batch: Batch) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {mention_id: set() for mention_id in batch.decided}
    putting = sorted(m for m, decided in batch.decided.items() if any(rule.tags for rule in decided.fitting))
    on_mentions = select(MentionTag.mention_id, MentionTag.tag_id).where(among(session, MentionTag.mention_id, putting))
    for row in session.execute(on_mentions) if putting else ():
        found[row.mention_id].add(row.tag_id)
    return found


def _room(session: Session, batch: Batch, *, now: datetime) -> Room:
    """Counted once, for all that this batch gives."""
    return rule_set.room(session, {rule.id: rule for one in batch.decided.values() for rule in one.fitting}.values(), now=now)


def _write(session: Session, batch: Batch, mentions: Sequence[Mention], *, now: datetime) -> int:
    rows = [
        {
            "rule_id": rule.id,
            "version": rule.version,
            "mention_id": mention.id,
            "case_id": mention.case_id,
            "at": now,
            "did": batch.decided[mention.id].did[rule.id],
        }
        for mention in mentions
        for rule in _rules(batch, mention)
    ]
    return len(insert_new(session, RuleFiring.__table__, rows, key=("mention_id", "rule_id")))


def _change(session: Session, batch: Batch, mentions: Sequence[Mention], states: Mapping[int | None, CaseState], *, now: datetime) -> None:
    """What was decided is written; `states` are the cases as they are to be."""
    on_mentions, on_cases, acts = [], [], []
    changed: dict[int, bool] = {}
    for mention in mentions:
        for rule in _rules(batch, mention):
            for act, entry in done(batch.decided[mention.id].did[rule.id]).items():
                put = {"at": now, "person_id": None, "rule_id": rule.id}
                if act == Act.TAGS:
                    on_mentions += [{"mention_id": mention.id, "tag_id": tag_id, **put} for tag_id in entry["after"]["mention"]]
                    on_cases += [{"case_id": mention.case_id, "tag_id": tag_id, **put} for tag_id in entry["after"]["case"]]
                if mention.case_id is not None and act in VERBS:
                    changed[mention.case_id] = changed.get(mention.case_id, False) or act == Act.ASSIGN
                    acts.append(_recorded(batch.rules, mention.case_id, rule.name, act, entry, now=now))
    _change_cases(session, {case_id: is_given for case_id, is_given in changed.items() if case_id in states}, states, now=now)
    insert_new(session, MentionTag.__table__, on_mentions, key=("mention_id", "tag_id"))
    insert_new(session, CaseTag.__table__, on_cases, key=("case_id", "tag_id"))
    insert_all(session, Audit.__table__, acts)


def _change_cases(session: Session, changed: Mapping[int, bool], states: Mapping[int | None, CaseState], *, now: datetime) -> None:
    """`changed`: whether somebody was given the case. Nobody ever had it, so nothing that was written for it can be on its way."""
    if not changed:
        return
    rows = [{"key": case_id, "team": states[case_id].team_id} for case_id in sorted(changed)]
    session.connection().execute(CHANGED, rows)
    given = [states[case_id] for case_id in sorted(changed) if changed[case_id]]
    if given:
        session.connection().execute(GIVEN, [{"key": one.id, "person": one.assignee_id, "no": one.claim_no, "now": now} for one in given])
        session.connection().execute(PROMISED, [{"key": one.id, "person": one.assignee_id} for one in given])
    for one in given:
        to = [one.assignee_id or 0]
        notices.tell(session, to, NoticeKind.HANDED_OVER, key=f"rule case {one.id} {one.claim_no}", now=now, case_id=one.id)
    for case_id in changed:
        held = session.identity_map.get(identity_key(Case, case_id))
        if held is not None:
            session.expire(held)


def _recorded(rules: RuleSet, case_id: int, name: str, act: str, entry: Entry, *, now: datetime) -> dict[str, Any]:
    told: dict[str, Any] = {"rule": name}
    if act == Act.TAGS:
        put = sorted({*entry["after"]["case"], *entry["after"]["mention"]})
        told |= {"tags": ", ".join(rules.tags[tag_id] for tag_id in put)}
    elif act == Act.TEAM:
        told |= {"team": rules.teams[entry["after"]]}
    elif act == Act.ASSIGN:
        told |= {"to": entry["after"]}
    else:
        told |= {"urgency": entry["after"]}
    return {"at": now, "person_id": None, "verb": VERBS[act], "case_id": case_id, "subject": "", "detail": told}
