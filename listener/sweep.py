"""What must be seen to now and then, whoever else is at work: each part on its own, so that one that fails stops no other."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from desk.alerts import alerts, errands
from desk.cases import promises, shield
from desk.feeds import feed_clicks
from desk.figures import answers, past_figures
from desk.forgetting import retention
from desk.incidents import incident_candidates
from desk.intake import deliveries, following_up
from desk.labels import triage
from desk.money import thrift
from desk.noise import alike
from desk.outcomes import held
from desk.people import exposure, presence, shifts
from desk.replies import replies
from desk.settings import DeskSettings
from storage import search
from storage.database import Database

log = logging.getLogger(__name__)

CHUNK = 200
MOST_ROUNDS = 25
"""A sweep indexes so many chunks at most: a large import is indexed over several sweeps, and delays the alerts by none."""


def sweep_due(database: Database, desk: DeskSettings) -> None:
    """End leases that ran out, show what was not triaged in time, decide what the budgets let go on, refresh alerts, index texts, forget old errands, end the shifts of whoever is signed in nowhere, make up for figures of the past, follow up posts from before their source could be asked, let go what was kept long enough."""
    _part(database, "replies", replies.expire)
    _part(database, "untriaged", lambda session, now: triage.flag_overdue(session, settings=desk, now=now))
    _part(database, "budgets", lambda session, now: thrift.tend(session, settings=desk, now=now))
    _part(database, "alerts", lambda session, now: alerts.refresh(session, settings=desk, now=now))
    _part(database, "errands", errands.drop_old)
    _part(database, "clicks", lambda session, now: feed_clicks.forget_old(session, desk, now=now))
    _part(database, "deliveries", deliveries.forget_old)
    for _ in range(MOST_ROUNDS):
        if not _part(database, "alike", alike.forget_old):
            break
    _part(database, "incidents", incident_candidates.tend)
    _part(database, "held", lambda session, now: held.settle(session, settings=desk, now=now))
    _part(database, "promises", lambda session, now: promises.come_back(session, settings=desk, now=now))
    _part(database, "absent", presence.end_absent)
    _part(database, "returned", lambda session, now: shifts.return_overdue(session, settings=desk, now=now))
    _part(database, "shielded", shield.lift_unwatched)
    _part(database, "exposure", exposure.forget_old)
    _part(database, "answers", lambda session, now: answers.measure(session, settings=desk, now=now))
    for _ in range(MOST_ROUNDS):
        if (_part(database, "search", _index) or 0) < CHUNK:
            break
    for _ in range(MOST_ROUNDS):
        if not _part(database, "past", past_figures.go_on):
            break
    for _ in range(MOST_ROUNDS):
        if not _part(database, "followed", lambda session, now: following_up.go_on(session, settings=desk, now=now)):
            break
    if desk.retention:
        _let_go(database, desk)


def _let_go(database: Database, desk: DeskSettings) -> None:
    """What was kept long enough, once a night, in batches."""
    if not _part(database, "retention", lambda session, now: retention.is_night(session, desk, now=now)):
        return
    for _ in range(MOST_ROUNDS):
        looked = _part(database, "retention", lambda session, now: retention.sweep(session, desk, now=now))
        if looked == 0:
            _part(database, "retention", lambda session, now: retention.night_done(session, desk, now=now))
        if not looked:
            break


def _index(session: Session, *, now: datetime) -> int:
    del now
    return search.index_due(session, CHUNK)


def _part(database: Database, name: str, work: Callable[..., Any]) -> Any:
    try:
        with database.write() as session:
            return work(session, now=database.now())
    except Exception:
        log.exception("sweep part=%s failed, tried again at the next sweep", name)
        return None
