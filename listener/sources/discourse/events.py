"""What a forum's webhook tells, as the feed wants it: the same choice that a look makes. Pure."""

from collections.abc import Mapping

from desk.errors import NotFound
from desk.post import FeedSpec, Post
from listener.settings import ListenerSettings
from listener.sources.discourse.hook import read_event
from listener.sources.discourse.parse import Forum
from listener.sources.discourse.search import Choice, categories_of
from listener.sources.shared.api import place_of
from listener.sources.shared.wanted import Wanted


def heard(settings: ListenerSettings, feed: FeedSpec, headers: Mapping[str, str], body: bytes) -> tuple[Post, ...]:
    """The posts of an event that the feed wants, and those that are gone. Raises NotFound, NoEvent, OtherForum."""
    if feed.kind not in {"", "posts"}:
        raise NotFound(f"{feed.name} asks the forum's own search, and takes no events: name a feed of kind posts in the webhook's address")
    posts = read_event(headers, body, Forum(*place_of(settings, feed)))
    return Choice(Wanted.of(feed), categories_of(feed)).among(posts)
