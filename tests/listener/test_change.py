"""Taking back and correcting on platforms: what is asked of X and Reddit, what their answers mean, and how delivery carries it out."""

import base64
import json
import logging
from collections.abc import Callable
from datetime import timedelta

import pytest

from desk.post import OutgoingAttachment, OutgoingReply, Spent
from desk.replies import changes
from desk.settings import DeskSettings
from listener.deliver import deliver_due
from listener.registry import Registry
from listener.settings import ListenerSettings
from listener.source import Corrects, OutcomeUnknown, RateLimited, Refused, Rejected, SourceError, TakesBack, Unauthorized, Unavailable
from listener.sources.reddit.replier import RedditReplier
from listener.sources.sandbox import SandboxReplier
from listener.sources.x.replier import XReplier
from storage.database import Database
from storage.models import Reply
from storage.words import ChangeKind, ChangeState
from tests.listener.test_deliver import FakeReplier, posted
from tests.support.desk import Shop, person
from tests.support.outbox import queue
from tests.support.platforms import REDDIT_ACCOUNT, X_ACCOUNT, reply, settings
from tests.support.replay import DROP, FIXTURES, HANG, Platform, as_json, problem
from tests.support.x_platform import Pictures, id_of

PARENT, OURS = id_of(1), id_of(9)
TWEET = f"/2/tweets/{OURS}"
PNG = OutgoingAttachment("hub.png", "image/png", b"\x89PNG bytes", "The hub's red light")


def x(platform: Platform) -> XReplier:
    return XReplier(settings(platform, "x", X_ACCOUNT, timeout=1.0))


def reddit(platform: Platform) -> RedditReplier:
    platform.replay(FIXTURES / "reddit" / "token.yaml")
    return RedditReplier(settings(platform, "reddit", REDDIT_ACCOUNT, timeout=1.0))


def standing(source: str, external_id: str) -> OutgoingReply:
    return reply(source, "t1_c5" if source == "reddit" else PARENT, external_id=external_id)


def test_only_what_a_platform_allows_is_offered(platform: Platform) -> None:
    assert isinstance(x(platform), TakesBack)
    assert not isinstance(x(platform), Corrects)
    assert isinstance(reddit(platform), TakesBack)
    assert isinstance(reddit(platform), Corrects)
    assert isinstance(SandboxReplier("x"), Corrects)


def test_x_deletes_the_post_and_charges_for_it(platform: Platform) -> None:
    platform.then(TWEET, as_json({"data": {"deleted": True}}), method="DELETE")
    assert x(platform).take_back(standing("x", OURS)) == (Spent("post_delete", 1, 10_000),)
    (asked,) = platform.seen
    assert asked.headers["authorization"].startswith("OAuth ")


@pytest.mark.parametrize(
    "answer", [problem(404, "Not Found"), problem(403, "You attempted to delete a post that is deleted or not visible to you")]
)
def test_a_post_that_is_gone_is_taken_back(platform: Platform, answer: object) -> None:
    platform.then(TWEET, answer, method="DELETE")  # type: ignore[arg-type]
    assert x(platform).take_back(standing("x", OURS)) == ()


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (problem(429, "Too Many Requests"), RateLimited),
        (problem(401, "Unauthorized"), Unauthorized),
        (problem(403, "not yours"), Refused),
        (problem(503, "Over capacity"), Unavailable),
        (HANG, Unavailable),
        (DROP, Unavailable),
    ],
)
def test_xs_other_answers_say_whether_to_try_again(platform: Platform, answer: object, error: type[SourceError]) -> None:
    platform.then(TWEET, answer, method="DELETE")  # type: ignore[arg-type]
    with pytest.raises(error):
        x(platform).take_back(standing("x", OURS))


def test_reddit_deletes_and_edits_the_comment(platform: Platform) -> None:
    platform.always("/api/del", as_json({}), method="POST")
    platform.always("/api/editusertext/", as_json({"json": {"errors": [], "data": {"things": []}}}), method="POST")
    account = reddit(platform)
    account.take_back(standing("reddit", "t1_n9"))
    account.correct(standing("reddit", "t1_n9"), "It is on its way")
    assert platform.asked("/api/del")[0].form["id"] == "t1_n9"
    form = platform.asked("/api/editusertext/")[0].form
    assert (form["thing_id"], form["text"]) == ("t1_n9", "It is on its way")


def test_a_refused_edit_says_why(platform: Platform) -> None:
    errors = as_json({"json": {"errors": [["TOO_OLD", "that's a piece of history now", "parent"]]}})
    platform.always("/api/editusertext/", errors, method="POST")
    with pytest.raises(Rejected, match="piece of history"):
        reddit(platform).correct(standing("reddit", "t1_n9"), "Other")


