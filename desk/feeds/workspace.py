"""Brands, credentials, reply accounts and feeds as settings.toml defines them, brought into the database. Safe to repeat."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from desk import audit
from desk.feeds.feed_rows import apply, brand_id_of, columns_of, credential_id_of
from desk.feeds.plan import AccountPlan, BrandPlan, FeedDraft, WorkspacePlan
from desk.intake.leases import NEVER_POLLED, PUSHED
from storage.dialect import excluded, upsert
from storage.models import Brand, Credential, Feed, ReplyAccount
from storage.words import Origin


def sync(session: Session, defined: WorkspacePlan, *, now: datetime) -> None:
    """Make the database say what settings.toml says. What vanished from the file is retired, never deleted: its mentions stay.

    A feed of the board that the file now names belongs to the file. What people paused stays paused. Raises Invalid for an unknown name.
    """
    _sync_brands(session, defined.brands)
    _sync_credentials(session, defined.credentials)
    _sync_accounts(session, defined.accounts)
    for draft in defined.feeds:
        _sync_feed(session, draft, now=now)
    _retire_others(session, {draft.name for draft in defined.feeds}, now=now)
    session.flush()


def _sync_brands(session: Session, brands: Sequence[BrandPlan]) -> None:
    rows = [{"name": brand.name, "kind": brand.kind} for brand in brands]
    upsert(session, Brand.__table__, rows, key=("name",), change={"kind": excluded("kind")})
    session.expire_all()


def _sync_credentials(session: Session, credentials: Sequence[tuple[str, str]]) -> None:
    rows = [{"name": name, "source": source} for name, source in credentials]
    upsert(session, Credential.__table__, rows, key=("name",), change={"source": excluded("source")})


def _sync_accounts(session: Session, accounts: Sequence[AccountPlan]) -> None:
    known = {account.name: account for account in session.scalars(select(ReplyAccount))}
    for position, plan in enumerate(accounts):
        account = known.pop(plan.name, None) or ReplyAccount(name=plan.name)
        place = (plan.source, plan.site, plan.handle.lstrip("@"))
        if (account.source, account.site, account.handle) != place:
            account.source, account.site, account.handle = place
            account.external_id = None
        account.brand_id = brand_id_of(session, plan.brand)
        account.credential_id = credential_id_of(session, plan.credential, source=plan.source)
        account.signature, account.position, account.active = plan.signature, position, True
        session.add(account)
    for vanished in known.values():
        vanished.active = False


def _sync_feed(session: Session, draft: FeedDraft, *, now: datetime) -> None:
    columns = columns_of(session, draft)
    feed = session.scalar(select(Feed).where(Feed.name == columns["name"]))
    if feed is None:
        _add(session, Feed(**columns, created_at=now, next_poll_at=now), now=now)
        return
    if feed.retired:
        feed.retired, feed.enabled, feed.failing_since, feed.error_count = False, draft.source not in NEVER_POLLED - PUSHED, None, 0
        feed.next_poll_at = now
    feed.origin = Origin.SETTINGS
    changed = sorted(name for name, value in columns.items() if getattr(feed, name) != value)
    if changed:
        apply(session, feed, columns, now=now)
        audit.record(session, "feed_changed", now=now, by=None, subject=f"feed {feed.id}", changed=changed)


def _add(session: Session, feed: Feed, *, now: datetime) -> None:
    feed.origin, feed.enabled = Origin.SETTINGS, feed.source not in NEVER_POLLED - PUSHED
    session.add(feed)
    session.flush()
    audit.record(session, "feed_added", now=now, by=None, subject=f"feed {feed.id}", name=feed.name, source=feed.source)


def _retire_others(session: Session, named: Collection[str], *, now: datetime) -> None:
    vanished = (Feed.origin == Origin.SETTINGS) & ~Feed.retired & Feed.name.not_in(named)
    retired = update(Feed).where(vanished).values(retired=True, enabled=False).returning(Feed.id)
    for feed_id in session.scalars(retired.execution_options(synchronize_session="fetch")).all():
        audit.record(session, "feed_retired", now=now, by=None, subject=f"feed {feed_id}")
