"""The Trends page in Streamlit's own runner, on an empty and on a seeded workspace."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert
from streamlit.testing.v1 import AppTest

from dashboard.charts import PICK
from dashboard.workspace import Workspace
from storage.models import Case, Coverage, Mention
from storage.words import LookResult, Role, Sentiment
from tests.support.desk import Shop, person
from tests.support.heard import heard, spread
from tests.support.pages import page, signed_in, words

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
BAD, SO_SO, GOOD = Sentiment.NEGATIVE, Sentiment.NEUTRAL, Sentiment.POSITIVE
HOSTILE = "![beacon](https://evil.example/x.png) <img src=x> :red[loud] $x$ =cmd()"


@pytest.fixture
def workspace(sqlite_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A marketer is signed in."""
    with sqlite_workspace.database.write() as session:
        viewer = person(session, "Mia Marsh", Role.MARKETER)
    signed_in(monkeypatch, sqlite_workspace, viewer.id)
    return sqlite_workspace


def full_hour(workspace: Workspace) -> datetime:
    return workspace.now().replace(minute=0, second=0, microsecond=0)


def shop_with(
    workspace: Workspace, sentiments: Sequence[Sentiment | None], *, ago: timedelta = DAY, words: str = "My parcel is lost"
) -> int:
    """A feed that heard these, a minute apart; its id."""
    start = full_hour(workspace) - ago
    with workspace.database.write() as session:
        shop = Shop(session)
        heard(session, shop.feed.id, spread(start, timedelta(minutes=1), sentiments), now=start + HOUR, words=words)
        return shop.feed.id


def specs(shown: AppTest) -> list[dict[str, Any]]:
    """What every chart of the page draws, in their order."""
    return [json.loads(chart.proto.spec) for chart in charts(shown)]


def charts(shown: AppTest) -> Sequence[Any]:
    return list(shown.get("vega_lite_chart"))


@pytest.mark.usefixtures("workspace")
def test_an_empty_workspace_says_what_to_do() -> None:
    shown = page("trends")
    assert "No mentions in the last 7 days." in words(shown)
    assert "No feed listens yet: add one on the Feeds page." in words(shown)
    assert [link.label for link in shown.get("page_link")] == ["Go to Feeds"]
    assert specs(shown) == []


def test_a_workspace_that_hears_nothing_yet_draws_nothing(workspace: Workspace) -> None:
    with workspace.database.write() as session:
        Shop(session)
    assert "When a feed looks and finds something" in words(page("trends"))


def test_the_page_says_in_words_what_it_draws(workspace: Workspace) -> None:
    shop_with(workspace, [BAD] * 20 + [GOOD] * 20)
    shop_with(workspace, [BAD] * 32, ago=8 * DAY)
    shown = page("trends")
    assert "40 mentions in the last 7 days, 25 % more than in the 7 days before." in words(shown)
    assert [(metric.label, metric.value) for metric in shown.metric] == [
        ("Mentions", "40"),
        ("▼ Negative", "20"),
        ("◆ Neutral", "0"),
        ("▲ Positive", "20"),
    ]
    assert "50 % of 40 · 50 points less than in the 7 days before" in words(shown).replace("\\", "")
    assert len(charts(shown)) == 5


def test_shares_are_hidden_below_thirty(workspace: Workspace) -> None:
    shop_with(workspace, [BAD] * 29 + [None])
    shown = page("trends")
    assert "Hidden: fewer than 30 mentions of this period are triaged (n = 29)" in words(shown)
    assert "%" not in "".join(element.value for element in shown.markdown)
    assert "1 mention is not triaged yet" in words(shown)
    assert len(charts(shown)) == 4


def test_every_chart_has_a_description_and_one_selection(workspace: Workspace) -> None:
    shop_with(workspace, [BAD] * 30)
    protos = [element.proto for element in charts(page("trends"))]
    assert all("The same numbers stand in the table below." in proto.alt for proto in protos)
    assert [list(proto.selection_mode) for proto in protos] == [[PICK]] * 4 + [[]]


def test_an_address_shows_one_feed_over_one_period(workspace: Workspace) -> None:
    feed = shop_with(workspace, [BAD] * 3)
    shop_with(workspace, [GOOD] * 5)
    shown = page("trends", scope=f"feed-{feed}", days="28", by="day")
    assert shown.metric[0].value == "3"
    assert "Mentions by day" in words(shown)


