"""A child's end of the supervisor's pipe: the process ends when the supervisor does, and on SIGTERM or SIGINT."""

import os
import signal
import threading
from types import FrameType

from careline.supervise import LIFELINE

GRACE_S = 15.0


def stop_event() -> threading.Event:
    """An event that is set when this process should end: by a signal, or because its supervisor is gone."""
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    watch_supervisor(stop)
    return stop


def watch_supervisor(stop: threading.Event) -> None:
    """Set `stop` when the supervisor ends, and leave hard if the work does not stop in time: leases bring it back."""
    lifeline = os.environ.get(LIFELINE)
    if lifeline is None:
        return
    threading.Thread(target=_wait_for_end, args=(int(lifeline), stop), name="lifeline", daemon=True).start()


def _wait_for_end(lifeline: int, stop: threading.Event) -> None:
    while os.read(lifeline, 1):
        pass
    stop.set()
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(GRACE_S)
    os._exit(1)
