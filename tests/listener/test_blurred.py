"""Platforms that find other forms of a word: what their search found counts, and what is merely matched here does not."""

from collections.abc import Callable

import pytest

from desk.post import FeedSpec
from listener.settings import ListenerSettings
from listener.source import Source
from listener.sources.hackernews.source import HackerNewsSource
from listener.sources.mastodon.source import MastodonSource
from listener.sources.stackexchange.source import StackExchangeSource
from listener.sources.youtube.source import YouTubeSource
from tests.support import platforms
from tests.support.mastodon_platform import status
from tests.support.open_places import NOW, NOW_S, hit, reading
from tests.support.platforms import feed
from tests.support.replay import Platform, as_json

SAID = {"other form": "my deliveries leak", "other word": "my lift leaks"}
ASKED = "delivery"


def hackernews(platform: Platform) -> tuple[Source, FeedSpec]:
    found = [hit(name, NOW_S - 60, title=text) for name, text in SAID.items()]
    platform.always("/api/v1/search_by_date", as_json({"hits": found, "nbHits": len(found)}))
    return HackerNewsSource(reading(platform, "hackernews"), clock=lambda: NOW), feed("hackernews", "all", ASKED)


def question(number: int, text: str) -> dict[str, object]:
    owner = {"user_id": 7, "display_name": "ada"}
    when = {"creation_date": NOW_S - 60, "last_activity_date": NOW_S - 60}
    return {"question_id": number, "title": "Help", "body": text, "owner": owner, "link": f"https://stackoverflow.com/q/{number}", **when}


def stackexchange(platform: Platform) -> tuple[Source, FeedSpec]:
    found = [question(number, text) for number, text in enumerate(SAID.values(), 1)]
    platform.always("/2.3/search/advanced", as_json({"items": found, "has_more": False, "quota_remaining": 9}))
    source = StackExchangeSource(reading(platform, "stackexchange"), clock=lambda: NOW)
    return source, feed("stackexchange", "search", ASKED, site="stackoverflow", parts="questions")


def youtube(platform: Platform) -> tuple[Source, FeedSpec]:
    names = [f"vid0000000{number}" for number in range(len(SAID))]
    when = {"publishedAt": "2026-11-19T12:00:00Z", "channelId": "UCada", "channelTitle": "ada"}
    snippets = [{"title": "A video", "description": text, **when} for text in SAID.values()]
    found = [{"id": {"videoId": name}, "snippet": snippet} for name, snippet in zip(names, snippets, strict=True)]
    platform.always("/youtube/v3/search", as_json({"items": found, "pageInfo": {"totalResults": 2}}))
    videos = [{"kind": "youtube#video", "id": name, "snippet": snippet} for name, snippet in zip(names, snippets, strict=True)]
    platform.always("/youtube/v3/videos", as_json({"items": videos}))
    return YouTubeSource(reading(platform, "youtube", key="google-key"), clock=lambda: NOW), feed("youtube", "search", ASKED)


def mastodon(platform: Platform) -> tuple[Source, FeedSpec]:
    found = [status(number, text) for number, text in enumerate(SAID.values(), 1)]
    platform.always("/api/v2/search", as_json({"statuses": found, "accounts": [], "hashtags": []}))
    given: ListenerSettings = platforms.settings(platform, "mastodon", {"access_token": "a token"})
    return MastodonSource(given, clock=lambda: NOW), feed("mastodon", "search", ASKED, days=3650)


@pytest.mark.parametrize("place", [hackernews, stackexchange, youtube, mastodon])
def test_what_a_search_finds_by_another_form_of_the_word_counts(
    platform: Platform, place: Callable[[Platform], tuple[Source, FeedSpec]]
) -> None:
    source, spec = place(platform)
    page = source.fetch(spec, None)
    assert page.rejects == ()
    assert [f"{post.title} {post.text}".strip().removeprefix("Help ").removeprefix("A video ") for post in page.posts] == [
        SAID["other form"]
    ]


def test_what_is_matched_here_is_matched_to_the_letter(platform: Platform) -> None:
    platform.always(
        "/2.3/questions", as_json({"items": [question(1, SAID["other form"]), question(2, "my delivery leaks")], "has_more": False})
    )
    platform.always("/2.3/search/advanced", platform._standing.get(("GET", "/2.3/questions")))  # type: ignore[arg-type]
    spec = feed("stackexchange", "tagged", ASKED, site="stackoverflow", tags="lifts", parts="questions")
    page = StackExchangeSource(reading(platform, "stackexchange"), clock=lambda: NOW).fetch(spec, None)
    assert [post.text for post in page.posts] == ["my delivery leaks"]
