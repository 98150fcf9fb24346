"""What must always be true of a workspace's rows; `careline db check` says what is not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Select, func, literal_column, or_, select, text
from sqlalchemy.orm import Session, aliased

from storage.dialect import is_sqlite
from storage.models import (
    Case,
    Catch,
    Correction,
    Coverage,
    Embedding,
    Feed,
    LabelExample,
    Media,
    Mention,
    MentionLabel,
    MentionRaw,
    MentionRevision,
    ModelTrial,
    Reply,
    SpotCheck,
    Triage,
)
from storage.recount import differences
from storage.words import CaseStatus, ReplyState

MOST_SHOWN = 5
"""Rows named of each kind of fault; more of them would hide the other kinds."""

CLOSED = Case.status == CaseStatus.CLOSED
WAITING = Case.status.in_((CaseStatus.NEW, CaseStatus.OPEN)) & Case.waiting_since.is_not(None)
ERASED = Mention.deleted_at.is_not(None)
OTHER = aliased(Reply)
ON_ITS_WAY = (ReplyState.QUEUED, ReplyState.SENDING)


@dataclass(frozen=True, slots=True)
class Fault:
    """One rule that does not hold: what is wrong, in how many rows, and the first of them."""

    rule: str
    rows: tuple[str, ...]
    count: int

    def __str__(self) -> str:
        more = f" and {self.count - len(self.rows)} more" if self.count > len(self.rows) else ""
        return f"{self.rule}: {', '.join(self.rows)}{more}"


class Rule(NamedTuple):
    """A fault in words, what its rows are called, and the ids of the rows that have it."""

    words: str
    name: str
    query: Select[Any]


def check(session: Session) -> list[Fault]:
    """Every broken rule; empty when everything adds up. Reads only, and all of it: minutes on millions of mentions."""
    found = (*_file(session), _rollups(session), *(_broken(session, rule) for rule in RULES))
    return [fault for fault in found if fault.count]


def _file(session: Session) -> Iterator[Fault]:
    if is_sqlite(session):
        said = list(session.scalars(text("PRAGMA quick_check(10)")))
        yield _fault("The database file is damaged", [] if said == ["ok"] else said)
        loose = session.execute(text("PRAGMA foreign_key_check")).all()
        yield _fault("A row refers to one that is not there", [f"{row[0]} {row[1]} to {row[2]}" for row in loose])


def _rollups(session: Session) -> Fault:
    wrong = [f"{d.counter} of scope {d.scope} at {d.hour:%Y-%m-%d %H:%M} says {d.stored}, not {d.counted}" for d in differences(session)]
    return _fault("A count differs from a recount of the mentions", wrong)


def _broken(session: Session, rule: Rule) -> Fault:
    found = session.scalars(rule.query.order_by(literal_column("1")).limit(MOST_SHOWN)).all()
    has_more = len(found) == MOST_SHOWN
    count = session.scalar(select(func.count()).select_from(rule.query.subquery())) if has_more else len(found)
    return Fault(rule.words, tuple(f"{rule.name} {row_id}" for row_id in found), count or 0)


def _fault(rule: str, rows: Sequence[str]) -> Fault:
    return Fault(rule, tuple(rows[:MOST_SHOWN]), len(rows))


def _stored() -> Any:
    return select(func.count()).where(Catch.feed_id == Feed.id).correlate(Feed).scalar_subquery()


def _told() -> Any:
    return select(func.coalesce(func.sum(Coverage.new), 0)).where(Coverage.feed_id == Feed.id).correlate(Feed).scalar_subquery()


def _left_of(table: Any) -> Any:
    return select(table.mention_id).where(table.mention_id == Mention.id).exists()


RULES = (
    Rule("A feed's looks told of more mentions than it has", "feed", select(Feed.id).where(_told() > _stored())),
    Rule("A feed's cursor moved, but nobody looked", "feed", select(Feed.id).where(Feed.cursor.is_not(None), Feed.last_look_at.is_(None))),
    Rule("A lease has an owner and no end", "feed", select(Feed.id).where(Feed.lease_owner.is_not(None), Feed.lease_until.is_(None))),
    Rule("No feed caught this mention", "mention", select(Mention.id).where(~_left_of(Catch))),
    Rule("An erased mention still has words", "mention", select(Mention.id).where(ERASED, (Mention.text != "") | (Mention.title != ""))),
    Rule(
        "Something of an erased mention is left",
        "mention",
        select(Mention.id).where(
            ERASED,
            or_(
                *(
                    _left_of(table)
                    for table in (
                        MentionRaw,
                        MentionRevision,
                        Triage,
                        Correction,
                        Embedding,
                        Media,
                        LabelExample,
                        MentionLabel,
                        SpotCheck,
                        ModelTrial,
                    )
                )
            ),
        ),
    ),
    Rule(
        "A mention belongs to another customer's case",
        "mention",
        select(Mention.id).join(Case, Case.id == Mention.case_id).where(~Mention.is_own, Case.author_id != Mention.author_id),
    ),
    Rule(
        "A case has no mention",
        "case",
        select(Case.id).where(~select(Mention.id).where(Mention.case_id == Case.id).exists(), Case.merged_into_id.is_(None)),
    ),
    Rule(
        "A closed case has no outcome or no end", "case", select(Case.id).where(CLOSED, Case.outcome.is_(None) | Case.closed_at.is_(None))
    ),
    Rule("A case that goes on has an end", "case", select(Case.id).where(~CLOSED, Case.closed_at.is_not(None))),
    Rule(
        "A customer waits without a promised time",
        "case",
        select(Case.id).where(WAITING, Case.first_due_at.is_(None), Case.next_due_at.is_(None)),
    ),
    Rule("Somebody has a case without a claim", "case", select(Case.id).where(Case.assignee_id.is_not(None), Case.claim_no == 0)),
    Rule("A claimed case is still new", "case", select(Case.id).where(Case.assignee_id.is_not(None), Case.status == CaseStatus.NEW)),
    Rule(
        "A queued reply has lost its claim",
        "reply",
        select(Reply.id).join(Case, Case.id == Reply.case_id).where(Reply.state == ReplyState.QUEUED, Reply.claim_no != Case.claim_no),
    ),
    Rule(
        "Two replies to one post are on their way",
        "reply",
        select(Reply.id)
        .join(OTHER, (OTHER.mention_id == Reply.mention_id) & (OTHER.id < Reply.id))
        .where(Reply.state.in_(ON_ITS_WAY), OTHER.state.in_(ON_ITS_WAY)),
    ),
    Rule(
        "A private reply answers a public post, or a public one a private message",
        "reply",
        select(Reply.id)
        .join(Mention, Mention.id == Reply.mention_id)
        .where(Reply.is_private != Mention.is_private, Reply.queued_at.is_not(None)),
    ),
    Rule("A sent reply has no time", "reply", select(Reply.id).where(Reply.state == ReplyState.SENT, Reply.sent_at.is_(None))),
)
"""What is true after every transaction, whatever was killed when."""
