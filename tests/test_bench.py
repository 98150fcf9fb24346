"""The measurements of listening and of forgetting, small: they measure what they say, and nothing of it went wrong."""

import json
from pathlib import Path

import pytest

from bench import __main__ as bench
from bench import erasure, feeds, parse, query
from bench.figures import Figure
from bench.places import SQLITE, Places


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path, None, 3_000)


def test_every_feed_is_looked_at_again_and_none_fails(places: Places) -> None:
    with feeds.measuring() as (address, log), places.empty(SQLITE) as database:
        looks = feeds.looks_of(database, 10, address, log, feeds.SMALL)
    assert looks.bad == {}
    assert len(looks.late) >= 10
    assert 10 * feeds.ENTRIES <= looks.mentions <= 10 * (feeds.ENTRIES + 1)
    assert min(looks.late) >= 0
    names = [figure.name for figure in feeds.figures(SQLITE, 10, looks, 1.0)]
    assert len(set(names)) == 3


@pytest.mark.parametrize("page", list(parse.pages()), ids=lambda page: page.source)
def test_both_readings_of_a_page_find_what_is_there(page: parse.Page) -> None:
    posts = page.ours(page.body)
    assert len(posts) >= 40
    assert all(post.text or post.title for post in posts)
    assert page.theirs(page.body)
    assert parse.measured(page, 1).value


def test_authors_are_forgotten_one_by_one_and_nothing_of_theirs_is_left(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasure, "WARM_UP", 2)
    monkeypatch.setattr(erasure, "AUTHORS", 8)
    (figure,) = erasure.run(places)
    assert figure.samples == 8 - 1  # the one that is kept for a profile
    assert figure.value
    assert figure.note == ""


def test_the_expression_beside_the_matcher_has_the_same_twenty_terms() -> None:
    texts = ["my parcel is late", "the courier of the phone app"]
    figures = [figure for name, asked in query.QUERIES.items() for figure in query._beside(name, asked, texts)]
    assert len(figures) == 4
    assert all(figure.target == query.TIMES for figure in figures)


def test_what_ran_is_written_anew_and_the_other_parts_stay_with_the_run_that_they_are_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    into = tmp_path / "results.json"
    kept, stale = Figure("queue", "page", 8.0, "ms").as_dict(), Figure("erasure", "an author", 99.0, "ms").as_dict()
    into.write_text(json.dumps({"at": "2026-11-22", "mentions": 1_000_000, "figures": [kept, stale]}), encoding="utf-8")
    monkeypatch.setattr(erasure, "WARM_UP", 1)
    monkeypatch.setattr(erasure, "AUTHORS", 4)
    assert bench.main(["--only", "erasure", "--mentions", "3000", "--into", str(into)]) == 0
    written = json.loads(into.read_text(encoding="utf-8"))
    parts = [figure["part"] for figure in written["figures"]]
    assert written["mentions"] == 3_000
    assert parts[0] == "queue"
    assert set(parts[1:]) == {"erasure"}
    assert (written["figures"][0]["at"], written["figures"][0]["mentions"]) == ("2026-11-22", 1_000_000)
    assert 99.0 not in {figure["value"] for figure in written["figures"]}


def test_every_part_of_the_benchmarks_is_run_by_its_command() -> None:
    assert {"feeds", "parse", "query", "erasure"} <= bench.PARTS.keys()
    assert all(callable(part.run) for part in bench.PARTS.values())
