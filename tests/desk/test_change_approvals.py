"""Other words for an answer that stands there go the way of a reply: where a second person reads first, they wait until somebody has."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.alerts import notices
from desk.cases import cases, contact, regroup
from desk.cases.timeline import timeline
from desk.errors import DoNotContact, Invalid, NeedsApproval, NotAllowed, NotYours
from desk.outcomes import outcomes
from desk.post import OutgoingChange
from desk.replies import approvals, changes, drafts, switches
from desk.replies.switches import Switch
from storage.database import Database
from storage.models import Approval, Case, Person, Reply
from storage.words import ApprovalReason, ChangeKind, ChangeState, Escalation, NoticeKind, Outcome, Role, Verdict
from tests.support.desk import MINUTE, NOON, SETTINGS, Shop, lead, person
from tests.support.eyes import ask, learner
from tests.support.outbox import queue, send

CORRECT, TAKE_BACK = ChangeKind.CORRECT, ChangeKind.TAKE_BACK
LATER = NOON + 10 * MINUTE
WORDS = "It is on its way"


def sent(session: Session, *, by: Person | None = None) -> tuple[Shop, Person, Case, Reply]:
    """An answer that stands there, by somebody who learns since."""
    shop, writer = Shop(session, source="reddit"), by or person(session, "Lu Early")
    case = shop.claimed(writer)
    reply = queue(session, case, shop, writer)
    send(session, reply)
    writer.is_learning = by is None
    session.flush()
    return shop, writer, case, reply


def waits(session: Session, reply: Reply, by: Person, text: str = WORDS) -> Approval:
    return approvals.ask_correction(session, reply.id, text=text, by=by, now=LATER)


def approve(session: Session, approval: Approval, by: Person) -> Reply:
    return approvals.approve(session, approval.id, by=by, settings=SETTINGS, now=LATER + MINUTE)


def leased(session: Session, *, at: int = 5) -> list[OutgoingChange]:
    return changes.lease_due(session, "worker", now=LATER + at * MINUTE, limit=9, lease=MINUTE)


def read_anew(session: Session, row: Reply | Approval) -> None:
    session.flush()
    session.refresh(row)


def test_a_learners_new_words_wait_and_leave_as_the_correction_once_read(database: Database) -> None:
    with database.write() as session:
        _, lu, case, reply = sent(session)
        ana = person(session)
        with pytest.raises(NeedsApproval, match="reads first"):
            changes.ask(session, reply.id, CORRECT, text=WORDS, by=lu, now=LATER)
        version = case.version
        approval = waits(session, reply, lu)
        assert case.version > version
        assert (approval.reason, approval.text, reply.text, reply.change_state) == (ApprovalReason.LEARNER, WORDS, "On its way", None)
        assert leased(session) == []
        assert approve(session, approval, ana).id == reply.id
        (change,) = leased(session)
        assert (change.kind, change.text) == (CORRECT, WORDS)
        changes.mark_done(session, reply.id, owner="worker", settings=SETTINGS, now=LATER + 6 * MINUTE)
        read_anew(session, reply)
        assert (reply.text, reply.change_state, reply.change_by_id) == (WORDS, ChangeState.DONE, lu.id)
        assert approvals.correction_of_case(session, case.id) is None
        assert [entry.words for entry in timeline(session, case.id)][-4:] == [
            "asked for approval of a new wording",
            "approved the new wording",
            "asked to correct the answer",
            "the answer was corrected on the platform",
        ]


def _escalate(session: Session, case: Case) -> None:
    case.escalation = Escalation.LEGAL
    session.flush()


def _for_all(session: Session, _case: Case) -> None:
    switches.set(session, Switch.APPROVAL_FOR_ALL, True, by=lead(session), now=LATER)


@pytest.mark.parametrize(("happens", "reason"), [(_escalate, ApprovalReason.SENSITIVE), (_for_all, ApprovalReason.EVERYONE)])
def test_so_do_those_in_a_sensitive_case_and_everybodys_while_a_lead_says_so(
    database: Database, happens: Callable[[Session, Case], None], reason: ApprovalReason
) -> None:
    with database.write() as session:
        ana, bo = person(session), person(session, "Bo")
        _, _, case, reply = sent(session, by=ana)
        happens(session, case)
        with pytest.raises(NeedsApproval):
            changes.ask(session, reply.id, CORRECT, text=WORDS, by=ana, now=LATER)
        approval = waits(session, reply, ana)
        assert approval.reason == reason
        approve(session, approval, bo)
        assert [change.text for change in leased(session)] == [WORDS]


def test_anybody_may_ask_and_taking_back_needs_nobody(database: Database) -> None:
    with database.write() as session:
        ana, bo = person(session), person(session, "Bo")
        _, _, case, reply = sent(session, by=ana)
        approval = waits(session, reply, ana)
        assert approval.reason == ApprovalReason.ASKED
        _escalate(session, case)
        changes.ask(session, reply.id, TAKE_BACK, by=ana, now=LATER)
        read_anew(session, approval)
        assert (approval.verdict, approval.words) == (Verdict.WITHDRAWN, "the answer was changed otherwise")
        with pytest.raises(Invalid):
            approve(session, approval, bo)
        assert [change.kind for change in leased(session)] == [TAKE_BACK]


def test_it_is_sent_back_with_words_and_worded_anew(database: Database) -> None:
    with database.write() as session:
        _, lu, case, reply = sent(session)
        ana = person(session)
        approval = waits(session, reply, lu)
        approvals.send_back(session, approval.id, words="Name the date", by=ana, now=LATER)
        told = approvals.correction_of_case(session, case.id)
        assert told is not None
        assert (told.verdict, told.words, told.text, told.stands, told.reply_id) == (
            Verdict.SENT_BACK,
            "Name the date",
            WORDS,
            "On its way",
            reply.id,
        )
        assert approvals.of_case(session, case.id) is None
        assert NoticeKind.APPROVAL_DECIDED in {one.kind for one in notices.unseen(session, lu.id)}
        assert leased(session) == []
        approve(session, waits(session, reply, lu, "It comes on Friday"), ana)
        assert [change.text for change in leased(session)] == ["It comes on Friday"]
        assert approvals.correction_of_case(session, case.id) is None


def test_only_the_one_who_asked_takes_it_back_and_nobody_approves_their_own(database: Database) -> None:
    with database.write() as session:
        _, lu, case, reply = sent(session)
        lea, other, marketer = lead(session), learner(session, "Mo"), person(session, "Max", Role.MARKETER)
        approval = waits(session, reply, lu)
        for by in (lu, other, marketer):
            with pytest.raises(NotAllowed):
                approve(session, approval, by)
        with pytest.raises(NotYours):
            approvals.withdraw(session, approval.id, by=lea, now=LATER)
        approvals.withdraw(session, approval.id, by=lu, now=LATER)
        assert approvals.correction_of_case(session, case.id) is None
        assert leased(session) == []


def test_one_text_waits_at_a_time_and_the_same_question_twice_is_one(database: Database) -> None:
    with database.write() as session:
        shop, lu, case, reply = sent(session)
        person(session)
        first = waits(session, reply, lu)
        assert waits(session, reply, lu, f" {WORDS} ").id == first.id
        with pytest.raises(Invalid, match="take it back first"):
            waits(session, reply, lu, "Another")
        shop.more(case, "And?", at=LATER)
        with pytest.raises(Invalid, match="take it back first"):
            ask(session, case, shop, lu, seen_mention_id=10**6, seen_reply_id=reply.id)


def test_who_works_alone_cannot_wait_for_somebody(database: Database) -> None:
    with database.write() as session:
        _, lu, _, reply = sent(session)
        with pytest.raises(Invalid, match="Nobody else here"):
            waits(session, reply, lu)


@pytest.mark.parametrize("text", ["", "On its way", "Hi {name}", "x" * 10_001])
def test_what_could_not_be_corrected_is_not_asked_either(database: Database, text: str) -> None:
    with database.write() as session:
        _, lu, _, reply = sent(session)
        person(session)
        with pytest.raises(Invalid):
            waits(session, reply, lu, text)


def test_who_may_not_change_it_may_not_ask_and_the_one_who_is_left_alone_stays_so(database: Database) -> None:
    with database.write() as session:
        _, lu, case, reply = sent(session)
        bo = person(session, "Bo")
        with pytest.raises(NotYours):
            waits(session, reply, bo)
        contact.stop(session, case.author_id, reason="asked", by=bo, now=LATER)
        with pytest.raises(DoNotContact):
            waits(session, reply, lu)


Act = Callable[[Session, Shop, Case, Person, Person], object]


def _wrote_again(session: Session, shop: Shop, case: Case, _lu: Person, _lea: Person) -> None:
    cases.join(session, case, shop.more(case, at=LATER), settings=SETTINGS, now=LATER)


def _stop(session: Session, _shop: Shop, case: Case, _lu: Person, lea: Person) -> None:
    contact.stop(session, case.author_id, reason="asked", by=lea, now=LATER)


def _take_over(session: Session, _shop: Shop, case: Case, _lu: Person, lea: Person) -> None:
    cases.take_over(session, case.id, by=lea, now=LATER)


def _release(session: Session, _shop: Shop, case: Case, lu: Person, _lea: Person) -> None:
    cases.release(session, case.id, by=lu, now=LATER)


def _split(session: Session, shop: Shop, case: Case, lu: Person, _lea: Person) -> None:
    second = shop.more(case, "Something else", at=LATER, case_id=case.id)
    session.flush()
    regroup.split(session, case.id, [second.id], by=lu, settings=SETTINGS, now=LATER)


ENDS: dict[str, tuple[Act, Verdict, str]] = {
    "the customer wrote": (_wrote_again, Verdict.SENT_BACK, "the customer wrote again: read it first"),
    "do not contact": (_stop, Verdict.SENT_BACK, "the customer asked us not to contact them"),
    "taken over": (_take_over, Verdict.WITHDRAWN, ""),
    "given back": (_release, Verdict.WITHDRAWN, "nobody has the case any more"),
    "split": (_split, Verdict.SENT_BACK, "some posts were split off: read it again"),
}


@pytest.mark.parametrize("what", ENDS)
def test_it_goes_stale_as_a_reply_does(database: Database, what: str) -> None:
    happens, verdict, words = ENDS[what]
    with database.write() as session:
        shop, lu, case, reply = sent(session)
        lea = lead(session)
        approval = waits(session, reply, lu)
        happens(session, shop, case, lu, lea)
        read_anew(session, approval)
        assert approval.verdict == verdict
        assert approval.words == words or not words
        with pytest.raises(Invalid, match="decided or taken back"):
            approve(session, approval, lea)
        read_anew(session, reply)
        assert (reply.text, reply.change_state) == ("On its way", None)


def _close(session: Session, _shop: Shop, case: Case, lu: Person, _lea: Person) -> None:
    outcomes.close(session, case.id, outcome=Outcome.ANSWERED, by=lu, now=LATER)


def _draft(session: Session, _shop: Shop, case: Case, lu: Person, _lea: Person) -> None:
    drafts.save_draft(session, case.id, text="More on that", version=0, by=lu, now=LATER)


@pytest.mark.parametrize("happens", [_close, _draft])
def test_what_ends_the_wait_of_a_draft_alone_ends_not_this_one(database: Database, happens: Act) -> None:
    with database.write() as session:
        shop, lu, case, reply = sent(session)
        lea = lead(session)
        approval = waits(session, reply, lu)
        happens(session, shop, case, lu, lea)
        approve(session, approval, lea)
        assert [change.text for change in leased(session)] == [WORDS]


def test_the_change_itself_refuses_an_approval_that_is_not_for_it(database: Database) -> None:
    with database.write() as session:
        shop, lu, _, reply = sent(session)
        ana = person(session)
        approval = waits(session, reply, lu)
        for text, verdict, reader in ((WORDS, None, None), (WORDS, Verdict.APPROVED, lu.id), ("Else", Verdict.APPROVED, ana.id)):
            approval.verdict, approval.decided_by_id, approval.decided_at = verdict, reader, LATER if verdict else None
            session.flush()
            with pytest.raises(Invalid, match="another reply"):
                changes.ask(session, reply.id, CORRECT, text=text, approval=approval, by=lu, now=LATER)
        of_a_draft = ask(session, shop.claimed(lu), shop, lu)
        of_a_draft.verdict, of_a_draft.decided_by_id, of_a_draft.decided_at = Verdict.APPROVED, ana.id, LATER
        with pytest.raises(Invalid, match="another reply"):
            changes.ask(session, reply.id, CORRECT, text=of_a_draft.text + "!", approval=of_a_draft, by=lu, now=LATER)


def test_words_that_must_be_read_by_now_or_are_unwanted_leave_no_more(database: Database) -> None:
    with database.write() as session:
        ana, bo = person(session), person(session, "Bo")
        (_, _, case, unread), (_, _, other, unwanted), (_, _, _, free) = (sent(session, by=ana) for _ in range(3))
        for reply in (unread, unwanted, free):
            changes.ask(session, reply.id, CORRECT, text=WORDS, by=ana, now=LATER)
        _escalate(session, case)
        contact.stop(session, other.author_id, reason="asked", by=bo, now=LATER)
        assert [change.reply.id for change in leased(session)] == [free.id]
        for reply, why in ((unread, "send it for approval"), (unwanted, "not to contact them")):
            read_anew(session, reply)
            assert (reply.change_state, reply.text) == (ChangeState.FAILED, "On its way")
            assert why in reply.change_reason
        _escalate(session, session.get_one(Case, free.case_id))
        assert session.scalar(select(Reply.change_state).where(Reply.id == free.id)) == ChangeState.WORKING


def test_what_was_read_is_not_read_again_when_it_leaves(database: Database) -> None:
    with database.write() as session:
        _, lu, case, reply = sent(session)
        ana = person(session)
        approve(session, waits(session, reply, lu), ana)
        _escalate(session, case)
        assert [change.text for change in leased(session)] == [WORDS]
