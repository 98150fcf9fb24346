"""Nothing leaves for another host, and every call ends."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest
import requests

from listener.settings import CredentialSettings
from listener.source import Refused
from listener.sources.shared import wire
from tests.support.replay import CUT, DROP, HANG, TRICKLE, Platform, Reply, as_json

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def opened(base: str | None, timeout: float = 5.0) -> requests.Session:
    return wire.mount(requests.Session(), wire.HostAdapter(base, timeout), base)


def test_a_request_to_the_built_in_host_goes_to_the_base_url_with_its_path_and_query() -> None:
    with Platform() as platform:
        platform.always("/front/2/tweets", as_json({"data": []}))
        answer = opened(f"{platform.url}/front").get("https://api.twitter.com/2/tweets", params={"ids": "1,2"})
    assert answer.json() == {"data": []}
    assert (platform.seen[0].path, platform.seen[0].query) == ("/front/2/tweets", {"ids": "1,2"})


def test_a_redirect_is_not_followed_so_that_a_token_stays_with_the_host_it_is_for() -> None:
    with Platform() as platform:
        platform.always("/a", Reply(302, headers={"location": f"{platform.url}/b"}))
        platform.always("/b", as_json({}))
        assert opened(platform.url).get("https://api.twitter.com/a").status_code == 302
        assert not platform.asked("/b")


@pytest.mark.parametrize("fault", [HANG, TRICKLE], ids=["hang", "trickle"])
def test_an_answer_that_does_not_come_or_does_not_end_is_a_timeout(fault: Reply) -> None:
    with Platform() as platform:
        platform.always("/slow", fault)
        with pytest.raises(requests.Timeout) as caught:
            opened(platform.url, timeout=0.3).get("https://api.twitter.com/slow")
    assert not wire.is_unsent(caught.value)


@pytest.mark.parametrize("fault", [CUT, DROP], ids=["cut", "drop"])
def test_a_broken_answer_is_an_error_and_counts_as_sent(fault: Reply) -> None:
    with Platform() as platform:
        platform.always("/broken", fault)
        with pytest.raises(requests.RequestException) as caught:
            opened(platform.url).get("https://api.twitter.com/broken")
    assert not wire.is_unsent(caught.value)


def test_a_refused_connection_was_surely_not_sent() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(requests.ConnectionError) as caught:
            opened(f"http://127.0.0.1:{taken.getsockname()[1]}").get("https://api.twitter.com/2/tweets")
    assert wire.is_unsent(caught.value)
    assert "127.0.0.1" not in wire.describe(caught.value)


def test_a_body_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "LARGEST_BODY", 100_000)
    with Platform() as platform:
        platform.always("/large", Reply(body=b"x" * 200_000))
        with pytest.raises(requests.RequestException, match="longer than 100000"):
            opened(platform.url).get("https://api.twitter.com/large")


@pytest.mark.parametrize(
    ("base_url", "allow_loopback", "said"),
    [
        ("http://127.0.0.1:8080", False, "allow_loopback"),
        ("http://localhost:8080", False, "allow_loopback"),
        ("http://8.8.8.8", True, "https"),
        ("ftp://127.0.0.1/", True, "web address"),
        ("api.x.com", True, "web address"),
    ],
)
def test_a_base_url_that_would_leak_secrets_is_refused(base_url: str, *, allow_loopback: bool, said: str) -> None:
    with pytest.raises(Refused, match=said):
        wire.base_url(CredentialSettings("main", "x", base_url=base_url, allow_loopback=allow_loopback))


def test_a_base_url_on_this_machine_is_taken_when_it_is_allowed_and_none_is_none() -> None:
    assert wire.base_url(CredentialSettings("main", "x", base_url="http://127.0.0.1:1/ ", allow_loopback=True)) == "http://127.0.0.1:1"
    assert wire.base_url(CredentialSettings("main", "x")) is None


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("4", timedelta(seconds=4)),
        ("Fri, 20 Nov 2026 12:05:00 GMT", timedelta(minutes=5)),
        ("99999999", timedelta(days=1)),
        ("Fri, 20 Nov 2020 12:05:00 GMT", None),
        ("0", None),
        ("soon", None),
        ("", None),
        ("-3", None),
    ],
)
def test_retry_after_is_believed_for_a_day_at_most(value: str, wait: timedelta | None) -> None:
    assert wire.retry_after({"retry-after": value}, NOW) == (None if wait is None else NOW + wait)


@contextmanager
def one_answer_each() -> Iterator[tuple[str, list[bytes]]]:
    """A server that promises to keep its connections, and breaks each off when a second request comes on it. With the requests that it saw."""
    seen: list[bytes] = []
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"

    def serve(opened: socket.socket) -> None:
        with opened:
            for number in range(2):
                request = opened.recv(65_536)
                if not request:
                    return
                seen.append(request.split(b" ", 1)[0])
                if number == 0:
                    opened.sendall(answer)

    def accept() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=serve, args=(listening.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", seen
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_what_only_asks_is_asked_again_when_a_kept_connection_breaks_off() -> None:
    with one_answer_each() as (url, seen):
        session = opened(url)
        assert [session.get(f"{url}/a").status_code for _ in range(3)] == [200, 200, 200]
    assert seen == [b"GET"] * 5


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_what_writes_goes_by_a_connection_of_its_own_and_once(method: str) -> None:
    with one_answer_each() as (url, seen):
        session = opened(url)
        assert session.get(f"{url}/a").status_code == 200
        assert session.request(method, f"{url}/a").status_code == 200
    assert seen == [b"GET", method.encode()]


def test_a_write_that_breaks_off_is_never_repeated() -> None:
    with Platform() as platform:
        platform.then("/a", as_json({}))
        platform.then("/a", DROP, as_json({}), method="POST")
        session = opened(platform.url)
        session.get(f"{platform.url}/a")
        with pytest.raises(requests.ConnectionError):
            session.post(f"{platform.url}/a")
        assert [seen.method for seen in platform.seen] == ["GET", "POST"]


def test_a_question_that_breaks_off_twice_is_an_error() -> None:
    with Platform() as platform:
        platform.then("/a", as_json({}), DROP, DROP, as_json({}))
        session = opened(platform.url)
        session.get(f"{platform.url}/a")
        with pytest.raises(requests.ConnectionError):
            session.get(f"{platform.url}/a")
        assert len(platform.seen) == 3


def test_a_fresh_connection_that_breaks_off_is_not_tried_again() -> None:
    with Platform() as platform:
        platform.then("/a", DROP, as_json({}))
        with pytest.raises(requests.ConnectionError):
            opened(platform.url).get(f"{platform.url}/a")
        assert len(platform.seen) == 1
