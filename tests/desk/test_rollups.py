"""Counts equal a recount of the mentions, whatever happened in whatever order, and from several processes at once."""

import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.figures import rollups
from desk.figures.rollups import Change, Labels
from desk.intake import ingest
from desk.labels import triage
from desk.labels.reading import Waiting
from storage.check import check
from storage.database import Database
from storage.models import Mention, RollupHour
from storage.words import Intent, Sentiment, Urgency
from tests.support.listening import (
    HOUR,
    LEASE,
    NO_MATTER,
    NOON,
    SETTINGS,
    classify,
    feed_id,
    how_many,
    listening,
    mention,
    poll,
    post,
    verdict,
)

FEEDS = ("acme", "mentions", "rival")
IDS = st.sampled_from("abcd")

verdicts = st.builds(
    verdict,
    st.sampled_from(list(Sentiment)),
    st.sampled_from(list(Intent)),
    needs_reply=st.booleans(),
    urgency=st.sampled_from(list(Urgency)),
    abusive=st.booleans(),
    unsure=st.sampled_from([(), ("intent",)]),
)
posts = st.builds(
    lambda external_id, text, hours, by, thread: post(
        external_id, text, at=NOON - timedelta(hours=hours), by=by, **({"thread_id": thread} if thread else {})
    ),
    IDS,
    st.sampled_from(["one", "two", "three"]),
    st.integers(-2, 2),
    st.sampled_from(["ana", "ben", "acmecare"]),
    st.sampled_from(["", "t"]),
)
pages = st.tuples(st.just("page"), st.sampled_from(FEEDS), st.lists(posts, max_size=3))
triages = st.tuples(st.just("triage"), verdicts, st.integers(1, 2))
gone = st.tuples(st.just("gone"), st.sampled_from(FEEDS), IDS)
acts = st.lists(st.one_of(pages, triages, gone, st.just(("overdue",))), max_size=12)


def play(session: Session, act: tuple[object, ...], step: int) -> None:
    now = NOON + step * timedelta(minutes=2)
    match act:
        case ("page", str(feed), list(found)):
            poll(session, *found, feed=feed, now=now)
        case ("gone", str(feed), str(external_id)):
            poll(session, replace(post(external_id), deleted=True), feed=feed, now=now)
        case ("triage", said, version):
            classify(session, said, now=now, version=str(version))  # type: ignore[arg-type]
            relabel(session, version=str(version), said=said, now=now)
        case _:
            triage.flag_overdue(session, settings=SETTINGS, now=now)


def relabel(session: Session, *, version: str, said: object, now: object) -> None:
    """Another version of the engine speaks on mentions that have their labels."""
    known = session.scalars(select(Mention).where(Mention.triaged_at.is_not(None), Mention.deleted_at.is_(None))).all()
    again = [(Waiting(row.id, row.revision, row.text), said) for row in known]
    triage.record(session, again, engine="other", version=version, settings=SETTINGS, now=now)  # type: ignore[arg-type]


@contextmanager
def copied(template: Path) -> Iterator[Database]:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(template, Path(folder) / "careline.db")
        database = Database(f"sqlite:///{folder}/careline.db")
        try:
            yield database
        finally:
            database.close()


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=acts)
def test_counts_equal_a_recount_after_any_sequence(sqlite_template: Path, acts: list[tuple[object, ...]]) -> None:
    with copied(sqlite_template) as database:
        with database.write() as session:
            listening(session)
            for step, act in enumerate(acts):
                play(session, act, step)
        with database.read() as session:
            assert [str(fault) for fault in check(session)] == []


def test_a_long_life_adds_up(database: Database) -> None:
    with database.write() as session:
        listening(session)
        for step in range(6):
            for feed in FEEDS:
                poll(
                    session, *[post(str(n), f"text {n % 3 + step}", at=NOON - n * HOUR) for n in range(step, step + 9)], feed=feed, now=NOON
                )
            classify(session, NO_MATTER if step % 2 else verdict(), now=NOON + step * HOUR)
        ingest.forget(session, mention(session, "3").id, reason="erasure", now=NOON)
    with database.read() as session:
        assert rollups.check(session) == []
        assert session.scalars(select(RollupHour.n).where(RollupHour.scope == 0, RollupHour.n != 0)).all() == [1] * 13


def test_a_wrong_count_is_found_and_rebuilt(database: Database) -> None:
    with database.write() as session:
        listening(session)
        poll(session, post("1"), post("2", at=NOON - HOUR))
        session.execute(RollupHour.__table__.update().where(RollupHour.scope == feed_id(session)).values(negative=7))
    with database.write() as session:
        found = rollups.check(session)
        assert {(d.scope, d.counter, d.stored, d.counted) for d in found} == {(feed_id(session), "negative", 7, 0)}
        rollups.rebuild(session)
        assert rollups.check(session) == []
        assert how_many(session, RollupHour) == 6


def test_labels_count_once_in_each_of_their_counters(database: Database) -> None:
    labels = Labels(Sentiment.NEGATIVE, Intent.CHURN, Urgency.HIGH, needs_reply=True, abusive=True)
    with database.write() as session:
        rollups.move(session, [Change(NOON, (0, 5), None, labels, times=3), Change(NOON, (0,), labels, Labels(Sentiment.POSITIVE))])
        row = session.execute(select(RollupHour).where(RollupHour.scope == 0)).scalar_one()
        counts = (row.n, row.negative, row.positive, row.churn, row.high, row.needs_reply, row.abusive)
        assert counts == (3, 2, 1, 2, 2, 2, 2)


def test_what_stays_the_same_writes_nothing(database: Database) -> None:
    with database.write() as session:
        rollups.move(session, [Change(NOON, (0,), Labels(), Labels())])
        assert how_many(session, RollupHour) == 0


@pytest.mark.race
def test_feeds_that_catch_the_same_posts_at_the_same_time_count_them_once(database: Database) -> None:
    with database.write() as session:
        listening(session)
    errors: list[BaseException] = []

    def work(feed: str) -> None:
        try:
            for start in range(0, 60, 10):
                with database.write() as session:
                    poll(session, *[post(str(n), by=f"c{n % 7}", at=NOON - n * HOUR) for n in range(start, start + 20)], feed=feed)
                with database.write() as session:
                    waiting = triage.lease(session, feed, now=NOON, limit=15, lease=LEASE)
                with database.write() as session:
                    results = [(w, verdict()) for w in waiting]
                    triage.record(session, results, engine="e", version="1", settings=SETTINGS, now=NOON)
        except BaseException as error:  # noqa: BLE001  the main thread raises it
            errors.append(error)

    threads = [threading.Thread(target=work, args=(feed,)) for feed in FEEDS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with database.read() as session:
        assert how_many(session, Mention) == 70
        assert [str(fault) for fault in check(session)] == []
