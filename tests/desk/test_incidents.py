"""An incident from its beginning to its end: who may, what is attached, what comes back, what is approved."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases import cases
from desk.errors import Invalid, NotAllowed, Stale
from desk.incidents import incident_cases, incident_ends, incident_statements, incident_telling, incidents
from desk.incidents.incident_statements import ENOUGH, Purpose
from desk.incidents.incidents import IncidentDraft
from desk.labels import triage
from desk.outcomes import outcomes, resolutions
from desk.outcomes.resolutions import ResolutionDraft
from desk.queue import inbox
from desk.queue.filters import QueueFilter
from desk.replies import switches
from storage.database import Database
from storage.models import Audit, Case, Ending, Mention, Notice, Person, Reply, Resolution
from storage.words import CaseStatus, Escalation, Flag, Intent, NoticeKind, Outcome, ReplyState, Role, Urgency
from tests.support.crisis import KNOWN, approved, incident
from tests.support.desk import MINUTE, NOON, SECOND, SETTINGS, Shop, lead, person
from tests.support.outbox import queue, send

FOUND = ResolutionDraft("A cable was cut", "It was spliced", "The lines are up")


def waiting(session: Session) -> list[int]:
    return [row.id for row in inbox.queue(session, QueueFilter(), now=NOON + MINUTE)]


def test_an_agent_proposes_a_lead_owns_and_changes_it(database: Database) -> None:
    with database.write() as session:
        ana, lea = person(session), lead(session)
        proposed = incidents.begin(session, IncidentDraft("Outage Berlin"), by=ana, now=NOON)
        assert proposed.owner_id is None
        (notice,) = session.scalars(select(Notice)).all()
        assert (notice.person_id, notice.kind, notice.text) == (lea.id, NoticeKind.INCIDENT, "Outage Berlin")
        known = IncidentDraft("Outage Berlin", "A cut cable", "We know of\n the outage.", lea.id)
        with pytest.raises(NotAllowed):
            incidents.change(session, proposed.id, known, version=1, by=ana, now=NOON)
        incidents.change(session, proposed.id, known, version=1, by=lea, now=NOON)
        view = incidents.view(session, proposed.id)
        assert (view.owner, view.cause, view.known_issue, view.opened_by) == (
            "Lea Hart",
            "A cut cable",
            "We know of the outage.",
            "Ana Moss",
        )
        with pytest.raises(Stale):
            incidents.change(session, proposed.id, known, version=1, by=lea, now=NOON)
        assert incidents.begin(session, IncidentDraft("Another"), by=lea, now=NOON).owner_id == lea.id
        with pytest.raises(Invalid, match="needs a name"):
            incidents.begin(session, IncidentDraft(" "), by=lea, now=NOON)


def test_attached_cases_fold_into_one_row_and_come_out_again(database: Database) -> None:
    with database.write() as session:
        lea, shop = lead(session), Shop(session)
        found = [shop.case(f"No net {n}", at=NOON + n * SECOND) for n in range(4)]
        ids = [case.id for case in found]
        outage = incident(session, lea)
        done = incident_cases.attach(session, outage.id, ids[:3], by=lea, now=NOON + MINUTE)
        assert (done.case_ids, done.refused) == (tuple(ids[:3]), {})
        assert waiting(session) == [ids[3]]
        (row,) = incident_cases.folded(session)
        assert (row.name, row.cases, row.oldest, row.is_closed) == ("Outage Berlin", 3, NOON, False)
        assert inbox.figures(session, now=NOON + MINUTE).waiting == 1
        undone = incident_cases.detach(session, outage.id, ids[:2], by=lea, now=NOON + MINUTE)
        assert undone.case_ids == tuple(ids[:2])
        assert sorted(waiting(session)) == sorted([ids[0], ids[1], ids[3]])
        acts = session.scalars(select(Audit.verb).where(Audit.case_id == ids[0]).order_by(Audit.id)).all()
        assert acts[-2:] == ["incident_attached", "incident_detached"]


def test_what_cannot_be_attached_is_named(database: Database) -> None:
    with database.write() as session:
        lea, shop = lead(session), Shop(session)
        inside, elsewhere, closed = shop.case(), shop.case(), shop.claimed(lea)
        one, other = incident(session, lea), incident(session, lea, "Another")
        incident_cases.attach(session, one.id, [inside.id], by=lea, now=NOON)
        incident_cases.attach(session, other.id, [elsewhere.id], by=lea, now=NOON)
        session.get_one(Case, closed.id).status = CaseStatus.CLOSED
        done = incident_cases.attach(session, one.id, [inside.id, elsewhere.id, closed.id, 424242], by=lea, now=NOON)
        assert done.case_ids == ()
        assert sorted(done.refused.values()) == [
            "It is closed",
            "It is in another incident",
            "It is in this incident already",
            "There is no such case",
        ]
        with pytest.raises(Invalid, match="At most 200"):
            incident_cases.attach(session, one.id, range(1, 300), by=lea, now=NOON)
        with pytest.raises(NotAllowed):
            incident_cases.attach(session, one.id, [inside.id], by=person(session, "Rik", Role.READER), now=NOON)


def wrote(session: Session, shop: Shop, case: Case, **labels: object) -> Case:
    """The customer of an attached case writes, and the classifier reads it."""
    mention = shop.more(case, "And another thing", at=NOON + 5 * MINUTE, **{"needs_reply": True, **labels})
    cases.join(session, case, mention, settings=SETTINGS, now=NOON + 5 * MINUTE)
    return session.get_one(Case, case.id, populate_existing=True)


@pytest.mark.parametrize(
    ("labels", "comes_back"),
    [
        ({"intent": Intent.COMPLAINT, "urgency": Urgency.NORMAL}, False),
        ({"intent": Intent.QUESTION, "urgency": Urgency.NORMAL, "needs_reply": False}, False),
        ({"intent": Intent.COMPLAINT, "urgency": Urgency.HIGH}, True),
        ({"intent": Intent.QUESTION, "urgency": Urgency.NORMAL}, True),
        ({"intent": Intent.COMPLAINT, "flag": Flag.UNSURE}, True),
    ],
)
def test_a_customer_who_writes_something_else_comes_back_flagged(database: Database, labels: dict[str, object], comes_back: bool) -> None:
    with database.write() as session:
        lea, shop = lead(session), Shop(session)
        case = shop.case("No net", intent=Intent.COMPLAINT, urgency=Urgency.NORMAL, needs_reply=True)
        outage = incident(session, lea)
        incident_cases.attach(session, outage.id, [case.id], by=lea, now=NOON + MINUTE)
        back = wrote(session, shop, case, **labels)
        assert (back.incident_id is None, back.flag is not None, case.id in waiting(session)) == (comes_back, comes_back, comes_back)
        assert incident_cases.sizes(session, outage.id).back == int(comes_back)
        assert [one.id for one in incident_cases.back(session, outage.id)] == ([case.id] if comes_back else [])


def test_what_the_classifier_never_read_comes_back_too(database: Database) -> None:
    with database.write() as session:
        lea, shop = lead(session), Shop(session)
        case = shop.case("No net", triaged_at=NOON)
        outage = incident(session, lea)
        incident_cases.attach(session, outage.id, [case.id], by=lea, now=NOON + MINUTE)
        cases.join(session, case, shop.more(case, "Smoke!", at=NOON + 2 * MINUTE), settings=SETTINGS, now=NOON + 2 * MINUTE)
        assert session.get_one(Case, case.id, populate_existing=True).incident_id == outage.id
        triage.flag_overdue(session, settings=SETTINGS, now=NOON + 4 * MINUTE)
        back = session.get_one(Case, case.id, populate_existing=True)
        assert (back.incident_id, back.flag, back.left_incident_id) == (None, Flag.APART, outage.id)


def test_who_came_back_is_as_others_once_answered(database: Database) -> None:
    with database.write() as session:
        lea, ana, shop = lead(session), person(session), Shop(session)
        case = shop.case("No net", intent=Intent.COMPLAINT)
        outage = incident(session, lea)
        incident_cases.attach(session, outage.id, [case.id], by=lea, now=NOON)
        back = wrote(session, shop, case, urgency=Urgency.HIGH)
        assert back.flag == Flag.APART
        cases.claim(session, case.id, by=ana, now=NOON + 6 * MINUTE)
        send(session, queue(session, back, shop, ana, now=NOON + 6 * MINUTE), at=NOON + 7 * MINUTE)
        session.refresh(back)
        assert (back.flag, back.left_incident_id, back.status) == (None, None, CaseStatus.PENDING)


def test_the_statement_is_approved_by_another_lead_where_there_is_one(database: Database) -> None:
    with database.write() as session:
        ana, lea = person(session), lead(session)
        outage = incident(session, lea)
        written = incident_statements.propose(session, outage.id, purpose=Purpose.KNOWN, language="EN", variants=KNOWN, by=lea, now=NOON)
        assert (written.language, len(written.variants), written.may_be_told) == ("en", ENOUGH, False)
        with pytest.raises(NotAllowed):
            incident_statements.approve(session, outage.id, written.id, by=ana, now=NOON)
        other = lead(session, "Adi Cole")
        with pytest.raises(Invalid, match="another lead approves"):
            incident_statements.approve(session, outage.id, written.id, by=lea, now=NOON)
        assert incident_statements.approve(session, outage.id, written.id, by=other, now=NOON).may_be_told
        session.flush()
        assert (outage.approved_by_id, outage.approved_at) == (other.id, NOON)
        again = incident_statements.propose(session, outage.id, purpose=Purpose.KNOWN, language="en", variants=KNOWN[:2], by=ana, now=NOON)
        assert [one.id for one in incident_statements.of_incident(outage)] == [again.id]
        with pytest.raises(Invalid, match="at least 3 variants"):
            incident_statements.approve(session, outage.id, again.id, by=lea, now=NOON)


def test_a_lead_who_is_alone_approves_what_they_wrote(database: Database) -> None:
    with database.write() as session:
        lea = lead(session)
        assert approved(session, incident(session, lea), lea, lea).may_be_told


@pytest.mark.parametrize(
    ("language", "variants", "words"),
    [
        ("", KNOWN, "needs its language"),
        ("en", ["We know.", "we know!", "All of us"], "say the same"),
        ("en", ["Dear {sir}", "b", "c"], "Nobody can fill {sir}"),
        ("en", [], "1 to 10 variants"),
    ],
)
def test_what_no_statement_is(database: Database, language: str, variants: list[str], words: str) -> None:
    with database.write() as session:
        lea = lead(session)
        with pytest.raises(Invalid, match=words):
            incident_statements.propose(
                session, incident(session, lea).id, purpose=Purpose.KNOWN, language=language, variants=variants, by=lea, now=NOON
            )


def told_case(session: Session, shop: Shop, outage_id: int, by: Person, purpose: Purpose = Purpose.FIXED) -> Case:
    """A case whose customer was told, and is quiet since."""
    case = shop.claimed(by)
    reply = queue(session, case, shop, by, f"We know of it, {case.id}")
    send(session, reply)
    told = session.get_one(Reply, reply.id)
    told.incident_id, told.key = outage_id, incident_telling.key_of(outage_id, purpose, case.author_id)
    incident_cases.attach(session, outage_id, [case.id], by=by, now=NOON + MINUTE)
    return session.get_one(Case, case.id, populate_existing=True)


def test_closing_makes_a_resolution_that_its_quiet_cases_reuse(database: Database) -> None:
    with database.write() as session:
        lea, ana, shop = lead(session), person(session), Shop(session)
        outage = incident(session, lea)
        quiet = [told_case(session, shop, outage.id, ana) for _ in range(2)]
        wrote_again, never_told = told_case(session, shop, outage.id, ana), shop.case()
        incident_cases.attach(session, outage.id, [never_told.id], by=lea, now=NOON + 2 * MINUTE)
        wrote(session, shop, wrote_again, intent=None, needs_reply=False)
        with pytest.raises(Invalid, match="Close the incident first"):
            incident_ends.close_told(session, outage.id, by=lea, now=NOON + 9 * MINUTE)
        with pytest.raises(Invalid, match="needs"):
            incidents.close(session, outage.id, ResolutionDraft("Cut", "", ""), by=lea, now=NOON + 9 * MINUTE)
        incidents.close(session, outage.id, FOUND, by=lea, now=NOON + 9 * MINUTE)
        assert incident_ends.to_close(session, outage.id) == 2
        done = incident_ends.close_told(session, outage.id, by=lea, now=NOON + 9 * MINUTE)
        assert sorted(done.case_ids) == [case.id for case in quiet]
        (solved,) = session.scalars(select(Resolution)).all()
        assert (solved.cause, solved.reused, solved.case_id) == (FOUND.cause, 2, None)
        assert {session.get_one(Case, case.id, populate_existing=True).outcome for case in quiet} == {Outcome.SOLVED}
        (row,) = incident_cases.folded(session)
        assert (row.cases, row.is_closed) == (2, True)
        assert sorted(incident_ends.give_back(session, outage.id, by=lea, now=NOON + 9 * MINUTE).case_ids) == [
            wrote_again.id,
            never_told.id,
        ]
        assert set(waiting(session)) == {wrote_again.id, never_told.id}
        assert incident_cases.folded(session) == []


def test_only_who_was_told_that_it_is_fixed_is_called_solved(database: Database) -> None:
    with database.write() as session:
        lea, ana, shop = lead(session), person(session), Shop(session)
        outage = incident(session, lea)
        known, fixed = (told_case(session, shop, outage.id, ana, purpose) for purpose in Purpose)
        incidents.close(session, outage.id, FOUND, by=lea, now=NOON + 9 * MINUTE)
        assert incident_ends.to_close(session, outage.id) == 1
        assert incident_ends.close_told(session, outage.id, by=lea, now=NOON + 9 * MINUTE).case_ids == (fixed.id,)
        session.expire_all()
        assert (known.status, known.outcome, fixed.outcome) == (CaseStatus.PENDING, None, Outcome.SOLVED)


def test_whoever_had_a_told_case_keeps_it_and_solved_it(database: Database) -> None:
    with database.write() as session:
        lea, ana, shop = lead(session), person(session), Shop(session)
        outage = incident(session, lea)
        owned, nobodys, left = (told_case(session, shop, outage.id, ana) for _ in range(3))
        cases.release(session, nobodys.id, by=ana, now=NOON + 8 * MINUTE)
        left.assignee_id = person(session, "Rik", Role.READER).id
        incidents.close(session, outage.id, FOUND, by=lea, now=NOON + 9 * MINUTE)
        assert len(incident_ends.close_told(session, outage.id, by=lea, now=NOON + 9 * MINUTE).case_ids) == 3
        session.expire_all()
        endings = {row.case_id: row.person_id for row in session.scalars(select(Ending))}
        for case, solver in ((owned, ana), (nobodys, lea), (left, lea)):
            assert (case.assignee_id, endings[case.id]) == (solver.id, solver.id)
        acts = session.scalars(select(Audit.person_id).where(Audit.verb == "close")).all()
        assert acts == [lea.id] * 3


def test_nobody_but_a_lead_ends_a_colleagues_case(database: Database) -> None:
    with database.write() as session:
        ana, bo, shop = person(session), person(session, "Bo"), Shop(session)
        case = shop.claimed(ana)
        with pytest.raises(NotAllowed):
            outcomes.close(session, case.id, outcome=Outcome.NO_ACTION, owner=ana, by=bo, now=NOON)
        assert case.closed_at is None


def test_an_incident_without_a_cause_is_not_closed(database: Database) -> None:
    with database.write() as session:
        lea = lead(session)
        with pytest.raises(Invalid, match="its cause is known"):
            incidents.close(session, incident(session, lea).id, ResolutionDraft(resolutions.CAUSE_UNKNOWN, "", ""), by=lea, now=NOON)


def test_cases_of_the_press_stand_apart(database: Database) -> None:
    with database.write() as session:
        lea, shop = lead(session), Shop(session)
        press, other = shop.case(), shop.case()
        press.escalation = Escalation.PRESS
        outage = incident(session, lea)
        incident_cases.attach(session, outage.id, [press.id, other.id], by=lea, now=NOON)
        assert [one.id for one in incident_cases.shown(session, outage.id, escalated=True)] == [press.id]
        assert [one.id for one in incident_cases.shown(session, outage.id, escalated=False)] == [other.id]
        assert incident_cases.sizes(session, outage.id).escalated == 1
        assert not switches.standing(session)


def test_a_mention_of_an_attached_case_is_never_lost_from_its_page(database: Database) -> None:
    with database.write() as session:
        lea, shop = lead(session), Shop(session)
        case = shop.case()
        outage = incident(session, lea)
        incident_cases.attach(session, outage.id, [case.id], by=lea, now=NOON + MINUTE)
        wrote(session, shop, case, needs_reply=False)
        (inside,) = incident_cases.shown(session, outage.id, escalated=False)
        assert (inside.id, inside.preview) == (case.id, "And another thing")
        assert session.scalar(select(Mention.case_id).where(Mention.text == "And another thing")) == case.id
        assert session.scalar(select(Reply.state).where(Reply.state == ReplyState.QUEUED)) is None
