"""Who is given which case, against the same rule written down a second time and without SQL."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from desk.cases import cases, tags
from desk.errors import Invalid
from desk.people import routing, teams
from storage.database import Database
from storage.models import Case, CaseTag, Person, Skill, Tag, Team, TeamMember
from storage.words import CaseStatus, Role, Shift, SkillKind
from tests.support.desk import MINUTE, NOON, Shop, lead, person

HOUR = timedelta(hours=1)
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
            case = cases.claim_next(session, by=by, now=NOON)
            case_id = case.id if case else None
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
