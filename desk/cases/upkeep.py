"""What a case copies and derives, so that the queue reads no other table: labels, preview, due times, its place in the queue."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, inspect, select, update
from sqlalchemy.orm import Session

from desk import audit
from desk.cases import sla, urgency
from desk.cases.urgency import Facts
from desk.figures import endings, pauses
from desk.incidents import incident_returns
from desk.settings import DeskSettings
from storage.dialect import among_given, given, is_sqlite
from storage.models import Author, Case, Mention, Resolution, Rule
from storage.search import fold
from storage.words import CaseStatus, Flag, Question, Urgency

PREVIEW = 280
SEARCHED = 400
PRIVATE_PREVIEW = "Private message"
"""What stands for a case's words where nothing of it was said in public."""

READ_BACK = 20
"""Posts of one customer that labels are read from; older ones were answered long ago."""

BY_FLAG = (Flag.FAILED, Flag.UNTRIAGED, Flag.UNSURE)
BY_URGENCY = (Urgency.HIGH, Urgency.NORMAL, Urgency.LOW)
LABELS = ("sentiment", "intent", "needs_reply", "urgency", "abusive", "confidence", "language", "chance_high", "also")


def refresh(session: Session, case: Case, *, settings: DeskSettings, now: datetime) -> None:
    """Copy anew what a case takes from its mentions, compute its due times and `answer_by`, and record it when the queue changes by that.

    The caller has locked the case, and may have changed its flag.
    """
    is_flag_new = inspect(case).attrs.flag.history.has_changes()
    before, shown = _labels(case), _shown(case)
    renew(session, case, settings=settings)
    if is_flag_new or before != _labels(case) or shown != _shown(case):
        audit.record(session, "relabel", now=now, by=None, case_id=case.id, before=before, after=_labels(case))


def renew(session: Session, case: Case, *, settings: DeskSettings) -> None:
    """The same, as a part of an act that leaves its own record."""
    renew_all(session, [case], settings=settings)


def renew_all(session: Session, cases: Sequence[Case], *, settings: DeskSettings) -> None:
    """Many cases with a few statements: a page may bring posts for each of them."""
    copy_all(session, cases)
    for case in cases:
        set_dues(case, settings=settings)
        case.version += 1


def copy_mentions(session: Session, case: Case) -> None:
    """Labels, preview and the number of contacts, from what the customer wrote in this case."""
    copy_all(session, [case])


def copy_all(session: Session, cases: Sequence[Case]) -> None:
    """The same for many cases."""
    session.flush()
    case_ids = [case.id for case in cases]
    posts, contacts = _posts(session, case_ids), _contacts(session, case_ids)
    handles = _handles(session, [case.author_id for case in cases])
    for case in cases:
        theirs = posts.get(case.id)
        if theirs:
            case.latest_mention_id = theirs[0].id
            case.preview = _preview(session, theirs)
            case.searched = fold(f"{case.author_name} @{handles[case.author_id]} {case.preview}")[:SEARCHED]
            case.contacts = contacts[case.id]
            _copy_labels(case, theirs)
            incident_returns.look(session, case, theirs)


def _posts(session: Session, case_ids: Sequence[int]) -> dict[int, list[Row[Any]]]:
    """Of each case the customer's latest posts, the newest first."""
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for post in session.execute(_posts_of(is_sqlite(session)), {"given": given(session, case_ids)}):
        found[post.case_id].append(post)
    return found


@cache
def _posts_of(sqlite: bool) -> Select[Any]:
    """Built once: every act on a case reads its posts, and building this takes five times as long as the answer."""
    newest_first = (Mention.posted_at.desc(), Mention.id.desc())
    place = func.row_number().over(partition_by=Mention.case_id, order_by=newest_first).label("place")
    columns = [
        Mention.id,
        Mention.case_id,
        Mention.title,
        Mention.text,
        Mention.seen_at,
        Mention.is_private,
        Mention.flag,
        *(getattr(Mention, name) for name in LABELS),
    ]
    columns += [Mention.ruled_urgency, Rule.name.label("ruled_by")]
    of_customer = among_given("given", Mention.case_id, sqlite=sqlite) & ~Mention.is_own & Mention.deleted_at.is_(None)
    ruled = select(*columns, place).outerjoin(Rule, Rule.id == Mention.ruled_by_id)
    numbered = ruled.where(of_customer).subquery()
    return select(numbered).where(numbered.c.place <= READ_BACK).order_by(numbered.c.case_id, numbered.c.place)


