"""What a forum's webhook tells: signed by the forum, taken once, stored as a look would store it, whatever order it comes in."""

import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from desk.feeds import feeds
from desk.feeds.feeds import BrandPlan, FeedDraft, WorkspacePlan
from desk.intake import deliveries
from listener.settings import CredentialSettings
from storage.database import Database
from storage.models import Coverage, Delivery, Feed, Mention
from tests.support.public import Outside, serving

SECRET = "fedcba9876543210-forum"
ADDRESS = "https://community.acme.example"
PLAN = WorkspacePlan(
    brands=(BrandPlan("Acme"),),
    credentials=(("acme-forum", "discourse"), ("other-forum", "discourse")),
    feeds=(
        FeedDraft("forum", "discourse", "posts", "kettle", "Acme", "acme-forum", site="community.acme.example"),
        FeedDraft("found", "discourse", "search", "kettle", "Acme", "acme-forum", site="community.acme.example"),
        FeedDraft("unsigned", "discourse", "posts", "", "Acme", "other-forum"),
    ),
)


@pytest.fixture
def outside(database: Database) -> Iterator[Outside]:
    with database.write() as session:
        feeds.sync(session, PLAN, now=database.now())
    forum = CredentialSettings("acme-forum", "discourse", {"signing_secret": SECRET}, ADDRESS)
    with serving(database, forum, CredentialSettings("other-forum", "discourse", {}, ADDRESS)) as opened:
        yield opened


def a_post(number: int = 812, **changes: Any) -> dict[str, Any]:
    """As Discourse's WebHookPostSerializer writes it."""
    told = {"id": number, "topic_id": 7, "post_number": 2, "post_type": 1, "topic_archetype": "regular", "category_id": 5, "version": 1}
    said = {"username": "ada", "user_id": 11, "name": "Ada", "cooked": "<p>My kettle leaks</p>", "raw": "My kettle leaks"}
    instants = {"created_at": "2026-11-20T10:00:00.000Z", "updated_at": "2026-11-20T10:00:00.000Z", "deleted_at": None}
    return {**told, **said, **instants, "topic_slug": "kettles", "hidden": False, **changes}


def edited(words: str, minute: int, version: int = 2) -> dict[str, Any]:
    return a_post(cooked=f"<p>{words}</p>", raw=words, version=version, updated_at=f"2026-11-20T11:{minute:02}:00.000Z")


def tell(
    outside: Outside, event: str, content: Any, *, secret: str = SECRET, feed: str = "forum", instance: str = ADDRESS, **headers: str
) -> httpx.Response:
    body = content if isinstance(content, bytes) else json.dumps({"post": content}).encode()
    signature = f"sha256={hmac.new(secret.encode(), body, sha256).hexdigest()}"
    told = {"X-Discourse-Event": event, "X-Discourse-Event-Id": "17", "X-Discourse-Instance": instance}
    given = {**told, "X-Discourse-Event-Signature": signature, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return httpx.post(f"{outside.url}/in/{feed}", content=body, headers=given, timeout=30)


def texts(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(Mention.text).order_by(Mention.id)))


def test_a_new_post_is_a_mention_and_no_look(database: Database, outside: Outside) -> None:
    answer = tell(outside, "post_created", a_post())
    assert (answer.status_code, answer.json()) == (200, {"stored": 1, "new": 1, "unreadable": []})
    with database.read() as session:
        (mention,) = session.scalars(select(Mention)).all()
        feed = session.scalars(select(Feed).where(Feed.name == "forum")).one()
        assert (mention.source, mention.site, mention.external_id, mention.text) == (
            "discourse",
            "community.acme.example",
            "812",
            "My kettle leaks",
        )
        assert (mention.edited_at, feed.last_look_at, session.scalars(select(Coverage)).all()) == (None, None, [])


@pytest.mark.parametrize(
    ("how", "status", "says"),
    [
        ({"secret": "x" * 20}, 401, "wrong signature"),
        ({"X_Discourse_Event_Signature": "sha256=" + "0" * 64}, 401, "wrong signature"),
        ({"X_Discourse_Event_Signature": ""}, 401, "not signed"),
        ({"instance": "https://evil.example"}, 404, "the forum of this feed"),
        ({"instance": ""}, 404, "the forum of this feed"),
        ({"feed": "nobody"}, 404, "no feed of this name"),
        ({"feed": "found"}, 404, "takes no events"),
        ({"feed": "unsigned"}, 403, "no signing secret is set here"),
        ({"X_Discourse_Event": ""}, 400, "X-Discourse-Event"),
    ],
)
def test_what_is_forged_or_of_another_forum_is_refused_with_words(
    database: Database, outside: Outside, how: dict[str, Any], status: int, says: str
) -> None:
    answer = tell(outside, "post_created", a_post(), **how)
    assert (answer.status_code, says in answer.json()["error"]) == (status, True)
    assert texts(database) == []


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"\xff", b"{}", b'{"post": 5}', b'{"post": {"id": 1}}', json.dumps({"post": a_post(created_at="noon")}).encode()],
)
def test_what_is_malformed_is_refused_with_words(database: Database, outside: Outside, body: bytes) -> None:
    answer = tell(outside, "post_created", body)
    assert (answer.status_code, len(answer.json()["error"]) > 20, texts(database)) == (400, True, [])


