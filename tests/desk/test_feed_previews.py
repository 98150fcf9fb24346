"""What a preview says: the price before it is spent, the share that is about us, what to leave out, and a flood that needs somebody's word."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.alerts import errands
from desk.errors import Invalid
from desk.feeds import feed_previews, feeds
from desk.feeds.feed_previews import Precision, Proposal, Step
from desk.feeds.plan import FeedDraft
from desk.intervals import wilson
from desk.settings import DeskSettings
from storage.database import Database
from storage.models import Audit
from storage.words import ErrandKind, Role
from tests.support.desk import person
from tests.support.listening import LEASE, NOON, how_many, listening

SETTINGS = DeskSettings(flood_per_day=500)
DRAFT = FeedDraft("Orange", "x", "search", "orange", "Acme", "main")
REQUEST = {"draft": {"source": "x", "kind": "search", "query": "orange", "credential": "main"}}
COUNT = {"n": 8_400, "sureness": "all", "days": 7, "per_day": 1_200.0}


def draft(query: str = "orange", **options: Any) -> FeedDraft:
    return FeedDraft("Orange", "x", "search", query, "Acme", "main", options=options)


def term(minus: str, *posts: int) -> dict[str, Any]:
    return {"minus": minus, "posts": list(posts)}


@pytest.mark.parametrize(
    ("source", "kind", "step", "micros", "units"),
    [
        ("x", "search", Step.COUNT, 5_000, 1),
        ("x", "search", Step.SAMPLE, 750_000, 100),
        ("youtube", "search", Step.COUNT, 0, 1),
        ("youtube", "search", Step.SAMPLE, 0, 2),
        ("mastodon", "search", Step.SAMPLE, 0, 0),
    ],
)
def test_each_step_has_a_price_before_it_is_taken(source: str, kind: str, step: Step, micros: int, units: int) -> None:
    calls = feed_previews.price(source, kind, step)
    assert (sum(call.micros for call in calls), sum(call.units for call in calls)) == (micros, units)


def test_the_share_comes_with_its_interval_and_without_what_is_gone() -> None:
    clicks = {0: True, 1: False, 2: False, 5: True}
    assert feed_previews.precision({}) is None
    assert feed_previews.precision(clicks) == Precision(2, 4, *wilson(2, 4))
    assert feed_previews.precision(clicks, gone={1, 2}) == Precision(2, 2, *wilson(2, 2))
    assert feed_previews.precision({1: False}, gone={1}) is None


def test_what_stands_in_the_wrong_posts_and_hardly_in_the_right_ones_is_proposed_with_what_it_costs() -> None:
    clicks = {**dict.fromkeys(range(11), False), 20: True, 21: True}
    terms = [
        term("-juice", 0, 1, 2, 3, 30, 31),
        term("-juicy", 0, 1, 30),
        term("-sun", 4, 5),
        term("-orange", *range(11), 20, 21),
        term("-once", 6, 31),
        term("-dear", 7, 8, 20),
        term("-wide", *range(10), 21),
    ]
    found = feed_previews.proposals(terms, clicks)
    assert found == [Proposal("-juice", 4, 0, 2), Proposal("-sun", 2, 0, 0), Proposal("-wide", 10, 1, 0)]
    assert found[0].takes == 6


def test_nothing_is_proposed_before_something_is_about_us() -> None:
    assert feed_previews.proposals([term("-juice", 0, 1)], {0: False, 1: False}) == []


def test_what_the_query_takes_already_counts_no_more() -> None:
    terms, clicks = [term("-juice", 0, 1), term("-sun", 1, 2)], {0: False, 1: False, 2: False, 3: True}
    gone = feed_previews.gone_by(terms, ["-juice"])
    assert gone == {0, 1}
    assert feed_previews.proposals(terms, clicks, gone) == []


@settings(deadline=None)
@given(
    st.lists(st.sets(st.integers(0, 19), min_size=2), max_size=8),
    st.dictionaries(st.integers(0, 19), st.booleans()),
    st.sets(st.integers(0, 19), max_size=6),
)
def test_a_proposal_counts_each_post_once_and_is_worth_it(posts: list[set[int]], clicks: dict[int, bool], gone: set[int]) -> None:
    terms = [term(f"-t{number}", *sorted(there)) for number, there in enumerate(posts)]
    by_name = {one["minus"]: set(one["posts"]) - gone for one in terms}
    for one in feed_previews.proposals(terms, clicks, gone):
        assert one.takes == len(by_name[one.minus])
        assert one.ours == sum(clicks.get(number) is True for number in by_name[one.minus])
        assert one.not_ours >= max(2, 10 * one.ours)


@pytest.mark.parametrize(
    ("base", "query", "taken"),
    [
        ("orange", "orange", ()),
        ("orange", "orange -juice -#sun", ("-juice", "-#sun")),
        ("(a1 OR b1)", "(a1 OR b1) -c1", ("-c1",)),
        ("orange", "oranges -juice", None),
        ("orange", "lemon", None),
        ("", "orange", None),
    ],
)
def test_what_a_query_leaves_out_stands_behind_its_open_end(base: str, query: str, taken: tuple[str, ...] | None) -> None:
    assert feed_previews.chosen(base, query) == taken


def previewed(database: Database, request: dict[str, Any], result: dict[str, Any]) -> None:
    with database.write() as session:
        by = person(session, "Olu", Role.OPS)
        errand_id = errands.ask(session, ErrandKind.FEED_TEST, request, by=by, now=NOON)
        errands.lease(session, [ErrandKind.FEED_TEST], "listener", now=NOON, lease=LEASE)
        errands.done(session, errand_id, result, owner="listener", now=NOON)


@pytest.mark.parametrize(
    "wanted",
    [draft(every_nth=10), draft(at_most_per_day=200), draft(confirmed_per_day=1_200), draft("lemon"), draft("orange -juice -sun")],
    ids=["sampled", "capped", "confirmed", "another", "narrowed"],
)
def test_a_flood_is_saved_only_when_somebody_says_how_much_of_it(sqlite_database: Database, wanted: FeedDraft) -> None:
    posts: list[dict[str, Any]] = [{} for _ in range(10)]
    terms = [term("-juice", 0, 1, 2, 3), term("-sun", 4, 5)]
    previewed(sqlite_database, {**REQUEST, "step": "count"}, {"count": COUNT})
    previewed(sqlite_database, {**REQUEST, "step": "sample", "count": COUNT}, {"base": "orange", "posts": posts, "terms": terms})
    with sqlite_database.read() as session:
        for flooding in (draft(), draft(confirmed_per_day=1_199), draft("orange -juice")):
            with pytest.raises(Invalid, match="posts a day"):
                feed_previews.require_confirmed(session, flooding, SETTINGS)
        feed_previews.require_confirmed(session, wanted, SETTINGS)


def test_a_count_of_another_place_is_no_flood_here(sqlite_database: Database) -> None:
    previewed(sqlite_database, {"draft": {**REQUEST["draft"], "credential": "other"}, "step": "count"}, {"count": COUNT})
    previewed(sqlite_database, {**REQUEST, "step": "count"}, {"count": None})
    with sqlite_database.read() as session:
        feed_previews.require_confirmed(session, draft(), SETTINGS)
        with pytest.raises(Invalid, match="posts a day"):
            feed_previews.require_confirmed(session, replace(draft(), credential="other"), SETTINGS)


def test_who_wanted_all_of_it_is_written_down(database: Database) -> None:
    with database.write() as session:
        listening(session)
        ops = person(session, "Olu", Role.OPS)
        small = feeds.add(session, draft(every_nth=2), by=ops, now=NOON)
        feed_previews.note_confirmed(session, small.id, by=ops, now=NOON)
        assert how_many(session, Audit, Audit.verb == "feed_flood_confirmed") == 0
        feeds.change(session, small.id, draft(confirmed_per_day=1_200), by=ops, now=NOON)
        feed_previews.note_confirmed(session, small.id, by=ops, now=NOON)
        session.flush()
        assert how_many(session, Audit, Audit.verb == "feed_flood_confirmed", Audit.person_id == ops.id) == 1
