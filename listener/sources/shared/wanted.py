"""What a feed listens for, on platforms whose search says less than its query: the searches to make, and which of the posts that come back count."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Self

from desk.post import FeedSpec, Post
from listener import query
from listener.query import Matcher, Node, QueryError, Said
from listener.source import Refused


@dataclass(frozen=True, slots=True)
class Wanted:
    """A feed with its query read; without one every post counts."""

    feed: FeedSpec
    matcher: Matcher | None

    @classmethod
    def of(cls, feed: FeedSpec) -> Self:
        """Raises Refused, which says where the query cannot be read."""
        try:
            return cls(feed, query.matcher(query.parse(feed.query)) if feed.query.strip() else None)
        except QueryError as error:
            raise Refused(f"the query cannot be read {error}") from error

    def searches(self, spell: Callable[[Node], tuple[str, ...]], *, platform: str) -> tuple[str, ...]:
        """What to ask the platform for. Raises Refused where it cannot search for this."""
        if self.matcher is None:
            raise Refused(f"a search on {platform} needs a query: the words to listen for")
        try:
            return spell(self.matcher.query)
        except QueryError as error:
            raise Refused(f"the query cannot be used {error}") from error

    def among(self, posts: Iterable[Post]) -> tuple[Post, ...]:
        """The posts that say it, and those that their source says are gone: they may be known here."""
        return tuple(post for post in posts if self._lets_in(post))

    def besides(self, posts: Iterable[Post]) -> tuple[Post, ...]:
        """All others: somebody whose words are kept may go on in them without saying it again."""
        return tuple(post for post in posts if not self._lets_in(post))

    def _lets_in(self, post: Post) -> bool:
        return self.matcher is None or post.deleted or self.matcher.lets_in(Said.of(post, self.feed))
