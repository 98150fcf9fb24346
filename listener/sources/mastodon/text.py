"""What a reply on Mastodon says there: who it names, how long that is, and whether a status is our reply. Pure.

Only who is named in the text is told of an answer, and a private one is shown to everybody whom it names.
"""

import re
import unicodedata

from desk import platforms
from desk.post import Post
from desk.replies import wording

MENTION = re.compile(r"(?<![\w/=])@(\w[\w.-]*\w|\w)(?:@([\w-]+(?:\.[\w-]+)+(?::\d+)?))?")


def addressed_to(handle: str, text: str) -> str:
    """The text with the name of who is answered in front, unless it names them already."""
    handle = handle.lstrip("@")
    if not handle or _key(handle) in {_key(name) for name in _named(text)} or _local(handle) in {name.lower() for name in _named(text)}:
        return text
    return f"@{handle} {text}"


def others_named(handle: str, text: str) -> tuple[str, ...]:
    """Who else is named in the text."""
    own = {_key(handle), _local(handle)}
    return tuple(dict.fromkeys(name for name in _named(text) if _key(name) not in own))


def same_text(post: Post, ours: str) -> bool:
    """Whether the status says what we sent; a server shows names without their server, and may draw marks as type."""
    return wording.says_the_same(_plain(ours), _plain(post.text))


def length(text: str, warning: str = "") -> int:
    """How long the server says that it is."""
    return platforms.length("mastodon", text) + platforms.length("mastodon", warning)


def _named(text: str) -> list[str]:
    return ["@".join(part for part in found if part) for found in MENTION.findall(text)]


def _plain(text: str) -> str:
    return " ".join(MENTION.sub(" ", unicodedata.normalize("NFC", text)).split())


def _key(handle: str) -> str:
    return handle.lstrip("@").lower()


def _local(handle: str) -> str:
    return _key(handle).partition("@")[0]
