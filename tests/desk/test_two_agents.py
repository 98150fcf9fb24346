"""Two agents on one case, in every order: no customer gets two answers that know nothing of each other, and no saved word is lost."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases import cases
from desk.errors import DeskError, Stale
from desk.outcomes import outcomes
from desk.people import people
from desk.post import Sent
from desk.replies import drafts, replies
from storage.database import Database
from storage.models import Case, Mention, Reply
from storage.words import Outcome, ReplyState, Role
from tests.support.desk import MINUTE, NOON, SETTINGS, Shop, person

LEAST_STATES = 50
"""Fewer than these would mean that most acts were refused, and nothing was tried."""

OUT = (ReplyState.QUEUED, ReplyState.SENDING, ReplyState.SENT)
KEPT = (*OUT, ReplyState.DRAFT)


@dataclass
class Form:
    """What one agent has before their eyes: from when they opened the case until they look again."""

    text: str = ""
    version: int = 0
    mention: int = 0
    reply: int = 0
    knows: frozenset[int] = frozenset()
    sent: int = 0
    is_open: bool = False


@dataclass
class Desk:
    """One case, Ana, who is an agent, Bo, who may take it from her, and what they were told was saved."""

    session: Session
    case_id: int
    account_id: int
    people: dict[str, int]
    write: Callable[[Any], None]
    forms: dict[str, Form] = field(default_factory=lambda: {"a": Form(), "b": Form()})
    saved: tuple[str, ...] = ()
    steps: int = 0
    most_sent: int = 0

    @property
    def now(self) -> Any:
        return NOON + self.steps * MINUTE

    @property
    def case(self) -> Case:
        return self.session.get_one(Case, self.case_id, populate_existing=True)

    def by(self, who: str) -> dict[str, Any]:
        return {"by": people.active(self.session, self.people[who]), "now": self.now}

    def rows(self) -> list[Reply]:
        found = select(Reply).where(Reply.case_id == self.case_id).order_by(Reply.id)
        return list(self.session.scalars(found.execution_options(populate_existing=True)))

    def opens(self, who: str) -> None:
        draft, rows, form = drafts.view(self.session, self.case), self.rows(), self.forms[who]
        left = [row.id for row in rows if row.state != ReplyState.DRAFT]
        form.text, form.version = (draft.text, draft.version) if draft else ("", 0)
        form.mention, form.reply, form.knows = self.case.latest_mention_id, max(left, default=0), frozenset(left)
        form.is_open = True

    def claims(self, who: str) -> None:
        before = self.case.assignee_id
        cases.claim(self.session, self.case_id, **self.by(who))
        assert before in {None, self.people[who]}

    def takes_over(self, who: str) -> None:
        cases.take_over(self.session, self.case_id, **self.by(who))

    def hands_over(self, who: str) -> None:
        cases.hand_over(self.session, self.case_id, to_person_id=self.people["b" if who == "a" else "a"], note="", **self.by(who))

    def closes(self, who: str) -> None:
        owner = self.case.assignee_id
        outcomes.close(self.session, self.case_id, outcome=Outcome.NO_ACTION, **self.by(who))
        assert owner == self.people[who]

    def types(self, who: str) -> None:
        form = self.forms[who]
        words = f"{form.text} {who}{len(self.saved)}".strip()
        owner = self.case.assignee_id
        form.version = replies.save_draft(self.session, self.case_id, text=words, version=form.version, **self.by(who))
        form.text, self.saved = words, (*self.saved, words.split()[-1])
        assert owner == self.people[who]

    def sends(self, who: str) -> None:
        form, case, before = self.forms[who], self.case, self.rows()
        told: dict[str, Any] = {"text": form.text, "key": f"{who}{form.sent}", "account_id": self.account_id, "seen_draft": form.version}
        seen: dict[str, Any] = {"seen_mention_id": form.mention, "seen_reply_id": form.reply}
        owner, latest = case.assignee_id, case.latest_mention_id
        reply = replies.queue(self.session, self.case_id, settings=SETTINGS, **told, **seen, **self.by(who))
        assert (owner, latest) == (self.people[who], form.mention)
        answered = {row.id for row in before if row.state in OUT and row.mention_id == reply.mention_id and row.id != reply.id}
        assert answered <= form.knows
        form.text, form.version, form.sent, form.knows = "", 0, form.sent + 1, form.knows | {reply.id}

    def customer_writes(self) -> None:
        self.write(self.now)

    def deliver_runs(self) -> None:
        case = self.case
        for out in replies.lease_due(self.session, "d", now=self.now, lease=MINUTE, limit=5):
            reply = self.session.get_one(Reply, out.id, populate_existing=True)
            assert (reply.person_id, reply.claim_no) == (case.assignee_id, case.claim_no)
            sent = Sent(f"p{out.id}", f"https://x.example/{out.id}", self.now)
            replies.mark_sent(self.session, out.id, sent, owner="d", settings=SETTINGS, now=self.now)

    @contextmanager
    def tried(self, move: tuple[str, str]) -> Iterator[bool]:
        """The workspace after one act, while the block lasts; whether it was not refused."""
        who, verb = move
        before = deepcopy(self.forms), self.saved, self.steps
        inner, self.steps = self.session.begin_nested(), self.steps + 1
        try:
            yield self._do(who, verb)
        finally:
            inner.rollback()
            self.forms, self.saved, self.steps = before

    def _do(self, who: str, verb: str) -> bool:
        form = self.forms.get(who)
        if form and ((verb == "types" and not form.is_open) or (verb == "sends" and not form.text)):
            return False
        try:
            getattr(self, verb)(*([who] if who else []))
        except DeskError:
            return False
        self.session.flush()
        self.check()
        return True

    def check(self) -> None:
        """What must be true after every act."""
        rows = self.rows()
        self.most_sent = max(self.most_sent, sum(row.state == ReplyState.SENT for row in rows))
        for mention_id in {row.mention_id for row in rows}:
            assert sum(row.mention_id == mention_id and row.state in OUT[:2] for row in rows) <= 1
        assert sum(row.state == ReplyState.DRAFT for row in rows) <= 1
        kept = " ".join(row.text for row in rows if row.state in KEPT).split()
        assert set(self.saved) <= set(kept)

    def state(self) -> tuple[Any, ...]:
        """All that what follows depends on, without the numbers that only say how it came about."""
        rows, case = self.rows(), self.case
        posts = list(self.session.scalars(select(Mention.id).where(Mention.case_id == self.case_id).order_by(Mention.id)))
        at = {number: place for place, number in enumerate(posts)} | {0: -1, None: -1}
        nth = {row.id: place for place, row in enumerate(rows)} | {0: -1}
        mine = [(row.state, row.person_id, row.text, at[row.mention_id], row.version, row.claim_no == case.claim_no) for row in rows]
        eyes = [
            (form.text, form.version, at[form.mention], nth[form.reply], sorted(nth[one] for one in form.knows), form.sent, form.is_open)
            for form in self.forms.values()
        ]
        return (case.status, case.assignee_id, len(posts), repr(mine), repr(eyes))


MOVES: tuple[tuple[str, str], ...] = (
    *((who, verb) for who in "ab" for verb in ("opens", "claims", "types", "sends", "hands_over", "closes")),
    ("b", "takes_over"),
    ("", "customer_writes"),
    ("", "deliver_runs"),
)


def furnished(session: Session) -> Desk:
    shop = Shop(session)
    ana, bo = person(session, "Ana"), person(session, "Bo", Role.LEAD)
    mention = shop.mention("My parcel is lost")
    case = cases.open_case(session, mention, feed_id=shop.feed.id, flag=None, settings=SETTINGS, now=NOON)
    author, thread = shop.session.get_one(type(shop.author()), mention.author_id), mention.thread_id

    def write(now: Any) -> None:
        again = shop.mention("Are you there?", author=author, thread=shop.session.get_one(type(shop.thread()), thread), at=now)
        cases.join(session, session.get_one(Case, case.id), again, settings=SETTINGS, now=now)

    return Desk(session, case.id, shop.account.id, {"a": ana.id, "b": bo.id}, write)


@pytest.mark.parametrize("depth", [5, pytest.param(7, marks=pytest.mark.race)])
def test_no_order_of_two_agents_answers_twice_or_loses_a_word(depth: int, sqlite_database: Database) -> None:
    reached: dict[tuple[Any, ...], int] = {}
    with sqlite_database.write() as session:
        desk = furnished(session)

        def explore(further: int) -> None:
            for move in MOVES:
                with desk.tried(move) as is_done:
                    known = desk.state() if is_done and further > 1 else ()
                    if known and reached.get(known, 0) < further - 1:
                        reached[known] = further - 1
                        explore(further - 1)

        explore(depth)
    assert len(reached) > LEAST_STATES
    assert desk.most_sent == 1


def test_an_answer_never_takes_the_place_of_words_that_its_writer_has_not_seen(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        desk = furnished(session)
        for who, verb in (("a", "opens"), ("a", "claims"), ("a", "types"), ("b", "opens"), ("a", "types"), ("b", "takes_over")):
            getattr(desk, verb)(who)
            desk.steps += 1
        with pytest.raises(Stale, match="changed in another window"):
            desk.sends("b")
        desk.check()
        desk.opens("b")
        assert desk.forms["b"].text == "a0 a1"
        desk.sends("b")
        desk.check()
