"""Whom we leave alone, and whom we do not listen to."""

import pytest
from sqlalchemy import select

from desk.cases import cases, contact
from desk.errors import DoNotContact, Invalid, NotAllowed
from desk.intake import worth
from desk.labels import triage
from desk.outcomes import outcomes
from desk.queue import inbox
from desk.queue.filters import QueueFilter
from desk.queue.inbox import MentionFilter
from desk.replies import approvals, replies, way_out
from storage.database import Database
from storage.models import Audit, Author, Mention, Notice, Person
from storage.words import CaseStatus, Flag, NoticeKind, Outcome, ReplyState, Role, Urgency, Verdict
from tests.support.desk import MINUTE, NOON, SECOND, SETTINGS, Shop, lead, person
from tests.support.eyes import ask, learner
from tests.support.outbox import fail, queue

LATER = NOON + MINUTE


def test_n12_who_asked_us_to_stop_gets_no_reply(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        contact.stop(session, case.author_id, reason="Wrote “leave me alone” on Monday", by=ana, now=NOON)
        with pytest.raises(DoNotContact, match=r"until a lead lifts that\. Wrote “leave me alone”"):
            queue(session, case, shop, ana)
        with pytest.raises(DoNotContact, match="not written to"):
            contact.require(session, case.author_id, proactive=True)
        with pytest.raises(DoNotContact):
            ask(session, case, shop, ana)


def test_n12_what_they_write_after_that_changes_nothing(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        contact.stop(session, case.author_id, reason="asked", by=ana, now=NOON)
        cases.join(session, case, shop.more(case, "And another thing", at=LATER), settings=SETTINGS, now=LATER)
        with pytest.raises(DoNotContact):
            queue(session, case, shop, ana, now=LATER)


def test_n12_a_reply_that_was_queued_before_becomes_a_draft(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        reply = queue(session, case, shop, ana)
        contact.stop(session, case.author_id, reason="asked", by=ana, now=NOON)
        assert (reply.state, reply.reason) == (ReplyState.DRAFT, "the customer asked us not to contact them")


def test_n12_a_reply_that_was_to_be_posted_by_hand_becomes_a_draft_and_its_owner_is_told(database: Database) -> None:
    with database.write() as session:
        ana, bo, shop = person(session), person(session, "Bo Lind"), Shop(session)
        case, own = shop.claimed(ana, addressed=[]), shop.claimed(bo, addressed=[])
        by_hand, theirs = queue(session, case, shop, ana), queue(session, own, shop, bo)
        assert (by_hand.state, theirs.state) == (ReplyState.BY_HAND, ReplyState.BY_HAND)
        was = case.version
        contact.stop(session, case.author_id, reason="asked", by=bo, now=NOON)
        contact.stop(session, own.author_id, reason="asked", by=bo, now=NOON)
        assert (by_hand.state, by_hand.text, by_hand.reason) == (ReplyState.DRAFT, "On its way", way_out.UNWANTED)
        assert case.version > was
        with pytest.raises(Invalid):
            replies.prove(session, by_hand.id, url="https://x.example/ours", by=ana, now=LATER)
        told = session.scalars(select(Notice).where(Notice.kind == NoticeKind.RECALLED)).all()
        assert [(one.person_id, one.case_id, one.text) for one in told] == [(ana.id, case.id, case.author_name)]


def test_n12_delivery_asks_once_more(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        reply = queue(session, case, shop, ana)
        session.get_one(Author, case.author_id).do_not_contact = True
        assert replies.lease_due(session, "w", now=LATER, limit=9, lease=MINUTE) == []
        session.refresh(reply)
        assert (reply.state, reply.reason) == (ReplyState.DRAFT, "the customer asked us not to contact them")


def test_n12_a_failed_reply_is_not_tried_again_and_an_approval_is_void(database: Database) -> None:
    with database.write() as session:
        ana, lu, shop = person(session), learner(session), Shop(session)
        case = shop.claimed(ana)
        reply = queue(session, case, shop, ana)
        fail(session, reply)
        contact.stop(session, case.author_id, reason="asked", by=ana, now=LATER)
        with pytest.raises(DoNotContact):
            replies.retry(session, reply.id, by=ana, now=LATER)
        other = shop.claimed(lu)
        approval = ask(session, other, shop, lu)
        contact.stop(session, other.author_id, reason="asked", by=ana, now=LATER)
        session.refresh(approval)
        assert approval.verdict == Verdict.SENT_BACK
        with pytest.raises(Invalid):
            approvals.approve(session, approval.id, by=ana, settings=SETTINGS, now=LATER)


def test_n12_only_a_lead_lifts_it_and_all_is_on_record(database: Database) -> None:
    with database.write() as session:
        ana, lea, shop = person(session), lead(session), Shop(session)
        case = shop.claimed(ana)
        with pytest.raises(Invalid, match="Say why"):
            contact.stop(session, case.author_id, reason=" ", by=ana, now=NOON)
        contact.stop(session, case.author_id, reason="asked", by=ana, now=NOON)
        with pytest.raises(NotAllowed):
            contact.lift(session, case.author_id, by=ana, now=NOON)
        contact.lift(session, case.author_id, by=lea, now=LATER)
        assert queue(session, case, shop, ana).state == ReplyState.QUEUED
        acts = session.query(Audit).filter(Audit.subject == f"author {case.author_id}").order_by(Audit.id)
        assert [(act.verb, act.person_id, act.case_id) for act in acts] == [
            ("do_not_contact", ana.id, case.id),
            ("do_not_contact", ana.id, None),
            ("contact_lifted", lea.id, None),
        ]


@pytest.mark.parametrize("role", [Role.READER, Role.MARKETER, Role.OPS])
def test_n12_only_care_roles_write_it_down(database: Database, role: Role) -> None:
    with database.write() as session:
        shop = Shop(session)
        author = shop.author()
        with pytest.raises(NotAllowed):
            contact.stop(session, author.id, reason="asked", by=person(session, "Rik", role), now=NOON)
        assert not author.do_not_contact


def seen(shop: Shop, author: Author, **labels: object) -> Mention:
    """A triaged post of this author, in a thread of its own."""
    told = {"triaged_at": NOON, "needs_reply": True, "urgency": Urgency.NORMAL, **labels}
    return shop.mention("You again!", author=author, at=LATER, **told)


def shown(shop: Shop, mention: Mention) -> bool:
    known = worth.at_hand(shop.session, [mention], now=NOON)
    return triage.show(shop.session, mention, known, flag=mention.flag, settings=SETTINGS, now=LATER)


def blocked(shop: Shop, by: Person) -> Author:
    author = shop.author("troll")
    return contact.block(shop.session, author.id, reason="Threatened us", by=by, now=NOON)


def test_a_blocked_author_is_heard_but_opens_no_case(database: Database) -> None:
    with database.write() as session:
        lea, shop = lead(session), Shop(session)
        author = blocked(shop, lea)
        mention = seen(shop, author)
        assert not shown(shop, mention)
        assert inbox.queue(session, QueueFilter(view="all"), now=LATER) == []
        (row,) = inbox.mentions(session, MentionFilter(), now=LATER)
        assert (row.id, row.case_id, row.is_blocked) == (mention.id, None, True)
        contact.unblock(session, author.id, by=lea, now=LATER)
        assert shown(shop, seen(shop, author))


@pytest.mark.parametrize("labels", [{"urgency": Urgency.HIGH}, {"flag": Flag.FAILED}])
def test_an_emergency_of_a_blocked_author_is_shown_and_marked(database: Database, labels: dict[str, object]) -> None:
    with database.write() as session:
        shop = Shop(session)
        mention = seen(shop, blocked(shop, lead(session)), **labels)
        assert shown(shop, mention)
        (row,) = inbox.queue(session, QueueFilter(view="all"), now=LATER)
        assert (row.id, row.is_blocked) == (mention.case_id, True)


def test_a_live_case_of_a_blocked_author_goes_on_and_a_closed_one_stays_closed(database: Database) -> None:
    with database.write() as session:
        ana, lea, shop = person(session), lead(session), Shop(session)
        case = shop.claimed(ana)
        contact.block(session, case.author_id, reason="Threatened us", by=lea, now=NOON)
        more = shop.more(case, at=NOON + SECOND, triaged_at=NOON, needs_reply=True)
        shown(shop, more)
        assert more.case_id == case.id
        outcomes.close(session, case.id, outcome=Outcome.NO_ACTION, by=ana, now=LATER)
        assert not shown(shop, shop.more(case, at=LATER, triaged_at=NOON, needs_reply=True))
        assert case.status == CaseStatus.CLOSED


def test_only_leads_block_and_say_why(database: Database) -> None:
    with database.write() as session:
        ana, lea, shop = person(session), lead(session), Shop(session)
        author = shop.author()
        with pytest.raises(NotAllowed):
            contact.block(session, author.id, reason="rude", by=ana, now=NOON)
        with pytest.raises(Invalid):
            contact.block(session, author.id, reason="", by=lea, now=NOON)
        contact.block(session, author.id, reason="rude", by=lea, now=NOON)
        with pytest.raises(NotAllowed):
            contact.unblock(session, author.id, by=ana, now=NOON)
        assert author.blocked_at == NOON


def test_a_person_may_still_make_a_case_of_what_a_blocked_author_wrote(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        mention = seen(shop, blocked(shop, lead(session)))
        opened = cases.open_for_mention(session, mention.id, by=ana, settings=SETTINGS, now=LATER)
        assert mention.case_id == opened.id
