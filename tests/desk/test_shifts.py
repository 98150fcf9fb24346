"""On shift, on a break, off: what becomes of cases whose owner is away, and the hand-over at the end."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases import cases, holds, promises, upkeep
from desk.errors import Invalid, NotAllowed, NotFound
from desk.outcomes import outcomes
from desk.people import shifts, workload
from desk.people.shifts import HandOver
from desk.replies import replies
from storage.database import Database
from storage.models import Audit, Case, Mention, Note, Notice, Person, PersonRole, Promise, Reply
from storage.words import CaseStatus, HoldKind, NoticeKind, Outcome, ReplyState, Role, Shift
from tests.support.desk import MINUTE, NOON, SETTINGS, Shop, angry, person

HOUR = timedelta(hours=1)
EARLY = SETTINGS.alerts.breach_near
DUE = NOON + 4 * HOUR
"""When the first answer is due to a post of no special urgency that was seen at noon."""


def verbs(session: Session, case: Case) -> list[str]:
    session.flush()
    return list(session.scalars(select(Audit.verb).where(Audit.case_id == case.id).order_by(Audit.id)))


def stands(who: Person) -> tuple[Shift, datetime | None]:
    return who.shift, who.shift_at


def answered(session: Session, case: Case, *, at: datetime) -> None:
    upkeep.answered(session, case, at=at, unanswered=Mention.id > case.latest_mention_id)


class TestStates:
    def test_a_shift_begins_pauses_goes_on_and_ends(self, database: Database) -> None:
        with database.write() as session:
            ana = person(session)
            assert stands(ana) == (Shift.ON, None)
            shifts.pause(session, ana.id, by=ana, now=NOON)
            assert stands(ana) == (Shift.BREAK, NOON)
            shifts.pause(session, ana.id, by=ana, now=NOON + MINUTE)
            assert stands(ana) == (Shift.BREAK, NOON)
            shifts.begin(session, ana.id, by=ana, now=NOON + MINUTE)
            assert stands(ana) == (Shift.ON, NOON + MINUTE)
            shifts.end(session, by=ana, now=NOON + HOUR)
            assert stands(ana) == (Shift.OFF, NOON + HOUR)
            session.flush()
            told = session.scalars(select(Audit.detail).where(Audit.verb == "shift").order_by(Audit.id)).all()
            assert [detail["shift"] for detail in told] == ["break", "on", "off"]

    def test_who_is_off_takes_no_break(self, database: Database) -> None:
        with database.write() as session:
            ana = person(session)
            shifts.end(session, by=ana, now=NOON)
            with pytest.raises(Invalid, match="not on shift"):
                shifts.pause(session, ana.id, by=ana, now=NOON)

    def test_one_sets_ones_own_shift_and_a_lead_that_of_others(self, database: Database) -> None:
        with database.write() as session:
            ana, bo, lea = person(session, "Ana"), person(session, "Bo"), person(session, "Lea", Role.LEAD)
            for act in (shifts.begin, shifts.pause):
                with pytest.raises(NotAllowed, match="lead"):
                    act(session, ana.id, by=bo, now=NOON)
            with pytest.raises(NotAllowed):
                shifts.end(session, person_id=ana.id, by=bo, now=NOON)
            shifts.pause(session, ana.id, by=lea, now=NOON)
            assert stands(ana) == (Shift.BREAK, NOON)
            shifts.end(session, person_id=ana.id, by=lea, now=NOON)
            assert stands(ana) == (Shift.OFF, NOON)
            with pytest.raises(NotFound):
                shifts.begin(session, 999_999, by=lea, now=NOON)
            with pytest.raises(NotAllowed):
                shifts.begin(session, ana.id, by=person(session, "Rik", Role.READER), now=NOON)


class TestTheCustomerWritesAgain:
    def again(self, session: Session, shop: Shop, case: Case, *, at: datetime) -> None:
        cases.join(session, case, shop.more(case, at=at), settings=SETTINGS, now=at)

    def pending(self, session: Session, shop: Shop, by: Person) -> Case:
        case = shop.claimed(by)
        answered(session, case, at=NOON + MINUTE)
        return case

    def test_it_stays_with_an_owner_who_is_on_shift(self, database: Database) -> None:
        with database.write() as session:
            ana, shop = person(session), Shop(session)
            case = self.pending(session, shop, ana)
            self.again(session, shop, case, at=NOON + HOUR)
            assert (case.assignee_id, case.status) == (ana.id, CaseStatus.OPEN)
            assert "returned" not in verbs(session, case)

    def test_it_goes_back_to_the_team_with_its_draft_when_the_owner_is_off(self, database: Database) -> None:
        with database.write() as session:
            ana, shop = person(session), Shop(session)
            case = self.pending(session, shop, ana)
            case.team_id = 7
            replies.save_draft(session, case.id, text="One more th", version=0, by=ana, now=NOON)
            shifts.end(session, by=ana, now=NOON + 2 * MINUTE)
            self.again(session, shop, case, at=NOON + HOUR)
            assert (case.assignee_id, case.team_id, case.preferred_id) == (None, 7, ana.id)
            assert verbs(session, case)[-2:] == ["join", "returned"]
            draft = session.scalars(select(Reply).where(Reply.case_id == case.id)).one()
            assert (draft.state, draft.text) == (ReplyState.DRAFT, "One more th")

    def test_a_break_keeps_it_until_its_due_time_is_near(self, database: Database) -> None:
        with database.write() as session:
            ana, shop = person(session), Shop(session)
            case = self.pending(session, shop, ana)
            shifts.pause(session, ana.id, by=ana, now=NOON + 2 * MINUTE)
            self.again(session, shop, case, at=NOON + HOUR)
            assert case.assignee_id == ana.id
            late = shop.more(case, "Hello??", at=NOON + HOUR)
            at = NOON + 5 * HOUR - EARLY
            cases.join(session, case, late, settings=SETTINGS, now=at)
            assert case.assignee_id is None

    @pytest.mark.parametrize(("shift", "stays"), [(Shift.ON, True), (Shift.BREAK, True), (Shift.OFF, False)])
    def test_a_closed_case_comes_back_to_its_owner_who_is_there(self, database: Database, shift: Shift, stays: bool) -> None:
        with database.write() as session:
            ana, shop = person(session), Shop(session)
            case = shop.claimed(ana)
            outcomes.close(session, case.id, outcome=Outcome.NO_ACTION, by=ana, now=NOON + MINUTE)
            ana.shift = shift
            session.flush()
            self.again(session, shop, case, at=NOON + HOUR)
            assert (case.assignee_id == ana.id, case.preferred_id == ana.id) == (stays, not stays)

    def test_a_case_reopened_by_a_colleague_does_not_stay_with_somebody_who_is_off(self, database: Database) -> None:
        with database.write() as session:
            ana, bo, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
            case = shop.claimed(ana)
            outcomes.close(session, case.id, outcome=Outcome.NO_ACTION, by=ana, now=NOON + MINUTE)
            shifts.end(session, by=ana, now=NOON + MINUTE)
            cases.reopen(session, case.id, by=bo, settings=SETTINGS, now=NOON + HOUR)
            assert case.assignee_id is None
            outcomes.close(session, cases.claim(session, case.id, by=ana, now=NOON).id, outcome=Outcome.NO_ACTION, by=ana, now=NOON)
            cases.reopen(session, case.id, by=ana, settings=SETTINGS, now=NOON + HOUR)
            assert case.assignee_id == ana.id

    def test_a_new_case_remembers_who_answered_this_customer_before(self, database: Database) -> None:
        with database.write() as session:
            ana, bo, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
            mila = shop.author("mila")
            assert shop.case(author=mila).preferred_id is None
            first = shop.claimed(ana, author=mila)
            answered(session, first, at=NOON + MINUTE)
            outcomes.close(session, first.id, outcome=Outcome.ANSWERED, by=ana, now=NOON + MINUTE)
            unanswered = shop.claimed(bo, author=mila)
            outcomes.close(session, unanswered.id, outcome=Outcome.NO_ACTION, by=bo, now=NOON + 2 * MINUTE)
            assert shop.case(author=mila).preferred_id == ana.id
            ana.active = False
            session.flush()
            assert shop.case(author=mila).preferred_id is None

    def test_who_has_a_case_of_this_customer_now_comes_before_who_answered_them_last(self, database: Database) -> None:
        with database.write() as session:
            ana, bo, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
            mila = shop.author("mila")
            first = shop.claimed(ana, author=mila)
            answered(session, first, at=NOON + MINUTE)
            outcomes.close(session, first.id, outcome=Outcome.ANSWERED, by=ana, now=NOON + MINUTE)
            going_on = shop.claimed(bo, author=mila)
            assert shop.case(author=mila).preferred_id == bo.id
            cases.release(session, going_on.id, by=bo, now=NOON + 2 * MINUTE)
            assert shop.case(author=mila).preferred_id == ana.id


class TestNothingStaysWithSomebodyAway:
    def test_what_is_due_soon_is_given_back(self, database: Database) -> None:
        with database.write() as session:
            ana, bo, lea, shop = person(session, "Ana"), person(session, "Bo"), person(session, "Lea", Role.LEAD), Shop(session)
            off, paused, here = shop.claimed(ana), shop.claimed(bo), shop.claimed(lea)
            cases.snooze(session, off.id, until=NOON + 20 * HOUR, by=ana, now=NOON)
            shifts.end(session, by=ana, now=NOON)
            shifts.pause(session, bo.id, by=bo, now=NOON)
            assert shifts.return_overdue(session, settings=SETTINGS, now=DUE - EARLY - MINUTE) == 0
            assert shifts.return_overdue(session, settings=SETTINGS, now=DUE - EARLY) == 2
            assert [case.assignee_id for case in (off, paused, here)] == [None, None, lea.id]
            assert (off.snoozed_until, off.preferred_id, verbs(session, off)[-1]) == (None, ana.id, "returned")
            assert shifts.return_overdue(session, settings=SETTINGS, now=DUE) == 0

    def test_what_is_due_soon_with_somebody_who_has_no_care_role_is_given_back(self, database: Database) -> None:
        with database.write() as session:
            ana, shop = person(session), Shop(session)
            case = shop.claimed(ana)
            ana.roles = [PersonRole(role=Role.READER)]
            session.flush()
            assert shifts.return_overdue(session, settings=SETTINGS, now=DUE) == 1
            assert case.assignee_id is None

    def test_what_waits_for_the_customer_stays(self, database: Database) -> None:
        with database.write() as session:
            ana, shop = person(session), Shop(session)
            case = shop.claimed(ana)
            answered(session, case, at=NOON + MINUTE)
            shifts.end(session, by=ana, now=NOON)
            assert shifts.return_overdue(session, settings=SETTINGS, now=NOON + 48 * HOUR) == 0
            assert case.assignee_id == ana.id

    def test_who_is_at_it_after_all_keeps_it(self, database: Database) -> None:
        with database.write() as session:
            ana, shop = person(session), Shop(session)
            case = shop.claimed(ana)
            shifts.end(session, by=ana, now=NOON)
            holds.hold(session, case.id, kind=HoldKind.REPLYING, by=ana, settings=SETTINGS, now=DUE)
            assert shifts.return_overdue(session, settings=SETTINGS, now=DUE) == 0
            holds.hold(session, case.id, kind=HoldKind.AWAY, by=ana, settings=SETTINGS, now=DUE)
            assert shifts.return_overdue(session, settings=SETTINGS, now=DUE) == 1

    def test_a_promise_that_falls_due_while_its_owner_is_off_goes_to_the_team(self, database: Database) -> None:
        with database.write() as session:
            ana, bo, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
            case = shop.claimed(ana)
            answered(session, case, at=NOON + MINUTE)
            due = NOON + 6 * HOUR
            promise = promises.make(session, case.id, text="Call back", due_at=due, by=ana, settings=SETTINGS, now=NOON + MINUTE)
            shifts.end(session, by=ana, now=NOON + HOUR)
            assert shifts.return_overdue(session, settings=SETTINGS, now=due) == 0
            assert promises.come_back(session, settings=SETTINGS, now=due) == 1
            session.flush()
            assert shifts.return_overdue(session, settings=SETTINGS, now=due) == 1
            assert (case.assignee_id, case.preferred_id, case.status) == (None, ana.id, CaseStatus.OPEN)
            assert self.keeper(session, promise) is None
            cases.claim(session, case.id, by=bo, now=due + MINUTE)
            assert self.keeper(session, promise) == bo.id

    @pytest.mark.parametrize("way", ["hand_over", "take_over", "release"])
    def test_a_promise_is_kept_by_whoever_has_its_case(self, database: Database, way: str) -> None:
        with database.write() as session:
            ana, bo, lea, shop = person(session, "Ana"), person(session, "Bo"), person(session, "Lea", Role.LEAD), Shop(session)
            case = shop.claimed(ana)
            promise = promises.make(session, case.id, text="Call back", due_at=DUE, by=ana, settings=SETTINGS, now=NOON)
            kept = promises.make(session, case.id, text="Send it", due_at=DUE, by=ana, settings=SETTINGS, now=NOON)
            promises.keep(session, kept.id, by=ana, settings=SETTINGS, now=NOON)
            match way:
                case "hand_over":
                    cases.hand_over(session, case.id, to_person_id=bo.id, note="", by=ana, now=NOON)
                case "take_over":
                    cases.take_over(session, case.id, by=lea, now=NOON)
                case "release":
                    cases.release(session, case.id, by=ana, now=NOON)
            assert self.keeper(session, promise) == {"hand_over": bo.id, "take_over": lea.id, "release": None}[way]
            assert self.keeper(session, kept) == ana.id

    def keeper(self, session: Session, promise: Promise) -> int | None:
        return session.scalar(select(Promise.person_id).where(Promise.id == promise.id))

    def test_one_call_does_a_bounded_part(self, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(shifts, "MOST_AT_ONCE", 2)
        with database.write() as session:
            ana, shop = person(session), Shop(session)
            for _ in range(3):
                shop.claimed(ana)
            shifts.end(session, by=ana, now=NOON)
            assert [shifts.return_overdue(session, settings=SETTINGS, now=DUE) for _ in range(3)] == [2, 1, 0]


class TestShiftEnd:
    def test_everything_goes_in_one_act_with_its_words(self, database: Database) -> None:
        with database.write() as session:
            ana, bo, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
            given, freed, kept = shop.claimed(ana), shop.claimed(ana), shop.claimed(ana)
            for case in (given, freed):
                replies.save_draft(session, case.id, text="Half a thou", version=0, by=ana, now=NOON)
                promises.make(session, case.id, text="Call back", due_at=NOON + HOUR, by=ana, settings=SETTINGS, now=NOON)
            wanted = [HandOver(freed.id, None, "Waits for the courier"), HandOver(given.id, bo.id, " Speaks Dutch ")]
            assert shifts.end(session, handovers=wanted, by=ana, now=NOON + MINUTE) == shifts.Ended(to_colleagues=1, to_teams=1)
            assert (given.assignee_id, freed.assignee_id, kept.assignee_id) == (bo.id, None, ana.id)
            assert ana.shift is Shift.OFF
            notes = select(Note.case_id, Note.text).order_by(Note.case_id)
            assert session.execute(notes).all() == [(given.id, "Speaks Dutch"), (freed.id, "Waits for the courier")]
            heirs = {one.case_id: one.person_id for one in session.scalars(select(Promise).execution_options(populate_existing=True))}
            assert heirs == {given.id: bo.id, freed.id: None}
            drafts = session.scalars(select(Reply.case_id).where(Reply.state == ReplyState.DRAFT).order_by(Reply.case_id)).all()
            assert drafts == [given.id, freed.id]
            news = session.scalars(select(Notice)).one()
            assert (news.person_id, news.kind, news.case_id, news.text) == (bo.id, NoticeKind.HANDED_OVER, given.id, "Speaks Dutch")

    @pytest.mark.parametrize("fault", ["off", "not_theirs", "closed", "leaves", "twice"])
    def test_one_that_fails_fails_all_and_is_named(self, database: Database, fault: str) -> None:
        with database.write() as session:
            ana, bo, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
            first, second = shop.claimed(ana), shop.claimed(ana)
            session.flush()
            ids = (ana.id, bo.id, first.id, second.id)
            match fault:
                case "off":
                    bo.shift = Shift.OFF
                case "not_theirs":
                    cases.release(session, second.id, by=ana, now=NOON)
                case "closed":
                    outcomes.close(session, second.id, outcome=Outcome.NO_ACTION, by=ana, now=NOON)
                case "leaves":
                    bo.active = False
        wanted = [HandOver(ids[2]), HandOver(ids[2] if fault == "twice" else ids[3], ids[1], "x")]
        with pytest.raises(Invalid) as refusal, database.write() as session:
            shifts.end(session, handovers=wanted, by=session.get_one(Person, ids[0]), now=NOON)
        assert fault == "twice" or f"Case {ids[3]}:" in str(refusal.value)
        with database.read() as session:
            assert session.get_one(Case, ids[2]).assignee_id == ids[0]
            assert session.get_one(Person, ids[0]).shift is Shift.ON
            assert session.scalars(select(Note)).all() == []

    def test_a_lead_hands_over_for_somebody_who_went_home(self, database: Database) -> None:
        with database.write() as session:
            ana, lea, shop = person(session, "Ana"), person(session, "Lea", Role.LEAD), Shop(session)
            case = shop.claimed(ana, **angry())
            shifts.end(session, person_id=ana.id, handovers=[HandOver(case.id, lea.id, "")], by=lea, now=NOON)
            assert (case.assignee_id, ana.shift, lea.shift) == (lea.id, Shift.OFF, Shift.ON)


def test_who_could_take_a_case_is_told_with_shift_and_load(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        busy, idle, full, away, gone = (person(session, name) for name in ("Bo", "Cy", "Di", "Ed", "Flo"))
        person(session, "Rik", Role.READER)
        away.shift, gone.shift, full.open_limit = Shift.BREAK, Shift.OFF, 1
        shop.claimed(busy)
        shop.claimed(full)
        found = workload.takers(session, but=ana.id, now=NOON)
        assert [(one.name, one.shift, one.open_cases, one.has_room) for one in found] == [
            (idle.name, Shift.ON, 0, True),
            (busy.name, Shift.ON, 1, True),
            (full.name, Shift.ON, 1, False),
            (away.name, Shift.BREAK, 0, True),
            (gone.name, Shift.OFF, 0, True),
        ]
