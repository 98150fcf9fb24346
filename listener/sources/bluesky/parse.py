"""Bluesky's posts and notifications as ours. Pure, and patient with what is absent.

The forms: app.bsky.feed.defs#postView, app.bsky.notification.listNotifications and app.bsky.feed.post at https://docs.bsky.app/docs/category/http-reference,
read 2026-11-22.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from desk.post import Post, PostAuthor, PostMedia
from listener.source import Malformed
from listener.sources.shared.json_read import Item, instant, mapping, mappings, web_address
from listener.sources.shared.listing import Entry, Sheet
from listener.sources.shared.wire import Answer, document
from storage.words import Capability, MediaKind

APP = "https://bsky.app"
PICTURES, VIDEOS = "https://cdn.bsky.app/img/feed_fullsize/plain", "https://video.bsky.app/watch"
COLLECTION = "app.bsky.feed.post"
HEARD = frozenset({"mention", "reply", "quote"})
NOT_SHOWN = frozenset({"porn", "sexual", "nudity", "graphic-media", "gore"})
"""Labels of pictures that the network's own app hides until they are asked for: of such a post none is fetched."""

SHUT = "the author chose who may answer here, and this account may not"
MENTION = "app.bsky.richtext.facet#mention"
LINK = "app.bsky.richtext.facet#link"


def read_page(answer: Answer, name: str, *, asked: str | None = None) -> Sheet:
    """One page of `posts`, of a `feed` or of `notifications`; `asked` is the cursor that it was asked from. Raises Malformed."""
    given = mapping(document(answer))
    listed = given.get(name)
    if not isinstance(listed, list):
        raise Malformed(f"Bluesky's answer has no {name}", answer.body[:10_000])
    wanted = [_post_of(item, name) for item in listed if _is_wanted(item, name)]
    found = [(item, _entry(item, name)) for item in wanted]
    after = text_of(given.get("cursor")) or None
    # A page may be empty because all that stood on it is hidden; an end that names itself as the next page leads nowhere.
    is_end = not listed and after == asked
    return Sheet([entry for _, entry in found if entry], None if is_end else after, [item for item, entry in found if entry is None])


def _is_wanted(item: Any, name: str) -> bool:
    given = mapping(item)
    if name == "notifications":
        return given.get("reason") in HEARD or "reason" not in given
    return not (name == "feed" and mapping(given.get("reason")))  # a repost, or a post that is pinned above its time


def _post_of(item: Any, name: str) -> Any:
    given = mapping(item)
    return given["post"] if name == "feed" and isinstance(given.get("post"), Mapping) else item


def _entry(item: Any, name: str) -> Entry | None:
    given = mapping(item)
    uri, moment = text_of(given.get("uri")), instant(given.get("indexedAt")) if name == "notifications" else moment_of(given)
    return Entry(uri, int(moment.timestamp()), text_of(given.get("cid")), item) if uri and moment else None


def read_post(item: Any) -> Post:
    """A post, as a search, a feed or a notification shows it. Raises ValueError where it has no address, no instant or no words."""
    given = mapping(item)
    record, uri, moment = mapping(given.get("record")), text_of(given.get("uri")), moment_of(given)
    if not uri.startswith("at://") or moment is None:
        raise ValueError("the post has no address, or no instant")
    text, media = text_of(record.get("text")), tuple(_media(given))
    if not text and not mapping(record.get("embed")):
        raise ValueError("the post says nothing")
    reply = mapping(record.get("reply"))
    parent, root = text_of(mapping(reply.get("parent")).get("uri")), text_of(mapping(reply.get("root")).get("uri"))
    is_shut = mapping(given.get("viewer")).get("replyDisabled") is True
    return Post(
        external_id=uri,
        author=read_author(given.get("author"), uri),
        text=text,
        posted_at=moment,
        thread_id=root or parent or uri,
        parent_id=parent or None,
        kind="reply" if parent else "quote" if _quoted(given) else "post",
        url=address_of(uri),
        language=_language(record.get("langs")),
        capability=Capability.NONE if is_shut else Capability.API,
        capability_reason=SHUT if is_shut else "",
        addressed=tuple(sorted(_addressed(given, record, text))),
        media=media,
        raw=dict(given),
        links=tuple(dict.fromkeys(_links(record))),
    )


def moment_of(given: Item) -> datetime | None:
    """When a post counts as written: a client may name any instant, so that it is never later than the one at which it was seen."""
    moments = [instant(mapping(given.get("record")).get("createdAt")), instant(given.get("indexedAt"))]
    return min((moment for moment in moments if moment), default=None)


