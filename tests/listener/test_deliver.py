"""From the outbox to a platform, played by fakes: what each outcome makes of the reply's row, and never a second sending."""

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from desk.cases import cases
from desk.post import OutgoingReply, Sent
from desk.settings import DeskSettings
from listener.deliver import GIVE_UP_AFTER, Deliverer, deliver_due
from listener.registry import Registry
from listener.settings import ListenerSettings
from listener.source import (
    BudgetExhausted,
    Malformed,
    OutcomeUnknown,
    RateLimited,
    Refused,
    Rejected,
    Replier,
    SourceError,
    Unauthorized,
    Unavailable,
)
from listener.sources.sandbox import SandboxReplier
from storage.database import Database
from storage.models import Audit, Case, Reply
from storage.words import CaseStatus, ReplyState, Role
from tests.support.desk import Shop, person
from tests.support.outbox import queue
from tests.support.waiting import eventually

SETTINGS = ListenerSettings()
DESK = DeskSettings()
HOUR = timedelta(hours=1)
LONG_AGO = timedelta(minutes=1)

Send = Callable[[OutgoingReply], Sent]
Find = Callable[[OutgoingReply], Sent | None]


class FakeReplier:
    """A platform whose answers a test decides; it remembers what it was asked."""

    def __init__(self, send: Send, find: Find | None = None, *, name: str = "x", idempotent: bool = False) -> None:
        self.name = name
        self.idempotent = idempotent
        self.sent: list[OutgoingReply] = []
        self.looked_for: list[OutgoingReply] = []
        self._send = send
        self._find = find or (lambda _reply: None)

    def send(self, reply: OutgoingReply) -> Sent:
        self.sent.append(reply)
        return self._send(reply)

    def find(self, reply: OutgoingReply) -> Sent | None:
        self.looked_for.append(reply)
        return self._find(reply)


def posted(reply: OutgoingReply) -> Sent:
    return Sent(f"p{reply.id}", f"https://x.example/p{reply.id}", datetime.now(UTC))


def raising(error: Exception) -> Send:
    def send(_reply: OutgoingReply) -> Sent:
        raise error

    return send


def outbox(database: Database, *, source: str = "x", n: int = 1, age: timedelta = LONG_AGO) -> list[int]:
    """Replies that wait to be sent, their undo over."""
    with database.write() as session:
        shop, by = Shop(session, source=source), person(session)
        queued_at = database.now() - age
        return [queue(session, shop.claimed(by, f"Lost parcel {k}"), shop, by, f"On its way {k}", now=queued_at).id for k in range(n)]


def deliver(database: Database, *repliers: Replier, owner: str = "one") -> int:
    registry = Registry(SETTINGS, repliers={replier.name: replier for replier in repliers})
    return deliver_due(database, SETTINGS, DESK, registry, owner=owner)


def reply(database: Database, reply_id: int) -> Reply:
    with database.read() as session:
        return session.get_one(Reply, reply_id)


def due_again(database: Database, reply_id: int) -> None:
    with database.write() as session:
        session.execute(update(Reply).where(Reply.id == reply_id).values(not_before=database.now() - LONG_AGO))


def test_a_reply_is_sent_and_its_case_waits_for_the_customer(database: Database) -> None:
    (reply_id,) = outbox(database)
    platform = FakeReplier(posted)
    assert deliver(database, platform) == 1
    row = reply(database, reply_id)
    assert (row.state, row.external_id, row.url) == (ReplyState.SENT, f"p{reply_id}", f"https://x.example/p{reply_id}")
    with database.read() as session:
        assert session.get_one(Case, row.case_id).status is CaseStatus.PENDING
    (asked,) = platform.sent
    assert (asked.key, asked.text, asked.source) == (row.key, row.text, "x")


def test_a_reply_whose_undo_runs_stays(database: Database) -> None:
    (reply_id,) = outbox(database, age=timedelta(0))
    platform = FakeReplier(posted)
    with database.write() as session:
        session.execute(update(Reply).values(not_before=database.now() + HOUR))
    assert deliver(database, platform) == 0
    assert (reply(database, reply_id).state, platform.sent) == (ReplyState.QUEUED, [])


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (RateLimited("wait", None), ReplyState.QUEUED),
        (Unavailable("502"), ReplyState.QUEUED),
        (BudgetExhausted("later", datetime(2099, 1, 1, tzinfo=UTC)), ReplyState.QUEUED),
        (BudgetExhausted("402", None, vendor=True), ReplyState.FAILED),
        (Unauthorized("no token"), ReplyState.FAILED),
        (Refused("suspended"), ReplyState.FAILED),
        (Rejected("too old"), ReplyState.FAILED),
        (Rejected("not summoned", by_hand=True), ReplyState.BY_HAND),
        (OutcomeUnknown("timed out"), ReplyState.UNCERTAIN),
        (Malformed("200 with HTML"), ReplyState.UNCERTAIN),
        (KeyError("surprise"), ReplyState.UNCERTAIN),
    ],
)
def test_each_error_leaves_the_reply_where_a_person_sees_what_to_do(database: Database, error: Exception, state: ReplyState) -> None:
    (reply_id,) = outbox(database)
    platform = FakeReplier(raising(error))
    deliver(database, platform)
    row = reply(database, reply_id)
    assert (row.state, row.lease_owner, len(platform.sent)) == (state, None, 1)
    assert isinstance(error, KeyError) or str(error) in row.reason
    assert row.not_before is None or row.not_before > database.now()


