"""X's posts as ours. Pure, and patient with what is absent, null or renamed.

Recordings of 2022 carry nothing but an id and a text; interface 2.167 renamed `tweet` to `post` in most names.
https://docs.x.com/x-api/fundamentals/data-dictionary
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from desk.post import Post, PostAuthor, Unreadable
from listener.source import Malformed, Refused
from storage.words import Capability

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SNOWFLAKE_EPOCH_MS = 1_288_834_974_657
FIRST_SNOWFLAKE = 29_700_859_247
"""Since November 2010 the upper bits of an id are the milliseconds since this epoch: https://docs.x.com/fundamentals/x-ids"""

HANDLE = re.compile(r"(?<![\w@])@(\w{1,15})(?!\w)")
QUOTE_LINK = re.compile(r"https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/(\w{1,15})/status/\d+", re.IGNORECASE)
NO_LANGUAGE = frozenset({"", "und", "art", "qam", "qct", "qht", "qme", "qst", "zxx"})
OLD_CODES: Mapping[str, str] = {"in": "id", "iw": "he", "ji": "yi"}
SUMMONED = "X lets an app answer only a post that mentions or quotes the answering account (rule of 23 February 2026)"

Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class XPage:
    """One answer of X: ids as numbers, `users` the authors that came along (they are billed apart)."""

    posts: tuple[Post, ...] = ()
    rejects: tuple[Unreadable, ...] = ()
    ids: tuple[int, ...] = ()
    newest_id: int | None = None
    next_token: str | None = None
    users: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Beside:
    """What lies beside the posts of an answer, by id."""

    users: Mapping[str, Item] = field(default_factory=dict)
    posts: Mapping[str, Item] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reader:
    """What is known of the feed: its brand's handles, whether its app is free to answer anyone, whose timeline it is."""

    own_handles: Sequence[str] = ()
    answers_anyone: bool = False
    owner: PostAuthor | None = None


def read_page(body: bytes, reader: Reader) -> XPage:
    """All that one answer holds. Raises Malformed when it is not X's form at all, Refused when it is nothing but errors."""
    document = _document(body)
    items, errors = _listed(document, "data"), _listed(document, "errors")
    gone = tuple(_gone(error) for error in errors if _is_gone_post(error))
    notes = tuple(dict.fromkeys(_said(error) for error in errors if not _is_gone_post(error)))
    if not items and notes and not gone and not _mapping(document.get("meta")):
        raise Refused(f"X refuses: {'; '.join(notes)[:400]}")
    beside = _beside(_mapping(document.get("includes")))
    posts, rejects = read_items(items, beside, reader)
    meta = _mapping(document.get("meta"))
    ids = tuple(found for item in items if (found := _id(item)) is not None)
    return XPage(
        posts=posts + gone,
        rejects=rejects,
        ids=ids,
        newest_id=max((found for found in (_number(meta.get("newest_id")), *ids) if found is not None), default=None),
        next_token=_text(meta.get("next_token")) or None,
        users=frozenset(beside.users),
        notes=notes,
    )


def _document(body: bytes) -> Item:
    try:
        document = json.loads(body)
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
            rejects.append(Unreadable(_packed(item, beside), f"{type(error).__name__}: {error}"))
    return tuple(posts), tuple(rejects)


def read_post(item: Any, beside: Beside, reader: Reader) -> Post:
    """One post. Raises ValueError where it has no id, no text or no instant."""
    number, text = _id(item), _whole_text(item)
    if number is None:
        raise ValueError("the post has no id")
    if text is None:
        raise ValueError("the post has no text")
    own_id = str(number)
    author = _author(item, beside)
    author = author if author.external_id or reader.owner is None else reader.owner
    earlier = _earlier_ids(item, own_id)
    parent = _reference(item, "replied_to")
    named = _addressed(item, text, beside)
    can_answer = reader.answers_anyone or not named.isdisjoint(reader.own_handles)
    return Post(
        external_id=own_id,
        author=author,
        text=_unescaped(text),
        posted_at=_moment(None, earlier[0]) if earlier else _moment(item.get("created_at"), own_id),
        thread_id=_text(item.get("conversation_id")) or parent or (earlier[0] if earlier else own_id),
        parent_id=parent,
        kind="reply" if parent else "quote" if _reference(item, "quoted") else "post",
        url=f"https://x.com/{author.handle or 'i/web'}/status/{own_id}",
        edited_at=_moment(item.get("created_at"), own_id) if earlier else None,
        language=_language(item.get("lang")),
        capability=Capability.API if can_answer else Capability.LINK,
        capability_reason="" if can_answer else SUMMONED,
        addressed=tuple(sorted(named | _replied_handle(item, beside))),
        edit_of=earlier,
        raw=_pack(item, beside),
    )


