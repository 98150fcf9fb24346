"""Sessions that a password makes: kept like what a consent gave, so that a process that starts signs nobody in.

Bluesky lets an account be signed in 300 times a day (createSession), and each renewal replaces both tokens: two processes must not renew one session
at once (https://docs.bsky.app/docs/advanced-guides/rate-limits, read 2026-11-22). A session belongs to the password that made it: with another one it is
made anew.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import ClassVar

from desk.errors import NotFound
from desk.feeds.connections import NONE_YET, Part
from listener.connect import bluesky
from listener.connect.calls import Caller, TakenBack
from listener.connect.keeper import Keeper
from listener.connect.tokens import Tokens
from listener.settings import CredentialSettings
from listener.source import Unauthorized

NOTHING = Tokens()
PASSWORD = "app_password"  # noqa: S105  the name of a secret


@dataclass(slots=True)
class Sessions(Keeper):
    """The session of a Bluesky credential with an app password, for any number of threads and processes."""

    part: ClassVar[Part] = Part.SESSION

    def __post_init__(self) -> None:
        self.renew = self._renewed_or_begun

    def fresh(self) -> Tokens:
        """A session that holds for a while yet. Raises SourceError."""
        try:
            found = Keeper.fresh(self)
        except NotFound:
            # A credential that is being tried out is not stored.
            return self._begun()
        return found or self._begun()

    def renewed(self, used: Tokens) -> Tokens:
        """Another session, since the platform did not accept this one. Raises SourceError."""
        return Keeper.renewed(self, used) if self._read()[0].access else self.fresh()

    def _read(self) -> tuple[Tokens, int]:
        kept = self._kept()
        if kept is None:
            return NOTHING, NONE_YET
        try:
            tokens = self._opened(kept)
        except Unauthorized:
            return NOTHING, kept.version
        return (tokens if tokens.made_of == self._password() and not tokens.ended else NOTHING), kept.version

    def _holds(self, tokens: Tokens, span: timedelta) -> bool:
        return bool(tokens.access) and Keeper._holds(self, tokens, span)  # noqa: SLF001  slots leave no super() here

    def _renewed_or_begun(self, tokens: Tokens, now: datetime) -> Tokens:
        del now
        if tokens.refresh:
            try:
                return replace(bluesky.renew(self._caller(), tokens), made_of=tokens.made_of)
            except TakenBack:
                pass
        return self._begun()

    def _begun(self) -> Tokens:
        try:
            return replace(bluesky.sign_in(self._caller(), self.credential.secret(PASSWORD)), made_of=self._password())
        except TakenBack as error:
            raise Unauthorized(f"{error}: check {self.credential.variable(PASSWORD)} of credential {self.credential.name!r}") from error

    def _caller(self) -> Caller:
        return Caller("Bluesky", self.credential, self.timeout.total_seconds())

    def _password(self) -> str:
        """A fingerprint of who signs in, and with what."""
        given = self.credential
        who = str(given.secrets.get("handle") or given.options.get("handle") or "")
        return sha256("\0".join((who, given.base_url or "", given.secret(PASSWORD))).encode()).hexdigest()


def keeper_of(credential: CredentialSettings) -> Keeper | None:
    """Who keeps the session of a credential: that of its app password, where one is set by hand, else what a consent gave."""
    keeper = credential.keeper
    if keeper is None or not credential.secrets.get(PASSWORD):
        return keeper
    return Sessions(keeper.database, keeper.vault, credential, keeper.timeout)
