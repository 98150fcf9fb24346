"""One row a case, for spreadsheets and other programs. Never a private message, never an erased word, and no more than the platforms allow.

A file may hold a million cases: whose they are is asked once, and their rows are read a page at a time, each in a transaction of its own.
"""

from array import array
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from desk import audit, states
from desk.cases import ordeal, tags
from desk.cases.tags import TagView
from desk.people import people
from desk.queue.filters import QueueFilter, chosen
from desk.sources import known
from storage.dialect import among, upsert
from storage.models import Author, Brand, Case, Exported, Feed, Mention, Person, Resolution, Team

MAY = states.EXPORTS
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
PAGE = 500
AT_ONCE = 5_000
"""Ids that are fetched together."""

ERASED, LIMIT = "erased", "limit of the platform"
"""Why a row has no text."""

INSTANTS = ("posted_at", "seen_at", "claimed_at", "answered_at", "closed_at")
COLUMNS = (
    *("case", "brand", "feed", "source", "site", "post", "author", "assignee", "team", "opened_at", *INSTANTS),
    *("frt_s", "ttr_s", "status", "outcome", "reopened", "contacts", "ordeal"),
    *("sentiment", "intent", "urgency", "abusive", "language", "tags"),
    *("text", "text_left_out", "url", "cause", "fix", "evidence"),
)


@dataclass(frozen=True, slots=True)
class Export:
    """What one file will hold: `ids` in the file's order; `by_id` is None for the command line, which speaks for nobody."""

    ids: Sequence[int]
    by_id: int | None
    names_authors: bool


def safe_cell(value: Any) -> Any:
    """A cell that no spreadsheet runs as a formula: text that starts like one gets a leading apostrophe.

    Source: OWASP, CSV Injection.
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def choose(
    session: Session, shown: QueueFilter | None = None, *, since: datetime | None = None, by: Person | None, now: datetime
) -> Export:
    """Which cases a file holds: those that a list shows, in its order, or all that were opened since then.

    Only who answers customers is told who wrote. `by` is None for the command line: whoever has the database needs no permission.
    """
    if by:
        people.require(by, MAY)
    ids = array("q")
    for some in session.scalars(_wanted(session, shown, since, now)).partitions(AT_ONCE):
        ids.extend(some)
    return Export(ids, by.id if by else None, names_authors=by is None or bool(people.roles_of(by) & people.CARE))


def record(session: Session, export: Export, *, by: Person | None, now: datetime) -> None:
    """Write down that a file leaves, before it does."""
    audit.record(session, "cases_exported", now=now, by=by, cases=len(export.ids))


def _wanted(session: Session, shown: QueueFilter | None, since: datetime | None, now: datetime) -> Select[Any]:
    every = select(Case.id).execution_options(yield_per=AT_ONCE)
    if shown is not None:
        return chosen(session, every, shown, now=now)
    return (every if since is None else every.where(Case.opened_at >= since)).order_by(Case.opened_at, Case.id)


def page(session: Session, export: Export, place: int) -> list[dict[str, Any]]:
    """The rows of the next cases from that place on. A case that began with a private message is not told of: what was said there is nobody else's."""
    ids = export.ids[place : place + PAGE]
    found = {row.Case.id: row for row in session.execute(_rows(session, ids))}
    put = tags.of_cases(session, ids)
    return [_told(found[case_id], put.get(case_id, ()), export) for case_id in ids if case_id in found]


def limited(rows: Sequence[Mapping[str, Any]]) -> Counter[str]:
    """How many texts of sources that allow only so many stand in these rows."""
    return Counter(row["source"] for row in rows if row["text"] and known.of(row["source"]).exported_texts is not None)


def grant(session: Session, person_id: int | None, wanted: Mapping[str, int], *, now: datetime) -> dict[str, int]:
    """How many of the wanted texts this person may still take away today, counted as taken. Nobody's are none: a limit is a person's."""
    if person_id is None:
        return dict.fromkeys(wanted, 0)
    day = now.astimezone(UTC).date().isoformat()
    return {source: _granted(session, (person_id, source, day), n) for source, n in sorted(wanted.items())}


