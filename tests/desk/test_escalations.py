"""Labels for the press office, the lawyers and safety, and who is told."""

import pytest
from sqlalchemy.orm import Session

from desk.alerts import notices
from desk.cases import cases, escalations
from desk.errors import NeedsApproval, NotAllowed
from desk.outcomes import outcomes
from desk.people import leaving, sign_ins
from desk.queue import inbox
from desk.queue.filters import QueueFilter
from storage.database import Database
from storage.models import Audit, Person
from storage.words import Escalation, NoticeKind, Outcome, Role, Shift
from tests.support.desk import MINUTE, NOON, SECOND, SETTINGS, Shop, lead, person
from tests.support.outbox import queue


@pytest.mark.parametrize("kind", Escalation)
def test_the_owner_is_told_and_the_queue_shows_the_mark(database: Database, kind: Escalation) -> None:
    with database.write() as session:
        ana, press, shop = person(session), person(session, "Pia", Role.MARKETER), Shop(session)
        case = shop.case()
        escalations.set_owner(session, kind, press.id, by=lead(session), now=NOON)
        sign_ins.begin(session, press, way="name", now=NOON)
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
        for kind in (Escalation.PRESS, Escalation.LEGAL):
            escalations.label(session, case.id, kind, by=ana, now=NOON)
        escalations.take_off(session, case.id, by=lead(session), now=NOON)
        escalations.take_off(session, case.id, by=lead(session), now=NOON)
        assert case.escalation is None
        acts = session.query(Audit).filter(Audit.verb.in_(["escalate", "unescalate"])).order_by(Audit.id)
        assert [(act.verb, act.detail) for act in acts] == [
            ("escalate", {"kind": "press", "was_kind": None}),
            ("escalate", {"kind": "legal", "was_kind": "press"}),
            ("unescalate", {"was_kind": "legal"}),
        ]


