"""What the classifier keeps from people, checked at random: each day some posts that probably need no answer, and some that are probably not about us.

What is found among them tells how many customers are missed. People's other corrections cannot tell that: they see what was brought before them.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from desk import audit
from desk.errors import NotFound
from desk.labels import corrections, label_examples
from desk.labels.accuracy import Agreement
from desk.people import people
from desk.settings import DeskSettings
from storage.dialect import among, insert_new
from storage.models import Author, Mention, Person, SpotCheck
from storage.words import CheckKind, Intent, Question, Sentiment

A_DAY = 20
BACK = timedelta(hours=24)
LATE = timedelta(hours=24)
"""A post that was heard so long after it was written is drawn all the same."""

MEASURED = timedelta(weeks=4)


@dataclass(frozen=True, slots=True)
class Drawn:
    """The day's draw of one kind: these mentions, of so many."""

    kind: CheckKind
    day: str
    population: int
    mention_ids: Sequence[int]


@dataclass(frozen=True, slots=True)
class CheckView:
    """One post to look at. `is_missed`: whether it did need an answer, or was about us after all; None until a person says so."""

    id: int
    mention_id: int
    author: str
    source: str
    site: str
    text: str
    url: str
    posted_at: datetime
    intent: Intent | None
    sentiment: Sentiment | None
    abusive: bool
    is_missed: bool | None


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a post by a person's look. `case_id`: the case that it belongs to now; `opened`: it became one by that."""

    case_id: int | None
    opened: bool


@dataclass(frozen=True, slots=True)
class Missed:
    """Of `n` posts that were drawn and looked at, how many should not have been kept from people."""

    n: int
    missed: int

    @property
    def share(self) -> float | None:
        """0 to 1; None where nobody has looked."""
        return Agreement(self.n, self.missed).share

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the share; all of it where nobody has looked."""
        return Agreement(self.n, self.missed).interval


def kept_back(kind: CheckKind) -> ColumnElement[bool]:
    """The mentions that are kept from people for this reason, and that belong to no case."""
    readable = Mention.triaged_at.is_not(None) & ~Mention.is_own & ~Mention.is_private & Mention.deleted_at.is_(None)
    # Not as a plain column: see desk.browse.
    without_case = readable & (func.coalesce(Mention.case_id, 0) == 0)
    if kind is CheckKind.NOT_US:
        return without_case & Mention.aside_by_id.is_not(None)
    return without_case & Mention.aside_by_id.is_(None) & Mention.needs_reply.is_(False) & Mention.flag.is_(None)


def population(session: Session, kind: CheckKind, *, now: datetime) -> int:
    """How many of them the last day brought."""
    return session.scalar(select(func.count()).where(_of_late(kind, now))) or 0


def to_draw(session: Session, *, settings: DeskSettings, now: datetime) -> list[Drawn]:
    """What is to be drawn today and has not been; reads only, since there may be many to draw from."""
    day = _day(settings, now)
    found = []
    for kind in CheckKind:
        done = session.scalar(select(SpotCheck.id).where(SpotCheck.kind == kind, SpotCheck.day == day).limit(1))
        known = select(SpotCheck.mention_id).where(SpotCheck.kind == kind)
        ids = [] if done else session.scalars(select(Mention.id).where(_of_late(kind, now), Mention.id.not_in(known))).all()
        if ids:
            chosen = random.SystemRandom().sample(list(ids), min(A_DAY, len(ids)))
            found.append(Drawn(kind, day, len(ids), sorted(chosen)))
    return found


def draw(session: Session, drawn: Sequence[Drawn], *, now: datetime) -> int:
    """Put today's posts before people; how many. A day is drawn once, whoever else has drawn it meanwhile."""
    count = 0
    for one in drawn:
        if session.scalar(select(SpotCheck.id).where(SpotCheck.kind == one.kind, SpotCheck.day == one.day).limit(1)) is not None:
            continue
        alive = set(session.scalars(select(Mention.id).where(among(session, Mention.id, one.mention_ids), Mention.deleted_at.is_(None))))
        row = {
            "kind": one.kind,
            "day": one.day,
            "population": one.population,
            "drawn_at": now,
            "is_missed": None,
            "person_id": None,
            "at": None,
        }
        rows = [{**row, "mention_id": mention_id} for mention_id in one.mention_ids if mention_id in alive]
        count += len(insert_new(session, SpotCheck.__table__, rows, key=("kind", "mention_id")))
    return count