def _granted(session: Session, key: tuple[int, str, str], wanted: int) -> int:
    named = dict(zip(("person_id", "source", "day"), key, strict=True))
    upsert(session, Exported.__table__, [{**named, "n": 0}], key=tuple(named), change={"n": Exported.__table__.c.n})
    counted = select(Exported).filter_by(**named).with_for_update().execution_options(populate_existing=True)
    taken = session.scalars(counted).one()
    granted = max(0, min(wanted, (known.of(key[1]).exported_texts or 0) - taken.n))
    taken.n += granted
    return granted


def within(rows: Sequence[dict[str, Any]], granted: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    """The rows with as many texts as were granted; the others of a limited source keep the post's id and say why."""
    left = dict(granted)
    for row in rows:
        if not row["text"] or known.of(row["source"]).exported_texts is None:
            yield row
        elif left.get(row["source"], 0) > 0:
            left[row["source"]] -= 1
            yield row
        else:
            yield {**row, "text": "", "author": "", "url": "", "text_left_out": LIMIT}


def _rows(session: Session, ids: Collection[int]) -> Select[Any]:
    columns: list[Any] = [Case, Author.handle, Brand.name.label("brand"), Feed.name.label("feed"), Person.initials]
    columns += [Team.name.label("team"), Resolution]
    columns += [Mention.external_id, Mention.title, Mention.text, Mention.url, Mention.deleted_at]
    return (
        select(*columns)
        .join(Author, Author.id == Case.author_id)
        .join(Brand, Brand.id == Case.brand_id)
        .join(Feed, Feed.id == Case.feed_id)
        .join(Mention, Mention.id == Case.opening_mention_id)
        .outerjoin(Person, Person.id == Case.assignee_id)
        .outerjoin(Team, Team.id == Case.team_id)
        .outerjoin(Resolution, Resolution.id == Case.resolution_id)
        .where(among(session, Case.id, list(ids)), ~Mention.is_private)
    )


def _told(row: Row[Any], put: Sequence[TagView], export: Export) -> dict[str, Any]:
    case, is_erased = row.Case, row.deleted_at is not None
    told = {
        "case": case.id,
        "brand": row.brand,
        "feed": row.feed,
        "source": case.source,
        "site": case.site,
        "post": "" if is_erased else row.external_id,
        "author": row.handle if export.names_authors and not is_erased else "",
        "assignee": row.initials,
        "team": row.team,
        "tags": ", ".join(tag.name for tag in put),
        "text": "" if is_erased else "\n".join(part for part in (row.title, row.text) if part),
        "text_left_out": ERASED if is_erased else "",
        "url": row.url if export.names_authors and not is_erased else "",
    }
    every = told | _instants(case) | _labels(case) | _solution(row.Resolution)
    return {name: every[name] for name in COLUMNS}


def _instants(case: Case) -> dict[str, Any]:
    told: dict[str, Any] = {name: _iso(getattr(case, name)) for name in ("opened_at", *INSTANTS)}
    ended = _seconds(case, case.closed_at)
    return told | {"frt_s": _seconds(case, case.answered_at), "ttr_s": None if ended is None else max(0, ended - case.paused_s)}


def _seconds(case: Case, at: datetime | None) -> int | None:
    return int((at - case.seen_at).total_seconds()) if at else None


def _labels(case: Case) -> dict[str, Any]:
    labels = {
        "sentiment": case.sentiment,
        "intent": case.intent,
        "urgency": case.urgency,
        "abusive": case.abusive,
        "language": case.language,
    }
    counted = {"reopened": case.reopened, "contacts": case.contacts, "ordeal": ordeal.of_case(case).score}
    return {"status": case.status, "outcome": case.outcome, **counted, **labels}


def _solution(resolution: Resolution | None) -> dict[str, Any]:
    return {name: getattr(resolution, name) if resolution else None for name in ("cause", "fix", "evidence")}


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
