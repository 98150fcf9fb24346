"""Two people at one case in every order of what they do: one at the board, one by its routes. After each act the case is what a small model says."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import pytest
from playwright.sync_api import APIRequestContext, Browser, Page, expect
from sqlalchemy import select

from dashboard import actions
from dashboard.workspace import Workspace
from desk.replies import drafts
from storage.models import Case, Mention, Reply
from storage.words import CaseStatus, Outcome, ReplyState
from tests.browser import acts
from tests.browser.conftest import Board, Sit, workspace_of

pytestmark = pytest.mark.browser

ANA, LEA = "Ana Moss", "Lea Hart"
AT_THE_BOARD = ("claims", "types", "sends")
BY_ROUTES = (("takes", "sends"), ("takes", "hands_over"))
"""Lea is a lead: she takes a case that nobody has, and one that Ana has. In the end she tries to close it, whoever has it then."""

Act = tuple[str, str]


def orders(mine: tuple[str, ...], theirs: tuple[str, ...]) -> Iterator[list[Act]]:
    """All ways to shuffle two scripts into one another, each in its own order."""
    length = len(mine) + len(theirs)
    for places in combinations(range(length), len(mine)):
        one, other = iter(mine), iter(theirs)
        yield [(ANA, next(one)) if place in places else (LEA, next(other)) for place in range(length)]


@dataclass
class Model:
    """What must be so: who has the case, the words of its draft, and what waits to leave, by whom."""

    owner: str | None = None
    draft: list[str] = field(default_factory=list)
    queued: dict[str, list[str]] = field(default_factory=dict)
    is_closed: bool = False
    words: int = 0

    def word(self, who: str) -> str:
        self.words += 1
        return f"{who[0]}{self.words}"

    def give(self, who: str) -> None:
        """What has not left is a draft again, before what was begun since."""
        if who != self.owner:
            waited = [word for words in self.queued.values() for word in words]
            self.owner, self.draft, self.queued = who, [*waited, *self.draft], {}

    def leaves(self, who: str) -> None:
        self.queued, self.draft = {who: self.draft}, []


class Table:
    """One case, Ana's page, and Lea's routes."""

    def __init__(self, board: Board, workspace: Workspace, page: Page, lea: APIRequestContext, case_id: int) -> None:
        self.board, self.workspace, self.page, self.lea, self.case_id = board, workspace, page, lea, case_id
        self.must = Model()

    def play(self, act: Act) -> None:
        who, verb = act
        getattr(self, f"{'ana' if who == ANA else 'lea'}_{verb}")()
        assert self.is_so() == self.must

    def is_so(self) -> Model:
        """The case as it is stored, in the model's words."""
        with self.board.database.read() as session:
            case = session.get_one(Case, self.case_id)
            draft = drafts.view(session, case)
            waits = session.scalars(select(Reply).where(Reply.case_id == self.case_id, Reply.state == ReplyState.QUEUED)).all()
            names = {self.board.floor.ana: ANA, self.board.floor.lead: LEA, None: None}
            queued = {names[one.person_id] or "": said(one.text) for one in waits}
            found = said(draft.text) if draft else []
            return Model(names[case.assignee_id], found, queued, case.status is CaseStatus.CLOSED, self.must.words)

    def ana_sees(self) -> bool:
        """Her page shows who has the case now, and its draft; whether she may write."""
        if self.must.owner == ANA and not self.must.is_closed:
            box = self.page.locator("#reply")
            expect(box).to_be_visible()
            words = r"\s+".join(self.must.draft)
            expect(box).to_have_value(re.compile(rf"^\s*{words}\s*$"))
            return True
        told = "closed" if self.must.is_closed else f"{LEA} has this case" if self.must.owner else "laim"
        expect(self.page.locator(".shut")).to_contain_text(told)
        expect(self.page.locator("#reply")).to_be_hidden()
        return False

    def ana_claims(self) -> None:
        if not self.ana_sees() and self.must.owner is None:
            acts.act(self.page, "Claim")
            self.must.give(ANA)
            self.page.locator("#reply").wait_for()

    def ana_types(self) -> None:
        if self.ana_sees():
            word = self.must.word(ANA)
            self.page.locator("#reply").press("End")
            self.page.keyboard.type(f" {word}")
            self.must.draft.append(word)
            expect(self.page.locator(".saved")).to_contain_text("Saved")

    def ana_sends(self) -> None:
        if not self.ana_sees():
            return
        if not self.must.draft:
            expect(self.page.locator(".send")).to_be_disabled()
            return
        self.page.locator(".send").click()
        self.must.leaves(ANA)
        expect(self.page.locator(".reply.state-queued")).to_contain_text("leaves in")

    def lea_takes(self) -> None:
        verb = actions.claim if self.must.owner is None else actions.take_over
        assert verb(self.workspace, self.board.floor.lead, self.case_id).is_done
        self.must.give(LEA)

    def lea_types(self) -> None:
        with self.board.database.read() as session:
            draft = drafts.view(session, session.get_one(Case, self.case_id))
        word, text, version = self.must.word(LEA), draft.text if draft else "", draft.version if draft else 0
        answer = self.lea.put(self._to("draft"), data={"text": f"{text} {word}", "version": version})
        assert answer.ok == (self.must.owner == LEA)
        if answer.ok:
            self.must.draft.append(word)

    def lea_sends(self) -> None:
        """With words of her own below those that she found."""
        self.lea_types()
        answer = self.lea.post(self._to("reply"), data=self._form())
        assert answer.ok == (self.must.owner == LEA)
        if answer.ok:
            self.must.leaves(LEA)

    def lea_hands_over(self) -> None:
        told: dict[str, Any] = {"to_person_id": self.board.floor.ana, "note": ""}
        assert actions.hand_over(self.workspace, self.board.floor.lead, self.case_id, **told).is_done
        self.must.give(ANA)

    def lea_closes(self) -> None:
        """Only her own, and never over a reply that is about to leave."""
        result = actions.close(self.workspace, self.board.floor.lead, self.case_id, outcome=Outcome.NO_ACTION)
        assert result.is_done == (self.must.owner == LEA and not self.must.queued)
        self.must.is_closed = result.is_done

    def _to(self, verb: str) -> str:
        return f"{self.board.url}/board/{verb}/{self.case_id}"

    def _form(self) -> dict[str, Any]:
        with self.board.database.read() as session:
            case = session.get_one(Case, self.case_id)
            draft, seen = drafts.view(session, case), case.latest_mention_id
        told = {"text": draft.text, "version": draft.version} if draft else {"text": "L0", "version": 0}
        return {**told, "key": f"lea {self.case_id}", "seen_mention": seen, "seen_reply": 0, "account": self.board.floor.account}


