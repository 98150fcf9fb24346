"""A feed's row as its description says; brands and credentials are named in descriptions, and numbered in rows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.errors import Invalid
from desk.feeds import feed_shares
from desk.feeds.plan import FeedDraft
from desk.figures import rollups
from desk.intake.cleaning import plain
from storage.models import Brand, Credential, Feed


def columns_of(session: Session, draft: FeedDraft) -> dict[str, Any]:
    return {
        **described(draft),
        "brand_id": brand_id_of(session, draft.brand),
        "credential_id": credential_id_of(session, draft.credential, source=draft.source),
    }


def described(draft: FeedDraft) -> dict[str, Any]:
    """The columns that name nothing else."""
    return {
        "name": plain(draft.name.strip()),
        "source": draft.source,
        "site": draft.site.strip(),
        "kind": draft.kind,
        "query": plain(draft.query.strip()),
        "options": _checked(draft.options),
        "interval_s": draft.interval_s,
    }


def _checked(options: Mapping[str, Any]) -> dict[str, Any]:
    feed_shares.check(options)
    return dict(options)


def brand_id_of(session: Session, name: str) -> int:
    brand_id = session.scalar(select(Brand.id).where(Brand.name == name))
    if brand_id is None:
        known = ", ".join(session.scalars(select(Brand.name).order_by(Brand.name))) or "none yet: write [[brands]] in settings.toml"
        raise Invalid(f"There is no brand called {name!r}. Known brands: {known}")
    return brand_id


def credential_id_of(session: Session, name: str | None, *, source: str) -> int | None:
    """The credential of that name, None without a name. Raises Invalid for an unknown one, or one for another source."""
    if name is None:
        return None
    found = session.execute(select(Credential.id, Credential.source).where(Credential.name == name)).first()
    if found is None:
        raise Invalid(f"There is no credential called {name!r}: write [credentials.{name}] in settings.toml")
    if found.source != source:
        raise Invalid(f"Credential {name} is for {found.source}, this is on {source}")
    return int(found.id)


def _of_place(options: Mapping[str, Any]) -> dict[str, Any]:
    """How much is kept of what is found there says nothing of where that is."""
    return {name: value for name, value in options.items() if name not in feed_shares.NAMES}


def apply(session: Session, feed: Feed, columns: dict[str, Any], *, now: datetime) -> None:
    """Write a feed's description on its row. A cursor means nothing in another place; counts follow a feed to another brand."""
    moved = any(getattr(feed, name) != columns[name] for name in ("source", "site", "kind")) or (
        _of_place(feed.options) != _of_place(columns["options"])
    )
    brands = {feed.brand_id, columns["brand_id"]}
    for name, value in columns.items():
        setattr(feed, name, value)
    feed.next_poll_at = min(feed.next_poll_at, now)
    if moved:
        feed.cursor = None
    session.flush()
    if len(brands) > 1:
        rollups.rebuild(session, [-brand_id for brand_id in sorted(brands)])
