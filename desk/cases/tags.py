"""Words that a team puts on cases and mentions, from one list that its leads keep: put on, taken off, renamed, merged, retired."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session

from desk import audit
from desk.access import cases_to_change
from desk.errors import Invalid, NotFound
from desk.people import people
from storage.dialect import among, among_given, given, insert_new, is_sqlite
from storage.models import CaseTag, Mention, MentionTag, Person, Skill, Tag
from storage.search import fold
from storage.words import SkillKind

LONGEST = 60

Put = type[CaseTag] | type[MentionTag]
Pairs = Collection[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class TagView:
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class TagLine:
    """One tag of the managed list, with how often it is in use."""

    id: int
    name: str
    cases: int
    mentions: int
    is_retired: bool


def add(session: Session, *, name: str, by: Person, now: datetime) -> TagView:
    """A new tag. Raises NotAllowed, and Invalid for a name that is on the list already, however it is written; a retired one is brought back."""
    people.require(by, people.LEADS)
    named, folded = _named(name)
    there = _of_name(session, folded)
    if there is not None and there.retired_at is not None and there.merged_into_id is None:
        return bring_back(session, there.id, by=by, now=now)
    _refuse_taken(session, there)
    tag = Tag(name=named, folded=folded, created_at=now, created_by_id=by.id)
    session.add(tag)
    session.flush()
    _record(session, "tag_added", tag, by=by, now=now)
    return TagView(tag.id, tag.name)


def rename(session: Session, tag_id: int, *, name: str, by: Person, now: datetime) -> TagView:
    """Another name, everywhere at once. Raises Invalid for one that another tag has."""
    people.require(by, people.LEADS)
    tag = _to_change(session, tag_id)
    named, folded = _named(name)
    there = _of_name(session, folded)
    if there is not None and there.id != tag.id:
        _refuse_taken(session, there)
    was, tag.name, tag.folded = tag.name, named, folded
    session.flush()
    # Whoever has it as their topic knows it by its name.
    session.execute(update(Skill).where(Skill.kind == SkillKind.TOPIC, Skill.value == was).values(value=named))
    _move_topic(session, was, named)
    _record(session, "tag_renamed", tag, by=by, now=now, was=was)
    return TagView(tag.id, tag.name)


def merge(session: Session, tag_id: int, *, into: int, by: Person, now: datetime) -> int:
    """Two tags that mean one thing become one: every use moves to `into`, and `tag_id` reads as it from now on. How many uses moved."""
    people.require(by, people.LEADS)
    if tag_id == into:
        raise Invalid("A tag cannot be merged into itself")
    first, second = sorted((tag_id, into))
    locked = {number: _to_change(session, number) for number in (first, second)}
    gone, kept = locked[tag_id], locked[into]
    if kept.retired_at is not None:
        raise Invalid(f"“{kept.name}” is retired: bring it back first")
    moved = sum(_move_uses(session, table, gone.id, kept.id) for table in (CaseTag, MentionTag))
    session.execute(update(Tag).where(Tag.merged_into_id == gone.id).values(merged_into_id=kept.id))
    gone.merged_into_id, gone.retired_at = kept.id, now
    _move_topic(session, gone.name, kept.name)
    _record(session, "tag_merged", gone, by=by, now=now, into=kept.id, moved=moved)
    return moved


def retire(session: Session, tag_id: int, *, by: Person, now: datetime) -> None:
    """Offer it no more; where it is, it stays."""
    people.require(by, people.LEADS)
    tag = _to_change(session, tag_id)
    if tag.retired_at is None:
        tag.retired_at = now
        _record(session, "tag_retired", tag, by=by, now=now)


def bring_back(session: Session, tag_id: int, *, by: Person, now: datetime) -> TagView:
    """Offer a retired tag again."""
    people.require(by, people.LEADS)
    tag = _to_change(session, tag_id)
    if tag.retired_at is not None:
        tag.retired_at = None
        _record(session, "tag_brought_back", tag, by=by, now=now)
    return TagView(tag.id, tag.name)


def put(
    session: Session,
    *,
    tag_ids: Iterable[int],
    case_ids: Iterable[int] = (),
    mention_ids: Iterable[int] = (),
    by: Person | None,
    rule_id: int | None = None,
    now: datetime,
) -> int:
    """Put tags on cases and mentions; how many were not there before. `by` is None for a rule.

    A merged tag stands for the one that it reads as. Raises NotAllowed, NotFound, and Invalid for a retired tag; a rule passes over those.
    """
    cases, mentions = sorted(set(case_ids)), sorted(set(mention_ids))
    _require(by, cases, mentions)
    tags = _offered_among(session, tag_ids, is_rule=by is None)
    placed = {"at": now, "person_id": by.id if by else None, "rule_id": rule_id}
    locked = cases_to_change(session, cases)
    on_cases = _insert(session, CaseTag, "case_id", [number for number in cases if number in locked], tags, placed)
    on_mentions = _insert(session, MentionTag, "mention_id", _that_exist(session, mentions), tags, placed)
    for case_id in {case_id for case_id, _ in on_cases}:
        locked[case_id].version += 1
    _record_acts(session, "tag", on_cases, on_mentions, by=by, rule_id=rule_id, now=now)
    return len(on_cases) + len(on_mentions)


def take_off(
    session: Session,
    *,
    tag_ids: Iterable[int],
    case_ids: Iterable[int] = (),
    mention_ids: Iterable[int] = (),
    by: Person | None,
    rule_id: int | None = None,
    now: datetime,
) -> int:
    """Take tags off; how many were there. A merged tag stands for the one that it reads as."""
    cases, mentions = sorted(set(case_ids)), sorted(set(mention_ids))
    _require(by, cases, mentions)
    tags = sorted(_standing(session, tag_ids))
    locked = cases_to_change(session, cases)
    off_cases = _delete(session, CaseTag, cases, tags)
    off_mentions = _delete(session, MentionTag, mentions, tags)
    for case_id in {case_id for case_id, _ in off_cases}:
        locked[case_id].version += 1
    _record_acts(session, "untag", off_cases, off_mentions, by=by, rule_id=rule_id, now=now)
    return len(off_cases) + len(off_mentions)


def of_cases(session: Session, case_ids: Collection[int]) -> dict[int, tuple[TagView, ...]]:
    """The tags of these cases, by name; cases without any are absent."""
    return _of(session, CaseTag, case_ids)


def of_mentions(session: Session, mention_ids: Collection[int]) -> dict[int, tuple[TagView, ...]]:
    """The tags of these mentions, by name; mentions without any are absent."""
    return _of(session, MentionTag, mention_ids)


def offered(session: Session) -> list[TagView]:
    """What can be put on now, by name."""
    rows = session.execute(select(Tag.id, Tag.name).where(Tag.retired_at.is_(None)).order_by(Tag.folded))
    return [TagView(tag_id, name) for tag_id, name in rows]


def reads_as(session: Session, tag_id: int) -> TagView | None:
    """The tag behind an id that stood in an address or in a rule: itself, or the one that it was merged into; None when there is no such tag."""
    tag = session.get(Tag, tag_id)
    if tag is not None and tag.merged_into_id is not None:
        tag = session.get(Tag, tag.merged_into_id)
    return TagView(tag.id, tag.name) if tag is not None else None


def managed(session: Session) -> list[TagLine]:
    """The whole list, by name, merged ones left out; those that are offered first."""
    cases, mentions = _uses(session, CaseTag), _uses(session, MentionTag)
    rows = session.scalars(select(Tag).where(Tag.merged_into_id.is_(None)).order_by(Tag.retired_at.is_not(None), Tag.folded))
    return [TagLine(tag.id, tag.name, cases.get(tag.id, 0), mentions.get(tag.id, 0), tag.retired_at is not None) for tag in rows]


def move_case(session: Session, case_id: int, *, into: int) -> None:
    """What is on one case goes to another that takes it in; both are locked."""
    rows = [
        {"case_id": into, "tag_id": row.tag_id, "at": row.at, "person_id": row.person_id, "rule_id": row.rule_id}
        for row in session.scalars(select(CaseTag).where(CaseTag.case_id == case_id))
    ]
    insert_new(session, CaseTag.__table__, rows, key=("case_id", "tag_id"))


def _named(name: str) -> tuple[str, str]:
    """The name as it is shown and as it is compared. Raises Invalid."""
    named = " ".join(name.split())
    folded = fold(named)
    if not folded:
        raise Invalid("A tag needs a name")
    if max(len(named), len(folded)) > LONGEST:
        raise Invalid(f"The name of a tag has {LONGEST} characters at most")
    return named, folded


def _of_name(session: Session, folded: str) -> Tag | None:
    return session.scalar(select(Tag).where(Tag.folded == folded))


def _refuse_taken(session: Session, there: Tag | None) -> None:
    if there is None:
        return
    kept = session.get(Tag, there.merged_into_id) if there.merged_into_id is not None else None
    raise Invalid(f"“{there.name}” was merged into “{kept.name}”: use that one" if kept else f"There is a tag “{there.name}” already")


def _to_change(session: Session, tag_id: int) -> Tag:
    found = session.scalar(select(Tag).where(Tag.id == tag_id).with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise NotFound("There is no such tag")
    if found.merged_into_id is not None:
        raise Invalid(f"“{found.name}” was merged into another tag: choose that one")
    return found


def _move_uses(session: Session, table: Put, gone: int, kept: int) -> int:
    session.flush()
    holder = "case_id" if table is CaseTag else "mention_id"
    names = (holder, "tag_id", "at", "person_id", "rule_id")
    uses = session.execute(select(*[getattr(table, name) for name in names]).where(table.tag_id == gone)).all()
    insert_new(session, table.__table__, [{**dict(zip(names, use, strict=True)), "tag_id": kept} for use in uses], key=(holder, "tag_id"))
    session.execute(delete(table).where(table.tag_id == gone).execution_options(synchronize_session=False))
    return len(uses)


def _move_topic(session: Session, was: str, named: str) -> None:
    """Whoever takes a topic goes on taking it under the name that its tag has now."""
    if was == named:
        return
    old = (Skill.kind == SkillKind.TOPIC) & (Skill.value == was)
    rows = [
        {"person_id": person_id, "kind": SkillKind.TOPIC, "value": named}
        for person_id in session.scalars(select(Skill.person_id).where(old))
    ]
    insert_new(session, Skill.__table__, rows, key=("person_id", "kind", "value"))
    session.execute(delete(Skill).where(old).execution_options(synchronize_session=False))


def _require(by: Person | None, case_ids: Sequence[int], mention_ids: Sequence[int]) -> None:
    if by and case_ids:
        people.require(by, people.CARE)
    if by and mention_ids:
        people.require(by, people.LABELS)


def _standing(session: Session, tag_ids: Iterable[int]) -> dict[int, Tag]:
    """These tags, each as the one that it reads as. Raises NotFound."""
    wanted = set(tag_ids)
    rows = {tag.id: tag for tag in session.scalars(select(Tag).where(Tag.id.in_(wanted)))}
    if wanted - rows.keys():
        raise NotFound("There is no such tag")
    return {tag.id: tag for tag in (session.get_one(Tag, row.merged_into_id or row.id) for row in rows.values())}


def _offered_among(session: Session, tag_ids: Iterable[int], *, is_rule: bool) -> list[int]:
    tags = _standing(session, tag_ids)
    retired = [tag for tag in tags.values() if tag.retired_at is not None]
    if retired and not is_rule:
        raise Invalid(f"“{retired[0].name}” is retired: choose another tag")
    return sorted(tags.keys() - {tag.id for tag in retired})


def _that_exist(session: Session, mention_ids: Sequence[int]) -> list[int]:
    there = among(session, Mention.id, mention_ids)
    return sorted(session.scalars(select(Mention.id).where(there, Mention.deleted_at.is_(None)))) if mention_ids else []


def _insert(
    session: Session, table: Put, holder: str, holder_ids: Sequence[int], tag_ids: Sequence[int], placed: Mapping[str, Any]
) -> list[tuple[int, int]]:
    session.flush()
    rows = [{holder: holder_id, "tag_id": tag_id, **placed} for holder_id in holder_ids for tag_id in tag_ids]
    return [(key[0], key[1]) for key in insert_new(session, table.__table__, rows, key=(holder, "tag_id"))]


def _delete(session: Session, table: Put, holder_ids: Sequence[int], tag_ids: Sequence[int]) -> list[tuple[int, int]]:
    if not holder_ids or not tag_ids:
        return []
    session.flush()
    holder = _holder(table)
    gone = delete(table).where(among(session, holder, holder_ids), table.tag_id.in_(tag_ids)).returning(holder, table.tag_id)
    return [(holder_id, tag_id) for holder_id, tag_id in session.execute(gone.execution_options(synchronize_session=False))]


def _holder(table: Put) -> Any:
    return table.case_id if table is CaseTag else table.mention_id  # type: ignore[union-attr]


def _of(session: Session, table: Put, holder_ids: Collection[int]) -> dict[int, tuple[TagView, ...]]:
    if not holder_ids:
        return {}
    found: dict[int, list[TagView]] = defaultdict(list)
    for holder_id, tag_id, name in session.execute(_put_on(table, is_sqlite(session)), {"holders": given(session, sorted(holder_ids))}):
        found[holder_id].append(TagView(tag_id, name))
    return {holder_id: tuple(tags) for holder_id, tags in found.items()}


@cache
def _put_on(table: Put, sqlite: bool) -> Select[Any]:
    """Built once: every list and every case asks it."""
    holder = _holder(table)
    on = select(holder, Tag.id, Tag.name).join(Tag, Tag.id == table.tag_id)
    return on.where(among_given("holders", holder, sqlite=sqlite)).order_by(Tag.folded)


def _uses(session: Session, table: Put) -> dict[int, int]:
    counted = session.execute(select(table.tag_id, func.count()).group_by(table.tag_id))
    return {tag_id: number for tag_id, number in counted}  # noqa: C416  rows of two are no pairs to mypy


def _record(session: Session, verb: str, tag: Tag, *, by: Person, now: datetime, **detail: Any) -> None:
    audit.record(session, verb, now=now, by=by, subject=f"tag {tag.id}", name=tag.name, **detail)


def _record_acts(
    session: Session, verb: str, on_cases: Pairs, on_mentions: Pairs, *, by: Person | None, rule_id: int | None, now: datetime
) -> None:
    tag_ids = {tag_id for _, tag_id in (*on_cases, *on_mentions)}
    names = {tag_id: session.get_one(Tag, tag_id).name for tag_id in tag_ids}
    for case_id, theirs in _grouped(on_cases).items():
        audit.record(session, verb, now=now, by=by, case_id=case_id, **_told(theirs, names, rule_id))
    for mention_id, theirs in _grouped(on_mentions).items():
        audit.record(session, verb, now=now, by=by, subject=f"mention {mention_id}", **_told(theirs, names, rule_id))


def _told(tag_ids: Sequence[int], names: Mapping[int, str], rule_id: int | None) -> dict[str, Any]:
    told = {"tags": list(tag_ids), "names": ", ".join(names[tag_id] for tag_id in tag_ids)}
    return told if rule_id is None else {**told, "rule": rule_id}


def _grouped(pairs: Pairs) -> dict[int, list[int]]:
    grouped: dict[int, list[int]] = defaultdict(list)
    for holder_id, tag_id in sorted(pairs):
        grouped[holder_id].append(tag_id)
    return grouped