def test_an_address_of_a_feed_that_is_gone_shows_everything_and_says_so(workspace: Workspace) -> None:
    shop_with(workspace, [BAD] * 3)
    shown = page("trends", scope="feed-99")
    assert "does not exist here any more" in words(shown)
    assert shown.metric[0].value == "3"


def test_a_choice_goes_to_the_address(workspace: Workspace) -> None:
    shop_with(workspace, [BAD] * 3)
    shown = page("trends", at="2026-11-19T14:00Z")
    shown.button_group(key="trends_days").set_value(28).run()
    assert not shown.exception
    assert shown.query_params["days"] == "28"
    assert shown.query_params["by"] == "day"
    assert "at" not in shown.query_params


def test_a_bucket_of_an_address_lists_its_mentions_with_the_way_to_their_cases(workspace: Workspace) -> None:
    shop_with(workspace, [BAD, GOOD], words=HOSTILE)
    at = f"{full_hour(workspace) - DAY:%Y-%m-%dT%H:%MZ}"
    shown = page("trends", at=at)
    assert any(element.value.startswith("2 mentions, ") for element in shown.subheader)
    with workspace.database.read() as session:
        case = session.query(Case).one()
        assert session.query(Mention).count() == 2
    links = {link.label: link.proto for link in shown.get("page_link")}
    assert f"Case {case.id}" in links
    assert links[f"Case {case.id}"].query_string == f"case={case.id}"
    assert "No case" in [caption.value for caption in shown.caption]


def test_what_customers_wrote_is_shown_as_text_only(workspace: Workspace) -> None:
    shop_with(workspace, [BAD], words=HOSTILE)
    shown = page("trends", at=f"{full_hour(workspace) - DAY:%Y-%m-%dT%H:%MZ}")
    assert any(element.value.startswith(HOSTILE) for element in shown.text)
    rendered = [element.value for kind in ("markdown", "caption", "subheader", "warning") for element in getattr(shown, kind)]
    assert not [value for value in rendered if "evil.example" in value or "<img" in value]


def test_a_bucket_can_be_chosen_without_a_mouse(workspace: Workspace) -> None:
    shop_with(workspace, [BAD])
    shown = page("trends")
    choice = shown.selectbox(key="trends_at")
    assert len(choice.options) == 1
    choice.select_index(0).run()
    assert shown.query_params["at"] == f"{full_hour(workspace) - DAY:%Y-%m-%dT%H:%MZ}"
    assert any(element.value.startswith("1 mention, ") for element in shown.subheader)
    next(button for button in shown.button if button.label == "Close").click().run()
    assert "at" not in shown.query_params


def test_blind_hours_are_told_under_the_chart_and_drawn_in_it(workspace: Workspace) -> None:
    feed = shop_with(workspace, [BAD])
    failed = full_hour(workspace) - 10 * HOUR
    with workspace.database.write() as session:
        rows = [(failed, LookResult.UNAUTHORIZED), (failed + 2 * HOUR, LookResult.EMPTY)]
        session.execute(insert(Coverage), [{"feed_id": feed, "at": at, "result": result, "detail": ""} for at, result in rows])
    shown = page("trends", scope=f"feed-{feed}")
    (said,) = [element.value.replace("\\", "") for element in shown.warning]
    assert "it was not let in: its credential was refused" in said
    assert "a dip may be ours, not the customers'" in said
    assert "Striped: hours in which a feed was blind." in words(shown)
    bands = [layer for layer in specs(shown)[0]["layer"] if layer["mark"]["type"] == "rule"]
    assert len(bands) == 1


def test_a_feed_of_the_list_can_be_looked_at_alone(workspace: Workspace) -> None:
    feed = shop_with(workspace, [BAD] * 3)
    shop_with(workspace, [GOOD] * 5)
    shown = page("trends")
    shown.button(key=f"trends_to_{feed}").click().run()
    assert shown.query_params["scope"] == f"feed-{feed}"
    assert shown.metric[0].value == "3"


def test_the_table_holds_the_same_numbers(workspace: Workspace) -> None:
    shop_with(workspace, [BAD, BAD, GOOD])
    table = page("trends").table[0].value
    assert len(table) == 168
    assert sum(int(value) for value in table["Mentions"]) == 3
    assert sum(int(value) for value in table["Negative"]) == 2
