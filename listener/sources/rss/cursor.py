"""Where a feed document was left: what the server needs to say "nothing new", and which entries are known."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Self

MOST_KNOWN = 500


@dataclass(frozen=True, slots=True)
class Cursor:
    """`asks` stands for the address and query that this was written for: for others it counts as empty.

    `known` maps a digest of an entry's id to one of its content. `moved_to` is where the address has permanently moved. `mark` names the entries of
    the last look that saw its document to the end, where later ones were cut off: one of them must be reached, or something was missed.
    """

    asks: str
    etag: str = ""
    modified: str = ""
    moved_to: str = ""
    known: Mapping[str, str] = field(default_factory=dict)
    mark: Sequence[str] = ()

    @classmethod
    def read(cls, text: str | None, *, url: str, query: str) -> Self:
        """The stored cursor; an empty one at the first look, after a change of the feed, and for what cannot be read."""
        empty = cls(asks=digest(url, query))
        try:
            stored = json.loads(text or "{}")
            found = cls(
                stored["asks"],
                stored["etag"],
                stored["modified"],
                stored["url"],
                dict(stored["ids"]),
                tuple(map(str, stored.get("mark", ()))),
            )
        except (ValueError, KeyError, TypeError):
            return empty
        return found if found.asks == empty.asks else empty

    def reached_by(self, identifiers: Collection[str]) -> bool:
        """Whether these go back to what is known for sure. Of a first look nothing is asked."""
        return not self.known or any(one in identifiers for one in self.mark or self.known)

    def holds(self, identifier: str, content: str) -> bool:
        """Whether an entry is known as it stands."""
        return self.known.get(identifier) == content

    def written(self) -> str:
        newest = dict(list(self.known.items())[:MOST_KNOWN])
        stored: dict[str, Any] = {"asks": self.asks, "etag": self.etag, "modified": self.modified, "url": self.moved_to, "ids": newest}
        stored |= {"mark": list(self.mark)[:MOST_KNOWN]} if self.mark else {}
        return json.dumps(stored, separators=(",", ":"))

    def conditions(self) -> dict[str, str]:
        """Headers that ask for an answer only if something changed (RFC 9110, 13.1)."""
        wanted = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in wanted.items() if value}


def validator(value: str | None) -> str:
    """An ETag or Last-Modified as it can be sent back; empty for one that no header may hold."""
    return value if value and value.isascii() and value.isprintable() and len(value) <= 500 else ""


def digest(*parts: str) -> str:
    """Sixteen hexadecimal digits that stand for the parts."""
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]
