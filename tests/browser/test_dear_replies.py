"""The editor warns before a reply that costs more: on X a link makes it many times as dear."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from desk.cases import cases
from desk.people import people
from storage.models import Case, Mention, ReplyAccount
from storage.words import Capability
from tests.browser.conftest import Board, Sit

pytestmark = pytest.mark.browser


def test_the_editor_warns_before_a_reply_that_costs_more(board: Board, sit: Sit) -> None:
    case_id = board.floor.cases[0]
    with board.database.write() as session:
        cases.claim(session, case_id, by=people.active(session, board.floor.ana), now=board.database.now())
        case = session.get_one(Case, case_id)
        account = session.scalars(select(ReplyAccount).where(ReplyAccount.source == case.source)).first()
        assert account is not None
        for mention in session.scalars(select(Mention).where(Mention.case_id == case_id)):
            mention.capability, mention.addressed = Capability.API, [account.handle.lower()]
    page = sit(board.floor.ana, f"?case={case_id}")
    price = page.locator(".how").filter(has_text="costs")
    page.locator("#reply").fill("We are on it")
    expect(price).to_have_text("costs $0.01")
    expect(price).not_to_have_class(re.compile("dear"))
    page.locator("#reply").fill("We are on it, see https://acme.example/help")
    expect(price).to_have_text("⚠ costs $0.20: it has a link")
    expect(price).to_have_class(re.compile("dear"))
    page.locator("#reply").fill("We are on it")
    expect(price).to_have_text("costs $0.01")
