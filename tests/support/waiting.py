"""Waiting for what another process does."""

import threading
import time
from collections.abc import Callable

LIMIT_S = 30.0


def eventually(holds: Callable[[], bool], *, limit_s: float = LIMIT_S) -> None:
    """Return as soon as the condition holds; fail when it does not within the limit, which is for a broken run only."""
    deadline = time.monotonic() + limit_s
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"did not come true within {limit_s:.0f} s: {holds}")
        threading.Event().wait(0.02)
