"""Mastodon's statuses and notifications as ours. Pure, and patient with what is absent: other servers speak the same API with fewer words.

https://docs.joinmastodon.org/entities/Status/ and https://docs.joinmastodon.org/entities/Notification/, read 2026-11-22
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from desk.post import Post, PostAuthor, PostMedia
from listener.sources.mastodon.errors import unread
from listener.sources.shared.json_read import Item, instant, mapping, mappings, text_of, web_address
from listener.sources.shared.listing import Entry, Sheet, digest
from listener.sources.shared.wire import Answer, document
from listener.text import plain_text
from storage.words import Capability, MediaKind

OPEN_TO_ALL = frozenset({"public", "unlisted"})
DIRECT = "direct"
HEARD = frozenset({"mention", "quote"})
PICTURES: Mapping[str, MediaKind] = {"image": MediaKind.PICTURE, "gifv": MediaKind.VIDEO, "video": MediaKind.VIDEO}
LINK = re.compile(r"<([^>]*)>([^<]*)")


def read_statuses(answer: Answer) -> Sheet:
    """One page of a timeline. Raises Malformed."""
    given = document(answer)
    if not isinstance(given, list):
        raise unread(answer, "list of statuses")
    return _statuses(given, answer)


def read_search(answer: Answer) -> Sheet:
    """One page of a search. Raises Malformed."""
    found = mapping(document(answer)).get("statuses")
    if not isinstance(found, list):
        raise unread(answer, "list of statuses")
    return _statuses(found, answer)


def read_notifications(answer: Answer) -> Sheet:
    """The statuses of one page of notifications. Raises Malformed."""
    given = document(answer)
    if not isinstance(given, list):
        raise unread(answer, "list of notifications")
    # A server that cannot choose tells of follows and favourites too.
    heard = [item for item in given if text_of(mapping(item).get("type")) in {*HEARD, ""}]
    # What was written long ago may be told of only now.
    told = [(_status_of(item), instant(mapping(item).get("created_at"))) for item in heard]
    return _listed(told, [text_of(mapping(item).get("id")) for item in given], answer)


def _status_of(notification: Any) -> Any:
    given = mapping(notification)
    return given["status"] if isinstance(given.get("status"), Mapping) else notification


def _statuses(items: list[Any], answer: Answer) -> Sheet:
    return _listed([(item, None) for item in items], [text_of(mapping(item).get("id")) for item in items], answer)


def _listed(told: list[tuple[Any, datetime | None]], places: list[str], answer: Answer) -> Sheet:
    entries = [(item, _entry(item, moment)) for item, moment in told if not is_boost(item)]
    return Sheet(
        [entry for _, entry in entries if entry is not None],
        _after(answer, [place for place in places if place]),
        [item for item, entry in entries if entry is None],
    )


def _after(answer: Answer, ids: list[str]) -> str | None:
    """Before which id the next page lies: as the header `Link` says, else the oldest of this page."""
    if not ids:
        return None
    header = answer.headers.get("link")
    if not header:
        return min(ids, key=lambda own: (len(own), own))
    for address, about in LINK.findall(header):
        if 'rel="next"' in about:
            return next(iter(parse_qs(urlsplit(address).query).get("max_id", [])), None)
    return None


def _entry(item: Any, told_at: datetime | None) -> Entry | None:
    given = mapping(item)
    own_id, moment = text_of(given.get("id")), told_at or instant(given.get("created_at"))
    if not own_id or moment is None:
        return None
    pictures = [(text_of(one.get("id")), text_of(one.get("description"))) for one in mappings(given.get("media_attachments"))]
    version = digest(given.get("content"), given.get("spoiler_text"), given.get("edited_at"), pictures)
    return Entry(own_id, int(moment.timestamp()), version, item)


def is_boost(item: Any) -> bool:
    """Whether somebody only passed on what another one wrote."""
    return isinstance(mapping(item).get("reblog"), Mapping)


def parent_of(item: Any) -> str:
    return text_of(mapping(item).get("in_reply_to_id"))


def read_status(item: Any, *, root: str, site: str) -> Post:
    """One status; `root` is the id of its conversation's first one. Raises ValueError where it has no id, no instant or no words."""
    given = mapping(item)
    own_id, moment = text_of(given.get("id")), instant(given.get("created_at"))
    if not own_id or moment is None:
        raise ValueError("the status has no id, or no instant")
    text, title, media = _text(given), text_of(given.get("spoiler_text")).strip(), tuple(_media(given))
    if not text and not title and not media:
        raise ValueError("the status says nothing")
    visibility, parent = text_of(given.get("visibility")) or "public", parent_of(given)
    is_private = visibility not in OPEN_TO_ALL
    return Post(
        external_id=own_id,
        author=read_author(given.get("account"), site=site),
        text=text,
        title=title,
        posted_at=moment,
        # A private branch of a public conversation is one of its own.
        thread_id=f"private:{root or own_id}" if is_private else root or own_id,
        parent_id=parent or None,
        kind="direct_message" if visibility == DIRECT else "reply" if parent else "quote" if _quoted(given) else "post",
        url=web_address(given.get("url")) or web_address(given.get("uri")),
        edited_at=instant(given.get("edited_at")),
        language=text_of(given.get("language")).partition("-")[0].lower() or None,
        capability=Capability.API,
        addressed=tuple(sorted(set(_addressed(given, site)))),
        site=site,
        media=media,
        is_private=is_private,
        raw={"status": dict(given), "root": root},
        links=tuple(link for link in [web_address(mapping(given.get("card")).get("url"))] if link),
    )


def read_author(given: Any, *, site: str) -> PostAuthor:
    """Who wrote it, by the number that this server gave them; the handle names the server of somebody from elsewhere."""
    account = mapping(given)
    handle = _handle(account, site)
    name = text_of(account.get("display_name")).strip() or text_of(account.get("username"))
    followers = account.get("followers_count")
    reach = followers if isinstance(followers, int) and not isinstance(followers, bool) and followers >= 0 else None
    return PostAuthor(text_of(account.get("id")), handle, name, reach, web_address(account.get("url")))


def _text(given: Item) -> str:
    content = given.get("content")
    said = plain_text(content) if isinstance(content, str) else text_of(given.get("text"))
    choices = [text_of(one.get("title")) for one in mappings(mapping(given.get("poll")).get("options"))]
    return "\n".join([said, *(f"- {choice}" for choice in choices if choice)]).strip()


def _media(given: Item) -> Iterator[PostMedia]:
    for one in mappings(given.get("media_attachments")):
        kind = PICTURES.get(text_of(one.get("type")))
        names = ("url", "preview_url") if kind is MediaKind.PICTURE else ("preview_url",)
        url = next((found for name in names if (found := web_address(one.get(name)))), "")
        if kind and url:
            yield PostMedia(kind, url, text_of(one.get("description")))


def _addressed(given: Item, site: str) -> Iterator[str]:
    for account in (*mappings(given.get("mentions")), mapping(_quoted(given).get("account"))):
        if handle := _handle(account, site):
            yield handle.lower()


def _handle(account: Item, site: str) -> str:
    given = text_of(account.get("acct")) or text_of(account.get("username"))
    name, _, server = given.partition("@")
    # Some servers write their own name behind those of their own accounts.
    return name if site and server.lower() == site.lower() else given


def _quoted(given: Item) -> Item:
    return mapping(mapping(given.get("quote")).get("quoted_status"))
