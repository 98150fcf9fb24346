"""Reviews of the App Store as ours. Pure. A review is a thread of its own, with our one answer in it.

https://developer.apple.com/documentation/appstoreconnectapi/customerreview, and Apple's public list, which has no documentation.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from desk.post import Post, PostAuthor
from listener.source import Malformed
from listener.sources.shared.api import instant_of, list_of, mapping_of, text_of
from listener.sources.shared.listing import Entry, digest
from listener.sources.stores.words import ANSWER, heading
from storage.words import Capability

REVIEWS, RESPONSES = "customerReviews", "customerReviewResponses"
ONE_ANSWER = "a review has one answer: a new one takes the place of the one that stands there"
OWNER_ONLY = "only the app's owner can answer its reviews"
PUBLIC_AUTHOR = re.compile(r"/id(\d+)")

Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class App:
    """Whose reviews these are. `handle` is our account's, by which its answers are known as ours; empty where we have none."""

    id: str
    site: str
    handle: str = ""


def read_page(document: Any) -> tuple[tuple[Entry, ...], str]:
    """Each review with its answer, and the address of the next page; empty at the end. Raises Malformed for what is no page."""
    page = mapping_of(document)
    if not isinstance(page.get("data"), list):
        raise Malformed("the answer lists no reviews", json.dumps(document).encode()[:10_000])
    answers = {text_of(one.get("id")): one for one in map(mapping_of, list_of(page.get("included"))) if one.get("type") == RESPONSES}
    entries = tuple(_entry(item, answers) for item in page["data"])
    return entries, text_of(mapping_of(page.get("links")).get("next"))


def kept_of(document: Any) -> Any:
    """A review that was asked for by itself, with its answer, as a page's are kept; None where it is none."""
    given = mapping_of(document)
    if not mapping_of(given.get("data")):
        return None
    (entry,), _ = read_page({"data": [given["data"]], "included": given.get("included")})
    return entry.item


def cursor_in(address: str) -> str:
    """The place between two pages that the address of the next one holds; empty when it holds none."""
    try:
        return dict(parse_qsl(urlsplit(address).query)).get("cursor", "")
    except ValueError:
        return ""


def _entry(item: Any, answers: Mapping[str, Item]) -> Entry:
    review = mapping_of(item)
    linked = mapping_of(mapping_of(mapping_of(review.get("relationships")).get("response")).get("data"))
    kept = {"review": item, "response": answers.get(text_of(linked.get("id")))}
    key, at = text_of(review.get("id")), instant_of(mapping_of(review.get("attributes")).get("createdDate"))
    state = digest(review.get("attributes"), mapping_of(kept["response"]).get("attributes"))
    return Entry(key or f"?{state}", at.timestamp() if at else None, state, kept)


def read_review(kept: Any, app: App) -> list[Post]:
    """A review and, where our account is known, our answer to it. Raises ValueError or TypeError where it has no id, no instant or no words."""
    if not isinstance(kept, Mapping):
        raise TypeError("the item is no object")
    review, response = mapping_of(kept.get("review")), mapping_of(kept.get("response"))
    post = _review(review, kept, app)
    answer = _response(response, post, app) if response and app.handle else None
    return [post, answer] if answer else [post]


def _review(review: Item, kept: Item, app: App) -> Post:
    said = mapping_of(review.get("attributes"))
    number, at = text_of(review.get("id")), instant_of(said.get("createdDate"))
    body, title = text_of(said.get("body")).strip(), text_of(said.get("title")).strip()
    if not number or at is None or not (body or title):
        raise ValueError("the review has no id, no instant or no words")
    nickname = text_of(said.get("reviewerNickname"))
    return Post(
        external_id=number,
        # A nickname is not one person's alone: strangers must never be taken for one.
        author=PostAuthor("", nickname, nickname),
        text=body or title,
        posted_at=at,
        thread_id=number,
        kind="review",
        title=heading(said.get("rating"), title if body else "", text_of(said.get("territory"))),
        url=f"https://apps.apple.com/app/id{app.id}" if app.id.isdigit() else "",
        capability=Capability.API,
        capability_reason=ONE_ANSWER if kept.get("response") else "",
        site=app.site,
        raw=dict(kept),
    )


def _response(response: Item, review: Post, app: App) -> Post | None:
    said = mapping_of(response.get("attributes"))
    number, text = text_of(response.get("id")), text_of(said.get("responseBody")).strip()
    if not number or not text:
        return None
    return Post(
        external_id=number,
        author=PostAuthor(f"developer:{app.id}", app.handle, app.handle),
        text=text,
        posted_at=instant_of(said.get("lastModifiedDate")) or review.posted_at,
        thread_id=review.external_id,
        parent_id=review.external_id,
        kind=ANSWER,
        url=review.url,
        capability=Capability.NONE,
        site=app.site,
    )


def public_page(document: Any) -> tuple[Entry, ...]:
    """The reviews of a page of Apple's public list. Raises Malformed for what is no page of it."""
    feed = mapping_of(document).get("feed")
    if not isinstance(feed, Mapping):
        raise Malformed("the answer is not Apple's public list of reviews", json.dumps(document).encode()[:10_000])
    given = feed.get("entry")
    # A list of one is no list there; an app may stand before its reviews.
    listed = given if isinstance(given, list) else [given] if given else []
    return tuple(_public_entry(item) for item in listed if not isinstance(item, Mapping) or "im:rating" in item)


def _public_entry(item: Any) -> Entry:
    given = mapping_of(item)
    key, at = _label(given, "id"), instant_of(_label(given, "updated"))
    state = digest(*(_label(given, name) for name in ("title", "content", "im:rating")))
    return Entry(key or f"?{digest(item)}", at.timestamp() if at else None, state, item)


def read_public(item: Any, app: App, country: str) -> Post:
    """A review of the public list. Raises ValueError or TypeError where it has no id, no instant or no words."""
    if not isinstance(item, Mapping):
        raise TypeError("the item is no object")
    number, at = _label(item, "id"), instant_of(_label(item, "updated"))
    body, title, stars = _label(item, "content").strip(), _label(item, "title").strip(), _label(item, "im:rating")
    if not number or at is None or not (body or title):
        raise ValueError("the review has no id, no instant or no words")
    author = mapping_of(item.get("author"))
    found = PUBLIC_AUTHOR.search(_label(author, "uri"))
    return Post(
        external_id=number,
        author=PostAuthor(found[1] if found else "", _label(author, "name"), _label(author, "name")),
        text=body or title,
        posted_at=at,
        thread_id=number,
        kind="review",
        title=heading(int(stars) if stars.isdigit() else None, title if body else "", country.upper(), _label(item, "im:version")),
        url=f"https://apps.apple.com/{country}/app/id{app.id}",
        capability=Capability.NONE,
        capability_reason=OWNER_ONLY,
        site=app.site,
        raw=dict(item),
    )


def _label(item: Item, name: str) -> str:
    return text_of(mapping_of(item.get(name)).get("label"))
