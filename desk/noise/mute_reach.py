"""What a mute would have held back in the last days: asked before it is set. Writes nothing."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from desk.intake.authors import bare
from desk.noise import mute_matching, mutes
from desk.noise.mute_matching import Mutes, Written
from desk.noise.mutes import MuteDraft, Target
from desk.people import people
from storage.models import Alike, Brand, Case, Catch, Feed, Mention, Person, ReplyAccount
from storage.search import fold
from storage.words import BrandKind, Flag, MuteKind, Urgency

BACK = timedelta(days=7)
MOST = 20_000
"""Of more mentions than that the newest are looked at."""

SHORTENERS = frozenset({"t.co", "bit.ly", "lnkd.in", "buff.ly", "ow.ly", "tinyurl.com", "goo.gl", "dlvr.it", "is.gd"})
"""A link that leads through them says nothing of where it leads: none of them is proposed."""

LINKED = re.compile(r"(?:https?://|\bwww\.)([\w.-]*\w)")
COMPARED = 5
"""Copies that a proposed term must stand in."""

READ: tuple[Any, ...] = (Mention.id, Mention.author_id, Mention.thread_id, Mention.source, Mention.title, Mention.text, Mention.url)
TOLD: tuple[Any, ...] = (Mention.is_private, Mention.urgency, Mention.ruled_urgency, Mention.flag, Mention.addressed, Mention.site)


@dataclass(frozen=True, slots=True)
class Reach:
    """Of the mentions of the last days: `held` would have opened no case, `cases` of them did open one.

    `spared` fit, and would have come through: urgent, private, to one of our accounts, or in a case that went on. `is_bounded`: there were more than
    could be looked at.
    """

    held: int
    cases: int
    spared: int
    is_bounded: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be muted from one mention. `domains`: what it links to; `term`: the words that it shares with its copies; `brand_id`: who caught it."""

    mention_id: int
    author: str
    domains: tuple[str, ...]
    term: str
    brand_id: int | None
    brands: tuple[tuple[int, str], ...]


def offer(session: Session, mention_id: int, *, by: Person) -> Offer | None:
    """What somebody is offered who wants to mute what a mention stands for; None where it is gone or ours."""
    people.require(by, mutes.MUTES)
    mention = session.get(Mention, mention_id)
    if mention is None or mention.deleted_at is not None or mention.is_own:
        return None
    hidden = mute_matching.hidden_hosts(session, [mention_id]).get(mention_id, [])
    caught = select(Feed.brand_id).join(Catch, Catch.feed_id == Feed.id).where(Catch.mention_id == mention_id).order_by(Feed.brand_id)
    brands = session.execute(select(Brand.id, Brand.name).order_by(Brand.name)).all()
    author = mutes.target_of(session, MuteDraft(MuteKind.AUTHOR, mention_id)).words
    return Offer(
        mention_id,
        author,
        tuple(sorted(set(_linked(mention, hidden)) - SHORTENERS)),
        _shared_words(session, mention),
        session.scalar(caught.limit(1)),
        tuple((row.id, row.name) for row in brands),
    )


def _linked(mention: Mention, hidden: Sequence[str]) -> Iterator[str]:
    """Where its links lead. Not what only looks like a host, such as two sentences without a space between."""
    page = mention.url if mention.source in mute_matching.PAGES else ""
    yield from (host.removeprefix("www.") for host in (*LINKED.findall(fold(f"{mention.title}\n{mention.text}\n{page}")), *hidden))


