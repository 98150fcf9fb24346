"""What is probably not about us: kept aside without a case, brought back by one click, learnt from clicks."""

from sqlalchemy.orm import Session

from desk.labels import label_examples, label_heads, own_labels
from desk.queue import browse
from desk.queue.browse import MentionFilter
from storage.database import Database
from storage.models import FeedClick, OwnLabel
from storage.words import Urgency
from tests.support.desk import lead, person
from tests.support.listening import (
    MINUTE,
    NO_MATTER,
    NOON,
    SETTINGS,
    feed_id,
    listening,
    mention,
    poll,
    post,
    verdict,
)
from tests.support.own_labels import say, switched_on


class TestAboutUs:
    def relevance(self, session: Session, feed: str = "acme") -> OwnLabel:
        lea = lead(session)
        label = own_labels.of_feed(session, feed_id(session, feed), by=lea, now=NOON)
        switched_on(session, label, lea)
        return label

    def test_what_is_probably_not_about_us_is_kept_and_makes_no_case(self, database: Database) -> None:
        with database.write() as session:
            listening(session)
            label = self.relevance(session)
            poll(session, post("1"), post("2", by="bo"))
            say(session, {"1": {label.id: 0.2}, "2": {label.id: 0.8}})
            one, two = mention(session), mention(session, "2")
            assert (one.aside_by_id, one.case_id) == (label.id, None)
            assert two.aside_by_id is None
            assert two.case_id is not None
            aside = browse.mentions(session, MentionFilter(is_aside=True), now=NOON)
            assert [row.id for row in aside] == [one.id]

    def test_hours_that_matter_a_private_word_and_another_feed_outweigh_it(self, database: Database) -> None:
        with database.write() as session:
            listening(session)
            label = self.relevance(session)
            poll(session, post("1"), post("2", by="bo", is_private=True))
            poll(session, post("3", by="cy"))
            poll(session, post("3", by="cy"), feed="mentions")
            say(session, {name: {label.id: 0.0} for name in "123"}, verdict(urgency=Urgency.HIGH))
            assert [mention(session, name).aside_by_id for name in "123"] == [None, None, None]
            assert [mention(session, name).case_id is None for name in "123"] == [False, False, False]

    def test_a_head_that_could_not_read_a_text_hides_nobody(self, database: Database) -> None:
        with database.write() as session:
            listening(session)
            self.relevance(session)
            poll(session, post("1"))
            say(session, {})
            assert mention(session).case_id is not None

    def test_one_click_brings_it_back_and_teaches(self, database: Database) -> None:
        with database.write() as session:
            listening(session)
            label = self.relevance(session)
            poll(session, post("1"))
            say(session, {"1": {label.id: 0.1}})
            ana = person(session)
            done = label_examples.say(session, label.id, mention(session).id, is_it=True, by=ana, settings=SETTINGS, now=NOON)
            assert done.opened
            assert (mention(session).aside_by_id, mention(session).case_id) == (None, done.case_id)
            assert label_heads.material(session, label.id).examples == [("My parcel has not arrived", True)]

    def test_one_click_puts_aside_what_has_no_case(self, database: Database) -> None:
        with database.write() as session:
            listening(session)
            label = self.relevance(session)
            poll(session, post("1"), post("2", by="bo"))
            say(session, {"1": {label.id: 0.9}, "2": {label.id: 0.9}}, NO_MATTER)
            label_examples.say(session, label.id, mention(session).id, is_it=False, by=person(session), settings=SETTINGS, now=NOON)
            assert (mention(session).aside_by_id, mention(session, "2").aside_by_id) == (label.id, None)

    def test_clicks_on_a_preview_teach_it_too_and_after_some_it_is_learnt_anew(self, database: Database) -> None:
        with database.write() as session:
            listening(session)
            label = self.relevance(session)
            ana = person(session)
            for n in range(5):
                session.add(
                    FeedClick(
                        errand_id=1,
                        feed_id=label.feed_id,
                        source="x",
                        external_id=f"p{n}",
                        author_external_id="a",
                        text=f"a hill named acme {n}",
                        is_ours=False,
                        person_id=ana.id,
                        at=NOON + MINUTE,
                    )
                )
            session.flush()
            assert label_heads.material(session, label.id).examples == [(f"a hill named acme {n}", False) for n in range(5)]
            assert label_heads.to_learn_anew(session, "words-1") == [label.id]
