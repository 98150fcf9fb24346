"""The sample workspace's only source: it reads the timeline instead of a network, and is polled like any other."""

import re
from datetime import UTC, datetime

from careline.sample.corpus import SampleRow
from careline.sample.pictures import media_of
from careline.sample.plan import OF_RIVAL, RIVAL_SOURCES
from careline.sample.timeline import Placed, posted_between
from desk.post import FeedSpec, Page, Post, PostAuthor
from listener.source import Malformed
from storage.words import Capability

HANDLE = re.compile(r"@([\w.]+)")
X_RULE = "X lets an app answer only posts that mention or quote the answering account"
PRIVATE = "https://x.example/messages/{thread}#{id}"
ADDRESSES = {
    "x": "https://x.example/{author}/status/{id}",
    "reddit": "https://reddit.example/r/brindle/comments/{id}",
    "discourse": "https://community.brindle.example/t/{thread}/{id}",
    "mastodon": "https://mastodon.example/@{author}/{id}",
    "bluesky": "https://bluesky.example/profile/{author}/post/{id}",
    "appreviews": "https://{site}.example/app/my-brindle/reviews/{id}",
}


class SampleSource:
    """One kind of place of the sample workspace. `began`: when the workspace was made."""

    def __init__(self, name: str, began: datetime) -> None:
        self.name = name
        self.began = began

    def fetch(self, feed: FeedSpec, cursor: str | None) -> Page:
        """What was posted since the cursor, an ISO 8601 instant."""
        until = datetime.now(UTC)
        return page_of(feed, self.began, datetime.fromisoformat(cursor) if cursor else None, until)

    def reread(self, payload: bytes, feed: FeedSpec) -> Post:
        """The sample has no unreadable posts."""
        raise Malformed(f"the sample has nothing to read again for {feed.name}", payload)


def page_of(feed: FeedSpec, began: datetime, after: datetime | None, until: datetime) -> Page:
    """What one look at a feed returns at `until`."""
    posts = tuple(post_of(placed) for placed in posted_between(began, after, until) if is_caught(feed, placed.row))
    return Page(posts=posts, cursor=until.isoformat())


def is_caught(feed: FeedSpec, row: SampleRow) -> bool:
    """A rival's posts go to the rival's feed where there is one, else the brand's own query caught them."""
    if row.source != feed.source:
        return False
    return bool(feed.options.get(OF_RIVAL)) == (row.is_rival and row.source in RIVAL_SOURCES)


def post_of(placed: Placed) -> Post:
    """The post as its platform would have returned it."""
    row = placed.row
    again = "" if placed.cycle == 0 else f".{placed.cycle}"
    addressed = ("brindlecare",) if row.is_private else tuple(handle.lower().rstrip(".") for handle in HANDLE.findall(row.text))
    can_answer = row.source != "x" or row.is_private or "brindlecare" in addressed or row.reply_to is not None
    return Post(
        external_id=placed.external_id,
        author=PostAuthor(external_id=f"{row.author}@{row.source}", handle=row.author, name=row.name, reach=row.reach),
        text=row.text,
        title=row.title,
        posted_at=placed.posted_at,
        thread_id=f"{row.thread}{again}",
        parent_id=row.reply_to and f"{row.reply_to}{again}",
        kind="direct_message" if row.is_private else "review" if row.rating is not None else "post",
        url=PRIVATE.format(thread=row.thread, id=placed.external_id)
        if row.is_private
        else ADDRESSES[row.source].format(author=row.author, id=placed.external_id, thread=row.thread, site=row.site),
        language=None,
        capability=Capability.API if can_answer else Capability.LINK,
        capability_reason="" if can_answer else X_RULE,
        addressed=addressed,
        site=row.site,
        media=media_of(placed.external_id),
        is_private=row.is_private,
        raw={"id": placed.external_id, "text": row.text, "rating": row.rating},
    )
