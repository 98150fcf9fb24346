"""What became of posts where anybody may read, and of reviews of our own apps: asked of documented answers on loopback."""

from datetime import UTC, datetime, timedelta

import pytest

from desk.post import FeedSpec, Limits, Post, Spent
from listener.settings import ListenerSettings
from listener.source import BudgetExhausted, Malformed, RateLimited, SourceError
from listener.sources.discourse.source import DiscourseSource
from listener.sources.hackernews.source import HackerNewsSource
from listener.sources.rss.source import RssSource
from listener.sources.stackexchange.source import StackExchangeSource
from listener.sources.stores.appstore import AppStoreSource
from listener.sources.stores.googleplay import GooglePlaySource
from listener.sources.wordpress.source import WordPressSource
from listener.sources.youtube.source import YouTubeSource
from tests.support.discourse_platform import Forum
from tests.support.feeds import item, rss
from tests.support.open_places import NOW, NOW_S, reading
from tests.support.platforms import feed, settings
from tests.support.replay import Platform, Reply, Seen, as_json
from tests.support.store_platforms import REVIEWS, AppStore, PlayStore, apple_secrets, google_secrets
from tests.support.web import Reply as Answer
from tests.support.web import Web
from tests.support.wordpress_platform import COMMENTS, Blog

VIDEO, COMMENT, REPLY = "vid00000001", "UgxAbCdEfGhIjKlMnOpQ4AaABAg", "UgxAbCdEfGhIjKlMnOpQ4AaABAg.9abc"


def told(posts: tuple[Post, ...]) -> dict[str, tuple[bool, str]]:
    return {post.external_id: (post.deleted, post.text) for post in posts}


class TestWordPress:
    def blog(self, platform: Platform) -> Blog:
        blog = Blog(platform, 3)
        named = lambda seen: [blog.comments[int(one)] for one in seen.query["include"].split(",") if int(one) not in blog.thrown]  # noqa: E731
        platform.always(COMMENTS, lambda seen: as_json(named(seen)))
        return blog

    def source(self, platform: Platform) -> WordPressSource:
        return WordPressSource(settings(platform, "wordpress", {}))

    def test_what_a_list_leaves_out_is_asked_for_alone(self, platform: Platform) -> None:
        blog = self.blog(platform)
        blog.thrown.add(2)
        blog.comments[3]["content"] = {"rendered": "<p>It works again</p>"}
        asked = self.source(platform).recheck(("1", "2", "3"), feed("wordpress", ""))
        assert told(asked.posts) == {"1": (False, "the kettle number 1 leaks"), "2": (True, ""), "3": (False, "It works again")}
        assert len(platform.asked(f"{COMMENTS}/1")) == 0

    def test_a_site_in_trouble_deletes_nothing(self, platform: Platform) -> None:
        platform.always(COMMENTS, Reply(503))
        with pytest.raises(SourceError):
            self.source(platform).recheck(("1",), feed("wordpress", ""))


def test_a_forum_is_asked_for_each(platform: Platform) -> None:
    forum = Forum(platform, 4)
    del forum.posts[2]
    forum.posts[3]["cooked"] = "<p>It works again</p>"
    forum.posts[4]["user_deleted"] = True
    asked = DiscourseSource(settings(platform, "discourse", {})).recheck(("1", "2", "3", "4"), feed("discourse", "posts"))
    assert told(asked.posts) == {
        "1": (False, "the kettle number 1 leaks"),
        "2": (True, ""),
        "3": (False, "It works again"),
        "4": (True, ""),
    }


def test_youtube_leaves_out_what_is_gone_and_bills_each_call(platform: Platform) -> None:
    def comments(seen: Seen) -> Reply:
        snippet = {"textDisplay": "Solved", "publishedAt": "2026-11-20T11:00:00Z", "updatedAt": "2026-11-20T12:00:00Z", "videoId": VIDEO}
        return as_json({"items": [{"id": one, "snippet": snippet} for one in seen.query["id"].split(",") if one == COMMENT]})

    platform.always("/youtube/v3/comments", comments)
    platform.always("/youtube/v3/videos", as_json({"items": []}))
    asked = YouTubeSource(settings(platform, "youtube", {"key": "k"})).recheck((VIDEO, COMMENT, REPLY), feed("youtube", "search", "acme"))
    assert told(asked.posts) == {COMMENT: (False, "Solved"), VIDEO: (True, ""), REPLY: (True, "")}
    assert asked.costs == (Spent("quota_unit", 2, 0),)


