"""Sources and repliers by name. Each is imported when it is first needed, so that one broken library stops one source.

An installed package adds its own through the entry points `careline.sources` and `careline.repliers`.
"""

import threading
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Generic, TypeVar, cast

from desk.sources.declaration import Declaration
from listener.settings import ListenerSettings
from listener.source import Refused, Replier, Source

P = TypeVar("P")

SOURCE_GROUP = "careline.sources"

SOURCES: Mapping[str, str] = {
    "appstore": "listener.sources.stores.appstore:AppStoreSource",
    "archive": "listener.sources.archive.source:ArchiveSource",
    "hackernews": "listener.sources.hackernews.source:HackerNewsSource",
    "bluesky": "listener.sources.bluesky.source:BlueskySource",
    "mastodon": "listener.sources.mastodon.source:MastodonSource",
    "reddit": "listener.sources.reddit.source:RedditSource",
    "rss": "listener.sources.rss.source:RssSource",
    "discourse": "listener.sources.discourse.source:DiscourseSource",
    "googleplay": "listener.sources.stores.googleplay:GooglePlaySource",
    "wordpress": "listener.sources.wordpress.source:WordPressSource",
    "stackexchange": "listener.sources.stackexchange.source:StackExchangeSource",
    "webhook": "listener.sources.webhook.source:WebhookSource",
    "x": "listener.sources.x.source:XSource",
    "youtube": "listener.sources.youtube.source:YouTubeSource",
}
REPLIERS: Mapping[str, str] = {
    "bluesky": "listener.sources.bluesky.replier:BlueskyReplier",
    "mastodon": "listener.sources.mastodon.replier:MastodonReplier",
    "reddit": "listener.sources.reddit.replier:RedditReplier",
    "appstore": "listener.sources.stores.appstore_replier:AppStoreReplier",
    "discourse": "listener.sources.discourse.replier:DiscourseReplier",
    "googleplay": "listener.sources.stores.googleplay_replier:GooglePlayReplier",
    "wordpress": "listener.sources.wordpress.replier:WordPressReplier",
    "sandbox": "listener.sources.sandbox:sandbox",
    "webhook": "listener.sources.webhook.replier:WebhookReplier",
    "x": "listener.sources.x.replier:XReplier",
}


class RegistryError(Exception):
    """Two packages claim one name."""


class Registry:
    """What a workspace may listen to and answer on. Given `sources` or `repliers` stand instead of all known ones."""

    def __init__(
        self,
        settings: ListenerSettings,
        *,
        sources: Mapping[str, Source] | None = None,
        repliers: Mapping[str, Replier] | None = None,
    ) -> None:
        self._sources = _Shelf[Source]("source", settings, sources, SOURCES, SOURCE_GROUP)
        self._repliers = _Shelf[Replier]("replier", settings, repliers, REPLIERS, "careline.repliers")

    def source(self, name: str) -> Source:
        """Raises Refused for a name that nobody knows, or whose module cannot be loaded."""
        return self._sources.get(name)

    def replier(self, name: str) -> Replier:
        """Raises Refused for a source on which nothing can be answered from here."""
        return self._repliers.get(name)

    @property
    def source_names(self) -> tuple[str, ...]:
        return self._sources.names

    @property
    def replier_names(self) -> tuple[str, ...]:
        return self._repliers.names


class _Shelf(Generic[P]):
    """The plug-ins of one kind; each is made once, and shared by all threads."""

    def __init__(
        self, kind: str, settings: ListenerSettings, given: Mapping[str, P] | None, built_in: Mapping[str, str], group: str
    ) -> None:
        self._kind = kind
        self._settings = settings
        self._made: dict[str, P] = dict(given or {})
        self._places = {} if given is not None else _places(built_in, entry_points(group=group))
        self._lock = threading.Lock()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(sorted({*self._made, *self._places}))

    def get(self, name: str) -> P:
        with self._lock:
            if name not in self._made:
                self._made[name] = self._load(name)
            return self._made[name]

    def _load(self, name: str) -> P:
        place = self._places.get(name)
        if place is None:
            raise Refused(f"there is no {self._kind} named {name!r}. Known: {', '.join(self.names) or 'none'}")
        try:
            make = _named(place)
        except (ImportError, AttributeError) as error:
            raise Refused(f"the {self._kind} {name!r} cannot be loaded: {error}. Install what it needs") from error
        return cast("P", make(self._settings))


def declared() -> dict[str, Declaration]:
    """What the sources of installed packages say of themselves, by name. One that cannot be loaded says nothing: it is refused where it is asked."""
    found = {}
    for point in entry_points(group=SOURCE_GROUP):
        try:
            said = getattr(_named(point.value), "declaration", None)
        except (ImportError, AttributeError):
            continue
        if isinstance(said, Declaration) and point.name not in SOURCES:
            found[point.name] = said
    return found


def _places(built_in: Mapping[str, str], added: Iterable[EntryPoint]) -> dict[str, str]:
    places = dict(built_in)
    for point in added:
        if places.get(point.name, point.value) != point.value:
            raise RegistryError(
                f"{point.group}: {point.name!r} is claimed by {places[point.name]} and by {point.value}: uninstall one of them"
            )
        places[point.name] = point.value
    return places


def _named(place: str) -> Callable[[ListenerSettings], Any]:
    module, _, name = place.partition(":")
    return cast("Callable[[ListenerSettings], Any]", getattr(import_module(module), name))
