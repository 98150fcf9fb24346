"""Feed documents for tests."""

from collections.abc import Iterable
from html import escape


def rss(items: Iterable[str], *, head: str = "") -> bytes:
    """An RSS 2.0 document around ready items."""
    return f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>Forum</title>{head}{"".join(items)}</channel></rss>'.encode()


def item(number: int, text: str = "", *, title: str = "", author: str = "bob", at: str = "Sun, 01 Mar 2026 12:00:00 GMT") -> str:
    """One entry of an RSS document."""
    said = text or f"My kettle {number} leaks"
    return (
        f"<item><guid>https://forum.example/t/{number}</guid><link>https://forum.example/t/{number}</link>"
        f"<title>{escape(title or f'Kettle {number}')}</title><author>{escape(author)}</author>"
        f"<pubDate>{at}</pubDate><description>{escape(said)}</description></item>"
    )


def atom(entries: Iterable[str], *, head: str = "") -> bytes:
    """An Atom document around ready entries."""
    space = 'xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0"'
    return f'<?xml version="1.0" encoding="utf-8"?>\n<feed {space}><title>Forum</title>{head}{"".join(entries)}</feed>'.encode()


def entry(identifier: str, text: str, *, more: str = "", kind: str = "html") -> str:
    """One entry of an Atom document."""
    return (
        f"<entry><id>{identifier}</id><link href='https://forum.example/{identifier}'/><title>About it</title>"
        f"<author><name>Ann</name></author><published>2026-03-01T12:00:00Z</published><updated>2026-03-01T12:00:00Z</updated>"
        f"<content type='{kind}'>{escape(text)}</content>{more}</entry>"
    )
