"""The way out to the web: what servers do to clients, and where we must not be sent."""

import socket
import threading
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from listener import http
from listener.addresses import Reach, parse, refuse_loopback, resolve, shown
from listener.http import Answer, check_status, get, retry_after
from listener.source import BudgetExhausted, Malformed, RateLimited, Refused, SourceError, Unauthorized, Unavailable
from tests.support.web import Reply, Web

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LONG = timedelta(seconds=20)
SHORT = timedelta(milliseconds=300)


def fetch(url: str, headers: Mapping[str, str] | None = None, *, timeout: timedelta = LONG) -> Answer:
    return get(url, headers or {}, timeout=timeout, allow_loopback=True)


def test_a_body_comes_back_unpacked_with_its_headers(web: Web) -> None:
    url = web.script("/feed", Reply(b"words " * 1000, is_gzipped=True, headers={"X-One": "1"}))
    answer = fetch(url)
    assert (answer.status, answer.body, answer.headers["x-one"]) == (200, b"words " * 1000, "1")
    assert "Careline" in web.asked[0].headers["user-agent"]
    assert web.asked[0].headers["host"] == url.removeprefix("http://").removesuffix("/feed")


def test_a_known_etag_is_answered_with_304(web: Web) -> None:
    url = web.script("/feed", Reply(b"words", etag='"1"'))
    assert fetch(url, {"If-None-Match": '"1"'}).status == 304


@pytest.mark.parametrize(("statuses", "moved"), [((301, 308), True), ((302, 301), False), ((301, 302), True), ((307, 303), False)])
def test_redirects_are_followed_and_permanent_ones_told(web: Web, statuses: tuple[int, int], *, moved: bool) -> None:
    web.script("/b", Reply(status=statuses[1], headers={"Location": "/c"}))
    web.script("/c", Reply(b"found"))
    answer = fetch(web.script("/a", Reply(status=statuses[0], headers={"Location": "/b"})))
    assert (answer.body, answer.url) == (b"found", f"{web.url}/c")
    expected = {(301, 308): f"{web.url}/c", (301, 302): f"{web.url}/b"}.get(statuses)
    assert answer.moved_to == (expected if moved else None)


def test_redirects_in_a_circle_are_refused(web: Web) -> None:
    url = web.script("/a", Reply(status=302, headers={"Location": "/a"}))
    with pytest.raises(Refused, match="redirects"):
        fetch(url)
    assert len(web.asked) == http.MOST_REDIRECTS + 1


@pytest.mark.parametrize(
    "place", ["http://127.0.0.1:1/", "http://localhost:1/", "http://[::1]:1/", "http://0.0.0.0:1/", "http://[::ffff:127.0.0.1]:1/"]
)
def test_this_machine_is_asked_only_when_that_is_meant(place: str) -> None:
    with pytest.raises(Refused, match="allow_loopback"):
        get(place, {}, timeout=LONG)
    with pytest.raises(Refused, match="allow_loopback"):
        refuse_loopback(place, allow_loopback=False)
    refuse_loopback(place, allow_loopback=True)


@pytest.mark.parametrize("place", ["http://10.0.0.1/", "http://192.168.1.1/", "http://100.64.0.1/", "http://[fd00::1]/"])
def test_a_private_network_is_for_addresses_that_a_person_entered(place: str) -> None:
    assert resolve(parse(place), Reach(private=True))
    with pytest.raises(Refused, match="private network"):
        resolve(parse(place), Reach(private=False))


@pytest.mark.parametrize("private", [True, False])
def test_the_cloud_metadata_address_is_never_asked(*, private: bool) -> None:
    with pytest.raises(Refused):
        resolve(parse("http://169.254.169.254/latest"), Reach(private=private))


@pytest.mark.parametrize("place", ["http://10.0.0.1/", "http://169.254.169.254/", "http://[fd00::1]/"])
def test_a_redirect_into_a_private_network_is_not_followed(web: Web, place: str) -> None:
    url = web.script("/feed", Reply(status=302, headers={"Location": place}))
    with pytest.raises(Refused):
        fetch(url)


def test_a_redirect_to_what_is_no_web_address_is_refused(web: Web) -> None:
    url = web.script("/feed", Reply(status=302, headers={"Location": "file:///etc/passwd"}))
    with pytest.raises(Refused, match="not a web address"):
        fetch(url)


@pytest.mark.parametrize(
    "url", ["", "forum", "ftp://forum.example/feed", "file:///etc/passwd", "http://", "http://a b/", "http://x:99999999/"]
)
def test_what_is_no_web_address_is_refused_with_an_example(url: str) -> None:
    with pytest.raises(Refused, match=r"https://forum\.example"):
        get(url, {}, timeout=LONG)


def test_an_unknown_name_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(Unavailable, match=r"forum\.example"):
        get("https://forum.example/feed", {}, timeout=LONG)


