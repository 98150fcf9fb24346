"""What a rule would have done to the mentions of the last days, had it stood at its place among the others. Writes nothing."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from desk.errors import NotFound
from desk.figures import rollups
from desk.intake import worth
from desk.labels import label_marks
from desk.people import people
from desk.rules import rule_deciding, rule_set
from desk.rules.rule_deciding import CaseState, Decided, Did, Entry, Ready, is_done
from desk.rules.rule_matching import Heard, fits
from desk.rules.rule_parts import Act
from storage.dialect import among
from storage.models import Author, Case, Mention, Person, Rule
from storage.words import Intent, Urgency

BACK = timedelta(days=7)
MOST = 20_000
"""Of more mentions than that the newest are looked at."""

SAMPLES = 20
LONGEST_TEXT = 280

HEARD = (
    "id",
    "title",
    "text",
    "source",
    "site",
    "sentiment",
    "intent",
    "urgency",
    "needs_reply",
    "abusive",
    "language",
    "is_private",
    "flag",
    "case_id",
    "posted_at",
    "seen_at",
)


@dataclass(frozen=True, slots=True)
class Sample:
    """One mention that the rule fits, and what it would have done: `did` as a firing holds it. `case_id`: the case that it has today."""

    mention_id: int
    case_id: int | None
    author: str
    source: str
    site: str
    text: str
    posted_at: datetime
    is_private: bool
    did: Did
    abusive: bool = False


@dataclass(frozen=True, slots=True)
class Effect:
    """How often an act would have been done, and how often left undone, by the reason."""

    done: int = 0
    left: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DryRun:
    """`looked` mentions of which the rule `fits` some. `is_bounded`: there were more, and the newest were looked at. `fitting`: all that fit, by id."""

    rule_id: int
    version: int
    since: datetime
    looked: int
    fits: int
    is_bounded: bool
    effects: Mapping[Act, Effect]
    samples: tuple[Sample, ...]
    fitting: Mapping[int, Did]


@dataclass(frozen=True, slots=True)
class _Looked:
    """A mention that fits, as read, with what it says."""

    row: Row[Any]
    heard: Heard


def dry_run(session: Session, rule_id: int, *, by: Person, now: datetime) -> DryRun:
    """Look at the mentions of the last seven days, by their labels of today, each as if it came now.

    Raises NotAllowed, NotFound. What people did with its case since is left out, other than that somebody had it before the mention came. Whoever
    may be given one more case now is so for each of them: in seven days cases are closed, too.
    """
    people.require(by, people.LEADS)
    rule = session.scalar(select(Rule).where(Rule.id == rule_id, Rule.removed_at.is_(None)))
    if rule is None:
        raise NotFound("There is no such rule")
    rules = rule_set.with_rule(session, rule)
    mine = next(one for one in rules.rules if one.id == rule_id)
    rows = _newest(session, since=now - BACK)
    found = _that_fit(session, mine, rows[:MOST])
    did = _simulate(session, rules.rules, mine, found, now=now)
    samples = _samples(found, did)
    looked, is_bounded = len(rows[:MOST]), len(rows) > MOST
    return DryRun(rule_id, rule.version, now - BACK, looked, len(found), is_bounded, _effects(mine, did), samples, did)


def _newest(session: Session, *, since: datetime) -> Sequence[Row[Any]]:
    """One more than is looked at, to know whether there are more."""
    columns: list[Any] = [*(getattr(Mention, name) for name in HEARD), Author.handle, Author.name, Author.reach]
    query = select(*columns).join(Author, Author.id == Mention.author_id)
    labelled = query.where(Mention.bucket_at >= since, Mention.deleted_at.is_(None), ~Mention.is_own, Mention.triaged_at.is_not(None))
    return session.execute(labelled.order_by(Mention.bucket_at.desc(), Mention.id.desc()).limit(MOST + 1)).all()


def _that_fit(session: Session, mine: Ready, rows: Sequence[Row[Any]]) -> list[_Looked]:
    """In the order in which they were written."""
    needs_place = bool(mine.condition.feeds or mine.condition.brands)
    scopes = rollups.scopes(session, [row.id for row in rows]) if needs_place else {}
    own = label_marks.of_mentions(session, [row.id for row in rows]) if mine.condition.labels else {}
    heard = (
        (row, Heard.of(row, handle=row.handle, reach=row.reach, scopes=scopes.get(row.id, ()), own=own.get(row.id, ()))) for row in rows
    )
    return sorted((_Looked(row, one) for row, one in heard if fits(mine.tests, one)), key=lambda one: (one.row.posted_at, one.row.id))


def _simulate(session: Session, rules: Sequence[Ready], mine: Ready, found: Sequence[_Looked], *, now: datetime) -> dict[int, Did]:
    """What the rule does to each mention, with the rules before it coming first."""
    rules = _that_matter(rules, mine)
    needs_place = any(rule.condition.feeds or rule.condition.brands for rule in rules if rule is not mine)
    scopes = rollups.scopes(session, [one.row.id for one in found]) if needs_place else {}
    own = label_marks.of_mentions(session, [one.row.id for one in found]) if any(rule.condition.labels for rule in rules) else {}
    desk = _Desk(_cases(session, found), _answered(session, rules, found))
    did, room = {}, rule_set.room(session, rules, now=now)
    for one in found:
        one.heard.scopes = one.heard.scopes or scopes.get(one.row.id, ())
        one.heard.own = one.heard.own or own.get(one.row.id, ())
        fitting = rule_deciding.fitting(rules, one.heard)
        decided = rule_deciding.before_case(one.heard, fitting, goes_on=partial(desk.goes_on, one.row))
        rule_deciding.with_case(decided, desk.case_of(one.row, decided), on_mention=set(), room=dict(room))
        did[one.row.id] = decided.did[mine.id]
    return did


def _that_matter(rules: Sequence[Ready], mine: Ready) -> list[Ready]:
    """Those before it, and those that decide whether there is a case."""
    place = rules.index(mine)
    return [rule for at, rule in enumerate(rules) if at <= place or rule.acts.urgency is not None or rule.acts.mute]


@dataclass(slots=True)
class _Desk:
    """Cases as they would have come to be. `answered`: mentions without a case that some brand would answer; `unopened`: cases that are muted away."""

    cases: Mapping[int, Row[Any]]
    answered: Collection[int]
    states: dict[int, CaseState] = field(default_factory=dict)
    unopened: set[int] = field(default_factory=set)

    def goes_on(self, row: Row[Any]) -> bool:
        """Whether it joined a case that another mention had opened."""
        return row.case_id is not None and row.case_id not in self.unopened and self.cases[row.case_id].opening_mention_id != row.id

    def case_of(self, row: Row[Any], decided: Decided) -> CaseState | None:
        if decided.muted_by is not None:
            self.unopened |= {row.case_id} - {None}
            return None
        if row.case_id is None:
            return CaseState() if row.id in self.answered and _asks(row, decided) else None
        if row.case_id in self.unopened and not _asks(row, decided):
            return None
        self.unopened.discard(row.case_id)
        state = self.states.setdefault(row.case_id, CaseState(row.case_id))
        claimed_at = self.cases[row.case_id].claimed_at
        if claimed_at is not None and claimed_at <= row.seen_at:
            state.claim_no = max(state.claim_no, 1)
        return state


def _asks(row: Row[Any], decided: Decided) -> bool:
    """Whether a mention makes a case by itself, as `worth.needs_eyes` says."""
    if row.is_private or row.flag is not None:
        return True
    return row.intent != Intent.SPAM and (bool(row.needs_reply) or Urgency.HIGH in {row.urgency, decided.urgency})


def _cases(session: Session, found: Sequence[_Looked]) -> dict[int, Row[Any]]:
    ids = sorted({one.row.case_id for one in found if one.row.case_id is not None})
    columns: list[Any] = [Case.id, Case.opening_mention_id, Case.claimed_at]
    query = select(*columns).where(among(session, Case.id, ids))
    return {row.id: row for row in session.execute(query)} if ids else {}


def _answered(session: Session, rules: Sequence[Ready], found: Sequence[_Looked]) -> set[int]:
    """Only asked for where a rule can make a case of a mention that has none."""
    without = [one.row.id for one in found if one.row.case_id is None and one.row.intent != Intent.SPAM]
    if not without or not any(rule.acts.urgency is Urgency.HIGH for rule in rules):
        return set()
    return worth.answered(session, without)


def _effects(mine: Ready, did: Mapping[int, Did]) -> dict[Act, Effect]:
    return {act: _effect([one[act] for one in did.values() if act in one]) for act in mine.acts.kinds}


def _effect(entries: Sequence[Entry]) -> Effect:
    return Effect(sum(map(is_done, entries)), dict(Counter(entry["left"] for entry in entries if not is_done(entry))))


def _samples(found: Sequence[_Looked], did: Mapping[int, Did]) -> tuple[Sample, ...]:
    """Spread evenly over what fits, the newest first."""
    step = max(1, len(found) / SAMPLES)
    chosen = [found[len(found) - 1 - int(place * step)] for place in range(min(SAMPLES, len(found)))]
    return tuple(_sample(one.row, did[one.row.id]) for one in chosen)


def _sample(row: Row[Any], did: Did) -> Sample:
    text = " ".join(f"{row.title} {row.text}".split())[:LONGEST_TEXT]
    return Sample(
        row.id, row.case_id, row.name or row.handle, row.source, row.site, text, row.posted_at, row.is_private, did, bool(row.abusive)
    )
