"""Whatever is muted and ended, in any order: no mention is ever lost by it."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.noise import mutes
from desk.noise.mutes import MuteDraft
from desk.queue import inbox
from desk.queue.inbox import MentionFilter
from storage.database import Database
from storage.models import Mention, Mute
from storage.words import MuteKind, Urgency
from tests.support.desk import person
from tests.support.listening import MINUTE, NO_MATTER, NOON, SETTINGS, classify, poll, post, verdict

CASINO = "Win big at Casino Royale"
URGENT = verdict(urgency=Urgency.HIGH)
TEXTS = st.sampled_from([CASINO, f"{CASINO} urgent", f"{CASINO} thanks", "My parcel", "See https://spam.example/x"])
POSTS = st.tuples(st.sampled_from("abc"), st.sampled_from("tuv"), TEXTS)
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("post"), POSTS), st.tuples(st.just("mute"), st.sampled_from(MuteKind)), st.tuples(st.just("end"), st.booleans())
    ),
    max_size=14,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_no_mention_is_ever_lost(listened: Database, acts: list[tuple[str, Any]]) -> None:
    """Whatever is muted and ended: each stored mention is either in sight or muted, never both, and what needs an answer and is not muted has a case."""
    with listened.write() as session:
        point = session.begin_nested()
        for number, (what, value) in enumerate(acts):
            play(session, number, what, value)
        stored = set(session.scalars(select(Mention.id)))
        muted, shown = (listing(session, muted=muted) for muted in (True, False))
        assert not muted & shown
        assert muted | shown == stored == listing(session)
        for row in session.scalars(select(Mention).where(Mention.needs_reply.is_(True), Mention.case_id.is_(None))):
            assert row.id in muted
        point.rollback()


def listing(session: Session, **narrowed: Any) -> set[int]:
    return {row.id for row in inbox.mentions(session, MentionFilter(**narrowed), now=NOON, limit=100, with_private=True)}


def play(session: Session, number: int, what: str, value: Any) -> None:
    ana, at = person(session), NOON + number * MINUTE
    if what == "post":
        by, thread, text = value
        poll(session, post(f"p{number}", text, by=by, thread_id=thread, at=at), now=at)
        classify(session, urgent=URGENT, thanks=NO_MATTER, now=at)
    elif what == "mute":
        first = session.scalar(select(Mention.id).order_by(Mention.id).limit(1))
        words = {MuteKind.TERM: "casino", MuteKind.DOMAIN: "spam.example"}.get(value, "")
        if first is not None and session.scalar(select(Mute.id).where(Mute.kind == value, Mute.ended_at.is_(None))) is None:
            mutes.add(session, MuteDraft(value, first, words), by=ana, now=at)
    else:
        last = session.scalar(select(Mute.id).where(Mute.ended_at.is_(None)).order_by(Mute.id.desc()).limit(1))
        if last is not None:
            mutes.end(session, last, by=ana, now=at)
            if value:
                mutes.bring_back(session, last, by=ana, settings=SETTINGS, now=at, limit=1)
