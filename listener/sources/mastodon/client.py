"""The one file that imports Mastodon.py. Its client stays as published; what it lacks is added around it.

Mastodon.py 2.3 sleeps in two of its three ways to meet a rate limit, waits five minutes for an answer, asks for the server's version and for the
state of a timeline beside what it was asked for, turns each failed connection into a text, and reads a page as a whole. So: it throws, knows a
version, speaks through our adapter, and answers are read from the wire.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import requests

from desk.post import Limits, OutgoingAttachment
from listener.settings import CredentialSettings
from listener.source import Malformed, OutcomeUnknown, Refused, SourceError, Unauthorized, Unavailable
from listener.sources.mastodon.errors import limits, problem
from listener.sources.shared import wire
from listener.sources.shared.wire import Answer

try:
    import mastodon
except ImportError as error:
    raise ImportError("it needs Mastodon.py: pip install 'careline[mastodon]'") from error

logging.getLogger("mastodon").setLevel(logging.INFO)

ASSUMED_VERSION = "4.3.0"
"""Named so that the client asks for none; what a server does not know it leaves out."""

USER_AGENT = "careline/0.1 (customer care)"
HEARD = ["mention", "quote"]

Lost = Callable[[BaseException], SourceError]


class _Client(mastodon.Mastodon):
    def timeline_is_available(self, *_: Any, **__: Any) -> bool:
        """Taken for granted: the timeline's own answer tells, and costs no call beside it."""
        return True


