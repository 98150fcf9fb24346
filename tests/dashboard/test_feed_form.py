from typing import Any

import pytest

from dashboard import feed_form
from dashboard.feed_form import Typed
from dashboard.texts import CATALOGUE
from desk.feeds.plan import FeedDraft
from desk.sources.own_forms import FORMS
from listener.registry import SOURCES
from listener.sources.bluesky import source as bluesky
from listener.sources.discourse import source as discourse
from listener.sources.mastodon import source as mastodon
from listener.sources.reddit import source as reddit
from listener.sources.stores import appstore
from listener.sources.x import source as x


def typed(source: str, kind: str = "", /, *, name: str = "Orders", **values: str) -> Typed:
    return Typed(name, source, kind, values, "Acme", "acme-key" if FORMS[source].needs_credential else None, 300)


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        (typed("rss"), "url"),
        (typed("rss", url="ftp://example.com/feed"), "url"),
        (typed("rss", url="https://"), "url"),
        (typed("rss", url="http://[::1"), "url"),
        (typed("rss", url="javascript:alert(1)"), "url"),
        (typed("x", "search"), "query"),
        (typed("x", "search", query="  "), "query"),
        (typed("x", "search", query="a" * 2001), "query"),
        (typed("reddit", "search"), "query"),
        (typed("bluesky", "search"), "query"),
        (typed("mastodon", "tag", query="acme"), "tag"),
        (typed("reddit", "subreddit", query="acme"), "subreddits"),
        (typed("rss", name=" ", url="https://example.com/feed"), "name"),
        (typed("rss", name="n" * 81, url="https://example.com/feed"), "name"),
    ],
)
def test_what_is_missing_is_named_by_its_field(answers: Typed, field: str) -> None:
    assert list(feed_form.faults(answers)) == [field]


@pytest.mark.parametrize(
    "answers",
    [
        typed("rss", url="https://example.com/feed"),
        typed("rss", url="http://example.com:8080/feed?x=1", query="acme"),
        typed("x", "search", query="a" * 2000),
        typed("x", "mentions"),
        typed("reddit", "inbox"),
        typed("reddit", "subreddit", subreddits="acme+help"),
        typed("mastodon", "tag", tag="acme+help"),
        typed("bluesky", "notifications"),
    ],
)
def test_a_whole_form_has_no_faults(answers: Typed) -> None:
    assert feed_form.faults(answers) == {}


def test_a_brand_and_a_credential_are_asked_for() -> None:
    without = Typed("Orders", "x", "mentions", {}, " ", None, 300)
    assert set(feed_form.faults(without)) == {"brand", "credential"}


def test_an_unknown_source_is_a_fault_not_a_crash() -> None:
    assert set(feed_form.faults(Typed("Orders", "gopher", "", {}, "Acme", None, 300))) == {"source"}


def test_answers_become_a_feed() -> None:
    found = feed_form.draft(typed("reddit", "search", name=" Orders ", query=" acme ", subreddits="acme+help"))
    assert found == FeedDraft("Orders", "reddit", "search", "acme", "Acme", "acme-key", 300, "", {"subreddits": "acme+help"})


def test_an_empty_answer_is_no_option() -> None:
    assert feed_form.draft(typed("reddit", "search", query="acme", subreddits=" ")).options == {}


def test_options_that_no_form_shows_survive_a_change() -> None:
    kept: dict[str, Any] = {"max_pages": 2, "url": "https://old.example/feed", "allow_loopback": True}
    changed = Typed("Orders", "rss", "", {"url": "https://new.example/feed"}, "Acme", None, 300, kept=kept)
    assert feed_form.draft(changed).options == {"max_pages": 2, "allow_loopback": True, "url": "https://new.example/feed"}


def test_a_field_begins_with_what_the_feed_has() -> None:
    subreddits, query = FORMS["reddit"].kind("subreddit").fields
    options = {"subreddits": ["acme", "help"]}
    assert feed_form.value_of(subreddits, query="lost", options=options) == "acme+help"
    assert feed_form.value_of(query, query="lost", options=options) == "lost"


def test_the_interval_of_a_feed_can_always_be_chosen_again() -> None:
    assert feed_form.intervals(45)[:2] == [45, 60]
    assert feed_form.intervals(300) == list(feed_form.INTERVALS_S)


def test_the_forms_offer_what_the_sources_take() -> None:
    assert set(FORMS) == set(SOURCES) - {"archive"}
    assert tuple(kind.name for kind in FORMS["x"].kinds) == x.KINDS
    assert tuple(kind.name for kind in FORMS["reddit"].kinds) == reddit.KINDS
    assert tuple(kind.name for kind in FORMS["discourse"].kinds) == discourse.KINDS
    assert (
        tuple(kind.name for kind in FORMS["appstore"].kinds) == appstore.KINDS[:1]
    )  # a rival's list is meant in settings.toml or not at all
    assert tuple(kind.name for kind in FORMS["mastodon"].kinds) == mastodon.KINDS
    assert tuple(kind.name for kind in FORMS["bluesky"].kinds) == bluesky.KINDS


def test_every_word_of_the_forms_stands_in_the_catalogue() -> None:
    kinds = [(source, kind) for source, form in FORMS.items() for kind in form.kinds]
    fields = {field for _, kind in kinds for field in kind.fields}
    wanted = {f"feeds.kind.{source}.{kind.name}" for source, kind in kinds} | {f"feeds.about.{source}" for source in FORMS}
    wanted |= {f"feeds.fault.no_{field.name}" for field in fields if field.is_required}
    wanted |= {f"feeds.form.{field.name}{'' if field.is_required or field.name == 'username' else '.optional'}" for field in fields}
    wanted |= {f"feeds.form.{field.name}.hint" for field in fields if field.name != "query"}
    wanted |= {f"feeds.secret.{secret.purpose}" for form in FORMS.values() for secret in form.secrets}
    assert wanted <= CATALOGUE.keys()


def test_a_secret_is_known_under_each_of_its_names() -> None:
    bearer = FORMS["x"].secrets[0]
    assert bearer.called({"bearer": "ACME_BEARER"}) == "bearer"
    assert bearer.called({}) == "bearer_token"
