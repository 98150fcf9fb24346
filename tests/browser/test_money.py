"""The X budget ends before the month does: it is told, what hurts least stops first, and ops raise it for a day."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page as Screen
from playwright.sync_api import expect
from sqlalchemy import select, update

from desk.alerts import alerts
from desk.intake.rechecks import Asked
from desk.money import thrift
from desk.money.budget import Budget
from desk.post import FeedSpec, Page, Post, PostAuthor, Spent
from desk.settings import DeskSettings
from listener.deliver import deliver_due
from listener.poll import Poller
from listener.recheck import Rechecker
from listener.registry import Registry
from listener.settings import ListenerSettings
from listener.source import Counted, Malformed
from listener.sources.sandbox import SandboxReplier
from storage.models import Alert, BudgetState, Cost, Coverage, Credential, Feed, Mention, Reply, ReplyAccount
from storage.words import AlertKind, BudgetPart, LookResult, ReplyState, Role, ThriftStep
from tests.browser.conftest import Board, Sit
from tests.support.desk import Shop, person
from tests.support.outbox import queue

pytestmark = pytest.mark.browser

LISTENER = ListenerSettings()
DAY = timedelta(days=1)
DOLLAR = 1_000_000
MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]


class X:
    """X as it costs money: it remembers what it was asked."""

    name = "x"

    def __init__(self) -> None:
        self.read: list[tuple[str, bool]] = []
        self.counted = 0
        self.rechecked = 0

    def fetch(self, feed: FeedSpec, cursor: str | None) -> Page:
        del cursor
        self.read.append((feed.kind, bool(feed.options.get("sample"))))
        number = len(self.read)
        post = Post(f"{number}", PostAuthor(f"u{number}", "ana"), "acme lost my parcel", datetime.now(UTC), f"{number}")
        return Page((post,), cursor="1", costs=(Spent("post_read", 1, 5_000),))

    def reread(self, payload: bytes, feed: FeedSpec) -> Post:
        raise Malformed(feed.name, payload)

    def count(self, feed: FeedSpec, *, since: datetime) -> Counted:
        del feed, since
        self.counted += 1
        return Counted(412, costs=(Spent("count_request", 1, 5_000),))

    def recheck(self, ids: tuple[str, ...], feed: FeedSpec) -> Asked:
        del feed
        self.rechecked += len(ids)
        return Asked()


@dataclass
class House:
    """A workspace whose X credential spends three dollars on keywords, one on mentions and one on rechecks a day."""

    board: Board
    desk: DeskSettings
    x: X

    def spend(self, part: BudgetPart, dollars: float) -> None:
        with self.board.database.write() as session:
            credential_id = session.scalars(select(Credential.id)).one()
            row = {"credential_id": credential_id, "part": part, "kind": "post_read", "micros": round(dollars * DOLLAR)}
            session.add(Cost(at=self.board.database.now(), **row))

    def decide(self) -> ThriftStep:
        """What the listener's sweep does, a minute after it did so last."""
        with self.board.database.write() as session:
            now = self.board.database.now()
            session.execute(update(BudgetState).values(decided_at=now - thrift.EVERY))
            thrift.tend(session, settings=self.desk, now=now)
            alerts.refresh(session, settings=self.desk, now=now)
            session.flush()
            return session.scalars(select(BudgetState.step)).one()

    def look(self) -> dict[str, LookResult]:
        """Every feed of X once."""
        database, registry = self.board.database, Registry(LISTENER, sources={"x": self.x})
        with database.write() as session:
            session.execute(update(Feed).values(next_poll_at=database.now()))
        poller = Poller(database, LISTENER, self.desk, registry, owner="w")
        poller.poll_due()
        poller.close()
        with database.read() as session:
            rows = select(Feed.name, Coverage.result).join(Feed, Feed.id == Coverage.feed_id).order_by(Coverage.id)
            return {row.name: row.result for row in session.execute(rows)}

    def recheck(self) -> int:
        with self.board.database.write() as session:
            session.execute(update(Mention).values(recheck_at=self.board.database.now() - DAY))
        rechecker = Rechecker(self.board.database, LISTENER, self.desk, Registry(LISTENER, sources={"x": self.x}))
        taken = rechecker.recheck_due()
        rechecker.drain()
        return taken

    def answer(self) -> ReplyState:
        """Somebody answers, and the reply leaves."""
        database = self.board.database
        with database.write() as session:
            shop, by = Shop(session), person(session, "Cy Dunn")
            shop.account.credential_id = session.scalars(select(Credential.id)).one()
            reply_id = queue(session, shop.claimed(by, "Lost parcel"), shop, by, "On its way", now=database.now() - timedelta(minutes=1)).id
            shop.feed.retired = True
        registry = Registry(LISTENER, sources={"x": self.x}, repliers={"x": SandboxReplier("x")})
        deliver_due(database, LISTENER, self.desk, registry, owner="d")
        with database.read() as session:
            return session.get_one(Reply, reply_id).state


