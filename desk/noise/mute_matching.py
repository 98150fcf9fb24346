"""Which mute fits a mention: authors and threads by their ids, domains by the hosts of its links, terms by one expression for all of them."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from desk.figures import rollups
from storage.dialect import among
from storage.models import LinkHost, Mention, Mute, MuteDrop
from storage.search import fold
from storage.words import MuteKind

BY_WORDS = (MuteKind.DOMAIN, MuteKind.TERM)
"""What fits by what was written; the others fit by who wrote it, or where."""

WORD = re.compile(r"\w+")
HOST = re.compile(r"(?<![\w@.-])[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,24}(?![\w@-])")
PAGES = frozenset({"rss"})
"""Sources whose posts are pages of the web: the page's own address is a link as well."""

WITHOUT_SPACES = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
"""Thai, Lao, Burmese and Khmer write words without spaces, as do the scripts that are drawn wide."""


@dataclass(frozen=True, slots=True)
class Match:
    """The mute that fits a mention."""

    mute_id: int
    kind: MuteKind


@dataclass(frozen=True, slots=True)
class Fitting:
    """Which mutes fit some mentions, by the mention's id, and which of them a mute holds already."""

    matches: Mapping[int, Match] = field(default_factory=dict)
    held: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Written:
    """What a mention says, as mutes compare it: folded, with the hosts that it links to."""

    words: str
    hosts: frozenset[str]

    @classmethod
    def of(cls, mention: Any, hidden: Collection[str] = ()) -> "Written":
        """`mention` has source, title, text and url; `hidden`: hosts that its text does not show."""
        words = fold(f"{mention.title}\n{mention.text}")
        page = HOST.findall(fold(mention.url)) if mention.source in PAGES else ()
        # Looking for hosts is slow, and few words have a dot within.
        dotted = [part for part in words.split() if "." in part[:-1]]
        return cls(words, frozenset((*(host for part in dotted for host in HOST.findall(part)), *page[:1], *hidden)))


@dataclass(frozen=True, slots=True)
class Mutes:
    """The mutes of one place: what fits there, by the mute's id."""

    authors: Mapping[int, int]
    threads: Mapping[int, int]
    domains: Mapping[str, int]
    terms: Mapping[str, int]
    in_order: tuple[str, ...] = ()

    @classmethod
    def of(cls, rows: Sequence[Any]) -> "Mutes":
        """Of mutes with equal targets the oldest counts."""
        oldest = sorted(rows, key=lambda row: -row.id)
        by_kind: dict[MuteKind, dict[str, int]] = {kind: {row.target: row.id for row in oldest if row.kind is kind} for kind in MuteKind}
        authors, threads = ({int(target): n for target, n in by_kind[kind].items()} for kind in (MuteKind.AUTHOR, MuteKind.THREAD))
        return cls(authors, threads, by_kind[MuteKind.DOMAIN], by_kind[MuteKind.TERM], tuple(sorted(by_kind[MuteKind.TERM])))

    def match(self, author_id: int, thread_id: int, written: Written | None) -> Match | None:
        """Who wrote it, and where, come first: those mutes spare nothing. Without `written` words are not looked at."""
        if author_id in self.authors:
            return Match(self.authors[author_id], MuteKind.AUTHOR)
        if thread_id in self.threads:
            return Match(self.threads[thread_id], MuteKind.THREAD)
        return self._by_words(written) if written else None

    def _by_words(self, written: Written) -> Match | None:
        for host in sorted(written.hosts) if self.domains else ():
            for domain in _and_above(host):
                if domain in self.domains:
                    return Match(self.domains[domain], MuteKind.DOMAIN)
        found = expression(self.in_order).search(written.words) if self.in_order and self._may_fit(written) else None
        return Match(self.terms[" ".join(found[0].split())], MuteKind.TERM) if found else None

    def _may_fit(self, written: Written) -> bool:
        """Whether some term's first word is there at all: hardly any mention needs the expression."""
        first = first_words(self.in_order)
        return first is None or not first.isdisjoint(WORD.findall(written.words))


@lru_cache(maxsize=64)
def first_words(terms: tuple[str, ...]) -> frozenset[str] | None:
    """The word that each of these terms begins with; None where one may stand within a longer word."""
    if not all(_has_edge(letter) for term in terms for letter in term if letter.isalnum()) or not all(term[0].isalnum() for term in terms):
        return None
    return frozenset(found[0] for term in terms if (found := WORD.match(term)))


@lru_cache(maxsize=64)
def expression(terms: tuple[str, ...]) -> re.Pattern[str]:
    """Finds any of these folded terms as whole words; of two that begin alike the longer one."""
    longest_first = sorted(terms, key=lambda term: (-len(term), term))
    return re.compile("|".join(_as_whole_words(term) for term in longest_first))


