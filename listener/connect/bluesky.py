"""Bluesky has no consent in a browser for an app like this: an app password, given once, makes a session whose token renews it.

https://docs.bsky.app/docs/api/com-atproto-server-create-session and …-refresh-session, read 2026-11-22: each renewal replaces both tokens.
"""

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from listener.connect.calls import Caller
from listener.connect.tokens import Tokens
from listener.source import Malformed

SERVER = "https://bsky.social/xrpc/com.atproto.server."
SESSION = ("accessJwt", "refreshJwt", "handle", "did")


def sign_in(caller: Caller, password: str) -> Tokens:
    """A session for the credential's handle. The password is not kept. Raises SourceError."""
    given = caller.credential
    handle = str(given.secrets.get("handle") or given.options.get("handle") or given.secret("handle")).strip().lstrip("@")
    told = {"identifier": handle, "password": password.strip()}
    return _session(caller.ask("POST", caller.place(f"{SERVER}createSession"), json=told))


def renew(caller: Caller, tokens: Tokens) -> Tokens:
    """New tokens for old. Raises SourceError: Unauthorized when the session has ended."""
    return _session(caller.ask("POST", caller.place(f"{SERVER}refreshSession"), told=tokens.refresh))


def sign_out(caller: Caller, tokens: Tokens) -> None:
    """End the session. Raises SourceError."""
    caller.ask("POST", caller.place(f"{SERVER}deleteSession"), told=tokens.refresh)


def _session(given: Mapping[str, Any]) -> Tokens:
    access, refresh, handle, did = (given.get(name) for name in SESSION)
    if not all(isinstance(one, str) and one for one in (access, refresh, handle, did)):
        raise Malformed("Bluesky's answer is no session")
    return Tokens(str(access), str(refresh), _ends(str(access)), str(handle), str(did))


def _ends(access: str) -> datetime | None:
    """When the token runs out, as it says itself; a server may also end it before."""
    part = access.split(".")[1] if access.count(".") == 2 else ""
    try:
        ends = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))["exp"]
        return datetime.fromtimestamp(ends, UTC)
    except (ValueError, TypeError, KeyError, OverflowError, OSError):
        return None
