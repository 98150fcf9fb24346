"""Twenty at once on a bad day: next, hand-overs, dealing, ends of shifts, bulk acts, four eyes, the hold: nothing twice, nothing half, no error but a refusal."""

import random
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.cases import bulk, cases, contact, promises
from desk.cases.bulk import BulkAct, BulkVerb
from desk.errors import DeskError
from desk.outcomes import outcomes
from desk.people import leaving, routing, shifts
from desk.people.shifts import HandOver
from desk.post import OutgoingReply
from desk.replies import approvals, replies, switches
from desk.replies.switches import Switch
from storage.check import check
from storage.database import Database
from storage.models import Approval, Audit, Case, Mention, Person, Reply
from storage.words import CaseStatus, Outcome, ReplyState, Role, Verdict
from tests.support.desk import MINUTE, NOON, SETTINGS, Shop, person
from tests.support.race import Platform, agents, many_cases, person_of, shuffled, together

pytestmark = pytest.mark.race

TWENTY = 20
UNDO_OVER = NOON + SETTINGS.undo


class Scene:
    """Twenty people, one of them a lead, and cases that wait."""

    def __init__(self, database: Database, how_many: int) -> None:
        self.database = database
        with database.write() as session:
            self.people = agents(session, TWENTY - 1)
            self.lead = person(session, "Lea", Role.LEAD, Role.ADMIN).id
            self.people.append(self.lead)
            shop = Shop(session)
            self.account_id = shop.account.id
            self.cases = many_cases(session, shop, how_many)
        self.made_in_bulk = self.broken()

    def try_act(self, who: int, act: Any) -> bool:
        """Refusals are part of the game; anything else is not caught."""
        try:
            with self.database.write() as session:
                act(session, person_of(session, self.people[who]))
        except DeskError:
            return False
        return True

    def mine(self, session: Session, person_id: int) -> list[int]:
        live = select(Case.id).where(Case.assignee_id == person_id, Case.status != CaseStatus.CLOSED)
        return list(session.scalars(live.order_by(Case.id)))

    def broken(self) -> set[str]:
        with self.database.read() as session:
            return {fault.rule for fault in check(session)}

    def adds_up(self) -> None:
        """Nothing is broken but what these cases, which no source brought, lack from the start."""
        assert self.broken() - self.made_in_bulk == set()
        with self.database.read() as session:
            taking = select(func.count()).where(Audit.verb.in_(["claim", "hand_over", "take_over", "deal"]))
            taken_back = select(func.count()).where(Audit.verb.in_(["bulk_undo", "release"]), Audit.detail.is_not(None))
            changes = session.scalar(select(func.sum(Case.claim_no))) or 0
            taken = session.scalar(taking) or 0
            assert taken <= changes <= taken + (session.scalar(taken_back) or 0)
            assert session.scalars(select(Case.id).where(Case.assignee_id.is_not(None), Case.claim_no == 0)).all() == []


def test_twenty_at_a_shift_change_leave_nothing_twice_and_nothing_half_done(database: Database) -> None:
    scene = Scene(database, 40)

    def act(who: int, verb: str, seed: random.Random) -> bool:
        some, other = seed.sample(scene.cases, 6), scene.people[seed.randrange(TWENTY)]
        me = scene.people[who]
        verbs: dict[str, Any] = {
            "next": lambda session, by: cases.claim_next(session, by=by, settings=SETTINGS, now=NOON),
            "hand_over": lambda session, by: cases.hand_over(session, some[0], to_person_id=other, note="yours", by=by, now=NOON),
            "take_over": lambda session, by: cases.take_over(session, some[0], by=by, now=NOON + 2 * MINUTE),
            "deal": lambda session, by: routing.deal(session, by=by, settings=SETTINGS, now=NOON),
            "begin": lambda session, by: shifts.begin(session, by.id, by=by, now=NOON),
            "bulk": lambda session, by: bulk.do(session, some, BulkAct(BulkVerb.CLAIM), by=by, now=NOON),
            "promise": lambda session, by: promises.make(
                session, scene.mine(session, me)[0], text="Soon", due_at=NOON + MINUTE, by=by, settings=SETTINGS, now=NOON
            ),
            "back": lambda session, _: promises.come_back(session, settings=SETTINGS, now=NOON + 2 * MINUTE),
            "overdue": lambda session, _: shifts.return_overdue(session, settings=SETTINGS, now=NOON + 600 * MINUTE),
            "end": lambda session, by: shifts.end(
                session, handovers=[HandOver(number, None, "to the team") for number in scene.mine(session, me)], by=by, now=NOON
            ),
        }
        try:
            return scene.try_act(who, verbs[verb])
        except IndexError:
            return False

    def work(who: int) -> Counter[str]:
        seed = random.Random(who)
        order = ["next", "bulk", "hand_over", "promise", "take_over", "end", "begin", "next", "back", "overdue", "hand_over", "next"]
        order = ["deal", "overdue", *order] if scene.people[who] == scene.lead else shuffled(order, who)
        return Counter(verb for verb in order if act(who, verb, seed))

    done: Counter[str] = sum(together(work, TWENTY), Counter())
    scene.adds_up()
    assert done["next"] > 0
    assert done["end"] > 0


