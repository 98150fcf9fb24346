"""Fetch the pictures of posts that wait for it: by us, never by a browser; from the source's own hosts alone; written anew before they are kept.

The rows say what waits (desk.media). Leased in one transaction, fetched with none open, kept in another.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from desk.errors import LeaseLost
from desk.intake import media
from desk.intake.media import Wanted
from desk.intake.pictures import NotAPicture, Picture, rewritten
from listener.addresses import parse
from listener.http import Within, check_status, get
from listener.pool import Pool
from listener.registry import Registry
from listener.settings import ListenerSettings
from listener.source import BudgetExhausted, Malformed, MediaPlaces, Refused, ShowsMedia, SourceError, Unauthorized
from storage.database import Database

log = logging.getLogger(__name__)

THREADS = 4
PER_SOURCE = 2
LARGEST = 8_000_000
LEASE = timedelta(minutes=2)
ACCEPT = "image/webp, image/png, image/jpeg, image/gif"
HERE = ("127.0.0.1", "::1", "localhost")
UNTOLD = ("", "application/octet-stream", "binary/octet-stream")
"""What stores of files say when nobody told them what a file is; its bytes decide then."""

FOR_GOOD = (Refused, Unauthorized, Malformed, NotAPicture)

Mark = Callable[[Session, datetime], None]


class MediaFetcher:
    """Fetches pictures. Any number may work on one workspace: each picture is leased by one of them."""

    def __init__(self, database: Database, settings: ListenerSettings, registry: Registry, *, owner: str) -> None:
        self._database = database
        self._settings = settings
        self._registry = registry
        self._owner = owner
        self._pool = Pool("media", threads=THREADS, per_source=PER_SOURCE)

    def media_due(self) -> int:
        """Hand waiting pictures to threads as far as there is room, and return at once. How many were taken."""
        wanted = self._lease()
        for one in wanted:
            self._pool.run(one.feed.source, partial(self._logged, one))
        return len(wanted)

    def drain(self) -> None:
        """Wait until what is in hand has ended."""
        self._pool.drain()

    def close(self) -> None:
        """Take nothing more and wait for what is in hand."""
        self._pool.close()

    def _lease(self) -> list[Wanted]:
        limit = self._pool.room()
        if not limit:
            return []
        with self._database.read() as session:
            if not media.is_due(session, now=self._database.now()):
                return []
        with self._database.write() as session:
            return media.lease_due(session, self._owner, now=self._database.now(), limit=limit, lease=LEASE)

    def _logged(self, wanted: Wanted) -> None:
        try:
            self._fetch(wanted)
        except LeaseLost as lost:
            log.info("media=%d: %s", wanted.id, lost)
        except Exception:
            log.exception("media=%d failed, fetched again when its lease has run out", wanted.id)

    def _fetch(self, wanted: Wanted) -> None:
        try:
            picture = fetched(wanted, _places(self._registry, wanted), timeout=self._settings.timeout, now=self._database.now())
        except FOR_GOOD as error:
            self._mark(partial(self._refused, wanted, str(error)))
        except SourceError as error:
            self._mark(partial(self._later, wanted, error))
        else:
            self._mark(partial(self._ready, wanted, picture))

    def _ready(self, wanted: Wanted, picture: Picture, session: Session, now: datetime) -> None:
        media.ready(session, wanted.id, picture, owner=self._owner, now=now)
        log.info("media=%d source=%s result=ready bytes=%d", wanted.id, wanted.feed.source, len(picture.body))

    def _refused(self, wanted: Wanted, why: str, session: Session, now: datetime) -> None:
        media.refused(session, wanted.id, why, owner=self._owner, now=now)
        log.info("media=%d source=%s result=refused", wanted.id, wanted.feed.source)

    def _later(self, wanted: Wanted, error: SourceError, session: Session, now: datetime) -> None:
        retry_at = error.until if isinstance(error, BudgetExhausted) else getattr(error, "retry_at", None)
        media.not_fetched(session, wanted.id, str(error), retry_at=retry_at, owner=self._owner, now=now)
        log.info("media=%d source=%s result=later why=%s", wanted.id, wanted.feed.source, type(error).__name__)

    def _mark(self, mark: Mark) -> None:
        with self._database.write() as session:
            mark(session, self._database.now())


def fetched(wanted: Wanted, places: MediaPlaces, *, timeout: timedelta, now: datetime) -> Picture:
    """One picture, fetched and written anew. Raises SourceError, NotAPicture."""
    within = Within(places.hosts, private=places.private, largest=LARGEST)
    key = key_for(wanted.url, places)
    answer = get(wanted.url, {"Accept": ACCEPT}, timeout=timeout, allow_loopback=places.loopback, within=within, key=key)
    check_status(answer, now=now)
    said = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if said not in UNTOLD and not said.startswith("image/"):
        raise NotAPicture(f"the server says that it is {said[:60]}, no picture")
    return rewritten(answer.body)


def key_for(url: str, places: MediaPlaces) -> Mapping[str, str]:
    """What opens a picture that is shown to its owner only: for a host that is named, over a line that nobody else reads."""
    asked = parse(url)
    is_safe = asked.scheme == "https" or (places.loopback and asked.host in HERE)
    is_named = asked.netloc.decode("ascii").lower() in places.keyed & places.hosts
    return places.key(str(asked)) if places.key is not None and is_named and is_safe else {}


def _places(registry: Registry, wanted: Wanted) -> MediaPlaces:
    source = registry.source(wanted.feed.source)
    if not isinstance(source, ShowsMedia):
        raise Refused(f"{wanted.feed.source} does not say where its pictures lie: none is fetched")
    return source.media_places(wanted.feed)
