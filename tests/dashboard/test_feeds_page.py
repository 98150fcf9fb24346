"""The Feeds page in Streamlit's own runner: what each role sees, the form, the test of a feed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from streamlit.testing.v1 import AppTest

from dashboard import workspace as opened
from dashboard.settings import CredentialView, SecretView
from dashboard.workspace import Workspace
from desk.alerts import errands
from desk.feeds import feeds, health
from desk.feeds.plan import FeedDraft
from storage.models import Brand, Credential, Errand, Feed
from storage.words import ErrandKind, LookResult, Origin, Role
from tests.dashboard.conftest import SignIn
from tests.support.desk import person
from tests.support.pages import page, words

FORUM = FeedDraft("Forum **bold**", "rss", "", "lost", "Acme", options={"url": "https://forum.example/latest.rss"})
ON_X = FeedDraft("Orders on X", "x", "search", "acme -giveaway", "Acme", credential="acme-x")
CREDENTIAL = CredentialView(
    "acme-x",
    "x",
    (SecretView("bearer_token", "ACME_BEARER", is_set=True), SecretView("consumer_key", "CARELINE_ACME_X_CONSUMER_KEY", is_set=False)),
)


@pytest.fixture
def workspace(sqlite_workspace: Workspace) -> Workspace:
    """A brand, a credential for X, no feeds."""
    with sqlite_workspace.database.write() as session:
        session.add_all([Brand(name="Acme"), Credential(name="acme-x", source="x")])
    return configured(sqlite_workspace, credentials=(CREDENTIAL,))


def configured(workspace: Workspace, **settings: Any) -> Workspace:
    """The process's workspace with other settings."""
    changed = replace(workspace, settings=replace(workspace.settings, **settings))
    opened._Opened.workspace = changed
    return changed


def add(workspace: Workspace, draft: FeedDraft, **columns: Any) -> int:
    """A feed of somebody else's making."""
    with workspace.database.write() as session:
        by = person(session, "Ida Lund", Role.ADMIN)
        feed = feeds.add(session, draft, by=by, now=workspace.now())
        for name, value in columns.items():
            setattr(feed, name, value)
        return feed.id


def stored(workspace: Workspace, feed_id: int) -> Feed:
    with workspace.database.read() as session:
        return session.get_one(Feed, feed_id)


def button(shown: AppTest, label: str) -> Any:
    return next(one for one in shown.button if one.label == label)


def labels(shown: AppTest) -> set[str]:
    return {one.label for one in shown.button}


def put(shown: AppTest, **answers: str) -> None:
    """Fill in fields of the form by the ends of their keys."""
    inputs = [*shown.text_input, *shown.text_area]
    for name, value in answers.items():
        next(one for one in inputs if str(one.key).endswith(name)).set_value(value)


def test_an_empty_workspace_explains_feeds(sign_in: SignIn) -> None:
    sign_in(Role.OPS)
    shown = page("feeds")
    assert "No feed listens yet." in words(shown)
    assert "A feed is one standing question to one place" in words(shown)
    assert not button(shown, "Add a feed").disabled


def test_each_feed_stands_with_its_state_in_words(workspace: Workspace, sign_in: SignIn) -> None:
    sign_in(Role.OPS)
    now = workspace.now()
    add(
        workspace,
        FORUM,
        last_look_at=now - timedelta(minutes=3),
        last_result=LookResult.EMPTY,
        next_poll_at=now + timedelta(minutes=2, seconds=30),
    )
    failing = {"last_result": LookResult.UNAUTHORIZED, "failing_since": now, "last_detail": "401", "next_poll_at": now + timedelta(hours=1)}
    add(workspace, ON_X, origin=Origin.SETTINGS, **failing)
    shown = page("feeds")
    said = words(shown)
    assert "1 needs you, 1 feed works." in said
    assert "the credential is missing, wrong or revoked (401)" in said
    assert "3 min ago" in said
    assert "in 2 min" in said
    assert "defined in settings\\.toml" in said
    assert "**Forum \\*\\*bold\\*\\***" in labels(shown)


