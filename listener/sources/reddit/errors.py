"""Reddit's refusals as the errors of the listener. Pure.

Reddit answers with a status, with `{"message", "reason", "explanation"}`, with `{"json": {"errors": [[TYPE, words, field]]}}` under a status
of 200, and now and then with a page of HTML. https://www.reddit.com/dev/api
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

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
from listener.sources.shared.wire import Answer, number, retry_after, within_a_day

LONGEST_WORDS = 300
MARKUP = re.compile(r"<(script|style).*?</\1>|<[^>]*>", re.IGNORECASE | re.DOTALL)
PAUSE = re.compile(r"(\d{1,4})\s*(millisecond|second|minute|hour)s?", re.IGNORECASE)
SECONDS: Mapping[str, float] = {"millisecond": 0.001, "second": 1, "minute": 60, "hour": 3600}

NOBODY = frozenset({
    "COMMENT_GUILDED_ERROR", "DELETED_COMMENT", "DELETED_LINK", "DELETED_THING", "LOCKED", "NO_LINKS", "THREAD_LOCKED", "TOO_OLD",
    "USER_BLOCKED", "USER_BLOCKED_MESSAGE",
})  # fmt: skip
"""Where nobody can answer, by hand as little as by the interface."""

OUR_TEXT = frozenset({"NO_TEXT", "SUBMIT_VALIDATION_BODY_BLACKLISTED_STRING", "TOO_LONG", "TOO_SHORT"})
"""What is wrong is the reply, and would be by hand too."""


class NoAccess(Refused):
    """Reddit turns away without its interface saying why: the key was not approved, or is not any more, or not for this."""


def problem(answer: Answer, asked: str, now: datetime) -> SourceError:
    """What an answer with a status other than 2xx means; `asked` is the path that was asked for."""
    said = words(answer)
    status, what = answer.status, _subject(asked)
    if status >= 500 or status == 408:
        return Unavailable(f"Reddit is not available just now (status {status})", retry_after(answer.headers, now))
    if status == 429:
        return RateLimited(f"Reddit limits this credential: {said}", reset_at(answer, now))
    if status == 402:
        return BudgetExhausted(f"Reddit wants to be paid: {said}", retry_after(answer.headers, now), vendor=True)
    if 300 <= status < 400:
        return _redirect(answer, what)
    if is_token(asked) or status == 401 or "insufficient_scope" in answer.headers.get("www-authenticate", ""):
        return Unauthorized(f"Reddit does not accept the credential{_scope(answer)}: {said}")
    return _refusal_of_status(answer, what, said)


def _refusal_of_status(answer: Answer, what: str, said: str) -> SourceError:
    if answer.status == 403 and not _is_of_the_api(answer):
        return NoAccess(f"Reddit does not let this key in (status 403): {said}")
    if 400 <= answer.status < 500:
        return Refused(f"Reddit refuses {what} (status {answer.status}): {said}")
    return Malformed(f"Reddit answered with status {answer.status}: {said}", answer.body)


def _is_of_the_api(answer: Answer) -> bool:
    """Whether it is the interface that refuses, a private subreddit for one, and not the door before it, with a page or with nothing."""
    try:
        given = json.loads(answer.body)
    except (ValueError, RecursionError):
        return False
    return isinstance(given, Mapping) and any(given.get(name) for name in ("reason", "message", "explanation"))


def is_token(path: str) -> bool:
    return path.rstrip("/").endswith("/api/v1/access_token")


def _scope(answer: Answer) -> str:
    return " for this: a scope is missing" if "insufficient_scope" in answer.headers.get("www-authenticate", "") else ""


def _subject(asked: str) -> str:
    found = re.search(r"/r/([^/?]+)", asked)
    return f"r/{found[1]}" if found else asked


def _redirect(answer: Answer, what: str) -> SourceError:
    target = answer.headers.get("location", "")
    if "/subreddits/search" in target:
        return Refused(f"{what}: there is no such subreddit")
    if "/login" in target:
        return Unauthorized(f"{what} needs an account: give the credential a refresh token, or user name and password")
    return Refused(f"Reddit redirects {what} elsewhere")


def reset_at(answer: Answer, now: datetime) -> datetime | None:
    """When the credential may ask again: Retry-After, else the seconds to the end of the window."""
    seconds = number(answer.headers.get("x-ratelimit-reset"))
    window = within_a_day(now + timedelta(seconds=seconds), now) if seconds is not None and 0 < seconds < 10**6 else None
    return retry_after(answer.headers, now) or window


def words(answer: Answer) -> str:
    """What Reddit said, of an HTML page its text."""
    try:
        given = json.loads(answer.body)
    except (ValueError, RecursionError):
        given = None
    if isinstance(given, Mapping):
        said = [given[key] for key in ("explanation", "message", "reason", "error_description") if isinstance(given.get(key), str)]
        special = given.get("special_errors")
        said += [entry for entry in special if isinstance(entry, str)] if isinstance(special, list) else []
        return "; ".join(dict.fromkeys(entry for entry in said if entry))[:LONGEST_WORDS] or f"status {answer.status}"
    text = " ".join(MARKUP.sub(" ", answer.body[:20_000].decode("utf-8", "replace")).split())
    return text[:LONGEST_WORDS] or f"status {answer.status}"


def reply_problem(answer: Answer, asked: str, now: datetime) -> SourceError:
    """What the answer to a reply means, where its status is not 2xx."""
    found = problem(answer, asked, now)
    if isinstance(found, Unavailable):
        return OutcomeUnknown(f"Reddit failed while posting (status {answer.status}): the reply may stand there")
    if isinstance(found, NoAccess):
        return Rejected(str(found), by_hand=True)
    if isinstance(found, Refused):
        reason = reason_of(answer)
        return Rejected(
            f"Reddit does not take this reply: {words(answer)}", by_hand=answer.status == 403 and reason not in NOBODY | OUR_TEXT
        )
    return found


def reason_of(answer: Answer) -> str:
    try:
        given = json.loads(answer.body)
    except (ValueError, RecursionError):
        return ""
    return str(given.get("reason", "")) if isinstance(given, Mapping) else ""


def refusal(errors: Any, now: datetime) -> SourceError | None:
    """The error that a reply's answer of 200 lists, if any: `[[TYPE, words, field], …]`."""
    for kind, said in _listed(errors):
        return _refusal(kind, said, now)
    return None


