"""Whether what solved a case held: confirmed, quiet for long enough, or taken off again."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases import cases
from desk.errors import Invalid, NotAllowed
from desk.figures import endings, performance
from desk.figures.performance import Within
from desk.labels import triage
from desk.labels.verdict import Answer, Verdict
from desk.outcomes import held, outcomes
from desk.outcomes.outcomes import Declined, Moved, ResolutionDraft
from storage.database import Database
from storage.models import Audit, Case, Ending, Mention, Person, Resolution, Triage
from storage.words import CaseStatus, Flag, Intent, Outcome, Role, Sentiment, Urgency
from tests.support.desk import MINUTE, NOON, SETTINGS, Shop, person

DAY = timedelta(days=1)
WHOLE = ResolutionDraft("router firmware 2.1", "update to 2.2", "she wrote that it works")
GROUND = {Outcome.DECLINED: {"declined": Declined("a", "b", "c")}, Outcome.MOVED: {"moved": Moved("phone", "ticket 7")}}
PERIOD = Within(NOON - DAY, NOON + 400 * DAY)


def solved(session: Session, shop: Shop, by: Person, *, reuse: int | None = None, now: datetime = NOON) -> Case:
    case = shop.claimed(by, at=now)
    case.answered_at = now
    told = {"reuse": reuse} if reuse else {"resolution": WHOLE}
    return outcomes.close(session, case.id, outcome=Outcome.SOLVED, by=by, now=now + MINUTE, **told)


def says(shop: Shop, case: Case, text: str = "Works!", *, at: datetime = NOON + MINUTE) -> int:
    """A post of this customer, in this case."""
    mention = shop.more(case, text, at=at)
    mention.case_id = case.id
    return mention.id


def figures(session: Session) -> tuple[int, int, int]:
    session.flush()
    found = performance.outcomes(session, PERIOD)
    return found.held, found.early, found.came_back


def thanks(**other: object) -> dict[str, object]:
    calm = {"needs_reply": False, "urgency": Urgency.LOW, "sentiment": Sentiment.POSITIVE, "abusive": False}
    return {"intent": Intent.PRAISE, **calm, **other}


def classified(session: Session, mention: Mention, *, sure: float = 0.95) -> None:
    """What the classifier says of it, as it is stored."""
    answers = {
        "intent": {"label": mention.intent, "confidence": sure, "scores": {}},
        "needs_reply": {"label": mention.needs_reply, "confidence": sure, "scores": {}},
    }
    row = Triage(mention_id=mention.id, revision=1, engine="tests", version="1", answers=answers, created_at=NOON)
    session.add(row)
    mention.triaged_at = NOON
    session.flush()


def test_n5_quiet_for_days_is_held_and_not_before(database: Database) -> None:
    with database.write() as session:
        case = solved(session, Shop(session), person(session))
        over = NOON + MINUTE + SETTINGS.held_after
        assert held.settle(session, settings=SETTINGS, now=over - MINUTE) == 0
        assert figures(session) == (0, 1, 0)
        version = case.version
        assert held.settle(session, settings=SETTINGS, now=over + 5 * DAY) == 1
        assert (case.held_at, case.confirmed_at, case.version) == (over, None, version + 1)
        assert figures(session) == (1, 0, 0)
        assert held.settle(session, settings=SETTINGS, now=over + 6 * DAY) == 0
        act = session.scalars(select(Audit).where(Audit.verb == "held")).one()
        assert (act.case_id, act.detail["days"]) == (case.id, 7)


@pytest.mark.parametrize("outcome", [one for one in Outcome if one is not Outcome.SOLVED])
def test_n5_nothing_but_solved_can_hold(database: Database, outcome: Outcome) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        case.answered_at = NOON
        outcomes.close(session, case.id, outcome=outcome, by=ana, now=NOON, **GROUND.get(outcome, {}))  # type: ignore[arg-type]
        assert held.settle(session, settings=SETTINGS, now=NOON + 100 * DAY) == 0
        assert (case.held_at, figures(session)) == (None, (0, 0, 0))
        with pytest.raises(Invalid, match="closed as solved"):
            held.confirm(session, case.id, mention_id=case.latest_mention_id, by=ana, now=NOON)


def test_n5_coming_back_takes_it_off_again(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        first = solved(session, shop, ana)
        case = solved(session, shop, ana, reuse=first.resolution_id)
        kept = session.get_one(Resolution, first.resolution_id)
        held.settle(session, settings=SETTINGS, now=NOON + 8 * DAY)
        assert (figures(session), kept.reused) == ((2, 0, 0), 1)
        cases.join(session, case, shop.more(case, "It is broken again", at=NOON + 9 * DAY), settings=SETTINGS, now=NOON + 9 * DAY)
        session.refresh(kept)
        assert (case.status, case.held_at, case.confirmed_at, case.reopened) == (CaseStatus.OPEN, None, None, 1)
        assert (figures(session), kept.reused) == ((1, 0, 1), 0)
        assert endings.standing(session, case.id) is None


def test_n5_care_confirms_with_the_post_that_says_so(database: Database) -> None:
    with database.write() as session:
        ana, reader, shop = person(session), person(session, "Rik", Role.READER), Shop(session)
        case, other = solved(session, shop, ana), shop.mention("Works!")
        thanked = says(shop, case)
        with pytest.raises(NotAllowed):
            held.confirm(session, case.id, mention_id=thanked, by=reader, now=NOON)
        with pytest.raises(Invalid, match="this customer wrote"):
            held.confirm(session, case.id, mention_id=other.id, by=ana, now=NOON)
        held.confirm(session, case.id, mention_id=thanked, by=ana, now=NOON + 5 * MINUTE)
        held.confirm(session, case.id, mention_id=thanked, by=ana, now=NOON + 9 * MINUTE)
        assert (case.confirmed_at, case.held_at, figures(session)) == (NOON + 5 * MINUTE, NOON + 5 * MINUTE, (1, 0, 0))
        assert session.scalars(select(Audit.detail).where(Audit.verb == "confirm_solved")).all() == [{"mention": thanked}]


@pytest.mark.parametrize("answered_at", [None, NOON + 2 * MINUTE])
def test_n5_nobody_confirms_an_answer_before_they_had_one(database: Database, answered_at: datetime | None) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = solved(session, shop, ana)
        early = says(shop, case, "Never mind, it works")
        case.answered_at = answered_at
        with pytest.raises(Invalid, match="after our first answer"):
            held.confirm(session, case.id, mention_id=early, by=ana, now=NOON + DAY)
        thanked = shop.more(case, "It works, thank you!", at=NOON + 2 * MINUTE, **thanks())
        classified(session, thanked)
        assert not held.heard(session, thanked, settings=SETTINGS, now=NOON + DAY)
        assert (case.confirmed_at, figures(session)) == (None, (0, 1, 0))


def test_n5_closing_may_name_the_post_that_confirms_it(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        case.answered_at = NOON
        told = {"resolution": WHOLE, "confirmed_by": says(shop, case)}
        outcomes.close(session, case.id, outcome=Outcome.SOLVED, by=ana, now=NOON, **told)  # type: ignore[arg-type]
        assert (case.held_at, figures(session)) == (NOON, (1, 0, 0))


def test_n5_a_later_thanks_confirms_and_reopens_nothing(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = solved(session, shop, ana)
        mention = shop.more(case, "It works, thank you!", at=NOON + DAY, **thanks())
        classified(session, mention)
        assert held.heard(session, mention, settings=SETTINGS, now=NOON + DAY)
        assert (case.status, case.confirmed_at, mention.case_id) == (CaseStatus.CLOSED, NOON + DAY, case.id)
        assert (case.reopened, case.waiting_since, case.latest_mention_id) == (0, None, mention.id)
        assert figures(session) == (1, 0, 0)


@pytest.mark.parametrize(
    ("other", "sure"),
    [
        ({"needs_reply": True}, 0.95),
        ({"needs_reply": None}, 0.95),
        ({"intent": Intent.QUESTION}, 0.95),
        ({"sentiment": Sentiment.NEGATIVE}, 0.95),
        ({"urgency": Urgency.HIGH}, 0.95),
        ({"abusive": True}, 0.95),
        ({"flag": Flag.UNSURE}, 0.95),
        ({}, 0.79),
    ],
)
def test_n5_a_doubtful_thanks_confirms_nothing(database: Database, other: dict[str, object], sure: float) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = solved(session, shop, ana)
        mention = shop.more(case, "thanks for nothing", at=NOON + DAY, **thanks(**other))
        classified(session, mention, sure=sure)
        assert not held.heard(session, mention, settings=SETTINGS, now=NOON + DAY)
        assert (case.confirmed_at, mention.case_id) == (None, None)


def test_n5_thanks_from_before_the_end_and_in_a_case_that_was_not_solved_confirm_nothing(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        early, other_end = solved(session, shop, ana), shop.claimed(ana)
        other_end.answered_at = NOON
        outcomes.close(session, other_end.id, outcome=Outcome.ANSWERED, by=ana, now=NOON)
        for case, at in ((early, NOON), (other_end, NOON + DAY)):
            mention = shop.more(case, "Thank you", at=at, **thanks())
            classified(session, mention)
            assert not held.heard(session, mention, settings=SETTINGS, now=NOON + DAY)
            assert case.confirmed_at is None


def test_n5_triage_hears_the_thanks(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = solved(session, shop, ana)
        mention = shop.more(case, "It works, thank you!", at=NOON + DAY)
        (waiting,) = [one for one in triage.lease(session, "w", now=NOON + DAY, limit=9, lease=MINUTE) if one.mention_id == mention.id]
        verdict = Verdict(
            sentiment=Answer(Sentiment.POSITIVE, 0.9, {}),
            intent=Answer(Intent.PRAISE, 0.9, {}),
            needs_reply=Answer(label=False, confidence=0.9, scores={}),
            urgency=Answer(Urgency.LOW, 0.9, {}),
            abusive=Answer(label=False, confidence=0.9, scores={}),
            language=Answer("en", 0.9, {}),
        )
        triage.record(session, [(waiting, verdict)], engine="e", version="1", settings=SETTINGS, now=NOON + DAY)
        assert (case.status, case.confirmed_at) == (CaseStatus.CLOSED, NOON + DAY)


ACTS = st.lists(
    st.tuples(st.sampled_from(["close", "reuse", "answered", "reopen", "hold", "confirm", "wait"]), st.integers(0, 2)), max_size=14
)


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_n5_counts_are_right_whatever_the_order(sqlite_database: Database, acts: list[tuple[str, int]]) -> None:
    """Close, reopen and hold in every order: the figures always are what the cases themselves say."""
    with sqlite_database.write() as session:
        for table in (Ending, Audit):
            session.query(table).delete()
        ana, shop = person(session), Shop(session)
        first = solved(session, shop, ana)
        fix = session.get_one(Resolution, first.resolution_id)
        three, now, came_back = [shop.claimed(ana) for _ in range(3)], NOON, 0
        for case in three:
            case.answered_at = NOON
        thanked = {case.id: says(shop, case) for case in three}
        for verb, nth in acts:
            now, case = now + DAY, three[nth]
            came_back += _act(session, verb, case, fix, ana, now, thanked[case.id])
            mine = [one for one in (first, *three) if one.outcome is Outcome.SOLVED]
            quiet = [one for one in mine if one.held_at is None]
            assert figures(session) == (len(mine) - len(quiet), len(quiet), came_back)
            session.refresh(fix)
            assert fix.reused == sum(one.resolution_id == fix.id for one in three)
            assert all(one.held_at is None and one.confirmed_at is None for one in three if one.outcome is not Outcome.SOLVED)
        session.rollback()


def _act(session: Session, verb: str, case: Case, fix: Resolution, ana: Person, now: datetime, thanked: int) -> int:
    """One act where it is possible; whether a solved case came back by it."""
    is_closed = case.status is CaseStatus.CLOSED
    if verb == "reopen" and is_closed:
        was_solved = case.outcome is Outcome.SOLVED
        cases.reopen(session, case.id, by=ana, settings=SETTINGS, now=now)
        cases.claim(session, case.id, by=ana, now=now)
        return was_solved
    if verb in {"close", "reuse", "answered"} and not is_closed:
        outcome = Outcome.NO_ANSWER if verb == "answered" else Outcome.SOLVED
        ground = {"close": {"resolution": WHOLE}, "reuse": {"reuse": fix.id}, "answered": {}}[verb]
        outcomes.close(session, case.id, outcome=outcome, by=ana, now=now, **ground)  # type: ignore[arg-type]
    elif verb == "hold":
        held.settle(session, settings=SETTINGS, now=now)
    elif verb == "confirm" and case.outcome is Outcome.SOLVED:
        held.confirm(session, case.id, mention_id=thanked, by=ana, now=now)
    return 0
