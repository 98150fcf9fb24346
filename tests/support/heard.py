"""Mentions as ingest and triage store them, counts and all: for tests of what the board shows of them."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from desk.intake import ingest
from desk.labels import triage
from desk.labels.verdict import Answer, Verdict
from desk.post import Post, PostAuthor
from storage.words import Intent, Sentiment, Urgency
from tests.support.desk import SETTINGS, number

Said = tuple[datetime, Sentiment | None]


def heard(session: Session, feed_id: int, said: Iterable[Said], *, now: datetime, words: str = "My parcel is lost") -> None:
    """Posts of one feed, each by a customer of its own; those without a sentiment stay untriaged."""
    labelled = {f"{words} {number()}": (at, sentiment) for at, sentiment in said}
    posts = [_post(text, at) for text, (at, _) in labelled.items()]
    ingest.import_posts(session, feed_id, posts, [], settings=SETTINGS, now=now)
    waiting = triage.lease(session, "tests", now=now, limit=1_000, lease=timedelta(minutes=1))
    moods = {text: sentiment for text, (_, sentiment) in labelled.items()}
    results = [(one, _verdict(sentiment)) for one in waiting if (sentiment := moods.get(one.text)) is not None]
    triage.record(session, results, engine="tests", version="1", settings=SETTINGS, now=now)


def spread(since: datetime, every: timedelta, sentiments: Sequence[Sentiment | None]) -> list[Said]:
    """One post after the other, a fixed time apart."""
    return [(since + every * place, sentiment) for place, sentiment in enumerate(sentiments)]


def _post(text: str, at: datetime) -> Post:
    external_id = f"p{number()}"
    author = PostAuthor(f"u{number()}", handle=f"customer{number()}")
    return Post(external_id, author, text, at, external_id, url=f"https://x.example/{external_id}")


def _verdict(sentiment: Sentiment) -> Verdict:
    return Verdict(
        sentiment=Answer(sentiment, 0.9, {}),
        intent=Answer(Intent.COMPLAINT, 0.9, {}),
        needs_reply=Answer(sentiment is Sentiment.NEGATIVE, 0.9, {}),
        urgency=Answer(Urgency.NORMAL, 0.9, {}),
        abusive=Answer(False, 0.9, {}),
        language=Answer("en", 0.9, {}),
    )