def packed_page(payload: bytes) -> bytes:
    """A kept item as a page of one, so that it is read again in the same way."""
    kept = json.loads(payload)
    return json.dumps({"data": [kept.get("post")], "includes": kept.get("includes")}).encode() if isinstance(kept, dict) else b"{}"


def _author(item: Item, beside: Beside) -> PostAuthor:
    author_id = _text(item.get("author_id"))
    user = beside.users.get(author_id, {})
    handle = _text(user.get("username")) or _text(item.get("username"))
    reach = _number(_mapping(user.get("public_metrics")).get("followers_count"))
    url = f"https://x.com/{handle}" if handle else f"https://x.com/i/user/{author_id}" if author_id else ""
    return PostAuthor(author_id, handle, _text(user.get("name")), reach, url)


def _whole_text(item: Item) -> str | None:
    # Beyond 280 characters `text` is cut off and the whole stands in a note.
    for name in ("note_tweet", "note_post"):
        note = _mapping(item.get(name)).get("text")
        if isinstance(note, str) and note:
            return note
    text = item.get("text")
    return text if isinstance(text, str) else None


def _unescaped(text: str) -> str:
    # X escapes these three and no others; a customer who writes "&copy;" means it.
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _earlier_ids(item: Item, own_id: str) -> tuple[str, ...]:
    listed = item.get("edit_history_tweet_ids") or item.get("edit_history_post_ids") or []
    numbers = sorted({found for given in _list(listed) if (found := _number(given)) is not None})
    return tuple(str(number) for number in numbers if number < int(own_id))


def _reference(item: Item, kind: str) -> str | None:
    for reference in _list(item.get("referenced_tweets") or item.get("referenced_posts")):
        if isinstance(reference, Mapping) and reference.get("type") == kind and _text(reference.get("id")):
            return _text(reference.get("id"))
    return None


def _is_retweet(item: Any) -> bool:
    return isinstance(item, Mapping) and (_reference(item, "retweeted") or _reference(item, "reposted")) is not None


def _addressed(item: Item, text: str, beside: Beside) -> frozenset[str]:
    """Who is mentioned, and whose post is quoted: what X counts as a summons."""
    entities = [_mapping(holder.get("entities")) for holder in (item, _mapping(item.get("note_tweet")), _mapping(item.get("note_post")))]
    mentions = [mention for held in entities for mention in _list(held.get("mentions"))]
    named = {_text(_mapping(mention).get("username")) for mention in mentions}
    if not any(entities):
        named |= set(HANDLE.findall(text))
    if quoted := _reference(item, "quoted"):
        links = [_text(_mapping(url).get("expanded_url")) for held in entities for url in _list(held.get("urls"))]
        named |= {found[1] for link in links if (found := QUOTE_LINK.match(link)) and link.rstrip("/").endswith(quoted)}
        named.add(_author(beside.posts.get(quoted, {}), beside).handle)
    return frozenset(name.lower() for name in named if name)


def _replied_handle(item: Item, beside: Beside) -> frozenset[str]:
    user = beside.users.get(_text(item.get("in_reply_to_user_id")), {})
    handle = _text(user.get("username")).lower()
    return frozenset({handle} if handle else ())


