"""OpenID Connect, by Authlib: the code flow with state, nonce and PKCE, and what the provider's id token says of somebody.

Nothing of the provider is kept beyond the sign-in itself: no access token, no refresh token.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from functools import cached_property
from typing import Any, NoReturn, TypeVar
from urllib.parse import urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from dashboard.settings import LOOPBACK_NAMES, SignInSettings
from desk.people.admission import Said

log = logging.getLogger(__name__)

V = TypeVar("V")

TIMEOUT_S = 10.0
LEEWAY_S = 60
LONGEST_SUB = 255
"""As OpenID Connect Core 2 says."""

CALLBACK = "/board/sign-in/callback"
SIGNED_BY = re.compile(r"(RS|PS|ES)(256|384|512)|EdDSA|Ed25519")
"""Algorithms with a key pair: a token that is signed with the client's secret, or not at all, proves nothing here."""

ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint", "end_session_endpoint")
NEEDED = ENDPOINTS[:3]
CLAIMS_OF_TIME = ("exp", "iat", "nbf")


class Problem(StrEnum):
    """Why nobody was signed in, by what the person can do about it."""

    UNREACHABLE = "unreachable"
    MISMATCH = "mismatch"
    CANCELLED = "cancelled"
    CLOCK = "clock"
    UNTRUSTED = "untrusted"
    STRANGER = "stranger"
    LEFT = "left"
    BUSY = "busy"


