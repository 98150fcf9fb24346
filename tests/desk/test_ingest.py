"""A page is stored as one: what is new, what is known, what changed, what is gone, and nothing at all when the lease is lost."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from desk.errors import LeaseLost
from desk.feeds import feeds
from desk.figures import rollups
from desk.intake import erasure, ingest
from desk.post import Limits, Page, Spent, Unreadable, UnreadPart
from storage import raw
from storage.database import Database
from storage.models import (
    Author,
    CallLimit,
    Case,
    Catch,
    Cost,
    Coverage,
    Feed,
    Mention,
    MentionRevision,
    Reject,
    RollupHour,
    Tombstone,
)
from storage.words import CaseStatus, LookResult
from tests.support.listening import (
    HOUR,
    LEASE,
    MINUTE,
    NO_MATTER,
    NOON,
    SETTINGS,
    classify,
    feed_id,
    how_many,
    leased,
    listening,
    mention,
    poll,
    post,
)


def test_a_page_is_stored_with_all_that_belongs_to_it(listened: Database) -> None:
    page = Page(
        posts=(post("1", reach=12_000), post("2", by="ben")),
        rejects=(Unreadable(b"{broken", "not JSON"),),
        cursor="2",
        costs=(Spent("post_read", 2, 10_000),),
        limits=Limits(remaining=40, reset_at=NOON + HOUR),
        detail="two posts",
    )
    with listened.write() as session:
        told = ingest.record_page(session, leased(session), page, settings=SETTINGS, now=NOON)
    assert (told.new, told.seen, told.own, told.rejected, told.result) == (2, 2, 0, 1, LookResult.LOOKED)
    with listened.read() as session:
        feed = session.get_one(Feed, feed_id(session))
        assert (feed.cursor, feed.lease_owner, feed.last_result, feed.last_new_at) == ("2", None, LookResult.LOOKED, NOON)
        assert feed.next_poll_at == NOON + timedelta(seconds=feed.interval_s)
        assert (mention(session).text, mention(session).seen_at) == ("My parcel has not arrived", NOON)
        assert raw.unpack(session, mention(session).id) == {"id": "1", "text": "My parcel has not arrived"}
        assert session.scalars(select(Author.reach).where(Author.external_id == "u-ana")).one() == 12_000
        assert session.scalars(select(Reject.error)).one() == "not JSON"
        assert session.execute(select(Cost.units, Cost.micros, Cost.feed_id)).one() == (2, 10_000, feed.id)
        assert session.execute(select(CallLimit.remaining, CallLimit.reset_at)).one() == (40, NOON + HOUR)
        look = session.scalars(select(Coverage)).one()
        assert (look.result, look.new, look.seen, look.rejected, look.detail) == (LookResult.LOOKED, 2, 2, 1, "two posts")
        assert rollups.check(session) == []


def test_the_same_page_again_stores_nothing_twice(listened: Database) -> None:
    with listened.write() as session:
        poll(session, post("1"), post("2"))
    with listened.write() as session:
        told = poll(session, post("1"), post("2"), now=NOON + MINUTE)
        assert (told.new, told.seen) == (0, 2)
        assert (how_many(session, Mention), how_many(session, Catch), how_many(session, Author)) == (2, 2, 1)
        assert session.scalars(select(RollupHour.n).where(RollupHour.scope == 0)).one() == 2


def test_duplicate_ids_in_one_page_are_one_mention_and_the_latest_edit_counts(listened: Database) -> None:
    with listened.write() as session:
        told = poll(session, post("1", "first"), post("1", "second", edited_at=NOON), post("1", "first"))
        assert (told.new, mention(session).text) == (1, "second")


@pytest.mark.parametrize("size", [2, 60])
def test_equal_ids_on_two_sites_are_two_mentions(listened: Database, size: int) -> None:
    posts = [post(str(n), site=site) for n in range(size) for site in ("a.example", "b.example")]
    with listened.write() as session:
        assert poll(session, *posts, feed="forum").new == 2 * size
        assert how_many(session, Mention, Mention.external_id == "1") == 2
        assert how_many(session, Author, Author.external_id == "u-ana") == 2


def test_a_second_feed_counts_in_its_own_scope_and_never_twice_in_all(listened: Database) -> None:
    with listened.write() as session:
        poll(session, post("1"), feed="acme")
        classify(session)
        poll(session, post("1"), feed="mentions")
        poll(session, post("1"), feed="rival")
    with listened.read() as session:
        counted = dict(session.execute(select(RollupHour.scope, RollupHour.n)).all())
        assert set(counted.values()) == {1}
        assert len(counted) == 1 + 3 + 2
        assert session.scalars(select(RollupHour.negative).where(RollupHour.scope == feed_id(session, "rival"))).one() == 1
        assert rollups.check(session) == []


def test_an_edit_keeps_the_old_text_and_is_triaged_again(listened: Database) -> None:
    with listened.write() as session:
        poll(session, post("1", "All fine"))
        classify(session, NO_MATTER)
    with listened.write() as session:
        poll(session, post("1", "It broke!", edited_at=NOON + MINUTE, raw={"v": 2}), now=NOON + MINUTE)
        edited = mention(session)
        assert (edited.text, edited.revision, edited.triaged_at, edited.edited_at) == ("It broke!", 2, None, NOON + MINUTE)
        assert session.execute(select(MentionRevision.revision, MentionRevision.text)).one() == (1, "All fine")
        assert raw.unpack(session, edited.id) == {"v": 2}
        assert rollups.check(session) == []
        classify(session)
        assert rollups.check(session) == []
        assert session.scalars(select(RollupHour.complaint).where(RollupHour.scope == 0)).one() == 1
        assert how_many(session, Case) == 1


def test_an_old_version_that_turns_up_again_changes_nothing(listened: Database) -> None:
    with listened.write() as session:
        poll(session, post("1", "old"))
        poll(session, post("1", "new"), now=NOON + MINUTE)
        poll(session, post("1", "old"), now=NOON + 2 * MINUTE)
        assert (mention(session).text, mention(session).revision) == ("new", 2)
        poll(session, post("1", "old", edited_at=NOON - HOUR), now=NOON + 3 * MINUTE)
        assert mention(session).text == "new"


def test_an_edit_under_a_new_id_is_the_same_mention(listened: Database) -> None:
    with listened.write() as session:
        poll(session, post("10", "teh parcel"))
        told = poll(session, post("11", "the parcel", edit_of=("10",)), now=NOON + MINUTE)
        assert (told.new, mention(session, "10").text, mention(session, "10").revision) == (0, "the parcel", 2)
        assert how_many(session, Mention) == 1


def test_a_deleted_post_is_erased_and_never_comes_back(listened: Database) -> None:
    with listened.write() as session:
        poll(session, post("1"), post("2", by="ben"))
        classify(session)
        gone = mention(session).id
        poll(session, replace(post("1"), deleted=True), now=NOON + MINUTE)
    with listened.write() as session:
        erased = session.get_one(Mention, gone)
        assert (erased.text, erased.title, erased.url, erased.deleted_at) == ("", "", "", NOON + MINUTE)
        assert erased.external_id != "1"
        assert raw.unpack(session, gone) is None
        assert session.execute(select(Author.name, Author.handle).where(Author.external_id == "u-ana")).one() == ("", "")
        assert session.scalars(select(Author.name).where(Author.external_id == "u-ben")).one() == "Ben"
        assert session.scalars(select(Tombstone.id_hash)).one() == erasure.hash_of("x", "", "1")
        assert session.scalars(select(RollupHour.n).where(RollupHour.scope == 0)).one() == 1
        assert poll(session, post("1"), now=NOON + 2 * MINUTE).new == 0
        assert how_many(session, Mention, Mention.external_id == "1") == 0
        assert rollups.check(session) == []


def test_a_deleted_post_takes_its_untouched_case_out_of_the_queue(listened: Database) -> None:
    with listened.write() as session:
        poll(session, post("1"))
        classify(session)
        ingest.forget(session, mention(session).id, reason="erasure", now=NOON + MINUTE)
        case = session.scalars(select(Case)).one()
        assert (case.status, case.preview, case.author_name) == (CaseStatus.CLOSED, "", "")


def test_a_deletion_of_what_was_never_seen_is_remembered(listened: Database) -> None:
    with listened.write() as session:
        poll(session, replace(post("9"), deleted=True))
        assert poll(session, post("9"), now=NOON + MINUTE).new == 0


def test_an_author_keeps_the_name_while_another_mention_is_left(listened: Database) -> None:
    with listened.write() as session:
        poll(session, post("1"), post("2"))
        ingest.forget(session, mention(session).id, reason="erasure", now=NOON)
        assert session.scalars(select(Author.name)).one() == "Ana"


def test_whoever_lost_the_lease_stores_nothing(listened: Database) -> None:
    with listened.write() as session:
        late = leased(session)
    with listened.write() as session:
        leased(session, now=NOON + 2 * LEASE)
    with pytest.raises(LeaseLost), listened.write() as session:
        ingest.record_page(session, late, Page(posts=(post(),), cursor="late"), settings=SETTINGS, now=NOON + 2 * LEASE)
    with pytest.raises(LeaseLost), listened.write() as session:
        ingest.record_failure(session, late, result=LookResult.UNAVAILABLE, detail="", retry_at=None, now=NOON + 2 * LEASE)
    with listened.read() as session:
        assert (how_many(session, Mention), how_many(session, Coverage)) == (0, 0)
        assert session.get_one(Feed, feed_id(session)).cursor is None


def test_a_page_cannot_be_recorded_twice_with_one_lease(listened: Database) -> None:
    with listened.write() as session:
        once = leased(session)
        ingest.record_page(session, once, Page(cursor="a"), settings=SETTINGS, now=NOON)
        with pytest.raises(LeaseLost):
            ingest.record_page(session, once, Page(cursor="b"), settings=SETTINGS, now=NOON)


def test_a_page_that_names_no_place_leaves_the_cursor_where_it_is(listened: Database) -> None:
    with listened.write() as session:
        poll(session, cursor="here")
        poll(session, cursor=None, now=NOON + MINUTE)
        assert session.get_one(Feed, feed_id(session)).cursor == "here"


def test_a_page_with_more_behind_it_is_due_again_at_once(listened: Database) -> None:
    with listened.write() as session:
        poll(session, post(), more=True)
        assert session.get_one(Feed, feed_id(session)).next_poll_at == NOON
        poll(session, feed="forum", retry_at=NOON + 3 * HOUR)
        assert session.get_one(Feed, feed_id(session, "forum")).next_poll_at == NOON + 3 * HOUR


def test_a_look_that_brought_nothing_since_a_part_failed_is_not_repeated_at_once(listened: Database) -> None:
    failed = UnreadPart("found", "the forum is not available", LookResult.UNAVAILABLE)
    with listened.write() as session:
        poll(session, more=True, unread=(failed,))
        feed = session.get_one(Feed, feed_id(session))
        assert (feed.last_result, feed.next_poll_at) == (LookResult.UNAVAILABLE, NOON + timedelta(seconds=feed.interval_s))


@pytest.mark.parametrize(
    ("page", "result"),
    [
        (Page(posts=(post(),)), LookResult.LOOKED),
        (Page(), LookResult.EMPTY),
        (Page(rejects=(Unreadable(b"?", "unknown"),)), LookResult.MALFORMED),
    ],
)
def test_a_look_has_one_result(listened: Database, page: Page, result: LookResult) -> None:
    with listened.write() as session:
        assert ingest.record_page(session, leased(session), page, settings=SETTINGS, now=NOON).result == result
        feed = session.get_one(Feed, feed_id(session))
        assert (feed.last_result, feed.failing_since is not None) == (result, result == LookResult.MALFORMED)


def test_a_reject_is_kept_once_and_read_again_later(listened: Database) -> None:
    broken = Unreadable(b'{"id": "7"}', "no author")
    with listened.write() as session:
        poll(session, rejects=(broken,))
        poll(session, rejects=(broken,), now=NOON + MINUTE)
        kept = ingest.rejected(session, feed_id(session), limit=10)
        assert [item.raw for item in kept] == [b'{"id": "7"}']
        told = ingest.reread(session, feed_id(session), {kept[0].id: post("7")}, settings=SETTINGS, now=NOON + HOUR)
        assert told.new == 1
        assert ingest.rejected(session, feed_id(session), limit=10) == []


def test_what_could_not_be_read_before_does_not_spoil_the_looks_that_follow(listened: Database) -> None:
    stuck, other = Unreadable(b"null", "no status"), Unreadable(b"{}", "no id")
    results, details = [], []
    for number, page in enumerate(
        [Page(rejects=(stuck,)), Page(rejects=(stuck,)), Page(rejects=(stuck, other)), Page((post(),), (stuck,))]
    ):
        with listened.write() as session:
            told = ingest.record_page(session, leased(session), page, settings=SETTINGS, now=NOON + number * MINUTE)
            results.append((told.result, told.rejected))
            details.append(told.detail)
            feed = session.get_one(Feed, feed_id(session))
            assert (feed.last_result, feed.failing_since is None) == (told.result, told.result != LookResult.MALFORMED)
    assert results == [(LookResult.MALFORMED, 1), (LookResult.EMPTY, 0), (LookResult.MALFORMED, 1), (LookResult.LOOKED, 0)]
    assert details == ["", *[ingest.STILL_UNREADABLE] * 3]


class TestFailures:
    @pytest.fixture
    def listened(self, sqlite_database: Database) -> Database:
        with sqlite_database.write() as session:
            listening(session)
        return sqlite_database

    def test_failures_in_a_row_wait_longer_each_time(self, listened: Database) -> None:
        waits = []
        for _ in range(8):
            with listened.write() as session:
                again = ingest.record_failure(
                    session, leased(session), result=LookResult.UNAVAILABLE, detail="503", retry_at=None, now=NOON
                )
                waits.append((again - NOON) // MINUTE)
        assert waits == [5, 10, 20, 40, 60, 60, 60, 60]
        with listened.write() as session:
            feed = session.get_one(Feed, feed_id(session))
            assert (feed.error_count, feed.failing_since, feed.last_detail) == (8, NOON, "503")
            poll(session, now=NOON + HOUR)
            session.refresh(feed)
            assert (feed.error_count, feed.failing_since) == (0, None)

    def test_a_spent_rate_limit_holds_every_feed_that_it_counts(self, listened: Database) -> None:
        until = NOON + 15 * MINUTE
        with listened.write() as session:
            told = ingest.record_failure(session, leased(session), result=LookResult.THROTTLED, detail="429", retry_at=until, now=NOON)
            assert told == until
            assert {due.spec.name for due in feeds.lease_due(session, "w", now=NOON, limit=9, lease=LEASE)} == {"forum", "mentions"}
        with listened.write() as session:
            names = {due.spec.name for due in feeds.lease_due(session, "w", now=until, limit=9, lease=LEASE)}
            assert {"acme", "rival"} <= names

    def test_the_cursor_stays_where_it_was(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, cursor="kept")
            ingest.record_failure(session, leased(session), result=LookResult.REFUSED, detail="403", retry_at=None, now=NOON)
            assert session.get_one(Feed, feed_id(session)).cursor == "kept"


class TestImport:
    def test_an_import_can_be_repeated(self, listened: Database) -> None:
        posts = [post(str(n), by=f"c{n}") for n in range(300)]
        with listened.write() as session:
            first = ingest.import_posts(session, feed_id(session, "forum"), posts, (), settings=SETTINGS, now=NOON)
        with listened.write() as session:
            second = ingest.import_posts(session, feed_id(session, "forum"), posts, (), settings=SETTINGS, now=NOON)
            assert (first.new, second.new, how_many(session, Mention)) == (300, 0, 300)
            assert mention(session).site == "forum.example"
            assert rollups.check(session) == []

    def test_an_import_moves_no_cursor_and_needs_no_lease(self, listened: Database) -> None:
        with listened.write() as session:
            held = leased(session, "forum")
            ingest.import_posts(session, feed_id(session, "forum"), [post()], (), settings=SETTINGS, now=NOON)
            told = ingest.record_page(session, held, Page(cursor="c"), settings=SETTINGS, now=NOON)
            assert told.result == LookResult.EMPTY
