"""A feed's query on a platform whose own operators may be written as well: the searches to make, and what of their answers is wanted."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256

from desk.post import FeedSpec
from listener import query
from listener.query import Leaf, Matcher, Near, Node, QueryError, atoms, written
from listener.source import Refused
from listener.sources.shared.wanted import Wanted

OWN_FIELDS: Mapping[str, frozenset[str]] = {
    "x": frozenset({"conversation_id", "is", "list", "place", "retweets_of"}),
    "reddit": frozenset({"flair", "self", "selftext"}),
}
"""What a platform's search can be asked for in its own words alone, by source; our language has no word that means the same.

https://docs.x.com/x-api/posts/search/integrate/operators, https://www.reddit.com/wiki/search
"""


def searches(feed: FeedSpec, spell: Callable[[Node], tuple[str, ...]], *, platform: str) -> dict[str, str]:
    """The searches that find together whatever the feed listens for, by the names under which a cursor keeps their places.

    A field of the platform's own, such as is:retweet, leaves the whole query to the platform. A search that changes begins anew, the others go on.
    Raises Refused.
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
    """Whether nothing but fields of the platform's own keeps a query from being read. Raises Refused for whatever else is wrong with it."""
    if not feed.query.strip():
        return False
    try:
        query.parse(feed.query)
    except QueryError:
        _refuse_all_else(feed)
        return True
    return False


def _refuse_all_else(feed: FeedSpec) -> None:
    try:
        read = query.parse(feed.query, own=OWN_FIELDS.get(feed.source, frozenset()))
    except QueryError as error:
        raise Refused(f"the query cannot be read {error}") from error
    ours = next(
        (atom for atom in atoms(read) if isinstance(atom, Near) or (isinstance(atom, Leaf) and (atom.is_cased or atom.is_open))), None
    )
    if ours is not None:
        problem = f"{written(ours)} cannot be asked beside a field of the platform's own, which leaves the whole query to the platform"
        raise Refused(f"the query cannot be used {QueryError(problem, ours.position, 'Make two feeds of it')}")
