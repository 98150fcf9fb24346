"""The ways into a Discourse forum: who asks, and what its refusals mean (https://docs.discourse.org)."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from listener.http import Answer
from listener.settings import ListenerSettings
from listener.source import Malformed, RateLimited, Refused, SourceError, Unauthorized
from listener.sources.shared.api import Api, Gone, door, mapping_of, words
from listener.sources.shared.wire import number, within_a_day

NAME = "Discourse"
SOURCE = "discourse"


def opened(settings: ListenerSettings, credential: str | None, given: Mapping[str, Any], clock: Callable[[], datetime]) -> Api:
    """A forum, as the credential's user or as a visitor. Raises Refused, Unauthorized."""
    headers: dict[str, str] = {}
    if credential is not None:
        known = settings.credential(credential, SOURCE)
        if known.secrets.get("api_key"):
            headers = {"Api-Key": known.secret("api_key").strip(), "Api-Username": username(settings, credential) or "system"}
    return Api(NAME, door(settings, SOURCE, credential, given), headers, _judge(clock), clock)


def username(settings: ListenerSettings, credential: str | None) -> str:
    """The user whose key it is, as the credential says it; empty when it does not."""
    known = settings.credential(credential, SOURCE)
    return str(known.secrets.get("username") or known.options.get("username") or "").strip()


def _judge(clock: Callable[[], datetime]) -> Callable[[Answer, SourceError], SourceError]:
    def judged(answer: Answer, error: SourceError) -> SourceError:
        if isinstance(error, RateLimited) and error.retry_at is None:
            return RateLimited(str(error), _wait(answer, clock()))
        if answer.status == 403 and _kind(answer) == "not_logged_in":
            return Unauthorized(f"{NAME} shows this to its users alone: name a credential with api_key and username")
        if answer.status == 403 and type(error) is Refused:
            return Refused(f"{NAME} does not allow this to the user of the key: {words(answer)}")
        return error

    return judged


def _given(answer: Answer) -> Mapping[str, Any]:
    try:
        return mapping_of(json.loads(answer.body))
    except (ValueError, RecursionError):
        return {}


def _kind(answer: Answer) -> str:
    return str(_given(answer).get("error_type") or "")


def _wait(answer: Answer, now: datetime) -> datetime | None:
    """Where no header says it, the answer does: `{"extras": {"wait_seconds": 20}}`."""
    seconds = number(mapping_of(_given(answer).get("extras")).get("wait_seconds"))
    return within_a_day(now + timedelta(seconds=seconds), now) if seconds is not None and 0 < seconds < 10**6 else None


def post_of(api: Api, external_id: str) -> Mapping[str, Any] | None:
    """One post as it stands now, None where it is gone. Raises SourceError."""
    try:
        given, answer = api.get(f"/posts/{quote(external_id, safe='')}.json")
    except Gone:
        return None
    if not isinstance(given, Mapping) or "id" not in given:
        raise Malformed(f"{NAME}'s answer is no post", answer.body[:10_000])
    return given
