"""Somebody is forgotten: in every table and every byte of the data folder, killed at any step, after a restore, and nobody else is."""

import json
import shutil
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from careline.erasure_journal import Journal
from careline.forgetting import Forgetting, forget_again, not_applied
from desk.errors import Invalid
from desk.forgetting import author_data
from desk.intake import ingest
from desk.post import Page, PostAuthor
from desk.settings import DeskSettings
from storage import backup, raw, scrub, search
from storage.check import check
from storage.database import Database
from storage.models import Author, Case, Dictionary, Erasure, Mention, MentionRaw, Note, Reply, Tombstone
from storage.words import ReplyState
from tests.support.listening import HOUR, NO_MATTER, NOON, classify, leased, listening, poll, post
from tests.support.remembered import GONE, HANDLE, ID, NAME, SAID, SETTINGS, author_id, count, left, lived, of_others, with_dictionary

STEPS = ("journal", "begun", "cases", "words", "some posts", "posts", "pages")


class Killed(BaseException):
    """The process ended here."""


@pytest.fixture
def remembered(database: Database) -> Database:
    with database.write() as session:
        lived(session)
    return database


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "home" / "careline.erasures.jsonl")


def test_the_workspace_holds_it_all_before(remembered: Database, journal: Journal) -> None:
    assert left(remembered, journal.file.parent) == list(GONE)


def test_nothing_is_left_in_any_table_or_byte(remembered: Database, journal: Journal) -> None:
    number = with_dictionary(remembered)
    before = of_others(remembered)
    certificate = Forgetting(remembered, journal, SETTINGS).forget(author_id(remembered), reason=f"asked by {NAME}, ticket 9")
    assert left(remembered, journal.file.parent) == []
    assert of_others(remembered) == before
    assert certificate["reason"] == "asked by [erased], ticket 9"
    assert certificate["erased"]["mentions"] == 2
    assert not [word for word in GONE if word in json.dumps(certificate).lower()]
    with remembered.read() as session:
        assert check(session) == []
        assert session.get(Dictionary, number) is None
        cleo = session.scalars(select(Mention.id).where(Mention.external_id == "10")).one()
        assert raw.unpack(session, cleo) == {"screen_name": "cleo", "text": "fine"}
        notes = session.scalars(select(Note.text).order_by(Note.id)).all()
        assert notes[0] == '[erased] ([erased]) wrote: "[erased]". Will call [erased]'
        states = dict(session.execute(select(Reply.key, Reply.state)).all())
        assert ReplyState.QUEUED not in states.values()
        assert count(remembered, MentionRaw) == 2


def test_a_large_file_is_not_written_anew_and_holds_nothing_either(
    sqlite_database: Database, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scrub, "VACUUMED_BELOW", 0)
    with sqlite_database.write() as session:
        lived(session)
        for n in range(60):
            poll(session, post(f"long-{n}", f"{SAID} " * 60, author=PostAuthor(ID, HANDLE, NAME), thread_id=f"l{n}"))
    with sqlite_database.write() as session:
        # Long before: such pages are free, and were not written over.
        session.execute(update(Mention).where(Mention.external_id.like("long-%")).values(text="short, mudlarking"))
    certificate = Forgetting(sqlite_database, journal, SETTINGS).forget(author_id(sqlite_database), reason="asked")
    assert "free pages were overwritten" in certificate["erased"]["pages"]
    assert left(sqlite_database, journal.file.parent) == []
    with sqlite_database.read() as session:
        assert check(session) == []