def of_today(session: Session, kind: CheckKind, *, settings: DeskSettings, now: datetime) -> list[CheckView]:
    """Today's draw, those that nobody has looked at first."""
    query = (
        select(SpotCheck, Mention, Author).join(Mention, Mention.id == SpotCheck.mention_id).join(Author, Author.id == Mention.author_id)
    )
    rows = session.execute(query.where(SpotCheck.kind == kind, SpotCheck.day == _day(settings, now), Mention.deleted_at.is_(None)))
    found = [_view(check, mention, author) for check, mention, author in rows]
    return sorted(found, key=lambda view: (view.is_missed is not None, view.id))


def judge(session: Session, check_id: int, *, is_missed: bool, by: Person, settings: DeskSettings, now: datetime) -> Judged:
    """A person has looked: it should not have been kept from people, or rightly was. It is kept as their word on the post as well.

    One that was missed becomes a case. Raises NotAllowed, NotFound, and Invalid for a post that is gone.
    """
    people.require(by, people.LABELS)
    check = session.scalar(select(SpotCheck).where(SpotCheck.id == check_id).with_for_update().execution_options(populate_existing=True))
    if check is None:
        raise NotFound("There is no such check")
    if check.kind is CheckKind.NOT_US:
        judged = _about_us(session, check, is_missed=is_missed, by=by, settings=settings, now=now)
    else:
        judged = _needs_answer(session, check, is_missed=is_missed, by=by, settings=settings, now=now)
    check.is_missed, check.person_id, check.at = is_missed, by.id, now
    subject = f"mention {check.mention_id}"
    audit.record(session, "spot_check", now=now, by=by, case_id=judged.case_id, subject=subject, kind=check.kind.value, missed=is_missed)
    session.flush()
    return judged


def missed(session: Session, *, now: datetime) -> Mapping[CheckKind, Missed]:
    """What people found in the last weeks; a kind that nobody has looked at is absent."""
    columns = select(SpotCheck.kind, func.count(), func.count().filter(SpotCheck.is_missed.is_(True)))
    looked = columns.where(SpotCheck.is_missed.is_not(None), SpotCheck.at > now - MEASURED).group_by(SpotCheck.kind)
    return {kind: Missed(n, wrong) for kind, n, wrong in session.execute(looked)}


def _needs_answer(session: Session, check: SpotCheck, *, is_missed: bool, by: Person, settings: DeskSettings, now: datetime) -> Judged:
    mention = session.get(Mention, check.mention_id)
    question, label = Question.NEEDS_REPLY, str(is_missed).lower()
    if mention is not None and mention.needs_reply is not is_missed:
        done = corrections.correct(session, check.mention_id, question, label, by=by, settings=settings, now=now)
        return Judged(done.case_id, done.opened)
    corrections.confirm(session, check.mention_id, by=by, settings=settings, now=now, questions=(question,))
    return Judged(mention.case_id if mention else None, opened=False)


def _about_us(session: Session, check: SpotCheck, *, is_missed: bool, by: Person, settings: DeskSettings, now: datetime) -> Judged:
    """The word teaches the relevance of the feed; where that is gone, there is nothing to teach."""
    mention = session.get(Mention, check.mention_id)
    label_id = (mention.aside_by_id if mention else None) or label_examples.relevance_of(session, check.mention_id)
    if label_id is None:
        return Judged(mention.case_id if mention else None, opened=False)
    said = label_examples.say(session, label_id, check.mention_id, is_it=is_missed, by=by, settings=settings, now=now)
    return Judged(said.case_id, said.opened)


def _of_late(kind: CheckKind, now: datetime) -> ColumnElement[bool]:
    return kept_back(kind) & (Mention.bucket_at >= now - BACK - LATE) & (Mention.seen_at >= now - BACK)


def _day(settings: DeskSettings, now: datetime) -> str:
    return now.astimezone(ZoneInfo(settings.zone)).date().isoformat()


def _view(check: SpotCheck, mention: Mention, author: Author) -> CheckView:
    return CheckView(
        id=check.id,
        mention_id=mention.id,
        author=author.name or author.handle,
        source=mention.source,
        site=mention.site,
        text=f"{mention.title}\n{mention.text}".strip(),
        url=mention.url,
        posted_at=mention.posted_at,
        intent=mention.intent,
        sentiment=mention.sentiment,
        abusive=bool(mention.abusive),
        is_missed=check.is_missed,
    )
