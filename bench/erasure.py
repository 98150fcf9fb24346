"""How long the erasure of one author takes, of those who are forgotten one after the other; the pages and the log are cleaned once, behind the last."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from sqlalchemy import func, select

from bench import profiles
from bench.figures import Figure, Target, spread
from bench.places import Places
from careline.erasure_journal import Journal
from careline.forgetting import Forgetting
from desk.forgetting.author_erasure import PAGES, POSTS
from desk.settings import DeskSettings
from storage.database import Database
from storage.models import Author, Case, Mention

PART = "erasure"
AUTHORS = 200
WARM_UP = 20
SMALL = 30_000
TARGET = Target("<=", 50)
SETTINGS = DeskSettings(secret="bench")


@dataclass
class Watch:
    """Hears of each step, and notes when an author was begun and when the last of their rows was changed."""

    milliseconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    pages_s: float = 0
    _since: tuple[float, float] = (0, 0)

    def start(self) -> None:
        self._since = (perf_counter(), process_time())

    def told(self, step: str) -> None:
        wall, used = perf_counter() - self._since[0], process_time() - self._since[1]
        if step == POSTS:
            self.milliseconds.append(wall * 1000)
            self.processor.append(used * 1000)
            self.start()
        elif step == PAGES:
            self.pages_s = wall


def run(places: Places) -> Iterator[Figure]:
    """Both databases, small and full. The target counts for an author; what each run adds for the pages is beside it."""
    for dialect in places.dialects:
        for size in sorted({min(SMALL, places.mentions), places.mentions}):
            with places.copy(dialect, size) as database, TemporaryDirectory() as folder:
                yield _figure(database, dialect, size, Path(folder))


def _figure(database: Database, dialect: str, size: int, folder: Path) -> Figure:
    watch, (slow, *authors) = Watch(), _authors(database)
    forgetting = Forgetting(database, Journal(folder / "bench.erasures.jsonl"), SETTINGS, told=watch.told)
    watch.start()
    forgetting.forget_all(authors, reason="asked for it")
    if left := _left(database, authors):
        return Figure(PART, f"{dialect}, {size:,} mentions", None, "", note=f"{left} posts still say something")
    told, used = spread(watch.milliseconds[WARM_UP:]), spread(watch.processor[WARM_UP:])
    figure = Figure(
        part=PART,
        name=f"{dialect}, {size:,} mentions: an author forgotten, p95",
        value=told.pop("p95"),
        unit="ms",
        samples=len(watch.milliseconds[WARM_UP:]),
        target=TARGET,
        beside={**told, "CPU ms p50": used["p50"], "CPU p95": used["p95"], "the pages of all of them, s": watch.pages_s},
    )
    if figure.is_met:
        return figure
    return replace(figure, profile=profiles.write(f"erasure-{dialect}-{size}", lambda: forgetting.forget(slow, reason="asked for it")))


def _authors(database: Database) -> list[int]:
    """Authors at random, and as many whose cases wait: these have the most to be cleared."""
    rng, wanted = random.Random(5), WARM_UP + AUTHORS
    with database.read() as session:
        last = session.scalar(select(func.max(Author.id))) or 0
        waiting = session.scalars(select(Case.author_id).distinct().order_by(Case.author_id.desc()).limit(wanted // 2)).all()
    others = sorted(set(range(1, last + 1)) - set(waiting))
    chosen = [*waiting, *rng.sample(others, min(len(others), wanted - len(waiting)))]
    rng.shuffle(chosen)
    return chosen


def _left(database: Database, authors: Sequence[int]) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Mention).where(Mention.author_id.in_(authors), Mention.text != "")) or 0
