"""Four eyes: no reply that must be read leaves unread, and nobody reads their own."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.alerts import notices
from desk.cases import cases, contact
from desk.errors import AlreadyAnswered, DoNotContact, Invalid, NeedsApproval, NotAllowed, NotYours, Stale
from desk.outcomes import outcomes
from desk.people import leaving
from desk.replies import approvals, drafts, replies
from storage.database import Database
from storage.models import Approval, Case, Person, Reply
from storage.words import ApprovalReason, Escalation, NoticeKind, Outcome, ReplyState, Role, Shift, Verdict
from tests.support.desk import MINUTE, NOON, SECOND, SETTINGS, Shop, angry, lead, person
from tests.support.eyes import ask, learner
from tests.support.outbox import fail, queue

LATER = NOON + MINUTE


def approve(session: Session, approval: Approval, by: Person) -> Reply:
    return approvals.approve(session, approval.id, by=by, settings=SETTINGS, now=LATER)


def state_of(session: Session, approval: Approval) -> tuple[Verdict | None, str, ReplyState]:
    session.refresh(approval)
    return approval.verdict, approval.words, session.get_one(Reply, approval.reply_id, populate_existing=True).state


def test_a_learners_reply_leaves_as_theirs_once_somebody_has_read_it(database: Database) -> None:
    with database.write() as session:
        lu, ana, shop = learner(session), person(session), Shop(session)
        shop.account.signature = "^{initials}"
        case = shop.claimed(lu)
        with pytest.raises(NeedsApproval, match="reads first"):
            queue(session, case, shop, lu)
        approval = ask(session, case, shop, lu)
        assert (approval.reason, approval.text, state_of(session, approval)[2]) == (
            ApprovalReason.LEARNER,
            f"On its way ^{lu.initials}",
            ReplyState.DRAFT,
        )
        assert replies.lease_due(session, "w", now=LATER + MINUTE, limit=9, lease=MINUTE) == []
        reply = approve(session, approval, ana)
        assert (reply.person_id, reply.text, reply.not_before) == (lu.id, approval.text, LATER + SETTINGS.undo)
        assert (approval.verdict, approval.decided_by_id) == (Verdict.APPROVED, ana.id)
        assert [one.id for one in replies.lease_due(session, "w", now=LATER + MINUTE, limit=9, lease=MINUTE)] == [reply.id]


def test_the_send_path_itself_refuses_an_approval_that_is_not_for_this_reply(database: Database) -> None:
    with database.write() as session:
        lu, ana, shop = learner(session), person(session), Shop(session)
        case, other = shop.claimed(lu), shop.claimed(lu)
        waiting, own = ask(session, case, shop, lu), ask(session, other, shop, lu)
        with pytest.raises(Invalid, match="another reply"):
            queue(session, case, shop, lu, approval=waiting)
        own.verdict, own.decided_by_id, own.decided_at = Verdict.APPROVED, lu.id, NOON
        with pytest.raises(Invalid, match="another reply"):
            queue(session, other, shop, lu, approval=own)
        own.decided_by_id = ana.id
        with pytest.raises(Invalid, match="another reply"):
            queue(session, case, shop, lu, approval=own)


def test_nobody_approves_their_own_and_no_learner_approves(database: Database) -> None:
    with database.write() as session:
        lu, other, lea, shop = learner(session), learner(session, "Mo"), lead(session), Shop(session)
        marketer, _ = person(session, "Max", Role.MARKETER), person(session, "Ana")
        theirs, hers = ask(session, shop.claimed(lu), shop, lu), ask(session, shop.claimed(lea), shop, lea)
        for approval, by in ((theirs, lu), (theirs, other), (theirs, marketer), (hers, lea), (hers, lu)):
            with pytest.raises(NotAllowed):
                approve(session, approval, by)
            with pytest.raises(NotAllowed):
                approvals.send_back(session, approval.id, words="No", by=by, now=LATER)
        assert [state_of(session, one)[0] for one in (theirs, hers)] == [None, None]


@pytest.mark.parametrize("kind", Escalation)
def test_an_escalated_case_is_sensitive(database: Database, kind: Escalation) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        reply = queue(session, case, shop, ana)
        case.escalation = kind
        assert replies.lease_due(session, "w", now=LATER, limit=9, lease=MINUTE) == []
        session.refresh(reply)
        assert reply.state == ReplyState.DRAFT
        with pytest.raises(NeedsApproval, match="sensitive"):
            queue(session, case, shop, ana)


def test_what_a_model_thinks_of_a_post_asks_for_no_second_reader(database: Database) -> None:
    with database.write() as session:
        ana, _bo, shop = person(session), person(session, "Bo"), Shop(session)
        case = shop.claimed(ana, abusive=True, **angry())
        assert approvals.required(session, case, by=ana) is None
        reply = queue(session, case, shop, ana)
        assert [one.id for one in replies.lease_due(session, "w", now=LATER, limit=9, lease=MINUTE)] == [reply.id]


def test_anybody_may_ask_and_is_told_what_became_of_it(database: Database) -> None:
    with database.write() as session:
        ana, bo, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
        case = shop.claimed(ana)
        approval = ask(session, case, shop, ana)
        assert approval.reason == ApprovalReason.ASKED
        with pytest.raises(Invalid, match="Say what"):
            approvals.send_back(session, approval.id, words=" ", by=bo, now=LATER)
        approvals.send_back(session, approval.id, words="Name the date", by=bo, now=LATER)
        told = approvals.of_case(session, case.id)
        assert told is not None
        assert (told.verdict, told.decided_by, told.words, told.account) == (Verdict.SENT_BACK, "Bo", "Name the date", "acme")
        assert [(one.kind, one.by, one.text) for one in notices.unseen(session, ana.id)] == [
            (NoticeKind.APPROVAL_DECIDED, "Bo", "Name the date")
        ]
        with pytest.raises(Invalid, match="decided or taken back"):
            approve(session, approval, bo)
        again = ask(session, case, shop, ana, "It comes on Friday")
        assert approve(session, again, bo).text == "It comes on Friday"
        assert approvals.of_case(session, case.id) is None


def test_the_same_question_twice_is_one_and_another_waits_its_turn(database: Database) -> None:
    with database.write() as session:
        lu, ana, shop = learner(session), person(session), Shop(session)
        case = shop.claimed(lu)
        first = ask(session, case, shop, lu, key="k")
        assert ask(session, case, shop, lu, key="k").id == first.id
        with pytest.raises(Invalid, match="take it back first"):
            ask(session, case, shop, lu, "Another")
        reply = approve(session, first, ana)
        with pytest.raises(Invalid, match="left the editor"):
            ask(session, case, shop, lu, key="k")
        assert queue(session, case, shop, lu, key="k").id == reply.id


def test_leads_on_shift_are_told_else_all_leads(database: Database) -> None:
    with database.write() as session:
        lu, on, off, ana, shop = learner(session), lead(session, "On"), lead(session, "Off"), person(session), Shop(session)
        off.shift = Shift.OFF
        ask(session, shop.claimed(lu), shop, lu)
        assert [len(notices.unseen(session, one.id)) for one in (on, off, ana, lu)] == [1, 0, 0, 0]
        on.shift = Shift.OFF
        ask(session, shop.claimed(lu), shop, lu)
        assert [len(notices.unseen(session, one.id)) for one in (on, off, ana)] == [2, 1, 0]


def test_who_works_alone_cannot_wait_for_somebody(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        learner(session)
        with pytest.raises(Invalid, match="Nobody else here"):
            ask(session, shop.claimed(ana), shop, ana)


Refused = tuple[type[Exception], Callable[[Session, Shop, Case, Person], object]]
REFUSALS: dict[str, Refused] = {
    "do not contact": (
        DoNotContact,
        lambda session, _shop, case, ana: contact.stop(session, case.author_id, reason="asked", by=ana, now=NOON),
    ),
    "the customer wrote": (Stale, lambda _session, shop, case, _ana: shop.more(case, at=NOON, case_id=case.id)),
    "too long": (Invalid, lambda _session, shop, _case, _ana: setattr(shop.account, "signature", "^" * 80)),
    "account gone": (Invalid, lambda _session, shop, _case, _ana: setattr(shop.account, "active", False)),
    "not theirs": (NotYours, lambda _session, _shop, case, ana: setattr(case, "assignee_id", ana.id)),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_asking_is_refused_where_sending_would_be(database: Database, what: str) -> None:
    error, happens = REFUSALS[what]
    with database.write() as session:
        lu, ana, shop = learner(session), person(session), Shop(session)
        case = shop.claimed(lu)
        seen = case.latest_mention_id
        happens(session, shop, case, ana)
        session.flush()
        with pytest.raises(error):
            ask(session, case, shop, lu, "It comes on Friday. " * 11, seen_mention_id=seen)


def test_all_is_asked_again_at_the_moment_of_approval(database: Database) -> None:
    with database.write() as session:
        lu, ana, shop = learner(session), person(session), Shop(session)
        case = shop.claimed(lu)
        approval = ask(session, case, shop, lu)
        shop.own_post(case, "We wrote there", at=NOON, case_id=case.id)
        with session.begin_nested(), pytest.raises(AlreadyAnswered) as told:
            approve(session, approval, ana)
        assert "answered" in str(told.value)
    with database.write() as session:
        lu, ana, shop = learner(session), person(session), Shop(session)
        case = shop.claimed(lu)
        approval = ask(session, case, shop, lu)
        session.get_one(Case, case.id).claim_no += 1
        session.flush()
        with pytest.raises(Invalid, match="changed hands"):
            approve(session, approval, ana)


def _take_over(session: Session, case: Case, _lu: Person, lea: Person) -> None:
    cases.take_over(session, case.id, by=lea, now=LATER)


def _hand_over(session: Session, case: Case, lu: Person, lea: Person) -> None:
    cases.hand_over(session, case.id, to_person_id=lea.id, note="", by=lu, now=LATER)


def _release(session: Session, case: Case, lu: Person, _lea: Person) -> None:
    cases.release(session, case.id, by=lu, now=LATER)


def _write_on(session: Session, case: Case, lu: Person, _lea: Person) -> None:
    drafts.save_draft(session, case.id, text="On its way. Promise!", version=1, by=lu, now=LATER)


def _close(session: Session, case: Case, lu: Person, _lea: Person) -> None:
    outcomes.close(session, case.id, outcome=Outcome.NO_ACTION, by=lu, now=LATER)


def _leave(session: Session, _case: Case, lu: Person, _lea: Person) -> None:
    leaving.leave(session, lu.id, by=None, now=LATER)


@pytest.mark.parametrize("act", [_take_over, _hand_over, _release, _write_on, _close, _leave])
def test_what_changes_the_draft_or_its_owner_ends_the_wait(
    database: Database, act: Callable[[Session, Case, Person, Person], None]
) -> None:
    with database.write() as session:
        lu, lea, shop = learner(session), lead(session), Shop(session)
        case = shop.claimed(lu)
        approval = ask(session, case, shop, lu)
        act(session, case, lu, lea)
        verdict, words, state = state_of(session, approval)
        assert (verdict, state) == (Verdict.WITHDRAWN, ReplyState.DRAFT)
        assert words
        with pytest.raises(Invalid, match="decided or taken back"):
            approve(session, approval, lea)


def test_a_draft_that_is_saved_unchanged_waits_on(database: Database) -> None:
    with database.write() as session:
        lu, ana, shop = learner(session), person(session), Shop(session)
        case = shop.claimed(lu)
        approval = ask(session, case, shop, lu)
        drafts.save_draft(session, case.id, text="On its way ", version=1, by=lu, now=LATER)
        assert approve(session, approval, ana).text == "On its way"


def test_a_customer_who_writes_again_voids_it(database: Database) -> None:
    with database.write() as session:
        lu, ana, shop = learner(session), person(session), Shop(session)
        case = shop.claimed(lu)
        approval = ask(session, case, shop, lu)
        cases.join(session, case, shop.more(case, at=NOON + SECOND), settings=SETTINGS, now=NOON + SECOND)
        assert state_of(session, approval) == (Verdict.SENT_BACK, "the customer wrote again: read it first", ReplyState.DRAFT)
        assert approval.decided_by_id is None
        assert {one.kind for one in notices.unseen(session, lu.id)} >= {NoticeKind.APPROVAL_DECIDED}
        with pytest.raises(Invalid):
            approve(session, approval, ana)


def test_only_the_one_who_asked_takes_it_back(database: Database) -> None:
    with database.write() as session:
        lu, lea, shop = learner(session), lead(session), Shop(session)
        approval = ask(session, shop.claimed(lu), shop, lu)
        with pytest.raises(NotYours):
            approvals.withdraw(session, approval.id, by=lea, now=LATER)
        approvals.withdraw(session, approval.id, by=lu, now=LATER)
        assert state_of(session, approval)[0] == Verdict.WITHDRAWN


def test_an_approved_text_may_be_tried_again_but_not_another_one(database: Database) -> None:
    with database.write() as session:
        lu, ana, shop = learner(session), person(session), Shop(session)
        case = shop.claimed(lu)
        reply = approve(session, ask(session, case, shop, lu), ana)
        fail(session, reply, at=LATER + MINUTE)
        assert replies.retry(session, reply.id, by=lu, now=LATER + 2 * MINUTE).state == ReplyState.QUEUED
        replies.undo(session, reply.id, by=lu, now=LATER + 2 * MINUTE)
        for text in ("On its way", "Something else"):
            with pytest.raises(NeedsApproval):
                queue(session, case, shop, lu, text)


def test_a_colleagues_failed_reply_is_no_way_around_for_a_learner(database: Database) -> None:
    with database.write() as session:
        ana, lu, shop = person(session), learner(session), Shop(session)
        case = shop.claimed(ana)
        reply = queue(session, case, shop, ana)
        fail(session, reply)
        cases.hand_over(session, case.id, to_person_id=lu.id, note="", by=ana, now=LATER)
        with pytest.raises(NeedsApproval):
            replies.retry(session, reply.id, by=lu, now=LATER)


def test_whoever_begins_to_learn_while_a_reply_waits_has_it_read(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        reply = queue(session, shop.claimed(ana), shop, ana)
        ana.is_learning = True
        assert replies.lease_due(session, "w", now=LATER, limit=9, lease=MINUTE) == []
        session.refresh(reply)
        assert reply.state == ReplyState.DRAFT


def test_merging_sends_what_waits_back(database: Database) -> None:
    with database.write() as session:
        lu, ana, shop = learner(session), person(session), Shop(session)
        one = shop.claimed(lu)
        author = shop._author(one)
        other = shop.claimed(lu, author=author)
        approval = ask(session, one, shop, lu)
        cases.merge(session, one.id, into=other.id, by=lu, settings=SETTINGS, now=LATER)
        session.refresh(approval)
        assert approval.verdict == Verdict.SENT_BACK
        with pytest.raises(Invalid):
            approve(session, approval, ana)


def test_what_waits_is_listed_for_those_who_may_decide(database: Database) -> None:
    with database.write() as session:
        lu, ana, lea, shop = learner(session), person(session), lead(session), Shop(session)
        theirs, own = ask(session, shop.claimed(lu), shop, lu), ask(session, shop.claimed(ana), shop, ana)
        assert [one.id for one in approvals.waiting(session, by=ana)] == [theirs.id]
        assert [one.id for one in approvals.waiting(session, by=lea)] == [theirs.id, own.id]
        assert approvals.waiting(session, by=lu) == []
        assert approvals.waiting_by(session) == {lu.id: 1, ana.id: 1}
        assert session.scalar(select(Reply.state).where(Reply.id == own.reply_id)) == ReplyState.DRAFT
