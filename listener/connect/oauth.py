"""OAuth 2 code flow (RFC 6749, 4.1) with PKCE (RFC 7636) for an app on this machine (RFC 8252): ask, redeem, renew, give back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hmac import compare_digest
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from requests.auth import HTTPBasicAuth

from listener.connect.calls import Caller
from listener.connect.tokens import Tokens
from listener.source import Malformed, Refused
from listener.sources.shared.wire import number

APP_NAME = "Careline"
SECRET_BYTES = 32
"""Of state and verifier: 43 characters, the least that a verifier may have."""


class ConsentRefused(Refused):
    """The person, or the platform, did not consent."""


class WrongState(Refused):
    """The answer belongs to another attempt."""


@dataclass(frozen=True, slots=True)
class Provider:
    """What is particular to a platform. `register`: where an app can register itself; others are registered by hand and have a `client_id`.

    `always_basic`: the token's endpoint wants the app in a Basic header, with an empty password too. `account`: where it says whose token it is,
    and under which name.
    """

    name: str
    authorize: str
    token: str
    revoke: str
    scopes: tuple[str, ...]
    extra: Mapping[str, str] = field(default_factory=dict)
    register: str = ""
    always_basic: bool = False
    has_pkce: bool = True
    needs_refresh: bool = True
    account: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    """A consent that has begun: the address to open, and what its answer must fit."""

    address: str
    state: str
    verifier: str = field(repr=False)
    redirect: str
    app_id: str = ""
    app_secret: str = field(default="", repr=False)


class OAuth:
    """The consent of one platform for one credential."""

    def __init__(self, provider: Provider, caller: Caller) -> None:
        self._provider = provider
        self._caller = caller

    def begin(self, redirect: str) -> Consent:
        """Raises SourceError: Unauthorized names the variable that is missing."""
        app_id, app_secret = self._registered(redirect) if self._provider.register else self._app()
        state, verifier = token_urlsafe(SECRET_BYTES), token_urlsafe(SECRET_BYTES)
        asked = {
            "response_type": "code",
            "client_id": app_id,
            "redirect_uri": redirect,
            "scope": " ".join(self._provider.scopes),
            "state": state,
            **self._provider.extra,
        }
        if self._provider.has_pkce:
            asked |= {"code_challenge": create_s256_code_challenge(verifier), "code_challenge_method": "S256"}
        address = f"{self._caller.place(self._provider.authorize)}?{urlencode(asked)}"
        return Consent(address, state, verifier, redirect, app_id, app_secret)

    def finish(self, consent: Consent, answer: Mapping[str, str], *, now: datetime) -> Tokens:
        """The tokens for the answer that the browser brought. Raises SourceError: WrongState, ConsentRefused."""
        code = self._code(consent, answer)
        told = {"grant_type": "authorization_code", "code": code, "redirect_uri": consent.redirect}
        if self._provider.has_pkce:
            told["code_verifier"] = consent.verifier
        given = self._call(self._provider.token, told, consent.app_id, consent.app_secret)
        tokens = self._read(given, Tokens(app_id=consent.app_id, app_secret=consent.app_secret), now)
        if self._provider.needs_refresh and not tokens.refresh:
            raise Refused(f"{self._provider.name} gave no token that renews: allow the app to stay connected, and try again")
        return tokens

    def renew(self, tokens: Tokens, *, now: datetime) -> Tokens:
        """New tokens for old; the old ones are spent. Raises SourceError: Unauthorized when there is nothing to renew any more."""
        told = {"grant_type": "refresh_token", "refresh_token": tokens.refresh}
        return self._read(self._call(self._provider.token, told, *self._app_of(tokens)), tokens, now)

    def revoke(self, tokens: Tokens) -> None:
        """Tell the platform that the tokens are not wanted any more. Raises SourceError."""
        kind = "refresh_token" if tokens.refresh else "access_token"
        told = {"token": tokens.refresh or tokens.access, "token_type_hint": kind}
        self._call(self._provider.revoke, told, *self._app_of(tokens))

    def account(self, tokens: Tokens) -> str:
        """Whose tokens they are; empty where the platform does not say it free of charge. Raises SourceError."""
        if self._provider.account is None:
            return ""
        place, name = self._provider.account
        found = self._caller.ask("GET", self._caller.place(place), told=tokens.access).get(name)
        return found if isinstance(found, str) else ""

    def _app(self) -> tuple[str, str]:
        given = self._caller.credential
        app_id = given.secrets.get("client_id") or given.options.get("client_id") or given.secret("client_id")
        return str(app_id).strip(), str(given.secrets.get("client_secret") or "").strip()

    def _app_of(self, tokens: Tokens) -> tuple[str, str]:
        return (tokens.app_id, tokens.app_secret) if self._provider.register else self._app()

    def _registered(self, redirect: str) -> tuple[str, str]:
        told = {"client_name": APP_NAME, "redirect_uris": redirect, "scopes": " ".join(self._provider.scopes)}
        given = self._caller.ask("POST", self._caller.place(self._provider.register), data=told)
        found = [given.get(name) for name in ("client_id", "client_secret")]
        if not all(isinstance(one, str) and one for one in found):
            raise Malformed(f"{self._provider.name} registered no app")
        return str(found[0]), str(found[1])

    def _call(self, url: str, told: Mapping[str, str], app_id: str, app_secret: str) -> Mapping[str, Any]:
        is_basic = not self._provider.register and bool(self._provider.always_basic or app_secret)
        app = {} if is_basic else {"client_id": app_id, **({"client_secret": app_secret} if app_secret else {})}
        auth: dict[str, Any] = {"auth": HTTPBasicAuth(app_id, app_secret)} if is_basic else {}
        return self._caller.ask("POST", self._caller.place(url), data={**told, **app}, **auth)

    def _code(self, consent: Consent, answer: Mapping[str, str]) -> str:
        if not compare_digest(answer.get("state", "").encode(), consent.state.encode()):
            raise WrongState("this answer belongs to another attempt (its state is another one): begin again, and open the newest address")
        if error := answer.get("error"):
            said = answer.get("error_description") or error
            raise ConsentRefused(f"{self._provider.name} says that the consent was refused: {said[:300]}")
        if not answer.get("code"):
            raise Malformed(f"{self._provider.name}'s answer has no code")
        return answer["code"]

    def _read(self, given: Mapping[str, Any], before: Tokens, now: datetime) -> Tokens:
        access, refresh = given.get("access_token"), given.get("refresh_token") or before.refresh
        if not isinstance(access, str) or not access or not isinstance(refresh, str):
            raise Malformed(f"{self._provider.name}'s answer holds no token")
        seconds = number(given.get("expires_in"))
        return Tokens(
            access=access,
            refresh=refresh,
            expires_at=now + timedelta(seconds=seconds) if seconds is not None and 0 < seconds < 10**9 else None,
            account=before.account,
            scopes=tuple(str(given.get("scope") or "").split()) or before.scopes,
            app_id=before.app_id,
            app_secret=before.app_secret,
        )


def answer_in(address: str) -> dict[str, str]:
    """What the address holds to which the platform sent the browser."""
    return dict(parse_qsl(urlsplit(address.strip()).query))
