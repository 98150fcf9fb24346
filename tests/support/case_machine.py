"""Any order of what customers, agents, leads, rules and clocks do to cases, as a machine that Hypothesis drives."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases import bulk, cases, holds, promises, shield, tags
from desk.cases.bulk import BulkAct, BulkVerb
from desk.incidents import incident_cases, incident_ends, incidents
from desk.incidents.incidents import IncidentDraft
from desk.intake import erasure, ingest
from desk.labels import triage
from desk.outcomes import held, outcomes
from desk.outcomes.outcomes import CAUSE_UNKNOWN, Declined, Moved, ResolutionDraft
from desk.people import leaving, shifts
from desk.post import Post, PostAuthor
from storage.models import Case, Incident, Mention, Person, Promise, Resolution
from storage.words import Capability, CaseStatus, HoldKind, Outcome, Urgency
from tests.support import listening
from tests.support.case_answers import Answering
from tests.support.case_floor import ADA, ANA, ANY, BO, LEA, MOSTLY_OWNERS, OWNER, SPANS, TURNS, WHO
from tests.support.desk import SETTINGS, number, person

FURIOUS = listening.verdict(urgency=Urgency.HIGH, abusive=True)
RUDE = listening.verdict(abusive=True)
VERDICTS = st.sampled_from([listening.verdict(), listening.verdict(), RUDE, FURIOUS, listening.NO_MATTER, listening.THANKS])
DRAFTS = {
    Outcome.SOLVED: {"resolution": ResolutionDraft("A belt broke", "A new one", "They wrote so")},
    Outcome.DECLINED: {"declined": Declined("Too late", "30 days", "A repair")},
    Outcome.MOVED: {"moved": Moved("e-mail", "T-1")},
}
UNKNOWN = {"resolution": ResolutionDraft(CAUSE_UNKNOWN, "", "")}
BULK = st.sampled_from([BulkVerb.CLAIM, BulkVerb.RELEASE, BulkVerb.HAND_OVER, BulkVerb.TAG, BulkVerb.SNOOZE, BulkVerb.CLOSE])


class Desk(Answering):
    """Two customers who wait in two threads, write on there and in private, and all that the team and its clocks do with their cases."""

    def __init__(self) -> None:
        super().__init__()
        for who in range(2):
            self.customer_writes(who, who, said=listening.verdict(), is_private=False, by=Capability.API, is_read=True)

    @rule(
        who=st.integers(0, 1),
        thread=st.integers(0, 1),
        said=VERDICTS,
        is_private=st.sampled_from([False, False, False, True]),
        by=st.sampled_from([Capability.API, Capability.API, Capability.LINK]),
        is_read=TURNS,
    )
    def customer_writes(self, who: int, thread: int, said: Any, is_private: bool, by: Capability, is_read: bool) -> None:
        one = f"p{number()}"
        place: dict[str, Any] = {
            "thread_id": f"dm{who}" if is_private else f"t{thread}",
            "is_private": is_private,
            "capability": Capability.API if is_private else by,
        }
        post = Post(one, PostAuthor(f"u{who}", f"customer{who}", reach=2_000), f"My parcel {one}", self.now, addressed=("acme",), **place)
        with self.database.write() as session:
            ingest.import_posts(session, self.feed_id, [post], [], settings=SETTINGS, now=self.now)
        if is_read:
            self.labels(said)

    @rule(said=VERDICTS)
    def labels(self, said: Any) -> None:
        with self.database.write() as session:
            listening.classify(session, said, now=self.now)

    @rule(step=st.sampled_from(SPANS))
    def time_passes(self, step: timedelta) -> None:
        self.now += step
        with self.database.read() as session:
            self.drawn, self.mark = self._seen(session)

    @rule()
    def errands(self) -> None:
        """What the worker does by the clock."""
        with self.database.write() as session:
            triage.flag_overdue(session, settings=SETTINGS, now=self.now)
            promises.come_back(session, settings=SETTINGS, now=self.now)
            shifts.return_overdue(session, settings=SETTINGS, now=self.now)
            shield.lift_unwatched(session, now=self.now)
            held.settle(session, settings=SETTINGS, now=self.now)

    @rule(who=WHO, which=ANY, verb=st.sampled_from([cases.claim, cases.claim, cases.take_over, cases.release]))
    def changes_hands(self, who: int, which: int, verb: Any) -> None:
        self._on_case(who, which, lambda session, by, case: verb(session, case.id, by=by, now=self.now))

    @rule(who=WHO)
    def next_case(self, who: int) -> None:
        self._try(who, lambda session, by: cases.claim_next(session, by=by, settings=SETTINGS, now=self.now))

    @rule(who=MOSTLY_OWNERS, which=ANY, to=WHO)
    def hands_over(self, who: int, which: int, to: int) -> None:
        told: dict[str, Any] = {"to_person_id": self.people[to], "note": "please", "now": self.now}
        self._on_case(who, which, lambda session, by, case: cases.hand_over(session, case.id, by=by, **told))

    @rule(who=MOSTLY_OWNERS, which=ANY, span=st.sampled_from(SPANS))
    def snoozes(self, who: int, which: int, span: timedelta) -> None:
        self._on_case(who, which, lambda session, by, case: cases.snooze(session, case.id, until=self.now + span, by=by, now=self.now))

    @rule(who=WHO, which=ANY, kind=st.sampled_from(HoldKind))
    def is_at_it(self, who: int, which: int, kind: HoldKind) -> None:
        told: dict[str, Any] = {"kind": kind, "settings": SETTINGS, "now": self.now}
        self._on_case(who, which, lambda session, by, case: holds.hold(session, case.id, by=by, **told))

    @rule(who=MOSTLY_OWNERS, which=ANY, span=st.sampled_from(SPANS))
    def promises_something(self, who: int, which: int, span: timedelta) -> None:
        told: dict[str, Any] = {"text": "An answer", "due_at": self.now + span, "settings": SETTINGS, "now": self.now}
        self._on_case(who, which, lambda session, by, case: promises.make(session, case.id, by=by, **told))

    @rule(nth=ANY, verb=st.sampled_from([promises.keep, promises.cancel]), who=WHO)
    def ends_a_promise(self, nth: int, verb: Any, who: int) -> None:
        with self.database.read() as session:
            standing = session.scalars(select(Promise.id).where(Promise.kept_at.is_(None), Promise.cancelled_at.is_(None))).all()
        if standing:
            self._try(who, lambda session, by: verb(session, standing[nth % len(standing)], by=by, settings=SETTINGS, now=self.now))

    @rule(who=MOSTLY_OWNERS, which=ANY, outcome=st.sampled_from(Outcome), is_known=TURNS)
    def closes(self, who: int, which: int, outcome: Outcome, is_known: bool) -> None:
        ground: Any = DRAFTS.get(outcome, {}) if is_known or outcome != Outcome.SOLVED else UNKNOWN
        self._on_case(
            who, which, lambda session, by, case: outcomes.close(session, case.id, outcome=outcome, by=by, now=self.now, **ground)
        )

    @rule(which=ANY, nth=ANY)
    def customer_confirms(self, which: int, nth: int) -> None:
        def act(session: Session, by: Person, case: Case) -> None:
            theirs = session.scalars(select(Mention.id).where(Mention.case_id == case.id, ~Mention.is_own).order_by(Mention.id)).all()
            held.confirm(session, case.id, mention_id=theirs[nth % len(theirs)], by=by, now=self.now)

        self._on_case(ANA, which, act)

    @rule(which=ANY, nth=ANY)
    def closes_with_a_known_fix(self, which: int, nth: int) -> None:
        with self.database.read() as session:
            known = session.scalars(select(Resolution.id).order_by(Resolution.id)).all()
        if known:
            told: dict[str, Any] = {"outcome": Outcome.SOLVED, "reuse": known[nth % len(known)], "now": self.now}
            self._on_case(OWNER, which, lambda session, by, case: outcomes.close(session, case.id, by=by, **told))

    @rule(who=WHO, which=ANY)
    def reopens(self, who: int, which: int) -> None:
        self._on_case(who, which, lambda session, by, case: cases.reopen(session, case.id, by=by, settings=SETTINGS, now=self.now))

    @rule(who=WHO, one=ANY, other=ANY)
    def merges(self, who: int, one: int, other: int) -> None:
        kept = self._case(other)
        if kept is not None:
            self._on_case(
                who, one, lambda session, by, case: cases.merge(session, case.id, into=kept.id, by=by, settings=SETTINGS, now=self.now)
            )

    @rule(who=WHO, which=ANY, nth=ANY)
    def splits(self, who: int, which: int, nth: int) -> None:
        def act(session: Session, by: Person, case: Case) -> None:
            theirs = session.scalars(select(Mention.id).where(Mention.case_id == case.id, ~Mention.is_own).order_by(Mention.id)).all()
            cases.split(session, case.id, [theirs[nth % len(theirs)]], by=by, settings=SETTINGS, now=self.now)

        self._on_case(who, which, act)

    @rule(who=WHO, which=ANY, tag=st.integers(0, 2), verb=st.sampled_from([tags.put, tags.take_off]))
    def tags_it(self, who: int, which: int, tag: int, verb: Any) -> None:
        self._on_case(
            who, which, lambda session, by, case: verb(session, tag_ids=[self.tags[tag]], case_ids=[case.id], by=by, now=self.now)
        )

    @rule(who=WHO, verb=st.sampled_from([shifts.begin, shifts.begin, shifts.pause]))
    def shift_changes(self, who: int, verb: Any) -> None:
        self._try(who, lambda session, by: verb(session, by.id, by=by, now=self.now))

    @rule(who=WHO, to=st.sampled_from([None, ANA, BO, LEA]))
    def shift_ends(self, who: int, to: int | None) -> None:
        def act(session: Session, by: Person) -> None:
            mine = session.scalars(select(Case.id).where(Case.assignee_id == by.id, Case.status != CaseStatus.CLOSED)).all()
            target = None if to is None else self.people[to]
            shifts.end(session, handovers=[shifts.HandOver(case_id, target, "over to you") for case_id in mine], by=by, now=self.now)

        self._try(who, act)

    @rule(to=st.sampled_from([None, ANA, LEA]))
    def bo_leaves_and_another_comes(self, to: int | None) -> None:
        """Somebody of the same name begins, so that there is always a second agent."""
        heir = None if to is None else self.people[to]
        if self._try(ADA, lambda session, by: leaving.leave(session, self.people[BO], to_person_id=heir, by=by, now=self.now)):
            with self.database.write() as session:
                self.people[BO] = person(session, "Bo", now=self.now).id

    @rule(which=ANY, who=WHO, takes_in=st.sampled_from([True, True, False]))
    def incident(self, which: int, who: int, takes_in: bool) -> None:
        with self.database.read() as session:
            going_on = session.scalar(select(Incident.id).where(Incident.closed_at.is_(None)).order_by(Incident.id).limit(1))
        if going_on is None:
            self._try(LEA, lambda session, by: incidents.begin(session, IncidentDraft("Outage"), by=by, now=self.now))
            return
        verb = incident_cases.attach if takes_in else incident_cases.detach
        self._on_case(who, which, lambda session, by, case: verb(session, case.incident_id or going_on, [case.id], by=by, now=self.now))

    @rule(verb=st.sampled_from([incident_ends.close_told, incident_ends.give_back]))
    def incident_ends(self, verb: Any) -> None:
        with self.database.read() as session:
            last = session.scalars(select(Incident).order_by(Incident.id.desc()).limit(1)).first()
        if last is None:
            return
        if last.closed_at is None:
            known = ResolutionDraft("A line broke", "It was mended", "It is up")
            self._try(LEA, lambda session, by: incidents.close(session, last.id, known, by=by, now=self.now))
        self._try(LEA, lambda session, by: verb(session, last.id, by=by, now=self.now))

    @rule(who=WHO, verb=BULK, to=WHO)
    def does_it_to_all(self, who: int, verb: BulkVerb, to: int) -> None:
        target = {BulkVerb.HAND_OVER: self.people[to], BulkVerb.TAG: self.tags[0]}.get(verb)
        act = BulkAct(verb, target, until=self.now + timedelta(hours=1), outcome=Outcome.NO_ACTION)
        with self.database.read() as session:
            all_of_them = session.scalars(select(Case.id)).all()

        def do(session: Session, by: Person) -> None:
            done = bulk.do(session, all_of_them, act, by=by, now=self.now)
            if done.bulk_id is not None:
                self.bulks.append((who, done.bulk_id))

        self._try(who, do)

    @precondition(lambda self: self.bulks)
    @rule()
    def takes_it_back(self) -> None:
        who, bulk_id = self.bulks.pop()
        self._try(who, lambda session, by: bulk.undo(session, bulk_id, by=by, now=self.now))

    @rule(nth=st.integers(0, 30))
    def a_post_is_erased(self, nth: int) -> None:
        with self.database.write() as session:
            there = session.scalars(select(Mention.id).where(~Mention.is_own, Mention.deleted_at.is_(None)).order_by(Mention.id)).all()
            if there:
                erasure.forget(session, there[nth % len(there)], reason="deleted", settings=SETTINGS, now=self.now)
