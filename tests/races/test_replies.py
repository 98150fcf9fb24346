"""At most one answer: double clicks, many senders, workers that die, take-over while the undo runs, an answer given elsewhere."""

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from desk.cases import cases
from desk.errors import AlreadyAnswered, DeskError, LeaseLost
from desk.post import OutgoingReply, Sent
from desk.replies import replies
from storage.database import Database
from storage.models import Case, Mention, Reply
from storage.words import CaseStatus, ReplyState, Role
from tests.support.desk import MINUTE, NOON, SETTINGS, Shop, person
from tests.support.race import CASES, Platform, agents, many_cases, person_of, shuffled, together

pytestmark = pytest.mark.race

UNDO_OVER = NOON + SETTINGS.undo
LAPSED = NOON + 5 * MINUTE
WORKERS = 4


class Scene:
    """Cases that one agent each has claimed."""

    def __init__(self, database: Database, how_many: int) -> None:
        self.database = database
        self.platform = Platform()
        with database.write() as session:
            shop = Shop(session)
            self.account_id = shop.account.id
            self.people = agents(session)
            self.lead = person(session, "Lea", Role.LEAD).id
            self.cases = many_cases(session, shop, how_many)
        for n, case_id in enumerate(self.cases):
            with database.write() as session:
                cases.claim(session, case_id, by=person_of(session, self.owner(n)), now=NOON)

    def owner(self, n: int) -> int:
        return self.people[n % len(self.people)]

    def queue(self, case_id: int, person_id: int, text: str, key: str) -> int:
        with self.database.write() as session:
            seen = session.get_one(Case, case_id).latest_mention_id
            by = person_of(session, person_id)
            told: dict[str, Any] = {"account_id": self.account_id, "settings": SETTINGS, "now": NOON}
            return replies.queue(session, case_id, text=text, key=key, seen_mention_id=seen, by=by, **told).id

    def deliver(self, worker: str, act: Callable[[OutgoingReply], None]) -> int:
        """Send until nothing is due any more; how many were sent."""
        done = 0
        while True:
            with self.database.write() as session:
                leased = replies.lease_due(session, worker, now=UNDO_OVER, limit=3, lease=MINUTE)
            for reply in leased:
                act(reply)
            done += len(leased)
            if not leased:
                return done

    def send(self, worker: str, reply: OutgoingReply) -> None:
        sent = self.platform.post(reply, at=UNDO_OVER)
        with self.database.write() as session:
            replies.mark_sent(session, reply.id, sent, owner=worker, settings=SETTINGS, now=UNDO_OVER)

    def states(self) -> Counter[ReplyState]:
        with self.database.read() as session:
            return Counter(session.scalars(select(Reply.state)))


