"""The one file that imports praw. It stays as published; what it lacks is added through the requestor that it lets one hand in.

praw 8 reads its own `timeout` nowhere. prawcore 4 sleeps before a call when the rate limit runs low, up to its whole window; repeats a POST
up to three times after a time-out or a 5xx, which posts a reply twice; and stumbles (KeyError, ValueError) over headers that it does not
know. So every answer is judged here before prawcore sees it, and the rate limit's headers never reach its clock.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import praw
import prawcore
import requests

from desk.post import Limits
from listener.settings import CredentialSettings, ListenerSettings
from listener.source import Malformed, OutcomeUnknown, Refused, SourceError, Unauthorized, Unavailable
from listener.sources.reddit.errors import NoAccess, is_token, problem, reply_problem, reset_at, words
from listener.sources.shared import wire
from listener.sources.shared.wire import Answer, number

for _name in ("praw", "prawcore"):
    logging.getLogger(_name).setLevel(logging.INFO)  # at DEBUG they write what is posted into the log

REDDIT_URL = "https://www.reddit.com"
OAUTH_URL = "https://oauth.reddit.com"
LIMIT_HEADERS = ("x-ratelimit-remaining", "x-ratelimit-used", "x-ratelimit-reset")
USER_AGENT = "python:careline:0.1 (customer care monitor)"


class TokenExpired(Unauthorized):
    """Reddit took the credential, but not the token that it gave for it."""


class Requestor(prawcore.Requestor):  # type: ignore[misc]
    """Judges each answer by its status, and hands the rate limit's headers to `heed`."""

    def __init__(self, *, heed: Callable[[Limits], None], **given: Any) -> None:
        super().__init__(**given)
        self._heed = heed

    def request(self, *args: Any, timeout: float | None = None, **kwargs: Any) -> requests.Response:
        del timeout
        method, url = (str(part) for part in args[:2])
        path, writes = urlsplit(url).path, method.upper() != "GET"
        try:
            response: requests.Response = super().request(*args, **kwargs)
        except prawcore.RequestException as error:
            raise _lost(error.original_exception, sent_a_reply=writes and not is_token(path)) from error
        now = datetime.now(UTC)
        answer = Answer.of(response)
        if limits := _limits(answer, now):
            self._heed(limits)
        for name in LIMIT_HEADERS:
            response.headers.pop(name, None)
        if not 200 <= answer.status < 300:
            raise _judged(answer, path, writes=writes, now=now)
        return response


def _judged(answer: Answer, path: str, *, writes: bool, now: datetime) -> SourceError:
    if answer.status == 401 and not is_token(path):
        return TokenExpired(f"Reddit does not accept the token: {words(answer)}")
    return reply_problem(answer, path, now) if writes and not is_token(path) else problem(answer, path, now)


def _lost(error: Exception, *, sent_a_reply: bool) -> SourceError:
    if not isinstance(error, requests.RequestException):
        return Malformed(f"the request to Reddit cannot be made: {type(error).__name__}")
    if sent_a_reply and not wire.is_unsent(error):
        return OutcomeUnknown(f"Reddit did not confirm the reply: {wire.describe(error)}")
    return Unavailable(f"Reddit cannot be reached: {wire.describe(error)}")


def _limits(answer: Answer, now: datetime) -> Limits | None:
    left = number(answer.headers.get("x-ratelimit-remaining"))
    return None if left is None else Limits(max(0, int(left)), reset_at(answer, now))