def _contacts(session: Session, case_ids: Sequence[int]) -> dict[int | None, int]:
    return {row.case_id: row[1] for row in session.execute(_contacts_of(is_sqlite(session)), {"given": given(session, case_ids)})}


@cache
def _contacts_of(sqlite: bool) -> Select[Any]:
    columns: list[Any] = [Mention.case_id, func.count()]
    counted = select(*columns).where(among_given("given", Mention.case_id, sqlite=sqlite), ~Mention.is_own)
    return counted.group_by(Mention.case_id)


def _handles(session: Session, author_ids: Sequence[int]) -> dict[int, str]:
    return {row.id: row.handle for row in session.execute(_handles_of(is_sqlite(session)), {"given": given(session, author_ids)})}


@cache
def _handles_of(sqlite: bool) -> Select[Any]:
    columns: list[Any] = [Author.id, Author.handle]
    return select(*columns).where(among_given("given", Author.id, sqlite=sqlite))


def _preview(session: Session, posts: Sequence[Row[Any]]) -> str:
    """The newest words that were said in public: lists are read by people who may not see the others."""
    public: Row[Any] | None = next((post for post in posts if not post.is_private), None)
    if public is None and len(posts) == READ_BACK:
        here = (Mention.case_id == posts[0].case_id) & ~Mention.is_own & ~Mention.is_private & Mention.deleted_at.is_(None)
        found: Any = session.execute(select(Mention.title, Mention.text).where(here).order_by(Mention.posted_at.desc()).limit(1)).first()
        public = found
    return " ".join(f"{public.title} {public.text}".split())[:PREVIEW] if public else PRIVATE_PREVIEW


def flag_of(session: Session, case: Case) -> Flag | None:
    """The flag that still holds for a case: the worst of those of its mentions."""
    session.flush()
    theirs = select(Mention.flag).where(Mention.case_id == case.id, Mention.flag.is_not(None), Mention.deleted_at.is_(None))
    flags = set(session.scalars(theirs))
    return next((flag for flag in BY_FLAG if flag in flags), Flag.APART if case.left_incident_id is not None else None)


def deciding(session: Session, case: Case) -> dict[Question, Row[Any]]:
    """The post that each label of a case is taken from; empty where nothing is left of what the customer wrote."""
    posts = _posts(session, [case.id]).get(case.id)
    return _deciding(case, posts) if posts else {}


def _deciding(case: Case, posts: Sequence[Row[Any]]) -> dict[Question, Row[Any]]:
    """Mood and reason are those of the newest post; what presses is looked for in everything that waits for an answer."""
    labelled = next((post for post in posts if post.sentiment is not None), posts[0])
    waiting = [post for post in posts if case.waiting_since is None or post.seen_at >= case.waiting_since] or [labelled]
    return {
        Question.SENTIMENT: labelled,
        Question.INTENT: labelled,
        Question.NEEDS_REPLY: next((post for post in waiting if post.needs_reply), labelled),
        Question.URGENCY: _most_pressing(waiting) or labelled,
        Question.ABUSIVE: next((post for post in waiting if post.abusive), waiting[0]),
    }


def _most_pressing(posts: Sequence[Row[Any]]) -> Row[Any] | None:
    """Of several that press alike the one that does so most surely, and of these the newest."""
    for level in BY_URGENCY:
        found = [post for post in posts if pressing(post) == level]
        if found:
            return max(found, key=lambda post: 1.0 if (chance := chance_high(post)) is None else chance)
    return None


def chance_high(post: Any) -> float | None:
    """How probable it is that hours matter, where the model alone says that they do; None where a rule says how much a post presses."""
    chance: float | None = None if post.ruled_urgency else post.chance_high
    return chance


def pressing(post: Any) -> Urgency | None:
    """How much a post presses: what a rule says of it, else its label."""
    urgency: Urgency | None = post.ruled_urgency or post.urgency
    return urgency


def _copy_labels(case: Case, posts: Sequence[Row[Any]]) -> None:
    found = _deciding(case, posts)
    for name in ("sentiment", "intent", "confidence", "language", "also"):
        setattr(case, name, getattr(found[Question.SENTIMENT], name))
    case.urgency, case.abusive = pressing(found[Question.URGENCY]), bool(found[Question.ABUSIVE].abusive)
    case.chance_high = chance_high(found[Question.URGENCY])
    if not case.abusive or case.urgency == Urgency.HIGH:
        case.shielded_until = None
    case.ruled_by = (found[Question.URGENCY].ruled_by or "") if found[Question.URGENCY].ruled_urgency else ""


