"""Saying no with its reason, its rule and what we can do instead."""

from datetime import timedelta

from desk.cases import cases
from desk.figures.performance import Within
from desk.outcomes import declines, outcomes
from desk.outcomes.declines import Declined
from storage.database import Database
from storage.words import Outcome
from tests.support.desk import MINUTE, NOON, SETTINGS, Shop, person

DAY = timedelta(days=1)


def test_n8_declines_are_listed_by_rule(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        for rule in ("Refunds within 14 days", "No pets", "Refunds  within 14 days "):
            told = Declined("we said so", rule, "repair")
            outcomes.close(session, shop.claimed(ana).id, outcome=Outcome.DECLINED, declined=told, by=ana, now=NOON)
        found = declines.by_rule(session, Within(NOON - DAY, NOON + DAY))
        assert [(one.rule, one.n) for one in found] == [("Refunds within 14 days", 2), ("No pets", 1)]
        assert declines.rules(session, case_id=shop.case().id) == ["Refunds within 14 days", "No pets"]
        assert declines.rules(session, case_id=shop.case().id, limit=1) == ["Refunds within 14 days"]
        assert declines.by_rule(session, Within(NOON + DAY, NOON + 2 * DAY)) == []


def test_n8_the_rules_of_one_brand_are_not_offered_to_another(database: Database) -> None:
    with database.write() as session:
        ana, shop, other = person(session), Shop(session), Shop(session)
        for where, rule in ((shop, "No pets"), (other, "No refunds")):
            told = Declined("we said so", rule, "repair")
            outcomes.close(session, where.claimed(ana).id, outcome=Outcome.DECLINED, declined=told, by=ana, now=NOON)
        assert declines.rules(session, case_id=shop.case().id) == ["No pets"]
        assert declines.rules(session, case_id=other.case().id) == ["No refunds"]


def test_n8_a_decline_that_comes_back_stands_no_more(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        told = Declined("we said so", "No pets", "a window seat")
        case = outcomes.close(session, shop.claimed(ana).id, outcome=Outcome.DECLINED, declined=told, by=ana, now=NOON)
        cases.reopen(session, case.id, by=ana, settings=SETTINGS, now=NOON + MINUTE)
        assert (case.declined_reason, case.declined_rule, case.declined_instead) == ("", "", "")
        assert (declines.rules(session, case_id=shop.case().id), declines.by_rule(session, Within(NOON - DAY, NOON + DAY))) == ([], [])
