"""A repost is known wherever it comes from, kept, and makes no case of whoever only passed something on."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from desk.post import REPOST
from desk.queue import inbox
from desk.queue.inbox import MentionFilter
from storage.database import Database
from storage.models import Case
from storage.words import Urgency
from tests.support.listening import NOON, classify, how_many, mention, poll, post, verdict


def heard(session: Session, text: str, **other: Any) -> str:
    poll(session, post("1", text, **other))
    classify(session, urgent=verdict(urgency=Urgency.HIGH), doubt=verdict(unsure=["sentiment"]))
    return mention(session).kind


@pytest.mark.parametrize("kind", ["repost", "Retweet", "reblog", "boost"])
def test_its_kind_tells(listened: Database, kind: str) -> None:
    with listened.write() as session:
        assert heard(session, "My parcel is lost", kind=kind) == REPOST
        assert how_many(session, Case) == 0
        assert [row.kind for row in inbox.mentions(session, MentionFilter(), now=NOON)] == [REPOST]


@pytest.mark.parametrize(
    ("text", "kind", "cases"),
    [
        ("RT @ana: My parcel is lost", REPOST, 0),
        ("RT @ana: My parcel is lost, urgent", REPOST, 1),
        ("RT @ana: My parcel is lost, doubt", REPOST, 1),
        ("So true! RT @ana: My parcel is lost", "post", 1),
        ("RT @AcmeCare what about my parcel?", "post", 1),
    ],
)
def test_its_text_tells_where_nothing_else_does(listened: Database, text: str, kind: str, cases: int) -> None:
    with listened.write() as session:
        assert heard(session, text) == kind
        assert how_many(session, Case) == cases


def test_a_private_message_is_none(listened: Database) -> None:
    with listened.write() as session:
        assert heard(session, "RT @ana: My parcel is lost", is_private=True) == "post"
        assert how_many(session, Case) == 1
