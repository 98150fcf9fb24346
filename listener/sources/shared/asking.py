"""A feed's query on a platform whose own operators may be written as well: the searches to make, and what of their answers is wanted."""

import re
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256

from desk.post import FeedSpec
from listener.query import Matcher, Node
from listener.source import Refused
from listener.sources.shared.wanted import Wanted

OWN_OPERATOR = re.compile(r"(?:^|[\s(-])[a-z_]+:\S", re.IGNORECASE)


def searches(feed: FeedSpec, spell: Callable[[Node], tuple[str, ...]], *, platform: str) -> dict[str, str]:
    """The searches that find together whatever the feed listens for, by the names under which a cursor keeps their places.

    Words of the platform's own language that ours does not know, such as is:retweet, leave the whole query to the platform. A search that changes
    begins anew, the others go on. Raises Refused.
    """
    found = (feed.query.strip(),) if is_foreign(feed) else Wanted.of(feed).searches(spell, platform=platform)
    if not found:
        raise Refused(f"this query can find nothing on {platform}: {feed.query.strip()[:200]}")
    return {"search": found[0]} if len(found) == 1 else {f"search {sha256(text.encode()).hexdigest()[:8]}": text for text in found}


def wanted_of_found(feed: FeedSpec, *, is_blurred: bool) -> Wanted:
    """What counts of what a platform's own search found: all of it where the whole query is left to the platform.

    `is_blurred`: the platform finds other forms of a word too, and those are kept. Raises Refused.
    """
    if is_foreign(feed):
        return Wanted(feed, None)
    wanted = Wanted.of(feed)
    return replace(wanted, matcher=Matcher(wanted.matcher.query, is_loose=True)) if is_blurred and wanted.matcher else wanted


def is_foreign(feed: FeedSpec) -> bool:
    """Whether a query is written in a platform's own language, and in none that we can read."""
    try:
        Wanted.of(feed)
    except Refused:
        return OWN_OPERATOR.search(feed.query) is not None
    return False