@pytest.mark.parametrize("role", [Role.AGENT, Role.MARKETER, Role.READER])
def test_others_may_look_and_change_nothing(workspace: Workspace, sign_in: SignIn, role: Role) -> None:
    sign_in(role)
    feed_id = add(workspace, FORUM)
    shown = page("feeds")
    assert "To change them takes the role ops, lead or admin." in words(shown)
    assert "Add a feed" not in labels(shown)
    assert [menu.options for menu in shown.menu_button] == [["Open"]]
    assert "ACME_BEARER" not in words(shown)
    one = page("feeds", id=str(feed_id))
    assert labels(one) == {"All feeds"}
    assert "https://forum.example/latest.rss" in [code.value for code in one.code]
    assert "Add this feed" not in labels(page("feeds", add="1"))


def test_a_sample_workspace_shows_the_way_to_ones_own(workspace: Workspace, sign_in: SignIn) -> None:
    sign_in(Role.ADMIN)
    feed_id = add(workspace, FORUM)
    configured(workspace, is_sample=True, feeds_editable=False)
    shown = page("feeds")
    assert button(shown, "Add a feed").disabled
    assert "Start your own workspace" in [link.label for link in shown.get("page_link")]
    assert "Add this feed" not in labels(page("feeds", add="1"))
    assert {"Save", "Test", "Yes, retire it"}.isdisjoint(labels(page("feeds", id=str(feed_id))))


def test_a_feed_is_paused_looked_at_and_resumed(workspace: Workspace, sign_in: SignIn) -> None:
    sign_in(Role.LEAD)
    feed_id = add(workspace, FORUM, next_poll_at=workspace.now() + timedelta(hours=1))
    shown = page("feeds", id=str(feed_id))
    button(shown, "Look now").click().run()
    assert stored(workspace, feed_id).next_poll_at <= workspace.now()
    button(shown, "Pause").click().run()
    assert not stored(workspace, feed_id).enabled
    assert {"Pause", "Look now"}.isdisjoint(labels(shown))
    button(shown, "Resume").click().run()
    assert stored(workspace, feed_id).enabled


