"""What people do with feeds, on both databases: stored once, recorded, refused in words to those who may not."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from dashboard import feed_actions
from dashboard.actions import Kind, Result
from dashboard.workspace import Workspace
from desk.alerts import errands
from desk.feeds.plan import FeedDraft
from desk.people import leaving
from storage.models import Audit, Brand, Errand, Feed
from storage.words import BrandKind, ErrandKind, Origin, Role
from tests.support.desk import Shop, person

DRAFT = FeedDraft("Forum", "rss", "", "lost", "Acme", options={"url": "https://forum.example/latest.rss"})


@pytest.fixture
def ops(workspace: Workspace) -> int:
    with workspace.database.write() as session:
        session.add(Brand(name="Acme"))
        return person(session, "Olu Pike", Role.OPS).id


def stored(workspace: Workspace, name: str = "Forum") -> Feed:
    with workspace.database.read() as session:
        return session.scalars(select(Feed).where(Feed.name == name)).one()


def how_many(workspace: Workspace, table: Any) -> int:
    with workspace.database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_feed_is_added_and_due_at_once(workspace: Workspace, ops: int) -> None:
    result = feed_actions.add(workspace, ops, DRAFT)
    feed = stored(workspace)
    assert (result.kind, result.words, result.values) == (Kind.DONE, "Forum listens from now on", {"feed": feed.id})
    assert (feed.origin, feed.enabled, feed.options) == (Origin.BOARD, True, {"url": "https://forum.example/latest.rss"})
    assert feed.next_poll_at <= workspace.now()


def test_a_new_brand_comes_with_its_feed_or_not_at_all(workspace: Workspace, ops: int) -> None:
    rival = replace(DRAFT, name="Rival", brand="Umbra")
    assert feed_actions.add(workspace, ops, rival, new_brand=BrandKind.COMPETITOR).is_done
    with workspace.database.read() as session:
        assert session.scalars(select(Brand.kind).where(Brand.name == "Umbra")).one() is BrandKind.COMPETITOR
    before = how_many(workspace, Brand)
    again = feed_actions.add(workspace, ops, replace(rival, brand="Third"), new_brand=BrandKind.OWN)
    assert (again.kind, again.words) == (Kind.REFUSED, "There is a feed called Rival already")
    assert how_many(workspace, Brand) == before


def test_a_brand_that_differs_only_in_case_is_refused(workspace: Workspace, ops: int) -> None:
    result = feed_actions.add(workspace, ops, replace(DRAFT, brand="ACME"), new_brand=BrandKind.OWN)
    assert (result.kind, result.words) == (Kind.REFUSED, "There is a brand called ACME already")


def test_a_feed_of_the_board_is_changed(workspace: Workspace, ops: int) -> None:
    feed_actions.add(workspace, ops, DRAFT)
    result = feed_actions.change(workspace, ops, stored(workspace).id, replace(DRAFT, query="lost OR late", interval_s=900))
    assert result.words == "Forum changed"
    assert (stored(workspace).query, stored(workspace).interval_s) == ("lost OR late", 900)


def test_a_feed_of_the_settings_file_is_changed_there(workspace: Workspace, ops: int) -> None:
    feed_actions.add(workspace, ops, DRAFT)
    with workspace.database.write() as session:
        session.scalars(select(Feed)).one().origin = Origin.SETTINGS
    result = feed_actions.change(workspace, ops, stored(workspace).id, replace(DRAFT, query="late"))
    assert (result.kind, result.words) == (Kind.REFUSED, "Forum stands in settings.toml: change it there")
    assert feed_actions.pause(workspace, ops, stored(workspace).id).is_done


def test_pausing_resuming_and_looking_are_told_and_recorded(workspace: Workspace, ops: int) -> None:
    feed_actions.add(workspace, ops, DRAFT)
    feed_id = stored(workspace).id
    assert feed_actions.pause(workspace, ops, feed_id).words == "Forum is paused"
    assert feed_actions.look_now(workspace, ops, feed_id).words == "Forum is paused: resume it first"
    assert feed_actions.resume(workspace, ops, feed_id).words == "Forum is looked at again"
    assert feed_actions.look_now(workspace, ops, feed_id).words == "Forum is looked at next"
    said = feed_actions.read_from_start(workspace, ops, feed_id).words
    assert said == "Forum is read from its start, as far back as the source still shows"
    with workspace.database.read() as session:
        asked = session.execute(select(Errand.request).where(Errand.kind == ErrandKind.BACKFILL)).scalars().all()
    assert asked == [{"feed_id": feed_id}]
    assert feed_actions.retire(workspace, ops, feed_id).words == "Forum ended. Its mentions stay"
    with workspace.database.read() as session:
        verbs = session.scalars(select(Audit.verb).where(Audit.person_id == ops).order_by(Audit.id)).all()
    assert verbs == ["feed_added", "feed_paused", "feed_resumed", "feed_poll_now", "errand", "feed_retired"]


def test_a_feed_that_is_not_there_is_told(workspace: Workspace, ops: int) -> None:
    assert feed_actions.pause(workspace, ops, 99).kind is Kind.NOT_FOUND


def test_a_test_is_an_errand_that_carries_the_draft(workspace: Workspace, ops: int) -> None:
    result = feed_actions.try_out(workspace, ops, DRAFT)
    assert result.values is not None
    with workspace.database.read() as session:
        asked = errands.get(session, result.values["errand"])
    assert asked.kind is ErrandKind.FEED_TEST
    assert FeedDraft(**asked.request["draft"]) == DRAFT


ACTS: list[Callable[[Workspace, int], Result]] = [
    lambda workspace, who: feed_actions.add(workspace, who, DRAFT),
    lambda workspace, who: feed_actions.add(workspace, who, DRAFT, new_brand=BrandKind.OWN),
    lambda workspace, who: feed_actions.change(workspace, who, 1, DRAFT),
    lambda workspace, who: feed_actions.try_out(workspace, who, DRAFT),
    lambda workspace, who: feed_actions.retire(workspace, who, 1),
    lambda workspace, who: feed_actions.pause(workspace, who, 1),
    lambda workspace, who: feed_actions.resume(workspace, who, 1),
    lambda workspace, who: feed_actions.look_now(workspace, who, 1),
]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("role", [Role.AGENT, Role.MARKETER, Role.READER])
def test_only_those_who_run_feeds_may(sqlite_workspace: Workspace, act: Callable[[Workspace, int], Result], role: Role) -> None:
    with sqlite_workspace.database.write() as session:
        Shop(session)
        who = person(session, "Rik Vale", role).id
    assert act(sqlite_workspace, who).kind is Kind.NOT_ALLOWED
    assert how_many(sqlite_workspace, Feed) == 1


@pytest.mark.parametrize("role", [Role.OPS, Role.LEAD, Role.ADMIN])
def test_those_who_run_feeds_may(sqlite_workspace: Workspace, role: Role) -> None:
    with sqlite_workspace.database.write() as session:
        session.add(Brand(name="Acme"))
        who = person(session, "Olu Pike", role).id
    assert feed_actions.add(sqlite_workspace, who, DRAFT).is_done


@pytest.mark.parametrize("act", ACTS[:5])
def test_a_sample_workspace_takes_no_feed_of_ones_own(workspace: Workspace, ops: int, act: Callable[[Workspace, int], Result]) -> None:
    sample = replace(workspace, settings=replace(workspace.settings, is_sample=True, feeds_editable=False))
    result = act(sample, ops)
    assert result.kind is Kind.REFUSED
    assert "a workspace of your own" in result.words
    assert how_many(workspace, Feed) == 0


def test_somebody_who_left_may_nothing(workspace: Workspace, ops: int) -> None:
    with workspace.database.write() as session:
        leaving.leave(session, ops, by=None, now=workspace.now())
    assert feed_actions.add(workspace, ops, DRAFT).kind is Kind.NOT_ALLOWED