def _language(code: Any) -> str | None:
    given = _text(code).lower()
    return None if given in NO_LANGUAGE else OLD_CODES.get(given, given)


def _moment(given: Any, own_id: str) -> datetime:
    """The instant of a post: as X writes it, in either of its forms, else as its id tells it. Raises ValueError."""
    for read in (datetime.fromisoformat, lambda text: datetime.strptime(text, "%a %b %d %H:%M:%S %z %Y")):
        try:
            moment = read(_text(given))
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
    given = _mapping(error)
    return (
        "not-found" in _text(given.get("type"))
        and _text(given.get("resource_type")) in {"tweet", "post"}
        and _number(given.get("resource_id") or given.get("value")) is not None
    )


def _gone(error: Any) -> Post:
    number = _number(error.get("resource_id") or error.get("value")) or 0
    own_id = str(number)
    moment = snowflake_moment(number) if FIRST_SNOWFLAKE <= number < 2**63 else EPOCH
    return Post(external_id=own_id, author=PostAuthor(""), text="", posted_at=moment, thread_id=own_id, deleted=True)


def _said(error: Any) -> str:
    given = _mapping(error)
    return next((_text(given[key]) for key in ("detail", "message", "title") if _text(given.get(key))), "an error without words")


def _beside(includes: Item) -> Beside:
    return Beside(_by_id(includes, "users"), {**_by_id(includes, "tweets"), **_by_id(includes, "posts")})


def _by_id(includes: Item, name: str) -> dict[str, Item]:
    return {_text(entry.get("id")): entry for entry in _list(includes.get(name)) if isinstance(entry, Mapping) and _text(entry.get("id"))}


def _pack(item: Item, beside: Beside) -> dict[str, Any]:
    """An item with those whom it speaks of: enough to read it again."""
    ids = {_text(item.get("author_id")), _text(item.get("in_reply_to_user_id"))}
    quoted = beside.posts.get(_reference(item, "quoted") or "")
    if quoted:
        ids.add(_text(quoted.get("author_id")))
    users = [beside.users[found] for found in sorted(ids) if found in beside.users]
    return {"post": item, "includes": {"users": users, "posts": [quoted] if quoted else []}}


def _packed(item: Any, beside: Beside) -> bytes:
    kept = _pack(item, beside) if isinstance(item, Mapping) else {"post": item}
    return json.dumps(kept).encode()


def _id(item: Any) -> int | None:
    return _number(item.get("id")) if isinstance(item, Mapping) else None


def _listed(document: Item, name: str) -> list[Any]:
    given = document.get(name)
    return [given] if isinstance(given, Mapping) else _list(given)


def _list(given: Any) -> list[Any]:
    return given if isinstance(given, list) else []


def _mapping(given: Any) -> Item:
    return given if isinstance(given, Mapping) else {}


def _number(given: Any) -> int | None:
    """A whole number that came as one or as digits."""
    text = _text(given)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None


def _text(given: Any) -> str:
    return given if isinstance(given, str) else str(given) if isinstance(given, int) and not isinstance(given, bool) else ""


def fields(names: str, *, with_authors: bool) -> dict[str, str]:
    """The request's fields in X's older names ("tweet") or in those of interface 2.167 ("post").

    Expansions are billed per object that they bring, so that there is only the author; the newer interface gives some ids
    through expansions alone.
    """
    if names == "post":
        wanted = ["edit_history_post_ids", "in_reply_to_user_id", "referenced_posts", *_authors(with_authors=with_authors)]
        asked = {"post.fields": "conversation_id,created_at,entities,lang,note_post", "expansions": ",".join(wanted)}
    else:
        listed = (
            "author_id,conversation_id,created_at,edit_history_tweet_ids,entities,in_reply_to_user_id,lang,note_tweet,referenced_tweets"
        )
        asked = {"tweet.fields": listed, **({"expansions": "author_id"} if with_authors else {})}
    return {**asked, "user.fields": "name,public_metrics,username"} if with_authors else asked


def _authors(*, with_authors: bool) -> Iterator[str]:
    if with_authors:
        yield "author_id"