def _as_whole_words(term: str) -> str:
    before, after = (r"(?<!\w)" if _has_edge(term[0]) else ""), (r"(?!\w)" if _has_edge(term[-1]) else "")
    return before + r"\s+".join(re.escape(part) for part in term.split()) + after


def _has_edge(letter: str) -> bool:
    """Whether words of this letter's script end where another sign begins."""
    is_wide = unicodedata.east_asian_width(letter) in "WF"
    return letter.isalnum() and not is_wide and not WITHOUT_SPACES.match(letter)


def _and_above(host: str) -> Iterator[str]:
    """A host and the domains that it belongs to, without the top one."""
    parts = host.split(".")
    return (".".join(parts[at:]) for at in range(len(parts) - 1))


def in_force(now: datetime) -> ColumnElement[bool]:
    """Neither ended nor run out."""
    return and_(Mute.ended_at.is_(None), or_(Mute.until.is_(None), Mute.until > now))


def fitting(session: Session, mentions: Sequence[Mention], brands: Mapping[int, int], *, now: datetime) -> Fitting:
    """The mutes in force that fit these mentions. `brands`: which brand answers each; for another brand's mute that mention is none of its.

    What somebody brought back fits none any more. What a mute holds already stays held by it, ended or not, unless its text was edited since.
    """
    ids = [mention.id for mention in mentions]
    dropped = {row.mention_id: row for row in session.execute(_drops(session, ids))} if ids else {}
    left = [mention for mention in mentions if mention.id not in dropped or _is_edited(mention, dropped[mention.id])]
    matches = {n: Match(row.mute_id, row.kind) for n, row in dropped.items() if row.back_at is None}
    held = frozenset(matches)
    for mention in left:
        matches.pop(mention.id, None)
    return Fitting(matches | _matches(session, left, brands, now=now), held)


def _drops(session: Session, ids: Sequence[int]) -> Any:
    columns: list[Any] = [MuteDrop.mention_id, MuteDrop.mute_id, MuteDrop.revision, MuteDrop.back_at, Mute.kind]
    return select(*columns).join(Mute, Mute.id == MuteDrop.mute_id).where(among(session, MuteDrop.mention_id, ids))


def _is_edited(mention: Mention, drop: Any) -> bool:
    return drop.back_at is None and mention.revision > drop.revision


def _matches(session: Session, mentions: Sequence[Mention], brands: Mapping[int, int], *, now: datetime) -> dict[int, Match]:
    rows = _rows(session, mentions, now=now) if mentions else []
    if not rows:
        return {}
    places = _places(session, mentions, brands) if any(row.scope for row in rows) else {}
    hidden = hidden_hosts(session, [m.id for m in mentions]) if any(row.kind is MuteKind.DOMAIN for row in rows) else {}
    by_words = any(row.kind in BY_WORDS for row in rows)
    by_place: dict[frozenset[int], Mutes] = {}
    found: dict[int, Match] = {}
    for mention in mentions:
        place = places.get(mention.id, frozenset())
        if place not in by_place:
            by_place[place] = Mutes.of([row for row in rows if not row.scope or row.scope in place])
        written = Written.of(mention, hidden.get(mention.id, ())) if by_words else None
        match = by_place[place].match(mention.author_id, mention.thread_id, written)
        if match is not None:
            found[mention.id] = match
    return found


def _rows(session: Session, mentions: Sequence[Mention], *, now: datetime) -> Sequence[Any]:
    """Of authors and threads, of which there may be thousands, only those of these mentions."""
    authors, threads = {mention.author_id for mention in mentions}, {mention.thread_id for mention in mentions}
    here = or_(among(session, Mute.author_id, sorted(authors)), among(session, Mute.thread_id, sorted(threads)), Mute.kind.in_(BY_WORDS))
    columns: list[Any] = [Mute.id, Mute.kind, Mute.target, Mute.scope]
    return session.execute(select(*columns).where(here, in_force(now))).all()


def _places(session: Session, mentions: Sequence[Mention], brands: Mapping[int, int]) -> dict[int, frozenset[int]]:
    """The brand that answers, else all that listen: talk about a competitor is answered by none."""
    unanswered = [mention.id for mention in mentions if mention.id not in brands]
    caught = rollups.scopes(session, unanswered) if unanswered else {}
    listening = {mention_id: frozenset(-scope for scope in scopes if scope < 0) for mention_id, scopes in caught.items()}
    return listening | {mention_id: frozenset({brand}) for mention_id, brand in brands.items()}


def hidden_hosts(session: Session, mention_ids: Sequence[int]) -> dict[int, list[str]]:
    """Hosts that these mentions link to, and that their texts do not show."""
    found: dict[int, list[str]] = {}
    for row in session.execute(select(LinkHost.mention_id, LinkHost.host).where(among(session, LinkHost.mention_id, mention_ids))):
        found.setdefault(row.mention_id, []).append(row.host)
    return found
