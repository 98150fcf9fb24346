"""One customer as one story, within one source and site."""

from datetime import timedelta

import pytest

from desk.cases import cases, customer
from desk.cases.customer import Stood, What
from desk.errors import NotFound
from desk.outcomes import held, outcomes
from desk.outcomes.outcomes import ResolutionDraft
from storage.database import Database
from storage.models import Promise
from storage.words import Outcome, Role
from tests.support.desk import MINUTE, NOON, SETTINGS, Shop, person
from tests.support.outbox import queue, send

DAY = timedelta(days=1)
WHOLE = ResolutionDraft("router firmware 2.1", "update to 2.2", "she wrote that it works")


def test_n4_the_story_has_everything_newest_first(database: Database) -> None:
    with database.write() as session:
        ana, bo, shop = person(session, "Ana Moss"), person(session, "Bo Lind"), Shop(session)
        author = shop.author("mila")
        first = shop.claimed(ana, "It drops", author=author)
        send(session, queue(session, first, shop, ana, "Update it, please"), at=NOON + MINUTE)
        outcomes.close(session, first.id, outcome=Outcome.SOLVED, resolution=WHOLE, by=ana, now=NOON + 2 * MINUTE)
        held.settle(session, settings=SETTINGS, now=NOON + 8 * DAY)
        case = shop.claimed(ana, "It drops again", at=NOON + 9 * DAY, author=author)
        cases.hand_over(session, case.id, to_person_id=bo.id, note="She was here before", by=ana, now=NOON + 9 * DAY + MINUTE)
        promise = Promise(case_id=case.id, person_id=bo.id, text="A call", made_at=NOON + 9 * DAY + 2 * MINUTE, due_at=NOON + 12 * DAY)
        session.add(promise)
        session.flush()
        found = customer.customer(session, case.id, by=bo)
        told = [(one.what, one.case_id, one.who) for one in found.story]
        assert told == [
            (What.PROMISE, case.id, "Bo Lind"),
            (What.NOTE, case.id, "Ana Moss"),
            (What.HANDED_OVER, case.id, "Ana Moss"),
            (What.POST, case.id, ""),
            (What.ENDED, first.id, "Ana Moss"),
            (What.REPLY, first.id, "Ana Moss"),
            (What.POST, first.id, ""),
        ]
        (passed,) = [one for one in found.story if one.what is What.HANDED_OVER]
        (ended,) = [one for one in found.story if one.what is What.ENDED]
        assert (passed.who, passed.to) == ("Ana Moss", "Bo Lind")
        assert (ended.outcome, ended.stood, ended.case_id) == (Outcome.SOLVED, Stood.HELD, first.id)
        assert [(one.id, one.stood, one.cause) for one in found.cases] == [(case.id, None, ""), (first.id, Stood.HELD, WHOLE.cause)]
        assert (found.name, found.since, found.ordeal.score) == ("mila", NOON, 2)


def test_n3_another_source_and_another_site_are_another_customer(database: Database) -> None:
    with database.write() as session:
        ana = person(session)
        x, reddit, other = Shop(session), Shop(session, source="reddit"), Shop(session, source="discourse", site="a.example")
        here = x.case("On X", author=x.author("mila"))
        for shop in (reddit, other):
            shop.case("Elsewhere", author=shop.author("mila"))
        found = customer.customer(session, here.id, by=ana)
        assert ([one.text for one in found.story], [one.id for one in found.cases]) == (["On X"], [here.id])


def test_n3_what_came_back_is_told_as_that(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        outcomes.close(session, case.id, outcome=Outcome.SOLVED, resolution=WHOLE, by=ana, now=NOON + MINUTE)
        cases.reopen(session, case.id, by=ana, settings=SETTINGS, now=NOON + DAY)
        story = customer.customer(session, case.id, by=ana).story
        assert [(one.what, one.stood) for one in story] == [
            (What.CAME_BACK, None),
            (What.ENDED, Stood.CAME_BACK),
            (What.POST, None),
        ]


def test_n4_private_messages_are_for_care_roles_and_deleted_words_for_nobody(database: Database) -> None:
    with database.write() as session:
        ana, reader, shop = person(session), person(session, "Rik", Role.READER), Shop(session)
        author = shop.author()
        case = shop.case("In public", author=author)
        shop.mention("My card is 1234", author=author, at=NOON + MINUTE, is_private=True)
        shop.mention("Regretted", author=author, at=NOON + 2 * MINUTE, deleted_at=NOON + DAY)
        assert [one.text for one in customer.customer(session, case.id, by=ana).story] == ["", "My card is 1234", "In public"]
        assert [one.text for one in customer.customer(session, case.id, by=reader).story] == ["", "In public"]
        with pytest.raises(NotFound):
            customer.customer(session, 999_999, by=ana)