def _shared_words(session: Session, mention: Mention) -> str:
    """The longest run of words that all copies of it have, as this one writes it; empty where nothing is like it."""
    first = select(Alike.first_id).where(Alike.mention_id == mention.id).scalar_subquery()
    others = select(Mention.text).join(Alike, Alike.mention_id == Mention.id).where(Alike.first_id == first, Mention.id != mention.id)
    words = mention.text.split()
    run, is_compared = words, False
    for text in session.scalars(others.order_by(Mention.id.desc()).limit(COMPARED)):
        found = SequenceMatcher(None, run, text.split(), autojunk=False).find_longest_match()
        run, is_compared = run[found.a : found.a + found.size], True
    shown = " ".join(run) if is_compared else ""
    return shown if len(shown) <= mutes.LONGEST else shown[: mutes.LONGEST].rsplit(" ", 1)[0]


def reach(session: Session, draft: MuteDraft, *, by: Person, now: datetime) -> Reach:
    """How much a mute would have held back, had it stood for the last seven days. Raises NotAllowed, NotFound, Invalid as setting it does."""
    people.require(by, mutes.MUTES)
    target = mutes.target_of(session, draft)
    lately = and_(Mention.bucket_at >= now - BACK, Mention.deleted_at.is_(None), ~Mention.is_own, *_of_brand(draft.brand_id))
    if target.kind in mute_matching.BY_WORDS:
        return _by_words(session, target, lately)
    theirs = Mention.author_id == target.author_id if target.author_id is not None else Mention.thread_id == target.thread_id
    opened, free = Case.opening_mention_id == Mention.id, Mention.case_id.is_(None)
    columns = (func.count(case((or_(opened, free), 1))), func.count(case((opened, 1))), func.count())
    counted = select(*columns).select_from(Mention).outerjoin(Case, Case.id == Mention.case_id).where(lately, theirs)
    held, cases, everything = session.execute(counted).one()
    return Reach(held, cases, everything - held)


def _of_brand(brand_id: int | None) -> list[ColumnElement[bool]]:
    if brand_id is None:
        return []
    return [exists().where(Catch.mention_id == Mention.id, Feed.id == Catch.feed_id, Feed.brand_id == brand_id)]


def _by_words(session: Session, target: Target, lately: ColumnElement[bool]) -> Reach:
    rows = session.execute(_newest(lately)).all()
    fitting = _that_fit(session, target, rows[:MOST])
    ours = _our_handles(session) if fitting else set()
    spared = sum(_is_spared(row, ours) for row in fitting)
    cases = sum(row.opened == row.id and not _is_spared(row, ours) for row in fitting)
    return Reach(len(fitting) - spared, cases, spared, len(rows) > MOST)


def _newest(lately: ColumnElement[bool]) -> Select[Any]:
    query = select(*READ, *TOLD, Mention.case_id, Case.opening_mention_id.label("opened")).outerjoin(Case, Case.id == Mention.case_id)
    return query.where(lately).order_by(Mention.bucket_at.desc(), Mention.id.desc()).limit(MOST + 1)


def _that_fit(session: Session, target: Target, rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    domains, terms = ({target.key: 0} if target.kind is kind else {} for kind in (MuteKind.DOMAIN, MuteKind.TERM))
    wanted = Mutes({}, {}, domains, terms, tuple(terms))
    hidden = mute_matching.hidden_hosts(session, [row.id for row in rows]) if domains else {}
    return [row for row in rows if wanted.match(0, 0, Written.of(row, hidden.get(row.id, ())))]


def _is_spared(row: Row[Any], ours: set[tuple[str, str, str]]) -> bool:
    goes_on = row.case_id is not None and row.opened != row.id
    is_urgent = Urgency.HIGH in {row.urgency, row.ruled_urgency} or row.flag is Flag.FAILED
    return goes_on or is_urgent or row.is_private or any((row.source, row.site, handle) in ours for handle in row.addressed)


def _our_handles(session: Session) -> set[tuple[str, str, str]]:
    ours = select(ReplyAccount.source, ReplyAccount.site, ReplyAccount.handle).join(Brand, Brand.id == ReplyAccount.brand_id)
    rows = session.execute(ours.where(ReplyAccount.active, Brand.kind == BrandKind.OWN))
    return {(row.source, row.site, bare(row.handle)) for row in rows}
