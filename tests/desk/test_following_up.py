"""Posts from before their source could be asked again get their schedule: once, slowly, and without a second one for what has one."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from desk import facts, platforms
from desk.intake import following_up, rechecks
from desk.intake.following_up import APART, FACT
from desk.settings import DeskSettings
from desk.sources import known, own
from desk.sources.declaration import Recheck
from storage.database import Database
from storage.models import Case, Mention
from storage.words import CaseStatus
from tests.support.desk import NOON, Shop

DAY = timedelta(days=1)
DESK = DeskSettings(recheck_after=(DAY, 7 * DAY, 30 * DAY))


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """So many rows at a time that a test's posts take several."""
    monkeypatch.setattr(following_up, "CHUNK", 3)
    return 3


def heard(database: Database, *ages: timedelta, source: str = "hackernews", case: bool = False, **other: Any) -> list[int]:
    """Posts that were seen so long ago, the oldest first, and that nobody is going to ask for."""
    with database.write() as session:
        shop = Shop(session, source=source)
        told = [{"at": NOON - age, **other} for age in sorted(ages, reverse=True)]
        return [shop.case(**one).opening_mention_id if case else shop.mention(**one).id for one in told]


def go_on(database: Database, *, now: datetime = NOON, settings: DeskSettings = DESK) -> int:
    """As often as there is something to do; how many steps."""
    for step in range(1000):
        with database.write() as session:
            if not following_up.go_on(session, settings=settings, now=now):
                return step
    raise AssertionError("it does not end")


def dues(database: Database, ids: list[int]) -> list[datetime | None]:
    with database.read() as session:
        found = {row.id: row.recheck_at for row in session.execute(select(Mention.id, Mention.recheck_at))}
        return [found[one] for one in ids]


def test_posts_of_the_followed_days_wait_for_the_next_of_their_days(database: Database, few: int) -> None:
    ids = heard(database, timedelta(hours=2), 3 * DAY, 8 * DAY, 29 * DAY, 31 * DAY, 90 * DAY)
    assert go_on(database) >= len(ids) // few
    seen = [NOON - age for age in (90 * DAY, 31 * DAY, 29 * DAY, 8 * DAY, 3 * DAY, timedelta(hours=2))]
    assert dues(database, ids) == [None, None, seen[2] + 30 * DAY, seen[3] + 30 * DAY, seen[4] + 7 * DAY, seen[5] + DAY]


@pytest.mark.parametrize("source", ["hackernews", "appstore", "googleplay"])
def test_posts_of_open_cases_are_asked_for_soon_however_old_and_a_few_at_a_time(database: Database, few: int, source: str) -> None:
    del few
    asked = platforms.recheck(source)
    assert asked is not None
    size = asked.at_once
    ids = heard(database, *(timedelta(days=40, hours=n) for n in range(size + 2)), source=source, case=True)
    go_on(database)
    assert dues(database, ids) == [NOON] * size + [NOON + APART] * 2


@pytest.mark.parametrize("source", ["rss", "stackexchange"])
def test_posts_of_open_cases_of_which_one_call_tells_many_are_asked_for_together(database: Database, source: str) -> None:
    ids = heard(database, *(timedelta(days=40, hours=n) for n in range(5)), source=source, case=True)
    go_on(database, now=NOON + timedelta(minutes=1))
    assert dues(database, ids) == [NOON + rechecks.TOGETHER] * 5


def test_a_post_of_an_open_case_that_is_due_sooner_by_its_age_is_asked_for_then(database: Database) -> None:
    (first, second) = heard(database, 7 * DAY - timedelta(seconds=1), timedelta(hours=1), case=True)
    go_on(database)
    assert dues(database, [first, second]) == [NOON, NOON]


def test_closed_cases_are_followed_by_their_age_alone(database: Database) -> None:
    old, young = heard(database, 40 * DAY, 3 * DAY, case=True)
    with database.write() as session:
        session.execute(update(Case).values(status=CaseStatus.CLOSED, closed_at=NOON))
    go_on(database)
    assert dues(database, [old, young]) == [None, NOON + 4 * DAY]


@pytest.mark.parametrize(
    "left_out", [{"is_own": True}, {"is_private": True}, {"deleted_at": NOON}, {"source": "x"}, {"source": "webhook"}], ids=str
)
def test_what_is_not_followed_stays_so(database: Database, left_out: dict[str, Any]) -> None:
    ids = heard(database, DAY, 3 * DAY, **left_out)
    go_on(database)
    assert dues(database, ids) == [None, None]


def test_what_is_due_stays_due_when_it_is(database: Database) -> None:
    ids = heard(database, 3 * DAY, recheck_at=NOON + timedelta(hours=5)) + heard(database, 40 * DAY, case=True, recheck_at=NOON + DAY)
    go_on(database)
    assert dues(database, ids) == [NOON + timedelta(hours=5), NOON + DAY]


def test_it_is_done_once(database: Database, few: int) -> None:
    del few
    ids = heard(database, 40 * DAY, case=True) + heard(database, 3 * DAY)
    assert go_on(database) > 0
    with database.write() as session:
        session.execute(update(Mention).values(recheck_at=None))
    assert go_on(database) == 0
    assert dues(database, ids) == [None, None]


def test_a_source_that_can_be_asked_later_is_followed_up_by_itself(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on(database)
    theirs, others = heard(database, 3 * DAY, source="youtube"), heard(database, 3 * DAY)
    declared = replace(own.YOUTUBE, recheck=Recheck(50, is_by_call=True, together=True, began_later=True))
    monkeypatch.setattr(known, "OWN", {**own.OWN, "youtube": declared})
    go_on(database)
    assert dues(database, theirs + others) == [rechecks.next_due("youtube", NOON - 3 * DAY, DESK, now=NOON), None]


def test_where_nothing_is_followed_it_waits_until_something_is(database: Database) -> None:
    ids = heard(database, 3 * DAY)
    assert go_on(database, settings=DeskSettings()) == 0
    with database.read() as session:
        assert facts.get(session, FACT) is None
    go_on(database)
    assert dues(database, ids) == [NOON + 4 * DAY]


def test_a_step_that_is_rolled_back_is_done_again(database: Database, few: int) -> None:
    del few
    ids = heard(database, *(n * DAY for n in range(2, 9)))

    def broken() -> None:
        with database.write() as session:
            following_up.go_on(session, settings=DESK, now=NOON)
            raise OSError("no room left")

    with pytest.raises(OSError, match="no room"):
        broken()
    assert set(dues(database, ids)) == {None}
    go_on(database)
    assert None not in dues(database, ids)
