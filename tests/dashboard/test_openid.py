"""Signing in by OpenID Connect: through a real provider's own login form, and against answers that nobody should believe."""

import json
import os
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from dashboard import workspace as opened
from dashboard.identity import session_in_cookie
from dashboard.openid import groups_in, local_path
from dashboard.routes import board_app
from dashboard.settings import BoardSettings, SignInSettings
from dashboard.workspace import Workspace
from desk.people import leaving, people
from storage.database import Database
from storage.models import Person
from storage.words import Role
from tests.dashboard.conftest import SECRET
from tests.support import openid_provider, web
from tests.support.openid_provider import CLIENT_ID, CLIENT_SECRET, Provider

BOARD = "http://localhost:8765"
ROLES = {"care-agents": frozenset({Role.AGENT}), "care-leads": frozenset({Role.LEAD})}
CALLBACK = f"{BOARD}/board/sign-in/callback"


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    folder = openid_provider.packages()
    if folder is None and os.environ.get("CARELINE_REQUIRE_OPENID"):
        pytest.fail("no OpenID provider could be installed: node and npm are needed")
    if folder is None:
        pytest.skip("node and npm are missing")
    with openid_provider.running(folder, tmp_path_factory.mktemp("openid") / "accounts.json", BOARD) as running:
        yield running


def settings(issuer: str, **changed: Any) -> SignInSettings:
    told = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "public_url": BOARD, "roles": ROLES, "allow_loopback": True}
    return SignInSettings(issuer=issuer, **{**told, **changed})


def opened_board(database: Database, home: Path, sign_in: SignInSettings) -> Workspace:
    given = BoardSettings(database_url=database.url, home=home, cookie_secret=SECRET, port=8765, sign_in=sign_in)
    return opened.show(given, database, SECRET)


@pytest.fixture
def board(provider: Provider, sqlite_database: Database, tmp_path: Path) -> Iterator[Workspace]:
    yield opened_board(sqlite_database, tmp_path, settings(provider.issuer))
    opened.close()


def browser_of(workspace: Workspace) -> TestClient:
    app = Starlette(routes=[Mount("/board", board_app(workspace))])
    return TestClient(app, base_url=workspace.settings.sign_in.public_url if workspace.settings.sign_in else BOARD, follow_redirects=False)


def begin(browser: TestClient, path: str = "/") -> str:
    answer = browser.get("/board/sign-in/start", params={"return": path})
    assert answer.is_redirect
    return str(answer.headers["location"])


def sign_in(browser: TestClient, login: str, path: str = "/") -> httpx.Response:
    """Through the provider's login form and back to the board."""
    with httpx.Client() as outside:
        back = openid_provider.log_in(outside, begin(browser, path), login, until=CALLBACK)
    return browser.get(back)


def told(browser: TestClient) -> str:
    """What the welcome page is told of the last attempt."""
    return str(session_in_cookie(dict(browser.cookies), name="careline_8765", secret=SECRET).get("told", ""))


def somebody(workspace: Workspace) -> dict[str, frozenset[Role]]:
    with workspace.database.read() as session:
        return {person.name: people.roles_of(person) for person in people.everyone(session)}


def test_a_person_with_a_mapped_group_comes_in_and_lands_where_they_wanted(board: Workspace, provider: Provider) -> None:
    provider.knows(mina={"name": "Mina Kaur", "groups": ["care-agents", "staff"], "email": "m@example.com", "email_verified": True})
    browser = browser_of(board)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(begin(browser)).query).items()}
    assert asked.keys() >= {"state", "nonce", "code_challenge"}
    assert (asked["code_challenge_method"], asked["response_type"], asked["redirect_uri"]) == ("S256", "code", CALLBACK)
    answer = sign_in(browser, "mina", "/?view=mine&case=7")
    assert (answer.status_code, answer.headers["location"]) == (303, "/?view=mine&case=7")
    assert browser.get("/board/queue").status_code == 200
    assert somebody(board) == {"Mina Kaur": frozenset({Role.AGENT})}
    with board.database.read() as session:
        (mina,) = people.everyone(session)
        assert (mina.subject, mina.initials, mina.email) == (f"{provider.issuer}|mina", "MK", "m@example.com")


def test_changed_groups_count_from_the_next_sign_in(board: Workspace, provider: Provider) -> None:
    provider.knows(mina={"name": "Mina Kaur", "groups": ["care-agents"]})
    browser = browser_of(board)
    sign_in(browser, "mina")
    provider.knows(mina={"name": "Mina Kaur", "groups": ["care-leads"]})
    sign_in(browser, "mina")
    assert somebody(board) == {"Mina Kaur": frozenset({Role.LEAD})}
    provider.knows(mina={"name": "Mina Kaur", "groups": []})
    sign_in(browser, "mina")
    assert told(browser) == "stranger"
    assert browser.get("/board/queue").status_code == 401


