"""Runs a command in a group of its own, and ends that group when whoever started this closes its end of the pipe or is gone."""

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress

GRACE_S = 20.0


def main() -> int:
    with subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, start_new_session=True) as child:
        threading.Thread(target=_end_with_the_pipe, args=(child,), daemon=True).start()
        return child.wait()


def _end_with_the_pipe(child: "subprocess.Popen[bytes]") -> None:
    while sys.stdin.buffer.read(1):
        pass
    _signal(child, signal.SIGTERM)
    try:
        child.wait(GRACE_S)
    except subprocess.TimeoutExpired:
        _signal(child, signal.SIGKILL)


def _signal(child: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(child.pid, number)


if __name__ == "__main__":
    sys.exit(main())
