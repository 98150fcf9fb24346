"""Before an answer is written its post is asked for again: the page says what became of it, and no word that is half written is lost."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from desk.intake.cleaning import content_hash
from desk.post import Post, PostAuthor, gone
from desk.settings import DeskSettings
from listener.errands import errands_due
from listener.registry import Registry
from listener.settings import ListenerSettings
from storage.models import Author, Cost, Mention
from storage.words import BudgetPart
from tests.browser.acts import claim, write
from tests.browser.conftest import Board, Sit
from tests.listener.test_rechecks import Following
from tests.support.waiting import eventually

pytestmark = pytest.mark.browser

WORDS = "Dear customer, we are on it"


def listen(board: Board, said: Post) -> None:
    """The listener does what is asked of it; the platform says this."""
    registry = Registry(ListenerSettings(), sources={"x": Following(said)})
    eventually(lambda: errands_due(board.database, ListenerSettings(), DeskSettings(), registry, owner="browser") == 1)


def as_it_is(board: Board, text: str = "") -> Post:
    """The post of the first case as the platform shows it now."""
    with board.database.write() as session:
        mention = session.get_one(Mention, board.floor.mentions[0])
        mention.content_hash = content_hash(mention.title, mention.text)
        author = session.get_one(Author, mention.author_id)
        edited_at = board.database.now() if text else None
        by = PostAuthor(author.external_id, author.handle, author.name)
        return Post(mention.external_id, by, text or mention.text, mention.posted_at, mention.external_id, edited_at=edited_at)


def ask(page: Page) -> None:
    page.get_by_role("button", name="Ask the platform again").click()
    expect(page.get_by_text("Asking again…")).to_be_visible()


def test_unchanged_is_said_with_its_time_and_the_words_stay(board: Board, sit: Sit) -> None:
    page = sit(board.floor.ana)
    claim(page, board.floor.cases[0])
    write(page, WORDS)
    ask(page)
    page.locator("#reply").press_sequentially(" at once")
    listen(board, as_it_is(board))
    expect(page.get_by_text("unchanged")).to_be_visible()
    expect(page.get_by_role("button", name="Ask the platform again")).to_have_count(0)
    expect(page.locator("#reply")).to_have_value(f"{WORDS} at once")
    with board.database.read() as session:
        assert session.scalars(select(Cost.part)).all() == [BudgetPart.RECHECKS]


@pytest.mark.parametrize(
    ("text", "told", "shown"), [("Never mind", "edited, read it again", "Never mind"), (None, "gone", "Its author deleted this post.")]
)
def test_what_was_edited_or_deleted_there_is_so_here_at_once(board: Board, sit: Sit, text: str | None, told: str, shown: str) -> None:
    page = sit(board.floor.ana)
    claim(page, board.floor.cases[0])
    ask(page)
    now = as_it_is(board, text or "")
    listen(board, now if text else gone(now.external_id))
    expect(page.locator(".st-key-asked_again").get_by_text(told)).to_be_visible()
    expect(page.locator(".post")).to_contain_text(shown)
    expect(page.get_by_role("button", name="Ask the platform again")).to_have_count(0)