def test_nothing_by_them_is_stored_again_under_any_id(remembered: Database, journal: Journal) -> None:
    Forgetting(remembered, journal, SETTINGS).forget(author_id(remembered), reason="asked")
    again = (
        post("post-771", "x", by="somebody"),
        post("post-999", "x", author=PostAuthor(ID, HANDLE, NAME)),
        post("77", "Another customer", by="dora"),
    )
    with remembered.write() as session:
        told = ingest.record_page(session, leased(session, now=NOON + HOUR), Page(again, cursor="z"), settings=SETTINGS, now=NOON + HOUR)
    assert told.new == 1
    assert count(remembered, Mention, Mention.external_id.in_(["post-771", "post-999"])) == 0
    assert count(remembered, Author, Author.external_id == ID) == 0


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_it_is_ended_at_the_next_start(
    remembered: Database, journal: Journal, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("careline.forgetting.CASES_AT_ONCE", 1)
    monkeypatch.setattr("careline.forgetting.POSTS_AT_ONCE", 1)

    def kill(done: str) -> None:
        if done == step:
            raise Killed

    before = of_others(remembered)
    with pytest.raises(Killed):
        Forgetting(remembered, journal, SETTINGS, told=kill).forget(author_id(remembered), reason="asked")
    assert len(not_applied(remembered, journal)) == 1
    forget_again(remembered, journal, SETTINGS)
    assert left(remembered, journal.file.parent) == []
    assert of_others(remembered) == before
    assert (not_applied(remembered, journal), count(remembered, Erasure)) == ([], 1)
    assert journal.entries()[0].certificate


def test_the_same_command_goes_on_with_what_was_begun(remembered: Database, journal: Journal) -> None:
    def kill(done: str) -> None:
        if done == "words":
            raise Killed

    with pytest.raises(Killed):
        Forgetting(remembered, journal, SETTINGS, told=kill).forget(author_id(remembered), reason="asked")
    Forgetting(remembered, journal, SETTINGS).forget(author_id(remembered), reason="asked once more")
    assert left(remembered, journal.file.parent) == []
    assert len(journal.entries()) == 1


def test_a_backup_that_still_knows_them_follows_the_journal(remembered: Database, journal: Journal, tmp_path: Path) -> None:
    before = of_others(remembered)
    backup.backup(remembered, tmp_path / "elsewhere" / "old.backup")
    Forgetting(remembered, journal, SETTINGS).forget(author_id(remembered), reason="asked")
    backup.restore(remembered, tmp_path / "elsewhere" / "old.backup")
    (tmp_path / "elsewhere" / "old.backup").unlink()
    assert count(remembered, Author, Author.external_id == ID) == 1
    assert len(not_applied(remembered, journal)) == 1
    forget_again(remembered, journal, SETTINGS)
    assert left(remembered, journal.file.parent) == []
    assert of_others(remembered)["told"][:3] == before["told"][:3]
    with remembered.write() as session:
        page = Page((post("post-771", "x", by="somebody"),), cursor="z")
        assert ingest.record_page(session, leased(session, now=NOON + HOUR), page, settings=SETTINGS, now=NOON + HOUR).new == 0


def test_a_database_that_never_knew_them_only_notes_it(database: Database, remembered: Database, journal: Journal) -> None:
    Forgetting(remembered, journal, SETTINGS).forget(author_id(remembered), reason="asked")
    with database.write() as session:
        session.execute(delete(Erasure))
        session.execute(delete(Tombstone))
    assert Forgetting(database, journal, SETTINGS).replay() == 1
    assert (not_applied(database, journal), count(database, Tombstone)) == ([], 3)
    assert Forgetting(database, journal, SETTINGS).replay() == 0


def test_with_another_secret_nothing_is_guessed(remembered: Database, journal: Journal) -> None:
    Forgetting(remembered, journal, SETTINGS).forget(author_id(remembered), reason="asked")
    with remembered.write() as session:
        session.execute(delete(Erasure))
    forgetting = Forgetting(remembered, journal, DeskSettings(secret="another"))
    assert forgetting.replay() == 0
    assert len(not_applied(remembered, journal)) == 1


def test_a_page_that_was_read_before_and_stored_behind_the_last_step_goes_too(remembered: Database, journal: Journal) -> None:
    whose, stored = author_id(remembered), list[str]()

    def store(done: str) -> None:
        if done == "posts" and not stored:
            stored.append(done)
            with remembered.write() as session:
                poll(session, post("post-773", SAID, by="late", thread_id="conv-9"))
                late = session.scalars(select(Mention).where(Mention.external_id == "post-773")).one()
                late.author_id, late.case_id = whose, None

    Forgetting(remembered, journal, SETTINGS, told=store).forget(whose, reason="asked")
    assert left(remembered, journal.file.parent) == []
    assert count(remembered, Mention, Mention.author_id == whose, Mention.deleted_at.is_(None)) == 0


def test_what_the_journal_says_of_posts_is_on_the_disk_before_the_first_of_them_goes(remembered: Database, journal: Journal) -> None:
    seen: list[tuple[str, int]] = []

    def told(done: str) -> None:
        seen.extend((done, len(entry.posts)) for entry in journal.entries())

    Forgetting(remembered, journal, SETTINGS, told=told).forget(author_id(remembered), reason="asked")
    assert seen == [(step, 2) for step in ("journal", "begun", "words", "posts", "pages")]


def test_an_account_of_ours_is_nobody_to_forget(remembered: Database, journal: Journal) -> None:
    with pytest.raises(Invalid, match="reply account"):
        Forgetting(remembered, journal, SETTINGS).forget(author_id(remembered, "u-care"), reason="asked")
    assert journal.entries() == []


def test_a_line_that_was_cut_off_harms_no_other(journal: Journal) -> None:
    journal.append("a", "begun", at="2026-11-18T12:00:00+00:00", source="x", site="", author="h", key="k", reason="r")
    with journal.file.open("ab") as file:
        file.write(b'{"erasure": "b", "wh')
    journal.append("a", "posts", posts=["p"])
    assert [(entry.id, entry.posts) for entry in journal.entries()] == [("a", {"p"})]
    assert journal.file.stat().st_mode & 0o077 == 0


def test_an_export_holds_what_stands_in_the_tables(remembered: Database) -> None:
    with remembered.read() as session:
        held = author_data.held(session, author_id(remembered))
        counted = author_data.counts(session, author_id(remembered))
    assert held["author"]["handle"] == HANDLE
    assert len(held["mentions"]) == counted["mentions"] == 2
    assert held["mentions"][0]["raw"]["screen_name"] == HANDLE
    assert held["mentions"][0]["revisions"]
    assert {"notes", "replies", "promises", "resolutions"} <= held["cases"][0].keys()
    assert "Mina" not in json.dumps(held)
    assert "lamp" not in json.dumps(held)
    assert counted["notes"] == count(remembered, Case, Case.author_id == author_id(remembered))


@pytest.mark.parametrize("written", [HANDLE, f"@{HANDLE}", HANDLE.upper(), f"id:{ID}"])
def test_an_author_is_found_as_people_write_it(remembered: Database, written: str) -> None:
    with remembered.read() as session:
        assert [author.external_id for author in author_data.find(session, "x", "", written)] == [ID]
        assert author_data.find(session, "reddit", "", written) == []


POSTS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["t1", "t2", "t3"]), st.booleans()), min_size=1, max_size=8)


