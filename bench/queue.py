"""One page of every view with every filter, of all mentions with filters and words, the figures beside the views, the change mark."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from statistics import median
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench import profiles
from bench.figures import Figure, Target, percentile, spread
from bench.fill import NAMED_EVERY, NOW
from bench.places import POSTGRESQL, SQLITE, Places
from bench.reads import Read, Timed, timed
from desk.queue import inbox
from desk.queue.inbox import Cursor, MentionFilter, QueueFilter
from storage.database import Database
from storage.models import Case, Mention, Person
from storage.words import Intent, Sentiment, Urgency

PART = "queue"
ROUNDS = 15
ROUNDS_OF_SLOWEST = 200
SLOWEST = 6
TARGETS = {SQLITE: Target("<=", 10), POSTGRESQL: Target("<=", 15)}
SHOWN = 3
IN_EACH_VIEW = Target("<=", 50)
ROUNDS_IN_VIEW = 60

FILTERS: Mapping[str, dict[str, Any]] = {
    "none": {},
    "source": {"source": "reddit"},
    "busy feed": {"feed_id": 2},
    "quiet feed": {"feed_id": 38},
    "brand": {"brand_id": 1},
    "rival brand": {"brand_id": 2},
    "intent": {"intent": Intent.CHURN},
    "sentiment": {"sentiment": Sentiment.NEGATIVE},
    "urgency": {"urgency": Urgency.HIGH},
    "language": {"language": "fr"},
    "flagged": {"flagged": True},
    "common tag": {"tag_id": 1},
    "rare tag": {"tag_id": 2},
    "tag and word that nobody wrote": {"tag_id": 1, "text": "zeppelin"},
    "team": {"team_id": 2},
    "assignee": {"owner_id": 18},
    "small incident": {"incident_id": 1},
    "large incident and a word": {"incident_id": 2, "text": "outage"},
    "as a saved list: team, tag, sentiment and a word": {"team_id": 2, "tag_id": 1, "sentiment": Sentiment.NEGATIVE, "text": "outage"},
    "team, assignee and a word": {"team_id": 2, "owner_id": 18, "text": "outage"},
    "word": {"text": "outage"},
    "word that nobody wrote": {"text": "zeppelin"},
    "feed and sentiment": {"feed_id": 2, "sentiment": Sentiment.POSITIVE},
    "four at once, rare": {"source": "reddit", "intent": Intent.CHURN, "urgency": Urgency.HIGH, "language": "de"},
    "all at once, no hit": {
        "source": "rss",
        "feed_id": 39,
        "brand_id": 2,
        "intent": Intent.SPAM,
        "sentiment": Sentiment.NEGATIVE,
        "urgency": Urgency.HIGH,
        "language": "fr",
        "flagged": True,
        "text": "zeppelin",
    },
}
MENTIONS: Mapping[str, dict[str, Any]] = {
    "none": {},
    "busy feed": {"feed_id": 2},
    "quiet feed": {"feed_id": 38},
    "sentiment": {"sentiment": Sentiment.NEGATIVE},
    "intent": {"intent": Intent.CHURN},
    "without a case": {"without_case": True},
    "common tag": {"tag_id": 1},
    "rare tag": {"tag_id": 2},
    "feed, sentiment and intent": {"feed_id": 38, "sentiment": Sentiment.POSITIVE, "intent": Intent.CHURN},
    "feed and rare tag": {"feed_id": 2, "tag_id": 2},
    "labels and tag": {"sentiment": Sentiment.POSITIVE, "intent": Intent.SPAM, "tag_id": 1},
    "word": {"text": "outage"},
    "two words": {"text": "outage refund"},
    "phrase": {"text": '"parcel late"'},
    "beginning of a word": {"text": "refu*"},
    "rare word": {"text": "recall"},
    "number of an order": {"text": f"a{NAMED_EVERY}"},
    "common and rare word": {"text": f"outage a{NAMED_EVERY}"},
    "word that nobody wrote": {"text": "zeppelin"},
    "word, feed and labels": {"text": "outage", "feed_id": 38, "sentiment": Sentiment.POSITIVE, "intent": Intent.CHURN},
    "all at once, no hit": {
        "text": "zeppelin",
        "feed_id": 38,
        "sentiment": Sentiment.POSITIVE,
        "intent": Intent.CHURN,
        "tag_id": 2,
        "without_case": True,
    },
}
"""What the page of all mentions offers."""

UNOFFERED: Mapping[str, dict[str, Any]] = {
    "brand": {"brand_id": 2},
    "one author": {"author_id": 77},
    "abusive": {"abusive": True},
    "one hour two months ago": {"since": NOW - timedelta(days=60), "until": NOW - timedelta(days=60) + timedelta(hours=1)},
    "the week before last": {"since": NOW - timedelta(days=14), "until": NOW - timedelta(days=7)},
    "language that nobody writes": {"language": "xx"},
}
"""What the desk can be asked besides. The last one is answered by reading every mention: an index for it would be one more write for each."""

VIEWS = ("waiting", "unclaimed", "mine", "due_soon", "team", "flagged", "escalated", "shield", "pending", "closed", "all")


SEE_ALL = {"mine", "escalated", "shield", "pending", "closed", "all"}
"""Views in which nothing is shielded."""


def run(places: Places) -> Iterator[Figure]:
    """Every view with every filter, and from the middle of the list on."""
    for dialect in places.dialects:
        with places.filled(dialect) as database:
            yield from _figures(database, dialect, places.mentions)
            yield from _views(database, dialect)
            yield from _beside(database, dialect)


def _pages(database: Database) -> Iterator[tuple[str, Read]]:
    for view in VIEWS:
        for name, narrowed in FILTERS.items():
            shown = QueueFilter(view=view, assignee_id=17 if view == "mine" else None, my_teams=(1, 3), **narrowed)  # type: ignore[arg-type]
            yield f"{view}, {name}", partial(_read, shown)
            if name == "none" and view not in SEE_ALL:
                yield f"{view}, with what is shielded", partial(_read, replace(shown, sees_shielded=True))
            if name in {"none", "sentiment"}:
                yield f"{view}, {name}, from the middle on", partial(_read, replace(shown, after=_middle(database, view)))


def _read(shown: QueueFilter, session: Session) -> object:
    return inbox.queue(session, shown, now=NOW)


def _middle(database: Database, view: str) -> Cursor:
    """A row half-way down the list."""
    column = Case.closed_at if view == "closed" else Case.answer_by
    with database.read() as session:
        rows = session.execute(select(column, Case.id).where(column.is_not(None)).order_by(column).offset(9_000).limit(1)).all()
        at, case_id = rows[0] if rows else (NOW, 1)
    return Cursor(at=at, id=case_id)


def _figures(database: Database, dialect: str, mentions: int) -> Iterator[Figure]:
    """A promise for "any filter" holds for the slowest ones: those are measured again, often enough to name a p95."""
    reads = dict(_pages(database))
    pages = timed(database, reads, rounds=ROUNDS)
    slowest = sorted(pages, key=lambda page: -median(page.milliseconds))[:SLOWEST]
    again = timed(database, {page.name: reads[page.name] for page in slowest}, rounds=ROUNDS_OF_SLOWEST)
    worst = max(again, key=lambda page: percentile(page.milliseconds, 0.95))
    every = [value for page in pages for value in page.milliseconds]
    figure = Figure(
        part=PART,
        name=f"{dialect}, {mentions:,} mentions: page, p95 of the slowest filter",
        value=percentile(worst.milliseconds, 0.95),
        unit="ms",
        samples=ROUNDS_OF_SLOWEST,
        target=TARGETS[dialect],
        beside={"its p50": median(worst.milliseconds), **{f"{name} of all {len(pages)}": value for name, value in spread(every).items()}},
        note="; ".join(f"{page.name}: {median(page.milliseconds):.1f}" for page in again[:SHOWN]),
    )
    if not figure.is_met:
        name = f"queue-{dialect}"
        figure = replace(figure, profile=profiles.write(name, lambda: timed(database, {"": reads[worst.name]}, rounds=20)))
    yield figure


def _views(database: Database, dialect: str) -> Iterator[Figure]:
    """Each view with its slowest filter; all mentions count as one."""
    reads = {**dict(_pages(database)), **dict(_mentions(database))}
    found = timed(database, reads, rounds=SHOWN)
    for view in (*VIEWS, "mentions"):
        yield _view(view, [page for page in found if page.name.startswith(f"{view}, ")], reads, database, dialect)


def _view(view: str, pages: Sequence[Timed], reads: Mapping[str, Read], database: Database, dialect: str) -> Figure:
    slowest = sorted(pages, key=lambda page: -median(page.milliseconds))[:SHOWN]
    again = timed(database, {page.name: reads[page.name] for page in slowest}, rounds=ROUNDS_IN_VIEW)
    worst = max(again, key=lambda page: percentile(page.milliseconds, 0.95))
    told = spread(worst.milliseconds)
    filters = "; ".join(f"{page.name.removeprefix(view + ', ')}: {median(page.milliseconds):.1f}" for page in again)
    name = f"{dialect}: {view}, p95 of the slowest of {len(pages)} filters"
    return Figure(PART, name, told.pop("p95"), "ms", samples=ROUNDS_IN_VIEW, target=IN_EACH_VIEW, beside=told, note=filters)


def _mentions(database: Database) -> Iterator[tuple[str, Read]]:
    with database.read() as session:
        middle = (session.scalar(select(func.max(Mention.id))) or 0) // 2
    for name, narrowed in MENTIONS.items():
        yield f"mentions, {name}", partial(_read_mentions, MentionFilter(**narrowed), None)
        if name in {"none", "sentiment", "word"}:
            yield f"mentions, {name}, from the middle on", partial(_read_mentions, MentionFilter(**narrowed), middle)


def _read_mentions(shown: MentionFilter, after: int | None, session: Session) -> object:
    return inbox.mentions(session, shown, now=NOW, after=after)


def _beside(database: Database, dialect: str) -> Iterator[Figure]:
    with database.read() as session:
        person = session.get_one(Person, 17)
    reads: dict[str, Read] = {
        "counts beside the views": lambda session: inbox.counts(session, by=person, now=NOW),
        "change mark": lambda session: inbox.change_mark(session, now=NOW),
    }
    reads |= {f"mentions, not offered: {name}": partial(_read_mentions, MentionFilter(**asked), None) for name, asked in UNOFFERED.items()}
    for read in timed(database, reads, rounds=ROUNDS_IN_VIEW):
        told = spread(read.milliseconds)
        yield Figure(PART, f"{dialect}: {read.name}, p95", told.pop("p95"), "ms", samples=ROUNDS_IN_VIEW, beside=told)
