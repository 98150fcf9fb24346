"""Who is at the board: one signed cookie, written by Starlette's session middleware, read here for the pages.

The cookie says who signed in and carries a token; that the sign-in still holds stands in the database (`dashboard.signed_in`).
"""

import hashlib
import json
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from itsdangerous import BadSignature, TimestampSigner

from desk.people import sign_ins

KEPT = sign_ins.LONGEST

PERSON, TOKEN, TOLD = "person", "token", "told"
"""Who, with which sign-in; `told` is why the last attempt did not work."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Whom a cookie with a good signature names, and the token of their sign-in."""

    person_id: int
    token: str = field(repr=False)


def session_in_cookie(cookies: Mapping[str, str], *, name: str, secret: str) -> Mapping[str, Any]:
    """What a browser's cookies say; empty for none, a broken signature or one that is too old."""
    cookie = cookies.get(name)
    if not cookie:
        return {}
    try:
        signed = TimestampSigner(secret).unsign(cookie.encode(), max_age=int(KEPT.total_seconds()))
        said = json.loads(b64decode(signed))
    except (BadSignature, ValueError, UnicodeError):
        return {}
    return said if isinstance(said, dict) else {}


def claim_in(session: Mapping[str, Any]) -> Claim | None:
    """Who the cookie says that this is, None for nobody."""
    person_id, token = session.get(PERSON), session.get(TOKEN)
    if isinstance(person_id, bool) or not isinstance(person_id, int) or not isinstance(token, str):
        return None
    return Claim(person_id, token)


def space_of(database_url: str) -> str:
    """A short name of a workspace for the browser's storage: two workspaces on one address must not mix their drafts."""
    return hashlib.blake2b(database_url.encode(), digest_size=6).hexdigest()
