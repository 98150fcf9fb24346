"""Labels that a team names itself, and what is about us in a feed: named, learnt from examples, looked at, and only then switched on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from desk import audit
from desk.errors import Invalid, NotFound
from desk.figures.trends import By, bucket_starts
from desk.labels import label_examples, label_heads, vectors
from desk.people import people
from storage.dialect import among
from storage.models import Catch, Feed, LabelHead, Mention, MentionLabel, OwnLabel, Person
from storage.search import fold
from storage.words import ErrandState, OwnLabelKind

LONGEST_NAME = 60
LONGEST_MEANING = 500
MOST = 60
"""Labels that are not retired: each costs every mention a little, and nobody tells sixty apart."""


OF_CASE = (
    select(OwnLabel.name, OwnLabel.folded)
    .join(MentionLabel, MentionLabel.label_id == OwnLabel.id)
    .join(Mention, Mention.id == MentionLabel.mention_id)
    .where(Mention.case_id == bindparam("case_id"), OwnLabel.retired_at.is_(None))
    .distinct()
    .order_by(OwnLabel.folded)
)
"""Built once: every look at a case asks it."""


@dataclass(frozen=True, slots=True)
class HeadView:
    """What was learnt, and how well it did on examples that it had not seen. `is_current`: the engine of today can use it."""

    id: int
    threshold: float
    figures: Mapping[str, Any]
    languages: tuple[str, ...]
    fitted_at: datetime
    is_current: bool


@dataclass(frozen=True, slots=True)
class OwnLabelView:
    """One label. `newest` is the last head that was learnt, `in_force` the one that speaks; `waits`: the classifier is learning.

    `error` says why the last try to learn failed. A relevance has a `feed`, and its name is that of the feed.
    """

    id: int
    kind: OwnLabelKind
    name: str
    meaning: str
    feed_id: int | None
    is_on: bool
    yes: int
    no: int
    newest: HeadView | None
    in_force: HeadView | None
    waits: bool
    error: str


def add(session: Session, *, name: str, meaning: str, by: Person, now: datetime) -> OwnLabel:
    """A new label, switched off. Raises NotAllowed, and Invalid for a name that is there already, or says nothing."""
    people.require(by, people.LEADS)
    named, folded, told = _said(name, meaning)
    if len(offered(session)) >= MOST:
        raise Invalid(f"There are {MOST} labels already: retire one first")
    _refuse_taken(session, folded, but=None)
    label = OwnLabel(kind=OwnLabelKind.LABEL, name=named, folded=folded, meaning=told, created_by_id=by.id, created_at=now)
    session.add(label)
    session.flush()
    _record(session, "own_label_added", label, by=by, now=now)
    return label


def of_feed(session: Session, feed_id: int, *, by: Person, now: datetime) -> OwnLabel:
    """What is about us in this feed: the one that there is, or a new one, switched off. Raises NotAllowed, NotFound."""
    people.require(by, people.LEADS)
    there = session.scalar(select(OwnLabel).where(OwnLabel.feed_id == feed_id).with_for_update())
    if there is None:
        if session.get(Feed, feed_id) is None:
            raise NotFound("There is no such feed")
        there = OwnLabel(kind=OwnLabelKind.RELEVANCE, feed_id=feed_id, created_by_id=by.id, created_at=now)
        session.add(there)
        session.flush()
        _record(session, "own_label_added", there, by=by, now=now)
    return there


def change(session: Session, label_id: int, *, name: str, meaning: str, by: Person, now: datetime) -> OwnLabel:
    """Another name or meaning; what was learnt stays. Raises NotAllowed, NotFound, Invalid."""
    people.require(by, people.LEADS)
    label = _to_change(session, label_id)
    if label.kind is OwnLabelKind.RELEVANCE:
        raise Invalid("What is about us in a feed bears the name of the feed")
    named, folded, told = _said(name, meaning)
    _refuse_taken(session, folded, but=label_id)
    label.name, label.folded, label.meaning = named, folded, told
    session.flush()
    _record(session, "own_label_changed", label, by=by, now=now)
    return label


def switch_on(session: Session, label_id: int, *, head_id: int, by: Person, now: datetime) -> OwnLabel:
    """Let this head speak from now on, on new mentions first and then on those of the last weeks.

    `head_id` is the one whose figures the person has seen. Raises NotAllowed, NotFound, and Invalid for one that the engine of today cannot use.
    """
    people.require(by, people.LEADS)
    label = _to_change(session, label_id)
    head = session.get(LabelHead, head_id)
    if head is None or head.label_id != label_id:
        raise NotFound("There is no such head: let the label be learnt first")
    if head.embedding != vectors.offered(session):
        raise Invalid("This was learnt for another model: let the label be learnt again")
    label.is_on, label.head_id, label.switched_on_at, label.back_to = True, head_id, now, None
    _record(session, "own_label_on", label, by=by, now=now, head=head_id)
    return label


def switch_off(session: Session, label_id: int, *, by: Person, now: datetime) -> OwnLabel:
    """It says nothing of new mentions any more; what it has said stays. Raises NotAllowed, NotFound."""
    people.require(by, people.LEADS)
    label = _to_change(session, label_id)
    if label.is_on:
        label.is_on = False
        _record(session, "own_label_off", label, by=by, now=now)
    return label


def retire(session: Session, label_id: int, *, by: Person, now: datetime) -> None:
    """Offer it nowhere any more. Raises NotAllowed, NotFound, and Invalid for a relevance, which is switched off instead."""
    people.require(by, people.LEADS)
    label = _to_change(session, label_id)
    if label.kind is OwnLabelKind.RELEVANCE:
        raise Invalid("Switch it off instead: its examples are kept for the feed")
    label.is_on, label.retired_at = False, now
    _record(session, "own_label_retired", label, by=by, now=now)


def listed(session: Session) -> list[OwnLabelView]:
    """All that are not retired: labels by name, then feeds by name."""
    query = select(OwnLabel, Feed.name).outerjoin(Feed, Feed.id == OwnLabel.feed_id).where(OwnLabel.retired_at.is_(None))
    rows = session.execute(query.execution_options(populate_existing=True)).all()
    said, current = label_examples.counts(session), vectors.offered(session)
    views = [_view(session, label, feed, said.get(label.id, (0, 0)), current) for label, feed in rows]
    return sorted(views, key=lambda view: (view.kind is OwnLabelKind.RELEVANCE, view.name.casefold(), view.id))


def offered(session: Session) -> dict[int, str]:
    """The team's labels by id, in the order of their names."""
    there = select(OwnLabel.id, OwnLabel.name).where(OwnLabel.kind == OwnLabelKind.LABEL, OwnLabel.retired_at.is_(None))
    return {row.id: row.name for row in session.execute(there.order_by(OwnLabel.folded))}


