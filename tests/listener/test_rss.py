"""RSS and Atom over a real loopback server: conditional requests, moves, refusals, and every document that the web serves."""

import json
import threading
from datetime import timedelta
from typing import Any

import pytest

from desk.post import FeedSpec
from listener.source import BudgetExhausted, Malformed, RateLimited, Refused, SourceError, Unauthorized, Unavailable
from listener.sources.rss.source import MISSED
from tests.support.feeds import item, rss
from tests.support.rss_look import NOW, feed, ids, look, read, source
from tests.support.web import Reply, Web


def test_nothing_new_is_one_short_answer(web: Web) -> None:
    url = web.script("/feed", Reply(rss([item(1)]), etag='"v1"', headers={"Last-Modified": "Sun, 01 Mar 2026 12:00:00 GMT"}))
    first = look(url)
    second = look(url, first.cursor)
    assert (ids(first.posts), second.posts, second.cursor) == (["1"], (), first.cursor)
    asked = web.asked[1].headers
    assert (asked["if-none-match"], asked["if-modified-since"]) == ('"v1"', "Sun, 01 Mar 2026 12:00:00 GMT")


def test_only_new_and_edited_entries_come_back(web: Web) -> None:
    url = web.script("/feed", Reply(rss([item(2), item(1)])), Reply(rss([item(3), item(2, "edited"), item(1)])))
    first = look(url)
    second = look(url, first.cursor)
    assert (ids(first.posts), ids(second.posts)) == (["2", "1"], ["3", "2"])


def test_a_changed_query_or_address_starts_anew(web: Web) -> None:
    url = web.script("/feed", Reply(rss([item(1, "acme leaks"), item(2, "rival leaks")]), etag='"v1"'))
    first = look(url, query="acme")
    second = look(url, first.cursor, query="rival")
    assert (ids(first.posts), ids(second.posts)) == (["1"], ["2"])
    assert "if-none-match" not in web.asked[1].headers


@pytest.mark.parametrize("cursor", ["", "junk", "[]", '{"asks": 1}', "null", '{"asks":"x","etag":"","modified":"","url":"","ids":7}'])
def test_a_cursor_that_cannot_be_read_starts_anew(web: Web, cursor: str) -> None:
    url = web.script("/feed", Reply(rss([item(1)])))
    assert ids(look(url, cursor).posts) == ["1"]


def test_a_query_is_asked_of_title_and_text(web: Web) -> None:
    body = rss([item(1, "it leaks", title="Acme kettle"), item(2, "my acme leaks"), item(3, "rival leaks")])
    url = web.script("/feed", Reply(body))
    page = look(url, query="acme leaks")
    assert (ids(page.posts), ids(page.besides)) == (["1", "2"], ["3"])


def test_a_query_that_cannot_be_read_says_where() -> None:
    with pytest.raises(Refused, match="character 7"):
        look("http://127.0.0.1:1/", query="acme (")


def test_a_gzipped_feed_is_read(web: Web) -> None:
    assert ids(read(web, rss([item(1)]), is_gzipped=True)) == ["1"]


def test_a_feed_that_moved_for_good_is_asked_at_its_new_address(web: Web) -> None:
    web.script("/new", Reply(rss([item(1)])))
    url = web.script("/old", Reply(status=301, headers={"Location": "/new"}))
    first = look(url)
    look(url, first.cursor)
    assert web.paths() == ["/old", "/new", "/new"]
    assert f"{web.url}/new" in first.detail


def test_a_feed_that_moved_for_now_is_asked_at_its_own_address(web: Web) -> None:
    web.script("/new", Reply(rss([item(1)])))
    url = web.script("/old", Reply(status=302, headers={"Location": "/new"}))
    first = look(url)
    look(url, first.cursor)
    assert web.paths() == ["/old", "/new", "/old", "/new"]


def test_a_new_address_that_has_gone_is_forgotten(web: Web) -> None:
    web.script("/new", Reply(rss([item(1)])), Reply(status=404))
    url = web.script("/old", Reply(status=301, headers={"Location": "/new"}), Reply(rss([item(2), item(1)])))
    first = look(url)
    second = look(url, first.cursor)
    assert ids(second.posts) == ["2"]
    assert json.loads(second.cursor or "")["url"] == ""


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(status=401), Unauthorized),
        (Reply(status=402), BudgetExhausted),
        (Reply(status=403), Refused),
        (Reply(status=404), Refused),
        (Reply(status=410), Refused),
        (Reply(status=500), Unavailable),
        (Reply(status=503), Unavailable),
        (Reply(b"", status=200), Malformed),
        (Reply(b"not a feed at all"), Malformed),
        (Reply(b'{"items": []}', headers={"Content-Type": "application/json"}), Malformed),
        (Reply(rss([item(1)]), declared=10_000), Unavailable),
        (Reply(b"\x00\x01\x02\xff\xfe" * 50), Malformed),
    ],
)
def test_a_look_that_does_not_work_says_what_to_do(web: Web, reply: Reply, error: type[SourceError]) -> None:
    url = web.script("/feed", reply)
    with pytest.raises(error):
        look(url)


