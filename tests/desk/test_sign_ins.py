"""A sign-in holds until it is ended, idle for too long, or a week old; and nobody's token stands in the database."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.errors import NotAllowed
from desk.people import leaving, people, sign_ins
from desk.people.sign_ins import IDLE, LONGEST
from storage.database import Database
from storage.models import Person, SignIn
from storage.words import Role
from tests.support.desk import MINUTE, NOON, SECOND, person


def holds(session: Session, token: str, of: Person, *, now: datetime) -> bool:
    try:
        sign_ins.until(session, token, of.id, now=now)
    except NotAllowed:
        return False
    return True


def test_only_a_hash_of_the_token_is_kept(database: Database) -> None:
    with database.write() as session:
        ana = person(session)
        first, second = (sign_ins.begin(session, ana, way="name", now=NOON) for _ in range(2))
        kept = session.scalars(select(SignIn.token)).all()
        assert first != second
        assert len(first) >= 43
        assert {len(one) for one in kept} == {64}
        assert not set(kept) & {first, second}


def test_it_ends_by_itself_when_nobody_is_there(database: Database) -> None:
    with database.write() as session:
        ana = person(session)
        token = sign_ins.begin(session, ana, way="name", now=NOON)
        assert holds(session, token, ana, now=NOON + IDLE - SECOND)
        assert not holds(session, token, ana, now=NOON + IDLE)


def test_a_board_that_stays_open_keeps_it_for_a_week_and_no_longer(database: Database) -> None:
    with database.write() as session:
        ana, now = person(session), NOON
        token = sign_ins.begin(session, ana, way="name", now=now)
        while now + 6 * 60 * MINUTE < NOON + LONGEST:
            now += 6 * 60 * MINUTE
            assert sign_ins.renew(session, token, now=now) == min(now + IDLE, NOON + LONGEST)
        assert holds(session, token, ana, now=NOON + LONGEST - SECOND)
        assert not holds(session, token, ana, now=NOON + LONGEST)
        assert sign_ins.renew(session, token, now=NOON + LONGEST) is None


@pytest.mark.parametrize(
    ("left", "is_worn"), [(timedelta(hours=12), False), (timedelta(hours=11, minutes=1), False), (timedelta(hours=10), True)]
)
def test_it_is_renewed_once_an_hour(left: timedelta, is_worn: bool) -> None:
    assert sign_ins.is_worn(NOON + left, now=NOON) is is_worn


def test_signing_out_ends_one_browser_and_changes_the_mark(database: Database) -> None:
    with database.write() as session:
        ana = person(session)
        here, there = (sign_ins.begin(session, ana, way="name", now=NOON) for _ in range(2))
        before = sign_ins.mark(session)
        sign_ins.end(session, here, now=NOON)
        session.expire_all()
        assert not holds(session, here, ana, now=NOON)
        assert holds(session, there, ana, now=NOON)
        after = sign_ins.mark(session)
        assert after != before
        sign_ins.end(session, here, now=NOON)
        sign_ins.end(session, "never given", now=NOON)
        session.expire_all()
        assert sign_ins.mark(session) == after
        assert sign_ins.renew(session, here, now=NOON) is None


def test_who_leaves_is_signed_out_everywhere(database: Database) -> None:
    with database.write() as session:
        admin, gone = person(session, "Ada", Role.ADMIN), person(session)
        tokens = [sign_ins.begin(session, gone, way="openid", now=NOON) for _ in range(3)]
        own = sign_ins.begin(session, admin, way="openid", now=NOON)
        leaving.leave(session, gone.id, by=admin, now=NOON + SECOND)
        session.expire_all()
        assert [holds(session, token, gone, now=NOON + SECOND) for token in tokens] == [False, False, False]
        assert holds(session, own, admin, now=NOON + SECOND)
        with pytest.raises(NotAllowed, match="no longer works here"):
            sign_ins.begin(session, gone, way="name", now=NOON + SECOND)
        assert sign_ins.last(session, [admin.id, gone.id]) == {admin.id: NOON, gone.id: NOON}
        assert people.roles_of(gone)