class TestHackerNews:
    def recheck(self, platform: Platform, *ids: str) -> dict[str, tuple[bool, str]]:
        return told(HackerNewsSource(reading(platform, "hackernews")).recheck(ids, feed("hackernews", "all", "northwind")).posts)

    def there(self, platform: Platform, number: int, **said: object) -> None:
        given = {"id": number, "type": "comment", "by": "grace", "time": NOW_S, "text": f"northwind {number}", **said}
        platform.always(f"/v0/item/{number}.json", as_json({name: value for name, value in given.items() if value is not None}))

    def test_each_item_tells_what_was_edited_deleted_or_killed(self, platform: Platform) -> None:
        self.there(platform, 1, text="northwind <i>mended</i> it<p>&amp; soon")
        self.there(platform, 2, deleted=True, text=None, by=None)
        self.there(platform, 3, dead=True, text="[flagged]")
        self.there(platform, 4, type="story", text=None, title="Northwind recalls 2,000 lifts")
        assert self.recheck(platform, "1", "2", "3", "4") == {
            "1": (False, "northwind mended it\n\n& soon"),
            "2": (True, ""),
            "3": (True, ""),
            "4": (False, ""),
        }

    def test_what_is_no_item_is_not_known_to_be_gone(self, platform: Platform) -> None:
        platform.always("/v0/item/1.json", as_json(None))
        self.there(platform, 2, id=7)
        assert self.recheck(platform, "1", "2", "an-archive's-own") == {}

    def test_what_the_search_gave_and_the_item_gives_are_one_text(self, platform: Platform) -> None:
        said = 'I&#x27;d say <a href="https:&#x2F;&#x2F;northwind.example" rel="nofollow">https:&#x2F;&#x2F;northwind.example</a><p>Truly.'
        hit = {"objectID": "1", "created_at_i": NOW_S, "comment_text": said, "author": "grace", "_tags": ["comment"]}
        platform.always("/api/v1/search_by_date", as_json({"hits": [hit], "nbHits": 1}))
        self.there(platform, 1, text=said)
        source = HackerNewsSource(reading(platform, "hackernews"), clock=lambda: NOW)
        spec = feed("hackernews", "all", "northwind")
        (heard,), (again,) = source.fetch(spec, None).posts, source.recheck(("1",), spec).posts
        assert (heard.text, heard.title) == (again.text, again.title)


class TestStackExchange:
    IDS = ("79000001", "79000002", "79000010", "comment-139000001", "comment-139000002")
    SPEC = FeedSpec(1, "se", "stackexchange", "stackoverflow", "search", "northwind", {}, "main", 300)

    def network(self, platform: Platform, *, left: int = 250, **more: object) -> None:
        said = {"creation_date": NOW_S, "owner": {"user_id": 7, "display_name": "bob"}}
        question = {**said, "question_id": 79000001, "title": "Northwind?", "body": "<p>It works</p>", "last_edit_date": NOW_S + 60}
        answer = {**said, "answer_id": 79000010, "question_id": 79000001, "body": "<p>Wait</p>"}
        comment = {**said, "comment_id": 139000001, "post_id": 79000010, "body": "Same"}
        for path, one in (
            ("questions/79000001;79000002;79000010", question),
            ("answers/79000002;79000010", answer),
            ("comments/139000001;139000002", comment),
        ):
            platform.always(f"/2.3/{path}", as_json({"items": [one], "has_more": False, "quota_remaining": left, **more}))

    def source(self, platform: Platform) -> StackExchangeSource:
        return StackExchangeSource(reading(platform, "stackexchange", key="k"), clock=lambda: NOW)

    def test_three_calls_tell_of_a_hundred_and_what_is_left_out_is_gone(self, platform: Platform) -> None:
        self.network(platform)
        asked = self.source(platform).recheck((*self.IDS, "an-archive's-own"), self.SPEC)
        assert told(asked.posts) == {
            "79000001": (False, "It works"),
            "79000010": (False, "Wait"),
            "comment-139000001": (False, "Same"),
            "79000002": (True, ""),
            "comment-139000002": (True, ""),
        }
        assert len(platform.seen) == 3
        assert {(seen.query["site"], seen.query["filter"]) for seen in platform.seen} == {("stackoverflow", "withbody")}
        assert asked.limits == Limits(250, datetime(2026, 11, 21, tzinfo=UTC))

    def test_the_address_that_is_known_stays(self, platform: Platform) -> None:
        self.network(platform)
        assert {post.url for post in self.source(platform).recheck(self.IDS, self.SPEC).posts} == {""}

    def test_an_answer_without_an_end_deletes_nothing(self, platform: Platform) -> None:
        self.network(platform, has_more=True)
        with pytest.raises(Malformed):
            self.source(platform).recheck(self.IDS, self.SPEC)

    def test_a_pause_that_was_asked_for_is_kept_from_one_batch_to_the_next(self, platform: Platform) -> None:
        self.network(platform, backoff=30)
        source = self.source(platform)
        source.recheck(self.IDS, self.SPEC)
        with pytest.raises(RateLimited) as refused:
            source.recheck(self.IDS, self.SPEC)
        assert (refused.value.retry_at, len(platform.seen)) == (NOW + timedelta(seconds=30), 3)

    def test_a_used_up_quota_deletes_nothing(self, platform: Platform) -> None:
        error = {
            "error_id": 502,
            "error_name": "throttle_violation",
            "error_message": "too many requests, more requests available in 60 seconds",
        }
        platform.always("/2.3/questions/1", as_json(error, 400))
        with pytest.raises((RateLimited, BudgetExhausted)):
            self.source(platform).recheck(("1",), self.SPEC)


