"""What solved it is kept, found again, and credited with whom it spared."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from desk.cases import cases
from desk.errors import Invalid, NotAllowed, NotFound
from desk.outcomes import resolutions
from desk.outcomes.outcomes import CAUSE_UNKNOWN, ResolutionDraft, close
from storage.database import Database
from storage.models import Case, Incident, Person, Resolution
from storage.words import Outcome, Role
from tests.support.desk import MINUTE, NOON, SETTINGS, Shop, person

WHOLE = ResolutionDraft("router firmware 2.1", "update to 2.2", "she wrote that it works")
BILL = ResolutionDraft("bill sent twice", "cancelled 100 % of one", "seen in the books")
NOBODY_KNOWS = ResolutionDraft(CAUSE_UNKNOWN, "", "")


def solved(session: Session, shop: Shop, by: Person, draft: ResolutionDraft) -> Case:
    return close(session, shop.claimed(by).id, outcome=Outcome.SOLVED, resolution=draft, by=by, now=NOON)


def test_n1_a_fix_is_credited_with_whom_it_spared_and_less_when_they_come_back(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        solved(session, shop, ana, BILL)
        fix = solved(session, shop, ana, WHOLE).resolution_id
        later = [close(session, shop.claimed(ana).id, outcome=Outcome.SOLVED, reuse=fix, by=ana, now=NOON) for _ in range(3)]
        assert [(view.cause, view.reused) for view in resolutions.resolutions(session)] == [(WHOLE.cause, 3), (BILL.cause, 0)]
        cases.reopen(session, later[0].id, by=ana, settings=SETTINGS, now=NOON + MINUTE)
        assert resolutions.resolutions(session)[0].reused == 2


def test_n1_the_first_case_of_a_fix_that_comes_back_spares_nobody_less(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        first = solved(session, shop, ana, WHOLE)
        fix = first.resolution_id
        close(session, shop.claimed(ana).id, outcome=Outcome.SOLVED, reuse=fix, by=ana, now=NOON)
        cases.reopen(session, first.id, by=ana, settings=SETTINGS, now=NOON + MINUTE)
        assert session.get_one(Resolution, fix, populate_existing=True).reused == 1


def test_n1_a_case_of_an_incident_begins_with_what_is_known_of_it(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case, other = shop.claimed(ana), shop.claimed(ana)
        incident = Incident(name="Outage", cause="Cut fibre", fix="Spliced", evidence="Lights are green", opened_at=NOON)
        unknown = Incident(name="Another", opened_at=NOON)
        session.add_all([incident, unknown])
        session.flush()
        case.incident_id, other.incident_id = incident.id, unknown.id
        session.flush()
        assert resolutions.prefill(session, case.id) == ResolutionDraft("Cut fibre", "Spliced", "Lights are green")
        assert resolutions.prefill(session, other.id) is None


def test_n1_what_solved_it_for_one_brand_is_not_offered_to_another(database: Database) -> None:
    with database.write() as session:
        ana, shop, other = person(session), Shop(session), Shop(session)
        solved(session, shop, ana, WHOLE)
        solved(session, other, ana, BILL)
        for where, cause in ((shop, WHOLE.cause), (other, BILL.cause)):
            case = where.case("My router firmware was billed twice")
            assert [view.cause for view in resolutions.resolutions(session, case_id=case.id)] == [cause]


def test_n1_what_solved_an_incident_is_offered_to_the_brands_of_its_cases(database: Database) -> None:
    with database.write() as session:
        shop, other = Shop(session), Shop(session)
        fix = Resolution(at=NOON, cause="Cut fibre", fix="Spliced the fibre", evidence="Lights are green")
        session.add(fix)
        session.flush()
        outage = Incident(name="Outage", opened_at=NOON, resolution_id=fix.id)
        session.add(outage)
        session.flush()
        shop.case("Dead fibre").incident_id = outage.id
        for where, causes in ((shop, ["Cut fibre"]), (other, [])):
            assert [view.cause for view in resolutions.resolutions(session, case_id=where.case("My fibre is dead").id)] == causes


def test_n1_unknown_causes_are_listed_until_a_lead_finds_them(database: Database) -> None:
    with database.write() as session:
        ana, lead, shop = person(session, "Ana"), person(session, "Lea", Role.LEAD), Shop(session)
        case, again = solved(session, shop, ana, NOBODY_KNOWS), solved(session, shop, ana, NOBODY_KNOWS)
        cases.reopen(session, again.id, by=ana, settings=SETTINGS, now=NOON)
        (listed,) = resolutions.unknown(session)
        assert (listed.case_id, listed.person, listed.author) == (case.id, "Ana", case.author_name)
        version, number = case.version, listed.resolution_id
        resolutions.complete(session, number, WHOLE, by=lead, now=NOON + MINUTE)
        session.refresh(case)
        assert (resolutions.unknown(session), case.version) == ([], version + 1)
        assert [view.cause for view in resolutions.search(session, "firmware")] == [WHOLE.cause]
        assert close(session, shop.claimed(ana).id, outcome=Outcome.SOLVED, reuse=number, by=ana, now=NOON).resolution_id == number


def test_n1_only_a_lead_completes_and_only_once_and_whole(database: Database) -> None:
    with database.write() as session:
        ana, lead, shop = person(session, "Ana"), person(session, "Lea", Role.LEAD), Shop(session)
        unknown, known = solved(session, shop, ana, NOBODY_KNOWS).resolution_id, solved(session, shop, ana, WHOLE).resolution_id
        assert unknown is not None
        assert known is not None
        with pytest.raises(NotAllowed):
            resolutions.complete(session, unknown, WHOLE, by=ana, now=NOON)
        with pytest.raises(NotFound):
            resolutions.complete(session, 999_999, WHOLE, by=lead, now=NOON)
        for draft, says in ((NOBODY_KNOWS, "Say what the cause was"), (ResolutionDraft("x", "", ""), "fix and evidence")):
            with pytest.raises(Invalid, match=says):
                resolutions.complete(session, unknown, draft, by=lead, now=NOON)
        with pytest.raises(Invalid, match="known already"):
            resolutions.complete(session, known, WHOLE, by=lead, now=NOON)


@pytest.mark.parametrize(
    ("words", "expected"),
    [("", [WHOLE.cause, BILL.cause]), ("UPDATE works", [WHOLE.cause]), ("twice works", []), ("100 %", [BILL.cause]), ("%", [BILL.cause])],
)
def test_n1_resolutions_are_found_by_their_words(database: Database, words: str, expected: list[str]) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        for draft in (BILL, WHOLE, NOBODY_KNOWS):
            solved(session, shop, ana, draft)
        assert [view.cause for view in resolutions.search(session, words)] == expected


def test_n1_a_search_ends(database: Database) -> None:
    with database.write() as session:
        session.add_all([Resolution(at=NOON + timedelta(1), cause=f"c{n}", fix="f", evidence="e", reused=n) for n in range(9)])
        session.flush()
        assert [view.reused for view in resolutions.search(session, "c", limit=3)] == [8, 7, 6]
