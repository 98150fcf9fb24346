"""Stack Exchange: questions that match a query or carry a tag, with their answers and comments (https://api.stackexchange.com/docs).

Its site is one of the network's, such as stackoverflow. Without a key 300 calls a day are free, with one 10,000; a key is no secret account.
Options of a feed: tags (of kind `tagged`), parts (questions, answers, comments: all), days (7), max_pages (5), page_size (100), backfill.
A new comment alone does not bring an old question back: its author or an edit does.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from desk import platforms
from desk.intake.rechecks import Asked
from desk.post import FeedSpec, Limits, Page, Post, Spent, gone
from listener import bill
from listener.http import Answer, Unreached
from listener.query import to_stackexchange
from listener.query.stackexchange import STACKEXCHANGE
from listener.settings import ListenerSettings
from listener.source import BudgetExhausted, Counted, Malformed, RateLimited, Refused, SourceError, Unauthorized, Unavailable, unread_for
from listener.sources.shared import api, asking, options
from listener.sources.shared.api import Api
from listener.sources.shared.counting import counted, is_wider
from listener.sources.shared.json_read import Item, mapping, parsed_json, text_of, whole_of
from listener.sources.shared.listing import Ask, Sheet, digest
from listener.sources.shared.look import Look
from listener.sources.shared.reading import (
    bounds,
    gaps_of,
    kept_places,
    latest,
    look_at,
    notes_of,
    read_all,
    retry_at_of,
    unread_of,
    written,
)
from listener.sources.shared.wanted import Wanted
from listener.sources.stackexchange.parse import COMMENT, host_of, ids_of, items_of, questions_of, read_item, read_questions, tags_of

BASE_URL = "https://api.stackexchange.com"
KINDS = ("search", "tagged")
PARTS = ("questions", "answers", "comments")
OVERLAP_S = 30 * 60
MOST_IDS = 100
MOST_REPLY_PAGES = 5
SITE = re.compile(r"[a-z0-9][a-z0-9.-]*", re.IGNORECASE)
WAIT = re.compile(r"(\d{1,6}) seconds?")


class StackExchangeSource:
    """Feeds of kind `search` (a query) or `tagged` (questions with one of the tags, matched here where there is a query)."""

    name = "stackexchange"

    def __init__(self, settings: ListenerSettings, *, clock: Callable[[], datetime] = api.now) -> None:
        self._settings = settings
        self._clock = clock
        self._pauses: dict[str | None, dict[str, datetime]] = {}

    def fetch(self, feed: FeedSpec, cursor: str | None) -> Page:
        asked = _asked(feed, Wanted.of(feed))
        far = bounds(feed, self._settings.lease)
        calls = _Calls(self._web(feed), _site(feed), self._key(feed), self._clock)
        parts = _parts(feed)
        asks = {digest(*told.items()): _asking(calls, told, far.page_size) for told in asked}
        looks = look_at(asks, kept_places(cursor), far, latest(far, overlap=OVERLAP_S, now=self._clock()))
        return _page(calls, looks, _found(feed), parts)

    def count(self, feed: FeedSpec, *, since: datetime) -> Counted:
        """The filter `total` answers with a number alone: of questions; their answers and comments come on top."""
        asked = _asked(feed, Wanted.of(feed))
        calls = _Calls(self._web(feed), _site(feed), self._key(feed), self._clock)
        bound = {"filter": "total", "sort": "creation", "min": int(since.timestamp())}
        totals = (calls.get("search/advanced", "search", {**bound, **told}).get("total") for told in asked)
        found = counted(totals, at_least=True, is_wider=is_wider(feed, STACKEXCHANGE, is_blurred=True))
        return replace(found, limits=calls.limits(), costs=calls.costs())

    def recheck(self, ids: Sequence[str], feed: FeedSpec) -> Asked:
        """What is gone is left out of the answer. A number is a question's or an answer's; comments have their own."""
        calls = _Calls(self._web(feed), _site(feed), self._key(feed), self._clock, pauses=self._pauses.setdefault(feed.credential, {}))
        numbers = [one for one in ids if one.isdigit()]
        questions = _named(calls, "questions", numbers)
        left = set(ids_of(questions, "question_id"))
        answers = _named(calls, "answers", [one for one in numbers if one not in left])
        comments = _named(calls, "comments", [one.removeprefix(COMMENT) for one in ids if one.startswith(COMMENT)])
        items = [*questions, *answers, *comments]
        posts, _ = read_all(items, lambda item: _without_address(read_item(item, host="", questions={}, site=calls.site)))
        there = {*left, *ids_of(answers, "answer_id"), *(f"{COMMENT}{one}" for one in ids_of(comments, "comment_id"))}
        asked = (one for one in ids if one.isdigit() or one.startswith(COMMENT))
        return Asked((*posts, *(gone(one) for one in asked if one not in there)), calls.costs(), calls.limits())

    def reread(self, payload: bytes, feed: FeedSpec) -> Post:
        try:
            item = json.loads(payload)
            site = _site_name(feed)
            return read_item(item, host=host_of([item], site), questions={}, site=site)
        except (ValueError, OverflowError, OSError, RecursionError) as error:
            raise Malformed(f"the kept item cannot be read: {error}", payload) from error

    def _web(self, feed: FeedSpec) -> Api:
        door = api.door(self._settings, self.name, feed.credential, feed.options, usual=BASE_URL)
        return Api("Stack Exchange", door, judge=lambda answer, error: judge(answer, error, self._clock()), clock=self._clock)

    def _key(self, feed: FeedSpec) -> str:
        return self._settings.credential(feed.credential, self.name).secrets.get("key", "") if feed.credential else ""


@dataclass(slots=True)
class _Calls:
    """The calls of one look, how many they were, and what the answers told of the quota and of pauses. A pause is asked for by method."""

    web: Api
    site: str
    key: str
    clock: Callable[[], datetime]
    remaining: int | None = None
    pauses: dict[str, datetime] = field(default_factory=dict)
    units: int = 0

    def get(self, path: str, method: str, params: Mapping[str, Any]) -> Item:
        until = self.pauses.get(method)
        if until is not None and until > self.clock():
            raise RateLimited("Stack Exchange asked for a pause", until)
        asked = {"site": self.site, "filter": "withbody", **({"key": self.key} if self.key else {}), **params}
        document = self._answered(path, asked)
        seconds, left = whole_of(document.get("backoff")), whole_of(document.get("quota_remaining"))
        self.remaining = left if left is not None else self.remaining
        if seconds:
            self.pauses[method] = self.clock() + timedelta(seconds=min(seconds, 86_400))
        return document

    def _answered(self, path: str, asked: Mapping[str, Any]) -> Item:
        # Without a key the calls are those of our address, and no credential's.
        unit = (platforms.price("stackexchange", platforms.QUOTA_UNIT),) if self.key else ()
        self.units += 1
        try:
            with bill.charging(*unit):
                given, answer = self.web.get(f"/2.3/{path}", asked)
        except Unreached:
            self.units -= 1
            raise
        document = mapping(given)
        # Some errors come with a status of 200.
        if whole_of(document.get("error_id")) is not None:
            raise judge(answer, Malformed("Stack Exchange's answer cannot be read", answer.body[:10_000]), self.clock())
        return document

    def limits(self) -> Limits | None:
        """The quota begins anew at midnight UTC."""
        if self.remaining is None:
            return None
        return Limits(self.remaining, _next_day(self.clock()))

    def costs(self) -> tuple[Spent, ...]:
        """What of the key's quota was used."""
        return (platforms.price("stackexchange", platforms.QUOTA_UNIT, self.units),) if self.units and self.key else ()

    def paused_until(self) -> datetime | None:
        """Until when nothing is asked: pauses, and where the quota is used up its end."""
        ends = [_next_day(self.clock())] if self.remaining is not None and self.remaining <= 0 else []
        return max([*self.pauses.values(), *ends], default=None)


