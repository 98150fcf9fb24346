"""One list of tags for the whole team: put on, taken off, renamed, merged and retired without losing where they were."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases import cases, tags
from desk.errors import Invalid, NotAllowed, NotFound
from desk.queue import inbox
from desk.queue.inbox import QueueFilter
from storage.database import Database
from storage.models import Audit, CaseTag, Person, Skill
from storage.words import Role, SkillKind
from tests.support.desk import MINUTE, NOON, SETTINGS, Shop, lead, person

LATER = NOON + MINUTE


def added(session: Session, name: str, by: Person) -> int:
    return tags.add(session, name=name, by=by, now=NOON).id


def names(session: Session, case_id: int) -> list[str]:
    return [tag.name for tag in tags.of_cases(session, [case_id]).get(case_id, ())]


@pytest.mark.parametrize("again", ["Billing", " billing ", "BILLING", "Bílling"])
def test_one_word_is_one_tag_however_it_is_written(database: Database, again: str) -> None:
    with database.write() as session:
        lea = lead(session)
        added(session, "Billing", lea)
        with pytest.raises(Invalid, match="There is a tag “Billing” already"):
            added(session, again, lea)


@pytest.mark.parametrize("name", ["", "   ", "x" * 61])
def test_a_tag_needs_a_name_that_fits(database: Database, name: str) -> None:
    with database.write() as session, pytest.raises(Invalid):
        added(session, name, lead(session))


def test_only_leads_keep_the_list_and_only_care_tags_cases(database: Database) -> None:
    with database.write() as session:
        ana, marketer, reader = person(session), person(session, "Mo", Role.MARKETER), person(session, "Rik", Role.READER)
        case = Shop(session).case()
        tag = added(session, "outage", lead(session))
        with pytest.raises(NotAllowed):
            added(session, "mine", ana)
        with pytest.raises(NotAllowed):
            tags.retire(session, tag, by=ana, now=NOON)
        with pytest.raises(NotAllowed):
            tags.put(session, tag_ids=[tag], case_ids=[case.id], by=marketer, now=NOON)
        with pytest.raises(NotAllowed):
            tags.put(session, tag_ids=[tag], mention_ids=[case.latest_mention_id], by=reader, now=NOON)
        assert tags.put(session, tag_ids=[tag], mention_ids=[case.latest_mention_id], by=marketer, now=NOON) == 1
        assert tags.put(session, tag_ids=[tag], case_ids=[case.id], by=ana, now=NOON) == 1


def test_a_tag_is_on_a_case_once_and_the_board_is_told(database: Database) -> None:
    with database.write() as session:
        ana, case = person(session), Shop(session).case()
        lea = lead(session)
        outage, billing = added(session, "outage", lea), added(session, "billing", lea)
        version, mark = case.version, inbox.change_mark(session)
        assert tags.put(session, tag_ids=[outage, billing], case_ids=[case.id], by=ana, now=NOON) == 2
        assert tags.put(session, tag_ids=[outage], case_ids=[case.id], by=ana, now=LATER) == 0
        assert names(session, case.id) == ["billing", "outage"]
        session.flush()
        assert case.version == version + 1
        assert inbox.change_mark(session) != mark
        assert tags.take_off(session, tag_ids=[outage], case_ids=[case.id], by=ana, now=LATER) == 1
        assert tags.take_off(session, tag_ids=[outage], case_ids=[case.id], by=ana, now=LATER) == 0
        assert (names(session, case.id), case.version) == (["billing"], version + 2)
        told = [entry.words for entry in inbox.case(session, case.id, by=ana, now=LATER).timeline]
        assert told[-2:] == ["put on billing, outage", "took off outage"] or told[-2:] == ["put on outage, billing", "took off outage"]


def test_a_rule_tags_without_a_person_and_passes_over_what_is_retired(database: Database) -> None:
    with database.write() as session:
        lea, case = lead(session), Shop(session).case()
        kept, old = added(session, "outage", lea), added(session, "old", lea)
        tags.retire(session, old, by=lea, now=NOON)
        put = tags.put(
            session, tag_ids=[kept, old], case_ids=[case.id], mention_ids=[case.latest_mention_id], by=None, rule_id=None, now=NOON
        )
        assert put == 2
        assert names(session, case.id) == ["outage"]
        row = session.scalars(select(CaseTag)).one()
        assert (row.person_id, row.at) == (None, NOON)
        with pytest.raises(Invalid, match="retired"):
            tags.put(session, tag_ids=[old], case_ids=[case.id], by=lea, now=NOON)


def test_a_tag_that_there_is_not_is_refused(database: Database) -> None:
    with database.write() as session:
        case = Shop(session).case()
        with pytest.raises(NotFound):
            tags.put(session, tag_ids=[99], case_ids=[case.id], by=person(session), now=NOON)


def test_a_retired_tag_stays_and_is_offered_no_more_until_it_is_brought_back(database: Database) -> None:
    with database.write() as session:
        lea, case = lead(session), Shop(session).case()
        tag = added(session, "Outage", lea)
        tags.put(session, tag_ids=[tag], case_ids=[case.id], by=lea, now=NOON)
        tags.retire(session, tag, by=lea, now=NOON)
        assert (tags.offered(session), names(session, case.id)) == ([], ["Outage"])
        assert tags.add(session, name="outage", by=lea, now=NOON).id == tag
        assert [one.name for one in tags.offered(session)] == ["Outage"]


def test_every_use_of_a_merged_tag_moves_and_it_reads_as_the_other(database: Database) -> None:
    with database.write() as session:
        lea, shop = lead(session), Shop(session)
        both, one, none = shop.case(), shop.case(), shop.case()
        wrong, right, older = (added(session, name, lea) for name in ("dsl", "internet", "adsl"))
        tags.merge(session, older, into=wrong, by=lea, now=NOON)
        tags.put(session, tag_ids=[wrong, right], case_ids=[both.id], by=lea, now=NOON)
        tags.put(session, tag_ids=[older], case_ids=[one.id], mention_ids=[one.latest_mention_id], by=lea, now=NOON)
        assert tags.merge(session, wrong, into=right, by=lea, now=LATER) == 3
        assert [names(session, case.id) for case in (both, one, none)] == [["internet"], ["internet"], []]
        assert [tag.name for tag in tags.of_mentions(session, [one.latest_mention_id])[one.latest_mention_id]] == ["internet"]
        assert [tag and tag.name for tag in (tags.reads_as(session, older), tags.reads_as(session, 99))] == ["internet", None]
        tags.put(session, tag_ids=[older], case_ids=[none.id], by=lea, now=LATER)
        assert names(session, none.id) == ["internet"]
        assert [(line.name, line.cases, line.mentions) for line in tags.managed(session)] == [("internet", 3, 1)]
        with pytest.raises(Invalid, match="was merged into “internet”"):
            added(session, "DSL", lea)


def test_a_list_shows_the_cases_of_a_tag_by_its_old_number_too(database: Database) -> None:
    with database.write() as session:
        lea, shop = lead(session), Shop(session)
        tagged, _other = shop.case(), shop.case()
        old, new = added(session, "old", lea), added(session, "new", lea)
        tags.put(session, tag_ids=[old], case_ids=[tagged.id], by=lea, now=NOON)
        tags.merge(session, old, into=new, by=lea, now=NOON)
        for tag_id in (old, new):
            for view in ("waiting", "all"):
                rows = inbox.queue(session, QueueFilter(view=view, tag_id=tag_id), now=LATER)
                assert [row.id for row in rows] == [tagged.id]
        assert inbox.queue(session, QueueFilter(tag_id=99), now=LATER) == []


def test_a_renamed_tag_keeps_its_uses(database: Database) -> None:
    with database.write() as session:
        lea, case = lead(session), Shop(session).case()
        tag, _other = added(session, "otage", lea), added(session, "billing", lea)
        tags.put(session, tag_ids=[tag], case_ids=[case.id], by=lea, now=NOON)
        with pytest.raises(Invalid, match="already"):
            tags.rename(session, tag, name="Billing", by=lea, now=NOON)
        tags.rename(session, tag, name="Outage", by=lea, now=NOON)
        assert names(session, case.id) == ["Outage"]


def test_who_takes_a_topic_takes_it_under_its_new_name(database: Database) -> None:
    with database.write() as session:
        lea, ana, bo = lead(session), person(session, "Ana"), person(session, "Bo")
        first, second = added(session, "dsl", lea), added(session, "Internet", lea)
        for one, value in ((ana, "dsl"), (bo, "dsl"), (bo, "Internet")):
            session.add(Skill(person_id=one.id, kind=SkillKind.TOPIC, value=value))
        tags.rename(session, second, name="Net", by=lea, now=NOON)
        tags.merge(session, first, into=second, by=lea, now=NOON)
        taken = session.execute(select(Skill.person_id, Skill.value).order_by(Skill.person_id)).all()
        assert [tuple(row) for row in taken] == [(ana.id, "Net"), (bo.id, "Net")]


def test_the_case_that_goes_on_keeps_the_tags_of_both(database: Database) -> None:
    with database.write() as session:
        lea, shop = lead(session), Shop(session)
        author = shop.author()
        gone, kept = shop.case(author=author), shop.case(author=author)
        first, second = added(session, "a", lea), added(session, "b", lea)
        tags.put(session, tag_ids=[first, second], case_ids=[gone.id], by=lea, now=NOON)
        tags.put(session, tag_ids=[first], case_ids=[kept.id], by=lea, now=NOON)
        cases.merge(session, gone.id, into=kept.id, by=lea, settings=SETTINGS, now=LATER)
        assert names(session, kept.id) == ["a", "b"]


def test_the_record_names_tags_and_no_text(database: Database) -> None:
    with database.write() as session:
        lea, case = lead(session), Shop(session).case()
        tag = added(session, "outage", lea)
        tags.put(session, tag_ids=[tag], mention_ids=[case.latest_mention_id], by=lea, now=NOON)
        (act,) = session.scalars(select(Audit).where(Audit.verb == "tag"))
        assert (act.subject, act.detail) == (f"mention {case.latest_mention_id}", {"tags": [tag], "names": "outage"})
