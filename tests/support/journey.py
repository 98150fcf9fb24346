"""What a team does on any server: hear, see edits and deletions, answer, reword, take back. An oracle compares ids and words with the server's own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Protocol

from sqlalchemy import select

from desk import platforms
from desk.cases import cases, caseview
from desk.feeds import feeds
from desk.feeds.plan import AccountPlan, BrandPlan, FeedDraft, WorkspacePlan
from desk.replies import changes, replies
from listener.deliver import Deliverer
from listener.poll import Poller
from listener.recheck import Rechecker
from listener.registry import Registry
from listener.settings import ListenerSettings
from storage.check import check
from storage.database import Database
from storage.models import Case, Feed, Mention, Reply, ReplyAccount, Thread
from storage.words import ChangeKind, ChangeState, LookResult, ReplyState
from tests.support import desk as small
from tests.support.desk import SETTINGS
from tests.support.listening import classify, how_many
from tests.support.waiting import eventually


class Customers(Protocol):
    """Who writes on a server, by its own interface.

    `acts`: what can be done there. `tells`: its listings show edits and deletions; otherwise a post has to be asked for again.
    """

    @property
    def acts(self) -> frozenset[str]: ...

    @property
    def tells(self) -> bool: ...

    def ask(self, text: str, *, parent: str = "") -> str: ...

    def edit(self, external_id: str, text: str) -> None: ...

    def delete(self, external_id: str) -> None: ...

    def standing(self) -> dict[str, str]:
        """What the server shows now as plain text, by id, answers of ours among it."""
        ...


class Team:
    """A workspace that listens to one server by one feed, and answers there by one account."""

    def __init__(self, database: Database, settings: ListenerSettings, feed: FeedDraft, account: AccountPlan) -> None:
        plan = WorkspacePlan(brands=(BrandPlan("Acme"),), credentials=(("live", feed.source),), accounts=(account,), feeds=(feed,))
        registry = Registry(settings)
        with database.write() as session:
            feeds.sync(session, plan, now=database.now())
            self.by = small.person(session, now=database.now())
        self.database = database
        self.name, self.source = feed.name, feed.source
        self.poller = Poller(database, settings, SETTINGS, registry, owner="w")
        self.deliverer = Deliverer(database, settings, SETTINGS, registry, owner="w")
        self.rechecker = Rechecker(database, settings, SETTINGS, registry)

    def look(self) -> int:
        """How many posts were new."""
        report = self.poller.poll_one(self.name)
        assert report.result in {LookResult.LOOKED, LookResult.EMPTY}, self.said()
        with self.database.write() as session:
            classify(session, now=self.database.now())
        return report.new

    def ask_again(self, external_id: str) -> None:
        """Ask the server what became of one post."""
        with self.database.read() as session:
            mention_id = session.scalars(select(Mention.id).where(Mention.external_id == external_id)).one()
        self.rechecker.recheck_one(mention_id)

    def said(self) -> str:
        """What the feed says of its last look."""
        with self.database.read() as session:
            feed = session.scalars(select(Feed)).one()
            return f"{feed.last_result}: {feed.last_detail}"

    def heard(self) -> dict[str, str]:
        """What is held, by id, without what is known to be gone."""
        taken_back = select(Reply.external_id).where(Reply.change_kind == ChangeKind.TAKE_BACK, Reply.change_state == ChangeState.DONE)
        stands = Mention.deleted_at.is_(None) & Mention.external_id.not_in(taken_back)
        with self.database.read() as session:
            rows = session.execute(select(Mention.external_id, Mention.text).where(stands))
            return {row.external_id: row.text for row in rows}

    def gone(self) -> int:
        """How many posts are known to be gone; of them nothing is left, ids neither."""
        with self.database.read() as session:
            return how_many(session, Mention, Mention.deleted_at.is_not(None))

    def thread_of(self, external_id: str) -> tuple[str, str | None]:
        """The id of its thread, and what it answers."""
        with self.database.read() as session:
            mention = session.scalars(select(Mention).where(Mention.external_id == external_id)).one()
            return session.get_one(Thread, mention.thread_id).external_id, mention.parent_external_id

    def answer(self, external_id: str, text: str, key: str) -> int:
        """Claim the case of a post and answer it; twice with one key is once."""
        with self.database.write() as session:
            now = self.database.now()
            mention = session.scalars(select(Mention).where(Mention.external_id == external_id)).one()
            assert mention.case_id is not None
            case = session.get_one(Case, mention.case_id)
            if case.assignee_id is None:
                cases.claim(session, case.id, by=self.by, now=now)
            seen = caseview.case(session, case.id, by=self.by, now=now).seen_mention_id
            account_id = session.scalars(select(ReplyAccount.id)).one()
            told: dict[str, Any] = {"mention_id": mention.id, "account_id": account_id, "key": key, "seen_mention_id": seen}
            return replies.queue(session, case.id, text=text, **told, by=self.by, settings=SETTINGS, now=now).id

    def deliver(self) -> None:
        with self.database.write() as session:
            for reply in session.scalars(select(Reply).where(Reply.not_before.is_not(None))):
                reply.not_before = self.database.now() - timedelta(seconds=1)
        self.deliverer.deliver_due()
        self.deliverer.drain()

    def sent(self, reply_id: int) -> str:
        """The id of a reply on the server."""
        with self.database.read() as session:
            reply = session.get_one(Reply, reply_id)
            assert reply.state is ReplyState.SENT, (reply.state, reply.error)
            assert reply.external_id
            return reply.external_id

    def change(self, reply_id: int, kind: ChangeKind, text: str = "") -> None:
        with self.database.write() as session:
            changes.ask(session, reply_id, kind, text=text, by=self.by, now=self.database.now())
        self.deliver()

    def is_taken_back(self, reply_id: int) -> bool:
        with self.database.read() as session:
            reply = session.get_one(Reply, reply_id)
            return (reply.change_kind, reply.change_state) == (ChangeKind.TAKE_BACK, ChangeState.DONE)

    def close(self) -> None:
        self.poller.close()
        self.deliverer.close()
        with self.database.read() as session:
            assert check(session) == []


@contextmanager
def team(database: Database, settings: ListenerSettings, feed: FeedDraft, account: AccountPlan) -> Iterator[Team]:
    opened = Team(database, settings, feed, account)
    try:
        yield opened
    finally:
        opened.close()


def compare(team: Team, customers: Customers) -> None:
    """Look twice: what is held is what the server shows, to the letter, and the second look finds nothing new."""
    shown = customers.standing()
    team.look()
    assert team.heard() == shown
    assert team.look() == 0
    assert team.heard() == shown


ACTS = frozenset({"edit", "delete", "answer"})
ORDERS = (("edit", "delete", "answer"), ("answer", "delete", "edit"))


def walk(team: Team, customers: Customers, order: tuple[str, ...]) -> None:
    """Listen, thread, then each act of `order` twice."""
    first, second, third = (customers.ask(f"My kettle leaks, number {number}") for number in range(3))
    inner = customers.ask("Our kettle does, too", parent=first)
    compare(team, customers)
    assert team.thread_of(inner) == (team.thread_of(first)[0], first)
    acts: dict[str, Callable[[int], None]] = {
        "edit": lambda number: _edit(team, customers, second, number),
        "delete": lambda number: _delete(team, customers, (third, inner)[number]),
        "answer": lambda number: _answer(team, customers, first, number),
    }
    for act in order:
        for number in range(2 if act in customers.acts else 0):
            acts[act](number)


def _edit(team: Team, customers: Customers, external_id: str, number: int) -> None:
    customers.edit(external_id, f"My kettle leaks and hums, {number}")
    if not customers.tells:
        team.ask_again(external_id)
    compare(team, customers)
    assert team.heard()[external_id] == f"My kettle leaks and hums, {number}"


def _delete(team: Team, customers: Customers, external_id: str) -> None:
    before = team.gone()
    customers.delete(external_id)
    if not customers.tells:
        team.ask_again(external_id)
    compare(team, customers)
    assert team.gone() == before + 1


def _answer(team: Team, customers: Customers, external_id: str, number: int) -> None:
    """Answer, be sent twice, reword, take back: what the server shows is what we believe at each step."""
    text = f"Sorry for that, a new kettle leaves today, {number} <b>& soon</b>"
    reply_id = team.answer(external_id, text, f"key {number}")
    assert team.answer(external_id, text, f"key {number}") == reply_id
    team.deliver()
    team.deliver()
    sent = team.sent(reply_id)
    eventually(lambda: customers.standing().get(sent) == text)
    compare(team, customers)
    assert team.thread_of(sent)[1] == external_id
    if ChangeKind.CORRECT in platforms.changes(team.source):
        team.change(reply_id, ChangeKind.CORRECT, f"{text}, truly")
        eventually(lambda: customers.standing().get(sent) == f"{text}, truly")
        compare(team, customers)
    if ChangeKind.TAKE_BACK in platforms.changes(team.source):
        team.change(reply_id, ChangeKind.TAKE_BACK)
        eventually(lambda: sent not in customers.standing())
        compare(team, customers)
