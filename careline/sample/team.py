"""What the sample's care team did in the month, and what it is at right now."""

import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from careline.sample.corpus import SampleAnswer
from careline.sample.timeline import Placed
from desk.cases import cases
from desk.errors import DeskError, NeedsApproval
from desk.outcomes import outcomes
from desk.post import Sent
from desk.replies import replies
from desk.settings import DeskSettings
from storage.models import Case, Mention, Person, Reply, ReplyAccount
from storage.words import Capability, CaseStatus, Outcome, ReplyState

log = logging.getLogger(__name__)

OWNER = "sample-delivery"
LEASE = timedelta(hours=1)
CLOSED_AFTER = timedelta(minutes=25)
LEFT_OPEN = timedelta(days=1)
SILENT = frozenset({Outcome.NO_ANSWER, Outcome.SPAM})
DRAFT = "Sorry about this, and thanks for the details. I have asked the network team to look at your line now; "


class Team:
    """Four agents who claim, answer and close."""

    def __init__(self, session: Session, settings: DeskSettings, people: Mapping[str, Person]) -> None:
        self.session = session
        self.settings = settings
        self.people = people
        self.fixes: dict[tuple[str, str] | None, int] = {}
        self.accounts = {(a.source, a.site): a.id for a in session.scalars(select(ReplyAccount))}

    def answer(self, placed: Placed, answer: SampleAnswer, *, at: datetime) -> None:
        """Claim the case of a post, answer, close. Nothing happens when it has none that waits, or when a colleague would have to read it first."""
        case = self._waiting_case(placed)
        if case is None:
            return
        by = self.people[answer.by]
        with suppress(NeedsApproval), self.session.begin_nested():
            cases.claim(self.session, case.id, by=by, now=max(case.opened_at, at - timedelta(minutes=max(1, answer.after // 3))))
            if Outcome(answer.outcome) not in SILENT:
                self._reply(case, placed.external_id, answer, by, at=at)
            self._close(case, answer, by, matter=next(iter(placed.row.tags), ""), at=at + CLOSED_AFTER)

    def _waiting_case(self, placed: Placed) -> Case | None:
        row = placed.row
        of_post = select(Mention.case_id).where(Mention.source == row.source, Mention.site == row.site, Mention.external_id == row.id)
        waits = Case.status != CaseStatus.CLOSED, Case.assignee_id.is_(None), Case.waiting_since.is_not(None)
        return self.session.scalar(select(Case).where(Case.id.in_(of_post), *waits))

    def _close(self, case: Case, answer: SampleAnswer, by: Person, *, matter: str, at: datetime) -> None:
        declined = outcomes.Declined(**answer.declined) if answer.declined else None
        confirmed_by = self._said_since(case) if answer.is_confirmed and answer.resolution else None
        key = (matter, answer.resolution["cause"].split()[0]) if matter and answer.resolution else None
        moved = outcomes.Moved("private message", str(case.id)) if answer.outcome == Outcome.MOVED else None
        told = {**self._solved(answer, key), "declined": declined, "moved": moved, "confirmed_by": confirmed_by}
        outcomes.close(self.session, case.id, outcome=Outcome(answer.outcome), by=by, now=at, **told)
        if key and case.resolution_id is not None:
            self.fixes.setdefault(key, case.resolution_id)

    def _said_since(self, case: Case) -> int | None:
        """The newest post in which this customer can say that it is solved."""
        theirs = select(Mention.id).where(Mention.case_id == case.id, ~Mention.is_own, Mention.posted_at > case.answered_at)
        return self.session.scalar(theirs.order_by(Mention.posted_at.desc(), Mention.id.desc()).limit(1))

    def _solved(self, answer: SampleAnswer, key: tuple[str, str] | None) -> dict[str, Any]:
        """What solved it: what solved the same matter before, where its cause begins alike."""
        if key in self.fixes:
            return {"reuse": self.fixes[key]}
        return {"resolution": outcomes.ResolutionDraft(**answer.resolution) if answer.resolution else None}

    def _reply(self, case: Case, name: str, answer: SampleAnswer, by: Person, *, at: datetime) -> None:
        text = answer.text.removesuffix(f"^{answer.by}").rstrip()
        reply = self._queue(case, f"sample-{name}", text, by, at=at - self.settings.undo)
        address = f"https://sandbox.example/replies/{reply.id}"
        if reply.state is ReplyState.BY_HAND:
            replies.prove(self.session, reply.id, url=address, by=by, now=at)
            return
        for outgoing in replies.lease_due(self.session, OWNER, now=at, limit=5, lease=LEASE):
            sent = Sent(external_id=f"reply-{outgoing.id}", url=address, sent_at=at)
            replies.mark_sent(self.session, outgoing.id, sent, owner=OWNER, settings=self.settings, now=at)

    def _queue(self, case: Case, key: str, text: str, by: Person, *, at: datetime) -> Reply:
        return replies.queue(
            self.session,
            case.id,
            text=text,
            key=key,
            seen_mention_id=case.latest_mention_id,
            account_id=self.accounts[case.source, case.site],
            by=by,
            settings=self.settings,
            now=at,
        )

    def tidy(self, now: datetime) -> None:
        """What came back to its owner days ago, mostly with thanks, was read and ended: a team that works leaves no such queue."""
        owned = Case.assignee_id.is_not(None), Case.answered_at.is_not(None), Case.waiting_since < now - LEFT_OPEN
        for case in self.session.scalars(select(Case).where(Case.status != CaseStatus.CLOSED, *owned).order_by(Case.id)).all():
            owner = next(person for person in self.people.values() if person.id == case.assignee_id)
            ended_at = (case.waiting_since or now) + CLOSED_AFTER
            with suppress(DeskError), self.session.begin_nested():
                outcomes.close(self.session, case.id, outcome=Outcome.ANSWERED, by=owner, now=ended_at)

    def today(self, now: datetime) -> None:
        """Who is at what when the visitor comes in: two drafts, and an answer by hand that waits for proof."""
        acts = (
            ("MK", self._draft, None),
            ("LO", self._draft, None),
            ("SJ", self._by_hand, Capability.LINK),
        )
        for initials, act, capability in acts:
            case = self._some_unclaimed(capability)
            if case is None:
                continue
            try:
                with self.session.begin_nested():
                    cases.claim(self.session, case.id, by=self.people[initials], now=now)
                    act(case, self.people[initials], now)
            except DeskError as error:
                log.info("sample: case %s was left as it is: %s", case.id, error)

    def _some_unclaimed(self, capability: Capability | None) -> Case | None:
        waiting = select(Case).join(Mention, Mention.id == Case.latest_mention_id)
        waiting = waiting.where(Case.status == CaseStatus.NEW, Case.assignee_id.is_(None), ~Case.abusive)
        if capability is not None:
            waiting = waiting.where(Mention.capability == capability, Mention.source == "x")
        return self.session.scalar(waiting.order_by(Case.answer_by.desc()).offset(3).limit(1))

    def _draft(self, case: Case, by: Person, now: datetime) -> None:
        replies.save_draft(self.session, case.id, text=DRAFT, version=0, by=by, now=now)

    def _by_hand(self, case: Case, by: Person, now: datetime) -> None:
        self._queue(
            case, f"sample-by-hand-{case.id}", "Sorry to read this. Tell us your postcode and we look at it right away.", by, at=now
        )
