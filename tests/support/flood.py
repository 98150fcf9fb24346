"""A bad day in a process of its own: a platform on which many write of one cause, and the listener, classifier and sender that work meanwhile.

python -m tests.support.flood DATABASE_URL POSTS SECONDS PACE_S
"""

import signal
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from careline.schedule import Bell, ring_until
from classifier.embeddings import Embeddings
from classifier.errands import errands_due
from classifier.settings import ClassifierSettings
from classifier.similar import Similar
from classifier.triage import triage_due
from desk.labels import vectors
from desk.labels.verdict import Answer, Verdict
from desk.post import FeedSpec, Page, Post, PostAuthor
from desk.settings import DeskSettings
from listener.deliver import Deliverer
from listener.poll import Poller
from listener.registry import Registry
from listener.settings import ListenerSettings
from listener.source import Malformed
from listener.sources.sandbox import SandboxReplier
from listener.sweep import sweep_due
from storage.database import Database
from storage.words import Capability, ErrandKind, Urgency
from tests.support.engines import EmbeddingEngine, verdict

SECOND = timedelta(seconds=1)
SMOKE = "Smoke from the box"
"""How the posts begin by which it is seen how fast a new one stands on every screen."""

PRESSING = 12
"""So many of them come while the outage lasts, and go on to come afterwards; more than a screen has rows would hide each other."""

MOST_A_PAGE = 100


class Outage:
    """A source that brings its posts evenly over `lasts`, then none; pressing ones among them as long as it is asked."""

    name = "x"

    def __init__(self, posts: int, lasts: timedelta) -> None:
        self.posts, self.lasts, self.began = posts, lasts, datetime.now(UTC)

    def fetch(self, feed: FeedSpec, cursor: str | None) -> Page:
        """The cursor counts what was brought: ordinary posts, then pressing ones."""
        del feed
        ordinary, pressing = (int(part) for part in (cursor or "0 0").split())
        passed, now = datetime.now(UTC) - self.began, datetime.now(UTC)
        until = min(self.posts, int(self.posts * passed / self.lasts), ordinary + MOST_A_PAGE)
        told = [_post(f"o{n}", f"internet outage in berlin no connection since this morning {n}", now) for n in range(ordinary, until)]
        presses = int(PRESSING * passed / self.lasts)
        told += [_post(f"p{n}", f"{SMOKE} number {n}, is that dangerous?", now) for n in range(pressing, presses)]
        return Page(posts=tuple(told), cursor=f"{until} {max(presses, pressing)}")

    def reread(self, payload: bytes, feed: FeedSpec) -> Post:
        raise Malformed(f"nothing of {feed.name} is unreadable", payload)


def _post(number: str, text: str, at: datetime) -> Post:
    author = PostAuthor(f"u-{number}", f"customer_{number}", f"Customer {number}", None)
    told: dict[str, Any] = {"capability": Capability.API, "addressed": ("acme",), "raw": {"id": number, "text": text}}
    return Post(external_id=number, author=author, text=text, posted_at=at, thread_id=number, url=f"https://x.example/{number}", **told)


def _verdict(text: str) -> Verdict:
    urgency = Answer(Urgency.HIGH, 0.95, {Urgency.LOW: 0.01, Urgency.NORMAL: 0.04, Urgency.HIGH: 0.95})
    return replace(verdict(), urgency=urgency) if SMOKE in text else verdict()


def bells(database: Database, posts: int, lasts: timedelta, pace: timedelta) -> Sequence[Bell]:
    """What `careline up` rings, with a platform that nobody else reads."""
    listener, desk, judging = ListenerSettings(), DeskSettings(tell_pace=pace), ClassifierSettings()
    registry = Registry(listener, sources={"x": Outage(posts, lasts)}, repliers={"x": SandboxReplier("x")})
    poller = Poller(database, listener, desk, registry, owner="flood")
    deliverer = Deliverer(database, listener, desk, registry, owner="flood")
    engine = EmbeddingEngine(answer=_verdict)
    embeddings = Embeddings(database, engine)
    others = {ErrandKind.SIMILAR: Similar(database, embeddings).answer}
    with database.write() as session:
        vectors.offer(session, engine.embedding)
    return (
        Bell("poll", SECOND, poller.poll_due),
        Bell("triage", SECOND, lambda: triage_due(database, engine, judging, desk, "flood")),
        Bell("embed", SECOND, embeddings.embed_due),
        Bell("errands", SECOND, lambda: errands_due(database, engine, judging, owner="flood", others=others)),
        Bell("sweep", 5 * SECOND, lambda: sweep_due(database, desk)),
        Bell("deliver", SECOND / 20, deliverer.deliver_due),
    )


if __name__ == "__main__":
    url, many, seconds, pace_s = sys.argv[1:]
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    opened = Database(url)
    ring_until(stop, bells(opened, int(many), timedelta(seconds=float(seconds)), timedelta(seconds=float(pace_s))))
    opened.close()
