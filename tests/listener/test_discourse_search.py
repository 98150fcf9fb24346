"""Searches on Discourse over loopback: each find is read by itself, and judged here unless the forum's own words are used."""

from datetime import timedelta

import pytest

from listener.source import Malformed, Refused, SourceError, Unavailable
from tests.support.discourse_look import NOW, feed, ids, looked
from tests.support.discourse_platform import Forum, post
from tests.support.replay import Platform, Reply, as_json, html

SEARCH = "/search.json"


def hits(*numbers: int, more: bool = False) -> Reply:
    listed = [{"id": number, "blurb": "leaks", "created_at": post(number, "")["created_at"]} for number in numbers]
    return as_json({"posts": listed, "grouped_search_result": {"more_full_page_results": more or None, "error": None}})


def test_a_search_reads_each_find_by_itself(platform: Platform) -> None:
    forum = Forum(platform)
    forum.add("acme leaks")
    forum.add("acme again")
    platform.always(SEARCH, hits(2, 1))
    first = looked(platform, spec=feed("search", "acme"))
    assert (ids(first), platform.asked(SEARCH)[0].query) == (["2", "1"], {"q": "acme order:latest", "page": "1"})
    forum.add("acme is fine")
    platform.always(SEARCH, hits(3, 2, 1))
    assert ids(looked(platform, first.cursor, feed("search", "acme"))) == ["3"]


def test_a_find_without_an_id_is_set_aside_and_hides_no_other(platform: Platform) -> None:
    Forum(platform, 1)
    platform.always(SEARCH, as_json({"posts": [None, {"blurb": "leaks"}, {"id": 1, "blurb": "leaks"}]}))
    page = looked(platform, spec=feed("search", "kettle"))
    assert (ids(page), [one.raw for one in page.rejects]) == (["1"], [b"null", b'{"blurb": "leaks"}'])


def test_a_search_for_one_of_several_is_asked_for_each_and_judged_here(platform: Platform) -> None:
    forum = Forum(platform)
    forum.add("acme leaks")
    forum.add("kettles leak, a giveaway")
    platform.always(SEARCH, hits(2, 1))
    assert ids(looked(platform, spec=feed("search", "(acme OR kettles) -giveaway"))) == ["1"]
    assert {seen.query["q"] for seen in platform.asked(SEARCH)} == {"acme order:latest", "kettles order:latest"}


def test_a_search_in_the_forums_own_words_is_the_forums_to_judge(platform: Platform) -> None:
    Forum(platform, 1)
    platform.always(SEARCH, hits(1))
    assert ids(looked(platform, spec=feed("search", "leaks category:support"))) == ["1"]
    assert platform.asked(SEARCH)[0].query["q"] == "leaks category:support order:latest"


def test_finds_that_could_not_be_read_are_read_in_the_next_look(platform: Platform) -> None:
    Forum(platform, 3)
    platform.always(SEARCH, hits(3, 2, 1))
    platform.then("/posts/2.json", as_json({"errors": ["slow"]}, 429, retry_after="30"))
    first = looked(platform, spec=feed("search", "kettle"))
    assert (ids(first), first.more, first.retry_at) == (["3"], True, NOW + timedelta(seconds=30))
    second = looked(platform, first.cursor, feed("search", "kettle"))
    assert (ids(second), second.more) == (["2", "1"], False)


def test_a_search_reads_its_pages_until_what_is_known(platform: Platform) -> None:
    Forum(platform, 6)
    platform.then(SEARCH, hits(6, 5, 4, more=True), hits(3, 2, 1))
    assert sorted(ids(looked(platform, spec=feed("search", "kettle")))) == ["1", "2", "3", "4", "5", "6"]
    assert [seen.query["page"] for seen in platform.asked(SEARCH)] == ["1", "2"]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (as_json({"grouped_search_result": {"error": "too short"}, "posts": []}), Refused),
        (as_json({}), Malformed),
        (html(503), Unavailable),
    ],
)
def test_a_search_that_does_not_work_says_why(platform: Platform, answer: Reply, error: type[SourceError]) -> None:
    platform.always(SEARCH, answer)
    with pytest.raises(error):
        looked(platform, spec=feed("search", "kettle"))


def test_a_search_needs_words(platform: Platform) -> None:
    with pytest.raises(Refused, match="needs a query"):
        looked(platform, spec=feed("search"))
