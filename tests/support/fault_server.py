"""A platform that fails at random, always in the same way for the same seed: between a real client and a world that knows every post.

A fault is one of three kinds: of the wire (what arrives is not what was sent), of the page (it is in order, and misleads), of an item (one post of a page is
odd). What a whole look of nothing but one fault has to be called stands beside it.
"""

import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from random import Random
from typing import Any

from storage.words import LookResult
from tests.support.replay import Platform, Reply, Seen
from tests.support.worlds.world import AS_IT_IS, WORD, Shape, World

MOST_CALLS = 120
"""More calls than this in one look are a loop."""

UNAVAILABLE, MALFORMED, THROTTLED = (frozenset({word}) for word in (LookResult.UNAVAILABLE, LookResult.MALFORMED, LookResult.THROTTLED))
REFUSED, UNAUTHORIZED, CREDIT = (frozenset({word}) for word in (LookResult.REFUSED, LookResult.UNAUTHORIZED, LookResult.CREDIT_USED_UP))
GOOD = frozenset({LookResult.LOOKED, LookResult.EMPTY})
ANY = frozenset(LookResult) - {LookResult.BLIND}

OnWire = Callable[[Reply, Random], Reply]


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of the wire. `words`: what a look that met nothing else may be called."""

    words: frozenset[LookResult]
    spoil: OnWire


def _status(status: int, body: Any = None, **headers: str) -> OnWire:
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    def spoil(reply: Reply, rng: Random) -> Reply:
        del reply, rng
        if isinstance(body, bytes):
            return Reply(status, body, {"content-type": "text/html", **named})
        return Reply(status, json.dumps(body if body is not None else {}).encode(), {"content-type": "application/json", **named})

    return spoil


def _later(**span: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(**span), usegmt=True)


def _limited(status: int = 429, **headers: Callable[[], str]) -> OnWire:
    """A refusal whose headers name instants, made when they are sent. `reset` is spelled as each platform does."""

    def spoil(reply: Reply, rng: Random) -> Reply:
        said = {name.replace("_", "-"): make() for name, make in headers.items()}
        if reset := said.pop("reset", None):
            said |= {"x-rate-limit-reset": reset, "x-ratelimit-reset": reset, "ratelimit-reset": reset}
        return _status(status, {"error": "Too Many Requests"}, **said)(reply, rng)

    return spoil


def _body(make: Callable[[bytes, Random], bytes], **headers: str) -> OnWire:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda reply, rng: replace(reply, body=make(reply.body, rng), headers={**reply.headers, **named})


def _half(body: bytes) -> bytes:
    return body[: len(body) // 2]


def _fails(how: str) -> OnWire:
    return lambda reply, rng: replace(reply, body=reply.body[: rng.randint(0, len(reply.body))] if how == "cut" else reply.body, fault=how)


PAGE = b"<!doctype html><html><head><title>Just a moment</title></head><body>Checking your browser</body></html>"
TOO_MANY = b"<html><body><h1>Too many requests</h1></body></html>"

WIRE: Mapping[str, Fault] = {
    "the connection is closed without an answer": Fault(UNAVAILABLE, _fails("drop")),
    "the connection is reset": Fault(UNAVAILABLE, _fails("reset")),
    "no answer": Fault(UNAVAILABLE, _fails("hang")),
    "an answer without end": Fault(UNAVAILABLE, _fails("trickle")),
    "a body that breaks off": Fault(UNAVAILABLE, _fails("cut")),
    "half of a document": Fault(MALFORMED | UNAVAILABLE, _body(lambda body, rng: body[: rng.randint(1, max(1, len(body) // 2))])),
    "gzip that breaks off": Fault(MALFORMED | UNAVAILABLE, _body(lambda body, _: _half(gzip.compress(body)), content_encoding="gzip")),
    "gzip that is none": Fault(MALFORMED | UNAVAILABLE, _body(lambda _, rng: b"\x1f\x8b" + rng.randbytes(60), content_encoding="gzip")),
    "a web page with 200": Fault(MALFORMED, _status(200, PAGE)),
    "nothing with 200": Fault(MALFORMED, _status(200, b"")),
    "null with 200": Fault(MALFORMED, _status(200, b"null", content_type="application/json")),
    "a text with 200": Fault(MALFORMED, _status(200, b'"northwind"', content_type="application/json")),
    "rubbish with 200": Fault(MALFORMED, _body(lambda _, rng: rng.randbytes(200))),
    "500": Fault(UNAVAILABLE, _status(500, {"error": "Internal Server Error"})),
    "502 with a web page": Fault(UNAVAILABLE, _status(502, PAGE)),
    "503": Fault(UNAVAILABLE, _status(503, b"")),
    "503 with Retry-After in seconds": Fault(UNAVAILABLE, _status(503, {}, retry_after="30")),
    "503 with Retry-After as a date": Fault(UNAVAILABLE, _limited(503, retry_after=lambda: _later(minutes=3))),
    "503 with an absurd Retry-After": Fault(UNAVAILABLE, _status(503, {}, retry_after="99999999999999999999")),
    "504": Fault(UNAVAILABLE, _status(504, PAGE)),
    "520 of a CDN": Fault(UNAVAILABLE, _status(520, PAGE)),
    "522 of a CDN": Fault(UNAVAILABLE, _status(522, b"error code: 522")),
    "429 without a word of when": Fault(THROTTLED, _status(429, TOO_MANY)),
    "429 with Retry-After": Fault(THROTTLED, _limited(retry_after=lambda: "4")),
    "429 with Retry-After of nothing": Fault(THROTTLED, _limited(retry_after=lambda: "0")),
    "429 with a Retry-After that has passed": Fault(THROTTLED, _limited(retry_after=lambda: _later(days=-400))),
    "429 with a negative Retry-After": Fault(THROTTLED, _limited(retry_after=lambda: "-60")),
    "429 with a reset in the past": Fault(THROTTLED, _limited(reset=lambda: "1000000000")),
    "429 with a reset in a hundred years": Fault(THROTTLED, _limited(reset=lambda: "4900000000")),
    "429 with a reset that is none": Fault(THROTTLED, _limited(reset=lambda: "soon", retry_after=lambda: "later")),
    "401": Fault(UNAUTHORIZED, _status(401, {"error": "Unauthorized"})),
    "401 with a web page": Fault(UNAUTHORIZED, _status(401, PAGE)),
    "402": Fault(CREDIT, _status(402, {"title": "CreditsDepleted", "detail": "Your enrolled account does not have any credits"})),
    "402 without a word": Fault(CREDIT, _status(402, b"")),
    "403": Fault(REFUSED, _status(403, {"error": "Forbidden"})),
    "403 with a web page": Fault(REFUSED, _status(403, PAGE)),
    "403 with a list": Fault(REFUSED, _status(403, ["no"])),
    "404": Fault(REFUSED, _status(404, {"error": "Not Found"})),
    "404 with nothing": Fault(REFUSED, _status(404, b"")),
    "410": Fault(REFUSED, _status(410, {"error": "Gone"})),
    "400": Fault(REFUSED, _status(400, {"error": "Bad Request"})),
    "451": Fault(REFUSED, _status(451, {"error": "Unavailable For Legal Reasons"})),
    "a redirect to another host": Fault(REFUSED, _status(302, b"", location="http://169.254.10.10/latest/meta-data")),
    "a redirect to itself": Fault(REFUSED, _status(302, b"", location="?again")),
    "a redirect to nowhere": Fault(REFUSED, _status(301, b"")),
}

SLOW = frozenset({"no answer", "an answer without end"})
"""They cost as long as a time-out takes."""

HARMLESS: Mapping[str, OnWire] = {
    "a byte order mark": _body(lambda body, _: b"\xef\xbb\xbf" + body),
    "a wrong content type": _body(lambda body, _: body, content_type="text/html"),
    "no content type": lambda reply, _: replace(reply, headers={k: v for k, v in reply.headers.items() if k != "content-type"}),
    "a wrong charset": _body(lambda body, _: body, content_type="application/json; charset=utf-16"),
    "a charset that nobody knows": _body(lambda body, _: body, content_type="application/json; charset=klingon-8"),
    "gzip": _body(lambda body, _: gzip.compress(body), content_encoding="gzip"),
    "gzip that was unpacked on the way": _body(lambda body, _: body, content_encoding="gzip"),
    "a text that is not UTF-8": _body(lambda body, _: body.replace(b" number ", b" \xff\xfe number ", 1)),
}

SHAPES: Mapping[str, Callable[[], Shape]] = {
    "repeat": lambda: Shape(following=lambda asked, following: asked or following),
    "endless": lambda: Shape(following=lambda asked, following: asked or following or "3", from_top=True),
    "empty_more": lambda: Shape(items=lambda _: [], following=lambda asked, following: asked or following, needs_next=True),
    "twice": lambda: Shape(items=lambda given: [one for one in given for _ in range(2)]),
    "reordered": lambda: Shape(items=lambda given: given[::-1]),
    "no_items": lambda: Shape(items=lambda _: []),
}
"""Pages that mislead. `no_items` is told apart: a platform that shows nothing where there is something is believed for this look, not for good."""

ODD: tuple[Any, ...] = (
    None,
    7,
    -1,
    10**17,
    10**30,
    True,
    "",
    "text",
    [],
    [None],
    {},
    {"id": None},
    1e300,
    "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00Z",
    "\ud800 half of a pair",
    "a\x00b",
)


INSTANTS = frozenset({
    "created", "created_at", "created_at_i", "created_utc", "createdAt", "createdDate", "creation_date", "date_gmt", "indexedAt",
    "last_activity_date", "pubDate", "publishedAt", "seconds", "updated", "attributes", "comments", "data", "record", "snippet",
})  # fmt: skip
"""Where posts say when they were written, and what that lies in."""


def mangled(item: Any, rng: Random) -> Any:
    """An item of which one part is odd, or missing."""
    if not isinstance(item, dict) or not item or rng.random() < 0.1:
        return rng.choice(ODD)
    name = rng.choice(sorted(item.keys() & INSTANTS if rng.random() < 0.3 and item.keys() & INSTANTS else item))
    if rng.random() < 0.2:
        return {key: value for key, value in item.items() if key != name}
    inner = item[name]
    if isinstance(inner, str) and WORD in inner:
        # Other words would be another post, which the feed may not want.
        return {**item, name: rng.choice([None, 7, [], {}, f"{inner}\ud800", f"{inner}\x00"])}
    return {**item, name: mangled(inner, rng) if isinstance(inner, dict) and inner and rng.random() < 0.7 else rng.choice(ODD)}


@dataclass(frozen=True, slots=True)
class Mood:
    """How a server is in one look: `only` one fault in each answer, or any `but` these, each with so much `chance`. `meddles`: posts come and go between two calls."""

    only: str = ""
    chance: float = 0.0
    meddles: bool = False
    but: frozenset[str] = frozenset()


CALM = Mood()


@dataclass(slots=True)
class Call:
    path: str
    faults: list[str] = field(default_factory=list)


class FaultServer(Platform):
    """A world behind faults. `calls` are those of the look that runs.

    `odd`: the numbers of posts that were ever shown with something odd in them, `effaced` those in whose place something else stood.
    """

    def __init__(self, world: World, rng: Random) -> None:
        super().__init__()
        self.world = world
        self.rng = rng
        self.mood = CALM
        self.calls: list[Call] = []
        self.odd: set[int] = set()
        self.effaced: set[int] = set()
        world.url = self.url

    def begin(self, mood: Mood) -> None:
        self.mood = mood
        self.calls = []

    @property
    def faults(self) -> list[str]:
        return [name for call in self.calls for name in call.faults]

    def answer(self, seen: Seen) -> Reply:
        with self._lock:
            call = Call(seen.path)
            self.calls.append(call)
            if len(self.calls) > MOST_CALLS:
                return Reply(404, b"{}")
            return self._only(seen, call) if self.mood.only else self._any(seen, call)

    def _only(self, seen: Seen, call: Call) -> Reply:
        if not self.world.is_listing(seen):
            return self.world.answer(seen)
        call.faults.append(self.mood.only)
        return self._spoilt(self.world.answer(seen), self.mood.only)

    def _any(self, seen: Seen, call: Call) -> Reply:
        if self.mood.meddles and self.rng.random() < 0.3:
            self._meddle()
        reply = self.world.answer(seen, self._shape(seen, call) if self.world.is_listing(seen) else AS_IT_IS)
        if self.rng.random() < self.mood.chance:
            names = sorted(WIRE.keys() - SLOW - self.mood.but) if self.rng.random() < 0.95 else sorted(SLOW)
            call.faults.append(self.rng.choice(names))
            return self._spoilt(reply, call.faults[-1])
        if self.rng.random() < self.mood.chance:
            call.faults.append(self.rng.choice(sorted(HARMLESS)))
            return HARMLESS[call.faults[-1]](reply, self.rng)
        return reply

    def _spoilt(self, reply: Reply, name: str) -> Reply:
        return (WIRE[name].spoil if name in WIRE else HARMLESS[name])(reply, self.rng)

    def _shape(self, seen: Seen, call: Call) -> Shape:
        if self.rng.random() < self.mood.chance:
            # That nothing follows can be believed of a first page alone.
            is_first = self.world.asked(seen) is None
            name = self.rng.choice(sorted(SHAPES if is_first else SHAPES.keys() - {"no_items"}))
            call.faults.append(name)
            return SHAPES[name]()
        if self.rng.random() < self.mood.chance:
            call.faults.append("an odd item")
            return Shape(items=self._with_an_odd_one)
        return AS_IT_IS

    def _with_an_odd_one(self, items: list[Any]) -> list[Any]:
        if not items:
            return items
        at = self.rng.randrange(len(items))
        whole = json.dumps(items[at])
        meant = {thing.number for thing in self.world.things.values() if self.world.id_of(thing) in whole or thing.text in whole}
        self.odd |= meant
        changed = mangled(items[at], self.rng)
        if not isinstance(changed, dict):
            self.effaced |= meant
        return [*items[:at], changed, *items[at + 1 :]]

    def _meddle(self) -> None:
        world, things = self.world, sorted(self.world.things)
        what = self.rng.choice(["add", "add", "late", "edit", "delete"])
        if what in {"edit", "delete"} and not (things and (what == "edit" or world.is_deletable)):
            return
        if what == "add" or (what == "late" and not world.shows_late):
            world.add(seconds=self.rng.randint(0, 60))
        elif what == "late":
            world.add(late=self.rng.randint(1, world.latest_s))
        elif what == "edit":
            world.edit(self.rng.choice(things))
        else:
            world.delete(self.rng.choice(things))
