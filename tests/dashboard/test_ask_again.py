"""Beside the conversation of one's own case: the question to the platform, and what became of it."""

from datetime import timedelta

from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from dashboard import recheck_actions
from dashboard.actions import Kind
from desk.alerts import errands
from storage.models import Errand, Mention
from storage.words import ErrandKind
from tests.dashboard.conftest import Floor
from tests.dashboard.pages import Desk, press, said, toasts
from tests.dashboard.test_feeds_page import configured

ASK = "again_ask"
MINUTE = timedelta(minutes=1)


def keys(app: AppTest) -> list[str | None]:
    return [button.key for button in app.button]


def answer(desk: Desk, result: dict[str, int]) -> None:
    with desk.workspace.database.write() as session:
        now = desk.workspace.now()
        work = errands.lease(session, [ErrandKind.RECHECK], "listener", now=now, lease=MINUTE)
        assert work is not None
        errands.done(session, work.id, result, owner="listener", now=now)


def test_it_is_asked_shown_as_waiting_and_then_told(desk: Desk, sqlite_floor: Floor, case_id: int) -> None:
    app = desk.open(sqlite_floor.ana, case=str(case_id))
    assert "The post was last seen there at" in said(app)
    app = press(app, ASK)
    assert not app.exception
    assert ("Asking again…" in said(app), ASK in keys(app)) == (True, False)
    answer(desk, {"told": 1, "gone": 0, "edited": 0})
    app = desk.open(sqlite_floor.ana, case=str(case_id))
    assert not app.exception
    assert "✓ Asked again at" in said(app)
    assert "unchanged" in said(app)
    assert ASK not in keys(app)


def test_a_post_that_was_just_seen_or_a_case_of_another_offers_nothing(desk: Desk, sqlite_floor: Floor, case_id: int) -> None:
    assert ASK not in keys(desk.open(sqlite_floor.bo, case=str(case_id)))
    assert ASK not in keys(desk.open(sqlite_floor.reader, case=str(case_id)))
    with desk.workspace.database.write() as session:
        session.get_one(Mention, sqlite_floor.mentions[0]).seen_at = desk.workspace.now() - 5 * MINUTE
    assert ASK not in keys(desk.open(sqlite_floor.ana, case=str(case_id)))


def test_what_is_refused_is_said_and_asks_nothing(desk: Desk, sqlite_floor: Floor, case_id: int) -> None:
    app = desk.open(sqlite_floor.ana, case=str(case_id))
    with desk.workspace.database.write() as session:
        session.get_one(Mention, sqlite_floor.mentions[0]).is_private = True
    app = press(app, ASK)
    assert toasts(app) == ["Posts of this kind cannot be asked for again"]
    with desk.workspace.database.read() as session:
        assert session.scalars(select(Errand.id).where(Errand.kind == ErrandKind.RECHECK)).all() == []


def test_a_sample_asks_nothing_of_real_platforms(desk: Desk, sqlite_floor: Floor, case_id: int) -> None:
    desk.workspace = configured(desk.workspace, is_sample=True, feeds_editable=False)
    assert ASK not in keys(desk.open(sqlite_floor.ana, case=str(case_id)))
    result = recheck_actions.ask(desk.workspace, sqlite_floor.ana, sqlite_floor.mentions[0])
    assert (result.kind, result.words) == (Kind.REFUSED, "In the sample nothing is asked of real platforms.")
