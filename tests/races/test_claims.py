"""No case is claimed twice, and every loser is told by whom."""

import json
from collections import Counter

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.cases import cases
from desk.errors import AlreadyClaimed, DeskError
from storage.database import Database
from storage.models import Audit, Case, Mention, Person
from tests.support.desk import MINUTE, NOON, SETTINGS, Shop
from tests.support.race import AGENTS, CASES, agents, in_processes, many_cases, person_of, shuffled, together

pytestmark = pytest.mark.race


def scene(database: Database, how_many: int) -> tuple[list[int], list[int]]:
    with database.write() as session:
        return agents(session), many_cases(session, Shop(session), how_many)


def winners(database: Database, case_ids: list[int]) -> dict[int, tuple[str, int]]:
    """Who has each case, and how often it was claimed."""
    with database.read() as session:
        query = select(Case.id, Person.name, Case.claim_no).join(Person, Person.id == Case.assignee_id).where(Case.id.in_(case_ids))
        return {case_id: (name, claim_no) for case_id, name, claim_no in session.execute(query)}


def test_of_sixteen_who_want_the_same_case_one_gets_it(database: Database) -> None:
    people, contested = scene(database, CASES // 4)

    def work(n: int) -> tuple[list[int], dict[int, str]]:
        won, lost = [], {}
        for case_id in contested:
            try:
                with database.write() as session:
                    cases.claim(session, case_id, by=person_of(session, people[n]), now=NOON)
                won.append(case_id)
            except AlreadyClaimed as refusal:
                lost[case_id] = refusal.by if refusal.since == NOON else "nobody knows since when"
        return won, lost

    results = together(work)
    owners = winners(database, contested)
    assert sorted(case_id for won, _ in results for case_id in won) == contested
    assert {claims for _, claims in owners.values()} == {1}
    for _, lost in results:
        assert lost == {case_id: owners[case_id][0] for case_id in lost}
    assert sum(len(lost) for _, lost in results) == (AGENTS - 1) * len(contested)


def test_sixteen_who_take_the_next_case_share_them_all(database: Database) -> None:
    people, waiting = scene(database, CASES)

    def work(n: int) -> list[int]:
        won: list[int] = []
        while True:
            with database.write() as session:
                case = cases.claim_next(session, by=person_of(session, people[n]), now=NOON)
                if case is None:
                    return won
                won.append(case.id)

    won = [case_id for theirs in together(work) for case_id in theirs]
    assert sorted(won) == waiting
    with database.read() as session:
        assert session.scalar(select(func.count()).where(Audit.verb == "claim")) == len(waiting)


def test_taking_giving_back_and_passing_on_leaves_one_owner_and_a_full_record(database: Database) -> None:
    """Each change of hands is recorded once and counted once."""
    people, contested = scene(database, 4)

    def work(n: int) -> Counter[str]:
        done: Counter[str] = Counter()
        for turn, case_id in enumerate(shuffled(contested * 6, seed=n)):
            act = ("claim", "release", "hand_over", "take_over")[(turn + n) % 4]
            try:
                with database.write() as session:
                    by = person_of(session, people[n])
                    _act(session, act, case_id, by, people[(n + turn) % AGENTS])
                done[act] += 1
            except DeskError:
                done["refused"] += 1
        return done

    done: Counter[str] = sum(together(work), Counter())
    with database.read() as session:
        recorded = Counter(session.scalars(select(Audit.verb).where(Audit.case_id.in_(contested))))
        changes = session.scalar(select(func.sum(Case.claim_no)).where(Case.id.in_(contested)))
    assert changes == recorded["claim"] + recorded["hand_over"] + recorded["take_over"]
    assert recorded["claim"] <= done["claim"]
    assert recorded["claim"] > 0


def _act(session: Session, act: str, case_id: int, by: Person, other: int) -> None:
    match act:
        case "claim":
            cases.claim(session, case_id, by=by, now=NOON)
        case "release":
            cases.release(session, case_id, by=by, now=NOON)
        case "hand_over":
            cases.hand_over(session, case_id, to_person_id=other, note="", by=by, now=NOON)
        case "take_over":
            cases.take_over(session, case_id, by=by, now=NOON + 2 * MINUTE)


@pytest.mark.parametrize("processes", [4])
def test_agents_in_processes_of_their_own_never_share_a_case(database: Database, database_url: str, processes: int) -> None:
    people, contested = scene(database, CASES)
    middle = contested[len(contested) // 2]
    told = [[database_url, str(person), str(contested[0]), str(middle)] for person in people[:processes]]
    results = [json.loads(printed) for printed in in_processes("claimer.py", told)]
    won = [case_id for result in results for case_id in result["won"]]
    assert sorted(won) == contested
    owners = winners(database, contested)
    for result in results:
        assert result["lost"] == {case_id: owners[int(case_id)][0] for case_id in result["lost"]}


def test_posts_of_one_customer_that_come_at_once_make_one_case(database: Database) -> None:
    with database.write() as session:
        shop = Shop(session)
        author, thread = shop.author(), shop.thread()
        posts = [shop.mention(author=author, thread=thread).id for _ in range(AGENTS)]
        feed_id = shop.feed.id

    def work(n: int) -> int:
        with database.write() as session:
            mention = session.get_one(Mention, posts[n])
            return cases.open_case(session, mention, feed_id=feed_id, flag=None, settings=SETTINGS, now=NOON).id

    assert len(set(together(work))) == 1
    with database.read() as session:
        assert session.scalars(select(Case.contacts)).all() == [AGENTS]
