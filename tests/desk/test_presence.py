"""Whoever is signed in nowhere is away: their shift ends with the last sign-in and goes on with the next."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases import shield
from desk.errors import Invalid
from desk.people import leaving, people, person_changes, presence, routing, shifts, sign_ins
from desk.people.sign_ins import IDLE
from desk.queue.filters import QueueFilter
from storage.database import Database
from storage.models import Audit, Person
from storage.words import Role, Shift
from tests.support.desk import MINUTE, NOON, SECOND, SETTINGS, Shop, lead, person

HOUR = timedelta(hours=1)


def signed_in(session: Session, who: Person, *, at: timedelta = timedelta()) -> str:
    return sign_ins.begin(session, who, way="name", now=NOON + at)


def added(session: Session, name: str, role: Role) -> Person:
    """Somebody who was only just added."""
    return people.add(session, name=name, initials=name, roles=[role], by=None, now=NOON)


def absent(session: Session, *, at: timedelta) -> int:
    return presence.end_absent(session, now=NOON + at)


def told(session: Session) -> list[tuple[str, str | None, int | None]]:
    rows = session.scalars(select(Audit).where(Audit.verb == "shift").order_by(Audit.id))
    return [(row.detail["shift"], row.detail.get("why"), row.person_id) for row in rows]


def test_who_signs_out_everywhere_is_off_shift_from_then_on(database: Database) -> None:
    with database.write() as session:
        ana = person(session)
        here, there = signed_in(session, ana), signed_in(session, ana)
        sign_ins.end(session, here, now=NOON + MINUTE)
        assert (ana.shift, absent(session, at=HOUR)) == (Shift.ON, 0)
        sign_ins.end(session, there, now=NOON + HOUR)
        assert (ana.shift, ana.shift_at) == (Shift.OFF, NOON + HOUR)
        session.flush()
        assert told(session) == [("off", presence.WHY, None)]


@pytest.mark.parametrize("shift", [Shift.ON, Shift.BREAK])
def test_who_closes_the_browser_is_off_shift_when_the_sign_in_has_run_out(database: Database, shift: Shift) -> None:
    with database.write() as session:
        ana = person(session)
        signed_in(session, ana)
        ana.shift = shift
        assert (absent(session, at=IDLE - SECOND), ana.shift) == (0, shift)
        assert (absent(session, at=IDLE), ana.shift, ana.shift_at) == (1, Shift.OFF, NOON + IDLE)
        assert absent(session, at=IDLE + HOUR) == 0


def test_somebody_new_is_off_shift_until_they_sign_in_or_begin(database: Database) -> None:
    with database.write() as session:
        ana, bo, rik = (added(session, name, role) for name, role in (("Ana", Role.AGENT), ("Bo", Role.LEAD), ("Rik", Role.READER)))
        Shop(session).case()
        assert not shield.is_watched(session)
        with pytest.raises(Invalid, match="Nobody is on shift"):
            routing.deal(session, by=bo, now=NOON)
        signed_in(session, ana, at=HOUR)
        signed_in(session, rik, at=HOUR)
        shifts.begin(session, bo.id, by=bo, now=NOON + HOUR)
        assert [(one.shift, one.shift_at) for one in (ana, bo, rik)] == [(Shift.ON, NOON + HOUR)] * 2 + [(Shift.OFF, None)]
        session.flush()
        assert told(session) == [("on", "signed in", ana.id), ("on", None, bo.id)]


def test_who_comes_to_care_again_takes_no_case_before_they_are_here(database: Database) -> None:
    with database.write() as session:
        ana, ada = person(session), person(session, "Ada", Role.ADMIN)
        for roles in ([Role.READER], [Role.AGENT]):
            person_changes.change(session, ana.id, roles=roles, by=ada, now=NOON)
        assert (ana.shift, absent(session, at=SECOND)) == (Shift.OFF, 1)
        signed_in(session, ana, at=HOUR)
        assert ana.shift is Shift.ON


def test_the_next_sign_in_goes_on_with_a_shift_that_they_did_not_end_themselves(database: Database) -> None:
    with database.write() as session:
        ana, bo = person(session, "Ana"), person(session, "Bo")
        for who in (ana, bo):
            token = signed_in(session, who)
            if who is bo:
                shifts.end(session, by=bo, now=NOON + MINUTE)
            sign_ins.end(session, token, now=NOON + HOUR)
            assert who.shift is Shift.OFF
            signed_in(session, who, at=20 * HOUR)
        assert (ana.shift, bo.shift) == (Shift.ON, Shift.OFF)


def test_who_is_signed_out_everywhere_at_once_is_off_shift_and_who_left_is_not_spoken_of(database: Database) -> None:
    with database.write() as session:
        ana, gone = person(session), person(session, "Gil")
        for who in (ana, gone):
            signed_in(session, who)
        assert sign_ins.end_all(session, ana.id, now=NOON + MINUTE) == 1
        leaving.leave(session, gone.id, by=None, now=NOON + MINUTE)
        session.flush()
        assert (ana.shift, gone.active, len(told(session))) == (Shift.OFF, False, 1)


def test_nothing_stays_with_somebody_who_went_home_without_a_word(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        signed_in(session, ana)
        case = shop.claimed(ana)
        soon = IDLE + SECOND
        assert (shifts.return_overdue(session, settings=SETTINGS, now=NOON + soon), case.assignee_id) == (0, ana.id)
        absent(session, at=soon)
        assert (shifts.return_overdue(session, settings=SETTINGS, now=NOON + soon), case.assignee_id) == (1, None)


def test_dealing_next_and_the_shield_pass_over_whoever_is_signed_in_nowhere(database: Database) -> None:
    with database.write() as session:
        ana, away, lea = person(session, "Ana"), person(session, "Bo"), lead(session)
        Shop(session).case()
        signed_in(session, ana)
        token = signed_in(session, lea)
        assert shield.is_watched(session)
        absent(session, at=MINUTE)
        sign_ins.end(session, token, now=NOON + MINUTE)
        assert not shield.is_watched(session)
        assert routing.deal(session, by=lea, now=NOON + MINUTE).given == {ana.id: 1}
        with pytest.raises(Invalid, match="not on shift"):
            routing.next_for(session, QueueFilter(), by=away, now=NOON + MINUTE)


def test_a_lead_begins_no_shift_of_somebody_who_is_not_there(database: Database) -> None:
    with database.write() as session:
        ana, lea = person(session, "Ana"), lead(session)
        shifts.end(session, by=ana, now=NOON)
        with pytest.raises(Invalid, match="Ana is not signed in"):
            shifts.begin(session, ana.id, by=lea, now=NOON)
        signed_in(session, ana)
        assert shifts.begin(session, ana.id, by=lea, now=NOON + MINUTE).shift is Shift.ON