def of_mentions(session: Session, mention_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The names of the own labels on each of these mentions; those that have none are absent."""
    query = select(MentionLabel.mention_id, OwnLabel.name).join(OwnLabel, OwnLabel.id == MentionLabel.label_id)
    on = query.where(among(session, MentionLabel.mention_id, list(mention_ids)), OwnLabel.retired_at.is_(None))
    found: dict[int, tuple[str, ...]] = {}
    for row in session.execute(on.order_by(OwnLabel.folded)):
        found[row.mention_id] = (*found.get(row.mention_id, ()), row.name)
    return found


def feeds_of(session: Session, mention_id: int) -> list[int]:
    """The feeds that caught a mention."""
    return list(session.scalars(select(Catch.feed_id).where(Catch.mention_id == mention_id).order_by(Catch.feed_id)))


def of_case(session: Session, case_id: int) -> tuple[str, ...]:
    """The names of the own labels on any mention of a case."""
    return tuple(row.name for row in session.execute(OF_CASE, {"case_id": case_id}))


def series(session: Session, label_id: int, *, scope: int, since: datetime, until: datetime, by: By, zone: str) -> list[int]:
    """How many mentions of a scope had the label, in each bucket of `desk.figures.trends.series`."""
    starts = bucket_starts(since, until, by=by, zone=zone)
    query = select(MentionLabel.bucket_at, func.count()).where(MentionLabel.label_id == label_id)
    if scope:
        caught = select(Catch.mention_id).where(Catch.mention_id == MentionLabel.mention_id)
        theirs = (
            caught.where(Catch.feed_id == scope)
            if scope > 0
            else caught.join(Feed, Feed.id == Catch.feed_id).where(Feed.brand_id == -scope)
        )
        query = query.where(theirs.exists())
    within = query.where(MentionLabel.bucket_at >= starts[0], MentionLabel.bucket_at < until).group_by(MentionLabel.bucket_at)
    return _summed(starts, {row[0]: row[1] for row in session.execute(within)})


def _summed(starts: Sequence[datetime], hours: Mapping[datetime, int]) -> list[int]:
    sums = [0] * len(starts)
    place = 0
    for hour in sorted(hours):
        while place + 1 < len(starts) and starts[place + 1] <= hour:
            place += 1
        sums[place] += hours[hour]
    return sums


def marked_since(session: Session, label_id: int, *, now: datetime, back: timedelta = timedelta(days=7)) -> int:
    """How many mentions of the last days have it."""
    query = select(func.count()).where(MentionLabel.label_id == label_id, MentionLabel.bucket_at >= now - back)
    return session.scalar(query) or 0


def _view(session: Session, label: OwnLabel, feed: str | None, said: tuple[int, int], current: str) -> OwnLabelView:
    newest = session.scalar(select(LabelHead).where(LabelHead.label_id == label.id).order_by(LabelHead.id.desc()).limit(1))
    force = session.get(LabelHead, label.head_id) if label.head_id and label.is_on else None
    asked = label_heads.asked(session, label.id)
    is_over = asked is not None and asked.state is ErrandState.FAILED and (newest is None or newest.fitted_at < asked.created_at)
    return OwnLabelView(
        id=label.id,
        kind=label.kind,
        name=feed if feed is not None else label.name,
        meaning=label.meaning,
        feed_id=label.feed_id,
        is_on=label.is_on,
        yes=said[0],
        no=said[1],
        newest=_head(newest, current),
        in_force=_head(force, current),
        waits=asked is not None and asked.state in {ErrandState.QUEUED, ErrandState.RUNNING},
        error=str((asked.result or {}).get("error", "")) if asked is not None and is_over else "",
    )


def _head(head: LabelHead | None, current: str) -> HeadView | None:
    if head is None:
        return None
    return HeadView(head.id, head.threshold, head.figures, tuple(head.languages), head.fitted_at, head.embedding == current)


def _said(name: str, meaning: str) -> tuple[str, str, str]:
    named, told = " ".join(name.split()), meaning.strip()
    if not fold(named):
        raise Invalid("The label needs a name")
    if len(named) > LONGEST_NAME:
        raise Invalid(f"The name is too long: {LONGEST_NAME} characters at most")
    if not told:
        raise Invalid("Say what the label means, so that everybody marks the same posts")
    if len(told) > LONGEST_MEANING:
        raise Invalid(f"The meaning is too long: {LONGEST_MEANING} characters at most")
    return named, fold(named)[:LONGEST_NAME], told


def _refuse_taken(session: Session, folded: str, *, but: int | None) -> None:
    there = select(OwnLabel.id).where(OwnLabel.folded == folded, OwnLabel.kind == OwnLabelKind.LABEL, OwnLabel.retired_at.is_(None))
    if session.scalar(there) not in {None, but}:
        raise Invalid("There is a label of this name already")


def _to_change(session: Session, label_id: int) -> OwnLabel:
    found = select(OwnLabel).where(OwnLabel.id == label_id, OwnLabel.retired_at.is_(None)).with_for_update()
    label = session.scalar(found.execution_options(populate_existing=True))
    if label is None:
        raise NotFound("There is no such label")
    return label


def _record(session: Session, verb: str, label: OwnLabel, *, by: Person, now: datetime, **detail: Any) -> None:
    audit.record(session, verb, now=now, by=by, subject=f"own label {label.id}", name=label.name, **detail)