@given(POSTS)
@hypothesis.settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whoever_is_forgotten_nobody_else_loses_a_word(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, posts: list[Any]
) -> None:
    home = tmp_path_factory.mktemp("forgotten")
    shutil.copy(sqlite_template, home / "careline.db")
    database = Database(f"sqlite:///{home / 'careline.db'}")
    with database.write() as session:
        listening(session)
        for n, (by, thread, is_complaint) in enumerate(posts):
            poll(session, post(f"p{n}", f"words{by}of{n} lamp", by=f"customer-{by}", thread_id=thread))
            classify(session, None if is_complaint else NO_MATTER)
        search.index_due(session, 100)
    gone, *others = sorted({by for by, *_ in posts})
    Forgetting(database, Journal(home / "careline.erasures.jsonl"), SETTINGS).forget(
        author_id(database, f"u-customer-{gone}"), reason="asked"
    )
    with database.read() as session:
        kept = {f"words{by}of{n} lamp" for n, (by, *_) in enumerate(posts) if by != gone}
        assert set(session.scalars(select(Mention.text).where(Mention.text != ""))) == kept
        assert set(session.scalars(select(Author.handle).where(Author.handle != ""))) == {f"customer-{by}" for by in others}
        assert len(search.search(session, "lamp", 100)) == len(kept)
        assert set(session.scalars(select(Case.author_name).where(Case.author_name != ""))) <= {f"Customer-{by.title()}" for by in others}
        assert check(session) == []
    database.close()
    assert f"customer-{gone}".encode() not in b"".join(file.read_bytes().lower() for file in home.iterdir())
