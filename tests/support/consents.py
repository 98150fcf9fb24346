"""Platforms that ask for consent, on loopback: they check what an app sends, spend each code and each refresh token once, and count."""

import json
import threading
from base64 import b64decode
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from listener.connect.connected import connected
from listener.connect.keeper import Keeper
from listener.connect.tokens import Tokens
from listener.settings import CredentialSettings, ListenerSettings
from storage.database import Database
from tests.support.replay import Platform, Reply, Seen, as_json

KEY = "the secret of the workspace"
APPS = {"x": {"client_id": "app", "client_secret": "app secret"}, "reddit": {"client_id": "app", "client_secret": "app secret"}}
AUTHORIZE = {"x": "/i/oauth2/authorize", "reddit": "/api/v1/authorize", "mastodon": "/oauth/authorize"}
TOKEN = {"x": "/2/oauth2/token", "reddit": "/api/v1/access_token", "mastodon": "/oauth/token"}
REVOKE = {"x": "/2/oauth2/revoke", "reddit": "/api/v1/revoke_token", "mastodon": "/oauth/revoke"}
SPENT = as_json({"error": "invalid_request", "error_description": "Value passed for the token was invalid."}, 400)
"""X's words for a token that was used already."""


class Authority:
    """The consent of one platform. `lives` is how long its tokens last, in seconds; `refuses`: the person says no."""

    def __init__(self, platform: Platform, source: str = "x", *, lives: int | None = 7200) -> None:
        self.platform = platform
        self.source = source
        self.lives = lives
        self.refuses = False
        self.renewals = 0
        self.refresh = ""
        self.access = ""
        self.revoked: list[str] = []
        self.asked: Mapping[str, str] = {}
        self._codes: dict[str, Mapping[str, str]] = {}
        self._number = 0
        self._lock = threading.Lock()
        platform.always(AUTHORIZE[source], self._consent)
        platform.always(TOKEN[source], self.token, method="POST")
        platform.always(REVOKE[source], self._revoke, method="POST")
        platform.always("/api/v1/apps", as_json({"client_id": "made", "client_secret": "made secret"}), method="POST")
        platform.always("/api/v1/me", lambda seen: self._signed(seen, {"name": "AcmeCare"}))
        platform.always("/api/v1/accounts/verify_credentials", lambda seen: self._signed(seen, {"id": "7", "acct": "care"}))

    def visit(self, address: str) -> str:
        """What a browser does there in which somebody says yes: it ends at the redirect's address, which is returned."""
        return str(httpx.get(address, trust_env=False).headers["location"])

    def give(self) -> dict[str, Any]:
        self._number += 1
        self.access, self.refresh = f"access-{self._number}", f"refresh-{self._number}"
        lasting = {"expires_in": self.lives} if self.lives else {}
        renewing = {} if self.source == "mastodon" else {"refresh_token": self.refresh}
        return {"token_type": "bearer", "access_token": self.access, "scope": "tweet.read tweet.write", **renewing, **lasting}

    def _consent(self, seen: Seen) -> Reply:
        self.asked = seen.query
        code = f"code-{len(self._codes)}"
        self._codes[code] = seen.query
        answer = {"error": "access_denied"} if self.refuses else {"code": code}
        return Reply(302, headers={"location": f"{seen.query['redirect_uri']}?{urlencode({'state': seen.query['state'], **answer})}"})

    def token(self, seen: Seen) -> Reply:
        with self._lock:
            if self._app(seen) is None:
                return as_json({"error": "invalid_client", "error_description": "Missing valid authorization header"}, 401)
            if seen.form["grant_type"] == "refresh_token":
                return self._renew(seen.form["refresh_token"])
            begun = self._codes.pop(seen.form["code"], None)
            if begun is None or begun["redirect_uri"] != seen.form["redirect_uri"] or not self._is_proven(begun, seen.form):
                return as_json({"error": "invalid_grant"}, 200 if self.source == "reddit" else 400)
            return as_json(self.give())

    def _renew(self, given: str) -> Reply:
        if given != self.refresh:
            return SPENT
        self.renewals += 1
        return as_json(self.give())

    def _is_proven(self, begun: Mapping[str, str], form: Mapping[str, str]) -> bool:
        if self.source == "reddit":
            return "code_challenge" not in begun
        return begun["code_challenge"] == create_s256_code_challenge(form["code_verifier"])

    def _app(self, seen: Seen) -> str | None:
        if self.source == "mastodon":
            return "made" if (seen.form.get("client_id"), seen.form.get("client_secret")) == ("made", "made secret") else None
        given = seen.headers.get("authorization", "").removeprefix("Basic ")
        return "app" if given and b64decode(given) == b"app:app secret" else None

    def _revoke(self, seen: Seen) -> Reply:
        self.revoked.append(seen.form["token"])
        self.refresh = ""
        return as_json({"revoked": True})

    def _signed(self, seen: Seen, told: Mapping[str, Any]) -> Reply:
        return as_json(told) if seen.headers.get("authorization") == f"Bearer {self.access}" else as_json({"error": "no"}, 401)


def credential(url: str, source: str = "x", **secrets: str) -> CredentialSettings:
    return CredentialSettings("main", source, {**APPS.get(source, {}), **secrets}, url, allow_loopback=True)


def settings_of(database: Database, given: CredentialSettings, *, key: str = KEY, timeout: float = 5.0) -> ListenerSettings:
    return connected(ListenerSettings({"main": given}, timeout=timedelta(seconds=timeout)), database, key)


def keeper_of(database: Database, url: str, source: str = "x", *, key: str = KEY, timeout: float = 5.0, **secrets: str) -> Keeper:
    """A keeper as another process would make it for itself."""
    found = settings_of(database, credential(url, source, **secrets), key=key, timeout=timeout).credentials["main"].keeper
    assert found is not None
    return found


def given_by(authority: Authority, **changes: Any) -> Tokens:
    """Tokens that the platform has just given; they run out now unless told otherwise."""
    told = authority.give()
    return Tokens(told["access_token"], told.get("refresh_token", ""), **changes)


def jwt(expires_at: float, number: int) -> str:
    """A token of Bluesky's form, unsigned."""
    from base64 import urlsafe_b64encode

    body = urlsafe_b64encode(json.dumps({"exp": expires_at, "n": number}).encode()).decode().rstrip("=")
    return f"head.{body}.signature"
