"""The model that ships: texts in, labels out, on one thread and on two; one text alone; the first answer of a fresh process; beside VADER and word lists."""

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import IO

from bench.figures import Figure, Target, not_run, percentile
from bench.places import Places
from careline.sample import corpus
from classifier.engine import Engine
from classifier.engines.lexicon import LexiconEngine
from classifier.engines.onnx import OnnxEngine

PART = "classifier"
ROUNDS = 3
ALONE = 300
WORKERS = 2
TWEET = 92
"""Characters of a sample post that are as many tokens as a tweet has."""

ROOT = Path(__file__).parents[1]
RATE, BOTH, TYPICAL, WORST, START, MEMORY = (
    Target(">=", 550), Target(">=", 1_100), Target("<=", 3), Target("<=", 5), Target("<=", 0.5), Target("<=", 150),
)  # fmt: skip

FRESH = """
import json, pathlib, time
started = time.perf_counter()
from classifier.engines.onnx import OnnxEngine
OnnxEngine().classify(["My parcel has not arrived"])
seconds = time.perf_counter() - started
(peak,) = [line.split()[1] for line in pathlib.Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
print(json.dumps({"seconds": seconds, "mb": int(peak) / 1024}))
"""
WORKER = """
import json, sys, time
from bench.classifier import texts
from classifier.engines.onnx import OnnxEngine
fresh, some = OnnxEngine(), texts()
fresh.classify(["hello there"])
sys.stdin.readline()
started = time.perf_counter()
for start in range(0, len(some), 64):
    fresh.classify(some[start : start + 64])
print(len(some) / (time.perf_counter() - started))
"""


def run(_places: Places) -> Iterator[Figure]:
    """Texts are those of the sample workspace, each once: nothing is answered from memory."""
    some = texts()
    engine = OnnxEngine()
    engine.classify(some[:16])
    yield _rate("all answers of the model, one thread", OnnxEngine, some, RATE)
    yield _rate(
        "the same of posts as short as tweets (25 tokens in the mean), one thread", OnnxEngine, [text[:TWEET] for text in some], RATE
    )
    yield _rate("all answers of the word lists (lexicon)", LexiconEngine, some, None)
    yield _vader(some)
    for name, package in (("TextBlob, sentiment alone", "textblob"), ("transformers pipeline, batch 1 and 32", "torch")):
        if importlib.util.find_spec(package) is None:
            yield not_run(PART, name, f"{package} is not installed")
    yield _together(len(some))
    yield from _alone(engine, some)
    yield from _fresh()


def texts() -> list[str]:
    """The English posts of the sample, in the order of their file."""
    return [post.text for post in corpus.history() if post.language == "en"]


def _rate(name: str, make: Callable[[], Engine], some: Sequence[str], target: Target | None) -> Figure:
    walls, works = [], []
    for _ in range(ROUNDS):
        engine = make()
        engine.classify(["hello there"])
        wall, work = perf_counter(), process_time()
        for start in range(0, len(some), 64):
            engine.classify(some[start : start + 64])
        walls.append(len(some) / (perf_counter() - wall))
        works.append(len(some) / (process_time() - work))
    return Figure(PART, f"{name}, texts/s", median(walls), "texts/s", ROUNDS, target, beside={"per second of processor": median(works)})


def _vader(some: Sequence[str]) -> Figure:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyzer = SentimentIntensityAnalyzer()
    started = perf_counter()
    for text in some:
        analyzer.polarity_scores(text)
    return Figure(PART, "VADER, sentiment alone, texts/s", len(some) / (perf_counter() - started), "texts/s")


def _together(count: int) -> Figure:
    """Two processes that begin at the same moment."""
    workers = [
        subprocess.Popen([sys.executable, "-c", WORKER], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(WORKERS)
    ]
    for worker in workers:
        # They are ready when they ask for a line; all get it before anybody's answer is read.
        _input(worker).write("go\n")
        _input(worker).flush()
    rates = [float(worker.communicate()[0].split()[-1]) for worker in workers]
    return Figure(PART, f"{WORKERS} processes together, texts/s", sum(rates), "texts/s", len(rates) * count, BOTH)


def _input(worker: "subprocess.Popen[str]") -> IO[str]:
    if worker.stdin is None:
        raise ValueError("the worker was started without an input")
    return worker.stdin


def _alone(engine: OnnxEngine, some: Sequence[str]) -> Iterator[Figure]:
    found = []
    for text in some[:ALONE]:
        started = perf_counter()
        engine.classify([text])
        found.append((perf_counter() - started) * 1000)
    yield Figure(PART, "one text alone, p50", median(found), "ms", len(found), TYPICAL)
    yield Figure(PART, "one text alone, p99", percentile(found, 0.99), "ms", len(found), WORST)


def _fresh() -> Iterator[Figure]:
    answers = [
        json.loads(subprocess.run([sys.executable, "-c", FRESH], cwd=ROOT, capture_output=True, check=True, text=True).stdout)
        for _ in range(ROUNDS)
    ]
    yield Figure(PART, "first answer of a fresh process", median(answer["seconds"] for answer in answers), "s", ROUNDS, START)
    yield Figure(PART, "memory of that process", median(answer["mb"] for answer in answers), "MB", ROUNDS, MEMORY)
