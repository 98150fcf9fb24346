"""What a platform gave a credential by consent, sealed by whoever keeps it, and whose turn it is to renew it.

A token that renews can be spent once. So whoever renews takes a turn first: a row beside the tokens, of which there is one at most. It is gone when
the new tokens are stored, in the same transaction; one that stays behind says that a renewal was cut off.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from secrets import token_bytes

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from desk import audit
from desk.errors import NotFound
from storage.dialect import excluded, upsert
from storage.models import Credential, CredentialToken
from storage.types import EPOCH

NONCE_BYTES = 16


class Part(StrEnum):
    """What is kept for one credential: its tokens, the turn to renew them, a consent that has begun; the session that its password made, and the turn for it."""

    TOKENS = "tokens"
    TURN = "turn"
    CONSENT = "consent"
    SESSION = "session"
    SESSION_TURN = "session_turn"


TURNS = {Part.TOKENS: Part.TURN, Part.SESSION: Part.SESSION_TURN}
NONE_YET = 0
"""The version of what is not there yet."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Sealed tokens. `version` is another one after each change; `renewing_since` while a renewal has not ended."""

    sealed: bytes
    version: int
    at: datetime
    renewing_since: datetime | None


class Whose(StrEnum):
    OURS = "ours"
    THEIRS = "theirs"
    NOBODYS = "nobodys"


@dataclass(frozen=True, slots=True)
class Turn:
    """Who may renew: we, another process just now, or nobody, since the tokens are others by now.

    `renews`: the sealed tokens that it is for. `is_second`: an earlier renewal was cut off, so that what renews may be spent already.
    """

    whose: Whose
    nonce: bytes = b""
    renews: bytes = b""
    is_second: bool = False


def kept(session: Session, credential: str, *, of: Part = Part.TOKENS) -> Kept | None:
    """The tokens of a credential, or its session, as they lie here, None when there are none."""
    rows = {row.kind: row for row in session.scalars(_of(credential).execution_options(populate_existing=True))}
    tokens, turn = rows.get(of), rows.get(TURNS[of])
    return Kept(tokens.ciphertext, tokens.version, tokens.updated_at, turn.updated_at if turn else None) if tokens else None


def keep(session: Session, credential: str, sealed: bytes, *, account: str = "", now: datetime) -> None:
    """Keep the tokens of a fresh consent; whatever stood there is replaced, and a renewal in flight stores nothing. Raises NotFound."""
    number = _number(session, credential)
    row = _locked(session, number, Part.TOKENS)
    _put(session, number, Part.TOKENS, sealed, version=row.version + 1 if row else 1, now=now)
    _drop(session, number, Part.TURN, Part.CONSENT)
    audit.record(session, "credential_connected", now=now, by=None, subject=f"credential {credential}", account=account)


def forget(session: Session, credential: str, *, now: datetime) -> bool:
    """Keep nothing of it any more. Whether there was something. Raises NotFound."""
    number = _number(session, credential)
    was_there = _locked(session, number, Part.TOKENS) is not None
    _drop(session, number, *Part)
    if was_there:
        audit.record(session, "credential_disconnected", now=now, by=None, subject=f"credential {credential}")
    return was_there


def take_turn(session: Session, credential: str, version: int, *, lease: timedelta, now: datetime, of: Part = Part.TOKENS) -> Turn:
    """Ask for the turn to renew what has this version. One that is older than `lease` is taken over. Raises NotFound."""
    number = _number(session, credential)
    # Where there is no row yet its credential is locked in its place.
    session.execute(select(Credential.id).where(Credential.id == number).with_for_update())
    row = _locked(session, number, of)
    if (row.version if row else NONE_YET) != version or (row is None and of is Part.TOKENS):
        return Turn(Whose.NOBODYS)
    standing = _locked(session, number, TURNS[of])
    if standing is not None and standing.updated_at > now - lease:
        return Turn(Whose.THEIRS)
    nonce = token_bytes(NONCE_BYTES)
    _put(session, number, TURNS[of], nonce, now=now)
    return Turn(Whose.OURS, nonce, row.ciphertext if row else b"", is_second=standing is not None)


def end_turn(session: Session, credential: str, turn: Turn, sealed: bytes, *, now: datetime, of: Part = Part.TOKENS) -> bool:
    """Store what the renewal brought, in place of the tokens that it renewed. False, and nothing is stored, when others stand there. Raises NotFound.

    Whoever took the turn over meanwhile has then lost it: what they renew is spent.
    """
    number = _number(session, credential)
    row = _locked(session, number, of)
    if (row.ciphertext if row else b"") != turn.renews:
        return False
    _put(session, number, of, sealed, version=(row.version if row else NONE_YET) + 1, now=now)
    _drop(session, number, TURNS[of])
    return True


def leave_turn(session: Session, credential: str, turn: Turn, *, is_doubtful: bool, of: Part = Part.TOKENS) -> None:
    """The renewal brought nothing. `is_doubtful`: the platform may have carried it out, which whoever comes next will be told."""
    number = _number(session, credential)
    standing = _locked(session, number, TURNS[of])
    if standing is None or standing.ciphertext != turn.nonce:
        return
    if is_doubtful or turn.is_second:
        standing.updated_at = EPOCH
    else:
        session.delete(standing)


def begin_consent(session: Session, credential: str, sealed: bytes, *, now: datetime) -> None:
    """Keep what a consent that goes on in another command needs; one that had begun before is dropped. Raises NotFound."""
    _put(session, _number(session, credential), Part.CONSENT, sealed, now=now)


def begun_consent(session: Session, credential: str) -> tuple[bytes, datetime] | None:
    """The consent that has begun, and when."""
    row = session.scalar(_of(credential).where(CredentialToken.kind == Part.CONSENT))
    return (row.ciphertext, row.updated_at) if row else None


def _of(credential: str) -> Select[CredentialToken]:
    return select(CredentialToken).join(Credential, Credential.id == CredentialToken.credential_id).where(Credential.name == credential)


def _number(session: Session, credential: str) -> int:
    found = session.scalar(select(Credential.id).where(Credential.name == credential))
    if found is None:
        raise NotFound(f"There is no credential called {credential!r}: write [credentials.{credential}] in settings.toml")
    return found


def _locked(session: Session, number: int, part: Part) -> CredentialToken | None:
    wanted = select(CredentialToken).where(CredentialToken.credential_id == number, CredentialToken.kind == part)
    return session.scalar(wanted.with_for_update().execution_options(populate_existing=True))


def _put(session: Session, number: int, part: Part, sealed: bytes, *, version: int = 1, now: datetime) -> None:
    told = {"ciphertext": sealed, "version": version, "updated_at": now}
    rows = [{"credential_id": number, "kind": part.value, **told}]
    upsert(session, CredentialToken.__table__, rows, key=("credential_id", "kind"), change={name: excluded(name) for name in told})


def _drop(session: Session, number: int, *parts: Part) -> None:
    chosen = CredentialToken.kind.in_([part.value for part in parts])
    session.execute(delete(CredentialToken).where(CredentialToken.credential_id == number, chosen))
