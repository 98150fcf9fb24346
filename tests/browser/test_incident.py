"""A crisis in a browser: an incident made of a case, five more attached, replies held, customers told, the states seen."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from desk.incidents import incident_statements
from desk.incidents.incident_statements import Purpose
from desk.people import people
from desk.replies import replies, switches
from desk.replies.switches import Switch
from storage.models import Case, Incident, Reply
from storage.words import Intent, ReplyState, Role, Urgency
from tests.browser.conftest import Board, Sit
from tests.support.crisis import KNOWN
from tests.support.desk import Shop, person
from tests.support.waiting import eventually

pytestmark = pytest.mark.browser

TEXTS = (
    "No internet since nine, outage?",
    "Internet outage here, router is red",
    "Another internet outage",
    "Outage again, no internet",
    "Internet outage!",
)


def customers(board: Board) -> list[int]:
    """Six who wait, of one cause."""
    now = board.database.now()
    with board.database.write() as session:
        shop = Shop(session)
        labels = {"language": "en", "intent": Intent.COMPLAINT, "urgency": Urgency.NORMAL, "needs_reply": True}
        told = ("Internet outage in Mitte", *TEXTS)
        return [shop.case(words, at=now - timedelta(minutes=30 - n), **labels).id for n, words in enumerate(told)]


def approved(board: Board) -> None:
    """A statement that another lead has approved."""
    with board.database.write() as session:
        now, incident_id = board.database.now(), session.scalars(select(Incident.id)).one()
        writer, reader = people.active(session, board.floor.ana), people.active(session, board.floor.admin)
        told = {"purpose": Purpose.KNOWN, "language": "en", "variants": KNOWN}
        written = incident_statements.propose(session, incident_id, by=writer, now=now, **told)
        incident_statements.approve(session, incident_id, written.id, by=reader, now=now)


def attached(board: Board) -> set[int]:
    with board.database.read() as session:
        return set(session.scalars(select(Case.id).where(Case.incident_id.is_not(None))))


def states(board: Board) -> list[ReplyState]:
    with board.database.read() as session:
        return sorted(session.scalars(select(Reply.state)))


def begin(page: Page) -> None:
    page.get_by_role("button", name="Incident", exact=True).click()
    field = page.get_by_label("Name", exact=True)
    field.fill("Outage Mitte")
    field.press("Enter")
    page.get_by_role("button", name="Make an incident of this").click()
    expect(page.get_by_role("heading", name="Outage Mitte")).to_be_visible()


def test_from_one_case_to_all_who_are_told(board: Board, sit: Sit) -> None:
    cases = customers(board)
    page = sit(board.floor.lead, f"?case={cases[0]}")
    begin(page)
    eventually(lambda: attached(board) == {cases[0]})
    page.get_by_role("button", name="Tick all shown").click()
    expect(page.get_by_role("checkbox", name=f"Case {cases[1]}")).to_be_checked()
    page.get_by_role("button", name="Attach the ticked ones").click()
    expect(page.get_by_text("Waiting: 6")).to_be_visible()
    assert attached(board) == set(cases)
    page.get_by_role("button", name="Hold all replies").click()
    expect(page.get_by_text("All replies are held", exact=False).first).to_be_visible()
    approved(board)
    page.reload()
    page.get_by_role("combobox", name="With which statements?").click()
    page.get_by_role("option").first.click()
    expect(page.get_by_text("6 customers get a reply of their own", exact=False)).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Tell 6 customers").click()
    expect(page.get_by_text("Queued: 6")).to_be_visible()
    assert states(board) == [ReplyState.QUEUED] * 6
    with board.database.write() as session:
        now = board.database.now() + timedelta(minutes=5)
        assert replies.lease_due(session, "w", now=now, limit=9, lease=timedelta(minutes=1)) == []
        switches.set(session, Switch.REPLIES_HELD, False, by=people.active(session, board.floor.lead), now=now)
        assert len(replies.lease_due(session, "w", now=now, limit=9, lease=timedelta(minutes=1))) == 1
    expect(page.get_by_text("Sending: 1")).to_be_visible()
    page.get_by_role("button", name="Stop what has not left").click()
    expect(page.get_by_text("Queued:")).to_have_count(0)
    assert states(board) == [ReplyState.CANCELLED] * 5 + [ReplyState.SENDING]


def test_the_queue_folds_them_and_leads_to_the_page(board: Board, sit: Sit) -> None:
    cases = customers(board)
    with board.database.write() as session:
        agent = person(session, "Una Berg", Role.AGENT, now=board.database.now()).id
    page = sit(board.floor.lead, f"?case={cases[0]}")
    begin(page)
    other = sit(agent)
    fold = other.locator(".fold")
    expect(fold).to_contain_text("Outage Mitte: 1 case, waits 30 min")
    box = fold.bounding_box()
    assert box
    assert box["height"] >= 24
    expect(other.locator(f"#case-{cases[0]}")).to_have_count(0)
    fold.click()
    expect(other.get_by_role("heading", name="Outage Mitte")).to_be_visible()
    expect(other.get_by_text("A lead tells them.")).to_be_visible()
