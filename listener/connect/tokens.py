"""The tokens that a platform gave a credential, and the seal under which they lie in the database."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PURPOSE = b"careline: tokens of credentials"


class Unsealable(Exception):
    """What is kept cannot be opened: it was sealed with another secret, for another credential, or is damaged."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a platform gave. `refresh` renews them, where they run out; `subject` is the account's id, where calls need it.

    `made_of` is the fingerprint of the password that made a session. `app_id` and `app_secret` are those of an app that was registered for this connection alone. `ended` says in words why they hold no more.
    """

    access: str = field(default="", repr=False)
    refresh: str = field(default="", repr=False)
    expires_at: datetime | None = None
    account: str = ""
    subject: str = ""
    scopes: tuple[str, ...] = ()
    app_id: str = ""
    app_secret: str = field(default="", repr=False)
    ended: str = ""
    made_of: str = ""

    def document(self) -> dict[str, Any]:
        return {**asdict(self), "expires_at": self.expires_at.isoformat() if self.expires_at else None}

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Tokens":
        ends = document["expires_at"]
        given = {**document, "expires_at": datetime.fromisoformat(ends) if ends else None, "scopes": tuple(document["scopes"])}
        return cls(**given)


class Vault:
    """Seals documents under a key that is derived from the workspace's secret: a copy of the database alone opens nothing.

    Each is bound to its credential, so that a row that was copied to another one does not open there.
    """

    def __init__(self, secret: str) -> None:
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
        self._fernet = Fernet(urlsafe_b64encode(key))

    def seal(self, document: Mapping[str, Any], *, credential: str, source: str) -> bytes:
        return self._fernet.encrypt(json.dumps({"for": [credential, source], "kept": document}).encode())

    def open(self, sealed: bytes, *, credential: str, source: str) -> dict[str, Any]:
        """Raises Unsealable."""
        try:
            found = json.loads(self._fernet.decrypt(sealed))
        except InvalidToken as error:
            raise Unsealable from error
        if found["for"] != [credential, source]:
            raise Unsealable
        kept: dict[str, Any] = found["kept"]
        return kept
