"""Who is at the board: one signed cookie, written by Starlette's session middleware, read here for the pages."""

import hashlib
import json
from base64 import b64decode
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from itsdangerous import BadSignature, TimestampSigner

KEPT = timedelta(days=7)
"""How long a sign-in holds; that the person still works here is read anew at each act."""

PERSON = "person"


def person_in_cookie(cookies: Mapping[str, str], *, name: str, secret: str) -> int | None:
    """Whom a browser's cookies sign in, None for nobody, a broken signature or one that is too old."""
    cookie = cookies.get(name)
    if not cookie:
        return None
    try:
        signed = TimestampSigner(secret).unsign(cookie.encode(), max_age=int(KEPT.total_seconds()))
        return person_in_session(json.loads(b64decode(signed)))
    except (BadSignature, ValueError, UnicodeError):
        return None


def person_in_session(session: Mapping[str, Any]) -> int | None:
    person_id = session.get(PERSON)
    return person_id if isinstance(person_id, int) else None


def space_of(database_url: str) -> str:
    """A short name of a workspace for the browser's storage: two workspaces on one address must not mix their drafts."""
    return hashlib.blake2b(database_url.encode(), digest_size=6).hexdigest()
