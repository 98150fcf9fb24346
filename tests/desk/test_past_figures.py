"""Cases from before answers and endings were written down: what is made up for is what would have been written at once, and nothing else."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from desk.cases import cases, regroup
from desk.errors import DeskError
from desk.figures import answers, past_figures, performance
from desk.figures.performance import Clock, Measure, Within
from desk.intake import own_posts
from desk.outcomes import outcomes
from desk.outcomes.outcomes import ResolutionDraft
from desk.replies import changes
from storage.database import Database
from storage.models import Answer, Case, Ending, Fact, Pause, Person, Reply
from storage.words import CaseStatus, ChangeKind, Outcome
from tests.support.desk import MINUTE, NOON, SETTINGS, Shop, person
from tests.support.outbox import queue, send

FIX = ResolutionDraft("The cable was cut", "a new one", "she says so")
END = NOON + timedelta(days=9)
ACTS = ("write", "answer", "elsewhere", "solve", "leave", "reopen", "late")


class Life:
    """One case, lived through the desk's own verbs, a few minutes between two acts."""

    def __init__(self, session: Session, ana: Person) -> None:
        self.session, self.ana, self.shop = session, ana, Shop(session)
        self.case, self.at = self.shop.claimed(ana, at=NOON), NOON

    def live(self, *acts: str) -> Case:
        for act in acts:
            self.at += 7 * MINUTE
            with suppress(DeskError), self.session.begin_nested():
                getattr(self, act)()
            self.session.flush()
            self.session.refresh(self.case)
        return self.case

    def write(self) -> None:
        cases.join(self.session, self.case, self.shop.more(self.case, at=self.at), settings=SETTINGS, now=self.at)

    def late(self) -> None:
        """An older post, of a feed that reads backwards."""
        mention = self.shop.more(self.case, at=NOON - MINUTE)
        mention.seen_at = self.at
        cases.join(self.session, self.case, mention, settings=SETTINGS, now=self.at)

    def answer(self) -> None:
        seen = self.session.scalar(select(func.max(Case.latest_mention_id))) or 0
        reply = queue(self.session, self.case, self.shop, self.ana, f"words {self.at}", seen=seen + 10**6, seen_reply_id=10**9, now=self.at)
        reply.seen_mention_id = self.case.latest_mention_id
        send(self.session, reply, at=self.at + MINUTE)

    def elsewhere(self) -> None:
        post = self.shop.own_post(self.case, f"there {self.at}", at=self.at)
        own_posts.own_post_seen(self.session, post, settings=SETTINGS, now=self.at)

    def solve(self) -> None:
        outcomes.close(self.session, self.case.id, outcome=Outcome.SOLVED, resolution=FIX, by=self.ana, now=self.at)

    def leave(self) -> None:
        outcomes.close(self.session, self.case.id, outcome=Outcome.NO_ANSWER, by=self.ana, now=self.at)

    def reopen(self) -> None:
        cases.reopen(self.session, self.case.id, by=self.ana, settings=SETTINGS, now=self.at)


def rows(session: Session) -> list[set[tuple[Any, ...]]]:
    """Everything that figures are read from; what was promised of later answers was never kept."""
    session.flush()
    session.expire_all()
    first = {
        (a.case_id, a.since, a.at, a.due_at if a.is_first else None, a.is_first, a.person_id, a.wall_s)
        for a in session.scalars(select(Answer))
    }
    names = ("case_id", "at", "outcome", "person_id", "resolution_id", "held_at", "back_at", "seen_s", "claimed_s", "answered_s", "ttr_s")
    ends = {tuple(getattr(end, name) for name in (*names, "brand_id", "feed_id", "team_id")) for end in session.scalars(select(Ending))}
    pauses = {(pause.case_id, pause.since, pause.until) for pause in session.scalars(select(Pause))}
    stands = {(case.id, case.paused_s, case.pending_since) for case in session.scalars(select(Case))}
    return [first, ends, pauses, stands]


def forget(session: Session) -> None:
    """The tables as the upgrade found them."""
    for table in (Answer, Ending, Pause):
        session.execute(delete(table))
    session.execute(update(Case).values(paused_s=0, pending_since=None))
    session.execute(delete(Fact).where(Fact.name == past_figures.FACT))
    session.flush()
    session.expire_all()


def all_of_it(session: Session, *, now: datetime = END) -> past_figures.Past:
    while past_figures.go_on(session, now=now):
        pass
    past = past_figures.standing(session)
    assert past is not None
    assert past.is_done
    return past


@pytest.mark.parametrize(
    "acts",
    [
        (),
        ("answer",),
        ("answer", "write", "write", "answer", "solve"),
        ("solve", "write", "answer", "solve"),
        ("answer", "leave", "reopen", "answer", "solve"),
        ("elsewhere", "write", "elsewhere"),
        ("write", "late", "answer", "late", "leave"),
    ],
)
def test_what_is_made_up_for_is_what_was_written_at_once(database: Database, acts: Sequence[str]) -> None:
    with database.write() as session:
        case = Life(session, person(session)).live(*acts)
        written = rows(session)
        forget(session)
        past = all_of_it(session)
        assert rows(session) == written
        assert (past.counted, past.left_out) == (1 if case.answered_at or case.closed_at or case.reopened else 0, 0)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lives=st.lists(st.lists(st.sampled_from(ACTS), max_size=8), min_size=1, max_size=2))
