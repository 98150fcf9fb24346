"""A reply to a direct message, from X on loopback to X on loopback: polled, joined, answered in private, and recognised when it comes back."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from desk.feeds.plan import AccountPlan, BrandPlan, FeedDraft, WorkspacePlan
from storage.check import check
from storage.database import Database
from storage.models import Case, Mention, Reply
from storage.words import CaseStatus, ReplyState
from tests.support.house import House
from tests.support.platforms import X_ACCOUNT, X_APP, settings
from tests.support.replay import HANG, Platform, as_json
from tests.support.x_platform import Messages, id_of, item

PLAN = WorkspacePlan(
    brands=(BrandPlan("Northwind"),),
    credentials=(("main", "x"),),
    accounts=(AccountPlan("Northwind on X", "Northwind", "x", "", "northwind", "main", ""),),
    feeds=(
        FeedDraft("mentions", "x", "mentions", "", "Northwind", "main", options={"user_id": "7001"}),
        FeedDraft("direct", "x", "direct", "", "Northwind", "main"),
    ),
)
POST = item(
    1, text="@northwind my parcel is lost", created_at="2026-11-20T11:59:00.000Z", entities={"mentions": [{"username": "northwind"}]}
)
ADA = {"id": "501", "username": "ada", "name": "Ada Bell"}


@pytest.fixture
def platform() -> Iterator[Platform]:
    with Platform() as opened:
        opened.always("/2/users/7001/mentions", as_json({"data": [POST], "includes": {"users": [ADA]}, "meta": {}}))
        yield opened


@pytest.fixture
def house(database: Database, platform: Platform) -> Iterator[House]:
    """It listens to one account on X and answers from it."""
    with House(database, settings(platform, "x", {**X_APP, **X_ACCOUNT}, timeout=1), PLAN) as opened:
        yield opened


def test_a_message_joins_the_public_case_is_answered_in_private_and_our_answer_is_recognised(house: House, platform: Platform) -> None:
    messages = Messages(platform)
    house.look()
    messages.arrive(2, "It is order 4471, not for everybody to read")
    house.look()
    with house.database.write() as session:
        (case,) = session.scalars(select(Case)).all()
        assert [(m.is_private, m.case_id) for m in session.scalars(select(Mention).order_by(Mention.id))] == [
            (False, case.id),
            (True, case.id),
        ]
    reply_id = house.answer("Thank you, it leaves today")
    house.deliver()
    assert messages.written == [("501-7001", "Thank you, it leaves today")]
    assert [seen.path for seen in platform.seen if seen.method == "POST"] == ["/2/dm_conversations/501-7001/messages"]
    house.look()
    with house.database.read() as session:
        reply = session.get_one(Reply, reply_id)
        assert (reply.state, reply.is_private, reply.proof) == (ReplyState.SENT, True, "timeline")
        ours = session.scalars(select(Mention).where(Mention.is_own)).one()
        case = session.scalars(select(Case)).one()
        assert (ours.external_id, ours.case_id, ours.is_private) == (reply.external_id, case.id, True)
        assert (case.status, case.waiting_since, case.preview) == (CaseStatus.PENDING, None, "@northwind my parcel is lost")
        assert check(session) == []


def test_a_private_answer_whose_fate_is_unknown_is_found_and_never_sent_twice(house: House, platform: Platform) -> None:
    messages = Messages(platform)
    messages.arrive(2, "It is order 4471")
    house.look()
    platform.then("/2/dm_conversations/501-7001/messages", HANG, method="POST")
    reply_id = house.answer("It leaves today")
    house.deliver()
    with house.database.read() as session:
        assert session.get_one(Reply, reply_id).state is ReplyState.UNCERTAIN
    messages.arrive(9, "It leaves today", sender="7001", created_at=house.database.now().strftime("%Y-%m-%dT%H:%M:%S.000Z"))
    house.deliver()
    with house.database.read() as session:
        reply = session.get_one(Reply, reply_id)
        assert (reply.state, reply.external_id) == (ReplyState.SENT, id_of(9))
    assert messages.written == []
