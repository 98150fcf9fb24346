"""Refusals of servers that speak Mastodon's API as the errors of the listener: what the server said, in its own words. Pure.

The forms: https://docs.joinmastodon.org/entities/Error/ and https://docs.joinmastodon.org/api/rate-limits/
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
NOT_ALLOWED = re.compile(
    r"authorized scopes|requires an authenticated user|login is (?:currently )?disabled|confirmed e-?mail|pending (?:approval|review)"
    r"|access token",
    re.IGNORECASE,
)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Gone(Refused):
    """The server knows no such post any more."""


class PageGone(Gone):
    """The same by a web page, not by the interface itself: it may be anybody's, or last for a moment (snac2, while a post is changed)."""


def words(answer: Answer) -> str:
    """What the server said; of an HTML page its text."""
    given = document(answer)
    if isinstance(given, Mapping):
        said = [given[key] for key in ("error", "error_description") if isinstance(given.get(key), str) and given[key]]
        return "; ".join(dict.fromkeys(said))[:LONGEST_WORDS] or f"status {answer.status}"
    return page_words(answer.body)[:LONGEST_WORDS] or f"status {answer.status}"


def limits(answer: Answer, now: datetime) -> Limits | None:
    """What the headers say of the credential's limit; None when they say nothing."""
    left = number(answer.headers.get("x-ratelimit-remaining"))
    return None if left is None else Limits(max(0, int(left)), _window_end(answer.headers, now))


def reset_at(answer: Answer, now: datetime) -> datetime | None:
    """When the credential may ask again: Retry-After, else the end of the window."""
    return retry_after(answer.headers, now) or _window_end(answer.headers, now)


def _window_end(headers: Mapping[str, str], now: datetime) -> datetime | None:
    # Mastodon writes an instant, GoToSocial seconds since 1970.
    given = headers.get("x-ratelimit-reset", "")
    seconds = number(given)
    try:
        found = EPOCH + timedelta(seconds=seconds) if seconds is not None else datetime.fromisoformat(given)
    except (ValueError, OverflowError):
        return None
    return within_a_day(found if found.tzinfo else found.replace(tzinfo=UTC), now)


def problem(answer: Answer, now: datetime) -> SourceError:
    """What an answer with a status other than 2xx means."""
    said, status = words(answer), answer.status
    if status >= 500 or status in {408, 425}:
        return Unavailable(f"The Mastodon server is not available just now (status {status})", retry_after(answer.headers, now))
    if status == 429:
        return RateLimited(f"The Mastodon server limits this credential: {said}", reset_at(answer, now))
    if status == 402:
        return BudgetExhausted(f"The Mastodon server wants to be paid: {said}", retry_after(answer.headers, now), vendor=True)
    if status == 401 or (status in {403, 422} and NOT_ALLOWED.search(said)):
        return Unauthorized(f"The Mastodon server does not accept the credential: {said}")
    return _refusal(answer, said)


def _refusal(answer: Answer, said: str) -> SourceError:
    status = answer.status
    if 300 <= status < 400:
        return Refused("The Mastodon server redirects elsewhere: check base_url of the credential")
    if status in {404, 410}:
        kind = Gone if isinstance(document(answer), Mapping) else PageGone
        return kind(f"The Mastodon server does not know this (status {status}): {said}")
    if 400 <= status < 500:
        return Refused(f"The Mastodon server refuses (status {status}): {said}")
    return Malformed(f"The Mastodon server answered with status {status}: {said}", answer.body[:10_000])


def reply_problem(answer: Answer, now: datetime) -> SourceError:
    """What the answer to a reply means, where its status is not 2xx."""
    found = problem(answer, now)
    if isinstance(found, Unavailable):
        return OutcomeUnknown(f"The Mastodon server failed while posting (status {answer.status}): the reply may stand there")
    if isinstance(found, Gone):
        return Rejected(f"The post is gone: {words(answer)}")
    if isinstance(found, Refused):
        return Rejected(f"The Mastodon server does not take this reply: {words(answer)}", by_hand=answer.status == 403)
    return found


def unread(answer: Answer, what: str) -> Malformed:
    return Malformed(f"The Mastodon server's answer is no {what}", answer.body[:10_000])