@pytest.mark.parametrize(
    "changes",
    [
        {"topic_archetype": "private_message"},
        {"topic_archetype": None, "category_id": None},
        {"post_type": 4},
        {"post_type": 3},
        {"hidden": True},
        {"cooked": "<p>My toaster burns</p>"},
    ],
)
def test_what_readers_do_not_see_and_what_nobody_asked_for_is_left_out(
    database: Database, outside: Outside, changes: dict[str, Any]
) -> None:
    answer = tell(outside, "post_created", a_post(**changes))
    assert (answer.status_code, answer.json()["stored"], texts(database)) == (200, 0, [])


@pytest.mark.parametrize("event", ["topic_created", "topic_edited", "topic_destroyed", "ping", "user_created"])
def test_events_that_bring_no_post_are_taken(database: Database, outside: Outside, event: str) -> None:
    answer = tell(outside, event, json.dumps({"topic": {"id": 7, "title": "Kettles"}}).encode())
    assert (answer.status_code, answer.json()["stored"], texts(database)) == (200, 0, [])


def test_a_replay_stays_refused_after_the_day_for_which_dated_ones_are_kept(database: Database, outside: Outside) -> None:
    tell(outside, "post_created", a_post())
    tell(outside, "post_edited", edited("My kettle works", 10))
    later = database.now() + timedelta(days=30)
    with database.write() as session:
        assert deliveries.forget_old(session, now=later) == 0
    answers = [tell(outside, "post_created", a_post()), tell(outside, "post_edited", edited("My kettle works", 10))]
    assert [answer.status_code for answer in answers] == [409, 409]
    with database.write() as session:
        assert deliveries.forget_old(session, now=later + timedelta(days=400)) == 2
        assert session.scalars(select(Delivery)).all() == []
    assert tell(outside, "post_created", a_post()).json() == {"stored": 0, "new": 0, "unreadable": []}
    assert texts(database) == ["My kettle works"]


def test_edits_that_come_in_another_order_leave_the_newest_text(database: Database, outside: Outside) -> None:
    tell(outside, "post_edited", edited("My kettle leaks again", 20, 3))
    tell(outside, "post_created", a_post())
    tell(outside, "post_edited", edited("My kettle works", 10))
    assert texts(database) == ["My kettle leaks again"]
    tell(outside, "post_edited", edited("My kettle is gone", 30, 4))
    assert texts(database) == ["My kettle is gone"]


def test_an_edit_within_the_first_minutes_makes_no_version_and_counts(database: Database, outside: Outside) -> None:
    tell(outside, "post_created", a_post())
    tell(outside, "post_edited", edited("My kettle leaks a lot", 2, 1))
    tell(outside, "post_edited", edited("My kettle leaks a bit", 1, 1))
    assert texts(database) == ["My kettle leaks a lot"]


def test_a_destroyed_post_is_erased_and_stays_buried_when_it_is_recovered(database: Database, outside: Outside) -> None:
    tell(outside, "post_created", a_post())
    # Discourse sends a deleted post as it stood before.
    assert tell(outside, "post_destroyed", a_post()).status_code == 200
    assert texts(database) == [""]
    assert tell(outside, "post_recovered", a_post(updated_at="2026-11-20T12:00:00.000Z")).json()["new"] == 0
    assert texts(database) == [""]


def test_a_post_that_was_destroyed_before_its_creation_came_stays_away(database: Database, outside: Outside) -> None:
    assert tell(outside, "post_destroyed", a_post()).status_code == 200
    assert tell(outside, "post_created", a_post()).json()["new"] == 0
    assert texts(database) == []


def test_a_post_that_waited_for_a_decision_comes_when_it_is_recovered(database: Database, outside: Outside) -> None:
    tell(outside, "post_created", a_post(hidden=True))
    assert tell(outside, "post_recovered", a_post()).json()["new"] == 1
    assert texts(database) == ["My kettle leaks"]


def test_a_paused_feed_takes_no_event(database: Database, outside: Outside) -> None:
    with database.write() as session:
        session.scalars(select(Feed).where(Feed.name == "forum")).one().enabled = False
    assert (tell(outside, "post_created", a_post()).status_code, texts(database)) == (409, [])
