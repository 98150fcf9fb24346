"""One row a case, for spreadsheets and other programs."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Author, Brand, Case, Feed, Mention, Person, Resolution

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: Any) -> Any:
    """A cell that no spreadsheet runs as a formula: text that starts like one gets a leading apostrophe.

    Source: OWASP, CSV Injection.
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def cases(session: Session, *, since: datetime | None = None) -> Iterator[dict[str, Any]]:
    """Each case opened since then, oldest first: its five instants, labels, outcome and what solved it."""
    query = (
        select(Case, Author.handle, Brand.name, Feed.name, Mention.text, Mention.url, Person.initials, Resolution)
        .join(Author, Author.id == Case.author_id)
        .join(Brand, Brand.id == Case.brand_id)
        .join(Feed, Feed.id == Case.feed_id)
        .join(Mention, Mention.id == Case.opening_mention_id)
        .outerjoin(Person, Person.id == Case.assignee_id)
        .outerjoin(Resolution, Resolution.id == Case.resolution_id)
        .order_by(Case.opened_at, Case.id)
        .execution_options(yield_per=500)
    )
    if since is not None:
        query = query.where(Case.opened_at >= since)
    for case, handle, brand, feed, text, url, initials, resolution in session.execute(query):
        row = {
            "case": case.id,
            "brand": brand,
            "feed": feed,
            "source": case.source,
            "site": case.site,
            "author": handle,
            "assignee": initials,
        }
        yield row | _instants(case) | _labels(case) | {"text": text, "url": url} | _solution(resolution)


def _instants(case: Case) -> dict[str, Any]:
    return {name: _iso(getattr(case, name)) for name in ("posted_at", "seen_at", "claimed_at", "answered_at", "closed_at")}


def _labels(case: Case) -> dict[str, Any]:
    labels = {
        "sentiment": case.sentiment,
        "intent": case.intent,
        "urgency": case.urgency,
        "abusive": case.abusive,
        "language": case.language,
    }
    return {"status": case.status, "outcome": case.outcome, "reopened": case.reopened, "contacts": case.contacts, **labels}


def _solution(resolution: Resolution | None) -> dict[str, Any]:
    return {name: getattr(resolution, name) if resolution else None for name in ("cause", "fix", "evidence")}


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
