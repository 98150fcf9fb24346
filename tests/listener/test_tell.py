"""Somebody is told: through the unmodified apprise to a web server on loopback, and through everything that can be in the way."""

import json
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from desk.settings import AlertRules, DeskSettings
from listener.settings import ListenerSettings, Recipient
from listener.tell import MOST_ATTEMPTS, Teller, is_quiet, quiet_ends, send, tell_now
from storage.database import Database
from storage.models import Alert
from storage.words import AlertKind
from tests.support.web import Reply, Web

# apprise looks for an old module of the standard library when it is first used.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

DESK = DeskSettings(zone="Europe/Berlin")
MINUTE = timedelta(minutes=1)
TEXT = "Feed acme: Not seen since 12:00 UTC: the source refuses the query. Next look 12:30 UTC; check the query."


def alert(database: Database, kind: AlertKind = AlertKind.FEED_REFUSED) -> int:
    with database.write() as session:
        now = database.now()
        row = Alert(kind=kind, subject="feed 1", text=TEXT, opened_at=now - MINUTE, tell_at=now - MINUTE)
        session.add(row)
        session.flush()
        return row.id


def row(database: Database, alert_id: int) -> Alert:
    with database.read() as session:
        return session.get_one(Alert, alert_id)


def due_again(database: Database) -> None:
    with database.write() as session:
        session.execute(update(Alert).values(tell_at=database.now() - MINUTE))


def teller(database: Database, web: Web, *recipients: Recipient, desk: DeskSettings = DESK, **environment: str) -> Teller:
    address = web.url.replace("http://", "json://")
    known = {name.upper(): f"{address}/{name}" for name in ("chat", "mail")}
    settings = ListenerSettings(recipients=recipients or (Recipient("team chat", "CHAT"),))
    return Teller(database, settings, desk, environment={**known, **environment})


def sent(web: Web) -> list[str]:
    return [asked.path for asked in web.asked]


def quiet_now(database: Database) -> tuple[time, time]:
    """Quiet hours around this moment, so that the test means the same at any hour."""
    clock = database.now().astimezone(UTC)
    return (clock - timedelta(hours=2)).time().replace(tzinfo=None), (clock + timedelta(hours=2)).time().replace(tzinfo=None)


def test_an_alert_reaches_its_recipient_once(database: Database, web: Web) -> None:
    web.script("/chat", Reply())
    alert_id = alert(database)
    telling = teller(database, web)
    assert (telling.tell_due(), telling.tell_due()) == (1, 0)
    (asked,) = web.asked
    assert (asked.method, asked.path.rstrip("/")) == ("POST", "/chat")
    said = json.loads(asked.body)
    assert (said["title"], said["message"].strip()) == ("Careline: feed refused", TEXT)
    told = row(database, alert_id)
    assert (told.told_at is not None, told.error, told.attempts) == (True, "", 0)


def test_it_is_told_again_only_after_the_cooldown(database: Database, web: Web) -> None:
    web.script("/chat", Reply())
    alert_id = alert(database)
    teller(database, web, desk=DeskSettings(alerts=AlertRules(cooldown=timedelta(hours=3)))).tell_due()
    told = row(database, alert_id)
    assert told.told_at is not None
    assert told.tell_at == told.told_at + timedelta(hours=3)


def test_a_failure_stands_on_the_alert_and_is_tried_again_after_a_growing_pause(database: Database, web: Web) -> None:
    web.script("/chat", Reply(status=503))
    alert_id = alert(database)
    telling, pauses = teller(database, web), []
    for _ in range(MOST_ATTEMPTS + 1):
        before = database.now()
        assert telling.tell_due() == 0
        pauses.append(round(((row(database, alert_id).tell_at or before) - before) / MINUTE))
        due_again(database)
    failed = row(database, alert_id)
    assert pauses == [1, 2, 4, 8, 16, 60, 60]
    assert (failed.told_at, failed.attempts, failed.error) == (None, MOST_ATTEMPTS + 1, "team chat: it was not taken (status 503)")
    web.script("/chat", Reply())
    assert telling.tell_due() == 1
    assert row(database, alert_id).error == ""


def test_of_two_recipients_only_the_one_that_was_not_reached_is_tried_again(database: Database, web: Web) -> None:
    web.script("/chat", Reply())
    web.script("/mail", Reply(status=500), Reply())
    alert(database)
    telling = teller(database, web, Recipient("team chat", "CHAT"), Recipient("lead", "MAIL"))
    assert telling.tell_due() == 0
    due_again(database)
    assert telling.tell_due() == 1
    assert [path.rstrip("/") for path in sent(web)] == ["/chat", "/mail", "/mail"]


def test_a_recipient_hears_only_of_what_it_asked_for(database: Database, web: Web) -> None:
    web.script("/chat", Reply())
    web.script("/mail", Reply())
    alert(database, AlertKind.BACKLOG)
    chat = Recipient("team chat", "CHAT", frozenset({AlertKind.FEED_REFUSED}))
    assert teller(database, web, chat, Recipient("lead", "MAIL", frozenset({AlertKind.BACKLOG}))).tell_due() == 1
    assert [path.rstrip("/") for path in sent(web)] == ["/mail"]


def test_where_nobody_is_named_the_alert_says_so(database: Database, web: Web) -> None:
    alert_id = alert(database, AlertKind.BACKLOG)
    assert teller(database, web, Recipient("team chat", "CHAT", frozenset())).tell_due() == 0
    assert "[[alerts.recipients]]" in row(database, alert_id).error


