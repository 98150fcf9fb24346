"""The right to be forgotten: an author, what they wrote, and what we wrote of it, gone from every table, step by step.

Each step may be repeated, so that one which was killed is done again. Words go before posts: what to look for is read from the posts.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, select, union_all, update
from sqlalchemy.orm import Session

from desk import audit
from desk.cases import upkeep
from desk.errors import Invalid, NotFound
from desk.figures import rollups
from desk.forgetting import sampled
from desk.forgetting.quotes import Words
from desk.intake import erasure
from desk.settings import DeskSettings
from storage.dialect import among
from storage.models import (
    Audit,
    Author,
    Case,
    Erasure,
    FeedClick,
    Mention,
    MentionRevision,
)
from storage.models.people import OF_AUTHOR

REASON = "erasure"
"""Why a tombstone stands there: they asked to be forgotten."""

POSTS_AT_ONCE = 25
CASES_AT_ONCE = 10
LONGEST_REASON = 300
SHORTEST_ID = 5
"""A shorter id, or a shorter handle within something that is no text, is anybody's number."""

WORDS, POSTS, PAGES = ("words", "posts", "pages")

AUTHOR = select(Author).where(Author.id == bindparam("author")).execution_options(populate_existing=True)
"""Built once, as those below: to build one takes longer than its answer."""

LOCKED = AUTHOR.with_for_update()
CASES = (
    select(Case).where(Case.author_id == bindparam("author")).order_by(Case.id).with_for_update().execution_options(populate_existing=True)
)
STANDING = (
    select(Mention)
    .where(Mention.author_id == bindparam("author"), Mention.deleted_at.is_(None))
    .order_by(Mention.id)
    .with_for_update(key_share=True)
    .execution_options(populate_existing=True)
)
SAID = union_all(
    select(Mention.title, Mention.text).where(Mention.author_id == bindparam("author")),
    select(MentionRevision.title, MentionRevision.text)
    .join(Mention, Mention.id == MentionRevision.mention_id)
    .where(Mention.author_id == bindparam("author")),
    select(FeedClick.title, FeedClick.text).where(
        FeedClick.source == bindparam("source"),
        FeedClick.site == bindparam("site"),
        FeedClick.author_external_id == bindparam("external_id"),
    ),
)
THREAD = select(Mention.thread_id).where(Mention.id == bindparam("post")).scalar_subquery().correlate(None)
ANSWERS = (
    update(Mention.__table__)
    .where(Mention.thread_id == THREAD, Mention.parent_external_id == bindparam("was"))
    .values(parent_external_id=bindparam("is"))
)
"""Others' answers to a post that is gone point at what is left of it."""


def author_to_forget(session: Session, author_id: int) -> Author:
    """The author. Raises NotFound, and Invalid for an account of our own: that is a reply account, not a customer."""
    author = session.scalar(AUTHOR, {"author": author_id})
    if author is None:
        raise NotFound("There is no such author")
    if session.scalar(select(Mention.id).where(Mention.author_id == author_id, Mention.is_own).limit(1)):
        raise Invalid("That is a reply account of ours: what it wrote is the team's, and goes with the cases of its customers")
    return author


def begin(session: Session, erasure_id: str, author: Author, *, reason: str, settings: DeskSettings, now: datetime) -> Erasure:
    """From here on nothing by this author is stored any more; what is there goes in the steps that follow. Beginning twice changes nothing.

    `reason` is kept, so it says none of the author's words.
    """
    known = session.get(Erasure, erasure_id)
    if known is not None:
        return known
    id_hash = erasure.hash_of_author(author.source, author.site, author.external_id, settings.secret)
    erasure.bury_hashes(session, author.source, [(author.site, id_hash)], reason=REASON, now=now)
    begun = Erasure(
        id=erasure_id, source=author.source, site=author.site, author_hash=id_hash, author_id=author.id, step=WORDS, begun_at=now
    )
    begun.reason, begun.counts = reason[:LONGEST_REASON], {}
    session.add(begun)
    audit.record(session, "erasure_begun", now=now, by=None, subject=f"erasure {erasure_id}")
    session.flush()
    return begun


def unfinished(session: Session, author_hash: str) -> Erasure | None:
    """The erasure of this author that was begun and not ended."""
    return session.scalar(select(Erasure).where(Erasure.author_hash == author_hash, Erasure.done_at.is_(None)).limit(1))


def step_done(session: Session, erasure_id: str, counted: Mapping[str, int], *, then: str | None = None) -> None:
    """What was counted is added; where nothing is left to do in this step, `then` is the one that follows."""
    row = session.get_one(Erasure, erasure_id, populate_existing=True, with_for_update=True)
    row.counts = {**row.counts, **{kind: row.counts.get(kind, 0) + n for kind, n in counted.items()}}
    row.step = then or row.step


