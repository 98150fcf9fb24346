"""A plug-in for pytest: writes down every request that reaches a platform on loopback, with the test that made it.

`CARELINE_REMEMBER` names the folder; each process writes a file of its own there, a line of JSON per request.
"""

import base64
import json
import os
import threading
from pathlib import Path

from tests.support.replay import Platform, Reply, Seen

FILE = Path(os.environ["CARELINE_REMEMBER"]) / f"{os.getpid()}.jsonl"
_LOCK = threading.Lock()
_answer = Platform.answer


def _remembered(platform: Platform, seen: Seen) -> Reply:
    kept = {
        "test": os.environ.get("PYTEST_CURRENT_TEST", "").partition(" ")[0],
        "method": seen.method,
        "target": seen.target,
        "headers": dict(seen.headers),
        "body": base64.b64encode(seen.body).decode(),
    }
    with _LOCK, FILE.open("a", encoding="utf-8") as file:
        file.write(json.dumps(kept) + "\n")
    return _answer(platform, seen)


Platform.answer = _remembered  # type: ignore[method-assign]
