"""The story of a customer is whole, and tells each reader what they may know."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.alerts import notices
from desk.cases import cases, caseview, customer, escalations, notes
from desk.cases.customer import Told, What
from desk.cases.story_acts import Act
from desk.incidents import incident_cases, incidents
from desk.incidents.incidents import IncidentDraft
from desk.outcomes import outcomes
from desk.outcomes.outcomes import ResolutionDraft
from desk.replies import changes
from storage.database import Database
from storage.models import Audit, Case, Media, MentionRevision, Person, Reply
from storage.words import CaseStatus, ChangeKind, Escalation, MediaKind, MediaState, NoticeKind, Outcome, Role
from tests.support.desk import MINUTE, NOON, SETTINGS, Shop, lead, person
from tests.support.outbox import queue, send

HOUR = timedelta(hours=1)
KNOWN = ResolutionDraft("A line broke", "It was mended", "It is up")


def story(session: Session, case: Case, by: Person) -> tuple[Told, ...]:
    return customer.customer(session, case.id, by=by).story


def acts(session: Session, case: Case, by: Person) -> list[tuple[Act | None, str, str, str]]:
    """What was done, oldest first: the act, by whom, to whom, about what."""
    return [(one.act, one.who, one.to, one.about) for one in reversed(story(session, case, by)) if one.what is What.ACT]


@pytest.mark.parametrize("role", list(Role))
def test_notes_are_for_those_who_work_on_cases(database: Database, role: Role) -> None:
    with database.write() as session:
        ana, reader, shop = person(session), person(session, "Rik", role), Shop(session)
        case = shop.claimed(ana)
        notes.add_note(session, case.id, text="She is a friend of the chief", by=ana, now=NOON + MINUTE)
        told = [one.text for one in story(session, case, reader) if one.what is What.NOTE]
        may_see = role in {Role.AGENT, Role.LEAD, Role.ADMIN}
        assert told == (["She is a friend of the chief"] if may_see else [])
        assert bool(notes.of_case(session, case.id, by=reader)) is may_see


@pytest.mark.parametrize("role", list(Role))
def test_the_record_and_the_news_keep_what_colleagues_said_to_each_other(database: Database, role: Role) -> None:
    with database.write() as session:
        ana, reader, shop = person(session), person(session, "Rik", role, initials="RK"), Shop(session)
        case = shop.claimed(ana)
        said = {"approval": 1, "reply": 1, "words": "Not to this one"}
        session.add(Audit(at=NOON, person_id=ana.id, verb="approval_sent_back", case_id=case.id, detail=said))
        notices.tell(session, [reader.id], NoticeKind.MENTIONED, key="note 1", now=NOON, case_id=case.id, by=ana, text="Not to this one")
        may_see = role in {Role.AGENT, Role.LEAD, Role.ADMIN}
        record = [entry.words for entry in caseview.case(session, case.id, by=reader, now=NOON).timeline]
        assert ("sent the reply back: Not to this one" in record, "sent the reply back: …" in record) == (may_see, not may_see)
        assert [one.text for one in notices.unseen(session, reader.id)] == ["Not to this one" if may_see else ""]


def test_what_a_merged_case_went_through_is_told_as_part_of_the_one_that_goes_on(database: Database) -> None:
    with database.write() as session:
        ana, bo, shop = person(session), person(session, "Bo Lind"), Shop(session)
        author = shop.author("mila")
        gone = shop.claimed(ana, "It drops", author=author)
        send(session, queue(session, gone, shop, ana, "Restart it"), at=NOON + MINUTE)
        cases.hand_over(session, gone.id, to_person_id=bo.id, note="", by=ana, now=NOON + 2 * MINUTE)
        kept = shop.claimed(bo, "It drops again", at=NOON + HOUR, author=author)
        cases.merge(session, gone.id, into=kept.id, by=bo, settings=SETTINGS, now=NOON + 2 * HOUR)
        told = [(one.what, one.case_id) for one in story(session, kept, ana)]
        assert told == [
            (What.ACT, kept.id),
            (What.POST, kept.id),
            (What.HANDED_OVER, kept.id),
            (What.REPLY, kept.id),
            (What.POST, kept.id),
        ]
        assert acts(session, kept, ana) == [(Act.TOOK_IN, "Bo Lind", "", str(gone.id))]


def test_an_answer_that_was_taken_back_is_told_as_that(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        reply = queue(session, case, shop, ana)
        send(session, reply)
        changes.ask(session, reply.id, ChangeKind.TAKE_BACK, by=ana, now=NOON + 2 * MINUTE)
        assert [one.back_at for one in story(session, case, ana) if one.what is What.REPLY] == [None]
        changes.lease_due(session, "w", now=NOON + 2 * MINUTE, limit=9, lease=MINUTE)
        changes.mark_done(session, reply.id, owner="w", settings=SETTINGS, now=NOON + 3 * MINUTE)
        (told,) = [one for one in story(session, case, ana) if one.what is What.REPLY]
        assert (told.back_at, told.url) == (NOON + 3 * MINUTE, "")


def test_an_answer_that_was_given_in_the_platforms_own_app_is_told_and_our_own_post_only_once(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        reply = queue(session, case, shop, ana, "Restart it")
        send(session, reply)
        shop.own_post(case, "Restart it", at=NOON + MINUTE, external_id=reply.external_id, case_id=case.id)
        shop.own_post(case, "From our phone", at=NOON + 5 * MINUTE, case_id=case.id)
        told = [(one.who, one.text.splitlines()[0]) for one in story(session, case, ana) if one.what is What.REPLY]
        assert told == [("", "From our phone"), ("Ana Moss", "Restart it")]


def test_an_edit_is_told_without_the_words_that_are_gone(database: Database) -> None:
    with database.write() as session:
        ana, reader, shop = person(session), person(session, "Rik", Role.READER), Shop(session)
        author = shop.author()
        case = shop.claimed(ana, "In public", author=author)
        private = shop.mention("Card 12", author=author, is_private=True)
        for mention_id in (case.latest_mention_id, private.id):
            session.add(MentionRevision(mention_id=mention_id, revision=1, text="Regretted", replaced_at=NOON + MINUTE))
        session.flush()
        edits = [[one.text for one in story(session, case, who) if one.what is What.EDITED] for who in (ana, reader)]
        assert edits == [["", ""], [""]]


def test_whose_case_it_was_is_told_however_it_went_there(database: Database) -> None:
    with database.write() as session:
        ana, bo, shop = person(session), person(session, "Bo Lind"), Shop(session)
        case = shop.claimed(ana)
        record = [
            ("deal", None, {"to": bo.id}),
            ("deal", ana.id, {"to": bo.id}),
            ("rule_assign", None, {"rule": "Fibre", "to": ana.id}),
            ("returned", None, {"was": ana.id}),
            ("team", ana.id, {"team": "Night"}),
            ("rule_team", None, {"team": "Day"}),
        ]
        for minute, (verb, who, detail) in enumerate(record):
            session.add(Audit(at=NOON + minute * MINUTE, person_id=who, verb=verb, case_id=case.id, detail=detail))
        cases.release(session, case.id, by=ana, now=NOON + HOUR)
        assert acts(session, case, ana) == [
            (Act.DEALT, "", "Bo Lind", ""),
            (Act.DEALT, "Ana Moss", "Bo Lind", ""),
            (Act.RULE_GAVE, "", "Ana Moss", "Fibre"),
            (Act.RETURNED, "", "Ana Moss", ""),
            (Act.TEAM, "Ana Moss", "", "Night"),
            (Act.TEAM, "", "", "Day"),
            (Act.RELEASED, "Ana Moss", "", ""),
        ]


def test_escalations_and_splits_are_told(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        escalations.label(session, case.id, Escalation.PRESS, by=ana, now=NOON + MINUTE)
        escalations.take_off(session, case.id, by=lead(session), now=NOON + 2 * MINUTE)
        bill = shop.more(case, "And the bill", at=NOON + 3 * MINUTE)
        cases.join(session, case, bill, settings=SETTINGS, now=NOON + 3 * MINUTE)
        other = cases.split(session, case.id, [bill.id], by=ana, settings=SETTINGS, now=NOON + 4 * MINUTE)
        assert acts(session, case, ana) == [
            (Act.ESCALATED, "Ana Moss", "", "press"),
            (Act.UNESCALATED, "Lea Hart", "", "press"),
            (Act.SPLIT, "Ana Moss", "", str(other.id)),
        ]


def test_an_incident_is_told_from_when_it_took_the_case_in_to_its_end(database: Database) -> None:
    with database.write() as session:
        lea, shop = lead(session), Shop(session)
        author = shop.author()
        inside, out = shop.case(author=author), shop.case(author=author)
        incident = incidents.begin(session, IncidentDraft("Outage"), by=lea, now=NOON)
        incident_cases.attach(session, incident.id, [inside.id, out.id], by=lea, now=NOON + MINUTE)
        incident_cases.detach(session, incident.id, [out.id], by=lea, now=NOON + 2 * MINUTE)
        incidents.close(session, incident.id, KNOWN, by=lea, now=NOON + HOUR)
        told = [(one.act, one.case_id, one.who, one.about) for one in reversed(story(session, inside, lea)) if one.what is What.ACT]
        assert sorted(told[:2]) == sorted([(Act.ATTACHED, case.id, "Lea Hart", "Outage") for case in (inside, out)])
        assert told[2:] == [(Act.DETACHED, out.id, "Lea Hart", "Outage"), (Act.INCIDENT_ENDED, inside.id, "", "Outage")]


def test_what_all_of_an_incident_were_told_is_marked_as_that(database: Database) -> None:
    with database.write() as session:
        lea, shop = lead(session), Shop(session)
        case = shop.claimed(lea)
        incident = incidents.begin(session, IncidentDraft("Outage"), by=lea, now=NOON)
        reply = queue(session, case, shop, lea)
        send(session, reply)
        session.get_one(Reply, reply.id).incident_id = incident.id
        session.flush()
        assert [one.about for one in story(session, case, lea) if one.what is What.REPLY] == ["Outage"]


def test_a_case_closed_as_somebody_elses_duplicate_still_ends(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        outcomes.close(session, case.id, outcome=Outcome.DUPLICATE, by=ana, now=NOON + MINUTE)
        assert next((one.what, one.outcome) for one in story(session, case, ana)) == (What.ENDED, Outcome.DUPLICATE)
        assert case.status == CaseStatus.CLOSED


def test_pictures_stand_in_the_story_but_for_those_of_what_a_reader_may_not_see(database: Database) -> None:
    with database.write() as session:
        ana, reader, shop = person(session), person(session, "Rik", Role.READER), Shop(session)
        author = shop.author()
        case = shop.claimed(ana, author=author)
        private = shop.mention("In private", author=author, is_private=True)
        deleted = shop.mention("Regretted", author=author, deleted_at=NOON)
        for mention_id in (case.latest_mention_id, private.id, deleted.id):
            picture = {"mention_id": mention_id, "position": 0, "kind": MediaKind.PICTURE, "state": MediaState.READY}
            session.add(Media(**picture, url="https://x.example/1", alt="A hub"))
        session.flush()
        seen = [{one.mention_id: [view.alt for view in one.media] for one in story(session, case, who)} for who in (ana, reader)]
        assert seen[0] == {case.latest_mention_id: ["A hub"], private.id: ["A hub"], deleted.id: []}
        assert seen[1] == {case.latest_mention_id: ["A hub"], deleted.id: []}
        assert session.scalar(select(Media.id).limit(1)) is not None
