"""What goes on in a conversation that is kept, whatever it says: the customer's next word, our answer elsewhere, an edit that drops the brand's name."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.intake import mentions
from desk.intake.authors import bare
from desk.intake.cleaning import Cleaned, Key, by_site, clean_post
from desk.post import FeedSpec, Page, Post
from storage.dialect import among
from storage.models import Author, Mention, Thread


def going_on(session: Session, feed: FeedSpec, page: Page, *, now: datetime) -> tuple[Post, ...]:
    """Of the posts that a feed's query does not ask for: those that are known, and those of whoever is heard in the same thread, or of us there."""
    if not page.besides:
        return ()
    others = [clean_post(post, site=feed.site, now=now) for post in page.besides]
    known = mentions.ids(session, feed.source, [one.key for one in others])
    heard = _heard(session, feed.source, others) | {(one.thread_key, one.author_key) for one in _cleaned(page.posts, feed, now)}
    threads, ours = {thread for thread, _ in heard}, set(feed.own_handles)

    def goes_on(one: Cleaned) -> bool:
        is_ours = one.thread_key in threads and bare(one.post.author.handle) in ours
        return is_ours or one.key in known or (one.thread_key, one.author_key) in heard

    return tuple(one.post for one in others if goes_on(one))


def _cleaned(posts: Sequence[Post], feed: FeedSpec, now: datetime) -> list[Cleaned]:
    return [clean_post(post, site=feed.site, now=now) for post in posts if not post.deleted]


def _heard(session: Session, source: str, posts: Sequence[Cleaned]) -> set[tuple[Key, Key]]:
    """Who is heard in which of their threads already."""
    found: set[tuple[Key, Key]] = set()
    for site, threads in by_site(one.thread_key for one in posts).items():
        names = select(Thread.external_id, Author.external_id).join(Mention, Mention.thread_id == Thread.id)
        names = names.join(Author, Author.id == Mention.author_id).where(Thread.source == source, Thread.site == site)
        rows = session.execute(names.where(among(session, Thread.external_id, threads)).distinct())
        found |= {((site, thread), (site, author)) for thread, author in rows}
    return found
