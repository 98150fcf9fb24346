"""Listening and answering on a real server that speaks Mastodon's API.

`CARELINE_LIVE_MASTODON` may name one, `CARELINE_LIVE_MASTODON_CARE` and `CARELINE_LIVE_MASTODON_CUSTOMER` with the tokens of two of its accounts;
otherwise it is snac2 on this machine.
"""

import re
import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import mastodon
import pytest

from desk.feeds.plan import AccountPlan, FeedDraft
from desk.post import FeedSpec, OutgoingReply, Post
from listener.settings import CredentialSettings, ListenerSettings
from listener.source import Refused
from listener.sources.mastodon.replier import MastodonReplier
from listener.sources.mastodon.source import MastodonSource
from storage.database import Database
from storage.words import ChangeKind
from tests.live.servers.snac2 import Snac2
from tests.support.journey import Team, team

pytestmark = pytest.mark.live

PATIENCE = 20.0
"""A server delivers what its accounts write to each other through a queue of its own."""


@pytest.fixture
def settings(snac2: Snac2) -> ListenerSettings:
    credential = CredentialSettings("live", "mastodon", {"access_token": snac2.care}, snac2.url, allow_loopback=True)
    return ListenerSettings({"live": credential}, timeout=timedelta(seconds=10))


@pytest.fixture
def customer(snac2: Snac2) -> Any:
    return mastodon.Mastodon(access_token=snac2.ada, api_base_url=snac2.url, ratelimit_method="throw", request_timeout=10)


@pytest.fixture
def care_name(snac2: Snac2) -> str:
    care = mastodon.Mastodon(access_token=snac2.care, api_base_url=snac2.url, ratelimit_method="throw")
    return str(care.account_verify_credentials()["username"])


def spec(kind: str, **options: Any) -> FeedSpec:
    return FeedSpec(1, "live", "mastodon", "", kind, "", options, "live", 60)


def heard(source: MastodonSource, feed: FeedSpec, words: str) -> Post:
    """The post with these words, once the server has delivered it."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = [post for post in source.fetch(feed, None).posts if words in post.text]
        if found:
            return found[0]
        time.sleep(1)
    raise AssertionError(f"{words} did not arrive")


def answer(post: Post, text: str) -> OutgoingReply:
    now = datetime.now(UTC)
    return OutgoingReply(
        *(1, secrets.token_hex(8), text, "mastodon", post.site or "", "Care", "care", "live"),
        *(post.external_id, post.thread_id, post.url, post.author.handle, now, now),
        author_id=post.author.external_id,
        is_private=post.is_private,
    )


@pytest.mark.parametrize("visibility", ["public", "direct"])
def test_a_mention_is_heard_answered_found_reworded_and_taken_back(
    settings: ListenerSettings, customer: Any, care_name: str, visibility: str
) -> None:
    words = f"parcel{secrets.token_hex(4)}"
    customer.status_post(f"@{care_name} where is my {words}?", visibility=visibility)
    post = heard(MastodonSource(settings), spec("notifications"), words)
    assert post.is_private is (visibility == "direct")
    replier, reply = MastodonReplier(settings), answer(post, f"On its way, {words} leaves today")
    assert replier.find(reply) is None
    sent = replier.send(reply)
    found = replier.find(reply)
    assert found is not None
    assert found.external_id == sent.external_id
    standing = replace(reply, external_id=sent.external_id)
    replier.correct(standing, f"On its way, {words} leaves tomorrow")
    if not post.is_private:  # some servers list no private ones
        own = heard(MastodonSource(settings), spec("timeline"), f"{words} leaves tomorrow")
        assert (own.parent_id, own.thread_id) == (post.external_id, post.thread_id)
    assert replier.find(replace(reply, text=f"On its way, {words} leaves tomorrow")) is not None
    try:
        replier.take_back(standing)
    except Refused as error:
        assert "delete it there" in str(error)  # noqa: PT017 some servers cannot
    else:
        assert replier.find(reply) is None


def test_a_hashtag_is_heard(settings: ListenerSettings, customer: Any) -> None:
    tag = f"tag{secrets.token_hex(4)}"
    customer.status_post(f"Lovely #{tag}", visibility="public")
    assert heard(MastodonSource(settings), spec("tag", tag=tag), "Lovely").capability == "api"


def until(is_so: Callable[[], bool]) -> None:
    """Asked once a second: such a server drops who asks faster."""
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end
        time.sleep(1)


class Walk:
    """What a team and a customer do, on a server that delivers late, and that may not know how to delete."""

    def __init__(self, care: Team, customer: Any, care_name: str) -> None:
        self.care, self.customer, self.care_name = care, customer, care_name
        self.said: dict[str, str] = {}
        self.first = self.ask("my kettle leaks")
        self.second = self.ask("my kettle hums")
        self.inner = self.ask("ours does, too", parent=self.first)

    def ask(self, text: str, parent: str | None = None) -> str:
        status = self.customer.status_post(f"@{self.care_name} {text}", in_reply_to_id=parent, visibility="public")
        self.said[str(status["id"])] = text
        return str(status["id"])

    def answer(self, number: int) -> None:
        text = f"A new one leaves today, {number} & soon"
        reply_id = self.care.answer(self.first, text, f"key {number}")
        for _ in range(2):
            self.care.deliver()
        sent = self.care.sent(reply_id)
        assert "leaves today" in self.customer.status(sent)["content"]
        self.care.change(reply_id, ChangeKind.CORRECT, f"{text}, truly")
        assert "truly" in self.customer.status(sent)["content"]
        self.care.change(reply_id, ChangeKind.TAKE_BACK)
        # Such a server may know no way to delete: then the answer stands, here as there.
        assert self.stands(sent) is not self.care.is_taken_back(reply_id)
        self.agree()

    def stands(self, external_id: str) -> bool:
        try:
            return bool(self.customer.status(external_id))
        except mastodon.MastodonNotFoundError:
            return False

    def agree(self) -> None:
        """What is held is what was said here, each once."""
        until(lambda: self.care.look() >= 0 and self.is_so())
        assert self.care.look() == 0
        assert self.is_so()

    def is_so(self) -> bool:
        heard = {key: re.sub(r"^@\S+ ", "", text) for key, text in self.care.heard().items() if key in self.said}
        return heard == self.said


def test_a_team_walks_the_whole_way(sqlite_database: Database, settings: ListenerSettings, customer: Any, care_name: str) -> None:
    """Without a customer's edits and deletions: snac2 knows no DELETE, and lists an edited status under another id. What stands is asked for again."""
    site = settings.credentials["live"].base_url or ""
    account = AccountPlan("Care", "Acme", "mastodon", site.removeprefix("http://"), care_name, "live", "")
    with team(sqlite_database, settings, FeedDraft("named", "mastodon", "notifications", "", "Acme", "live"), account) as care:
        walk = Walk(care, customer, care_name)
        walk.agree()
        assert care.thread_of(walk.inner) == (walk.first, walk.first)
        for number in range(2):
            walk.answer(number)
            walk.ask(f"and another one, {number}", parent=walk.first)
            walk.agree()
            for external_id in walk.said:
                care.ask_again(external_id)
            assert walk.is_so()
