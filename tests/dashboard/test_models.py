"""The page where a lead compares two models and decides, and the line that Trends draws where another one took over."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from dashboard.workspace import Workspace
from desk.labels import models, trials
from desk.labels.verdict import Verdict
from desk.people import people
from storage.models import Mention, Triage
from storage.words import Intent, Sentiment
from tests.dashboard.conftest import Floor
from tests.dashboard.pages import Desk, press, said, toasts
from tests.support.desk import Shop
from tests.support.heard import heard, spread
from tests.support.listening import verdict
from tests.support.models import BASE, OTHER
from tests.support.pages import page, signed_in

PAGE = "own_labels"
CALM = verdict(Sentiment.NEUTRAL)


def tried(board: Workspace, said: Verdict = CALM, *, is_read: bool = True, error: str = "") -> int:
    """A candidate beside the model that labelled everything here; its id."""
    now = board.now()
    with board.database.write() as session:
        models.begin(session, engine="fake", version="1", options=BASE, base=BASE, now=now - timedelta(days=2))
        for mention in session.scalars(select(Mention).where(~Mention.is_own)):
            mention.triaged_at, mention.bucket_at = now, now
            told = {"mention_id": mention.id, "revision": 1, "engine": "fake", "version": "1", "created_at": now}
            session.add(Triage(answers={**verdict(intent=Intent.QUESTION).as_dict(), "unsure": []}, **told))
        session.flush()
        model_id = models.offer(session, engine="fake", version="2", options=OTHER, error=error, now=now) or 0
        trials.draw(session, trials.to_draw(session, model_id, now=now))
        if is_read:
            waiting = trials.waiting(session, model_id, limit=100)
            trials.record(session, model_id, [(one, said) for one in waiting], now=now)
    return model_id


def test_without_a_candidate_the_page_says_how_to_name_one(desk: Desk, sqlite_floor: Floor) -> None:
    with desk.workspace.database.write() as session:
        models.begin(session, engine="fake", version="1", options=BASE, base=BASE, now=desk.workspace.now())
    app = desk.come_to(sqlite_floor.lead, PAGE)
    assert "fake 1 reads every mention" in said(app)
    assert "[classifier.candidate]" in said(app)
    assert "No model is being tried any more." in said(desk.come_to(sqlite_floor.lead, PAGE, model="1"))


def test_a_lead_compares_and_lets_it_take_over(desk: Desk, sqlite_floor: Floor) -> None:
    model_id = tried(desk.workspace)
    app = press(desk.come_to(sqlite_floor.lead, PAGE), "model_compare")
    assert "fake 2 beside fake 1" in said(app)
    assert "Do they say the same?" in said(app)
    assert "Sentiment" in "".join(str(table.value) for table in app.table)
    assert "fake 1: negative · fake 2: neutral" in said(app)
    app = press(app, "model_take_sure")
    assert toasts(app) == ["It reads the mentions from now on"]
    assert "fake 2 reads every mention" in said(app)
    assert "decided by" in said(app)
    with desk.workspace.database.read() as session:
        assert models.in_force_id(session) == model_id
    app = press(app, "model_back_sure")
    assert toasts(app) == ["The model before reads the mentions again"]
    assert "fake 1 reads every mention" in said(app)


def test_a_lead_drops_it(desk: Desk, sqlite_floor: Floor) -> None:
    tried(desk.workspace)
    app = press(desk.come_to(sqlite_floor.lead, PAGE, model="1"), "model_drop_sure")
    assert toasts(app) == ["It is tried no more"]
    assert "reads beside it" not in said(app)


def test_while_it_reads_the_page_says_how_many_are_left(desk: Desk, sqlite_floor: Floor) -> None:
    tried(desk.workspace, is_read=False)
    app = desk.come_to(sqlite_floor.lead, PAGE, model="1")
    assert "mentions are still to be read" in said(app)
    assert "Do they say the same?" not in said(app)
    with desk.workspace.database.write() as session:
        _, view = models.views(session)
        assert view is not None
        with pytest.raises(Exception, match="not read a single mention"):
            models.take_over(session, view.id, by=people.active(session, sqlite_floor.lead), now=desk.workspace.now())


def test_one_that_cannot_be_loaded_says_why(desk: Desk, sqlite_floor: Floor) -> None:
    tried(desk.workspace, is_read=False, error="/srv/**better** holds no model")
    assert "It cannot be used: /srv/**better** holds no model" in said(desk.come_to(sqlite_floor.lead, PAGE))


def test_an_agent_has_no_such_page(desk: Desk, sqlite_floor: Floor) -> None:
    with pytest.raises(ValueError, match="Could not find a navigation page"):
        desk.come_to(sqlite_floor.ana, PAGE, model="1")


def test_trends_draws_a_line_where_another_model_took_over(
    sqlite_workspace: Workspace, sqlite_floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = sqlite_workspace.now()
    with sqlite_workspace.database.write() as session:
        heard(session, Shop(session).feed.id, spread(now - timedelta(days=1), timedelta(minutes=1), [Sentiment.NEGATIVE] * 9), now=now)
        for version, days in (("1", 30), ("2", 2)):
            at = now - timedelta(days=days)
            models.begin(session, engine="fake", version=version, options=BASE, base=BASE, now=at)
    signed_in(monkeypatch, sqlite_workspace, sqlite_floor.lead)
    shown = page("trends")
    assert "fake 2 reads the mentions, before that fake 1" in said(shown)
    specs = [json.loads(chart.proto.spec) for chart in shown.get("vega_lite_chart")]
    marked = [row for spec in specs for layer in spec["layer"] for row in layer["data"]["values"] if "words" in row and "until" not in row]
    assert {row["words"].split(" since")[0] for row in marked} == {"fake 2"}
    assert len(marked) >= len(specs)
