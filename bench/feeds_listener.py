"""The listener's own clock, poller and pool in a process of their own: `python -m bench.feeds_listener DATABASE_URL`."""

import gc
import signal
import sys
from threading import Event

from careline.processes import POLL_EVERY
from careline.schedule import Bell, ring_until
from desk.settings import DeskSettings
from listener.poll import Poller
from listener.registry import Registry
from listener.settings import ListenerSettings
from storage.database import Database


def main(url: str) -> None:
    """Look at what is due until told to end."""
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    database, settings = Database(url), ListenerSettings()
    poller = Poller(database, settings, DeskSettings(), Registry(settings), owner="bench")
    gc.collect()
    gc.freeze()  # as the listener's process does at its start
    ring_until(stop, [Bell("poll", POLL_EVERY, poller.poll_due)])
    poller.close()
    database.close()


if __name__ == "__main__":
    main(sys.argv[1])