def roomy_zone(now: datetime) -> str:
    """A zone in which the month has some hours left."""
    return max(("Etc/GMT-14", "UTC", "Etc/GMT+12"), key=lambda zone: thrift.month_of(now, zone)[1])


@pytest.fixture
def house(board: Board, monkeypatch: pytest.MonkeyPatch) -> House:
    now = board.database.now()
    with board.database.write() as session:
        credential = Credential(name="acme-x", source="x")
        session.add(credential)
        session.flush()
        session.execute(update(ReplyAccount).values(credential_id=credential.id))
        session.execute(update(Feed).values(retired=True))
        brand_id = session.scalars(select(Feed.brand_id)).first()
        common: dict[str, Any] = {
            "source": "x",
            "brand_id": brand_id,
            "credential_id": credential.id,
            "created_at": now,
            "next_poll_at": now,
        }
        session.add_all([Feed(name="Acme on X", kind="search", query="acme", **common), Feed(name="To us on X", kind="mentions", **common)])
        for day in range(7):
            for part, dollars in ((BudgetPart.KEYWORDS, 3), (BudgetPart.MENTIONS, 1), (BudgetPart.RECHECKS, 1)):
                row = {"credential_id": credential.id, "part": part, "kind": "post_read", "micros": dollars * DOLLAR}
                session.add(Cost(at=now - day * DAY - timedelta(hours=1), **row))
    desk = DeskSettings(zone=roomy_zone(now), recheck_after=(DAY,))
    with board.database.read() as session:
        forecast = thrift.money(session, settings=desk, now=now)[0].forecast
    days = forecast.left / DAY
    rest = {part: micros * days for part, micros in forecast.pace.items()}
    # Without rechecks it would last.
    month = round(forecast.total + rest[BudgetPart.KEYWORDS] + rest[BudgetPart.MENTIONS] + rest[BudgetPart.RECHECKS] / 2)
    monkeypatch.setenv("CARELINE_TEST_BUDGET", f"acme-x:{month}:{desk.zone}")
    board.kill()
    board.start()
    return House(board, replace(desk, budgets={"acme-x": Budget(month)}), X())


def expect_part(page: Screen, way: str) -> None:
    expect(page.locator("[class*=st-key-money_parts]").get_by_text(way)).to_be_visible()


def test_the_budget_ends_before_the_month_does(house: House, sit: Sit) -> None:
    board = house.board
    with board.database.write() as session:
        ops = person(session, "Olu Pike", Role.OPS).id
    house.look()

    # It does not last: the day is told, and posts are not asked for again.
    assert house.decide() is ThriftStep.NO_RECHECKS
    with board.database.read() as session:
        ends = session.scalars(select(BudgetState.ends_at)).one().astimezone(ZoneInfo(house.desk.zone))
        assert (
            session.scalars(select(Alert.text).where(Alert.kind == AlertKind.BUDGET_ENDS))
            .one()
            .startswith("At full pace the budget of acme-x ends")
        )
    page = sit(ops, "feeds")
    warning = f"At this pace the acme-x budget ends on {ends.day} {MONTHS[ends.month - 1]}."
    expect(page.get_by_text(warning)).to_be_visible()
    expect(page.get_by_text("1 · Rechecks stop: since")).to_be_visible()
    assert (house.recheck(), house.x.rechecked) == (0, 0)
    assert house.look() == {"Acme on X": LookResult.LOOKED, "To us on X": LookResult.LOOKED}
    assert ("search", False) in house.x.read

    # More is spent than was forecast: a sample of the keyword feed, the mentions in full.
    with board.database.read() as session:
        days = thrift.money(session, settings=house.desk, now=board.database.now())[0].forecast.left / DAY
    house.spend(BudgetPart.KEYWORDS, 0.9 * days)
    assert house.decide() is ThriftStep.THINNED
    house.x.read.clear()
    house.look()
    assert sorted(house.x.read) == [("mentions", False), ("search", True)]
    page.reload()
    expect_part(page, "A sample, less often")

    # And more: the keyword feed is counted; mentions and replies go on.
    house.spend(BudgetPart.KEYWORDS, 2.2 * days)
    assert house.decide() is ThriftStep.COUNTED
    house.x.read.clear()
    assert house.look() == {"Acme on X": LookResult.BUDGET_USED_UP, "To us on X": LookResult.LOOKED}
    assert (house.x.read, house.x.counted) == ([("mentions", False)], 1)
    assert house.answer() is ReplyState.SENT
    page.reload()
    expect_part(page, "Counted, not read")
    expect(page.get_by_text("(counted, not read: 412 posts)")).to_be_visible()

    # One click brings all of it back for today.
    page.get_by_role("button", name="Raise for today").click()
    expect(page.locator(".st-key-money").get_by_text("Raised by Olu Pike until")).to_be_visible()
    house.x.read.clear()
    assert house.look() == {"Acme on X": LookResult.LOOKED, "To us on X": LookResult.LOOKED}
    assert sorted(house.x.read) == [("mentions", False), ("search", False)]
    assert house.recheck() > 0
