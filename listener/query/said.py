"""A post as a query asks it: its words, and what is known beside them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from desk.post import FeedSpec, Post
from storage.words import MediaKind

LINK = re.compile(r"""(?:https?://|\bwww\.)[^\s<>"'()\[\]]+[^\s<>"'()\[\].,;:!?…]""", re.IGNORECASE)
SHORTENERS = frozenset({"t.co", "bit.ly", "buff.ly", "goo.gl", "lnkd.in", "ow.ly", "redd.it", "tinyurl.com", "youtu.be"})
IN_SUBREDDIT = re.compile(r"/r/([^/?#]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said, and what is known of it. None, or an empty handle and url: nobody knows.

    `links` are addresses that the text shows shortened or not at all.
    """

    text: str
    title: str = ""
    handle: str = ""
    addressed: tuple[str, ...] | None = None
    language: str | None = None
    source: str | None = None
    site: str = ""
    url: str = ""
    links: tuple[str, ...] = ()
    media: tuple[MediaKind, ...] | None = None

    @classmethod
    def of(cls, post: Post, feed: FeedSpec) -> "Said":
        """A post as it came in a look at a feed."""
        return cls(
            post.text,
            post.title,
            post.author.handle,
            post.addressed,
            post.language,
            feed.source,
            feed.site if post.site is None else post.site,
            post.url,
            post.links,
            # A feed that asks for no pictures knows of none.
            None if feed.options.get("media") is False else tuple(media.kind for media in post.media),
        )

    def addresses(self) -> Iterator[str]:
        """All links, those in the text first."""
        yield from (found[0] for found in LINK.finditer(f"{self.title} {self.text}"))
        yield from self.links

    def places(self) -> frozenset[str]:
        """Where it stands: the site, the host, the subreddit; empty when nobody knows."""
        host = _host(self.url)
        subreddit = IN_SUBREDDIT.search(self.url) if host.endswith("reddit.com") else None
        named = {self.site.lower(), host, subreddit[1].lower() if subreddit else ""}
        return frozenset(named - {""})


def is_shortened(address: str) -> bool:
    return _host(address) in SHORTENERS


def _host(address: str) -> str:
    try:
        return (urlsplit(address if "//" in address else f"//{address}").hostname or "").removeprefix("www.")
    except ValueError:
        return ""
