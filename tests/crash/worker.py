"""One run of a process under test, forked from a warm parent, that kills itself at its n-th step.

A step is anything after which a crash could leave something half done: a statement sent, a commit before and after, a
network call before and after. So each number is one point of poll, triage or delivery.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import event

from classifier.engines.lexicon import LexiconEngine
from classifier.settings import ClassifierSettings
from classifier.triage import triage_due
from desk.settings import DeskSettings
from listener.deliver import deliver_due
from listener.poll import Poller
from listener.registry import Registry
from listener.settings import ListenerSettings
from storage.database import Database
from tests.crash.platform import PlatformReplier

LEASE = timedelta(minutes=1)
DESK = DeskSettings(undo=timedelta(0))
LISTENER = ListenerSettings(timeout=timedelta(seconds=10), threads=1, lease=LEASE)
CLASSIFIER = ClassifierSettings(batch=8, lease=LEASE)


class Steps:
    """Counts steps; kills this process, as `kill -9` would, when the chosen one is reached."""

    def __init__(self, fatal: int | None) -> None:
        self.count = 0
        self.fatal = fatal

    def step(self, *_: Any, **__: Any) -> None:
        self.count += 1
        if self.count == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, database: Database) -> None:
        event.listen(database.engine, "after_cursor_execute", self.step)
        event.listen(database.engine, "commit", self.step)
        send = httpx.Client.send

        def counted(client: httpx.Client, *args: Any, **kwargs: Any) -> httpx.Response:
            self.step()
            response = send(client, *args, **kwargs)
            self.step()
            return response

        httpx.Client.send = counted  # type: ignore[method-assign]


def run(job: dict[str, Any]) -> int:
    """Do one kind of work until nothing is due; returns how many steps that took."""
    database = Database(job["url"])
    steps = Steps(job["fatal"])
    steps.watch(database)
    WORK[job["work"]](database, job)
    database.close()
    return steps.count


def poll(database: Database, job: dict[str, Any]) -> None:
    poller = Poller(database, LISTENER, DESK, Registry(LISTENER), owner=job["owner"])
    for name in job["feeds"]:
        poller.poll_one(name)


def triage(database: Database, job: dict[str, Any]) -> None:
    while triage_due(database, LexiconEngine(), CLASSIFIER, DESK, job["owner"]):
        pass


def deliver(database: Database, job: dict[str, Any]) -> None:
    registry = Registry(LISTENER, repliers={"rss": PlatformReplier(job["platform"])})
    deliver_due(database, LISTENER, DESK, registry, owner=job["owner"])


WORK: dict[str, Callable[[Database, dict[str, Any]], None]] = {"poll": poll, "triage": triage, "deliver": deliver}


def serve() -> None:
    """Read one job a line, fork a child for it, answer with what became of it."""
    for line in sys.stdin:
        print(json.dumps(_forked(json.loads(line))), flush=True)  # noqa: T201


def _forked(job: dict[str, Any]) -> dict[str, Any]:
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        _in_child(job, write_end)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    return {"killed": os.WIFSIGNALED(status), "status": status, "said": said.decode(errors="replace")}


def _in_child(job: dict[str, Any], write_end: int) -> None:
    code = 1
    try:
        os.write(write_end, str(run(job)).encode())
        code = 0
    except BaseException as error:  # noqa: BLE001  whatever happens, the child must say it and end here
        os.write(write_end, repr(error).encode())
    finally:
        os._exit(code)


if __name__ == "__main__":
    serve()
