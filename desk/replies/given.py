"""Answers that stand on their platform, ours and those given in its own app: they belong where the posts are that they answer."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.orm import Session

from desk.figures import answers
from desk.replies import attached
from storage.dialect import among
from storage.models import Approval, Mention, Reply
from storage.words import ChangeKind, ChangeState, ReplyState

GOES_ALONG = (ReplyState.SENT, ReplyState.FAILED)
"""What follows the post that it answers into another case. A failed one may yet turn out to stand there, or be tried again."""


def instants(session: Session, case_id: int) -> list[datetime]:
    """When the answers of a case were given that still stand, in no order."""
    sent = select(Reply.sent_at).where(Reply.case_id == case_id, _stands(), Reply.sent_at.is_not(None))
    return [*(at for at in session.scalars(sent) if at is not None), *_elsewhere(session, case_id, but=is_taken_back())]


def unknown_to_all(session: Session, case_id: int) -> ColumnElement[bool]:
    """Of posts of this case: written so late that none of its answers could know them."""
    knew = session.scalar(select(func.max(Reply.seen_mention_id)).where(Reply.case_id == case_id, _stands()))
    last = max(_elsewhere(session, case_id, but=Reply.external_id.is_not(None)), default=None)
    later = Mention.id > (knew or 0)
    return later if last is None else and_(later, Mention.posted_at > last)


def is_taken_back() -> ColumnElement[bool]:
    """Of a reply in SQL: it stood there, and does so no more."""
    kind, state = func.coalesce(Reply.change_kind, ""), func.coalesce(Reply.change_state, "")
    return and_(kind == ChangeKind.TAKE_BACK, state == ChangeState.DONE)


def move_all(session: Session, gone: int, kept: int) -> None:
    """The answers of one case become those of another, with their pictures, their readings and how long they took.

    Both cases are locked, and their posts still apart: whoever wrote what has failed had not seen those of the other one.
    """
    session.flush()
    ids = _ids(session, Reply.case_id == gone)
    before = select(func.min(Mention.id) - 1).where(Mention.case_id == kept, ~Mention.is_own).scalar_subquery()
    unsent = update(Reply).where(Reply.id.in_(ids), Reply.state == ReplyState.FAILED, Reply.seen_mention_id > before)
    session.execute(unsent.values(seen_mention_id=before).execution_options(synchronize_session="fetch"))
    _move(session, ids, to=kept)
    answers.move(session, gone, to=kept)


def move(session: Session, mention_ids: Collection[int], case_id: int, *, to: int) -> list[datetime]:
    """The same of those answers that are about these posts of a case; the instants of what has moved. Own posts stand in their new case already."""
    session.flush()
    _move(session, _ids(session, and_(Reply.case_id == case_id, among(session, Reply.mention_id, sorted(mention_ids)))), to=to)
    _own_posts(session, case_id, to=to)
    found = instants(session, to)
    answers.move(session, case_id, to=to, at=found)
    return found


def _ids(session: Session, which: ColumnElement[bool]) -> Sequence[int]:
    return session.scalars(select(Reply.id).where(which, Reply.state.in_(GOES_ALONG)).order_by(Reply.id).with_for_update()).all()


def _move(session: Session, reply_ids: Sequence[int], *, to: int) -> None:
    if reply_ids:
        session.execute(update(Reply).where(Reply.id.in_(reply_ids)).values(case_id=to))
        session.execute(update(Approval).where(Approval.reply_id.in_(reply_ids), Approval.decided_at.is_not(None)).values(case_id=to))
        attached.follow(session, reply_ids, case_id=to)


def _own_posts(session: Session, case_id: int, *, to: int) -> None:
    """A reply's own post comes back through the feed, and not each platform says what it answers."""
    ours = select(Reply.external_id).where(Reply.case_id == to, Reply.external_id.is_not(None))
    session.execute(update(Mention).where(Mention.case_id == case_id, Mention.is_own, Mention.external_id.in_(ours)).values(case_id=to))


def _stands() -> ColumnElement[bool]:
    return and_(Reply.state == ReplyState.SENT, ~is_taken_back())


def _elsewhere(session: Session, case_id: int, *, but: ColumnElement[bool]) -> Sequence[datetime]:
    """When our accounts posted in a case, but for the posts of such replies of it."""
    posts: Any = select(Reply.external_id).where(Reply.case_id == case_id, but, Reply.external_id.is_not(None))
    own = select(Mention.posted_at).where(Mention.case_id == case_id, Mention.is_own, Mention.deleted_at.is_(None))
    return session.scalars(own.where(Mention.external_id.not_in(posts))).all()