def said(text: str) -> list[str]:
    """The words of the two, without what the desk puts under a reply."""
    return re.findall(r"\b[AL]\d+\b", text)


@pytest.mark.parametrize("theirs", BY_ROUTES, ids="-".join)
def test_nothing_is_lost_or_replaced_and_only_the_owner_sends(board: Board, sit: Sit, chromium: Browser, theirs: tuple[str, ...]) -> None:
    every = list(orders(AT_THE_BOARD, theirs))
    with board.database.write() as session:
        shop, now = acts.shop_of(session), board.database.now()
        waiting = [shop.case("A matter", at=now) for _ in every]
        for case in waiting:
            session.get_one(Mention, case.latest_mention_id).text = f"Matter {case.id}"
    context = chromium.new_context()
    assert context.request.post(f"{board.url}/board/sign-in", data={"person": board.floor.lead}).ok
    page = sit(board.floor.ana)
    with workspace_of(board) as workspace:
        for order, case_id in zip(every, [case.id for case in waiting], strict=True):
            acts.open_case(page, case_id)
            expect(page.locator(".post")).to_have_text(re.compile(f"Matter {case_id}\\b"))
            expect(page.locator("#reply")).to_have_count(1)  # a page shows the case before until all of this one is drawn
            table = Table(board, workspace, page, context.request, case_id)
            for act in (*order, (LEA, "closes")):
                table.play(act)
            table.ana_sees()
    context.close()
