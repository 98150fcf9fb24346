"""Any order of claims, drafts, sendings, approvals, holds and wishes to be left alone: nothing leaves that must not, and nothing twice."""

import os
from collections import Counter
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from desk.cases import cases, contact, escalations
from desk.errors import DeskError
from desk.post import OutgoingReply, Sent
from desk.replies import approvals, replies, switches
from desk.replies.drafts import view
from desk.replies.switches import Switch
from storage.database import Database
from storage.models import Approval, Author, Case, Mention, Person, Reply
from storage.words import Escalation, ReplyState, Role, Verdict
from tests.support.desk import MINUTE, NOON, SETTINGS, Shop, number, person

EXAMPLES = int(os.environ.get("CARELINE_MACHINE_EXAMPLES", "25"))

ANA, LU, LEA = range(3)
PEOPLE = st.integers(ANA, LEA)
OWNER = -1
MOSTLY_OWNERS = st.sampled_from([OWNER, OWNER, OWNER, ANA, LU, LEA])
"""Whoever has the case acts on it more often than others try to."""

PLACES = st.integers(0, 1)
ANY = st.integers(0, 9)
TURNS = st.booleans()
SELDOM = st.sampled_from([False, False, True])
TEXTS = st.sampled_from(["On its way", "It comes on Friday", "Please call us"])


