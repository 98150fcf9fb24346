"""The bodies of the processes: each opens the workspace, beats, and rings its functions until it is told to end."""

import gc
import logging
import os
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import SQLAlchemyError

from careline import layers
from careline.erasure_journal import Journal
from careline.forgetting import forget_again
from careline.lifeline import stop_event
from careline.schedule import Bell, ring_until
from careline.start import Start, opened
from desk.feeds import health
from desk.labels import models, vectors
from storage import raw
from storage.database import Database
from storage.words import ErrandKind

if TYPE_CHECKING:
    from classifier.engine import Engine

log = logging.getLogger(__name__)

BEAT = timedelta(seconds=10)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
POLL_EVERY = SECOND / 2
"""A feed waits for half of this in the mean when its time has come."""


@dataclass(frozen=True, slots=True)
class Process:
    """One running process of a workspace; `owner` signs its leases."""

    name: str
    owner: str
    start: Start
    database: Database
    stop: threading.Event


def run(begun: Start, name: str, bells: Callable[[Process], Sequence[Bell]]) -> None:
    """Ring what `bells` returns until this process is told to end."""
    stop = stop_event()
    with opened(begun) as database:
        process = Process(name, owner_of(name), begun, database, stop)
        hung = [heartbeat(process), *bells(process)]
        # What is there by now stays: to look through it again and again would be a tenth of an ingest's time.
        gc.collect()
        gc.freeze()
        ring_until(stop, hung)
    log.info("process=%s ended", name)


def owner_of(name: str) -> str:
    """A name for this process's leases that no other process has."""
    return f"{name}:{socket.gethostname()[:20]}:{os.getpid()}"


def heartbeat(process: Process) -> Bell:
    """The bell that says that this process lives."""
    started = process.database.now()
    return Bell("heartbeat", BEAT, lambda: beat(process.database, process.name, started))


def beat(database: Database, name: str, started: datetime) -> None:
    """Write one heartbeat. A database that cannot be written to for a moment is not an end: the next beat tries again."""
    with suppress(SQLAlchemyError), database.write() as session:
        health.beat(session, name, pid=os.getpid(), started_at=started, now=database.now())


def listen(process: Process) -> Sequence[Bell]:
    """Poll, recheck, pictures, sweep, errands, tell."""
    from careline.sample.wiring import listener_settings, registry_of
    from listener.errands import errands_due
    from listener.events import EventTeller
    from listener.media import MediaFetcher
    from listener.poll import Poller
    from listener.recheck import Rechecker
    from listener.sweep import sweep_due
    from listener.tell import Teller

    settings, desk = listener_settings(process.start), layers.desk_settings(process.start.settings)
    registry = registry_of(process.start, process.database, settings)
    poller = Poller(process.database, settings, desk, registry, owner=process.owner)
    with process.database.write() as session:
        health.record_own_downtime(session, now=process.database.now())
    forget_again(process.database, Journal.of(process.start.workspace), desk)
    events = EventTeller(process.database, settings)
    events.begin()
    return (
        Bell("poll", POLL_EVERY, poller.poll_due),
        Bell("errands", SECOND, lambda: errands_due(process.database, settings, desk, registry, owner=process.owner)),
        Bell("sweep", 5 * SECOND, lambda: sweep_due(process.database, desk)),
        Bell("recheck", 20 * SECOND, Rechecker(process.database, settings, desk, registry).recheck_due),
        Bell("media", 2 * SECOND, MediaFetcher(process.database, settings, registry, owner=process.owner).media_due),
        Bell("dictionary", 10 * MINUTE, lambda: raw.train_due(process.database, now=process.database.now())),
        Bell("tell", 10 * SECOND, Teller(process.database, settings, desk).tell_due),
        Bell("events", 2 * SECOND, events.tell_due),
    )


