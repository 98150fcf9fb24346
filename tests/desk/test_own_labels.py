"""A team's own labels: named, taught, switched on, put on mentions, counted, and forgotten with their posts."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.errors import Invalid, NotFound
from desk.forgetting import author_erasure, clearing, retention
from desk.intake import erasure
from desk.labels import label_examples, label_heads, label_looking_back, label_marks, own_labels
from desk.queue import browse, filters
from desk.queue.browse import MentionFilter
from desk.queue.filters import QueueFilter
from desk.rules import rules
from desk.settings import DeskSettings, Retention
from storage.check import check
from storage.database import Database
from storage.models import Audit, Author, Case, LabelExample, MentionLabel, RuleFiring
from storage.words import ErrandKind, Role, Urgency
from tests.support.desk import lead, person
from tests.support.listening import (
    HOUR,
    NOON,
    SETTINGS,
    feed_id,
    how_many,
    listening,
    mention,
    poll,
    post,
)
from tests.support.own_labels import PARCELS, learnt, offered, parcel_label, say, switched_on

DAY = timedelta(days=1)


def names(session: Session, external_id: str = "1") -> tuple[str, ...]:
    found = mention(session, external_id)
    return own_labels.of_mentions(session, [found.id]).get(found.id, ())


class TestNaming:
    def test_a_label_has_a_name_and_a_meaning_and_is_off_at_first(self, database: Database) -> None:
        with database.write() as session:
            lea = lead(session)
            label = own_labels.add(session, name="  Packaging  damage ", meaning="The parcel came damaged", by=lea, now=NOON)
            (view,) = own_labels.listed(session)
            assert (view.id, view.name, view.meaning, view.is_on, view.newest) == (
                label.id,
                "Packaging damage",
                "The parcel came damaged",
                False,
                None,
            )
            act = session.scalars(select(Audit).where(Audit.verb == "own_label_added")).one()
            assert (act.person_id, act.detail) == (lea.id, {"name": "Packaging damage"})

    @pytest.mark.parametrize(("name", "meaning"), [("", "something"), ("x" * 61, "something"), ("Box", " "), ("PACKAGING", "again")])
    def test_what_says_nothing_or_is_there_already_is_refused(self, database: Database, name: str, meaning: str) -> None:
        with database.write() as session:
            lea = lead(session)
            own_labels.add(session, name="Packaging", meaning="The parcel came damaged", by=lea, now=NOON)
            with pytest.raises(Invalid):
                own_labels.add(session, name=name, meaning=meaning, by=lea, now=NOON)

    def test_the_name_of_a_retired_label_is_free_again(self, database: Database) -> None:
        with database.write() as session:
            lea = lead(session)
            first = own_labels.add(session, name="Packaging", meaning="One", by=lea, now=NOON)
            own_labels.retire(session, first.id, by=lea, now=NOON)
            second = own_labels.add(session, name="packaging", meaning="Two", by=lea, now=NOON)
            assert own_labels.offered(session) == {second.id: "packaging"}
            with pytest.raises(NotFound):
                own_labels.change(session, first.id, name="Other", meaning="Three", by=lea, now=NOON)


class TestTeaching:
    def test_it_is_learnt_from_eight_examples_on(self, database: Database) -> None:
        with database.write() as session:
            lea = lead(session)
            offered(session)
            label = own_labels.add(session, name="Packaging", meaning="The parcel came damaged", by=lea, now=NOON)
            label_examples.paste(session, label.id, PARCELS[:7], is_it=True, by=lea, now=NOON)
            with pytest.raises(Invalid, match="at least 8 examples: it is 7"):
                label_heads.ask(session, label.id, by=lea, now=NOON)
            label_examples.paste(session, label.id, PARCELS[:8], is_it=True, by=lea, now=NOON)
            with pytest.raises(Invalid, match="too little here that the label is not"):
                label_heads.ask(session, label.id, by=lea, now=NOON)
            label_examples.paste(session, label.id, [f"something else {n}" for n in range(8)], is_it=False, by=lea, now=NOON)
            errand = label_heads.ask(session, label.id, by=lea, now=NOON)
            assert label_heads.ask(session, label.id, by=lea, now=NOON) == errand
            assert own_labels.listed(session)[0].waits
            assert label_heads.asked(session, label.id).kind is ErrandKind.FIT_LABEL  # type: ignore[union-attr]

    def test_without_an_embedding_nothing_can_be_learnt(self, database: Database) -> None:
        with database.write() as session:
            lea = lead(session)
            label = parcel_label(session, lea)
            with pytest.raises(Invalid, match="no embedding"):
                label_heads.ask(session, label.id, by=lea, now=NOON)

    def test_random_posts_stand_for_what_it_is_not_unless_somebody_marked_them(self, database: Database) -> None:
        with database.write() as session:
            listening(session)
            poll(session, post("1", "the parcel was wet"), post("2", "hello there"), post("3", "ours", by="bo", is_private=True))
            lea = lead(session)
            label = parcel_label(session, lea)
            label_examples.say(session, label.id, mention(session).id, is_it=True, by=lea, settings=SETTINGS, now=NOON)
            found = label_heads.material(session, label.id)
            assert (list(found.assumed), found.assumed_is) == (["hello there"], False)
            assert ("the parcel was wet", True) in found.examples
            assert len(found.answers) == len(found.texts) == 22

    def test_only_the_head_that_was_looked_at_can_be_switched_on(self, database: Database) -> None:
        with database.write() as session:
            lea = lead(session)
            offered(session)
            label, other = parcel_label(session, lea), parcel_label(session, lea, "Refunds")
            theirs = label_heads.store(session, other.id, "words-1", learnt(), takes_over=False, now=NOON)
            old = label_heads.store(session, label.id, "words-0", learnt(), takes_over=False, now=NOON)
            with pytest.raises(NotFound):
                own_labels.switch_on(session, label.id, head_id=theirs, by=lea, now=NOON)
            with pytest.raises(Invalid, match="another model"):
                own_labels.switch_on(session, label.id, head_id=old, by=lea, now=NOON)

    def test_a_new_head_waits_for_a_person_and_one_for_a_new_model_does_not(self, database: Database) -> None:
        with database.write() as session:
            lea = lead(session)
            label = parcel_label(session, lea)
            first = switched_on(session, label, lea)
            label_heads.store(session, label.id, "words-1", learnt(), takes_over=False, now=NOON)
            assert label_heads.mark(session, "words-1") == ((label.id, first),)
            assert label_heads.to_learn_anew(session, "words-1") == []
            assert label_heads.to_learn_anew(session, "words-2") == [label.id]
            third = label_heads.store(session, label.id, "words-2", learnt(), takes_over=True, now=NOON)
            assert label_heads.mark(session, "words-2") == ((label.id, third),)


class TestOnMentions:
    def test_a_head_marks_from_its_threshold_on(self, database: Database) -> None:
        with database.write() as session:
            listening(session)
            poll(session, post("1", "a torn box"), post("2", "my money", by="bo"))
            lea = lead(session)
            label = parcel_label(session, lea)
            switched_on(session, label, lea, learnt(threshold=0.6))
            say(session, {"1": {label.id: 0.6}, "2": {label.id: 0.59}})
            assert (names(session, "1"), names(session, "2")) == (("Packaging",), ())
            assert check(session) == []

    def test_a_persons_word_wins_over_every_head_and_counts_at_once(self, database: Database) -> None:
        with database.write() as session:
            listening(session)
            poll(session, post("1", "a torn box"), post("2", "my money", by="bo"))
            lea = lead(session)
            ana = person(session)
            label = parcel_label(session, lea)
            switched_on(session, label, lea)
            say(session, {"1": {label.id: 0.9}, "2": {label.id: 0.1}})
            case = session.scalars(select(Case).where(Case.id == mention(session).case_id)).one()
            was = case.version
            label_examples.say(session, label.id, mention(session, "1").id, is_it=False, by=ana, settings=SETTINGS, now=NOON)
            label_examples.say(session, label.id, mention(session, "2").id, is_it=True, by=ana, settings=SETTINGS, now=NOON)
            assert (names(session, "1"), names(session, "2")) == ((), ("Packaging",))
            assert case.version > was
            for external_id in ("1", "2"):
                mention(session, external_id).triaged_at = None
                mention(session, external_id).triage_attempts = 0
            session.flush()
            say(session, {"1": {label.id: 0.99}, "2": {label.id: 0.01}}, version="2")
            assert (names(session, "1"), names(session, "2")) == ((), ("Packaging",))

    def test_what_is_ours_private_or_gone_is_no_example(self, database: Database) -> None:
        with database.write() as session:
            listening(session)
            poll(session, post("1", is_private=True))
            lea = lead(session)
            label = parcel_label(session, lea)
            with pytest.raises(Invalid, match="public post"):
                label_examples.say(session, label.id, mention(session).id, is_it=True, by=lea, settings=SETTINGS, now=NOON)

    def test_lists_are_narrowed_to_a_label(self, database: Database) -> None:
        with database.write() as session:
            listening(session)
            poll(session, post("1", "a torn box"), post("2", "my money", by="bo"))
            lea = lead(session)
            label = parcel_label(session, lea)
            switched_on(session, label, lea)
            say(session, {"1": {label.id: 0.9}, "2": {label.id: 0.1}})
            first = mention(session)
            shown = browse.mentions(session, MentionFilter(label_id=label.id), now=NOON)
            assert [row.id for row in shown] == [first.id]
            columns = [Case.id]
            found = filters.found(session, columns, QueueFilter(view="all", label_id=label.id), now=NOON, limit=10)
            assert [row.id for row in found] == [first.case_id]
            assert own_labels.of_case(session, first.case_id or 0) == ("Packaging",)

    def test_a_rule_acts_on_a_label(self, database: Database) -> None:
        with database.write() as session:
            listening(session)
            lea = lead(session)
            label = parcel_label(session, lea)
            switched_on(session, label, lea)
            drafted = rules.draft_of("Boxes", {"labels": [label.id]}, {"urgency": Urgency.HIGH.value})
            rule = rules.add(session, drafted, by=lea, now=NOON)
            rule.enabled = True
            session.flush()
            poll(session, post("1", "a torn box"), post("2", "my money", by="bo"))
            say(session, {"1": {label.id: 0.9}, "2": {label.id: 0.1}})
            assert [one.mention_id for one in session.scalars(select(RuleFiring))] == [mention(session).id]
            assert mention(session).ruled_urgency is Urgency.HIGH
            with pytest.raises(Invalid, match="no such label"):
                rules.add(session, rules.draft_of("Other", {"labels": [999]}, {"urgency": "high"}), by=lea, now=NOON)

    def test_it_is_counted_by_hour_and_feed(self, database: Database) -> None:
        with database.write() as session:
            listening(session)
            lea = lead(session)
            label = parcel_label(session, lea)
            switched_on(session, label, lea)
            poll(session, post("1", at=NOON - HOUR), post("2", by="bo", at=NOON - 3 * HOUR), post("3", by="cy", at=NOON - 3 * HOUR))
            say(session, {name: {label.id: 0.9} for name in "123"})
            span = {"since": NOON - 4 * HOUR, "until": NOON, "by": "hour", "zone": "UTC"}
            assert own_labels.series(session, label.id, scope=0, **span) == [0, 2, 0, 1]  # type: ignore[arg-type]
            assert own_labels.series(session, label.id, scope=feed_id(session), **span) == [0, 2, 0, 1]  # type: ignore[arg-type]
            assert own_labels.series(session, label.id, scope=feed_id(session, "rival"), **span) == [0, 0, 0, 0]  # type: ignore[arg-type]

    def test_it_looks_back_at_what_was_heard_before(self, database: Database) -> None:
        with database.write() as session:
            listening(session)
            poll(session, post("1"), post("2", by="bo"), post("3", by="cy"))
            say(session, {})
            lea = lead(session)
            label = parcel_label(session, lea)
            label_examples.say(session, label.id, mention(session, "2").id, is_it=False, by=lea, settings=SETTINGS, now=NOON)
            switched_on(session, label, lea)
            first = label_looking_back.batch(session, now=NOON, limit=2)
            assert first is not None
            assert [one.mention_id for one in first.mentions] == [mention(session, "3").id, mention(session, "2").id]
            assert label_looking_back.record(session, first, {one.mention_id: 0.9 for one in first.mentions}) == 1
            assert label_looking_back.record(session, first, {one.mention_id: 0.9 for one in first.mentions}) == 0, "it went on meanwhile"
            second = label_looking_back.batch(session, now=NOON, limit=2)
            assert second is not None
            label_looking_back.record(session, second, {one.mention_id: 0.1 for one in second.mentions})
            third = label_looking_back.batch(session, now=NOON, limit=2)
            assert third is not None
            label_looking_back.record(session, third, {})
            assert label_looking_back.batch(session, now=NOON, limit=2) is None
            assert (names(session, "1"), names(session, "2"), names(session, "3")) == ((), (), ("Packaging",))


class TestForgetting:
    def test_a_deleted_post_takes_its_examples_and_labels_with_it(self, database: Database) -> None:
        with database.write() as session:
            listening(session)
            poll(session, post("1", "a torn box"))
            lea = lead(session)
            label = parcel_label(session, lea)
            switched_on(session, label, lea)
            say(session, {"1": {label.id: 0.9}})
            label_examples.say(session, label.id, mention(session).id, is_it=True, by=lea, settings=SETTINGS, now=NOON)
            found = mention(session).id
            erasure.forget(session, found, reason="deleted", settings=SETTINGS, now=NOON)
            session.flush()
            assert how_many(session, LabelExample, LabelExample.mention_id == found) == 0
            assert label_marks.of_mentions(session, [found]) == {}
            assert check(session) == []

    def test_who_is_forgotten_is_forgotten_in_pasted_examples(self, database: Database) -> None:
        with database.write() as session:
            listening(session)
            poll(session, post("1", "the lid of my teapot came shattered into pieces"))
            lea = lead(session)
            label = parcel_label(session, lea)
            label_examples.paste(session, label.id, ["the lid of my teapot came shattered into pieces"], is_it=True, by=lea, now=NOON)
            author = session.scalars(select(Author)).one()
            words = author_erasure.words_of(session, author)
            assert clearing.clear_rest(session, author, words, now=NOON)["label_examples"] == 1
            assert how_many(session, LabelExample) == 20

    def test_examples_go_with_the_words_they_are_made_of(self, database: Database) -> None:
        with database.write() as session:
            listening(session)
            poll(session, post("1", "a torn box"))
            lea = lead(session)
            label = parcel_label(session, lea)
            label_examples.say(session, label.id, mention(session).id, is_it=True, by=lea, settings=SETTINGS, now=NOON)
            kept = DeskSettings(retention={"default": Retention(text=30)})
            while retention.sweep(session, kept, now=NOON + 20 * DAY):
                pass
            assert how_many(session, LabelExample) == 21
            while retention.sweep(session, kept, now=NOON + 31 * DAY):
                pass
            assert how_many(session, LabelExample) == 0
            assert how_many(session, MentionLabel) == 1, "labels and counts stay"

    def test_whoever_may_correct_labels_may_teach_one(self, database: Database) -> None:
        with database.write() as session:
            marketer = person(session, "Mo Ray", Role.MARKETER)
            lea = lead(session)
            listening(session)
            poll(session, post("1"))
            label = parcel_label(session, lea)
            assert label_examples.say(session, label.id, mention(session).id, is_it=True, by=marketer, settings=SETTINGS, now=NOON).is_it
