"""Cookies as a browser would have them after signing in, and such as no browser should have."""

import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from itsdangerous import TimestampSigner

from dashboard.identity import session_in_cookie
from dashboard.workspace import Workspace
from desk.people import people, sign_ins


def cookie(secret: str, session: dict[str, Any]) -> str:
    """The session as Starlette's middleware signs it."""
    return TimestampSigner(secret).sign(b64encode(json.dumps(session).encode())).decode()


def signed_in(workspace: Workspace, person_id: int) -> dict[str, str]:
    """The cookies of a browser in which this person has just signed in."""
    with workspace.database.write() as session:
        token = sign_ins.begin(session, people.active(session, person_id), way="name", now=workspace.now())
    return {workspace.settings.cookie_name: cookie(workspace.secret, {"person": person_id, "token": token})}


def session_of(workspace: Workspace, cookies: Mapping[str, str]) -> Mapping[str, Any]:
    """What these cookies say."""
    return session_in_cookie(cookies, name=workspace.settings.cookie_name, secret=workspace.secret)
