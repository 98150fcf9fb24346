"""The searches of one feed: each keeps its own place, all come back as one look.

A query that is too long for X is cut into several searches. A cursor of a single look is what X's pages make of it (pages.py).
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from listener.source import BudgetExhausted, RateLimited, SourceError, Unavailable, unread_for
from listener.sources.x.pages import Look, Place

SEVERAL = "searches"

Follow = Callable[[Look, str], None]


@dataclass(slots=True)
class Parts:
    """What is asked, by name, and where each look at it starts."""

    asked: Mapping[str, str]
    places: dict[str, Place]
    looks: dict[str, Look] = field(default_factory=dict)

    @classmethod
    def load(cls, cursor: str | None, asked: Mapping[str, str]) -> "Parts":
        """The places that a cursor tells. A search that is new in it starts where the others have read to: a changed query is not read backwards."""
        several = _kept(cursor).get(SEVERAL)
        if not isinstance(several, dict):
            return cls(asked, dict.fromkeys(asked, Place.load(cursor)))
        places = {str(name): Place.load(json.dumps(kept)) for name, kept in several.items()}
        read_to = min((found for place in places.values() if (found := place.newest_id or place.since_id)), default=None)
        return cls(asked, {name: places.get(name, Place(since_id=read_to)) for name in asked})

    def dump(self) -> str | None:
        places = {name: look.place.dump() for name, look in self.looks.items()}
        if len(self.asked) == 1:
            return next(iter(places.values()))
        return json.dumps({SEVERAL: {name: json.loads(place or "{}") for name, place in places.items()}})

    def follow(self, follow: Follow) -> Look:
        """Look at each. Where one cannot be read the others still count; raises SourceError when none could be."""
        self.looks = {name: Look(place) for name, place in self.places.items()}
        failures: list[SourceError] = []
        were_read = 0
        for name, look in self.looks.items():
            try:
                follow(look, self.asked[name])
                were_read += 1
            except SourceError as error:
                failures.append(error)
                look.notes.append(f"one of {len(self.asked)} searches was not read: {error}")
                look.unread += unread_for(name, error)
                look.retry_at = error.retry_at if isinstance(error, RateLimited | Unavailable) else None
                if isinstance(error, RateLimited | BudgetExhausted):
                    break
        if failures and not were_read:
            raise failures[0]
        return _together(list(self.looks.values()))


def _kept(cursor: str | None) -> Mapping[str, object]:
    try:
        kept = json.loads(cursor or "{}")
    except ValueError:
        return {}
    return kept if isinstance(kept, dict) else {}


def _together(looks: list[Look]) -> Look:
    """Several looks as one; a post that several searches found is there once."""
    if len(looks) == 1:
        return looks[0]
    found = Look(Place())
    for look in looks:
        found.rejects += look.rejects
        found.notes += look.notes
        found.gaps += [gap for gap in look.gaps if gap not in found.gaps]
        found.unread += look.unread
        found.answer = look.answer or found.answer
        found.more |= look.more
        found.is_cut |= look.is_cut
    found.is_stopped = not any(look.goes_on for look in looks)
    found.posts = list({(post.external_id, post.deleted): post for look in looks for post in look.posts}.values())
    found.retry_at = max((look.retry_at for look in looks if look.retry_at), default=None)
    return found
