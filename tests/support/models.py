"""Models for tests: one that classifies, one that is tried beside it, and what both said."""

from sqlalchemy.orm import Session

from desk.labels import models, trials
from desk.labels.models import Options
from desk.labels.verdict import Verdict
from storage.words import Sentiment
from tests.support.listening import NOON, classify, listening, poll, post, verdict

BASE: Options = {"engine": "fake", "model": None, "labels": {}, "allow_download": False}
OTHER: Options = {**BASE, "model": "/srv/better"}
CALM = verdict(Sentiment.NEUTRAL)


def in_force(session: Session, version: str = "1") -> int:
    """The settings' own model classifies."""
    return models.begin(session, engine="fake", version=version, options=BASE, base=BASE, now=NOON)


def offered(session: Session, version: str = "2", error: str = "") -> int | None:
    return models.offer(session, engine="fake", version=version, options=OTHER, error=error, now=NOON)


def heard(session: Session, n: int = 6) -> None:
    """Posts that the model in force has labelled."""
    listening(session)
    poll(session, *(post(str(place), f"Box {place} is lost", by=f"c{place}") for place in range(n)))
    classify(session)


def tried(session: Session, *others: Verdict) -> int:
    """A candidate that has read all of it: the newest posts otherwise than the model in force, the rest alike."""
    in_force(session)
    model_id = offered(session)
    assert model_id is not None
    trials.draw(session, trials.to_draw(session, model_id, now=NOON))
    waiting = trials.waiting(session, model_id, limit=100)
    said = list(zip(waiting, [*(verdict() for _ in waiting[len(others) :]), *others], strict=True))
    trials.record(session, model_id, said, now=NOON)
    return model_id
