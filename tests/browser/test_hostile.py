"""Hostile text in a real browser: shown letter by letter, no element of it, no request, no script."""

import re

import pytest
from playwright.sync_api import Page, expect

from dashboard import workspace
from dashboard.settings import BoardSettings
from desk.pictures import rewritten
from storage.models import Media, Mention
from storage.words import MediaKind, MediaState
from tests.browser.conftest import Board, Sit
from tests.dashboard.hostile import ATTACKS, MARK, poison
from tests.support import drawn

pytestmark = pytest.mark.browser

ELEMENTS = "img, iframe, script, style, svg, object, embed, video, audio, form[action]"
FROM_TEXT = f"""
() => {{
  const found = [];
  const walk = (node) => {{
    for (const child of node.querySelectorAll("*")) {{
      if (child.shadowRoot) walk(child.shadowRoot);
      const own = child.outerHTML.slice(0, 400);
      if (child.matches("{ELEMENTS}") && (own.includes("beacon.invalid") || (child.matches("script, style, svg") && own.includes("{MARK}")))) found.push(own);
      if (child.matches("a") && !/^(https?:|$)/.test(child.href)) found.push(own);
      if (child.matches("a") && child.href.includes("beacon.invalid")) found.push(own);
    }}
  }};
  walk(document);
  return found;
}}
"""


@pytest.fixture
def poisoned(board: Board) -> Board:
    settings = BoardSettings(database_url=board.database.url, home=board.home)
    poison(workspace.show(settings, board.database, "x"), board.floor)
    workspace.close()
    return board


def test_no_page_makes_an_element_a_link_or_a_request_of_what_a_customer_wrote(poisoned: Board, sit: Sit) -> None:
    page = sit(poisoned.floor.ana, f"?case={poisoned.floor.cases[0]}")
    expect(page.locator(".post").first).to_contain_text(ATTACKS[0])
    expect(page.locator(".row").first).to_contain_text("![")
    assert page.evaluate(FROM_TEXT) == []
    page.get_by_role("button", name="Claim", exact=True).click()
    page.locator("#reply").fill(ATTACKS[1])
    acts = page.locator(".st-key-acts")
    for name in ("Close", "Hand over", "Put off"):
        acts.get_by_role("button", name=name, exact=True).click()
        page.get_by_role("dialog").wait_for()
        look_into(page, name)
        assert page.evaluate(FROM_TEXT) == []
        page.get_by_role("button", name="Cancel").click()
        page.get_by_role("dialog").wait_for(state="detached")
    page.goto(f"{poisoned.url}/mentions")
    expect(page.locator(".item").first).to_contain_text(MARK)
    assert page.evaluate(FROM_TEXT) == []
    assert MARK not in page.title()
    assert poisoned.strays == []


def look_into(page: Page, name: str) -> None:
    """Open what has choices, so that they are drawn."""
    if name == "Close":
        page.get_by_role("dialog").get_by_label("What solved it").click()
        page.keyboard.press("Enter")
    if name == "Hand over":
        page.get_by_role("dialog").get_by_label("To whom?").click()
        expect(page.locator("[role=option]:not(.row)").filter(has_text=MARK)).to_have_count(1)
        page.keyboard.press("Enter")


def test_the_toast_of_a_lost_race_shows_a_name_as_it_stands(poisoned: Board, sit: Sit) -> None:
    page = sit(poisoned.floor.ana, f"?case={poisoned.floor.cases[0]}")
    page.get_by_role("button", name="Claim", exact=True).wait_for()
    bo = sit(poisoned.floor.bo, f"?case={poisoned.floor.cases[0]}")
    bo.get_by_role("button", name="Claim", exact=True).click()
    bo.locator("#reply").wait_for()
    page.get_by_role("button", name="Take over").or_(page.get_by_role("button", name="Claim", exact=True)).first.wait_for()
    expect(page.locator(".shut")).to_contain_text(ATTACKS[0])
    assert page.evaluate(FROM_TEXT) == []


def test_even_a_picture_that_slipped_through_is_not_fetched(poisoned: Board, sit: Sit) -> None:
    page = sit(poisoned.floor.ana)
    page.locator(".row").first.wait_for()
    blocked = page.evaluate(
        """() => new Promise((done) => {
            document.addEventListener("securitypolicyviolation", (event) => done(event.violatedDirective), { once: true });
            const picture = new Image();
            picture.src = "https://beacon.invalid/pixel.png";
        })"""
    )
    poisoned.strays.clear()
    assert blocked == "img-src"


def test_pictures_come_from_us_alone_and_a_hostile_one_leaves_words_only(board: Board, sit: Sit) -> None:
    """What the listener took was written anew; what it refused, or has not fetched yet, has no address at all."""
    with board.database.write() as session:
        states = (MediaState.READY, MediaState.REFUSED, MediaState.WAITING, MediaState.FAILED)
        for place, state in enumerate(states):
            shown = Media(mention_id=board.floor.mentions[0], position=place, kind=MediaKind.PICTURE, state=state)
            shown.url, shown.alt = f"https://beacon.invalid/{place}.svg", ATTACKS[1]
            shown.error = ATTACKS[2] if state in {MediaState.REFUSED, MediaState.FAILED} else ""
            if state is MediaState.READY:
                picture = rewritten(drawn.png(300, 200, text=f"<script>{MARK}</script>"))
                shown.media_type, shown.width, shown.height, shown.body = picture.media_type, 300, 200, picture.body
                shown.fetched_at = board.database.now()
            session.add(shown)
        session.get_one(Mention, board.floor.mentions[0]).abusive = True
    page = sit(board.floor.ana, f"?case={board.floor.cases[0]}")
    image = page.locator(".post .picture img")
    expect(image).to_have_count(1)
    page.get_by_text("May be abusive: show it").click()
    expect(page.locator(".picture.missing")).to_have_count(3)
    expect(page.locator(".picture.missing").first).to_contain_text(ATTACKS[2][:40])
    expect(image).to_have_js_property("naturalWidth", 300)
    assert image.get_attribute("alt") == ATTACKS[1]
    figure, button = page.locator("figure.picture"), page.locator("figure.picture button")
    expect(figure).to_have_class(re.compile("blurred"))
    button.click()
    expect(figure).not_to_have_class(re.compile("blurred|large"))
    button.click()
    expect(figure).to_have_class(re.compile("large"))
    assert page.evaluate(FROM_TEXT.replace('own.includes("beacon.invalid")', '(child.src || "").includes("beacon.invalid")')) == []
    assert MARK not in page.title()
    assert board.strays == []