def test_a_stranger_is_told_to_ask_and_is_not_stored(board: Workspace, provider: Provider) -> None:
    provider.knows(eve={"name": "Eve Stone", "groups": ["staff"], "email": "ana@example.com", "email_verified": False})
    with board.database.write() as session:
        people.add(session, name="Ana Moss", initials="AM", roles=[Role.AGENT], email="ana@example.com", by=None, now=board.now())
    browser = browser_of(board)
    assert sign_in(browser, "eve").headers["location"] == "/"
    assert told(browser) == "stranger"
    assert browser.get("/board/queue").status_code == 401
    assert somebody(board) == {"Ana Moss": frozenset({Role.AGENT})}


def test_who_was_added_with_their_address_keeps_the_roles_given_there(board: Workspace, provider: Provider) -> None:
    provider.knows(ana={"name": "Ana M.", "email": "ana@example.com", "email_verified": True})
    with board.database.write() as session:
        people.add(session, name="Ana Moss", initials="AM", roles=[Role.MARKETER], email="ana@example.com", by=None, now=board.now())
    browser = browser_of(board)
    sign_in(browser, "ana")
    assert browser.get("/board/queue").status_code == 200
    assert somebody(board) == {"Ana Moss": frozenset({Role.MARKETER})}


def test_signed_out_a_copy_of_the_cookie_opens_nothing(board: Workspace, provider: Provider) -> None:
    provider.knows(mina={"name": "Mina Kaur", "groups": ["care-agents"]})
    browser = browser_of(board)
    sign_in(browser, "mina")
    copy = browser.cookies["careline_8765"]
    told_of = browser.post("/board/sign-out", json={}).json()
    assert told_of["to"].startswith(f"{provider.issuer}/session/end?client_id=careline&post_logout_redirect_uri=http%3A%2F%2Flocalhost")
    assert httpx.get(told_of["to"]).status_code == 200
    browser.cookies.clear()
    browser.cookies.set("careline_8765", copy)
    assert browser.get("/board/queue").status_code == 401
    assert browser.post("/board/presence", json={"case": 1, "kind": "reading"}).status_code == 401


def test_who_leaves_is_refused_from_the_next_request_on(board: Workspace, provider: Provider) -> None:
    provider.knows(mina={"name": "Mina Kaur", "groups": ["care-agents"]})
    browser = browser_of(board)
    sign_in(browser, "mina")
    with board.database.write() as session:
        (mina,) = people.everyone(session)
        leaving.leave(session, mina.id, by=None, now=board.now())
    board.signed_in.forget()
    refused = browser.get("/board/queue")
    assert (refused.status_code, refused.json()["words"]) == (401, "Mina Kaur no longer works here")
    sign_in(browser, "mina")
    assert told(browser) == "left"
    assert somebody(board) == {}


def test_a_wrong_or_used_state_signs_nobody_in(board: Workspace, provider: Provider) -> None:
    provider.knows(mina={"name": "Mina Kaur", "groups": ["care-agents"]})
    browser, other = browser_of(board), browser_of(board)
    with httpx.Client() as outside:
        back = openid_provider.log_in(outside, begin(browser), "mina", until=CALLBACK)
    other.get(back)
    assert told(other) == "mismatch"
    browser.get(back.replace("state=", "state=x"))
    assert told(browser) == "mismatch"
    assert somebody(board) == {}
    with httpx.Client() as outside:
        back = openid_provider.log_in(outside, begin(browser), "mina", until=CALLBACK)
    assert browser.get(back).headers["location"] == "/"
    assert browser.get("/board/queue").status_code == 200
    browser.get(back)
    assert told(browser) == "mismatch"


def test_cancelling_at_the_provider_is_said_so(board: Workspace) -> None:
    browser = browser_of(board)
    with httpx.Client() as outside:
        form = outside.get(begin(browser), follow_redirects=True)
        back = openid_provider.log_in(outside, f"{form.url}/abort", "mina", until=CALLBACK)
    browser.get(back)
    assert told(browser) == "cancelled"


