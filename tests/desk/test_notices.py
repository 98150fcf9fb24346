"""What one person is told: once, not of their own acts, and gone when they have looked."""

from desk.alerts import notices
from storage.database import Database
from storage.words import NoticeKind
from tests.support.desk import MINUTE, NOON, person


def test_the_same_news_is_told_once_and_not_to_who_made_it(database: Database) -> None:
    with database.write() as session:
        ana, bo = person(session, "Ana"), person(session, "Bo")
        for _ in range(2):
            notices.tell(session, [ana.id, bo.id, bo.id], NoticeKind.MENTIONED, key="note 1", now=NOON, case_id=7, by=ana, text="look")
        told = notices.unseen(session, bo.id)
        assert [(one.kind, one.case_id, one.by, one.text) for one in told] == [(NoticeKind.MENTIONED, 7, "Ana", "look")]
        assert notices.unseen(session, ana.id) == []


def test_looking_at_a_case_ends_what_leads_to_it_and_no_more(database: Database) -> None:
    with database.write() as session:
        bo = person(session, "Bo")
        for case_id in (7, 8):
            notices.tell(session, [bo.id], NoticeKind.PROMISE_DUE, key=f"promise {case_id}", now=NOON, case_id=case_id)
        notices.seen(session, bo.id, now=NOON + MINUTE, case_id=7)
        assert [one.case_id for one in notices.unseen(session, bo.id)] == [8]
        notices.seen(session, bo.id, now=NOON + MINUTE)
        assert notices.unseen(session, bo.id) == []


def test_the_system_tells_with_nobody_behind_it(database: Database) -> None:
    with database.write() as session:
        bo = person(session, "Bo")
        notices.tell(session, [bo.id], NoticeKind.INCIDENT, key="incident 1", now=NOON)
        notices.tell(session, [], NoticeKind.INCIDENT, key="incident 2", now=NOON)
        assert [one.by for one in notices.unseen(session, bo.id)] == [""]
