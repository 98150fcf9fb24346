"""Saved replies: whose they are, what is filled in, which one is offered first, and what counts as used."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from desk.errors import Invalid, NotAllowed, NotFound, NotYours
from desk.replies import checks, saved_replies
from desk.replies.replies import save_draft
from desk.replies.saved_replies import SavedDraft
from storage.database import Database
from storage.models import Case, Incident, Person, SavedReply
from storage.words import Role, SavedPurpose
from tests.support.desk import NOON, Shop, person
from tests.support.outbox import queue, send

DELAYED = SavedDraft("Delay", "Hi {customer}, your parcel is late. {agent}")


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as opened:
        yield opened


def saved(session: Session, by: Person, draft: SavedDraft = DELAYED, *, is_own: bool = False) -> SavedReply:
    return saved_replies.add(session, draft, is_own=is_own, by=by, now=NOON)


def names(session: Session, case: Case, by: Person) -> list[str]:
    return [offer.name for offer in saved_replies.offered(session, case.id, by=by) if offer.id]


def test_the_teams_are_written_by_leads_and_ones_own_by_oneself(session: Session) -> None:
    ana, lead = person(session), person(session, "Lea Hart", Role.LEAD)
    with pytest.raises(NotAllowed):
        saved(session, ana)
    own, teams = saved(session, ana, is_own=True), saved(session, lead)
    assert (own.person_id, teams.person_id) == (ana.id, None)
    assert [view.id for view in saved_replies.known(session, by=ana)] == sorted([own.id, teams.id])
    assert [view.id for view in saved_replies.known(session, by=lead)] == [teams.id]


def test_a_colleagues_own_is_theirs_until_it_is_shared(session: Session) -> None:
    ana, bo, lead = person(session), person(session, "Bo Lind"), person(session, "Lea Hart", Role.LEAD)
    own = saved(session, ana, is_own=True)
    with pytest.raises(NotYours):
        saved_replies.change(session, own.id, DELAYED, by=bo, now=NOON)
    saved_replies.share(session, own.id, by=ana, now=NOON)
    assert [view.id for view in saved_replies.known(session, by=bo)] == [own.id]
    with pytest.raises(NotAllowed):
        saved_replies.retire(session, own.id, by=ana, now=NOON)
    saved_replies.retire(session, own.id, by=lead, now=NOON)
    assert saved_replies.known(session, by=bo) == []
    assert [view.is_retired for view in saved_replies.known(session, by=bo, retired=True)] == [True]
    with pytest.raises(NotFound):
        saved_replies.change(session, own.id, DELAYED, by=lead, now=NOON)


@pytest.mark.parametrize("draft", [SavedDraft("", "x"), SavedDraft("x" * 81, "x"), SavedDraft("x", " "), SavedDraft("x", "y", "German")])
def test_what_cannot_be_offered_is_refused(draft: SavedDraft, session: Session) -> None:
    with pytest.raises(Invalid):
        saved(session, person(session), draft, is_own=True)


def test_variables_are_filled_from_the_case_and_what_is_not_known_stays(session: Session) -> None:
    shop, ana = Shop(session), person(session, "Ana Moss", initials="AMO")
    text = "{customer} {handle} {brand} {agent} {initials} {case} {known_issue} {order}"
    saved(session, ana, SavedDraft("All", text), is_own=True)
    case = shop.claimed(ana, author=shop.author("sam", do_not_contact=False))
    (offer, *_) = saved_replies.offered(session, case.id, by=ana)
    assert offer.text == f"sam @sam {shop.brand.name} Ana AMO {case.id} {{known_issue}} {{order}}"
    assert offer.left == ("{known_issue}", "{order}")
    with pytest.raises(Invalid, match="known_issue"):
        checks.require_words(offer.text, shop.account)
    incident = Incident(name="Outage", known_issue="We know of the outage.", opened_at=NOON)
    session.add(incident)
    session.flush()
    case.incident_id = incident.id
    assert saved_replies.offered(session, case.id, by=ana)[0].left == ("{order}",)


@pytest.mark.parametrize("name", ["{order}", "visit evil.example", "@somebody", "https://x", "A\u0000" + "b" * 60, ""])
def test_a_name_that_says_more_than_a_name_is_not_said_by_us(name: str, session: Session) -> None:
    shop, ana = Shop(session), person(session)
    author = shop.author("sam")
    author.name = name.replace("\x00", "")
    case = shop.claimed(ana, author=author)
    saved(session, ana, SavedDraft("Hi", "Hi {customer}"), is_own=True)
    assert saved_replies.offered(session, case.id, by=ana)[0].text == "Hi @sam"


def test_the_customers_language_comes_first_then_the_brand_then_use(session: Session) -> None:
    shop, other, lead = Shop(session), Shop(session, handle="rival"), person(session, "Lea Hart", Role.LEAD)
    case = shop.claimed(lead)
    case.language = "de"
    told = [("english", "en", None), ("any", "", None), ("german", "de", None), ("german ours", "de", shop.brand.id), ("used", "de", None)]
    rows = {name: saved(session, lead, SavedDraft(name, "x", language, brand)) for name, language, brand in told}
    saved(session, lead, SavedDraft("theirs", "x", "de", other.brand.id))
    rows["used"].used = 9
    session.flush()
    assert names(session, case, lead) == ["german ours", "used", "german", "any", "english"]


def test_asking_to_move_and_to_delete_is_offered_in_the_customers_language_until_the_team_has_its_own(session: Session) -> None:
    shop, lead = Shop(session), person(session, "Lea Hart", Role.LEAD)
    case = shop.claimed(lead)
    case.language = "de"
    session.flush()
    built_in = saved_replies.offered(session, case.id, by=lead)
    assert {(offer.purpose, offer.language, offer.id) for offer in built_in} == {
        (SavedPurpose.MOVE, "de", 0),
        (SavedPurpose.DELETE, "de", 0),
    }
    saved(session, lead, SavedDraft("Weg damit", "Bitte löschen", "de", purpose=SavedPurpose.DELETE))
    offers = saved_replies.offered(session, case.id, by=lead)
    assert [offer.name for offer in offers if offer.purpose is SavedPurpose.DELETE] == ["Weg damit"]


def test_it_counts_once_when_the_reply_stands(session: Session) -> None:
    shop, ana = Shop(session), person(session)
    begun, case = saved(session, ana, is_own=True), shop.claimed(ana)
    save_draft(session, case.id, text="On its way", version=0, saved_reply_id=begun.id, by=ana, now=NOON)
    save_draft(session, case.id, text="On its way!", version=1, by=ana, now=NOON)
    reply = queue(session, case, shop, ana)
    assert (reply.saved_reply_id, begun.used) == (begun.id, 0)
    proof = send(session, reply)
    send(session, reply, external_id=proof.external_id)
    session.refresh(begun)
    assert begun.used == 1


def test_readers_are_offered_none(session: Session) -> None:
    shop, ana, reader = Shop(session), person(session), person(session, "Rik Vale", Role.READER)
    case = shop.claimed(ana)
    for ask in (lambda: saved_replies.known(session, by=reader), lambda: saved_replies.offered(session, case.id, by=reader)):
        with pytest.raises(NotAllowed):
            ask()