def test_who_writes_cannot_take_the_label_off_to_send_unread(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        escalations.label(session, case.id, Escalation.LEGAL, by=ana, now=NOON)
        for act in (
            lambda: escalations.take_off(session, case.id, by=ana, now=NOON),
            lambda: escalations.label(session, case.id, Escalation.PRESS, by=ana, now=NOON),
        ):
            with pytest.raises(NotAllowed):
                act()
        assert case.escalation is Escalation.LEGAL
        with pytest.raises(NeedsApproval):
            queue(session, case, shop, ana)
        assert escalations.label(session, case.id, Escalation.SAFETY, by=ana, now=NOON).escalation is Escalation.SAFETY


def test_leads_and_the_owner_of_such_cases_take_a_label_off(database: Database) -> None:
    with database.write() as session:
        lea, pia, ana, shop = lead(session), person(session, "Pia", Role.MARKETER), person(session), Shop(session)
        escalations.set_owner(session, Escalation.PRESS, pia.id, by=lea, now=NOON)
        press, legal = shop.case(), shop.case()
        for case, kind in ((press, Escalation.PRESS), (legal, Escalation.LEGAL)):
            escalations.label(session, case.id, kind, by=ana, now=NOON)
        with pytest.raises(NotAllowed, match="owner of such cases takes the mark legal off"):
            escalations.take_off(session, legal.id, by=pia, now=NOON)
        assert escalations.take_off(session, press.id, by=pia, now=NOON).escalation is None
        assert escalations.take_off(session, legal.id, by=lea, now=NOON).escalation is None
        assert escalations.take_off(session, legal.id, by=lea, now=NOON).escalation is None


def told(session: Session, *whom: Person) -> list[str]:
    return [one.name for one in whom if any(n.kind is NoticeKind.ESCALATED for n in notices.unseen(session, one.id))]


def test_without_an_owner_all_leads_are_told(database: Database) -> None:
    with database.write() as session:
        ana, bo, lea, lou, shop = person(session), person(session, "Bo"), lead(session), lead(session, "Lou"), Shop(session)
        escalations.label(session, shop.case().id, Escalation.SAFETY, by=ana, now=NOON)
        assert told(session, ana, bo, lea, lou) == ["Lea Hart", "Lou"]


@pytest.mark.parametrize(("shift", "whom"), [(Shift.ON, ["Bo"]), (Shift.BREAK, ["Bo", "Lea Hart"]), (Shift.OFF, ["Bo", "Lea Hart"])])
def test_an_owner_who_is_not_on_shift_is_told_and_so_are_the_leads(database: Database, shift: Shift, whom: list[str]) -> None:
    with database.write() as session:
        ana, bo, lea, shop = person(session), person(session, "Bo"), lead(session), Shop(session)
        escalations.set_owner(session, Escalation.SAFETY, bo.id, by=lea, now=NOON)
        bo.shift = shift
        session.flush()
        escalations.label(session, shop.case().id, Escalation.SAFETY, by=ana, now=NOON)
        assert told(session, bo, lea) == whom


@pytest.mark.parametrize("is_here", [True, False])
def test_an_owner_without_shifts_is_there_while_signed_in(database: Database, is_here: bool) -> None:
    with database.write() as session:
        ana, pia, lea, shop = person(session), person(session, "Pia", Role.MARKETER), lead(session), Shop(session)
        escalations.set_owner(session, Escalation.PRESS, pia.id, by=lea, now=NOON)
        if is_here:
            sign_ins.begin(session, pia, way="name", now=NOON)
        escalations.label(session, shop.case().id, Escalation.PRESS, by=ana, now=NOON)
        assert told(session, pia, lea) == (["Pia"] if is_here else ["Pia", "Lea Hart"])


def test_live_cases_with_a_label_are_a_list_wherever_else_they_stand(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        kinds = (Escalation.PRESS, Escalation.LEGAL, Escalation.SAFETY, Escalation.PRESS)
        waits, put_off, folded, done = (shop.claimed(ana, at=NOON + n * SECOND) for n in range(4))
        for case, kind in zip((waits, put_off, folded, done), kinds, strict=True):
            escalations.label(session, case.id, kind, by=ana, now=NOON)
        shop.case()
        cases.snooze(session, put_off.id, until=NOON + 9 * MINUTE, by=ana, now=NOON + MINUTE)
        folded.incident_id = 5
        outcomes.close(session, done.id, outcome=Outcome.NO_ACTION, by=ana, now=NOON + MINUTE)
        session.flush()
        found = inbox.queue(session, QueueFilter(view="escalated"), now=NOON + MINUTE)
        assert [row.id for row in found] == [waits.id, put_off.id, folded.id]
        assert inbox.figures(session, now=NOON + MINUTE).of(ana.id).escalated == 3


@pytest.mark.parametrize(
    ("gone", "kept", "holds"),
    [
        (Escalation.LEGAL, None, Escalation.LEGAL),
        (Escalation.SAFETY, Escalation.PRESS, Escalation.SAFETY),
        (Escalation.PRESS, Escalation.LEGAL, Escalation.LEGAL),
        (None, Escalation.PRESS, Escalation.PRESS),
    ],
)
def test_of_two_merged_cases_the_graver_label_holds_and_its_owner_is_told(
    database: Database, gone: Escalation | None, kept: Escalation | None, holds: Escalation
) -> None:
    with database.write() as session:
        ana, bo, shop = person(session), person(session, "Bo"), Shop(session)
        escalations.set_owner(session, holds, bo.id, by=lead(session), now=NOON)
        author = shop.author()
        pair = {name: shop.claimed(ana, author=author) for name in ("gone", "kept")}
        for name, kind in (("gone", gone), ("kept", kept)):
            pair[name].escalation = kind
        session.flush()
        cases.merge(session, pair["gone"].id, into=pair["kept"].id, by=ana, settings=SETTINGS, now=NOON)
        assert pair["kept"].escalation is holds
        assert [one.case_id for one in notices.unseen(session, bo.id)] == ([pair["kept"].id] if holds is gone else [])
        with pytest.raises(NeedsApproval):
            queue(session, pair["kept"], shop, ana)


def test_what_is_split_off_keeps_the_label_and_its_owner_is_told(database: Database) -> None:
    with database.write() as session:
        ana, bo, shop = person(session), person(session, "Bo"), Shop(session)
        escalations.set_owner(session, Escalation.LEGAL, bo.id, by=lead(session), now=NOON)
        case = shop.claimed(ana)
        later = shop.more(case, "And my lawyer says", at=NOON)
        cases.join_all(session, [(case, later)], settings=SETTINGS, now=NOON)
        escalations.label(session, case.id, Escalation.LEGAL, by=ana, now=NOON)
        other = cases.split(session, case.id, [later.id], by=ana, settings=SETTINGS, now=NOON)
        assert (case.escalation, other.escalation) == (Escalation.LEGAL, Escalation.LEGAL)
        assert sorted(one.case_id or 0 for one in notices.unseen(session, bo.id)) == [case.id, other.id]
        with pytest.raises(NeedsApproval):
            queue(session, other, shop, ana)


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