def test_secrets_are_shown_by_name_only(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACME_BEARER", "the secret itself")
    sign_in(Role.OPS)
    said = words(page("feeds"))
    assert "ACME_BEARER" in said
    assert "CARELINE_ACME_X_CONSUMER_KEY" in said
    assert "the secret itself" not in said
    assert ("not set" in said, "to reply" in said) == (True, True)


def test_a_form_asks_what_its_source_needs(sign_in: SignIn) -> None:
    sign_in(Role.OPS)
    shown = page("feeds", add="1")
    assert [one.label for one in shown.text_input] == ["Name", "Address of the RSS or Atom feed"]
    shown.button_group(key="feedform_new_source").set_value("x").run()
    assert [one.label for one in (*shown.text_input, *shown.text_area)] == ["Name", "Query"]
    shown.button_group(key="feedform_new_kind_x").set_value("mentions").run()
    assert [one.label for one in shown.text_input] == ["Name", "Account"]
    assert "Credential" in [one.label for one in shown.selectbox]


@pytest.mark.parametrize(("source", "first"), [("stackexchange", "my-key"), ("discourse", None), ("wordpress", None)])
def test_a_place_that_anybody_may_read_offers_its_credentials_too(
    workspace: Workspace, sign_in: SignIn, source: str, first: str | None
) -> None:
    with workspace.database.write() as session:
        session.add(Credential(name="my-key", source=source))
    sign_in(Role.OPS)
    asked = "Credential (optional)"
    shown = page("feeds", add="1")
    shown.button_group(key="feedform_new_source").set_value(source).run()
    assert asked not in [one.label for one in shown.selectbox]
    configured(workspace, credentials=(CREDENTIAL, CredentialView("my-key", source)))
    shown = page("feeds", add="1")
    shown.button_group(key="feedform_new_source").set_value(source).run()
    (offered,) = [one for one in shown.selectbox if one.label == asked]
    assert (offered.options, offered.value) == (["none: as any visitor", "my-key"], first)
    offered.set_value("my-key")
    put(shown, name="Forum", **({"site": "superuser", "query": "acme"} if source == "stackexchange" else {"url": "https://f.example"}))
    button(shown, "Add this feed").click().run()
    assert not shown.exception
    with workspace.database.read() as session:
        assert session.scalars(select(Credential.name).join(Feed, Feed.credential_id == Credential.id)).all() == ["my-key"]


def test_a_source_without_a_credential_says_what_to_write(sign_in: SignIn) -> None:
    sign_in(Role.OPS)
    shown = page("feeds", add="1")
    shown.button_group(key="feedform_new_source").set_value("reddit").run()
    code = "\n".join(one.value for one in shown.code)
    assert "[credentials.my-reddit]" in code
    assert "export CARELINE_MY_REDDIT_CLIENT_ID=" in code


def test_a_feed_is_added_by_the_form(workspace: Workspace, sign_in: SignIn) -> None:
    sign_in(Role.OPS)
    shown = page("feeds", add="1")
    put(shown, name="Forum", url="https://forum.example/latest.rss", query="lost")
    button(shown, "Add this feed").click().run()
    assert not shown.exception
    with workspace.database.read() as session:
        feed = session.scalars(select(Feed)).one()
    assert (feed.name, feed.query, feed.options) == ("Forum", "lost", {"url": "https://forum.example/latest.rss"})
    assert shown.query_params == {"id": str(feed.id)}
    assert "Not looked at yet" in words(shown)


def test_what_is_missing_is_said_and_nothing_is_lost(workspace: Workspace, sign_in: SignIn) -> None:
    sign_in(Role.OPS)
    shown = page("feeds", add="1")
    put(shown, name="Forum")
    button(shown, "Add this feed").click().run()
    assert [error.value for error in shown.error] == ["Not yet\\. It needs an address\\."]
    assert shown.text_input[0].value == "Forum"
    with workspace.database.read() as session:
        assert session.scalars(select(Feed)).all() == []


def test_a_feed_is_changed_by_the_form(workspace: Workspace, sign_in: SignIn) -> None:
    sign_in(Role.OPS)
    feed_id = add(workspace, ON_X)
    shown = page("feeds", id=str(feed_id))
    assert shown.text_area[0].value == "acme -giveaway"
    put(shown, query="acme OR umbra")
    button(shown, "Save").click().run()
    assert stored(workspace, feed_id).query == "acme OR umbra"


def test_a_feed_of_the_settings_file_can_be_looked_at_only(workspace: Workspace, sign_in: SignIn) -> None:
    sign_in(Role.OPS)
    shown = page("feeds", id=str(add(workspace, ON_X, origin=Origin.SETTINGS)))
    assert "Defined in settings\\.toml" in words(shown)
    assert "acme -giveaway" in [code.value for code in shown.code]
    assert {"Test", "Pause", "Look now"} <= labels(shown)
    assert {"Save", "Yes, retire it"}.isdisjoint(labels(shown))


def test_a_feed_is_retired_for_good(workspace: Workspace, sign_in: SignIn) -> None:
    sign_in(Role.OPS)
    feed_id = add(workspace, FORUM)
    shown = page("feeds", id=str(feed_id))
    button(shown, "Yes, retire it").click().run()
    assert stored(workspace, feed_id).retired
    assert shown.query_params == {}
    assert "No feed listens yet." in words(shown)


@pytest.mark.parametrize("feed_id", ["99", "0", "-1", "x", "9" * 30])
def test_an_address_of_no_feed_is_no_crash(sign_in: SignIn, feed_id: str) -> None:
    sign_in(Role.OPS)
    said = words(page("feeds", id=feed_id))
    assert ("There is no such feed here any more." in said) is (feed_id == "99")


def ask(workspace: Workspace, shown: AppTest) -> int:
    """Press Test; the errand that came of it."""
    put(shown, name="Forum", url="https://forum.example/latest.rss")
    button(shown, "Test").click().run()
    assert not shown.exception
    with workspace.database.read() as session:
        return session.scalars(select(Errand.id).where(Errand.kind == ErrandKind.FEED_TEST)).one()


def finish(workspace: Workspace, errand_id: int, **result: Any) -> None:
    """What the listener does."""
    now, owner = workspace.now(), "listener"
    with workspace.database.write() as session:
        errands.lease(session, [ErrandKind.FEED_TEST], owner, now=now, lease=timedelta(minutes=1))
        errands.done(session, errand_id, result, owner=owner, now=now)


def test_a_test_waits_in_words_and_shows_what_was_found(workspace: Workspace, sign_in: SignIn) -> None:
    sign_in(Role.OPS)
    shown = page("feeds", add="1")
    errand_id = ask(workspace, shown)
    assert shown.query_params["test"] == str(errand_id)
    assert [bar.text for bar in shown.get("progress")] == ["Asking RSS …"]
    posts = [
        {
            "author": "gaz",
            "text": f"words {n} ![x](https://evil.example)",
            "url": "javascript:alert(1)",
            "posted_at": "2026-11-22T10:00:00+00:00",
        }
        for n in range(10)
    ]
    costs = [{"currency": "USD", "micros": 85_000, "micros_per_day": 12_240_000}]
    finish(workspace, errand_id, result="looked", found=12, rejected=1, posts=posts, costs=costs, detail="", more=False)
    shown.run()
    said = words(shown)
    assert "It found 12 posts. 1 more could not be read. This test cost $0.085" in said
    assert "Nothing of it was stored." in said
    assert [text.value for text in shown.text if "evil.example" in text.value][:1] == ["words 0 ![x](https://evil.example)"]
    assert not [one for one in (*shown.markdown, *shown.caption) if "evil.example" in one.value]
    assert not shown.get("link_button")
    button(shown, "Close the test").click().run()
    assert "test" not in shown.query_params


def test_a_test_that_was_refused_says_why(workspace: Workspace, sign_in: SignIn) -> None:
    sign_in(Role.OPS)
    shown = page("feeds", add="1")
    finish(workspace, ask(workspace, shown), result="unauthorized", detail="set the environment variable ACME_BEARER", posts=[], costs=[])
    shown.run()
    (said,) = [error.value.replace("\\", "") for error in shown.error]
    assert said == "The credential is missing, wrong or revoked. set the environment variable ACME_BEARER"


def test_a_test_that_nobody_takes_says_who_is_missing(workspace: Workspace, sign_in: SignIn) -> None:
    sign_in(Role.OPS)
    shown = page("feeds", add="1")
    errand_id = ask(workspace, shown)
    with workspace.database.write() as session:
        session.execute(update(Errand).values(created_at=workspace.now() - timedelta(minutes=1)))
    shown.run()
    assert "No listener is running, so nobody can ask." in words(shown)
    with workspace.database.write() as session:
        health.beat(session, health.LISTENER, pid=1, started_at=workspace.now(), now=workspace.now())
    assert "Still waiting, 1 min." in words(page("feeds", add="1", test=str(errand_id)))


def test_an_errand_of_another_kind_is_not_shown(workspace: Workspace, sign_in: SignIn) -> None:
    sign_in(Role.ADMIN)
    with workspace.database.write() as session:
        by = person(session, "Ida Lund", Role.ADMIN)
        errand_id = errands.ask(session, ErrandKind.BACKFILL, {"feed_id": 1}, by=by, now=workspace.now())
    assert "Close the test" not in labels(page("feeds", add="1", test=str(errand_id)))


def test_a_feed_that_others_fill_is_paused_but_never_looked_at(workspace: Workspace, sign_in: SignIn) -> None:
    sign_in(Role.OPS)
    delivered = FeedDraft("Acme on Instagram", "webhook", "", "", "Acme", site="instagram")
    feed_id = add(workspace, delivered, last_look_at=workspace.now() - timedelta(minutes=3), last_result=LookResult.LOOKED)
    shown = page("feeds")
    assert "1 is filled by deliveries." in words(shown)
    assert "Webhook · instagram · Deliveries · Acme" in words(shown)
    assert ["Pause" in menu.options and "Look now" not in menu.options for menu in shown.menu_button] == [True]
    one = page("feeds", id=str(feed_id))
    assert "Last delivery" in words(one)
    assert "Look now" not in labels(one)


@pytest.mark.parametrize(
    ("source", "kind", "asked"),
    [
        ("youtube", "channel", ["channel", "query"]),
        ("youtube", "search", ["query"]),
        ("hackernews", "comments", ["query"]),
        ("stackexchange", "tagged", ["site", "tags", "query"]),
    ],
)
def test_the_form_asks_what_each_place_needs(sign_in: SignIn, source: str, kind: str, asked: list[str]) -> None:
    sign_in(Role.OPS)
    shown = page("feeds", add="1")
    shown.button_group(key="feedform_new_source").set_value(source).run()
    shown.button_group(key=f"feedform_new_kind_{source}").set_value(kind).run()
    assert not shown.exception
    keys = [str(one.key) for one in (*shown.text_input, *shown.text_area)]
    assert [key.removeprefix(f"feedform_new_{source}_{kind}_") for key in keys if f"_{source}_{kind}_" in key] == asked


def test_the_form_of_deliveries_says_what_they_need(sign_in: SignIn) -> None:
    sign_in(Role.OPS)
    shown = page("feeds", add="1")
    shown.button_group(key="feedform_new_source").set_value("webhook").run()
    assert not shown.exception
    assert "Another program sends posts to us" in words(shown)
