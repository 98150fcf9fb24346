"""Similar cases, asked for by the board and found by the triage process: who is like whom, and who is never told."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from classifier.embeddings import Embeddings
from classifier.errands import errands_due
from classifier.settings import ClassifierSettings
from classifier.similar import FIRST_LOOK, Similar
from desk.alerts import errands
from desk.cases import cases
from desk.errors import NotAllowed, NotFound
from desk.intake import erasure
from desk.labels import similar, vectors
from desk.outcomes import outcomes
from desk.outcomes.outcomes import ResolutionDraft
from storage.database import Database
from storage.models import Author, Brand, Case, Errand, Feed, Mention, Person, Thread
from storage.words import BrandKind, CaseStatus, ErrandKind, ErrandState, Outcome, Role
from tests.support.desk import NOON, SETTINGS, Shop, number, person
from tests.support.engines import EmbeddingEngine, FakeEngine

NAME = EmbeddingEngine.embedding
LOST = "my parcel is lost and nobody answers"


class Room:
    """A workspace with an engine that embeds, and the process that answers."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.engine = EmbeddingEngine()
        self.embeddings = Embeddings(database, self.engine)
        self.similar = Similar(database, self.embeddings)
        with database.write() as session:
            self.ana = person(session).id
            self.shop = Shop(session)
            vectors.offer(session, NAME)

    def case(self, text: str, **mention: Any) -> int:
        with self.database.write() as session:
            self.shop.session = session
            return self.shop.case(text, **mention).id

    def like(self, case_id: int) -> dict[int, float]:
        self.embeddings.embed_due()
        result = self.similar.answer({"case_id": case_id, "embedding": NAME})
        return {one["case_id"]: one["score"] for one in result["cases"]}

    def seen(self, case_id: int, *, now: Any = NOON) -> similar.Likeness | None:
        with self.database.read() as session:
            return similar.seen(session, case_id, by=session.get_one(Person, self.ana), now=now)

    def ask(self, case_id: int, *, now: Any = NOON) -> int | None:
        with self.database.write() as session:
            return similar.ask(session, case_id, by=session.get_one(Person, self.ana), now=now)

    def ring(self) -> int:
        others = {ErrandKind.SIMILAR: self.similar.answer}
        return errands_due(self.database, self.engine, ClassifierSettings(), owner="triage:test:1", others=others)


@pytest.fixture
def room(database: Database) -> Room:
    return Room(database)


def test_the_likest_come_first_and_strangers_not_at_all(room: Room) -> None:
    this, near, same = room.case(LOST), room.case("my parcel is lost and late"), room.case(LOST)
    room.case("thank you for the lovely coffee")
    found = room.like(this)
    assert list(found) == [same, near]
    assert found[same] == pytest.approx(1, abs=0.01)
    assert similar.LEAST <= found[near] < found[same]


def test_at_most_eight_are_told(room: Room) -> None:
    this, *_ = [room.case(LOST) for _ in range(12)]
    assert len(room.like(this)) == similar.MOST


def test_another_brand_is_never_told(room: Room) -> None:
    this, theirs = room.case(LOST), room.case(LOST)
    with room.database.write() as session:
        brand = Brand(name="Rival", kind=BrandKind.COMPETITOR)
        session.add(brand)
        session.flush()
        session.execute(update(Case).where(Case.id == theirs).values(brand_id=brand.id))
    assert room.like(this) == {}


def opening(room: Room, case_id: int) -> int:
    with room.database.read() as session:
        return session.get_one(Case, case_id).opening_mention_id


@pytest.mark.parametrize("what", ["deleted", "private", "erased", "own"])
def test_what_may_not_be_told_is_left_out_also_when_it_is_held_in_memory(room: Room, what: str) -> None:
    this, gone, kept = room.case(LOST), room.case(LOST), room.case(LOST)
    assert set(room.like(this)) == {gone, kept}
    with room.database.write() as session:
        mention = session.get_one(Mention, opening(room, gone))
        if what == "erased":
            erasure.forget(session, mention.id, reason="erasure", now=NOON)
        elif what == "deleted":
            mention.deleted_at = NOON
        elif what == "own":
            mention.is_own = True
        else:
            mention.kind = vectors.PRIVATE_KINDS[0]
    assert set(room.like(this)) == {kept}
    assert room.like(gone) == {}


