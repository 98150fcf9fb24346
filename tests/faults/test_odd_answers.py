"""Answers that are odd and can be read all the same, and single items that would lead a look astray."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from storage.models import Author, Mention, Reject
from storage.words import LookResult
from tests.faults.polls import PATIENCE, begun, fresh, look, poller
from tests.support.fault_server import CALM, HARMLESS, Mood
from tests.support.replay import Reply, Seen
from tests.support.worlds import WORLDS, World
from tests.support.worlds.boards import DiscoursePosts
from tests.support.worlds.networks import BlueskyNotifications, MastodonTag, XSearch
from tests.support.worlds.open_places import HackerNews

OF_JSON = [world for world in WORLDS if world.source != "rss"]


@pytest.mark.parametrize("world", OF_JSON, ids=[world.__name__ for world in OF_JSON])
def test_what_can_be_read_is_read(world: type[World], sqlite_template: Path, tmp_path: Path) -> None:
    with begun(5, fresh(sqlite_template, tmp_path, 5), world=world) as run:
        patient = poller(run, PATIENCE)
        for name in sorted(HARMLESS):
            run.world.add(seconds=30)
            # A look may have ended in the middle of the pages.
            assert any(look(run, patient, Mood(only=name)).new for _ in range(4)), name
    assert run.told == []


def one(run: Any, statement: Any) -> list[Any]:
    with run.database.read() as session:
        return list(session.scalars(statement))


def test_an_id_from_the_future_makes_no_later_post_look_old(sqlite_template: Path, tmp_path: Path) -> None:
    class Odd(XSearch):
        def document(self, items: list[Any], following: str | None, seen: Seen) -> Reply:
            odd = {"id": "9" * 19, "text": "northwind from the future", "created_at": "2026-11-20T12:00:00.000Z"}
            return super().document([odd, *items], following, seen)

    with begun(6, fresh(sqlite_template, tmp_path, 6), world=Odd) as run:
        patient = poller(run, PATIENCE)
        for _ in range(3):
            look(run, patient, CALM)
        before = {run.world.id_of(thing) for thing in run.world.things.values()}
        added = run.world.add()
        look(run, patient, CALM)
        stored = set(one(run, select(Mention.external_id)))
    assert before | {run.world.id_of(added)} <= stored


def test_a_count_that_no_database_holds_loses_no_post(sqlite_template: Path, tmp_path: Path) -> None:
    class Odd(MastodonTag):
        def status(self, thing: Any) -> dict[str, Any]:
            told = super().status(thing)
            return {**told, "account": {**told["account"], "followers_count": 10**30}}

    with begun(7, fresh(sqlite_template, tmp_path, 7), world=Odd) as run:
        run.world.add()
        report = look(run, poller(run, PATIENCE), CALM)
        assert (report.result, report.new > 0) == (LookResult.LOOKED, True)
        assert one(run, select(Author.reach)) == [None]


def test_a_kind_that_is_no_kind_stops_no_other_post(sqlite_template: Path, tmp_path: Path) -> None:
    class Odd(DiscoursePosts):
        def item(self, thing: Any) -> Any:
            return {**super().item(thing), **({"post_type": {}} if thing.number == 2 else {})}

    with begun(8, fresh(sqlite_template, tmp_path, 8), world=Odd) as run:
        while run.world.last < 3:
            run.world.add()
        report = look(run, poller(run, PATIENCE), CALM)
        assert (report.result, report.new) == (LookResult.LOOKED, len(run.world.things))


def test_an_item_of_another_form_is_set_aside_and_the_others_are_kept(sqlite_template: Path, tmp_path: Path) -> None:
    class Odd(HackerNews):
        def document(self, items: list[Any], following: str | None, seen: Seen) -> Reply:
            return super().document([*items, None, {"objectID": []}], following, seen)

    with begun(9, fresh(sqlite_template, tmp_path, 9), world=Odd) as run:
        run.world.add()
        look(run, poller(run, PATIENCE), CALM)
        assert len(one(run, select(Mention.id))) >= 1
        assert sorted(one(run, select(Reject.raw))) == [b"null", b'{"objectID": []}']


def test_an_empty_page_that_names_a_next_one_is_passed(sqlite_template: Path, tmp_path: Path) -> None:
    class Odd(BlueskyNotifications):
        def document(self, items: list[Any], following: str | None, seen: Seen) -> Reply:
            hidden = seen.query.get("cursor") == "6"
            return super().document([] if hidden else items, following, seen)

    with begun(10, fresh(sqlite_template, tmp_path, 10), world=Odd) as run:
        while run.world.last < 20:
            run.world.add()
        for _ in range(3):
            look(run, poller(run, PATIENCE), CALM)
        stored = set(one(run, select(Mention.external_id)))
        listed = [
            run.world.id_of(thing) for thing in sorted(run.world.things.values(), key=lambda thing: (thing.at, thing.number), reverse=True)
        ]
    assert stored == {*listed[:6], *listed[12:]}