def words_of(session: Session, author: Author) -> Words:
    """What must not stand anywhere any more: handle, name, the platform's id, and all that they wrote, in every version."""
    place = {"source": author.source, "site": author.site, "external_id": author.external_id}
    texts = [text for row in session.execute(SAID, {"author": author.id, **place}) for text in row]
    texts += [text for post in sampled.posts(session, sampled.of(author)) for text in (post["title"], post["text"])]
    handle = author.handle.lstrip("@")
    identity = author.external_id if len(author.external_id) >= SHORTEST_ID else ""
    return Words(names=(handle, author.name, identity, author.url), parts=author.name.split(), texts=texts)


def names_of(author: Author) -> list[bytes]:
    """The same as bytes, for what is no text: an id, a handle, and a name that is not everybody's."""
    named = (author.external_id, author.handle.lstrip("@"), author.name if len(author.name.split()) > 1 else "")
    return [name.encode() for name in named if len(name) >= SHORTEST_ID]


def author(session: Session, author_id: int) -> Author:
    """The author as the row stands, which never goes."""
    return session.scalars(AUTHOR, {"author": author_id}).one()


def lock(session: Session, author_id: int) -> Author:
    """The author, who gets no more posts until the transaction ends. A page that was being stored when the tombstone was set has held them until now."""
    return session.scalars(LOCKED, {"author": author_id}).one()


def lock_posts(session: Session, author_id: int, *, limit: int = POSTS_AT_ONCE) -> Sequence[Mention]:
    """The first of the posts that still stand, to be locked before cases."""
    return session.scalars(STANDING.limit(limit), {"author": author_id}).all()


def lock_cases(session: Session, author_id: int) -> dict[int, Case]:
    """All cases of the author."""
    return {case.id: case for case in session.scalars(CASES, {"author": author_id})}


def next_posts(session: Session, author_id: int, *, limit: int = POSTS_AT_ONCE) -> list[tuple[int, str]]:
    """Id and platform's id of posts that still stand."""
    theirs = select(Mention.id, Mention.external_id).where(Mention.author_id == author_id, Mention.deleted_at.is_(None))
    return [(row.id, row.external_id) for row in session.execute(theirs.order_by(Mention.posted_at, Mention.id).limit(limit))]


def with_posts(session: Session, erasure_ids: Collection[str]) -> list[tuple[str, int]]:
    """Erasures whose author has posts that stand, with the author's id."""
    stand = exists().where(Mention.author_id == Erasure.author_id, Mention.deleted_at.is_(None))
    found = select(Erasure.id, Erasure.author_id).where(among(session, Erasure.id, sorted(erasure_ids)), stand)
    return [(row.id, row.author_id) for row in session.execute(found)]


def erase_posts(session: Session, posts: Sequence[tuple[int, str]], *, settings: DeskSettings, now: datetime) -> None:
    """Erase these posts with all that hangs on them, and let others' answers point at what is left of them."""
    if not posts:
        return
    ids = [mention_id for mention_id, _ in posts]
    changes = erasure.erase(session, ids, reason=REASON, settings=settings, secret=settings.secret, now=now)
    session.flush()
    _point_answers(session, posts)
    rollups.move(session, changes)


def _point_answers(session: Session, posts: Sequence[tuple[int, str]]) -> None:
    answers = [{"post": mention_id, "was": external_id, "is": f"erased:{mention_id}"} for mention_id, external_id in sorted(posts)]
    if answers:
        session.connection().execute(ANSWERS, answers)


def erase_author(
    session: Session, author: Author, last: Sequence[Mention], cases: Mapping[int, Case], *, settings: DeskSettings, now: datetime
) -> dict[str, int]:
    """The last of the author's posts, and the author without anything that says who it was, in their row and their cases; all of them are locked."""
    posts = [(mention.id, mention.external_id) for mention in last]
    changes = erasure.erase_locked(session, last, reason=REASON, secret=settings.secret, now=now)
    _point_answers(session, posts)
    erasure.clear_cases(session, last, locked=cases, reason=REASON, settings=settings, now=now)
    _blank(author, cases)
    theirs = update(Audit).where(OF_AUTHOR, Audit.subject == f"author {author.id}")
    session.execute(theirs.values(detail={}).execution_options(synchronize_session=False))
    audit.record(session, "erasure_author", now=now, by=None, subject=f"author {author.id}")
    session.flush()
    rollups.move(session, changes)
    return {"author": 1, "case_names": len(cases), "mentions": len(last)}


def _blank(author: Author, cases: Mapping[int, Case]) -> None:
    blank = {"handle": "", "name": "", "url": "", "reach": None, "do_not_contact_reason": "", "blocked_reason": ""}
    for name, value in {**blank, "external_id": f"erased:{author.id}"}.items():
        setattr(author, name, value)
    for case in cases.values():
        case.author_name, case.preview, case.searched, case.reach = "", "", "", None
        upkeep.reorder(case)
        case.version += 1


def finish(session: Session, erasure_id: str, certificate: dict[str, Any], *, now: datetime) -> None:
    """It is done: what remains here is that somebody was forgotten, and how much that was."""
    row = session.get_one(Erasure, erasure_id, populate_existing=True)
    row.step, row.done_at, row.author_id, row.counts = "", now, None, certificate
    audit.record(session, "erasure_done", now=now, by=None, subject=f"erasure {erasure_id}")
