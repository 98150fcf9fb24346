"""Which case "next" gives, and how waiting cases are dealt: teams, skills, limits, shifts, and the same colleague again."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from desk.cases import cases, tags
from desk.errors import Invalid, NotAllowed, NotFound
from desk.people import routing, shifts, teams
from desk.replies import replies
from storage.database import Database
from storage.models import Audit, Case, CaseTag, Notice, Person, Skill, Tag, Team, TeamMember
from storage.words import CaseStatus, Role, Shift, SkillKind
from tests.support.desk import MINUTE, NOON, Shop, angry, person

HOUR = timedelta(hours=1)


def lead(session: Session) -> Person:
    return person(session, "Lea Hart", Role.LEAD)


def take(session: Session, by: Person, *, now: datetime = NOON) -> int | None:
    case = cases.claim_next(session, by=by, now=now)
    return case.id if case else None


def skilled(session: Session, kind: SkillKind, *values: str, name: str = "Ana") -> Person:
    by = person(session, name)
    teams.set_skills(session, by.id, {kind: values}, by=lead(session), now=NOON)
    return by


class TestNext:
    @pytest.mark.parametrize(("shift", "words"), [(Shift.BREAK, "on a break"), (Shift.OFF, "not on shift")])
    def test_nobody_is_given_a_case_while_away_but_may_claim_one(self, database: Database, shift: Shift, words: str) -> None:
        with database.write() as session:
            ana, case = person(session), Shop(session).case()
            ana.shift = shift
            session.flush()
            with pytest.raises(Invalid, match=words):
                cases.claim_next(session, by=ana, now=NOON)
            assert cases.claim(session, case.id, by=ana, now=NOON).assignee_id == ana.id

    def test_a_team_takes_its_own_cases_and_those_of_no_team(self, database: Database) -> None:
        with database.write() as session:
            lea, ana, bo, shop = lead(session), person(session, "Ana"), person(session, "Bo"), Shop(session)
            billing = teams.add(session, "Billing", by=lea, now=NOON)
            teams.set_members(session, billing.id, [ana.id], by=lea, now=NOON)
            theirs, anybodys = shop.case(**angry()), shop.case()
            theirs.team_id = billing.id
            session.flush()
            assert [take(session, bo), take(session, bo), take(session, ana)] == [anybodys.id, None, theirs.id]

    def test_a_language_bars_others_and_an_unknown_one_nobody(self, database: Database) -> None:
        with database.write() as session:
            ana, shop = skilled(session, SkillKind.LANGUAGE, "de"), Shop(session)
            shop.case(language="fr")
            german, unknown = shop.case(language="de"), shop.case()
            assert [take(session, ana), take(session, ana), take(session, ana)] == [german.id, unknown.id, None]

    def test_a_source_bars_others(self, database: Database) -> None:
        with database.write() as session:
            ana, shop, other = skilled(session, SkillKind.SOURCE, "reddit"), Shop(session), Shop(session, source="reddit")
            shop.case()
            wanted = other.case()
            assert [take(session, ana), take(session, ana)] == [wanted.id, None]

    def test_a_topic_is_a_tag_and_other_tags_bar_nobody(self, database: Database) -> None:
        with database.write() as session:
            lea, shop = lead(session), Shop(session)
            bill, hub, vip = (tags.add(session, name=name, by=lea, now=NOON) for name in ("Bill", "Hub", "Seen twice"))
            ana, bo = skilled(session, SkillKind.TOPIC, "bill"), skilled(session, SkillKind.TOPIC, "Hub", name="Bo")
            hubs, bills, plain, other = (shop.case() for _ in range(4))
            for case, tag in ((hubs, hub), (bills, bill), (other, vip)):
                tags.put(session, tag_ids=[tag.id], case_ids=[case.id], by=None, now=NOON)
            assert [take(session, ana) for _ in range(4)] == [bills.id, plain.id, other.id, None]
            assert take(session, bo) == hubs.id

    def test_a_topic_keeps_its_people_under_another_name(self, database: Database) -> None:
        with database.write() as session:
            lea, shop = lead(session), Shop(session)
            bill, hub = (tags.add(session, name=name, by=lea, now=NOON) for name in ("Bill", "Hub"))
            ana, bo = skilled(session, SkillKind.TOPIC, "Bill"), skilled(session, SkillKind.TOPIC, "Hub", name="Bo")
            tags.rename(session, bill.id, name="Money", by=lea, now=NOON)
            first, second = shop.case(), shop.case()
            for case, tag in ((first, bill), (second, hub)):
                tags.put(session, tag_ids=[tag.id], case_ids=[case.id], by=None, now=NOON)
            tags.merge(session, hub.id, into=bill.id, by=lea, now=NOON)
            assert [take(session, bo), take(session, ana), take(session, ana)] == [first.id, second.id, None]

    def test_a_lead_is_given_what_nobody_answers_in_time(self, database: Database) -> None:
        with database.write() as session:
            lea, shop = lead(session), Shop(session)
            case = shop.case()
            case.team_id = teams.add(session, "Billing", by=lea, now=NOON).id
            session.flush()
            assert take(session, lea, now=case.answer_by - MINUTE) is None
            assert take(session, lea, now=case.answer_by) == case.id

    def test_a_limit_stops_next_until_there_is_room_again(self, database: Database) -> None:
        with database.write() as session:
            ana, shop = person(session), Shop(session)
            teams.set_limits(session, ana.id, open_limit=2, takes_abuse=False, by=lead(session), now=NOON)
            first, second, _ = shop.case(), shop.case(), shop.case()
            assert [take(session, ana), take(session, ana)] == [first.id, second.id]
            with pytest.raises(Invalid, match="2 cases wait for you and your limit is 2"):
                take(session, ana)
            cases.snooze(session, first.id, until=NOON + HOUR, by=ana, now=NOON)
            assert take(session, ana) is not None

    def test_a_shielded_case_goes_to_a_volunteer_or_lead_first(self, database: Database) -> None:
        with database.write() as session:
            ana, bo, lea, shop = person(session, "Ana"), person(session, "Bo"), lead(session), Shop(session)
            teams.set_limits(session, bo.id, open_limit=None, takes_abuse=True, by=lea, now=NOON)
            for _ in range(3):
                shop.case(abusive=True, needs_reply=True).shielded_until = NOON + 10 * MINUTE
            session.flush()
            assert take(session, ana) is None
            assert all(take(session, by) is not None for by in (bo, lea))
            assert take(session, ana, now=NOON + 10 * MINUTE) is not None

    def test_the_colleague_who_answered_before_has_ten_minutes(self, database: Database) -> None:
        with database.write() as session:
            ana, bo, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
            kept = [shop.case() for _ in range(4)]
            for case in kept:
                case.preferred_id = ana.id
            session.flush()
            assert take(session, bo) is None
            assert take(session, ana) == kept[0].id
            assert take(session, bo, now=NOON + routing.SAME_AGAIN) == kept[1].id
            teams.set_limits(session, ana.id, open_limit=1, takes_abuse=False, by=lead(session), now=NOON)
            assert take(session, bo) == kept[2].id
            teams.set_limits(session, ana.id, open_limit=None, takes_abuse=False, by=lead(session), now=NOON)
            shifts.pause(session, ana.id, by=ana, now=NOON)
            assert take(session, bo) == kept[3].id

    def test_next_notes_when_it_gave_somebody_a_case(self, database: Database) -> None:
        with database.write() as session:
            ana, shop = person(session), Shop(session)
            assert take(session, ana) is None
            assert ana.given_at is None
            shop.case()
            take(session, ana, now=NOON + MINUTE)
            assert ana.given_at == NOON + MINUTE


class TestStranded:
    def test_what_nobody_on_shift_may_take_is_counted(self, database: Database) -> None:
        with database.write() as session:
            ana, shop = skilled(session, SkillKind.LANGUAGE, "en"), Shop(session)
            session.execute(update(Person).where(Person.id != ana.id).values(shift=Shift.OFF))
            shop.case(language="en")
            shop.case(language="fi")
            assert routing.stranded(session, now=NOON) == 1
            person(session, "Bo")
            assert routing.stranded(session, now=NOON) == 0
            session.execute(update(Person).values(shift=Shift.OFF))
            assert routing.stranded(session, now=NOON) == 2


class TestDeal:
    def test_cases_go_to_whom_the_fewest_wait_for_within_limits(self, database: Database) -> None:
        with database.write() as session:
            lea, ana, bo, shop = lead(session), person(session, "Ana"), person(session, "Bo"), Shop(session)
            shifts.end(session, by=lea, now=NOON)
            teams.set_limits(session, bo.id, open_limit=2, takes_abuse=False, by=lea, now=NOON)
            shop.claimed(ana)
            shop.claimed(ana)
            waiting = [shop.case() for _ in range(5)]
            dealt = routing.deal(session, by=lea, now=NOON + MINUTE)
            assert (dealt.given, dealt.cases) == ({bo.id: 2, ana.id: 3}, 5)
            assert [case.assignee_id for case in waiting[:2]] == [bo.id, bo.id]
            assert {case.status for case in waiting} == {CaseStatus.OPEN}
            session.flush()
            assert session.scalars(select(Audit.detail).where(Audit.verb == "deal")).first()["to"] == bo.id  # type: ignore[index]
            assert sorted(session.scalars(select(Notice.person_id)).all()) == sorted([ana.id, bo.id])

    def test_what_was_dealt_goes_back_unless_somebody_began(self, database: Database) -> None:
        with database.write() as session:
            lea, ana, shop = lead(session), person(session, "Ana"), Shop(session)
            shifts.end(session, by=lea, now=NOON)
            untouched, begun, passed = (shop.case() for _ in range(3))
            dealt = routing.deal(session, by=lea, now=NOON + MINUTE)
            replies.save_draft(session, begun.id, text="We", version=0, by=ana, now=NOON + 2 * MINUTE)
            cases.hand_over(session, passed.id, to_person_id=lea.id, note="", by=ana, now=NOON + 2 * MINUTE)
            assert routing.undo_deal(session, dealt.id, by=lea, now=NOON + 3 * MINUTE) == 1
            assert (untouched.assignee_id, untouched.status, untouched.claimed_at) == (None, CaseStatus.NEW, None)
            assert (begun.assignee_id, passed.assignee_id) == (ana.id, lea.id)
            with pytest.raises(Invalid, match="already"):
                routing.undo_deal(session, dealt.id, by=lea, now=NOON)

    def test_only_a_lead_deals_and_only_to_those_on_shift(self, database: Database) -> None:
        with database.write() as session:
            lea, ana = lead(session), person(session)
            with pytest.raises(NotAllowed):
                routing.deal(session, by=ana, now=NOON)
            with pytest.raises(NotAllowed):
                routing.undo_deal(session, 1, by=ana, now=NOON)
            with pytest.raises(NotFound):
                routing.undo_deal(session, 1, by=lea, now=NOON)
            session.execute(update(Person).values(shift=Shift.BREAK))
            with pytest.raises(Invalid, match="Nobody is on shift"):
                routing.deal(session, by=lea, now=NOON)


TEAMS, LANGUAGES, SOURCES, TOPICS = ("Billing", "Network"), ("de", "en", "fr"), ("x", "reddit"), ("Bill", "Hub")
Some = frozenset[str]


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody as the rule sees them, written down a second time and without SQL."""

    is_lead: bool
    shift: Shift
    teams: Some
    languages: Some
    sources: Some
    topics: Some
    limit: int | None
    takes_abuse: bool

    def may(self, one: "Waiting", all_topics: Some) -> bool:
        if one.is_shielded and not (self.takes_abuse or self.is_lead):
            return False
        if self.is_lead and one.minutes_left <= 0:
            return True
        of_topic = one.tags & all_topics
        return (
            (one.team is None or one.team in self.teams)
            and (one.language is None or not self.languages or one.language in self.languages)
            and (not self.sources or one.source in self.sources)
            and (not self.topics or not of_topic or bool(of_topic & self.topics))
        )


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case that waits. `preferred` is the place of the agent who answered before."""

    team: str | None
    language: str | None
    source: str
    tags: Some
    is_shielded: bool
    minutes_left: int
    waited: int
    preferred: int | None


def some(values: tuple[str, ...]) -> st.SearchStrategy[Some]:
    return st.one_of(st.just(frozenset[str]()), st.frozensets(st.sampled_from(values)))


AGENTS = st.builds(
    Agent,
    is_lead=st.booleans(),
    shift=st.sampled_from([Shift.ON, Shift.ON, Shift.ON, Shift.BREAK, Shift.OFF]),
    teams=some(TEAMS),
    languages=some(LANGUAGES),
    sources=some(SOURCES),
    topics=some(TOPICS),
    limit=st.one_of(st.none(), st.integers(1, 3)),
    takes_abuse=st.booleans(),
)
WAITING = st.builds(
    Waiting,
    team=st.one_of(st.none(), st.sampled_from(TEAMS)),
    language=st.one_of(st.none(), st.sampled_from(LANGUAGES)),
    source=st.sampled_from(SOURCES),
    tags=some((*TOPICS, "Seen twice")),
    is_shielded=st.booleans(),
    minutes_left=st.integers(-60, 240),
    waited=st.integers(0, 20),
    preferred=st.one_of(st.none(), st.integers(0, 3)),
)


@dataclass(frozen=True, slots=True)
class Floor:
    """The rows behind agents and cases, by their places."""

    people: list[int]
    cases: list[int]


def furnish(session: Session, agents: list[Agent], waiting: list[Waiting]) -> Floor:
    lea = lead(session)
    shops = {source: Shop(session, source=source) for source in SOURCES}
    named = {name: teams.add(session, name, by=lea, now=NOON).id for name in TEAMS}
    topics = {name: tags.add(session, name=name, by=lea, now=NOON).id for name in (*TOPICS, "Seen twice")}
    lea.active = False
    session.flush()
    persons = [person(session, f"Agent {n}", Role.LEAD if agent.is_lead else Role.AGENT) for n, agent in enumerate(agents)]
    for who, agent in zip(persons, agents, strict=True):
        who.shift, who.open_limit, who.takes_abuse = agent.shift, agent.limit, agent.takes_abuse
        session.add_all(TeamMember(team_id=named[team], person_id=who.id) for team in agent.teams)
        kinds = {SkillKind.LANGUAGE: agent.languages, SkillKind.SOURCE: agent.sources, SkillKind.TOPIC: agent.topics}
        session.add_all(Skill(person_id=who.id, kind=kind, value=value) for kind, values in kinds.items() for value in values)
    made = [_row(session, shops[one.source], one, named, topics, persons) for one in waiting]
    return Floor([who.id for who in persons], made)


def _row(session: Session, shop: Shop, one: Waiting, named: dict[str, int], topics: dict[str, int], persons: list[Person]) -> int:
    case = shop.case()
    case.team_id = named[one.team] if one.team else None
    case.language, case.answer_by, case.waiting_since = one.language, NOON + one.minutes_left * MINUTE, NOON - one.waited * MINUTE
    case.shielded_until = NOON + HOUR if one.is_shielded else None
    case.preferred_id = persons[one.preferred].id if one.preferred is not None and one.preferred < len(persons) else None
    session.add_all(CaseTag(case_id=case.id, tag_id=topics[tag], at=NOON) for tag in one.tags)
    session.flush()
    return case.id


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    agents=st.lists(AGENTS, min_size=1, max_size=4),
    waiting=st.lists(WAITING, max_size=8),
    asking=st.lists(st.integers(0, 3), max_size=12),
)
def test_each_asks_and_gets_the_most_pressing_case_that_they_may_take_and_nothing_waits_for_ever(
    sqlite_database: Database, agents: list[Agent], waiting: list[Waiting], asking: list[int]
) -> None:
    """In any order of asking, each gets the first case in the order of the queue that the rule allows; in the end only what nobody here may take is left."""
    all_topics = frozenset(topic for agent in agents for topic in agent.topics)
    with sqlite_database.write() as session:
        _empty(session)
        floor = furnish(session, agents, waiting)
        order = sorted(range(len(waiting)), key=lambda place: (waiting[place].minutes_left, floor.cases[place]))
        owned = dict.fromkeys(range(len(agents)), 0)
        free = set(range(len(waiting)))

        def has_room(place: int) -> bool:
            limit = agents[place].limit
            return agents[place].shift is Shift.ON and (limit is None or owned[place] < limit)

        def is_kept(one: Waiting, place: int) -> bool:
            first = one.preferred
            return first is not None and first != place and first < len(agents) and has_room(first) and one.waited < 10

        def ask(place: int) -> bool:
            by = session.get_one(Person, floor.people[place])
            if not has_room(place):
                with pytest.raises(Invalid):
                    cases.claim_next(session, by=by, now=NOON)
                return False
            allowed = (
                one for one in order if one in free and agents[place].may(waiting[one], all_topics) and not is_kept(waiting[one], place)
            )
            expected = next(allowed, None)
            case_id = take(session, by)
            assert case_id == (None if expected is None else floor.cases[expected])
            if expected is None:
                return False
            free.discard(expected)
            owned[place] += 1
            return True

        for place in asking:
            if place < len(agents):
                ask(place)
        while any(ask(place) for place in range(len(agents))):
            pass
        still = {one for one in free for place in range(len(agents)) if has_room(place) and agents[place].may(waiting[one], all_topics)}
        assert all(waiting[one].preferred is not None and waiting[one].waited < 10 for one in still)


def _empty(session: Session) -> None:
    """The queue, the team and its skills of the example before: nobody of them plays a part any more."""
    session.execute(update(Person).values(active=False, initials=Person.initials))
    session.execute(delete(Skill))
    session.execute(delete(TeamMember))
    session.execute(update(Case).where(Case.status != CaseStatus.CLOSED).values(status=CaseStatus.CLOSED, closed_at=NOON))
    for tag in session.scalars(select(Tag)):
        tag.name, tag.folded, tag.retired_at = uuid.uuid4().hex, uuid.uuid4().hex, NOON
    for team in teams.teams(session):
        session.execute(update(Team).where(Team.id == team.id).values(name=uuid.uuid4().hex, retired_at=NOON))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(agents=st.lists(AGENTS, min_size=1, max_size=4), waiting=st.lists(WAITING, max_size=8))
def test_what_is_dealt_breaks_no_rule_and_leaves_nothing_that_could_be_dealt(
    sqlite_database: Database, agents: list[Agent], waiting: list[Waiting]
) -> None:
    all_topics = frozenset(topic for agent in agents for topic in agent.topics)
    with sqlite_database.write() as session:
        _empty(session)
        floor = furnish(session, agents, waiting)
        boss = lead(session)
        boss.shift = Shift.OFF
        session.flush()
        if not any(agent.shift is Shift.ON for agent in agents):
            with pytest.raises(Invalid):
                routing.deal(session, by=boss, now=NOON)
            return
        dealt = routing.deal(session, by=boss, now=NOON)
        owners = {case_id: session.get_one(Case, case_id).assignee_id for case_id in floor.cases}
        for place, agent in enumerate(agents):
            theirs = [one for one, case_id in zip(waiting, floor.cases, strict=True) if owners[case_id] == floor.people[place]]
            assert dealt.given.get(floor.people[place], 0) == len(theirs)
            assert all(agent.shift is Shift.ON and agent.may(one, all_topics) for one in theirs)
            assert agent.limit is None or len(theirs) <= agent.limit
            has_room = agent.shift is Shift.ON and (agent.limit is None or len(theirs) < agent.limit)
            left = [one for one, case_id in zip(waiting, floor.cases, strict=True) if owners[case_id] is None]
            assert not any(has_room and agent.may(one, all_topics) and one.preferred is None for one in left)
