"""What an answer costs is entered once, whoever finds out that it stands there, and so is what was read to find out."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from desk.intake.own_posts import own_post_seen
from desk.post import OutgoingReply, Sent, Spent
from desk.replies import changes, replies
from desk.settings import DeskSettings
from listener import bill
from listener.deliver import deliver_due
from listener.registry import Registry
from listener.settings import CredentialSettings, ListenerSettings
from listener.source import RateLimited
from listener.sources.sandbox import SandboxReplier
from storage.database import Database
from storage.models import Case, Cost, Credential, Person, Reply, ReplyAccount
from storage.words import BudgetPart, ChangeKind, ChangeState, ReplyState
from tests.support.desk import Shop, person
from tests.support.outbox import queue
from tests.support.platforms import X_ACCOUNT
from tests.support.replay import HANG, Platform, as_json, problem
from tests.support.replay import Reply as Answer
from tests.support.x_platform import id_of, item

TWEETS, TIMELINE = "/2/tweets", "/2/users/7001/tweets"
TEXT = "We are on it. ^AM"
LONG_AGO = timedelta(minutes=5)
DESK = DeskSettings(recheck_after=(timedelta(days=1),))
WRITTEN = (BudgetPart.REPLIES, "summoned_reply", 1, 10_000)


class Answered:
    """A reply of ours on X that is due, and the post that it answers."""

    def __init__(self, database: Database, *, text: str = TEXT) -> None:
        self.database = database
        with database.write() as session:
            shop, by = Shop(session, source="x", handle="northwind"), person(session)
            credential = Credential(name="main", source="x")
            session.add(credential)
            session.flush()
            session.execute(update(ReplyAccount).values(credential_id=credential.id, external_id="7001"))
            case = shop.claimed(by, external_id=id_of(1), at=database.now() - LONG_AGO)
            self.id = queue(session, case, shop, by, text, now=database.now() - LONG_AGO).id
            self.shop, self.person_id = shop, by.id

    def deliver(self, settings: ListenerSettings, **repliers: Any) -> None:
        registry = Registry(settings, repliers=repliers) if repliers else Registry(settings)
        assert deliver_due(self.database, settings, DeskSettings(), registry, owner="one") == 1

    def on(self, platform: Platform, *, desk: DeskSettings = DeskSettings()) -> "Answered":  # noqa: B008 it is frozen
        credential = CredentialSettings("main", "x", X_ACCOUNT, platform.url, allow_loopback=True)
        settings = ListenerSettings({"main": credential}, timeout=timedelta(seconds=1))
        assert deliver_due(self.database, settings, desk, Registry(settings), owner="one") == 1
        return self

    def due_again(self) -> None:
        with self.database.write() as session:
            session.execute(update(Reply).values(not_before=self.database.now() - LONG_AGO))

    def stands_as_own_post(self) -> None:
        """Our feed brings the post that the answer has become."""
        with self.database.write() as session:
            self.shop.session = session
            case = session.scalars(select(Case)).one()
            post = self.shop.own_post(case, TEXT, at=self.database.now())
            own_post_seen(session, post, settings=DeskSettings(), now=self.database.now())

    @property
    def row(self) -> Reply:
        with self.database.read() as session:
            return session.get_one(Reply, self.id)

    @property
    def ledger(self) -> list[tuple[Any, ...]]:
        with self.database.read() as session:
            columns = (Cost.part, Cost.kind, Cost.units, Cost.micros)
            return [tuple(row) for row in session.execute(select(*columns).where(Cost.reply_id == self.id).order_by(Cost.kind))]


@pytest.fixture
def ours(database: Database) -> Answered:
    return Answered(database)


def timeline(platform: Platform, *numbers: int) -> None:
    references = [{"type": "replied_to", "id": id_of(1)}]
    ours = [
        item(n, text=f"@ada {TEXT}", author_id="7001", referenced_tweets=references, created_at="2026-11-23T01:00:00Z") for n in numbers
    ]
    platform.always(TIMELINE, as_json({"data": ours, "meta": {"result_count": len(ours)}}))


def test_an_answer_that_was_taken_is_paid_for(ours: Answered, platform: Platform) -> None:
    platform.always(TWEETS, as_json({"data": {"id": id_of(9), "text": TEXT}}, 201), method="POST")
    assert ours.on(platform).row.state is ReplyState.SENT
    assert (ours.ledger, ours.row.cost_micros) == ([WRITTEN], 10_000)


@pytest.mark.parametrize("lost", [HANG, Answer(201, b"{")], ids=["silence", "rubbish"])
def test_an_answer_that_got_lost_is_paid_for_when_it_is_found_and_so_is_the_search(
    ours: Answered, platform: Platform, lost: Answer
) -> None:
    platform.always(TWEETS, lost, method="POST")
    assert ours.on(platform).row.state is ReplyState.UNCERTAIN
    assert ours.ledger == []
    timeline(platform, 9)
    ours.due_again()
    assert ours.on(platform).row.state is ReplyState.SENT
    assert ours.ledger == [(BudgetPart.REPLIES, "post_read", 1, 5_000), WRITTEN]
    assert ours.row.cost_micros == 15_000


def test_a_search_that_breaks_off_is_paid_for_as_far_as_it_came(ours: Answered, platform: Platform) -> None:
    platform.always(TWEETS, HANG, method="POST")
    ours.on(platform)
    page = {"data": [item(3, text="other"), item(2, text="words")], "meta": {"next_token": "t", "result_count": 2}}
    platform.then(TIMELINE, as_json(page), problem(429, "Too Many Requests"))
    ours.due_again()
    assert ours.on(platform).row.state is ReplyState.UNCERTAIN
    assert ours.ledger == [(BudgetPart.REPLIES, "post_read", 2, 10_000)]


def test_an_answer_that_our_feed_meets_first_is_paid_for_once(ours: Answered, platform: Platform) -> None:
    platform.always(TWEETS, HANG, method="POST")
    ours.on(platform)
    ours.stands_as_own_post()
    assert (ours.row.state, ours.ledger) == (ReplyState.SENT, [WRITTEN])


def test_an_answer_that_our_feed_meets_while_it_is_being_sent_is_paid_for_once(ours: Answered, platform: Platform) -> None:
    def answer(_seen: object) -> Answer:
        ours.stands_as_own_post()
        return as_json({"data": {"id": id_of(9), "text": TEXT}}, 201)

    platform.always(TWEETS, answer, method="POST")
    assert ours.on(platform).row.proof == "timeline"
    assert (ours.ledger, ours.row.cost_micros) == ([WRITTEN], 10_000)


@pytest.mark.parametrize("was_sent", [True, False])
def test_an_answer_that_a_person_saw_there_is_paid_for(ours: Answered, platform: Platform, *, was_sent: bool) -> None:
    platform.always(TWEETS, HANG, method="POST")
    ours.on(platform)
    with ours.database.write() as session:
        by = session.get_one(Person, ours.person_id)
        replies.settle(session, ours.id, was_sent=was_sent, by=by, now=ours.database.now())
    assert ours.ledger == ([WRITTEN] if was_sent else [])


def test_an_answer_that_could_not_be_marked_has_been_paid_for(ours: Answered, platform: Platform) -> None:
    def answer(_seen: object) -> Answer:
        with ours.database.write() as session:
            session.execute(update(Reply).values(state=ReplyState.CANCELLED, lease_owner="another"))
        return as_json({"data": {"id": id_of(9), "text": TEXT}}, 201)

    platform.always(TWEETS, answer, method="POST")
    assert ours.on(platform).row.state is ReplyState.CANCELLED
    assert ours.ledger == [WRITTEN]


def test_what_was_asked_before_it_left_is_paid_for_though_it_broke_off(ours: Answered, platform: Platform) -> None:
    edited = item(1, edit_history_tweet_ids=[id_of(1), id_of(5)])
    platform.then(TWEETS, as_json({"data": [edited]}), problem(503, "Over capacity"))
    platform.always(TWEETS, as_json({"data": {"id": id_of(9), "text": TEXT}}, 201), method="POST")
    assert ours.on(platform, desk=DESK).row.state is ReplyState.SENT
    assert ours.ledger == [(BudgetPart.RECHECKS, "post_read", 1, 5_000), WRITTEN]
    assert ours.row.cost_micros == 10_000


class TakingBack(SandboxReplier):
    """X as it takes answers back, and what happens meanwhile."""

    def __init__(self, meanwhile: Callable[[], None]) -> None:
        super().__init__("x")
        self._meanwhile = meanwhile

    def send(self, reply: OutgoingReply) -> Sent:
        return Sent(id_of(9), "", reply.queued_at)

    def take_back(self, reply: OutgoingReply) -> tuple[Spent, ...]:
        del reply
        price = Spent("post_delete", 1, 10_000)
        bill.charge(price)
        self._meanwhile()
        return (price,)


def refuse() -> None:
    raise RateLimited("later", None)


@pytest.mark.parametrize("how", ["done", "refused", "taken over"])
def test_taking_back_is_paid_for_however_it_ends(ours: Answered, how: str) -> None:
    def take_over() -> None:
        with ours.database.write() as session:
            session.execute(update(Reply).values(lease_owner="another"))

    platform = TakingBack({"done": lambda: None, "refused": refuse, "taken over": take_over}[how])
    ours.deliver(ListenerSettings(), x=platform)
    with ours.database.write() as session:
        by = session.get_one(Person, ours.person_id)
        changes.ask(session, ours.id, ChangeKind.TAKE_BACK, by=by, now=ours.database.now())
    ours.deliver(ListenerSettings(), x=platform)
    state = {"done": ChangeState.DONE, "refused": ChangeState.ASKED, "taken over": ChangeState.WORKING}[how]
    assert (ours.row.change_state, ours.row.cost_micros) == (state, 10_000)
    assert ours.ledger == [(BudgetPart.REPLIES, "post_delete", 1, 10_000)]