class RedditClient:
    """Reddit as one credential sees it: an account with a refresh token or a password, else the app alone, read-only.

    May be shared by threads. Tokens are kept from one call to the next, connections are not: an idle one may be dead.
    """

    def __init__(self, credential: CredentialSettings, timeout: float) -> None:
        self._credential = credential
        self._timeout = timeout
        self._idle: list[tuple[Any, requests.Session]] = []
        self._used = ""
        self._lock = Lock()
        self.limits: Limits | None = None

    @property
    def account(self) -> str:
        """The account's name, where the credential says it."""
        return self._given("username") or ""

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """The JSON of one answer. Raises SourceError."""
        return self._request("GET", path, params=dict(params or {}))

    def post(self, path: str, data: Mapping[str, Any]) -> Any:
        """The JSON of the answer to what was posted once. Raises SourceError, OutcomeUnknown when it may have been posted."""
        return self._request("POST", path, data=dict(data))

    def _request(self, method: str, path: str, **given: Any) -> Any:
        try:
            return self._once(method, path, **given)
        except TokenExpired:
            # A token that ran out between two looks: the next one is fresh, and what was refused was not carried out.
            return self._once(method, path, **given)

    def _once(self, method: str, path: str, **given: Any) -> Any:
        kept = self._kept()
        client, session = self._borrowed(kept)
        try:
            found = _translated(client, method, path, given)
        except TokenExpired:
            session.close()
            raise
        except SourceError as error:
            self._give_back(client, session, kept)
            if isinstance(error, NoAccess):
                raise NoAccess(f"{error}; {self._reference()}") from error
            if kept and isinstance(error, Unauthorized):
                raise _connect_again(error, self._credential) from error
            raise
        self._give_back(client, session, kept)
        return found

    def _borrowed(self, kept: str) -> tuple[Any, requests.Session]:
        # praw is not made for threads: each call takes a client for itself, and leaves it with its token to the next one.
        with self._lock:
            if kept != self._used:
                self._idle, self._used = [], kept
            if self._idle:
                return self._idle.pop()
        return self._opened(kept)

    def _kept(self) -> str:
        """The token that a consent gave, where no account was set by hand."""
        if self._credential.keeper is None or self._given("refresh_token") or self._given("password"):
            return ""
        found = self._credential.keeper.fresh()
        return found.refresh if found else ""

    def _give_back(self, client: Any, session: requests.Session, kept: str) -> None:
        session.close()
        with self._lock:
            if kept == self._used:
                self._idle.append((client, session))

    def _heed(self, limits: Limits) -> None:
        with self._lock:
            self.limits = limits

    def _opened(self, kept: str) -> tuple[Any, requests.Session]:
        base = wire.base_url(self._credential)
        session = wire.mount(requests.Session(), wire.HostAdapter(None, self._timeout), base)
        requestor = {"heed": self._heed, "session": session, "timeout": self._timeout}
        secrets = {name: self._given(name) for name in ("client_secret", "refresh_token", "username", "password")}
        if kept:
            secrets |= {"refresh_token": kept, "username": None, "password": None}
        try:
            client = praw.Reddit(
                "DEFAULT",
                requestor_class=Requestor,
                requestor_kwargs=requestor,
                reddit_url=base or REDDIT_URL,
                oauth_url=base or OAUTH_URL,
                client_id=self._given("client_id") or self._credential.secret("client_id"),
                user_agent=self._user_agent(),
                ratelimit_seconds=0,
                check_for_updates=False,
                check_for_async=False,
                **secrets,
            )
        except (prawcore.PrawcoreException, praw.exceptions.PRAWException) as error:
            raise Refused(f"credential {self._credential.name!r} cannot be used: {error}") from error
        return client, session

    def _user_agent(self) -> str:
        # Reddit asks for the operator's account in it: https://github.com/reddit-archive/reddit/wiki/API
        given = self._given("user_agent")
        if given:
            return given
        return f"{USER_AGENT[:-1]}, by u/{self.account})" if self.account else USER_AGENT

    def _reference(self) -> str:
        given = self._given("approval")
        return f"name the reference {given} when you ask" if given else "no approval is noted at the credential (approval in settings.toml)"

    def _given(self, name: str) -> str | None:
        value = self._credential.secrets.get(name) or self._credential.options.get(name)
        return str(value).strip() if value else None


def _connect_again(error: Unauthorized, credential: CredentialSettings) -> Unauthorized:
    return Unauthorized(f"{error}. Connect it again: {credential.keeper.command}") if credential.keeper else error


def _translated(client: Any, method: str, path: str, given: Mapping[str, Any]) -> Any:
    """The JSON of one answer; whatever praw raises becomes an error of ours."""
    try:
        found = client.request(method=method, path=path, **given)
    except prawcore.OAuthException as error:
        raise Unauthorized(f"Reddit does not accept the credential: {error.error} {error.description or ''}".rstrip()) from error
    except prawcore.ResponseException as error:
        raise _unreadable(method, "no JSON", error.response.content) from error
    except (prawcore.PrawcoreException, praw.exceptions.PRAWException) as error:
        raise Refused(f"the request to Reddit cannot be made: {error}") from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        # prawcore takes the form of a token's answer for granted.
        raise Malformed(f"Reddit's token cannot be read: {type(error).__name__}") from error
    if not isinstance(found, (dict, list)):
        raise _unreadable(method, "empty")
    return found


def _unreadable(method: str, what: str, raw: bytes = b"") -> SourceError:
    if method == "POST":
        return OutcomeUnknown(f"Reddit took the reply, but its answer is {what}")
    return Malformed(f"Reddit's answer is {what}", raw[:10_000])


class Clients:
    """A client for each credential, so that a token lasts from one look to the next."""

    def __init__(self, settings: ListenerSettings) -> None:
        self._settings = settings
        self._known: dict[str, RedditClient] = {}
        self._lock = Lock()

    def of(self, credential: str | None) -> RedditClient:
        found = self._settings.credential(credential, "reddit")
        with self._lock:
            return self._known.setdefault(found.name, RedditClient(found, self._settings.timeout.total_seconds()))
