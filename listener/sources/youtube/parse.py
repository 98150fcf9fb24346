"""What the YouTube Data API answers with, as posts. Pure. The form: https://developers.google.com/youtube/v3/docs, read 2026-11-22."""

import html
from typing import Any

from desk.post import Post, PostAuthor
from listener.source import Malformed
from listener.sources.shared.json_read import Item, at_second, listed, mapping, moment_of, text_of, whole_of
from listener.sources.shared.listing import Entry, Sheet, by_instant, digest
from storage.words import Capability

SITE = "https://www.youtube.com"
ANSWER_THERE = "answers on YouTube are written there: one by API costs 50 of the day's 10,000 units"


def items_of(document: Item) -> list[Any]:
    """The items of an answer. Raises Malformed."""
    items = document.get("items")
    if not isinstance(items, list):
        raise Malformed("YouTube's answer has no items")
    return items


def read_threads(document: Item) -> Sheet:
    """One page of comment threads, newest first. Raises Malformed."""
    found = [(item, _thread_entry(item)) for item in items_of(document)]
    entries = [entry for _, entry in found if entry is not None]
    return Sheet(entries, text_of(document.get("nextPageToken")) or None, [item for item, entry in found if entry is None])


def _thread_entry(item: Any) -> Entry | None:
    snippet = mapping(mapping(item).get("snippet"))
    top = mapping(snippet.get("topLevelComment"))
    told = mapping(top.get("snippet"))
    identifier, moment = text_of(top.get("id")) or text_of(mapping(item).get("id")), moment_of(told.get("publishedAt"))
    if not identifier or moment is None:
        return None
    return Entry(identifier, moment, digest(told.get("updatedAt"), told.get("textDisplay"), snippet.get("totalReplyCount")), item)


def read_search(document: Item, *, until: str | None, floor: int = 0) -> Sheet:
    """One page of found videos, newest first. Raises Malformed."""
    found = [(item, _video_entry(item)) for item in items_of(document)]
    return by_instant(
        [entry for _, entry in found if entry is not None],
        [item for item, entry in found if entry is None],
        has_more=bool(document.get("nextPageToken")),
        until=until,
        floor=floor,
    )


def _video_entry(item: Any) -> Entry | None:
    identifier, moment = video_id(item), moment_of(mapping(mapping(item).get("snippet")).get("publishedAt"))
    return Entry(identifier, moment, digest(identifier), item) if identifier and moment is not None else None


def video_id(item: Any) -> str:
    """The id of a video, as a search or a list of videos names it."""
    given = mapping(item).get("id")
    return text_of(given) or text_of(mapping(given).get("videoId"))


def hidden_replies(thread: Any) -> bool:
    """Whether a thread has more replies than came with it."""
    given = mapping(thread)
    count = whole_of(mapping(given.get("snippet")).get("totalReplyCount")) or 0
    return count > len(shown_replies(given))


def shown_replies(thread: Any) -> list[Any]:
    return listed(mapping(mapping(thread).get("replies")).get("comments"))


def top_of(thread: Any) -> Any:
    """A thread's first comment, with what only the thread says of it."""
    snippet = mapping(mapping(thread).get("snippet"))
    top = mapping(snippet.get("topLevelComment"))
    told = {"videoId": snippet.get("videoId"), "canReply": snippet.get("canReply"), **mapping(top.get("snippet"))}
    return {"id": text_of(top.get("id")) or text_of(mapping(thread).get("id")), "snippet": told}


def reply_of(thread: Any, reply: Any) -> Any:
    """A reply of a thread, with the video that the thread belongs to."""
    given, snippet = mapping(reply), mapping(mapping(reply).get("snippet"))
    video = mapping(mapping(thread).get("snippet")).get("videoId")
    return {"id": given.get("id"), "snippet": {"videoId": video, "parentId": mapping(top_of(thread)).get("id"), **snippet}}


def read_item(item: Any) -> Post:
    """A comment, a reply or a video. Raises ValueError where it has no id, no instant or no text."""
    snippet = mapping(mapping(item).get("snippet"))
    is_comment = "textDisplay" in snippet or "textOriginal" in snippet or "parentId" in snippet or "canReply" in snippet
    return _comment(item, snippet) if is_comment else _video(item, snippet)


def _comment(item: Item, snippet: Item) -> Post:
    identifier, moment = text_of(item.get("id")), moment_of(snippet.get("publishedAt"))
    # Only a comment's own author is told its original text.
    text = next((words for words in (snippet.get("textOriginal"), snippet.get("textDisplay")) if isinstance(words, str)), None)
    if not identifier or moment is None or text is None:
        raise ValueError("the comment has no id, no publishedAt or no text")
    parent, video = text_of(snippet.get("parentId")) or None, text_of(snippet.get("videoId"))
    edited = moment_of(snippet.get("updatedAt"))
    handle = text_of(snippet.get("authorDisplayName"))
    return Post(
        external_id=identifier,
        author=PostAuthor(
            text_of(mapping(snippet.get("authorChannelId")).get("value")) or handle,
            handle.removeprefix("@"),
            handle,
            url=text_of(snippet.get("authorChannelUrl")),
        ),
        text=html.unescape(text),
        posted_at=at_second(moment),
        edited_at=at_second(edited) if edited is not None and edited > moment else None,
        thread_id=parent or identifier,
        parent_id=parent,
        kind="reply" if parent else "comment",
        url=f"{SITE}/watch?v={video}&lc={identifier}" if video else f"{SITE}/comment?lc={identifier}",
        capability=Capability.LINK,
        capability_reason=ANSWER_THERE,
        raw=dict(item),
    )


def _video(item: Any, snippet: Item) -> Post:
    identifier, moment = video_id(item), moment_of(snippet.get("publishedAt"))
    title = html.unescape(text_of(snippet.get("title")))
    if not identifier or moment is None or not title:
        raise ValueError("the video has no id, no publishedAt or no title")
    channel, name = text_of(snippet.get("channelId")), text_of(snippet.get("channelTitle"))
    return Post(
        external_id=identifier,
        author=PostAuthor(channel or name, name, name, url=f"{SITE}/channel/{channel}" if channel else ""),
        text=html.unescape(text_of(snippet.get("description"))),
        title=title,
        posted_at=at_second(moment),
        thread_id=identifier,
        kind="video",
        url=f"{SITE}/watch?v={identifier}",
        language=text_of(snippet.get("defaultLanguage"))[:8] or None,
        capability=Capability.LINK,
        capability_reason=ANSWER_THERE,
        raw=dict(mapping(item)),
    )
