"""How a case ends: what each outcome needs, and what is kept for the next customer."""

import pytest
from sqlalchemy import select

from desk.cases import cases, holds
from desk.cases.timeline import timeline
from desk.errors import Invalid, NotFound
from desk.outcomes.outcomes import CAUSE_UNKNOWN, Declined, Moved, ResolutionDraft, close, resolutions
from desk.replies import replies
from storage.database import Database
from storage.models import Audit, Hold, Resolution
from storage.words import CaseStatus, HoldKind, Outcome, ReplyState
from tests.support.desk import MINUTE, NOON, SETTINGS, Shop, person
from tests.support.outbox import fail, queue, send

WHOLE = ResolutionDraft("router firmware 2.1", "update to 2.2", "she wrote that it works")


def test_solved_keeps_what_solved_it(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        close(session, case.id, outcome=Outcome.SOLVED, resolution=WHOLE, by=ana, now=NOON + MINUTE)
        kept = session.get_one(Resolution, case.resolution_id)
        assert ResolutionDraft(kept.cause, kept.fix, kept.evidence) == WHOLE
        assert (kept.case_id, kept.person_id) == (case.id, ana.id)
        assert (case.status, case.outcome, case.closed_at, case.waiting_since) == (CaseStatus.CLOSED, Outcome.SOLVED, NOON + MINUTE, None)
        session.flush()
        act = session.scalars(select(Audit).where(Audit.verb == "close")).one()
        assert (act.person_id, act.detail["outcome"], act.detail["resolution"]) == (ana.id, "solved", kept.id)


@pytest.mark.parametrize(
    ("outcome", "told", "says"),
    [
        (Outcome.SOLVED, {}, "what solved it"),
        (Outcome.SOLVED, {"resolution": WHOLE, "reuse": 1}, "what solved it"),
        (Outcome.SOLVED, {"resolution": ResolutionDraft("x", " ", "")}, "fix and evidence"),
        (Outcome.SOLVED, {"resolution": ResolutionDraft("", "x", "y")}, "cause"),
        (Outcome.DECLINED, {}, "reason"),
        (Outcome.DECLINED, {"declined": Declined(" ", "x", "y")}, "the reason"),
        (Outcome.DECLINED, {"declined": Declined("x", "", "y")}, "the rule"),
        (Outcome.DECLINED, {"declined": Declined("x", "y", "")}, "do instead"),
        (Outcome.NO_ACTION, {"declined": Declined("x", "y", "z")}, "no other outcome"),
        (Outcome.ANSWERED, {}, "Nobody has answered"),
        (Outcome.MOVED, {"resolution": WHOLE}, "Only a solved case"),
        (Outcome.MOVED, {}, "where it goes on"),
        (Outcome.MOVED, {"moved": Moved("phone", " ")}, "the reference"),
        (Outcome.MOVED, {"moved": Moved("", "7")}, "where it goes on"),
        (Outcome.MOVED, {"moved": Moved("x" * 81, "7")}, "Too long"),
        (Outcome.SPAM, {"moved": Moved("phone", "7")}, "no other outcome"),
        (Outcome.NO_ANSWER, {"reuse": 1}, "Only a solved case"),
    ],
)
def test_an_outcome_without_its_ground_is_refused(database: Database, outcome: Outcome, told: dict[str, object], says: str) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        with pytest.raises(Invalid, match=says):
            close(session, case.id, outcome=outcome, by=ana, now=NOON, **told)  # type: ignore[arg-type]
        assert case.status == CaseStatus.OPEN


@pytest.mark.parametrize("outcome", [Outcome.NO_ANSWER, Outcome.SPAM, Outcome.NO_ACTION, Outcome.DUPLICATE])
def test_other_outcomes_need_no_ground(database: Database, outcome: Outcome) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        assert close(session, shop.claimed(ana).id, outcome=outcome, by=ana, now=NOON).outcome == outcome


def test_moved_keeps_where_it_goes_on_until_the_case_comes_back(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = close(session, shop.claimed(ana).id, outcome=Outcome.MOVED, moved=Moved(" the  phone", "CALL-7 "), by=ana, now=NOON)
        assert (case.moved_to, case.moved_ref) == ("the phone", "CALL-7")
        session.flush()
        assert timeline(session, case.id)[-1].words == "it goes on elsewhere: the phone, CALL-7"
        cases.reopen(session, case.id, by=ana, settings=SETTINGS, now=NOON)
        assert (case.moved_to, case.moved_ref) == ("", "")


def test_declined_keeps_reason_rule_and_what_we_can_do_instead(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        declined = Declined(" too late ", "Refunds within  14 days", "We repair it")
        case = close(session, shop.claimed(ana).id, outcome=Outcome.DECLINED, declined=declined, by=ana, now=NOON)
        assert (case.declined_reason, case.declined_rule, case.declined_instead) == ("too late", "Refunds within 14 days", "We repair it")


def test_answered_needs_an_answer(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        send(session, queue(session, case, shop, ana))
        assert close(session, case.id, outcome=Outcome.ANSWERED, by=ana, now=NOON + MINUTE).outcome == Outcome.ANSWERED


def test_reuse_counts_and_is_ranked(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        router = close(
            session, shop.claimed(ana, "My router drops the line").id, outcome=Outcome.SOLVED, resolution=WHOLE, by=ana, now=NOON
        )
        other = ResolutionDraft("bill sent twice", "cancelled one", "seen in the books")
        close(session, shop.claimed(ana, "Charged twice").id, outcome=Outcome.SOLVED, resolution=other, by=ana, now=NOON)
        again = shop.claimed(ana, "The router drops every evening")
        offered = resolutions(session, case_id=again.id)
        assert [view.id for view in offered] == [router.resolution_id]
        close(session, again.id, outcome=Outcome.SOLVED, reuse=router.resolution_id, by=ana, now=NOON)
        assert again.resolution_id == router.resolution_id
        ranked = resolutions(session)
        assert [(view.cause, view.reused, view.person) for view in ranked] == [(WHOLE.cause, 1, "Ana Moss"), (other.cause, 0, "Ana Moss")]


def test_an_unknown_cause_is_allowed_and_never_reused(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        close(session, case.id, outcome=Outcome.SOLVED, resolution=ResolutionDraft(CAUSE_UNKNOWN, "", ""), by=ana, now=NOON)
        assert resolutions(session) == []
        with pytest.raises(NotFound):
            close(session, shop.claimed(ana).id, outcome=Outcome.SOLVED, reuse=case.resolution_id, by=ana, now=NOON)
        with pytest.raises(NotFound):
            close(session, shop.claimed(ana).id, outcome=Outcome.SOLVED, reuse=999_999, by=ana, now=NOON)


@pytest.mark.parametrize("state", ["queued", "sending", "uncertain", "by hand"])
def test_a_case_with_a_reply_under_way_stays_open(database: Database, state: str) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana, addressed=[] if state == "by hand" else ["acme"])
        reply = queue(session, case, shop, ana)
        if state in {"sending", "uncertain"}:
            replies.lease_due(session, "w", now=NOON + MINUTE, limit=1, lease=MINUTE)
        if state == "uncertain":
            replies.mark_uncertain(session, reply.id, reason="", owner="w", now=NOON + MINUTE)
        with pytest.raises(Invalid, match=f"A reply is {state}"):
            close(session, case.id, outcome=Outcome.NO_ACTION, by=ana, now=NOON + MINUTE)


def test_a_failed_reply_and_a_draft_do_not_keep_a_case_open(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        reply = queue(session, case, shop, ana)
        fail(session, reply)
        replies.save_draft(session, case.id, text="…", version=0, by=ana, now=NOON + MINUTE)
        assert close(session, case.id, outcome=Outcome.NO_ACTION, by=ana, now=NOON + MINUTE).status == CaseStatus.CLOSED
        assert reply.state == ReplyState.FAILED


def test_a_closed_case_lets_everybody_go(database: Database) -> None:
    with database.write() as session:
        ana, bo, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
        case = shop.claimed(ana)
        holds.hold(session, case.id, kind=HoldKind.READING, by=bo, settings=SETTINGS, now=NOON)
        close(session, case.id, outcome=Outcome.NO_ACTION, by=ana, now=NOON)
        assert session.scalars(select(Hold)).all() == []
        with pytest.raises(Invalid, match="reopen it first"):
            close(session, case.id, outcome=Outcome.SPAM, by=ana, now=NOON)
        with pytest.raises(Invalid, match="reopen it first"):
            queue(session, case, shop, ana)
        with pytest.raises(Invalid, match="reopen it first"):
            cases.snooze(session, case.id, until=NOON + MINUTE, by=ana, now=NOON)


def test_closing_what_nobody_answered_in_time_is_a_breach(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        close(session, case.id, outcome=Outcome.NO_ACTION, by=ana, now=NOON + 300 * MINUTE)
        assert case.breached_at == NOON + 240 * MINUTE
