"""Our answers go where the posts go that they answer, when two cases become one and one becomes two."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.access import reply_to_change
from desk.cases import cases, caseview
from desk.errors import Invalid, Stale
from desk.intake.own_posts import own_post_seen
from desk.replies import changes, recall, replies
from storage.database import Database
from storage.models import Answer, Approval, Attachment, Author, Case, Pause, Person, Reply
from storage.words import ApprovalReason, CaseStatus, ChangeKind, ReplyState, Verdict
from tests.support.desk import MINUTE, NOON, SECOND, SETTINGS, Shop, lead, person
from tests.support.outbox import fail, queue, send

HOUR = timedelta(hours=1)


def answered(session: Session, case: Case, shop: Shop, by: Person, text: str = "Restart it", *, at: datetime) -> Reply:
    reply = queue(session, case, shop, by, text, now=at - MINUTE)
    send(session, reply, at=at)
    return reply


def two(session: Session, shop: Shop, ana: Person, *, later: timedelta = HOUR) -> tuple[Case, Case, Author]:
    """Two cases of one customer: the first one answered after two minutes."""
    author = shop.author()
    gone = shop.claimed(ana, "It drops", author=author)
    answered(session, gone, shop, ana, at=NOON + 2 * MINUTE)
    return gone, shop.claimed(ana, "It drops again", author=author, at=NOON + later), author


def merge(session: Session, gone: Case, kept: Case, by: Person, *, at: datetime) -> None:
    cases.merge(session, gone.id, into=kept.id, by=by, settings=SETTINGS, now=at)


def test_the_case_that_goes_on_shows_the_answers_of_both(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        gone, kept, _ = two(session, shop, ana)
        session.add(Attachment(case_id=gone.id, reply_id=1, name="a.png", media_type="image/png", size=1, body=b"x", created_at=NOON))
        session.flush()
        ours = session.scalars(select(Reply)).one()
        session.scalars(select(Attachment)).one().reply_id = ours.id
        merge(session, gone, kept, ana, at=NOON + 2 * HOUR)
        view = caseview.case(session, kept.id, by=ana, now=NOON + 2 * HOUR)
        assert [(one.text.splitlines()[0], one.state) for one in view.replies] == [("Restart it", ReplyState.SENT)]
        assert [one.name for one in view.replies[0].attachments] == ["a.png"]
        assert view.seen_reply_id == ours.id
        assert caseview.case(session, gone.id, by=ana, now=NOON + 2 * HOUR).replies == ()


def test_a_merged_case_has_the_instants_of_its_first_post_and_its_first_answer(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        gone, kept, _ = two(session, shop, ana)
        merge(session, gone, kept, ana, at=NOON + 2 * HOUR)
        assert (kept.posted_at, kept.seen_at, kept.claimed_at, kept.answered_at) == (NOON, NOON, NOON, NOON + 2 * MINUTE)
        assert (kept.status, kept.waiting_since) == (CaseStatus.OPEN, NOON + HOUR)
        assert kept.next_due_at is not None
        assert kept.next_due_at > NOON + HOUR
        answered(session, kept, shop, ana, "Then we send a new one", at=NOON + 3 * HOUR)
        rows = session.execute(select(Answer.case_id, Answer.is_first, Answer.since, Answer.at).order_by(Answer.at)).all()
        assert rows == [(kept.id, True, NOON, NOON + 2 * MINUTE), (kept.id, False, NOON + HOUR, NOON + 3 * HOUR)]
        paused = session.execute(select(Pause.since, Pause.until).where(Pause.case_id == kept.id)).all()
        assert paused == [(NOON + 2 * MINUTE, NOON + HOUR)]


def test_of_two_first_answers_the_earlier_is_the_first_of_the_merged_case(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        gone, kept, _ = two(session, shop, ana)
        answered(session, kept, shop, ana, at=NOON + HOUR + 5 * MINUTE)
        merge(session, kept, gone, ana, at=NOON + 2 * HOUR)
        rows = session.execute(select(Answer.case_id, Answer.is_first).order_by(Answer.at)).all()
        assert rows == [(gone.id, True), (gone.id, False)]
        assert (gone.answered_at, gone.seen_at, gone.status) == (NOON + 2 * MINUTE, NOON, CaseStatus.PENDING)


def test_posts_that_came_with_one_page_leave_each_case_one_wait(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        gone, kept, _ = two(session, shop, ana, later=timedelta(0))
        answered(session, kept, shop, ana, at=NOON + 9 * MINUTE)
        merge(session, gone, kept, ana, at=NOON + HOUR)
        assert session.scalars(select(Answer.case_id).order_by(Answer.at)).all() == [gone.id, kept.id]
        assert session.scalars(select(Reply.case_id)).all() == [kept.id, kept.id]


def test_merging_loses_no_draft_and_lets_nothing_be_sent_twice(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        author = shop.author()
        kept, gone = shop.claimed(ana, author=author), shop.claimed(ana, author=author)
        failed = queue(session, gone, shop, ana, "This failed")
        fail(session, failed)
        replies.save_draft(session, gone.id, text="A draft", version=0, by=ana, now=NOON + 2 * MINUTE)
        merge(session, gone, kept, ana, at=NOON + 3 * MINUTE)
        draft = recall.draft_of(session, kept.id)
        assert draft is not None
        assert draft.text == "A draft"
        assert (failed.case_id, failed.state) == (kept.id, ReplyState.FAILED)
        with pytest.raises(Stale):
            replies.retry(session, failed.id, by=ana, now=NOON + 4 * MINUTE)
        replies.undo(session, failed.id, by=ana, now=NOON + 4 * MINUTE)
        assert (failed.state, failed.text.split("\n\n")[-1]) == (ReplyState.DRAFT, "A draft")
        assert replies.lease_due(session, "w", now=NOON + HOUR, limit=9, lease=MINUTE) == []


@pytest.mark.parametrize("state", [ReplyState.QUEUED, ReplyState.SENDING, ReplyState.UNCERTAIN, ReplyState.BY_HAND])
def test_a_case_whose_reply_is_under_way_waits_with_the_merge(database: Database, state: ReplyState) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        author = shop.author()
        gone, kept = shop.claimed(ana, author=author), shop.claimed(ana, author=author)
        reply = queue(session, gone, shop, ana)
        reply.state = state
        session.flush()
        with pytest.raises(Invalid, match=state.value.replace("_", " ")):
            merge(session, gone, kept, ana, at=NOON)
        assert (reply.case_id, gone.status) == (gone.id, CaseStatus.OPEN)


def test_late_news_of_a_failed_reply_answers_the_case_that_it_belongs_to_now(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        author = shop.author()
        kept, gone = shop.claimed(ana, author=author), shop.claimed(ana, author=author, at=NOON + SECOND)
        reply = queue(session, gone, shop, ana, now=NOON + SECOND)
        fail(session, reply)
        merge(session, gone, kept, ana, at=NOON + 2 * MINUTE)
        send(session, reply, at=NOON + 3 * MINUTE)
        assert (kept.answered_at, kept.status, kept.waiting_since) == (NOON + 3 * MINUTE, CaseStatus.OPEN, NOON)
        assert [one.id for one in reply_to_change(session, reply.id)] == [kept.id, reply.id]


def test_an_answer_can_still_be_taken_back_after_a_merge(database: Database) -> None:
    with database.write() as session:
        ana, lea, shop = person(session), lead(session), Shop(session)
        gone, kept, _ = two(session, shop, ana)
        reply = session.scalars(select(Reply)).one()
        read = {"verdict": Verdict.APPROVED, "asked_by_id": ana.id, "asked_at": NOON, "decided_by_id": lea.id, "decided_at": NOON}
        session.add(Approval(case_id=gone.id, reply_id=reply.id, reason=ApprovalReason.ASKED, text=reply.text, **read))
        merge(session, gone, kept, ana, at=NOON + 2 * HOUR)
        assert session.scalars(select(Approval.case_id)).all() == [kept.id]
        changes.ask(session, reply.id, ChangeKind.TAKE_BACK, by=ana, now=NOON + 2 * HOUR)
        changes.lease_due(session, "w", now=NOON + 2 * HOUR, limit=9, lease=MINUTE)
        changes.mark_done(session, reply.id, owner="w", settings=SETTINGS, now=NOON + 3 * HOUR)
        assert (kept.answered_at, kept.waiting_since) == (None, NOON)
        assert session.scalars(select(Answer)).all() == []


def test_a_split_undoes_a_merge(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        gone, kept, _ = two(session, shop, ana)
        first = gone.opening_mention_id
        merge(session, gone, kept, ana, at=NOON + 2 * HOUR)
        other = cases.split(session, kept.id, [first], by=ana, settings=SETTINGS, now=NOON + 3 * HOUR)
        reply = session.scalars(select(Reply)).one()
        assert reply.case_id == other.id
        assert (other.seen_at, other.answered_at, other.status, other.waiting_since) == (NOON, NOON + 2 * MINUTE, CaseStatus.PENDING, None)
        assert (kept.seen_at, kept.answered_at, kept.status, kept.waiting_since) == (NOON + HOUR, None, CaseStatus.OPEN, NOON + HOUR)
        assert session.execute(select(Answer.case_id, Answer.is_first)).all() == [(other.id, True)]


def _two_posts(session: Session, shop: Shop, ana: Person) -> tuple[Case, int, int]:
    case = shop.claimed(ana, "Parcel lost")
    bill = shop.more(case, "And the bill is wrong", at=NOON + MINUTE)
    cases.join(session, case, bill, settings=SETTINGS, now=NOON + MINUTE)
    return case, case.opening_mention_id, bill.id


def test_a_split_knows_that_we_answered_before_the_answer_has_come_back(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case, first, bill = _two_posts(session, shop, ana)
        answered(session, case, shop, ana, at=NOON + 3 * MINUTE)
        other = cases.split(session, case.id, [bill], by=ana, settings=SETTINGS, now=NOON + HOUR)
        reply = session.scalars(select(Reply)).one()
        assert (reply.mention_id, reply.case_id) == (bill, other.id)
        assert (other.status, other.answered_at, other.waiting_since) == (CaseStatus.PENDING, NOON + 3 * MINUTE, None)
        assert [one.id for one in caseview.case(session, other.id, by=ana, now=NOON + HOUR).replies] == [reply.id]
        assert (case.status, case.answered_at, case.waiting_since, case.opening_mention_id) == (CaseStatus.OPEN, None, NOON, first)


def test_the_answer_stays_where_the_post_stays_that_it_answers(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case, first, _ = _two_posts(session, shop, ana)
        answered(session, case, shop, ana, at=NOON + 3 * MINUTE)
        other = cases.split(session, case.id, [first], by=ana, settings=SETTINGS, now=NOON + HOUR)
        assert (other.status, other.answered_at, other.waiting_since) == (CaseStatus.OPEN, None, NOON)
        assert (case.status, case.answered_at, case.waiting_since) == (CaseStatus.PENDING, NOON + 3 * MINUTE, None)
        assert session.scalars(select(Answer.case_id)).all() == [case.id]


def test_what_the_customer_wrote_after_the_answer_waits_in_its_new_case(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case, _, bill = _two_posts(session, shop, ana)
        answered(session, case, shop, ana, at=NOON + 3 * MINUTE)
        more = shop.more(case, "Still wrong", at=NOON + 9 * MINUTE)
        cases.join(session, case, more, settings=SETTINGS, now=NOON + 9 * MINUTE)
        other = cases.split(session, case.id, [bill, more.id], by=ana, settings=SETTINGS, now=NOON + HOUR)
        assert (other.status, other.answered_at, other.waiting_since) == (CaseStatus.OPEN, NOON + 3 * MINUTE, NOON + 9 * MINUTE)
        assert other.next_due_at is not None


def test_a_case_whose_unanswered_posts_went_away_waits_no_more(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana, "Parcel lost")
        answered(session, case, shop, ana, at=NOON + 2 * MINUTE)
        bill = shop.more(case, "And the bill is wrong", at=NOON + 9 * MINUTE)
        cases.join(session, case, bill, settings=SETTINGS, now=NOON + 9 * MINUTE)
        other = cases.split(session, case.id, [bill.id], by=ana, settings=SETTINGS, now=NOON + HOUR)
        assert (other.status, other.answered_at, other.waiting_since) == (CaseStatus.OPEN, None, NOON + 9 * MINUTE)
        assert (case.status, case.answered_at, case.waiting_since) == (CaseStatus.PENDING, NOON + 2 * MINUTE, None)


def test_our_own_post_follows_its_reply_also_where_the_platform_does_not_say_what_it_answers(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case, _, bill = _two_posts(session, shop, ana)
        reply = answered(session, case, shop, ana, at=NOON + 3 * MINUTE)
        own = shop.own_post(case, reply.text, at=NOON + 3 * MINUTE, external_id=reply.external_id, parent_external_id=None)
        own_post_seen(session, own, settings=SETTINGS, now=NOON + 4 * MINUTE)
        other = cases.split(session, case.id, [bill], by=ana, settings=SETTINGS, now=NOON + HOUR)
        session.expire_all()
        assert (own.case_id, other.answered_at) == (other.id, NOON + 3 * MINUTE)
        assert (case.answered_at, case.waiting_since) == (None, NOON)