def test_a_closed_port_is_unavailable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(Unavailable, match="cannot connect"):
            fetch(f"http://127.0.0.1:{taken.getsockname()[1]}/")


def test_a_server_that_never_answers_is_cut_off(web: Web) -> None:
    release = threading.Event()
    url = web.script("/hangs", Reply(b"late", waits=release))
    with pytest.raises(Unavailable, match="in time"):
        fetch(url, timeout=SHORT)
    release.set()


def test_a_server_that_drips_is_cut_off_by_the_deadline(web: Web) -> None:
    """Each byte comes well within the time-out of a read; only the deadline of the whole call ends it."""
    enough = threading.Event()
    url = web.script("/drips", Reply(b"x" * 100_000, drips=enough))
    with pytest.raises(Unavailable, match="in time"):
        fetch(url, timeout=SHORT)
    enough.set()


def test_a_truncated_body_is_unavailable(web: Web) -> None:
    url = web.script("/cut", Reply(b"half", declared=1000))
    with pytest.raises(Unavailable, match="broke off"):
        fetch(url)


def test_a_body_over_the_limit_is_refused(web: Web) -> None:
    url = web.script("/large", Reply(b"x" * (http.LARGEST + 1)))
    with pytest.raises(Refused, match="10 MB"):
        fetch(url)


def test_a_packed_bomb_is_refused_before_it_unpacks(web: Web) -> None:
    url = web.script("/bomb", Reply(b"\0" * (http.LARGEST * 5), is_gzipped=True))
    with pytest.raises(Refused, match="10 MB"):
        fetch(url)


@pytest.mark.parametrize(
    ("encoding", "body", "error"),
    [("br", b"whatever", Malformed), ("deflate", b"\xff\xff\xff", Malformed), ("gzip", b"\x1f\x8b\x08junk", Malformed)],
)
def test_a_body_that_cannot_be_unpacked_is_malformed(web: Web, encoding: str, body: bytes, error: type[SourceError]) -> None:
    url = web.script("/packed", Reply(body, headers={"Content-Encoding": encoding}))
    with pytest.raises(error):
        fetch(url)


@pytest.mark.parametrize("body", [zlib.compress(b"words"), zlib.compress(b"words")[2:-4]])
def test_both_forms_of_deflate_are_unpacked(web: Web, body: bytes) -> None:
    assert fetch(web.script("/packed", Reply(body, headers={"Content-Encoding": "deflate"}))).body == b"words"


def test_a_packed_body_that_broke_off_is_unavailable(web: Web) -> None:
    body = zlib.compress(b"words " * 1000)[:-10]
    with pytest.raises(Unavailable, match="broke off"):
        fetch(web.script("/packed", Reply(body, headers={"Content-Encoding": "deflate"})))


def test_plain_text_that_claims_to_be_packed_is_taken_as_it_is(web: Web) -> None:
    assert fetch(web.script("/plain", Reply(b"<rss/>", headers={"Content-Encoding": "gzip"}))).body == b"<rss/>"


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, Refused),
        (401, Unauthorized),
        (402, BudgetExhausted),
        (403, Refused),
        (404, Refused),
        (408, Unavailable),
        (410, Refused),
        (425, Unavailable),
        (429, RateLimited),
        (451, Refused),
        (500, Unavailable),
        (503, Unavailable),
        (520, Unavailable),
    ],
)
def test_a_status_becomes_the_error_that_says_what_to_do(status: int, error: type[SourceError]) -> None:
    with pytest.raises(error, match=str(status)):
        check_status(Answer(status, "https://forum.example"), now=NOW)


def error_of(status: int) -> SourceError | None:
    try:
        check_status(Answer(status, "https://forum.example"), now=NOW)
    except SourceError as error:
        return error
    return None


@pytest.mark.parametrize("status", [200, 204, 206, 304])
def test_a_good_status_is_no_error(status: int) -> None:
    assert error_of(status) is None


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("30", timedelta(seconds=30)),
        ("0", None),
        ("1.5", timedelta(seconds=1.5)),
        ("Sun, 01 Mar 2026 12:10:00 GMT", timedelta(minutes=10)),
        ("Sun, 01 Mar 2026 11:00:00 GMT", None),
        ("999999999", timedelta(days=1)),
        ("Sun, 01 Mar 2099 12:10:00 GMT", timedelta(days=1)),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_read_in_both_forms_and_believed_for_a_day(header: str | None, wait: timedelta | None) -> None:
    assert retry_after(header, now=NOW) == (None if wait is None else NOW + wait)


def test_a_429_carries_when_to_come_back() -> None:
    with pytest.raises(RateLimited) as limited:
        check_status(Answer(429, "https://forum.example", {"retry-after": "90"}), now=NOW)
    assert limited.value.retry_at == NOW + timedelta(seconds=90)


def test_an_address_is_shown_without_its_secrets() -> None:
    assert shown("https://user:secret@forum.example/feed?key=secret#part") == "https://forum.example/feed?…"
