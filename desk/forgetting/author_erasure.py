"""The right to be forgotten: an author, what they wrote, and what we wrote of it, gone from every table, step by step.

Each step may be repeated, so that one which was killed is done again. Words go before posts: what to look for is read from the posts.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, or_, select, update
from sqlalchemy.orm import Session

from desk import audit, states
from desk.access import cases_to_change
from desk.errors import Invalid, NotFound
from desk.feeds import feed_clicks
from desk.figures import rollups
from desk.forgetting.quotes import Words
from desk.intake import erasure
from desk.noise import mutes
from desk.replies import pending_approvals, recall
from desk.settings import DeskSettings
from storage import search
from storage.dialect import among, is_sqlite
from storage.models import (
    Approval,
    Attachment,
    Audit,
    Author,
    Case,
    Embedding,
    Erasure,
    Errand,
    Incident,
    LabelExample,
    Mention,
    MentionRaw,
    MentionRevision,
    Note,
    Notice,
    OwnLabel,
    Promise,
    Reject,
    Reply,
    Resolution,
    Thread,
)
from storage.models.people import OF_AUTHOR
from storage.words import ReplyState

REASON = "erasure"
"""Why a tombstone stands there: they asked to be forgotten."""

WHY = "this customer's data are being erased"
POSTS_AT_ONCE = 25
CASES_AT_ONCE = 10
LONGEST_REASON = 300
SHORTEST_ID = 5
"""A shorter id, or a shorter handle within something that is no text, is anybody's number."""

WORDS, POSTS, PAGES = STEPS = ("words", "posts", "pages")

WRITTEN: dict[Any, tuple[str, ...]] = {
    Note: ("text",),
    Reply: ("text", "change_text", "change_reason", "reason", "url"),
    Approval: ("text", "words", "request"),
    Attachment: ("name", "alt"),
    Promise: ("text",),
    Resolution: ("cause", "fix", "evidence"),
    Notice: ("text",),
    Audit: ("detail",),
}
"""What our people and our processes wrote about a case, by table."""

OF_CASE = ("declined_reason", "declined_rule", "declined_instead", "moved_to", "moved_ref")
OF_INCIDENT = ("name", "cause", "fix", "evidence", "known_issue", "statements")


THREAD = select(Mention.thread_id).where(Mention.id == bindparam("post")).scalar_subquery().correlate(None)
ANSWERS = (
    update(Mention.__table__)
    .where(Mention.thread_id == THREAD, Mention.parent_external_id == bindparam("was"))
    .values(parent_external_id=bindparam("is"))
)
"""Others' answers to a post that is gone point at what is left of it."""


def author_to_forget(session: Session, author_id: int) -> Author:
    """The author. Raises NotFound, and Invalid for an account of our own: that is a reply account, not a customer."""
    author = session.scalar(select(Author).where(Author.id == author_id).execution_options(populate_existing=True))
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
    written = select(Mention.title, Mention.text).where(Mention.author_id == author.id)
    before = (
        select(MentionRevision.title, MentionRevision.text)
        .join(Mention, Mention.id == MentionRevision.mention_id)
        .where(Mention.author_id == author.id)
    )
    texts = [text for query in (written, before) for row in session.execute(query) for text in row]
    handle = author.handle.lstrip("@")
    identity = author.external_id if len(author.external_id) >= SHORTEST_ID else ""
    return Words(names=(handle, author.name, identity, author.url), parts=author.name.split(), texts=texts)


def names_of(author: Author) -> list[bytes]:
    """The same as bytes, for what is no text: an id, a handle, and a name that is not everybody's."""
    named = (author.external_id, author.handle.lstrip("@"), author.name if len(author.name.split()) > 1 else "")
    return [name.encode() for name in named if len(name) >= SHORTEST_ID]


def case_ids(session: Session, author_id: int) -> list[int]:
    return list(session.scalars(select(Case.id).where(Case.author_id == author_id).order_by(Case.id)))


