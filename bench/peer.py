"""obsei 0.0.15 (observe, analyze, inform; the last release that reads social networks) beside ours, over the same texts.

Its core installs from PyPI, its VADER analyzer imports torch, transformers and nltk besides. All go into a throw-away environment.
"""

import json
import subprocess
import tempfile
import venv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median
from subprocess import PIPE
from time import perf_counter
from typing import Any

from sqlalchemy import func, select

from bench.figures import Figure, not_run
from bench.fill import NOW
from bench.ingest import Desk, prepare
from bench.places import SQLITE, Places
from classifier.engine import Engine
from classifier.registry import load_engine
from classifier.settings import ClassifierSettings
from classifier.triage import triage_due
from desk.post import Page, Post, PostAuthor
from desk.settings import DeskSettings
from storage.database import Database
from storage.models import Case

PART = "peer"
RELEASE = "obsei==0.0.15"
NEEDED = (RELEASE, "vaderSentiment", "nltk", "transformers", "torch==2.13.0")
INSTALL_LIMIT_S = 240
ANSWER_LIMIT_S = 60
ROUNDS = 5
TEXTS = 2_000
STORED = 400
"""Texts of a round that ours stores besides, and triages: opening a case for most of them takes its time."""

SAMPLE = Path(__file__).parents[1] / "careline" / "sample" / "texts"


def run(places: Places) -> Iterator[Figure]:
    """Texts a second: analyzer beside engine, pipeline beside ingest and triage."""
    rows = _labelled()
    texts = [str(row["text"]) for row in rows]
    texts = (texts * (TEXTS // len(texts) + 1))[:TEXTS]
    with tempfile.TemporaryDirectory(prefix="careline-peer-", dir=places.folder) as folder:
        try:
            python = _installed((places.keep or Path(folder)) / "peer")
        except (subprocess.SubprocessError, OSError) as error:
            yield not_run(PART, f"{RELEASE} beside ours", _reason(error))
            return
        with _started(python, texts, Path(folder)) as peer:
            yield from _beside(places, peer, texts, rows)


def _beside(places: Places, peer: "subprocess.Popen[str]", texts: Sequence[str], rows: Sequence[dict[str, object]]) -> Iterator[Figure]:
    engine = load_engine(ClassifierSettings())
    first = _answer(peer)
    if "labels" not in first:
        yield not_run(PART, f"{RELEASE} beside ours", "it was installed, but does not start")
        return
    ours, theirs, stored, pipelines = list[float](), list[float](), list[float](), list[float]()
    for number in range(ROUNDS):
        print("round", file=peer.stdin, flush=True)
        answer = _answer(peer)
        theirs.append(answer["analyzer"])
        pipelines.append(answer["pipeline"])
        ours.append(_classified(engine, texts))
        seconds, opened = _stored(places, engine, texts[:STORED], number)
        stored.append(seconds)
    size = len(texts)
    yield Figure(
        PART,
        "classifying: six answers of ours (lexicon), texts/s",
        size / median(ours),
        "texts/s",
        samples=ROUNDS,
        beside={"one score of obsei's VADER analyzer": size / median(theirs)},
    )
    yield Figure(
        PART,
        "from a page to stored, triaged and a case (SQLite), posts/s",
        STORED / median(stored),
        "posts/s",
        samples=ROUNDS,
        beside={"obsei's pipeline, which keeps nothing": size / median(pipelines), "cases opened of": f"{opened} of {STORED}"},
    )
    yield _agreement(engine, rows, first["labels"])


def _agreement(engine: Engine, rows: Sequence[dict[str, object]], labels: Sequence[str]) -> Figure:
    """How many neutral texts are called negative: with those a queue is sorted wrongly."""
    told = [verdict.sentiment.label.value for verdict in engine.classify([str(row["text"]) for row in rows])]
    neutral = [position for position, row in enumerate(rows) if row["sentiment"] == "neutral"]
    return Figure(
        PART,
        "share of neutral texts that are called negative",
        sum(told[position] == "negative" for position in neutral) / len(neutral),
        "",
        samples=len(neutral),
        beside={"obsei": sum(labels[position] == "negative" for position in neutral) / len(neutral)},
        note="texts and labels of the sample workspace, which were written for this project",
    )


def _classified(engine: Engine, texts: Sequence[str]) -> float:
    started = perf_counter()
    engine.classify(texts)
    return perf_counter() - started


def _stored(places: Places, engine: Engine, texts: Sequence[str], number: int) -> tuple[float, int]:
    """Seconds for ingest and triage of all texts into a small workspace, and how many cases it opened."""
    settings = ClassifierSettings()
    with places.copy(SQLITE, 1_000) as database:
        prepare(database)
        desk = Desk(database)
        pages = [_page(texts[start : start + 500], f"{number}-{start}") for start in range(0, len(texts), 500)]
        before, started = _cases(database), perf_counter()
        for page in pages:
            desk.store(page, NOW + timedelta(hours=1))
        while triage_due(database, engine, settings, DeskSettings(), "bench"):
            pass
        return perf_counter() - started, _cases(database) - before


def _cases(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Case)) or 0


def _page(texts: Sequence[str], name: str) -> Page:
    return Page(posts=tuple(_post(f"{name}-{position}", text) for position, text in enumerate(texts)), cursor=name)


def _post(external_id: str, text: str) -> Post:
    author = PostAuthor(external_id=f"u{external_id}", handle=f"h{external_id}")
    return Post(
        external_id=external_id, author=author, text=text, posted_at=NOW, thread_id=external_id, raw={"id": external_id, "text": text}
    )


def _labelled() -> list[dict[str, object]]:
    rows = [json.loads(line) for file in sorted(SAMPLE.glob("*.jsonl")) for line in file.read_text(encoding="utf-8").splitlines() if line]
    return [{"text": row["text"], "sentiment": row["labels"]["sentiment"]} for row in rows if row.get("labels", {}).get("sentiment")]


def _installed(folder: Path) -> Path:
    """The peer's own Python, with everything that its analyzer imports."""
    python, done = folder / "bin" / "python", folder / "installed"
    if not done.exists():
        venv.create(folder, with_pip=True, clear=True)
        command = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-cache-dir", *NEEDED]
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=INSTALL_LIMIT_S)
        done.touch()
    return python


def _reason(error: Exception) -> str:
    if isinstance(error, subprocess.TimeoutExpired):
        return f"{RELEASE} was not installed within {INSTALL_LIMIT_S} s"
    if isinstance(error, subprocess.CalledProcessError):
        return f"{RELEASE} does not install: {str(error.stderr).strip().splitlines()[-1:]}"
    return f"{RELEASE} cannot be installed: {error}"


@contextmanager
def _started(python: Path, texts: Sequence[str], folder: Path) -> Iterator["subprocess.Popen[str]"]:
    file = folder / "texts.json"
    file.write_text(json.dumps(list(texts)), encoding="utf-8")
    # -P: its folder must not be searched for modules, there is a queue.py in it.
    command = [str(python), "-P", str(Path(__file__).with_name("peer_obsei.py")), str(file)]
    log = folder / "peer.log"
    with log.open("w") as errors, subprocess.Popen(command, text=True, cwd=folder, stdin=PIPE, stdout=PIPE, stderr=errors) as process:
        try:
            yield process
        finally:
            process.kill()


def _answer(process: "subprocess.Popen[str]") -> dict[str, Any]:
    line = process.stdout.readline() if process.stdout else ""
    return dict(json.loads(line)) if line else {}
