"""Calls of the YouTube Data API: the key in a header, the units counted, and Google's errors as the errors of the listener.

A day has 10,000 units, apart from them 100 searches, and begins at midnight in California:
https://developers.google.com/youtube/v3/determine_quota_cost, read 2026-11-22.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from desk import platforms
from desk.post import Spent
from listener import bill
from listener.http import Answer, Unreached, retry_after
from listener.settings import CredentialSettings, ListenerSettings
from listener.source import BudgetExhausted, RateLimited, Refused, SourceError, Unauthorized
from listener.sources.shared import api
from listener.sources.shared.api import Api
from listener.sources.shared.json_read import Item, listed, mapping, parsed_json, text_of
from listener.sources.shared.listing import LostPlace
from listener.sources.youtube.parse import items_of, video_id
from listener.text import plain_text

BASE_URL = "https://www.googleapis.com"
SEARCH_CALL = "search_call"

CALIFORNIA = ZoneInfo(platforms.quota_zone("youtube"))
SPENT = frozenset({"quotaExceeded", "dailyLimitExceeded"})
LIMITED = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"})
BAD_KEY = frozenset({"keyInvalid", "keyExpired", "API_KEY_INVALID", "API_KEY_SERVICE_BLOCKED", "ipRefererBlocked", "accessNotConfigured"})
LOST_PLACE = "invalidPageToken"
NO_COMMENTS = frozenset({"commentsDisabled", "videoNotFound"})
MOST_REPLY_PAGES = 5
MOST_VIDEOS = 50


class NoComments(Refused):
    """A video has no comments to read: it does not allow them, or is gone."""


@dataclass(slots=True)
class Calls:
    """The calls of one look. `taken` is what they cost so far by kind, also where one failed: Google bills those too.

    https://developers.google.com/youtube/v3/determine_quota_cost: a request that is invalid costs at least a unit.
    """

    web: Api
    taken: Counter[str] = field(default_factory=Counter)

    def get(self, method: str, params: Mapping[str, Any]) -> Item:
        kind = SEARCH_CALL if method == "search" else platforms.QUOTA_UNIT
        self.taken[kind] += 1
        try:
            with bill.charging(platforms.price("youtube", kind)):
                return mapping(self.web.get(f"/youtube/v3/{method}", params)[0])
        except Unreached:
            self.taken[kind] -= 1
            raise

    def replies(self, thread: str) -> Iterator[Any]:
        """All replies of a thread."""
        after = ""
        for _ in range(MOST_REPLY_PAGES):
            asked = {"part": "snippet", "parentId": thread, "maxResults": 100, "textFormat": "plainText"}
            document = self.get("comments", {**asked, **({"pageToken": after} if after else {})})
            yield from items_of(document)
            following = text_of(document.get("nextPageToken"))
            if not following or following == after:
                return
            after = following

    def comments(self, ids: Sequence[str]) -> list[Any]:
        """Those of these comments that there are."""
        asked = {"part": "snippet", "id": ",".join(ids), "maxResults": 100, "textFormat": "plainText"}
        return items_of(self.get("comments", asked))

    def videos(self, ids: Sequence[str]) -> dict[str, Any]:
        """Videos by id with their whole description: a search cuts it off."""
        found: dict[str, Any] = {}
        for start in range(0, len(ids), MOST_VIDEOS):
            document = self.get("videos", {"part": "snippet", "id": ",".join(ids[start : start + MOST_VIDEOS])})
            found |= {video_id(item): item for item in items_of(document)}
        return found

    def channel_of(self, handle: str) -> str:
        """The id of the channel with a handle. Raises Refused."""
        items = items_of(self.get("channels", {"part": "id", "forHandle": handle}))
        found = text_of(mapping(items[0]).get("id")) if items else ""
        if not found:
            raise Refused(f"YouTube knows no channel {handle}: check option channel")
        return found

    def costs(self) -> tuple[Spent, ...]:
        return tuple(platforms.price("youtube", kind, count) for kind, count in sorted(self.taken.items()) if count)


def calls_of(settings: ListenerSettings, credential: str | None, clock: Callable[[], datetime]) -> Calls:
    """The calls of a credential. Raises Unauthorized where it or its key is missing."""
    given: CredentialSettings = settings.credential(credential, "youtube")
    door = api.door(settings, "youtube", given.name, {}, usual=BASE_URL)
    headers = {"X-Goog-Api-Key": given.secret("key")}
    return Calls(Api("YouTube", door, headers, lambda answer, error: judge(answer, error, clock()), clock))


def judge(answer: Answer, error: SourceError, now: datetime) -> SourceError:
    """What Google's errors mean (https://developers.google.com/youtube/v3/docs/errors): a status of 403 is four of them."""
    told = mapping(mapping(parsed_json(answer.body)).get("error"))
    if not told:
        return error
    reasons = {text_of(mapping(entry).get("reason")) for entry in [*listed(told.get("errors")), *listed(told.get("details"))]} - {""}
    said = f"YouTube: {plain_text(text_of(told.get('message')))[:300] or ', '.join(sorted(reasons)) or f'status {answer.status}'}"
    if reasons & SPENT:
        return BudgetExhausted(said, next_day(now), vendor=True)
    if reasons & LIMITED or answer.status == 429:
        return RateLimited(said, retry_after(answer.headers.get("retry-after"), now=now))
    if reasons & BAD_KEY or answer.status == 401:
        return Unauthorized(said)
    if answer.status >= 500:
        return error
    refused = LostPlace if LOST_PLACE in reasons else NoComments if reasons & NO_COMMENTS else Refused
    return refused(said)


def next_day(now: datetime) -> datetime:
    """When the next day's units begin."""
    tomorrow = now.astimezone(CALIFORNIA).date() + timedelta(days=1)
    return datetime.combine(tomorrow, datetime.min.time(), tzinfo=CALIFORNIA).astimezone(now.tzinfo)
