"""The month before the sample workspace began, lived through by the same verbs that a real one uses."""

import gc
import logging
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from careline.sample import pictures
from careline.sample.corpus import SampleAnswer, SampleRow
from careline.sample.plan import PEOPLE, plan
from careline.sample.saved import OUTCOMES, matter_of, saved_reply
from careline.sample.source import is_caught, post_of
from careline.sample.team import Team
from careline.sample.timeline import Placed, posted_between
from careline.sample.verdicts import Remembering
from careline.sample.wiring import BEGAN
from classifier.engine import Engine
from classifier.registry import load_engine
from classifier.settings import ClassifierSettings
from desk import facts
from desk.feeds import feeds, health
from desk.feeds.feeds import LeasedFeed
from desk.intake import ingest
from desk.labels import triage
from desk.people import people, presence
from desk.post import Page
from desk.settings import DeskSettings
from storage.database import Database
from storage.models import Person, SignIn
from storage.words import Outcome

log = logging.getLogger(__name__)

OWNER = "sample"
LEASE = timedelta(hours=1)
LOOKS_EVERY = timedelta(minutes=5)
STILL_WAITING = 44
BATCH = 50
DOWN_SINCE, DOWN_UNTIL = timedelta(days=4, hours=9), timedelta(days=4, hours=6)
OVERDUE_FROM = timedelta(days=4)
FOREVER = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Act:
    """Something that happens in the month: a post is seen, or the team answers it."""

    at: datetime
    placed: Placed
    answer: SampleAnswer | None


def seed_once(database: Database, settings: DeskSettings, classifier: ClassifierSettings) -> None:
    """Fill a new sample workspace. Nothing happens when that was done before; a killed run leaves nothing behind."""
    with database.read() as session:
        if facts.get(session, BEGAN):
            return
    log.info("sample: living through the month before, this takes up to a minute")
    now = database.now()
    engine = Remembering(load_engine(classifier), classifier)
    with _without_collecting(), database.write() as session:
        began = now.replace(microsecond=0)
        start = now - timedelta(days=31)
        feeds.sync(session, plan(), now=start)
        team = Team(session, settings, _people(session, start))
        month = Month(session, settings, engine, feeds.lease_due(session, OWNER, now=FOREVER, limit=50, lease=LEASE))
        for act in acts(began):
            if act.answer is None:
                month.post(act.placed, at=act.at)
            else:
                month.look(at=act.at)
                team.answer(act.placed, act.answer, at=act.at)
        month.look(at=began)
        month.be_down(since=began - DOWN_SINCE, until=began - DOWN_UNTIL)
        team.tidy(began)
        team.today(began)
        month.hand_on(began)
        pictures.draw_all(session)
        facts.state(session, BEGAN, began.isoformat())


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Rows of a month come and go in one transaction, and hardly any of them in circles: looking for those is a tenth of the work."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _people(session: Session, now: datetime) -> dict[str, Person]:
    added = (
        people.add(session, name=name, initials=initials, roles=roles, is_experienced=True, by=None, now=now)
        for name, initials, roles in PEOPLE
    )
    team = {person.initials: person for person in added}
    session.flush()
    for person in team.values():
        presence.arrives(session, person, now=now)
    session.add_all(_there(person, now) for person in team.values())
    return team


def _there(person: Person, now: datetime) -> SignIn:
    """Nobody has its token: it opens nothing, and the team of the sample is on shift."""
    return SignIn(token=secrets.token_hex(32), person_id=person.id, way=OWNER, at=now, until=FOREVER)


def acts(began: datetime) -> Iterator[Act]:
    """Everything that happened before `began`, in its order."""
    placed = list(posted_between(began, None, began))
    seen = [Act(p.posted_at, p, None) for p in placed]
    newest = len(placed) - STILL_WAITING
    answered = [
        Act(p.posted_at + timedelta(minutes=a.after), p, a) for turn, p in enumerate(placed[:newest]) if (a := _answer_to(p, turn, began))
    ]
    return iter(sorted((act for act in seen + answered if act.at <= began), key=lambda act: (act.at, act.answer is not None)))


def _answer_to(placed: Placed, turn: int, began: datetime) -> SampleAnswer | None:
    """The text's own answer, or a saved reply; a few of the last days were overlooked."""
    is_overlooked = began - placed.posted_at < OVERDUE_FROM and turn % 29 == 0
    return placed.row.answer or (None if is_overlooked else _saved(placed.row, turn))


def _saved(row: SampleRow, turn: int) -> SampleAnswer:
    matter = matter_of(row.tags, row.labels["intent"])
    outcome = Outcome.SPAM if row.labels["intent"] == "spam" else OUTCOMES.get(matter, Outcome.ANSWERED)
    by = ("MK", "LO", "RA", "SJ")[turn % 4]
    return SampleAnswer(by, 12 + turn * 37 % 210, saved_reply(matter, turn), outcome, is_confirmed=False, resolution=None)


class Month:
    """What the listener and the classifier did in it. Posts are fetched together, as by a look every few minutes."""

    def __init__(self, session: Session, settings: DeskSettings, engine: Engine, leased: Sequence[LeasedFeed]) -> None:
        self.session = session
        self.settings = settings
        self.engine = engine
        self.feeds = leased
        self.posted: list[Placed] = []
        self.since: datetime | None = None

    def post(self, placed: Placed, *, at: datetime) -> None:
        """Somebody posts; whoever posted long enough ago is seen first."""
        if self.since is not None and at - self.since > LOOKS_EVERY:
            self.look(at=at)
        self.posted.append(placed)
        self.since = self.since or at

    def look(self, *, at: datetime) -> None:
        """Fetch what was posted since the last look, and triage it."""
        if not self.posted:
            return
        for leased in self.feeds:
            posts = tuple(post_of(placed) for placed in self.posted if is_caught(leased.spec, placed.row))
            if posts:
                ingest.import_posts(self.session, leased.spec.id, posts, (), settings=self.settings, now=at)
        self.posted, self.since = [], None
        while waiting := triage.lease(self.session, OWNER, now=at, limit=BATCH, lease=LEASE):
            done = list(zip(waiting, self.engine.classify([w.text for w in waiting]), strict=True))
            triage.record(self.session, done, engine=self.engine.name, version=self.engine.version, settings=self.settings, now=at)
            if len(waiting) < BATCH:
                return

    def be_down(self, *, since: datetime, until: datetime) -> None:
        """Some hours in which nothing ran, and the first look of each feed after them."""
        health.record_blind(self.session, since=since, until=until)
        for leased in self.feeds:
            ingest.import_posts(self.session, leased.spec.id, (), (), settings=self.settings, now=until + LOOKS_EVERY)

    def hand_on(self, began: datetime) -> None:
        """Give the feeds to the listener, which goes on from here."""
        for leased in self.feeds:
            page = Page(cursor=began.isoformat())
            ingest.record_page(self.session, leased, page, settings=self.settings, now=began)
