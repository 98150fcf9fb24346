"""Whether the sign-in of a cookie still holds, for every request and every run of a page.

Each open board asks each second. So a verdict is kept in memory until the sign-in runs out, and all of them are forgotten as soon as some
sign-in ended, here or in another process: one look at one row tells, for all browsers together.
"""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import OperationalError

from dashboard.identity import Claim, claim_in
from desk.errors import NotAllowed
from desk.people import sign_ins
from storage.database import Database

log = logging.getLogger(__name__)

MARK_KEPT_S = 0.25
MOST = 4096
Session = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who it is, None for nobody; `words` say why where the cookie named somebody."""

    person_id: int | None = None
    words: str = ""


NOBODY = Verdict()


class SignedIn:
    """The verdicts of one process. Safe to ask from several threads.

    `page`: what the cookie says of the browser whose page is running now, None outside pages.
    """

    def __init__(self, database: Database) -> None:
        self.page: Callable[[], Session | None] = lambda: None
        self._database = database
        self._marking = threading.Lock()
        self._mark, self._seen_at, self._forgotten = "", float("-inf"), 0
        self._kept: OrderedDict[Claim, tuple[str, float]] = OrderedDict()

    def known(self, session: Session) -> Verdict | None:
        """The verdict where it takes no look at the database, else None."""
        claim = claim_in(session)
        if claim is None:
            return NOBODY
        if time.monotonic() - self._seen_at >= MARK_KEPT_S:
            return None
        return self._kept_verdict(claim, self._mark)

    def look(self, session: Session) -> Verdict:
        """Who this is. Reads the database where memory does not tell."""
        claim = claim_in(session)
        if claim is None:
            return NOBODY
        mark = self._current_mark()
        return self._kept_verdict(claim, mark) or self._read(claim, mark)

    def forget(self) -> None:
        """A sign-in has just ended here: the next look reads."""
        self._forgotten += 1
        self._seen_at = float("-inf")

    def require(self, person_id: int, words: str) -> None:
        """Raises NotAllowed when the page that asks is one in which this person is signed in no more. Routes have looked before."""
        session = self.page()
        if session is not None and self.look(session).person_id != person_id:
            raise NotAllowed(words)

    def _current_mark(self) -> str:
        with self._marking:
            if time.monotonic() - self._seen_at >= MARK_KEPT_S:
                forgotten = self._forgotten
                with self._database.read() as session:
                    self._mark = sign_ins.mark(session)
                if forgotten == self._forgotten:
                    self._seen_at = time.monotonic()
            return self._mark

    def _kept_verdict(self, claim: Claim, mark: str) -> Verdict | None:
        found = self._kept.get(claim)
        is_fresh = found is not None and found[0] == mark and time.monotonic() < found[1]
        return Verdict(claim.person_id) if is_fresh else None

    def _read(self, claim: Claim, mark: str) -> Verdict:
        now = self._database.now()
        try:
            with self._database.read() as session:
                until = sign_ins.until(session, claim.token, claim.person_id, now=now)
        except NotAllowed as error:
            self._kept.pop(claim, None)
            return Verdict(None, str(error))
        if sign_ins.is_worn(until, now=now):
            until = self._renewed(claim, now) or until
        kept_for = min(until - now, sign_ins.RENEWED_EVERY).total_seconds()
        self._kept[claim] = (mark, time.monotonic() + kept_for)
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)
        return Verdict(claim.person_id)

    def _renewed(self, claim: Claim, now: datetime) -> datetime | None:
        with suppress(OperationalError), self._database.write() as session:
            return sign_ins.renew(session, claim.token, now=now)
        return None