def _labels(case: Case) -> dict[str, Any]:
    return {name: getattr(case, name) for name in ("sentiment", "intent", "urgency", "abusive")}


def _shown(case: Case) -> tuple[Any, ...]:
    return case.preview, case.contacts, case.answer_by, case.language, case.confidence, case.also, case.chance_high


def set_dues(case: Case, *, settings: DeskSettings) -> None:
    """Due times and the place in the queue, while somebody waits; an answered case keeps those that it had."""
    case.close_due_at = case.close_due_at or sla.close_due(case.opened_at, settings.sla)
    if case.waiting_since is None:
        return
    if case.answered_at is None:
        case.first_due_at = sla.first_due(case.waiting_since, case.urgency, settings.sla)
    else:
        by_policy = sla.next_due(case.waiting_since, case.urgency, settings.sla)
        case.next_due_at = min(by_policy, case.promised_at or by_policy)
    case.answer_by, reasons = urgency.answer_by(facts(case), settings)
    case.reasons = [reason.as_dict() for reason in reasons]


def reorder(case: Case) -> None:
    """The place in the queue after an act that changed its reasons but no promised time."""
    if case.waiting_since is None or not case.reasons:
        return
    # What is taken off depends on no setting, only the promise does; and that one stays as it is.
    _, (_, *bonuses) = urgency.answer_by(facts(case), DeskSettings())
    promise, *before = case.reasons
    case.answer_by += timedelta(minutes=sum(r["minutes"] for r in before) - sum(r.minutes for r in bonuses))
    case.reasons = [promise, *(reason.as_dict() for reason in bonuses)]


def facts(case: Case) -> Facts:
    since = case.waiting_since or case.seen_at
    return Facts(
        since=since,
        is_first=case.answered_at is None,
        urgency=case.urgency,
        chance_high=case.chance_high,
        sentiment=case.sentiment,
        confidence=case.confidence,
        contacts=case.contacts,
        handovers=case.handovers,
        reopened=case.reopened,
        days=max(0, (since - case.opened_at).days),
        reach=case.reach,
        earlier=case.earlier,
        ruled_by=case.ruled_by,
        promised_at=case.promised_at,
    )


def restart(session: Session, case: Case, *, settings: DeskSettings, since: datetime) -> None:
    """A closed case comes back: its history stays, its clocks start anew, and what it had reused did not spare anybody the trouble."""
    reused = update(Resolution).where(Resolution.id == case.resolution_id, Resolution.case_id != case.id, Resolution.reused > 0)
    session.execute(reused.values(reused=Resolution.reused - 1))
    endings.take_back(session, case, at=since)
    case.status, case.outcome = CaseStatus.OPEN, None
    case.closed_at = case.resolution_id = None
    case.declined_reason = case.declined_rule = case.declined_instead = case.moved_to = case.moved_ref = ""
    case.reopened += 1
    case.waiting_since = since
    case.close_due_at = sla.close_due(since, settings.sla)


def answered(session: Session, case: Case, *, at: datetime, unanswered: ColumnElement[bool]) -> None:
    """We answered at that instant: the case waits for the customer, unless they wrote something (`unanswered`) that the answer could not know."""
    due = case.first_due_at if case.answered_at is None else case.next_due_at
    if case.waiting_since is not None and due is not None and at > due:
        case.breached_at = case.breached_at or due
    case.answered_at = case.answered_at or at
    case.version += 1
    case.flag, case.left_incident_id = None if case.flag == Flag.APART else case.flag, None
    if case.status == CaseStatus.CLOSED:
        return
    case.waiting_since = _waiting_since(session, case, unanswered)
    case.next_due_at = due if case.waiting_since else None
    case.status = CaseStatus.OPEN if case.waiting_since else CaseStatus.PENDING
    case.snoozed_until = None
    pauses.follow(session, case, at=at)


def posts_after(seen_mention_id: int | None) -> ColumnElement[bool]:
    """Posts that were stored later than the one which the writer of a reply had seen."""
    return Mention.id > (seen_mention_id or 0)


def _waiting_since(session: Session, case: Case, unanswered: ColumnElement[bool]) -> datetime | None:
    of_customer = (Mention.case_id == case.id) & ~Mention.is_own & Mention.deleted_at.is_(None)
    return session.scalar(select(func.min(Mention.seen_at)).where(of_customer, unanswered))
