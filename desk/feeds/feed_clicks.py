"""What people say of the posts of a preview: about us, or not. It is kept for the feed that comes of it, and trains what that feed holds back.

A click holds the words of a post that may never be stored, so that it goes with its author, with its post, and by age.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from desk import audit
from desk.errors import Invalid, NotFound
from desk.feeds.feed_previews import Step
from desk.intake.cleaning import LONGEST_NAME, Key
from desk.people import people
from desk.settings import DeskSettings, Retention
from storage.dialect import among, upsert
from storage.models import Errand, Feed, FeedClick, Person
from storage.words import ErrandKind

UNSAVED = timedelta(days=1)
"""How long clicks wait for the feed to be saved."""


@dataclass(frozen=True, slots=True)
class Click:
    """One judged post of a feed, as its relevance is learnt from it."""

    title: str
    text: str
    is_ours: bool
    person_id: int
    at: datetime


def click(session: Session, errand_id: int, number: int, *, is_ours: bool | None, by: Person, now: datetime) -> None:
    """Say of a post of a sample, by its number, that it is about us or not; None takes it back. Raises NotFound, Invalid."""
    people.require(by, people.FEEDS)
    errand = _sample(session, errand_id)
    posts = (errand.result or {})["posts"]
    if not 0 <= number < len(posts):
        raise NotFound("There is no such post in this sample")
    post = posts[number]
    where = {"errand_id": errand_id, "site": post["site"], "external_id": post["external_id"]}
    if is_ours is None:
        session.execute(delete(FeedClick).filter_by(**where).execution_options(synchronize_session=False))
    elif post.get("is_private"):
        raise Invalid("A private message is nothing to learn from")
    else:
        _keep(session, errand, where, post, is_ours=is_ours, by=by, now=now)
    audit.record(session, "feed_click", now=now, by=by, subject=f"errand {errand_id}", post=number, is_ours=is_ours)


def _sample(session: Session, errand_id: int) -> Errand:
    errand = session.scalar(select(Errand).where(Errand.id == errand_id, Errand.kind == ErrandKind.FEED_TEST))
    if errand is None:
        raise NotFound("This sample is gone: read a new one")
    if errand.request.get("step") != Step.SAMPLE or "draft" not in errand.request or "posts" not in (errand.result or {}):
        raise Invalid("There is no sample here to judge")
    return errand


def _keep(
    session: Session, errand: Errand, where: dict[str, Any], post: dict[str, Any], *, is_ours: bool, by: Person, now: datetime
) -> None:
    said = {"is_ours": is_ours, "person_id": by.id, "at": now}
    words = {"title": post["title"], "text": post["text"]}
    by_whom = {"author_external_id": post["author_id"], "author_handle": post.get("handle", "")[:LONGEST_NAME]}
    row = {**where, **words, **by_whom, **said, "source": errand.request["draft"]["source"]}
    upsert(session, FeedClick.__table__, [row], key=("errand_id", "site", "external_id"), change=said)


def of_errand(session: Session, errand_id: int) -> dict[Key, bool]:
    """What was said of a sample's posts, by their site and id."""
    theirs = select(FeedClick.site, FeedClick.external_id, FeedClick.is_ours).where(FeedClick.errand_id == errand_id)
    return {(row.site, row.external_id): row.is_ours for row in session.execute(theirs)}


def of_feed(session: Session, feed_id: int) -> list[Click]:
    """All that was said of a feed's posts, each post once, as it was said last."""
    rows = session.scalars(select(FeedClick).where(FeedClick.feed_id == feed_id).order_by(FeedClick.at, FeedClick.id))
    newest = {(row.site, row.external_id): row for row in rows}
    return [Click(row.title, row.text, row.is_ours, row.person_id, row.at) for row in newest.values()]


def adopt(session: Session, errand_id: int, feed_id: int, *, by: Person, now: datetime) -> int:
    """The previewed feed was saved: what was said of its sample is the feed's from now on. How many clicks that are."""
    people.require(by, people.FEEDS)
    source = select(Feed.source).where(Feed.id == feed_id).scalar_subquery()
    theirs = update(FeedClick).where(FeedClick.errand_id == errand_id, FeedClick.feed_id.is_(None), FeedClick.source == source)
    taken = session.scalars(theirs.values(feed_id=feed_id).returning(FeedClick.id).execution_options(synchronize_session=False)).all()
    if taken:
        audit.record(session, "feed_clicks_kept", now=now, by=by, subject=f"feed {feed_id}", clicks=len(taken))
    return len(taken)


def forget_author(session: Session, source: str, site: str, external_id: str) -> int:
    """What was sampled of somebody who is forgotten. How many clicks went."""
    return _forget(session, (FeedClick.source == source) & (FeedClick.site == site) & (FeedClick.author_external_id == external_id))


def forget_posts(session: Session, source: str, keys: Collection[Key]) -> int:
    """What was sampled of posts that are gone. How many clicks went."""
    return sum(
        _forget(
            session,
            (FeedClick.source == source) & (FeedClick.site == site) & among(session, FeedClick.external_id, _of_site(keys, site)),
        )
        for site in sorted({site for site, _ in keys})
    )


def forget_old(session: Session, settings: DeskSettings, *, now: datetime) -> int:
    """Forget clicks whose feed was never saved or is retired, and those that are older than texts of their source are kept."""
    retired = FeedClick.feed_id.in_(select(Feed.id).where(Feed.retired))
    gone = _forget(session, or_(FeedClick.feed_id.is_(None) & (FeedClick.at <= now - UNSAVED), retired))
    everywhere = settings.retention.get("default", Retention()).text
    for source in session.scalars(select(FeedClick.source).distinct()).all():
        own = settings.retention.get(source, Retention()).text
        days = everywhere if own is None else own
        if days:
            gone += _forget(session, (FeedClick.source == source) & (FeedClick.at <= now - timedelta(days=days)))
    return gone


def _of_site(keys: Collection[Key], site: str) -> list[str]:
    return sorted(external_id for place, external_id in keys if place == site)


def _forget(session: Session, which: Any) -> int:
    gone = delete(FeedClick).where(which).returning(FeedClick.id)
    return len(session.scalars(gone.execution_options(synchronize_session=False)).all())
