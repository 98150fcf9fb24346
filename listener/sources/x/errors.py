"""X's refusals as the errors of the listener: what X said, in its own words. Pure.

The forms of a refusal: https://docs.x.com/x-api/fundamentals/response-codes-and-errors
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
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

LONGEST_WORDS = 400
DUPLICATE = re.compile(r"duplicate content|already said that|status is a duplicate", re.IGNORECASE)
GONE = re.compile(r"deleted or not visible|does not exist|not[- ]found|no longer available", re.IGNORECASE)
NOT_ALLOWED = re.compile(
    r"oauth1[- ](?:app )?permissions|client[- ](?:forbidden|not[- ]enrolled)|unsupported[- ]authentication|application-only"
    r"|account (?:is |has been )?(?:temporarily )?(?:locked|suspended)",
    re.IGNORECASE,
)
USAGE_CAP = re.compile(r"usage[- ]?cap", re.IGNORECASE)
UNKNOWN_NAME = re.compile(r"(tweet|post)\.fields|expansions|(referenced|edit_history)_(tweets|posts)", re.IGNORECASE)
MARKUP = re.compile(r"<(script|style).*?</\1>|<[^>]*>", re.IGNORECASE | re.DOTALL)


def document(answer: Answer) -> Any:
    """The answer's JSON, or None where it is none."""
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        return None


def words(answer: Answer) -> str:
    """What X said, each sentence once: messages, details, titles; of an HTML page its text."""
    given = document(answer)
    if isinstance(given, Mapping):
        said = list(dict.fromkeys(_sentences(given)))
        text = "; ".join(said)
    else:
        text = " ".join(MARKUP.sub(" ", answer.body[:20_000].decode("utf-8", "replace")).split())
    return text[:LONGEST_WORDS] or f"status {answer.status}"


def _sentences(given: Mapping[str, Any]) -> Iterator[str]:
    listed = given.get("errors")
    for error in listed if isinstance(listed, list) else [listed]:
        yield from _said(error, ("message", "detail", "title"))
    yield from _said(given, ("detail", "error_description", "error", "reason", "title"))


def _said(error: Any, keys: tuple[str, ...]) -> Iterator[str]:
    if isinstance(error, str):
        yield error
    elif isinstance(error, Mapping):
        # The first that is there: a title only repeats its detail in fewer words.
        found = next((error[key] for key in keys if isinstance(error.get(key), str) and error[key]), None)
        if found:
            yield found


def reset_at(answer: Answer, now: datetime) -> datetime | None:
    """When the credential may ask again, as the headers say: the longest wait of those that apply."""
    headers = answer.headers
    names = ["x-rate-limit-reset"]
    names += [f"x-{scope}-limit-24hour-reset" for scope in ("user", "app") if number(headers.get(f"x-{scope}-limit-24hour-remaining")) == 0]
    moments = [retry_after(headers, now), *(_epoch(headers, name, now) for name in names)]
    return max((moment for moment in moments if moment), default=None)


def _epoch(headers: Mapping[str, str], name: str, now: datetime) -> datetime | None:
    seconds = number(headers.get(name))
    if seconds is None or not 0 < seconds < 10**11:
        return None
    return within_a_day(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds), now)


def problem(answer: Answer, now: datetime) -> SourceError:
    """What a look's answer with a status other than 2xx means for the caller."""
    said = words(answer)
    if answer.status >= 500 or answer.status == 408:
        return Unavailable(f"X is not available just now (status {answer.status})", retry_after(answer.headers, now))
    if answer.status in {403, 429} and _is_at_the_cap(answer):
        return BudgetExhausted(f"X says that the usage cap is reached: {said}", None, vendor=True)
    match answer.status:
        case 401:
            return Unauthorized(f"X does not accept the credential: {said}")
        case 402:
            return BudgetExhausted(f"X says that the credit is used up: {said}", None, vendor=True)
        case 429:
            return _throttled(answer, said, now)
    return _refused(answer, said)


def _refused(answer: Answer, said: str) -> SourceError:
    if 300 <= answer.status < 400:
        return Refused("X redirects elsewhere: check base_url of the credential")
    if 400 <= answer.status < 500:
        return Refused(f"X refuses the request (status {answer.status}): {said}{_advice(said)}")
    return Malformed(f"X answered with status {answer.status}: {said}", answer.body)


def _throttled(answer: Answer, said: str, now: datetime) -> SourceError:
    limit = answer.headers.get("x-rate-limit-limit")
    allowed = f" (limit {limit})" if limit else ""
    return RateLimited(f"X limits this credential{allowed}: {said}", reset_at(answer, now))


def _is_at_the_cap(answer: Answer) -> bool:
    """Whether a refusal is the monthly cap: it comes as 403 and as 429, and no waiting of minutes helps against it."""
    given = document(answer)
    told = [str(given.get(name, "")) for name in ("type", "title", "detail")] if isinstance(given, Mapping) else []
    return any(USAGE_CAP.search(one) for one in told)


def _advice(said: str) -> str:
    # X's interface 2.167 renamed fields, and a request with the other set of names is refused as a whole.
    if "one of" in said.lower() and UNKNOWN_NAME.search(said):
        return '. X may have renamed its fields: set field_names = "post" (or "tweet") at the credential'
    return ""


def is_stale_since(error: SourceError) -> bool:
    """Whether X refuses the id to start from because it is too old for the search window of seven days."""
    return isinstance(error, Refused) and "since_id" in str(error)


def is_stale_token(error: SourceError) -> bool:
    """Whether X refuses the place in the middle of the pages: tokens run out."""
    return isinstance(error, Refused) and re.search(r"(next|pagination)_token", str(error)) is not None


def reply_problem(answer: Answer, now: datetime) -> SourceError:
    """What the answer to a reply means, where its status is not 2xx."""
    said = words(answer)
    if answer.status >= 500 or answer.status == 408:
        return OutcomeUnknown(f"X failed while posting (status {answer.status}): the reply may stand there")
    if answer.status == 403 and not _is_at_the_cap(answer):
        return _forbidden(answer, said)
    if answer.status in {401, 402, 403, 429}:
        return problem(answer, now)
    return Rejected(f"X does not take this reply: {said}", by_hand=False)


def _forbidden(answer: Answer, said: str) -> SourceError:
    whole = answer.body[:20_000].decode("utf-8", "replace")
    if GONE.search(said):
        return Rejected(f"The post is gone: {said}")
    if NOT_ALLOWED.search(whole):
        return Unauthorized(f"X does not let this app or account post: {said}")
    return Rejected(f"X does not let an app answer here: {said}", by_hand=True)


def is_duplicate(answer: Answer) -> bool:
    """Whether X refuses the text as one that this account has just posted: perhaps our own first attempt."""
    return answer.status == 403 and DUPLICATE.search(words(answer)) is not None


def is_gone(answer: Answer) -> bool:
    """Whether X says that the post is not there any more."""
    return GONE.search(words(answer)) is not None
