"""What a team does not want to be bothered with: authors, threads, terms and domains that open no case, how much each held back, and the way back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from desk import audit, states
from desk.errors import Invalid, NotFound
from desk.forgetting.quotes import Words
from desk.intake.link_hosts import host_of
from desk.labels import triage
from desk.noise.mute_matching import HOST, in_force
from desk.people import people
from desk.settings import DeskSettings
from storage.dialect import among, insert_one
from storage.models import Author, Brand, Mention, Mute, MuteDrop, Person
from storage.models.noise import HOLDS
from storage.search import fold
from storage.words import MuteKind

MUTES = states.CARE | states.FEEDS
"""May mute and end mutes: those who answer, and those who say what is listened to."""

LONGEST, SHORTEST = 120, 3
CJK = 0x2E80
"""From this sign on one alone may be a word."""

LONGEST_REASON = 300
MOST = 500
"""Terms and domains in force: each mention is compared with all of them."""

CHUNK = 25
"""How many mentions come back in one transaction: nobody else can write to a SQLite file meanwhile."""

SHOWN_FOR = timedelta(days=30)
"""An ended mute stays on the list for so long, and for as long as it holds anything."""


@dataclass(frozen=True, slots=True)
class MuteDraft:
    """What is to be muted. Of an author or a thread `mention_id` says whose or which; of a term or a domain `words` do. Without a brand it is for all."""

    kind: MuteKind
    mention_id: int | None = None
    words: str = ""
    brand_id: int | None = None
    reason: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A draft made exact: `key` is what it is compared by, `words` how it is shown."""

    kind: MuteKind
    key: str
    words: str = ""
    author_id: int | None = None
    thread_id: int | None = None


@dataclass(frozen=True, slots=True)
class MuteView:
    """A mute as it stands. `held` mentions open no case because of it, the last one since `last_at`; `back` were brought back."""

    id: int
    kind: MuteKind
    words: str
    brand: str | None
    reason: str
    by: str
    at: datetime
    until: datetime | None
    ended_at: datetime | None
    ended_by: str
    held: int
    back: int
    last_at: datetime | None
    is_in_force: bool


@dataclass(frozen=True, slots=True)
class Back:
    """Of one chunk: how many mentions came back, how many of them became cases, and how many are left."""

    back: int = 0
    opened: int = 0
    left: int = 0


def target_of(session: Session, draft: MuteDraft) -> Target:
    """What exactly a draft would mute. Raises Invalid for what cannot be muted, NotFound for a mention that there is not."""
    if draft.kind is MuteKind.TERM:
        return _term(draft.words)
    if draft.kind is MuteKind.DOMAIN:
        return _domain(draft.words)
    mention = session.get(Mention, draft.mention_id or 0)
    if mention is None or mention.deleted_at is not None:
        raise NotFound("There is no such mention")
    if mention.is_own:
        raise Invalid("That is a post of ours: it opens no case anyway")
    if draft.kind is MuteKind.AUTHOR:
        author = session.get_one(Author, mention.author_id)
        return Target(draft.kind, str(author.id), author.handle or author.name, author_id=author.id)
    return Target(draft.kind, str(mention.thread_id), thread_id=mention.thread_id)


def _term(words: str) -> Target:
    shown = " ".join(words.split())
    key = " ".join(fold(shown).split())
    if len(key) < SHORTEST and not any(ord(letter) >= CJK for letter in key):
        raise Invalid(f"A term to mute has at least {SHORTEST} characters: a shorter one stands in too many posts")
    if len(shown) > LONGEST:
        raise Invalid(f"A term to mute has at most {LONGEST} characters")
    return Target(MuteKind.TERM, key, shown)


def _domain(words: str) -> Target:
    written = words.strip()
    host = host_of(written if "://" in written else f"https://{written}")
    if not HOST.fullmatch(host) or len(host) > LONGEST:
        raise Invalid("Write the domain alone, such as shop.example")
    return Target(MuteKind.DOMAIN, host, host)


