"""Copies are known, shown once, and hide nobody's case."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.intake import erasure
from desk.noise import alike, mute_reach
from desk.noise.alike_text import ENOUGH, keys_of, pairs_of, resemblance
from desk.queue import inbox
from desk.queue.inbox import MentionFilter, QueueFilter
from storage.database import Database
from storage.models import Alike, AlikeKey, Case, Feed
from storage.words import Sentiment
from tests.support.desk import person
from tests.support.listening import (
    HOUR,
    MINUTE,
    NO_MATTER,
    NOON,
    classify,
    how_many,
    mention,
    poll,
    post,
    verdict,
)

TEXT = "Acme stole my money and nobody answers, sign the petition against them today please"
OTHER = "The blue kettle that I ordered in March leaks from its lid whenever it boils"


def copies(n: int, text: str = TEXT, *, at: datetime = NOON, first: int = 1) -> list[Any]:
    return [post(str(first + k), text, by=f"p{first + k}", at=at + k * MINUTE) for k in range(n)]


def listen(session: Session, posts: Sequence[Any], *, now: datetime = NOON + HOUR, feed: str = "acme", **said: Any) -> None:
    poll(session, *posts, now=now, feed=feed)
    classify(session, now=now, **said)


def groups(session: Session) -> set[frozenset[str]]:
    found: dict[int, set[str]] = {}
    for row in session.scalars(select(Alike)):
        found.setdefault(row.first_id, set()).add(str(row.mention_id))
    return {frozenset(of) for of in found.values()}


def ids(session: Session, *external_ids: str) -> frozenset[str]:
    return frozenset(str(mention(session, one).id) for one in external_ids)


class TestTexts:
    @pytest.mark.parametrize(
        "other",
        [
            f"RT @somebody: {TEXT}",
            f"@acme {TEXT} https://t.co/xyz",
            TEXT.upper() + "!!!",
            TEXT.replace("today", "now"),
            f"{TEXT} 🙏 thank you",
        ],
    )
    def test_copies_resemble_each_other(self, other: str) -> None:
        one, two = pairs_of("", TEXT), pairs_of("", other)
        assert resemblance(one, two) >= ENOUGH
        assert set(keys_of(one)) & set(keys_of(two))

    def test_others_do_not(self) -> None:
        assert resemblance(pairs_of("", TEXT), pairs_of("", OTHER)) < ENOUGH
        assert resemblance(pairs_of("", TEXT), pairs_of("", "Acme sold my phone and somebody answers the calls")) < ENOUGH

    def test_short_words_of_everybody_are_compared_with_nothing(self) -> None:
        assert not pairs_of("", "@acme thank you very much https://t.co/x")

    def test_a_script_without_spaces(self) -> None:
        one, two = pairs_of("", "请帮我转发这个抽奖活动谢谢大家支持我们"), pairs_of("", "请帮我转发这个抽奖活动谢谢大家支持他们")
        assert resemblance(one, two) >= ENOUGH

    @given(st.text(max_size=300))
    def test_any_text_is_like_itself(self, text: str) -> None:
        pairs = pairs_of("", text)
        assert resemblance(pairs, pairs) == (1.0 if pairs else 0.0)
        assert not pairs or keys_of(pairs) == keys_of(pairs_of("", text))
        assert all(-(2**63) <= key < 2**63 for key in (keys_of(pairs) if pairs else []))


class TestGroups:
    def test_copies_are_one_group_whether_they_come_together_or_not(self, listened: Database) -> None:
        with listened.write() as session:
            listen(session, [*copies(3), post("9", OTHER)])
            listen(session, copies(2, f"{TEXT} https://x.example/2", at=NOON + HOUR, first=4), now=NOON + 2 * HOUR)
            assert groups(session) == {ids(session, "1", "2", "3", "4", "5")}

    def test_another_brand_or_another_week_is_another_group(self, listened: Database) -> None:
        with listened.write() as session:
            listen(session, copies(1))
            listen(session, copies(2, first=2), feed="rival")
            later = NOON + timedelta(hours=49)
            listen(session, copies(1, first=4, at=later), now=later)
            assert groups(session) == {ids(session, "2", "3")}

    def test_private_messages_are_compared_with_nothing(self, listened: Database) -> None:
        with listened.write() as session:
            listen(session, [*copies(1), post("2", TEXT, by="eva", is_private=True)])
            assert groups(session) == set()

    def test_an_edited_copy_leaves_and_may_come_again(self, listened: Database) -> None:
        with listened.write() as session:
            listen(session, copies(3))
            listen(session, [post("1", OTHER, by="p1", edited_at=NOON + HOUR)], now=NOON + HOUR)
            assert groups(session) == {ids(session, "2", "3")}
            listen(session, [post("1", TEXT, by="p1", edited_at=NOON + 2 * HOUR)], now=NOON + 2 * HOUR)
            assert groups(session) == {ids(session, "1", "2", "3")}

    def test_an_erased_first_is_followed_by_the_second(self, listened: Database) -> None:
        with listened.write() as session:
            listen(session, copies(3))
            erasure.forget(session, mention(session).id, reason="deleted", now=NOON + HOUR)
            listen(session, copies(1, first=4, at=NOON + HOUR), now=NOON + HOUR)
            assert groups(session) == {ids(session, "2", "3", "4")}
            for one in ("3", "4"):
                erasure.forget(session, mention(session, one).id, reason="deleted", now=NOON + HOUR)
            assert groups(session) == set()

    def test_keys_are_forgotten_when_nothing_joins_any_more(self, listened: Database) -> None:
        with listened.write() as session:
            listen(session, [*copies(2), post("9", OTHER)])
            assert alike.forget_old(session, now=NOON + timedelta(hours=48)) == 0
            assert alike.forget_old(session, now=NOON + timedelta(hours=49)) == 2
            assert how_many(session, AlikeKey) == 0
            assert len(groups(session)) == 1

    def test_a_new_version_of_the_engine_changes_no_group(self, listened: Database) -> None:
        with listened.write() as session:
            listen(session, copies(3))
            for one in ("1", "2", "3"):
                mention(session, one).triaged_at = None
            classify(session, version="2", now=NOON + HOUR)
            assert groups(session) == {ids(session, "1", "2", "3")}


class TestShown:
    def test_the_list_shows_the_newest_and_counts_the_others(self, listened: Database) -> None:
        with listened.write() as session:
            listen(session, [*copies(3), post("9", OTHER)])
            rows = inbox.mentions(session, MentionFilter(once=True), now=NOON)
            assert [(row.text, row.marks.alike) for row in rows] == [(OTHER, 0), (TEXT, 2)]
            newest = rows[1]
            assert newest.id == mention(session, "3").id
            assert len(inbox.mentions(session, MentionFilter(alike_id=newest.marks.alike_id), now=NOON)) == 3

    def test_a_copy_stands_for_others_only_where_it_is_in_the_list_itself(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, *copies(2), now=NOON + HOUR)
            poll(session, post("3", f"{TEXT} angry", by="p3"), feed="mentions", now=NOON + HOUR)
            classify(session, NO_MATTER, angry=verdict(), now=NOON + HOUR)
            of_acme = session.scalars(select(Feed.id).where(Feed.name == "acme")).one()
            for narrowed, shown in (
                (MentionFilter(once=True), "3"),
                (MentionFilter(once=True, feed_id=of_acme), "2"),
                (MentionFilter(once=True, sentiment=Sentiment.NEUTRAL), "2"),
                (MentionFilter(once=True, without_case=True, muted=False), "2"),
            ):
                assert [row.id for row in inbox.mentions(session, narrowed, now=NOON)] == [mention(session, shown).id]

    def test_each_customer_keeps_their_case_and_the_queue_says_how_many_are_alike(self, listened: Database) -> None:
        with listened.write() as session:
            listen(session, [*copies(3), post("9", OTHER)])
            rows = inbox.queue(session, QueueFilter(), now=NOON + HOUR)
            assert sorted((row.alike, row.preview == OTHER) for row in rows) == [(0, True), (2, False), (2, False), (2, False)]
            first = next(row.alike_id for row in rows if row.alike)
            assert len(inbox.queue(session, QueueFilter(alike_id=first), now=NOON + HOUR)) == 3
            assert how_many(session, Case) == 4

    def test_what_copies_share_is_offered_as_a_term(self, listened: Database) -> None:
        with listened.write() as session:
            listen(session, [*copies(2), post("3", f"Hello all! {TEXT.replace('today', 'now')}", by="p3")])
            offered = mute_reach.offer(session, mention(session).id, by=person(session))
            assert offered is not None
            assert offered.term == "Acme stole my money and nobody answers, sign the petition against them"


WORDS = st.lists(st.sampled_from([TEXT, f"{TEXT} thanks", OTHER, "Short words"]), max_size=10)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=WORDS)
def test_every_mention_stands_in_the_list_or_behind_one_that_does(listened: Database, texts: list[str]) -> None:
    with listened.write() as session:
        point = session.begin_nested()
        for n, text in enumerate(texts):
            listen(session, [post(str(n), text, by=f"p{n}", at=NOON + n * MINUTE)], thanks=NO_MATTER)
        rows = inbox.mentions(session, MentionFilter(once=True), now=NOON, limit=100)
        assert sum(1 + row.marks.alike for row in rows) == len(texts)
        assert how_many(session, Case) == sum("thanks" not in text for text in texts)
        point.rollback()
