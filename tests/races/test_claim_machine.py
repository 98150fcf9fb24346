"""Any order of claims, hand-overs, replies, undos, sendings and late news: one owner, one answer, no word lost."""

import os
from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import states
from desk.cases import cases, holds
from desk.errors import DeskError, LeaseLost
from desk.outcomes import outcomes
from desk.post import OutgoingReply, Sent
from desk.replies import replies
from desk.replies.drafts import view
from storage.database import Database
from storage.models import Case, Hold, Mention, Person, Reply
from storage.words import CaseStatus, HoldKind, Outcome, ReplyState, Role
from tests.support.desk import MINUTE, NOON, SETTINGS, Shop, number, person
from tests.support.race import Platform

pytestmark = pytest.mark.race

EXAMPLES = int(os.environ.get("CARELINE_MACHINE_EXAMPLES", "12"))

PEOPLE = st.integers(0, 2)
PLACES = st.integers(0, 1)
WORKERS = st.sampled_from(["v", "w"])
POSTED = ("sent", "unknown, posted", "died, posted", "posted, told later")
ENDS = (*POSTED, "failed", "retry", "unknown", "died", "by hand")
ANY = st.integers(0, 9)


def reachable(before: ReplyState) -> set[ReplyState]:
    """The states that a reply may be in after one act: an act may take it two steps on."""
    once = states.AFTER[before]
    return {before, *once, *(after for state in once for after in states.AFTER[state])}


