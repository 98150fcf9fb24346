"""Calls to a JSON API without a vendor client: where a key may go, what a refusal says, and what may have been carried out."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desk.post import FeedSpec
from listener.http import Answer, Unreached
from listener.settings import CredentialSettings, ListenerSettings
from listener.source import (
    BudgetExhausted,
    Malformed,
    OutcomeUnknown,
    RateLimited,
    Refused,
    Rejected,
    SourceError,
    Unauthorized,
    Unavailable,
)
from listener.sources.shared.api import Api, Door, Gone, address_of, door, instant_of, place_of, problem, words
from tests.support.replay import CUT, DROP, EMPTY, HANG, Platform, Reply, as_json, html

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def api(platform: Platform, **headers: str) -> Api:
    return Api("Example", Door(platform.url, timedelta(seconds=0.4), allow_loopback=True), headers, clock=lambda: NOW)


def test_what_is_written_goes_out_once_as_json(platform: Platform) -> None:
    platform.always("/things", as_json({"id": 7}, 201), method="POST")
    assert api(platform, Key="secret").write("POST", "/things", {"text": "größer"}) == {"id": 7}
    (seen,) = platform.seen
    assert (seen.body, seen.headers["content-type"], seen.headers["key"]) == (
        b'{"text": "gr\\u00f6\\u00dfer"}',
        "application/json",
        "secret",
    )


@pytest.mark.parametrize("method", ["PUT", "DELETE", "POST"])
def test_an_empty_answer_to_a_change_is_fine(platform: Platform, method: str) -> None:
    platform.always("/things", Reply(204), method=method)
    assert api(platform).write(method, "/things") is None


@pytest.mark.parametrize("fault", [HANG, DROP, CUT, as_json({}, 500), html(503), html()], ids=str)
def test_what_may_have_been_carried_out_is_unknown(platform: Platform, fault: Reply) -> None:
    platform.always("/things", fault, method="POST")
    with pytest.raises(OutcomeUnknown):
        api(platform).write("POST", "/things", {})
    assert len(platform.seen) == 1


def test_where_nobody_listens_nothing_was_carried_out() -> None:
    with Platform() as closed:
        left = api(closed)
    with pytest.raises(Unreached, match="cannot connect"):
        left.write("POST", "/things", {})
    with pytest.raises(Unreached):
        left.get("/things")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (as_json({"message": "no"}, 400), Rejected),
        (as_json({"message": "no"}, 404), Rejected),
        (Reply(301, headers={"location": "https://elsewhere.example"}), Rejected),
        (as_json({}, 401), Unauthorized),
        (as_json({}, 402), BudgetExhausted),
        (as_json({}, 429), RateLimited),
    ],
)
def test_a_no_to_a_change_is_told_by_what_to_do(platform: Platform, answer: Reply, error: type[SourceError]) -> None:
    platform.always("/things", answer, method="POST")
    with pytest.raises(error):
        api(platform).write("POST", "/things", {})


def test_a_secret_that_no_header_can_hold_is_told_before_it_leaves(platform: Platform) -> None:
    for secret in ("käy", "key\r\nX-Other: 1"):
        with pytest.raises(Unauthorized, match="environment variable") as caught:
            api(platform, Key=secret).get("/things")
        assert secret not in str(caught.value)
    assert platform.seen == []


@pytest.mark.parametrize("answer", [html(), EMPTY, Reply(body=b"[" * 100_000)], ids=["HTML", "empty", "deep"])
def test_an_answer_that_is_no_json_is_kept(platform: Platform, answer: Reply) -> None:
    platform.always("/things", answer)
    with pytest.raises(Malformed) as caught:
        api(platform).get("/things")
    assert len(caught.value.raw) <= 10_000


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"errors": ["too short", "too short"], "error_type": "x"}', "too short"),
        (b'{"code": "c", "message": "<b>No</b> comments"}', "No comments"),
        (b'{"errors": [{"title": "Forbidden", "detail": "no role"}]}', "Forbidden; no role"),
        (b'{"error": {"code": 403, "message": "no access", "errors": [{"message": "no access"}]}}', "no access"),
        (b"<html><body><h1>Bad gateway</h1></body></html>", "Bad gateway"),
        (b"{}", "status 418"),
        (b"", "status 418"),
        (b'{"errors": ' + b"[" * 50 + b'"deep"' + b"]" * 50 + b"}", "status 418"),
    ],
)
def test_what_a_platform_says_of_a_refusal_is_found(body: bytes, said: str) -> None:
    assert words(Answer(418, "", {}, body)) == said


def test_only_the_interface_itself_can_say_that_something_is_gone() -> None:
    assert type(problem("Example", Answer(404, "", {}, b'{"errors": []}'), NOW)) is Gone
    assert type(problem("Example", Answer(404, "", {}, b"<html>Not found</html>"), NOW)) is Refused
    assert type(problem("Example", Answer(404, "", {}, b"[]"), NOW)) is Refused


@pytest.mark.parametrize(("value", "wait"), [("30", 30), ("-5", None), ("soon", None), ("999999", 86_400)])
def test_a_limit_is_believed_for_a_day_at_most(value: str, wait: int | None) -> None:
    found: Any = problem("Example", Answer(429, "", {"retry-after": value}), NOW)
    assert found.retry_at == (NOW + timedelta(seconds=wait) if wait else None)


@pytest.mark.parametrize(
    ("address", "is_here"),
    [
        ("https://api.example/v1?cursor=2", True),
        ("http://api.example/v1", False),
        ("https://api.example.evil/v1", False),
        ("https://api.example:8443/v1", False),
        ("//api.example/v1", False),
        ("https://[", False),
    ],
)
def test_an_address_of_an_answer_counts_only_on_the_same_server(address: str, is_here: bool) -> None:
    assert Api("Example", Door("https://api.example", timedelta(seconds=1))).is_here(address) is is_here


def test_a_credential_goes_before_an_address_and_an_address_before_the_usual_one() -> None:
    named = ListenerSettings({"main": CredentialSettings("main", "forum", base_url="https://192.0.2.1/")})
    bare = ListenerSettings({"main": CredentialSettings("main", "forum")})
    url = {"url": "https://b.example/forum/"}
    assert door(named, "forum", "main", url).base == "https://192.0.2.1"
    assert door(named, "forum", None, url).base == "https://b.example/forum"
    assert door(bare, "forum", "main", {}, usual="https://c.example").base == "https://c.example"
    with pytest.raises(Refused, match="base_url"):
        door(bare, "forum", "main", url)
    with pytest.raises(Refused, match="needs its address"):
        door(named, "forum", None, {})
    with pytest.raises(Unauthorized, match="is for forum"):
        door(named, "blog", "main", {})


def test_a_site_is_named_by_the_feed_by_its_address_or_by_its_credential() -> None:
    settings = ListenerSettings({"main": CredentialSettings("main", "forum", base_url="https://A.example/")})

    def spec(site: str, **options: str) -> FeedSpec:
        return FeedSpec(1, "f", "forum", site, "", "", options, "main", 300)

    assert place_of(settings, spec("", url="https://b.example/forum/")) == ("https://b.example/forum", "b.example/forum")
    assert place_of(settings, spec("")) == ("https://A.example", "a.example")
    assert place_of(settings, spec("ours"))[1] == "ours"


@pytest.mark.parametrize("url", [None, "", "  ", 7])
def test_no_address_is_empty(url: object) -> None:
    assert address_of({"url": url}) == ""


@pytest.mark.parametrize("given", [None, 7, "", "soon", "0001-01-01T00:00:00+14:00"])
def test_what_is_no_instant_is_none(given: object) -> None:
    assert instant_of(given) is None


def test_nothing_that_fails_is_swallowed(platform: Platform) -> None:
    platform.always("/token", as_json({}, 503), method="POST")
    with pytest.raises(Unavailable):
        api(platform).post_form("/token", {"a": "b"})
