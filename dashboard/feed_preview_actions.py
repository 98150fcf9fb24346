"""What a person does with a preview of a feed: ask for its count, ask for its sample, judge a post."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from dashboard.actions import Kind, Result, act
from dashboard.feed_actions import request
from dashboard.texts import text
from dashboard.workspace import Workspace
from desk.alerts import errands
from desk.feeds import feed_clicks
from desk.feeds.feed_previews import Step
from desk.feeds.plan import FeedDraft
from storage.models import Person
from storage.words import ErrandKind


def count(workspace: Workspace, person_id: int, draft: FeedDraft) -> Result:
    """Ask how many posts this feed would find. `values` has the errand's id. A sample workspace asks nothing of real platforms."""
    return _ask(workspace, person_id, {**request(draft), "step": Step.COUNT.value})


def sample(workspace: Workspace, person_id: int, counted: dict[str, Any], told: dict[str, Any]) -> Result:
    """Ask for a sample of what was counted: `counted` is the count's request, `told` what came of it, which goes on to be shown."""
    wanted = {"draft": counted["draft"], "step": Step.SAMPLE.value, "count": told.get("count"), "counted": told.get("result")}
    return _ask(workspace, person_id, wanted)


def judge(workspace: Workspace, person_id: int, errand_id: int, number: int, *, is_ours: bool | None) -> Result:
    """Say of a post of a sample whether it is about us; None takes that back."""

    def verb(session: Session, by: Person, now: datetime) -> None:
        feed_clicks.click(session, errand_id, number, is_ours=is_ours, by=by, now=now)

    return act(workspace, person_id, verb, lambda _: Result(Kind.DONE, ""))


def _ask(workspace: Workspace, person_id: int, wanted: dict[str, Any]) -> Result:
    if not workspace.settings.feeds_editable:
        return Result(Kind.REFUSED, text("feeds.sample"))

    def verb(session: Session, by: Person, now: datetime) -> int:
        return errands.ask(session, ErrandKind.FEED_TEST, wanted, by=by, now=now)

    return act(workspace, person_id, verb, lambda errand_id: Result(Kind.DONE, "", values={"errand": errand_id}))
