"""Hostile text in a real browser: shown letter by letter, no element of it, no request, no script."""

import re

import pytest
from playwright.sync_api import Page, expect

from desk.intake.pictures import rewritten
from storage.models import Case, Media, Mention
from storage.words import MediaKind, MediaState
from tests.browser.acts import popover
from tests.browser.conftest import Board, Sit, workspace_of
from tests.browser.test_axe import PAGES
from tests.dashboard.hostile import ATTACKS, ELSEWHERE, MARK, Ids, poison, poison_team
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
    with workspace_of(board) as workspace:
        poison(workspace, board.floor)
    return board


@pytest.fixture
def overrun(poisoned: Board) -> Ids:
    """Nothing is left in which colleagues could write, either, and every picture is refused for a hostile reason."""
    with workspace_of(poisoned) as workspace:
        made = poison_team(workspace, poisoned.floor)
    with poisoned.database.write() as session:
        for mention_id in poisoned.floor.mentions:
            told = {"state": MediaState.REFUSED, "url": f"{ELSEWHERE}/p.svg", "alt": ATTACKS[1], "error": ATTACKS[2]}
            session.add(Media(mention_id=mention_id, position=0, kind=MediaKind.PICTURE, **told))
        of_one = session.get_one(Case, poisoned.floor.cases[1]).author_id
        session.get_one(Case, poisoned.floor.cases[2]).author_id = session.get_one(Mention, poisoned.floor.mentions[2]).author_id = of_one
    return made


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


WITHOUT = {"start", "shift"}
"""Where a lead with no case of their own is shown nothing that anybody wrote."""


def stands_as_it_is(page: Page) -> None:
    """What is on screen now came of no text, and the text is on screen."""
    assert page.evaluate(FROM_TEXT) == []
    assert MARK not in page.title()


def on_screen(page: Page, *, has_mark: bool = True) -> None:
    page.locator(".row, .empty, .people, [data-testid=stHeading]").first.wait_for()
    page.wait_for_function("() => !document.querySelector('[data-testid=stSkeleton]') && !document.querySelector('[data-stale=true]')")
    if has_mark:
        page.get_by_text(MARK).first.wait_for(state="attached")
    stands_as_it_is(page)


def test_every_page_of_a_lead_shows_what_anybody_wrote_as_it_stands(poisoned: Board, overrun: Ids, sit: Sit) -> None:
    page = sit(poisoned.floor.lead, "trends")
    on_screen(page)
    page.locator("button.bell").click()
    expect(page.locator(".panel .item").first).to_contain_text(MARK)
    stands_as_it_is(page)
    of_one = [f"incidents?incident={overrun.incident}", f"rules?rule={overrun.rule}", "feeds?id=1"]
    for name in [*(one for one in PAGES if one != "trends"), *of_one]:
        page.goto(f"{poisoned.url}/{name if name != 'queue' else '?view=all'}")
        on_screen(page, has_mark=name not in WITHOUT)
    page.get_by_role("button", name="?", exact=True).click()
    page.get_by_role("dialog").wait_for()
    stands_as_it_is(page)
    assert poisoned.strays == []


def test_whatever_opens_from_a_case_shows_what_anybody_wrote_as_it_stands(poisoned: Board, overrun: Ids, sit: Sit) -> None:
    assert overrun
    page = sit(poisoned.floor.ana, f"?case={poisoned.floor.cases[1]}&view=all")
    expect(page.locator(".picture.missing").first).to_contain_text(ATTACKS[2][:40])
    on_screen(page)
    acts = page.locator(".st-key-acts")
    for key in ("tag_popover", "incident_popover", "case_more", "filter_popover", "view_popover"):
        popover(page, key)
        stands_as_it_is(page)
        page.keyboard.press("Escape")
        page.get_by_test_id("stPopoverBody").wait_for(state="hidden")
    page.get_by_role("button", name="Saved replies").click()
    expect(page.locator(".offer").first).to_contain_text(MARK)
    stands_as_it_is(page)
    page.keyboard.press("Escape")
    for name in ("Close", "Promise", "Hand over"):
        acts.get_by_role("button", name=name, exact=True).click()
        page.get_by_role("dialog").wait_for()
        stands_as_it_is(page)
        page.keyboard.press("Escape")
        page.get_by_role("dialog").wait_for(state="detached")
    page.get_by_role("button", name="All of this customer").first.click()
    expect(page.get_by_role("dialog").get_by_text(MARK).first).to_be_visible()
    stands_as_it_is(page)
    page.goto(f"{poisoned.url}/shift")
    on_screen(page)
    assert poisoned.strays == []


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