def test_double_clicks_and_many_senders_make_one_answer(database: Database) -> None:
    scene = Scene(database, CASES // 2)

    def work(n: int) -> int:
        if n >= 2 * WORKERS:
            worker = f"w{n}"
            return scene.deliver(worker, lambda reply: scene.send(worker, reply))
        for place, case_id in shuffled(list(enumerate(scene.cases)), seed=n):
            scene.queue(case_id, scene.owner(place), f"Answer {case_id}", f"key {case_id}")
        return 0

    together(work, 3 * WORKERS)
    scene.deliver("last", lambda reply: scene.send("last", reply))
    assert set(scene.platform.posts.values()) == {1}
    assert len(scene.platform.posts) == len(scene.cases)
    assert scene.states() == Counter({ReplyState.SENT: len(scene.cases)})
    with database.read() as session:
        assert set(session.scalars(select(Case.status))) == {CaseStatus.PENDING}


def test_two_windows_with_other_words_make_one_answer(database: Database) -> None:
    scene = Scene(database, CASES // 8)

    def work(n: int) -> int:
        if n >= 4:
            return scene.deliver(f"w{n}", lambda reply: scene.send(f"w{n}", reply))
        refused = 0
        for place, case_id in shuffled(list(enumerate(scene.cases)), seed=n):
            try:
                scene.queue(case_id, scene.owner(place), f"The same words {case_id}", f"key {n} {case_id}")
            except AlreadyAnswered:
                refused += 1
        return refused

    refused = sum(together(work, 6)[:4])
    scene.deliver("last", lambda reply: scene.send("last", reply))
    assert refused == 3 * len(scene.cases)
    assert set(scene.platform.answered.values()) == {1}


class Faulty:
    """Senders that die before or after posting, do not learn what became of it, are told to wait, or come back late."""

    FATES = ("sent", "died before", "died after", "unknown", "wait", "late")

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.late: list[tuple[str, OutgoingReply, Sent]] = []

    def send(self, worker: str, reply: OutgoingReply) -> None:
        fate = random.Random(reply.key).choice(self.FATES)
        if fate == "sent":
            self.scene.send(worker, reply)
        elif fate == "wait":
            with self.scene.database.write() as session:
                replies.mark_retry(session, reply.id, retry_at=LAPSED, reason="429", owner=worker, now=UNDO_OVER)
        elif fate != "died before":
            self._post(worker, reply, fate)

    def _post(self, worker: str, reply: OutgoingReply, fate: str) -> None:
        sent = self.scene.platform.post(reply, at=UNDO_OVER)
        if fate == "unknown":
            with self.scene.database.write() as session:
                replies.mark_uncertain(session, reply.id, reason="time-out", owner=worker, now=UNDO_OVER)
        elif fate == "late":
            self.late.append((worker, reply, sent))

    def find(self, worker: str) -> None:
        """Look for what is uncertain until nothing is left to look for."""
        while True:
            with self.scene.database.write() as session:
                replies.expire(session, now=LAPSED)
                leased = replies.lease_uncertain(session, worker, now=LAPSED, limit=3, lease=MINUTE)
            for reply in leased:
                self._settle(worker, reply)
            if not leased:
                return

    def _settle(self, worker: str, reply: OutgoingReply) -> None:
        found = self.scene.platform.find(reply, at=LAPSED)
        with self.scene.database.write() as session:
            if found:
                replies.mark_sent(session, reply.id, found, owner=worker, settings=SETTINGS, now=LAPSED)
            else:
                replies.mark_absent(session, reply.id, owner=worker, now=LAPSED)


def test_senders_that_die_or_do_not_know_never_send_twice(database: Database) -> None:
    """A reply is posted again only where its sender knew that it was not posted."""
    scene = Scene(database, CASES // 2)
    for place, case_id in enumerate(scene.cases):
        scene.queue(case_id, scene.owner(place), f"Answer {case_id}", f"key {case_id}")
    faulty = Faulty(scene)
    together(lambda n: scene.deliver(f"w{n}", lambda reply: faulty.send(f"w{n}", reply)), WORKERS)
    together(lambda n: faulty.find(f"finder {n}"), WORKERS)
    for worker, reply, sent in faulty.late:
        with database.write() as session:
            replies.mark_sent(session, reply.id, sent, owner=worker, settings=SETTINGS, now=LAPSED)
    states = scene.states()
    assert set(scene.platform.posts.values()) == {1}
    assert states[ReplyState.SENT] == len(scene.platform.posts)
    assert states.keys() == {ReplyState.SENT, ReplyState.UNCERTAIN, ReplyState.QUEUED}


def test_a_worker_that_lost_its_lease_cannot_undo_what_another_found(database: Database) -> None:
    scene = Scene(database, 8)
    for place, case_id in enumerate(scene.cases):
        scene.queue(case_id, scene.owner(place), "Answer", f"key {case_id}")
    with database.write() as session:
        leased = replies.lease_due(session, "slow", now=UNDO_OVER, limit=99, lease=MINUTE)
        replies.expire(session, now=LAPSED)

    def work(n: int) -> int:
        lost = 0
        for reply in leased:
            try:
                with database.write() as session:
                    if n % 2:
                        replies.mark_sent(
                            session, reply.id, scene.platform.post(reply, at=LAPSED), owner=f"w{n}", settings=SETTINGS, now=LAPSED
                        )
                    else:
                        replies.mark_failed(session, reply.id, reason="no", owner="slow", now=LAPSED)
            except LeaseLost:
                lost += 1
        return lost

    assert together(work, 2)[0] == len(leased)
    assert scene.states() == Counter({ReplyState.SENT: len(leased)})


def test_a_take_over_while_the_undo_runs_sends_one_answer_or_none(database: Database) -> None:
    """The writer undoes, a lead takes over and answers, two workers send: all at the same moment."""
    scene = Scene(database, CASES // 4)
    written = {}
    for place, case_id in enumerate(scene.cases):
        written[case_id] = scene.queue(case_id, scene.owner(place), f"First {case_id}", f"key {case_id}")

    def undo() -> None:
        for place, case_id in enumerate(scene.cases):
            if place % 3 == 0:
                _try(
                    database,
                    scene.owner(place),
                    lambda session, by, reply_id=written[case_id]: replies.undo(session, reply_id, by=by, now=UNDO_OVER),
                )

    def take_over() -> None:
        for case_id in scene.cases:
            _try(database, scene.lead, lambda session, by, case_id=case_id: cases.take_over(session, case_id, by=by, now=UNDO_OVER))
            try:
                scene.queue(case_id, scene.lead, f"Second {case_id}", f"lead {case_id}")
            except DeskError:
                refused.append(case_id)

    refused: list[int] = []
    acts = [undo, take_over] + [lambda n=n: scene.deliver(f"w{n}", lambda reply: scene.send(f"w{n}", reply)) for n in range(2)]
    together(lambda n: acts[n](), len(acts))
    scene.deliver("last", lambda reply: scene.send("last", reply))
    assert max(scene.platform.answered.values()) == 1
    with database.read() as session:
        for case_id in scene.cases:
            rows = session.scalars(select(Reply).where(Reply.case_id == case_id)).all()
            sent = [row for row in rows if row.state == ReplyState.SENT]
            assert len(sent) == 1
            assert (case_id in refused) == sent[0].text.startswith("First")
            assert session.get_one(Case, case_id).assignee_id == scene.lead


def _try(database: Database, person_id: int, act: Callable[..., object]) -> None:
    try:
        with database.write() as session:
            act(session, person_of(session, person_id))
    except DeskError:
        pass


def test_an_answer_given_elsewhere_and_a_sender_meet(database: Database) -> None:
    """Either ours was stopped before it left, or it had left: never both, never neither."""
    scene = Scene(database, CASES // 4)
    for place, case_id in enumerate(scene.cases):
        scene.queue(case_id, scene.owner(place), f"Answer {case_id}", f"key {case_id}")
    with database.write() as session:
        shop = Shop(session)
        posts = [shop.own_post(session.get_one(Case, case_id), "Given elsewhere", at=UNDO_OVER).id for case_id in scene.cases]

    def see() -> None:
        for post_id in posts:
            with database.write() as session:
                replies.own_post_seen(session, session.get_one(Mention, post_id), settings=SETTINGS, now=UNDO_OVER)

    acts = [see] + [lambda n=n: scene.deliver(f"w{n}", lambda reply: scene.send(f"w{n}", reply)) for n in range(2)]
    together(lambda n: acts[n](), len(acts))
    states = scene.states()
    assert states.keys() <= {ReplyState.SENT, ReplyState.CANCELLED}
    assert states[ReplyState.SENT] == sum(scene.platform.posts.values())
    with database.read() as session:
        assert set(session.scalars(select(Case.status))) == {CaseStatus.PENDING}


def test_windows_that_save_at_once_lose_no_version(database: Database) -> None:
    scene = Scene(database, 2)
    case_id = scene.cases[0]

    def work(n: int) -> list[int]:
        saved = []
        for _ in range(10):
            with database.read() as session:
                draft = session.scalar(select(Reply).where(Reply.case_id == case_id))
                version = draft.version if draft else 0
            try:
                with database.write() as session:
                    by = person_of(session, scene.owner(0))
                    saved.append(replies.save_draft(session, case_id, text=f"{n}", version=version, by=by, now=NOON))
            except DeskError:
                continue
        return saved

    saved = sorted(version for theirs in together(work, 8) for version in theirs)
    assert saved == list(range(1, len(saved) + 1))
    with database.read() as session:
        assert session.scalars(select(Reply.version)).all() == [len(saved)]
