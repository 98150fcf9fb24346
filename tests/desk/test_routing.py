"""Which case "next" gives, and how waiting cases are dealt: teams, skills, limits, shifts, and the same colleague again."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from desk.cases import cases, tags
from desk.errors import Invalid, NotAllowed, NotFound
from desk.outcomes import outcomes
from desk.people import routing, shifts, teams
from desk.replies import replies
from storage.database import Database
from storage.models import Audit, Notice, Person
from storage.words import CaseStatus, Outcome, Shift, SkillKind
from tests.support.desk import MINUTE, NOON, Shop, angry, lead, person

HOUR = timedelta(hours=1)


def take(session: Session, by: Person, *, now: datetime = NOON) -> int | None:
    case = cases.claim_next(session, by=by, now=now)
    return case.id if case else None


def skilled(session: Session, kind: SkillKind, *values: str, name: str = "Ana") -> Person:
    by = person(session, name)
    teams.set_skills(session, by.id, {kind: values}, by=lead(session), now=NOON)
    return by


class TestNext:
    @pytest.mark.parametrize(("shift", "words"), [(Shift.BREAK, "on a break"), (Shift.OFF, "not on shift")])
    def test_nobody_is_given_a_case_while_away_but_may_claim_one(self, database: Database, shift: Shift, words: str) -> None:
        with database.write() as session:
            ana, case = person(session), Shop(session).case()
            ana.shift = shift
            session.flush()
            with pytest.raises(Invalid, match=words):
                cases.claim_next(session, by=ana, now=NOON)
            assert cases.claim(session, case.id, by=ana, now=NOON).assignee_id == ana.id

    def test_a_team_takes_its_own_cases_and_those_of_no_team(self, database: Database) -> None:
        with database.write() as session:
            lea, ana, bo, shop = lead(session), person(session, "Ana"), person(session, "Bo"), Shop(session)
            billing = teams.add(session, "Billing", by=lea, now=NOON)
            teams.set_members(session, billing.id, [ana.id], by=lea, now=NOON)
            theirs, anybodys = shop.case(**angry()), shop.case()
            theirs.team_id = billing.id
            session.flush()
            assert [take(session, bo), take(session, bo), take(session, ana)] == [anybodys.id, None, theirs.id]

    def test_a_language_bars_others_and_an_unknown_one_nobody(self, database: Database) -> None:
        with database.write() as session:
            ana, shop = skilled(session, SkillKind.LANGUAGE, "de"), Shop(session)
            shop.case(language="fr")
            german, unknown = shop.case(language="de"), shop.case()
            assert [take(session, ana), take(session, ana), take(session, ana)] == [german.id, unknown.id, None]

    def test_a_source_bars_others(self, database: Database) -> None:
        with database.write() as session:
            ana, shop, other = skilled(session, SkillKind.SOURCE, "reddit"), Shop(session), Shop(session, source="reddit")
            shop.case()
            wanted = other.case()
            assert [take(session, ana), take(session, ana)] == [wanted.id, None]

    def test_a_topic_is_a_tag_and_other_tags_bar_nobody(self, database: Database) -> None:
        with database.write() as session:
            lea, shop = lead(session), Shop(session)
            bill, hub, vip = (tags.add(session, name=name, by=lea, now=NOON) for name in ("Bill", "Hub", "Seen twice"))
            ana, bo = skilled(session, SkillKind.TOPIC, "bill"), skilled(session, SkillKind.TOPIC, "Hub", name="Bo")
            hubs, bills, plain, other = (shop.case() for _ in range(4))
            for case, tag in ((hubs, hub), (bills, bill), (other, vip)):
                tags.put(session, tag_ids=[tag.id], case_ids=[case.id], by=None, now=NOON)
            assert [take(session, ana) for _ in range(4)] == [bills.id, plain.id, other.id, None]
            assert take(session, bo) == hubs.id

    def test_a_topic_keeps_its_people_under_another_name(self, database: Database) -> None:
        with database.write() as session:
            lea, shop = lead(session), Shop(session)
            bill, hub = (tags.add(session, name=name, by=lea, now=NOON) for name in ("Bill", "Hub"))
            ana, bo = skilled(session, SkillKind.TOPIC, "Bill"), skilled(session, SkillKind.TOPIC, "Hub", name="Bo")
            tags.rename(session, bill.id, name="Money", by=lea, now=NOON)
            first, second = shop.case(), shop.case()
            for case, tag in ((first, bill), (second, hub)):
                tags.put(session, tag_ids=[tag.id], case_ids=[case.id], by=None, now=NOON)
            tags.merge(session, hub.id, into=bill.id, by=lea, now=NOON)
            assert [take(session, bo), take(session, ana), take(session, ana)] == [first.id, second.id, None]

    def test_a_lead_is_given_what_nobody_answers_in_time(self, database: Database) -> None:
        with database.write() as session:
            lea, shop = lead(session), Shop(session)
            case = shop.case()
            case.team_id = teams.add(session, "Billing", by=lea, now=NOON).id
            session.flush()
            assert take(session, lea, now=case.answer_by - MINUTE) is None
            assert take(session, lea, now=case.answer_by) == case.id

    def test_a_limit_stops_next_until_there_is_room_again(self, database: Database) -> None:
        with database.write() as session:
            ana, shop = person(session), Shop(session)
            teams.set_limits(session, ana.id, open_limit=2, takes_abuse=False, by=lead(session), now=NOON)
            first, second, _ = shop.case(), shop.case(), shop.case()
            assert [take(session, ana), take(session, ana)] == [first.id, second.id]
            with pytest.raises(Invalid, match="2 cases wait for you and your limit is 2"):
                take(session, ana)
            cases.snooze(session, first.id, until=NOON + HOUR, by=ana, now=NOON)
            assert take(session, ana) is not None

    def test_only_customers_who_wait_now_count_against_the_limit_and_for_being_free(self, database: Database) -> None:
        with database.write() as session:
            ana, bo, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
            teams.set_limits(session, ana.id, open_limit=1, takes_abuse=False, by=lead(session), now=NOON)
            for _ in range(2):
                outcomes.close(session, shop.claimed(ana).id, outcome=Outcome.NO_ACTION, by=ana, now=NOON)
            answered = shop.claimed(ana)
            answered.status, answered.waiting_since = CaseStatus.PENDING, None
            kept, other = shop.case(), shop.case()
            kept.preferred_id = ana.id
            session.flush()
            assert [take(session, bo), take(session, ana)] == [other.id, kept.id]
            again = shop.case()
            again.preferred_id = ana.id
            session.flush()
            assert take(session, bo) == again.id

    def test_a_shielded_case_goes_to_a_volunteer_or_lead_first(self, database: Database) -> None:
        with database.write() as session:
            ana, bo, lea, shop = person(session, "Ana"), person(session, "Bo"), lead(session), Shop(session)
            teams.set_limits(session, bo.id, open_limit=None, takes_abuse=True, by=lea, now=NOON)
            for _ in range(3):
                shop.case(abusive=True, needs_reply=True).shielded_until = NOON + 10 * MINUTE
            session.flush()
            assert take(session, ana) is None
            assert all(take(session, by) is not None for by in (bo, lea))
            assert take(session, ana, now=NOON + 10 * MINUTE) is not None

    def test_the_colleague_who_answered_before_has_ten_minutes(self, database: Database) -> None:
        with database.write() as session:
            ana, bo, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
            kept = [shop.case() for _ in range(4)]
            for case in kept:
                case.preferred_id = ana.id
            session.flush()
            assert take(session, bo) is None
            assert take(session, ana) == kept[0].id
            assert take(session, bo, now=NOON + routing.SAME_AGAIN) == kept[1].id
            teams.set_limits(session, ana.id, open_limit=1, takes_abuse=False, by=lead(session), now=NOON)
            assert take(session, bo) == kept[2].id
            teams.set_limits(session, ana.id, open_limit=None, takes_abuse=False, by=lead(session), now=NOON)
            shifts.pause(session, ana.id, by=ana, now=NOON)
            assert take(session, bo) == kept[3].id

    def test_next_notes_when_it_gave_somebody_a_case(self, database: Database) -> None:
        with database.write() as session:
            ana, shop = person(session), Shop(session)
            assert take(session, ana) is None
            assert ana.given_at is None
            shop.case()
            take(session, ana, now=NOON + MINUTE)
            assert ana.given_at == NOON + MINUTE


class TestStranded:
    def test_what_nobody_on_shift_may_take_is_counted(self, database: Database) -> None:
        with database.write() as session:
            ana, shop = skilled(session, SkillKind.LANGUAGE, "en"), Shop(session)
            session.execute(update(Person).where(Person.id != ana.id).values(shift=Shift.OFF))
            shop.case(language="en")
            shop.case(language="fi")
            assert routing.stranded(session, now=NOON) == 1
            person(session, "Bo")
            assert routing.stranded(session, now=NOON) == 0
            session.execute(update(Person).values(shift=Shift.OFF))
            assert routing.stranded(session, now=NOON) == 2


class TestDeal:
    def test_cases_go_to_whom_the_fewest_wait_for_within_limits(self, database: Database) -> None:
        with database.write() as session:
            lea, ana, bo, shop = lead(session), person(session, "Ana"), person(session, "Bo"), Shop(session)
            shifts.end(session, by=lea, now=NOON)
            teams.set_limits(session, bo.id, open_limit=2, takes_abuse=False, by=lea, now=NOON)
            shop.claimed(ana)
            shop.claimed(ana)
            waiting = [shop.case() for _ in range(5)]
            dealt = routing.deal(session, by=lea, now=NOON + MINUTE)
            assert (dealt.given, dealt.cases) == ({bo.id: 2, ana.id: 3}, 5)
            assert [case.assignee_id for case in waiting[:2]] == [bo.id, bo.id]
            assert {case.status for case in waiting} == {CaseStatus.OPEN}
            session.flush()
            assert session.scalars(select(Audit.detail).where(Audit.verb == "deal")).first()["to"] == bo.id  # type: ignore[index]
            assert sorted(session.scalars(select(Notice.person_id)).all()) == sorted([ana.id, bo.id])

    def test_what_was_dealt_goes_back_unless_somebody_began(self, database: Database) -> None:
        with database.write() as session:
            lea, ana, shop = lead(session), person(session, "Ana"), Shop(session)
            shifts.end(session, by=lea, now=NOON)
            untouched, begun, passed = (shop.case() for _ in range(3))
            dealt = routing.deal(session, by=lea, now=NOON + MINUTE)
            replies.save_draft(session, begun.id, text="We", version=0, by=ana, now=NOON + 2 * MINUTE)
            cases.hand_over(session, passed.id, to_person_id=lea.id, note="", although_off=True, by=ana, now=NOON + 2 * MINUTE)
            assert routing.undo_deal(session, dealt.id, by=lea, now=NOON + 3 * MINUTE) == 1
            assert (untouched.assignee_id, untouched.status, untouched.claimed_at) == (None, CaseStatus.NEW, None)
            assert (begun.assignee_id, passed.assignee_id) == (ana.id, lea.id)
            with pytest.raises(Invalid, match="already"):
                routing.undo_deal(session, dealt.id, by=lea, now=NOON)

    def test_only_a_lead_deals_and_only_to_those_on_shift(self, database: Database) -> None:
        with database.write() as session:
            lea, ana = lead(session), person(session)
            with pytest.raises(NotAllowed):
                routing.deal(session, by=ana, now=NOON)
            with pytest.raises(NotAllowed):
                routing.undo_deal(session, 1, by=ana, now=NOON)
            with pytest.raises(NotFound):
                routing.undo_deal(session, 1, by=lea, now=NOON)
            session.execute(update(Person).values(shift=Shift.BREAK))
            with pytest.raises(Invalid, match="Nobody is on shift"):
                routing.deal(session, by=lea, now=NOON)
