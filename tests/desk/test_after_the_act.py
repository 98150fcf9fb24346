"""What an act leaves behind is as if the case had always been so: in sight, in its place, with instants in order and nothing counted twice."""

from datetime import timedelta

import pytest

from desk.cases import bulk, cases, upkeep, urgency
from desk.cases.bulk import BulkAct, BulkVerb
from desk.intake import erasure
from desk.outcomes import outcomes
from desk.outcomes.outcomes import ResolutionDraft
from desk.people import leaving
from storage.database import Database
from storage.models import Case, Resolution
from storage.words import Outcome, Role, Urgency
from tests.support.desk import MINUTE, NOON, SETTINGS, Shop, angry, person

HOUR = timedelta(hours=1)
LATER = NOON + HOUR


def place(case: Case) -> bool:
    """Whether the case stands where the rule of the order puts it."""
    at, reasons = urgency.answer_by(upkeep.facts(case), SETTINGS)
    return case.answer_by == at and case.reasons == [reason.as_dict() for reason in reasons]


@pytest.mark.parametrize("way", ["release", "leave", "undo"])
def test_a_case_that_nobody_has_any_more_is_in_sight_again(database: Database, way: str) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.case()
        done = bulk.do(session, [case.id], BulkAct(BulkVerb.CLAIM), by=ana, now=NOON)
        cases.snooze(session, case.id, until=LATER, by=ana, now=NOON)
        if way == "release":
            cases.release(session, case.id, by=ana, now=NOON)
        elif way == "leave":
            person(session, "Ada", Role.ADMIN)
            leaving.leave(session, ana.id, by=None, now=NOON)
        else:
            bulk.undo(session, done.bulk_id or 0, by=ana, now=NOON)
        assert (case.assignee_id, case.snoozed_until) == (None, None)


def test_a_merged_case_stands_where_its_earliest_and_most_urgent_post_puts_it(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        author = shop.author()
        early = shop.case("First", author=author, at=NOON, **angry(Urgency.HIGH))
        late = shop.claimed(ana, "Second", author=author, at=NOON + 20 * MINUTE)
        kept = cases.merge(session, early.id, into=late.id, by=ana, settings=SETTINGS, now=LATER)
        assert (kept.waiting_since, kept.urgency) == (NOON, Urgency.HIGH)
        assert place(kept)


def test_a_case_that_was_split_off_is_claimed_no_sooner_than_its_first_post_was_seen(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        bill = shop.more(case, "And the bill is wrong", at=LATER)
        cases.join(session, case, bill, settings=SETTINGS, now=LATER)
        other = cases.split(session, case.id, [bill.id], by=ana, settings=SETTINGS, now=LATER + MINUTE)
        assert (case.claimed_at, other.seen_at, other.claimed_at) == (NOON, LATER, LATER)


def test_who_leaves_hands_over_a_case_that_stands_where_its_hand_overs_put_it(database: Database) -> None:
    with database.write() as session:
        ana, bo, shop = person(session), person(session, "Bo"), Shop(session)
        person(session, "Ada", Role.ADMIN)
        case = shop.claimed(ana)
        leaving.leave(session, ana.id, to_person_id=bo.id, by=None, now=NOON)
        assert (case.assignee_id, case.handovers) == (bo.id, 1)
        assert place(case)


def test_an_erased_post_takes_along_what_it_did_to_the_order(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        furious = shop.more(case, "NOW", at=LATER, **angry(Urgency.HIGH))
        cases.join(session, case, furious, settings=SETTINGS, now=LATER)
        assert place(case)
        erasure.forget(session, furious.id, reason="deleted", settings=SETTINGS, now=LATER)
        assert case.urgency is None
        assert place(case)


def test_a_case_that_ends_by_its_own_fix_again_spared_nobody(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        fix = ResolutionDraft("A belt broke", "A new one", "They wrote so")
        outcomes.close(session, case.id, outcome=Outcome.SOLVED, resolution=fix, by=ana, now=NOON)
        found = case.resolution_id or 0
        for _ in range(2):
            cases.reopen(session, case.id, by=ana, settings=SETTINGS, now=LATER)
            outcomes.close(session, case.id, outcome=Outcome.SOLVED, reuse=found, by=ana, now=LATER)
        assert session.get_one(Resolution, found, populate_existing=True).reused == 0
