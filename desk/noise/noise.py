"""What is noise in a list of mentions: what a mute or a rule keeps from becoming a case, and copies of what the list shows already."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, inspect, not_, or_, select, union_all
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.util import ClauseAdapter

from desk.noise import alike
from storage.dialect import among
from storage.models import Alike, Mention, Mute, MuteDrop
from storage.words import MuteKind


@dataclass(frozen=True, slots=True)
class Muted:
    """The mute that holds a mention back; of an author or a thread `words` are empty."""

    mute_id: int
    kind: MuteKind
    words: str
    reason: str


@dataclass(frozen=True, slots=True)
class Marks:
    """What is said of a mention beside its labels: the mute that holds it, and how many others, in the group of `alike_id`, say nearly the same."""

    mute: Muted | None = None
    alike_id: int | None = None
    alike: int = 0


NO_MARKS = Marks()


def muted() -> ColumnElement[bool]:
    """Opens no case because of a mute or a rule. Begins with the few that are: there may be a million others."""
    dropped = select(MuteDrop.mention_id).where(MuteDrop.back_at.is_(None))
    ruled = select(Mention.id).where(Mention.muted_by_id.is_not(None))
    either = union_all(dropped, ruled.correlate(None)).subquery()
    return and_(Mention.case_id.is_(None), Mention.id.in_(select(either.c[0])))


def unmuted() -> ColumnElement[bool]:
    """The opposite, asked of each mention on the way down a list."""
    dropped = exists().where(MuteDrop.mention_id == Mention.id, MuteDrop.back_at.is_(None))
    return or_(Mention.case_id.is_not(None), and_(Mention.muted_by_id.is_(None), not_(dropped)))


def of_group(first_id: int) -> ColumnElement[bool]:
    return Mention.id.in_(select(Alike.mention_id).where(Alike.first_id == first_id))


def newest_of_copies(shown: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    """Whether no newer mention of its group is in the same list; `shown` is what a mention of that list fulfils.

    So a copy is left out only where another one stands for it.
    """
    mine, theirs, copy = aliased(Alike), aliased(Alike), aliased(Mention)
    of_copy = ClauseAdapter(inspect(copy).selectable)
    newer = select(theirs.mention_id).join(mine, and_(mine.first_id == theirs.first_id, theirs.mention_id > mine.mention_id))
    newer = newer.join(copy, copy.id == theirs.mention_id).where(mine.mention_id == Mention.id, copy.deleted_at.is_(None))
    return ~newer.where(*(of_copy.traverse(condition) for condition in shown)).correlate(Mention.__table__).exists()


def marks(session: Session, mention_ids: Sequence[int]) -> dict[int, Marks]:
    """Of those of these mentions that a mute holds, or that others are like."""
    if not mention_ids:
        return {}
    columns: list[Any] = [MuteDrop.mention_id, Mute.id, Mute.kind, Mute.words, Mute.reason]
    held = select(*columns).join(Mute, Mute.id == MuteDrop.mute_id).where(MuteDrop.back_at.is_(None))
    mutes = {row[0]: Muted(*row[1:]) for row in session.execute(held.where(among(session, MuteDrop.mention_id, mention_ids)))}
    grouped = select(Alike.mention_id, Alike.first_id).where(among(session, Alike.mention_id, mention_ids))
    firsts = {row[0]: row[1] for row in session.execute(grouped)}
    sizes = alike.sizes(session, set(firsts.values()))
    return {n: Marks(mutes.get(n), firsts.get(n), sizes.get(firsts.get(n, 0), 1) - 1) for n in {*mutes, *firsts}}
