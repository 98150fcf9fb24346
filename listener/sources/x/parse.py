"""X's posts as ours. Pure, and patient with what is absent, null or renamed.

Recordings of 2022 carry nothing but an id and a text; interface 2.167 renamed `tweet` to `post` in most names.
https://docs.x.com/x-api/fundamentals/data-dictionary
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from desk.post import Post, PostAuthor, PostMedia, Unreadable
from listener.source import Malformed, Refused
from listener.sources.shared.json_read import OBJECT, read_json
from storage.words import Capability, MediaKind

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SNOWFLAKE_EPOCH_MS = 1_288_834_974_657
FIRST_SNOWFLAKE = 29_700_859_247
"""Since November 2010 the upper bits of an id are the milliseconds since this epoch: https://docs.x.com/fundamentals/x-ids"""

HANDLE = re.compile(r"(?<![\w@])@(\w{1,15})(?!\w)")
QUOTE_LINK = re.compile(r"https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/(\w{1,15})/status/\d+", re.IGNORECASE)
NO_LANGUAGE = frozenset({"", "und", "art", "qam", "qct", "qht", "qme", "qst", "zxx"})
OLD_CODES: Mapping[str, str] = {"in": "id", "iw": "he", "ji": "yi"}
SUMMONED = "X lets an app answer only a post that mentions or quotes the answering account (rule of 23 February 2026)"

ATTACHED, MEDIA_KEYS, MEDIA_FIELDS = "attachments,", "attachments.media_keys", "alt_text,media_key,preview_image_url,type,url"

Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class XPage:
    """One answer of X: ids as numbers, `users` and `media` what came along (they are billed apart)."""

    posts: tuple[Post, ...] = ()
    rejects: tuple[Unreadable, ...] = ()
    ids: tuple[int, ...] = ()
    next_token: str | None = None
    users: frozenset[str] = frozenset()
    media: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Beside:
    """What lies beside the posts of an answer, by id."""

    users: Mapping[str, Item] = field(default_factory=dict)
    posts: Mapping[str, Item] = field(default_factory=dict)
    media: Mapping[str, Item] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reader:
    """What is known of the feed: its brand's handles, whether its app is free to answer anyone, whose timeline it is.

    `users`: authors, by id, that were read apart from the posts.
    """

    own_handles: Sequence[str] = ()
    answers_anyone: bool = False
    owner: PostAuthor | None = None
    users: Mapping[str, Item] = field(default_factory=dict)


def read_page(body: bytes, reader: Reader) -> XPage:
    """All that one answer holds. Raises Malformed when it is not X's form at all, Refused when it is nothing but errors."""
    document = document_of(body)
    items, errors = listed(document, "data"), listed(document, "errors")
    gone = tuple(_gone(error) for error in errors if _is_gone_post(error))
    notes = tuple(dict.fromkeys(_said(error) for error in errors if not _is_gone_post(error)))
    if not items and notes and not gone and not mapping(document.get("meta")):
        raise Refused(f"X refuses: {'; '.join(notes)[:400]}")
    beside = beside_of(mapping(document.get("includes")))
    posts, rejects = read_items(items, replace(beside, users={**reader.users, **beside.users}), reader)
    meta = mapping(document.get("meta"))
    ids = tuple(found for item in items if (found := _id(item)) is not None)
    return XPage(
        posts=posts + gone,
        rejects=rejects,
        ids=ids,
        next_token=text_of(meta.get("next_token")) or None,
        users=frozenset(beside.users),
        media=frozenset(beside.media),
        notes=notes,
    )


def document_of(body: bytes) -> Item:
    try:
        document = read_json(body)
    except (ValueError, RecursionError) as error:
        raise Malformed("X's answer is no JSON", body[:10_000]) from error
    if not isinstance(document, dict) or not document.keys() & {"data", "meta", "errors"}:
        raise Malformed("X's answer has neither data nor meta", body[:10_000])
    return document