def test_somebody_leaves_while_everybody_hands_them_cases(database: Database) -> None:
    scene = Scene(database, 20)
    leaver = scene.people[0]
    for number, case_id in enumerate(scene.cases):
        assert scene.try_act(number % TWENTY, lambda session, by, case_id=case_id: cases.claim(session, case_id, by=by, now=NOON))

    def work(who: int) -> None:
        if scene.people[who] == scene.lead:
            scene.try_act(who, lambda session, by: leaving.leave(session, leaver, to_person_id=scene.people[1], by=by, now=NOON))
            return
        told: dict[str, Any] = {"to_person_id": leaver, "note": "yours", "now": NOON}
        scene.try_act(who, lambda session, by: cases.hand_over(session, scene.cases[who], by=by, **told))
        scene.try_act(who, lambda session, by: shifts.begin(session, by.id, by=by, now=NOON))

    together(work, TWENTY)
    scene.adds_up()
    with database.read() as session:
        assert not session.get_one(Person, leaver).active
        assert scene.mine(session, leaver) == []


def test_an_approval_is_given_or_withdrawn_never_both_and_no_held_reply_leaves(database: Database) -> None:
    scene, platform = Scene(database, TWENTY), Platform()
    with database.write() as session:
        switches.set(session, Switch.APPROVAL_FOR_ALL, True, by=person_of(session, scene.lead), now=NOON)
    for who, case_id in enumerate(scene.cases):
        assert scene.try_act(who, lambda session, by, case_id=case_id: _ask(session, case_id, scene.account_id, by))
    with database.read() as session:
        waiting = {row.case_id: row.id for row in session.scalars(select(Approval))}

    def deliver(worker: str) -> None:
        with database.write() as session:
            is_held = switches.is_on(session, Switch.REPLIES_HELD)
            leased = replies.lease_due(session, worker, now=UNDO_OVER, limit=3, lease=MINUTE)
            assert not (is_held and leased)
        for one in leased:
            _send(database, platform, worker, one)

    def work(who: int) -> None:
        if scene.people[who] == scene.lead:
            for on in (True, False):
                scene.try_act(who, lambda session, by, on=on: switches.set(session, Switch.REPLIES_HELD, on, by=by, now=NOON))
        for case_id in shuffled(scene.cases, who):
            number = waiting[case_id]
            scene.try_act(who, lambda session, by, number=number: approvals.approve(session, number, by=by, settings=SETTINGS, now=NOON))
            scene.try_act(who, lambda session, by, number=number: approvals.withdraw(session, number, by=by, now=NOON))
            if who % 5 == 0:
                deliver(f"w{who}")

    together(work, TWENTY)
    deliver("last")
    scene.adds_up()
    assert max(platform.posts.values(), default=0) <= 1
    with database.read() as session:
        decided = session.scalars(select(Approval)).all()
        assert len(decided) == TWENTY
        assert [one.id for one in decided if one.verdict == Verdict.APPROVED and one.decided_by_id == one.asked_by_id] == []
        gone = {one.reply_id for one in decided if one.verdict == Verdict.APPROVED}
        states = {row.id: row.state for row in session.execute(select(Reply.id, Reply.state))}
    assert all((states[number] != ReplyState.DRAFT) == (number in gone) for number in states)


def test_who_asks_us_to_stop_while_twenty_answer_gets_nothing_after_that(database: Database) -> None:
    scene = Scene(database, 10)
    with database.read() as session:
        authors = dict(session.execute(select(Case.id, Case.author_id)).all())
    for who, case_id in enumerate(scene.cases):
        assert scene.try_act(who, lambda session, by, case_id=case_id: cases.claim(session, case_id, by=by, now=NOON))

    def work(who: int) -> None:
        case_id = scene.cases[who % 10]
        if who < 10:
            scene.try_act(who, lambda session, by: _queue(session, case_id, scene.account_id, by))
            scene.try_act(who, lambda session, by: outcomes.close(session, case_id, outcome=Outcome.NO_ACTION, by=by, now=NOON))
        else:
            scene.try_act(who, lambda session, by: contact.stop(session, authors[case_id], reason="asked", by=by, now=NOON))

    together(work, TWENTY)
    scene.adds_up()
    with database.write() as session:
        assert replies.lease_due(session, "w", now=UNDO_OVER, limit=99, lease=MINUTE) == []


def _seen(session: Session, case_id: int) -> dict[str, Any]:
    return {"seen_mention_id": session.scalar(select(func.max(Mention.id)).where(Mention.case_id == case_id)), "seen_reply_id": None}


def _ask(session: Session, case_id: int, account_id: int, by: Person) -> None:
    cases.claim(session, case_id, by=by, now=NOON)
    told: dict[str, Any] = {"text": f"It is on its way {case_id}", "key": f"k{case_id}", "account_id": account_id, "now": NOON}
    approvals.ask(session, case_id, by=by, **told, **_seen(session, case_id))


def _queue(session: Session, case_id: int, account_id: int, by: Person) -> None:
    told: dict[str, Any] = {"text": f"It is on its way {case_id}", "key": f"k{case_id}", "account_id": account_id}
    replies.queue(session, case_id, by=by, settings=SETTINGS, now=NOON, **told, **_seen(session, case_id))


def _send(database: Database, platform: Platform, worker: str, one: OutgoingReply) -> None:
    sent = platform.post(one, at=UNDO_OVER)
    with database.write() as session:
        replies.mark_sent(session, one.id, sent, owner=worker, settings=SETTINGS, now=UNDO_OVER)
