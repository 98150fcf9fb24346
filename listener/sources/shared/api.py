"""One JSON API over HTTP, as a source and a replier without a vendor client ask it: one host, one time-out, errors by what to do next.

What a key is sent to never comes from an answer: a redirect is refused, and an address in an answer counts only where it lies on the same host.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from desk.intake.cleaning import fitted
from desk.post import FeedSpec
from listener.addresses import parse, shown
from listener.http import REDIRECTS, Answer, Unreached, retry_after, send
from listener.settings import ListenerSettings
from listener.source import (
    BudgetExhausted,
    Malformed,
    OutcomeUnknown,
    RateLimited,
    Refused,
    Rejected,
    SourceError,
    Unauthorized,
    Unavailable,
)
from listener.sources.shared import options, wire
from listener.sources.shared.json_read import read_json
from listener.text import plain_text

LONGEST_WORDS = 300
KEPT = 10_000
"""As much of an answer that cannot be read is kept, in bytes."""


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Door:
    """Where a platform is asked: `base` without a slash at its end, and how long one call may take."""

    base: str
    timeout: timedelta
    allow_loopback: bool = False

    @property
    def site(self) -> str:
        """Host and path: what tells this server from others of its kind."""
        return site_of(self.base)


def site_of(address: str) -> str:
    """Host and path of an address. Raises Refused for what is none."""
    parsed = parse(address)
    return fitted(f"{parsed.host}{parsed.path.rstrip('/')}")


def door(settings: ListenerSettings, source: str, credential: str | None, given: Mapping[str, Any], *, usual: str = "") -> Door:
    """The way to a server: its credential's `base_url`, else the feed's option `url`, else the `usual` one. Raises Refused, Unauthorized."""
    if credential is not None:
        known = settings.credential(credential, source)
        base = wire.base_url(known)
        if base:
            return Door(base, settings.timeout, known.allow_loopback)
        if not usual:
            raise Refused(f'credential {credential!r} does not say which server it is for: give it base_url = "https://forum.example"')
        return Door(usual, settings.timeout)
    address = address_of(given) or usual
    if not address:
        raise Refused('a feed of this source needs its address: url = "https://forum.example", or a credential with base_url')
    return Door(address, settings.timeout, options.switch(given, "allow_loopback", default=False))


def place_of(settings: ListenerSettings, feed: FeedSpec) -> tuple[str, str]:
    """Address and site of a feed's server, without asking anything: as the feed names it, else its credential. Raises Refused."""
    known = settings.credentials.get(feed.credential or "")
    address = address_of(feed.options) or (known.base_url or "").rstrip("/") if known else address_of(feed.options)
    return address, feed.site or (site_of(address) if address else "")


def address_of(given: Mapping[str, Any]) -> str:
    """The option `url` of a feed without a slash at its end; empty when it has none. Raises Refused for what is no address."""
    url = given.get("url")
    if not isinstance(url, str) or not url.strip():
        return ""
    parsed = parse(url)
    return f"{parsed.scheme}://{parsed.netloc.decode('ascii')}{parsed.path.rstrip('/')}"


class Gone(Refused):
    """What was asked for is not there any more, in the words of the interface itself: a web page that says so may be anybody's."""


Judge = Callable[[Answer, SourceError], SourceError]


def as_it_is(answer: Answer, error: SourceError) -> SourceError:
    del answer
    return error


