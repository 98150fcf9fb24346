"""One case with all that an agent needs beside the reply box: its thread, replies, notes, this customer's history, and who may answer how."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from desk import checks, drafts, labels, people, platforms, wording
from desk.drafts import DraftView
from desk.errors import NotFound
from desk.labels import LabelView
from desk.resolutions import ResolutionView, resolutions
from desk.rows import COLUMNS, CaseRow, drawn
from desk.timeline import Entry, timeline
from desk.urgency import Reason
from storage.models import Author, Brand, Case, Mention, Note, Person, Reply, ReplyAccount, Resolution
from storage.words import Capability, Outcome, ReplyState, Sentiment

LONGEST_THREAD = 300
LONGEST_HISTORY = 20
SUGGESTIONS = 5


@dataclass(frozen=True, slots=True)
class ThreadPost:
    """One post of the thread. `in_case`: it belongs to this case; others of the thread are shown for their sense.

    `answer_url`: where a person answers it by hand, empty where there is no such place.
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


@dataclass(frozen=True, slots=True)
class ReplyView:
    """A reply that left the editor. `proof`: how we know that it stands there."""

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


@dataclass(frozen=True, slots=True)
class NoteView:
    at: datetime
    person: str
    text: str


@dataclass(frozen=True, slots=True)
class PastCase:
    """An earlier case of the same author."""

    id: int
    opened_at: datetime
    outcome: Outcome | None
    preview: str
    resolution: str


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


def case(session: Session, case_id: int, *, by: Person, now: datetime) -> CaseView:
    """The case as it stands. Raises NotFound."""
    people.require(by, people.READ)
    found = session.get(Case, case_id, populate_existing=True)
    if found is None:
        raise NotFound("There is no such case")
    (row,) = drawn(session, session.execute(select(*COLUMNS).where(Case.id == case_id)).all(), now=now)
    author = session.get_one(Author, found.author_id)
    thread, replies = _thread(session, found), _replies(session, case_id)
    return CaseView(
        row=row,
        reasons=tuple(Reason(**reason) for reason in found.reasons),
        thread=thread,
        replies=replies,
        notes=_notes(session, case_id),
        history=_history(session, found),
        timeline=timeline(session, case_id),
        draft=drafts.view(session, found),
        accounts=_accounts(session, found, by=by),
        instants=Instants(found.posted_at, found.seen_at, found.claimed_at, found.answered_at, found.closed_at),
        suggestions=tuple(resolutions(session, case_id=case_id, limit=SUGGESTIONS)),
        handle=author.handle,
        author_url=author.url,
        reach=author.reach,
        do_not_contact=author.do_not_contact,
        do_not_contact_reason=author.do_not_contact_reason,
        merged_into_id=found.merged_into_id,
        latest_mention_id=found.latest_mention_id,
        seen_mention_id=max((post.mention_id for post in thread), default=0),
        seen_reply_id=max((reply.id for reply in replies), default=0),
        labels=labels.of_case(session, found),
    )


def _thread(session: Session, found: Case) -> tuple[ThreadPost, ...]:
    """The newest posts of the thread, oldest first; a case that took in another one has posts of two threads."""
    # Two look-ups, not one with OR: for that SQLite reads all mentions once it has run ANALYZE.
    here_or_moved = union(
        select(Mention.id).where(Mention.thread_id == found.thread_id), select(Mention.id).where(Mention.case_id == found.id)
    )
    here = select(Mention, Author).join(Author, Author.id == Mention.author_id).where(Mention.id.in_(here_or_moved))
    newest = session.execute(here.order_by(Mention.posted_at.desc(), Mention.id.desc()).limit(LONGEST_THREAD)).all()
    return tuple(_post(mention, author, found.id) for mention, author in reversed(newest))


def _post(mention: Mention, author: Author, case_id: int) -> ThreadPost:
    return ThreadPost(
        mention_id=mention.id,
        author=author.name or author.handle,
        handle=author.handle,
        is_own=mention.is_own,
        text=mention.text,
        title=mention.title,
        url=mention.url,
        posted_at=mention.posted_at,
        sentiment=mention.sentiment,
        edited=mention.edited_at is not None or mention.revision > 1,
        deleted=mention.deleted_at is not None,
        revision=mention.revision,
        in_case=mention.case_id == case_id,
        answer_url=platforms.deep_link(mention.source, mention.external_id, mention.url),
    )


def _replies(session: Session, case_id: int) -> tuple[ReplyView, ...]:
    left = select(Reply, Person.name, ReplyAccount.handle).outerjoin(Person, Person.id == Reply.person_id)
    joined = left.outerjoin(ReplyAccount, ReplyAccount.id == Reply.reply_account_id)
    rows = session.execute(joined.where(Reply.case_id == case_id, Reply.state != ReplyState.DRAFT).order_by(Reply.id)).all()
    return tuple(_reply(reply, person or "", account or "") for reply, person, account in rows)


def _reply(reply: Reply, person: str, account: str) -> ReplyView:
    names = ("id", "state", "text", "queued_at", "not_before", "sent_at", "url", "reason", "proof", "mention_id")
    copied: dict[str, Any] = {name: getattr(reply, name) for name in names}
    return ReplyView(person=person, account=account, **copied)


def _notes(session: Session, case_id: int) -> tuple[NoteView, ...]:
    query = select(Note.at, Person.name, Note.text).join(Person, Person.id == Note.person_id).where(Note.case_id == case_id)
    return tuple(NoteView(*note) for note in session.execute(query.order_by(Note.id)))


def _history(session: Session, found: Case) -> tuple[PastCase, ...]:
    query = select(Case.id, Case.opened_at, Case.outcome, Case.preview, Resolution.fix).outerjoin(
        Resolution, Resolution.id == Case.resolution_id
    )
    earlier = query.where(Case.author_id == found.author_id, Case.id != found.id).order_by(Case.opened_at.desc())
    rows = session.execute(earlier.limit(LONGEST_HISTORY))
    return tuple(PastCase(row.id, row.opened_at, row.outcome, row.preview, row.fix or "") for row in rows)


def _accounts(session: Session, found: Case, *, by: Person) -> tuple[AccountView, ...]:
    latest = session.get_one(Mention, found.latest_mention_id)
    here = (ReplyAccount.source == found.source) & (ReplyAccount.site == found.site) & (ReplyAccount.brand_id == found.brand_id)
    query = select(ReplyAccount, Brand.name).join(Brand, Brand.id == ReplyAccount.brand_id).where(here, ReplyAccount.active)
    rows = session.execute(query.order_by(ReplyAccount.position, ReplyAccount.id)).all()
    return tuple(_account(account, brand, latest, by=by, is_first=place == 0) for place, (account, brand) in enumerate(rows))


def _account(account: ReplyAccount, brand: str, latest: Mention, *, by: Person, is_first: bool) -> AccountView:
    how, why = checks.capability(latest, account)
    price = platforms.reply_price(account.source, "", is_addressed=how == Capability.API)
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
        signature=wording.signature(account.signature, name=by.name, initials=by.initials),
    )
