"""The board of one database, as a process of its own.

python serve.py DATABASE_URL PORT HOME [ISSUER]
"""

import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from dashboard.server import serve
from dashboard.settings import BoardSettings, SignInSettings
from desk.settings import DeskSettings
from storage.words import Role
from tests.support.openid_provider import CLIENT_ID, CLIENT_SECRET

SAMPLE = "CARELINE_TEST_SAMPLE"
"""Set, the board calls itself the sample."""

TELL_PACE = "CARELINE_TEST_TELL_PACE"
"""Seconds between two replies of an incident on one account."""


def provider(issuer: str, port: str) -> SignInSettings:
    groups = {"care-agents": frozenset({Role.AGENT}), "care-admins": frozenset({Role.ADMIN})}
    url = f"http://localhost:{port}"
    return SignInSettings(issuer, CLIENT_ID, url, CLIENT_SECRET, roles=groups, name="Acme", allow_loopback=True)


if __name__ == "__main__":
    url, port, home, *issuer = sys.argv[1:]
    sign_in = provider(issuer[0], port) if issuer else None
    desk = DeskSettings(tell_pace=timedelta(seconds=float(os.environ.get(TELL_PACE, "6"))))
    told: dict[str, Any] = {"cookie_secret": "browser", "sign_in": sign_in, "is_sample": SAMPLE in os.environ, "desk": desk}
    serve(BoardSettings(port=int(port), database_url=url, home=Path(home), **told))
