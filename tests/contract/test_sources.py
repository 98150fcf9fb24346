"""What every source and replier of the registry keeps to."""

import inspect
from pathlib import Path

import pytest

from desk import platforms
from desk.post import FeedSpec
from listener.registry import REPLIERS, SOURCES, Registry
from listener.settings import ListenerSettings
from listener.source import Corrects, Malformed, Replier, Source, SourceError, TakesBack
from storage.words import ChangeKind

DOCS = Path(__file__).parents[2] / "docs" / "settings.md"
REGISTRY = Registry(ListenerSettings())


def feed(source: str, **options: str) -> FeedSpec:
    return FeedSpec(1, "a feed", source, "", "search", "acme", options, None, 300)


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_has_the_methods_that_are_promised(name: str) -> None:
    source = REGISTRY.source(name)
    assert source.name == name
    for method in ("fetch", "reread"):
        assert (
            list(inspect.signature(getattr(source, method)).parameters) == list(inspect.signature(getattr(Source, method)).parameters)[1:]
        )


@pytest.mark.parametrize("name", REPLIERS)
def test_a_replier_has_the_methods_that_are_promised(name: str) -> None:
    replier = REGISTRY.replier(name)
    assert isinstance(replier.idempotent, bool)
    for method in ("send", "find"):
        assert (
            list(inspect.signature(getattr(replier, method)).parameters) == list(inspect.signature(getattr(Replier, method)).parameters)[1:]
        )


@pytest.mark.parametrize("name", REPLIERS)
def test_a_replier_changes_by_api_exactly_what_the_board_offers(name: str) -> None:
    replier = REGISTRY.replier(name)
    offered = platforms.changes(name)
    if name == "sandbox":  # it stands in for any of them
        assert isinstance(replier, TakesBack)
        assert isinstance(replier, Corrects)
        return
    assert isinstance(replier, TakesBack) == (ChangeKind.TAKE_BACK in offered)
    assert isinstance(replier, Corrects) == (ChangeKind.CORRECT in offered)


@pytest.mark.parametrize(
    ("name", "method", "told"),
    [
        ("x", "take_back", ["reply"]),
        ("reddit", "take_back", ["reply"]),
        ("mastodon", "correct", ["reply", "text"]),
        ("reddit", "correct", ["reply", "text"]),
        *((name, "take_back", ["reply"]) for name in ("discourse", "wordpress", "appstore")),
        *((name, "correct", ["reply", "text"]) for name in ("discourse", "wordpress", "appstore", "googleplay")),
    ],
)
def test_changes_have_the_promised_form(name: str, method: str, told: list[str]) -> None:
    assert list(inspect.signature(getattr(REGISTRY.replier(name), method)).parameters) == told


@pytest.mark.parametrize("name", SOURCES)
def test_a_feed_without_what_the_source_needs_is_an_error_of_ours_in_words(name: str) -> None:
    with pytest.raises(SourceError) as caught:
        REGISTRY.source(name).fetch(feed(name), None)
    assert len(str(caught.value)) > 20


@pytest.mark.parametrize("payload", [b"", b"\xff\xfe", b"{}", b"[]", b"null", b'{"id": null}', b"<rss>"])
@pytest.mark.parametrize("name", SOURCES)
def test_a_kept_post_that_still_cannot_be_read_says_so(name: str, payload: bytes) -> None:
    with pytest.raises(Malformed):
        REGISTRY.source(name).reread(payload, feed(name, url="https://forum.example/feed.xml"))


@pytest.mark.parametrize("name", sorted(set(SOURCES) - {"archive"}))
def test_every_source_has_a_complete_example_in_the_documents(name: str) -> None:
    assert f'source = "{name}"' in DOCS.read_text(encoding="utf-8")
