"""The supervisor: restarts what dies, backs off, tells once, and takes its children with it."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path
from typing import Self

import pytest

from careline import supervise
from careline.running import AlreadyRunning, PortTaken, alone, check_port
from tests.support.waiting import eventually


def python(code: str) -> list[str]:
    return [sys.executable, "-c", textwrap.dedent(code)]


class Running:
    """A supervisor in a thread."""

    def __init__(self, **commands: list[str]) -> None:
        self.told: list[str] = []
        self.supervisor = supervise.Supervisor(commands, self.told.append)
        self.thread = threading.Thread(target=self.supervisor.run)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.supervisor.stop.set()
        self.thread.join(20)
        assert not self.thread.is_alive()


def test_a_child_that_dies_is_started_again(tmp_path: Path) -> None:
    mark = tmp_path / "starts"
    child = python(f"import time\nopen({str(mark)!r}, 'a').write('x')\nif len(open({str(mark)!r}).read()) > 1: time.sleep(60)")
    with Running(child=child):
        eventually(lambda: mark.exists() and mark.read_text() == "xx")
    assert mark.read_text() == "xx"


def test_a_child_that_keeps_failing_is_named_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervise, "FIRST_WAIT_S", 0.01)
    with Running(broken=python("raise SystemExit(3)")) as running:
        eventually(lambda: bool(running.told))
    assert len(running.told) == 1
    assert "broken keeps failing" in running.told[0]
    assert "code 3" in running.told[0]


def test_stopping_ends_a_child_that_ignores_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervise, "TERM_GRACE", supervise.timedelta(milliseconds=300))
    pid = tmp_path / "pid"
    stubborn = f"import os, signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nopen({str(pid)!r}, 'w').write(str(os.getpid()))\ntime.sleep(60)"
    with Running(stubborn=python(stubborn)):
        eventually(lambda: pid.exists() and pid.read_text() != "")
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


def test_children_end_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    child = f"""
        import os, threading
        from careline.lifeline import stop_event
        stop = stop_event()
        open({str(pid)!r}, "w").write(str(os.getpid()))
        stop.wait()
    """
    parent = f"""
        from careline.supervise import Supervisor
        import sys, textwrap
        Supervisor({{"child": [sys.executable, "-c", textwrap.dedent({child!r})]}}, print).run()
    """
    supervisor = subprocess.Popen(python(parent))
    eventually(lambda: pid.exists() and pid.read_text() != "")
    supervisor.send_signal(signal.SIGKILL)
    supervisor.wait()
    eventually(lambda: not is_alive(int(pid.read_text())))
    assert not is_alive(int(pid.read_text()))


def is_alive(pid: int) -> bool:
    """A process that ended and waits to be reaped is not alive."""
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().split(")")[1].split()[0] != "Z"


def test_a_second_start_learns_the_address_of_the_first(tmp_path: Path) -> None:
    with alone(tmp_path, "http://127.0.0.1:9999"), pytest.raises(AlreadyRunning) as caught, alone(tmp_path, "http://127.0.0.1:1"):
        pass
    assert caught.value.url == "http://127.0.0.1:9999"


def test_the_folder_is_free_again_afterwards(tmp_path: Path) -> None:
    with alone(tmp_path, "http://127.0.0.1:1"):
        pass
    with alone(tmp_path, "http://127.0.0.1:2"):
        assert (tmp_path / "up.pid").read_text() == f"{os.getpid()}\n"


def test_a_taken_port_says_what_to_do() -> None:
    import socket

    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=f"CARELINE_PORT={port + 1}"):
            check_port("127.0.0.1", port)
