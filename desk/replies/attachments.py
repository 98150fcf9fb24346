"""Pictures that leave with a reply. They belong to the case's draft, so that they pass on with it, until the reply is on its way."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import audit, platforms
from desk.access import own_case, require_live
from desk.errors import Invalid, NotFound
from desk.intake.cleaning import plain
from desk.people import people
from desk.replies import pending_approvals
from desk.replies.attached import AttachmentView, of_draft
from desk.sources.declaration import PictureRule
from storage.models import Attachment, Person

LONGEST_NAME = 120
LONGEST_ALT = 1_000
"""What X takes (https://docs.x.com/x-api/media/create-metadata-for-media, read 2026-11-22)."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that was decoded and written anew by ourselves, without what a camera adds to it."""

    name: str
    media_type: str
    body: bytes = field(repr=False)


def require_room(session: Session, case_id: int, *, by: Person) -> PictureRule:
    """May this person add a picture here? Raises NotYours, NotFound, and Invalid where the platform takes none, or no more."""
    case = own_case(session, case_id, by=by)
    require_live(case)
    rule = platforms.pictures(case.source)
    if not rule.count:
        raise Invalid("No picture can go with a reply here: this place takes text only")
    if len(of_draft(session, case_id)) >= rule.count:
        raise Invalid(f"A reply here takes {rule.count} pictures: remove one first")
    return rule


def add(session: Session, case_id: int, picture: Picture, *, by: Person, now: datetime) -> AttachmentView:
    """Keep a picture with the draft of one's own case. Raises what `require_room` does, and Invalid for one that is too large."""
    rule = require_room(session, case_id, by=by)
    if picture.media_type not in rule.types:
        raise Invalid("This place does not take that kind of picture")
    if len(picture.body) > rule.size:
        raise Invalid(f"The picture is too large: this place takes {rule.size // 1_000_000} MB")
    name = plain(picture.name.strip())[:LONGEST_NAME] or "picture"
    told = {"media_type": picture.media_type, "size": len(picture.body), "body": picture.body, "created_at": now}
    kept = Attachment(case_id=case_id, person_id=by.id, name=name, **told)
    session.add(kept)
    session.flush()
    _changed(session, case_id, by=by, now=now)
    audit.record(session, "attach", now=now, by=by, case_id=case_id, attachment=kept.id)
    return _view(kept)


def describe(session: Session, attachment_id: int, *, alt: str, by: Person, now: datetime) -> AttachmentView:
    """Say what a picture shows, for who does not see it. Whoever was asked to read the reply reads it anew."""
    kept, words = _own(session, attachment_id, by=by), plain(alt.strip())[:LONGEST_ALT]
    if words == kept.alt:
        return _view(kept)
    kept.alt = words
    session.flush()
    _changed(session, kept.case_id, by=by, now=now)
    audit.record(session, "describe_picture", now=now, by=by, case_id=kept.case_id, attachment=kept.id)
    return _view(kept)


def remove(session: Session, attachment_id: int, *, by: Person, now: datetime) -> int:
    """Take a picture out of the draft; returns its case. Raises NotFound once it is on its way."""
    kept = _own(session, attachment_id, by=by)
    session.delete(kept)
    session.flush()
    _changed(session, kept.case_id, by=by, now=now)
    audit.record(session, "detach", now=now, by=by, case_id=kept.case_id, attachment=attachment_id)
    return kept.case_id


def read(session: Session, attachment_id: int, *, by: Person) -> Picture:
    """A picture with its bytes, for who works on cases. Raises NotFound."""
    people.require(by, people.CARE)
    kept = session.get(Attachment, attachment_id)
    if kept is None:
        raise NotFound("There is no such picture any more")
    return Picture(kept.name, kept.media_type, kept.body)


def _changed(session: Session, case_id: int, *, by: Person, now: datetime) -> None:
    pending_approvals.withdraw_draft(session, case_id, words="its pictures were changed", by=by, now=now)


def _own(session: Session, attachment_id: int, *, by: Person) -> Attachment:
    people.require(by, people.CARE)
    case_id = session.scalar(select(Attachment.case_id).where(Attachment.id == attachment_id))
    if case_id is None:
        raise NotFound("There is no such picture any more")
    own_case(session, case_id, by=by)
    kept = session.get_one(Attachment, attachment_id, populate_existing=True)
    if kept.reply_id is not None:
        raise NotFound("This picture has left with its reply")
    return kept


def _view(kept: Attachment) -> AttachmentView:
    return AttachmentView(kept.id, kept.name, kept.media_type, kept.size, kept.alt)
