"""The one file that imports tweepy. Its client stays as published; what it lacks is added around it.

tweepy 4.17 sets no time-out, sleeps in `wait_on_rate_limit` (and hammers X when a 429 names no instant), follows a repeated page token
for ever and lets errors of `requests` and `json` through. So: one call at a time, no waiting, raw answers, pages followed by the caller.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import requests
import tweepy

from listener.connect.tokens import Tokens
from listener.settings import CredentialSettings
from listener.source import Malformed, OutcomeUnknown, Refused, SourceError, Unauthorized, Unavailable
from listener.sources.shared import wire
from listener.sources.shared.wire import Answer
from listener.sources.x.errors import problem

# At DEBUG these write tokens, headers and signing keys into the log.
for _name in ("tweepy", "requests_oauthlib", "oauthlib"):
    logging.getLogger(_name).setLevel(logging.INFO)

ALIASES: Mapping[str, tuple[str, ...]] = {
    "bearer_token": ("bearer_token", "bearer"),
    "user_token": ("user_token", "oauth2_token"),
    "consumer_key": ("consumer_key", "api_key"),
    "consumer_secret": ("consumer_secret", "api_secret"),
    "access_token": ("access_token",),
    "access_token_secret": ("access_token_secret", "access_secret"),
}
"""Each secret under the names that X's own pages have given it over the years."""

OAUTH1 = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")


class XClient:
    """X as one credential sees it. Not to be shared by threads; cheap to make.

    `as_account` speaks for the account (OAuth 1.0a keys or an OAuth 2 user token), else for the app where there is a token for it.
    """

    def __init__(self, credential: CredentialSettings, timeout: float, *, as_account: bool = False) -> None:
        tokens = {name: _secret(credential, names) for name, names in ALIASES.items()}
        app, user = tokens.pop("bearer_token"), tokens.pop("user_token")
        bearer = (user or app) if as_account else (app or user)
        can_sign = all(tokens[name] for name in OAUTH1)
        lacks_account = not can_sign and not user and (as_account or not app)
        self._kept = _kept(credential) if lacks_account else None
        if self._kept is not None:
            bearer = user = self._kept.access
        self._signs = can_sign and (as_account or not bearer)
        if not bearer and not self._signs:
            raise Unauthorized(_missing(credential))
        self.is_account = self._signs or bearer == user
        self._owner = (tokens["access_token"] or "").partition("-")[0]
        base = wire.base_url(credential)
        self._adapter = wire.HostAdapter(base, timeout)
        self._keeper = credential.keeper
        self._base = base
        self._client = self._opened(bearer, **tokens)

    @property
    def own_id(self) -> str | None:
        """The account's id as an OAuth 1.0a token tells it by its first part."""
        return self._owner if self._owner.isdigit() else None

    def get(self, route: str, params: Mapping[str, Any]) -> Answer:
        """Ask once. Raises SourceError for anything but an answer of 2xx."""
        answer = self._exchange(
            lambda: self._client.request("GET", route, params=dict(params), user_auth=self._signs),
            lost=lambda error: Unavailable(f"X cannot be reached: {wire.describe(error)}"),
        )
        if not 200 <= answer.status < 300:
            raise problem(answer, datetime.now(UTC))
        return answer

    def reply(self, text: str, parent_id: str, *, media_ids: Sequence[str] = ()) -> Answer:
        """Post once; the answer has any status. Raises Unavailable when the reply surely was not sent, OutcomeUnknown when it may have been."""
        told = {"text": text, "in_reply_to_tweet_id": parent_id, "media_ids": list(media_ids) or None}
        return self._exchange(lambda: self._client.create_tweet(**told, user_auth=self._signs), lost=_lost_reply)

    def write(self, method: str, route: str, content: Mapping[str, Any] | None = None) -> Answer:
        """Send something that may be sent twice; the answer has any status. Raises Unavailable."""
        return self._exchange(
            lambda: self._client.request(method, route, json=dict(content) if content else None, user_auth=self._signs),
            lost=lambda error: Unavailable(f"X cannot be reached: {wire.describe(error)}"),
        )

    def direct(self, text: str, conversation_id: str) -> Answer:
        """Write once into a conversation of two that is there already; as `reply`."""
        return self._exchange(
            lambda: self._client.create_direct_message(dm_conversation_id=conversation_id, text=text, user_auth=self._signs),
            lost=_lost_reply,
        )

    def _opened(self, bearer: str | None, **tokens: str | None) -> Any:
        client = tweepy.Client(bearer, **tokens, return_type=requests.Response, wait_on_rate_limit=False)
        wire.mount(client.session, self._adapter, self._base)
        return client

    def _exchange(self, call: Callable[[], Any], *, lost: Callable[[requests.RequestException], SourceError]) -> Answer:
        answer = self._once(call, lost=lost)
        if answer.status != 401 or self._kept is None or self._keeper is None:
            return answer
        # A token may end before its time; what was refused was not carried out.
        self._kept = self._keeper.renewed(self._kept)
        self._client = self._opened(self._kept.access)
        return self._once(call, lost=lost)

    def _once(self, call: Callable[[], Any], *, lost: Callable[[requests.RequestException], SourceError]) -> Answer:
        self._adapter.last = None
        try:
            return Answer.of(call())
        except tweepy.HTTPException as error:
            return Answer.of(error.response)
        except requests.RequestException as error:
            raise lost(error) from error
        except tweepy.TweepyException as error:
            raise Refused(f"the request to X cannot be made: {error}") from error
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            # tweepy expects an object in every error's body, and stumbles over a list, a null or a header that is no number.
            if self._adapter.last is None:
                raise Malformed(f"the request to X cannot be made: {type(error).__name__}") from error
            return Answer.of(self._adapter.last)


def signature(credential: CredentialSettings, url: str) -> Mapping[str, str]:
    """What proves the account to a store of X's that is no part of its interface, for a GET of exactly this address, once.

    Raises Unauthorized without OAuth 1.0a keys: a token of OAuth 2 opens no picture of a private message.
    https://developer.x.com/en/docs/direct-messages/message-attachments/guides/retrieving-media
    """
    keys = [_secret(credential, ALIASES[name]) for name in OAUTH1]
    if not all(keys):
        wanted = ", ".join(credential.variable(name) for name in OAUTH1)
        raise Unauthorized(f"pictures of private messages need the account's own keys: set {wanted}")
    asked = requests.Request("GET", url).prepare()
    tweepy.OAuth1UserHandler(*keys).apply_auth()(asked)
    given = asked.headers["Authorization"]
    return {"Authorization": given.decode() if isinstance(given, bytes) else given}


def _lost_reply(error: requests.RequestException) -> SourceError:
    if wire.is_unsent(error):
        return Unavailable(f"X cannot be reached: {wire.describe(error)}")
    return OutcomeUnknown(f"X did not confirm the reply: {wire.describe(error)}")


def _secret(credential: CredentialSettings, names: tuple[str, ...]) -> str | None:
    # A token read from a file often ends in a line feed, which no header may carry.
    return next((value.strip() for name in names if (value := credential.secrets.get(name))), None)


def _missing(credential: CredentialSettings) -> str:
    keys = ", ".join(credential.variable(name) for name in OAUTH1)
    return f"credential {credential.name!r} has no token for X: set {credential.variable('bearer_token')}, or, to answer from an account, {keys}{credential.or_connect()}"


def _kept(credential: CredentialSettings) -> Tokens | None:
    return credential.keeper.fresh() if credential.keeper else None
