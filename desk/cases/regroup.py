"""Which mentions make one case: a person opens one by hand, joins two, or splits one. Authors are never joined."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from desk import audit, states
from desk.access import case_to_change, name_of, require_live
from desk.cases import escalations, holds, opening, promises, split_waits, tags, upkeep
from desk.errors import Invalid, NotFound, NotYours
from desk.figures import endings, pauses
from desk.people import people
from desk.replies import attached, given, pending_approvals, recall, wording
from desk.settings import DeskSettings
from storage.models import Brand, Case, Catch, Feed, Mention, Note, Person, Reply
from storage.words import BrandKind, CaseStatus, Outcome, ReplyState


def open_for_mention(session: Session, mention_id: int, *, by: Person, settings: DeskSettings, now: datetime) -> Case:
    """A person makes a case of a mention that the classifier thought needs none. Returns the live case where there is one already."""
    people.require(by, people.CARE)
    mention = session.get(Mention, mention_id)
    if mention is None:
        raise NotFound("There is no such mention")
    if mention.is_own or mention.deleted_at is not None:
        raise Invalid("Our own post cannot be a case" if mention.is_own else "Its author deleted this post")
    feed_id = _caught_by(session, mention_id)
    case = opening.open_case(session, mention, feed_id=feed_id, flag=None, settings=settings, now=now)
    audit.record(session, "open_by_hand", now=now, by=by, case_id=case.id, mention=mention_id)
    return case


def _caught_by(session: Session, mention_id: int) -> int:
    caught = select(Feed.id, Brand.kind).join(Catch, Catch.feed_id == Feed.id).join(Brand, Brand.id == Feed.brand_id)
    feeds = session.execute(caught.where(Catch.mention_id == mention_id).order_by(Feed.id)).all()
    if not feeds:
        raise Invalid("No feed caught this mention: nobody could answer it")
    return int(min(feeds, key=lambda feed: feed.kind != BrandKind.OWN).id)


def merge(session: Session, case_id: int, *, into: int, by: Person, settings: DeskSettings, now: datetime) -> Case:
    """Two cases of one author become one: `into` takes the mentions, notes and draft, the other closes as a duplicate.

    Of two escalation labels the graver holds. Returns the case that goes on. Raises Invalid for two authors (people are never merged), for a closed
    case, and while a reply is under way; NotYours when a colleague has one of them.
    """
    people.require(by, people.CARE)
    if case_id == into:
        raise Invalid("A case cannot be merged into itself")
    locked = {number: case_to_change(session, number) for number in sorted((case_id, into))}
    gone, kept = locked[case_id], locked[into]
    for case in (gone, kept):
        require_live(case)
        _refuse_others(session, case, by=by)
    if gone.author_id != kept.author_id:
        raise Invalid("These are two customers: cases are merged, people never")
    _refuse_under_way(session, [gone.id])
    _move_all(session, gone, kept, now=now)
    _close_duplicate(session, gone, kept, by=by, now=now)
    _absorb(session, gone, kept, settings=settings)
    pauses.follow(session, kept, at=now)
    audit.record(session, "merge", now=now, by=by, case_id=gone.id, into=kept.id)
    audit.record(session, "absorb", now=now, by=by, case_id=kept.id, merged=gone.id)
    escalations.carry(session, kept, gone.escalation, by=by, now=now)
    return kept


def _refuse_others(session: Session, case: Case, *, by: Person) -> None:
    if case.assignee_id not in {by.id, None} and not people.roles_of(by) & people.LEADS:
        raise NotYours(name_of(session, case.assignee_id))


def _refuse_under_way(session: Session, case_ids: Sequence[int], mention_ids: Sequence[int] | None = None) -> None:
    waiting = select(Reply.state).where(Reply.case_id.in_(case_ids), Reply.state.in_(states.UNDER_WAY))
    found = session.scalar(waiting if mention_ids is None else waiting.where(Reply.mention_id.in_(mention_ids)))
    if found is not None:
        raise Invalid(f"A reply is {states.words(found)}: wait for its end, or take it back")


def _move_all(session: Session, gone: Case, kept: Case, *, now: datetime) -> None:
    given.move_all(session, gone.id, kept.id)
    session.execute(update(Mention).where(Mention.case_id == gone.id).values(case_id=kept.id))
    session.execute(update(Note).where(Note.case_id == gone.id).values(case_id=kept.id))
    pending_approvals.void(session, [gone.id, kept.id], words="two cases of this customer were merged: read it again", now=now)
    attached.merge(session, gone=gone.id, kept=kept.id)
    tags.move_case(session, gone.id, into=kept.id)
    promises.move(session, gone, kept)
    _move_draft(session, gone, kept, now=now)


def _move_draft(session: Session, gone: Case, kept: Case, *, now: datetime) -> None:
    moved, standing = recall.draft_of(session, gone.id), recall.draft_of(session, kept.id)
    if moved is None:
        return
    if standing is None:
        moved.case_id = kept.id
        return
    standing.text, standing.version = wording.joined(standing.text, moved.text), standing.version + 1
    standing.saved_at = now
    moved.state, moved.reason = ReplyState.CANCELLED, f"joined with the draft of case {kept.id}"


def _close_duplicate(session: Session, gone: Case, kept: Case, *, by: Person, now: datetime) -> None:
    gone.status, gone.outcome, gone.closed_at = CaseStatus.CLOSED, Outcome.DUPLICATE, now
    gone.merged_into_id, gone.snoozed_until, gone.version = kept.id, None, gone.version + 1
    endings.begin(session, gone, by=by, now=now)
    holds.drop_all(session, gone.id)


def _absorb(session: Session, gone: Case, kept: Case, *, settings: DeskSettings) -> None:
    _take_instants(session, gone, kept)
    waited = [case.waiting_since for case in (gone, kept) if case.waiting_since is not None]
    if waited and kept.waiting_since is None:
        kept.status = CaseStatus.OPEN
    kept.waiting_since = min(waited, default=None)
    kept.handovers += gone.handovers
    kept.reopened += gone.reopened
    upkeep.renew(session, kept, settings=settings)


def _take_instants(session: Session, gone: Case, kept: Case) -> None:
    """One matter now: seen when the first of its posts was, and answered when the first answer was given."""
    answered = [case for case in (gone, kept) if case.answered_at is not None]
    if answered:
        first = min(answered, key=lambda case: case.answered_at or case.seen_at)
        kept.answered_at, kept.first_due_at = first.answered_at, first.first_due_at
        kept.breached_at = min((case.breached_at for case in (gone, kept) if case.breached_at), default=None)
    if gone.seen_at < kept.seen_at:
        pauses.take_over(session, gone, kept)
        kept.posted_at, kept.seen_at = gone.posted_at, gone.seen_at
        kept.claimed_at = min((case.claimed_at for case in (gone, kept) if case.claimed_at), default=None)


def split(session: Session, case_id: int, mention_ids: Sequence[int], *, by: Person, settings: DeskSettings, now: datetime) -> Case:
    """Another matter of the same customer gets its own case: the chosen mentions move there. Returns the new case.

    It belongs to whoever has the old one, has its escalation label, and our answers go with the posts that they answer. Raises Invalid unless the
    mentions are some, but not all, of this case's customer's, or while a reply to one is under way.
    """
    people.require(by, people.CARE)
    case = case_to_change(session, case_id)
    require_live(case)
    _refuse_others(session, case, by=by)
    moving = _chosen(session, case, mention_ids)
    pending_approvals.void(session, [case.id], words="some posts were split off: read it again", now=now)
    _refuse_under_way(session, [case.id], [mention.id for mention in moving])
    other = _other_case(session, case, moving, now=now)
    _move(session, moving, other)
    answered = given.move(session, [mention.id for mention in moving], case.id, to=other.id)
    _note_answers(session, other, answered)
    split_waits.follow(session, case, moving, is_answer_gone=bool(answered), now=now)
    for changed in (case, other):
        upkeep.renew(session, changed, settings=settings)
    audit.record(session, "split", now=now, by=by, case_id=case.id, into=other.id, mentions=[mention.id for mention in moving])
    audit.record(session, "split_off", now=now, by=by, case_id=other.id, of=case.id)
    escalations.carry(session, other, case.escalation, by=by, now=now)
    return other


def _chosen(session: Session, case: Case, mention_ids: Sequence[int]) -> list[Mention]:
    theirs = select(Mention).where(Mention.case_id == case.id, ~Mention.is_own).order_by(Mention.posted_at, Mention.id)
    mentions = session.scalars(theirs).all()
    moving = [mention for mention in mentions if mention.id in set(mention_ids)]
    if not moving or len(moving) != len(set(mention_ids)):
        raise Invalid("Choose posts that this customer wrote in this case")
    if len(moving) == len(mentions):
        raise Invalid("Leave at least one post in the case")
    return moving


def _other_case(session: Session, case: Case, moving: Sequence[Mention], *, now: datetime) -> Case:
    same = select(func.max(Case.split_no)).where(Case.author_id == case.author_id, Case.thread_id == case.thread_id)
    first = moving[0]
    other = Case(
        author_id=case.author_id,
        thread_id=case.thread_id,
        opening_mention_id=first.id,
        latest_mention_id=moving[-1].id,
        source=case.source,
        site=case.site,
        brand_id=case.brand_id,
        feed_id=case.feed_id,
        author_name=case.author_name,
        status=CaseStatus.NEW if case.assignee_id is None else CaseStatus.OPEN,
        split_no=(session.scalar(same) or 0) + 1,
        assignee_id=case.assignee_id,
        claim_no=1 if case.assignee_id is not None else 0,
        posted_at=first.posted_at,
        seen_at=first.seen_at,
        opened_at=now,
        claimed_at=max(case.claimed_at, first.seen_at) if case.claimed_at else None,
        waiting_since=first.seen_at,
        answer_by=first.seen_at,
        reach=case.reach,
    )
    session.add(other)
    session.flush()
    return other


def _move(session: Session, moving: Sequence[Mention], other: Case) -> None:
    """The posts, and our own answers to them."""
    keys = [mention.external_id for mention in moving]
    answers = (Mention.thread_id == other.thread_id) & Mention.is_own & Mention.parent_external_id.in_(keys)
    session.execute(update(Mention).where(Mention.id.in_([mention.id for mention in moving]) | answers).values(case_id=other.id))


def _note_answers(session: Session, other: Case, answered: Sequence[datetime]) -> None:
    """Whoever was answered about the other matter already does not wait for that."""
    if answered:
        other.answered_at = min(answered)
        upkeep.answered(session, other, at=max(answered), unanswered=given.unknown_to_all(session, other.id))
