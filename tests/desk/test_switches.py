"""The stops of a lead: hold all replies, approval for everybody."""

import pytest

from desk.cases import cases
from desk.errors import Invalid, NeedsApproval, NotAllowed
from desk.replies import replies, switches
from desk.replies.switches import Switch
from storage.database import Database
from storage.models import Audit, Reply
from storage.words import ReplyState, Role
from tests.support.desk import MINUTE, NOON, SECOND, SETTINGS, Shop, lead, person
from tests.support.outbox import queue, send


def test_a_switch_tells_who_turned_it_and_since_when(database: Database) -> None:
    with database.write() as session:
        lea, other = lead(session), lead(session, "Adi")
        assert (switches.is_on(session, Switch.REPLIES_HELD), switches.standing(session)) == (False, {})
        switches.set(session, Switch.REPLIES_HELD, True, by=lea, now=NOON)
        switches.set(session, Switch.REPLIES_HELD, True, by=other, now=NOON + MINUTE)
        turned = switches.standing(session)[Switch.REPLIES_HELD]
        assert (turned.by_id, turned.by, turned.since) == (lea.id, "Lea Hart", NOON)
        switches.set(session, Switch.REPLIES_HELD, False, by=other, now=NOON + MINUTE)
        assert switches.standing(session) == {}
        acts = [(act.person_id, act.detail) for act in session.query(Audit).filter_by(verb="switch").order_by(Audit.id)]
        assert acts == [(lea.id, {"on": True}), (other.id, {"on": False})]


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.LEAD, Role.ADMIN}])
def test_only_leads_turn_them(database: Database, role: Role) -> None:
    with database.write() as session:
        with pytest.raises(NotAllowed):
            switches.set(session, Switch.REPLIES_HELD, True, by=person(session, "Ana", role), now=NOON)
        assert not switches.is_on(session, Switch.REPLIES_HELD)


def test_while_held_a_reply_waits_and_leaves_when_the_hold_ends(database: Database) -> None:
    with database.write() as session:
        ana, lea, shop = person(session), lead(session), Shop(session)
        switches.set(session, Switch.REPLIES_HELD, True, by=lea, now=NOON)
        reply = queue(session, shop.claimed(ana), shop, ana)
        assert reply.state == ReplyState.QUEUED
        assert replies.lease_due(session, "w", now=NOON + 60 * MINUTE, limit=9, lease=MINUTE) == []
        switches.set(session, Switch.REPLIES_HELD, False, by=lea, now=NOON + 60 * MINUTE)
        assert [one.id for one in replies.lease_due(session, "w", now=NOON + 60 * MINUTE, limit=9, lease=MINUTE)] == [reply.id]


def test_what_the_customer_wrote_during_the_hold_makes_the_reply_a_draft(database: Database) -> None:
    with database.write() as session:
        ana, lea, shop = person(session), lead(session), Shop(session)
        case, quiet = shop.claimed(ana), shop.claimed(ana)
        reply, other = queue(session, case, shop, ana), queue(session, quiet, shop, ana, "Another")
        switches.set(session, Switch.REPLIES_HELD, True, by=lea, now=NOON)
        cases.join(session, case, shop.more(case, "It has come", at=NOON + SECOND), settings=SETTINGS, now=NOON + SECOND)
        switches.set(session, Switch.REPLIES_HELD, False, by=lea, now=NOON + MINUTE)
        assert [one.id for one in replies.lease_due(session, "w", now=NOON + MINUTE, limit=9, lease=MINUTE)] == [other.id]
        session.refresh(reply)
        assert (reply.state, reply.reason) == (ReplyState.DRAFT, "the customer wrote again before it was sent")


def test_an_answer_given_elsewhere_during_the_hold_cancels_the_reply(database: Database) -> None:
    with database.write() as session:
        ana, lea, shop = person(session), lead(session), Shop(session)
        case = shop.claimed(ana)
        reply = queue(session, case, shop, ana)
        switches.set(session, Switch.REPLIES_HELD, True, by=lea, now=NOON)
        replies.own_post_seen(session, shop.own_post(case, "Call us please", at=NOON + SECOND), settings=SETTINGS, now=NOON + MINUTE)
        switches.set(session, Switch.REPLIES_HELD, False, by=lea, now=NOON + MINUTE)
        assert replies.lease_due(session, "w", now=NOON + MINUTE, limit=9, lease=MINUTE) == []
        session.refresh(reply)
        assert reply.state == ReplyState.CANCELLED


def test_while_held_nothing_is_prepared_to_be_posted_by_hand(database: Database) -> None:
    with database.write() as session:
        ana, lea, shop = person(session), lead(session), Shop(session)
        case = shop.claimed(ana, addressed=[])
        switches.set(session, Switch.REPLIES_HELD, True, by=lea, now=NOON)
        with pytest.raises(Invalid, match="All replies are held"):
            queue(session, case, shop, ana)
        switches.set(session, Switch.REPLIES_HELD, False, by=lea, now=NOON)
        assert queue(session, case, shop, ana).state == ReplyState.BY_HAND


def test_what_is_on_its_way_when_the_hold_begins_is_still_reported(database: Database) -> None:
    with database.write() as session:
        ana, lea, shop = person(session), lead(session), Shop(session)
        reply = queue(session, shop.claimed(ana), shop, ana)
        replies.lease_due(session, "worker", now=NOON + MINUTE, limit=9, lease=MINUTE)
        switches.set(session, Switch.REPLIES_HELD, True, by=lea, now=NOON + MINUTE)
        session.refresh(reply)
        send(session, reply)
        assert reply.state == ReplyState.SENT


def test_approval_for_everybody_stops_what_nobody_has_read_yet(database: Database) -> None:
    with database.write() as session:
        ana, lea, shop = person(session), lead(session), Shop(session)
        case = shop.claimed(ana)
        reply = queue(session, case, shop, ana)
        switches.set(session, Switch.APPROVAL_FOR_ALL, True, by=lea, now=NOON)
        assert replies.lease_due(session, "w", now=NOON + MINUTE, limit=9, lease=MINUTE) == []
        session.refresh(reply)
        assert (reply.state, reply.reason) == (ReplyState.DRAFT, "a colleague reads it first: send it for approval")
        with pytest.raises(NeedsApproval, match="Every reply"):
            queue(session, case, shop, ana)
        with pytest.raises(NeedsApproval):
            queue(session, shop.claimed(lea), shop, lea, "A lead's, too")
        switches.set(session, Switch.APPROVAL_FOR_ALL, False, by=lea, now=NOON)
        assert queue(session, case, shop, ana).state == ReplyState.QUEUED
        assert session.get_one(Reply, reply.id).text == "On its way"
