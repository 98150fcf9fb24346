"""Right before a reply leaves: whether the post that it answers still stands, and says what was read."""

import logging
from dataclasses import dataclass

from desk.intake import rechecks
from desk.intake.rechecks import Asked
from desk.money.ledger import Payer
from desk.post import FeedSpec, OutgoingReply
from desk.settings import DeskSettings
from listener import bill
from listener.registry import Registry
from listener.source import Rechecks, SourceError
from storage.database import Database
from storage.words import BudgetPart

log = logging.getLogger(__name__)

DELETED = "the post was deleted there: nothing was sent"
EDITED = "the post was changed there: read it again before you answer"


@dataclass(frozen=True, slots=True)
class AskAgain:
    """Asks for one post. What cannot be asked, or does not answer, stops no reply."""

    database: Database
    desk: DeskSettings
    registry: Registry

    def objection(self, reply: OutgoingReply) -> str:
        """Why a reply must not leave; empty when it may. What was found is stored, and what it cost."""
        credential_id = self._credential(reply) if self.desk.recheck_after else None
        if credential_id is None:
            return ""
        with bill.opened(self.database, lambda _: Payer(credential_id, BudgetPart.RECHECKS, reply_id=reply.id)) as paid:
            asked = self._asked(reply)
            paid.settle(asked.costs if asked else ())
        if asked is None:
            return ""
        with self.database.write() as session:
            now = self.database.now()
            became = rechecks.record(session, reply.source, reply.site, asked.posts, settings=self.desk, now=now)
        return DELETED if became.gone else EDITED if became.edited else ""

    def _credential(self, reply: OutgoingReply) -> int | None:
        with self.database.read() as session:
            return rechecks.may_ask_before(session, reply, now=self.database.now())

    def _asked(self, reply: OutgoingReply) -> Asked | None:
        spec = FeedSpec(0, "", reply.source, reply.site, "", "", {}, reply.credential, 0, (reply.account_handle.lower(),))
        try:
            source = self.registry.source(reply.source)
            return source.recheck((reply.parent_id,), spec) if isinstance(source, Rechecks) else None
        except SourceError as error:
            log.info("deliver reply=%d asking again did not work: %s", reply.id, type(error).__name__)
        except Exception:
            log.exception("deliver reply=%d asking again failed", reply.id)
        return None