def add(session: Session, draft: MuteDraft, *, by: Person, now: datetime) -> Mute:
    """Mute from now on: what fits is stored, labelled and counted as always, but opens no case. Live cases go on as they are.

    Raises NotAllowed, NotFound, and Invalid for what is muted already or cannot be.
    """
    people.require(by, MUTES)
    target = target_of(session, draft)
    if draft.until is not None and draft.until <= now:
        raise Invalid("A mute ends in the future")
    if draft.brand_id is not None and session.get(Brand, draft.brand_id) is None:
        raise Invalid("There is no such brand")
    _refuse_too_many(session, target, now=now)
    _end_run_out(session, target, scope=draft.brand_id or 0, now=now)
    row = _row(target, draft, by=by, now=now)
    mute_id = insert_one(session, Mute.__table__, row, key=("kind", "target", "scope"), where=HOLDS)
    if mute_id is None:
        raise Invalid("This is muted already")
    told: dict[str, Any] = {"kind": target.kind.value, "brand": draft.brand_id, "until": draft.until.isoformat() if draft.until else None}
    audit.record(session, "mute_added", now=now, by=by, subject=f"mute {mute_id}", **told)
    return session.get_one(Mute, mute_id)


def _refuse_too_many(session: Session, target: Target, *, now: datetime) -> None:
    if target.author_id is None and target.thread_id is None:
        compared = select(func.count()).select_from(Mute).where(in_force(now), Mute.author_id.is_(None), Mute.thread_id.is_(None))
        if (session.scalar(compared) or 0) >= MOST:
            raise Invalid(f"There are {MOST} muted terms and domains already: end one first")


def _end_run_out(session: Session, target: Target, *, scope: int, now: datetime) -> None:
    same = (Mute.kind == target.kind) & (Mute.target == target.key) & (Mute.scope == scope) & Mute.ended_at.is_(None)
    session.execute(update(Mute).where(same, Mute.until <= now).values(ended_at=Mute.until).execution_options(synchronize_session=False))


def _row(target: Target, draft: MuteDraft, *, by: Person, now: datetime) -> dict[str, Any]:
    return {
        "kind": target.kind,
        "target": target.key,
        "scope": draft.brand_id or 0,
        "author_id": target.author_id,
        "thread_id": target.thread_id,
        # An author's name is read where it stands, so that it goes with them.
        "words": target.words if target.author_id is None else "",
        "reason": draft.reason.strip()[:LONGEST_REASON],
        "until": draft.until,
        "created_by_id": by.id,
        "created_at": now,
    }


def end(session: Session, mute_id: int, *, by: Person, now: datetime) -> Mute:
    """It holds nothing back from now on; what it held stays where it is, until somebody brings it back. Ending twice changes nothing."""
    people.require(by, MUTES)
    found = select(Mute).where(Mute.id == mute_id).with_for_update()
    mute = session.scalar(found.execution_options(populate_existing=True))
    if mute is None:
        raise NotFound("There is no such mute")
    if mute.ended_at is None:
        mute.ended_at, mute.ended_by_id = now, by.id
        audit.record(session, "mute_ended", now=now, by=by, subject=f"mute {mute_id}", kind=mute.kind.value)
    return mute


def bring_back(session: Session, mute_id: int, *, by: Person, settings: DeskSettings, now: datetime, limit: int = CHUNK) -> Back:
    """The next `limit` mentions that an ended mute holds come back: those whose labels ask for it become cases.

    Called again, each time in a transaction of its own, until none is left. Raises NotAllowed, NotFound, and Invalid while the mute is in force.
    """
    people.require(by, MUTES)
    mute = session.get(Mute, mute_id)
    if mute is None:
        raise NotFound("There is no such mute")
    if mute.ended_at is None and (mute.until is None or mute.until > now):
        raise Invalid("End this mute first: it would hold them back again")
    theirs = (MuteDrop.mute_id == mute_id) & MuteDrop.back_at.is_(None)
    ids = session.scalars(select(MuteDrop.mention_id).where(theirs).order_by(MuteDrop.mention_id).limit(limit)).all()
    opened = _back(session, ids, by=by, settings=settings, now=now)
    left = session.scalar(select(func.count()).select_from(MuteDrop).where(theirs)) or 0
    if ids:
        audit.record(session, "mute_back", now=now, by=by, subject=f"mute {mute_id}", mentions=len(ids), opened=opened, left=left)
    return Back(len(ids), opened, left)


def bring_back_one(session: Session, mention_id: int, *, by: Person, settings: DeskSettings, now: datetime) -> int | None:
    """One mention comes back, whatever becomes of its mute; returns the case that it became, None where its labels ask for none.

    No mute holds it again. Raises NotAllowed, and NotFound for what no mute holds.
    """
    people.require(by, MUTES)
    held = select(MuteDrop.mention_id).where(MuteDrop.mention_id == mention_id, MuteDrop.back_at.is_(None))
    if session.scalar(held) is None:
        raise NotFound("No mute holds this mention back")
    _back(session, [mention_id], by=by, settings=settings, now=now)
    case_id = session.get_one(Mention, mention_id).case_id
    audit.record(
        session, "mute_back", now=now, by=by, case_id=case_id, subject=f"mention {mention_id}", mentions=1, opened=int(bool(case_id))
    )
    return case_id


