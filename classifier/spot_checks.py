"""Draws each day's posts for people to check the classifier by."""

import logging

from desk.labels import spot_checks
from desk.settings import DeskSettings
from storage.database import Database

log = logging.getLogger(__name__)


def draw_due(database: Database, settings: DeskSettings) -> int:
    """Draw what today has not drawn yet; how many posts. They are chosen outside of the transaction that puts them before people."""
    with database.read() as session:
        drawn = spot_checks.to_draw(session, settings=settings, now=database.now())
    if not drawn:
        return 0
    with database.write() as session:
        count = spot_checks.draw(session, drawn, now=database.now())
    log.info("spot_checks drawn=%d", count)
    return count