def listing_refusal(errors: Any, now: datetime) -> SourceError:
    """The error that a listing's answer of 200 lists in the same form."""
    kind, said = next(_listed(errors), ("UNKNOWN", "an error without words"))
    if kind == "USER_REQUIRED":
        return Unauthorized(f"Reddit needs an account to show this: {said}")
    return _of_the_account(kind, said, now) or Refused(f"Reddit refuses: {said[:LONGEST_WORDS]}")


def _listed(errors: Any) -> Iterator[tuple[str, str]]:
    """The kind and the words of each error."""
    for entry in errors if isinstance(errors, list) else []:
        parts = [str(part) for part in entry if part] if isinstance(entry, Sequence) and not isinstance(entry, str) else [str(entry)]
        yield parts[0] if parts else "UNKNOWN", ": ".join(parts[:2]) or "an error without words"


def _of_the_account(kind: str, said: str, now: datetime) -> SourceError | None:
    """What holds for all that the account asks."""
    return RateLimited(f"Reddit limits this account: {said}", pause_end(said, now)) if kind == "RATELIMIT" else None


def _refusal(kind: str, said: str, now: datetime) -> SourceError:
    if limited := _of_the_account(kind, said, now):
        return limited
    if kind == "USER_REQUIRED":
        return Unauthorized(f"Reddit needs an account to answer: {said}")
    return Rejected(f"Reddit does not take this reply: {said}", by_hand=kind not in NOBODY | OUR_TEXT)


def pause_end(said: str, now: datetime) -> datetime | None:
    """The end of "Take a break for 9 minutes before trying again", a second later than the words say."""
    found = PAUSE.search(said)
    if found is None:
        return None
    return within_a_day(now + timedelta(seconds=int(found[1]) * SECONDS[found[2].lower()] + 1), now)
