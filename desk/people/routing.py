"""Which case somebody is given: the most pressing one that they may take. The whole rule in words: docs/shifts.md."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, false, func, not_, or_, select, true
from sqlalchemy.orm import Session

from desk import audit
from desk.access import cases_to_change
from desk.alerts import notices
from desk.cases import hands
from desk.errors import Invalid, NotFound
from desk.people import people, teams
from desk.people.exposure import WEEK
from desk.queue.filters import QueueFilter, next_unclaimed
from desk.settings import DeskSettings
from storage.dialect import among
from storage.models import Bulk, Case, CaseTag, Exposure, Person, PersonRole, Reply, Tag
from storage.models.cases import WAITING
from storage.search import fold
from storage.words import CaseStatus, NoticeKind, Shift, SkillKind

SAME_AGAIN = timedelta(minutes=10)
"""So long a case is kept for the colleague who answered this customer before, while they are on shift and below their limit."""

MOST_DEALT = 100
"""Cases that are dealt in one act: it is one transaction, and others wait for it."""


@dataclass(frozen=True, slots=True)
class Taker:
    """What decides which cases somebody may be given; two with the same are given the same ones. Empty: everything of that kind.

    `topics` are ids of tags that they take, `all_topics` of tags that anybody takes. `is_lead`: is given what is overdue, whatever its team or skill.
    """

    is_lead: bool
    takes_shielded: bool
    teams: frozenset[int]
    languages: frozenset[str]
    sources: frozenset[str]
    topics: frozenset[int]
    all_topics: frozenset[int] = field(default_factory=frozenset)

    def may(self, session: Session, *, now: datetime) -> ColumnElement[bool]:
        """The condition on `case_`."""
        theirs = and_(
            or_(Case.team_id.is_(None), among(session, Case.team_id, sorted(self.teams))),
            _speaks(session, self.languages),
            among(session, Case.source, sorted(self.sources)) if self.sources else true(),
            self._knows(session),
        )
        shield = true() if self.takes_shielded else or_(Case.shielded_until.is_(None), Case.shielded_until <= now)
        return and_(or_(Case.answer_by <= now, theirs) if self.is_lead else theirs, shield)

    def _knows(self, session: Session) -> ColumnElement[bool]:
        if not self.topics:
            return true()
        return or_(_is_about(session, self.topics), not_(_is_about(session, self.all_topics)))


def _speaks(session: Session, languages: frozenset[str]) -> ColumnElement[bool]:
    if not languages:
        return true()
    return or_(Case.language.is_(None), among(session, Case.language, sorted(languages)))


def _is_about(session: Session, tag_ids: frozenset[int]) -> ColumnElement[bool]:
    return exists().where(CaseTag.case_id == Case.id, among(session, CaseTag.tag_id, sorted(tag_ids)))


@dataclass(frozen=True, slots=True)
class Dealt:
    """What was dealt in one act: how many cases to each person. `id` takes it back."""

    id: int
    given: dict[int, int]

    @property
    def cases(self) -> int:
        return sum(self.given.values())


def next_for(session: Session, shown: QueueFilter, *, by: Person, settings: DeskSettings | None = None, now: datetime) -> int | None:
    """The case that this person is given next, locked; None when there is none for them.

    Raises Invalid when they are not on shift, or have as many open cases as they may.
    """
    # Locked, so that two windows of one person do not both see room for one more. Not the full lock: rows refer to a person.
    found = select(Person).where(Person.id == by.id).with_for_update(key_share=True).execution_options(populate_existing=True)
    person = session.scalars(found).one()
    _require_on_shift(person)
    _require_room(session, person, now=now)
    case_id = _next(session, shown, person, settings=settings, now=now)
    if case_id is not None:
        person.given_at = now
    return case_id


def _require_on_shift(person: Person) -> None:
    if person.shift is Shift.BREAK:
        raise Invalid("You are on a break: end it to be given cases")
    if person.shift is Shift.OFF:
        raise Invalid("You are not on shift: begin it to be given cases")


def _require_room(session: Session, person: Person, *, now: datetime) -> None:
    if person.open_limit is None:
        return
    load = hands.loads(session, [person.id], now=now)[person.id]
    if load >= person.open_limit:
        raise Invalid(f"{load} cases wait for you and your limit is {person.open_limit}: answer one, hand one over or give one back first")


def _next(session: Session, shown: QueueFilter, person: Person, *, settings: DeskSettings | None, now: datetime) -> int | None:
    (taker,) = takers(session, [person]).values()
    spared = _spared(session, settings, now=now)
    fitting = taker.may(session, now=now), _not_kept(session, person.id, spared, now=now), _bearable(session, person.id, spared, now=now)
    return next_unclaimed(session, shown, *fitting, now=now)


def _not_kept(session: Session, person_id: int, spared: Collection[int], *, now: datetime) -> ColumnElement[bool]:
    """Not a case that is kept for somebody else who could take it."""
    free = _with_room(session, but=person_id, now=now)
    if not free:
        return true()
    kept = among(session, Case.preferred_id, free)
    if spared:
        kept = and_(kept, or_(not_(Case.abusive), not_(among(session, Case.preferred_id, sorted(spared)))))
    return or_(Case.preferred_id.is_(None), not_(kept), Case.waiting_since <= now - SAME_AGAIN)


def _spared(session: Session, settings: DeskSettings | None, *, now: datetime) -> frozenset[int]:
    """Who has read more abusive posts in seven days than anybody should; told to nobody."""
    if settings is None or not settings.exposure:
        return frozenset()
    counted = select(Exposure.person_id).where(Exposure.at > now - WEEK).group_by(Exposure.person_id)
    above = select(Person.id).where(Person.counts_exposure, Person.id.in_(counted.having(func.count() > settings.exposure_limit)))
    return frozenset(session.scalars(above))


def _bearable(session: Session, person_id: int, spared: Collection[int], *, now: datetime) -> ColumnElement[bool]:
    """Not an abusive case, for who is spared, where somebody else has room for it and may take it."""
    if person_id not in spared:
        return true()
    others = hands.people_of(session, set(_with_room(session, but=person_id, now=now)) - set(spared))
    theirs = or_(false(), *[taker.may(session, now=now) for taker in set(takers(session, others.values()).values())])
    return not_(and_(Case.abusive, theirs))


def _with_room(session: Session, *, but: int, now: datetime) -> list[int]:
    caring = select(PersonRole.person_id).where(PersonRole.role.in_(people.CARE))
    here = select(Person.id, Person.open_limit).where(Person.active, Person.shift == Shift.ON, Person.id != but, Person.id.in_(caring))
    limits = {row.id: row.open_limit for row in session.execute(here)}
    loads = hands.loads(session, [person_id for person_id, limit in limits.items() if limit is not None], now=now)
    return sorted(person_id for person_id, limit in limits.items() if limit is None or loads[person_id] < limit)


def takers(session: Session, persons: Collection[Person]) -> dict[int, Taker]:
    """What each of these people may be given."""
    ids = [person.id for person in persons]
    skills, member_of = teams.skills_of(session, ids), teams.teams_of(session, ids)
    named = _tag_ids(session, teams.topics(session)) if any(SkillKind.TOPIC in theirs for theirs in skills.values()) else {}
    every_topic = frozenset(named.values())
    return {
        person.id: Taker(
            is_lead=bool(people.roles_of(person) & people.LEADS),
            takes_shielded=person.takes_abuse or bool(people.roles_of(person) & people.LEADS),
            teams=member_of[person.id],
            languages=skills[person.id].get(SkillKind.LANGUAGE, frozenset()),
            sources=skills[person.id].get(SkillKind.SOURCE, frozenset()),
            topics=frozenset(named[fold(name)] for name in skills[person.id].get(SkillKind.TOPIC, ()) if fold(name) in named),
            all_topics=every_topic,
        )
        for person in persons
    }


def _tag_ids(session: Session, names: frozenset[str]) -> dict[str, int]:
    """The tag that each name stands for now, by the folded name: one that was merged reads as the other."""
    folded = sorted({fold(name) for name in names})
    found = session.execute(select(Tag.folded, func.coalesce(Tag.merged_into_id, Tag.id)).where(among(session, Tag.folded, folded)))
    return {row[0]: row[1] for row in found}


def deal(session: Session, *, by: Person, settings: DeskSettings | None = None, now: datetime) -> Dealt:
    """Give the cases that wait and that nobody has to those on shift, each time to whom the fewest wait for, within limits, teams and skills.

    At most `MOST_DEALT` of them. Raises Invalid when nobody is on shift.
    """
    people.require(by, people.LEADS)
    persons = _locked_on_shift(session)
    if not persons:
        raise Invalid("Nobody is on shift")
    loads = hands.loads(session, list(persons), now=now)
    spared = _spared(session, settings, now=now)
    bearable = {person_id: _bearable(session, person_id, spared, now=now) for person_id in persons}
    mays = {one: and_(taker.may(session, now=now), bearable[one]) for one, taker in takers(session, persons.values()).items()}
    given: dict[int, tuple[int, int, bool]] = {}
    open_to = set(persons)
    while len(given) < MOST_DEALT and (to := _least(persons, loads, open_to)) is not None:
        case_id = next_unclaimed(session, QueueFilter(), mays[to.id], _not_kept(session, to.id, spared, now=now), now=now)
        if case_id is None:
            open_to.discard(to.id)
            continue
        given[case_id] = _give(session, case_id, to, by=by, now=now)
        loads[to.id] += 1
    return _told(session, given, by=by, now=now)


def _locked_on_shift(session: Session) -> dict[int, Person]:
    ids = [person.id for person in hands.on_shift(session)]
    locked = select(Person).where(among(session, Person.id, ids), Person.shift == Shift.ON).order_by(Person.id)
    found = session.scalars(locked.with_for_update(key_share=True).execution_options(populate_existing=True))
    return {person.id: person for person in found}


def _least(persons: dict[int, Person], loads: dict[int, int], open_to: Collection[int]) -> Person | None:
    """Of those who still have room, the one for whom the fewest cases wait; of several who was given nothing for longest."""
    free = [person for person in persons.values() if person.id in open_to and _has_room(person, loads[person.id])]
    return min(free, key=lambda person: (loads[person.id], person.given_at or person.created_at, person.id), default=None)


def _has_room(person: Person, load: int) -> bool:
    return person.open_limit is None or load < person.open_limit


def _give(session: Session, case_id: int, to: Person, *, by: Person, now: datetime) -> tuple[int, int, bool]:
    case = cases_to_change(session, [case_id])[case_id]
    was_new = case.claimed_at is None
    hands.give(session, case, to, now=now, reason=f"given to {to.name} before it was sent")
    to.given_at = now
    audit.record(session, "deal", now=now, by=by, case_id=case_id, to=to.id, claim_no=case.claim_no)
    session.flush()
    return to.id, case.claim_no, was_new


def _told(session: Session, given: dict[int, tuple[int, int, bool]], *, by: Person, now: datetime) -> Dealt:
    bulk = Bulk(person_id=by.id, verb="deal", at=now, did={str(case_id): list(what) for case_id, what in given.items()})
    session.add(bulk)
    session.flush()
    counted: dict[int, int] = {}
    for case_id, (person_id, _, _) in given.items():
        if person_id not in counted:
            notices.tell(session, [person_id], NoticeKind.HANDED_OVER, key=f"deal {bulk.id}", now=now, case_id=case_id, by=by)
        counted[person_id] = counted.get(person_id, 0) + 1
    return Dealt(bulk.id, counted)


def undo_deal(session: Session, bulk_id: int, *, by: Person, now: datetime) -> int:
    """Take back what was dealt in one act, but for cases that somebody has begun to answer or that went on to others. Returns how many."""
    people.require(by, people.LEADS)
    bulk = session.scalar(select(Bulk).where(Bulk.id == bulk_id, Bulk.verb == "deal").with_for_update())
    if bulk is None:
        raise NotFound("Nothing like this was dealt")
    if bulk.undone_at is not None:
        raise Invalid("This was taken back already")
    dealt = {int(case_id): what for case_id, what in bulk.did.items()}
    begun = set(session.scalars(select(Reply.case_id).where(among(session, Reply.case_id, sorted(dealt)), Reply.saved_at >= bulk.at)))
    undone = 0
    for case_id, case in cases_to_change(session, list(dealt)).items():
        person_id, claim_no, was_new = dealt[case_id]
        if (case.assignee_id, case.claim_no) == (person_id, claim_no) and case.status == CaseStatus.OPEN and case_id not in begun:
            _undo(session, case, was_new=was_new, by=by, now=now)
            undone += 1
    bulk.undone_at = now
    return undone


def _undo(session: Session, case: Case, *, was_new: bool, by: Person, now: datetime) -> None:
    was = hands.give_back(session, case, now=now)
    if was_new:
        case.status, case.claimed_at = CaseStatus.NEW, None
    audit.record(session, "release", now=now, by=by, case_id=case.id, was=was)


def stranded(session: Session, *, now: datetime) -> int:
    """Cases that wait and that nobody on shift may be given; they stand in the queue and can be claimed by hand."""
    groups = set(takers(session, hands.on_shift(session)).values())
    nobody = and_(true(), *[not_(taker.may(session, now=now)) for taker in groups])
    waiting = select(func.count()).select_from(Case).where(WAITING, Case.assignee_id.is_(None), hands.in_sight(now), nobody)
    return session.scalar(waiting.with_hint(Case, "INDEXED BY ix_case_queue", "sqlite")) or 0