class Refused(Exception):
    """Nobody is signed in."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.value)
        self.problem = problem


class OpenId:
    """One provider. The first use fetches what it says of itself; its keys are fetched again when a token names an unknown one."""

    def __init__(self, settings: SignInSettings) -> None:
        self.settings = settings

    async def begin(self, request: Request) -> Response:
        """Send the browser to the provider; state, nonce and verifier stay in its session. Raises Refused."""
        client = await run_in_threadpool(lambda: self._client)
        await _within(self._metadata())
        answer: Response = await _within(client.authorize_redirect(request, f"{self.settings.public_url}{CALLBACK}"))
        return answer

    async def finish(self, request: Request) -> Said:
        """What the provider says of the person who came back: its id token, checked, and its userinfo. Raises Refused."""
        client = await run_in_threadpool(lambda: self._client)
        issuer = (await _within(self._metadata()))["issuer"]
        wanted = {"iss": {"essential": True, "values": [issuer]}, "aud": {"essential": True, "values": [self.settings.client_id]}}
        token = await _within(client.authorize_access_token(request, claims_options=wanted, leeway=LEEWAY_S))
        claims = token.get("userinfo")
        if claims is None:
            _refuse(Problem.UNTRUSTED, "no id token")
        return self._said(issuer, await self._with_userinfo(token, dict(claims)))

    async def goodbye(self) -> str:
        """Where the provider ends its own session; empty where it has no such place or cannot be reached."""
        try:
            metadata = await _within(self._metadata())
        except Refused:
            return ""
        place = metadata.get("end_session_endpoint")
        asked = {"client_id": self.settings.client_id, "post_logout_redirect_uri": f"{self.settings.public_url}/"}
        return f"{place}?{urlencode(asked)}" if place else ""

    @cached_property
    def _client(self) -> Any:
        from authlib.integrations.starlette_client import OAuth

        given = self.settings
        options = {"scope": " ".join(given.scopes), "code_challenge_method": "S256"}
        return OAuth().register(
            "provider",
            client_id=given.client_id,
            client_secret=given.client_secret or None,
            server_metadata_url=f"{given.issuer}/.well-known/openid-configuration",
            client_kwargs={**options, "timeout": TIMEOUT_S, "trust_env": not given.allow_loopback},
        )

    async def _metadata(self) -> Mapping[str, Any]:
        client = await run_in_threadpool(lambda: self._client)
        metadata: dict[str, Any] = await client.load_server_metadata()
        if str(metadata.get("issuer", "")).rstrip("/") != self.settings.issuer:
            _refuse(Problem.UNTRUSTED, "the metadata is another issuer's")
        if not all(metadata.get(name) for name in NEEDED) or not all(self._is_sealed(metadata.get(name)) for name in ENDPOINTS):
            _refuse(Problem.UNTRUSTED, "an endpoint is missing, or has no https")
        told = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
        metadata["id_token_signing_alg_values_supported"] = [alg for alg in told if SIGNED_BY.fullmatch(alg)] or ["RS256"]
        return metadata

    def _is_sealed(self, url: Any) -> bool:
        if not url:
            return True
        parts = urlsplit(str(url))
        return parts.scheme == "https" or (self.settings.allow_loopback and parts.hostname in LOOPBACK_NAMES)

    async def _with_userinfo(self, token: Any, claims: dict[str, Any]) -> dict[str, Any]:
        """Providers are free to say name and groups in the one or in the other; what the id token says goes first."""
        if not (await _within(self._metadata())).get("userinfo_endpoint"):
            return claims
        more = dict(await _within(self._client.userinfo(token=token)))
        if more.get("sub") != claims["sub"]:
            _refuse(Problem.UNTRUSTED, "the userinfo is of somebody else")
        return {**more, **claims}

    def _said(self, issuer: str, claims: Mapping[str, Any]) -> Said:
        sub = claims.get("sub")
        if not isinstance(sub, str) or not 0 < len(sub) <= LONGEST_SUB:
            _refuse(Problem.UNTRUSTED, "no subject")
        is_verified = claims.get("email_verified") in {True, "true"}
        name = next((words for key in ("name", "preferred_username") if (words := _words(claims.get(key)))), "")
        email = _words(claims.get("email")) if is_verified else ""
        return Said(issuer, sub, name, email, groups_in(claims, self.settings.groups_claim))


def groups_in(claims: Mapping[str, Any], path: str) -> frozenset[str]:
    """The groups: the claim of that name, else the one to which the dots lead (`realm_access.roles`)."""
    found: Any = claims.get(path)
    if found is None:
        found = claims
        for part in path.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    listed = [found] if isinstance(found, str) else found
    return frozenset(one for one in listed if isinstance(one, str)) if isinstance(listed, list) else frozenset()


def local_path(path: str) -> str:
    """Where to go after signing in: a path on this board as it was given, the start page for anything else."""
    is_plain = path.startswith("/") and not path.startswith(("//", "/\\", "/board/")) and path.isprintable() and "\\" not in path
    return path if is_plain else "/"


def _words(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _refuse(problem: Problem, why: str) -> NoReturn:
    log.warning("sign-in refused: %s, %s", problem.value, why)
    raise Refused(problem)


async def _within(asked: Awaitable[V]) -> V:
    """What was asked of the provider, in time. Raises Refused."""
    with _told():
        return await asyncio.wait_for(asked, TIMEOUT_S)


@contextmanager
def _told() -> Iterator[None]:
    """Turns every way in which the provider or its answer can fail into what the person can do."""
    from authlib.integrations.base_client import MismatchingStateError, OAuthError
    from httpx2 import HTTPError
    from joserfc.errors import ExpiredTokenError, InvalidClaimError, JoseError

    try:
        yield
    except MismatchingStateError:
        _refuse(Problem.MISMATCH, "unknown state")
    except OAuthError as error:
        _refuse(Problem.CANCELLED if error.error == "access_denied" else Problem.UNTRUSTED, str(error.error))
    except ExpiredTokenError:
        _refuse(Problem.CLOCK, "the id token has expired")
    except InvalidClaimError as error:
        _refuse(Problem.CLOCK if error.claim in CLAIMS_OF_TIME else Problem.UNTRUSTED, f"claim {error.claim}")
    except (JoseError, KeyError, TypeError, AttributeError) as error:
        _refuse(Problem.UNTRUSTED, type(error).__name__)
    except (HTTPError, TimeoutError, OSError, ValueError) as error:
        _refuse(Problem.UNREACHABLE, type(error).__name__)
