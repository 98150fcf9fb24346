"""Bluesky's refusals as the errors of the listener: what it said, in its own words. Pure.

The forms: https://atproto.com/specs/xrpc and https://docs.bsky.app/docs/advanced-guides/rate-limits, read 2026-11-22
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from desk.post import Limits
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
from listener.sources.shared.json_read import page_words
from listener.sources.shared.wire import Answer, document, number, retry_after, within_a_day

LONGEST_WORDS = 300
NOT_ALLOWED = re.compile(r"bad token (scope|method)|missing required scope|ScopeMissing", re.IGNORECASE)

STALE_TOKEN = frozenset({"ExpiredToken", "InvalidToken"})
NOT_ACCEPTED = frozenset({
    "AccountDeactivated", "AccountSuspended", "AccountTakedown", "AuthFactorTokenRequired", "AuthMissing", "AuthenticationRequired",
    "BadJwt", "BadJwtSignature",
})  # fmt: skip
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class SessionExpired(Unauthorized):
    """Bluesky took the credential, but not the token that it gave for it."""


class Gone(Refused):
    """There is no such post or record any more."""


def name_of(answer: Answer) -> str:
    """What Bluesky calls the error, such as ExpiredToken."""
    given = document(answer)
    found = given.get("error") if isinstance(given, Mapping) else None
    return found if isinstance(found, str) else ""


def words(answer: Answer) -> str:
    """What it said; of an HTML page its text."""
    given = document(answer)
    if isinstance(given, Mapping):
        said = [given[key] for key in ("error", "message") if isinstance(given.get(key), str) and given[key]]
        return ": ".join(dict.fromkeys(said))[:LONGEST_WORDS] or f"status {answer.status}"
    return page_words(answer.body)[:LONGEST_WORDS] or f"status {answer.status}"


def limits(answer: Answer, now: datetime) -> Limits | None:
    """What the headers say of the limit; None when they say nothing."""
    left = number(answer.headers.get("ratelimit-remaining"))
    return None if left is None else Limits(max(0, int(left)), _window_end(answer.headers, now))


def _window_end(headers: Mapping[str, str], now: datetime) -> datetime | None:
    seconds = number(headers.get("ratelimit-reset"))
    return within_a_day(EPOCH + timedelta(seconds=seconds), now) if seconds is not None and 0 < seconds < 10**11 else None


def problem(answer: Answer, now: datetime) -> SourceError:
    """What an answer with a status other than 2xx means."""
    said, status = words(answer), answer.status
    if status >= 500 or status in {408, 425}:
        return Unavailable(f"Bluesky is not available just now (status {status})", retry_after(answer.headers, now))
    if status == 429:
        return RateLimited(f"Bluesky limits this credential: {said}", retry_after(answer.headers, now) or _window_end(answer.headers, now))
    if status == 402:
        return BudgetExhausted(f"Bluesky wants to be paid: {said}", retry_after(answer.headers, now), vendor=True)
    return _unaccepted(answer, said) or _refusal(answer, said)


def _unaccepted(answer: Answer, said: str) -> Unauthorized | None:
    name = name_of(answer)
    if 400 <= answer.status < 500 and NOT_ALLOWED.search(said):
        return Unauthorized(
            f"Bluesky does not let this app password do that ({said}): private messages need an app password with access to direct messages"
        )
    if name in STALE_TOKEN:
        return SessionExpired(f"Bluesky does not accept the token: {said}")
    if answer.status == 401 or name in NOT_ACCEPTED:
        return Unauthorized(f"Bluesky does not accept the credential: {said}")
    return None


def _refusal(answer: Answer, said: str) -> SourceError:
    status = answer.status
    if name_of(answer) in {"NotFound", "RecordNotFound"} or status in {404, 410}:
        return Gone(f"Bluesky does not know this (status {status}): {said}")
    if 300 <= status < 400:
        return Refused("Bluesky redirects elsewhere: check base_url of the credential")
    if 400 <= status < 500:
        return Refused(f"Bluesky refuses (status {status}): {said}")
    return Malformed(f"Bluesky answered with status {status}: {said}", answer.body[:10_000])


def reply_problem(answer: Answer, now: datetime) -> SourceError:
    """What the answer to a reply means, where its status is not 2xx."""
    found = problem(answer, now)
    if isinstance(found, Unavailable):
        return OutcomeUnknown(f"Bluesky failed while posting (status {answer.status}): the reply may stand there")
    if isinstance(found, Refused):
        return Rejected(f"Bluesky does not take this reply: {words(answer)}", by_hand=answer.status == 403)
    return found