class TestAppStore:
    def recheck(self, platform: Platform, *ids: str, kind: str = "reviews") -> tuple[Post, ...]:
        source = AppStoreSource(settings(platform, "appstore", apple_secrets()), clock=lambda: NOW)
        return source.recheck(ids, FeedSpec(1, "app", "appstore", "", kind, "", {"app": "42"}, "main", 300, ("acme",))).posts

    def test_each_review_of_our_app_is_asked_for(self, platform: Platform) -> None:
        store = AppStore(platform, 3)
        del store.reviews[2]
        store.reviews[3]["attributes"]["body"] = "it works again"
        posts = self.recheck(platform, "r1", "r2", "r3")
        assert told(posts) == {"r1": (False, "the app crashes, number 1"), "r2": (True, ""), "r3": (False, "it works again")}
        assert {(seen.query["include"], seen.method) for seen in platform.seen} == {("response", "GET")}

    def test_an_answered_review_reads_as_it_did_when_it_was_listed(self, platform: Platform) -> None:
        store = AppStore(platform, 1)
        store.answers[1] = "Mended in 2.4"
        listed = AppStoreSource(settings(platform, "appstore", apple_secrets()), clock=lambda: NOW).fetch(
            FeedSpec(1, "app", "appstore", "", "reviews", "", {"app": "42"}, "main", 300, ("acme",)), None
        )
        again = self.recheck(platform, "r1")
        assert told(again) == told(listed.posts)
        assert [post.capability_reason for post in again] == [post.capability_reason for post in listed.posts]

    def test_of_the_public_list_nothing_is_said(self, platform: Platform) -> None:
        AppStore(platform, 1)
        assert (self.recheck(platform, "r1", "r9", kind="public"), platform.seen) == ((), [])

    def test_a_store_in_trouble_deletes_nothing(self, platform: Platform) -> None:
        platform.always("/v1/customerReviews/r1", Reply(503))
        with pytest.raises(SourceError):
            self.recheck(platform, "r1")


class TestGooglePlay:
    def source(self, platform: Platform) -> GooglePlaySource:
        return GooglePlaySource(settings(platform, "googleplay", google_secrets()), clock=lambda: NOW)

    def test_edits_are_followed_and_what_is_not_found_may_be_too_old(self, platform: Platform) -> None:
        store = PlayStore(platform, 3)
        del store.reviews[2]
        store.reviews[3]["text"] = "\tit works again"
        asked = self.source(platform).recheck(("gp:1", "gp:2", "gp:3"), feed("googleplay", "", package="com.acme.shop"))
        assert told(asked.posts) == {"gp:1": (False, "the app crashes, number 1"), "gp:3": (False, "it works again")}

    def test_before_an_answer_the_account_says_which_app_and_a_revoked_token_is_replaced(self, platform: Platform) -> None:
        PlayStore(platform, 1)
        platform.then(f"{REVIEWS}/gp:1", as_json({"error": {"code": 401, "message": "no"}}, 401))
        spec = FeedSpec(0, "", "googleplay", "com.acme.shop", "", "", {}, "main", 0, ("acme",))
        assert list(told(self.source(platform).recheck(("gp:1",), spec).posts)) == ["gp:1"]
        assert len(platform.asked("/token")) == 2


class TestRss:
    def recheck(self, url: str, *ids: str, query: str = "") -> dict[str, tuple[bool, str]]:
        options = {"url": url, "allow_loopback": True}
        spec = FeedSpec(1, "forum", "rss", "forum.example", "", query, options, None, 300)
        return told(RssSource(ListenerSettings(), clock=lambda: NOW).recheck(ids, spec).posts)

    def test_what_the_feed_still_carries_is_read_once_and_what_scrolled_out_is_not_known(self, web: Web) -> None:
        url = web.script("/feed", Answer(rss([item(3, "new"), item(2, "it works again")]), etag='"v2"'))
        found = self.recheck(url, "https://forum.example/t/2", "https://forum.example/t/1")
        assert found == {"https://forum.example/t/2": (False, "it works again")}
        assert len(web.asked) == 1

    def test_an_edit_after_which_the_query_does_not_match_is_an_edit(self, web: Web) -> None:
        url = web.script("/feed", Answer(rss([item(2, "all is well")])))
        found = self.recheck(url, "https://forum.example/t/2", query="leaks")
        assert found == {"https://forum.example/t/2": (False, "all is well")}

    def test_a_broken_feed_deletes_nothing(self, web: Web) -> None:
        url = web.script("/feed", Answer(b"", status=500))
        with pytest.raises(SourceError):
            self.recheck(url, "https://forum.example/t/2")
