"""Which feeds are due, and who looks at them: leased by conditional SQL on the feed's row."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import Session

from desk.errors import Invalid, NotFound
from desk.feeds.feed_rows import brand_id_of, credential_id_of, described
from desk.feeds.plan import FeedDraft
from desk.intake.authors import bare
from desk.money import call_limits, thrift
from desk.money.budget import part_of
from desk.money.call_limits import DaysCalls
from desk.money.ledger import Payer
from desk.post import FeedSpec
from storage.dialect import among, lease
from storage.models import Brand, Credential, Feed, ReplyAccount
from storage.words import BrandKind, Way

PUSHED = frozenset({"webhook"})
"""Sources that other programs deliver to; a feed of theirs that is paused takes nothing."""

NEVER_POLLED = frozenset({"archive"}) | PUSHED
"""Sources that nobody asks: they are filled by `careline import`, or by deliveries."""

RETURNED = (
    "id",
    "name",
    "source",
    "site",
    "kind",
    "query",
    "options",
    "credential_id",
    "interval_s",
    "brand_id",
    "cursor",
    "failing_since",
    "last_look_at",
    "next_poll_at",
)


@dataclass(frozen=True, slots=True)
class LeasedFeed:
    """A feed that one worker may look at now, from `cursor` on.

    `lease_owner` is unique to this lease: a worker that comes back late, under the same name, cannot store over another look.
    `way`: how much of it its credential's budget lets go on; `unread_since`: where the last look that read anything ended.
    `spent`: the day's calls of its kind, where none is left.
    """

    spec: FeedSpec
    cursor: str | None
    lease_owner: str
    way: Way = Way.FULL
    unread_since: datetime | None = None
    credential_id: int | None = None
    spent: DaysCalls | None = None

    @property
    def payer(self) -> Payer:
        return Payer(self.credential_id, part_of(self.spec.kind), feed_id=self.spec.id)


def lease_due(
    session: Session, owner: str, *, now: datetime, limit: int, lease: timedelta, full_sources: Sequence[str] = ()
) -> list[LeasedFeed]:
    """Take up to `limit` feeds that are due, longest overdue first; none of `full_sources`, none whose credential has to wait.

    Each look reserves one call of the rate limit that it belongs to, as far as that is known; no more are taken than calls are left.
    """
    due = Feed.enabled & ~Feed.retired & (Feed.next_poll_at <= now) & Feed.source.not_in([*NEVER_POLLED, *full_sources])
    free = or_(Feed.lease_until.is_(None), Feed.lease_until < now)
    ready = due & free & call_limits.is_ready(now)
    late = call_limits.beyond_their_turn(session, ready, most=limit, now=now)
    return _lease(session, owner, due=ready & Feed.id.not_in(late), limit=limit, until=now + lease, now=now)


def lease_one(session: Session, name: str, owner: str, *, now: datetime, lease: timedelta) -> LeasedFeed:
    """Take one feed by name, due or not, paused or not. Raises NotFound; Invalid while another worker looks at it."""
    feed = session.execute(select(Feed.id, Feed.source, Feed.retired).where(Feed.name == name)).first()
    if feed is None:
        raise NotFound(f"There is no feed called {name!r}")
    if feed.retired or feed.source in NEVER_POLLED:
        filled = "it is filled by deliveries" if feed.source in PUSHED else "it is filled by  careline import"
        raise Invalid(f"{name} cannot be polled: {'it was retired' if feed.retired else filled}")
    free = or_(Feed.lease_until.is_(None), Feed.lease_until < now)
    taken = _lease(session, owner, due=(Feed.id == feed.id) & free, limit=1, until=now + lease, now=now)
    if not taken:
        raise Invalid(f"{name} is being looked at right now: try again in a moment")
    return taken[0]


def spec_of(session: Session, feed_id: int) -> FeedSpec:
    """A feed as its source needs it. Raises NotFound."""
    row = session.execute(select(*(getattr(Feed, name) for name in RETURNED)).where(Feed.id == feed_id)).first()
    if row is None:
        raise NotFound("There is no such feed")
    return _specs(session, [row])[0]


def spec_called(session: Session, name: str) -> FeedSpec:
    """The same of a feed by its name. Raises NotFound."""
    feed_id = session.scalar(select(Feed.id).where(Feed.name == name))
    if feed_id is None:
        raise NotFound(f"There is no feed called {name!r}")
    return spec_of(session, feed_id)


def spec_of_draft(session: Session, draft: FeedDraft) -> FeedSpec:
    """A feed that is not stored yet, as its source needs it to be tried out; its id is 0. Raises Invalid.

    An empty brand is one that is not there yet: it has no reply accounts.
    """
    credential_id_of(session, draft.credential, source=draft.source)
    brand_id = brand_id_of(session, draft.brand) if draft.brand else None
    handles = _own_handles(session, [brand_id]).get((brand_id, draft.source), ()) if brand_id else ()
    is_own = brand_id in _own_brands(session, [brand_id] if brand_id else [])
    return FeedSpec(id=0, credential=draft.credential, own_handles=handles, is_own=is_own, **described(draft))


def _lease(session: Session, owner: str, *, due: Any, limit: int, until: datetime, now: datetime) -> list[LeasedFeed]:
    token = f"{owner[:47]}#{secrets.token_hex(8)}"
    columns = Feed.__table__.c
    rows = lease(
        session,
        Feed.__table__,
        due=due,
        order=call_limits.IN_TURN,
        limit=limit,
        change={"lease_owner": token, "lease_until": until},
        returning=[columns[name] for name in RETURNED],
    )
    rows.sort(key=call_limits.turn)
    call_limits.reserve(session, [(row.credential_id, _calls(row)) for row in rows if row.credential_id], now=now)
    spent = call_limits.spent_until(session, [(row.source, row.kind, row.credential_id) for row in rows], now=now)
    specs = _specs(session, rows)
    going_on = {credential_id: thrift.ways(session, credential_id, now=now) for credential_id in {row.credential_id for row in rows}}
    return [
        LeasedFeed(
            spec,
            row.cursor,
            token,
            way=going_on[row.credential_id].get(part_of(row.kind), Way.FULL),
            unread_since=_unread_since(row),
            credential_id=row.credential_id,
            spent=of_day,
        )
        for spec, row, of_day in zip(specs, rows, spent, strict=True)
    ]


def _unread_since(row: Row[Any]) -> datetime | None:
    """About when it was read last: the look before the first of those that failed."""
    failing: datetime | None = row.failing_since
    return failing - timedelta(seconds=row.interval_s) if failing else row.last_look_at


def _calls(row: Row[Any]) -> str:
    return call_limits.calls_of(row.source, row.kind)


def _specs(session: Session, rows: Sequence[Row[Any]]) -> list[FeedSpec]:
    names = _credential_names(session, [row.credential_id for row in rows if row.credential_id])
    handles = _own_handles(session, [row.brand_id for row in rows])
    own = _own_brands(session, [row.brand_id for row in rows])
    return [
        _spec(row, names.get(row.credential_id), handles.get((row.brand_id, row.source), ()), is_own=row.brand_id in own) for row in rows
    ]


def _own_brands(session: Session, ids: Sequence[int]) -> set[int]:
    return set(session.scalars(select(Brand.id).where(Brand.id.in_(set(ids)), Brand.kind == BrandKind.OWN)))


def _spec(row: Row[Any], credential: str | None, handles: tuple[str, ...], *, is_own: bool) -> FeedSpec:
    return FeedSpec(
        id=row.id,
        name=row.name,
        source=row.source,
        site=row.site,
        kind=row.kind,
        query=row.query,
        options=row.options,
        credential=credential,
        interval_s=row.interval_s,
        own_handles=handles,
        is_own=is_own,
    )


def _credential_names(session: Session, ids: Sequence[int]) -> dict[int, str]:
    return {row.id: row.name for row in session.execute(select(Credential.id, Credential.name).where(among(session, Credential.id, ids)))}


def _own_handles(session: Session, brand_ids: Sequence[int]) -> dict[tuple[int, str], tuple[str, ...]]:
    found: dict[tuple[int, str], list[str]] = {}
    columns = (ReplyAccount.brand_id, ReplyAccount.source, func.lower(ReplyAccount.handle))
    ours = select(*columns).where(among(session, ReplyAccount.brand_id, brand_ids), ReplyAccount.active)
    for brand_id, source, handle in session.execute(ours.order_by(ReplyAccount.position, ReplyAccount.id)):
        found.setdefault((brand_id, source), []).append(bare(handle))
    return {key: tuple(handles) for key, handles in found.items()}
