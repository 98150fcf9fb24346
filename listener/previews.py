"""A feed that is not saved yet: how many posts there are, and a sample of them with what could be left out. Nothing of it is stored but its cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from desk.cases.upkeep import PRIVATE_PREVIEW
from desk.feeds.feed_previews import DAYS, SAMPLE, Step
from desk.intake import erasure
from desk.intake.cleaning import Cleaned, clean_post, newest_of_each, plain
from desk.post import FeedSpec, Page, Post, Spent
from desk.settings import DeskSettings
from desk.sources import known
from listener import query
from listener.fetching import Failure, failure_of, fetched
from listener.query import QueryError, Said
from listener.query.exclusions import Exclusion, exclusions, open_end
from listener.registry import Registry
from listener.source import Counted, Counts, SourceError
from storage.database import Database
from storage.words import LookResult

LONGEST_TEXT = 4_000
ONE_PAGE: Mapping[str, Any] = MappingProxyType({"max_pages": 1, "page_size": SAMPLE, "backfill": False})


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of looking before saving, as plain JSON values, and what it cost."""

    result: dict[str, Any]
    spent: tuple[Spent, ...] = ()


def previewed(registry: Registry, database: Database, feed: FeedSpec, step: Step, *, desk: DeskSettings) -> Seen:
    """One step of a preview. What went wrong at the platform is a result, too."""
    return counted(registry, database, feed) if step is Step.COUNT else sampled(registry, database, feed, desk=desk)


def counted(registry: Registry, database: Database, feed: FeedSpec) -> Seen:
    """How many posts of the last seven days there are; `count` is None where the platform does not say."""
    try:
        source = registry.source(feed.source)
        found = source.count(feed, since=database.now() - timedelta(days=DAYS)) if isinstance(source, Counts) else None
    except SourceError as error:
        return _failed(Step.COUNT, failure_of(error))
    told = _count(found) if found else None
    return Seen({"step": Step.COUNT, "result": LookResult.LOOKED, "detail": "", "count": told}, found.costs if found else ())


def sampled(registry: Registry, database: Database, feed: FeedSpec, *, desk: DeskSettings) -> Seen:
    """Up to fifty of the newest posts, with the terms that could be left out and where each stands; none by who is forgotten."""
    found = fetched(registry, replace(feed, options={**feed.options, **(known.of(feed.source).sample_options or ONE_PAGE)}), None)
    if isinstance(found, Failure):
        return _failed(Step.SAMPLE, found)
    posts = living(database, feed, found, desk)[:SAMPLE]
    base, terms = _terms(feed, [one.post for one in posts])
    result = found.result if found.unread else LookResult.LOOKED if posts else LookResult.MALFORMED if found.rejects else LookResult.EMPTY
    told = {"found": len(posts), "rejected": len(found.rejects), "more": found.more, "base": base}
    shown = {"posts": [_shown(one) for one in posts], "terms": [{"minus": term.minus, "posts": list(term.posts)} for term in terms]}
    return Seen({"step": Step.SAMPLE, "result": result, "detail": found.detail, **told, **shown}, found.costs)


def _failed(step: Step, failure: Failure) -> Seen:
    return Seen({"step": step, "result": failure.result, "detail": plain(failure.detail)})


def _count(found: Counted) -> dict[str, Any]:
    return {"n": found.n, "sureness": found.sureness, "days": DAYS, "per_day": round(found.n / DAYS, 1)}


def living(database: Database, feed: FeedSpec, page: Page, desk: DeskSettings) -> list[Cleaned]:
    """The posts of a page that may be shown, the newest first: none that is gone or by who is forgotten."""
    now = database.now()
    cleaned = newest_of_each(clean_post(post, site=feed.site, now=now) for post in page.posts if not post.deleted)
    with database.read() as session:
        buried = erasure.buried(session, feed.source, [(one.key, one.author_key) for one in cleaned], secret=desk.secret)
    shown = [one for one in cleaned if one.key not in buried]
    return sorted(shown, key=lambda one: one.posted_at, reverse=True)


def _terms(feed: FeedSpec, posts: Sequence[Post]) -> tuple[str, list[Exclusion]]:
    """The query with an open end, and what could follow there. Neither for a query in a platform's own words, which only it can read."""
    try:
        base = open_end(feed.query)
        open_posts = [Said("") if post.is_private else Said.of(post, feed) for post in posts]
        return base, exclusions(query.parse(feed.query), open_posts)
    except QueryError:
        return "", []


def _shown(one: Cleaned) -> dict[str, Any]:
    post = one.post
    words = {"title": "", "text": PRIVATE_PREVIEW} if post.is_private else {"title": one.title, "text": one.text[:LONGEST_TEXT]}
    where = {"site": one.key[0], "external_id": one.key[1], "author_id": one.author_key[1]}
    told = {"author": post.author.name or post.author.handle, "handle": post.author.handle, "url": post.url}
    return {**words, **where, **told, "posted_at": one.posted_at.isoformat(), "is_private": post.is_private}
