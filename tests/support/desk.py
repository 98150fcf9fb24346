"""A small workspace for tests of the desk: people, a brand with a feed and an account, customers who write."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases.cases import claim, open_case
from desk.people import people
from desk.settings import DeskSettings
from storage.models import Author, Base, Brand, Case, Catch, Feed, Mention, Person, ReplyAccount, Thread
from storage.words import BrandKind, Capability, Role, Sentiment, Shift, Urgency

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
"""A Monday within everybody's hours."""

SETTINGS = DeskSettings()
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)

Row = TypeVar("Row", bound=Base)

_numbers = count(1)


def number() -> int:
    """A number that no other row of this run has."""
    return next(_numbers)


def person(session: Session, name: str = "Ana Moss", *roles: Role, initials: str = "", now: datetime = NOON) -> Person:
    """Somebody of the team who is on shift; an agent unless other roles are named."""
    told: dict[str, Any] = {"name": name, "initials": initials or f"P{number()}", "roles": roles or (Role.AGENT,)}
    added = people.add(session, **told, is_experienced=True, by=None, now=now)
    added.shift = Shift.ON
    session.flush()
    return added


def lead(session: Session, name: str = "Lea Hart") -> Person:
    return person(session, name, Role.LEAD)


@dataclass
class Shop:
    """One brand, one feed on one source, one account that answers there."""

    session: Session
    source: str = "x"
    site: str = ""
    handle: str = "acme"
    brand: Brand = field(init=False)
    feed: Feed = field(init=False)
    account: ReplyAccount = field(init=False)

    def __post_init__(self) -> None:
        session = self.session
        self.brand = Brand(name=f"Acme {number()}", kind=BrandKind.OWN)
        session.add(self.brand)
        session.flush()
        common = {"brand_id": self.brand.id, "source": self.source, "site": self.site}
        self.feed = Feed(name=f"feed {number()}", created_at=NOON, next_poll_at=NOON, **common)
        self.account = ReplyAccount(name=f"account {number()}", handle=self.handle, **common)
        session.add_all([self.feed, self.account])
        session.flush()

    def author(self, handle: str = "", **other: Any) -> Author:
        handle = handle or f"customer{number()}"
        author = Author(
            source=self.source, site=self.site, external_id=f"u{number()}", handle=handle, name=handle, first_seen_at=NOON, **other
        )
        return self._stored(author)

    def thread(self) -> Thread:
        return self._stored(Thread(source=self.source, site=self.site, external_id=f"t{number()}"))

    def mention(
        self,
        text: str = "My parcel is lost",
        *,
        author: Author | None = None,
        thread: Thread | None = None,
        at: datetime = NOON,
        **other: Any,
    ) -> Mention:
        """A post that was stored; it can be answered by API unless told otherwise."""
        written_by, within = author or self.author(), thread or self.thread()
        told = {"capability": Capability.API, "addressed": [self.handle], "posted_at": at, "external_id": f"m{number()}", **other}
        mention = Mention(
            source=self.source,
            site=self.site,
            author_id=written_by.id,
            thread_id=within.id,
            text=text,
            url=f"https://{self.source}.example/post/{number()}",
            seen_at=at,
            bucket_at=at,
            content_hash=hashlib.sha256(text.encode()).hexdigest(),
            **told,
        )
        self._stored(mention)
        self._stored(Catch(mention_id=mention.id, feed_id=self.feed.id, caught_at=at))
        return mention

    def case(self, text: str = "My parcel is lost", *, at: datetime = NOON, **mention: Any) -> Case:
        """A case that the system opened for one new post."""
        found = self.mention(text, at=at, **mention)
        return open_case(self.session, found, feed_id=self.feed.id, flag=None, settings=SETTINGS, now=at)

    def claimed(self, by: Person, text: str = "My parcel is lost", *, at: datetime = NOON, **mention: Any) -> Case:
        return claim(self.session, self.case(text, at=at, **mention).id, by=by, now=at)

    def more(self, case: Case, text: str = "Hello?", *, at: datetime, **other: Any) -> Mention:
        """The same customer wrote again in the same thread; stored, not joined."""
        return self.mention(text, author=self._author(case), thread=self._thread(case), at=at, **other)

    def own_post(self, case: Case, text: str, *, at: datetime, parent: Mention | None = None, **other: Any) -> Mention:
        """A post of our account in the thread of a case, as ingest stores it."""
        ours = self.session.scalar(
            select(Author).where(Author.handle == self.handle, Author.site == self.site, Author.source == self.source)
        )
        ours = ours or self.author(self.handle)
        latest = parent or self.session.get_one(Mention, case.latest_mention_id)
        told = {"is_own": True, "parent_external_id": latest.external_id, **other}
        return self.mention(text, author=ours, thread=self._thread(case), at=at, **told)

    def rival(self) -> Feed:
        """Another feed on the same source, of a competitor."""
        brand = self._stored(Brand(name=f"Rival {number()}", kind=BrandKind.COMPETITOR))
        return self._stored(
            Feed(name=f"feed {number()}", created_at=NOON, next_poll_at=NOON, brand_id=brand.id, source=self.source, site=self.site)
        )

    def _author(self, case: Case) -> Author:
        return self.session.get_one(Author, case.author_id)

    def _thread(self, case: Case) -> Thread:
        return self.session.get_one(Thread, case.thread_id)

    def _stored(self, row: Row) -> Row:
        self.session.add(row)
        self.session.flush()
        return row


def angry(urgency: Urgency = Urgency.HIGH, confidence: float = 0.9) -> dict[str, Any]:
    """Labels of a furious post."""
    return {"sentiment": Sentiment.NEGATIVE, "urgency": urgency, "confidence": confidence, "needs_reply": True}
