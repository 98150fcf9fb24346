"""A look at an account's conversations on Bluesky: which of them went on, and what was said in those since.

What a look does not read to its end stands in the cursor with the place at which it stopped, and the next one goes on there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from desk.post import Page, UnreadPart
from listener.source import BudgetExhausted, RateLimited, Refused, SourceError, Unavailable, unread_for
from listener.sources.bluesky.client import BlueskyClient
from listener.sources.bluesky.direct import (
    CHAT,
    CONVOS,
    MESSAGES,
    read_convos,
    read_message,
    read_messages,
    sent_at,
    short,
    without_cold,
)
from listener.sources.shared.json_read import mapping, text_of
from listener.sources.shared.listing import Ask, Listing, LostPlace, Place, Sheet
from listener.sources.shared.look import Look
from listener.sources.shared.reading import Bounds, kept_places, latest, look_at, page_of, read_all
from listener.sources.shared.wire import Answer

PART = "convos"
MOST_PAGES = 100
"""Of messages in one look: each conversation that went on takes one at least."""

MOST_REFUSALS = 60
"""In so many looks a conversation is asked for that was listed and is refused: what stands in between may refuse for a while."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A conversation of which something is left to read: down to `floor`, from the page `after` on. `refused`: so many looks running."""

    convo: Mapping[str, Any]
    floor: float
    after: str | None = None
    refused: int = 0

    @classmethod
    def load(cls, kept: Any) -> "Unread | None":
        given = mapping(kept)
        convo, floor = mapping(given.get("convo")), given.get("floor")
        if not text_of(convo.get("id")) or not isinstance(floor, int | float) or isinstance(floor, bool):
            return None
        refused = given.get("refused")
        times = refused if isinstance(refused, int) else 0
        return cls({**short(convo), "isGroup": convo.get("isGroup") is True}, float(floor), text_of(given.get("after")) or None, times)

    def dump(self) -> dict[str, Any]:
        more = {"after": self.after, "refused": self.refused}
        return {"convo": dict(self.convo), "floor": self.floor, **{name: value for name, value in more.items() if value}}


@dataclass(slots=True)
class Reading:
    """What was read of the conversations, what is left of them, and why."""

    client: BlueskyClient
    far: Bounds
    items: list[Any] = field(default_factory=list)
    left: list[Unread] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unread: list[UnreadPart] = field(default_factory=list)
    error: SourceError | None = None
    pages: int = 0

    def read(self, waiting: Unread) -> None:
        """All of a conversation down to its floor; the rest of it is `left` where that goes on too long or an error comes between."""
        found: list[Any] = []
        is_from_top = waiting.after is None
        while not self._must_stop():
            try:
                page = read_messages(self._ask(waiting), waiting.convo)
            except Refused as error:
                if waiting.after is None or is_from_top:
                    self.notes.append(f"a conversation cannot be read: {error}")
                    self.unread += unread_for(f"conversation {waiting.convo['id']}", error)
                    if waiting.refused < MOST_REFUSALS:
                        self.left.append(replace(waiting, after=None, refused=waiting.refused + 1))
                    break
                # A place between two pages is not kept for ever.
                waiting, is_from_top = replace(waiting, after=None), True
                continue
            except SourceError as error:
                self.error = error
                self.notes.append(f"a conversation was not read to its end: {error}")
                continue
            self.pages += 1
            found += page.items
            if page.older in {None, waiting.after} or (page.oldest is not None and page.oldest < waiting.floor):
                is_whole = is_from_top and page.older is None
                self._keep(without_cold(found, self.client.session.did) if is_whole else found, waiting.floor)
                return
            waiting = replace(waiting, after=page.older)
        else:
            self.left.append(waiting)
        self._keep(found, waiting.floor)

    @property
    def retry_at(self) -> datetime | None:
        if isinstance(self.error, BudgetExhausted):
            return self.error.until
        return self.error.retry_at if isinstance(self.error, RateLimited | Unavailable) else None

    def _must_stop(self) -> bool:
        return self.error is not None or self.pages >= MOST_PAGES or (self.pages > 0 and self.far.is_late())

    def _ask(self, waiting: Unread) -> Answer:
        after = {"cursor": waiting.after} if waiting.after else {}
        return self.client.ask(MESSAGES, {"convoId": waiting.convo["id"], "limit": self.far.page_size, **after}, via=CHAT)

    def _keep(self, found: list[Any], floor: float) -> None:
        self.items += [item for item in found if (sent_at(item) or floor) >= floor]


def look_at_conversations(client: BlueskyClient, cursor: str | None, far: Bounds, *, overlap: int, now: datetime) -> Page:
    """One look. Raises SourceError where the conversations cannot be listed."""
    places = kept_places(cursor)
    listing = latest(far, overlap=overlap, now=now)
    floor = _floor(places.get(PART), listing)
    looks = look_at({PART: _asking(client, far)}, places, far, listing)
    waiting = _waiting(places.get("left"), [entry.item for entry in looks[PART].news if (entry.at or floor) >= floor], floor)
    reading = Reading(client, far)
    for one in waiting:
        reading.read(one)
    posts, rejects = read_all(reading.items, read_message)
    limits, left = client.limits, [one.dump() for one in reading.left]
    out_of_calls = limits.reset_at if limits and limits.remaining == 0 else None
    waits = [wait for wait in (out_of_calls, reading.retry_at) if wait and wait > now]
    goes_on = any(not one.refused for one in reading.left) and (reading.error is None or reading.retry_at is not None)
    kept = {"left": left} if left else {}
    return page_of(looks, posts, rejects, notes=reading.notes, unread=reading.unread, limits=limits, kept=kept, more=goes_on, waits=waits)


def _floor(kept: Any, listing: Listing) -> float:
    """Down to which instant what went on is read: what lies below was read before, or lies before the first look."""
    found = Look(Place.load(kept), listing).floor
    return listing.start or 0.0 if found is None else found


def _waiting(kept: Any, gone_on: list[Any], floor: float) -> list[Unread]:
    """What the last look left, and what went on since; a conversation that is both is read from its newest message on."""
    left = {str(one.convo["id"]): one for item in (kept if isinstance(kept, list) else ()) if (one := Unread.load(item))}
    for convo in gone_on:
        earlier = left.get(convo["id"])
        left[convo["id"]] = Unread(convo, min(floor, earlier.floor) if earlier else floor)
    return list(left.values())


def _asking(client: BlueskyClient, far: Bounds) -> Ask:
    def ask(floor: int, after: str | None) -> Sheet:
        del floor
        try:
            return read_convos(client.ask(CONVOS, {"limit": far.page_size, **({"cursor": after} if after else {})}, via=CHAT), asked=after)
        except Refused as error:
            if after is None:
                raise
            raise LostPlace(str(error)) from error

    return ask
