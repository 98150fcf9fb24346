"""A dry run writes nothing, and says exactly what then happens."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from desk.cases import cases
from desk.labels.verdict import Verdict
from desk.post import Post, PostAuthor
from desk.rules import rule_dry_run, rules
from desk.rules.rule_deciding import Did
from desk.rules.rule_dry_run import DryRun, Effect, dry_run
from desk.rules.rule_parts import Act
from storage.database import Database
from storage.models import Base, Mention, Rule
from storage.words import Intent, Sentiment, Shift, Urgency
from tests.support.desk import person
from tests.support.listening import HOUR, NO_MATTER, NOON, classify, listening, mention, poll, post, verdict
from tests.support.ruling import firings, lead, on, only_case, tag, team, written

LOST = {"query": "parcel"}
DAY = timedelta(days=1)


def run(session: Session, rule: Rule) -> DryRun:
    return dry_run(session, rule.id, by=lead(session), now=NOON)


def test_it_counts_what_fits_and_what_each_act_would_do(listened: Database) -> None:
    with listened.write() as session:
        poll(session, post("1"), post("2", "My parcel burns", by="bob"), post("3", "Hello", by="cy"), post("4", "Parcel came", by="dee"))
        classify(session, burns=verdict(urgency=Urgency.HIGH), came=NO_MATTER)
        found = run(session, written(session, "Lost", LOST, mute=True))
        assert (found.looked, found.fits, found.is_bounded, found.version) == (4, 3, False, 1)
        assert found.effects == {Act.MUTE: Effect(2, {"emergency": 1})}
        assert (found.samples[0].author, found.samples[0].text) == ("Dee", "Parcel came")
        assert found.samples[-1].case_id == mention(session, "1").case_id


def test_only_the_last_seven_days_are_looked_at(listened: Database) -> None:
    with listened.write() as session:
        poll(session, post("1", at=NOON - 8 * DAY), post("2", at=NOON - 6 * DAY, by="bob"))
        classify(session)
        assert run(session, written(session, "Lost", LOST, mute=True)).looked == 1


def test_of_too_many_the_newest_are_looked_at_and_it_says_so(listened: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule_dry_run, "MOST", 2)
    with listened.write() as session:
        poll(session, *(post(str(n), at=NOON - n * HOUR, by=f"c{n}") for n in range(4)))
        classify(session)
        found = run(session, written(session, "Lost", LOST, mute=True))
        assert (found.looked, found.is_bounded) == (2, True)
        assert set(found.fitting) == {mention(session, "0").id, mention(session, "1").id}


def test_rules_before_it_come_first(listened: Database) -> None:
    with listened.write() as session:
        poll(session, post("1"))
        classify(session)
        on(session, "All", {"needs_reply": True}, urgency="high")
        rule = written(session, "Lost", LOST, urgency="low")
        assert run(session, rule).effects == {Act.URGENCY: Effect(0, {"earlier": 1})}
        rules.move(session, rule.id, to=0, by=lead(session), now=NOON)
        assert run(session, rule).effects == {Act.URGENCY: Effect(1)}


def test_what_it_would_call_urgent_would_become_a_case_unless_nobody_answers_it(listened: Database) -> None:
    with listened.write() as session:
        poll(session, post("1"), post("2", "A parcel prize", by="spam"))
        poll(session, post("3", "Their parcel", by="cy"), feed="rival")
        classify(session, NO_MATTER, prize=verdict(intent=Intent.SPAM))
        found = run(session, written(session, "Lost", LOST, urgency="high", team=team(session)))
        assert found.effects == {Act.TEAM: Effect(1, {"no_case": 2}), Act.URGENCY: Effect(3)}


def test_what_somebody_had_before_is_theirs(listened: Database) -> None:
    with listened.write() as session:
        ana = person(session)
        poll(session, post("1", "Hello"))
        classify(session)
        case = only_case(session)
        case.claimed_at, case.claim_no = NOON, 1
        poll(session, post("2", thread_id="1"), now=NOON + HOUR)
        classify(session, now=NOON + HOUR)
        assert run(session, written(session, "Lost", LOST, assign=ana.id)).effects == {Act.ASSIGN: Effect(0, {"has_owner": 1})}


@pytest.mark.parametrize(("limit", "effect"), [(1, Effect(0, {"full": 3})), (2, Effect(3)), (None, Effect(3))])
def test_it_counts_what_waits_for_somebody_now_and_not_what_seven_days_bring(listened: Database, limit: int | None, effect: Effect) -> None:
    with listened.write() as session:
        ana = person(session)
        poll(session, post("1", "Hello", by="zoe"), *(post(str(n), by=f"c{n}") for n in range(2, 5)))
        classify(session)
        ana.open_limit = limit
        cases.claim(session, mention(session, "1").case_id or 0, by=ana, now=NOON)
        assert run(session, written(session, "Lost", LOST, assign=ana.id)).effects == {Act.ASSIGN: effect}


def test_samples_are_spread_over_all_that_fits(listened: Database) -> None:
    with listened.write() as session:
        poll(session, *(post(str(n), at=NOON - (99 - n) * HOUR, by=f"c{n}") for n in range(100)))
        classify(session)
        samples = run(session, written(session, "Lost", LOST, mute=True)).samples
        places = [int(session.get_one(Mention, one.mention_id).external_id) for one in samples]
        assert places == list(range(99, 0, -5))


def test_it_writes_nothing(listened: Database) -> None:
    with listened.write() as session:
        poll(session, post("1"), post("2", by="bob"))
        classify(session)
        rule = written(session, "Lost", LOST, tags=[tag(session)], team=team(session), urgency="high")
    written_statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.lstrip().upper().startswith(("SELECT", "PRAGMA")):
            written_statements.append(statement)

    with listened.read() as session:
        before = _rows(session)
        event.listen(listened.engine, "before_cursor_execute", note)
        run(session, rule)
        event.remove(listened.engine, "before_cursor_execute", note)
        assert (written_statements, list(session.dirty), list(session.new), _rows(session)) == ([], [], [], before)


def _rows(session: Session) -> dict[str, int]:
    tables = Base.metadata.sorted_tables
    return {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


TEXTS = ("parcel lost", "refund my parcel", "thank you", "burning parcel, refund", "hello")
QUERIES = ("parcel", "refund OR hello", "-refund", '"parcel lost"')

EVERY = {"has_link": False}
"""Fits every post: rules that meet on one mention are what there is to get wrong."""

conditions = st.just(EVERY) | st.fixed_dictionaries(
    {},
    optional={
        "query": st.sampled_from(QUERIES),
        "sentiment": st.lists(st.sampled_from(list(Sentiment)), min_size=1, max_size=2, unique=True),
        "needs_reply": st.booleans(),
        "urgency": st.lists(st.sampled_from(list(Urgency)), min_size=1, max_size=2, unique=True),
        "reach_at_least": st.sampled_from([1, 1_000]),
        "handles": st.just(["ana", "bob"]),
    },
).filter(bool)
acts = st.one_of(
    st.fixed_dictionaries({"mute": st.just(True)}, optional={"tags": st.just([0])}),
    st.fixed_dictionaries(
        {},
        optional={
            "tags": st.lists(st.sampled_from([0, 1]), min_size=1, unique=True),
            "team": st.sampled_from([0, 1]),
            "urgency": st.sampled_from(list(Urgency)),
            "assign": st.sampled_from([0, 1]),
        },
    ).filter(bool),
)
said = st.builds(
    verdict,
    st.sampled_from(list(Sentiment)),
    st.sampled_from([Intent.COMPLAINT, Intent.SPAM, Intent.OTHER]),
    needs_reply=st.booleans(),
    urgency=st.sampled_from(list(Urgency)),
)
heard = st.tuples(st.sampled_from(TEXTS), st.sampled_from(["ana", "bob", "cy"]), st.sampled_from([None, 10, 5_000]), said)


@given(posts=st.lists(heard, min_size=1, max_size=6), ruled=st.lists(st.tuples(conditions, acts), min_size=2, max_size=4), data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_it_says_exactly_what_then_happens(database: Database, posts: list[Any], ruled: list[Any], data: st.DataObject) -> None:
    """The same posts come twice: once before the rules are on, when they are dry-run, and once after."""
    with database.write() as session:
        listening(session)
        named = _named(session)
        _arrive(session, "a", posts)
        made = [
            rules.add(session, rules.draft_of(f"rule {n}", condition, _with_ids(one, named)), by=lead(session), now=NOON)
            for n, (condition, one) in enumerate(ruled)
        ]
        for rule in made[:-1]:
            rule.enabled = data.draw(st.booleans())
        session.flush()
        last = data.draw(st.sampled_from(made))
        predicted = _by_place(session, run(session, last).fitting)
        last.enabled = True
        session.flush()
        _arrive(session, "b", posts)
        happened = {row.mention_id: row.did for row in firings(session, last)}
        assert _by_place(session, happened) == predicted
        session.rollback()


def _named(session: Session) -> dict[str, list[int]]:
    bo = person(session, "Bo")
    bo.shift = Shift.OFF
    return {
        "tags": [tag(session, "a"), tag(session, "b")],
        "team": [team(session, "A"), team(session, "B")],
        "assign": [person(session).id, bo.id],
    }


def _with_ids(given_acts: dict[str, Any], named: dict[str, list[int]]) -> dict[str, Any]:
    found = {}
    for name, value in given_acts.items():
        ids = named.get(name)
        found[name] = value if ids is None else [ids[n] for n in value] if isinstance(value, list) else ids[value]
    return found


def _arrive(session: Session, run_name: str, posts: list[tuple[str, str, int | None, Verdict]]) -> None:
    stored = [
        Post(
            f"{run_name}{n}",
            PostAuthor(f"{run_name}u{n}", handle, handle.title(), reach),
            f"{text} no{n}",
            NOON - n * HOUR,
            f"{run_name}{n}",
        )
        for n, (text, handle, reach, _) in enumerate(posts)
    ]
    poll(session, *stored)
    by_text: dict[str, Any] = {f"no{n}": one for n, (*_, one) in enumerate(posts)}
    classify(session, **by_text)


def _by_place(session: Session, did: Any) -> dict[str, Did]:
    return {session.get_one(Mention, mention_id).external_id[1:]: one for mention_id, one in did.items()}
