"""The ordeal score: one rule for the eye and for the queue."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.cases import cases, ordeal, urgency
from desk.cases.urgency import Facts
from desk.outcomes import outcomes
from desk.settings import DeskSettings
from storage.database import Database
from storage.words import CaseStatus, Outcome
from tests.support.desk import MINUTE, NOON, SETTINGS, Shop, person

SEEN = datetime(2026, 11, 18, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("told", "score", "parts"),
    [
        ({}, 0, []),
        ({"contacts": 3, "handovers": 2}, 4, [("contacts", 3, 2), ("handovers", 2, 2)]),
        ({"contacts": 99, "handovers": 99}, 9, [("contacts", 99, 6), ("handovers", 99, 3)]),
        ({"repeats": 1, "days": 6, "earlier": 2}, 11, [("repeats", 1, 3), ("days", 6, 6), ("earlier", 2, 2)]),
    ],
)
def test_n4_the_score_is_the_sum_of_its_parts(told: dict[str, int], score: int, parts: list[tuple[str, int, int]]) -> None:
    found = ordeal.of(**told)
    assert (found.score, [(part.name, part.n, part.points) for part in found.parts]) == (score, parts)


counts = st.fixed_dictionaries({name: st.integers(0, 40) for name in ("handovers", "repeats", "days", "earlier")})


@given(told=counts, contacts=st.integers(1, 40))
def test_n4_each_point_moves_the_case_ten_minutes_and_nothing_else_of_it_does(told: dict[str, int], contacts: int) -> None:
    facts = Facts(
        SEEN, contacts=contacts, handovers=told["handovers"], reopened=told["repeats"], days=told["days"], earlier=told["earlier"]
    )
    plain, moved = (urgency.answer_by(one, DeskSettings())[0] for one in (Facts(SEEN), facts))
    found = ordeal.of(contacts=contacts, **told)
    assert plain - moved == found.score * ordeal.POINT
    assert plain - moved <= urgency.MOST_EARLIER


def test_n3_a_returning_customer_stands_earlier_and_the_reason_is_told(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        author = shop.author()
        for outcome in (Outcome.SPAM, Outcome.NO_ACTION, Outcome.NO_ANSWER):
            outcomes.close(session, shop.claimed(ana, author=author).id, outcome=outcome, by=ana, now=NOON)
        again, stranger = shop.case(author=author), shop.case()
        assert (again.earlier, stranger.earlier) == (1, 0)
        assert stranger.answer_by - again.answer_by == ordeal.POINT
        assert "1 other case in 90 days: 10 min earlier" in [reason["words"] for reason in again.reasons]


def test_n4_the_score_of_a_case_grows_with_what_happens_to_it(database: Database) -> None:
    with database.write() as session:
        ana, bo, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
        case = shop.claimed(ana)
        assert ordeal.of_case(case).score == 0
        cases.hand_over(session, case.id, to_person_id=bo.id, note="", by=ana, now=NOON + MINUTE)
        cases.join(session, case, shop.more(case, at=NOON + MINUTE), settings=SETTINGS, now=NOON + MINUTE)
        assert ordeal.of_case(case).score == 2
        outcomes.close(session, case.id, outcome=Outcome.NO_ACTION, by=bo, now=NOON + 2 * MINUTE)
        cases.reopen(session, case.id, by=bo, settings=SETTINGS, now=NOON + 3 * MINUTE)
        assert (case.status, ordeal.of_case(case).score) == (CaseStatus.OPEN, 5)
