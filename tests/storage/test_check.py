"""`careline db check` is silent about a sound workspace, and names what is broken."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from desk.cases import cases
from desk.intake import ingest
from storage.check import check
from storage.database import Database
from storage.models import Case, Catch, Coverage, Feed, Mention, Reply, RollupHour
from storage.words import CaseStatus, ReplyState
from tests.support.desk import person
from tests.support.listening import NOON, classify, listening, mention, poll, post


def live(database: Database) -> None:
    with database.write() as session:
        listening(session)
        poll(session, *[post(str(n), by=f"c{n}") for n in range(3)])
        classify(session)
        ingest.forget(session, mention(session, "2").id, reason="erasure", now=NOON)
        cases.claim(session, mention(session, "0").case_id or 0, by=person(session), now=NOON)


def test_a_sound_workspace_has_no_faults(database: Database) -> None:
    live(database)
    with database.read() as session:
        assert [str(fault) for fault in check(session)] == []


def changed(table: type, **values: Any) -> Callable[[Session], Any]:
    return lambda session: session.execute(update(table).values(**values))


def replies(session: Session, *states: ReplyState, claim_no: int = 1) -> None:
    case = session.scalars(select(Case).where(Case.claim_no == 1)).one()
    for number, state in enumerate(states):
        session.add(
            Reply(
                case_id=case.id,
                mention_id=case.latest_mention_id,
                key=f"k{number}",
                state=state,
                claim_no=claim_no,
                created_at=NOON,
                saved_at=NOON,
            )
        )


BROKEN: dict[str, Callable[[Session], Any]] = {
    "A count differs from a recount": changed(RollupHour, n=RollupHour.n + 1),
    "A feed's looks told of more mentions": changed(Coverage, new=99),
    "A feed's cursor moved, but nobody looked": changed(Feed, cursor="far", last_look_at=None),
    "A lease has an owner and no end": changed(Feed, lease_owner="w", lease_until=None),
    "No feed caught this mention": lambda session: session.execute(delete(Catch)),
    "An erased mention still has words": changed(Mention, text="back"),
    "Something of an erased mention is left": changed(Mention, deleted_at=NOON, text="", title=""),
    "A mention belongs to another customer's case": changed(Case, author_id=3),
    "A case has no mention": changed(Mention, case_id=None),
    "A closed case has no outcome or no end": changed(Case, status=CaseStatus.CLOSED, outcome=None),
    "A case that goes on has an end": changed(Case, closed_at=NOON),
    "A customer waits without a promised time": changed(Case, first_due_at=None),
    "Somebody has a case without a claim": changed(Case, claim_no=0),
    "A claimed case is still new": lambda session: session.execute(
        update(Case).where(Case.assignee_id.is_not(None)).values(status=CaseStatus.NEW)
    ),
    "A queued reply has lost its claim": lambda session: replies(session, ReplyState.QUEUED, claim_no=7),
    "Two replies to one post are on their way": lambda session: replies(session, ReplyState.QUEUED, ReplyState.SENDING),
    "A sent reply has no time": lambda session: replies(session, ReplyState.SENT),
}


@pytest.mark.parametrize("rule", BROKEN)
def test_a_broken_rule_is_named(sqlite_database: Database, rule: str) -> None:
    live(sqlite_database)
    with sqlite_database.write() as session:
        if rule == "A mention belongs to another customer's case":
            session.execute(text("DROP INDEX uq_case_live"))
        BROKEN[rule](session)
    with sqlite_database.read() as session:
        assert any(str(fault).startswith(rule) for fault in check(session))


def test_many_faults_of_one_kind_are_counted_and_a_few_are_named(database: Database) -> None:
    with database.write() as session:
        listening(session)
        poll(session, *[post(str(n)) for n in range(8)])
        session.execute(delete(Catch))
        session.execute(update(Coverage).values(new=0))
        session.execute(delete(RollupHour).where(RollupHour.scope != 0))
    with database.read() as session:
        assert [str(fault) for fault in check(session)] == [
            "No feed caught this mention: mention 1, mention 2, mention 3, mention 4, mention 5 and 3 more"
        ]
