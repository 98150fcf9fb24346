"""One case with all that an agent needs beside the reply box: its thread, replies, notes, this customer's history, and who may answer how."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select, union
from sqlalchemy.orm import Session

from desk import platforms
from desk.cases import customer, notes, ordeal, privacy, promises, restraints, tags
from desk.cases.customer import CustomerCase
from desk.cases.notes import NoteView
from desk.cases.ordeal import Ordeal
from desk.cases.promises import PromiseView
from desk.cases.restraints import Restraints
from desk.cases.tags import TagView
from desk.cases.timeline import Entry, timeline
from desk.cases.urgency import Reason
from desk.errors import NotFound
from desk.intake import media
from desk.intake.media import MediaView
from desk.labels import labels, own_labels
from desk.labels.labels import LabelView
from desk.outcomes.resolutions import ResolutionView, resolutions
from desk.people import people
from desk.queue.rows import COLUMNS, CaseRow, drawn
from desk.replies import attached, changes, checks, drafts, welcomes, wording
from desk.replies.attached import AttachmentView
from desk.replies.drafts import DraftView
from desk.replies.welcomes import WelcomeView
from storage.models import Author, Brand, Case, Mention, Person, Reply, ReplyAccount, Resolution
from storage.words import Capability, ChangeKind, ChangeState, Outcome, ReplyState, Sentiment

Pictures = Mapping[int | None, tuple[AttachmentView, ...]]

LONGEST_THREAD = 300
LONGEST_HISTORY = 20
SUGGESTIONS = 5


@dataclass(frozen=True, slots=True)
class ThreadPost:
    """One post of the thread. `in_case`: it belongs to this case; others of the thread are shown for their sense.

    `answer_url`: where a person answers it by hand, empty where there is no such place. `is_hidden`: a private message, and this reader may not
    see what it says: its words are left out.
    """

    mention_id: int
    author: str
    handle: str
    is_own: bool
    text: str
    title: str
    url: str
    posted_at: datetime
    sentiment: Sentiment | None
    edited: bool
    deleted: bool
    revision: int
    in_case: bool
    answer_url: str
    abusive: bool = False
    is_private: bool = False
    is_hidden: bool = False
    media: tuple[MediaView, ...] = ()


@dataclass(frozen=True, slots=True)
class ReplyView:
    """A reply that left the editor. `proof`: how we know that it stands there; `may_change`: what the platform lets us do with it now."""

    id: int
    state: ReplyState
    text: str
    person: str
    account: str
    queued_at: datetime | None
    not_before: datetime | None
    sent_at: datetime | None
    url: str
    reason: str
    proof: str
    mention_id: int | None
    is_private: bool
    person_id: int | None = None
    change_kind: ChangeKind | None = None
    change_state: ChangeState | None = None
    change_reason: str = ""
    may_change: frozenset[ChangeKind] = frozenset()
    attachments: tuple[AttachmentView, ...] = ()


@dataclass(frozen=True, slots=True)
class PastCase:
    """An earlier case of the same author."""

    id: int
    opened_at: datetime
    outcome: Outcome | None
    preview: str
    resolution: str
    abusive: bool = False


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account that may answer this case, and how. `signature` is what it adds to this person's text; `price_micros` is for one reply without a link."""

    id: int
    name: str
    handle: str
    source: str
    brand: str
    is_first: bool
    capability: Capability
    capability_reason: str
    price_micros: int
    signature: str


@dataclass(frozen=True, slots=True)
class WayView:
    """One way to answer: in private or in public, by the customer's latest post of that kind. The first way is that of their latest post."""

    is_private: bool
    mention_id: int
    accounts: tuple[AccountView, ...]


@dataclass(frozen=True, slots=True)
class Instants:
    """The five instants of a case: promises are measured between them."""

    posted: datetime
    seen: datetime
    claimed: datetime | None
    answered: datetime | None
    closed: datetime | None


@dataclass(frozen=True, slots=True)
class CaseView:
    """All of one case. `seen_mention_id` and `seen_reply_id` are the newest ones in it: `replies.queue` asks for them."""

    row: CaseRow
    reasons: tuple[Reason, ...]
    thread: tuple[ThreadPost, ...]
    replies: tuple[ReplyView, ...]
    notes: tuple[NoteView, ...]
    history: tuple[PastCase, ...]
    timeline: tuple[Entry, ...]
    draft: DraftView | None
    attachments: tuple[AttachmentView, ...]
    accounts: tuple[AccountView, ...]
    instants: Instants
    suggestions: tuple[ResolutionView, ...]
    handle: str
    author_url: str
    reach: int | None
    do_not_contact: bool
    do_not_contact_reason: str
    merged_into_id: int | None
    latest_mention_id: int
    seen_mention_id: int
    seen_reply_id: int
    labels: tuple[LabelView, ...]
    promises: tuple[PromiseView, ...]
    restraints: Restraints
    ways: tuple[WayView, ...]
    confirmed_at: datetime | None
    held_at: datetime | None
    ordeal: Ordeal
    past: tuple[CustomerCase, ...]
    incident_id: int | None
    tags: tuple[TagView, ...] = ()
    own_labels: tuple[str, ...] = ()
    welcome: WelcomeView | None = None