def test_with_a_provider_a_name_is_not_enough(board: Workspace) -> None:
    with board.database.write() as session:
        ana = people.add(session, name="Ana Moss", initials="AM", roles=[Role.ADMIN], by=None, now=board.now())
    browser = browser_of(board)
    assert browser.post("/board/sign-in", json={"person": ana.id}).status_code == 403
    assert browser.post("/board/first-person", json={"name": "Eve", "initials": "EV"}).status_code == 403
    assert browser.get("/board/queue").status_code == 401


Key = RSAKey | OctKey
ALGS = "id_token_signing_alg_values_supported"
KEY, FORGERS_KEY = RSAKey.generate_key(2048, {"kid": "1"}), RSAKey.generate_key(2048, {"kid": "1"})


@pytest.fixture
def liar() -> Iterator[web.Web]:
    """A provider whose answers the tests write."""
    with web.serving() as served:
        yield served


@pytest.fixture
def lied_to(liar: web.Web, sqlite_database: Database, tmp_path: Path) -> Iterator[Workspace]:
    yield opened_board(sqlite_database, tmp_path, settings(liar.url))
    opened.close()


def answered(liar: web.Web, claims: dict[str, Any], *, key: Key = KEY, alg: str = "RS256", **metadata: Any) -> None:
    """The liar says of itself what a provider says, and hands out an id token with these claims."""
    places = {"authorization_endpoint": "/auth", "token_endpoint": "/token", "jwks_uri": "/jwks"}
    said = {"issuer": liar.url, **{name: liar.url + path for name, path in places.items()}, **metadata}
    token = jwt.encode({"alg": alg, "kid": "1"}, claims, key)
    given = {"access_token": "a", "token_type": "Bearer", "expires_in": 60, "id_token": token}
    answers = {"/.well-known/openid-configuration": said, "/jwks": {"keys": [KEY.as_dict(private=False)]}, "/token": given}
    for path, content in answers.items():
        liar.script(path, web.Reply(json.dumps(content).encode(), headers={"Content-Type": "application/json"}))


def come_back(
    liar: web.Web, workspace: Workspace, *, key: Key = KEY, alg: str = "RS256", metadata: dict[str, Any] | None = None, **changed: Any
) -> TestClient:
    """Begin a sign-in and return from the liar with an id token that is right but for what is `changed`; None leaves a claim out."""
    browser = browser_of(workspace)
    answered(liar, {}, **(metadata or {}))
    asked = parse_qs(urlsplit(begin(browser)).query)
    now = int(time.time())
    right = {"iss": liar.url, "sub": "7", "aud": CLIENT_ID, "exp": now + 60, "iat": now, "nonce": asked["nonce"][0]}
    claims = {**right, "name": "Mina Kaur", "groups": ["care-agents"], **changed}
    answered(liar, {name: value for name, value in claims.items() if value is not None}, key=key, alg=alg, **(metadata or {}))
    browser.get("/board/sign-in/callback", params={"code": "c", "state": asked["state"][0]})
    return browser


def test_what_is_right_is_believed(liar: web.Web, lied_to: Workspace) -> None:
    browser = come_back(liar, lied_to)
    assert (told(browser), browser.get("/board/queue").status_code) == ("", 200)


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"nonce": "another"}, "untrusted"),
        ({"nonce": None}, "untrusted"),
        ({"iss": "https://elsewhere.example"}, "untrusted"),
        ({"iss": None}, "untrusted"),
        ({"aud": "another client"}, "untrusted"),
        ({"aud": None}, "untrusted"),
        ({"aud": [CLIENT_ID, "another"], "azp": "another"}, "untrusted"),
        ({"sub": None}, "untrusted"),
        ({"sub": "x" * 256}, "untrusted"),
        ({"exp": None}, "untrusted"),
        ({"exp": int(time.time()) - 3600}, "clock"),
        ({"iat": int(time.time()) + 3600}, "clock"),
        ({"key": FORGERS_KEY}, "untrusted"),
        ({"key": OctKey.import_key(CLIENT_SECRET * 2), "alg": "HS256", "metadata": {ALGS: ["HS256"]}}, "untrusted"),
        ({"groups": "care-agents of another house"}, "stranger"),
        ({"groups": [["care-agents"]]}, "stranger"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else value,
)
def test_a_token_that_is_not_right_signs_nobody_in(liar: web.Web, lied_to: Workspace, changed: dict[str, Any], problem: str) -> None:
    browser = come_back(liar, lied_to, **changed)
    assert told(browser) == problem
    assert browser.get("/board/queue").status_code == 401
    assert somebody(lied_to) == {}


