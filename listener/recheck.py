"""Ask again for what was heard: leased in batches, asked for with no transaction open, stored as one."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from desk.intake import rechecks
from desk.intake.rechecks import Asked, Batch, Became
from desk.settings import DeskSettings
from listener import bill
from listener.pool import Pool
from listener.registry import Registry
from listener.settings import ListenerSettings
from listener.source import BudgetExhausted, Rechecks, SourceError, result_of
from storage.database import Database

log = logging.getLogger(__name__)

MOST_A_RING = 10


class Rechecker:
    """Any number may work on one workspace: each mention is leased by one of them."""

    def __init__(self, database: Database, settings: ListenerSettings, desk: DeskSettings, registry: Registry) -> None:
        self.database = database
        self.settings = settings
        self.desk = desk
        self.registry = registry
        self._pool = Pool("recheck", threads=settings.threads, per_source=1)

    def recheck_due(self) -> int:
        """Hand what is due to a thread for each source, and return at once. How many batches were taken."""
        taken = 0
        for _ in range(MOST_A_RING):
            batches = self._lease(but=self._pool.full()) if self._pool.room() else None
            if batches is None:
                break
            if batches:
                self._pool.run(batches[0].spec.source, partial(self._ask_on, batches))
                taken += len(batches)
        return taken

    def drain(self) -> None:
        """Wait until all that was taken has been asked for."""
        self._pool.drain()

    def recheck_one(self, mention_id: int) -> Became:
        """Ask for one mention now, due or not. Raises NotFound, Invalid, SourceError."""
        with self.database.write() as session:
            batch = rechecks.batch_of(session, mention_id, now=self.database.now())
        return self._store(batch, self._told(batch))

    def _lease(self, *, of: str | None = None, but: Sequence[str] = ()) -> list[Batch] | None:
        with self.database.write() as session:
            now = self.database.now()
            return rechecks.lease_due(session, now=now, until=now + self.settings.lease, of=of, but=but)

    def _ask_on(self, batches: list[Batch]) -> None:
        """These and what else of their source is due: one that is slow holds up no other."""
        source, more = batches[0].spec.source, MOST_A_RING
        found: list[Batch] | None = batches
        try:
            while found is not None and more:
                more -= 1
                for batch in found:
                    self._ask(batch)
                found = self._lease(of=source) if more else None
        except Exception:
            log.exception("recheck source=%s: it was not recorded, asked again after its lease", source)

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
        if not isinstance(source, Rechecks):
            return Asked()
        with bill.opened(self.database, lambda _: batch.payer) as paid:
            told = source.recheck(tuple(batch.mentions), batch.spec)
            paid.settle(told.costs)
        return replace(told, costs=())

    def _store(self, batch: Batch, told: Asked) -> Became:
        with self.database.write() as session:
            became = rechecks.done(session, batch, told, settings=self.desk, now=self.database.now())
        log.info("recheck source=%s asked=%d gone=%d edited=%d", batch.spec.source, len(batch.mentions), became.gone, became.edited)
        return became

    def _put_off(self, batch: Batch, error: SourceError) -> None:
        until = error.until if isinstance(error, BudgetExhausted) else getattr(error, "retry_at", None)
        with self.database.write() as session:
            rechecks.put_off(session, batch, until=until, now=self.database.now(), result=result_of(error))
        log.info("recheck source=%s asked=%d why=%s", batch.spec.source, len(batch.mentions), type(error).__name__)
