"""X's counts of recent posts. Pure.

https://docs.x.com/x-api/posts/get-count-of-recent-posts: of the last seven days, by day; the sum stands in `meta.total_tweet_count`.
"""

from datetime import UTC, datetime, timedelta

from listener.sources.shared.wire import Answer
from listener.sources.x.errors import document
from listener.sources.x.parse import mapping

COUNTS = "/2/tweets/counts/recent"
EDGE = timedelta(minutes=1)
"""What begins exactly seven days ago is too old by the time X reads it."""


def start_of(since: datetime) -> str:
    return (since + EDGE).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def total_of(answer: Answer) -> object:
    """The number of posts, under either of its names."""
    meta = mapping(mapping(document(answer)).get("meta"))
    return meta.get("total_tweet_count", meta.get("total_post_count"))