@pytest.mark.parametrize("error", [RateLimited, Unavailable])
def test_a_platform_that_says_when_is_asked_then(database: Database, error: type[RateLimited | Unavailable]) -> None:
    (reply_id,) = outbox(database)
    later = database.now() + HOUR
    deliver(database, FakeReplier(raising(error("wait", later))))
    assert reply(database, reply_id).not_before == later
    due_again(database, reply_id)
    deliver(database, FakeReplier(posted))
    assert reply(database, reply_id).state is ReplyState.SENT


def test_a_pause_that_is_over_already_is_no_reason_to_hammer(database: Database) -> None:
    outbox(database)
    platform = FakeReplier(raising(RateLimited("wait", datetime(2020, 1, 1, tzinfo=UTC))))
    deliver(database, platform)
    assert len(platform.sent) == 1


def test_the_pause_grows_with_the_age_of_the_reply(database: Database) -> None:
    young, old = outbox(database, age=timedelta(seconds=20)) + outbox(database, age=timedelta(minutes=10))
    deliver(database, FakeReplier(raising(Unavailable("502"))))
    now = database.now()
    waits = [(reply(database, n).not_before or now) - now for n in (young, old)]
    assert waits[0] < timedelta(minutes=1)
    assert timedelta(minutes=9) < waits[1] < timedelta(minutes=11)


def test_a_reply_that_nobody_took_for_a_day_goes_back_to_a_person(database: Database) -> None:
    (reply_id,) = outbox(database, age=GIVE_UP_AFTER + HOUR)
    deliver(database, FakeReplier(raising(Unavailable("502"))))
    assert reply(database, reply_id).state is ReplyState.FAILED


def test_an_uncertain_reply_is_looked_for_and_not_sent_again(database: Database) -> None:
    (reply_id,) = outbox(database)
    platform = FakeReplier(raising(OutcomeUnknown("timed out")), posted)
    deliver(database, platform)
    due_again(database, reply_id)
    deliver(database, platform)
    assert (reply(database, reply_id).state, len(platform.sent), len(platform.looked_for)) == (ReplyState.SENT, 1, 1)


def test_an_uncertain_reply_that_is_surely_absent_waits_for_a_person(database: Database) -> None:
    (reply_id,) = outbox(database)
    platform = FakeReplier(raising(OutcomeUnknown("timed out")), lambda _reply: None)
    deliver(database, platform)
    due_again(database, reply_id)
    deliver(database, platform)
    row = reply(database, reply_id)
    assert (row.state, row.not_before, len(platform.sent)) == (ReplyState.UNCERTAIN, None, 1)
    assert "not there" in row.reason
    assert deliver(database, platform) == 0


@pytest.mark.parametrize("error", [Unavailable("502"), RateLimited("wait", None), Unauthorized("gone"), ValueError("surprise")])
def test_looking_that_does_not_work_is_tried_again_and_proves_nothing(database: Database, error: Exception) -> None:
    (reply_id,) = outbox(database)

    def find(_reply: OutgoingReply) -> Sent | None:
        raise error

    platform = FakeReplier(raising(OutcomeUnknown("timed out")), find)
    deliver(database, platform)
    due_again(database, reply_id)
    deliver(database, platform)
    row = reply(database, reply_id)
    assert (row.state, row.lease_owner, len(platform.sent)) == (ReplyState.UNCERTAIN, None, 1)
    assert row.not_before is not None
    assert row.not_before > database.now()


def test_where_the_same_key_posts_once_it_is_sent_again(database: Database) -> None:
    (reply_id,) = outbox(database)
    answers: Iterator[Send] = iter([raising(OutcomeUnknown("timed out")), posted])
    platform = FakeReplier(lambda outgoing: next(answers)(outgoing), idempotent=True)  # noqa: PLW0108  the next one each time
    deliver(database, platform)
    due_again(database, reply_id)
    deliver(database, platform)
    assert reply(database, reply_id).state is ReplyState.SENT
    assert [outgoing.key for outgoing in platform.sent] == [reply(database, reply_id).key] * 2
    assert platform.looked_for == []


