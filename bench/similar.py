"""Similar cases among 100,000 openings: the search in memory by one thread, a whole answer from row to row, memory, and what the short way misses."""

from collections.abc import Callable, Iterator, Sequence
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.figures import Figure, Target, spread
from bench.fill import NOW
from bench.places import Places
from classifier.embeddings import Embeddings
from classifier.nearest import Nearest, Rows, quantised
from classifier.similar import FIRST_LOOK, Similar
from storage.database import Database
from storage.dialect import insert_all
from storage.models import Author, Brand, Case, Embedding, Feed, Mention, Thread
from storage.words import BrandKind

PART = "similar"
VECTORS = 100_000
DIMENSIONS = 384
MATTERS = 2_000
TOLD = 8
SEARCHES, ANSWERS, CHECKED = 400, 200, 100
AT_ONCE = 5_000
BRAND = 1
TIME, MEMORY, RECALL = Target("<=", 30), Target("<=", 60), Target(">=", 0.95)

Floats = NDArray[np.float32]
Work = Callable[[int], object]


def run(places: Places) -> Iterator[Figure]:
    """Synthetic openings: many matters, directions of unequal weight and a part that all share, as sentence encoders give them."""
    random = np.random.default_rng(7)
    vectors = _openings(random)
    rows, asked = _rows(vectors), random.integers(0, VECTORS, SEARCHES)
    index = _filled(rows)
    yield _searches(index, vectors, asked)
    yield _all_products(rows, vectors, asked[:CHECKED])
    yield Figure(PART, f"memory over {VECTORS:,} vectors of {DIMENSIONS} numbers", index.bytes / 1e6, "MB", target=MEMORY)
    yield _recall(index, vectors, asked[:CHECKED])
    del index
    for dialect in places.dialects:
        with places.empty(dialect) as database:
            _store(database, rows)
            yield from _answers(database, dialect, asked[:ANSWERS])


def _openings(random: np.random.Generator) -> Floats:
    weights = np.arange(1, DIMENSIONS + 1, dtype=np.float32) ** -0.5
    matters = random.standard_normal((MATTERS, DIMENSIONS), dtype=np.float32) * weights
    own = random.standard_normal((VECTORS, DIMENSIONS), dtype=np.float32) * weights
    turned = np.linalg.qr(random.standard_normal((DIMENSIONS, DIMENSIONS)))[0].astype(np.float32)
    made = (matters[random.integers(0, MATTERS, VECTORS)] + 0.9 * own) @ turned
    made += np.linalg.norm(made, axis=1).mean() * turned[0]
    whole: Floats = made / np.linalg.norm(made, axis=1, keepdims=True)
    return whole


def _rows(vectors: Floats) -> Rows:
    numbers, scales = quantised(vectors)
    ids = np.arange(1, VECTORS + 1)
    return Rows(ids, ids, np.full(VECTORS, BRAND, np.int32), scales, numbers)


def _filled(rows: Rows) -> Nearest:
    index = Nearest(DIMENSIONS)
    index.reserve(VECTORS)
    for start in range(0, VECTORS, AT_ONCE):
        index.put(rows.part(slice(start, start + AT_ONCE)))
    return index


def _timed(work: Work, asked: Sequence[int] | NDArray[np.int64]) -> list[float]:
    found = []
    for place in asked:
        started = perf_counter()
        work(int(place))
        found.append((perf_counter() - started) * 1000)
    return found


def _figure(name: str, milliseconds: list[float], target: Target | None = TIME, **beside: float) -> Figure:
    told = spread(milliseconds)
    return Figure(PART, f"{name}, p95", told.pop("p95"), "ms", len(milliseconds), target, beside={**told, **beside})


def _searches(index: Nearest, vectors: Floats, asked: NDArray[np.int64]) -> Figure:
    found = _timed(lambda place: index.nearest(vectors[place], brand=BRAND, count=FIRST_LOOK), asked)
    return _figure(f"search among {VECTORS:,} by one thread", found)


