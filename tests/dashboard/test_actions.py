"""Each act of a person, on both databases: done once, refused in words, told to the one who lost."""

import sqlite3
import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select

from dashboard import actions
from dashboard.actions import Kind
from dashboard.send_form import SendForm
from dashboard.workspace import Workspace
from desk.outcomes.outcomes import ResolutionDraft
from desk.people import leaving, people
from desk.queue import inbox
from desk.queue.filters import QueueFilter
from desk.queue.inbox import CaseView
from storage.models import Audit, Case, Hold, Note, Person, Reply
from storage.words import CaseStatus, HoldKind, Outcome, ReplyState, Role
from tests.dashboard.conftest import Floor

TOLD = ResolutionDraft("The hub was locked", "Unlocked it", "The customer says so")


def stored(workspace: Workspace, case_id: int) -> Case:
    with workspace.database.read() as session:
        return session.get_one(Case, case_id)


def view_of(workspace: Workspace, case_id: int, person_id: int) -> CaseView:
    with workspace.database.read() as session:
        return inbox.case(session, case_id, by=people.active(session, person_id), now=workspace.now())


def reply_to(workspace: Workspace, floor: Floor, place: int = 0, **changed: Any) -> actions.Result:
    form = SendForm(text="We are on it", key="k1", seen_mention_id=floor.mentions[place], seen_reply_id=0, account_id=floor.account)
    return actions.queue_reply(workspace, floor.ana, floor.cases[place], replace(form, **changed))


def test_a_claim_is_told_and_stored(workspace: Workspace, floor: Floor) -> None:
    result = actions.claim(workspace, floor.ana, floor.cases[0])
    assert (result.kind, result.case_id, bool(result.words)) == (Kind.DONE, floor.cases[0], True)
    assert stored(workspace, floor.cases[0]).assignee_id == floor.ana


def test_the_loser_of_a_claim_is_told_by_whom(workspace: Workspace, floor: Floor) -> None:
    actions.claim(workspace, floor.ana, floor.cases[0])
    result = actions.claim(workspace, floor.bo, floor.cases[0])
    assert result.kind is Kind.TAKEN
    assert "Ana Moss" in result.words
    assert result.values is not None
    assert result.values["by"] == "Ana Moss"
    assert stored(workspace, floor.cases[0]).assignee_id == floor.ana


def test_of_many_who_claim_at_once_one_wins_and_all_others_hear_of_it(workspace: Workspace, floor: Floor) -> None:
    results: list[tuple[int, actions.Result]] = []
    start = threading.Barrier(8)

    def race(person_id: int) -> None:
        start.wait()
        results.append((person_id, actions.claim(workspace, person_id, floor.cases[0])))

    racers = [threading.Thread(target=race, args=(person,)) for person in (floor.ana, floor.bo, floor.lead, floor.admin) * 2]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    winners = {person for person, result in results if result.is_done}
    assert winners == {stored(workspace, floor.cases[0]).assignee_id}
    assert {result.kind for _, result in results if not result.is_done} == {Kind.TAKEN}


def test_next_takes_the_most_pressing_case_until_none_is_left(workspace: Workspace, floor: Floor) -> None:
    taken = [actions.claim_next(workspace, floor.ana, QueueFilter(view="unclaimed")).case_id for _ in range(4)]
    assert sorted(case_id or 0 for case_id in taken) == [0, *sorted(floor.cases)]
    assert taken[0] == floor.cases[0]
    assert taken[3] is None


@pytest.mark.parametrize("act", [actions.claim, actions.release, actions.take_over])
def test_a_reader_may_not_work_on_cases(act: Any, workspace: Workspace, floor: Floor) -> None:
    result = act(workspace, floor.reader, floor.cases[0])
    assert result.kind is Kind.NOT_ALLOWED
    assert "agent" in result.words


def test_somebody_who_left_may_do_nothing_any_more(workspace: Workspace, floor: Floor) -> None:
    with workspace.database.write() as session:
        leaving.leave(session, floor.ana, by=None, now=workspace.now())
    assert actions.claim(workspace, floor.ana, floor.cases[0]).kind is Kind.NOT_ALLOWED
    assert stored(workspace, floor.cases[0]).assignee_id is None


def test_a_case_that_does_not_exist_is_said_to_be_missing(workspace: Workspace, floor: Floor) -> None:
    assert actions.claim(workspace, floor.ana, 999_999).kind is Kind.NOT_FOUND


def test_only_the_assignee_may_answer_close_and_put_off(workspace: Workspace, floor: Floor) -> None:
    case_id = floor.cases[0]
    actions.claim(workspace, floor.bo, case_id)
    until = workspace.now() + timedelta(hours=1)
    results = [
        reply_to(workspace, floor),
        actions.save_draft(workspace, floor.ana, case_id, words="mine", version=0),
        actions.close(workspace, floor.ana, case_id, outcome=Outcome.SPAM),
        actions.snooze(workspace, floor.ana, case_id, until=until),
    ]
    assert [result.kind for result in results] == [Kind.NOT_YOURS] * 4
    assert all("Bo Lind" in result.words for result in results)


