"""What the board asks of the listener: try a feed out, read one from its start, ask again for a post."""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from desk.alerts import errands
from desk.alerts.errands import ErrandWork
from desk.cases.upkeep import PRIVATE_PREVIEW
from desk.errors import DeskError, Invalid, LeaseLost
from desk.feeds import feed_previews, feeds
from desk.feeds.feed_previews import Step
from desk.feeds.plan import FeedDraft
from desk.intake.cleaning import Cleaned, plain
from desk.post import FeedSpec, Spent
from desk.settings import DeskSettings
from listener import bill
from listener.poll import Failure, Poller, fetched
from listener.previews import Seen, living, previewed
from listener.recheck import Rechecker
from listener.registry import Registry
from listener.settings import ListenerSettings
from listener.source import SourceError
from storage.database import Database
from storage.words import ErrandKind

log = logging.getLogger(__name__)

KINDS = (ErrandKind.FEED_TEST, ErrandKind.BACKFILL, ErrandKind.RECHECK)
MOST_A_RING = 20
SHOWN_POSTS = 10
SHOWN_REJECTS = 3
LONGEST_SHOWN = 500
SMALL_LOOK: Mapping[str, Any] = {"max_pages": 1, "page_size": 10, "backfill": False}
"""A trial need not read all there is: on some platforms each post costs money."""


@dataclass(frozen=True, slots=True)
class Runner:
    """Does errands. Any number may work on one workspace: each errand is leased by one of them."""

    database: Database
    settings: ListenerSettings
    desk: DeskSettings
    registry: Registry
    owner: str

    def run_due(self) -> int:
        """Do what waits. How many errands were ended, well or not."""
        ended = 0
        while ended < MOST_A_RING and (work := self._lease()) is not None:
            self._end(work)
            ended += 1
        return ended

    def _lease(self) -> ErrandWork | None:
        with self.database.write() as session:
            return errands.lease(session, KINDS, self.owner, now=self.database.now(), lease=self.settings.lease)

    def _end(self, work: ErrandWork) -> None:
        result, error = self._tried(work)
        try:
            with self.database.write() as session:
                if error:
                    errands.failed(session, work.id, error, owner=self.owner, now=self.database.now())
                else:
                    errands.done(session, work.id, result, owner=self.owner, now=self.database.now())
        except LeaseLost as lost:
            log.warning("errand=%d kind=%s: %s", work.id, work.kind, lost)
        else:
            log.info("errand=%d kind=%s %s", work.id, work.kind, "failed" if error else "done")

    def _tried(self, work: ErrandWork) -> tuple[Mapping[str, Any], str]:
        """The result, and the error of an errand that cannot be done."""
        try:
            return self._do(work), ""
        except (KeyError, TypeError, ValueError) as error:
            return {}, f"the request cannot be read: {error}"
        except DeskError as error:
            return {}, str(error)
        except Exception as error:
            log.exception("errand=%d kind=%s failed", work.id, work.kind)
            return {}, f"{type(error).__name__}: the listener's log has the details"

    def _do(self, work: ErrandWork) -> Mapping[str, Any]:
        if work.kind is ErrandKind.FEED_TEST:
            return look_before(self.registry, self.database, self._spec(work.request), work.request.get("step"), desk=self.desk)
        if work.kind is ErrandKind.BACKFILL:
            return self._read_from_start(self._spec(work.request))
        return self._ask_again(int(work.request["mention_id"]))

    def _spec(self, request: Mapping[str, Any]) -> FeedSpec:
        with self.database.read() as session:
            if "draft" in request:
                return feeds.spec_of_draft(session, FeedDraft(**request["draft"]))
            return feeds.spec_of(session, int(request["feed_id"]))

    def _ask_again(self, mention_id: int) -> Mapping[str, Any]:
        try:
            became = Rechecker(self.database, self.settings, self.desk, self.registry).recheck_one(mention_id)
        except SourceError as error:
            raise Invalid(str(error)) from error
        return {"gone": became.gone, "edited": became.edited, "told": became.told}

    def _read_from_start(self, feed: FeedSpec) -> Mapping[str, Any]:
        poller = Poller(self.database, self.settings, self.desk, self.registry, owner=self.owner)
        try:
            report = poller.poll_from_start(feed.name)
        finally:
            poller.close()
        return {"result": report.result.value, "new": report.new, "seen": report.seen, "detail": report.detail}


def errands_due(database: Database, settings: ListenerSettings, desk: DeskSettings, registry: Registry, *, owner: str) -> int:
    """Do the errands that wait for the listener. How many were ended."""
    return Runner(database, settings, desk, registry, owner).run_due()


def look_before(registry: Registry, database: Database, feed: FeedSpec, step: str | None, *, desk: DeskSettings) -> Mapping[str, Any]:
    """A test, or a step of a preview: its result, of which only the cost is written down. Raises Invalid while previews are given up."""
    with database.read() as session:
        feed_previews.require_budget(session, feed.credential, now=database.now())
    with bill.opened(database, lambda session: feed_previews.payer(session, feed.credential, feed_id=feed.id or None)) as paid:
        seen = previewed(registry, database, feed, Step(step), desk=desk) if step else try_out(registry, database, feed, desk=desk)
        paid.settle(seen.spent)
    return {**seen.result, "costs": _costs(paid.costs, timedelta(seconds=feed.interval_s))}


def try_out(registry: Registry, database: Database, feed: FeedSpec, *, desk: DeskSettings) -> Seen:
    """One look at a feed, stored nowhere: its result in words, and up to ten posts; none by who is forgotten."""
    found = fetched(registry, replace(feed, options={**feed.options, **SMALL_LOOK}), None)
    if isinstance(found, Failure):
        return Seen({"result": found.result.value, "detail": found.detail, "found": 0, "rejected": 0, "posts": []})
    told = {
        "result": found.result.value,
        "detail": found.detail,
        "found": len(found.posts),
        "rejected": len(found.rejects),
        "errors": [plain(reject.error[:LONGEST_SHOWN]) for reject in found.rejects[:SHOWN_REJECTS]],
        "more": found.more,
        "posts": [_shown(one) for one in living(database, feed, found, desk)[:SHOWN_POSTS]],
    }
    return Seen(told, found.costs)


def _shown(one: Cleaned) -> dict[str, Any]:
    post, (site, author_id) = one.post, one.author_key
    return {
        "site": site,
        "author_id": author_id,
        "author": plain(post.author.name or post.author.handle),
        "handle": plain(post.author.handle),
        "title": "" if post.is_private else plain(post.title[:LONGEST_SHOWN]),
        # Whoever may try a feed out need not be one who may read what customers tell us in private.
        "text": PRIVATE_PREVIEW if post.is_private else plain(post.text[:LONGEST_SHOWN]),
        "url": plain(post.url),
        "posted_at": post.posted_at.isoformat(),
        "capability": post.capability.value,
    }


def _costs(costs: Sequence[Spent], interval: timedelta) -> list[dict[str, Any]]:
    """What was spent, by currency. `micros_per_day` is what it comes to when every look of a day costs as much as this one."""
    spent: Counter[str] = Counter()
    for cost in costs:
        spent[cost.currency] += cost.micros
    looks = timedelta(days=1) / max(interval, timedelta(seconds=1))
    return [{"currency": name, "micros": micros, "micros_per_day": round(micros * looks)} for name, micros in sorted(spent.items())]