def judge(answer: Answer, error: SourceError, now: datetime) -> SourceError:
    """What an error of the API means (https://api.stackexchange.com/docs/error-handling): its status is mostly 400."""
    given = mapping(parsed_json(answer.body))
    number = whole_of(given.get("error_id"))
    if number is None:
        return error
    said = f"Stack Exchange: {text_of(given.get('error_message'))[:300] or text_of(given.get('error_name')) or 'an error without words'}"
    if number == 502:
        found = WAIT.search(said)
        return RateLimited(said, now + timedelta(seconds=min(int(found[1]), 86_400)) if found else None)
    if number in {401, 402, 405, 406} or "`key`" in said:
        return Unauthorized(said)
    if number in {500, 503}:
        return Unavailable(said)
    if "quota" in said.lower():
        return BudgetExhausted(said, _next_day(now), vendor=True)
    return Refused(said)


def _next_day(now: datetime) -> datetime:
    return (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)


def _site_name(feed: FeedSpec) -> str:
    return (feed.site or str(feed.options.get("site") or "")).strip()


def _site(feed: FeedSpec) -> str:
    site = _site_name(feed)
    if not SITE.fullmatch(site):
        raise Refused('a feed of Stack Exchange needs its site, as the network names it: site = "stackoverflow"')
    return site