def read_author(given: Any, uri: str) -> PostAuthor:
    author = mapping(given)
    did = text_of(author.get("did")) or uri.removeprefix("at://").partition("/")[0]
    handle = text_of(author.get("handle"))
    followers = author.get("followersCount")
    reach = followers if isinstance(followers, int) and not isinstance(followers, bool) and followers >= 0 else None
    return PostAuthor(did, handle, text_of(author.get("displayName")).strip() or handle, reach, f"{APP}/profile/{did}")


def address_of(uri: str) -> str:
    """A post's page, by who wrote it and its key; names change, these do not."""
    parts = uri.removeprefix("at://").split("/")
    return f"{APP}/profile/{parts[0]}/post/{parts[2]}" if len(parts) == 3 and all(parts) else ""


def key_of(uri: str) -> str:
    return uri.rpartition("/")[2]


def _media(given: Item) -> Iterator[PostMedia]:
    if NOT_SHOWN & {text_of(label.get("val")) for label in mappings(given.get("labels"))}:
        return
    shown = mapping(given.get("embed"))
    yield from _shown(mapping(shown.get("media")) or shown) if shown else _embedded(given)


def _shown(embed: Item) -> Iterator[PostMedia]:
    """The pictures of an embed as the app's server shows it."""
    for image in mappings(embed.get("images")):
        if url := web_address(image.get("fullsize")) or web_address(image.get("thumb")):
            yield PostMedia(MediaKind.PICTURE, url, text_of(image.get("alt")))
    if "playlist" in embed and (url := web_address(embed.get("thumbnail"))):
        yield PostMedia(MediaKind.VIDEO, url, text_of(embed.get("alt")))


def _embedded(given: Item) -> Iterator[PostMedia]:
    """The pictures of a record, which a notification shows alone: where they lie follows from who keeps them."""
    embed = mapping(mapping(given.get("record")).get("embed"))
    embed, did = mapping(embed.get("media")) or embed, read_author(given.get("author"), text_of(given.get("uri"))).external_id
    for image in mappings(embed.get("images")):
        if blob := _blob(image.get("image")):
            yield PostMedia(MediaKind.PICTURE, f"{PICTURES}/{did}/{blob}@jpeg", text_of(image.get("alt")))
    if blob := _blob(embed.get("video")):
        yield PostMedia(MediaKind.VIDEO, f"{VIDEOS}/{did}/{blob}/thumbnail.jpg", text_of(embed.get("alt")))


def _blob(given: Any) -> str:
    found = text_of(mapping(mapping(given).get("ref")).get("$link"))
    return found if found.isalnum() else ""


def _quoted(given: Item) -> Item:
    """The post that is quoted, as far as it is shown: at least that there is one."""
    shown = mapping(given.get("embed"))
    record = mapping(shown.get("record")) or mapping(mapping(mapping(given.get("record")).get("embed")).get("record"))
    return mapping(record.get("record")) if isinstance(record.get("record"), Mapping) else record


def _addressed(given: Item, record: Item, text: str) -> Iterator[str]:
    """Whom the post names, as it spells them: places are counted in bytes."""
    spelled = text.encode()
    for facet in mappings(record.get("facets")):
        if any(feature.get("$type") == MENTION for feature in mappings(facet.get("features"))):
            start, end = (mapping(facet.get("index")).get(name) for name in ("byteStart", "byteEnd"))
            if isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(spelled):
                yield spelled[start:end].decode(errors="replace").lstrip("@").lower()
    if handle := text_of(mapping(_quoted(given).get("author")).get("handle")):
        yield handle.lower()


def _links(record: Item) -> Iterator[str]:
    """Where the post leads: its text shows addresses shortened, and the card of a page not at all."""
    features = [feature for facet in mappings(record.get("facets")) for feature in mappings(facet.get("features"))]
    card = mapping(mapping(record.get("embed")).get("external"))
    for link in (*(feature.get("uri") for feature in features if feature.get("$type") == LINK), card.get("uri")):
        if url := web_address(link):
            yield url


def _language(given: Any) -> str | None:
    first = text_of(given[0]) if isinstance(given, list) and given else ""
    return first.partition("-")[0].lower() or None


def text_of(given: Any) -> str:
    """A text; a number in its place is no post of Bluesky's."""
    return given if isinstance(given, str) else ""
