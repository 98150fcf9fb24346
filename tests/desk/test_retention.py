"""What was kept long enough goes, by source and kind, in batches; what is younger, or of another source, stays."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from desk.forgetting import retention
from desk.forgetting.retention import AT_ONCE, Due
from desk.settings import FOR_EVER, DeskSettings, Retention
from listener.sweep import sweep_due
from storage import search
from storage.check import check
from storage.database import Database
from storage.models import Audit, Author, Case, Embedding, Media, Mention, MentionRaw, MentionRevision
from storage.words import MediaKind, MediaState
from tests.support.listening import NOON, how_many, listening, mention, poll, post
from tests.support.remembered import HANDLE, ID, aged, lived

DAY = timedelta(days=1)
ALL = {"text": 30, "raw": 30, "media": 30, "author": 30, "audit": 30}


def settings(**by_source: dict[str, Any]) -> DeskSettings:
    return DeskSettings(retention={source: Retention(**kinds) for source, kinds in by_source.items()})


@pytest.fixture
def remembered(database: Database) -> Database:
    with database.write() as session:
        lived(session)
    return database


def let_go(database: Database, kept: DeskSettings) -> None:
    while True:
        with database.write() as session:
            if not retention.sweep(session, kept, now=NOON):
                return


@pytest.mark.parametrize("kind", retention.KINDS)
def test_each_kind_goes_alone_and_is_announced_by_the_dry_run(remembered: Database, kind: str) -> None:
    aged(remembered, 31)
    kept = settings(default={kind: 30})
    with remembered.read() as session:
        before = found(session)
        announced = retention.due(session, kept, now=NOON)
    let_go(remembered, kept)
    with remembered.read() as session:
        after = found(session)
        assert {name for name in before if before[name] != after[name]} == {kind}
        assert after[kind] == 0
        assert [(one.kind, one.source, one.days, one.count > 0) for one in announced] == [(kind, "default", 30, True)]
        assert retention.due(session, kept, now=NOON) == [Due(kind, "default", 30, 0)]
        assert check(session) == []


@pytest.mark.parametrize("kind", retention.KINDS)
def test_the_dry_run_counts_exactly_what_the_sweep_takes(remembered: Database, kind: str) -> None:
    """Old and young, of a source with a rule of its own and of others, some of it gone already; whoever wrote since keeps the name."""
    mixed(remembered)
    kept = settings(default={kind: 30}, rss={kind: 90})
    with remembered.read() as session:
        announced = {one.source: one.count for one in retention.due(session, kept, now=NOON)}
        before = by_source(session)[kind]
    let_go(remembered, kept)
    with remembered.read() as session:
        after = by_source(session)[kind]
        taken = {one: before[one] - after[one] for one in before}
        assert taken == {"default": 0, "rss": 0} | announced
        assert (taken["default"] > 0, after["default"] > 0) == (True, True)
        only_one = int(kind in {"text", "raw", "author"})
        assert (taken["rss"], after["rss"]) == (only_one, only_one)


def mixed(database: Database) -> None:
    """What lived is long ago, a text and a name of it are gone before; what came later is younger, as ids are."""
    ages = {"91": 100, "93": 31, "92": 1, "94": 1, "95": 1}
    with database.write() as session:
        session.execute(update(Mention).values(seen_at=NOON - 100 * DAY))
        session.execute(update(Mention).where(Mention.external_id == "post-772").values(text="", title=""))
        session.execute(update(Author).where(Author.external_id == "u-ben").values(handle="", name="", url=""))
        for n, (by, feed) in {
            "91": ("fay", "forum"),
            "93": ("hal", "acme"),
            "92": ("gus", "forum"),
            "94": ("hal", "acme"),
            "95": ("ida", "acme"),
        }.items():
            poll(session, post(n, f"The lamp of {by} {n}", by=by), feed=feed)
            one = mention(session, n)
            one.seen_at = NOON - ages[n] * DAY
            session.flush()
        session.add(Media(mention_id=one.id, position=0, kind=MediaKind.PICTURE, url="https://x.example/1.jpg", state=MediaState.READY))
        session.execute(update(Audit).values(at=NOON - 31 * DAY))
        session.add(Audit(at=NOON - 31 * DAY, verb="plan", detail={"feeds": 2}))
        session.add(Audit(at=NOON - 31 * DAY, verb="plan", detail={}))
        session.add(Audit(at=NOON - DAY, verb="plan", detail={"feeds": 3}))


def by_source(session: Any) -> dict[str, dict[str, int]]:
    """How much of each kind there is, of the source with a rule of its own and of the others."""
    told: dict[str, dict[str, int]] = {kind: {"default": 0, "rss": 0} for kind in retention.KINDS}

    def add(kind: str, source: str | None) -> None:
        told[kind]["rss" if source == "rss" else "default"] += 1

    for one in session.scalars(select(Mention)):
        if one.text or one.title:
            add("text", one.source)
    for table, kind in ((MentionRaw, "raw"), (Media, "media")):
        for source in session.scalars(select(Mention.source).where(Mention.id.in_(select(table.mention_id)))):
            add(kind, source)
    for author in session.scalars(select(Author).where(Author.handle != "")):
        add("author", author.source)
    for record, source in session.execute(select(Audit, Case.source).outerjoin(Case, Case.id == Audit.case_id)):
        if record.detail:
            add("audit", source)
    return told


def found(session: Any) -> dict[str, int]:
    return {
        "text": how_many(session, Mention, Mention.text != ""),
        "raw": how_many(session, MentionRaw),
        "media": how_many(session, Media),
        "author": how_many(session, Author, Author.handle != ""),
        "audit": sum(bool(detail) for detail in session.scalars(select(Audit.detail))),
    }


def test_words_go_with_everything_that_was_made_of_them(remembered: Database) -> None:
    aged(remembered, 31)
    let_go(remembered, settings(default={"text": 30}))
    with remembered.read() as session:
        assert (how_many(session, MentionRevision), how_many(session, Embedding), search.search(session, "flibbertigibbet", 9)) == (
            0,
            0,
            [],
        )
        assert set(session.execute(select(Case.preview, Case.searched)).all()) == {("", "")}
        assert mention(session, "post-771").sentiment is not None


def test_what_is_younger_stays_and_the_same_post_brings_nothing_back(remembered: Database) -> None:
    aged(remembered, 29)
    let_go(remembered, settings(default=ALL))
    with remembered.read() as session:
        there = found(session)
        assert (there["text"], min(there.values()) > 0) == (4, True)
    aged(remembered, 31)
    let_go(remembered, settings(default=ALL))
    with remembered.write() as session:
        told = poll(session, post("9", "Somebody else waits for a lamp as well", by="ben", thread_id="conv-5"), now=NOON)
        assert (told.new, mention(session, "9").text) == (0, "")


def test_a_source_of_its_own_goes_before_the_default(database: Database) -> None:
    with database.write() as session:
        listening(session)
        poll(session, post("1"))
        poll(session, post("2", by="dan"), feed="forum")
    aged(database, 31)
    let_go(database, settings(default={"text": 30}, x={"text": FOR_EVER}))
    with database.read() as session:
        assert dict(session.execute(select(Mention.source, Mention.text)).all()) == {"x": "My parcel has not arrived", "rss": ""}
    let_go(database, settings(x={"text": 30}))
    with database.read() as session:
        assert how_many(session, Mention, Mention.text != "") == 0


def test_who_wrote_since_keeps_the_name(database: Database) -> None:
    with database.write() as session:
        listening(session)
        poll(session, post("1"), post("2", by="ben"))
        session.execute(update(Mention).values(seen_at=NOON - 40 * DAY))
        poll(session, post("3"))
    let_go(database, settings(x={"author": 30}))
    with database.read() as session:
        assert dict(session.execute(select(Author.external_id, Author.handle)).all()) == {"u-ana": "ana", "u-ben": ""}


def test_a_night_takes_as_many_batches_as_it_needs(database: Database) -> None:
    with database.write() as session:
        listening(session)
        poll(session, *(post(str(n), by=f"a{n}") for n in range(AT_ONCE + 3)))
        session.execute(update(Mention).values(seen_at=NOON - 31 * DAY))
    kept = settings(default={"raw": 30})
    with database.write() as session:
        assert retention.is_night(session, kept, now=NOON)
        assert [retention.sweep(session, kept, now=NOON) for _ in range(3)] == [AT_ONCE, 3, 0]
        assert how_many(session, MentionRaw) == 0
        retention.night_done(session, kept, now=NOON)
        assert not retention.is_night(session, kept, now=NOON)
        assert retention.is_night(session, kept, now=NOON + DAY)
        assert not retention.is_night(session, kept, now=NOON.replace(hour=2) + DAY)


def test_the_sweep_lets_go_what_is_old(remembered: Database) -> None:
    with remembered.write() as session:
        session.execute(update(Mention).values(seen_at=remembered.now() - 31 * DAY))
    is_early = remembered.now().hour < retention.AT_HOUR
    kept = replace(settings(default={"raw": 30}), zone="Etc/GMT-12" if is_early else "UTC")
    sweep_due(remembered, kept)
    with remembered.read() as session:
        assert how_many(session, MentionRaw) == 0
        assert not retention.is_night(session, kept, now=remembered.now())
        assert session.scalars(select(Author.handle).where(Author.external_id == ID)).one() == HANDLE
