"""The board of one database, as a process of its own.

python serve.py DATABASE_URL PORT HOME [ISSUER]
"""

import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from dashboard.server import serve
from dashboard.settings import BoardSettings, CredentialView, SecretView, SignInSettings
from desk.money.budget import Budget
from desk.settings import DeskSettings
from storage.words import Role
from tests.support.openid_provider import CLIENT_ID, CLIENT_SECRET

SAMPLE = "CARELINE_TEST_SAMPLE"
"""Set, the board calls itself the sample."""

TELL_PACE = "CARELINE_TEST_TELL_PACE"
"""Seconds between two replies of an incident on one account."""


CREDENTIAL = "CARELINE_TEST_CREDENTIAL"
"""A credential that the board knows of, as name:source, or as name:source:secret,secret."""


BUDGET = "CARELINE_TEST_BUDGET"
"""The month's budget of a credential in micro-units, and the zone of the month, as name:micros:zone."""


def budgets() -> dict[str, Any]:
    name, _, rest = os.environ.get(BUDGET, "").partition(":")
    micros, _, zone = rest.partition(":")
    return {"budgets": {name: Budget(int(micros))}, "zone": zone} if name else {}


def credentials() -> tuple[CredentialView, ...]:
    name, _, rest = os.environ.get(CREDENTIAL, "").partition(":")
    source, _, secrets = rest.partition(":")
    views = (SecretView(one, f"CARELINE_{name}_{one}".upper(), is_set=True) for one in secrets.split(",") if one)
    return (CredentialView(name, source, tuple(views)),) if source else ()


def provider(issuer: str, port: str) -> SignInSettings:
    groups = {"care-agents": frozenset({Role.AGENT}), "care-admins": frozenset({Role.ADMIN})}
    url = f"http://localhost:{port}"
    return SignInSettings(issuer, CLIENT_ID, url, CLIENT_SECRET, roles=groups, name="Acme", allow_loopback=True)


if __name__ == "__main__":
    url, port, home, *issuer = sys.argv[1:]
    sign_in = provider(issuer[0], port) if issuer else None
    desk = DeskSettings(tell_pace=timedelta(seconds=float(os.environ.get(TELL_PACE, "6"))), **budgets())
    told: dict[str, Any] = {"cookie_secret": "browser", "sign_in": sign_in, "is_sample": SAMPLE in os.environ, "desk": desk}
    told["credentials"] = credentials()
    serve(BoardSettings(port=int(port), database_url=url, home=Path(home), **told))
