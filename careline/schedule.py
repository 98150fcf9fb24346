"""The clock: rings functions at their interval. The rows say what is due; a bell only says look.

The one file that imports APScheduler. Its store is memory and its jobs are idempotent, so nothing is lost when it dies.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Bell:
    """A function to ring every so often. One that still runs is not rung again."""

    name: str
    every: timedelta
    ring: Callable[[], Any]


def ring_until(stop: threading.Event, bells: Sequence[Bell]) -> None:
    """Ring each bell at once and then at its interval, until `stop` is set; a running one is let finish."""
    scheduler = BackgroundScheduler(executors={"default": ThreadPoolExecutor(len(bells))}, timezone="UTC")
    for bell in bells:
        job = partial(_ring, bell)
        scheduler.add_job(
            job, "interval", seconds=bell.every.total_seconds(), id=bell.name, coalesce=True, max_instances=1, misfire_grace_time=None
        )
    scheduler.start()
    for bell in bells:
        scheduler.modify_job(bell.name, next_run_time=_soon())
    stop.wait()
    scheduler.shutdown(wait=True)


def _soon() -> datetime:
    return datetime.now(UTC)


def _ring(bell: Bell) -> None:
    """An error in one ring is logged with its bell; the row's lease or retry time brings the work back."""
    try:
        bell.ring()
    except Exception:
        log.exception("bell=%s failed, rung again in %s", bell.name, bell.every)