def clear_cases(session: Session, ids: Collection[int], words: Words, *, now: datetime) -> dict[str, int]:
    """Take the author's words out of what the team wrote in these cases; how many rows changed, by table.

    Replies that wait become drafts, so that none leaves to somebody who wants to be forgotten.
    """
    if not ids:
        return {}
    cases = cases_to_change(session, ids)
    changed: dict[str, int] = {}
    for case in cases.values():
        if case.status in states.LIVE:
            pending_approvals.void(session, [case.id], words=WHY, now=now)
            recall.queued(session, case, now=now, reason=WHY)
        _clear(case, OF_CASE, words)
        case.version += 1
    session.flush()
    for table, names in WRITTEN.items():
        rows = session.scalars(select(table).where(_of_cases(session, table, cases)).execution_options(populate_existing=True)).all()
        changed[table.__tablename__] = sum(_cleared(row, names, words) for row in rows)
    incidents = {n for case in cases.values() for n in (case.incident_id, case.left_incident_id) if n}
    found = session.scalars(select(Incident).where(among(session, Incident.id, sorted(incidents))).with_for_update()).all()
    changed["incident"] = sum(_cleared(row, OF_INCIDENT, words) for row in found)
    return {kind: n for kind, n in changed.items() if n}


def _of_cases(session: Session, table: Any, cases: dict[int, Case]) -> Any:
    if table is Approval:
        return Approval.reply_id.in_(select(Reply.id).where(among(session, Reply.case_id, sorted(cases))))
    theirs = among(session, table.case_id, sorted(cases))
    reused = sorted({case.resolution_id for case in cases.values() if case.resolution_id})
    return or_(theirs, among(session, Resolution.id, reused)) if table is Resolution else theirs


def _cleared(row: Any, names: Iterable[str], words: Words) -> bool:
    is_changed = _clear(row, names, words)
    if is_changed and (isinstance(row, Incident) or (isinstance(row, Reply) and row.state == ReplyState.DRAFT)):
        row.version += 1
    return is_changed


def _clear(row: Any, names: Iterable[str], words: Words) -> bool:
    is_changed = False
    for name in names:
        value = getattr(row, name)
        cleared = words.without_all(value)
        if cleared != value:
            setattr(row, name, cleared)
            is_changed = True
    return is_changed


def _clear_own_posts(session: Session, author_id: int, words: Words) -> int:
    """Our own answers stay, without the name of whom they answered; what the platform sent with them goes, as does what an engine made of them."""
    threads = select(Mention.thread_id).where(Mention.author_id == author_id)
    for_them = or_(Mention.thread_id.in_(threads), Mention.case_id.in_(select(Case.id).where(Case.author_id == author_id)))
    ours = select(Mention).where(Mention.is_own, Mention.deleted_at.is_(None), for_them).order_by(Mention.id)
    posts = session.scalars(ours.with_for_update(key_share=True).execution_options(populate_existing=True)).all()
    changed = [post for post in posts if _clear_own(session, post, words)]
    # The content hash stays: the post that comes again as the platform has it is no edit.
    for table in (MentionRaw, MentionRevision, Embedding):
        _delete(session, table, table.mention_id, [post.id for post in posts])
    return len(changed)


def _clear_own(session: Session, post: Mention, words: Words) -> bool:
    before = search.Text(post.title, post.text)
    is_changed = _clear(post, ("title", "text", "url", "addressed"), words)
    after = search.Text(post.title, post.text)
    if after != before:
        search.change(session, post.id, before=before, after=after)
    return is_changed


def next_posts(session: Session, author_id: int, *, limit: int = POSTS_AT_ONCE) -> list[tuple[int, str]]:
    """Id and platform's id of posts that still stand."""
    theirs = select(Mention.id, Mention.external_id).where(Mention.author_id == author_id, Mention.deleted_at.is_(None))
    return [(row.id, row.external_id) for row in session.execute(theirs.order_by(Mention.posted_at, Mention.id).limit(limit))]


def erase_posts(session: Session, posts: Sequence[tuple[int, str]], *, settings: DeskSettings, now: datetime) -> None:
    """Erase these posts with all that hangs on them, and let others' answers point at what is left of them."""
    if not posts:
        return
    ids = [mention_id for mention_id, _ in posts]
    changes = erasure.erase(session, ids, reason=REASON, settings=settings, secret=settings.secret, now=now)
    session.flush()
    answers = [{"post": mention_id, "was": external_id, "is": f"erased:{mention_id}"} for mention_id, external_id in sorted(posts)]
    session.connection().execute(ANSWERS, answers)
    rollups.move(session, changes)


