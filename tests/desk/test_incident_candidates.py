"""Which cases may belong to an incident: what the classifier found, what shares words, and what comes in by itself when a lead lets it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.alerts import errands
from desk.incidents import incident_candidates, incident_cases, incidents
from desk.labels import vectors
from storage.database import Database
from storage.models import Audit, Case, Errand, Incident
from storage.words import ErrandKind
from tests.support.crisis import incident
from tests.support.desk import MINUTE, NOON, SECOND, Shop, lead

NAME = "tiny 1"
LATER = NOON + MINUTE


def answer(session: Session, scores: dict[int, float]) -> None:
    """The classifier does the errand that waits."""
    work = errands.lease(session, [ErrandKind.SIMILAR], "w", now=LATER, lease=MINUTE)
    assert work is not None
    found = [{"case_id": case_id, "score": score} for case_id, score in scores.items()]
    errands.done(session, work.id, {"embedding": NAME, "cases": found}, owner="w", now=LATER)


def begun(session: Session) -> tuple[Incident, Shop, Case]:
    """An incident with one case in it."""
    lea, shop = lead(session), Shop(session)
    inside = shop.case("Internet outage in Mitte since nine")
    outage = incident(session, lea)
    incident_cases.attach(session, outage.id, [inside.id], by=lea, now=NOON)
    return outage, shop, inside


def test_without_an_embedding_shared_words_rank_the_cases(database: Database) -> None:
    with database.write() as session:
        outage, shop, _ = begun(session)
        close, far = shop.case("Outage: no internet in Mitte"), shop.case("Where is my invoice?")
        old = shop.case("Outage of the internet in Mitte", at=NOON - incident_candidates.SPAN)
        assert incident_candidates.ask(session, outage.id, by=lead(session), now=LATER) is None
        found = incident_candidates.candidates(session, outage.id, by=lead(session), now=LATER)
        assert ([one.id for one in found.best], found.very_similar, found.waits) == ([close.id], (), False)
        assert found.best[0].words == ("internet", "mitte", "outage")
        searched = incident_candidates.candidates(session, outage.id, words="Invoice", by=lead(session), now=LATER)
        assert [one.id for one in searched.best] == [far.id]
        assert old.id not in {one.id for one in found.best}


def test_what_the_classifier_finds_comes_first_and_the_very_similar_are_counted(database: Database) -> None:
    with database.write() as session:
        outage, shop, _ = begun(session)
        like, very = shop.case("All dead here"), shop.case("Nothing works")
        words = shop.case("Outage: no internet in Mitte")
        vectors.offer(session, NAME)
        lea = lead(session)
        asked = incident_candidates.ask(session, outage.id, by=lea, now=LATER)
        assert incident_candidates.candidates(session, outage.id, by=lea, now=LATER).waits
        assert incident_candidates.ask(session, outage.id, by=lea, now=LATER + SECOND) == asked
        answer(session, {like.id: 0.66, very.id: 0.9})
        found = incident_candidates.candidates(session, outage.id, by=lea, now=LATER)
        assert [one.id for one in found.best] == [very.id, like.id, words.id]
        assert (found.very_similar, found.waits) == ((very.id,), False)
        assert session.scalar(select(Case.id).where(Case.incident_id == outage.id, Case.id == very.id)) is None


def test_only_when_a_lead_lets_them_very_similar_ones_come_in_by_themselves(database: Database) -> None:
    with database.write() as session:
        outage, shop, _ = begun(session)
        lea, very, like = lead(session), shop.case("Nothing works"), shop.case("All dead")
        vectors.offer(session, NAME)
        incident_candidates.ask(session, outage.id, by=lea, now=LATER)
        answer(session, {very.id: 0.9, like.id: 0.7})
        assert incident_candidates.tend(session, now=LATER) == 0
        incidents.let_attach(session, outage.id, on=True, by=lea, now=LATER)
        assert incident_candidates.tend(session, now=LATER) == 1
        assert session.get_one(Case, very.id, populate_existing=True).incident_id == outage.id
        assert session.get_one(Case, like.id, populate_existing=True).incident_id is None
        act = session.scalars(select(Audit).where(Audit.case_id == very.id).order_by(Audit.id.desc())).first()
        assert act is not None
        assert (act.verb, act.person_id) == ("incident_attached", None)
        incident_cases.detach(session, outage.id, [very.id], by=lea, now=LATER)
        assert incident_candidates.tend(session, now=LATER) == 0
        assert len(session.scalars(select(Errand)).all()) == 1
        incident_candidates.tend(session, now=LATER + 2 * MINUTE)
        assert len(session.scalars(select(Errand)).all()) == 2
        incidents.let_attach(session, outage.id, on=False, by=lea, now=LATER)
        assert incidents.view(session, outage.id).attaches_since is None


def test_cases_of_another_brand_or_incident_are_never_found(database: Database) -> None:
    with database.write() as session:
        outage, shop, _ = begun(session)
        lea = lead(session)
        other = Shop(session).case("Internet outage in Mitte, too")
        elsewhere = shop.case("Internet outage in Mitte")
        incident_cases.attach(session, incident(session, lea, "Another").id, [elsewhere.id], by=lea, now=NOON)
        assert incident_candidates.candidates(session, outage.id, by=lea, now=LATER).best == ()
        opening = [session.get_one(Case, case_id).opening_mention_id for case_id in (other.id, elsewhere.id)]
        assert incident_candidates.attachable(session, opening, now=LATER) == {opening[0]: other.id}