@dataclass(frozen=True, slots=True)
class Api:
    """Calls to one server. `name` is what messages call it; `judge` may know better what a refusal of this platform means."""

    name: str
    door: Door
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    judge: Judge = as_it_is
    clock: Callable[[], datetime] = now

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> tuple[Any, Answer]:
        """The JSON of an answer, and the answer. Raises SourceError, Gone among them."""
        answer = self._answer("GET", self._url(path, params), b"", {})
        if not 200 <= answer.status < 300:
            raise self.problem(answer)
        return document(self.name, answer), answer

    def write(self, method: str, path: str, content: Any = None) -> Any:
        """The JSON of the answer to what was asked once; None for an empty one.

        Raises SourceError, Rejected for a no, OutcomeUnknown whenever it may have been carried out.
        """
        body = b"" if content is None else json.dumps(content).encode()
        answer = self._written(method, path, body, {"Content-Type": "application/json"} if body else {})
        try:
            return document(self.name, answer) if answer.body.strip() else None
        except Malformed as error:
            raise OutcomeUnknown(f"{self.name} took it, but its answer cannot be read") from error

    def post_form(self, path: str, content: Mapping[str, str]) -> Any:
        """The JSON of the answer to a form that changes nothing, such as a request for a token. Raises SourceError."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self._answer("POST", self._url(path, None), urlencode(content).encode(), headers)
        if not 200 <= answer.status < 300:
            raise self.problem(answer)
        return document(self.name, answer)

    def problem(self, answer: Answer) -> SourceError:
        """What an answer with a status other than 2xx means."""
        return self.judge(answer, problem(self.name, answer, self.clock()))

    def is_here(self, address: str) -> bool:
        """Whether an address from an answer lies on this server: only there may the key go."""
        try:
            given, base = urlsplit(address), urlsplit(self.door.base)
            return (given.scheme, given.hostname, given.port) == (base.scheme, base.hostname, base.port)
        except ValueError:
            return False

    def _written(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        try:
            answer = self._answer(method, self._url(path, None), body, headers)
        except Unreached:
            raise
        except (Unavailable, Malformed) as error:
            raise OutcomeUnknown(f"{self.name} did not confirm it: {error}") from error
        if 200 <= answer.status < 300:
            return answer
        found = self.problem(answer)
        if isinstance(found, Unavailable):
            raise OutcomeUnknown(f"{self.name} failed meanwhile (status {answer.status}): it may stand there")
        if isinstance(found, Refused):
            raise Rejected(f"{self.name} does not take it: {words(answer)}", by_hand=answer.status == 403) from found
        raise found

    def _url(self, path: str, params: Mapping[str, Any] | None) -> str:
        query = urlencode({name: value for name, value in (params or {}).items() if value is not None})
        return f"{self.door.base}{path}{'?' if query else ''}{query}"

    def _answer(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        told = {"Accept": "application/json", **self.headers, **headers}
        if not all(value.isascii() and value.isprintable() for value in told.values()):
            raise Unauthorized(f"a secret for {self.name} holds signs that no key has: check the environment variable")
        return send(method, url, told, body, timeout=self.door.timeout, allow_loopback=self.door.allow_loopback)


def document(name: str, answer: Answer) -> Any:
    """The JSON of an answer. Raises Malformed."""
    try:
        return read_json(answer.body)
    except (ValueError, RecursionError) as error:
        start = answer.body[:200].lstrip().lower()
        what = "a web page" if start.startswith((b"<!doctype", b"<html")) else "no JSON" if start else "empty"
        raise Malformed(f"{name}'s answer is {what}", answer.body[:KEPT]) from error


def problem(name: str, answer: Answer, moment: datetime) -> SourceError:
    """The error that a status stands for."""
    status, said = answer.status, words(answer)
    retry_at = wire.within_a_day(found, moment) if (found := retry_after(answer.headers.get("retry-after"), now=moment)) else None
    if status == 429:
        return RateLimited(f"{name} limits this credential: {said}", retry_at)
    if status == 402:
        return BudgetExhausted(f"{name} wants to be paid: {said}", retry_at, vendor=True)
    if status in {401, 407}:
        return Unauthorized(f"{name} does not accept the credential: {said}")
    if status in {408, 425} or status >= 500:
        return Unavailable(f"{name} is not available just now (status {status})", retry_at)
    if status in REDIRECTS:
        return Refused(f"{name} sends us elsewhere{_elsewhere(answer)}: enter the address at which it answers itself")
    kind = Gone if status in {404, 410} and _is_object(answer) else Refused
    return kind(f"{name} refuses (status {status}): {said}")


def _is_object(answer: Answer) -> bool:
    try:
        return isinstance(json.loads(answer.body), dict)
    except (ValueError, RecursionError):
        return False


def _elsewhere(answer: Answer) -> str:
    try:
        return f", to {shown(str(parse(answer.headers.get('location', ''))))}"
    except Refused:
        return ""


def words(answer: Answer) -> str:
    """What a platform said of a refusal, whatever form it has; of a web page its text."""
    try:
        given = json.loads(answer.body)
    except (ValueError, RecursionError):
        return " ".join(plain_text(answer.body[:20_000].decode("utf-8", "replace")).split())[:LONGEST_WORDS] or f"status {answer.status}"
    said = list(dict.fromkeys(word for word in _said(given, 4) if word.strip()))
    return "; ".join(said)[:LONGEST_WORDS] or f"status {answer.status}"


def _said(given: Any, depth: int) -> list[str]:
    if isinstance(given, str):
        return [plain_text(given)]
    if isinstance(given, list) and depth:
        return [word for one in given[:10] for word in _said(one, depth - 1)]
    if isinstance(given, Mapping) and depth:
        named = ("errors", "error", "message", "title", "detail", "error_description", "messages")
        return [word for name in named if name in given for word in _said(given[name], depth - 1)]
    return []


def text_of(given: Any) -> str:
    return given if isinstance(given, str) else ""


def mapping_of(given: Any) -> Mapping[str, Any]:
    return given if isinstance(given, Mapping) else {}


def list_of(given: Any) -> list[Any]:
    return given if isinstance(given, list) else []


def instant_of(given: Any) -> datetime | None:
    """An instant as APIs write it (ISO 8601); without a zone it is UTC. None for anything else."""
    try:
        found = datetime.fromisoformat(text_of(given).strip())
        return (found.replace(tzinfo=UTC) if found.tzinfo is None else found).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