def test_whatever_a_case_went_through_it_is_told_as_it_was_or_not_at_all(sqlite_database: Database, lives: list[list[str]]) -> None:
    with sqlite_database.write() as session:
        ana = person(session)
        told = [Life(session, ana).live(*acts) for acts in lives]
        ids = {case.id for case in told}
        written = [{row for row in kind if row[0] in ids} for kind in rows(session)]
        forget(session)
        past = all_of_it(session)
        found = [{row for row in kind if row[0] in ids} for kind in rows(session)]
        for case_id in ids:
            mine = [[{row for row in kind if row[0] == case_id} for kind in both[:2]] for both in (found, written)]
            assert mine[0] in (mine[1], [set(), set()])
        assert past.left_out <= len(session.scalars(select(Case.id)).all())
        session.rollback()


def figures(session: Session) -> list[Any]:
    """What the page shows; by when later answers were promised was never kept."""
    period = Within(NOON, END)
    spreads = {(one, clock): performance.spread(session, one, period, clock=clock) for one in Measure for clock in Clock}
    told = [replace(spread, promised=0, kept=0) if one is Measure.NRT else spread for (one, _), spread in spreads.items()]
    return [performance.outcomes(session, period), told, performance.steps(session, period)]


def test_figures_of_the_page_are_the_same_again(database: Database) -> None:
    with database.write() as session:
        ana = person(session)
        for acts in (("answer", "solve"), ("answer", "write", "answer", "leave"), ("solve", "reopen")):
            Life(session, ana).live(*acts)
        answers.measure(session, settings=SETTINGS, now=END)
        written = figures(session)
        forget(session)
        all_of_it(session)
        answers.measure(session, settings=SETTINGS, now=END)
        assert figures(session) == written


def test_what_was_written_at_once_stays_and_is_not_doubled(database: Database) -> None:
    with database.write() as session:
        life = Life(session, person(session))
        life.live("answer", "write", "answer", "solve", "write", "answer", "solve")
        written = rows(session)
        first = session.scalars(select(Answer).order_by(Answer.at)).first()
        assert first is not None
        session.execute(delete(Answer).where(Answer.id == first.id))
        session.execute(delete(Ending).where(Ending.back_at.is_not(None)))
        session.execute(update(Case).values(opened_at=first.at - timedelta(days=2)))
        past = all_of_it(session)
        assert rows(session)[:3] == written[:3]
        assert (past.counted, past.left_out) == (1, 0)


def test_a_case_that_was_opened_since_is_left_alone(database: Database) -> None:
    with database.write() as session:
        ana = person(session)
        Life(session, ana).live("answer")
        since = Life(session, ana).live("answer", "solve")
        since.opened_at = NOON + timedelta(hours=1)
        session.execute(delete(Ending))
        past = all_of_it(session)
        assert (past.counted, past.left_out) == (0, 0)
        assert session.scalars(select(Ending)).all() == []


def test_regrouped_cases_and_a_record_that_does_not_fit_are_counted_as_unknown(database: Database) -> None:
    with database.write() as session:
        ana = person(session)
        whole, lost = Life(session, ana), Life(session, ana)
        whole.live("answer", "solve")
        lost.live("answer", "solve")
        lost.case.closed_at = lost.at + MINUTE
        gone, kept = Life(session, ana), Life(session, ana)
        kept.case.author_id = gone.case.author_id
        session.flush()
        regroup.merge(session, gone.case.id, into=kept.case.id, by=ana, settings=SETTINGS, now=NOON + MINUTE)
        kept.live("answer", "solve")
        forget(session)
        past = all_of_it(session)
        assert (past.counted, past.left_out) == (1, 3)
        assert set(session.scalars(select(Ending.case_id))) == {whole.case.id}
        assert set(session.scalars(select(Answer.case_id))) == {whole.case.id}


def test_an_answer_that_was_taken_back_answered_nobody(database: Database) -> None:
    with database.write() as session:
        life = Life(session, person(session))
        case = life.live("answer")
        reply = session.scalars(select(Reply)).one()
        changes.ask(session, reply.id, ChangeKind.TAKE_BACK, by=life.ana, now=life.at + 2 * MINUTE)
        changes.lease_due(session, "w", now=life.at + 2 * MINUTE, limit=9, lease=MINUTE)
        changes.mark_done(session, reply.id, owner="w", settings=SETTINGS, now=life.at + 3 * MINUTE)
        forget(session)
        past = all_of_it(session)
        assert (past.counted, past.left_out, case.status) == (0, 0, CaseStatus.OPEN)
        assert session.scalars(select(Answer)).all() == []


def test_it_goes_on_where_it_stopped_and_ends_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(past_figures, "CHUNK", 2)
    with database.write() as session:
        ana = person(session)
        for _ in range(5):
            Life(session, ana).live("answer", "solve")
        forget(session)
    looked = []
    while True:
        with database.write() as session:
            n = past_figures.go_on(session, now=END)
            past = past_figures.standing(session)
        assert past is not None
        looked.append((n, past.counted))
        if past.is_done:
            break
        assert 0 < past.percent < 100
    assert looked == [(2, 2), (2, 4), (1, 5)]
    with database.write() as session:
        assert past_figures.go_on(session, now=END) == 0
        assert session.scalar(select(func.count()).select_from(Ending)) == 5


def test_a_new_workspace_has_nothing_to_make_up_for(database: Database) -> None:
    with database.write() as session:
        assert past_figures.standing(session) is None
        assert past_figures.go_on(session, now=NOON) == 0
        Life(session, person(session)).live("answer")
        assert past_figures.go_on(session, now=END) == 0
        past = past_figures.standing(session)
        assert past is not None
        assert (past.before, past.counted, past.percent) == (NOON, 0, 100)