class MastodonClient:
    """A server as one credential sees it. Not to be shared by threads; cheap to make. `limits` are those of the newest answer."""

    def __init__(self, credential: CredentialSettings, timeout: float, *, site: str = "") -> None:
        self.base = address_of(credential, site)
        token = next((value.strip() for name in ("access_token", "token") if (value := credential.secrets.get(name))), None)
        self._keeper = credential.keeper
        self._kept = None if token or self._keeper is None else self._keeper.fresh()
        token = token or (self._kept.access if self._kept else None)
        if not token:
            raise Unauthorized(
                f"credential {credential.name!r} has no token: set {credential.variable('access_token')}{credential.or_connect()}"
            )
        self.limits: Limits | None = None
        self._adapter = wire.HostAdapter(None, timeout)
        session = wire.mount(requests.Session(), self._adapter, self.base)
        self._client: Any = _Client(
            access_token=token,
            api_base_url=self.base,
            ratelimit_method="throw",
            request_timeout=timeout,
            mastodon_version=ASSUMED_VERSION,
            version_check_mode="created",
            session=session,
            user_agent=USER_AGENT,
        )

    def notifications(self, *, after: str | None, size: int) -> Answer:
        """Who mentioned or quoted the account, newest first. Raises SourceError, as all that only asks."""
        return self._read(lambda: self._client.notifications(types=HEARD, max_id=after, limit=size))

    def search(self, words: str, *, after: str | None, size: int) -> Answer:
        """Statuses with these words, as far as the server searches at all."""
        asked = {"resolve": False, "result_type": "statuses", "exclude_unreviewed": False, "max_id": after, "limit": size}
        return self._read(lambda: self._client.search_v2(words, **asked))

    def tagged(self, tag: str, *, after: str | None, size: int) -> Answer:
        return self._read(lambda: self._client.timeline_hashtag(tag, max_id=after, limit=size))

    def of_account(self, account_id: str, *, after: str | None, size: int) -> Answer:
        """What an account wrote itself, its private answers too where it is the credential's own."""
        return self._read(lambda: self._client.account_statuses(account_id, exclude_reblogs=True, max_id=after, limit=size))

    def own_account(self) -> Answer:
        return self._read(self._client.account_verify_credentials)

    def account(self, name: str) -> Answer:
        return self._read(lambda: self._client.account_lookup(name))

    def status(self, status_id: str) -> Answer:
        return self._read(lambda: self._client.status(status_id))

    def statuses(self, ids: Sequence[str]) -> Answer:
        """Those of these statuses that there are; servers have it since 4.3."""
        return self._read(lambda: self._client.statuses(list(ids)))

    def context(self, status_id: str) -> Answer:
        """The statuses before and after one in its conversation."""
        return self._read(lambda: self._client.status_context(status_id))

    def policy(self) -> Answer:
        """Whose notifications the account lets through, and how many wait."""
        return self._read(self._client.notifications_policy)

    def instance(self) -> Answer:
        return self._read(self._client.instance_v2)

    def upload(self, picture: OutgoingAttachment, alt: str) -> Answer:
        """Give the server a picture to keep for a while; the answer has any status. Raises Unavailable: nothing was posted yet."""
        return self._exchange(
            lambda: self._client.media_post(picture.body, mime_type=picture.media_type, description=alt or None, file_name=picture.name),
            lost=_unreached,
        )

    def uploaded(self, media_id: str) -> Answer:
        return self._read(lambda: self._client.media(media_id))

    def post(self, text: str, parent_id: str, *, visibility: str, warning: str, media_ids: Sequence[str], key: str) -> Answer:
        """Post once; the answer has any status. Raises Unavailable when it surely was not sent, OutcomeUnknown when it may have been."""
        told = {"visibility": visibility, "spoiler_text": warning or None, "media_ids": list(media_ids) or None, "idempotency_key": key}
        return self._exchange(lambda: self._client.status_post(text, in_reply_to_id=parent_id, **told), lost=_lost_reply)

    def edit(self, status_id: str, text: str, *, warning: str, media_ids: Sequence[str]) -> Answer:
        told = {"spoiler_text": warning or None, "media_ids": list(media_ids) or None}
        return self._exchange(lambda: self._client.status_update(status_id, text, **told), lost=_unreached)

    def delete(self, status_id: str) -> Answer:
        return self._exchange(lambda: self._client.status_delete(status_id), lost=_unreached)

    def _read(self, call: Callable[[], Any]) -> Answer:
        answer = self._exchange(call, lost=_unreached)
        now = datetime.now(UTC)
        self.limits = limits(answer, now) or self.limits
        if not 200 <= answer.status < 300:
            raise problem(answer, now)
        return answer

    def _exchange(self, call: Callable[[], Any], *, lost: Lost) -> Answer:
        self._adapter.last = None
        try:
            call()
        except (mastodon.MastodonError, requests.RequestException, AttributeError, LookupError, OSError, TypeError, ValueError) as error:
            # What was answered is judged from the wire: the client raises for statuses, and stumbles over forms that it does not know.
            if self._adapter.last is None:
                raise _named(error, lost) from error
        if self._adapter.last is None:
            raise Malformed("the request to the Mastodon server was not made")
        answer = Answer.of(self._adapter.last)
        if answer.status == 401 and self._kept is not None and self._keeper is not None:
            self._keeper.renewed(self._kept)
        return answer


def address_of(credential: CredentialSettings, site: str) -> str:
    """The server's address. Raises Refused where neither the credential nor the feed names it."""
    base = wire.base_url(credential)
    if base is None and not site:
        raise Refused(f'credential {credential.name!r} names no server: set base_url, such as "https://mastodon.example"')
    return base or f"https://{site}"


def _named(error: BaseException, lost: Lost) -> SourceError:
    cause = error if isinstance(error, requests.RequestException) else error.__context__
    if isinstance(cause, requests.RequestException):
        return lost(cause)
    return Refused(f"the request to the Mastodon server cannot be made: {type(error).__name__}")


def _unreached(error: BaseException) -> SourceError:
    return Unavailable(f"The Mastodon server cannot be reached: {wire.describe(error)}")


def _lost_reply(error: BaseException) -> SourceError:
    if wire.is_unsent(error):
        return _unreached(error)
    return OutcomeUnknown(f"The Mastodon server did not confirm the reply: {wire.describe(error)}")
