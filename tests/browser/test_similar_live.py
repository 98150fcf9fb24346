"""Similar cases come to stand beside an open case by themselves, once the classifier has answered."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from classifier.embeddings import Embeddings
from classifier.errands import errands_due
from classifier.settings import ClassifierSettings
from classifier.similar import Similar
from desk.labels import vectors
from storage.models import Case, Errand, Mention
from storage.words import ErrandKind
from tests.browser.conftest import Board, Sit
from tests.support.engines import EmbeddingEngine
from tests.support.waiting import eventually

pytestmark = pytest.mark.browser

LOST = "My parcel is lost"


def asked(board: Board) -> list[int]:
    with board.database.read() as session:
        return list(session.scalars(select(Errand.id).where(Errand.kind == ErrandKind.SIMILAR)))


def test_they_are_asked_for_once_and_drawn_without_a_reload(board: Board, sit: Sit) -> None:
    this, other, _ = board.floor.cases
    with board.database.write() as session:
        vectors.offer(session, EmbeddingEngine.embedding)
        for case in session.scalars(select(Case).where(Case.id.in_([this, other]))):
            session.get_one(Mention, case.opening_mention_id).text = case.preview = LOST
    page = sit(board.floor.ana, f"?case={this}")
    expect(page.get_by_text("Looking for cases like this one")).to_be_visible()
    eventually(lambda: len(asked(board)) == 1)
    engine = EmbeddingEngine()
    embeddings = Embeddings(board.database, engine)
    embeddings.embed_due()
    answer = Similar(board.database, embeddings).answer
    settings = ClassifierSettings()
    assert errands_due(board.database, engine, settings, owner="triage:test:1", others={ErrandKind.SIMILAR: answer}) == 1
    expect(page.get_by_text("nearly the same · new")).to_be_visible()
    expect(page.get_by_text("Looking for cases like this one")).to_have_count(0)
    page.locator(".earlier", has_text="nearly the same").get_by_role("button", name="Open").click()
    page.wait_for_url(f"**case={other}**")
    eventually(lambda: len(asked(board)) == 2)