def _back(session: Session, mention_ids: Sequence[int], *, by: Person, settings: DeskSettings, now: datetime) -> int:
    found = select(Mention).where(among(session, Mention.id, mention_ids)).order_by(Mention.id).with_for_update(key_share=True)
    mentions = session.scalars(found.execution_options(populate_existing=True)).all()
    back = update(MuteDrop).where(among(session, MuteDrop.mention_id, mention_ids)).values(back_at=now, back_by_id=by.id)
    session.execute(back.execution_options(synchronize_session=False))
    free = [mention for mention in mentions if mention.case_id is None and mention.deleted_at is None]
    return sum(triage.follow(session, mention, settings=settings, now=now) for mention in free)


def listed(session: Session, *, by: Person, now: datetime) -> list[MuteView]:
    """The mutes in force, the newest first, and behind them those that ended lately or still hold something."""
    people.require(by, MUTES)
    holds = exists().where(MuteDrop.mute_id == Mute.id, MuteDrop.back_at.is_(None))
    over_at = func.coalesce(Mute.ended_at, Mute.until)
    rows = session.execute(_views().where(or_(in_force(now), over_at > now - SHOWN_FOR, holds)).order_by(Mute.id.desc())).all()
    counted = _counted(session, [row[0].id for row in rows])
    views = [_view(row, counted.get(row[0].id), now=now) for row in rows]
    return sorted(views, key=lambda view: not view.is_in_force)


def _views() -> Select[Any]:
    ended_by = aliased(Person)
    columns: list[Any] = [
        Mute,
        Person.name.label("by"),
        ended_by.name.label("ended_by"),
        Brand.name.label("brand"),
        Author.handle,
        Author.name,
    ]
    query = select(*columns).join(Person, Person.id == Mute.created_by_id).outerjoin(ended_by, ended_by.id == Mute.ended_by_id)
    return query.outerjoin(Brand, Brand.id == Mute.scope).outerjoin(Author, Author.id == Mute.author_id)


def _counted(session: Session, mute_ids: Sequence[int]) -> dict[int, Any]:
    """All that each ever held, what of it came back, and when the last was held."""
    columns: list[Any] = [
        MuteDrop.mute_id,
        func.count().label("all"),
        func.count(MuteDrop.back_at).label("back"),
        func.max(MuteDrop.at).label("last"),
    ]
    rows = session.execute(select(*columns).where(among(session, MuteDrop.mute_id, mute_ids)).group_by(MuteDrop.mute_id))
    return {row.mute_id: row for row in rows}


def _view(row: Any, counted: Any, *, now: datetime) -> MuteView:
    mute: Mute = row[0]
    return MuteView(
        id=mute.id,
        kind=mute.kind,
        words=mute.words or row.handle or row.name or "",
        brand=row.brand,
        reason=mute.reason,
        by=row.by,
        at=mute.created_at,
        until=mute.until,
        ended_at=mute.ended_at,
        ended_by=row.ended_by or "",
        held=counted.all - counted.back if counted else 0,
        back=counted.back if counted else 0,
        last_at=counted.last if counted else None,
        is_in_force=mute.ended_at is None and (mute.until is None or mute.until > now),
    )


def forget_author(session: Session, author_id: int, words: Words, *, now: datetime) -> int:
    """Whoever is forgotten is muted by nobody any more, and no mute says a word of theirs; how many mutes changed.

    One by their words ends, and what it held of others stays held.
    """
    standing = session.scalars(select(Mute).order_by(Mute.id)).all()
    theirs = [mute for mute in standing if mute.author_id == author_id]
    for mute in theirs:
        session.delete(mute)
    return len(theirs) + sum(_clear(mute, words, now=now) for mute in standing if mute not in theirs)


def _clear(mute: Mute, words: Words, *, now: datetime) -> bool:
    said = (mute.target, mute.words, mute.reason)
    target, shown, reason = words.without_all(list(said))
    if mute.author_id is None and mute.thread_id is None and (target, shown) != said[:2]:
        mute.target, mute.words, mute.ended_at = f"erased:{mute.id}", "", mute.ended_at or now
    mute.reason = reason
    return (mute.target, mute.words, mute.reason) != said
