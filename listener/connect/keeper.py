"""Keeps what a platform gave one credential, and renews it before it runs out: once, however many processes ask.

A renewal is: take the turn (a row), ask the platform with no transaction open, store the new tokens and end the turn in one transaction. Who is
killed in between leaves the turn behind. Whoever takes it over after its lease tries the old token once more: where the platform had replaced it
already, the connection has ended, and says so until somebody connects it again.
"""

import logging
import shlex
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy.exc import OperationalError

from desk.feeds import connections
from desk.feeds.connections import Kept, Part, Turn, Whose
from listener.connect.calls import TakenBack, is_surely_unsent
from listener.connect.platforms import Renew, renewer
from listener.connect.tokens import Tokens, Unsealable, Vault
from listener.settings import CredentialSettings
from listener.source import SourceError, Unauthorized, Unavailable
from storage.database import Database

log = logging.getLogger(__name__)

MARGIN = timedelta(minutes=5)
"""So long before they run out tokens are renewed: others go on with the old ones meanwhile."""

LEAST_LEFT = timedelta(seconds=15)
SLACK = timedelta(seconds=30)
PAUSE_S = 0.1
ATTEMPTS = 3
CONSENT_LASTS = timedelta(minutes=30)


class State(StrEnum):
    CONNECTED = "connected"
    ENDED = "ended"
    CUT_OFF = "cut_off"
    UNREADABLE = "unreadable"
    NOT_CONNECTED = "not_connected"


@dataclass(frozen=True, slots=True)
class Status:
    """How a connection stands, in words; never a token."""

    state: State
    words: str
    account: str = ""
    scopes: tuple[str, ...] = ()
    expires_at: datetime | None = None
    changed_at: datetime | None = None


