"""Mastodon through the unmodified Mastodon.py: what is asked, what comes back, and which error each fault becomes."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desk.post import FeedSpec, Page
from listener.source import Malformed, RateLimited, Refused, SourceError, Unauthorized, Unavailable
from listener.sources.mastodon.source import MastodonSource
from storage.words import Capability
from tests.support.mastodon_platform import MINUTE, NOON, OWN, Server, id_of, status
from tests.support.platforms import feed, settings
from tests.support.replay import CUT, DROP, EMPTY, HANG, TRICKLE, Platform, Reply, as_json, html

TOKEN = {"access_token": "a token"}
NOTIFICATIONS, POLICY = "/api/v1/notifications", "/api/v2/notifications/policy"
MENTIONS = feed("mastodon", "notifications")
LATER = NOON + 60 * MINUTE


def source(platform: Platform, *, timeout: float = 5.0, now: datetime = LATER, **options: Any) -> MastodonSource:
    return MastodonSource(settings(platform, "mastodon", TOKEN, timeout=timeout, options=options), clock=lambda: now)


def looked(platform: Platform, spec: FeedSpec = MENTIONS, cursor: str | None = None) -> Page:
    return source(platform).fetch(spec, cursor)


def ids(page: Page) -> set[str]:
    return {post.external_id for post in page.posts}


def every(first: int, last: int) -> set[str]:
    return {id_of(number) for number in range(first, last + 1)}


def test_mentions_are_asked_for_with_the_token_and_nothing_else_is(platform: Platform) -> None:
    Server(platform, 3)
    page = looked(platform)
    assert ids(page) == every(1, 3)
    assert {seen.path for seen in platform.seen} == {NOTIFICATIONS, POLICY}
    first = platform.seen[0]
    assert first.headers["authorization"] == "Bearer a token"
    assert first.query["types[]"] == "quote"  # the last of the two that are named
    assert page.limits is not None
    assert page.limits.remaining == 290
    assert [post.capability for post in page.posts] == [Capability.API] * 3


def test_the_site_is_the_server_unless_the_feed_names_it(platform: Platform) -> None:
    Server(platform, 1)
    assert looked(platform).posts[0].site == platform.url.removeprefix("http://")
    assert looked(platform, replace(MENTIONS, site="one.example")).posts[0].site == "one.example"


@pytest.mark.parametrize("has_links", [True, False], ids=["links", "no links"])
@pytest.mark.parametrize("kind", ["notifications", "tag", "timeline", "search"])
def test_pages_are_read_until_they_end_and_the_next_look_brings_only_news(platform: Platform, kind: str, *, has_links: bool) -> None:
    server = Server(platform, 35, size=10, has_links=has_links)
    for item in server.statuses.values():
        item["account"] = OWN if kind == "timeline" else item["account"]
    spec = feed("mastodon", kind, "northwind" if kind == "search" else "", **({"tag": "#northwind"} if kind == "tag" else {}))
    first = looked(platform, spec)
    assert ids(first) == every(1, 35)
    assert not first.more
    assert looked(platform, spec, first.cursor).posts == ()
    for number in (36, 37):
        server.add(status(number, by=OWN if kind == "timeline" else status(1)["account"]))
    assert ids(looked(platform, spec, first.cursor)) == every(36, 37)


def test_more_than_a_look_reads_is_read_by_the_next_ones_and_none_is_lost(platform: Platform) -> None:
    server = Server(platform, 30, size=10)
    spec = feed("mastodon", "notifications", max_pages=1)
    first = looked(platform, spec)
    assert first.more
    server.add(status(31))
    server.statuses.pop(id_of(21))
    found, cursor, looks = ids(first), first.cursor, 0
    while looks < 10:
        page = looked(platform, spec, cursor)
        found |= ids(page)
        cursor, looks = page.cursor, looks + 1
    assert found >= every(1, 31)


def test_the_anchor_of_the_last_look_may_be_deleted(platform: Platform) -> None:
    server = Server(platform, 5)
    cursor = looked(platform).cursor
    server.statuses.pop(id_of(5))
    server.add(status(6))
    assert ids(looked(platform, cursor=cursor)) == {id_of(6)}


def test_what_arrives_late_under_an_older_time_is_still_met(platform: Platform) -> None:
    server = Server(platform, 0)
    server.add(status(10))
    spec = feed("mastodon", "tag", tag="northwind")
    cursor = looked(platform, spec).cursor
    server.add(status(3, "northwind late"))
    assert ids(looked(platform, spec, cursor)) == {id_of(3)}


def test_a_mention_that_was_written_long_before_it_is_told_of_is_heard(platform: Platform) -> None:
    Server(platform)
    told = [{"id": "9", "type": "mention", "created_at": "2026-11-20T12:30:00.000Z", "status": status(30)}]
    platform.always(NOTIFICATIONS, lambda seen: as_json([] if "max_id" in seen.query else told))
    cursor = looked(platform).cursor
    told.insert(0, {"id": "10", "type": "mention", "created_at": "2026-11-20T12:40:00.000Z", "status": status(-60 * 24)})
    assert ids(looked(platform, cursor=cursor)) == {id_of(-60 * 24)}


def test_an_edit_within_the_overlap_comes_again_with_its_time(platform: Platform) -> None:
    server = Server(platform, 3)
    cursor = looked(platform).cursor
    server.statuses[id_of(2)] |= {"content": "<p>northwind, reworded</p>", "edited_at": "2026-11-20T12:30:00.000Z"}
    (post,) = looked(platform, cursor=cursor).posts
    assert (post.text, post.edited_at) == ("northwind, reworded", datetime(2026, 11, 20, 12, 30, tzinfo=UTC))


def test_a_first_look_goes_back_as_many_days_as_the_feed_says(platform: Platform) -> None:
    server = Server(platform, 2)
    server.add(status(-60 * 24 * 3))
    assert ids(looked(platform, feed("mastodon", "notifications", days=2))) == every(1, 2)


def test_without_backfill_older_ones_are_left_and_that_is_told(platform: Platform) -> None:
    Server(platform, 30, size=10)
    page = looked(platform, feed("mastodon", "notifications", backfill=False, max_pages=2))
    assert len(page.posts) == 20
    assert not page.more
    assert "left unread" in page.detail


def test_a_page_that_is_repeated_for_ever_ends_the_look(platform: Platform) -> None:
    items = [status(number) for number in (2, 1)]
    platform.always("/api/v1/timelines/tag/northwind", as_json(items, link=f'<{platform.url}/x?max_id=1>; rel="next"'))
    page = looked(platform, feed("mastodon", "tag", tag="northwind", max_pages=50))
    assert len(platform.seen) <= 3
    assert ids(page) == every(1, 2)
    assert "repeated" in page.detail


def test_pages_without_an_end_are_left_after_as_many_as_the_feed_says(platform: Platform) -> None:
    server = Server(platform, 0, size=10)
    platform.always("/api/v1/timelines/tag/northwind", lambda seen: server._page(seen, [status(-n) for n in range(1, 500)]))
    page = looked(platform, feed("mastodon", "tag", tag="northwind", max_pages=4))
    assert (len(platform.seen), len(page.posts), page.more) == (4, 40, True)


def test_one_bad_item_never_blocks_its_page_and_can_be_read_again(platform: Platform) -> None:
    good, bad = status(2), {**status(1), "content": None, "spoiler_text": ""}
    items = [good, bad, {"odd": 1}, None, "x"]
    platform.always("/api/v1/timelines/tag/northwind", lambda seen: as_json([] if "max_id" in seen.query else items))
    spec = feed("mastodon", "tag", tag="northwind")
    page = looked(platform, spec)
    assert ids(page) == {id_of(2)}
    assert len(page.rejects) == 4
    with pytest.raises(Malformed):
        source(platform).reread(page.rejects[0].raw, spec)
    good_again = source(platform).reread(json.dumps({"status": good, "root": "9"}).encode(), spec)
    assert (good_again.external_id, good_again.thread_id) == (id_of(2), "9")


def test_boosts_are_left_out(platform: Platform) -> None:
    server = Server(platform, 1)
    server.add(status(2, reblog=status(1)))
    assert ids(looked(platform, feed("mastodon", "tag", tag="northwind"))) == {id_of(1)}


def test_a_server_that_cannot_choose_may_tell_of_favourites_too(platform: Platform) -> None:
    heard = [{"id": "2", "type": "favourite", "status": status(1)}, {"id": "1", "type": "mention", "status": status(2)}]
    platform.always(NOTIFICATIONS, lambda seen: as_json([] if seen.query.get("max_id") else heard))
    page = looked(platform)
    assert ids(page) == {id_of(2)}
    assert page.rejects == ()


def test_a_conversation_is_known_by_its_first_status(platform: Platform) -> None:
    server = Server(platform)
    first, second = status(1), status(2, parent=id_of(1))
    server.add(status(3, parent=id_of(2)), before=(first, second))
    server.add(status(4, parent=id_of(3)), before=(first, second, status(3)))
    page = looked(platform)
    assert {post.thread_id for post in page.posts} == {id_of(1)}
    assert len([seen for seen in platform.seen if seen.path.endswith("/context")]) == 1  # the later one finds the earlier known


def test_a_reply_whose_conversation_is_gone_belongs_to_what_it_answers(platform: Platform) -> None:
    server = Server(platform)
    server.add(status(3, parent=id_of(2)))
    platform.always(f"/api/v1/statuses/{id_of(3)}/context", as_json({"error": "Record not found"}, 404))
    assert [post.thread_id for post in looked(platform).posts] == [id_of(2)]


def test_a_limit_while_conversations_are_asked_for_loses_nothing(platform: Platform) -> None:
    server = Server(platform)
    server.add(status(1))
    server.add(status(3, parent=id_of(2)), before=(status(1), status(2)))
    path = f"/api/v1/statuses/{id_of(3)}/context"
    platform.then(path, as_json({"error": "Throttled"}, 429, retry_after="30"))
    listening = source(platform)
    page = listening.fetch(MENTIONS, None)
    assert (ids(page), page.cursor, page.more) == ({id_of(1)}, None, True)
    assert page.retry_at is not None
    again = listening.fetch(MENTIONS, page.cursor)
    assert ids(again) == {id_of(1), id_of(3)}
    assert again.cursor is not None


def test_a_conversation_that_breaks_the_server_holds_up_nobody_for_long(platform: Platform) -> None:
    server = Server(platform)
    server.add(status(3, parent=id_of(2)))
    platform.always(f"/api/v1/statuses/{id_of(3)}/context", as_json({}, 500))
    listening = source(platform)
    pages = [listening.fetch(MENTIONS, None) for _ in range(3)]
    assert [len(page.posts) for page in pages] == [0, 0, 1]
    assert pages[2].posts[0].thread_id == id_of(2)


def test_a_search_that_finds_nothing_says_what_servers_search(platform: Platform) -> None:
    Server(platform, 0)
    page = looked(platform, feed("mastodon", "search", "northwind"))
    assert "full-text search" in page.detail


def test_a_search_is_asked_in_the_servers_words_and_judged_here(platform: Platform) -> None:
    server = Server(platform)
    server.add(status(1, "northwind giveaway"))
    server.add(status(2, "northwind is late"))
    server.add(status(3, "the rivertown lift"))
    page = looked(platform, feed("mastodon", "search", "(northwind OR rivertown) -giveaway"))
    assert ids(page) == every(2, 3)
    assert {seen.query["q"] for seen in platform.asked("/api/v2/search")} == {"northwind", "rivertown"}
    assert all(seen.query["type"] == "statuses" for seen in platform.asked("/api/v2/search"))


def test_several_tags_are_several_listings(platform: Platform) -> None:
    Server(platform, 1)
    platform.always("/api/v1/timelines/tag/rivertown", as_json([status(9)]))
    page = looked(platform, feed("mastodon", "tag", tag="northwind+#rivertown"))
    assert ids(page) == {id_of(1), id_of(9)}


@pytest.mark.parametrize("answer", [html(), EMPTY, as_json({}), as_json(None)], ids=["a web page", "nothing", "no account", "null"])
def test_an_account_that_cannot_be_read_is_no_refusal(platform: Platform, answer: Reply) -> None:
    platform.always("/api/v1/accounts/verify_credentials", answer)
    with pytest.raises(Malformed, match="whose the account is"):
        looked(platform, feed("mastodon", "timeline"))


def test_the_timeline_of_another_account_is_looked_up_once(platform: Platform) -> None:
    Server(platform, 2)
    listening = source(platform)
    spec = feed("mastodon", "timeline", username="@ada@other.example")
    cursor = listening.fetch(spec, None).cursor
    listening.fetch(spec, cursor)
    assert [seen.query["acct"] for seen in platform.asked("/api/v1/accounts/lookup")] == ["ada@other.example"]


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        (feed("mastodon", "search"), "needs a query"),
        (feed("mastodon", "tag"), "expected a tag"),
        (feed("mastodon", "tag", tag="a/b"), "expected a tag"),
        (feed("mastodon", "tag", "(", tag="a"), "cannot be read"),
        (feed("mastodon", "inbox"), "expected one of"),
        (feed("mastodon", "notifications", page_size=81), "from 1 to 80"),
    ],
)
def test_a_feed_that_cannot_be_asked_says_why(platform: Platform, spec: FeedSpec, said: str) -> None:
    with pytest.raises(Refused, match=said):
        looked(platform, spec)
    assert platform.seen == []


FAULTS: list[tuple[str, Reply, type[SourceError], str]] = [
    ("500", as_json({"error": "Internal"}, 500), Unavailable, "500"),
    ("502", html(502), Unavailable, "502"),
    ("503", html(503), Unavailable, "503"),
    ("520", html(520), Unavailable, "520"),
    ("401", as_json({"error": "The access token is invalid"}, 401), Unauthorized, "access token is invalid"),
    ("scope", as_json({"error": "This action is outside the authorized scopes"}, 403), Unauthorized, "scopes"),
    ("who", as_json({"error": "This method requires an authenticated user"}, 422), Unauthorized, "authenticated user"),
    ("403", as_json({"error": "This action is not allowed"}, 403), Refused, "not allowed"),
    ("404", as_json({"error": "Record not found"}, 404), Refused, "404"),
    ("410", as_json({}, 410), Refused, "410"),
    ("422", as_json({"error": "Validation failed"}, 422), Refused, "Validation failed"),
    ("451", Reply(451), Refused, "451"),
    ("elsewhere", Reply(302, headers={"location": "https://elsewhere.example/"}), Refused, "elsewhere"),
    ("HTML", html(), Malformed, "list of notifications"),
    ("empty", EMPTY, Malformed, "list of notifications"),
    ("no list", as_json({"error": "odd"}), Malformed, "list of notifications"),
    ("half", Reply(body=b'[{"id": "1", "ty'), Malformed, "list of notifications"),
    ("cut", CUT, Unavailable, "broke"),
    ("drop", DROP, Unavailable, "broke"),
    ("hang", HANG, Unavailable, "in time"),
    ("trickle", TRICKLE, Unavailable, "in time"),
]


@pytest.mark.parametrize(("fault", "error", "said"), [case[1:] for case in FAULTS], ids=[case[0] for case in FAULTS])
def test_each_fault_becomes_the_error_that_says_what_to_do(platform: Platform, fault: Reply, error: type[SourceError], said: str) -> None:
    platform.always(NOTIFICATIONS, fault)
    with pytest.raises(SourceError, match=said) as caught:
        source(platform, timeout=1.0).fetch(MENTIONS, None)
    assert isinstance(caught.value, error)
    assert len(platform.seen) == 1


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry_after": "4"}, 4),
        ({"x_ratelimit_reset": "{instant}"}, 200),
        ({"x_ratelimit_reset": "{epoch}"}, 200),
        ({}, None),
        ({"retry_after": "soon", "x_ratelimit_reset": "later"}, None),
        ({"x_ratelimit_reset": "2020-01-01T00:00:00Z", "x_ratelimit_remaining": "0"}, None),
    ],
    ids=["retry", "instant", "epoch", "nothing", "words", "past"],
)
def test_a_limit_says_until_when_where_the_server_says_it_and_is_never_slept_off(
    platform: Platform, headers: dict[str, str], wait: int | None
) -> None:
    end = datetime.now(UTC) + timedelta(seconds=200)
    told = {name: value.format(epoch=int(end.timestamp()), instant=end.isoformat()) for name, value in headers.items()}
    platform.always(NOTIFICATIONS, as_json({"error": "Throttled"}, 429, **told))
    with pytest.raises(RateLimited) as caught:
        looked(platform)
    retry_at = caught.value.retry_at
    assert (retry_at is None) is (wait is None)
    assert retry_at is None or timedelta(0) < retry_at - datetime.now(UTC) <= timedelta(seconds=wait or 0)
    assert len(platform.seen) == 1


def test_a_limit_that_is_used_up_asks_to_wait_for_its_end(platform: Platform) -> None:
    end = datetime.now(UTC) + timedelta(minutes=4)
    platform.always(NOTIFICATIONS, as_json([], x_ratelimit_remaining="0", x_ratelimit_reset=end.isoformat()))
    page = source(platform, now=datetime.now(UTC)).fetch(MENTIONS, None)
    assert page.retry_at == end


def test_a_fault_in_the_middle_keeps_what_was_read(platform: Platform) -> None:
    Server(platform, 25, size=10)
    spec = feed("mastodon", "notifications")
    listening = source(platform)
    answers = [platform._standing["GET", NOTIFICATIONS]]
    platform.always(NOTIFICATIONS, lambda seen: as_json({}, 503) if "max_id" in seen.query else answers[0](seen))
    page = listening.fetch(spec, None)
    assert (len(page.posts), page.more) == (10, False)
    assert "503" in page.detail
    platform.always(NOTIFICATIONS, answers[0])
    assert ids(page) | ids(listening.fetch(spec, page.cursor)) == every(1, 25)


def test_what_the_server_holds_back_is_told_and_asked_for_once_an_hour(platform: Platform) -> None:
    Server(platform, 1)
    platform.always(POLICY, as_json({"for_private_mentions": "filter", "summary": {"pending_requests_count": 3}}))
    listening = source(platform)
    pages = [listening.fetch(MENTIONS, None) for _ in range(2)]
    assert all("what 3 people wrote" in page.detail for page in pages)
    assert len(platform.asked(POLICY)) == 1


@pytest.mark.parametrize("answer", [as_json({}, 503), html(), HANG, as_json([]), as_json({"summary": {"pending_requests_count": 0}})])
def test_a_server_that_cannot_say_what_it_holds_back_is_listened_to_all_the_same(platform: Platform, answer: Reply) -> None:
    Server(platform, 1)
    platform.always(POLICY, answer)
    page = source(platform, timeout=1.0).fetch(MENTIONS, None)
    assert (ids(page), page.detail) == ({id_of(1)}, "")


def test_a_token_is_asked_for_by_its_variable(platform: Platform) -> None:
    given = settings(platform, "mastodon", {})
    with pytest.raises(Unauthorized, match="CARELINE_MAIN_ACCESS_TOKEN"):
        MastodonSource(given).fetch(MENTIONS, None)


def test_pictures_are_fetched_from_the_server_and_from_where_it_keeps_them(platform: Platform) -> None:
    places = source(platform, media_hosts=["pictures.example"]).media_places(MENTIONS)
    host = platform.url.removeprefix("http://")
    assert {host, f"files.{host}", "pictures.example"} <= places.hosts
    assert places.loopback