def test_pictures_are_uploaded_with_their_description_before_the_reply(platform: Platform) -> None:
    pictures = Pictures(platform)
    platform.replay(FIXTURES / "x" / "create.yaml")
    x(platform).send(reply("x", PARENT, attachments=(PNG, PNG)))
    assert [seen.path for seen in platform.seen] == [pictures.UPLOAD, pictures.METADATA] * 2 + ["/2/tweets"]
    upload, described, *_, post = (json.loads(seen.body) for seen in platform.seen)
    assert base64.b64decode(upload["media"]) == PNG.body
    assert (upload["media_type"], upload["media_category"]) == ("image/png", "tweet_image")
    assert described == {"id": "1", "metadata": {"alt_text": {"text": PNG.alt}}}
    assert post["media"] == {"media_ids": ["1", "2"]}


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (problem(400, "media type unrecognized"), Rejected),
        (as_json({"data": None}), Rejected),
        (problem(429, "Too Many Requests"), RateLimited),
        (problem(503, "Over capacity"), Unavailable),
        (DROP, Unavailable),
    ],
)
def test_when_a_picture_does_not_arrive_nothing_is_posted(platform: Platform, answer: object, error: type[SourceError]) -> None:
    platform.always(Pictures.UPLOAD, answer, method="POST")  # type: ignore[arg-type]
    with pytest.raises(error):
        x(platform).send(reply("x", PARENT, attachments=(PNG,)))
    assert platform.asked("/2/tweets") == []


def test_a_description_that_x_does_not_take_stops_no_reply(platform: Platform, caplog: pytest.LogCaptureFixture) -> None:
    Pictures(platform)
    platform.always(Pictures.METADATA, problem(503, "Over capacity"), method="POST")
    platform.replay(FIXTURES / "x" / "create.yaml")
    with caplog.at_level(logging.WARNING):
        assert x(platform).send(reply("x", PARENT, attachments=(PNG,))).external_id
    assert "without its description" in caplog.text


def test_reddit_says_that_it_takes_no_picture(platform: Platform) -> None:
    with pytest.raises(Rejected) as caught:
        reddit(platform).send(reply("reddit", "t1_c5", attachments=(PNG,)))
    assert caught.value.by_hand
    assert platform.asked("/api/comment/") == []


LISTENER = ListenerSettings()
DESK = DeskSettings()


class Changing(FakeReplier):
    """A platform that takes back and corrects as a test decides."""

    def __init__(self, do: Callable[[], None] = lambda: None) -> None:
        super().__init__(posted, name="reddit")
        self.done: list[tuple[str, str]] = []
        self._do = do

    def take_back(self, asked: OutgoingReply) -> tuple[Spent, ...]:
        self._do()
        self.done.append(("take_back", asked.external_id))
        return ()

    def correct(self, asked: OutgoingReply, text: str) -> tuple[Spent, ...]:
        self._do()
        assert asked.external_id
        self.done.append(("correct", text))
        return ()


def asked_for(database: Database, replier: FakeReplier, kind: ChangeKind = ChangeKind.TAKE_BACK) -> int:
    with database.write() as session:
        shop, by = Shop(session, source="reddit"), person(session)
        reply_id = queue(session, shop.claimed(by), shop, by, now=database.now() - timedelta(minutes=1)).id
    deliver(database, replier)
    with database.write() as session:
        changes.ask(session, reply_id, kind, text="Other words", by=session.merge(by), now=database.now())
    return reply_id


def deliver(database: Database, replier: FakeReplier) -> int:
    return deliver_due(database, LISTENER, DESK, Registry(LISTENER, repliers={replier.name: replier}), owner="one")


def row(database: Database, reply_id: int) -> Reply:
    with database.read() as session:
        return session.get_one(Reply, reply_id)


def failing(error: Exception) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


@pytest.mark.parametrize("kind", list(ChangeKind))
def test_delivery_carries_out_what_was_asked_once(kind: ChangeKind, database: Database) -> None:
    platform = Changing()
    reply_id = asked_for(database, platform, kind)
    assert deliver(database, platform) == 1
    assert deliver(database, platform) == 0
    assert platform.done == [("take_back", f"p{reply_id}")] if kind is ChangeKind.TAKE_BACK else [("correct", "Other words")]
    assert row(database, reply_id).change_state is ChangeState.DONE


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (Rejected("too old"), ChangeState.FAILED),
        (Refused("no"), ChangeState.FAILED),
        (Unauthorized("revoked"), ChangeState.FAILED),
        (RateLimited("wait", None), ChangeState.ASKED),
        (Unavailable("down"), ChangeState.ASKED),
        (OutcomeUnknown("lost"), ChangeState.ASKED),
        (RuntimeError("a bug"), ChangeState.ASKED),
    ],
)
def test_what_may_be_tried_again_is_and_what_was_refused_is_told(error: Exception, state: ChangeState, sqlite_database: Database) -> None:
    platform = Changing(failing(error))
    reply_id = asked_for(sqlite_database, platform)
    deliver(sqlite_database, platform)
    found = row(sqlite_database, reply_id)
    assert found.change_state is state
    assert found.change_reason
    assert (found.not_before is not None) == (state is ChangeState.ASKED)


def test_a_replier_that_cannot_says_so(sqlite_database: Database) -> None:
    platform = FakeReplier(posted, name="reddit")
    reply_id = asked_for(sqlite_database, platform)
    deliver(sqlite_database, platform)
    assert "on the platform itself" in row(sqlite_database, reply_id).change_reason
