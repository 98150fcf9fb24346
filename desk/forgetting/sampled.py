"""Posts that a preview or a test of a feed showed and that need never have been stored: who wrote them is found, told and forgotten as everybody is.

They stand for an hour in the result of an errand, and for as long as their feed learns from them in what people said of them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from desk.intake.authors import bare
from storage.models import Author, Errand, Feed, FeedClick
from storage.words import ErrandKind

TESTS = (
    select(Errand.id, Errand.request, Errand.result)
    .where(Errand.kind == ErrandKind.FEED_TEST, Errand.done_at.is_not(None))
    .order_by(Errand.id)
)
"""Built once: each erasure asks it."""


@dataclass(frozen=True, slots=True)
class Sampled:
    """Somebody who wrote such a post, as it names them."""

    source: str
    site: str
    external_id: str
    handle: str = ""
    name: str = ""

    @property
    def place(self) -> tuple[str, str, str]:
        return self.source, self.site, self.external_id


def of(author: Author) -> Sampled:
    """The same of somebody who is stored."""
    return Sampled(author.source, author.site, author.external_id, author.handle, author.name)


def found(session: Session, source: str, site: str, *, handle: str = "", external_id: str = "") -> list[Sampled]:
    """Who wrote such posts there under this name, or this id of the platform; each once."""
    there = (FeedClick.source == source) & (FeedClick.site == site)
    clicked = session.execute(select(FeedClick.author_external_id, FeedClick.author_handle).where(there).distinct())
    known = [Sampled(source, site, row.author_external_id, row.author_handle) for row in clicked]
    # What an errand holds comes last: it has the name as well.
    known += [who for _, who, _ in shown(session) if (who.source, who.site) == (source, site)]
    wanted = bare(handle)
    fits = {
        who.place: who for who in known if who.external_id and (who.external_id == external_id or (wanted and bare(who.handle) == wanted))
    }
    return [fits[place] for place in sorted(fits)]


def posts(session: Session, who: Sampled) -> list[dict[str, Any]]:
    """What of theirs stands in results of errands."""
    return [post for _, by, post in shown(session) if by.place == who.place]


def errands(session: Session, who: Sampled) -> set[int]:
    """The errands in whose results something of theirs stands."""
    return {errand_id for errand_id, by, _ in shown(session) if by.place == who.place}


def clicked(who: Sampled) -> ColumnElement[bool]:
    """What of theirs somebody judged in a preview."""
    return (FeedClick.source == who.source) & (FeedClick.site == who.site) & (FeedClick.author_external_id == who.external_id)


def stored(session: Session, who: Sampled, *, now: datetime) -> Author:
    """Their row, which an erasure needs: from it on all goes as for everybody."""
    there = select(Author).where(Author.source == who.source, Author.site == who.site, Author.external_id == who.external_id)
    author = session.scalar(there)
    if author is None:
        told = {"handle": who.handle, "name": who.name, "first_seen_at": now}
        author = Author(source=who.source, site=who.site, external_id=who.external_id, **told)
        session.add(author)
        session.flush()
    return author


def shown(session: Session) -> Iterator[tuple[int, Sampled, dict[str, Any]]]:
    """Each post in the result of a preview or a test: the errand, who wrote it, and what is told of it."""
    for row in session.execute(TESTS):
        result: Mapping[str, Any] = row.result or {}
        listed = [post for post in result.get("posts") or [] if "author_id" in post]
        source = _source(session, row.request) if listed else ""
        for post in listed:
            names = {"handle": post.get("handle") or "", "name": post.get("author") or ""}
            yield row.id, Sampled(source, post.get("site") or "", post["author_id"], **names), post


def _source(session: Session, request: Mapping[str, Any]) -> str:
    """A test is one of a draft, or of a feed that is saved."""
    if "draft" in request:
        return str(request["draft"].get("source") or "")
    return session.scalar(select(Feed.source).where(Feed.id == int(request.get("feed_id") or 0))) or ""