class Desk(RuleBasedStateMachine):
    """Two cases of two customers; an agent, a learner, a lead; one sender, and what the test itself has seen somebody read."""

    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.read: dict[int, tuple[str, int]] = {}
        self.out: list[OutgoingReply] = []
        self.sent: Counter[str] = Counter()
        self.forms = {which: f"form {number()}" for which in range(2)}
        with self.database.write() as session:
            self.people = [person(session, "Ana").id, person(session, "Lu").id, person(session, "Lea", Role.LEAD).id]
            session.get_one(Person, self.people[LU]).is_learning = True
            shop = Shop(session)
            self.account_id = shop.account.id
            self.cases = [shop.claimed(session.get_one(Person, self.people[one])).id for one in (ANA, LU)]
            self._end_what_went_before(session)

    def _end_what_went_before(self, session: Session) -> None:
        """The examples of one run share a workspace."""
        session.execute(update(Reply).where(Reply.case_id.not_in(self.cases)).values(state=ReplyState.CANCELLED))
        for switch in Switch:
            switches.set(session, switch, False, by=session.get_one(Person, self.people[LEA]), now=NOON)

    @rule(who=PEOPLE, which=PLACES, verb=st.sampled_from(["claim", "claim", "take_over", "release"]))
    def change_hands(self, who: int, which: int, verb: str) -> None:
        act = {"claim": cases.claim, "take_over": cases.take_over, "release": cases.release}[verb]
        if self._try(who, lambda session, by: act(session, self.cases[which], by=by, now=self.now)):
            assert (self._case(which).assignee_id == self.people[who]) == (verb != "release")

    @rule(who=MOSTLY_OWNERS, which=PLACES, words=TEXTS)
    def draft(self, who: int, which: int, words: str) -> None:
        who = self._who(who, which)
        with self.database.read() as session:
            standing = view(session, session.get_one(Case, self.cases[which]))
        told: dict[str, Any] = {"text": words, "version": standing.version if standing else 0, "now": self.now}
        before = self._waiting(which)
        if self._try(who, lambda session, by: replies.save_draft(session, self.cases[which], by=by, **told)):
            is_same = standing is not None and standing.text.strip() == words
            assert before is None or (self._waiting(which) is not None) == is_same

    @rule(who=MOSTLY_OWNERS, which=PLACES, words=TEXTS)
    def queue(self, who: int, which: int, words: str) -> None:
        who, told = self._who(who, which), self._form(which, words)
        if self._try(who, lambda session, by: replies.queue(session, self.cases[which], by=by, settings=SETTINGS, **told)):
            self.forms[which] = f"form {number()}"

    @rule(who=MOSTLY_OWNERS, which=PLACES, words=TEXTS)
    def ask(self, who: int, which: int, words: str) -> None:
        who, told = self._who(who, which), self._form(which, words)
        if self._try(who, lambda session, by: approvals.ask(session, self.cases[which], by=by, **told)):
            self.forms[which] = f"form {number()}"
            assert self._case(which).assignee_id == self.people[who]

    @rule(which=PLACES, words=TEXTS, reader=st.sampled_from([ANA, LEA]))
    def answer(self, which: int, words: str, reader: int) -> None:
        """All the way from the box to the outbox, by whoever has the case, and with a reader where one is needed."""
        self.queue(OWNER, which, words)
        self.ask(OWNER, which, words)
        self.approve(reader, which)

    @rule(who=st.sampled_from([LEA, ANA, ANA, LU]), which=PLACES)
    def approve(self, who: int, which: int) -> None:
        waiting = self._waiting(which)
        if waiting is None:
            return
        if self._try(who, lambda session, by: approvals.approve(session, waiting.id, by=by, settings=SETTINGS, now=self.now)):
            assert self.people[who] != waiting.asked_by_id
            assert who != LU
            self.read[waiting.reply_id] = (waiting.text, self.people[who])

    @rule(who=PEOPLE, which=PLACES, withdraws=TURNS)
    def send_back(self, who: int, which: int, withdraws: bool) -> None:
        waiting = self._waiting(which)
        if waiting is None:
            return
        if withdraws:
            done = self._try(who, lambda session, by: approvals.withdraw(session, waiting.id, by=by, now=self.now))
            assert done == (self.people[who] == waiting.asked_by_id)
        elif self._try(who, lambda session, by: approvals.send_back(session, waiting.id, words="No", by=by, now=self.now)):
            assert self.people[who] != waiting.asked_by_id

    @rule(which=PLACES)
    def customer_writes(self, which: int) -> None:
        with self.database.write() as session:
            case = session.get_one(Case, self.cases[which])
            first = session.get_one(Mention, case.opening_mention_id)
            copied = ("source", "site", "author_id", "thread_id", "capability", "addressed", "content_hash")
            at = dict.fromkeys(("posted_at", "seen_at", "bucket_at"), self.now)
            post = Mention(**{name: getattr(first, name) for name in copied}, external_id=f"m{number()}", text="Hello?", **at)
            session.add(post)
            session.flush()
            cases.join(session, case, post, settings=SETTINGS, now=self.now)
        assert self._waiting(which) is None

    @rule(on=SELDOM, switch=st.sampled_from(Switch))
    def turn(self, on: bool, switch: Switch) -> None:
        assert self._try(LEA, lambda session, by: switches.set(session, switch, on, by=by, now=self.now))
        assert not self._try(ANA, lambda session, by: switches.set(session, switch, on, by=by, now=self.now))

    @rule(on=SELDOM, which=PLACES, who=PEOPLE, is_escalated=TURNS)
    def restrain(self, on: bool, which: int, who: int, is_escalated: bool) -> None:
        case = self._case(which)
        if is_escalated and on:
            assert self._try(who, lambda session, by: escalations.label(session, case.id, Escalation.PRESS, by=by, now=self.now))
        elif is_escalated:
            assert self._try(who, lambda session, by: escalations.take_off(session, case.id, by=by, now=self.now)) == (who == LEA)
        elif on:
            assert self._try(who, lambda session, by: contact.stop(session, case.author_id, reason="asked", by=by, now=self.now))
        else:
            assert self._try(who, lambda session, by: contact.lift(session, case.author_id, by=by, now=self.now)) == (who == LEA)

    @rule(who=PEOPLE, nth=ANY, verb=st.sampled_from(["undo", "retry"]))
    def on_reply(self, who: int, nth: int, verb: str) -> None:
        rows = self._rows()
        if rows:
            act = replies.undo if verb == "undo" else replies.retry
            self._try(who, lambda session, by: act(session, rows[nth % len(rows)].id, by=by, now=self.now))

    @rule(step=st.sampled_from([timedelta(seconds=1), SETTINGS.undo, MINUTE]))
    def time_passes(self, step: timedelta) -> None:
        self.now += step

    @rule(step=st.sampled_from([timedelta(0), SETTINGS.undo]))
    def lease_due(self, step: timedelta) -> None:
        self.now += step
        with self.database.write() as session:
            leased = replies.lease_due(session, "w", now=self.now, limit=9, lease=timedelta(days=1))
            for one in leased:
                self._may_leave(session, one)
        self.out += leased

    @rule(nth=ANY, is_sent=TURNS)
    def report(self, nth: int, is_sent: bool) -> None:
        if not self.out:
            return
        one = self.out.pop(nth % len(self.out))
        with self.database.write() as session:
            if is_sent:
                self.sent[one.key] += 1
                proof = Sent(external_id=f"ours{number()}", url="https://x.example/ours", sent_at=self.now)
                replies.mark_sent(session, one.id, proof, owner="w", settings=SETTINGS, now=self.now)
            else:
                replies.mark_failed(session, one.id, reason="no", owner="w", now=self.now)

    @invariant()
    def nothing_is_sent_twice(self) -> None:
        assert max(self.sent.values(), default=0) <= 1

    @invariant()
    def a_draft_waits_for_one_reader_at_most_and_its_owner_has_the_case(self) -> None:
        for which, case_id in enumerate(self.cases):
            waiting = self._waiting(which)
            if waiting is None:
                continue
            with self.database.read() as session:
                case, reply = session.get_one(Case, case_id), session.get_one(Reply, waiting.reply_id)
                author = session.get_one(Author, case.author_id)
            assert (reply.state, reply.case_id, case.assignee_id) == (ReplyState.DRAFT, case_id, waiting.asked_by_id)
            assert reply.text.strip() == waiting.text
            assert not author.do_not_contact

    @invariant()
    def nobody_has_decided_about_their_own_reply(self) -> None:
        with self.database.read() as session:
            decided = select(Approval).where(Approval.verdict.in_([Verdict.APPROVED, Verdict.SENT_BACK]))
            for approval in session.scalars(decided.where(Approval.case_id.in_(self.cases))):
                assert approval.decided_by_id not in {approval.asked_by_id, self.people[LU]}

    def _may_leave(self, session: Session, one: OutgoingReply) -> None:
        reply = session.get_one(Reply, one.id, populate_existing=True)
        case = session.get_one(Case, reply.case_id, populate_existing=True)
        assert not switches.is_on(session, Switch.REPLIES_HELD)
        assert not session.get_one(Author, case.author_id, populate_existing=True).do_not_contact
        assert case.assignee_id in {None, reply.person_id}
        assert reply.claim_no == case.claim_no
        newest = select(Mention.id).where(Mention.case_id == case.id, ~Mention.is_own).order_by(Mention.id.desc()).limit(1)
        assert session.scalar(newest) == reply.seen_mention_id
        is_for_all = switches.is_on(session, Switch.APPROVAL_FOR_ALL)
        if reply.person_id == self.people[LU] or case.escalation is not None or is_for_all:
            words, reader = self.read[reply.id]
            assert (one.text, reader) == (words, reader)
            assert reader != reply.person_id

    def _who(self, who: int, which: int) -> int:
        if who != OWNER:
            return who
        self._try(LU, lambda session, by: cases.claim(session, self.cases[which], by=by, now=self.now))
        return self.people.index(self._case(which).assignee_id or 0)

    def _form(self, which: int, words: str) -> dict[str, Any]:
        with self.database.read() as session:
            newest = select(Mention.id).where(Mention.case_id == self.cases[which]).order_by(Mention.id.desc()).limit(1)
            left = select(Reply.id).where(Reply.case_id == self.cases[which]).order_by(Reply.id.desc()).limit(1)
            seen = {"seen_mention_id": session.scalar(newest), "seen_reply_id": session.scalar(left)}
        # Words of their own for each form: what was sent already is refused word for word.
        return {"text": f"{words} {number()}", "key": self.forms[which], "account_id": self.account_id, "now": self.now, **seen}

    def _try(self, who: int, act: Any) -> bool:
        try:
            with self.database.write() as session:
                act(session, session.get_one(Person, self.people[who]))
        except DeskError:
            return False
        return True

    def _waiting(self, which: int) -> Approval | None:
        with self.database.read() as session:
            return session.scalar(select(Approval).where(Approval.case_id == self.cases[which], Approval.decided_at.is_(None)))

    def _case(self, which: int) -> Case:
        with self.database.read() as session:
            return session.get_one(Case, self.cases[which])

    def _rows(self) -> list[Reply]:
        with self.database.read() as session:
            return list(session.scalars(select(Reply).where(Reply.case_id.in_(self.cases)).order_by(Reply.id)))


def test_no_order_of_acts_lets_leave_what_must_not(database: Database) -> None:
    machine = type("DeskHere", (Desk,), {"database": database})
    checks = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
    run_state_machine_as_test(
        machine, settings=settings(max_examples=EXAMPLES, stateful_step_count=40, deadline=None, suppress_health_check=checks)
    )