def read_items(items: Sequence[Any], beside: Beside, reader: Reader) -> tuple[tuple[Post, ...], tuple[Unreadable, ...]]:
    """Each item as a post or, with its error, as unreadable; retweets are left out."""
    posts, rejects = [], []
    for item in items:
        if _is_retweet(item):
            continue
        try:
            posts.append(read_post(item, beside, reader))
        except (AttributeError, KeyError, LookupError, OverflowError, TypeError, ValueError) as error:
            rejects.append(Unreadable(packed(item, beside), f"{type(error).__name__}: {error}"))
    return tuple(posts), tuple(rejects)


def read_post(item: Any, beside: Beside, reader: Reader) -> Post:
    """One post. Raises ValueError where it has no id, no text or no instant."""
    number, text = _id(item), _whole_text(item)
    if number is None:
        raise ValueError("the post has no id")
    if text is None:
        raise ValueError("the post has no text")
    own_id = str(number)
    author = author_of(item, beside)
    author = author if author.external_id or reader.owner is None else reader.owner
    earlier = _earlier_ids(item, own_id)
    parent = _reference(item, "replied_to")
    named = _addressed(item, text, beside)
    can_answer = reader.answers_anyone or not named.isdisjoint(reader.own_handles)
    return Post(
        external_id=own_id,
        author=author,
        text=unescaped(text),
        posted_at=instant_of(None, earlier[0]) if earlier else instant_of(item.get("created_at"), own_id),
        thread_id=text_of(item.get("conversation_id")) or parent or (earlier[0] if earlier else own_id),
        parent_id=parent,
        kind="reply" if parent else "quote" if _reference(item, "quoted") else "post",
        url=f"https://x.com/{author.handle or 'i/web'}/status/{own_id}",
        edited_at=instant_of(item.get("created_at"), own_id) if earlier else None,
        language=_language(item.get("lang")),
        capability=Capability.API if can_answer else Capability.LINK,
        capability_reason="" if can_answer else SUMMONED,
        addressed=tuple(sorted(named | _replied_handle(item, beside))),
        edit_of=earlier,
        media=read_media(item, beside),
        raw=_pack(item, beside),
        links=_links(item),
    )


def newer_ids(posts: Sequence[Post]) -> list[str]:
    """The newest ids of those posts that were edited since: an id shows for ever what it said."""
    told = ((post.external_id, mapping(post.raw.get("post"))) for post in posts)
    histories = ((own, given.get("edit_history_tweet_ids") or given.get("edit_history_post_ids")) for own, given in told)
    newest = ((int(own), max((number_of(one) or 0 for one in _list(history)), default=0)) for own, history in histories)
    return [str(last) for own, last in newest if last > own]


def packed_page(payload: bytes) -> bytes:
    """A kept item as a page of one, so that it is read again in the same way."""
    kept = json.loads(payload)
    return json.dumps({"data": [kept.get("post")], "includes": kept.get("includes")}).encode() if isinstance(kept, dict) else b"{}"


def read_media(item: Item, beside: Beside) -> tuple[PostMedia, ...]:
    """The pictures of a post, and the stills of its videos, in their order."""
    keys = _list(mapping(item.get("attachments")).get("media_keys"))
    shown = (beside.media[key] for key in map(text_of, keys) if key in beside.media)
    return tuple(found for one in shown if (found := _one_of_media(one)) is not None)


def _one_of_media(given: Item) -> PostMedia | None:
    is_picture = given.get("type") == "photo"
    url = text_of(given.get("url")) if is_picture else text_of(given.get("preview_image_url"))
    kind = MediaKind.PICTURE if is_picture else MediaKind.VIDEO
    return PostMedia(kind, url, text_of(given.get("alt_text"))) if url.startswith(("https://", "http://")) else None


def author_of(item: Item, beside: Beside) -> PostAuthor:
    author_id = text_of(item.get("author_id"))
    user = beside.users.get(author_id, {})
    handle = text_of(user.get("username")) or text_of(item.get("username"))
    reach = number_of(mapping(user.get("public_metrics")).get("followers_count"))
    url = f"https://x.com/{handle}" if handle else f"https://x.com/i/user/{author_id}" if author_id else ""
    return PostAuthor(author_id, handle, text_of(user.get("name")), reach, url)


