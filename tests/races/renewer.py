"""One process that wants a token which must be renewed; prints what it got. `killed`: it dies between the platform's answer and its storing."""

import json
import os
import signal
import sys
from datetime import datetime

import httpx

from listener.connect.tokens import Tokens
from storage.database import Database
from tests.support.consents import keeper_of


def main(url: str, platform: str, how: str = "") -> None:
    database = Database(url)
    keeper = keeper_of(database, platform, timeout=30.0)
    ask = keeper.renew
    assert ask is not None

    def killed(tokens: Tokens, now: datetime) -> Tokens:
        ask(tokens, now)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("unreachable")

    if how:
        keeper.renew = killed
    httpx.get(f"{platform}/ready", trust_env=False)
    found = keeper.fresh()
    sys.stdout.write(json.dumps(found.access if found else None))
    database.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