def test_what_was_erased_leaves_memory_when_it_is_looked_through(room: Room) -> None:
    this, gone = room.case(LOST), room.case(LOST)
    room.like(this)
    with room.database.write() as session:
        erasure.forget(session, opening(room, gone), reason="erasure", now=NOON)
    room.similar.look_through()
    assert room.similar._held is not None
    assert list(room.similar._held.places().values()) == [opening(room, this)]


def test_the_same_talk_of_the_same_author_is_left_out(room: Room) -> None:
    with room.database.write() as session:
        room.shop.session = session
        first = room.shop.case(LOST)
        more = room.shop.more(first, LOST, at=NOON)
        cases.join(session, first, more, settings=SETTINGS, now=NOON)
        apart = cases.split(session, first.id, [more.id], by=session.get_one(Person, room.ana), settings=SETTINGS, now=NOON)
        author, thread = session.get_one(Author, first.author_id), session.get_one(Thread, first.thread_id)
        elsewhere = room.shop.case(LOST, author=author)
        stranger = room.shop.case(LOST, thread=thread)
    assert set(room.like(first.id)) == {elsewhere.id, stranger.id}
    assert set(room.like(apart.id)) == {elsewhere.id, stranger.id}


def test_those_that_may_not_be_told_do_not_crowd_out_the_others(room: Room) -> None:
    this, *others = [room.case(LOST) for _ in range(FIRST_LOOK + 20)]
    room.embeddings.embed_due()
    room.embeddings.embed_due()
    private = [opening(room, one) for one in others[:-5]]
    with room.database.write() as session:
        session.execute(update(Mention).where(Mention.id.in_(private)).values(kind=vectors.PRIVATE_KINDS[0]))
    assert set(room.like(this)) == set(others[-5:])


def test_a_case_that_has_no_vector_yet_is_embedded_when_it_is_asked_about(room: Room) -> None:
    other = room.case(LOST)
    room.embeddings.embed_due()
    this = room.case(LOST)
    result = room.similar.answer({"case_id": this, "embedding": NAME})
    assert [one["case_id"] for one in result["cases"]] == [other]
    with room.database.read() as session:
        assert vectors.of_mention(session, NAME, opening(room, this), revision=1) is not None
    assert room.embeddings.embed_due() == 0


def test_a_merged_case_is_told_as_the_one_that_took_it_in(room: Room) -> None:
    this = room.case(LOST)
    with room.database.write() as session:
        room.shop.session = session
        gone = room.shop.case(LOST)
        kept = room.shop.case("something else entirely", author=session.get_one(Author, gone.author_id))
        cases.merge(session, gone.id, into=kept.id, by=session.get_one(Person, room.ana), settings=SETTINGS, now=NOON)
    assert list(room.like(this)) == [kept.id]


def test_only_the_newest_are_held(room: Room) -> None:
    this, *others = [room.case(LOST) for _ in range(6)]
    room.embeddings.embed_due()
    small = Similar(room.database, room.embeddings, most=3)
    small.look_through()
    found = small.answer({"case_id": this, "embedding": NAME})["cases"]
    assert len(found) < len(others)
    assert len(small._held or ()) == 3


@pytest.mark.parametrize("request_", [{}, {"case_id": 1, "embedding": "other"}, {"case_id": "1", "embedding": NAME}])
def test_a_question_to_another_engine_is_refused_in_words(room: Room, request_: dict[str, Any]) -> None:
    with pytest.raises(LookupError, match="another engine"):
        room.similar.answer(request_)


def test_a_case_that_is_not_there_has_none_like_it(room: Room) -> None:
    assert room.similar.answer({"case_id": 999, "embedding": NAME}) == {"embedding": NAME, "cases": []}


def test_the_board_asks_and_sees_the_answer(room: Room) -> None:
    this, other = room.case(LOST), room.case(LOST)
    assert room.seen(this) == similar.Likeness(waits=True)
    room.ask(this)
    assert room.seen(this) == similar.Likeness(waits=True)
    room.embeddings.embed_due()
    assert room.ring() == 1
    found = room.seen(this)
    assert found is not None
    assert not found.waits
    assert [(one.case_id, one.status, one.outcome, one.preview) for one in found.cases] == [(other, CaseStatus.NEW, None, LOST)]