def public(begun: Start) -> None:
    """Serve the public app until this process is told to end."""
    import uvicorn

    from careline.sample.wiring import listener_settings
    from listener.public import public_app

    stop, settings = stop_event(), layers.public_settings(begun.settings)
    with opened(begun) as database:
        app = public_app(database, listener_settings(begun), layers.desk_settings(begun.settings), settings)
        with database.write() as session:
            health.record_own_downtime(session, now=database.now(), process=health.PUBLIC)
        bells = [heartbeat(Process(health.PUBLIC, owner_of("public"), begun, database, stop))]
        beating = threading.Thread(target=ring_until, args=(stop, bells), name="heartbeat")
        beating.start()
        served = uvicorn.Config(
            app, settings.host, settings.port, access_log=False, log_level="warning", server_header=False, limit_concurrency=200
        )
        try:
            uvicorn.Server(served).run()
        finally:
            stop.set()
            beating.join()
    log.info("process=public ended")


def triage(process: Process) -> Sequence[Bell]:
    """Classify what waits, say why, and find similar cases. An engine that is stuck keeps a thread for ever: the process ends, to be started again."""
    from classifier.errands import errands_due
    from classifier.side_by_side import Candidate, Rereading, engine_in_force
    from classifier.spot_checks import draw_due
    from classifier.triage import EngineStuck, triage_due

    settings, desk = layers.classifier_settings(process.start.settings), layers.desk_settings(process.start.settings)
    engine, model_id = engine_in_force(process.database, settings)
    bells, answers, reader = _on_embedding(process.database, engine)
    candidate = Candidate(process.database, layers.candidate_settings(process.start.settings))
    again = Rereading(process.database, reader, desk, model_id)

    def unless_stuck(ring: Callable[[], int]) -> Callable[[], None]:
        def rung() -> None:
            try:
                ring()
            except EngineStuck:
                process.stop.set()
                raise

        return rung

    def look_for_another() -> None:
        """Where another model is to classify, this process ends: started again, it begins with that one."""
        with process.database.read() as session:
            if models.in_force_id(session) != model_id:
                log.info("another model classifies from now on: the process begins anew")
                process.stop.set()

    return (
        Bell("triage", SECOND, unless_stuck(lambda: triage_due(process.database, reader, settings, desk, process.owner))),
        Bell("model", 2 * SECOND, look_for_another),
        Bell("draw", 10 * MINUTE, candidate.draw_due),
        Bell("candidate", SECOND, unless_stuck(candidate.read_due)),
        Bell("again", SECOND, unless_stuck(again.read_due)),
        Bell("errands", SECOND, lambda: errands_due(process.database, engine, settings, owner=process.owner, others=answers)),
        Bell("spot_checks", 10 * MINUTE, lambda: draw_due(process.database, desk)),
        *bells,
    )


Answers = Mapping[ErrandKind, Callable[..., Mapping[str, Any]]]


def _on_embedding(database: Database, engine: "Engine") -> tuple[Sequence[Bell], Answers, "Engine"]:
    """What an engine that embeds does besides, and as what it classifies then; nothing is offered of one that does not."""
    from classifier.embeddings import Embeddings
    from classifier.engine import embedder_of
    from classifier.own_labels import OwnLabels, WithOwnLabels
    from classifier.similar import Similar

    embedder = embedder_of(engine)
    with database.write() as session:
        vectors.offer(session, embedder.embedding if embedder else "")
    if embedder is None:
        return (), {}, engine
    embeddings, own = Embeddings(database, embedder), OwnLabels(database, embedder)
    similar = Similar(database, embeddings)
    bells = (
        Bell("embed", SECOND, embeddings.embed_due),
        Bell("similar", 10 * MINUTE, similar.look_through),
        Bell("own_labels", SECOND, own.look_back_due),
        Bell("learn_anew", MINUTE, own.learn_anew_due),
    )
    return bells, {ErrandKind.SIMILAR: similar.answer, ErrandKind.FIT_LABEL: own.answer}, WithOwnLabels(engine, own)


def deliver(process: Process) -> Sequence[Bell]:
    """Send what is due."""
    from careline.sample.wiring import listener_settings, registry_of
    from listener.deliver import Deliverer

    settings, desk = listener_settings(process.start), layers.desk_settings(process.start.settings)
    registry = registry_of(process.start, process.database, settings)
    deliverer = Deliverer(process.database, settings, desk, registry, owner=process.owner)
    return (Bell("deliver", SECOND, deliverer.deliver_due),)
