"""What platforms take and what they charge, as each source declares it (`desk/sources/`)."""

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import quote

from desk.post import Spent
from desk.sources import known, own
from desk.sources.declaration import Counting, PictureRule, Recheck
from storage.words import ChangeKind

MEDIA_HOSTS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "x": frozenset({"pbs.twimg.com", "video.twimg.com"}),
        "reddit": frozenset({"i.redd.it", "preview.redd.it", "external-preview.redd.it"}),
        "bluesky": frozenset({"cdn.bsky.app", "video.bsky.app"}),
    }
)
"""The hosts on which a platform itself keeps the pictures of its posts: no other one is asked for them."""

DIRECT_MEDIA_HOSTS = frozenset({"ton.twitter.com", "ton.x.com"})
"""Where X keeps the pictures of private messages, for the accounts of their conversation only."""

CURRENCY = "USD"
NO_PICTURES = PictureRule(0, 0, frozenset())
QUOTA_UNIT = own.QUOTA_UNIT

_agreed: dict[str, Mapping[str, int]] = {}

LINK = re.compile(
    r"https?://\S+|(?<![\w@.])(?:[a-z0-9-]+\.)+(?:com|org|net|io|co|uk|de|fr|eu|app|dev|info|me|ly)\b(?:/\S*)?", re.IGNORECASE
)
LINK_LENGTH = 23
WEB_LINK = re.compile(r"https?://\S+", re.IGNORECASE)
ELSEWHERE = re.compile(r"(?<![\w/])(@\w[\w.-]*)@[\w-]+(?:\.[\w-]+)+")
"""The name of somebody on another server; of it Mastodon counts only the first part."""

LIGHT = ((0x0000, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))
"""The ranges of twitter-text's version 3 configuration that count one; all other characters count two."""


def length(source: str, text: str, *, is_private: bool = False) -> int:
    """How long the platform says a text is, in its own count; X alone counts a private message in another way."""
    counting = counting_of(source, is_private=is_private)
    if counting is Counting.X:
        return _length_on_x(text)
    if counting is Counting.MASTODON:
        return _graphemes(ELSEWHERE.sub(r"\1", WEB_LINK.sub("x" * LINK_LENGTH, text)))
    return _graphemes(text) if counting is Counting.GRAPHEMES else len(text)


def counting_of(source: str, *, is_private: bool = False) -> Counting:
    """How the length of a reply is counted."""
    counting = known.of(source).counting
    return Counting.CHARACTERS if is_private and counting is Counting.X else counting


def limit(source: str, *, is_private: bool = False) -> int | None:
    """The longest reply that a platform takes, by its own count; None where it names none."""
    return known.of(source).longest_private if is_private else known.of(source).longest


def agree(prices: Mapping[str, Mapping[str, int]]) -> None:
    """What is paid in place of the declared prices, in micro-dollars, by source and kind: said once, when a process starts."""
    _agreed.clear()
    _agreed.update(prices)


def prices(source: str) -> Mapping[str, int]:
    """Micro-dollars for one unit of each kind of call, as a contract says or else the platform; empty where nothing is charged."""
    return {**known.of(source).prices, **_agreed.get(source, {})}


def price(source: str, kind: str, units: int = 1) -> Spent:
    """What so many calls of one kind cost. Raises KeyError for a kind that a priced source does not have."""
    charged = prices(source)
    return Spent(kind, units, charged[kind] * units if charged else 0, CURRENCY)


def reply_price(source: str, text: str, *, is_addressed: bool, is_private: bool = False) -> Spent:
    """What sending a reply costs: on X a link in public makes it many times as dear."""
    calls = known.of(source).reply_calls
    if is_private:
        return _reply_price(source, calls.private or calls.plain)
    if calls.link and LINK.search(text):
        return _reply_price(source, calls.link)
    return _reply_price(source, (is_addressed and calls.addressed) or calls.plain)


def link_price(source: str, *, is_private: bool = False) -> int:
    """Micro-units for a reply with a link, where that costs more than one without; else 0."""
    link = known.of(source).reply_calls.link
    return _reply_price(source, link).micros if link and not is_private else 0


def _reply_price(source: str, kind: str) -> Spent:
    # A source may charge for reading alone.
    return Spent(kind, 1, prices(source).get(kind, 0), CURRENCY)


def recheck(source: str) -> Recheck | None:
    """How a source is asked again for posts by their ids; None where nobody can."""
    return known.of(source).recheck


def recheck_price(source: str) -> int:
    """Micro-units for asking again for one post."""
    asked = known.of(source).recheck
    return prices(source).get(asked.price, 0) if asked is not None else 0


def quota_zone(source: str) -> str:
    """Where the day begins whose quota is counted in units in place of money; empty where none is."""
    return known.of(source).quota_zone


def pictures(source: str, *, is_private: bool = False) -> PictureRule:
    """What pictures a reply there may carry. None go with a direct message: that is text only from here."""
    return NO_PICTURES if is_private else known.of(source).pictures or NO_PICTURES


def changes(source: str) -> frozenset[ChangeKind]:
    """What may be asked of a reply that stands there."""
    return known.of(source).changes


def may_train(source: str) -> bool:
    """Whether posts of this source may be used to train a classifier."""
    return known.of(source).may_train


def deep_link(source: str, parent: str, url: str = "") -> str:
    """Where a person answers a post by hand: `parent` is its id there, `url` its address where we know it. Empty when there is no such place."""
    if source == "x" and parent.isdigit():
        return f"https://x.com/intent/post?in_reply_to={quote(parent)}"
    return url if url.startswith(("https://", "http://")) else ""


def _length_on_x(text: str) -> int:
    composed = unicodedata.normalize("NFC", text)
    without_links, links = LINK.subn("", composed)
    return links * LINK_LENGTH + sum(_weight(cluster) for cluster in _clusters(without_links))


def _weight(cluster: str) -> int:
    # An emoji counts two however many code points it is made of.
    if len(cluster) > 1 and ord(cluster[0]) > LIGHT[0][1]:
        return 2
    return sum(1 if any(low <= ord(c) <= high for low, high in LIGHT) else 2 for c in cluster)


def _graphemes(text: str) -> int:
    return len(_clusters(text))


def _clusters(text: str) -> list[str]:
    """What a reader sees as one sign, near enough for counting: joined emoji, flags, skin tones, combining marks."""
    found: list[str] = []
    for c in text:
        if found and (_joins(c) or found[-1].endswith("\u200d") or _is_flag_pair(found[-1], c)):
            found[-1] += c
        else:
            found.append(c)
    return found


def _joins(c: str) -> bool:
    is_tone, is_tag = "\U0001f3fb" <= c <= "\U0001f3ff", "\U000e0020" <= c <= "\U000e007f"
    return unicodedata.category(c) in {"Mn", "Me", "Mc"} or c in "\u200d\ufe0f\u20e3" or is_tone or is_tag


def _is_flag_pair(before: str, c: str) -> bool:
    return len(before) == 1 and all("\U0001f1e6" <= letter <= "\U0001f1ff" for letter in (before, c))