# Statements that every look at a case executes are built once: building them took as long as asking the database.
ROW = select(*COLUMNS).where(Case.id == bindparam("case_id"))
# Two look-ups, not one with OR: for that SQLite reads all mentions once it has run ANALYZE.
HERE_OR_MOVED = union(
    select(Mention.id).where(Mention.thread_id == bindparam("thread_id")), select(Mention.id).where(Mention.case_id == bindparam("case_id"))
)
NEWEST = (
    select(Mention, Author)
    .join(Author, Author.id == Mention.author_id)
    .where(Mention.id.in_(HERE_OR_MOVED))
    .order_by(Mention.posted_at.desc(), Mention.id.desc())
    .limit(LONGEST_THREAD)
)
REPLIES = (
    select(Reply, Person.name, ReplyAccount.handle, ReplyAccount.source)
    .outerjoin(Person, Person.id == Reply.person_id)
    .outerjoin(ReplyAccount, ReplyAccount.id == Reply.reply_account_id)
    .where(Reply.case_id == bindparam("case_id"), Reply.state != ReplyState.DRAFT)
    .order_by(Reply.id)
)
ACCOUNTS = (
    select(ReplyAccount, Brand.name)
    .join(Brand, Brand.id == ReplyAccount.brand_id)
    .where(*(getattr(ReplyAccount, name) == bindparam(name) for name in ("source", "site", "brand_id")), ReplyAccount.active)
    .order_by(ReplyAccount.position, ReplyAccount.id)
)


EARLIER = (
    select(Case.id, Case.opened_at, Case.outcome, Case.preview, Case.abusive, Resolution.fix)
    .outerjoin(Resolution, Resolution.id == Case.resolution_id)
    .where(Case.author_id == bindparam("author_id"), Case.id != bindparam("but"))
    .order_by(Case.opened_at.desc())
    .limit(LONGEST_HISTORY)
)
CASE = (
    select(Case, Author)
    .join(Author, Author.id == Case.author_id)
    .where(Case.id == bindparam("case_id"))
    .execution_options(populate_existing=True)
)


def case(session: Session, case_id: int, *, by: Person, now: datetime, beside: bool = True) -> CaseView:
    """The case as it stands. Raises NotFound.

    Without `beside` there is only what the conversation and its editor show: history, record, promises, tags, labels and offers are left out.
    """
    people.require(by, people.READ)
    standing = session.execute(CASE, {"case_id": case_id}).one_or_none()
    if standing is None:
        raise NotFound("There is no such case")
    found, author = standing
    (row,) = drawn(session, session.execute(ROW, {"case_id": case_id}).all(), now=now)
    may_see = privacy.sees(by)
    newest, pictures = _newest(session, found), attached.of_case(session, case_id)
    thread, replies = _thread(session, found, newest, may_see=may_see), _replies(session, case_id, pictures, may_see=may_see)
    ways = _ways(session, found, thread, by=by)
    return CaseView(
        row=row,
        reasons=tuple(Reason(**reason) for reason in found.reasons),
        thread=thread,
        replies=replies,
        notes=notes.of_case(session, case_id, by=by),
        history=_history(session, found) if beside else (),
        timeline=timeline(session, case_id, may_see=may_see) if beside else (),
        draft=drafts.view(session, found) if may_see or not any(post.is_private and post.in_case for post in thread) else None,
        accounts=ways[0].accounts if ways else _accounts(session, found, session.get_one(Mention, found.latest_mention_id), by=by),
        attachments=pictures.get(None, ()),
        instants=Instants(found.posted_at, found.seen_at, found.claimed_at, found.answered_at, found.closed_at),
        suggestions=tuple(resolutions(session, case_id=case_id, limit=SUGGESTIONS)) if beside else (),
        handle=author.handle,
        author_url=author.url,
        reach=author.reach,
        do_not_contact=author.do_not_contact,
        do_not_contact_reason=author.do_not_contact_reason,
        merged_into_id=found.merged_into_id,
        latest_mention_id=found.latest_mention_id,
        seen_mention_id=max((post.mention_id for post in thread), default=0),
        seen_reply_id=max((reply.id for reply in replies), default=0),
        labels=labels.of_case(session, found) if beside else (),
        tags=tags.of_cases(session, [case_id]).get(case_id, ()) if beside else (),
        own_labels=own_labels.of_case(session, case_id) if beside else (),
        promises=promises.standing(session, [case_id]).get(case_id, ()) if beside else (),
        ways=ways,
        confirmed_at=found.confirmed_at,
        held_at=found.held_at,
        ordeal=ordeal.of_case(found),
        past=customer.cases(session, found.author_id, but=found.id) if beside else (),
        incident_id=found.incident_id,
        restraints=restraints.of_case(session, found, author, by=by),
        welcome=_welcome(session, found, ways),
    )


