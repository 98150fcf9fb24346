"""One act on many cases: as if each had been chosen by itself, and all of it undone in one."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.cases import bulk, cases, tags
from desk.cases.bulk import BulkAct, BulkVerb
from desk.errors import Invalid, NotAllowed, NotFound
from desk.figures import performance
from desk.figures.performance import Within
from desk.outcomes import outcomes
from desk.people import people
from desk.queue import inbox
from desk.queue.inbox import QueueFilter
from storage.database import Database
from storage.models import Bulk, Case, Ending, Note, Pause, Team
from storage.words import CaseStatus, Outcome, ReplyState, Role, Shift
from tests.support.desk import MINUTE, NOON, SETTINGS, Shop, person
from tests.support.outbox import queue

LATER = NOON + MINUTE
CLAIM = BulkAct(BulkVerb.CLAIM)
SHOWN = (
    "status",
    "assignee_id",
    "snoozed_until",
    "team_id",
    "outcome",
    "closed_at",
    "waiting_since",
    "next_due_at",
    "claimed_at",
    "handovers",
)


def stand(session: Session, ids: list[int]) -> list[Any]:
    session.flush()
    theirs = tags.of_cases(session, ids)
    return [([getattr(session.get_one(Case, number), name) for name in SHOWN], theirs.get(number)) for number in ids]


def test_each_case_is_claimed_as_far_as_it_can_be_and_undone_at_once(database: Database) -> None:
    with database.write() as session:
        ana, bo, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
        free, theirs, other, shut = shop.case(), shop.claimed(bo), shop.case(), shop.claimed(bo)
        outcomes.close(session, shut.id, outcome=Outcome.SPAM, by=bo, now=NOON)
        before = stand(session, [free.id, other.id])
        done = bulk.do(session, [free.id, theirs.id, other.id, shut.id, 999], CLAIM, by=ana, now=LATER)
        assert done.case_ids == (free.id, other.id)
        assert [(one.case_id, one.words) for one in done.refused] == [
            (theirs.id, "Bo has this case"),
            (shut.id, "This case is closed: reopen it first"),
            (999, "There is no such case"),
        ]
        assert [case.assignee_id for case in (free, theirs, other)] == [ana.id, bo.id, ana.id]
        back = bulk.undo(session, done.bulk_id or 0, by=ana, now=LATER + 9 * MINUTE)
        assert (back.case_ids, back.refused) == ((free.id, other.id), ())
        assert stand(session, [free.id, other.id]) == before
        assert free.claim_no == 2


def test_what_moved_on_since_stays_and_is_named(database: Database) -> None:
    with database.write() as session:
        ana, bo, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
        first, second = shop.case(), shop.case()
        done = bulk.do(session, [first.id, second.id], CLAIM, by=ana, now=NOON)
        cases.hand_over(session, first.id, to_person_id=bo.id, note="", by=ana, now=LATER)
        back = bulk.undo(session, done.bulk_id or 0, by=ana, now=LATER)
        assert (back.case_ids, [one.case_id for one in back.refused]) == ((second.id,), [first.id])
        assert (first.assignee_id, second.assignee_id) == (bo.id, None)


@pytest.mark.parametrize("verb", ["release", "hand_over", "tag", "untag", "snooze", "close", "team"])
def test_every_act_is_undone_to_what_stood_before(database: Database, verb: str) -> None:
    with database.write() as session:
        ana, bo, lea, shop = person(session, "Ana"), person(session, "Bo"), person(session, "Lea", Role.LEAD), Shop(session)
        ids = [shop.claimed(ana).id for _ in range(3)]
        tag = tags.add(session, name="outage", by=lea, now=NOON).id
        team = Team(name="Nights", created_at=NOON)
        session.add(team)
        session.flush()
        tags.put(session, tag_ids=[tag], case_ids=[ids[0]] if verb == "tag" else ids, by=ana, now=NOON)
        acts = {
            "release": BulkAct(BulkVerb.RELEASE),
            "hand_over": BulkAct(BulkVerb.HAND_OVER, target=bo.id, note="Ana is ill"),
            "tag": BulkAct(BulkVerb.TAG, target=tag),
            "untag": BulkAct(BulkVerb.UNTAG, target=tag),
            "snooze": BulkAct(BulkVerb.SNOOZE, until=NOON + timedelta(hours=3)),
            "close": BulkAct(BulkVerb.CLOSE, outcome=Outcome.SPAM),
            "team": BulkAct(BulkVerb.TEAM, target=team.id),
        }
        before, order = stand(session, ids), [session.get_one(Case, number).answer_by for number in ids]
        done = bulk.do(session, ids, acts[verb], by=ana, now=LATER)
        assert (done.case_ids, done.refused) == (tuple(ids), ())
        changed = stand(session, ids)
        assert [one != other for one, other in zip(before, changed, strict=True)] == ([False, True, True] if verb == "tag" else [True] * 3)
        back = bulk.undo(session, done.bulk_id or 0, by=ana, now=LATER)
        assert back.refused == ()
        assert stand(session, ids) == before
        assert [session.get_one(Case, number).answer_by for number in ids] == order


def test_a_closing_that_is_undone_was_none(database: Database) -> None:
    """No figure counts it, what it cut short goes on, and the case can be closed again."""
    with database.write() as session:
        ana, shop = person(session, "Ana"), Shop(session)
        waits, rests = shop.claimed(ana), shop.claimed(ana)
        rests.status, rests.waiting_since, rests.pending_since = CaseStatus.PENDING, None, NOON
        ids, ended = [waits.id, rests.id], Within(NOON, NOON + timedelta(days=1))
        close = BulkAct(BulkVerb.CLOSE, outcome=Outcome.NO_ACTION)
        done = bulk.do(session, ids, close, by=ana, now=LATER)
        assert (performance.outcomes(session, ended).others[Outcome.NO_ACTION], rests.paused_s) == (2, 60)
        assert bulk.undo(session, done.bulk_id or 0, by=ana, now=LATER + MINUTE).refused == ()
        assert performance.outcomes(session, ended).others[Outcome.NO_ACTION] == 0
        assert [session.scalar(select(func.count()).select_from(table)) for table in (Ending, Pause)] == [0, 0]
        assert (rests.pending_since, rests.paused_s) == (NOON, 0)
        assert bulk.do(session, ids, close, by=ana, now=LATER + 2 * MINUTE).refused == ()
        assert [(one.since, one.until) for one in session.scalars(select(Pause))] == [(NOON, LATER + 2 * MINUTE)]


def test_only_the_closing_that_is_undone_goes(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session, "Ana"), Shop(session)
        case = shop.claimed(ana)
        outcomes.close(session, case.id, outcome=Outcome.NO_ANSWER, by=ana, now=NOON)
        cases.reopen(session, case.id, by=ana, settings=SETTINGS, now=LATER)
        cases.claim(session, case.id, by=ana, now=LATER)
        done = bulk.do(session, [case.id], BulkAct(BulkVerb.CLOSE, outcome=Outcome.SPAM), by=ana, now=LATER + MINUTE)
        bulk.undo(session, done.bulk_id or 0, by=ana, now=LATER + MINUTE)
        (ending,) = session.scalars(select(Ending)).all()
        (pause,) = session.scalars(select(Pause)).all()
        assert (ending.outcome, ending.back_at) == (Outcome.NO_ANSWER, LATER)
        assert (pause.since, pause.until, case.paused_s) == (NOON, LATER, 60)


def test_a_hand_over_leaves_its_note_with_each_case(database: Database) -> None:
    with database.write() as session:
        ana, bo, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
        ids = [shop.claimed(ana).id for _ in range(2)]
        bulk.do(session, ids, BulkAct(BulkVerb.HAND_OVER, target=bo.id, note="Off shift"), by=ana, now=NOON)
        assert [(note.case_id, note.text) for note in session.scalars(select(Note).order_by(Note.case_id))] == [
            (n, "Off shift") for n in ids
        ]


def test_giving_back_and_undoing_it_lets_a_queued_reply_leave(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        reply = queue(session, case, shop, ana)
        done = bulk.do(session, [case.id], BulkAct(BulkVerb.RELEASE), by=ana, now=LATER)
        bulk.undo(session, done.bulk_id or 0, by=ana, now=LATER)
        assert (case.assignee_id, reply.state, reply.claim_no) == (ana.id, ReplyState.QUEUED, case.claim_no)


def test_what_the_new_owner_queued_becomes_a_draft_again(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.case()
        done = bulk.do(session, [case.id], CLAIM, by=ana, now=NOON)
        reply = queue(session, case, shop, ana)
        bulk.undo(session, done.bulk_id or 0, by=ana, now=LATER)
        session.flush()
        assert (case.assignee_id, reply.state) == (None, ReplyState.DRAFT)


@pytest.mark.parametrize("outcome", [Outcome.SOLVED, Outcome.ANSWERED, Outcome.MOVED, Outcome.DECLINED, None])
def test_nobody_is_called_helped_in_bulk(database: Database, outcome: Outcome | None) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        with pytest.raises(Invalid, match="each case by itself"):
            bulk.do(session, [case.id], BulkAct(BulkVerb.CLOSE, outcome=outcome), by=ana, now=NOON)
        assert case.status is CaseStatus.OPEN


def test_a_closed_case_whose_thread_went_on_stays_closed(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        done = bulk.do(session, [case.id], BulkAct(BulkVerb.CLOSE, outcome=Outcome.SPAM), by=ana, now=NOON)
        case.split_no = 1
        session.flush()
        other = cases.open_case(session, shop.more(case, at=LATER), feed_id=shop.feed.id, flag=None, settings=SETTINGS, now=LATER)
        session.flush()
        case.split_no = 0
        back = bulk.undo(session, done.bulk_id or 0, by=ana, now=LATER)
        assert (back.case_ids, [one.case_id for one in back.refused]) == ((), [case.id])
        assert str(other.id) in back.refused[0].words
        assert case.status is CaseStatus.CLOSED


def test_too_many_none_or_an_act_without_its_object_is_refused(database: Database) -> None:
    with database.write() as session:
        ana = person(session)
        for ids, act in (
            (range(1, bulk.MOST + 2), CLAIM),
            ([], CLAIM),
            ([1], BulkAct(BulkVerb.HAND_OVER)),
            ([1], BulkAct(BulkVerb.TAG)),
            ([1], BulkAct(BulkVerb.SNOOZE)),
        ):
            with pytest.raises(Invalid):
                bulk.do(session, ids, act, by=ana, now=NOON)
        with pytest.raises(NotFound):
            bulk.do(session, [1], BulkAct(BulkVerb.TEAM, target=77), by=ana, now=NOON)


def test_who_may_act_and_who_may_undo(database: Database) -> None:
    with database.write() as session:
        ana, bo, reader = person(session, "Ana"), person(session, "Bo"), person(session, "Rik", Role.READER)
        case = Shop(session).case()
        with pytest.raises(NotAllowed):
            bulk.do(session, [case.id], CLAIM, by=reader, now=NOON)
        done = bulk.do(session, [case.id], CLAIM, by=ana, now=NOON)
        number = done.bulk_id or 0
        with pytest.raises(NotFound):
            bulk.undo(session, number, by=bo, now=NOON)
        with pytest.raises(Invalid, match="10 minutes ago"):
            bulk.undo(session, number, by=ana, now=NOON + bulk.UNDO_FOR + MINUTE)
        bulk.undo(session, number, by=ana, now=NOON)
        with pytest.raises(Invalid, match="already"):
            bulk.undo(session, number, by=ana, now=NOON)


def test_nothing_changed_is_nothing_to_undo(database: Database) -> None:
    with database.write() as session:
        ana, bo, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
        done = bulk.do(session, [shop.claimed(bo).id, shop.claimed(ana).id], CLAIM, by=ana, now=NOON)
        assert (done.bulk_id, len(done.case_ids), len(done.refused)) == (None, 1, 1)
        assert session.scalars(select(Bulk)).all() == []


def test_a_case_goes_back_only_to_somebody_who_works_here(database: Database) -> None:
    with database.write() as session:
        bo, lea, shop = person(session, "Bo"), person(session, "Lea", Role.LEAD), Shop(session)
        case = shop.claimed(bo)
        done = bulk.do(session, [case.id], BulkAct(BulkVerb.RELEASE), by=lea, now=NOON)
        bo.active = False
        back = bulk.undo(session, done.bulk_id or 0, by=lea, now=LATER)
        assert ([one.words for one in back.refused], case.assignee_id) == (["Bo no longer works here"], None)


ACTS = st.sampled_from(["claim", "release", "snooze", "close", "hand_over"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=ACTS, second=ACTS, chosen=st.sets(st.integers(0, 3), min_size=1))
def test_undoing_the_last_act_brings_every_case_back_whatever_happened_before(
    sqlite_database: Database, first: str, second: str, chosen: set[int]
) -> None:
    acts = {
        "claim": CLAIM,
        "release": BulkAct(BulkVerb.RELEASE),
        "snooze": BulkAct(BulkVerb.SNOOZE, until=NOON + timedelta(hours=1)),
        "close": BulkAct(BulkVerb.CLOSE, outcome=Outcome.NO_ACTION),
    }
    with sqlite_database.write() as session:
        ana, bo, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
        acts["hand_over"] = BulkAct(BulkVerb.HAND_OVER, target=bo.id)
        ids = [shop.case().id, shop.claimed(ana).id, shop.claimed(bo).id, shop.claimed(ana).id]
        bulk.do(session, ids[:2], acts[first], by=ana, now=NOON)
        before = stand(session, ids)
        done = bulk.do(session, [ids[place] for place in chosen], acts[second], by=ana, now=LATER)
        if done.bulk_id is not None:
            assert bulk.undo(session, done.bulk_id, by=ana, now=LATER).refused == ()
        assert stand(session, ids) == before
        assert people.active(session, ana.id).name == "Ana"
        assert len(inbox.queue(session, QueueFilter(view="all"), now=LATER)) >= len(ids)


def test_many_cases_go_to_somebody_off_shift_only_by_an_explicit_word(database: Database) -> None:
    with database.write() as session:
        ana, bo, shop = person(session), person(session, "Bo Lind"), Shop(session)
        ids = [shop.claimed(ana).id for _ in range(2)]
        bo.shift = Shift.OFF
        session.flush()
        refused = bulk.do(session, ids, BulkAct(BulkVerb.HAND_OVER, bo.id), by=ana, now=NOON)
        assert (refused.case_ids, [one.case_id for one in refused.refused]) == ((), ids)
        assert refused.refused[0].words.startswith("Bo Lind is off shift")
        assert bulk.do(session, ids, BulkAct(BulkVerb.HAND_OVER, bo.id, although_off=True), by=ana, now=NOON).case_ids == tuple(ids)