def _whole_text(item: Item) -> str | None:
    # Beyond 280 characters `text` is cut off and the whole stands in a note.
    for name in ("note_tweet", "note_post"):
        note = mapping(item.get(name)).get("text")
        if isinstance(note, str) and note:
            return note
    text = item.get("text")
    return text if isinstance(text, str) else None


def unescaped(text: str) -> str:
    # X escapes these three and no others; a customer who writes "&copy;" means it.
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _earlier_ids(item: Item, own_id: str) -> tuple[str, ...]:
    listed = item.get("edit_history_tweet_ids") or item.get("edit_history_post_ids") or []
    numbers = sorted({found for given in _list(listed) if (found := number_of(given)) is not None})
    return tuple(str(number) for number in numbers if number < int(own_id))


def _reference(item: Item, kind: str) -> str | None:
    for reference in _list(item.get("referenced_tweets") or item.get("referenced_posts")):
        if isinstance(reference, Mapping) and reference.get("type") == kind and text_of(reference.get("id")):
            return text_of(reference.get("id"))
    return None


def _is_retweet(item: Any) -> bool:
    return isinstance(item, Mapping) and (_reference(item, "retweeted") or _reference(item, "reposted")) is not None


def _links(item: Item) -> tuple[str, ...]:
    """Where the shortened addresses of a text lead."""
    holders = [mapping(holder.get("entities")) for holder in (item, mapping(item.get("note_tweet")), mapping(item.get("note_post")))]
    urls = (mapping(url) for held in holders for url in _list(held.get("urls")))
    found = (text_of(url.get("unwound_url")) or text_of(url.get("expanded_url")) for url in urls)
    return tuple(dict.fromkeys(address for address in found if address))


def _addressed(item: Item, text: str, beside: Beside) -> frozenset[str]:
    """Who is mentioned, and whose post is quoted: what X counts as a summons."""
    entities = [mapping(holder.get("entities")) for holder in (item, mapping(item.get("note_tweet")), mapping(item.get("note_post")))]
    mentions = [mention for held in entities for mention in _list(held.get("mentions"))]
    named = {text_of(mapping(mention).get("username")) for mention in mentions}
    if not any(entities):
        named |= set(HANDLE.findall(text))
    if quoted := _reference(item, "quoted"):
        links = [text_of(mapping(url).get("expanded_url")) for held in entities for url in _list(held.get("urls"))]
        named |= {found[1] for link in links if (found := QUOTE_LINK.match(link)) and link.rstrip("/").endswith(quoted)}
        named.add(author_of(beside.posts.get(quoted, {}), beside).handle)
    return frozenset(name.lower() for name in named if name)


def _replied_handle(item: Item, beside: Beside) -> frozenset[str]:
    user = beside.users.get(text_of(item.get("in_reply_to_user_id")), {})
    handle = text_of(user.get("username")).lower()
    return frozenset({handle} if handle else ())


def _language(code: Any) -> str | None:
    given = text_of(code).lower()
    return None if given in NO_LANGUAGE else OLD_CODES.get(given, given)


def instant_of(given: Any, own_id: str) -> datetime:
    """The instant of a post: as X writes it, in either of its forms, else as its id tells it. Raises ValueError."""
    written = text_of(given)
    for read in (datetime.fromisoformat, lambda text: datetime.strptime(text, "%a %b %d %H:%M:%S %z %Y")) if written else ():
        try:
            moment = read(written)
        except ValueError:
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return snowflake_moment(int(own_id))


def snowflake_moment(number: int) -> datetime:
    """When an id was given out. Raises ValueError for ids that are older than this scheme, or none of X's."""
    if not FIRST_SNOWFLAKE <= number < 2**63:
        raise ValueError("the post has no instant, and its id tells none")
    return EPOCH + timedelta(milliseconds=(number >> 22) + SNOWFLAKE_EPOCH_MS)


def _is_gone_post(error: Any) -> bool:
    """Deleted, or, where we asked for the post itself, protected or withheld since: X wants what is kept of either to go (its developer policy)."""
    given = mapping(error)
    kind, is_asked_for = text_of(given.get("type")), given.get("parameter") in {"id", "ids"}
    return (
        ("not-found" in kind or (is_asked_for and "not-authorized-for-resource" in kind))
        and text_of(given.get("resource_type")) in {"tweet", "post"}
        and number_of(given.get("resource_id") or given.get("value")) is not None
    )