def test_a_worker_that_died_while_sending_leaves_an_uncertain_reply_that_is_found(database: Database) -> None:
    (reply_id,) = outbox(database)
    with database.write() as session:
        long_ago = database.now() - HOUR
        dead = {"state": ReplyState.SENDING, "lease_owner": "dead", "lease_until": long_ago, "sending_at": long_ago, "attempt": 1}
        session.execute(update(Reply).values(**dead))
    platform = FakeReplier(posted, posted)
    deliver(database, platform)
    assert (reply(database, reply_id).state, platform.sent, len(platform.looked_for)) == (ReplyState.SENT, [], 1)


def test_a_take_over_while_it_waits_keeps_it_from_being_sent(database: Database) -> None:
    (reply_id,) = outbox(database)
    with database.write() as session:
        lead = person(session, "Lea", Role.LEAD)
        cases.take_over(session, reply(database, reply_id).case_id, by=lead, now=database.now())
    platform = FakeReplier(posted)
    assert deliver(database, platform) == 0
    assert (reply(database, reply_id).state, platform.sent) == (ReplyState.DRAFT, [])


def test_a_lost_lease_marks_nothing_twice(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    """The reply was settled while we were sending; the news that it failed comes too late."""
    (reply_id,) = outbox(database)

    def settled_meanwhile(outgoing: OutgoingReply) -> Sent:
        with database.write() as session:
            session.execute(update(Reply).values(state=ReplyState.SENT, lease_owner=None, external_id="theirs", sent_at=database.now()))
        raise Rejected(f"{outgoing.id} is there already")

    with caplog.at_level(logging.WARNING):
        deliver(database, FakeReplier(settled_meanwhile))
    row = reply(database, reply_id)
    assert (row.state, row.external_id) == (ReplyState.SENT, "theirs")
    assert f"reply={reply_id}" in caplog.text


def test_a_source_without_replier_is_answered_by_hand(database: Database) -> None:
    (reply_id,) = outbox(database, source="forum")
    deliver(database, FakeReplier(posted, name="x"))
    row = reply(database, reply_id)
    assert (row.state, "no replier named 'forum'" in row.reason) == (ReplyState.BY_HAND, True)


def test_two_workers_send_each_reply_once(database: Database) -> None:
    ids = outbox(database, n=20)
    platform = FakeReplier(posted)
    workers = [threading.Thread(target=deliver, args=(database, platform), kwargs={"owner": name}) for name in ("one", "two", "three")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(outgoing.id for outgoing in platform.sent) == ids
    with database.read() as session:
        assert set(session.scalars(select(Reply.state))) == {ReplyState.SENT}


def test_a_platform_that_hangs_delays_no_other(database: Database) -> None:
    outbox(database, source="slow", n=4)
    fast = outbox(database, source="fast", n=4)
    gate = threading.Event()

    def hang(outgoing: OutgoingReply) -> Sent:
        gate.wait(60)
        return posted(outgoing)

    slow, quick = FakeReplier(hang, name="slow"), FakeReplier(posted, name="fast")
    settings = ListenerSettings(threads=3, per_source=2)
    deliverer = Deliverer(database, settings, DESK, Registry(settings, repliers={"slow": slow, "fast": quick}), owner="one")
    try:
        eventually(lambda: deliverer.deliver_due() >= 0 and all(reply(database, n).state is ReplyState.SENT for n in fast))
        assert (len(slow.sent), gate.is_set()) == (2, False)
    finally:
        gate.set()
    eventually(lambda: deliverer.deliver_due() >= 0 and len(slow.sent) == 4)
    deliverer.close()


def test_the_audit_names_what_happened(database: Database) -> None:
    (reply_id,) = outbox(database)
    deliver(database, FakeReplier(raising(Rejected("too old"))))
    with database.read() as session:
        verbs = list(session.scalars(select(Audit.verb).where(Audit.case_id == reply(database, reply_id).case_id).order_by(Audit.id)))
    assert verbs[-1] == "failed"


def test_the_sandbox_takes_every_reply_once_and_opens_no_connection(database: Database) -> None:
    (reply_id,) = outbox(database)
    sandbox = SandboxReplier("x")
    deliver(database, sandbox)
    row = reply(database, reply_id)
    assert row.state is ReplyState.SENT
    assert row.url.startswith("https://sandbox.example/")
    with database.read() as session:
        key = session.scalars(select(Reply.key)).one()
    again = [SandboxReplier("x").send(outgoing(key)).external_id for _ in range(2)]
    assert {row.external_id, sandbox.send(outgoing(key)).external_id} | set(again) == {row.external_id}
    assert sandbox.find(outgoing("never sent")) is None


def outgoing(key: str) -> OutgoingReply:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    return OutgoingReply(1, key, "Hi", "x", "", "Acme", "acme", None, "1", "1", "", "bob", at, at)


def test_errors_of_sources_are_all_handled() -> None:
    """A new kind of error must be decided about here and in listener/deliver.py."""
    known = {RateLimited, BudgetExhausted, Unauthorized, Refused, Unavailable, Malformed, Rejected, OutcomeUnknown}
    assert {kind for kind in SourceError.__subclasses__() if kind.__module__ == "listener.source"} == known
