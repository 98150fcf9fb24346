"""Pictures with a reply: kept with the draft, passed on with it, bound when it leaves, and refused where no picture can go."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from desk.cases import cases
from desk.errors import Invalid, NotAllowed, NotFound, NotYours
from desk.replies import attached, attachments, replies
from desk.replies.attachments import Picture
from storage.database import Database
from storage.models import Attachment, Case, Person
from storage.words import Role
from tests.support.desk import MINUTE, NOON, SETTINGS, Shop, person
from tests.support.outbox import queue, send

PICTURE = Picture("hub.png", "image/png", b"bytes of a picture")


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as opened:
        yield opened


def add(session: Session, case: Case, by: Person, picture: Picture = PICTURE) -> int:
    return attachments.add(session, case.id, picture, by=by, now=NOON).id


def test_a_picture_leaves_with_its_reply(session: Session) -> None:
    shop, ana = Shop(session), person(session)
    case = shop.claimed(ana)
    picture = add(session, case, ana)
    attachments.describe(session, picture, alt="The hub's red light", by=ana, now=NOON)
    assert [view.alt for view in attached.of_draft(session, case.id)] == ["The hub's red light"]
    reply = queue(session, case, shop, ana)
    assert attached.of_draft(session, case.id) == ()
    (leased,) = replies.lease_due(session, "worker", now=NOON + MINUTE, limit=9, lease=MINUTE)
    (sent,) = leased.attachments
    assert (sent.name, sent.media_type, sent.body, sent.alt) == ("hub.png", "image/png", PICTURE.body, "The hub's red light")
    with pytest.raises(NotFound):
        attachments.remove(session, picture, by=ana, now=NOON)
    send(session, reply)
    assert attachments.read(session, picture, by=ana).body == PICTURE.body


def test_a_reply_that_is_taken_back_has_its_pictures_in_the_draft_again(session: Session) -> None:
    shop, ana = Shop(session), person(session)
    case = shop.claimed(ana)
    picture = add(session, case, ana)
    replies.undo(session, queue(session, case, shop, ana).id, by=ana, now=NOON)
    assert [view.id for view in attached.of_draft(session, case.id)] == [picture]


def test_pictures_go_with_the_case_to_who_takes_over(session: Session) -> None:
    shop, ana, bo = Shop(session), person(session), person(session, "Bo Lind")
    case = shop.claimed(ana)
    picture = add(session, case, ana)
    cases.hand_over(session, case.id, to_person_id=bo.id, note="", by=ana, now=NOON)
    with pytest.raises(NotYours):
        attachments.remove(session, picture, by=ana, now=NOON)
    assert attachments.remove(session, picture, by=bo, now=NOON) == case.id
    assert session.get(Attachment, picture) is None


def test_only_the_assignee_adds_and_only_care_looks(session: Session) -> None:
    shop, ana, bo, reader = Shop(session), person(session), person(session, "Bo Lind"), person(session, "Rik Vale", Role.READER)
    case = shop.claimed(ana)
    with pytest.raises(NotYours):
        add(session, case, bo)
    picture = add(session, case, ana)
    assert attachments.read(session, picture, by=bo).name == "hub.png"
    with pytest.raises(NotAllowed):
        attachments.read(session, picture, by=reader)


def test_no_more_and_no_larger_than_the_platform_takes(session: Session) -> None:
    shop, ana = Shop(session), person(session)
    case = shop.claimed(ana)
    with pytest.raises(Invalid, match="too large"):
        add(session, case, ana, Picture("big.png", "image/png", b"x" * 5_000_001))
    with pytest.raises(Invalid, match="kind of picture"):
        add(session, case, ana, Picture("a.svg", "image/svg+xml", b"<svg/>"))
    for _ in range(4):
        add(session, case, ana)
    with pytest.raises(Invalid, match="4 pictures"):
        add(session, case, ana)


@pytest.mark.parametrize("source", ["reddit", "rss", "hackernews"])
def test_where_no_picture_can_go_none_is_taken(source: str, session: Session) -> None:
    shop, ana = Shop(session, source=source), person(session)
    with pytest.raises(Invalid, match="text only"):
        add(session, shop.claimed(ana), ana)


def test_a_draft_with_pictures_is_not_sent_where_they_cannot_go(session: Session) -> None:
    shop, ana = Shop(session, source="reddit"), person(session)
    case = shop.claimed(ana)
    told = {"size": 3, "body": b"abc", "created_at": NOON}
    session.add(Attachment(case_id=case.id, name="moved.png", media_type="image/png", **told))
    session.flush()
    with pytest.raises(Invalid, match="No picture"):
        queue(session, case, shop, ana)


def test_the_pictures_of_a_merged_case_go_to_the_one_that_stays(session: Session) -> None:
    shop, ana = Shop(session), person(session)
    author = shop.author("sam")
    first, second = shop.claimed(ana, author=author), shop.claimed(ana, "Another", author=author)
    picture = add(session, second, ana)
    cases.merge(session, second.id, into=first.id, by=ana, settings=SETTINGS, now=NOON)
    assert [view.id for view in attached.of_draft(session, first.id)] == [picture]
