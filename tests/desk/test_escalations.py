"""Labels for the press office, the lawyers and safety, and who is told."""

import pytest

from desk.alerts import notices
from desk.cases import escalations
from desk.errors import NotAllowed
from desk.people import leaving
from desk.queue import inbox
from desk.queue.filters import QueueFilter
from storage.database import Database
from storage.models import Audit
from storage.words import Escalation, NoticeKind, Role
from tests.support.desk import NOON, Shop, lead, person


@pytest.mark.parametrize("kind", Escalation)
def test_the_owner_is_told_and_the_queue_shows_the_mark(database: Database, kind: Escalation) -> None:
    with database.write() as session:
        ana, press, shop = person(session), person(session, "Pia", Role.MARKETER), Shop(session)
        case = shop.case()
        escalations.set_owner(session, kind, press.id, by=lead(session), now=NOON)
        before = case.version
        escalations.label(session, case.id, kind, by=ana, now=NOON)
        escalations.label(session, case.id, kind, by=ana, now=NOON)
        assert case.version == before + 1
        (row,) = inbox.queue(session, QueueFilter(), now=NOON)
        assert row.escalation == kind
        assert [(one.kind, one.case_id, one.by, one.text) for one in notices.unseen(session, press.id)] == [
            (NoticeKind.ESCALATED, case.id, "Ana Moss", kind.value)
        ]


def test_a_label_may_change_and_go_and_all_is_on_record(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.case()
        for kind in (Escalation.PRESS, Escalation.LEGAL, None):
            escalations.label(session, case.id, kind, by=ana, now=NOON)
        assert case.escalation is None
        acts = session.query(Audit).filter(Audit.verb.in_(["escalate", "unescalate"])).order_by(Audit.id)
        assert [(act.verb, act.detail) for act in acts] == [
            ("escalate", {"kind": "press", "was_kind": None}),
            ("escalate", {"kind": "legal", "was_kind": "press"}),
            ("unescalate", {"was_kind": "legal"}),
        ]


def test_owners_are_named_by_leads_and_those_who_left_own_nothing(database: Database) -> None:
    with database.write() as session:
        ana, lea, shop = person(session), lead(session), Shop(session)
        with pytest.raises(NotAllowed):
            escalations.set_owner(session, Escalation.LEGAL, ana.id, by=ana, now=NOON)
        escalations.set_owner(session, Escalation.LEGAL, lea.id, by=lea, now=NOON)
        escalations.set_owner(session, Escalation.LEGAL, ana.id, by=lea, now=NOON)
        assert escalations.owners(session) == {Escalation.LEGAL: ana.id}
        leaving.leave(session, ana.id, by=None, now=NOON)
        assert escalations.owners(session) == {}
        with pytest.raises(NotAllowed):
            escalations.set_owner(session, Escalation.PRESS, ana.id, by=lea, now=NOON)
        escalations.set_owner(session, Escalation.LEGAL, None, by=lea, now=NOON)
        with pytest.raises(NotAllowed):
            escalations.label(session, shop.case().id, Escalation.LEGAL, by=person(session, "Rik", Role.READER), now=NOON)
