"""Tell the customers of an incident, each with a reply of their own: what each would get, queued one after the other, and stopped in one act."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from desk import audit, states
from desk.access import cases_to_change
from desk.errors import DeskError, Invalid
from desk.incidents import incident_statements, incidents
from desk.incidents.incident_statements import Purpose, Statement
from desk.people import people
from desk.replies import checks, replies, saved_replies, switches, wording
from desk.replies.switches import Switch
from desk.settings import DeskSettings
from storage.dialect import among
from storage.models import Approval, Author, Brand, Case, Hold, Incident, Mention, Person, Reply, ReplyAccount
from storage.words import ApprovalReason, Capability, HoldKind, ReplyState, Urgency, Verdict

MOST = 20
"""So many replies are queued in one transaction, about half a second of writing; the rest in the next ones."""

LOOK_BACK = 400
"""So many replies that were told, in whatever incident, are looked at to know when each account is free, and what it said."""


class NotTold(StrEnum):
    """Why somebody is left for a person to answer."""

    TOLD = "told"
    ANSWERED = "answered"
    LANGUAGE = "language"
    DO_NOT_CONTACT = "do_not_contact"
    BLOCKED = "blocked"
    ESCALATED = "escalated"
    READ_FIRST = "read_first"
    WRITING = "writing"
    UNDER_WAY = "under_way"
    PRIVATE = "private"
    BY_HAND = "by_hand"
    NO_ACCOUNT = "no_account"
    WORDS = "words"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Told:
    """What one customer would get, signed as it would leave, and when at the earliest."""

    case_id: int
    author: str
    account_id: int
    account: str
    statement_id: int
    text: str
    not_before: datetime


@dataclass(frozen=True, slots=True)
class Left:
    """A customer who is not told by this, and why; `words` where a rule of replies refused it."""

    case_id: int
    author: str
    why: NotTold
    words: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Who would be told what, in the order of sending, and who would not. `takes`: from the first to the last."""

    told: tuple[Told, ...]
    left: tuple[Left, ...]

    @property
    def takes(self) -> timedelta:
        times = [one.not_before for one in self.told]
        return max(times) - min(times) if times else timedelta()


