"""A workspace of a given size, written by the raw driver: ninety days of mentions, two in a hundred with a case that waits."""

import json
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any

from sqlalchemy import Table

from bench.raw import Raw
from desk.figures.rollups import POSITION, Labels
from storage.database import Database
from storage.models import (
    Author,
    Brand,
    Case,
    CaseTag,
    Catch,
    Coverage,
    Fact,
    Feed,
    Incident,
    Mention,
    MentionTag,
    Person,
    PersonRole,
    Reply,
    RollupHour,
    Tag,
    Team,
    Thread,
)
from storage.models.base import Base
from storage.recount import COUNTS, EVERYTHING
from storage.search import PLACE
from storage.words import BrandKind, CaseStatus, Flag, Intent, LookResult, Origin, Outcome, ReplyState, Role, Sentiment, Shift, Urgency

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
"""The instant of the newest mention: the same workspace in every run."""

DAYS = 90
FEEDS = 40
PEOPLE = 100
CHUNK = 10_000
CASE_EVERY = 17
LOOK_EVERY = timedelta(minutes=30)
ROUND = 100
"""Sizes are multiples of this, so that a mention, its author and its thread agree on their source."""

SOURCES = ("x", "x", "reddit", "rss", "x")
WORDS = [
    "parcel",
    "late",
    "refund",
    "app",
    "login",
    "price",
    "thanks",
    "broken",
    "order",
    "account",
    "delivery",
    "support",
    "waiting",
    "great",
    "slow",
    "outage",
    "bill",
    "help",
    "card",
    "phone",
]
TAGS = {1: 4, 2: 2_000}
"""A tag that every fourth case has, and one that hardly any has."""

OTHERS = [f"w{number}" for number in range(3_000)]
"""What people say besides, each word more seldom than the one before, as in any language."""

OTHERS_WEIGHTS = list(accumulate(1 / number for number in range(1, len(OTHERS) + 1)))

MENTION_TAGS = {1: 400, 2: 20_000}
"""The same of mentions, most of which have none."""

NAMED_EVERY, RECALL_EVERY = 50, 2_000
"""Every so many-th mention names its order, which nobody else does, and every so many-th a word that hardly anybody writes."""

TEAMS = 4
INCIDENTS = {1: 3_000, 2: 40}
"""A small incident and a large one: every so many-th of the cases that are live is one of theirs."""

SENTIMENTS, INTENTS, URGENCIES = list(Sentiment), list(Intent), list(Urgency)
LANGUAGES = ("en",) * 8 + ("de", "fr")

Row = dict[str, Any]
Counters = dict[tuple[datetime, int], list[int]]