@dataclass(slots=True)
class Keeper:
    """The tokens of one credential, for any number of threads and processes. `timeout` is the longest that one call may take."""

    part: ClassVar[Part] = Part.TOKENS

    database: Database
    vault: Vault = field(repr=False)
    credential: CredentialSettings
    timeout: timedelta
    renew: Renew | None = field(init=False, repr=False)
    _lock: threading.Lock = field(init=False, repr=False, default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.renew = renewer(self.credential, self.timeout.total_seconds())

    @property
    def command(self) -> str:
        """What a person types to connect it."""
        return shlex.join(["careline", "connect", self.credential.source, "--credential", self.credential.name])

    def fresh(self) -> Tokens | None:
        """Tokens that hold for a while yet, None when nothing is kept. Raises SourceError: Unauthorized says how to connect again."""
        found = self._read()
        if found is None or self._holds(found[0], MARGIN):
            return found[0] if found else None
        return self._renewed(*found, is_refused=False)

    def renewed(self, used: Tokens) -> Tokens:
        """Other tokens, since the platform did not accept these. Raises SourceError: Unauthorized says how to connect again."""
        found = self._read()
        if found is None:
            raise Unauthorized(f"credential {self.credential.name!r} is not connected any more: run {self.command}")
        if found[0].access != used.access:
            return found[0]
        if self.renew is None:
            raise Unauthorized(
                f"the platform does not accept the connection of credential {self.credential.name!r} any more: run {self.command}"
            )
        return self._renewed(*found, is_refused=True)

    def status(self) -> Status:
        """How it stands, without asking the platform."""
        kept = self._kept()
        if kept is None:
            return Status(State.NOT_CONNECTED, f"not connected: run {self.command}")
        try:
            tokens = self._opened(kept)
        except Unauthorized as error:
            return Status(State.UNREADABLE, str(error), changed_at=kept.at)
        known: dict[str, Any] = {"account": tokens.account, "scopes": tokens.scopes, "expires_at": tokens.expires_at, "changed_at": kept.at}
        if tokens.ended:
            return Status(State.ENDED, tokens.ended, **known)
        if kept.renewing_since and kept.renewing_since < self.database.now() - self._lease:
            return Status(State.CUT_OFF, f"{self._cut_off()}; the next call tries once more", **known)
        return Status(State.CONNECTED, "connected" + (f" as {tokens.account}" if tokens.account else ""), **known)

    def keep(self, tokens: Tokens) -> None:
        """Keep the tokens of a fresh consent. Raises NotFound."""
        with self.database.write() as session:
            sealed = self._sealed(tokens.document())
            connections.keep(session, self.credential.name, sealed, account=tokens.account, now=self.database.now())

    def forget(self) -> bool:
        """Keep nothing any more. Whether there was something. Raises NotFound."""
        with self.database.write() as session:
            return connections.forget(session, self.credential.name, now=self.database.now())

    def standing(self) -> Tokens | None:
        """What is kept as it is, to be given back; None when there is nothing that could be."""
        kept = self._kept()
        try:
            return self._opened(kept) if kept else None
        except Unauthorized:
            return None

    def begin(self, consent: Mapping[str, Any]) -> None:
        """Keep a consent that another command will finish. Raises NotFound."""
        with self.database.write() as session:
            connections.begin_consent(session, self.credential.name, self._sealed(consent), now=self.database.now())

    def begun(self) -> dict[str, Any] | None:
        """The consent that has begun and is not too old."""
        with self.database.read() as session:
            found = connections.begun_consent(session, self.credential.name)
        if found is None or found[1] < self.database.now() - CONSENT_LASTS:
            return None
        try:
            return self.vault.open(found[0], credential=self.credential.name, source=self.credential.source)
        except Unsealable:
            return None

    @property
    def _lease(self) -> timedelta:
        return 2 * self.timeout + SLACK

    def _kept(self) -> Kept | None:
        with self.database.read() as session:
            return connections.kept(session, self.credential.name, of=self.part)

    def _read(self) -> tuple[Tokens, int] | None:
        kept = self._kept()
        if kept is None:
            return None
        tokens = self._opened(kept)
        if tokens.ended:
            raise Unauthorized(tokens.ended)
        return tokens, kept.version

    def _opened(self, kept: Kept) -> Tokens:
        try:
            return Tokens.of(self.vault.open(kept.sealed, credential=self.credential.name, source=self.credential.source))
        except (Unsealable, KeyError, TypeError, ValueError):
            raise Unauthorized(
                f"the connection of credential {self.credential.name!r} was sealed with another secret of this workspace: run {self.command}"
            ) from None

    def _sealed(self, document: Mapping[str, Any]) -> bytes:
        return self.vault.seal(document, credential=self.credential.name, source=self.credential.source)

    def _holds(self, tokens: Tokens, span: timedelta) -> bool:
        return self.renew is None or tokens.expires_at is None or tokens.expires_at - self.database.now() > span

    def _renewed(self, tokens: Tokens, version: int, *, is_refused: bool) -> Tokens:
        """Ours, or what another thread or process has brought meanwhile; the wait for that is as long as one call at most."""
        late = time.monotonic() + self.timeout.total_seconds()
        while True:
            with self._lock:
                turn = self._turn(version)
                if turn.whose is Whose.OURS:
                    return self._ask(turn, tokens)
            if turn.whose is Whose.NOBODYS:
                return self._others()
            if not is_refused and self._holds(tokens, LEAST_LEFT):
                return tokens
            if time.monotonic() > late:
                raise Unavailable(f"the connection of credential {self.credential.name!r} is just being renewed by another process")
            time.sleep(PAUSE_S)

    def _turn(self, version: int) -> Turn:
        with self.database.write() as session:
            return connections.take_turn(session, self.credential.name, version, lease=self._lease, now=self.database.now(), of=self.part)

    def _others(self) -> Tokens:
        found = self._read()
        if found is None:
            raise Unauthorized(f"credential {self.credential.name!r} is not connected any more: run {self.command}")
        return found[0]

    def _ask(self, turn: Turn, tokens: Tokens) -> Tokens:
        assert self.renew is not None  # noqa: S101  who cannot renew never takes a turn
        try:
            found = self.renew(tokens, self.database.now())
        except TakenBack as error:
            why = self._cut_off() if turn.is_second else f"the connection of credential {self.credential.name!r} has ended: {error}"
            ended = f"{why}. Connect it again: {self.command}"
            if not self._store(turn, replace(tokens, ended=ended)):
                return self._others()
            log.warning("credential=%s: its connection has ended", self.credential.name)
            raise Unauthorized(ended) from error
        except SourceError as error:
            self._leave(turn, is_doubtful=not is_surely_unsent(error))
            raise
        if not self._store(turn, found):
            return self._others()
        log.info("credential=%s: its tokens were renewed", self.credential.name)
        return found

    def _cut_off(self) -> str:
        return f"a renewal of the connection of credential {self.credential.name!r} was cut off before its new token was stored"

    def _store(self, turn: Turn, tokens: Tokens) -> bool:
        """Whether they were stored. A lock that was held too long is tried again: the old token is spent."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with self.database.write() as session:
                    sealed = self._sealed(tokens.document())
                    return connections.end_turn(session, self.credential.name, turn, sealed, now=self.database.now(), of=self.part)
            except OperationalError as error:
                if attempt == ATTEMPTS:
                    raise Unavailable(f"the database did not take the new token of credential {self.credential.name!r}") from error
        raise AssertionError("unreachable")

    def _leave(self, turn: Turn, *, is_doubtful: bool) -> None:
        with self.database.write() as session:
            connections.leave_turn(session, self.credential.name, turn, is_doubtful=is_doubtful, of=self.part)
