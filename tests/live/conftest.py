"""The servers that the collected tests need: started side by side, each within its time, ended with the run."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from typing import Any

import pytest

from tests.live.servers import bluesky, misago, prism, snac2, wordpress
from tests.live.servers.box import Box, NotRun

Boot = Callable[[Box, ExitStack], Any]

SERVERS: dict[str, Boot] = {
    "prism_x": partial(prism.boot, document="x-openapi-2.159.json"),
    "prism_x_renamed": partial(prism.boot, document="x-openapi-2.167.json"),
    "prism_discourse": partial(prism.boot, document="discourse-openapi.json"),
    "wordpress": wordpress.boot,
    "bluesky": bluesky.boot,
    "misago": misago.boot,
    "snac2": snac2.boot,
}


class Fleet:
    """Servers by name; each comes up in a thread of its own. `said`: how it went, in a line each."""

    def __init__(self, names: list[str]) -> None:
        self.said: dict[str, str] = {}
        self.running: set[str] = set()
        self._stacks = {name: ExitStack() for name in names}
        self._threads = ThreadPoolExecutor(max(1, len(names)))
        self._coming: dict[str, Future[Any]] = {name: self._threads.submit(self._boot, name) for name in names}

    def get(self, name: str) -> Any:
        """A server that answers. Skips the test that asks for one that cannot be had."""
        try:
            return self._coming[name].result()
        except NotRun as error:
            pytest.skip(f"NOT RUN: {name}: {error}")

    def close(self) -> None:
        for name, coming in self._coming.items():
            coming.exception()
            self._stacks[name].close()
        self._threads.shutdown()

    def _boot(self, name: str) -> Any:
        box = Box(name)
        try:
            server = SERVERS[name](box, self._stacks[name])
        except NotRun as error:
            self.said[name] = f"NOT RUN: {name}: {error}"
            raise
        self.running.add(name)
        self.said[name] = f"RAN: {name}, installed and answering after {time.monotonic() - box.began:.0f} s"
        return server


FLEET = pytest.StashKey[Fleet]()


def pytest_collection_finish(session: pytest.Session) -> None:
    items = [item for item in session.items if item.get_closest_marker("live")]
    wanted = {name for item in items for name in getattr(item, "fixturenames", ()) if name in SERVERS}
    if wanted and not session.config.option.collectonly:
        session.config.stash[FLEET] = Fleet(sorted(wanted))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    fleet = session.config.stash.get(FLEET, None)
    if fleet is None:
        return
    fleet.close()
    if not fleet.running and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    fleet = config.stash.get(FLEET, None)
    for name in sorted(fleet.said if fleet else ()):
        terminalreporter.write_line(fleet.said[name])  # type: ignore[union-attr]
    if fleet and not fleet.running:
        terminalreporter.write_line("None of the servers ran: nothing was tested", red=True)


def _fixture(name: str) -> Any:
    @pytest.fixture(scope="session", name=name)
    def given(pytestconfig: pytest.Config) -> Any:
        return pytestconfig.stash[FLEET].get(name)

    return given


for _name in SERVERS:
    globals()[f"server_{_name}"] = _fixture(_name)
