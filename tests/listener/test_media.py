"""Fetching pictures from a real server: what comes is written anew, and nothing hostile is ever kept."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from desk.feeds.feeds import AccountPlan, BrandPlan, FeedDraft, WorkspacePlan
from desk.post import PostMedia
from listener import media as fetching
from listener.http import Within, get
from listener.media import MediaFetcher
from listener.registry import Registry
from listener.settings import CredentialSettings, ListenerSettings
from listener.source import MediaPlaces, Refused
from listener.sources.reddit.source import RedditSource
from listener.sources.rss.source import RssSource
from listener.sources.x.source import XSource
from storage.database import Database
from storage.models import Media
from storage.words import MediaKind, MediaState
from tests.support import drawn, listening
from tests.support.listening import NOON, poll, post
from tests.support.platforms import feed
from tests.support.web import Reply, Web, serving

PLAN = WorkspacePlan(
    brands=(BrandPlan("Acme"),),
    credentials=(("main", "x"),),
    accounts=(AccountPlan("Acme Care", "Acme", "x", "", "AcmeCare", "main", ""),),
    feeds=(FeedDraft("acme", "x", "search", "acme", "Acme", "main"),),
)
IMAGE = {"Content-Type": "image/png"}


class Fetched:
    """A workspace with one post that shows pictures of a server, and the fetcher."""

    def __init__(self, database: Database, web: Web, *, timeout: float = 5) -> None:
        self.database, self.web = database, web
        credential = CredentialSettings("main", "x", {"bearer_token": "t"}, web.url, allow_loopback=True)
        settings = ListenerSettings({"main": credential}, timeout=timedelta(seconds=timeout))
        self.fetcher = MediaFetcher(database, settings, Registry(settings), owner="w")

    def see(self, *urls: str) -> list[Media]:
        with self.database.write() as session:
            listening.listening(session, PLAN)
            poll(session, post("1", media=tuple(PostMedia(MediaKind.PICTURE, url) for url in urls)), now=NOON)
        while self.fetcher.media_due():
            self.fetcher.drain()
        with self.database.read() as session:
            return list(session.scalars(select(Media).order_by(Media.position)))


@pytest.fixture
def fetched(database: Database, web: Web) -> Iterator[Fetched]:
    opened = Fetched(database, web, timeout=1)
    yield opened
    opened.fetcher.close()


def test_pictures_are_fetched_written_anew_and_kept(fetched: Fetched) -> None:
    came = drawn.png(2000, 1000, text="where I live")
    kept = fetched.see(*(fetched.web.script(f"/media/{n}.png", Reply(came, headers=IMAGE)) for n in range(7)))
    assert {row.state for row in kept} == {MediaState.READY}
    assert {(row.media_type, row.width, row.height) for row in kept} == {("image/jpeg", 1280, 640)}
    assert all(row.body and b"where I live" not in row.body and row.body != came for row in kept)
    assert {row.lease_owner for row in kept} == {None}


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (Reply(drawn.SVG, headers={"Content-Type": "image/svg+xml"}), "none of"),
        (Reply(drawn.SVG, headers=IMAGE), "none of"),
        (Reply(drawn.PAGE, headers=IMAGE), "none of"),
        (Reply(drawn.png(), headers={"Content-Type": "text/html"}), "text/html, no picture"),
        (Reply(drawn.bomb(), headers=IMAGE), "pixels"),
        (Reply(drawn.png()[:70], headers=IMAGE), "broken"),
        (Reply(b"x" * (fetching.LARGEST + 1), headers=IMAGE), "larger than 8 MB"),
        (Reply(b"\0" * 20_000_000, headers=IMAGE, is_gzipped=True), "larger than 8 MB"),
        (Reply(status=404), "nothing at this address"),
        (Reply(status=302, headers={"Location": "http://169.254.169.254/latest/meta-data"}), "none of the hosts"),
        (Reply(status=302, headers={"Location": "https://elsewhere.example/a.png"}), "none of the hosts"),
        (Reply(status=302, headers={"Location": "file:///etc/passwd"}), "no web address|not a web address"),
    ],
)
def test_a_hostile_answer_is_refused_and_nothing_of_it_is_kept(reply: Reply, why: str, fetched: Fetched) -> None:
    (kept,) = fetched.see(fetched.web.script("/media/a.png", reply))
    assert kept.state is MediaState.REFUSED
    assert kept.body is None
    assert any(words in kept.error for words in why.split("|"))


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data/a.png",
        "https://evil.example/pbs.twimg.com/a.png",
        "https://pbs.twimg.com@evil.example/a.png",
        "https://pbs.twimg.com.evil.example/a.png",
        "https://pbs.twimg.com:8443/a.png",
        "http://[::1]/a.png",
        "http://localhost/a.png",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
    ],
)
def test_no_other_place_than_the_sources_own_hosts_is_ever_asked(url: str, fetched: Fetched) -> None:
    (kept,) = fetched.see(url)
    assert kept.state is MediaState.REFUSED
    assert fetched.web.asked == []


def test_a_redirect_to_another_server_on_the_same_machine_is_not_followed(fetched: Fetched) -> None:
    with serving() as other:
        there = other.script("/a.png", Reply(drawn.png(), headers=IMAGE))
        (kept,) = fetched.see(fetched.web.script("/media/a.png", Reply(status=302, headers={"Location": there})))
        assert other.asked == []
    assert kept.state is MediaState.REFUSED


def test_a_redirect_within_the_allowed_host_is_followed(fetched: Fetched) -> None:
    fetched.web.script("/media/b.png", Reply(drawn.png(), headers=IMAGE))
    (kept,) = fetched.see(fetched.web.script("/media/a.png", Reply(status=302, headers={"Location": "/media/b.png"})))
    assert kept.state is MediaState.READY


def test_a_body_that_never_ends_is_cut_off_and_tried_again_later(fetched: Fetched) -> None:
    stop = threading.Event()
    try:
        drip = Reply(drawn.png() + b"\0" * 100_000, headers=IMAGE, drips=stop)
        (kept,) = fetched.see(fetched.web.script("/media/a.png", drip))
    finally:
        stop.set()
    assert (kept.state, kept.body) == (MediaState.WAITING, None)
    assert "in time" in kept.error
    assert kept.next_at is not None


def test_one_that_hangs_holds_up_no_other(fetched: Fetched) -> None:
    hangs = threading.Event()
    try:
        slow = fetched.web.script("/media/slow.png", Reply(drawn.png(), headers=IMAGE, waits=hangs))
        quick = fetched.web.script("/media/quick.png", Reply(drawn.png(), headers=IMAGE))
        first, second = fetched.see(slow, quick)
    finally:
        hangs.set()
    assert (first.state, second.state) == (MediaState.WAITING, MediaState.READY)


def test_a_server_that_is_broken_just_now_is_asked_again(fetched: Fetched) -> None:
    (kept,) = fetched.see(fetched.web.script("/media/a.png", Reply(status=503)))
    assert (kept.state, kept.attempt) == (MediaState.WAITING, 1)
    assert "broken" in kept.error


def test_each_source_names_its_own_hosts_and_loopback_only_where_it_is_set() -> None:
    plain = ListenerSettings({"main": CredentialSettings("main", "x")})
    assert XSource(plain).media_places(feed("x", "search")) == MediaPlaces(frozenset({"pbs.twimg.com", "video.twimg.com"}))
    assert "i.redd.it" in RedditSource(plain).media_places(feed("reddit", "search")).hosts
    forum = RssSource(plain).media_places(feed("rss", "", url="https://Forum.example:8443/feed.xml"))
    assert forum == MediaPlaces(frozenset({"forum.example:8443"}), private=True)


def test_the_client_keeps_within_its_bounds(web: Web) -> None:
    place = web.url.removeprefix("http://")
    big = web.script("/big", Reply(b"x" * 2_000))
    told: dict[str, Any] = {"timeout": timedelta(seconds=5), "allow_loopback": True}
    with pytest.raises(Refused, match="larger"):
        get(big, {}, within=Within(frozenset({place}), largest=1_000), **told)
    with pytest.raises(Refused, match="none of the hosts"):
        get(big, {}, within=Within(frozenset({"pbs.twimg.com"})), **told)
    assert len(get(big, {}, within=Within(frozenset({place})), **told).body) == 2_000