def test_a_draft_is_saved_by_version_and_an_older_one_is_refused(workspace: Workspace, floor: Floor) -> None:
    case_id = floor.cases[0]
    actions.claim(workspace, floor.ana, case_id)
    first = actions.save_draft(workspace, floor.ana, case_id, words="one", version=0)
    assert first.values
    second = actions.save_draft(workspace, floor.ana, case_id, words="two", version=first.values["version"])
    late = actions.save_draft(workspace, floor.ana, case_id, words="from an old tab", version=first.values["version"])
    assert (second.kind, late.kind) == (Kind.DONE, Kind.STALE)
    assert late.values == {"current": second.values and second.values["version"]}
    draft = view_of(workspace, case_id, floor.ana).draft
    assert draft is not None
    assert draft.text == "two"


def test_the_same_key_twice_is_one_reply(workspace: Workspace, floor: Floor) -> None:
    actions.claim(workspace, floor.ana, floor.cases[0])
    first, again = reply_to(workspace, floor), reply_to(workspace, floor)
    assert first.values == again.values
    with workspace.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Reply)) == 1


def test_a_reply_can_be_taken_back_and_becomes_the_draft_again(workspace: Workspace, floor: Floor) -> None:
    actions.claim(workspace, floor.ana, floor.cases[0])
    queued = reply_to(workspace, floor)
    assert queued.values
    back = actions.undo(workspace, floor.ana, queued.values["reply"])
    assert (back.kind, back.values and back.values["state"]) == (Kind.DONE, "draft")
    draft = view_of(workspace, floor.cases[0], floor.ana).draft
    assert draft is not None
    assert draft.text == "We are on it"


def test_an_answer_to_something_that_was_not_read_is_refused(workspace: Workspace, floor: Floor) -> None:
    actions.claim(workspace, floor.ana, floor.cases[0])
    result = reply_to(workspace, floor, seen_mention_id=0)
    assert result.kind is Kind.STALE
    assert result.values == {"current": floor.mentions[0]}


@pytest.mark.parametrize("words", ["", "   ", "Dear {{name}}", "x" * 281])
def test_a_text_that_must_not_leave_is_refused_with_the_reason(words: str, workspace: Workspace, floor: Floor) -> None:
    actions.claim(workspace, floor.ana, floor.cases[0])
    result = reply_to(workspace, floor, text=words)
    assert result.kind is Kind.REFUSED
    assert result.words


def test_solved_needs_what_solved_it(workspace: Workspace, floor: Floor) -> None:
    case_id = floor.cases[0]
    actions.claim(workspace, floor.ana, case_id)
    bare = actions.close(workspace, floor.ana, case_id, outcome=Outcome.SOLVED)
    whole = actions.close(workspace, floor.ana, case_id, outcome=Outcome.SOLVED, resolution=TOLD)
    assert (bare.kind, whole.kind) == (Kind.REFUSED, Kind.DONE)
    assert stored(workspace, case_id).outcome is Outcome.SOLVED


def test_a_fix_is_used_again_and_counted(workspace: Workspace, floor: Floor) -> None:
    for case_id in floor.cases[:2]:
        actions.claim(workspace, floor.ana, case_id)
    actions.close(workspace, floor.ana, floor.cases[0], outcome=Outcome.SOLVED, resolution=TOLD)
    fix = stored(workspace, floor.cases[0]).resolution_id
    assert actions.close(workspace, floor.ana, floor.cases[1], outcome=Outcome.SOLVED, reuse=fix).is_done
    assert stored(workspace, floor.cases[1]).resolution_id == fix


def test_a_handed_over_case_names_its_new_owner(workspace: Workspace, floor: Floor) -> None:
    actions.claim(workspace, floor.ana, floor.cases[0])
    result = actions.hand_over(workspace, floor.ana, floor.cases[0], to_person_id=floor.bo, note="She writes at night")
    assert result.is_done
    assert "Bo Lind" in result.words
    assert stored(workspace, floor.cases[0]).assignee_id == floor.bo
    with workspace.database.read() as session:
        assert session.scalar(select(Note.text)) == "She writes at night"


def test_a_case_is_given_back_put_off_and_brought_back(workspace: Workspace, floor: Floor) -> None:
    case_id = floor.cases[0]
    actions.claim(workspace, floor.ana, case_id)
    assert actions.snooze(workspace, floor.ana, case_id, until=workspace.now() + timedelta(hours=1)).is_done
    assert actions.release(workspace, floor.ana, case_id).is_done
    assert stored(workspace, case_id).assignee_id is None
    actions.claim(workspace, floor.ana, case_id)
    actions.close(workspace, floor.ana, case_id, outcome=Outcome.NO_ACTION)
    assert stored(workspace, case_id).status is CaseStatus.CLOSED
    assert actions.reopen(workspace, floor.bo, case_id).is_done
    assert stored(workspace, case_id).status is not CaseStatus.CLOSED