def _asked(feed: FeedSpec, wanted: Wanted) -> list[dict[str, str]]:
    """The parameters of each search."""
    if options.kind(feed.kind, KINDS) == "tagged":
        tags = tags_of(feed.options.get("tags"))
        if not tags:
            raise Refused('a feed of kind tagged needs option tags, such as tags = ["acme-api"]')
        return [{"tagged": ";".join(tags)}]
    return [{"q": words} for words in wanted.searches(to_stackexchange, platform="Stack Exchange")]


def _found(feed: FeedSpec) -> Wanted:
    """What counts: a search finds other forms of a word as well, questions of a tag are matched here."""
    return asking.wanted_of_found(feed, is_blurred=True) if options.kind(feed.kind, KINDS) == "search" else Wanted.of(feed)


def _parts(feed: FeedSpec) -> tuple[str, ...]:
    given = feed.options.get("parts") or PARTS
    chosen = tuple(re.split(r"[\s,+]+", given.strip())) if isinstance(given, str) else tuple(map(str, given))
    if not set(chosen) <= set(PARTS):
        raise Refused(f"option parts = {given!r}: expected some of {', '.join(PARTS)}")
    return chosen


def _asking(calls: _Calls, told: Mapping[str, str], page_size: int) -> Ask:
    def ask(floor: int, after: str | None) -> Sheet:
        asked = {
            "order": "desc",
            "sort": "activity",
            "min": max(0, floor),
            "pagesize": page_size,
            **({"max": after} if after else {}),
            **told,
        }
        return read_questions(calls.get("search/advanced", "search", asked), until=after, floor=floor)

    return ask


def _page(calls: _Calls, looks: Mapping[str, Look], wanted: Wanted, parts: Sequence[str]) -> Page:
    questions = [entry.item for look in looks.values() for entry in look.news]
    found = _Found(questions)
    error = _read_replies(calls, found, parts)
    host, owners = host_of(questions, calls.site), questions_of(found.answers)
    everything = [*found.chosen(parts), *(item for look in looks.values() for item in look.unread)]
    posts, rejects = read_all(everything, lambda item: read_item(item, host=host, questions=owners, site=calls.site))
    return Page(
        posts=wanted.among(posts),
        rejects=rejects,
        # Where the replies were not read to the end the place stays: all of it is read again.
        cursor=None if error else written(looks),
        retry_at=retry_at_of(looks, calls.paused_until(), getattr(error, "retry_at", None)),
        more=error is None and any(look.goes_on for look in looks.values()),
        costs=calls.costs(),
        limits=calls.limits(),
        detail=notes_of(looks, f"answers and comments are read again: {error}" if error else ""),
        gaps=gaps_of(looks),
        unread=(*unread_of(looks), *unread_for("answers and comments", error)),
    )


@dataclass(slots=True)
class _Found:
    questions: Sequence[Any]
    answers: list[Any] = field(default_factory=list)
    comments: list[Any] = field(default_factory=list)

    def chosen(self, parts: Sequence[str]) -> list[Any]:
        return [item for name in PARTS if name in parts for item in getattr(self, name)]


def _read_replies(calls: _Calls, found: _Found, parts: Sequence[str]) -> SourceError | None:
    """Read the answers of the questions and the comments on both. The error that ended it, if one did."""
    numbers = ids_of(found.questions, "question_id")
    try:
        if "answers" in parts or "comments" in parts:
            found.answers += _all(calls, "questions/{ids}/answers", numbers)
        if "comments" in parts:
            found.comments += _all(calls, "posts/{ids}/comments", [*numbers, *ids_of(found.answers, "answer_id")])
    except SourceError as error:
        return error
    return None


def _named(calls: _Calls, kind: str, ids: Sequence[str]) -> list[Any]:
    """Those of one kind with these ids that there are. Raises Malformed for an answer that does not end: what it left out is not gone."""
    if not ids:
        return []
    document = calls.get(f"{kind}/{';'.join(ids)}", kind, {"pagesize": MOST_IDS})
    items = items_of(document)
    if document.get("has_more") is True:
        raise Malformed("Stack Exchange tells of more than it was asked for")
    return items


def _without_address(post: Post) -> Post:
    """The address that is known stays: one of a comment needs its question, of which nothing is said here."""
    return replace(post, url="")


def _all(calls: _Calls, path: str, ids: Sequence[str]) -> Iterator[Any]:
    for start in range(0, len(ids), MOST_IDS):
        asked = path.format(ids=";".join(ids[start : start + MOST_IDS]))
        for number in range(1, MOST_REPLY_PAGES + 1):
            document = calls.get(asked, path, {"order": "desc", "sort": "creation", "pagesize": 100, "page": number})
            yield from items_of(document)
            if document.get("has_more") is not True:
                break
