"""What a person does with feeds at the board: one transaction, one verb of the desk, one result in words."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from dashboard.actions import Kind, Result, act
from dashboard.texts import text
from dashboard.workspace import Workspace
from desk.alerts import errands
from desk.feeds import brands, feed_clicks, feed_previews, feeds
from desk.feeds.plan import FeedDraft
from storage.models import Feed, Person
from storage.words import BrandKind, ErrandKind

FeedVerb = Callable[..., Feed]


def add(
    workspace: Workspace, person_id: int, draft: FeedDraft, *, new_brand: BrandKind | None = None, preview: int | None = None
) -> Result:
    """Add a feed, and its brand where that is new; what was judged in its `preview` is the feed's from then on. `values` has the feed's id.

    A sample workspace takes none.
    """
    if not workspace.settings.feeds_editable:
        return Result(Kind.REFUSED, text("feeds.sample"))

    def verb(session: Session, by: Person, now: datetime) -> Feed:
        if new_brand is not None:
            brands.add(session, draft.brand, kind=new_brand, by=by, now=now)
        feed_previews.require_confirmed(session, draft, workspace.settings.desk)
        return _previewed(session, feeds.add(session, draft, by=by, now=now), preview, by=by, now=now)

    return act(workspace, person_id, verb, lambda feed: _done("feeds.act.added", feed))


def change(workspace: Workspace, person_id: int, feed_id: int, draft: FeedDraft, *, preview: int | None = None) -> Result:
    if not workspace.settings.feeds_editable:
        return Result(Kind.REFUSED, text("feeds.sample"))

    def verb(session: Session, by: Person, now: datetime) -> Feed:
        feed_previews.require_confirmed(session, draft, workspace.settings.desk)
        return _previewed(session, feeds.change(session, feed_id, draft, by=by, now=now), preview, by=by, now=now)

    return act(workspace, person_id, verb, lambda feed: _done("feeds.act.changed", feed))


def pause(workspace: Workspace, person_id: int, feed_id: int) -> Result:
    return _with_feed(workspace, person_id, feed_id, feeds.pause, "feeds.act.paused")


def resume(workspace: Workspace, person_id: int, feed_id: int) -> Result:
    return _with_feed(workspace, person_id, feed_id, feeds.resume, "feeds.act.resumed")


def look_now(workspace: Workspace, person_id: int, feed_id: int) -> Result:
    return _with_feed(workspace, person_id, feed_id, feeds.poll_now, "feeds.act.look_now")


def read_from_start(workspace: Workspace, person_id: int, feed_id: int) -> Result:
    """Have the listener read it as far back as its source still shows. A sample workspace asks nothing of real platforms."""
    if not workspace.settings.feeds_editable:
        return Result(Kind.REFUSED, text("feeds.sample"))
    return _with_feed(workspace, person_id, feed_id, feeds.read_from_start, "feeds.act.read_from_start")


def retire(workspace: Workspace, person_id: int, feed_id: int) -> Result:
    if not workspace.settings.feeds_editable:
        return Result(Kind.REFUSED, text("feeds.sample"))
    return _with_feed(workspace, person_id, feed_id, feeds.retire, "feeds.act.retired")


def try_out(workspace: Workspace, person_id: int, draft: FeedDraft) -> Result:
    """Ask the listener what this feed would find, without storing any of it. `values` has the errand's id.

    A brand that is not there yet is handed on as the empty one. A sample workspace asks nothing of real platforms.
    """
    if not workspace.settings.feeds_editable:
        return Result(Kind.REFUSED, text("feeds.sample"))

    def verb(session: Session, by: Person, now: datetime) -> int:
        return errands.ask(session, ErrandKind.FEED_TEST, request(draft), by=by, now=now)

    return act(workspace, person_id, verb, lambda errand_id: Result(Kind.DONE, "", values={"errand": errand_id}))


def request(draft: FeedDraft) -> dict[str, Any]:
    """A draft as plain JSON values, as the errand carries it."""
    return {"draft": {**asdict(draft), "options": dict(draft.options)}}


def _previewed(session: Session, feed: Feed, preview: int | None, *, by: Person, now: datetime) -> Feed:
    feed_previews.note_confirmed(session, feed.id, by=by, now=now)
    if preview is not None:
        feed_clicks.adopt(session, preview, feed.id, by=by, now=now)
    return feed


def _with_feed(workspace: Workspace, person_id: int, feed_id: int, verb: FeedVerb, name: str) -> Result:
    def bound(session: Session, by: Person, now: datetime) -> Feed:
        return verb(session, feed_id, by=by, now=now)

    return act(workspace, person_id, bound, lambda feed: _done(name, feed))


def _done(name: str, feed: Feed) -> Result:
    return Result(Kind.DONE, text(name, feed=feed.name), values={"feed": feed.id})
