"""Somebody of whom nothing was ever stored but what a preview showed: found, told and forgotten as everybody else, and never shown again."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from careline.erasure_journal import Journal
from careline.forgetting import Forgetting
from desk.alerts import errands
from desk.feeds import feed_clicks
from desk.forgetting import author_data, sampled
from desk.forgetting.sampled import Sampled
from desk.intake import erasure
from storage.check import check
from storage.database import Database
from storage.models import Author, Case, Errand, FeedClick, Mention, Note, Person
from storage.words import ErrandKind, Role
from tests.support.desk import person
from tests.support.listening import LEASE, NOON, classify, listening, poll, post
from tests.support.remembered import SETTINGS, count, files, rows

ID, HANDLE, NAME = "u-4711", "Quince_Bramley", "Quince Bramleyhurst"
SAID = "An effervescent orange marmalade for breakfast"
DRAFT = {"draft": {"source": "x", "kind": "search", "query": "orange"}, "step": "sample"}
WORDS = ("bramley", "effervescent", ID)


@pytest.fixture
def previewed(database: Database) -> Database:
    """A sample of two posts, one by each of two people; both were judged."""
    with database.write() as session:
        listening(session)
        by = person(session, "Olu Pike", Role.OPS, now=NOON)
        errand_id = result(
            session, by, DRAFT, [shown("p1", ID, HANDLE, NAME, SAID), shown("p2", "u-zed", "zed", "Zed", "Orange is my colour")]
        )
        for number in (0, 1):
            feed_clicks.click(session, errand_id, number, is_ours=True, by=by, now=NOON)
        poll(session, post("1", "My parcel has not arrived"))
        classify(session, now=NOON)
        case_id = session.scalars(select(Case.id)).one()
        session.add(Note(case_id=case_id, person_id=by.id, at=NOON, text="Another one is fine"))
    return database


def shown(external_id: str, author_id: str, handle: str, name: str, text: str) -> dict[str, Any]:
    by = {"author_id": author_id, "handle": handle, "author": name}
    return {"site": "", "external_id": external_id, **by, "title": "", "text": text, "is_private": False}


def result(session: Session, by: Person, request: dict[str, Any], posts: list[dict[str, Any]]) -> int:
    errand_id = errands.ask(session, ErrandKind.FEED_TEST, request, by=by, now=NOON)
    errands.lease(session, [ErrandKind.FEED_TEST], "listener", now=NOON, lease=LEASE)
    errands.done(session, errand_id, {"posts": posts}, owner="listener", now=NOON)
    return errand_id


@pytest.mark.parametrize("written", [HANDLE, f"@{HANDLE.lower()}", f"id:{ID}"])
def test_they_are_found_while_the_preview_stands_and_by_what_was_said_of_it(previewed: Database, written: str) -> None:
    with previewed.write() as session:
        assert author_data.find(session, "x", "", written) == []
        assert author_data.find_sampled(session, "x", "", written) == [Sampled("x", "", ID, HANDLE, NAME)]
        assert author_data.find_sampled(session, "reddit", "", written) == []
        session.execute(delete(Errand))
        assert author_data.find_sampled(session, "x", "", written) == [Sampled("x", "", ID, HANDLE)]
        session.execute(delete(FeedClick))
        assert author_data.find_sampled(session, "x", "", written) == []


def test_a_test_of_a_feed_that_is_saved_counts_as_well(previewed: Database) -> None:
    with previewed.write() as session:
        session.execute(delete(Errand))
        session.execute(delete(FeedClick))
        by = session.scalars(select(Person).where(Person.name == "Olu Pike")).one()
        result(session, by, {"feed_id": 1}, [shown("", ID, HANDLE, NAME, SAID), {"text": "as they were told before, without who wrote it"}])
        assert [who.external_id for who in author_data.find_sampled(session, "x", "", HANDLE)] == [ID]
        assert author_data.find_sampled(session, "x", "", "") == []


def test_what_is_held_of_them_is_given(previewed: Database) -> None:
    with previewed.read() as session:
        [who] = author_data.find_sampled(session, "x", "", HANDLE)
        held = author_data.held_of_samples(session, who)
        assert author_data.sampled_counts(session, who) == {"feed_clicks": 1, "sampled_posts": 1}
    assert (held["author"]["handle"], held["mentions"]) == (HANDLE, [])
    assert [one["text"] for one in held["sampled_posts"]] == [one["text"] for one in held["feed_clicks"]] == [SAID]
    assert "colour" not in json.dumps(held)


def test_a_stored_author_is_told_of_samples_too(previewed: Database) -> None:
    with previewed.write() as session:
        author = sampled.stored(session, Sampled("x", "", "u-ana"), now=NOON)
        by = session.scalars(select(Person).where(Person.name == "Olu Pike")).one()
        result(session, by, DRAFT, [shown("p9", "u-ana", "ana_renamed", "Ana", "Orange again")])
        assert author_data.counts(session, author.id)["sampled_posts"] == 1
        assert [one["text"] for one in author_data.held(session, author.id)["sampled_posts"]] == ["Orange again"]
        assert count(previewed, Author, Author.external_id == "u-ana") == 1


def test_nothing_of_them_is_left_and_nobody_else_loses_a_word(previewed: Database, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "home" / "careline.erasures.jsonl")
    with previewed.write() as session:
        [who] = author_data.find_sampled(session, "x", "", HANDLE)
        author_id = sampled.stored(session, who, now=NOON).id
    certificate = Forgetting(previewed, journal, SETTINGS).forget(author_id, reason=f"asked by {NAME}")
    erased = certificate["erased"]
    assert (erased["sampled_posts"], erased["feed_clicks"], erased["errands"], certificate["reason"]) == (1, 1, 1, "asked by [erased]")
    everything = (rows(previewed) + files(previewed, journal.file.parent).decode("latin-1")).lower()
    assert [word for word in WORDS if word in everything] == []
    with previewed.read() as session:
        assert list(session.scalars(select(FeedClick.text))) == ["Orange is my colour"]
        assert list(session.scalars(select(Note.text))) == ["Another one is fine"]
        assert count(previewed, Mention, Mention.text != "") == 1
        assert check(session) == []
        buried = erasure.buried(session, "x", [(("", "new"), ("", ID)), (("", "other"), ("", "u-zed"))], secret=SETTINGS.secret)
        assert buried == {("", "new")}
