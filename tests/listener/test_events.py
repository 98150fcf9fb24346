"""Other programs are told what becomes of cases: signed, each event at least once, nothing private, and never at the desk's cost."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from desk.alerts import events
from desk.cases import cases
from desk.intake import erasure
from desk.outcomes.outcomes import close
from listener.events import EventTeller
from listener.sealed import opened
from listener.settings import ListenerSettings, StreamSettings
from storage.database import Database
from storage.models import Audit, EventStream, EventTold
from storage.words import Outcome
from tests.support.desk import NOON, SETTINGS, Shop, person
from tests.support.public import SECRET, bridge
from tests.support.replay import DROP, HANG, Platform, Reply, as_json, html

PATH = "/careline/events"
ALL = tuple(events.EVENTS)


@pytest.fixture
def platform() -> Iterator[Platform]:
    with Platform() as running:
        running.always(PATH, as_json({}), method="POST")
        yield running


def teller(database: Database, platform: Platform, *wanted: str, names: tuple[str, ...] = ("crm",), base_url: str = "") -> EventTeller:
    streams = tuple(StreamSettings(name, "acme-hook", wanted or ALL) for name in names)
    credential = bridge(base_url or f"{platform.url}/careline")
    return EventTeller(database, ListenerSettings({"acme-hook": credential}, timedelta(seconds=0.5), streams=streams))


def heard(platform: Platform) -> list[dict[str, Any]]:
    return [event for seen in platform.asked(PATH) for event in json.loads(seen.body)["events"]]


def a_case(database: Database, text: str = "My parcel is lost", **mention: Any) -> int:
    with database.write() as session:
        shop, by = Shop(session), person(session)
        case = shop.claimed(by, text, **mention)
        close(session, case.id, outcome=Outcome.NO_ACTION, by=by, now=NOON)
        return case.id


def due_now(database: Database) -> None:
    with database.write() as session:
        session.execute(update(EventStream).values(next_at=database.now()))


def test_what_becomes_of_a_case_is_told_in_its_order(database: Database, platform: Platform) -> None:
    a_case(database, "before")
    told = teller(database, platform)
    told.begin()
    case_id = a_case(database)
    assert told.tell_due() == 3
    found = heard(platform)
    assert [event["event"] for event in found] == ["case.opened", "case.claimed", "case.closed"]
    assert {event["case"]["id"] for event in found} == {case_id}
    assert (found[2]["case"]["outcome"], found[1]["by"]["initials"][0], found[0]["by"]) == ("no_action", "P", None)
    assert found[0]["post"]["url"].startswith("https://")
    (asked,) = platform.asked(PATH)
    assert opened(asked.headers, asked.body, [SECRET], datetime.now(UTC))


def test_each_is_told_once_while_all_goes_well(database: Database, platform: Platform) -> None:
    told = teller(database, platform)
    told.begin()
    a_case(database)
    told.tell_due()
    due_now(database)
    restarted = teller(database, platform)
    restarted.begin()
    assert restarted.tell_due() == 0
    assert len(heard(platform)) == 3


def test_no_words_leave_and_nothing_of_what_is_private_or_erased(database: Database, platform: Platform) -> None:
    told = teller(database, platform)
    told.begin()
    a_case(database, "my secret number is 4711", is_private=True)
    erased = a_case(database, "please forget 0815")
    with database.write() as session:
        mention_id = session.get_one(cases.Case, erased).opening_mention_id
        erasure.erase(session, [mention_id], reason=erasure.DELETED, settings=SETTINGS, now=NOON)
    told.tell_due()
    assert {event["post"] for event in heard(platform)} == {None}
    sent = b"".join(seen.body for seen in platform.seen)
    assert b"4711" not in sent
    assert b"0815" not in sent


@pytest.mark.parametrize("answer", [html(500), DROP, HANG, as_json({}, 404), Reply(302, b"", {"location": "https://x.example"})])
def test_what_was_not_taken_comes_again_later_each_time(database: Database, platform: Platform, answer: Reply) -> None:
    told = teller(database, platform)
    told.begin()
    a_case(database)
    platform.then(PATH, answer, answer, method="POST")
    pauses = []
    for _ in range(2):
        before = database.now()
        assert told.tell_due() == 0
        with database.read() as session:
            stream = session.scalars(select(EventStream)).one()
        pauses.append((stream.next_at - before).total_seconds())
        assert stream.error
        due_now(database)
    assert [round(pause, -1) in expected for pause, expected in zip(pauses, ({10, 20}, {30, 40}), strict=True)] == [True, True]
    assert told.tell_due() == 3
    with database.read() as session:
        stream = session.scalars(select(EventStream)).one()
    assert (stream.error, stream.attempts) == ("", 0)


def test_a_pause_that_is_asked_for_is_kept(database: Database, platform: Platform) -> None:
    told = teller(database, platform)
    told.begin()
    a_case(database)
    platform.then(PATH, as_json({}, 429, retry_after="600"), method="POST")
    told.tell_due()
    with database.read() as session:
        assert session.scalars(select(EventStream.next_at)).one() > database.now() + timedelta(minutes=9)


def test_one_address_that_fails_holds_up_no_other(database: Database, platform: Platform) -> None:
    told = teller(database, platform, names=("a", "b"))
    told.begin()
    a_case(database)
    platform.then(PATH, html(500), method="POST")
    assert told.tell_due() == 3


def test_a_stream_hears_only_what_it_wants(database: Database, platform: Platform) -> None:
    told = teller(database, platform, "case.closed")
    told.begin()
    a_case(database)
    told.tell_due()
    assert [event["event"] for event in heard(platform)] == ["case.closed"]


def test_a_record_that_appears_late_under_an_older_number_is_told_too(database: Database, platform: Platform) -> None:
    told = teller(database, platform)
    told.begin()
    case_id = a_case(database)
    with database.write() as session:
        numbers = session.scalars(select(Audit.id).order_by(Audit.id)).all()
        session.add(Audit(id=numbers[-1] + 50, at=database.now(), verb="reopen", case_id=case_id))
    told.tell_due()
    with database.write() as session:
        session.add(Audit(id=numbers[-1] + 10, at=database.now(), verb="claim", case_id=case_id))
    due_now(database)
    assert told.tell_due() == 1
    assert heard(platform)[-1]["event"] == "case.claimed"


def test_what_is_told_is_forgotten_one_by_one_after_a_while(database: Database, platform: Platform) -> None:
    told = teller(database, platform)
    told.begin()
    a_case(database)  # recorded long before now
    told.tell_due()
    with database.read() as session:
        assert session.scalars(select(EventTold)).all() == []
    due_now(database)
    assert told.tell_due() == 0
    assert len(heard(platform)) == 3


def test_more_than_a_batch_is_told_in_batches(database: Database, platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MOST_AT_ONCE", 2)
    told = teller(database, platform)
    told.begin()
    a_case(database)
    a_case(database)
    assert told.tell_due() == 6
    assert len(platform.asked(PATH)) == 3


def test_a_stream_that_vanished_from_the_settings_is_told_no_more(database: Database, platform: Platform) -> None:
    teller(database, platform, names=("a", "b")).begin()
    teller(database, platform, names=("b",)).begin()
    with database.read() as session:
        assert session.scalars(select(EventStream.name)).all() == ["b"]


def test_it_goes_to_no_unsafe_address(database: Database, platform: Platform) -> None:
    told = teller(database, platform, base_url="http://93.184.216.34")
    told.begin()
    a_case(database)
    assert told.tell_due() == 0
    assert platform.seen == []
