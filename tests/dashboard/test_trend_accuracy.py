"""The panel that says how right the classifier is."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from dashboard.format import JOINER
from dashboard.workspace import Workspace
from desk.labels import corrections
from storage.models import Mention
from storage.words import Question, Role, Sentiment
from tests.support.desk import SETTINGS, Shop, number, person
from tests.support.heard import heard, spread
from tests.support.pages import page, signed_in, words

DAY = timedelta(days=1)
HOSTILE = "[x](https://evil.example)"


@pytest.fixture
def workspace(sqlite_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    with sqlite_workspace.database.write() as session:
        marketer = person(session, "Mia Marsh", Role.MARKETER).id
    signed_in(monkeypatch, sqlite_workspace, marketer)
    return sqlite_workspace


def look(workspace: Workspace, *, n: int, wrong: int, ago: timedelta = timedelta(0)) -> None:
    """A feed was heard, and somebody looked at the sentiment of each post."""
    now = workspace.now() - ago
    with workspace.database.write() as session:
        shop = Shop(session)
        shop.feed.name = f"{HOSTILE} {number()}"
        heard(session, shop.feed.id, spread(now - DAY, timedelta(minutes=1), [Sentiment.NEGATIVE] * n), now=now)
        by = person(session, "Ana Moss")
        new = session.scalars(select(Mention.id).order_by(Mention.id.desc()).limit(n)).all()
        for place, mention_id in enumerate(new):
            if place < wrong:
                corrections.correct(session, mention_id, Question.SENTIMENT, "neutral", by=by, settings=SETTINGS, now=now)
            else:
                corrections.confirm(session, mention_id, by=by, settings=SETTINGS, now=now, questions=[Question.SENTIMENT])


def test_nothing_looked_at_says_how_to_begin(workspace: Workspace) -> None:
    with workspace.database.write() as session:
        shop = Shop(session)
        heard(session, shop.feed.id, [(workspace.now() - DAY, Sentiment.NEGATIVE)], now=workspace.now())
    assert "Nobody has corrected or confirmed a label in the last 16 weeks." in words(page("trends"))


def test_the_table_tells_n_share_and_interval(workspace: Workspace) -> None:
    look(workspace, n=10, wrong=1)
    shown = page("trends")
    table = shown.table[-2].value
    assert table.to_dict("records") == [{"Label": "Sentiment", "Looked at": "10", "Right": "90 %", "95 % range": "60 to 98 %"}]
    assert "No sample of everything that was heard" in words(shown)
    assert "Too early to tell a drift" in words(shown)


@pytest.mark.parametrize(("part", "cell"), [("label", "negative"), ("version", "tests 1"), ("week", "Week of ")])
def test_it_is_broken_down(workspace: Workspace, part: str, cell: str) -> None:
    look(workspace, n=3, wrong=1)
    shown = page("trends")
    shown.button_group(key="right_part").set_value(part).run()
    (row,) = shown.table[-1].value.to_dict("records")
    assert any(value.replace("\\", "").startswith(cell) for value in row.values())
    assert row["Looked at"] == "3"


def test_a_feeds_name_is_no_markdown(workspace: Workspace) -> None:
    look(workspace, n=3, wrong=1)
    shown = page("trends")
    shown.button_group(key="right_part").set_value("feed").run()
    (row,) = shown.table[-1].value.to_dict("records")
    assert row["Feed"].replace("\\", "").replace(JOINER, "").startswith(HOSTILE)
    assert HOSTILE not in row["Feed"].replace("\\", "")


def test_a_fall_is_told_and_what_may_be_chance_is_not(workspace: Workspace) -> None:
    look(workspace, n=40, wrong=0, ago=6 * 7 * DAY)
    look(workspace, n=20, wrong=2)
    shown = page("trends")
    assert "No drift to tell" in words(shown)
    look(workspace, n=20, wrong=18)
    said = [element.value.replace("\\", "") for element in page("trends").warning]
    assert said[-1] == "Sentiment: right less often than before. 20 of 40 in the last 4 weeks, 40 of 40 in the 12 before."
