"""What customers were promised: it stands in the case, comes back when it is due, and no case ends over it."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases import cases, promises, upkeep
from desk.errors import Invalid, NotAllowed, NotFound, NotYours
from desk.outcomes import outcomes
from storage.database import Database
from storage.models import Case, Mention, Notice, Pause, Person, Promise
from storage.words import CaseStatus, NoticeKind, Outcome, Role
from tests.support.desk import MINUTE, NOON, SETTINGS, Shop, person

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def make(session: Session, case: Case, by: Person, *, text: str = "Call back", after: timedelta = DAY) -> Promise:
    return promises.make(session, case.id, text=text, due_at=NOON + after, by=by, settings=SETTINGS, now=NOON)


def pending(session: Session, shop: Shop, by: Person) -> Case:
    """A case that we answered: nobody waits for us."""
    case = shop.claimed(by)
    upkeep.answered(session, case, at=NOON, unanswered=Mention.id > case.latest_mention_id)
    return case


def come_back(session: Session, *, after: timedelta) -> int:
    return promises.come_back(session, settings=SETTINGS, now=NOON + after)


def test_a_promise_stands_in_its_case_the_first_due_first(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case, other = shop.claimed(ana), shop.claimed(ana)
        make(session, case, ana, text="  Send the   bill ", after=2 * DAY)
        make(session, case, ana, after=DAY)
        found = promises.standing(session, [case.id, other.id])
        assert [(view.text, view.due_at, view.person, view.came_back) for view in found[case.id]] == [
            ("Call back", NOON + DAY, "Ana Moss", False),
            ("Send the bill", NOON + 2 * DAY, "Ana Moss", False),
        ]
        assert other.id not in found
        assert case.promised_at == NOON + DAY


def test_a_promise_needs_words_a_time_to_come_and_ones_own_case(database: Database) -> None:
    with database.write() as session:
        ana, bo, reader, shop = person(session, "Ana"), person(session, "Bo"), person(session, "Rik", Role.READER), Shop(session)
        case = shop.claimed(ana)
        for text, after in (("  ", DAY), ("x" * 501, DAY), ("Call", timedelta(0)), ("Call", -DAY)):
            with pytest.raises(Invalid):
                make(session, case, ana, text=text, after=after)
        with pytest.raises(NotYours):
            make(session, case, bo)
        with pytest.raises(NotAllowed):
            make(session, case, reader)
        promise = make(session, case, ana)
        with pytest.raises(NotYours):
            promises.keep(session, promise.id, by=bo, settings=SETTINGS, now=NOON)


def test_a_case_that_waits_is_answered_by_the_promise_when_that_is_sooner(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        before = case.answer_by
        promise = make(session, case, ana, after=HOUR)
        assert (case.answer_by, case.reasons[0]["words"]) == (NOON + HOUR, "promised by Mon 2 Mar 13:00")
        promises.change(session, promise.id, text="Call", due_at=NOON + DAY, by=ana, settings=SETTINGS, now=NOON)
        assert (case.answer_by, case.promised_at) == (before, NOON + DAY)
        promises.cancel(session, promise.id, by=ana, settings=SETTINGS, now=NOON)
        assert case.promised_at is None


def test_a_promise_that_is_due_brings_its_case_back_and_tells_the_owner_once(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = pending(session, shop, ana)
        make(session, case, ana)
        cases.snooze(session, case.id, until=NOON + 9 * DAY, by=ana, now=NOON)
        assert come_back(session, after=DAY - MINUTE) == 0
        assert come_back(session, after=DAY + MINUTE) == 1
        assert come_back(session, after=DAY + MINUTE) == 0
        assert (case.status, case.waiting_since, case.next_due_at) == (CaseStatus.OPEN, NOON + DAY, NOON + DAY)
        assert case.answer_by == NOON + DAY - timedelta(minutes=sum(reason["minutes"] for reason in case.reasons))
        assert (case.snoozed_until, case.assignee_id) == (None, ana.id)
        assert case.reasons[0]["words"] == "promised by Tue 3 Mar 12:00"
        news = session.scalars(select(Notice)).one()
        assert (news.person_id, news.kind, news.case_id, news.text) == (ana.id, NoticeKind.PROMISE_DUE, case.id, "Call back")
        assert session.scalars(select(Pause)).one().until == NOON + DAY + MINUTE


def test_nobody_is_told_of_a_promise_in_a_case_that_nobody_has(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = pending(session, shop, ana)
        make(session, case, ana)
        cases.release(session, case.id, by=ana, now=NOON)
        assert come_back(session, after=DAY) == 1
        assert session.scalars(select(Notice)).all() == []
        assert cases.claim_next(session, by=person(session, "Bo"), now=NOON + DAY) is case


def test_a_kept_promise_ends_the_waiting_that_it_began(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = pending(session, shop, ana)
        promise = make(session, case, ana)
        come_back(session, after=DAY)
        promises.keep(session, promise.id, by=ana, settings=SETTINGS, now=NOON + DAY + MINUTE)
        assert (case.status, case.waiting_since, case.next_due_at, case.promised_at) == (CaseStatus.PENDING, None, None, None)
        with pytest.raises(NotFound, match="any more"):
            promises.cancel(session, promise.id, by=ana, settings=SETTINGS, now=NOON + DAY)


def test_a_customer_who_wrote_meanwhile_still_waits(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = pending(session, shop, ana)
        promise = make(session, case, ana)
        come_back(session, after=DAY)
        at = NOON + DAY + HOUR
        cases.join(session, case, shop.more(case, at=at), settings=SETTINGS, now=at)
        assert case.reasons[0]["words"].startswith("promised by")
        promises.keep(session, promise.id, by=ana, settings=SETTINGS, now=at)
        assert (case.status, case.waiting_since) == (CaseStatus.OPEN, NOON + DAY)
        assert "promised" not in case.reasons[0]["words"]


def test_a_promise_put_later_comes_back_anew(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = pending(session, shop, ana)
        promise = make(session, case, ana)
        come_back(session, after=DAY)
        later = {"text": "Call back", "due_at": NOON + 3 * DAY}
        promises.change(session, promise.id, **later, by=ana, settings=SETTINGS, now=NOON + DAY)  # type: ignore[arg-type]
        assert (case.status, promise.came_back_at) == (CaseStatus.PENDING, None)
        assert come_back(session, after=3 * DAY) == 1
        assert session.scalars(select(Notice.person_id)).all() == [ana.id, ana.id]


def test_no_case_is_closed_over_a_promise(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        promise = make(session, case, ana, text="Send the bill")
        with pytest.raises(Invalid, match=r"“Send the bill”. Say that it was kept, or cancel it"):
            outcomes.close(session, case.id, outcome=Outcome.NO_ACTION, by=ana, now=NOON)
        promises.keep(session, promise.id, by=ana, settings=SETTINGS, now=NOON)
        assert outcomes.close(session, case.id, outcome=Outcome.NO_ACTION, by=ana, now=NOON).status is CaseStatus.CLOSED


def test_a_lead_says_that_a_promise_of_somebody_else_was_kept(database: Database) -> None:
    with database.write() as session:
        ana, lea, shop = person(session), person(session, "Lea", Role.LEAD), Shop(session)
        promise = make(session, shop.claimed(ana), ana)
        assert promises.keep(session, promise.id, by=lea, settings=SETTINGS, now=NOON).kept_at == NOON


def test_merged_cases_keep_what_either_promised(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        mila = shop.author("mila")
        gone, kept = shop.claimed(ana, author=mila), shop.claimed(ana, author=mila)
        make(session, gone, ana, text="Soon", after=HOUR)
        make(session, kept, ana, text="Later")
        cases.merge(session, gone.id, into=kept.id, by=ana, settings=SETTINGS, now=NOON)
        assert [view.text for view in promises.standing(session, [gone.id, kept.id])[kept.id]] == ["Soon", "Later"]
        assert (kept.promised_at, gone.promised_at) == (NOON + HOUR, None)
