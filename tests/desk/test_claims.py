"""Taking, giving back, passing on, putting off: who may, who is told what, and what happens to words that have not left."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases import cases, holds
from desk.errors import AlreadyClaimed, Invalid, NotAllowed, NotFound, NotYours
from desk.outcomes.outcomes import close
from desk.queue.inbox import Cursor, QueueFilter
from desk.replies import replies
from storage.database import Database
from storage.models import Audit, Case, Hold, Note, Person, Reply
from storage.words import CaseStatus, HoldKind, Intent, Outcome, ReplyState, Role, Sentiment, Shift
from tests.support.desk import MINUTE, NOON, SECOND, SETTINGS, Shop, angry, person

LATER = NOON + 5 * MINUTE
"""After a hold has lapsed."""


def verbs(session: Session, case_id: int) -> list[str]:
    session.flush()
    return list(session.scalars(select(Audit.verb).where(Audit.case_id == case_id).order_by(Audit.id)))


def queued(session: Session, case: Case, shop: Shop, by: Person, text: str = "On its way") -> Reply:
    seen = case.latest_mention_id
    return replies.queue(
        session, case.id, text=text, key=text, seen_mention_id=seen, account_id=shop.account.id, by=by, settings=SETTINGS, now=NOON
    )


def test_a_claim_makes_a_new_case_open_and_counts(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = cases.claim(session, shop.case().id, by=ana, now=NOON + SECOND)
        assert (case.assignee_id, case.status, case.claim_no, case.claimed_at) == (ana.id, CaseStatus.OPEN, 1, NOON + SECOND)
        assert verbs(session, case.id) == ["open", "claim"]


def test_the_second_claimer_is_told_by_whom_and_since_when(database: Database) -> None:
    with database.write() as session:
        ana, bo, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
        case = shop.claimed(ana)
        with pytest.raises(AlreadyClaimed, match="Ana has this case") as told:
            cases.claim(session, case.id, by=bo, now=NOON + SECOND)
        assert (told.value.by, told.value.since) == ("Ana", NOON)
        assert case.assignee_id == ana.id


def test_claiming_ones_own_case_changes_nothing(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        again = cases.claim(session, case.id, by=ana, now=LATER)
        assert (again.claim_no, again.claimed_at) == (1, NOON)


def test_a_claim_of_nothing_or_of_a_closed_case_is_refused(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        close(session, case.id, outcome=Outcome.NO_ACTION, by=ana, now=NOON)
        case.assignee_id = None
        session.flush()
        with pytest.raises(Invalid, match="reopen it first"):
            cases.claim(session, case.id, by=ana, now=NOON)
        with pytest.raises(NotFound):
            cases.claim(session, 999_999, by=ana, now=NOON)


@pytest.mark.parametrize("role", [Role.MARKETER, Role.OPS, Role.READER])
def test_only_the_care_team_claims(database: Database, role: Role) -> None:
    with database.write() as session:
        visitor, shop = person(session, "Vi", role), Shop(session)
        case = shop.case()
        with pytest.raises(NotAllowed):
            cases.claim(session, case.id, by=visitor, now=NOON)
        with pytest.raises(NotAllowed):
            cases.claim_next(session, by=visitor, now=NOON)
        with pytest.raises(NotAllowed):
            cases.add_note(session, case.id, text="x", by=visitor, now=NOON)


def test_the_next_case_is_the_most_pressing_one_that_nobody_has(database: Database) -> None:
    with database.write() as session:
        ana, bo, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
        calm, furious, taken = shop.case(), shop.case(**angry()), shop.claimed(bo, **angry(confidence=0.99))
        first = cases.claim_next(session, by=ana, now=NOON)
        second = cases.claim_next(session, by=ana, now=NOON)
        assert first
        assert second
        assert [first.id, second.id] == [furious.id, calm.id]
        assert cases.claim_next(session, by=ana, now=NOON) is None
        assert taken.assignee_id == bo.id


def test_the_next_case_is_chosen_within_a_filter(database: Database) -> None:
    with database.write() as session:
        ana, shop, other = person(session), Shop(session), Shop(session, source="reddit")
        shop.case(**angry())
        wanted = other.case(sentiment=Sentiment.POSITIVE, intent=Intent.QUESTION)
        for narrow in ({"source": "reddit"}, {"feed_id": other.feed.id}, {"intent": Intent.QUESTION}, {"sentiment": Sentiment.POSITIVE}):
            found = cases.claim_next(session, by=ana, now=NOON, filter=QueueFilter(**narrow))
            assert found
            assert found.id == wanted.id
            cases.release(session, found.id, by=ana, now=NOON)
        assert cases.claim_next(session, by=ana, now=NOON, filter=QueueFilter(source="mastodon")) is None
        shown = QueueFilter(view="mine", assignee_id=ana.id, source="reddit", after=Cursor(NOON, 1))
        assert cases.claim_next(session, by=ana, now=NOON, filter=shown) is wanted


def test_a_case_that_was_put_off_is_not_the_next_one(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        cases.release(session, case.id, by=ana, now=NOON)
        case.snoozed_until = NOON + 10 * MINUTE
        assert cases.claim_next(session, by=ana, now=NOON + MINUTE) is None
        found = cases.claim_next(session, by=ana, now=NOON + 10 * MINUTE)
        assert found
        assert found.id == case.id


def test_a_released_case_is_free_for_all_and_keeps_its_words(database: Database) -> None:
    with database.write() as session:
        ana, bo, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
        case = shop.claimed(ana)
        replies.save_draft(session, case.id, text="Half a thou", version=0, by=ana, now=NOON)
        cases.release(session, case.id, by=ana, now=NOON)
        assert (case.assignee_id, case.status) == (None, CaseStatus.OPEN)
        cases.claim(session, case.id, by=bo, now=NOON)
        assert replies.save_draft(session, case.id, text="Half a thought", version=1, by=bo, now=NOON) == 2


def test_a_reply_queued_before_the_release_leaves_unless_somebody_claims(database: Database) -> None:
    with database.write() as session:
        ana, bo, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
        left, claimed = shop.claimed(ana), shop.claimed(ana)
        leaving, staying = queued(session, left, shop, ana, "One"), queued(session, claimed, shop, ana, "Two")
        for case in (left, claimed):
            cases.release(session, case.id, by=ana, now=NOON)
        cases.claim(session, claimed.id, by=bo, now=NOON)
        due = replies.lease_due(session, "w", now=NOON + SETTINGS.undo, limit=9, lease=MINUTE)
        assert [reply.id for reply in due] == [leaving.id]
        assert (staying.state, staying.text) == (ReplyState.DRAFT, "Two")


@pytest.mark.parametrize("act", ["release", "hand_over", "snooze", "close", "draft", "queue"])
def test_a_colleague_cannot_touch_the_case_of_another(database: Database, act: str) -> None:
    with database.write() as session:
        ana, bo, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
        case = shop.claimed(ana)
        acts: dict[str, Callable[[], object]] = {
            "release": lambda: cases.release(session, case.id, by=bo, now=NOON),
            "hand_over": lambda: cases.hand_over(session, case.id, to_person_id=bo.id, note="", by=bo, now=NOON),
            "snooze": lambda: cases.snooze(session, case.id, until=LATER, by=bo, now=NOON),
            "close": lambda: close(session, case.id, outcome=Outcome.NO_ACTION, by=bo, now=NOON),
            "draft": lambda: replies.save_draft(session, case.id, text="x", version=0, by=bo, now=NOON),
            "queue": lambda: queued(session, case, shop, bo),
        }
        with pytest.raises(NotYours, match="Ana has this case") as told:
            acts[act]()
        assert told.value.owner == "Ana"


def test_an_unclaimed_case_must_be_claimed_before_it_is_answered(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        with pytest.raises(NotYours, match="Claim this case first"):
            queued(session, shop.case(), shop, ana)


def test_a_hand_over_brings_the_note_the_words_and_the_case(database: Database) -> None:
    with database.write() as session:
        ana, bo, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
        case = shop.claimed(ana)
        before = case.answer_by
        reply = queued(session, case, shop, ana)
        cases.hand_over(session, case.id, to_person_id=bo.id, note=" Speaks Dutch ", by=ana, now=NOON)
        assert (case.assignee_id, case.claim_no, case.handovers) == (bo.id, 2, 1)
        assert session.scalars(select(Note.text)).all() == ["Speaks Dutch"]
        assert (reply.state, reply.text) == (ReplyState.DRAFT, "On its way")
        assert case.answer_by == before - 10 * MINUTE
        assert any("handed over once" in reason["words"] for reason in case.reasons)


def test_a_case_goes_only_to_somebody_who_works_on_cases(database: Database) -> None:
    with database.write() as session:
        ana, reader, shop = person(session, "Ana"), person(session, "Rea", Role.READER), Shop(session)
        case = shop.claimed(ana)
        with pytest.raises(NotAllowed):
            cases.hand_over(session, case.id, to_person_id=reader.id, note="", by=ana, now=NOON)
        with pytest.raises(Invalid, match="already"):
            cases.hand_over(session, case.id, to_person_id=ana.id, note="", by=ana, now=NOON)


def test_a_case_goes_to_somebody_off_shift_only_by_an_explicit_word(database: Database) -> None:
    with database.write() as session:
        ana, bo, shop = person(session), person(session, "Bo Lind"), Shop(session)
        case = shop.claimed(ana)
        bo.shift = Shift.OFF
        session.flush()
        with pytest.raises(Invalid, match="Bo Lind is off shift"):
            cases.hand_over(session, case.id, to_person_id=bo.id, note="", by=ana, now=NOON)
        assert (case.assignee_id, case.handovers) == (ana.id, 0)
        cases.hand_over(session, case.id, to_person_id=bo.id, note="", although_off=True, by=ana, now=NOON)
        assert case.assignee_id == bo.id


def test_a_case_goes_to_somebody_on_a_break(database: Database) -> None:
    with database.write() as session:
        ana, bo, shop = person(session), person(session, "Bo Lind"), Shop(session)
        bo.shift = Shift.BREAK
        assert cases.hand_over(session, shop.claimed(ana).id, to_person_id=bo.id, note="", by=ana, now=NOON).assignee_id == bo.id


def test_nobody_takes_over_while_the_assignee_is_at_it(database: Database) -> None:
    with database.write() as session:
        ana, bo, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
        case = shop.claimed(ana)
        with pytest.raises(AlreadyClaimed, match="Ana"):
            cases.take_over(session, case.id, by=bo, now=NOON + 44 * SECOND)
        holds.hold(session, case.id, kind=HoldKind.REPLYING, by=ana, settings=SETTINGS, now=NOON + 40 * SECOND)
        with pytest.raises(AlreadyClaimed, match="Ana"):
            cases.take_over(session, case.id, by=bo, now=NOON + 84 * SECOND)
        taken = cases.take_over(session, case.id, by=bo, now=NOON + 86 * SECOND)
        assert (taken.assignee_id, taken.claim_no) == (bo.id, 2)


def test_a_page_left_open_in_the_background_protects_for_a_while_only(database: Database) -> None:
    with database.write() as session:
        ana, bo, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
        case = shop.claimed(ana)
        for minute in range(12):
            holds.hold(session, case.id, kind=HoldKind.AWAY, by=ana, settings=SETTINGS, now=NOON + minute * 40 * SECOND)
        with pytest.raises(AlreadyClaimed):
            cases.take_over(session, case.id, by=bo, now=NOON + 8 * MINUTE)
        for minute in range(12, 18):
            holds.hold(session, case.id, kind=HoldKind.AWAY, by=ana, settings=SETTINGS, now=NOON + minute * 40 * SECOND)
        assert cases.take_over(session, case.id, by=bo, now=NOON + 11 * MINUTE).assignee_id == bo.id


def test_a_lead_takes_over_at_any_time(database: Database) -> None:
    with database.write() as session:
        ana, lead, shop = person(session, "Ana"), person(session, "Lea", Role.LEAD), Shop(session)
        case = shop.claimed(ana)
        assert cases.take_over(session, case.id, by=lead, now=NOON).assignee_id == lead.id


def test_a_take_over_joins_the_queued_reply_with_the_draft_and_loses_no_word(database: Database) -> None:
    with database.write() as session:
        ana, bo, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
        case = shop.claimed(ana)
        reply = queued(session, case, shop, ana, "We sent it today.")
        replies.save_draft(session, case.id, text="And one more thing", version=0, by=ana, now=NOON)
        cases.take_over(session, case.id, by=bo, now=LATER)
        drafts = session.scalars(select(Reply).where(Reply.case_id == case.id, Reply.state == ReplyState.DRAFT)).all()
        assert [draft.id for draft in drafts] == [reply.id]
        assert drafts[0].text == "We sent it today.\n\nAnd one more thing"
        assert "Bo took the case over" in drafts[0].reason
        assert replies.lease_due(session, "w", now=LATER + MINUTE, limit=9, lease=MINUTE) == []
        shown = drafts[0].version
        assert replies.save_draft(session, case.id, text="Mine now", version=shown, by=bo, now=LATER) == shown + 1


def test_a_case_that_nobody_has_is_claimed_not_taken_over(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        with pytest.raises(Invalid, match="claim it"):
            cases.take_over(session, shop.case().id, by=ana, now=NOON)


def test_a_snooze_ends_in_the_future_and_when_the_customer_writes(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        with pytest.raises(Invalid, match="passed"):
            cases.snooze(session, case.id, until=NOON, by=ana, now=NOON)
        cases.snooze(session, case.id, until=NOON + timedelta(hours=2), by=ana, now=NOON)
        assert case.snoozed_until == NOON + timedelta(hours=2)
        cases.join(session, case, shop.more(case, at=NOON + MINUTE), settings=SETTINGS, now=NOON + MINUTE)
        assert case.snoozed_until is None


def test_a_note_stays_and_an_empty_one_is_refused(database: Database) -> None:
    with database.write() as session:
        ana, bo, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
        case = shop.claimed(ana)
        cases.add_note(session, case.id, text="Called twice", by=bo, now=NOON)
        with pytest.raises(Invalid, match="empty"):
            cases.add_note(session, case.id, text="  ", by=bo, now=NOON)
        assert session.scalars(select(Note.text).where(Note.case_id == case.id)).all() == ["Called twice"]
        assert verbs(session, case.id)[-1] == "note"


def test_presence_keeps_its_beginning_while_it_goes_on(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.case()
        for second in (0, 10, 20):
            holds.hold(session, case.id, kind=HoldKind.READING, by=ana, settings=SETTINGS, now=NOON + second * SECOND)
        held = session.get_one(Hold, (case.id, ana.id), populate_existing=True)
        assert (held.since, held.until) == (NOON, NOON + 20 * SECOND + SETTINGS.hold)
        holds.hold(session, case.id, kind=HoldKind.REPLYING, by=ana, settings=SETTINGS, now=NOON + 30 * SECOND)
        held = session.get_one(Hold, (case.id, ana.id), populate_existing=True)
        assert (held.kind, held.since) == (HoldKind.REPLYING, NOON + 30 * SECOND)
        holds.leave(session, case.id, by=ana)
        assert session.get(Hold, (case.id, ana.id), populate_existing=True) is None


def test_a_reader_may_be_present_but_not_replying(database: Database) -> None:
    with database.write() as session:
        reader, shop = person(session, "Rea", Role.READER), Shop(session)
        case = shop.case()
        holds.hold(session, case.id, kind=HoldKind.READING, by=reader, settings=SETTINGS, now=NOON)
        with pytest.raises(NotAllowed):
            holds.hold(session, case.id, kind=HoldKind.REPLYING, by=reader, settings=SETTINGS, now=NOON)
        with pytest.raises(NotFound):
            holds.hold(session, 999_999, kind=HoldKind.READING, by=reader, settings=SETTINGS, now=NOON)
