"""Many agents at once: cases made in bulk, threads that start together, processes of their own, a platform that counts."""

import os
import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from desk.people import people
from desk.post import OutgoingReply, Sent
from storage.models import Author, Case, Mention, Person, Thread
from storage.words import Capability
from tests.support.desk import NOON, Shop, number, person

T = TypeVar("T")

AGENTS = 16
CASES = int(os.environ.get("CARELINE_RACE_CASES", "160"))
"""How many cases are fought over; thousands of them before a release."""

ROOT = Path(__file__).parent.parent.parent


def agents(session: Session, how_many: int = AGENTS) -> list[int]:
    """On shift."""
    return [person(session, f"Agent {n}").id for n in range(how_many)]


def many_cases(session: Session, shop: Shop, how_many: int) -> list[int]:
    """New cases of as many customers, as the system opens them but in bulk."""
    place = {"source": shop.source, "site": shop.site}
    numbers = [number() for _ in range(how_many)]
    authors = _ids(session, Author, [{**place, "external_id": f"u{n}", "handle": f"h{n}", "first_seen_at": NOON} for n in numbers])
    threads = _ids(session, Thread, [{**place, "external_id": f"t{n}"} for n in numbers])
    common = {"posted_at": NOON, "seen_at": NOON}
    told = {
        **place,
        **common,
        "text": "Help",
        "bucket_at": NOON,
        "content_hash": "",
        "capability": Capability.API,
        "addressed": [shop.handle],
    }
    written = [{**told, "external_id": f"m{n}", "author_id": a, "thread_id": t} for n, a, t in zip(numbers, authors, threads, strict=True)]
    mentions = _ids(session, Mention, written)
    waiting = {
        **place,
        **common,
        "brand_id": shop.brand.id,
        "feed_id": shop.feed.id,
        "opened_at": NOON,
        "waiting_since": NOON,
        "answer_by": NOON,
    }
    opened = [
        {**waiting, "author_id": a, "thread_id": t, "opening_mention_id": m, "latest_mention_id": m}
        for a, t, m in zip(authors, threads, mentions, strict=True)
    ]
    cases = _ids(session, Case, opened)
    session.execute(update(Mention), [{"id": m, "case_id": c} for m, c in zip(mentions, cases, strict=True)])
    return cases


def _ids(session: Session, model: Any, rows: Sequence[dict[str, Any]]) -> list[int]:
    return list(session.scalars(insert(model).returning(model.id, sort_by_parameter_order=True), rows))


def together(work: Callable[[int], T], how_many: int = AGENTS) -> list[T]:
    """Run `work(0)`, `work(1)`, … in threads that start at the same moment; what they returned, in order. Raises what one of them raised."""
    start = threading.Barrier(how_many)

    def run(n: int) -> T:
        start.wait(30)
        return work(n)

    with ThreadPoolExecutor(how_many) as pool:
        return list(pool.map(run, range(how_many)))


def in_processes(script: str, arguments: Sequence[Sequence[str]]) -> list[str]:
    """Run a script of tests/races once for each list of arguments, all at the same time; what each printed."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(ROOT / "tests" / "races" / script)]
    started = [subprocess.Popen([*command, *own], stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT) for own in arguments]
    printed = [process.communicate(timeout=300)[0] for process in started]
    assert [process.returncode for process in started] == [0] * len(started)
    return printed


def shuffled(rows: Sequence[T], seed: int) -> list[T]:
    return random.Random(seed).sample(list(rows), len(rows))


def person_of(session: Session, person_id: int) -> Person:
    return people.active(session, person_id)


class Platform:
    """Where replies are posted: counts what it was asked to post, and shows what stands there."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.posts: Counter[int] = Counter()
        self.answered: Counter[str] = Counter()

    def post(self, reply: OutgoingReply, *, at: datetime) -> Sent:
        with self._lock:
            self.posts[reply.id] += 1
            self.answered[reply.parent_id] += 1
        return Sent(f"ours{reply.id}", f"https://x.example/{reply.id}", at)

    def find(self, reply: OutgoingReply, *, at: datetime) -> Sent | None:
        with self._lock:
            stands = self.posts[reply.id] > 0
        return Sent(f"ours{reply.id}", f"https://x.example/{reply.id}", at) if stands else None
