"""Whether what solved a case held: the customer says so, or stays quiet long enough. Coming back takes it off again.

A post in a closed case confirms it only where nothing speaks against it: sure praise that needs no reply, is not urgent, not abusive and not negative,
later than the closing of a case that was solved. Everything else goes its usual way, so that a doubtful "thanks" is read by a person.
Nobody can say that an answer helped before they had one: only posts from after our first answer confirm anything.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import audit
from desk.access import case_to_change
from desk.cases import opening, upkeep
from desk.errors import Invalid
from desk.figures import endings
from desk.labels import standing
from desk.people import people
from desk.settings import DeskSettings
from storage.models import Case, Mention, Person
from storage.models.cases import TO_HOLD
from storage.words import Intent, Outcome, Question, Sentiment, Urgency

SURE = 0.8
"""The confidence from which praise without a question counts as the customer's word."""

CHUNK = 200
DECIDING = (Question.INTENT, Question.NEEDS_REPLY)


def confirm(session: Session, case_id: int, *, mention_id: int, by: Person, now: datetime) -> Case:
    """The customer says in that post that it is solved: the case held. Saying it twice changes nothing.

    Raises NotAllowed, NotFound, and Invalid unless the case was closed as solved and the post is the customer's, in this case, from after our
    first answer.
    """
    people.require(by, people.CARE)
    case = case_to_change(session, case_id)
    if case.outcome != Outcome.SOLVED:
        raise Invalid("Only a case that was closed as solved can be confirmed by the customer")
    mention = session.get(Mention, mention_id)
    if mention is None or mention.case_id != case.id or mention.is_own or mention.deleted_at is not None:
        raise Invalid("Choose a post that this customer wrote in this case")
    if not _is_later_than_answer(case, mention):
        raise Invalid("Choose a post that this customer wrote after our first answer")
    if case.confirmed_at is None:
        _confirmed(session, case, mention, by=by, now=now)
    return case


def heard(session: Session, mention: Mention, *, settings: DeskSettings, now: datetime) -> bool:
    """A triaged post that needs no answer: whether it is the customer's word that their case is solved. It joins the case, which stays closed."""
    if not is_thanks(session, mention):
        return False
    latest = opening.latest_case_of(session, mention)
    if latest is None:
        return False
    case = case_to_change(session, latest.id)
    if case.outcome != Outcome.SOLVED or case.closed_at is None or mention.posted_at <= case.closed_at:
        return False
    if not _is_later_than_answer(case, mention):
        return False
    mention.case_id = case.id
    if case.confirmed_at is None:
        _confirmed(session, case, mention, by=None, now=now)
    upkeep.renew(session, case, settings=settings)
    return True


def settle(session: Session, *, settings: DeskSettings, now: datetime) -> int:
    """Solved cases that stayed quiet for long enough have held; how many at most a chunk found so. They held when their time was over, not now."""
    quiet = select(Case).where(TO_HOLD, Case.closed_at <= now - settings.held_after).order_by(Case.closed_at, Case.id).limit(CHUNK)
    cases = session.scalars(quiet.with_for_update(skip_locked=True).execution_options(populate_existing=True)).all()
    for case in cases:
        if case.closed_at is not None:
            endings.hold(session, case, at=case.closed_at + settings.held_after)
            audit.record(session, "held", now=now, by=None, case_id=case.id, days=settings.held_after.days)
    session.flush()
    return len(cases)


def is_thanks(session: Session, mention: Mention) -> bool:
    """Whether a post is surely praise that asks for nothing."""
    is_calm = mention.urgency != Urgency.HIGH and mention.sentiment != Sentiment.NEGATIVE and not mention.abusive and mention.flag is None
    if mention.is_own or mention.intent != Intent.PRAISE or mention.needs_reply is not False or not is_calm:
        return False
    theirs, said = standing.standing(session, [mention.id]).get(mention.id, {}), standing.said(session, mention.id)
    return all(one in theirs or (said is not None and (said.confidence(one) or 0.0) >= SURE) for one in DECIDING)


def _is_later_than_answer(case: Case, mention: Mention) -> bool:
    return case.answered_at is not None and mention.posted_at > case.answered_at


def _confirmed(session: Session, case: Case, mention: Mention, *, by: Person | None, now: datetime) -> None:
    case.confirmed_at = now
    endings.hold(session, case, at=case.held_at or now)
    audit.record(session, "confirm_solved", now=now, by=by, case_id=case.id, mention=mention.id)
