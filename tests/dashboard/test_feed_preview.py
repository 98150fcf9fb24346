"""A preview on the Feeds page in Streamlit's own runner: prices first, the count, the sample, clicks, proposals, a flood, and how much is kept."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from dashboard import feed_preview_actions
from dashboard import workspace as opened
from dashboard.actions import Kind
from dashboard.feed_preview_words import with_choice
from dashboard.settings import CredentialView
from dashboard.workspace import Workspace
from desk.alerts import errands
from desk.feeds import feed_clicks, feeds
from desk.feeds.plan import FeedDraft
from storage.models import Brand, Credential, Errand, Feed, FeedClick
from storage.words import ErrandKind, Origin, Role
from tests.dashboard.conftest import SignIn
from tests.support.desk import person
from tests.support.pages import page, words

COUNT = {"n": 280, "sureness": "all", "days": 7, "per_day": 40.0}
FLOOD = {"n": 8_400, "sureness": "at_most", "days": 7, "per_day": 1_200.0}
QUERY = "feedform_new_x_search_query"


@pytest.fixture
def workspace(sqlite_workspace: Workspace) -> Workspace:
    with sqlite_workspace.database.write() as session:
        session.add_all([Brand(name="Acme"), Credential(name="acme-x", source="x")])
    settings = replace(sqlite_workspace.settings, credentials=(CredentialView("acme-x", "x"),))
    opened._Opened.workspace = replace(sqlite_workspace, settings=settings)
    return opened._Opened.workspace


def form(query: str = "orange") -> AppTest:
    """The form of a new search on X, filled in."""
    shown = page("feeds", add="1")
    shown.button_group(key="feedform_new_source").set_value("x").run()
    shown.text_area(key=QUERY).set_value(query)
    return shown


def said(shown: AppTest) -> str:
    """All that is said, as people read it."""
    return words(shown).replace("\\", "")


def button(shown: AppTest, label: str) -> Any:
    return next(one for one in shown.button if one.label == label)


def labels(shown: AppTest) -> list[str]:
    return [one.label for one in shown.button]


def answer(workspace: Workspace, **result: Any) -> int:
    """What the listener does with what was asked last."""
    now = workspace.now()
    with workspace.database.write() as session:
        work = errands.lease(session, [ErrandKind.FEED_TEST], "listener", now=now, lease=timedelta(minutes=1))
        assert work is not None
        told = {"result": "looked", "detail": "", "costs": [], **result}
        errands.done(session, work.id, told, owner="listener", now=now)
        return work.id


def a_sample(**other: Any) -> dict[str, Any]:
    texts = ["orange juice", "orange juice again", "my orange bill", "orange at sunset"]
    posts = [
        {
            "site": "",
            "external_id": f"p{number}",
            "author_id": f"u{number}",
            "author": "<b>gaz</b>",
            "title": "",
            "text": f"{text} ![x](https://evil.example)",
            "url": "javascript:alert(1)",
            "posted_at": "2026-11-22T10:00:00+00:00",
            "is_private": False,
        }
        for number, text in enumerate(texts)
    ]
    terms = [{"minus": "-juice", "posts": [0, 1]}, {"minus": "-my", "posts": [2, 3]}]
    return {"posts": posts, "terms": terms, "base": "orange", "found": 4, "rejected": 0, "more": False, **other}


def sampled(workspace: Workspace, *, count: dict[str, Any] | None = COUNT, **sample: Any) -> AppTest:
    """The form with a preview that was counted and sampled."""
    shown = form()
    button(shown, "Preview").click().run()
    answer(workspace, step="count", count=count, costs=[{"currency": "USD", "micros": 5_000, "micros_per_day": 0}])
    shown.run()
    button(shown, "Read a sample of 50").click().run()
    answer(workspace, step="sample", **a_sample(**sample))
    shown.run()
    assert not shown.exception
    return shown


def judge(shown: AppTest, number: int, *, is_ours: bool) -> None:
    group = next(one for one in shown.button_group if str(one.key).endswith(f"_{number}") and str(one.key).startswith("preview_click"))
    group.set_value(is_ours).run()
    assert not shown.exception


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("x", "A preview counts first: $0.005 at most. A sample of 50: $0.75 at most."),
        ("hackernews", "A preview counts first: costs nothing. A sample of 50: costs nothing."),
        ("rss", "No count here. A sample of 50: costs nothing."),
    ],
)
def test_the_form_says_what_a_preview_costs_before_it_is_asked_for(sign_in: SignIn, source: str, says: str) -> None:
    sign_in(Role.OPS)
    shown = page("feeds", add="1")
    shown.button_group(key="feedform_new_source").set_value(source).run()
    assert says in said(shown)


def test_a_kind_without_a_query_has_neither_preview_nor_share(sign_in: SignIn) -> None:
    sign_in(Role.OPS)
    shown = form()
    shown.button_group(key="feedform_new_kind_x").set_value("mentions").run()
    assert "Preview" not in labels(shown)
    assert "Keep" not in [one.label for one in shown.selectbox]


def test_the_count_comes_first_with_what_it_cost_and_what_the_sample_will(workspace: Workspace, sign_in: SignIn) -> None:
    sign_in(Role.OPS)
    shown = form()
    button(shown, "Preview").click().run()
    assert [bar.text for bar in shown.get("progress")] == ["Asking X …"]
    answer(workspace, step="count", count=COUNT, costs=[{"currency": "USD", "micros": 5_000, "micros_per_day": 0}])
    shown.run()
    told = said(shown)
    assert "280 posts in the last 7 days, 40 a day." in told
    assert "That cost $0.005." in told
    assert "A sample of 50: $0.75 at most. What it costs is written down under previews." in told
    with workspace.database.read() as session:
        asked = session.scalars(select(Errand.request)).one()
    assert (asked["step"], asked["draft"]["query"], asked["draft"]["brand"]) == ("count", "orange", "Acme")


def test_a_place_without_a_count_says_so_and_a_refusal_says_why(workspace: Workspace, sign_in: SignIn) -> None:
    sign_in(Role.OPS)
    shown = form()
    button(shown, "Preview").click().run()
    answer(workspace, step="count", count=None, result="refused", detail="no access to counts")
    shown.run()
    assert "No count here: X does not say how many posts there are." in words(shown)
    assert ["no access to counts" in error.value for error in shown.error] == [True]
    assert "Read a sample of 50" in labels(shown)


def test_posts_are_judged_and_what_to_leave_out_goes_into_the_query(workspace: Workspace, sign_in: SignIn) -> None:
    sign_in(Role.OPS)
    shown = sampled(workspace)
    assert "Say of some posts whether they are about us" in words(shown)
    assert "Leave out" not in labels(shown)
    for number, is_ours in enumerate([False, False, True]):
        judge(shown, number, is_ours=is_ours)
    assert "33% about us (6% to 79%): 1 of 3 judged" in words(shown)
    assert "would take 2 of the sample: 2 not about us, 0 about us, 0 not judged" in words(shown)
    button(shown, "Leave out").click().run()
    assert shown.text_area(key=QUERY).value == "orange -juice"
    assert "100% about us (21% to 100%): 1 of 1 judged that the query still finds" in words(shown)
    assert words(shown).count("left out by the query now") == 2
    assert "Nothing stands in what is not about us alone" in words(shown)


def test_the_saved_feed_keeps_what_was_judged(workspace: Workspace, sign_in: SignIn) -> None:
    person_id = sign_in(Role.OPS)
    shown = sampled(workspace)
    judge(shown, 0, is_ours=False)
    judge(shown, 2, is_ours=True)
    judge(shown, 2, is_ours=False)
    next(one for one in shown.text_input if str(one.key).endswith("name")).set_value("Orange")
    shown.selectbox(key="feedform_new_share").set_value(("every_nth", 5))
    button(shown, "Add this feed").click().run()
    with workspace.database.read() as session:
        feed = session.scalars(select(Feed)).one()
        clicks = [(one.is_ours, one.person_id) for one in feed_clicks.of_feed(session, feed.id)]
    assert (feed.query, feed.options) == ("orange", {"every_nth": 5})
    assert clicks == [(False, person_id), (False, person_id)]


def test_text_of_posts_is_shown_as_text_and_no_address_of_theirs_is_a_link(workspace: Workspace, sign_in: SignIn) -> None:
    sign_in(Role.OPS)
    shown = sampled(workspace)
    assert [text.value for text in shown.text if "evil.example" in text.value][:1] == ["orange juice ![x](https://evil.example)"]
    assert not [one for one in (*shown.markdown, *shown.caption) if "evil.example" in one.value]
    assert not shown.get("link_button")


def test_a_flood_is_saved_when_it_is_kept_small_or_wanted(workspace: Workspace, sign_in: SignIn) -> None:
    sign_in(Role.OPS)
    shown = sampled(workspace, count=FLOOD)
    assert "About 1,200 posts a day are a flood: more than 500." in said(shown)
    next(one for one in shown.text_input if str(one.key).endswith("name")).set_value("Orange")
    button(shown, "Add this feed").click().run()
    with workspace.database.read() as session:
        assert session.scalars(select(Feed)).all() == []
    button(shown, "All of them are wanted").click().run()
    assert "You said that all of about 1,200 a day are wanted." in said(shown)
    button(shown, "Add this feed").click().run()
    with workspace.database.read() as session:
        assert session.scalars(select(Feed.options)).all() == [{"confirmed_per_day": 1_201}]


def test_a_query_that_was_written_anew_takes_no_term_of_the_old_one(workspace: Workspace, sign_in: SignIn) -> None:
    sign_in(Role.OPS)
    shown = sampled(workspace)
    judge(shown, 0, is_ours=False)
    judge(shown, 2, is_ours=True)
    shown.session_state[QUERY] = "lemon"
    shown.run()
    assert "The query in the form is another one by now" in words(shown)
    assert "Leave out" not in labels(shown)


def test_a_query_in_the_platforms_words_says_where_to_leave_things_out(workspace: Workspace, sign_in: SignIn) -> None:
    sign_in(Role.OPS)
    shown = sampled(workspace, base="", terms=[])
    judge(shown, 0, is_ours=False)
    assert "This query speaks the platform's own language" in words(shown)


def test_a_feed_of_the_settings_file_is_judged_but_not_changed(workspace: Workspace, sign_in: SignIn) -> None:
    sign_in(Role.OPS)
    with workspace.database.write() as session:
        by = person(session, "Ida Lund", Role.ADMIN)
        feed = feeds.add(session, FeedDraft("Orange", "x", "search", "orange", "Acme", "acme-x"), by=by, now=workspace.now())
        feed.origin = Origin.SETTINGS
        feed_id = feed.id
    shown = page("feeds", id=str(feed_id))
    button(shown, "Preview").click().run()
    answer(workspace, step="count", count=FLOOD)
    shown.run()
    button(shown, "Read a sample of 50").click().run()
    answer(workspace, step="sample", **a_sample())
    shown.run()
    judge(shown, 0, is_ours=False)
    judge(shown, 2, is_ours=True)
    assert "50% about us" in words(shown)
    assert {"Leave out", "All of them are wanted"}.isdisjoint(labels(shown))


def test_whoever_may_not_change_feeds_judges_nothing(workspace: Workspace, sign_in: SignIn) -> None:
    sign_in(Role.OPS)
    sampled(workspace)
    with workspace.database.write() as session:
        reader = person(session, "Rae", Role.READER).id
        errand_id = session.scalars(select(Errand.id).order_by(Errand.id.desc())).first() or 0
    result = feed_preview_actions.judge(workspace, reader, errand_id, 0, is_ours=True)
    assert result.kind is Kind.NOT_ALLOWED
    draft = FeedDraft("Orange", "x", "search", "orange", "Acme", "acme-x")
    assert feed_preview_actions.count(workspace, reader, draft).kind is Kind.NOT_ALLOWED
    with workspace.database.read() as session:
        assert session.scalars(select(FeedClick)).all() == []


def test_a_sample_workspace_asks_no_platform(workspace: Workspace, sign_in: SignIn) -> None:
    ops = sign_in(Role.OPS)
    sample = replace(workspace, settings=replace(workspace.settings, feeds_editable=False))
    draft = FeedDraft("Orange", "x", "search", "orange", "Acme", "acme-x")
    assert feed_preview_actions.count(sample, ops, draft).kind is Kind.REFUSED
    with workspace.database.read() as session:
        assert session.scalars(select(Errand)).all() == []


@pytest.mark.parametrize(
    ("choice", "confirmed", "options"),
    [
        (("all", 0), None, {"url": "a"}),
        (("all", 0), 900, {"url": "a", "confirmed_per_day": 900}),
        (("every_nth", 5), 900, {"url": "a", "every_nth": 5}),
        (("at_most_per_day", 50), None, {"url": "a", "at_most_per_day": 50}),
    ],
)
def test_a_choice_replaces_the_one_before(choice: tuple[str, int], confirmed: int | None, options: dict[str, Any]) -> None:
    assert with_choice({"url": "a", "every_nth": 9, "confirmed_per_day": 3}, choice, confirmed=confirmed) == options