def test_a_lead_takes_over_what_somebody_holds(workspace: Workspace, floor: Floor) -> None:
    case_id = floor.cases[0]
    actions.claim(workspace, floor.ana, case_id)
    assert actions.take_over(workspace, floor.bo, case_id).kind is Kind.TAKEN
    assert actions.take_over(workspace, floor.lead, case_id).is_done
    assert stored(workspace, case_id).assignee_id == floor.lead


def test_presence_is_seen_and_ends(workspace: Workspace, floor: Floor) -> None:
    case_id = floor.cases[0]
    assert actions.be_present(workspace, floor.reader, case_id, kind=HoldKind.READING).is_done
    assert actions.be_present(workspace, floor.reader, case_id, kind=HoldKind.REPLYING).kind is Kind.NOT_ALLOWED
    with workspace.database.read() as session:
        assert session.scalars(select(Hold.person_id)).all() == [floor.reader]
    assert actions.leave(workspace, floor.reader, case_id).is_done
    with workspace.database.read() as session:
        assert session.scalars(select(Hold.person_id)).all() == []


def test_a_mention_becomes_a_case_only_once(workspace: Workspace, floor: Floor) -> None:
    first = actions.open_for_mention(workspace, floor.ana, floor.mentions[2])
    assert (first.kind, first.case_id) == (Kind.DONE, floor.cases[2])


def test_the_first_person_runs_an_empty_workspace_and_nobody_becomes_it_later(workspace: Workspace) -> None:
    first = actions.first_person(workspace, name="Ada Quinn", initials="AQ")
    second = actions.first_person(workspace, name="Eve", initials="EV")
    assert (first.kind, second.kind) == (Kind.DONE, Kind.NOT_ALLOWED)
    with workspace.database.read() as session:
        everyone = people.everyone(session)
    assert [person.name for person in everyone] == ["Ada Quinn"]
    assert people.roles_of(everyone[0]) >= {Role.ADMIN, Role.AGENT}


def test_only_an_admin_adds_people(workspace: Workspace, floor: Floor) -> None:
    refused = actions.add_person(workspace, floor.ana, name="Cy", initials="CY", roles=(Role.AGENT,))
    added = actions.add_person(workspace, floor.admin, name="Cy", initials="CY", roles=(Role.AGENT,))
    twice = actions.add_person(workspace, floor.admin, name="Cyd", initials="cy", roles=(Role.AGENT,))
    assert (refused.kind, added.kind, twice.kind) == (Kind.NOT_ALLOWED, Kind.DONE, Kind.REFUSED)


def test_each_act_is_recorded_with_its_person(workspace: Workspace, floor: Floor) -> None:
    actions.claim(workspace, floor.ana, floor.cases[0])
    actions.add_note(workspace, floor.bo, floor.cases[0], note="Seen this before")
    with workspace.database.read() as session:
        acts = session.execute(select(Audit.verb, Person.name).join(Person, Person.id == Audit.person_id).order_by(Audit.id)).all()
    assert ("claim", "Ana Moss") in acts
    assert ("note", "Bo Lind") in acts


def test_a_full_disk_changes_nothing_and_says_so(sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
    def full(connection: sqlite3.Connection, _record: Any) -> None:
        connection.execute("PRAGMA max_page_count = 1")

    database = sqlite_workspace.database
    event.listen(database.engine, "connect", full)
    database.engine.dispose()
    result = actions.add_note(sqlite_workspace, sqlite_floor.bo, sqlite_floor.cases[0], note="x" * 9_000)
    assert result.kind is Kind.BUSY
    assert result.words
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Note)) == 0


def test_a_reply_that_was_posted_by_hand_waits_for_its_link(workspace: Workspace, floor: Floor) -> None:
    case_id = floor.cases[0]
    actions.claim(workspace, floor.ana, case_id)
    queued = reply_to(workspace, floor)
    assert queued.values
    reply_id = queued.values["reply"]
    with workspace.database.write() as session:
        session.get_one(Reply, reply_id).state = ReplyState.BY_HAND
    assert actions.prove(workspace, floor.ana, reply_id, url="not a link").kind is Kind.REFUSED
    assert actions.prove(workspace, floor.ana, reply_id, url="https://x.example/us/1").is_done
    with workspace.database.read() as session:
        assert session.get_one(Reply, reply_id).state is ReplyState.SENT


@pytest.mark.parametrize(("was_sent", "state"), [(True, ReplyState.SENT), (False, ReplyState.FAILED)])
def test_a_person_settles_what_nobody_knows(was_sent: bool, state: ReplyState, workspace: Workspace, floor: Floor) -> None:
    actions.claim(workspace, floor.ana, floor.cases[0])
    queued = reply_to(workspace, floor)
    assert queued.values
    reply_id = queued.values["reply"]
    with workspace.database.write() as session:
        session.get_one(Reply, reply_id).state = ReplyState.UNCERTAIN
    assert actions.retry(workspace, floor.ana, reply_id).kind is Kind.REFUSED
    assert actions.settle(workspace, floor.ana, reply_id, was_sent=was_sent, url="").is_done
    with workspace.database.read() as session:
        assert session.get_one(Reply, reply_id).state is state
    assert actions.retry(workspace, floor.ana, reply_id).is_done is (state is ReplyState.FAILED)
