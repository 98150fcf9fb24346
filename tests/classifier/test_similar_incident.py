"""Cases like those of an incident, found by the triage process: each with its likeness to the most similar one inside."""

import pytest

from desk.incidents import incident_candidates, incident_cases, incidents
from desk.incidents.incidents import IncidentDraft
from storage.database import Database
from storage.models import Person
from tests.classifier.test_similar import LOST, NAME, Room


@pytest.fixture
def room(database: Database) -> Room:
    return Room(database)


def begun(room: Room, *case_ids: int) -> int:
    """An incident with these cases in it."""
    with room.database.write() as session:
        by, now = session.get_one(Person, room.ana), room.database.now()
        outage = incidents.begin(session, IncidentDraft("Lost parcels"), by=by, now=now)
        incident_cases.attach(session, outage.id, case_ids, by=by, now=now)
        return outage.id


def test_what_is_like_any_of_them_is_found_and_nothing_else(room: Room) -> None:
    now = room.database.now()
    inside, same, near = room.case(LOST, at=now), room.case(LOST, at=now), room.case("my parcel is lost and late", at=now)
    old, stranger = room.case(LOST, at=now - 2 * incident_candidates.SPAN), room.case("thank you for the lovely coffee", at=now)
    outage = begun(room, inside)
    room.embeddings.embed_due()
    found = {one["case_id"]: one["score"] for one in room.similar.answer({"incident_id": outage, "embedding": NAME})["cases"]}
    assert list(found) == [same, near]
    assert found[same] == pytest.approx(1, abs=0.02)
    assert not {old, stranger, inside} & found.keys()


def test_the_errand_is_done_and_the_very_similar_come_in_when_a_lead_lets_them(room: Room) -> None:
    now = room.database.now()
    inside, same = room.case(LOST, at=now), room.case(LOST, at=now)
    outage = begun(room, inside)
    room.embeddings.embed_due()
    with room.database.write() as session:
        incidents.find(session, outage).attaches_by_id = room.ana
        assert incident_candidates.ask(session, outage, by=session.get_one(Person, room.ana), now=now) is not None
    assert room.ring() == 1
    with room.database.write() as session:
        by = session.get_one(Person, room.ana)
        assert incident_candidates.candidates(session, outage, by=by, now=now).very_similar == (same,)
        assert incident_candidates.tend(session, now=now) == 1
        assert incident_cases.sizes(session, outage).waiting == 2


def test_another_engine_refuses(room: Room) -> None:
    with pytest.raises(LookupError, match="open the incident again"):
        room.similar.answer({"incident_id": 1, "embedding": "another"})