def test_a_token_that_nobody_signed_is_not_believed(liar: web.Web, lied_to: Workspace) -> None:
    browser = browser_of(lied_to)
    answered(liar, {}, **{ALGS: ["none"]})
    asked = parse_qs(urlsplit(begin(browser)).query)
    now = int(time.time())
    claims = {
        "iss": liar.url,
        "sub": "8",
        "aud": CLIENT_ID,
        "exp": now + 60,
        "iat": now,
        "nonce": asked["nonce"][0],
        "groups": ["care-leads"],
    }
    token = {"access_token": "a", "token_type": "Bearer", "id_token": f"{encoded({'alg': 'none'})}.{encoded(claims)}."}
    liar.script("/token", web.Reply(json.dumps(token).encode(), headers={"Content-Type": "application/json"}))
    browser.get("/board/sign-in/callback", params={"code": "c", "state": asked["state"][0]})
    assert told(browser) == "untrusted"


def encoded(part: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    ("metadata", "problem"),
    [
        ({"issuer": "https://elsewhere.example"}, "untrusted"),
        ({"token_endpoint": "http://elsewhere.example/token"}, "untrusted"),
        ({"jwks_uri": ""}, "untrusted"),
    ],
)
def test_metadata_that_leads_elsewhere_is_not_followed(liar: web.Web, lied_to: Workspace, metadata: dict[str, Any], problem: str) -> None:
    answered(liar, {}, **metadata)
    browser = browser_of(lied_to)
    assert browser.get("/board/sign-in/start").headers["location"] == "/"
    assert told(browser) == problem


@pytest.mark.parametrize("reply", [web.Reply(status=503), web.Reply(b"<html>"), web.Reply(b"[]")])
def test_a_provider_that_does_not_answer_well_is_said_to_be_unreachable_or_wrong(
    liar: web.Web, lied_to: Workspace, reply: web.Reply
) -> None:
    liar.script("/.well-known/openid-configuration", reply)
    browser = browser_of(lied_to)
    assert browser.get("/board/sign-in/start").headers["location"] == "/"
    assert told(browser) in {"unreachable", "untrusted"}
    assert browser.post("/board/sign-out", json={}).json()["to"] == ""


def test_a_provider_that_is_away_is_said_to_be_unreachable_and_may_come_back(liar: web.Web, lied_to: Workspace) -> None:
    browser = browser_of(lied_to)
    liar.script("/.well-known/openid-configuration", web.Reply(status=502))
    browser.get("/board/sign-in/start")
    assert told(browser) == "unreachable"
    assert told(come_back(liar, lied_to)) == ""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", "/"),
        ("/trends?from=1&to=2", "/trends?from=1&to=2"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("/a\\b", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\r\nSet-Cookie: x", "/"),
        ("/board/sign-in/start", "/"),
        ("", "/"),
    ],
)
def test_only_a_path_on_this_board_is_returned_to(path: str, expected: str) -> None:
    assert local_path(path) == expected


@pytest.mark.parametrize(
    ("claims", "path", "expected"),
    [
        ({"groups": ["a", "b"]}, "groups", {"a", "b"}),
        ({"groups": "a"}, "groups", {"a"}),
        ({"realm_access": {"roles": ["a", 7, None]}}, "realm_access.roles", {"a"}),
        ({"https://acme.example/groups": ["a"]}, "https://acme.example/groups", {"a"}),
        ({}, "groups", set()),
        ({"groups": None}, "groups", set()),
        ({"groups": 7}, "groups", set()),
        ({"groups": {"a": 1}}, "groups", set()),
        ({"realm_access": "x"}, "realm_access.roles", set()),
    ],
)
def test_groups_are_found_wherever_a_provider_puts_them(claims: dict[str, Any], path: str, expected: set[str]) -> None:
    assert groups_in(claims, path) == expected


def test_by_https_the_cookie_travels_by_nothing_else(liar: web.Web, sqlite_database: Database, tmp_path: Path) -> None:
    given = replace(settings(liar.url), public_url="https://care.example")
    workspace = opened_board(sqlite_database, tmp_path, given)
    answered(liar, {})
    answer = browser_of(workspace).get("/board/sign-in/start")
    assert "secure" in answer.headers["set-cookie"].lower()
    assert workspace.settings.hosts[0] == "care.example"
    opened.close()


def test_the_provider_is_not_told_apart_by_a_person_of_the_same_number(board: Workspace, provider: Provider) -> None:
    provider.knows(mina={"name": "Mina Kaur", "groups": ["care-agents"]})
    with board.database.write() as session:
        session.add(Person(name="Old", initials="OL", created_at=board.now(), subject="https://old.example|mina"))
    sign_in(browser_of(board), "mina")
    assert set(somebody(board)) == {"Old", "Mina Kaur"}