@pytest.mark.parametrize(
    ("header", "wait"), [({"Retry-After": "120"}, 120), ({"Retry-After": "Mon, 02 Mar 2026 12:05:00 GMT"}, 300), ({}, None)]
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_source_that_asks_to_wait_is_believed(web: Web, status: int, header: dict[str, str], wait: int | None) -> None:
    url = web.script("/feed", Reply(status=status, headers=header))
    with pytest.raises(RateLimited if status == 429 else Unavailable) as limited:
        look(url)
    error: Any = limited.value
    assert error.retry_at == (NOW + timedelta(seconds=wait) if wait else None)


def test_a_server_that_hangs_is_left(web: Web) -> None:
    release = threading.Event()
    url = web.script("/feed", Reply(rss([item(1)]), waits=release))
    with pytest.raises(Unavailable, match="in time"):
        source(timeout=timedelta(milliseconds=300)).fetch(feed(url), None)
    release.set()


def test_an_address_on_this_machine_must_be_meant(web: Web) -> None:
    url = web.script("/feed", Reply(rss([item(1)])))
    with pytest.raises(Refused, match="allow_loopback = true"):
        look(url, allow_loopback=False)
    assert web.asked == []


@pytest.mark.parametrize("options", [{}, {"url": ""}, {"url": 7}])
def test_a_feed_without_address_says_what_to_write(options: dict[str, Any]) -> None:
    spec = FeedSpec(1, "forum", "rss", "", "", "", options, None, 300)
    with pytest.raises(Refused, match=r'url = "https://forum\.example/feed\.xml"'):
        source().fetch(spec, None)


def test_an_option_of_the_wrong_kind_says_what_was_expected() -> None:
    with pytest.raises(Refused, match="allow_loopback = 'yes'"):
        look("http://127.0.0.1:1/", allow_loopback="yes")


def test_a_web_page_names_the_feed_that_it_links_to(web: Web) -> None:
    page = b'<!doctype html><html><head><link rel="alternate" type="application/rss+xml" href="/real.xml"></head><body>Hi</body></html>'
    url = web.script("/", Reply(page, headers={"Content-Type": "text/html"}))
    with pytest.raises(Malformed, match=f"{web.url}/real.xml"):
        look(url)


def test_older_pages_are_read_back_to_the_last_look(web: Web) -> None:
    older = "<atom:link xmlns:atom='http://www.w3.org/2005/Atom' rel='next' href='/older'/>"
    url = web.script("/feed", Reply(rss([item(1)])), Reply(rss([item(5), item(4)], head=older)))
    web.script("/older", Reply(rss([item(3), item(2), item(1)])))
    first = look(url)
    second = look(url, first.cursor)
    assert (ids(second.posts), second.detail) == (["5", "4", "3", "2"], "")


def test_a_gap_that_cannot_be_closed_is_told(web: Web) -> None:
    url = web.script("/feed", Reply(rss([item(1)])), Reply(rss([item(5), item(4)])))
    second = look(url, look(url).cursor)
    assert (ids(second.posts), second.detail) == (["5", "4"], MISSED)


def test_an_older_page_elsewhere_is_not_fetched(web: Web) -> None:
    other = "<atom:link xmlns:atom='http://www.w3.org/2005/Atom' rel='next' href='http://10.0.0.1/older'/>"
    url = web.script("/feed", Reply(rss([item(1)])), Reply(rss([item(5)], head=other)))
    assert look(url, look(url).cursor).detail == MISSED


def test_a_cursor_stays_small(web: Web) -> None:
    url = web.script("/feed", Reply(rss(item(n) for n in range(3000))))
    assert len(look(url).cursor or "") < 25_000


def test_a_header_that_cannot_be_sent_back_is_left_out(web: Web) -> None:
    url = web.script("/feed", Reply(rss([item(1)]), headers={"ETag": '"caf\xe9"'}))
    first = look(url)
    look(url, first.cursor)
    assert "if-none-match" not in web.asked[1].headers
