"""One call of a consent: to one host, with an end in time, without following a redirect; its answer is never logged or shown."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn
from urllib.parse import urlsplit

import requests

from listener.settings import CredentialSettings
from listener.source import Malformed, RateLimited, Refused, Unauthorized, Unavailable
from listener.sources.shared import wire
from listener.sources.shared.wire import Answer

USER_AGENT = "python:careline:0.1 (customer care monitor)"
LONGEST_WORDS = 300
OURS_IS_WRONG = frozenset({"invalid_client", "unauthorized_client", "unsupported_grant_type", "invalid_scope"})
"""What is wrong is how the app is set up, not what was given to it (RFC 6749, 5.2)."""


class TakenBack(Unauthorized):
    """The platform does not accept what it was given, or what it gave."""


class Caller:
    """Calls a platform's token endpoints as one credential; `platform` is its name in messages."""

    def __init__(self, platform: str, credential: CredentialSettings, timeout: float) -> None:
        self.platform = platform
        self.credential = credential
        self._base = wire.base_url(credential)
        self._timeout = timeout

    def place(self, url: str) -> str:
        """Where an address of the platform lies for this credential: at its `base_url`, where it has one."""
        return url if self._base is None else self._base + urlsplit(url).path

    def ask(self, method: str, url: str, *, told: str = "", **given: Any) -> Mapping[str, Any]:
        """The JSON object of one answer. `told` is a bearer token. Raises SourceError, TakenBack among it."""
        answer = self._answered(method, url, {"Authorization": f"Bearer {told}"} if told else {}, given)
        document = _document(answer)
        # Reddit says under a status of 200 that it takes no code.
        if not 200 <= answer.status < 300 or (document or {}).get("error"):
            self._refuse(answer, document)
        if document is None:
            raise Malformed(f"{self.platform}'s answer is no JSON object")  # without its body: that may hold a token
        return document

    def _answered(self, method: str, url: str, headers: Mapping[str, str], given: Mapping[str, Any]) -> Answer:
        with wire.mount(requests.Session(), wire.HostAdapter(None, self._timeout), self._base) as session:
            try:
                return Answer.of(session.request(method, url, headers={"User-Agent": USER_AGENT, **headers}, **given))
            except requests.RequestException as error:
                raise Unavailable(f"{self.platform} cannot be reached: {wire.describe(error)}") from error

    def _refuse(self, answer: Answer, document: Mapping[str, Any] | None) -> NoReturn:
        said, now = _words(answer, document), datetime.now(UTC)
        if answer.status >= 500 or answer.status == 408:
            raise Unavailable(f"{self.platform} is not available just now (status {answer.status})", wire.retry_after(answer.headers, now))
        if answer.status == 429:
            raise RateLimited(f"{self.platform} limits this credential: {said}", wire.retry_after(answer.headers, now))
        if (document or {}).get("error") in OURS_IS_WRONG:
            raise Refused(f"{self.platform} does not know the app of credential {self.credential.name!r}: {said}")
        # A refusal in HTML comes from something before the platform, and takes nothing back.
        if answer.status in {200, 400, 401} and (document or {}).get("error"):
            raise TakenBack(f"{self.platform} does not accept this: {said}")
        raise Refused(f"{self.platform} refuses (status {answer.status}): {said}")


def is_surely_unsent(error: BaseException) -> bool:
    """Whether the platform surely carried nothing out: it was not reached, or said that it would not."""
    if isinstance(error, (Refused, RateLimited, Unauthorized)):
        return True
    return isinstance(error.__cause__, requests.RequestException) and wire.is_unsent(error.__cause__)


def _document(answer: Answer) -> Mapping[str, Any] | None:
    try:
        found = json.loads(answer.body) if answer.body else {}
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _words(answer: Answer, document: Mapping[str, Any] | None) -> str:
    named = ("error_description", "message", "error")
    said = [text for name in named if isinstance(text := (document or {}).get(name), str) and text]
    return ": ".join(dict.fromkeys(said))[:LONGEST_WORDS] or f"status {answer.status}"
