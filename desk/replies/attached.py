"""The pictures of a draft, or of the reply that they left with: read, bound and freed again. What people do with them: desk.attachments."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, bindparam, select, update
from sqlalchemy.orm import Session

from desk import platforms
from desk.errors import Invalid
from desk.post import OutgoingAttachment
from storage.models import Attachment, Case, Mention, Reply, ReplyAccount

OF_CASE = (
    select(Attachment.reply_id, Attachment.id, Attachment.name, Attachment.media_type, Attachment.size, Attachment.alt)
    .where(Attachment.case_id == bindparam("case_id"))
    .order_by(Attachment.id)
)
"""Built once: every look at a case asks it."""


@dataclass(frozen=True, slots=True)
class AttachmentView:
    """A picture as the editor lists it, without its bytes."""

    id: int
    name: str
    media_type: str
    size: int
    alt: str


def of_draft(session: Session, case_id: int) -> tuple[AttachmentView, ...]:
    """The pictures of the draft of a case, in their order."""
    return _views(session, case_id).get(None, ())


def of_case(session: Session, case_id: int) -> Mapping[int | None, tuple[AttachmentView, ...]]:
    """All pictures of a case by the reply that they go with; those of the draft under None."""
    return _views(session, case_id)


def require_pictures(session: Session, case: Case, mention: Mention, account: ReplyAccount) -> None:
    """Raises Invalid when the draft's pictures cannot go to where it is sent."""
    waiting = of_draft(session, case.id)
    rule = platforms.pictures(account.source, is_private=mention.is_private)
    if waiting and not rule.count:
        raise Invalid("No picture can go with this reply: remove it, or post it there by hand")
    if len(waiting) > rule.count:
        raise Invalid(f"A reply here takes {rule.count} pictures, this has {len(waiting)}: remove some")
    unfit = [one.name for one in waiting if one.size > rule.size or one.media_type not in rule.types]
    if unfit:
        raise Invalid(f"This place does not take {', '.join(unfit)}: remove it")


def bind(session: Session, reply: Reply) -> None:
    """The draft's pictures leave with this reply. The caller has locked the case."""
    _move(session, (Attachment.case_id == reply.case_id) & Attachment.reply_id.is_(None), reply_id=reply.id)


def unbind(session: Session, reply: Reply) -> None:
    """The reply is a draft again, and its pictures are the draft's. The caller has locked the case."""
    _move(session, Attachment.reply_id == reply.id, reply_id=None)


def follow(session: Session, reply_ids: Sequence[int], *, case_id: int) -> None:
    """The pictures that left with these replies go to the case that the replies belong to now."""
    _move(session, Attachment.reply_id.in_(reply_ids), case_id=case_id)


def merge(session: Session, *, gone: int, kept: int) -> None:
    """The pictures of one case's draft pass on to the case that it becomes part of."""
    _move(session, (Attachment.case_id == gone) & Attachment.reply_id.is_(None), case_id=kept)


def outgoing(session: Session, reply_ids: Sequence[int]) -> dict[int, tuple[OutgoingAttachment, ...]]:
    """What leaves with each of these replies."""
    found: defaultdict[int, list[OutgoingAttachment]] = defaultdict(list)
    for one in session.scalars(select(Attachment).where(Attachment.reply_id.in_(reply_ids)).order_by(Attachment.id)):
        found[one.reply_id or 0].append(OutgoingAttachment(one.name, one.media_type, one.body, one.alt))
    return {reply_id: tuple(pictures) for reply_id, pictures in found.items()}


def _views(session: Session, case_id: int) -> Mapping[int | None, tuple[AttachmentView, ...]]:
    found: defaultdict[int | None, list[AttachmentView]] = defaultdict(list)
    for row in session.execute(OF_CASE, {"case_id": case_id}):
        found[row.reply_id].append(AttachmentView(row.id, row.name, row.media_type, row.size, row.alt))
    return {reply_id: tuple(views) for reply_id, views in found.items()}


def _move(session: Session, which: ColumnElement[bool], **to: object) -> None:
    session.flush()
    session.execute(update(Attachment).where(which).values(**to).execution_options(synchronize_session=False))
