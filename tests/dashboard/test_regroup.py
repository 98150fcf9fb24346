"""Cases of one customer are merged, and one with two matters is split, in the dialogs of the Queue page."""

from dataclasses import dataclass

import pytest

from desk.cases import cases
from storage.models import Case, Mention, Person
from storage.words import CaseStatus, Outcome
from tests.dashboard.conftest import Floor
from tests.dashboard.pages import Desk, labels, param, press, press_label, toasts
from tests.support.desk import MINUTE, SETTINGS, Shop


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer with two cases; the first has two posts, and Bo has the second."""

    first: int
    second: int
    posts: tuple[int, int]


@pytest.fixture
def customer(desk: Desk, sqlite_floor: Floor) -> Customer:
    with desk.workspace.database.write() as session:
        shop, now = Shop(session), desk.workspace.now()
        mila = shop.author("mila")
        first = shop.case("The hub is *dead*", at=now - 9 * MINUTE, author=mila)
        bill = shop.more(first, "And my bill is wrong", at=now - 8 * MINUTE)
        cases.open_case(session, bill, feed_id=shop.feed.id, flag=None, settings=SETTINGS, now=now - 8 * MINUTE)
        second = shop.case("Hub dead, still", at=now - 7 * MINUTE, author=mila)
        cases.claim(session, second.id, by=session.get_one(Person, sqlite_floor.bo), now=now)
        return Customer(first.id, second.id, (first.opening_mention_id, bill.id))


def stored(desk: Desk, case_id: int) -> Case:
    with desk.workspace.database.read() as session:
        return session.get_one(Case, case_id)


def test_a_case_of_one_post_offers_neither(desk: Desk, sqlite_floor: Floor) -> None:
    app = desk.open(sqlite_floor.ana, case=str(sqlite_floor.cases[0]))
    assert not {"Merge", "Split"} & set(labels(app))


def test_what_a_colleague_has_is_not_offered_but_to_a_lead(desk: Desk, sqlite_floor: Floor, customer: Customer) -> None:
    assert "Merge" not in labels(desk.open(sqlite_floor.ana, case=str(customer.second)))
    assert "Merge" in labels(desk.open(sqlite_floor.lead, case=str(customer.second)))


def test_a_refusal_stays_in_the_dialog_and_goes_with_it(desk: Desk, sqlite_floor: Floor, customer: Customer) -> None:
    app = desk.open(sqlite_floor.ana, case=str(customer.first))
    press(app, "case_merge")
    press_label(app, "Merge cases")
    assert ["Bo Lind" in error.value for error in app.error] == [True]
    press_label(app, "Cancel")
    press(app, "case_split")
    assert not app.error


def test_a_lead_merges_two_cases_and_goes_to_the_one_that_goes_on(desk: Desk, sqlite_floor: Floor, customer: Customer) -> None:
    app = desk.open(sqlite_floor.lead, case=str(customer.first))
    press(app, "case_merge")
    press_label(app, "Merge cases")
    gone, kept = stored(desk, customer.first), stored(desk, customer.second)
    assert (gone.status, gone.outcome, gone.merged_into_id) == (CaseStatus.CLOSED, Outcome.DUPLICATE, kept.id)
    assert kept.contacts == 3
    assert param(app, "case") == str(kept.id)
    assert toasts(app) == [f"Merged into case {kept.id}"]


def test_ticked_posts_become_a_case_of_their_own(desk: Desk, sqlite_floor: Floor, customer: Customer) -> None:
    app = desk.open(sqlite_floor.ana, case=str(customer.first))
    press(app, "case_split")
    boxes = [box for box in app.checkbox if str(box.key).startswith("split_")]
    assert [box.label.split("· ")[1] for box in boxes] == [r"The hub is \*dead\*", "And my bill is wrong"]
    press_label(app, "Split off")
    assert [error.value for error in app.error] == ["Choose posts that this customer wrote in this case"]
    app.checkbox(key=f"split_{customer.posts[1]}").check().run()
    press_label(app, "Split off")
    with desk.workspace.database.read() as session:
        bill = session.get_one(Mention, customer.posts[1])
    assert bill.case_id not in {customer.first, customer.second}
    assert param(app, "case") == str(bill.case_id)
