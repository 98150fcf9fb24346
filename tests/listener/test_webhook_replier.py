"""Answers through a bridge: signed, given once, unknown whenever it may have posted them; and its receipt, at once or later."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from desk.feeds.feeds import BrandPlan, WorkspacePlan
from desk.post import OutgoingAttachment, Sent
from listener.deliver import deliver_due
from listener.registry import Registry
from listener.sealed import opened, sealed
from listener.settings import CredentialSettings, ListenerSettings
from listener.source import OutcomeUnknown, RateLimited, Refused, Rejected, SourceError, Unauthorized, Unavailable
from listener.sources.webhook.replier import LATER, WebhookReplier
from storage.database import Database
from storage.models import Credential, Reply
from storage.words import ReplyState
from tests.support.desk import SETTINGS, Shop, person
from tests.support.outbox import queue
from tests.support.platforms import reply
from tests.support.public import SECRET, Outside, bridge, serving
from tests.support.replay import CUT, DROP, EMPTY, HANG, Platform, Seen, as_json, html
from tests.support.replay import Reply as Answer

REPLIES, ASKED = "/careline/replies", "/careline/replies/key-1"
RECEIPT = {"id": "178", "url": "https://www.instagram.com/p/178", "sent_at": "2026-11-20T12:00:00Z"}


@pytest.fixture
def platform() -> Iterator[Platform]:
    with Platform() as running:
        yield running


def settings(platform: Platform, **secrets: str) -> ListenerSettings:
    return ListenerSettings({"acme-hook": bridge(f"{platform.url}/careline", **secrets)}, timeout=timedelta(seconds=0.7))


def ours(**changes: Any) -> Any:
    return reply("webhook", "17900", site="instagram", credential="acme-hook", author_id="42", **changes)


def test_a_bridge_gets_a_signed_reply_and_answers_with_its_receipt(platform: Platform) -> None:
    platform.always(REPLIES, as_json(RECEIPT, 201), method="POST")
    sent = WebhookReplier(settings(platform)).send(ours())
    assert sent == Sent("178", "https://www.instagram.com/p/178", datetime(2026, 11, 20, 12, tzinfo=UTC))
    (asked,) = platform.seen
    assert opened(asked.headers, asked.body, [SECRET], datetime.now(UTC)).startswith("v1=")
    assert asked.headers["idempotency-key"] == "key-1"
    told = json.loads(asked.body)
    assert {name: told[name] for name in ("version", "key", "site", "account", "parent_id")} == {
        "version": 1,
        "key": "key-1",
        "site": "instagram",
        "account": "northwind",
        "parent_id": "17900",
    }
    assert (told["author"], told["private"]) == ({"id": "42", "handle": "ada"}, False)


@pytest.mark.parametrize(
    "answer", [DROP, HANG, CUT, html(502), html(504), EMPTY, html(200), as_json({"id": None}), as_json({"id": "1", "url": "x"})]
)
def test_what_may_have_been_posted_is_unknown(platform: Platform, answer: Answer) -> None:
    platform.always(REPLIES, answer, method="POST")
    with pytest.raises(OutcomeUnknown):
        WebhookReplier(settings(platform)).send(ours())


def test_a_bridge_may_say_later(platform: Platform) -> None:
    platform.always(REPLIES, as_json({}, 202), method="POST")
    with pytest.raises(OutcomeUnknown, match=LATER):
        WebhookReplier(settings(platform)).send(ours())


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (as_json({"error": "the comment was deleted"}, 422), Rejected),
        (as_json({"error": "24 hours are over"}, 403), Rejected),
        (as_json({}, 429, retry_after="30"), RateLimited),
        (as_json({}, 401), Unauthorized),
        (Answer(307, b"", {"location": "https://elsewhere.example/"}), Rejected),
    ],
)
def test_a_no_is_surely_not_posted(platform: Platform, answer: Answer, error: type[SourceError]) -> None:
    platform.always(REPLIES, answer, method="POST")
    with pytest.raises(error):
        WebhookReplier(settings(platform)).send(ours())


@pytest.mark.parametrize("by_hand", [True, False])
def test_a_bridge_may_say_that_a_person_could_still_post_it(platform: Platform, *, by_hand: bool) -> None:
    platform.always(REPLIES, as_json({"error": "over", "by_hand": by_hand}, 403), method="POST")
    with pytest.raises(Rejected, match="over") as caught:
        WebhookReplier(settings(platform)).send(ours())
    assert caught.value.by_hand == by_hand


def test_a_bridge_that_is_not_there_has_posted_nothing() -> None:
    away = ListenerSettings({"acme-hook": bridge("http://127.0.0.1:1/careline")})
    with pytest.raises(Unavailable) as caught:
        WebhookReplier(away).send(ours())
    assert not isinstance(caught.value, OutcomeUnknown)


@pytest.mark.parametrize(
    ("base_url", "says"), [(None, "does not say where"), ("http://93.184.216.34", "https"), ("http://127.0.0.1:9", "loopback")]
)
def test_it_is_given_to_no_unsafe_address(base_url: str | None, says: str) -> None:
    given = CredentialSettings("acme-hook", "webhook", {"signing_secret": SECRET}, base_url)
    with pytest.raises((Refused, Unavailable), match=says):
        WebhookReplier(ListenerSettings({"acme-hook": given})).send(ours())


def test_pictures_go_by_hand(platform: Platform) -> None:
    with pytest.raises(Rejected) as caught:
        WebhookReplier(settings(platform)).send(ours(attachments=(OutgoingAttachment("a.png", "image/png", b"x"),)))
    assert (caught.value.by_hand, platform.seen) == (True, [])


def test_a_bridge_is_asked_by_the_key(platform: Platform) -> None:
    platform.then(ASKED, as_json(RECEIPT), as_json({}, 202), as_json({}, 404), html(503))
    asking = WebhookReplier(settings(platform))
    found = asking.find(ours())
    assert found is not None
    assert found.external_id == "178"
    with pytest.raises(OutcomeUnknown):
        asking.find(ours())
    assert asking.find(ours()) is None
    with pytest.raises(Unavailable):
        asking.find(ours())
    assert all(opened(seen.headers, b"", [SECRET], datetime.now(UTC)) for seen in platform.seen)


def waiting(database: Database) -> int:
    """A reply in the outbox of an account that a bridge carries."""
    from desk.feeds import feeds

    with database.write() as session:
        feeds.sync(session, WorkspacePlan(brands=(BrandPlan("B"),), credentials=(("acme-hook", "webhook"),)), now=database.now())
        shop, by = Shop(session, source="webhook", site="instagram"), person(session)
        shop.account.credential_id = session.scalar(select(Credential.id))
        queued_at = database.now() - timedelta(minutes=1)
        return queue(session, shop.claimed(by), shop, by, "On its way", key="key-1", now=queued_at).id


def delivered(database: Database, platform: Platform) -> None:
    given = settings(platform)
    deliver_due(database, given, SETTINGS, Registry(given), owner="one")


def row(database: Database, reply_id: int) -> Reply:
    with database.read() as session:
        return session.get_one(Reply, reply_id)


@pytest.fixture
def outside(database: Database) -> Iterator[Outside]:
    with serving(database) as app:
        yield app


def test_a_receipt_that_comes_later_ends_the_doubt_and_nothing_is_sent_again(
    database: Database, platform: Platform, outside: Outside
) -> None:
    platform.always(REPLIES, as_json({}, 202), method="POST")
    reply_id = waiting(database)
    delivered(database, platform)
    assert row(database, reply_id).state is ReplyState.UNCERTAIN
    for _ in range(2):
        answer = outside.send("/receipt", {"version": 1, "key": "key-1", **RECEIPT})
        assert (answer.status_code, answer.json()) == (200, {"state": "sent"})
    found = row(database, reply_id)
    assert (found.state, found.external_id, found.url) == (ReplyState.SENT, "178", RECEIPT["url"])
    delivered(database, platform)
    assert len([seen for seen in platform.seen if seen.method == "POST"]) == 1


def test_a_receipt_may_be_faster_than_the_answer(database: Database, platform: Platform, outside: Outside) -> None:
    def answer(seen: Seen) -> Answer:
        assert outside.send("/receipt", {"version": 1, "key": json.loads(seen.body)["key"], **RECEIPT}).status_code == 200
        return as_json({}, 202)

    platform.always(REPLIES, answer, method="POST")
    reply_id = waiting(database)
    given = ListenerSettings({"acme-hook": bridge(f"{platform.url}/careline")})
    deliver_due(database, given, SETTINGS, Registry(given), owner="one")
    assert row(database, reply_id).state is ReplyState.SENT


def test_a_receipt_may_be_a_no(database: Database, platform: Platform, outside: Outside) -> None:
    platform.always(REPLIES, as_json({}, 202), method="POST")
    reply_id = waiting(database)
    delivered(database, platform)
    for _ in range(2):
        answer = outside.send("/receipt", {"version": 1, "key": "key-1", "error": "the window of 24 hours is over"})
        assert answer.json() == {"state": "failed"}
    found = row(database, reply_id)
    assert (found.state, found.reason) == (ReplyState.FAILED, "the window of 24 hours is over")


@pytest.mark.parametrize(
    ("content", "how", "status"),
    [
        ({"version": 1, "key": "key-1", **RECEIPT}, {"secret": "x" * 20}, 401),
        ({"version": 1, "key": "key-1", **RECEIPT}, {"age": timedelta(minutes=6)}, 401),
        ({"version": 1, "key": "key-2", **RECEIPT}, {}, 404),
        ({"version": 1, "key": 7}, {}, 422),
        ({"version": 1, "key": "key-1"}, {}, 422),
        (b"{", {}, 422),
    ],
)
def test_a_receipt_that_is_none_changes_nothing(
    database: Database, platform: Platform, outside: Outside, content: Any, how: dict[str, Any], status: int
) -> None:
    platform.always(REPLIES, as_json({}, 202), method="POST")
    reply_id = waiting(database)
    delivered(database, platform)
    answer = outside.send("/receipt", content, **how)
    assert (answer.status_code, len(answer.json()["error"]) > 15) == (status, True)
    assert row(database, reply_id).state is ReplyState.UNCERTAIN


def test_a_reply_that_never_left_awaits_no_receipt(database: Database, outside: Outside) -> None:
    reply_id = waiting(database)
    assert outside.send("/receipt", {"version": 1, "key": "key-1", **RECEIPT}).status_code == 404
    assert row(database, reply_id).state is ReplyState.QUEUED


def test_a_signature_is_bound_to_its_instant_and_body() -> None:
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    headers = {name.lower(): value for name, value in sealed(SECRET, b"body", now).items()}
    assert opened(headers, b"body", ["x" * 20, SECRET], now) == headers["careline-signature"]
    several = {**headers, "careline-signature": f"v1=0, {headers['careline-signature']}"}
    assert opened(several, b"body", [SECRET], now) == headers["careline-signature"]