def erase_author(session: Session, author_id: int, *, settings: DeskSettings, now: datetime) -> dict[str, int]:
    """The last of the author's posts, and the author without anything that says who it was, in their row and their cases."""
    author = session.scalars(select(Author).where(Author.id == author_id).with_for_update()).one()
    # A page that was being stored when the tombstone was set has held this row until now, and its posts are seen from here on.
    last = next_posts(session, author_id)
    erase_posts(session, last, settings=settings, now=now)
    blank = {"handle": "", "name": "", "url": "", "reach": None, "do_not_contact_reason": "", "blocked_reason": ""}
    for name, value in {**blank, "external_id": f"erased:{author.id}"}.items():
        setattr(author, name, value)
    cases = cases_to_change(session, case_ids(session, author_id))
    for case in cases.values():
        case.author_name, case.preview, case.searched, case.reach = "", "", "", None
        case.version += 1
    theirs = update(Audit).where(OF_AUTHOR, Audit.subject == f"author {author_id}")
    session.execute(theirs.values(detail={}).execution_options(synchronize_session=False))
    audit.record(session, "erasure_author", now=now, by=None, subject=f"author {author_id}")
    return {"author": 1, "case_names": len(cases), "mentions": len(last)}


def _clear_threads(session: Session, author: Author) -> int:
    """A thread in which nobody else writes loses the platform's id, as does one whose id names its author; the others stay where they are found."""
    ids = set(session.scalars(select(Mention.thread_id).where(Mention.author_id == author.id)))
    others = select(Mention.thread_id).where(
        among(session, Mention.thread_id, sorted(ids)), Mention.author_id != author.id, ~Mention.is_own
    )
    shared = set(session.scalars(others.distinct()))
    named = [name.lower() for name in (author.external_id, author.handle.lstrip("@")) if len(name) > 2]
    found = session.scalars(select(Thread).where(among(session, Thread.id, sorted(ids)))).all()
    gone = [row for row in found if row.id not in shared or any(name in row.external_id.lower() for name in named)]
    for thread in gone:
        thread.external_id = f"erased:{thread.id}"
    return len(gone)


def clear_rest(session: Session, author: Author, words: Words, *, now: datetime) -> dict[str, int]:
    """What hangs on no case and no mention of theirs: our posts, threads, posts that could not be read, and what one process told another."""
    named = [name for name in {author.handle.lstrip("@"), author.external_id} if len(name) > 2]
    unread = [row for name in named for row in _rejects(session, name)]
    _delete(session, Reject, Reject.id, unread)
    errands = session.scalars(select(Errand)).all()
    doomed = [
        row.id for row in errands if words.without_all([row.subject, row.request, row.result]) != [row.subject, row.request, row.result]
    ]
    _delete(session, Errand, Errand.id, doomed)
    pasted = select(LabelExample.id, LabelExample.text).where(LabelExample.mention_id.is_(None))
    quoting = [row.id for row in session.execute(pasted) if words.without(row.text) != row.text]
    _delete(session, LabelExample, LabelExample.id, quoting)
    for label in session.scalars(select(OwnLabel)):
        _clear(label, ("name", "meaning"), words)
    clicks = feed_clicks.forget_author(session, author.source, author.site, author.external_id)
    counted = {"own_posts": _clear_own_posts(session, author.id, words), "threads": _clear_threads(session, author)}
    counted["mutes"] = mutes.forget_author(session, author.id, words, now=now)
    return {**counted, "rejects": len(set(unread)), "errands": len(doomed), "label_examples": len(quoting), "feed_clicks": clicks}


def _rejects(session: Session, name: str) -> Sequence[int]:
    written = name.encode()
    place: Callable[..., Any] = func.instr if is_sqlite(session) else _position
    return session.scalars(select(Reject.id).where(place(Reject.raw, written) > 0)).all()


def _position(column: Any, written: bytes) -> Any:
    return func.strpos(func.encode(column, "hex"), written.hex())


def _delete(session: Session, table: Any, column: Any, ids: Sequence[int]) -> None:
    if ids:
        session.execute(delete(table).where(among(session, column, sorted(set(ids)))).execution_options(synchronize_session=False))


def finish(session: Session, erasure_id: str, certificate: dict[str, Any], *, now: datetime) -> None:
    """It is done: what remains here is that somebody was forgotten, and how much that was."""
    row = session.get_one(Erasure, erasure_id, populate_existing=True)
    row.step, row.done_at, row.author_id, row.counts = "", now, None, certificate
    audit.record(session, "erasure_done", now=now, by=None, subject=f"erasure {erasure_id}")
