"""The sweep sees to what nobody else does, each part on its own."""

import logging
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from desk.alerts import errands
from desk.cases import promises
from desk.people import shifts, sign_ins
from desk.settings import DeskSettings
from listener.recheck import Rechecker
from listener.registry import Registry
from listener.sweep import CHUNK, sweep_due
from storage import search
from storage.database import Database
from storage.models import Alert, Case, Credential, Errand, Feed, Mention, Notice, Person, Reply
from storage.words import AlertKind, ErrandKind, Flag, LookResult, NoticeKind, ReplyState, Role, Shift
from tests.support.desk import MINUTE, Shop, person
from tests.support.listening import listening, poll, post
from tests.support.open_places import NOW_S, reading
from tests.support.outbox import queue
from tests.support.replay import Platform, as_json

DESK = DeskSettings()
HOUR = timedelta(hours=1)


def test_a_sending_that_never_ended_becomes_uncertain(database: Database) -> None:
    with database.write() as session:
        shop, by = Shop(session), person(session)
        queue(session, shop.claimed(by), shop, by)
        session.execute(update(Reply).values(state=ReplyState.SENDING, lease_owner="dead", lease_until=database.now() - HOUR))
    sweep_due(database, DESK)
    with database.read() as session:
        assert session.scalars(select(Reply.state)).one() is ReplyState.UNCERTAIN


def test_a_mention_that_was_not_triaged_in_time_reaches_the_board(database: Database) -> None:
    with database.write() as session:
        listening(session, now=database.now() - HOUR)
        poll(session, post("1", at=database.now() - HOUR), now=database.now() - HOUR)
    sweep_due(database, DESK)
    with database.read() as session:
        assert session.scalars(select(Case.flag)).all() == [Flag.UNTRIAGED]


def test_a_refused_feed_begins_an_alert(database: Database) -> None:
    with database.write() as session:
        listening(session, now=database.now())
        since = database.now() - HOUR
        refused = {"last_result": LookResult.REFUSED, "failing_since": since, "last_look_at": since}
        session.execute(update(Feed).where(Feed.name == "acme").values(**refused))
    sweep_due(database, DESK)
    with database.read() as session:
        assert AlertKind.FEED_REFUSED in session.scalars(select(Alert.kind)).all()


def test_texts_are_indexed_all_of_them(database: Database) -> None:
    n = CHUNK + 7
    with database.write() as session:
        listening(session, now=database.now())
        poll(session, *(post(str(k), f"parcel {k}", by=f"a{k}") for k in range(n)), now=database.now())
    sweep_due(database, DESK)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Mention)) == n
        assert len(search.search(session, "parcel", n)) == n


def test_the_result_of_an_old_errand_is_forgotten(database: Database) -> None:
    with database.write() as session:
        ops, now = person(session, "Olu", Role.OPS), database.now()
        old, fresh, waiting = (errands.ask(session, ErrandKind.FEED_TEST, {"n": n}, by=ops, now=now) for n in range(3))
        session.execute(update(Errand).where(Errand.id == old).values(done_at=now - errands.KEPT - HOUR, result={"posts": ["words"]}))
        session.execute(update(Errand).where(Errand.id == fresh).values(done_at=now))
    sweep_due(database, DESK)
    with database.read() as session:
        assert session.scalars(select(Errand.id).order_by(Errand.id)).all() == [fresh, waiting]


def test_a_part_that_fails_is_logged_and_stops_no_other(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    """The database itself is made to fail, in one table only."""
    with database.write() as session:
        listening(session, now=database.now() - HOUR)
        poll(session, post("1", "lost parcel"), now=database.now() - HOUR)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE alert RENAME TO alert_gone")
    with caplog.at_level(logging.ERROR):
        sweep_due(database, DESK)
    assert "part=alerts" in caplog.text
    with database.read() as session:
        assert len(search.search(session, "parcel", 10)) == 1


def test_a_promise_that_is_due_and_a_case_of_somebody_away_come_back(database: Database) -> None:
    now = database.now()
    with database.write() as session:
        shop, ana, bo = Shop(session), person(session), person(session, "Bo Lind")
        promised, left = shop.claimed(ana, at=now - HOUR), shop.claimed(bo, at=now - 24 * HOUR)
        promises.make(session, promised.id, text="Call", due_at=now - 30 * MINUTE, by=ana, settings=DESK, now=now - HOUR)
        shifts.end(session, by=bo, now=now)
    sweep_due(database, DESK)
    with database.read() as session:
        assert session.scalars(select(Notice.person_id).where(Notice.kind == NoticeKind.PROMISE_DUE)).all() == [ana.id]
        assert session.get_one(Case, left.id).assignee_id is None


def test_posts_from_before_their_source_could_be_asked_are_followed_up_once(database: Database, platform: Platform) -> None:
    following, settings = DeskSettings(recheck_after=(24 * HOUR,)), reading(platform, "hackernews")
    with database.write() as session:
        shop, credential = Shop(session, source="hackernews"), Credential(name="main", source="hackernews")
        session.add(credential)
        session.flush()
        shop.feed.credential_id = credential.id
        shop.case("northwind is late", at=database.now() - 1000 * HOUR, external_id="1")
    item = {"id": 1, "type": "comment", "by": "ada", "time": NOW_S, "text": "northwind is here"}
    platform.always("/v0/item/1.json", as_json(item))
    for _ in range(3):
        sweep_due(database, following)
        rechecker = Rechecker(database, settings, following, Registry(settings))
        rechecker.recheck_due()
        rechecker.drain()
    with database.read() as session:
        assert session.execute(select(Mention.text, Mention.recheck_at)).one() == ("northwind is here", None)
    assert len(platform.asked("/v0/item/1.json")) == 1


def test_what_is_due_goes_back_to_the_team_in_the_same_round_that_finds_its_owner_signed_in_nowhere(database: Database) -> None:
    with database.write() as session:
        long_ago = database.now() - 30 * HOUR
        ana, shop = person(session, now=long_ago), Shop(session)
        sign_ins.begin(session, ana, way="name", now=long_ago)
        shop.claimed(ana, at=long_ago)
    sweep_due(database, DESK)
    with database.read() as session:
        assert session.scalars(select(Person.shift)).all() == [Shift.OFF]
        assert session.scalars(select(Case.assignee_id)).all() == [None]
