"""How cases come to be, grow, come back, are joined and split."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from desk.cases import cases, upkeep
from desk.errors import Invalid, NotFound, NotYours
from desk.outcomes import outcomes
from desk.queue import inbox
from desk.replies import replies
from storage.database import Database
from storage.models import Audit, Case, Catch, Mention, Note, Reply, Resolution
from storage.words import CaseStatus, Flag, Intent, Outcome, ReplyState, Role, Sentiment, Urgency
from tests.support.desk import MINUTE, NOON, SETTINGS, Shop, angry, person

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def test_a_case_copies_what_the_queue_needs(database: Database) -> None:
    with database.write() as session:
        shop = Shop(session)
        text = "Where  is\nmy parcel? " + "x" * 400
        case = shop.case(text, author=shop.author("mila", reach=5_000), intent=Intent.QUESTION, language="en", **angry())
        assert case.preview.startswith("Where is my parcel? xxx")
        assert (len(case.preview), case.author_name, case.status) == (280, "mila", CaseStatus.NEW)
        assert (case.sentiment, case.intent, case.urgency, case.language) == (Sentiment.NEGATIVE, Intent.QUESTION, Urgency.HIGH, "en")
        assert (case.brand_id, case.feed_id, case.contacts) == (shop.brand.id, shop.feed.id, 1)
        assert (case.waiting_since, case.first_due_at, case.close_due_at) == (NOON, NOON + 30 * MINUTE, NOON + 3 * DAY)
        assert case.answer_by == NOON + 30 * MINUTE - timedelta(minutes=sum(reason["minutes"] for reason in case.reasons))


def test_the_clock_starts_when_we_could_see_the_post(database: Database) -> None:
    with database.write() as session:
        case = Shop(session).case(posted_at=NOON - 5 * HOUR)
        assert (case.posted_at, case.first_due_at) == (NOON - 5 * HOUR, NOON + 4 * HOUR)


def test_one_author_and_thread_is_one_live_case(database: Database) -> None:
    with database.write() as session:
        shop = Shop(session)
        case = shop.case()
        second = shop.more(case, at=NOON + MINUTE)
        same = cases.open_case(session, second, feed_id=shop.feed.id, flag=Flag.UNSURE, settings=SETTINGS, now=NOON + MINUTE)
        assert (same.id, same.contacts, same.flag) == (case.id, 2, Flag.UNSURE)
        assert cases.open_case(session, second, feed_id=shop.feed.id, flag=None, settings=SETTINGS, now=NOON).id == case.id
        assert session.scalar(select(func.count()).select_from(Case)) == 1


def test_another_author_in_the_thread_is_another_case(database: Database) -> None:
    with database.write() as session:
        shop = Shop(session)
        thread = shop.thread()
        assert shop.case(thread=thread).id != shop.case(thread=thread).id


def test_a_second_post_raises_the_case_and_changes_no_promise(database: Database) -> None:
    with database.write() as session:
        shop = Shop(session)
        case = shop.case("First")
        due, place = case.first_due_at, case.answer_by
        cases.join(session, case, shop.more(case, "Still nothing", at=NOON + HOUR), settings=SETTINGS, now=NOON + HOUR)
        assert (case.first_due_at, case.waiting_since, case.preview) == (due, NOON, "Still nothing")
        assert case.answer_by == place - 10 * MINUTE


def test_the_most_urgent_waiting_post_counts_and_the_latest_labels_show(database: Database) -> None:
    with database.write() as session:
        shop = Shop(session)
        case = shop.case(**angry())
        calm = shop.more(case, at=NOON + MINUTE, sentiment=Sentiment.NEUTRAL, urgency=Urgency.LOW, confidence=0.5)
        cases.join(session, case, calm, settings=SETTINGS, now=NOON + MINUTE)
        assert (case.sentiment, case.urgency) == (Sentiment.NEUTRAL, Urgency.HIGH)


def test_the_customer_writing_again_ends_the_pending_state_and_starts_the_next_clock(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        upkeep.answered(session, case, at=NOON + MINUTE, unanswered=Mention.id > case.latest_mention_id)
        assert case.status == CaseStatus.PENDING
        cases.join(session, case, shop.more(case, at=NOON + HOUR), settings=SETTINGS, now=NOON + HOUR)
        assert (case.status, case.assignee_id, case.waiting_since) == (CaseStatus.OPEN, ana.id, NOON + HOUR)
        assert (case.first_due_at, case.next_due_at) == (NOON + 4 * HOUR, NOON + 5 * HOUR)


def test_a_post_that_was_found_late_starts_no_clock(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        upkeep.answered(session, case, at=NOON + MINUTE, unanswered=Mention.id > case.latest_mention_id)
        older = shop.more(case, "Written before", at=NOON + HOUR, posted_at=NOON - HOUR)
        cases.join(session, case, older, settings=SETTINGS, now=NOON + HOUR)
        assert (case.status, case.waiting_since, older.case_id, case.preview) == (CaseStatus.PENDING, None, case.id, "My parcel is lost")


def test_a_closed_case_comes_back_with_new_times_and_its_history(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        outcomes.close(session, case.id, outcome=Outcome.NO_ACTION, by=ana, now=NOON + MINUTE)
        cases.join(session, case, shop.more(case, at=NOON + 2 * DAY), settings=SETTINGS, now=NOON + 2 * DAY)
        assert (case.status, case.outcome, case.closed_at, case.reopened) == (CaseStatus.OPEN, None, None, 1)
        assert (case.assignee_id, case.first_due_at) == (ana.id, NOON + 2 * DAY + 4 * HOUR)
        assert case.close_due_at == NOON + 5 * DAY
        assert case.opened_at == NOON
        session.flush()
        verbs = session.scalars(select(Audit.verb).where(Audit.case_id == case.id).order_by(Audit.id)).all()
        assert verbs == ["open", "claim", "close", "come_back"]


def test_a_reused_resolution_is_taken_off_when_the_case_comes_back(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        first, second = shop.claimed(ana), shop.claimed(ana)
        draft = outcomes.ResolutionDraft("a", "b", "c")
        outcomes.close(session, first.id, outcome=Outcome.SOLVED, resolution=draft, by=ana, now=NOON)
        outcomes.close(session, second.id, outcome=Outcome.SOLVED, reuse=first.resolution_id, by=ana, now=NOON)
        reused = select(Resolution.reused).where(Resolution.id == first.resolution_id)
        assert session.scalar(reused) == 1
        cases.reopen(session, second.id, by=ana, settings=SETTINGS, now=NOON + DAY)
        assert session.scalar(reused) == 0


def test_a_reopened_case_stays_with_its_owner_whoever_reopens_it(database: Database) -> None:
    with database.write() as session:
        ana, bo, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
        case = shop.claimed(ana)
        with pytest.raises(Invalid, match="not closed"):
            cases.reopen(session, case.id, by=ana, settings=SETTINGS, now=NOON)
        outcomes.close(session, case.id, outcome=Outcome.DECLINED, declined=outcomes.Declined("x", "rule 4", "y"), by=ana, now=NOON)
        cases.reopen(session, case.id, by=ana, settings=SETTINGS, now=NOON + DAY)
        assert (case.assignee_id, case.declined_reason, case.waiting_since) == (ana.id, "", NOON + DAY)
        outcomes.close(session, case.id, outcome=Outcome.NO_ACTION, by=ana, now=NOON + DAY)
        cases.reopen(session, case.id, by=bo, settings=SETTINGS, now=NOON + DAY)
        assert (case.assignee_id, case.reopened) == (ana.id, 2)
        assert any("reopened twice" in reason["words"] for reason in case.reasons)


def test_a_case_is_not_reopened_beside_the_one_that_goes_on(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        outcomes.close(session, case.id, outcome=Outcome.NO_ACTION, by=ana, now=NOON)
        again = shop.more(case, at=NOON + MINUTE)
        other = cases.open_case(session, again, feed_id=shop.feed.id, flag=None, settings=SETTINGS, now=NOON + MINUTE)
        with pytest.raises(Invalid, match=f"goes on in case {other.id}"):
            cases.reopen(session, case.id, by=ana, settings=SETTINGS, now=NOON + MINUTE)


def test_new_labels_move_the_case_and_are_recorded_once(database: Database) -> None:
    with database.write() as session:
        shop = Shop(session)
        case = shop.case()
        place, mark = case.answer_by, inbox.change_mark(session)
        mention = session.get_one(Mention, case.latest_mention_id)
        mention.sentiment, mention.confidence, mention.urgency, case.flag = Sentiment.NEGATIVE, 0.9, Urgency.HIGH, None
        for _ in range(2):
            upkeep.refresh(session, case, settings=SETTINGS, now=NOON)
            session.flush()
        assert case.answer_by == place - 4 * HOUR + 30 * MINUTE - 30 * MINUTE - 30 * MINUTE
        assert inbox.change_mark(session) != mark
        assert session.scalar(select(func.count()).where(Audit.verb == "relabel")) == 1


def test_clearing_a_flag_is_seen_by_the_board(database: Database) -> None:
    with database.write() as session:
        shop = Shop(session)
        mention = shop.mention()
        case = cases.open_case(session, mention, feed_id=shop.feed.id, flag=Flag.UNTRIAGED, settings=SETTINGS, now=NOON)
        session.flush()
        mark = inbox.change_mark(session)
        case.flag = None
        upkeep.refresh(session, case, settings=SETTINGS, now=NOON)
        session.flush()
        assert inbox.change_mark(session) != mark


def test_a_person_makes_a_case_of_any_mention_but_our_own(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        rival, mention = shop.rival(), shop.mention()
        session.execute(update(Catch).values(feed_id=rival.id))
        session.add(Catch(mention_id=mention.id, feed_id=shop.feed.id, caught_at=NOON))
        case = cases.open_for_mention(session, mention.id, by=ana, settings=SETTINGS, now=NOON)
        assert (case.brand_id, mention.case_id) == (shop.brand.id, case.id)
        with pytest.raises(NotFound):
            cases.open_for_mention(session, 999_999, by=ana, settings=SETTINGS, now=NOON)
        with pytest.raises(Invalid, match="own post"):
            cases.open_for_mention(session, shop.own_post(case, "Hi", at=NOON).id, by=ana, settings=SETTINGS, now=NOON)
        with pytest.raises(Invalid, match="deleted"):
            cases.open_for_mention(session, shop.mention(deleted_at=NOON).id, by=ana, settings=SETTINGS, now=NOON)


def test_two_cases_of_one_customer_become_one(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        author = shop.author()
        gone, kept = shop.claimed(ana, "First", author=author), shop.claimed(ana, "Second", author=author, at=NOON + MINUTE)
        replies.save_draft(session, gone.id, text="Dear M", version=0, by=ana, now=NOON)
        replies.save_draft(session, kept.id, text="Hello", version=0, by=ana, now=NOON)
        cases.add_note(session, gone.id, text="Calls at six", by=ana, now=NOON)
        result = cases.merge(session, gone.id, into=kept.id, by=ana, settings=SETTINGS, now=NOON + HOUR)
        assert result.id == kept.id
        assert (gone.status, gone.outcome, gone.merged_into_id) == (CaseStatus.CLOSED, Outcome.DUPLICATE, kept.id)
        assert (kept.contacts, kept.waiting_since, kept.preview) == (2, NOON, "Second")
        assert any("second contact" in reason["words"].lower() for reason in kept.reasons)
        assert session.scalars(select(Note.case_id)).all() == [kept.id]
        drafts = session.scalars(select(Reply.text).where(Reply.state == ReplyState.DRAFT)).all()
        assert drafts == ["Hello\n\nDear M"]
        later = shop.more(gone, "Third", at=NOON + 2 * HOUR)
        assert cases.join(session, gone, later, settings=SETTINGS, now=NOON + 2 * HOUR).id == kept.id
        with pytest.raises(Invalid, match=f"merged into case {kept.id}"):
            cases.reopen(session, gone.id, by=ana, settings=SETTINGS, now=NOON)


def test_merging_a_waiting_case_into_an_answered_one_wakes_it(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        author = shop.author()
        gone, kept = shop.claimed(ana, author=author), shop.claimed(ana, author=author)
        upkeep.answered(session, kept, at=NOON, unanswered=Mention.id > kept.latest_mention_id)
        cases.merge(session, gone.id, into=kept.id, by=ana, settings=SETTINGS, now=NOON + MINUTE)
        assert (kept.status, kept.waiting_since, kept.next_due_at) == (CaseStatus.OPEN, NOON, NOON + 4 * HOUR)


def test_a_draft_moves_to_the_case_that_has_none(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        author = shop.author()
        gone, kept = shop.claimed(ana, author=author), shop.claimed(ana, author=author)
        replies.save_draft(session, gone.id, text="Dear M", version=0, by=ana, now=NOON)
        cases.merge(session, gone.id, into=kept.id, by=ana, settings=SETTINGS, now=NOON)
        assert session.execute(select(Reply.case_id, Reply.text)).all() == [(kept.id, "Dear M")]


def test_people_are_never_merged(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        one, two = shop.claimed(ana), shop.claimed(ana)
        with pytest.raises(Invalid, match="people never"):
            cases.merge(session, one.id, into=two.id, by=ana, settings=SETTINGS, now=NOON)
        with pytest.raises(Invalid, match="itself"):
            cases.merge(session, one.id, into=one.id, by=ana, settings=SETTINGS, now=NOON)


def test_what_a_colleague_has_is_neither_merged_nor_split(database: Database) -> None:
    with database.write() as session:
        ana, bo, lead, shop = person(session, "Ana"), person(session, "Bo"), person(session, "Lea", Role.LEAD), Shop(session)
        author = shop.author()
        one, two = shop.claimed(ana, author=author), shop.case(author=author)
        with pytest.raises(NotYours, match="Ana"):
            cases.merge(session, two.id, into=one.id, by=bo, settings=SETTINGS, now=NOON)
        with pytest.raises(NotYours, match="Ana"):
            cases.split(session, one.id, [one.latest_mention_id], by=bo, settings=SETTINGS, now=NOON)
        assert cases.merge(session, two.id, into=one.id, by=lead, settings=SETTINGS, now=NOON).contacts == 2


def test_a_case_with_a_reply_under_way_is_not_merged_away(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        author = shop.author()
        one, two = shop.claimed(ana, author=author), shop.claimed(ana, author=author)
        replies.queue(
            session,
            one.id,
            text="Hi",
            key="k",
            seen_mention_id=one.latest_mention_id,
            account_id=shop.account.id,
            by=ana,
            settings=SETTINGS,
            now=NOON,
        )
        with pytest.raises(Invalid, match="queued"):
            cases.merge(session, one.id, into=two.id, by=ana, settings=SETTINGS, now=NOON)


def test_another_matter_gets_its_own_case_with_our_answers_to_it(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana, "Parcel lost")
        bill = shop.more(case, "And the bill is wrong", at=NOON + MINUTE, **angry())
        cases.join(session, case, bill, settings=SETTINGS, now=NOON + MINUTE)
        answer = shop.own_post(case, "About the bill…", at=NOON + 2 * MINUTE, parent=bill)
        replies.own_post_seen(session, answer, settings=SETTINGS, now=NOON + 2 * MINUTE)
        other = cases.split(session, case.id, [bill.id], by=ana, settings=SETTINGS, now=NOON + HOUR)
        assert (other.split_no, other.assignee_id, other.preview, other.urgency) == (1, ana.id, "And the bill is wrong", Urgency.HIGH)
        assert (case.contacts, case.preview, case.urgency) == (1, "Parcel lost", None)
        session.expire_all()
        assert {bill.case_id, answer.case_id} == {other.id}
        assert (other.status, other.answered_at, other.waiting_since) == (CaseStatus.PENDING, NOON + 2 * MINUTE, None)
        third = shop.more(case, "Any news?", at=NOON + 2 * HOUR)
        joined = cases.open_case(session, third, feed_id=shop.feed.id, flag=None, settings=SETTINGS, now=NOON + 2 * HOUR)
        assert joined.id == case.id


def test_splitting_off_the_opening_post_leaves_the_next_one_as_opening(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana, "One")
        first, second = case.opening_mention_id, shop.more(case, "Two", at=NOON + MINUTE)
        cases.join(session, case, second, settings=SETTINGS, now=NOON + MINUTE)
        other = cases.split(session, case.id, [first], by=ana, settings=SETTINGS, now=NOON + HOUR)
        assert (other.opening_mention_id, case.opening_mention_id) == (first, second.id)


def test_a_split_takes_some_posts_of_this_case_but_not_all(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case, stranger = shop.claimed(ana), shop.case()
        with pytest.raises(Invalid, match="at least one"):
            cases.split(session, case.id, [case.latest_mention_id], by=ana, settings=SETTINGS, now=NOON)
        for wrong in ([], [stranger.latest_mention_id], [case.latest_mention_id, 999_999]):
            with pytest.raises(Invalid, match="this customer wrote"):
                cases.split(session, case.id, wrong, by=ana, settings=SETTINGS, now=NOON)
