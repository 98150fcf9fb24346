"""Notes for colleagues: who is named is told, nobody else; a note can be taken back for a little while."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from desk.alerts import notices
from desk.cases import cases, notes
from desk.errors import Invalid, NotAllowed, NotFound
from desk.queue import inbox
from storage.database import Database
from storage.models import Audit, Note, Notice
from storage.words import NoticeKind, Role
from tests.support.desk import MINUTE, NOON, SECOND, SETTINGS, Shop, person


def test_who_is_named_by_initials_or_full_name_is_told_once(database: Database) -> None:
    with database.write() as session:
        ana, bo, cy = person(session, "Ana Moss"), person(session, "Bo Lind", initials="BL"), person(session, "Cy Öst", initials="CÖ")
        case = Shop(session).case()
        notes.add_note(session, case.id, text='@bl and @"bo lind": ask @"Cy Öst", not @ana', by=ana, now=NOON)
        for told in (bo, cy):
            (news,) = notices.unseen(session, told.id)
            assert (news.kind, news.case_id, news.by) == (NoticeKind.MENTIONED, case.id, "Ana Moss")
            assert news.text == '@bl and @"bo lind": ask @"Cy Öst", not @ana'
        assert notices.unseen(session, ana.id) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("@BL", {"BL"}),
        ("(@bl)", {"BL"}),
        ("@BL, @BL2.", {"BL", "BL2"}),
        ("@BLs", set()),
        ("bl@BL.example", set()),
        ("@@BL", set()),
        ("@ BL", set()),
        ('@"Bo Lind', set()),
        ('@"BO LIND"', {"BL", "BL2"}),
        ("@zz or @", set()),
    ],
)
def test_whom_a_note_names(text: str, told: set[str], database: Database) -> None:
    with database.write() as session:
        both = [person(session, "Bo Lind", initials=initials) for initials in ("BL", "BL2")]
        assert {one.initials for one in notes.named(text, both)} == told


def test_nobody_is_told_who_left_who_cannot_read_notes_or_who_wrote_it(database: Database) -> None:
    with database.write() as session:
        ana, gone = person(session, "Ana", initials="AM"), person(session, "Gus", initials="GU")
        person(session, "Mo", Role.MARKETER, initials="MO")
        gone.active = False
        case = Shop(session).case()
        notes.add_note(session, case.id, text="@AM @GU @MO @XX", by=ana, now=NOON)
        assert session.scalars(select(Notice)).all() == []


def test_a_click_that_came_twice_is_one_note(database: Database) -> None:
    with database.write() as session:
        ana, bo, case = person(session, "Ana"), person(session, "Bo", initials="BL"), Shop(session).case()
        for after in (0, 59, 61):
            notes.add_note(session, case.id, text="Ask @BL ", by=ana, now=NOON + after * SECOND)
        notes.add_note(session, case.id, text="Ask @BL", by=bo, now=NOON + 62 * SECOND)
        assert [note.person_id for note in session.scalars(select(Note).order_by(Note.id))] == [ana.id, ana.id, bo.id]
        assert len(notices.unseen(session, bo.id)) == 2


def test_its_writer_takes_a_note_back_within_ten_minutes_with_the_news_of_it(database: Database) -> None:
    with database.write() as session:
        ana, bo, case = person(session, "Ana"), person(session, "Bo", Role.LEAD, initials="BL"), Shop(session).case()
        notes.add_note(session, case.id, text="@BL her card number is in the second post", by=ana, now=NOON)
        (note,) = notes.of_case(session, case.id, by=ana)
        with pytest.raises(Invalid, match="Only who wrote"):
            notes.remove(session, note.id, by=bo, now=NOON)
        notes.remove(session, note.id, by=ana, now=NOON + notes.REMOVABLE - SECOND)
        assert (notes.of_case(session, case.id, by=ana), notices.unseen(session, bo.id)) == ((), [])
        session.flush()
        (act,) = session.scalars(select(Audit).where(Audit.verb == "note_removed"))
        assert (act.person_id, act.case_id, act.detail) == (ana.id, case.id, {"note": note.id})
        with pytest.raises(NotFound):
            notes.remove(session, note.id, by=ana, now=NOON)


def test_a_note_that_has_stood_for_ten_minutes_stays(database: Database) -> None:
    with database.write() as session:
        ana, case = person(session, "Ana"), Shop(session).case()
        notes.add_note(session, case.id, text="Calls at six", by=ana, now=NOON)
        (note,) = notes.of_case(session, case.id, by=ana)
        assert note.removable_until == NOON + timedelta(minutes=10)
        with pytest.raises(Invalid, match="ten minutes"):
            notes.remove(session, note.id, by=ana, now=note.removable_until)
        assert len(notes.of_case(session, case.id, by=ana)) == 1


def test_notes_are_for_the_care_team(database: Database) -> None:
    with database.write() as session:
        ana, reader, case = person(session, "Ana"), person(session, "Rik", Role.READER), Shop(session).case()
        notes.add_note(session, case.id, text="Calls at six", by=ana, now=NOON)
        assert [note.text for note in inbox.case(session, case.id, by=ana, now=NOON).notes] == ["Calls at six"]
        assert inbox.case(session, case.id, by=reader, now=NOON).notes == ()
        with pytest.raises(NotAllowed):
            notes.add_note(session, case.id, text="x", by=reader, now=NOON)
        with pytest.raises(NotAllowed):
            notes.remove(session, 1, by=reader, now=NOON)


def test_a_note_without_end_is_refused(database: Database) -> None:
    with database.write() as session:
        ana, case = person(session, "Ana"), Shop(session).case()
        with pytest.raises(Invalid, match="10,000"):
            notes.add_note(session, case.id, text="x" * 10_001, by=ana, now=NOON)


def test_a_hand_over_tells_the_colleague_once_and_whom_its_note_names(database: Database) -> None:
    with database.write() as session:
        ana, bo, cy = (person(session, name, initials=initials) for name, initials in (("Ana", "AM"), ("Bo", "BL"), ("Cy", "CO")))
        case = Shop(session).case()
        cases.claim(session, case.id, by=ana, now=NOON)
        cases.hand_over(session, case.id, to_person_id=bo.id, note="@BL speaks Dutch, says @CO", by=ana, now=NOON)
        assert [(one.kind, one.text) for one in notices.unseen(session, bo.id)] == [(NoticeKind.HANDED_OVER, "@BL speaks Dutch, says @CO")]
        assert [one.kind for one in notices.unseen(session, cy.id)] == [NoticeKind.MENTIONED]


class TestWroteAgain:
    def test_the_owner_hears_of_each_new_post_once(self, database: Database) -> None:
        with database.write() as session:
            shop, ana = Shop(session), person(session, "Ana")
            author, thread = shop.author("carla"), shop.thread()
            case = shop.case(author=author, thread=thread)
            cases.claim(session, case.id, by=ana, now=NOON)
            for minutes in (1, 2):
                again = shop.mention("Hello?", author=author, thread=thread, at=NOON + minutes * MINUTE)
                cases.join(session, case, again, settings=SETTINGS, now=NOON + minutes * MINUTE)
            told = notices.unseen(session, ana.id)
            assert [(one.kind, one.case_id, one.by, one.text) for one in told] == [(NoticeKind.WROTE_AGAIN, case.id, "", "carla")] * 2

    def test_nobody_hears_of_a_case_that_nobody_has_or_of_an_old_post(self, database: Database) -> None:
        with database.write() as session:
            shop, ana = Shop(session), person(session, "Ana")
            author, thread = shop.author(), shop.thread()
            case = shop.case(author=author, thread=thread)
            cases.join(
                session, case, shop.mention("Hello?", author=author, thread=thread, at=NOON + MINUTE), settings=SETTINGS, now=NOON + MINUTE
            )
            cases.claim(session, case.id, by=ana, now=NOON + 2 * MINUTE)
            late = shop.mention("Before all that", author=author, thread=thread, at=NOON - MINUTE)
            cases.join(session, case, late, settings=SETTINGS, now=NOON + 3 * MINUTE)
            assert session.scalars(select(Notice)).all() == []
