"""Ask again for what was heard: leased in batches, asked for with no transaction open, stored as one."""

import logging
from dataclasses import dataclass

from desk.intake import rechecks
from desk.intake.rechecks import Asked, Batch, Became
from desk.settings import DeskSettings
from listener.registry import Registry
from listener.settings import ListenerSettings
from listener.source import BudgetExhausted, RateLimited, Rechecks, SourceError
from storage.database import Database

log = logging.getLogger(__name__)

MOST_A_RING = 10


@dataclass(frozen=True, slots=True)
class Rechecker:
    """Any number may work on one workspace: each mention is leased by one of them."""

    database: Database
    settings: ListenerSettings
    desk: DeskSettings
    registry: Registry

    def recheck_due(self) -> int:
        """Ask for what is due. How many batches were asked for."""
        asked = 0
        while asked < MOST_A_RING and (batches := self._lease()):
            for batch in batches:
                self._ask(batch)
            asked += len(batches)
        return asked

    def recheck_one(self, mention_id: int) -> Became:
        """Ask for one mention now, due or not. Raises NotFound, Invalid, SourceError."""
        with self.database.write() as session:
            batch = rechecks.batch_of(session, mention_id, now=self.database.now())
        return self._store(batch, self._told(batch))

    def _lease(self) -> list[Batch]:
        with self.database.write() as session:
            now = self.database.now()
            return rechecks.lease_due(session, now=now, until=now + self.settings.lease)

    def _ask(self, batch: Batch) -> None:
        try:
            told = self._told(batch)
        except SourceError as error:
            self._put_off(batch, error)
        except Exception:
            log.exception("recheck source=%s: it failed, asked again later", batch.spec.source)
            self._put_off(batch, SourceError("it failed"))
        else:
            self._store(batch, told)

    def _told(self, batch: Batch) -> Asked:
        source = self.registry.source(batch.spec.source)
        return source.recheck(tuple(batch.mentions), batch.spec) if isinstance(source, Rechecks) else Asked()

    def _store(self, batch: Batch, told: Asked) -> Became:
        with self.database.write() as session:
            became = rechecks.done(session, batch, told, settings=self.desk, now=self.database.now())
        log.info("recheck source=%s asked=%d gone=%d edited=%d", batch.spec.source, len(batch.mentions), became.gone, became.edited)
        return became

    def _put_off(self, batch: Batch, error: SourceError) -> None:
        until = error.until if isinstance(error, BudgetExhausted) else getattr(error, "retry_at", None)
        holds = isinstance(error, RateLimited | BudgetExhausted)
        with self.database.write() as session:
            rechecks.put_off(session, batch, until=until, now=self.database.now(), holds_credential=holds)
        log.info("recheck source=%s asked=%d why=%s", batch.spec.source, len(batch.mentions), type(error).__name__)