def test_a_case_is_asked_about_once_an_hour(room: Room) -> None:
    this, other = room.case(LOST), room.case(LOST)
    first = room.ask(this)
    assert room.ask(this, now=NOON + timedelta(minutes=59)) == first
    assert room.ask(other) != first
    assert room.ask(this, now=NOON + similar.ASKED_AGAIN) not in {first, None}


def test_another_embedding_is_asked_anew(room: Room) -> None:
    this = room.case(LOST)
    first = room.ask(this)
    with room.database.write() as session:
        vectors.offer(session, "words-2")
    second = room.ask(this)
    assert second != first
    with room.database.read() as session:
        assert errands.get(session, second or 0).request == {"case_id": this, "embedding": "words-2"}


def test_without_an_embedding_nothing_is_asked_or_shown(room: Room) -> None:
    this = room.case(LOST)
    with room.database.write() as session:
        vectors.offer(session, "")
    assert room.ask(this) is None
    assert room.seen(this) is None
    with room.database.read() as session:
        assert session.query(Errand).count() == 0


def test_an_engine_that_does_not_embed_leaves_such_errands_alone(room: Room) -> None:
    asked = room.ask(room.case(LOST))
    assert errands_due(room.database, FakeEngine(), ClassifierSettings(), owner="triage:test:1") == 0
    with room.database.read() as session:
        assert errands.get(session, asked or 0).state == ErrandState.QUEUED


def test_why_it_cannot_be_found_is_told(room: Room) -> None:
    this = room.case("POISON")
    room.ask(this)
    room.ring()
    found = room.seen(this)
    assert found == similar.Likeness(waits=False, error="bad apple")


def solved(room: Room, case_id: int, cause: str) -> None:
    with room.database.write() as session:
        ana = session.get_one(Person, room.ana)
        cases.claim(session, case_id, by=ana, now=NOON)
        told = ResolutionDraft(cause, "sent a new one", "it came")
        outcomes.close(session, case_id, outcome=Outcome.SOLVED, resolution=told, by=ana, now=NOON)


def test_what_solved_a_similar_case_is_told_with_it(room: Room) -> None:
    this, known, unknown = room.case(LOST), room.case(LOST), room.case(LOST)
    solved(room, known, "lost by the courier")
    solved(room, unknown, outcomes.CAUSE_UNKNOWN)
    room.embeddings.embed_due()
    room.ask(this)
    room.ring()
    found = room.seen(this)
    assert found is not None
    told = {one.case_id: (one.cause, one.fix, one.resolution_id is None) for one in found.cases}
    assert told == {known: ("lost by the courier", "sent a new one", False), unknown: ("", "", True)}


def test_an_answer_is_shown_as_the_cases_stand_now(room: Room) -> None:
    this, other, gone = room.case(LOST), room.case(LOST), room.case(LOST)
    room.embeddings.embed_due()
    room.ask(this)
    room.ring()
    solved(room, other, "lost by the courier")
    with room.database.write() as session:
        erasure.forget(session, opening(room, gone), reason="erasure", now=NOON)
    found = room.seen(this)
    assert found is not None
    (one,) = found.cases
    assert (one.case_id, one.outcome, one.cause, one.fix) == (other, Outcome.SOLVED, "lost by the courier", "sent a new one")
    assert one.resolution_id is not None


def test_only_who_works_here_asks_and_only_about_what_is_there(room: Room) -> None:
    this = room.case(LOST)
    with room.database.write() as session:
        reader = person(session, "Rea", Role.READER)
        assert similar.ask(session, this, by=reader, now=NOON) is not None
        with pytest.raises(NotFound):
            similar.ask(session, 999, by=reader, now=NOON)
        reader.active = False
        with pytest.raises(NotAllowed):
            similar.ask(session, this, by=reader, now=NOON)
        with pytest.raises(NotAllowed):
            similar.seen(session, this, by=reader, now=NOON)


def test_a_new_vector_is_found_at_the_next_question(room: Room) -> None:
    this = room.case(LOST)
    assert room.like(this) == {}
    other = room.case(LOST)
    assert set(room.like(this)) == {other}


def test_the_feed_of_a_rival_is_another_brand(room: Room) -> None:
    this = room.case(LOST)
    with room.database.write() as session:
        other = Brand(name=f"Other {number()}", kind=BrandKind.OWN)
        session.add(other)
        session.flush()
        session.execute(update(Feed).values(brand_id=other.id))
    room.case(LOST)
    assert room.like(this) == {}
