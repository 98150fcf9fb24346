"""Reviews of Google Play as ours. Pure. A review is a thread of its own, with our one answer in it.

https://developers.google.com/android-publisher/api-ref/rest/v3/reviews: what users wrote, and what the developer answered, are both "comments".
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from desk.post import Post, PostAuthor
from listener.source import Malformed
from listener.sources.shared.api import list_of, mapping_of, text_of
from listener.sources.shared.listing import Entry, digest
from listener.sources.shared.wire import number
from listener.sources.stores.words import ANSWER as ANSWER_KIND
from listener.sources.stores.words import heading
from storage.words import Capability

ONE_ANSWER = "a review has one answer: a new one takes the place of the one that stands there"
ANSWER = ":answer"
"""After a review's id: the id of our answer, which has none of its own."""

Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class App:
    """Whose reviews these are. `handle` is our account's, by which its answers are known as ours; empty where we have none."""

    package: str
    site: str
    handle: str = ""


def read_page(document: Any) -> tuple[tuple[Entry, ...], str]:
    """The reviews of a page and the token of the next one. Raises Malformed for what is no page; without reviews it is an empty object."""
    if not isinstance(document, Mapping) or not isinstance(document.get("reviews", []), list):
        raise Malformed("the answer lists no reviews", json.dumps(document).encode()[:10_000])
    token = text_of(mapping_of(document.get("tokenPagination")).get("nextPageToken"))
    return tuple(_entry(item) for item in document.get("reviews", [])), token


def _entry(item: Any) -> Entry:
    review = mapping_of(item)
    key, said = text_of(review.get("reviewId")), _latest(review, "userComment")
    at = _instant(said)
    state = digest(said.get("text"), said.get("starRating"), _latest(review, "developerComment").get("text"))
    return Entry(key or f"?{digest(item)}", at.timestamp() if at else None, state, item)


def read_review(item: Any, app: App) -> list[Post]:
    """A review and, where our account is known, our answer to it. Raises ValueError or TypeError where it has no id, no instant or no words."""
    if not isinstance(item, Mapping):
        raise TypeError("the item is no object")
    key, said, answered = text_of(item.get("reviewId")), _latest(item, "userComment"), _latest(item, "developerComment")
    at = _instant(said)
    title, _, body = text_of(said.get("text")).strip().rpartition("\t")
    if not key or at is None or not body.strip():
        raise ValueError("the review has no id, no instant or no words")
    name = text_of(item.get("authorName"))
    post = Post(
        external_id=key,
        # A name is not one person's alone: strangers must never be taken for one.
        author=PostAuthor("", name, name),
        text=body.strip(),
        posted_at=at,
        thread_id=key,
        kind="review",
        title=heading(said.get("starRating"), title, text_of(said.get("appVersionName")), _device(said), _system(said)),
        url=f"https://play.google.com/store/apps/details?id={quote(app.package)}&reviewId={quote(key)}",
        language=text_of(said.get("reviewerLanguage")).partition("_")[0] or None,
        capability=Capability.API,
        capability_reason=ONE_ANSWER if answered else "",
        site=app.site,
        raw=dict(item),
    )
    return [post, *_answer(answered, post, app)]


def _answer(answered: Item, review: Post, app: App) -> list[Post]:
    text = text_of(answered.get("text")).strip()
    if not text or not app.handle:
        return []
    answer = Post(
        external_id=f"{review.external_id}{ANSWER}",
        author=PostAuthor(f"developer:{app.package}", app.handle, app.handle),
        text=text,
        posted_at=_instant(answered) or review.posted_at,
        thread_id=review.external_id,
        parent_id=review.external_id,
        kind=ANSWER_KIND,
        url=review.url,
        capability=Capability.NONE,
        site=app.site,
    )
    return [answer]


def answer_in(item: Item) -> str:
    """What our answer to a review says; empty where there is none."""
    return text_of(_latest(item, "developerComment").get("text"))


def _latest(review: Item, kind: str) -> Item:
    found = [mapping_of(mapping_of(one).get(kind)) for one in list_of(review.get("comments"))]
    return max((one for one in found if one), key=_seconds, default={})


def _seconds(said: Item) -> float:
    return number(mapping_of(said.get("lastModified")).get("seconds")) or 0.0


def _instant(said: Item) -> datetime | None:
    seconds = number(mapping_of(said.get("lastModified")).get("seconds"))
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds is not None else None
    except (ValueError, OverflowError, OSError):
        return None


def _device(said: Item) -> str:
    return text_of(mapping_of(said.get("deviceMetadata")).get("productName")) or text_of(said.get("device"))


def _system(said: Item) -> str:
    version = said.get("androidOsVersion")
    return f"Android API {version}" if isinstance(version, int) else ""
