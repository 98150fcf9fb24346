"""Listening and answering on a real server that speaks Mastodon's API, such as snac2 on this machine.

`CARELINE_LIVE_MASTODON` names its address, `CARELINE_LIVE_MASTODON_CARE` and `CARELINE_LIVE_MASTODON_CUSTOMER` hold the tokens of two of its
accounts.
"""

import os
import secrets
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import mastodon
import pytest

from desk.post import FeedSpec, OutgoingReply, Post
from listener.settings import CredentialSettings, ListenerSettings
from listener.source import Refused
from listener.sources.mastodon.replier import MastodonReplier
from listener.sources.mastodon.source import MastodonSource

URL = os.environ.get("CARELINE_LIVE_MASTODON", "")
CARE, CUSTOMER = (os.environ.get(f"CARELINE_LIVE_MASTODON_{name}", "") for name in ("CARE", "CUSTOMER"))
pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(not (URL and CARE and CUSTOMER), reason="NOT RUN: CARELINE_LIVE_MASTODON names no server"),
]

PATIENCE = 60.0
"""A server delivers what its accounts write to each other through a queue of its own."""


@pytest.fixture
def settings() -> ListenerSettings:
    credential = CredentialSettings("live", "mastodon", {"access_token": CARE}, URL, allow_loopback=True)
    return ListenerSettings({"live": credential}, timeout=timedelta(seconds=10))


@pytest.fixture
def customer() -> Any:
    return mastodon.Mastodon(access_token=CUSTOMER, api_base_url=URL, ratelimit_method="throw", request_timeout=10)


@pytest.fixture
def care_name() -> str:
    return str(mastodon.Mastodon(access_token=CARE, api_base_url=URL, ratelimit_method="throw").account_verify_credentials()["username"])


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