def fill(database: Database, mentions: int) -> None:
    """Write `mentions` of them with their authors, threads, catches, cases, replies and rollups. The database is empty and migrated."""
    size = max(ROUND, mentions // ROUND * ROUND)
    raw, rng, counters = Raw(database), random.Random(7), defaultdict[tuple[datetime, int], list[int]](lambda: [0] * len(COUNTS))
    _store(raw, *_setting())
    for table, rows in ((Author, map(_author, range(1, size // 5 + 1))), (Thread, map(_thread, range(1, size // 2 + 1)))):
        for chunk in _chunks(rows):
            _store(raw, (table.__table__, chunk))
    for numbers in _chunks(iter(range(1, size + 1))):
        _store(raw, *_mentions(numbers, rng, counters, size=size))
    _store(raw, (RollupHour.__table__, _rollup_rows(counters)), (Coverage.__table__, _looks(rng)))
    if not raw.is_sqlite:
        _advance_ids(raw)
    _index_words(raw, size)
    raw.close()
    analyze(database)


def analyze(database: Database) -> None:
    """Let the planner know the sizes, as a nightly sweep does, and leave nothing for a checkpoint."""
    raw = Raw(database)
    if raw.is_sqlite:
        raw.driver.execute("ANALYZE")
        raw.driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    else:
        raw.driver.autocommit = True
        raw.driver.execute("VACUUM ANALYZE")
        raw.driver.autocommit = False
    raw.close()


def _index_words(raw: Raw, size: int) -> None:
    """As `storage.search.index_due` leaves it; these texts are plain, so that the database can fold them."""
    raw.begin()
    for first in range(1, size + 1, CHUNK):
        within = f"id BETWEEN {first} AND {first + CHUNK - 1}"
        raw.execute(
            f"INSERT INTO mention_search (rowid, title, text) SELECT id, title, text FROM mention WHERE {within}"
            if raw.is_sqlite
            else f"INSERT INTO mention_search (mention_id, words) SELECT id, to_tsvector('simple', text) FROM mention WHERE {within}"
        )
    raw.store(Fact.__table__, [{"name": PLACE, "value": json.dumps({"settled": size})}])
    raw.commit()


def feed_of(number: int, rank: int) -> int:
    """A feed of the same source as the mention; `rank` from 1 (the busiest) to 8."""
    return (rank - 1) * len(SOURCES) + number % len(SOURCES) + 1


def brand_of(feed: int) -> int:
    return 1 if feed <= FEEDS * 3 // 4 else 2


def _store(raw: Raw, *parts: tuple[Table, Sequence[Row]]) -> None:
    raw.begin()
    for table, rows in parts:
        raw.store(table, rows)
    raw.commit()


def _advance_ids(raw: Raw) -> None:
    """Rows came with their ids, which leaves PostgreSQL's sequences where they were."""
    raw.begin()
    for table in Base.metadata.sorted_tables:
        column = next(iter(table.primary_key.columns))
        if column.autoincrement is True:
            last = f'SELECT max("{column.name}") FROM "{table.name}"'
            raw.read(f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column.name}'), coalesce(({last}), 1))")
    raw.commit()


def _setting() -> list[tuple[Table, Sequence[Row]]]:
    brands = [{"id": 1, "name": "Acme", "kind": BrandKind.OWN}, {"id": 2, "name": "Rival", "kind": BrandKind.COMPETITOR}]
    return [
        (Brand.__table__, brands),
        (Person.__table__, [_person(number) for number in range(1, PEOPLE + 1)]),
        (PersonRole.__table__, [{"person_id": number, "role": Role.AGENT} for number in range(1, PEOPLE + 1)]),
        (Feed.__table__, [_feed(number) for number in range(1, FEEDS + 1)]),
        (Incident.__table__, [{"id": number, "name": f"Incident {number}", "opened_at": NOW} for number in INCIDENTS]),
        (Tag.__table__, [{"id": number, "name": f"tag {number}", "folded": f"tag {number}", "created_at": NOW} for number in TAGS]),
        (Team.__table__, [{"id": number, "name": f"Team {number}", "created_at": NOW} for number in range(1, TEAMS + 1)]),
    ]


def _mentions(numbers: Iterable[int], rng: random.Random, counters: Counters, *, size: int) -> list[tuple[Table, Sequence[Row]]]:
    rows, catches, cases, replies = list[Row](), list[Row](), list[Row](), list[Row]()
    for number in numbers:
        row = _mention(number, rng, size=size)
        feed = feed_of(number, min(int(rng.paretovariate(0.8)), FEEDS // len(SOURCES)))
        if row["case_id"]:
            case = _case(number, row, feed, rng, is_live=number > size * 2 // 3)
            cases.append(case)
            replies.extend(_replies(case, number))
        rows.append(row)
        catches.append({"mention_id": number, "feed_id": feed, "caught_at": row["seen_at"]})
        _count(counters, row, feed)
    tags = [tag for case in cases for tag in _tags(case)]
    case_parts = [(Case.__table__, cases), (CaseTag.__table__, tags)]
    tagged = [tag for row in rows for tag in _mention_tags(row)]
    mention_parts = [(Mention.__table__, rows), (Catch.__table__, catches), (MentionTag.__table__, tagged)]
    return [*case_parts, *mention_parts, (Reply.__table__, replies)]


def _mention(number: int, rng: random.Random, *, size: int) -> Row:
    posted = NOW - timedelta(days=DAYS) * (1 - number / size)
    seen = posted + timedelta(minutes=2)
    return {
        "id": number,
        "source": SOURCES[number % len(SOURCES)],
        # Half of the ids grow with time, as on X, half are random, as most others are.
        "external_id": str(10**17 + number * 7919) if number % 2 else f"{rng.getrandbits(64):x}",
        "author_id": number % (size // 5) + 1,
        "thread_id": number % (size // 2) + 1,
        "case_id": None if number % CASE_EVERY else number // CASE_EVERY,
        "text": _text(number, rng),
        "url": f"https://example.com/posts/{number}",
        "posted_at": posted,
        "seen_at": seen,
        "bucket_at": posted.replace(minute=0, second=0, microsecond=0),
        "content_hash": f"{number:064x}",
        "triaged_at": seen,
        "sentiment": rng.choice(SENTIMENTS),
        "intent": rng.choice(INTENTS),
        "urgency": rng.choices(URGENCIES, (40, 55, 5))[0],
        "needs_reply": number % 3 == 0,
        "abusive": number % 50 == 0,
        "language": rng.choice(LANGUAGES),
        "confidence": round(rng.uniform(0.4, 1), 2),
    }


def _text(number: int, rng: random.Random) -> str:
    words = rng.choices(WORDS, k=6) + rng.choices(OTHERS, cum_weights=OTHERS_WEIGHTS, k=12)
    rng.shuffle(words)
    if number % NAMED_EVERY == 0:
        words[4] = f"a{number}"
    if number % RECALL_EVERY == 0:
        words[5] = "recall"
    return " ".join(words)


def _case(number: int, row: Row, feed: int, rng: random.Random, *, is_live: bool) -> Row:
    dice = rng.random()
    status = (CaseStatus.PENDING if dice < 0.1 else CaseStatus.OPEN if dice < 0.4 else CaseStatus.NEW) if is_live else CaseStatus.CLOSED
    due = row["seen_at"] + timedelta(hours=4)
    return {
        "id": row["case_id"],
        "opening_mention_id": number,
        "latest_mention_id": number,
        "brand_id": brand_of(feed),
        "feed_id": feed,
        "author_name": f"h{row['author_id']}",
        "preview": row["text"][:280],
        "searched": f"h{row['author_id']} @h{row['author_id']} {row['text']}"[:400],
        "status": status,
        "outcome": None if is_live else Outcome.ANSWERED,
        "assignee_id": None if status == CaseStatus.NEW else number % PEOPLE + 1,
        "claim_no": 0 if status == CaseStatus.NEW else 1,
        "team_id": row["case_id"] % TEAMS + 1 if row["case_id"] % 3 == 0 else None,
        "incident_id": next((one for one, every in INCIDENTS.items() if is_live and row["case_id"] % every == 0), None),
        "opened_at": row["seen_at"],
        "closed_at": None if is_live else row["seen_at"],
        "waiting_since": row["seen_at"] if status in {CaseStatus.NEW, CaseStatus.OPEN} else None,
        "snoozed_until": NOW + timedelta(hours=3) if status == CaseStatus.OPEN and number % 20 == 0 else None,
        "shielded_until": NOW + timedelta(minutes=10) if status == CaseStatus.NEW and row["abusive"] and number % 4 == 0 else None,
        "first_due_at": due,
        "answer_by": due - timedelta(minutes=rng.randrange(600)),
        "reasons": [{"words": "promised within 4 h", "minutes": 240}],
        "flag": Flag.UNSURE if dice > 0.98 else None,
        **{name: row[name] for name in ("author_id", "thread_id", "source", "posted_at", "seen_at")},
        **{name: row[name] for name in ("sentiment", "intent", "urgency", "abusive", "confidence", "language")},
    }


def _tags(case: Row) -> Iterator[Row]:
    for tag_id, every in TAGS.items():
        if case["id"] % every == 0:
            yield {"case_id": case["id"], "tag_id": tag_id, "at": case["seen_at"]}


def _mention_tags(row: Row) -> Iterator[Row]:
    for tag_id, every in MENTION_TAGS.items():
        if row["id"] % every == 0:
            yield {"mention_id": row["id"], "tag_id": tag_id, "at": row["seen_at"], "person_id": None, "rule_id": None}


def _replies(case: Row, number: int) -> Iterator[Row]:
    if case["status"] == CaseStatus.NEW or number % 3:
        return
    state = ReplyState.SENT if number % 100 else ReplyState.UNCERTAIN
    at = case["seen_at"] + timedelta(hours=1)
    common = {"case_id": case["id"], "mention_id": number, "person_id": number % PEOPLE + 1, "key": f"k{number}", "text": "We are on it."}
    yield {"id": number, "state": state, "created_at": at, "saved_at": at, "sent_at": at, **common}


def _count(counters: Counters, row: Row, feed: int) -> None:
    labels = Labels(*(row[name] for name in ("sentiment", "intent", "urgency", "needs_reply", "abusive")))
    positions = [POSITION[name] for name in labels.counters()]
    for scope in (EVERYTHING, feed, -brand_of(feed)):
        counts = counters[row["bucket_at"], scope]
        for position in positions:
            counts[position] += 1


def _rollup_rows(counters: Counters) -> list[Row]:
    return [{"hour": hour, "scope": scope, **dict(zip(COUNTS, counts, strict=True))} for (hour, scope), counts in sorted(counters.items())]


def _looks(rng: random.Random) -> list[Row]:
    """What each look of each feed brought; one in a hundred failed."""
    instants = [NOW - timedelta(days=DAYS) + step * LOOK_EVERY for step in range(timedelta(days=DAYS) // LOOK_EVERY)]
    results = [LookResult.LOOKED, LookResult.UNAVAILABLE]
    drawn = ((at, feed, rng.random() < 0.01) for at in instants for feed in range(1, FEEDS + 1))
    return [{"feed_id": feed, "at": at, "result": results[failed], "new": 3, "seen": 4} for at, feed, failed in drawn]


def _person(number: int) -> Row:
    here = {"shift": Shift.ON, "created_at": NOW - timedelta(days=DAYS)}
    return {"id": number, "name": f"Agent {number}", "initials": f"A{number}", **here}


def _feed(number: int) -> Row:
    times = {"created_at": NOW - timedelta(days=DAYS), "next_poll_at": NOW + timedelta(days=1)}
    source = SOURCES[(number - 1) % len(SOURCES)]
    return {"id": number, "name": f"feed-{number}", "source": source, "brand_id": brand_of(number), "origin": Origin.BOARD, **times}


def _author(number: int) -> Row:
    place = {"source": SOURCES[(number - 1) % len(SOURCES)], "external_id": f"a{number}"}
    return {"id": number, **place, "handle": f"h{number}", "name": f"Customer {number}", "first_seen_at": NOW - timedelta(days=DAYS)}


def _thread(number: int) -> Row:
    return {"id": number, "source": SOURCES[(number - 1) % len(SOURCES)], "external_id": f"t{number}"}


def _chunks(rows: Iterator[Any]) -> Iterator[list[Any]]:
    chunk: list[Any] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
