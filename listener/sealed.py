"""Signed messages between Careline and other programs, in both directions: HMAC-SHA256 over the instant and the body. Pure.

    Careline-Timestamp: 1795166000
    Careline-Signature: v1=<hex of HMAC-SHA256(secret, timestamp + "." + body)>

Several signatures may stand there, separated by commas, while a secret is replaced. A message is old after five minutes.
"""

import hmac
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from listener.settings import CredentialSettings
from listener.source import Unauthorized

TIMESTAMP, SIGNATURE = "Careline-Timestamp", "Careline-Signature"
VERSION = "v1="
WINDOW = timedelta(minutes=5)
SECRET, FORMER = "signing_secret", "former_secret"
SHORTEST_SECRET = 16


class Unsealed(Exception):
    """The message is not signed as it must be; the words say what to do."""


def sealed(secret: str, body: bytes, now: datetime) -> dict[str, str]:
    """The headers that sign a message."""
    timestamp = str(int(now.timestamp()))
    return {TIMESTAMP: timestamp, SIGNATURE: VERSION + _digest(secret, timestamp, body)}


def opened(headers: Mapping[str, str], body: bytes, secrets: Iterable[str], now: datetime) -> str:
    """The signature of a message that is signed with one of the secrets, and is not old. Header names are in lower case. Raises Unsealed."""
    timestamp, given = headers.get(TIMESTAMP.lower(), ""), headers.get(SIGNATURE.lower(), "")
    if not timestamp or not given:
        raise Unsealed(f"not signed: send {TIMESTAMP} (seconds since 1970) and {SIGNATURE} (v1=hex)")
    _refuse_old(timestamp, now)
    expected = [VERSION + _digest(secret, timestamp, body) for secret in secrets]
    for signature in given.split(","):
        if any(hmac.compare_digest(known.encode(), signature.strip().encode("utf-8", "replace")) for known in expected):
            return signature.strip()
    raise Unsealed("wrong signature: sign timestamp + '.' + the body as it is sent, byte for byte, with the feed's signing secret")


def secrets_of(credential: CredentialSettings) -> tuple[str, ...]:
    """The secrets that open a message; the first one signs ours. Raises Unauthorized for one that is missing or too short to be one."""
    found = (credential.secret(SECRET), *([former] if (former := credential.secrets.get(FORMER)) else []))
    if min(map(len, found)) < SHORTEST_SECRET:
        raise Unauthorized(
            f"the signing secret of credential {credential.name!r} is shorter than {SHORTEST_SECRET} characters: make a longer one"
        )
    return found


def _refuse_old(timestamp: str, now: datetime) -> None:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12):
        raise Unsealed(f"{TIMESTAMP}: expected seconds since 1970, such as {int(now.timestamp())}")
    age = now - datetime.fromtimestamp(int(timestamp), UTC)
    if abs(age) > WINDOW:
        way = "old" if age > WINDOW else "in the future"
        raise Unsealed(f"{TIMESTAMP} is more than {WINDOW.seconds // 60} minutes {way}: sign anew, and set the sender's clock")


def _digest(secret: str, timestamp: str, body: bytes) -> str:
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, sha256).hexdigest()
