"""May we answer in this subreddit? Noted per brand, shown at the case, and asked again until the reply leaves."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases import caseview
from desk.errors import Invalid, NotAllowed, NotFound
from desk.replies import outbox, recall, replies, welcomes
from storage.database import Database
from storage.models import Audit, Case, Mention, Person, Reply
from storage.words import ReplyState, Role, WelcomeKind
from tests.support.desk import NOON, SETTINGS, Shop, person

URL = "https://www.reddit.com/r/Gadgets_EU/comments/abc/my_lift/def/"
PLACE = "gadgets_eu"
HOUR = timedelta(hours=1)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as opened:
        yield opened


@pytest.fixture
def shop(session: Session) -> Shop:
    return Shop(session, source="reddit", handle="AcmeCare")


@pytest.fixture
def ana(session: Session) -> Person:
    return person(session)


@pytest.fixture
def ops(session: Session) -> Person:
    return person(session, "Olu Pike", Role.OPS)


def held(shop: Shop, by: Person) -> Case:
    case = shop.claimed(by)
    stands_at(shop.session.get_one(Mention, case.latest_mention_id))
    return case


def stands_at(mention: Mention, url: str = URL) -> Mention:
    mention.url = url
    return mention


def send(session: Session, shop: Shop, case: Case, by: Person, key: str = "k") -> Reply:
    told: dict[str, Any] = {"account_id": shop.account.id, "mention_id": case.latest_mention_id, "seen_mention_id": case.latest_mention_id}
    return replies.queue(session, case.id, text="It is on its way", key=key, by=by, settings=SETTINGS, now=NOON, **told)


def note(session: Session, shop: Shop, by: Person, kind: WelcomeKind, reason: str = "rule 4", place: str = PLACE) -> None:
    welcomes.note(session, shop.brand.id, place, kind=kind, reason=reason, by=by, now=NOON)


def test_nothing_is_sent_to_a_place_of_which_nobody_noted_anything(session: Session, shop: Shop, ana: Person) -> None:
    case = held(shop, ana)
    with pytest.raises(Invalid, match=f"Nobody noted yet whether {shop.brand.name} may answer in r/{PLACE}"):
        send(session, shop, case, ana)
    view = caseview.case(session, case.id, by=ana, now=NOON)
    assert view.welcome is not None
    assert (view.welcome.place, view.welcome.kind) == (PLACE, None)


@pytest.mark.parametrize("written", ["r/Gadgets_EU", "/r/gadgets_eu/", "GADGETS_EU"])
def test_with_a_yes_it_is_sent_however_the_name_was_written(session: Session, shop: Shop, ana: Person, written: str) -> None:
    case = held(shop, ana)
    before = case.version
    note(session, shop, ana, WelcomeKind.YES, place=written)
    session.refresh(case)
    assert case.version > before
    assert send(session, shop, case, ana).state is ReplyState.QUEUED
    view = caseview.case(session, case.id, by=ana, now=NOON)
    assert view.welcome is not None
    assert (view.welcome.kind, view.welcome.reason, view.welcome.by) == (WelcomeKind.YES, "rule 4", ana.name)


@pytest.mark.parametrize(("kind", "said"), [(WelcomeKind.NO, "does not answer in"), (WelcomeKind.ASK, "Ask the moderators")])
def test_without_it_the_reason_is_told(session: Session, shop: Shop, ana: Person, ops: Person, kind: WelcomeKind, said: str) -> None:
    note(session, shop, ops, kind, "no companies")
    with pytest.raises(Invalid, match=said) as caught:
        send(session, shop, held(shop, ana), ana)
    assert "no companies" in str(caught.value)


def test_what_was_noted_is_changed_by_those_who_keep_the_feeds(session: Session, shop: Shop, ana: Person, ops: Person) -> None:
    note(session, shop, ana, WelcomeKind.NO)
    with pytest.raises(NotAllowed):
        note(session, shop, ana, WelcomeKind.YES)
    note(session, shop, ops, WelcomeKind.YES, "the moderators wrote that it is fine")
    (found,) = welcomes.noted(session, by=ana)
    assert (found.kind, found.by, found.brand) == (WelcomeKind.YES, "Olu Pike", shop.brand.name)
    told = session.scalars(select(Audit).where(Audit.verb == "welcome").order_by(Audit.id)).all()
    assert [one.person_id for one in told] == [ana.id, ops.id]


def test_each_brand_asks_for_itself(session: Session, shop: Shop, ana: Person) -> None:
    other = Shop(session, source="reddit", handle="OtherCare")
    note(session, other, ana, WelcomeKind.YES)
    with pytest.raises(Invalid, match="Nobody noted yet"):
        send(session, shop, held(shop, ana), ana)


def test_a_private_message_and_other_places_need_nobodys_leave(session: Session, shop: Shop, ana: Person) -> None:
    assert welcomes.place_of(stands_at(shop.mention(is_private=True), "https://www.reddit.com/message/messages/9")) == ""
    assert welcomes.place_of(stands_at(shop.mention(is_private=True))) == ""
    forum = Shop(session, source="x")
    assert welcomes.place_of(stands_at(forum.mention())) == ""
    case = held(forum, ana)
    assert send(session, forum, case, ana).state is ReplyState.QUEUED


def test_a_queued_reply_comes_back_as_a_draft_when_it_is_noted_meanwhile(session: Session, shop: Shop, ana: Person, ops: Person) -> None:
    note(session, shop, ana, WelcomeKind.YES)
    case = held(shop, ana)
    reply = send(session, shop, case, ana)
    note(session, shop, ops, WelcomeKind.ASK, place="gadgetsxeu")
    reply.not_before = NOON
    note(session, shop, ops, WelcomeKind.NO)
    assert outbox.lease_due(session, "w", now=NOON + HOUR, limit=5, lease=HOUR) == []
    session.refresh(reply)
    assert reply.state is ReplyState.DRAFT
    assert "may not answer in this subreddit" in reply.reason
    assert recall.draft_of(session, case.id) is reply


def test_a_place_that_is_only_written_alike_holds_nothing_back(session: Session, shop: Shop, ana: Person, ops: Person) -> None:
    note(session, shop, ana, WelcomeKind.YES)
    note(session, shop, ops, WelcomeKind.NO, place="gadgetsxeu")
    note(session, shop, ops, WelcomeKind.NO, place="eu")
    reply = send(session, shop, held(shop, ana), ana)
    leased = outbox.lease_due(session, "w", now=NOON + HOUR, limit=5, lease=HOUR)
    assert [one.id for one in leased] == [reply.id]


@pytest.mark.parametrize(("place", "reason"), [("r/a b", "x"), ("", "x"), ("gadgets", " "), ("gadgets", "x" * 301)])
def test_what_cannot_be_noted_says_why(session: Session, shop: Shop, ops: Person, place: str, reason: str) -> None:
    with pytest.raises(Invalid):
        note(session, shop, ops, WelcomeKind.NO, reason, place)
    with pytest.raises(NotFound):
        welcomes.note(session, 10**6, "gadgets", kind=WelcomeKind.NO, reason="x", by=ops, now=NOON)
    assert welcomes.noted(session, by=ops) == []
