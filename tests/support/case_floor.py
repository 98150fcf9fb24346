"""The floor on which the machine of cases stands: who is there, how somebody tries an act, and what must hold between any two of them."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.cases import cases, escalations
from desk.errors import DeskError
from desk.queue import inbox
from storage.database import Database
from storage.models import Audit, Case, Mention, Person, Reply
from storage.words import Escalation, Role, Urgency
from tests.support import case_desk, ruling
from tests.support.desk import MINUTE, NOON, SETTINGS, Shop, person

ANA, BO, LEA, ADA = range(4)
WHO = st.sampled_from([ANA, ANA, BO, LEA, ADA])
OWNER = -1
MOSTLY_OWNERS = st.sampled_from([OWNER, OWNER, OWNER, ANA, BO, LEA])
ANY = st.integers(0, 5)
TURNS = st.booleans()
SPANS = [timedelta(seconds=1), SETTINGS.undo, MINUTE, timedelta(minutes=21), timedelta(hours=5), timedelta(days=8)]

Act = Callable[[Session, Person], object]


class Floor(RuleBasedStateMachine):
    """Two agents, a lead, an admin; one rule that is on; nothing heard yet."""

    fresh: Callable[[], Database]

    def __init__(self) -> None:
        super().__init__()
        self.database = self.fresh()
        self.now = NOON
        self.words: set[str] = set()
        self.bulks: list[tuple[int, int]] = []
        self.claims: dict[int, int] = {}
        self.marked: dict[int, Escalation | None] = {}
        with self.database.write() as session:
            roles = (("Ana", Role.AGENT), ("Bo", Role.AGENT), ("Lea Hart", Role.LEAD), ("Ada", Role.ADMIN))
            self.people = [person(session, name, role).id for name, role in roles]
            shop = Shop(session, source="mastodon")
            self.feed_id, self.account_id = shop.feed.id, shop.account.id
            self.tags = [ruling.tag(session, name) for name in ("refund", "parcel", "seen")]
            ruling.on(session, "Angry", {"sentiment": ["negative"]}, tags=[self.tags[2]], urgency=Urgency.HIGH, assign=self.people[BO])
            self.drawn, self.mark = self._seen(session)

    def teardown(self) -> None:
        with self.database.read() as session:
            case_desk.everything_adds_up(session)
        self.database.close()

    @invariant()
    def everything_holds(self) -> None:
        with self.database.read() as session:
            case_desk.one_live_case_for_each_author_and_thread(session)
            case_desk.nothing_stays_with_somebody_who_left(session)
            case_desk.who_waits_is_seen_by_somebody(session, self.now)
            case_desk.counts_are_those_of_a_recount(session, self.now)
            case_desk.what_was_used_again_is_counted_so_often(session)
            case_desk.instants_follow_each_other(session)
            case_desk.ends_have_their_ground(session)
            case_desk.figures_are_those_of_the_cases(session)
            case_desk.what_waits_to_leave_may_wait(session)
            case_desk.who_reads_a_reply_reads_what_would_leave(session)
            case_desk.the_order_is_what_the_rule_says(session)

    @invariant()
    def no_word_is_lost(self) -> None:
        with self.database.read() as session:
            kept = " ".join(session.scalars(select(Reply.text).where(Reply.state != "cancelled")))
        assert [word for word in self.words if word not in kept] == []

    @invariant()
    def claim_numbers_only_go_up(self) -> None:
        with self.database.read() as session:
            found = {row.id: row.claim_no for row in session.execute(select(Case.id, Case.claim_no))}
        assert [case_id for case_id, number in self.claims.items() if found[case_id] < number] == []
        self.claims = found

    @invariant()
    def a_label_goes_with_the_posts_that_it_was_put_for(self) -> None:
        """`marked`: what was said last of the case of each post; wherever it stands now, that holds or something graver does."""
        with self.database.read() as session:
            labels = {row[0]: row[1] for row in session.execute(select(Mention.id, Case.escalation).join(Case, Case.id == Mention.case_id))}
        lost = {one: kind for one, kind in self.marked.items() if one in labels and escalations.graver(labels[one], kind) != labels[one]}
        assert lost == {}

    @invariant()
    def the_mark_moves_with_what_is_drawn(self) -> None:
        with self.database.read() as session:
            drawn, mark = self._seen(session)
        changed = [case_id for case_id, row in drawn.items() if self.drawn.get(case_id) != row]
        assert mark != self.mark or not changed, [(self.drawn.get(case_id), drawn[case_id]) for case_id in changed]
        self.drawn, self.mark = drawn, mark

    def _seen(self, session: Session) -> tuple[dict[int, Any], str]:
        return case_desk.rows(session, self.now), inbox.change_mark(session, now=self.now)

    def _case(self, which: int) -> Case | None:
        """Of the latest cases, so that small numbers name one that things happen to."""
        with self.database.read() as session:
            found = session.scalars(select(Case).order_by(Case.id.desc()).limit(6)).all()
        return found[which % len(found)] if found else None

    def _on_case(self, who: int, which: int, act: Callable[[Session, Person, Case], object]) -> bool:
        case = self._case(which)
        if case is None:
            return False
        if who == OWNER:
            if case.assignee_id not in self.people:
                self._try(ANA, partial(self._claim, case.id))
            case = self._case(which) or case
            who = self.people.index(case.assignee_id) if case.assignee_id in self.people else ANA
        number = case.id
        return self._try(who, lambda session, by: act(session, by, session.get_one(Case, number)))

    def _claim(self, case_id: int, session: Session, by: Person) -> object:
        return cases.claim(session, case_id, by=by, now=self.now)

    def _try(self, who: int, act: Act) -> bool:
        """Whatever changes a case, leaves a record."""
        try:
            with self.database.write() as session:
                before = self._versions(session)
                act(session, session.get_one(Person, self.people[who]))
                session.flush()
                after = self._versions(session)
                assert before[0] == after[0] or before[1] != after[1], "a case changed, and nothing was recorded"
        except DeskError:
            return False
        return True

    def _versions(self, session: Session) -> tuple[list[tuple[int, int]], int | None]:
        seen = [(row.id, row.version) for row in session.execute(select(Case.id, Case.version).order_by(Case.id))]
        return seen, session.scalar(select(func.max(Audit.id)))