def _all_products(rows: Rows, vectors: Floats, asked: NDArray[np.int64]) -> Figure:
    """What the search is measured against: every product, int8 made into floats a block at a time."""
    block, scores = np.empty((1024, DIMENSIONS), np.float32), np.empty(VECTORS, np.float32)

    def search(place: int) -> None:
        for at in range(0, VECTORS, len(block)):
            part = block[: min(len(block), VECTORS - at)]
            np.copyto(part, rows.numbers[at : at + len(block)])
            np.dot(part, vectors[place], out=scores[at : at + len(part)])
        np.argpartition(-scores * rows.scales, TOLD)

    return _figure("the same by all products on all cores", _timed(search, asked), None)


def _recall(index: Nearest, vectors: Floats, asked: NDArray[np.int64]) -> Figure:
    hits = 0
    for place in asked:
        exact = np.argpartition(-(vectors @ vectors[place]), TOLD)[:TOLD] + 1
        found = {mention for mention, _ in index.nearest(vectors[place], brand=BRAND, count=TOLD)}
        hits += len(found & set(exact.tolist()))
    return Figure(PART, f"recall@{TOLD} against exact search in floats", hits / (TOLD * len(asked)), "", len(asked), RECALL)


class Silent:
    """Stands for the engine: all vectors are stored already."""

    embedding = "bench"

    def embed(self, texts: Sequence[str]) -> Floats:
        raise LookupError(f"{len(texts)} vectors are not stored: the measurement would read them anew")


def _answers(database: Database, dialect: str, asked: NDArray[np.int64]) -> Iterator[Figure]:
    similar = Similar(database, Embeddings(database, Silent()))
    (reading,) = _timed(lambda _: similar.look_through(), [0])
    found = _timed(lambda place: similar.answer({"case_id": place + 1, "embedding": Silent.embedding}), asked)
    yield _figure(f"{dialect}: an answer, rows read and checked", found)
    yield Figure(PART, f"{dialect}: {VECTORS:,} vectors read at the start", reading / 1000, "s")


def _store(database: Database, rows: Rows) -> None:
    with database.write() as session:
        session.add(Brand(id=BRAND, name="Acme", kind=BrandKind.OWN))
        session.flush()
        session.add(Feed(id=1, name="feed", brand_id=BRAND, source="x", created_at=NOW, next_poll_at=NOW))
        session.flush()
    for start in range(0, VECTORS, AT_ONCE):
        with database.write() as session:
            for table, made in _tables(rows.part(slice(start, start + AT_ONCE))):
                insert_all(session, table.__table__, made)
    with database.write() as session:
        session.connection().exec_driver_sql("ANALYZE")


def _tables(rows: Rows) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    ids = [int(number) for number in rows.ids]
    named = [{"id": n, "source": "x", "external_id": str(n)} for n in ids]
    yield Author, [{**row, "first_seen_at": NOW} for row in named]
    yield Thread, named
    moments = {"posted_at": NOW, "seen_at": NOW}
    belongs = [{"author_id": n, "thread_id": n, **moments} for n in ids]
    opened = {"source": "x", "brand_id": BRAND, "feed_id": 1, "preview": "words", "opened_at": NOW, "answer_by": NOW}
    yield Case, [{"id": n, "opening_mention_id": n, "latest_mention_id": n, **own, **opened} for n, own in zip(ids, belongs, strict=True)]
    said = {"text": "words " * 20, "bucket_at": NOW, "content_hash": ""}
    yield Mention, [{**row, "case_id": row["id"], **own, **said} for row, own in zip(named, belongs, strict=True)]
    kept = {"name": Silent.embedding, "revision": 1, "created_at": NOW}
    parts = zip(ids, rows.numbers, rows.scales, strict=True)
    yield Embedding, [{"id": n, "mention_id": n, "vector": numbers.tobytes(), "scale": float(scale), **kept} for n, numbers, scale in parts]
