"""What becomes of answers on the floor of the machine: written, read by a second person, sent, posted by hand, changed where they stand, forbidden."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases import contact, escalations
from desk.people import people
from desk.post import Sent
from desk.replies import approvals, changes, replies, switches
from desk.replies.drafts import view
from desk.replies.switches import Switch
from storage.models import Approval, Case, Mention, Person, Reply
from storage.words import ChangeKind, Escalation, ReplyState
from tests.support import case_desk
from tests.support.case_floor import ANY, BO, LEA, MOSTLY_OWNERS, TURNS, WHO, Floor
from tests.support.desk import MINUTE, SETTINGS, number

SELDOM = st.sampled_from([False, False, True])
MATTER = st.sampled_from([None, None, None, *Escalation])


class Answering(Floor):
    """Rules of what is said to customers."""

    @rule(who=MOSTLY_OWNERS, which=ANY)
    def drafts(self, who: int, which: int) -> None:
        word = f"word{number()}"

        def act(session: Session, by: Person, case: Case) -> None:
            standing = view(session, case)
            told: dict[str, Any] = {
                "text": f"{standing.text} {word}" if standing else word,
                "version": standing.version if standing else 0,
                "now": self.now,
            }
            replies.save_draft(session, case.id, by=by, **told)

        if self._on_case(who, which, act):
            self.words.add(word)

    @rule(who=MOSTLY_OWNERS, which=ANY)
    def answers(self, who: int, which: int) -> None:
        word = f"word{number()}"

        def act(session: Session, by: Person, case: Case) -> None:
            standing = view(session, case)
            words = f"{standing.text} {word}" if standing else word
            told = self._form(session, case) | {"text": words, "key": f"{case.id} {word}"}
            replies.queue(session, case.id, by=by, settings=SETTINGS, **told)

        if self._on_case(who, which, act):
            self.words.add(word)

    @rule(who=MOSTLY_OWNERS, which=ANY)
    def asks_a_second_person(self, who: int, which: int) -> None:
        word = f"word{number()}"

        def act(session: Session, by: Person, case: Case) -> None:
            standing = view(session, case)
            words = f"{standing.text} {word}" if standing else word
            approvals.ask(session, case.id, by=by, **self._form(session, case), text=words, key=f"{case.id} {word}")

        if self._on_case(who, which, act):
            self.words.add(word)

    @rule(who=WHO, nth=ANY, verb=st.sampled_from(["approve", "approve", "send_back", "withdraw"]))
    def decides(self, who: int, nth: int, verb: str) -> None:
        waiting = self._one_of(select(Approval.id).where(Approval.decided_at.is_(None)).order_by(Approval.id), nth)
        if waiting is None:
            return
        acts: dict[str, Any] = {
            "approve": lambda session, by: approvals.approve(session, waiting, by=by, settings=SETTINGS, now=self.now),
            "send_back": lambda session, by: approvals.send_back(session, waiting, words="No", by=by, now=self.now),
            "withdraw": lambda session, by: approvals.withdraw(session, waiting, by=by, now=self.now),
        }
        self._try(who, acts[verb])

    @rule(on=SELDOM, switch=st.sampled_from(Switch))
    def turns_a_switch(self, on: bool, switch: Switch) -> None:
        assert self._try(LEA, lambda session, by: switches.set(session, switch, on, by=by, now=self.now))

    @rule(on=SELDOM)
    def bo_learns(self, on: bool) -> None:
        self._try(LEA, lambda session, by: people.set_learning(session, self.people[BO], on, by=by, now=self.now))

    @rule(which=ANY, who=WHO, kind=MATTER)
    def is_a_matter_of_others(self, which: int, who: int, kind: Escalation | None) -> None:
        def act(session: Session, by: Person, case: Case) -> None:
            if kind is None:
                escalations.take_off(session, case.id, by=by, now=self.now)
            else:
                escalations.label(session, case.id, kind, by=by, now=self.now)
            said.update(dict.fromkeys(session.scalars(select(Mention.id).where(Mention.case_id == case.id)), kind))

        said: dict[int, Escalation | None] = {}
        if self._on_case(who, which, act):
            self.marked |= said

    @rule(is_sent=st.sampled_from([True, True, False, None]))
    def replies_leave(self, is_sent: bool | None) -> None:
        """Each leased one is sent, refused, or of unknown fate until it is looked for."""
        with self.database.write() as session:
            for one in replies.lease_due(session, "w", now=self.now, limit=9, lease=MINUTE):
                case_desk.may_leave(session, one.id)
                if is_sent:
                    replies.mark_sent(session, one.id, self._proof(), owner="w", settings=SETTINGS, now=self.now)
                elif is_sent is None:
                    replies.mark_uncertain(session, one.id, reason="it hung", owner="w", now=self.now)
                else:
                    replies.mark_failed(session, one.id, reason="no", owner="w", now=self.now)

    @rule(is_there=TURNS)
    def is_looked_for(self, is_there: bool) -> None:
        with self.database.write() as session:
            for one in replies.lease_uncertain(session, "w", now=self.now, limit=9, lease=MINUTE):
                if is_there:
                    replies.mark_sent(session, one.id, self._proof(), owner="w", settings=SETTINGS, now=self.now)
                else:
                    replies.mark_absent(session, one.id, owner="w", now=self.now, repeats=True)

    @rule(who=WHO, nth=ANY, verb=st.sampled_from(["undo", "retry", "prove"]))
    def on_a_reply(self, who: int, nth: int, verb: str) -> None:
        known = (ReplyState.QUEUED, ReplyState.FAILED, ReplyState.BY_HAND)
        one = self._one_of(select(Reply.id).where(Reply.state.in_(known)).order_by(Reply.id.desc()), nth)
        if one is None:
            return
        url = f"https://here.example/{number()}"
        acts: dict[str, Any] = {
            "undo": lambda session, by: replies.undo(session, one, by=by, now=self.now),
            "retry": lambda session, by: replies.retry(session, one, by=by, now=self.now),
            "prove": lambda session, by: replies.prove(session, one, url=url, by=by, now=self.now),
        }
        self._try(who, acts[verb])

    @rule(who=WHO, nth=ANY, kind=st.sampled_from(ChangeKind), is_read=TURNS)
    def changes_an_answer(self, who: int, nth: int, kind: ChangeKind, is_read: bool) -> None:
        one = self._one_of(select(Reply.id).where(Reply.state == ReplyState.SENT).order_by(Reply.id.desc()), nth)
        if one is None:
            return

        def act(session: Session, by: Person) -> None:
            words = f"{session.get_one(Reply, one).text} more{number()}"
            if is_read and kind is ChangeKind.CORRECT:
                approvals.ask_correction(session, one, text=words, by=by, now=self.now)
            else:
                changes.ask(session, one, kind, text=words if kind is ChangeKind.CORRECT else "", by=by, now=self.now)

        self._try(who, act)

    @rule(end=st.sampled_from(["done", "done", "failed", "died"]))
    def changes_are_carried_out(self, end: str) -> None:
        with self.database.write() as session:
            for one in changes.lease_due(session, "w", now=self.now, limit=9, lease=MINUTE):
                case_desk.may_change(session, one.id)
                if end == "done":
                    changes.mark_done(session, one.id, owner="w", settings=SETTINGS, now=self.now)
                elif end == "failed":
                    changes.mark_failed(session, one.id, reason="no", owner="w", now=self.now)

    @rule(which=ANY, who=WHO, verb=st.sampled_from(["stop", "lift", "lift"]))
    def is_left_alone(self, which: int, who: int, verb: str) -> None:
        def act(session: Session, by: Person, case: Case) -> None:
            if verb == "stop":
                contact.stop(session, case.author_id, reason="They asked", by=by, now=self.now)
            else:
                contact.lift(session, case.author_id, by=by, now=self.now)

        self._on_case(who, which, act)

    def _proof(self) -> Sent:
        return Sent(external_id=f"ours{number()}", url="https://x.example/ours", sent_at=self.now)

    def _form(self, session: Session, case: Case) -> dict[str, Any]:
        """A form that shows all there is."""
        newest = select(Mention.id).where(Mention.case_id == case.id).order_by(Mention.id.desc()).limit(1)
        last = session.scalar(select(Reply.id).where(Reply.case_id == case.id).order_by(Reply.id.desc()).limit(1))
        return {"seen_mention_id": session.scalar(newest), "seen_reply_id": last, "account_id": self.account_id, "now": self.now}

    def _one_of(self, query: Any, nth: int) -> int | None:
        with self.database.read() as session:
            found = session.scalars(query).all()
        return found[nth % len(found)] if found else None
