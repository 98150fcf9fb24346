"""What an address may ask for: read with suspicion."""

from typing import Any

import pytest

from dashboard.filters import LONGEST_TEXT, MOST, STEP, VIEWS, is_narrowed, read_filter, read_limit, read_number, unwritten, written
from desk.queue.filters import QueueFilter
from desk.queue.sight import Sight
from storage.words import Intent, Sentiment, Urgency


def test_an_empty_address_shows_what_waits() -> None:
    assert read_filter({}, person_id=7) == QueueFilter(view="waiting")


def test_a_whole_address_is_read() -> None:
    params = {
        "view": "mine",
        "source": "x",
        "feed": "3",
        "brand": "2",
        "intent": "churn",
        "sentiment": "negative",
        "urgency": "high",
        "language": "de",
        "flagged": "1",
        "q": "hub",
    }
    shown = read_filter(params, person_id=7)
    assert shown == QueueFilter("mine", "x", 3, 2, Intent.CHURN, Sentiment.NEGATIVE, Urgency.HIGH, "de", "hub", flagged=True, assignee_id=7)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("view", "everything"),
        ("feed", "-1"),
        ("feed", "1 OR 1"),
        ("feed", "9" * 30),
        ("feed", "１"),
        ("intent", "x"),
        ("sentiment", "NEGATIVE"),
        ("flagged", "yes"),
    ],
)
def test_a_value_that_does_not_exist_counts_as_not_given(name: str, value: str) -> None:
    assert read_filter({name: value}, person_id=7) == QueueFilter()


def test_only_the_view_of_ones_own_cases_names_a_person() -> None:
    assert [read_filter({"view": view}, person_id=7).assignee_id for view in VIEWS] == [7 if view == "mine" else None for view in VIEWS]


def test_what_depends_on_the_person_is_asked_for_only_where_it_matters() -> None:
    sight = Sight(my_teams=(3,), sees_shielded=True)
    seen = {view: read_filter({"view": view}, person_id=7, sight=sight) for view in VIEWS}
    assert [view for view, shown in seen.items() if shown.my_teams] == ["team"]
    assert [view for view, shown in seen.items() if shown.sees_shielded] == ["waiting", "unclaimed", "due_soon", "team", "flagged"]


def test_private_words_are_looked_for_only_for_who_reads_them_and_only_where_words_are_asked_for() -> None:
    sight = Sight(sees_private=True)
    assert not read_filter({}, person_id=7, sight=sight).sees_private
    assert read_filter({"q": "4471"}, person_id=7, sight=sight).sees_private
    assert not read_filter({"q": "4471"}, person_id=7, sight=Sight()).sees_private


def test_a_tag_a_team_an_assignee_and_an_incident_are_read() -> None:
    shown = read_filter({"tag": "1", "team": "2", "owner": "3", "incident": "4"}, person_id=7)
    assert (shown.tag_id, shown.team_id, shown.owner_id, shown.incident_id) == (1, 2, 3, 4)
    assert is_narrowed(QueueFilter(tag_id=1))


def test_a_written_filter_is_read_back_without_what_no_filter_has() -> None:
    assert unwritten("view=all&q=a+b%26c&case=3&saved=1") == {"view": "all", "q": "a b&c"}


def test_a_long_search_is_cut() -> None:
    assert len(read_filter({"q": "x" * 9999}, person_id=1).text) == LONGEST_TEXT


@pytest.mark.parametrize(("value", "limit"), [(None, STEP), ("100", 100), ("0", STEP), ("999999", MOST), ("many", STEP)])
def test_a_page_has_a_length_within_bounds(value: str | None, limit: int) -> None:
    assert read_limit({} if value is None else {"limit": value}) == limit


@pytest.mark.parametrize(
    ("value", "number"), [("12", 12), ("0", None), ("", None), (None, None), ("1.5", None), ("٣", None), (str(2**63), None)]
)
def test_a_row_id_is_a_positive_number(value: str | None, number: int | None) -> None:
    assert read_number(value) == number


def test_equal_filters_are_equal_addresses() -> None:
    assert written({"q": "a b", "view": "mine", "case": "3"}) == written({"view": "mine", "q": "a b"}) == "view=mine&q=a+b"


@pytest.mark.parametrize(
    ("changed", "narrowed"),
    [
        ({}, False),
        ({"view": "closed"}, False),
        ({"text": "  "}, False),
        ({"text": "x"}, True),
        ({"flagged": True}, True),
        ({"feed_id": 1}, True),
    ],
)
def test_more_than_the_view_is_a_filter(changed: dict[str, Any], narrowed: bool) -> None:
    assert is_narrowed(QueueFilter(**changed)) is narrowed