def test_quiet_hours_are_kept_and_the_alert_waits_for_their_end(database: Database, web: Web) -> None:
    web.script("/chat", Reply())
    alert_id = alert(database)
    desk = DeskSettings(zone="UTC")
    assert teller(database, web, Recipient("team chat", "CHAT", quiet=quiet_now(database)), desk=desk).tell_due() == 0
    waiting = row(database, alert_id)
    assert (web.asked, "quiet hours" in waiting.error) == ([], True)
    assert waiting.tell_at is not None
    assert timedelta(minutes=100) < waiting.tell_at - database.now() <= timedelta(hours=2)


def test_one_who_sleeps_does_not_keep_the_others_from_knowing(database: Database, web: Web) -> None:
    web.script("/chat", Reply())
    alert(database)
    asleep = Recipient("lead", "MAIL", quiet=quiet_now(database))
    assert teller(database, web, asleep, Recipient("team chat", "CHAT"), desk=DeskSettings(zone="UTC")).tell_due() == 1
    assert [path.rstrip("/") for path in sent(web)] == ["/chat"]


@pytest.mark.parametrize(
    ("clock", "quiet", "expected"),
    [
        ("12:00", ("22:00", "07:00"), False),
        ("23:00", ("22:00", "07:00"), True),
        ("06:59", ("22:00", "07:00"), True),
        ("07:00", ("22:00", "07:00"), False),
        ("22:00", ("22:00", "07:00"), True),
        ("13:00", ("12:00", "14:00"), True),
        ("14:00", ("12:00", "14:00"), False),
        ("12:00", ("12:00", "12:00"), False),
    ],
)
def test_quiet_hours_may_cross_midnight(clock: str, quiet: tuple[str, str], *, expected: bool) -> None:
    at = datetime.fromisoformat(f"2026-01-15T{clock}:00+00:00")
    recipient = Recipient("lead", "MAIL", quiet=(time.fromisoformat(quiet[0]), time.fromisoformat(quiet[1])))
    assert is_quiet(recipient, at, "UTC") is expected
    if expected:
        assert not is_quiet(recipient, quiet_ends(recipient, at, "UTC"), "UTC")


def test_quiet_hours_follow_the_clock_of_the_workspace() -> None:
    """The night in which Berlin's clock goes forward: 07:00 is an hour earlier in UTC than the day before."""
    recipient = Recipient("lead", "MAIL", quiet=(time(22), time(7)))
    evening = datetime(2026, 3, 28, 21, 30, tzinfo=UTC)
    assert is_quiet(recipient, evening, "Europe/Berlin")
    assert not is_quiet(recipient, evening, "Europe/London")
    assert quiet_ends(recipient, evening, "Europe/Berlin") == datetime(2026, 3, 29, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "says"),
    [("", "MAIL_URL is not set"), ("no address", "no address that apprise knows"), ("json://127.0.0.1:1/secret-token", "it was not taken")],
)
def test_an_address_that_does_not_work_is_told_without_its_secret(url: str, says: str) -> None:
    error = send(Recipient("lead", "MAIL_URL"), "title", "body", {"MAIL_URL": url})
    assert error is not None
    assert says in error
    assert "secret-token" not in error


def test_the_supervisor_tells_without_a_database(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    web.script("/chat", Reply())
    monkeypatch.setenv("CARELINE_TEST_CHAT", web.url.replace("http://", "json://") + "/chat")
    wants, does_not = frozenset({AlertKind.PROCESS_DOWN}), frozenset({AlertKind.BACKLOG})
    recipients = (
        Recipient("chat", "CARELINE_TEST_CHAT", wants),
        Recipient("other", "CARELINE_TEST_CHAT", does_not),
        Recipient("unset", "CARELINE_TEST_UNSET", wants),
    )
    assert tell_now(ListenerSettings(recipients=recipients), "Careline: triage keeps failing") == 1
    assert [json.loads(asked.body)["message"].strip() for asked in web.asked] == ["Careline: triage keeps failing"]


def test_one_alert_that_cannot_be_told_does_not_stop_the_next(database: Database, web: Web) -> None:
    web.script("/chat", Reply())
    first = alert(database, AlertKind.BACKLOG)
    second = alert(database, AlertKind.FEED_REFUSED)
    chat = Recipient("team chat", "CHAT", frozenset({AlertKind.FEED_REFUSED}))
    unset = Recipient("lead", "UNSET", frozenset({AlertKind.BACKLOG}))
    assert teller(database, web, unset, chat).tell_due() == 1
    with database.read() as session:
        told = {found.id: found.told_at for found in session.execute(select(Alert.id, Alert.told_at))}
    assert (told[first], told[second] is not None) == (None, True)


class Killed(dict[str, str]):
    """An environment in which the process dies when it is asked for the lead's address."""

    def get(self, name: str, *told: Any) -> Any:
        if name == "MAIL":
            raise SystemExit
        return super().get(name, *told)


def test_a_crash_between_two_recipients_tells_nobody_twice(database: Database, web: Web) -> None:
    web.script("/chat", Reply())
    web.script("/mail", Reply())
    alert_id = alert(database)
    both = (Recipient("team chat", "CHAT"), Recipient("lead", "MAIL"))

    address = web.url.replace("http://", "json://")
    with pytest.raises(SystemExit):
        Teller(database, ListenerSettings(recipients=both), DESK, environment=Killed(CHAT=f"{address}/chat")).tell_due()
    due_again(database)
    assert teller(database, web, *both).tell_due() == 1
    assert [path.rstrip("/") for path in sent(web)] == ["/chat", "/mail"]
    due_again(database)
    assert teller(database, web, *both).tell_due() == 1
    assert [path.rstrip("/") for path in sent(web)] == ["/chat", "/mail", "/chat", "/mail"]
    assert row(database, alert_id).attempts == 0