@dataclass(frozen=True, slots=True)
class Telling:
    """One step: the replies that were queued, who was left, and whether there are more to queue."""

    reply_ids: tuple[int, ...]
    left: tuple[Left, ...]
    has_more: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How the replies of an incident stand. `back` became drafts again: a person goes on with them."""

    queued: int = 0
    sending: int = 0
    sent: int = 0
    failed: int = 0
    uncertain: int = 0
    by_hand: int = 0
    back: int = 0
    last_at: datetime | None = None


@dataclass(slots=True)
class _Known:
    """What is read once for all cases of a plan, and how far the plan has come. `brands` are held so that the session knows them."""

    told: set[int]
    busy: set[int]
    under_way: set[int]
    accounts: Mapping[tuple[int, str, str], ReplyAccount]
    statements: Mapping[str, Statement]
    brands: tuple[Brand, ...]
    all_read: bool
    first: datetime
    slots: dict[int, datetime]
    said: set[tuple[str, ...]]
    turn: Counter[str] = field(default_factory=Counter)


def plan(
    session: Session,
    incident_id: int,
    statement_ids: Collection[int],
    *,
    by: Person,
    settings: DeskSettings,
    now: datetime,
    case_ids: Collection[int] | None = None,
) -> Plan:
    """What `tell` would do now; nothing is changed. `case_ids` narrows it to some of the cases.

    Raises NotAllowed, NotFound, Invalid for statements that may not be told.
    """
    people.require(by, people.LEADS)
    incident = incidents.find(session, incident_id)
    chosen = _chosen(incident, statement_ids)
    customers = _customers(session, incident_id, case_ids)
    known = _known(session, incident, chosen, [case.id for case, _, _ in customers], settings=settings, now=now)
    told, left = list[Told](), list[Left]()
    for case, author, mention in customers:
        why = _why_not(case, author, mention, known, chosen[0].purpose, by=by)
        one = why or _for_one(session, case, mention, known, by=by, settings=settings)
        if isinstance(one, NotTold):
            left.append(Left(case.id, case.author_name, one))
        else:
            told.append(one)
            known.told.add(case.author_id)
    return Plan(tuple(told), tuple(left))


def tell(
    session: Session,
    incident_id: int,
    statement_ids: Collection[int],
    *,
    by: Person,
    settings: DeskSettings,
    now: datetime,
    case_ids: Collection[int] | None = None,
) -> Telling:
    """Queue the next 20 replies of the plan. Each is refused by the same rules as any other reply; nobody is told the same twice, and no two of them the same words.

    They leave one after the other on each account, `settings.tell_pace` apart. Raises as `plan`.
    """
    people.require(by, people.LEADS)
    incident = incidents.to_change(session, incident_id, closed=True)
    planned = plan(session, incident_id, statement_ids, by=by, settings=settings, now=now, case_ids=case_ids)
    purpose = _chosen(incident, statement_ids)[0].purpose
    step = planned.told[:MOST]
    held = cases_to_change(session, [one.case_id for one in step])
    made, refused = list[int](), list[Left]()
    for one in step:
        found = _queued(session, incident, one, purpose, held[one.case_id].author_id, by=by, now=now)
        if isinstance(found, Reply):
            made.append(found.id)
        else:
            refused.append(Left(one.case_id, one.author, NotTold.REFUSED, found))
    audit.record(session, "incident_told", now=now, by=by, subject=f"incident {incident_id}", queued=len(made), left=len(planned.left))
    return Telling(tuple(made), (*planned.left, *refused), bool(made) and len(planned.told) > MOST)


def stop(session: Session, incident_id: int, *, by: Person, now: datetime) -> int:
    """Call back all that has not left; how many. They may be told later. Leads only."""
    people.require(by, people.LEADS)
    waiting = select(Reply.case_id).where(Reply.incident_id == incident_id, Reply.state == ReplyState.QUEUED)
    cases = cases_to_change(session, session.scalars(waiting).all())
    theirs = select(Reply).where(Reply.incident_id == incident_id, Reply.state == ReplyState.QUEUED).order_by(Reply.id)
    stopped = session.scalars(theirs.with_for_update().execution_options(populate_existing=True)).all()
    for reply in stopped:
        states.become(reply, ReplyState.CANCELLED)
        # The key says who was told: whoever was not may be told later.
        reply.key, reply.reason, reply.not_before = f"stopped {reply.id}", f"stopped by {by.name} before it was sent", None
        reply.incident_id = None
        if reply.case_id in cases:
            cases[reply.case_id].version += 1
        audit.record(session, "told_stopped", now=now, by=by, case_id=reply.case_id, reply=reply.id)
    audit.record(session, "incident_stopped", now=now, by=by, subject=f"incident {incident_id}", replies=len(stopped))
    return len(stopped)


def progress(session: Session, incident_id: int) -> Progress:
    """How what was told stands now."""
    rows = session.execute(select(Reply.state, Reply.not_before).where(Reply.incident_id == incident_id)).all()
    counted = Counter(row.state for row in rows)
    names = ("queued", "sending", "sent", "failed", "uncertain", "by_hand")
    last = max((row.not_before for row in rows if row.state == ReplyState.QUEUED and row.not_before), default=None)
    return Progress(**{name: counted[ReplyState(name)] for name in names}, back=counted[ReplyState.DRAFT], last_at=last)


def key_of(incident_id: int, purpose: Purpose, author_id: int) -> str:
    """The key of the one reply that tells this customer this; unique in the table, whoever tries."""
    return f"{keys_of(incident_id, purpose)}{author_id}"


def keys_of(incident_id: int, purpose: Purpose) -> str:
    """How the keys of all those replies begin."""
    return f"tell {incident_id} {purpose} "


def _chosen(incident: Incident, statement_ids: Collection[int]) -> list[Statement]:
    chosen = [one for one in incident_statements.of_incident(incident) if one.id in set(statement_ids)]
    if not chosen or len(chosen) != len(set(statement_ids)):
        raise Invalid("Choose a statement: reload the page if it has changed")
    if any(not one.may_be_told for one in chosen):
        raise Invalid(f"A statement is told once a lead has approved it, with at least {incident_statements.ENOUGH} variants")
    if len({one.purpose for one in chosen}) > 1 or len({one.language for one in chosen}) < len(chosen):
        raise Invalid("Choose statements of one purpose, one for each language")
    return chosen


def _customers(session: Session, incident_id: int, case_ids: Collection[int] | None) -> list[tuple[Case, Author, Mention]]:
    joined = select(Case, Author, Mention).join(Author, Author.id == Case.author_id).join(Mention, Mention.id == Case.latest_mention_id)
    inside = joined.where(Case.incident_id == incident_id, Case.status.in_(states.LIVE))
    if case_ids is not None:
        inside = inside.where(among(session, Case.id, sorted(case_ids)))
    ordered = inside.order_by(Case.waiting_since.is_(None), Case.waiting_since, Case.id)
    return [(row[0], row[1], row[2]) for row in session.execute(ordered.execution_options(populate_existing=True))]


def _known(
    session: Session, incident: Incident, chosen: Sequence[Statement], case_ids: Sequence[int], *, settings: DeskSettings, now: datetime
) -> _Known:
    theirs = select(Reply.case_id, Reply.state, Reply.text).where(among(session, Reply.case_id, case_ids))
    open_replies = session.execute(theirs.where(Reply.state.in_((*states.UNDER_WAY, ReplyState.DRAFT)))).all() if case_ids else []
    typing = select(Hold.case_id).where(among(session, Hold.case_id, case_ids), Hold.kind == HoldKind.REPLYING, Hold.until > now)
    accounts = session.scalars(
        select(ReplyAccount).where(ReplyAccount.active).order_by(ReplyAccount.position.desc(), ReplyAccount.id.desc())
    )
    latest = _latest_told(session)
    return _Known(
        told=_told_before(session, incident.id, chosen[0].purpose),
        busy={row.case_id for row in open_replies if row.state == ReplyState.DRAFT and row.text.strip()} | set(session.scalars(typing)),
        under_way={row.case_id for row in open_replies if row.state != ReplyState.DRAFT},
        accounts={(one.brand_id, one.source, one.site): one for one in accounts},
        statements={one.language: one for one in chosen},
        brands=tuple(session.scalars(select(Brand))),
        all_read=switches.is_on(session, Switch.APPROVAL_FOR_ALL),
        first=now + settings.undo,
        slots=_slots(latest, settings=settings, now=now),
        said=_said_before(session, incident.id) | {wording.words_of(row.text) for row in latest},
    )


def _told_before(session: Session, incident_id: int, purpose: Purpose) -> set[int]:
    beginning = keys_of(incident_id, purpose)
    keys = session.scalars(select(Reply.key).where(Reply.incident_id == incident_id, Reply.key.startswith(beginning, autoescape=True)))
    return {int(key.removeprefix(beginning)) for key in keys}


def _latest_told(session: Session) -> Sequence[Row[int | None, datetime | None, str, ReplyState]]:
    told = select(Reply.reply_account_id, Reply.not_before, Reply.text, Reply.state).where(Reply.incident_id.is_not(None))
    return session.execute(told.order_by(Reply.id.desc()).limit(LOOK_BACK)).all()


def _slots(
    latest: Sequence[Row[int | None, datetime | None, str, ReplyState]], *, settings: DeskSettings, now: datetime
) -> dict[int, datetime]:
    """When each account may say the next one."""
    slots: dict[int, datetime] = {}
    for row in latest:
        if row.state == ReplyState.QUEUED and row.not_before is not None and row.reply_account_id is not None:
            slots[row.reply_account_id] = max(slots.get(row.reply_account_id, now), row.not_before + settings.tell_pace)
    return slots


def _said_before(session: Session, incident_id: int) -> set[tuple[str, ...]]:
    """What anybody was told in this incident."""
    return {wording.words_of(text) for text in session.scalars(select(Reply.text).where(Reply.incident_id == incident_id))}


def _why_not(case: Case, author: Author, mention: Mention, known: _Known, purpose: Purpose, *, by: Person) -> NotTold | None:
    account = known.accounts.get((case.brand_id, case.source, case.site))
    reasons: Mapping[NotTold, bool] = {
        NotTold.TOLD: case.author_id in known.told,
        NotTold.ANSWERED: purpose is Purpose.KNOWN and (case.waiting_since is None or case.status not in states.WAITING),
        NotTold.DO_NOT_CONTACT: author.do_not_contact,
        NotTold.BLOCKED: author.blocked_at is not None,
        NotTold.ESCALATED: case.escalation is not None,
        NotTold.PRIVATE: mention.is_private,
        NotTold.LANGUAGE: (case.language or "") not in known.statements,
        NotTold.UNDER_WAY: case.id in known.under_way,
        NotTold.WRITING: case.id in known.busy,
        NotTold.NO_ACCOUNT: account is None,
        NotTold.BY_HAND: account is not None and checks.capability(mention, account)[0] is not Capability.API,
    }
    found = next((reason for reason, holds in reasons.items() if holds), None)
    return found or (NotTold.READ_FIRST if _must_be_read(case, known, by=by) else None)


def _must_be_read(case: Case, known: _Known, *, by: Person) -> bool:
    """A second person must read this one. While all replies are read, the approval of the statement by another lead is that reading."""
    is_heated = case.abusive and case.urgency == Urgency.HIGH
    unread = known.all_read and known.statements[case.language or ""].approved_by_id in {None, by.id}
    return by.is_learning or is_heated or unread


def _for_one(session: Session, case: Case, mention: Mention, known: _Known, *, by: Person, settings: DeskSettings) -> Told | NotTold:
    """Their text: the variants take turns, and whatever anybody else was told is said to nobody more. Why not, where none is left."""
    account, statement = known.accounts[case.brand_id, case.source, case.site], known.statements[case.language or ""]
    values = saved_replies.values(session, case, by=by)
    sign = wording.signature(account.signature, name=by.name, initials=by.initials, alias=by.alias)
    start, why = known.turn[account.source], NotTold.WORDS
    for step in range(len(statement.variants)):
        variant = statement.variants[(start + step) % len(statement.variants)]
        text = wording.signed(saved_replies.filled(variant, values), sign)
        if not _fits(text, account, mention):
            continue
        why = NotTold.SAME
        if (words := wording.words_of(text)) not in known.said:
            known.turn[account.source] = start + step + 1
            known.said.add(words)
            return Told(case.id, case.author_name, account.id, account.handle, statement.id, text, _slot(known, account, settings=settings))
    return why


def _slot(known: _Known, account: ReplyAccount, *, settings: DeskSettings) -> datetime:
    """When this account says the next one, which is from now on taken."""
    slot = max(known.first, known.slots.get(account.id, known.first))
    known.slots[account.id] = slot + settings.tell_pace
    return slot


def _fits(text: str, account: ReplyAccount, mention: Mention) -> bool:
    try:
        checks.require_words(text, account, is_private=mention.is_private)
    except Invalid:
        return False
    return True


def _queued(session: Session, incident: Incident, one: Told, purpose: Purpose, author_id: int, *, by: Person, now: datetime) -> Reply | str:
    """The reply, or why a rule of replies refused it."""
    try:
        with session.begin_nested():
            reply = replies.tell(
                session,
                one.case_id,
                text=one.text,
                key=key_of(incident.id, purpose, author_id),
                account_id=one.account_id,
                incident_id=incident.id,
                approved_by_id=_approver(incident, one),
                not_before=one.not_before,
                by=by,
                now=now,
            )
            _approve(session, reply, _approver(incident, one), by=by, now=now)
            return reply
    except DeskError as error:
        return str(error)


def _approver(incident: Incident, one: Told) -> int | None:
    return next(found.approved_by_id for found in incident_statements.of_incident(incident) if found.id == one.statement_id)


def _approve(session: Session, reply: Reply, approver_id: int | None, *, by: Person, now: datetime) -> None:
    """Another lead approved the statement: that stands as the second reading, which may be asked for until the reply leaves."""
    if approver_id in {None, by.id}:
        return
    told = {"case_id": reply.case_id, "reply_id": reply.id, "reason": ApprovalReason.EVERYONE, "text": reply.text, "asked_by_id": by.id}
    read = {"decided_by_id": approver_id, "decided_at": now, "verdict": Verdict.APPROVED, "words": ""}
    session.add(Approval(**told, **read, asked_at=now, request={}))
    session.flush()
