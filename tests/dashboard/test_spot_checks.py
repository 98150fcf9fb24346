"""The lists of what the classifier keeps from people: counted, drawn from, looked at; and the miss rate on Trends."""

from typing import Any

import pytest
from sqlalchemy import select

from dashboard import spot_check_actions
from dashboard.actions import Kind
from dashboard.workspace import Workspace
from desk.figures import rollups
from desk.labels import spot_checks
from storage.models import Case, Mention, SpotCheck
from tests.dashboard.conftest import Floor
from tests.dashboard.pages import Desk, component, param, press, said, toasts
from tests.support.desk import Shop


@pytest.fixture
def desk(sqlite_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Four posts that probably need no answer, drawn for a look."""
    with sqlite_workspace.database.write() as session:
        now = sqlite_workspace.now()
        shop = Shop(session)
        for n in range(4):
            mention = shop.mention(f"a **word** {n}", at=now)
            mention.triaged_at, mention.needs_reply = now, False
        session.flush()
        settings = sqlite_workspace.settings.desk
        assert spot_checks.draw(session, spot_checks.to_draw(session, settings=settings, now=now), now=now) == 4
        rollups.rebuild(session)
    return Desk(sqlite_workspace, monkeypatch)


def checks(desk: Desk) -> list[Any]:
    with desk.workspace.database.read() as session:
        return list(session.scalars(select(SpotCheck).order_by(SpotCheck.id)))


def test_the_list_is_counted_and_holds_only_what_made_no_case(desk: Desk, sqlite_floor: Floor) -> None:
    app = desk.come_to(sqlite_floor.ana, "mentions")
    assert "probably need no answer" not in said(app)
    app = app.segmented_control(key="mentions_view").set_value("no_answer").run()
    assert param(app, "view") == "no_answer"
    assert "4 posts of the last 24 hours probably need no answer" in said(app)
    assert "0 of 4 looked at" in said(app)
    shown = [row["text"] for row in component(app, "sheet")["blocks"]]
    assert shown == [f"a **word** {n}" for n in (3, 2, 1, 0)]
    app = app.segmented_control(key="mentions_view").set_value("not_us").run()
    assert "0 posts of the last 24 hours are probably not about us" in said(app)
    assert "Nothing to look at today" in said(app)


def test_a_look_is_kept_and_a_missed_customer_becomes_a_case(desk: Desk, sqlite_floor: Floor) -> None:
    app = desk.come_to(sqlite_floor.ana, "mentions", view="no_answer")
    first, second, *others = checks(desk)
    app = press(app, f"check_missed_{first.id}")
    assert toasts(app) == ["Noted: it was missed, and is a case now"]
    app = press(app, f"check_right_{second.id}")
    assert toasts(app) == ["Noted. It rightly made no case."]
    assert "2 of 4 looked at" in said(app)
    for one in others:
        app = press(app, f"check_right_{one.id}")
    assert "All of today's posts are looked at" in said(app)
    with desk.workspace.database.read() as session:
        case_id = session.get_one(Mention, first.mention_id).case_id
        assert session.get_one(Case, case_id).opening_mention_id == first.mention_id


def test_the_miss_rate_stands_on_trends(desk: Desk, sqlite_floor: Floor) -> None:
    app = desk.come_to(sqlite_floor.ana, "trends")
    assert "nobody knows how many customers are missed" in said(app)
    for place, one in enumerate(checks(desk)):
        spot_check_actions.judge(desk.workspace, sqlite_floor.ana, one.id, is_missed=place == 0)
    app = desk.come_to(sqlite_floor.ana, "trends")
    assert "Did need an answer, of what probably needed none: 1 of 4 · 25%" in said(app)
    assert "95%: 5%–70%" in said(app)


def test_a_reader_looks_and_says_nothing(desk: Desk, sqlite_floor: Floor) -> None:
    app = desk.come_to(sqlite_floor.reader, "mentions", view="no_answer")
    assert "0 of 4 looked at" in said(app)
    assert not [one for one in app.button if (one.key or "").startswith("check_")]
    assert spot_check_actions.judge(desk.workspace, sqlite_floor.reader, checks(desk)[0].id, is_missed=True).kind is not Kind.DONE
