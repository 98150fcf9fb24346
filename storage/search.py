"""Full text over mentions: FTS5 on SQLite, text vectors on PostgreSQL; newest first.

Words are indexed off the ingest path, in id order, from a place that stands in table `fact`: indexing in the insert would make
the insert four times as costly. Words have no accents and no case; a search for `"lost parcel" refund*` wants the phrase and
the beginning of a word, both.
"""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import Connection, func, select, text
from sqlalchemy.orm import Session

from storage.dialect import is_sqlite, upsert
from storage.models import Fact, Mention

PLACE = "search_index"
WORDS = re.compile(r"\w+")
TERMS = re.compile(r'"([^"]*)"|(\S+)')
NEAR = (20_000, 200_000)
"""How many of the newest mentions are tried first on PostgreSQL: a common word is found there, without sorting all that have it."""

GONE = "INSERT INTO mention_search (mention_search, rowid, title, text) VALUES ('delete', :id, :title, :text)"
"""An index that keeps no texts is told which words go (https://www.sqlite.org/fts5.html#the_delete_command)."""

LAST = 2**63 - 1
"""No mention has a higher id."""


@dataclass(frozen=True, slots=True)
class Text:
    """What is searched of a mention."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Term:
    """Words that must follow each other; the last one may be the beginning of a longer one."""

    words: tuple[str, ...]
    is_prefix: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """How far the index goes: every mention up to `settled` is in it.

    PostgreSQL gives out ids before they can be seen, so a lower id may show up after a higher one. `mark` is an id that was the highest when
    `mark_xid` was the next transaction: once all transactions before that one have ended, nothing new can show up below `mark`.
    """

    settled: int = 0
    mark: int = 0
    mark_xid: int = 0


def index_due(session: Session, limit: int) -> int:
    """Index up to `limit` mentions that are not indexed yet; how many there were."""
    place = _place(session)
    return _index_sqlite(session, place, limit) if is_sqlite(session) else _index_postgresql(session, place, limit)


def search(session: Session, words: str, limit: int, *, before: int | None = None) -> list[int]:
    """The ids of the newest mentions that have all the words, of those below the id `before`. Nothing to look for finds nothing."""
    terms = parse(words)
    if not terms:
        return []
    find = _search_sqlite if is_sqlite(session) else _search_postgresql
    return find(session, terms, limit, LAST if before is None else before)


def change(session: Session, mention_id: int, *, before: Text, after: Text | None) -> None:
    """The text of a mention has changed, or (None) is gone: so are its old words."""
    if is_sqlite(session):
        if mention_id <= _place(session).settled:
            _run(session, GONE, mention_id, before)
            if after:
                _run(session, "INSERT INTO mention_search (rowid, title, text) VALUES (:id, :title, :text)", mention_id, after)
        return
    _run(session, "DELETE FROM mention_search WHERE mention_id = :id", mention_id)
    if after:
        _insert_vectors(session, [(mention_id, after)])


def forget(session: Session, before: Mapping[int, Text]) -> None:
    """The texts of these mentions are gone: so are their words."""
    if not is_sqlite(session):
        session.connection().execute(text("DELETE FROM mention_search WHERE mention_id = ANY(:ids)"), {"ids": list(before)})
        return
    settled = _place(session).settled
    gone = [{"id": mention_id, **asdict(of)} for mention_id, of in sorted(before.items()) if mention_id <= settled]
    if gone:
        session.connection().execute(text(GONE), gone)


def parse(words: str) -> list[Term]:
    """The terms of a search: words, phrases in quotes, and beginnings of words with a `*`."""
    found = []
    for phrase, single in TERMS.findall(words):
        parts = tuple(WORDS.findall(fold(phrase or single)))
        if parts:
            found.append(Term(parts, is_prefix=single.endswith("*")))
    return found


def fold(written: str) -> str:
    """Text in lower case and without accents, as FTS5's tokenizer sees it."""
    return written.lower() if written.isascii() else unicodedata.normalize("NFD", written).translate(MARKS).lower()


class _Marks(dict[int, int | None]):
    """Which characters are accents, asked once for each: eight times as fast as asking for each letter of each text."""

    def __missing__(self, code: int) -> int | None:
        self[code] = None if unicodedata.combining(chr(code)) else code
        return self[code]


MARKS = _Marks()


def _place(session: Session) -> Place:
    stored = session.scalar(select(Fact.value).where(Fact.name == PLACE))
    return Place(**json.loads(stored)) if stored else Place()


