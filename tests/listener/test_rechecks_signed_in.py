"""What became of posts, asked by the unmodified clients of platforms that want a sign-in."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from desk.post import Spent
from listener.source import SourceError
from listener.sources.bluesky.source import BlueskySource
from listener.sources.mastodon.source import MastodonSource
from listener.sources.reddit.source import RedditSource
from listener.sources.x.source import XSource
from tests.support import bluesky_platform, mastodon_platform, reddit_platform
from tests.support.platforms import REDDIT_APP, feed, settings
from tests.support.replay import FIXTURES, Platform, Seen, as_json, html
from tests.support.replay import Reply as Answer
from tests.support.x_platform import id_of, item


def several(seen: Seen, name: str) -> list[str]:
    return [value for key, value in parse_qsl(urlsplit(seen.target).query) if key == name]


UNAUTHORIZED = "https://api.twitter.com/2/problems/not-authorized-for-resource"


class TestX:
    SPEC = feed("x", "search", "northwind")

    def source(self, platform: Platform) -> XSource:
        return XSource(settings(platform, "x", {"bearer_token": "t"}))

    def test_all_are_asked_for_at_once_without_their_authors_and_the_dead_are_named(self, platform: Platform) -> None:
        errors = [
            {"resource_type": "tweet", "resource_id": id_of(2), "type": "https://api.twitter.com/2/problems/resource-not-found"},
            {"resource_type": "tweet", "resource_id": id_of(3), "type": UNAUTHORIZED, "parameter": "ids"},
            {"resource_type": "tweet", "resource_id": id_of(4), "type": UNAUTHORIZED, "parameter": "referenced_tweets.id"},
        ]
        platform.always("/2/tweets", as_json({"data": [item(1)], "errors": errors}))
        asked = self.source(platform).recheck((id_of(1), id_of(2), id_of(3), "dm-7"), self.SPEC)
        assert [(post.external_id, post.deleted) for post in asked.posts] == [(id_of(1), False), (id_of(2), True), (id_of(3), True)]
        assert asked.costs == (Spent("post_read", 1, 5_000),)
        (seen,) = platform.asked("/2/tweets")
        assert seen.query["ids"] == ",".join(map(id_of, (1, 2, 3)))
        assert "expansions" not in seen.query

    def test_an_edited_post_is_read_by_its_newest_id(self, platform: Platform) -> None:
        history = [id_of(1), id_of(5)]
        versions = {id_of(1): item(1, edit_history_tweet_ids=history), id_of(5): item(5, text="solved", edit_history_tweet_ids=history)}
        platform.always("/2/tweets", lambda seen: as_json({"data": [versions[one] for one in seen.query["ids"].split(",")]}))
        asked = self.source(platform).recheck((id_of(1),), self.SPEC)
        assert [(post.text, post.edit_of) for post in asked.posts] == [("northwind 1", ()), ("solved", (id_of(1),))]
        assert sum(spent.units for spent in asked.costs) == 2


def test_reddit_tells_what_was_deleted_and_what_was_edited(platform: Platform) -> None:
    platform.replay(FIXTURES / "reddit" / "token.yaml")
    children = [
        reddit_platform.comment(1, 1_795_166_000.0, body="[deleted]", author="[deleted]"),
        reddit_platform.comment(2, 1_795_166_060.0, body="it came after all", edited=1_795_166_100.0),
    ]
    platform.always("/api/info", reddit_platform.listing(children, None))
    source = RedditSource(settings(platform, "reddit", REDDIT_APP))
    asked = source.recheck(("t1_1", "t1_2", "t1_3"), feed("reddit", "subreddit", subreddits=["northwind"]))
    assert [(post.external_id, post.deleted, post.text) for post in asked.posts] == [
        ("t1_1", True, ""),
        ("t1_2", False, "it came after all"),
    ]
    assert platform.asked("/api/info")[0].query["id"] == "t1_1,t1_2,t1_3"


class TestMastodon:
    SPEC = feed("mastodon", "notifications")

    def source(self, platform: Platform) -> MastodonSource:
        return MastodonSource(settings(platform, "mastodon", {"access_token": "a token"}))

    def server(self, platform: Platform) -> mastodon_platform.Server:
        server = mastodon_platform.Server(platform, 3)
        server.delete(mastodon_platform.id_of(2))
        server.statuses[mastodon_platform.id_of(3)]["content"] = "<p>it came</p>"
        return server

    def recheck(self, platform: Platform) -> dict[str, tuple[bool, str]]:
        ids = tuple(mastodon_platform.id_of(number) for number in (1, 2, 3))
        return {post.external_id: (post.deleted, post.text) for post in self.source(platform).recheck(ids, self.SPEC).posts}

    def expected(self) -> dict[str, tuple[bool, str]]:
        told = {1: (False, "northwind 1"), 2: (True, ""), 3: (False, "it came")}
        return {mastodon_platform.id_of(number): value for number, value in told.items()}

    def test_what_is_left_out_of_several_is_asked_for_alone(self, platform: Platform) -> None:
        server = self.server(platform)
        there = lambda seen: as_json([server.statuses[one] for one in several(seen, "id[]") if one in server.statuses])  # noqa: E731
        platform.always("/api/v1/statuses", there)
        assert self.recheck(platform) == self.expected()
        assert len(platform.asked(f"/api/v1/statuses/{mastodon_platform.id_of(1)}")) == 0

    def test_an_older_server_is_asked_for_each(self, platform: Platform) -> None:
        self.server(platform)
        platform.always("/api/v1/statuses", as_json({"error": "Not found"}, 404))
        assert self.recheck(platform) == self.expected()

    @pytest.mark.parametrize("said", [html(404), Answer(200, b"<html>"), html(410)])
    def test_a_web_page_in_place_of_a_status_deletes_nothing(self, platform: Platform, said: Answer) -> None:
        self.server(platform)
        platform.always("/api/v1/statuses", html(404))
        platform.always(f"/api/v1/statuses/{mastodon_platform.id_of(2)}", said)
        assert self.recheck(platform) == {key: told for key, told in self.expected().items() if not told[0]}

    def test_a_server_in_trouble_deletes_nothing(self, platform: Platform) -> None:
        platform.always("/api/v1/statuses", as_json({"error": "oops"}, 503))
        with pytest.raises(SourceError):
            self.recheck(platform)


def test_bluesky_leaves_out_what_is_gone(platform: Platform) -> None:
    network = bluesky_platform.Network(platform, 3)
    network.posts = [one for one in network.posts if one["uri"] != bluesky_platform.uri_of(2)]
    signed = network._signed(lambda seen: as_json({"posts": [one for one in network.posts if one["uri"] in several(seen, "uris")]}))
    platform.always(bluesky_platform.POSTS, signed)
    source = BlueskySource(settings(platform, "bluesky", {"handle": "northwind.bsky.social", "app_password": "app-password"}))
    asked = source.recheck(tuple(bluesky_platform.uri_of(number) for number in (1, 2, 3)), feed("bluesky", "search", "northwind"))
    assert {post.external_id: post.deleted for post in asked.posts} == {
        bluesky_platform.uri_of(1): False,
        bluesky_platform.uri_of(2): True,
        bluesky_platform.uri_of(3): False,
    }
