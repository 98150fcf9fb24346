"""What our people and our processes wrote about an author who is to be forgotten: their words and names are taken out of it, row by row."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from desk import states
from desk.feeds import feed_clicks
from desk.forgetting import sampled
from desk.forgetting.quotes import Words
from desk.noise import mutes
from desk.replies import changes, pending_approvals, recall
from storage import search
from storage.dialect import among, among_given, given, is_sqlite
from storage.models import (
    Approval,
    Attachment,
    Audit,
    Author,
    Case,
    Embedding,
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
from storage.words import ReplyState

WHY = "this customer's data are being erased"

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


def case_ids(session: Session, author_id: int) -> list[int]:
    return list(session.scalars(select(Case.id).where(Case.author_id == author_id).order_by(Case.id)))


def clear_cases(session: Session, cases: Mapping[int, Case], words: Words, *, now: datetime) -> dict[str, int]:
    """Take the author's words out of what the team wrote in these cases, which are locked; how many rows changed, by table.

    Replies that wait, for their time or for somebody to post them, become drafts, and new words for an answer are given up, so that nothing
    leaves to somebody who wants to be forgotten. Whoever was to post one is told.
    """
    if not cases:
        return {}
    changed: dict[str, int] = {}
    for case in cases.values():
        if case.status in states.LIVE:
            pending_approvals.void(session, [case.id], words=WHY, now=now)
            recall.queued(session, case, now=now, reason=WHY)
            recall.by_hand(session, case, by=None, now=now, reason=WHY)
        changes.stop_corrections(session, case, reason=WHY, now=now)
        _clear(case, OF_CASE, words)
        case.version += 1
    session.flush()
    for table in _written(session, cases):
        rows = session.scalars(select(table).where(_of_cases(session, table, cases)).execution_options(populate_existing=True)).all()
        changed[table.__tablename__] = sum(_cleared(row, WRITTEN[table], words) for row in rows)
    incidents = {n for case in cases.values() for n in (case.incident_id, case.left_incident_id) if n}
    if incidents:
        found = session.scalars(select(Incident).where(among(session, Incident.id, sorted(incidents))).with_for_update()).all()
        changed["incident"] = sum(_cleared(row, OF_INCIDENT, words) for row in found)
    return {kind: n for kind, n in changed.items() if n}


def _written(session: Session, cases: Mapping[int, Case]) -> list[Any]:
    """The tables in which anything was written about these cases: about most there is nothing in most of them."""
    sqlite = is_sqlite(session)
    row = session.connection().execute(_is_written(sqlite), {"given": given(session, sorted(cases))}).one()
    is_reused = any(case.resolution_id for case in cases.values())
    return [table for table, is_there in zip(WRITTEN, row, strict=True) if is_there or (table is Resolution and is_reused)]


@cache
def _is_written(sqlite: bool) -> Select[Any]:
    replies = select(Reply.id).where(among_given("given", Reply.case_id, sqlite=sqlite))
    asked: list[Any] = [
        exists().where(Approval.reply_id.in_(replies) if table is Approval else among_given("given", table.case_id, sqlite=sqlite))
        for table in WRITTEN
    ]
    return select(*asked)


def _of_cases(session: Session, table: Any, cases: Mapping[int, Case]) -> Any:
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


def clear_rest(session: Session, author: Author, words: Words, *, now: datetime) -> dict[str, int]:
    """What hangs on no case and no mention of theirs: our posts, threads, posts that could not be read, and what one process told another."""
    named = {name for name in (author.handle.lstrip("@"), author.external_id) if len(name) > 2}
    unread = _rejects(session, named) if named else []
    _delete(session, Reject, Reject.id, unread)
    errands = session.execute(select(Errand.id, Errand.subject, Errand.request, Errand.result))
    who = sampled.of(author)
    shown, told = sampled.errands(session, who), len(sampled.posts(session, who))
    doomed = [row.id for row in errands if row.id in shown or words.without_all(said := list(row[1:])) != said]
    _delete(session, Errand, Errand.id, doomed)
    pasted = select(LabelExample.id, LabelExample.text).where(LabelExample.mention_id.is_(None))
    quoting = [row.id for row in session.execute(pasted) if words.without(row.text) != row.text]
    _delete(session, LabelExample, LabelExample.id, quoting)
    for label in session.scalars(select(OwnLabel)):
        _clear(label, ("name", "meaning"), words)
    clicks = feed_clicks.forget_author(session, author.source, author.site, author.external_id)
    threads = session.scalars(select(Mention.thread_id).where(Mention.author_id == author.id).distinct()).all()
    counted = {"own_posts": _clear_own_posts(session, author.id, threads, words), "threads": _clear_threads(session, author, threads)}
    counted["mutes"] = mutes.forget_author(session, author.id, words, now=now)
    return {
        **counted,
        "rejects": len(unread),
        "errands": len(doomed),
        "label_examples": len(quoting),
        "feed_clicks": clicks,
        "sampled_posts": told,
    }


def _clear_own_posts(session: Session, author_id: int, threads: Sequence[int], words: Words) -> int:
    """Our own answers stay, without the name of whom they answered; what the platform sent with them goes, as does what an engine made of them."""
    # By their ids: PostgreSQL reads all mentions where either of two subqueries may fit.
    for_them = or_(among(session, Mention.thread_id, threads), among(session, Mention.case_id, case_ids(session, author_id)))
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


def _clear_threads(session: Session, author: Author, ids: Sequence[int]) -> int:
    """A thread in which nobody else writes loses the platform's id, as does one whose id names its author; the others stay where they are found."""
    by_others = exists().where(Mention.thread_id == Thread.id, Mention.author_id != author.id, ~Mention.is_own)
    found = session.execute(select(Thread, by_others.label("is_shared")).where(among(session, Thread.id, ids))).all()
    named = [name.lower() for name in (author.external_id, author.handle.lstrip("@")) if len(name) > 2]
    gone = [row.Thread for row in found if not row.is_shared or any(name in row.Thread.external_id.lower() for name in named)]
    for thread in gone:
        thread.external_id = f"erased:{thread.id}"
    return len(gone)


def _rejects(session: Session, names: Collection[str]) -> Sequence[int]:
    place: Callable[..., Any] = func.instr if is_sqlite(session) else _position
    return session.scalars(select(Reject.id).where(or_(*(place(Reject.raw, name.encode()) > 0 for name in sorted(names))))).all()


def _position(column: Any, written: bytes) -> Any:
    return func.strpos(func.encode(column, "hex"), written.hex())


def _delete(session: Session, table: Any, column: Any, ids: Sequence[int]) -> None:
    if ids:
        session.execute(delete(table).where(among(session, column, sorted(set(ids)))).execution_options(synchronize_session=False))
