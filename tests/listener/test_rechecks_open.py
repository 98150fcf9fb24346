"""What became of posts on WordPress, Discourse and YouTube, asked of documented answers on loopback."""

from collections.abc import Iterator

import pytest

from desk.post import Post, Spent
from listener.source import SourceError
from listener.sources.discourse.source import DiscourseSource
from listener.sources.wordpress.source import WordPressSource
from listener.sources.youtube.source import YouTubeSource
from tests.support.discourse_platform import Forum
from tests.support.platforms import feed, settings
from tests.support.replay import Platform, Reply, Seen, as_json
from tests.support.wordpress_platform import COMMENTS, Blog

VIDEO, COMMENT, REPLY = "vid00000001", "UgxAbCdEfGhIjKlMnOpQ4AaABAg", "UgxAbCdEfGhIjKlMnOpQ4AaABAg.9abc"


@pytest.fixture
def platform() -> Iterator[Platform]:
    with Platform() as opened:
        yield opened


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
