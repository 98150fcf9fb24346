"""Stack Exchange over its API on loopback: documented answers, the quota and pauses obeyed, replies never lost."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from desk.post import FeedSpec, Limits, Page
from listener.settings import CredentialSettings, ListenerSettings
from listener.source import BudgetExhausted, Malformed, RateLimited, Refused, SourceError, Unauthorized, Unavailable
from listener.sources.shared.reading import read_all
from listener.sources.stackexchange.parse import host_of, read_item, tags_of
from listener.sources.stackexchange.source import StackExchangeSource
from storage.words import Capability
from tests.support.open_places import NOW, NOW_S, documented, reading
from tests.support.platforms import feed
from tests.support.replay import Platform, Reply, as_json, html

SEARCH = "/2.3/search/advanced"
ANSWERS = "/2.3/questions/79000001;79000002/answers"
COMMENTS = "/2.3/posts/79000001;79000002;79000010/comments"
NOTHING = {"items": [], "has_more": False, "quota_remaining": 290}
MIDNIGHT = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture
def platform() -> Iterator[Platform]:
    with Platform() as opened:
        opened.always(SEARCH, as_json(documented("stackexchange", "questions")))
        for path in (ANSWERS, "/2.3/questions/79000001;79000002;79000003/answers"):
            opened.always(path, as_json(documented("stackexchange", "answers")))
        for path in (COMMENTS, "/2.3/posts/79000001;79000002;79000003;79000010/comments"):
            opened.always(path, as_json(documented("stackexchange", "comments")))
        yield opened


def look(platform: Platform, cursor: str | None = None, spec: FeedSpec | None = None, **secrets: str) -> Page:
    source = StackExchangeSource(reading(platform, "stackexchange", **secrets), clock=lambda: NOW)
    return source.fetch(spec or asked(), cursor)


def asked(kind: str = "search", query: str = "northwind", **options: object) -> FeedSpec:
    return feed("stackexchange", kind, query, site="stackoverflow", **options)


def test_documented_questions_answers_and_comments_become_posts(platform: Platform) -> None:
    page = look(platform)
    question, other, answer, comment = page.posts
    assert (question.external_id, question.title, question.text) == (
        "79000001",
        'Northwind lift returns "500"',
        "The northwind client fails.",
    )
    assert (question.author.external_id, question.author.name, question.edited_at is not None) == ("22656", "Ada & Co", True)
    assert (other.author.external_id, other.edited_at) == ("user42", None)
    assert (answer.thread_id, answer.parent_id, answer.url) == ("79000001", "79000001", "https://stackoverflow.com/a/79000010")
    assert (comment.external_id, comment.thread_id, comment.parent_id) == ("comment-139000001", "79000001", "79000010")
    assert comment.url == "https://stackoverflow.com/q/79000001#comment139000001_79000010"
    assert {(post.site, post.capability) for post in page.posts} == {("stackoverflow", Capability.LINK)}
    assert ["creation_date" in reject.error for reject in page.rejects] == [True]


def test_a_search_asks_for_what_moved_lately_with_bodies(platform: Platform) -> None:
    look(platform, key="app-key")
    query = platform.asked(SEARCH)[0].query
    expected = {"q": "northwind", "site": "stackoverflow", "filter": "withbody", "sort": "activity", "order": "desc", "key": "app-key"}
    assert {name: query[name] for name in expected} == expected
    assert query["min"] == str(NOW_S - 7 * 86_400)


def test_a_tag_brings_everything_and_a_query_chooses_here(platform: Platform) -> None:
    spec = asked("tagged", "", tags=["northwind-api", "northwind-sdk"])
    assert len(look(platform, spec=spec).posts) == 4
    assert platform.asked(SEARCH)[0].query["tagged"] == "northwind-api;northwind-sdk"
    assert [post.external_id for post in look(platform, spec=asked("tagged", "500", tags="northwind-api")).posts] == ["79000001"]


def test_only_the_wanted_parts_are_asked_for(platform: Platform) -> None:
    page = look(platform, spec=asked(parts=["questions"]))
    assert [post.kind for post in page.posts] == ["question", "question"]
    assert {seen.path for seen in platform.seen} == {SEARCH}
    assert [post.kind for post in look(platform, spec=asked(parts="comments")).posts] == ["comment"]


def test_the_quota_is_told_with_the_midnight_at_which_it_ends(platform: Platform) -> None:
    assert look(platform).limits == Limits(295, MIDNIGHT)


def test_a_pause_that_is_asked_for_is_kept(platform: Platform) -> None:
    platform.then(SEARCH, as_json({**documented("stackexchange", "questions"), "backoff": 20, "has_more": True}))
    page = look(platform)
    assert (page.retry_at, page.more, len(platform.asked(SEARCH))) == (NOW + timedelta(seconds=20), True, 1)
    assert len(page.posts) == 4


def test_a_quota_that_is_used_up_is_waited_for(platform: Platform) -> None:
    platform.always(SEARCH, as_json({**NOTHING, "quota_remaining": 0}))
    page = look(platform)
    assert (page.retry_at, page.limits) == (MIDNIGHT, Limits(0, MIDNIGHT))


def test_an_error_that_came_with_a_good_status_is_read_first(platform: Platform) -> None:
    told = {
        "error_id": 502,
        "error_name": "throttle_violation",
        "error_message": "too many requests, more requests available in 60 seconds",
    }
    platform.always(SEARCH, as_json(told))
    with pytest.raises(RateLimited, match="too many requests") as caught:
        look(platform)
    assert caught.value.retry_at == NOW + timedelta(seconds=60)


@pytest.mark.parametrize("path", [ANSWERS.replace("79000002", "79000002;79000003"), COMMENTS.replace("79000002", "79000002;79000003")])
def test_replies_that_could_not_be_read_are_read_again(platform: Platform, path: str) -> None:
    platform.then(path, html(503))
    first = look(platform)
    assert (first.cursor, "read again" in first.detail) == (None, True)
    second = look(platform)
    assert {post.external_id for post in second.posts} >= {"79000010", "comment-139000001"}


def test_what_is_known_is_not_asked_for_again(platform: Platform) -> None:
    first = look(platform)
    before = len(platform.seen)
    assert look(platform, first.cursor).posts == ()
    assert [seen.path for seen in platform.seen[before:]] == [SEARCH]


def test_a_packed_answer_is_read(platform: Platform) -> None:
    packed = gzip.compress(json.dumps(documented("stackexchange", "questions")).encode())
    platform.then(SEARCH, Reply(200, packed, {"content-type": "application/json", "content-encoding": "gzip"}))
    assert len(look(platform).posts) == 4


@pytest.mark.parametrize(
    ("number", "message", "error"),
    [
        (400, "`key` doesn't match a known application", Unauthorized),
        (400, "site is required", Refused),
        (402, "`access_token` is invalid", Unauthorized),
        (500, "internal error", Unavailable),
        (502, "too many requests from this IP, more requests available in 83345 seconds", RateLimited),
        (503, "simulated", Unavailable),
        (409, "quota is used up", BudgetExhausted),
    ],
)
def test_errors_of_the_api_are_named(platform: Platform, number: int, message: str, error: type[SourceError]) -> None:
    platform.always(SEARCH, as_json({"error_id": number, "error_message": message, "error_name": "x"}, 400))
    with pytest.raises(error) as caught:
        look(platform)
    assert message in str(caught.value)
    if isinstance(caught.value, RateLimited):
        assert caught.value.retry_at == NOW + timedelta(seconds=83_345)


def test_a_key_stands_in_no_message(platform: Platform) -> None:
    platform.always(SEARCH, html(404))
    with pytest.raises(SourceError) as caught:
        look(platform, key="app-key")
    assert "app-key" not in f"{caught.value!r} {caught.value.__cause__!r}"


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        (feed("stackexchange", "search", "x"), "needs its site"),
        (feed("stackexchange", "search", "x", site="a/b"), "needs its site"),
        (asked(query=""), "needs a query"),
        (asked("tagged", ""), "option tags"),
        (asked("answers"), "expected one of"),
        (asked(parts=["votes"]), "option parts"),
    ],
)
def test_a_feed_that_cannot_work_is_refused_before_a_call(platform: Platform, spec: FeedSpec, says: str) -> None:
    with pytest.raises(Refused, match=says):
        look(platform, spec=spec)
    assert platform.seen == []


def test_it_works_without_a_credential_and_refuses_one_of_another_source() -> None:
    other = ListenerSettings({"main": CredentialSettings("main", "x")})
    with pytest.raises(Unauthorized):
        StackExchangeSource(other).fetch(asked(), None)


@pytest.mark.parametrize(
    ("site", "host"), [("stackoverflow", "stackoverflow.com"), ("diy", "diy.stackexchange.com"), ("mathoverflow.net", "mathoverflow.net")]
)
def test_a_site_has_a_host(site: str, host: str) -> None:
    assert host_of([], site) == host


def test_tags_are_read_as_people_write_them() -> None:
    assert tags_of("[acme], acme-api;Acme") == ("acme", "acme-api")


@pytest.mark.parametrize("name", ["creation_date", "last_edit_date"])
def test_an_instant_that_no_calendar_reaches_is_unreadable_and_stops_no_other_item(name: str) -> None:
    given = {"question_id": 1, "title": "northwind", "body": "northwind", "creation_date": 5}
    posts, rejects = read_all([{**given, name: 10**17}, given], partial(read_item, host="h", questions={}, site="s"))
    assert ([post.external_id for post in posts], len(rejects)) == (["1"], 1)


@pytest.mark.parametrize("item", [None, 7, {}, {"question_id": 1}, {"answer_id": 1}, {"comment_id": 1, "post_id": None}])
def test_an_item_without_what_a_post_needs_is_unreadable(item: object) -> None:
    with pytest.raises(ValueError, match="has no"):
        read_item(item, host="h", questions={}, site="s")


def test_a_kept_item_is_read_again(platform: Platform) -> None:
    kept = json.dumps(documented("stackexchange", "answers")["items"][0]).encode()
    source = StackExchangeSource(reading(platform, "stackexchange"))
    assert source.reread(kept, asked()).external_id == "79000010"
    with pytest.raises(Malformed):
        source.reread(b"{}", asked())
