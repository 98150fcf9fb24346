"""Pictures in X's direct messages: fetched with the account's own keys, which go nowhere else, and shown to those who work on cases."""

import hmac
from base64 import b64encode
from datetime import timedelta
from urllib.parse import quote, unquote

import pytest
from sqlalchemy import select

from desk.errors import NotFound
from desk.feeds.feeds import AccountPlan, BrandPlan, FeedDraft, WorkspacePlan
from desk.intake import media
from desk.post import PostMedia
from listener.media import MediaFetcher, key_for
from listener.registry import Registry
from listener.settings import CredentialSettings, ListenerSettings
from listener.source import MediaPlaces, Unauthorized
from listener.sources.x.source import XSource
from storage.database import Database
from storage.models import Media
from storage.words import MediaKind, MediaState, Role
from tests.support import drawn, listening
from tests.support.desk import person
from tests.support.listening import NOON, poll, post
from tests.support.platforms import X_ACCOUNT, feed
from tests.support.web import Reply, Web, serving

IMAGE = {"Content-Type": "image/jpeg"}
PATH = "/1.1/ton/data/dm/1034828552951160836/1034828533812486145/oP5p359h.jpg"
STORES = frozenset({"ton.twitter.com", "ton.x.com"})


class Fetched:
    """A workspace whose feed reads direct messages, and the fetcher. The loopback server stands for X's store."""

    def __init__(self, database: Database, web: Web) -> None:
        self.database, self.web = database, web

    def see(self, *urls: str, kind: str = "direct", secrets: dict[str, str] | None = None) -> list[Media]:
        credential = CredentialSettings("main", "x", secrets or X_ACCOUNT, self.web.url, allow_loopback=True)
        settings = ListenerSettings({"main": credential}, timeout=timedelta(seconds=5))
        with self.database.write() as session:
            listening.listening(session, plan(kind))
            shown = tuple(PostMedia(MediaKind.PICTURE, url) for url in urls)
            poll(session, post("1", media=shown, is_private=kind == "direct"), now=NOON)
        fetcher = MediaFetcher(self.database, settings, Registry(settings), owner="w")
        while fetcher.media_due():
            fetcher.drain()
        fetcher.close()
        with self.database.read() as session:
            return list(session.scalars(select(Media).order_by(Media.position)))

    def keys(self) -> list[str | None]:
        return [asked.headers.get("authorization") for asked in self.web.asked]


def plan(kind: str) -> WorkspacePlan:
    return WorkspacePlan(
        brands=(BrandPlan("Acme"),),
        credentials=(("main", "x"),),
        accounts=(AccountPlan("Acme Care", "Acme", "x", "", "AcmeCare", "main", ""),),
        feeds=(FeedDraft("acme", "x", kind, "" if kind == "direct" else "acme", "Acme", "main"),),
    )


@pytest.fixture
def fetched(database: Database, web: Web) -> Fetched:
    return Fetched(database, web)


def told_in(header: str) -> dict[str, str]:
    """What an OAuth 1.0a header says (RFC 5849, 3.5.1)."""
    pairs = (part.strip().partition("=") for part in header.removeprefix("OAuth ").split(","))
    return {name: unquote(value.strip('"')) for name, _, value in pairs}


def test_a_picture_is_fetched_as_the_account_and_written_anew(fetched: Fetched) -> None:
    came = drawn.png(2000, 1000, text="where I live")
    url = fetched.web.script(PATH, Reply(came, headers=IMAGE))
    (kept,) = fetched.see(url)
    assert (kept.state, kept.width, kept.height) == (MediaState.READY, 1280, 640)
    assert kept.body
    assert b"where I live" not in kept.body
    (key,) = fetched.keys()
    told = told_in(key or "")
    assert (told["oauth_consumer_key"], told["oauth_token"]) == ("key", "7001-account")
    assert told.pop("oauth_signature") == signed("GET", url, told)
    assert not {X_ACCOUNT["consumer_secret"], X_ACCOUNT["access_token_secret"]} & set(told.values())


def signed(method: str, url: str, told: dict[str, str]) -> str:
    """HMAC-SHA1 over the request (RFC 5849, 3.4)."""
    pairs = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in sorted(told.items()))
    text = "&".join(quote(part, safe="") for part in (method, url, pairs))
    key = f"{X_ACCOUNT['consumer_secret']}&{X_ACCOUNT['access_token_secret']}"
    return b64encode(hmac.new(key.encode(), text.encode(), "sha1").digest()).decode()


