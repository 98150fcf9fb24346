"""A workspace beside a server on loopback: it listens there, somebody claims the only case, and the answer is delivered."""

from datetime import timedelta
from types import TracebackType
from typing import Any, Self

from sqlalchemy import select

from desk.cases import cases, caseview
from desk.feeds import feeds
from desk.feeds.plan import WorkspacePlan
from desk.replies import changes, replies
from listener.deliver import Deliverer
from listener.poll import Poller
from listener.registry import Registry
from listener.settings import ListenerSettings
from storage.database import Database
from storage.models import Case, Feed, Reply, ReplyAccount
from storage.words import ChangeKind
from tests.support import desk as small
from tests.support.desk import SETTINGS
from tests.support.listening import classify


class House:
    """Every look and every delivery happens now, whatever the schedule says. Its workers end with the `with` around it."""

    def __init__(self, database: Database, given: ListenerSettings, plan: WorkspacePlan) -> None:
        self.database = database
        with database.write() as session:
            feeds.sync(session, plan, now=database.now())
            self.by = small.person(session, now=database.now())
        registry = Registry(given)
        self.poller = Poller(database, given, SETTINGS, registry, owner="w")
        self.deliverer = Deliverer(database, given, SETTINGS, registry, owner="w")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.poller.close()
        self.deliverer.close()

    def look(self) -> None:
        """Every feed once; what came is triaged."""
        with self.database.write() as session:
            for feed in session.scalars(select(Feed)):
                feed.next_poll_at = self.database.now()
        self.poller.poll_due()
        self.poller.drain()
        with self.database.write() as session:
            classify(session, now=self.database.now())

    def answer(self, text: str) -> int:
        """Somebody claims the only case and answers what was said last; the id of the reply."""
        with self.database.write() as session:
            now = self.database.now()
            case = session.scalars(select(Case)).one()
            cases.claim(session, case.id, by=self.by, now=now)
            view = caseview.case(session, case.id, by=self.by, now=now)
            told: dict[str, Any] = {"mention_id": view.ways[0].mention_id, "account_id": session.scalars(select(ReplyAccount.id)).one()}
            told |= {"by": self.by, "settings": SETTINGS, "now": now, "key": "k", "seen_mention_id": view.seen_mention_id}
            return replies.queue(session, case.id, text=text, **told).id

    def deliver(self) -> None:
        with self.database.write() as session:
            for reply in session.scalars(select(Reply).where(Reply.not_before.is_not(None))):
                reply.not_before = self.database.now() - timedelta(seconds=1)
        self.deliverer.deliver_due()
        self.deliverer.drain()

    def change(self, reply_id: int, kind: ChangeKind, text: str = "") -> None:
        """An answer is taken back, or says `text` instead."""
        with self.database.write() as session:
            changes.ask(session, reply_id, kind, text=text, by=self.by, now=self.database.now())
        self.deliver()
