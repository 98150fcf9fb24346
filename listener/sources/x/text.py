"""Whether a post on X is our reply: X changes what it is given, so that only what it leaves alone is compared. Pure."""

import html
import re
import unicodedata

from desk.post import Post

# X puts the parent's author in front of a reply's text.
LEADING_HANDLES = re.compile(r"^(?:\s*@\w{1,15})+\s*")
# X replaces links, bare domains too, by t.co ones.
LINK = re.compile(r"(?:https?://\S+|\b(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?)", re.IGNORECASE)


def same_text(post: Post, ours: str) -> bool:
    """Whether the post says what we sent, links and the handles in front apart."""
    return comparable(post.text) == comparable(ours)


def comparable(text: str) -> str:
    plain = unicodedata.normalize("NFC", html.unescape(text))
    return " ".join(LINK.sub(" ", LEADING_HANDLES.sub("", plain)).split())