def test_only_who_works_on_cases_is_shown_it(fetched: Fetched) -> None:
    (kept,) = fetched.see(fetched.web.script(PATH, Reply(drawn.png(), headers=IMAGE)))
    with fetched.database.write() as session:
        assert media.shown(session, kept.id, by=person(session, "Ana"))[0].body == kept.body
        for role in (Role.MARKETER, Role.OPS, Role.READER):
            with pytest.raises(NotFound):
                media.shown(session, kept.id, by=person(session, role.value, role))


def test_a_redirect_carries_no_key_not_even_to_the_same_store(fetched: Fetched) -> None:
    fetched.web.script("/elsewhere.jpg", Reply(drawn.png(), headers=IMAGE))
    (kept,) = fetched.see(fetched.web.script(PATH, Reply(status=302, headers={"Location": "/elsewhere.jpg"})))
    first, second = fetched.keys()
    assert (bool(first), second, kept.state) == (True, None, MediaState.READY)


def test_a_redirect_to_another_server_is_not_followed_at_all(fetched: Fetched) -> None:
    with serving() as other:
        there = other.script("/a.jpg", Reply(drawn.png(), headers=IMAGE))
        (kept,) = fetched.see(fetched.web.script(PATH, Reply(status=302, headers={"Location": there})))
        assert other.asked == []
    assert (kept.state, kept.body) == (MediaState.REFUSED, None)


def test_no_other_server_is_asked_whatever_the_message_says(fetched: Fetched) -> None:
    with serving() as other:
        there = other.script(PATH, Reply(drawn.png(), headers=IMAGE))
        port = there.split(":")[2].partition("/")[0]
        kept = fetched.see(there, f"http://ton.twitter.com@127.0.0.1:{port}{PATH}", f"http://ton.twitter.com.evil.example{PATH}")
        assert other.asked == []
    assert {row.state for row in kept} == {MediaState.REFUSED}


def test_the_pictures_of_public_posts_are_fetched_without_akey_for(fetched: Fetched) -> None:
    (kept,) = fetched.see(fetched.web.script("/media/a.jpg", Reply(drawn.png(), headers=IMAGE)), kind="search")
    assert (fetched.keys(), kept.state) == ([None], MediaState.READY)


def test_without_the_accounts_own_keys_nothing_is_asked_and_it_is_told_what_to_set(fetched: Fetched) -> None:
    (kept,) = fetched.see(fetched.web.script(PATH, Reply(drawn.png(), headers=IMAGE)), secrets={"user_token": "t"})
    assert (fetched.web.asked, kept.state) == ([], MediaState.REFUSED)
    assert "account's own keys" in kept.error
    assert "t" not in kept.error.split()


def test_a_store_that_does_not_know_the_key_is_not_asked_again(fetched: Fetched) -> None:
    (kept,) = fetched.see(fetched.web.script(PATH, Reply(status=401)))
    assert (kept.state, len(fetched.web.asked)) == (MediaState.REFUSED, 1)


def test_the_stores_are_named_for_direct_messages_alone() -> None:
    plain = XSource(ListenerSettings({"main": CredentialSettings("main", "x", X_ACCOUNT)}))
    assert not plain.media_places(feed("x", "mentions")).hosts & STORES
    assert plain.media_places(feed("x", "mentions")).key is None
    places = plain.media_places(feed("x", "direct"))
    assert (places.keyed, places.loopback) == (STORES, False)
    assert places.hosts == STORES | {"pbs.twimg.com", "video.twimg.com"}
    assert "secret" not in repr(places)


@pytest.mark.parametrize(
    ("url", "has_key"),
    [
        (f"https://ton.twitter.com{PATH}", True),
        (f"https://TON.x.com{PATH}", True),
        (f"http://ton.twitter.com{PATH}", False),
        (f"https://ton.twitter.com:8443{PATH}", False),
        (f"https://pbs.twimg.com{PATH}", False),
        (f"https://evil.example{PATH}", False),
        (f"https://ton.twitter.com@evil.example{PATH}", False),
    ],
)
def test_a_key_is_made_for_the_named_stores_over_a_safe_line_only(url: str, has_key: bool) -> None:
    settings = ListenerSettings({"main": CredentialSettings("main", "x", X_ACCOUNT)})
    assert bool(key_for(url, XSource(settings).media_places(feed("x", "direct")))) is has_key


def test_a_place_that_is_keyed_but_not_a_host_of_the_feed_gets_none() -> None:
    def key(_url: str) -> dict[str, str]:
        raise Unauthorized("no key may be made here")

    assert (
        key_for("https://evil.example/a.jpg", MediaPlaces(frozenset({"pbs.twimg.com"}), keyed=frozenset({"evil.example"}), key=key)) == {}
    )