class Desk(RuleBasedStateMachine):
    """Two cases, an agent and another, a lead, two senders, and a platform that counts."""

    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.platform = Platform()
        self.words: list[tuple[int, str]] = []
        self.out: list[tuple[str, OutgoingReply]] = []
        self.late: list[tuple[str, OutgoingReply, Sent]] = []
        self.seen: dict[int, ReplyState] = {}
        self.claims: Counter[int] = Counter()
        with self.database.write() as session:
            self.people = [person(session, "Ana").id, person(session, "Bo").id, person(session, "Lea", Role.LEAD).id]
            shop = Shop(session)
            self.account_id = shop.account.id
            self.cases = [shop.case().id, shop.case().id]

    @rule(who=PEOPLE, which=PLACES)
    def claim(self, who: int, which: int) -> None:
        before = self._case(which)
        done = self._try(who, lambda session, by: cases.claim(session, self.cases[which], by=by, now=self.now))
        is_mine = before.assignee_id == self.people[who]
        assert done == (is_mine or (before.assignee_id is None and before.status != CaseStatus.CLOSED))
        assert not done or self._case(which).assignee_id == self.people[who]

    @rule(who=PEOPLE, which=PLACES)
    def release(self, who: int, which: int) -> None:
        self._try(who, lambda session, by: cases.release(session, self.cases[which], by=by, now=self.now))

    @rule(who=PEOPLE, which=PLACES, to=PEOPLE)
    def hand_over(self, who: int, which: int, to: int) -> None:
        told: dict[str, Any] = {"to_person_id": self.people[to], "note": "", "now": self.now}
        if self._try(who, lambda session, by: cases.hand_over(session, self.cases[which], by=by, **told)):
            assert self._case(which).assignee_id == self.people[to]
            assert not self._in_state(which, ReplyState.QUEUED)

    @rule(who=PEOPLE, which=PLACES)
    def take_over(self, who: int, which: int) -> None:
        before = self._case(which)
        done = self._try(who, lambda session, by: cases.take_over(session, self.cases[which], by=by, now=self.now))
        if done and before.assignee_id != self.people[who]:
            assert who == 2 or self.now >= self._held_until(which, before.assignee_id)
            assert not self._in_state(which, ReplyState.QUEUED)

    @rule(who=PEOPLE, which=PLACES, kind=st.sampled_from(HoldKind))
    def hold(self, who: int, which: int, kind: HoldKind) -> None:
        told: dict[str, Any] = {"kind": kind, "settings": SETTINGS, "now": self.now}
        self._try(who, lambda session, by: holds.hold(session, self.cases[which], by=by, **told))

    @rule(who=PEOPLE, which=PLACES)
    def save_draft(self, who: int, which: int) -> None:
        """The editor shows the draft; the person writes on."""
        word, text, version = self._written_on(which)
        told: dict[str, Any] = {"text": text, "version": version, "now": self.now}
        if self._try(who, lambda session, by: replies.save_draft(session, self.cases[which], by=by, **told)):
            self.words.append((which, word))

    @rule(who=PEOPLE, which=PLACES)
    def queue(self, who: int, which: int) -> None:
        case, (word, text, _) = self._case(which), self._written_on(which)
        told: dict[str, Any] = {
            "text": text,
            "key": f"{case.id} {word}",
            "account_id": self.account_id,
            "settings": SETTINGS,
            "now": self.now,
        }
        shown: dict[str, Any] = {"seen_mention_id": self._newest_post(which)}
        if self._try(who, lambda session, by: replies.queue(session, case.id, by=by, **told, **shown)):
            assert case.assignee_id == self.people[who]
            self.words.append((which, word))

    @rule(who=PEOPLE, nth=ANY)
    def undo(self, who: int, nth: int) -> None:
        self._on_reply(who, nth, lambda session, by, reply: replies.undo(session, reply, by=by, now=self.now))

    @rule(who=PEOPLE, nth=ANY)
    def retry(self, who: int, nth: int) -> None:
        self._on_reply(who, nth, lambda session, by, reply: replies.retry(session, reply, by=by, now=self.now))

    @rule(who=PEOPLE, nth=ANY)
    def settle(self, who: int, nth: int) -> None:
        """The person looks, and says what the platform shows."""
        told: dict[str, Any] = {"url": "", "now": self.now}
        self._on_reply(
            who, nth, lambda session, by, reply: replies.settle(session, reply, was_sent=self.platform.posts[reply] > 0, by=by, **told)
        )

    @rule(who=PEOPLE, which=PLACES)
    def close(self, who: int, which: int) -> None:
        told: dict[str, Any] = {"outcome": Outcome.NO_ACTION, "now": self.now}
        self._try(who, lambda session, by: outcomes.close(session, self.cases[which], by=by, **told))

    @rule(who=PEOPLE, which=PLACES)
    def reopen(self, who: int, which: int) -> None:
        self._try(who, lambda session, by: cases.reopen(session, self.cases[which], by=by, settings=SETTINGS, now=self.now))

    @rule(which=PLACES)
    def customer_writes(self, which: int) -> None:
        with self.database.write() as session:
            case = session.get_one(Case, self.cases[which])
            first = session.get_one(Mention, case.opening_mention_id)
            post = Mention(
                **{
                    name: getattr(first, name)
                    for name in ("source", "site", "author_id", "thread_id", "capability", "addressed", "content_hash")
                },
                external_id=f"m{number()}",
                text="Hello?",
                posted_at=self.now,
                seen_at=self.now,
                bucket_at=self.now,
            )
            session.add(post)
            session.flush()
            cases.join(session, case, post, settings=SETTINGS, now=self.now)
        assert self._case(which).status in states.WAITING

    @rule(step=st.sampled_from([timedelta(seconds=1), SETTINGS.undo, MINUTE, timedelta(hours=1)]))
    def time_passes(self, step: timedelta) -> None:
        self.now += step

    @rule(worker=WORKERS)
    def lease(self, worker: str) -> None:
        with self.database.write() as session:
            leased = replies.lease_due(session, worker, now=self.now, limit=9, lease=MINUTE)
            for reply in leased:
                row = session.get_one(Reply, reply.id, populate_existing=True)
                assert row.claim_no == session.get_one(Case, row.case_id, populate_existing=True).claim_no
        self.out += [(worker, reply) for reply in leased]

    @rule(nth=ANY, end=st.sampled_from(ENDS))
    def report(self, nth: int, end: str) -> None:
        """A sender gives up long before its lease runs out, so nothing is posted after that."""
        if not self.out:
            return
        worker, reply = self.out.pop(nth % len(self.out))
        if self.now >= reply.sending_at + MINUTE:
            return
        sent = self.platform.post(reply, at=self.now) if end in POSTED else None
        if end == "posted, told later" and sent:
            self.late.append((worker, reply, sent))
            return
        with self.database.write() as session:
            self._report(session, worker, reply, end, sent)

    @rule()
    def late_news(self) -> None:
        """Believed in every state but one in which another sender is at it."""
        while self.late:
            worker, reply, sent = self.late.pop()
            with suppress(LeaseLost), self.database.write() as session:
                replies.mark_sent(session, reply.id, sent, owner=worker, settings=SETTINGS, now=self.now)

    def _report(self, session: Session, worker: str, reply: OutgoingReply, end: str, sent: Sent | None) -> None:
        told: dict[str, Any] = {"owner": worker, "now": self.now}
        if end == "sent" and sent:
            replies.mark_sent(session, reply.id, sent, settings=SETTINGS, **told)
        elif end == "failed":
            replies.mark_failed(session, reply.id, reason="no", **told)
        elif end == "retry":
            replies.mark_retry(session, reply.id, reason="429", retry_at=self.now + MINUTE, **told)
        elif end == "by hand":
            replies.mark_by_hand(session, reply.id, reason="not by API", **told)
        elif end.startswith("unknown"):
            replies.mark_uncertain(session, reply.id, reason="time-out", **told)

    @rule()
    def expire(self) -> None:
        with self.database.write() as session:
            replies.expire(session, now=self.now)

    @rule(worker=WORKERS)
    def look(self, worker: str) -> None:
        with self.database.write() as session:
            for reply in replies.lease_uncertain(session, worker, now=self.now, limit=9, lease=MINUTE):
                found = self.platform.find(reply, at=self.now)
                if found:
                    replies.mark_sent(session, reply.id, found, owner=worker, settings=SETTINGS, now=self.now)
                else:
                    replies.mark_absent(session, reply.id, owner=worker, now=self.now)

    @invariant()
    def nothing_is_sent_twice(self) -> None:
        assert max(self.platform.posts.values(), default=0) <= 1

    @invariant()
    def one_draft_and_one_reply_under_way_for_each_post(self) -> None:
        rows = self._rows()
        drafts = Counter(row.case_id for row in rows if row.state == ReplyState.DRAFT)
        under_way = Counter(row.mention_id for row in rows if row.state in states.UNDER_WAY)
        assert max(drafts.values(), default=0) <= 1
        assert max(under_way.values(), default=0) <= 1

    @invariant()
    def no_word_is_lost(self) -> None:
        texts = {place: " ".join(row.text for row in self._rows() if row.case_id == case) for place, case in enumerate(self.cases)}
        assert [(which, word) for which, word in self.words if word not in texts[which]] == []

    @invariant()
    def replies_go_only_where_they_may(self) -> None:
        for row in self._rows():
            assert row.state in reachable(self.seen.get(row.id, ReplyState.DRAFT))
            self.seen[row.id] = row.state

    @invariant()
    def claims_count_up_and_closed_cases_have_nothing_under_way(self) -> None:
        for which, case_id in enumerate(self.cases):
            case = self._case(which)
            assert case.claim_no >= self.claims[case_id]
            self.claims[case_id] = case.claim_no
            assert case.status != CaseStatus.CLOSED or not self._in_state(which, *states.UNDER_WAY)
            assert (case.waiting_since is None) == (case.status not in states.WAITING)

    def _try(self, who: int, act: Any) -> bool:
        try:
            with self.database.write() as session:
                act(session, session.get_one(Person, self.people[who]))
        except DeskError:
            return False
        return True

    def _on_reply(self, who: int, nth: int, act: Any) -> None:
        rows = self._rows()
        if rows:
            self._try(who, lambda session, by: act(session, by, rows[nth % len(rows)].id))

    def _written_on(self, which: int) -> tuple[str, str, int]:
        word = f"word{len(self.words)}."
        with self.database.read() as session:
            draft = view(session, session.get_one(Case, self.cases[which]))
        return word, f"{draft.text} {word}" if draft else word, draft.version if draft else 0

    def _newest_post(self, which: int) -> int:
        with self.database.read() as session:
            posts = select(Mention.id).where(Mention.case_id == self.cases[which]).order_by(Mention.id.desc())
            return session.scalars(posts.limit(1)).one()

    def _held_until(self, which: int, person_id: int | None) -> datetime:
        with self.database.read() as session:
            held = session.get(Hold, (self.cases[which], person_id))
            if held is None or held.kind == HoldKind.AWAY:
                return min(held.until, held.since + holds.AWAY_PROTECTS) if held else NOON
            return held.until

    def _case(self, which: int) -> Case:
        with self.database.read() as session:
            return session.get_one(Case, self.cases[which])

    def _rows(self) -> list[Reply]:
        with self.database.read() as session:
            return list(session.scalars(select(Reply).where(Reply.case_id.in_(self.cases)).order_by(Reply.id)))

    def _in_state(self, which: int, *wanted: ReplyState) -> list[Reply]:
        return [row for row in self._rows() if row.case_id == self.cases[which] and row.state in wanted]


def test_any_order_of_acts_keeps_one_owner_one_answer_and_every_word(database: Database) -> None:
    machine = type("DeskHere", (Desk,), {"database": database})
    checks = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
    run_state_machine_as_test(
        machine, settings=settings(max_examples=EXAMPLES, stateful_step_count=40, deadline=None, suppress_health_check=checks)
    )
