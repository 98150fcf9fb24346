"""Of posts that a query does not ask for, what goes on in a conversation that is kept, and nothing else."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.intake import ingest
from desk.post import Page, Post
from storage.database import Database
from storage.models import Case, Mention
from tests.support.listening import HOUR, NOON, SETTINGS, classify, leased, post

ROOT = "t1"


def said(name: str, text: str, *, by: str = "ana", minutes: int = 0, thread: str = ROOT) -> Post:
    return post(name, text, by=by, thread_id=thread, at=NOON + timedelta(minutes=minutes))


def look(session: Session, *posts: Post, besides: tuple[Post, ...] = (), minutes: int = 0) -> int:
    now = NOON + HOUR + timedelta(minutes=minutes)
    return ingest.record_page(session, leased(session, now=now), Page(posts, besides=besides), settings=SETTINGS, now=now).new


def stored(session: Session) -> set[str]:
    return set(session.scalars(select(Mention.external_id)))


def test_the_next_word_of_a_customer_joins_their_case_though_it_names_nobody(listened: Database) -> None:
    with listened.write() as session:
        look(session, said(ROOT, "My acme kettle leaks"))
        classify(session)
        assert look(session, besides=(said("t3", "Nothing came, still broken", minutes=2),), minutes=5) == 1
        case = session.scalars(select(Case)).one()
        assert session.scalars(select(Mention.case_id).where(Mention.external_id == "t3")).one() == case.id


def test_a_stranger_in_the_same_thread_and_the_same_person_elsewhere_are_left_out(listened: Database) -> None:
    with listened.write() as session:
        look(session, said(ROOT, "My acme kettle leaks"))
        others = said("t4", "Mine too", by="bob"), said("t5", "Nice weather", thread="t5")
        assert look(session, besides=others, minutes=5) == 0
        assert stored(session) == {ROOT}


def test_what_was_asked_and_what_goes_on_may_come_in_one_look(listened: Database) -> None:
    with listened.write() as session:
        others = (
            said("t2", "Sorry! We look into it", by="AcmeCare", minutes=1),
            said("t3", "Thanks", minutes=2),
            said("t4", "Mine too", by="bob"),
        )
        look(session, said(ROOT, "My acme kettle leaks"), besides=others)
        assert stored(session) == {ROOT, "t2", "t3"}
        assert session.scalars(select(Mention.is_own).order_by(Mention.posted_at)).all() == [False, True, False]


def test_an_edit_that_drops_the_name_is_followed(listened: Database) -> None:
    with listened.write() as session:
        look(session, said(ROOT, "My acme kettle leaks"))
        assert look(session, besides=(said(ROOT, "My kettle leaks"),), minutes=5) == 0
        assert session.scalars(select(Mention.text)).all() == ["My kettle leaks"]


def test_a_page_of_others_alone_stores_nothing(listened: Database) -> None:
    with listened.write() as session:
        assert look(session, besides=(said("t8", "Nice weather"),)) == 0
        assert stored(session) == set()
