"""Telling the customers of an incident: who gets what, nobody twice, nobody the same words, and how it is stopped."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases import cases, contact
from desk.errors import Invalid, NotAllowed
from desk.incidents import incident_cases, incident_telling
from desk.incidents.incident_statements import Purpose, Statement
from desk.incidents.incident_telling import NotTold, Plan
from desk.replies import replies, switches
from desk.replies.switches import Switch
from storage.database import Database
from storage.models import Author, Case, Incident, Person, Reply
from storage.words import CaseStatus, Escalation, ReplyState, Urgency
from tests.support.crisis import FIXED, KNOWN, approved, incident
from tests.support.desk import MINUTE, NOON, SECOND, SETTINGS, Shop, lead, person
from tests.support.outbox import queue

PACE = SETTINGS.tell_pace
LATER = NOON + MINUTE


class Crisis:
    """An outage with approved statements, two leads, and customers who wait."""

    def __init__(self, session: Session, customers: int = 3) -> None:
        self.session = session
        self.lea, self.adi, self.shop = lead(session), lead(session, "Adi Cole"), Shop(session)
        self.outage: Incident = incident(session, self.lea)
        self.known: Statement = approved(session, self.outage, self.lea, self.adi)
        self.cases = [self.attach() for _ in range(customers)]

    def attach(self, **mention: object) -> Case:
        case = self.shop.case(at=NOON, **{"language": "en", "needs_reply": True, **mention})
        incident_cases.attach(self.session, self.outage.id, [case.id], by=self.lea, now=NOON)
        return self.session.get_one(Case, case.id, populate_existing=True)

    def plan(self, *statements: Statement) -> Plan:
        return incident_telling.plan(self.session, self.outage.id, self._ids(statements), by=self.lea, settings=SETTINGS, now=LATER)

    def tell(self, *statements: Statement, by: Person | None = None) -> incident_telling.Telling:
        ids = self._ids(statements)
        return incident_telling.tell(self.session, self.outage.id, ids, by=by or self.lea, settings=SETTINGS, now=LATER)

    def left(self) -> dict[int, NotTold]:
        return {one.case_id: one.why for one in self.plan().left}

    def queued(self) -> Sequence[Reply]:
        self.session.expire_all()
        waiting = select(Reply).where(Reply.state == ReplyState.QUEUED).order_by(Reply.not_before, Reply.id)
        return self.session.scalars(waiting).all()

    def _ids(self, statements: Sequence[Statement]) -> list[int]:
        return [one.id for one in statements or [self.known]]


def test_each_gets_a_reply_of_their_own_one_after_the_other(database: Database) -> None:
    with database.write() as session:
        crisis = Crisis(session)
        planned = crisis.plan()
        done = crisis.tell()
        sent = crisis.queued()
        assert [(one.case_id, one.text, one.not_before) for one in planned.told] == [(r.case_id, r.text, r.not_before) for r in sent]
        assert len(done.reply_ids) == 3
        first = LATER + SETTINGS.undo
        assert [reply.not_before for reply in sent] == [first, first + PACE, first + 2 * PACE]
        assert planned.takes == 2 * PACE
        names = [crisis.session.get_one(Author, case.author_id).name for case in crisis.cases]
        assert all(name in reply.text for name, reply in zip(names, sent, strict=True))
        assert {reply.person_id for reply in sent} == {crisis.lea.id}
        assert all(session.get_one(Case, reply.case_id).assignee_id is None for reply in sent)
        leased = replies.lease_due(session, "w", now=first, limit=9, lease=MINUTE)
        assert [one.id for one in leased] == [sent[0].id]


def test_only_a_lead_tells_and_only_what_was_approved(database: Database) -> None:
    with database.write() as session:
        crisis = Crisis(session)
        with pytest.raises(NotAllowed):
            crisis.tell(by=person(session))
        unread = incident_telling.incident_statements.propose(
            session, crisis.outage.id, purpose=Purpose.KNOWN, language="de", variants=KNOWN, by=crisis.lea, now=NOON
        )
        with pytest.raises(Invalid, match="once a lead has approved"):
            crisis.tell(unread)
        fixed = approved(session, crisis.outage, crisis.lea, crisis.adi, purpose=Purpose.FIXED, variants=FIXED)
        with pytest.raises(Invalid, match="of one purpose"):
            crisis.tell(crisis.known, fixed)
        assert crisis.queued() == []


def test_who_is_left_for_a_person_and_why(database: Database) -> None:
    with database.write() as session:
        crisis = Crisis(session, customers=0)
        ana, shop = person(session), crisis.shop
        stopped, blocked, german, press = crisis.attach(), crisis.attach(), crisis.attach(language="de"), crisis.attach()
        private, by_hand, writing, answered = crisis.attach(is_private=True), crisis.attach(addressed=[]), crisis.attach(), crisis.attach()
        heated, under_way = crisis.attach(abusive=True, urgency=Urgency.HIGH), crisis.attach()
        contact.stop(session, stopped.author_id, reason="stop", by=crisis.lea, now=NOON)
        contact.block(session, blocked.author_id, reason="spam", by=crisis.lea, now=NOON)
        session.get_one(Case, press.id).escalation = Escalation.PRESS
        cases.claim(session, writing.id, by=ana, now=NOON)
        replies.save_draft(session, writing.id, text="I am", version=0, by=ana, now=NOON)
        cases.claim(session, under_way.id, by=ana, now=NOON)
        queue(session, under_way, shop, ana)
        done = session.get_one(Case, answered.id)
        done.waiting_since, done.status = None, CaseStatus.PENDING
        session.flush()
        assert crisis.left() == {
            stopped.id: NotTold.DO_NOT_CONTACT,
            blocked.id: NotTold.BLOCKED,
            german.id: NotTold.LANGUAGE,
            press.id: NotTold.ESCALATED,
            private.id: NotTold.PRIVATE,
            by_hand.id: NotTold.BY_HAND,
            writing.id: NotTold.WRITING,
            under_way.id: NotTold.UNDER_WAY,
            answered.id: NotTold.ANSWERED,
            heated.id: NotTold.READ_FIRST,
        }
        assert crisis.tell().reply_ids == ()


def test_nobody_is_told_the_same_twice_also_with_two_cases(database: Database) -> None:
    with database.write() as session:
        crisis = Crisis(session, customers=1)
        again = crisis.attach(author=session.get_one(Author, crisis.cases[0].author_id))
        assert len(crisis.tell().reply_ids) == 1
        assert crisis.left()[again.id] == NotTold.TOLD
        assert crisis.tell().reply_ids == ()
        (reply,) = crisis.queued()
        assert reply.key == incident_telling.key_of(crisis.outage.id, Purpose.KNOWN, crisis.cases[0].author_id)


def test_languages_each_have_their_statement(database: Database) -> None:
    with database.write() as session:
        crisis = Crisis(session, customers=1)
        texts = ["Hallo {customer}, wir wissen davon.", "{customer}, wir arbeiten daran.", "Die Störung ist bekannt, {customer}."]
        german = approved(session, crisis.outage, crisis.lea, crisis.adi, language="de", variants=texts)
        other = crisis.attach(language="de")
        told = {one.case_id: one.statement_id for one in crisis.plan(crisis.known, german).told}
        assert told == {crisis.cases[0].id: crisis.known.id, other.id: german.id}


def test_no_two_customers_are_told_the_same_words(database: Database) -> None:
    with database.write() as session:
        crisis = Crisis(session, customers=7)
        plain = ["We know of it.", "Our team is at it.", "Hi {customer}, we repair it."]
        said = approved(session, crisis.outage, crisis.lea, crisis.adi, variants=plain)
        crisis.tell(said)
        texts = [reply.text for reply in crisis.queued()]
        assert len(set(texts)) == len(texts) == 7
        assert [texts.count(text) for text in plain] == [1, 1, 0]


def test_whom_only_words_of_others_are_left_for_waits_for_a_person(database: Database) -> None:
    with database.write() as session:
        crisis = Crisis(session, customers=4)
        plain = ["We know of it.", "Our team is at it.", "@{brand} This is being repaired."]
        said = approved(session, crisis.outage, crisis.lea, crisis.adi, variants=plain)
        assert [one.why for one in crisis.plan(said).left] == [NotTold.SAME]
        crisis.tell(said)
        assert [one.why for one in crisis.plan(said).left] == [*[NotTold.TOLD] * 3, NotTold.SAME]
        other = incident(session, crisis.lea, "Outage Bonn")
        again = approved(session, other, crisis.lea, crisis.adi, variants=plain)
        there = crisis.shop.case(at=NOON, language="en", needs_reply=True)
        incident_cases.attach(session, other.id, [there.id], by=crisis.lea, now=NOON)
        elsewhere = incident_telling.plan(session, other.id, [again.id], by=crisis.lea, settings=SETTINGS, now=LATER)
        assert [(one.case_id, one.why) for one in elsewhere.left] == [(there.id, NotTold.SAME)]


def test_two_of_one_name_are_told_different_words(database: Database) -> None:
    with database.write() as session:
        crisis = Crisis(session, customers=0)
        for _ in range(4):
            crisis.attach(author=crisis.shop.author("sam"))
        assert len({one.text for one in crisis.plan().told}) == 3
        assert [one.why for one in crisis.plan().left] == [NotTold.SAME]


def test_what_has_not_left_is_stopped_and_may_be_told_later(database: Database) -> None:
    with database.write() as session:
        crisis = Crisis(session)
        crisis.tell()
        replies.lease_due(session, "w", now=LATER + SETTINGS.undo, limit=9, lease=MINUTE)
        assert incident_telling.stop(session, crisis.outage.id, by=crisis.adi, now=LATER) == 2
        now = incident_telling.progress(session, crisis.outage.id)
        assert (now.sending, now.queued) == (1, 0)
        assert replies.lease_due(session, "w", now=LATER + 60 * MINUTE, limit=9, lease=MINUTE) == []
        assert len(crisis.tell().reply_ids) == 2
        with pytest.raises(NotAllowed):
            incident_telling.stop(session, crisis.outage.id, by=person(session), now=LATER)


def test_after_a_hold_they_still_leave_one_after_the_other(database: Database) -> None:
    with database.write() as session:
        crisis = Crisis(session)
        switches.set(session, Switch.REPLIES_HELD, True, by=crisis.lea, now=NOON)
        crisis.tell()
        hours = LATER + timedelta(hours=2)
        assert replies.lease_due(session, "w", now=hours, limit=9, lease=MINUTE) == []
        assert incident_telling.progress(session, crisis.outage.id).queued == 3
        switches.set(session, Switch.REPLIES_HELD, False, by=crisis.lea, now=hours)
        left = [len(replies.lease_due(session, "w", now=hours + n * SECOND, limit=9, lease=MINUTE)) for n in range(13)]
        assert [n for n, number in enumerate(left) if number] == [0, 6, 12]
        assert sum(left) == 3


def test_approval_for_everyone_is_the_approval_of_the_statement(database: Database) -> None:
    with database.write() as session:
        crisis = Crisis(session, customers=1)
        switches.set(session, Switch.APPROVAL_FOR_ALL, True, by=crisis.lea, now=NOON)
        own = incident_telling.tell(session, crisis.outage.id, [crisis.known.id], by=crisis.adi, settings=SETTINGS, now=LATER)
        assert (own.reply_ids, [one.why for one in own.left]) == ((), [NotTold.READ_FIRST])
        crisis.tell()
        assert len(replies.lease_due(session, "w", now=LATER + MINUTE, limit=9, lease=MINUTE)) == 1


def test_who_claims_the_case_gets_the_words_as_a_draft(database: Database) -> None:
    with database.write() as session:
        crisis = Crisis(session, customers=1)
        ana = person(session)
        crisis.tell()
        cases.claim(session, crisis.cases[0].id, by=ana, now=LATER)
        assert crisis.queued() == []
        (draft,) = session.scalars(select(Reply)).all()
        assert (draft.state, "claimed" in draft.reason or "took" in draft.reason or draft.reason != "") == (ReplyState.DRAFT, True)
        assert incident_telling.progress(session, crisis.outage.id).back == 1


def test_that_it_is_fixed_is_told_also_to_who_was_answered(database: Database) -> None:
    with database.write() as session:
        crisis = Crisis(session, customers=2)
        fixed = approved(session, crisis.outage, crisis.lea, crisis.adi, purpose=Purpose.FIXED, variants=FIXED)
        quiet = session.get_one(Case, crisis.cases[0].id)
        quiet.waiting_since, quiet.status = None, CaseStatus.PENDING
        session.flush()
        assert len(crisis.tell(fixed).reply_ids) == 2


class Storm:
    """Anything that may happen while many are told, one act after the other; `left` is what has gone out."""

    def __init__(self, session: Session) -> None:
        self.session, self.crisis = session, Crisis(session, customers=2)
        self.fixed = approved(session, self.crisis.outage, self.crisis.lea, self.crisis.adi, purpose=Purpose.FIXED, variants=FIXED)
        self.ana, self.now, self.left = person(session), LATER, list[Reply]()

    def attach(self) -> None:
        self.crisis.cases.append(self.crisis.attach())

    def again(self) -> None:
        """A customer whom we know opens another case."""
        author = self.session.get_one(Author, self.crisis.cases[0].author_id)
        self.crisis.cases.append(self.crisis.attach(author=author))

    def tell(self) -> None:
        self._tell(self.crisis.known)

    def tell_fixed(self) -> None:
        self._tell(self.fixed)

    def stop(self) -> None:
        incident_telling.stop(self.session, self.crisis.outage.id, by=self.crisis.lea, now=self.now)

    def hold(self) -> None:
        switches.set(self.session, Switch.REPLIES_HELD, True, by=self.crisis.lea, now=self.now)

    def release(self) -> None:
        switches.set(self.session, Switch.REPLIES_HELD, False, by=self.crisis.lea, now=self.now)

    def claim(self) -> None:
        free = self.session.scalar(select(Case.id).where(Case.assignee_id.is_(None), Case.status != CaseStatus.CLOSED).limit(1))
        if free:
            cases.claim(self.session, free, by=self.ana, now=self.now)

    def forbid(self) -> None:
        contact.stop(self.session, self.crisis.cases[-1].author_id, reason="please stop", by=self.crisis.lea, now=self.now)

    def deliver(self) -> None:
        """Some time goes by; what leaves must be allowed to."""
        held = switches.is_on(self.session, Switch.REPLIES_HELD)
        for _ in range(8):
            self.now += PACE
            leased = [one.id for one in replies.lease_due(self.session, "w", now=self.now, limit=9, lease=MINUTE)]
            self.session.expire_all()
            gone = [self.session.get_one(Reply, number) for number in leased]
            assert not (held and gone)
            assert len(gone) <= 1
            assert not any(self.author(reply).do_not_contact for reply in gone)
            self.left += gone

    def author(self, reply: Reply) -> Author:
        return self.session.get_one(Author, self.session.get_one(Case, reply.case_id).author_id)

    def _tell(self, statement: Statement) -> None:
        by, outage = self.crisis.lea, self.crisis.outage.id
        incident_telling.tell(self.session, outage, [statement.id], by=by, settings=SETTINGS, now=self.now)


ACTS = ["attach", "again", "tell", "tell_fixed", "stop", "hold", "release", "deliver", "claim", "forbid"]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.sampled_from(ACTS), min_size=4, max_size=12))
def test_whatever_happens_nobody_is_told_twice_or_against_their_will(sqlite_database: Database, acts: list[str]) -> None:
    """What leaves is one text for each customer and purpose, never the same one twice, never held or forbidden, never two at once."""
    with sqlite_database.write() as session:
        storm = Storm(session)
        for act in [*acts, "deliver"]:
            getattr(storm, act)()
        told = [(storm.author(reply).id, reply.key.split()[2]) for reply in storm.left]
        assert len(set(told)) == len(told)
        texts = [reply.text for reply in storm.left]
        assert len(set(texts)) == len(texts)
        session.rollback()
