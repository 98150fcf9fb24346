"""Reddit's private messages as private posts. Pure, and patient with what is absent.

The forms: message/messages and message/sent at https://www.reddit.com/dev/api#GET_message_{where}, read 2026-11-22.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from desk.post import Post, PostAuthor, Unreadable
from listener.sources.reddit.parse import NOBODY_NAMES, SITE, created_of, name_of
from listener.sources.shared.json_read import at_second, mapping, text_of
from storage.words import Capability

KIND, MESSAGE = "direct_message", "t4"
PARTS: Mapping[str, str] = {"received": "message/messages", "sent": "message/sent"}
OF_REDDIT = frozenset({"reddit", "automoderator"})


def read_messages(children: Sequence[Any]) -> tuple[tuple[Post, ...], tuple[Unreadable, ...]]:
    """Each private message between two accounts as a post or, with its error, as unreadable.

    Those of moderators and of Reddit are left out, and what is named as something else, such as a comment.
    """
    posts, rejects = [], []
    for child in children:
        if name_of(child) and (not is_message(child) or _is_of_no_customer(child)):
            continue
        try:
            posts.append(read_message(child))
        except (AttributeError, LookupError, OverflowError, TypeError, ValueError) as error:
            rejects.append(Unreadable(json.dumps(child).encode(), f"{type(error).__name__}: {error}"))
    return tuple(posts), tuple(rejects)


def is_message(child: Any) -> bool:
    return name_of(child).startswith(f"{MESSAGE}_")


def read_message(child: Any) -> Post:
    """Raises ValueError or TypeError where the message has no text, no sender or no instant."""
    item, name, created = mapping(mapping(child).get("data")), name_of(child), created_of(child)
    text, author = item.get("body"), text_of(item.get("author"))
    if not isinstance(text, str) or created is None or not author:
        raise ValueError("the message has no text, no sender, or no instant")
    return Post(
        external_id=name,
        author=PostAuthor(text_of(item.get("author_fullname")) or author.lower(), author, author, url=f"{SITE}/user/{author}"),
        text=text,
        posted_at=at_second(created),
        thread_id=text_of(item.get("first_message_name")) or name,
        parent_id=text_of(item.get("parent_id")) or None,
        kind=KIND,
        title=text_of(item.get("subject")),
        url=page_of(name),
        capability=Capability.API,
        addressed=tuple(filter(None, (text_of(item.get("dest")).lower(),))),
        is_private=True,
        raw=dict(child),
    )


def page_of(name: str) -> str:
    return f"{SITE}/message/messages/{name.removeprefix(f'{MESSAGE}_')}"


def _is_of_no_customer(child: Any) -> bool:
    item = mapping(mapping(child).get("data"))
    author = text_of(item.get("author")).lower()
    return bool(text_of(item.get("subreddit"))) or author in OF_REDDIT | NOBODY_NAMES or text_of(item.get("dest")).startswith("#")
