"""What a rule did is taken back as far as it still stands; what people changed since is theirs."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from desk.cases import cases, tags
from desk.cases.timeline import timeline
from desk.errors import Invalid, NotFound
from desk.labels import corrections
from desk.rules import rules
from desk.rules.rule_parts import Act
from desk.rules.rule_undo import Undone, UndoneAll
from storage.database import Database
from storage.models import Case, CaseTag, MentionTag, Rule
from storage.words import CaseStatus, Question, Urgency
from tests.support.desk import person
from tests.support.listening import HOUR, MINUTE, NO_MATTER, NOON, SETTINGS, classify, how_many, mention, poll, post
from tests.support.ruling import firings, lead, on, only_case, tag, team

LOST = {"query": "parcel"}
LATER = NOON + MINUTE
DAY = timedelta(days=1)


def undo(session: Session, rule: Rule, place: int = 0) -> Undone:
    return rules.undo_firing(session, firings(session, rule)[place].id, by=lead(session), settings=SETTINGS, now=LATER)


class TestOne:
    def test_everything_goes_back_as_it_was(self, listened: Database) -> None:
        with listened.write() as session:
            ana = person(session)
            rule = on(session, "Lost", LOST, tags=[tag(session)], team=team(session), urgency="high", assign=ana.id)
            poll(session, post("1"))
            classify(session)
            ruled = only_case(session)
            version, pressed = ruled.version, ruled.answer_by
            done = undo(session, rule)
            case = only_case(session)
            assert (set(done.put_back), done.kept, done.case_id) == ({Act.TAGS, Act.TEAM, Act.URGENCY, Act.ASSIGN}, (), case.id)
            assert (case.team_id, case.assignee_id, case.status, case.claimed_at) == (None, None, CaseStatus.NEW, None)
            assert (case.urgency, case.ruled_by, mention(session).ruled_urgency) == (Urgency.NORMAL, "", None)
            assert case.version > version
            assert case.answer_by > pressed
            assert (how_many(session, CaseTag), how_many(session, MentionTag)) == (0, 0)
            last = timeline(session, case.id)[-1]
            assert (last.person, last.words) == ("Lea Hart", "took back what the rule “Lost” did")
            undone = firings(session, rule)[0]
            assert (undone.undone_at, undone.undone_by_id) == (LATER, lead(session).id)
            with pytest.raises(Invalid, match="undone already"):
                undo(session, rule)

    def test_what_people_changed_stays(self, listened: Database) -> None:
        with listened.write() as session:
            ana, bo = person(session), person(session, "Bo")
            refund, other = tag(session), team(session, "Others")
            rule = on(session, "Lost", LOST, tags=[refund], team=team(session), urgency="high", assign=ana.id)
            poll(session, post("1"))
            classify(session)
            case = only_case(session)
            corrections.correct(session, mention(session).id, Question.URGENCY, "low", by=ana, settings=SETTINGS, now=NOON)
            cases.hand_over(session, case.id, to_person_id=bo.id, note="", by=ana, now=NOON)
            tags.take_off(session, tag_ids=[refund], case_ids=[case.id], by=ana, now=NOON)
            only_case(session).team_id = other
            done = undo(session, rule)
            case = only_case(session)
            assert (done.put_back, set(done.kept)) == ((), {Act.TAGS, Act.TEAM, Act.URGENCY, Act.ASSIGN})
            assert (case.team_id, case.assignee_id, case.urgency) == (other, bo.id, Urgency.LOW)

    def test_whoever_has_begun_to_work_on_it_keeps_it(self, listened: Database) -> None:
        with listened.write() as session:
            ana = person(session)
            rule = on(session, "Lost", LOST, assign=ana.id)
            poll(session, post("1"))
            classify(session)
            cases.add_note(session, only_case(session).id, text="I have asked the depot", by=ana, now=NOON)
            assert undo(session, rule).kept == (Act.ASSIGN,)
            assert only_case(session).assignee_id == ana.id

    def test_a_tag_that_was_there_before_stays(self, listened: Database) -> None:
        with listened.write() as session:
            refund = tag(session)
            poll(session, post("1", "Hello"))
            classify(session)
            case = only_case(session)
            tags.put(session, tag_ids=[refund], case_ids=[case.id], by=person(session), now=NOON)
            rule = on(session, "Lost", LOST, tags=[refund])
            poll(session, post("2", thread_id="1"), now=LATER)
            classify(session, now=LATER)
            undo(session, rule)
            assert (how_many(session, CaseTag), how_many(session, MentionTag)) == (1, 0)

    def test_a_muted_mention_becomes_the_case_that_it_would_have_been(self, listened: Database) -> None:
        with listened.write() as session:
            rule = on(session, "Lost", LOST, mute=True)
            poll(session, post("1"))
            classify(session)
            done = undo(session, rule)
            case = only_case(session)
            assert (done.put_back, done.case_id, case.opening_mention_id) == ((Act.MUTE,), case.id, mention(session).id)
            assert mention(session).muted_by_id is None

    def test_a_muted_mention_that_needs_nobody_becomes_none(self, listened: Database) -> None:
        with listened.write() as session:
            rule = on(session, "Lost", LOST, mute=True)
            poll(session, post("1"))
            classify(session, NO_MATTER)
            assert undo(session, rule).case_id is None
            assert how_many(session, Case) == 0

    def test_there_must_be_such_a_firing(self, listened: Database) -> None:
        with listened.write() as session, pytest.raises(NotFound):
            rules.undo_firing(session, 999, by=lead(session), settings=SETTINGS, now=NOON)

    def test_urgency_is_taken_back_from_the_case_to_which_the_post_went(self, listened: Database) -> None:
        with listened.write() as session:
            rule = on(session, "Lost", LOST, urgency="high")
            poll(session, post("1", "Hello"), post("2", thread_id="1"))
            classify(session)
            case, ana = only_case(session), person(session)
            other = cases.split(session, case.id, [mention(session, "2").id], by=ana, settings=SETTINGS, now=NOON)
            assert (other.urgency, case.urgency) == (Urgency.HIGH, Urgency.NORMAL)
            undo(session, rule)
            assert session.get_one(Case, other.id, populate_existing=True).urgency is Urgency.NORMAL


def test_a_rule_gone_wrong_is_undone_in_chunks(listened: Database) -> None:
    with listened.write() as session:
        rule = on(session, "Lost", LOST, mute=True)
        poll(session, *(post(str(n), by=f"c{n}") for n in range(7)))
        classify(session)
        assert how_many(session, Case) == 0
    told: list[UndoneAll] = []
    while not told or told[-1].left:
        with listened.write() as session:
            told.append(
                rules.undo_all(session, rule.id, since=NOON - HOUR, until=NOON, by=lead(session), settings=SETTINGS, now=LATER, limit=3)
            )
    assert told == [UndoneAll(3, 0, 4), UndoneAll(3, 0, 1), UndoneAll(1, 0, 0)]
    with listened.write() as session:
        assert how_many(session, Case) == 7
        assert rules.undo_all(session, rule.id, since=NOON - DAY, until=NOON, by=lead(session), settings=SETTINGS, now=LATER) == UndoneAll()


def test_what_happened_before_the_bad_hour_stays(listened: Database) -> None:
    with listened.write() as session:
        rule = on(session, "Lost", LOST, tags=[tag(session)])
        poll(session, post("1"))
        classify(session)
        poll(session, post("2", by="bob"), now=NOON + HOUR)
        classify(session, now=NOON + HOUR)
        told = rules.undo_all(
            session, rule.id, since=NOON + MINUTE, until=NOON + HOUR, by=lead(session), settings=SETTINGS, now=NOON + HOUR
        )
        assert (told, [f.undone_at is None for f in firings(session, rule)]) == (UndoneAll(1, 0, 0), [True, False])