def _gone(error: Any) -> Post:
    number = number_of(error.get("resource_id") or error.get("value")) or 0
    own_id = str(number)
    moment = snowflake_moment(number) if FIRST_SNOWFLAKE <= number < 2**63 else EPOCH
    return Post(external_id=own_id, author=PostAuthor(""), text="", posted_at=moment, thread_id=own_id, deleted=True)


def _said(error: Any) -> str:
    given = mapping(error)
    return next((text_of(given[key]) for key in ("detail", "message", "title") if text_of(given.get(key))), "an error without words")


def beside_of(includes: Item) -> Beside:
    posts = {**_by_id(includes, "tweets"), **_by_id(includes, "posts")}
    return Beside(_by_id(includes, "users"), posts, _by_id(includes, "media", key="media_key"))


def _by_id(includes: Item, name: str, *, key: str = "id") -> dict[str, Item]:
    return {text_of(entry.get(key)): entry for entry in _list(includes.get(name)) if isinstance(entry, Mapping) and text_of(entry.get(key))}


def _pack(item: Item, beside: Beside) -> dict[str, Any]:
    """An item with those whom it speaks of: enough to read it again."""
    ids = {text_of(item.get("author_id")), text_of(item.get("in_reply_to_user_id"))}
    quoted = beside.posts.get(_reference(item, "quoted") or "")
    if quoted:
        ids.add(text_of(quoted.get("author_id")))
    users = [beside.users[found] for found in sorted(ids) if found in beside.users]
    keys = map(text_of, _list(mapping(item.get("attachments")).get("media_keys")))
    media = [beside.media[key] for key in keys if key in beside.media]
    return {"post": item, "includes": {"users": users, "posts": [quoted] if quoted else [], **({"media": media} if media else {})}}


def packed(item: Any, beside: Beside) -> bytes:
    kept = _pack(item, beside) if isinstance(item, Mapping) else {"post": item}
    return json.dumps(kept).encode()


def _id(item: Any) -> int | None:
    return number_of(item.get("id")) if isinstance(item, Mapping) else None


def listed(document: Item, name: str) -> list[Any]:
    given = document.get(name)
    return [given] if isinstance(given, Mapping) else _list(given)


def _list(given: Any) -> list[Any]:
    return given if isinstance(given, list) else []


def mapping(given: Any) -> Item:
    return given if isinstance(given, OBJECT) else {}


def number_of(given: Any) -> int | None:
    """A whole number that came as one or as digits."""
    text = text_of(given)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None


def text_of(given: Any) -> str:
    return given if isinstance(given, str) else str(given) if isinstance(given, int) and not isinstance(given, bool) else ""


def fields(names: str, *, with_authors: bool, with_media: bool = False) -> dict[str, str]:
    """The request's fields in X's older names ("tweet") or in those of interface 2.167 ("post").

    Expansions are billed per object that they bring, so that there are only the pictures, and authors are read by themselves (people.py). The newer
    interface gives some ids, the author's among them, through expansions alone.
    """
    billed = [MEDIA_KEYS] if with_media else []
    if names == "post":
        wanted = ["edit_history_post_ids", "in_reply_to_user_id", "referenced_posts", *(["author_id"] if with_authors else []), *billed]
        asked = {"post.fields": f"{ATTACHED if with_media else ''}conversation_id,created_at,entities,lang,note_post"}
    else:
        listed = (
            "author_id,conversation_id,created_at,edit_history_tweet_ids,entities,in_reply_to_user_id,lang,note_tweet,referenced_tweets"
        )
        wanted, asked = billed, {"tweet.fields": f"{ATTACHED if with_media else ''}{listed}"}
    told = {"user.fields": "name,public_metrics,username"} if with_authors and names == "post" else {}
    shown = {"media.fields": MEDIA_FIELDS} if with_media else {}
    return {**asked, **({"expansions": ",".join(wanted)} if wanted else {}), **told, **shown}