def _remember(session: Session, before: Place, place: Place) -> None:
    if place != before:
        value = json.dumps(asdict(place))
        upsert(session, Fact.__table__, [{"name": PLACE, "value": value}], key=("name",), change={"value": value})


def _index_sqlite(session: Session, place: Place, limit: int) -> int:
    ids = session.scalars(select(Mention.id).where(Mention.id > place.settled).order_by(Mention.id).limit(limit)).all()
    if ids:
        connection = session.connection()
        connection.execute(
            text(
                "INSERT INTO mention_search (rowid, title, text) SELECT id, title, text FROM mention WHERE id > :after AND id <= :last AND deleted_at IS NULL"
            ),
            {"after": place.settled, "last": ids[-1]},
        )
        _remember(session, place, replace(place, settled=ids[-1]))
    return len(ids)


def _index_postgresql(session: Session, place: Place, limit: int) -> int:
    connection = session.connection()
    xmin, xmax, highest = connection.execute(
        text(
            "SELECT pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint, (SELECT coalesce(max(id), 0) FROM mention)"
            " FROM pg_current_snapshot() s"
        )
    ).one()
    rows = _missing(connection, place, limit)
    _insert_vectors(session, [(row.id, Text(row.title, row.text)) for row in rows])
    done = highest if len(rows) < limit else rows[-1].id
    moved = place
    if place.mark_xid <= xmin:
        moved = replace(place, settled=max(place.settled, min(place.mark, done)), mark=highest, mark_xid=xmax)
    _remember(session, place, moved)
    return len(rows)


def _missing(connection: Connection, place: Place, limit: int) -> list[Any]:
    # FOR SHARE: a mention that is erased meanwhile waits for us, so that its words cannot come back after it.
    missing = (
        "SELECT m.id, m.title, m.text FROM mention m WHERE m.id > :settled AND m.deleted_at IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM mention_search s WHERE s.mention_id = m.id) ORDER BY m.id LIMIT :limit FOR SHARE OF m"
    )
    return list(connection.execute(text(missing), {"settled": place.settled, "limit": limit}))


def _insert_vectors(session: Session, texts: Sequence[tuple[int, Text]]) -> None:
    rows = [{"id": mention_id, "words": " ".join(WORDS.findall(fold(f"{of.title} {of.text}")))} for mention_id, of in texts]
    insert = "INSERT INTO mention_search (mention_id, words) VALUES (:id, to_tsvector('simple', :words)) ON CONFLICT DO NOTHING"
    if rows:
        session.connection().execute(text(insert), rows)


def _search_sqlite(session: Session, terms: list[Term], limit: int, before: int) -> list[int]:
    asked = " AND ".join(f'"{" ".join(term.words)}"' + ("*" if term.is_prefix else "") for term in terms)
    found = text("SELECT rowid FROM mention_search WHERE mention_search MATCH :asked AND rowid < :before ORDER BY rowid DESC LIMIT :limit")
    return list(session.scalars(found, {"asked": asked, "before": before, "limit": limit}))


def _search_postgresql(session: Session, terms: list[Term], limit: int, before: int) -> list[int]:
    asked = " & ".join("(" + " <-> ".join(f"'{word}'" for word in term.words) + (":*" if term.is_prefix else "") + ")" for term in terms)
    highest = min(before - 1, session.scalar(select(func.max(Mention.id))) or 0)
    near = text(
        "SELECT mention_id FROM mention_search WHERE mention_id > :after AND mention_id <= :highest"
        " AND words @@ to_tsquery('simple', :asked) ORDER BY mention_id DESC LIMIT :limit"
    )
    for window in NEAR:
        found = list(session.scalars(near, {"after": highest - window, "highest": highest, "asked": asked, "limit": limit}))
        if len(found) == limit or window >= highest:
            return found
    # MATERIALIZED: else the planner may walk the primary key backwards through all mentions.
    everywhere = text(
        "WITH hit AS MATERIALIZED (SELECT mention_id FROM mention_search WHERE words @@ to_tsquery('simple', :asked))"
        " SELECT mention_id FROM hit WHERE mention_id <= :highest ORDER BY mention_id DESC LIMIT :limit"
    )
    return list(session.scalars(everywhere, {"asked": asked, "highest": highest, "limit": limit}))


def _run(session: Session, statement: str, mention_id: int, of: Text | None = None) -> None:
    session.connection().execute(text(statement), {"id": mention_id, **(asdict(of) if of else {})})