def _welcome(session: Session, found: Case, ways: Sequence[WayView]) -> WelcomeView | None:
    """Whether we may answer where the customer last wrote in public."""
    public = next((way.mention_id for way in ways if not way.is_private), None)
    mention = session.get(Mention, public) if public else None
    return welcomes.of_mention(session, found.brand_id, mention) if mention else None


def _newest(session: Session, found: Case) -> Sequence[Row[Mention, Author]]:
    """The newest posts of the thread; a case that took in another one has posts of two threads."""
    return session.execute(NEWEST, {"thread_id": found.thread_id, "case_id": found.id}).all()


def _thread(session: Session, found: Case, newest: Sequence[Row[Mention, Author]], *, may_see: bool) -> tuple[ThreadPost, ...]:
    """These posts, oldest first."""
    shown = media.of_mentions(session, [mention.id for mention, _ in newest if may_see or not mention.is_private])
    return tuple(_post(mention, author, found.id, shown.get(mention.id, ()), may_see=may_see) for mention, author in reversed(newest))


def _post(mention: Mention, author: Author, case_id: int, pictures: tuple[MediaView, ...], *, may_see: bool) -> ThreadPost:
    is_hidden = mention.is_private and not may_see
    return ThreadPost(
        mention_id=mention.id,
        author=author.name or author.handle,
        handle=author.handle,
        is_own=mention.is_own,
        text="" if is_hidden else mention.text,
        title="" if is_hidden else mention.title,
        url="" if is_hidden else mention.url,
        posted_at=mention.posted_at,
        sentiment=mention.sentiment,
        edited=mention.edited_at is not None or mention.revision > 1,
        deleted=mention.deleted_at is not None,
        revision=mention.revision,
        in_case=mention.case_id == case_id,
        answer_url="" if is_hidden else _answer_url(mention),
        abusive=bool(mention.abusive),
        is_private=mention.is_private,
        is_hidden=is_hidden,
        media=pictures,
    )


def _answer_url(mention: Mention) -> str:
    """A private message is answered in its conversation."""
    return mention.url if mention.is_private else platforms.deep_link(mention.source, mention.external_id, mention.url)


def _ways(session: Session, found: Case, thread: Sequence[ThreadPost], *, by: Person) -> tuple[WayView, ...]:
    """How this case can be answered now, the way of the customer's latest post first."""
    theirs = [post for post in thread if post.in_case and not post.is_own and not post.deleted]
    latest = {post.is_private: post.mention_id for post in theirs}
    first = theirs[-1].is_private if theirs else False
    asked = [(kind, session.get_one(Mention, latest[kind])) for kind in (first, not first) if kind in latest]
    return tuple(WayView(kind, mention.id, _accounts(session, found, mention, by=by)) for kind, mention in asked)


def _replies(session: Session, case_id: int, pictures: Pictures, *, may_see: bool) -> tuple[ReplyView, ...]:
    rows = session.execute(REPLIES, {"case_id": case_id}).all()
    views = (
        _reply(reply, person or "", account or "", source or "", pictures.get(reply.id, ())) for reply, person, account, source in rows
    )
    return tuple(view if may_see or not view.is_private else replace(view, text="", url="") for view in views)


def _reply(reply: Reply, person: str, account: str, source: str, pictures: tuple[AttachmentView, ...]) -> ReplyView:
    names = ("id", "state", "text", "queued_at", "not_before", "sent_at", "url", "reason", "proof", "mention_id", "is_private")
    changed = ("person_id", "change_kind", "change_state", "change_reason")
    copied: dict[str, Any] = {name: getattr(reply, name) for name in (*names, *changed)}
    may_change = changes.may_change(reply, source)
    return ReplyView(person=person, account=account, may_change=may_change, attachments=pictures, **copied)


def _history(session: Session, found: Case) -> tuple[PastCase, ...]:
    rows = session.execute(EARLIER, {"author_id": found.author_id, "but": found.id})
    return tuple(PastCase(row.id, row.opened_at, row.outcome, row.preview, row.fix or "", row.abusive) for row in rows)


def _accounts(session: Session, found: Case, latest: Mention, *, by: Person) -> tuple[AccountView, ...]:
    rows = session.execute(ACCOUNTS, {"source": found.source, "site": found.site, "brand_id": found.brand_id}).all()
    return tuple(_account(account, brand, latest, by=by, is_first=place == 0) for place, (account, brand) in enumerate(rows))


def _account(account: ReplyAccount, brand: str, latest: Mention, *, by: Person, is_first: bool) -> AccountView:
    how, why = checks.capability(latest, account)
    price = platforms.reply_price(account.source, "", is_addressed=how == Capability.API, is_private=latest.is_private)
    return AccountView(
        id=account.id,
        name=account.name,
        handle=account.handle,
        source=account.source,
        brand=brand,
        is_first=is_first,
        capability=how,
        capability_reason=why,
        price_micros=price.micros,
        signature=wording.signature(account.signature, name=by.name, initials=by.initials, alias=by.alias),
    )
