"""What we listen to: defined in a file or on the board, leased by one worker at a time, and each with its state in one sentence."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from desk.errors import Invalid, NotAllowed, NotFound
from desk.feeds import feeds
from desk.feeds.feeds import AccountPlan, BrandPlan, FeedDraft, WorkspacePlan
from desk.intake import ingest
from desk.intake.looks import after_failure, after_page
from desk.post import Limits, Page
from storage.check import check
from storage.database import Database
from storage.models import Audit, CallLimit, Credential, Feed, ReplyAccount
from storage.words import LookResult, Origin, Role
from tests.support.desk import person
from tests.support.listening import HOUR, LEASE, MINUTE, NOON, PLAN, SETTINGS, feed_id, how_many, leased, listening, mention, poll, post

DRAFT = FeedDraft("new feed", "x", "search", "acme", "Acme", "main")


def named(session: Session, name: str) -> Feed:
    found: Feed = session.scalars(select(Feed).where(Feed.name == name).execution_options(populate_existing=True)).one()
    return found


def searched(session: Session, *, now: datetime = NOON) -> list[str]:
    """The searches that are leased now, in the order of their names."""
    due = feeds.lease_due(session, "a", now=now, limit=9, lease=LEASE, full_sources=["rss"])
    return sorted(one.spec.name for one in due if one.spec.kind == "search")


class TestLeases:
    def test_a_due_feed_is_leased_by_one_worker_with_all_that_its_source_needs(self, listened: Database) -> None:
        with listened.write() as session:
            due = feeds.lease_due(session, "a", now=NOON, limit=9, lease=LEASE)
            assert feeds.lease_due(session, "b", now=NOON, limit=9, lease=LEASE) == []
            spec = next(d.spec for d in due if d.spec.name == "acme")
            assert (spec.source, spec.kind, spec.query, spec.credential, spec.own_handles) == ("x", "search", "acme", "main", ("acmecare",))
            rival = next(d.spec for d in due if d.spec.name == "rival")
            assert rival.own_handles == ()
            assert feeds.spec_of(session, spec.id) == spec

    def test_an_expired_lease_goes_to_somebody_else(self, listened: Database) -> None:
        with listened.write() as session:
            first = feeds.lease_due(session, "a", now=NOON, limit=9, lease=LEASE)
            again = feeds.lease_due(session, "a", now=NOON + 2 * LEASE, limit=9, lease=LEASE)
            assert {d.spec.id for d in again} == {d.spec.id for d in first}
            assert {d.lease_owner for d in again} != {d.lease_owner for d in first}

    def test_full_sources_paused_retired_and_imported_feeds_are_left_alone(self, listened: Database) -> None:
        with listened.write() as session:
            ops = person(session, "Ops", Role.OPS)
            feeds.pause(session, feed_id(session, "acme"), by=ops, now=NOON)
            feeds.add(session, replace(DRAFT, source="archive", credential=None), by=ops, now=NOON)
            due = feeds.lease_due(session, "a", now=NOON, limit=9, lease=LEASE, full_sources=["rss"])
            assert {d.spec.name for d in due} == {"mentions", "rival"}

    def test_the_longest_overdue_come_first(self, listened: Database) -> None:
        with listened.write() as session:
            named(session, "rival").next_poll_at = NOON - HOUR
            session.flush()
            assert [d.spec.name for d in feeds.lease_due(session, "a", now=NOON, limit=1, lease=LEASE)] == ["rival"]

    def test_each_look_reserves_a_call_of_its_credential(self, listened: Database) -> None:
        with listened.write() as session:
            ingest.record_page(session, leased(session), Page(limits=Limits(2, NOON + HOUR)), settings=SETTINGS, now=NOON)
            assert searched(session) == ["rival"]
            assert session.scalars(select(CallLimit.remaining)).one() == 1
            assert searched(session, now=NOON + 5 * MINUTE) == ["acme"]
            assert session.scalars(select(CallLimit.remaining)).one() == 0
            assert searched(session, now=NOON + 30 * MINUTE) == []
            assert searched(session, now=NOON + HOUR) == ["acme", "rival"]
            assert session.scalars(select(CallLimit.remaining)).one() is None

    def test_a_credential_with_nothing_left_waits_for_its_reset(self, listened: Database) -> None:
        with listened.write() as session:
            ingest.record_page(session, leased(session), Page(limits=Limits(0, NOON + HOUR)), settings=SETTINGS, now=NOON)
            assert session.execute(select(CallLimit.calls, CallLimit.available_at)).one() == ("search", NOON + HOUR)

    def test_one_feed_can_be_polled_by_name_whether_due_or_not(self, listened: Database) -> None:
        with listened.write() as session:
            session.execute(update(Credential).values(available_at=NOON + HOUR))
            named(session, "acme").next_poll_at = NOON + HOUR
            session.flush()
            assert leased(session, "acme").spec.name == "acme"
            with pytest.raises(Invalid, match="right now"):
                leased(session, "acme")
            with pytest.raises(NotFound, match="nobody"):
                leased(session, "nobody")


class TestVerbs:
    @pytest.fixture
    def listened(self, sqlite_database: Database) -> Database:
        with sqlite_database.write() as session:
            listening(session)
        return sqlite_database

    def test_a_feed_of_the_board_is_due_at_once(self, listened: Database) -> None:
        with listened.write() as session:
            feed = feeds.add(session, DRAFT, by=person(session, "Lead", Role.LEAD), now=NOON)
            assert (feed.origin, feed.enabled, feed.next_poll_at) == (Origin.BOARD, True, NOON)
            assert how_many(session, Audit, Audit.verb == "feed_added", Audit.person_id.is_not(None)) == 1

    @pytest.mark.parametrize("role", [Role.AGENT, Role.MARKETER, Role.READER])
    def test_others_may_not(self, listened: Database, role: Role) -> None:
        with listened.write() as session:
            nobody = person(session, "Somebody", role)
            with pytest.raises(NotAllowed):
                feeds.add(session, DRAFT, by=nobody, now=NOON)
            for verb in (feeds.pause, feeds.resume, feeds.retire, feeds.poll_now):
                with pytest.raises(NotAllowed):
                    verb(session, feed_id(session), by=nobody, now=NOON)
            with pytest.raises(NotAllowed):
                feeds.change(session, feed_id(session), DRAFT, by=nobody, now=NOON)

    @pytest.mark.parametrize(
        ("draft", "says"),
        [
            (replace(DRAFT, name=" "), "needs a name"),
            (replace(DRAFT, name="ACME"), "already"),
            (replace(DRAFT, brand="Nobody"), "Known brands: Acme, Rival"),
            (replace(DRAFT, credential="other"), r"\[credentials.other\]"),
            (replace(DRAFT, source="rss"), "is for x"),
            (replace(DRAFT, interval_s=1), "every 10 seconds"),
        ],
    )
    def test_what_makes_no_sense_is_refused_with_what_to_change(self, sqlite_database: Database, draft: FeedDraft, says: str) -> None:
        with sqlite_database.write() as session:
            listening(session)
            with pytest.raises(Invalid, match=says):
                feeds.add(session, draft, by=person(session, "Ops", Role.OPS), now=NOON)

    def test_a_feed_of_the_file_is_changed_there_but_can_be_paused_here(self, listened: Database) -> None:
        with listened.write() as session:
            ops = person(session, "Ops", Role.OPS)
            with pytest.raises(Invalid, match=r"settings.toml"):
                feeds.change(session, feed_id(session), DRAFT, by=ops, now=NOON)
            with pytest.raises(Invalid, match=r"settings.toml"):
                feeds.retire(session, feed_id(session), by=ops, now=NOON)
            assert not feeds.pause(session, feed_id(session), by=ops, now=NOON).enabled
            feeds.sync(session, PLAN, now=NOON + HOUR)
            assert not named(session, "acme").enabled
            with pytest.raises(Invalid, match="resume it first"):
                feeds.poll_now(session, feed_id(session), by=ops, now=NOON)
            resumed = feeds.resume(session, feed_id(session), by=ops, now=NOON + HOUR)
            assert (resumed.enabled, resumed.next_poll_at) == (True, NOON + HOUR)

    def test_another_place_is_read_from_its_start_and_another_query_goes_on(self, listened: Database) -> None:
        with listened.write() as session:
            ops = person(session, "Ops", Role.OPS)
            feed = feeds.add(session, DRAFT, by=ops, now=NOON)
            poll(session, feed=DRAFT.name, cursor="far")
            session.refresh(feed)
            feeds.change(session, feed.id, replace(DRAFT, query="acme OR acmee"), by=ops, now=NOON + MINUTE)
            assert (feed.cursor, feed.next_poll_at) == ("far", NOON + MINUTE)
            feeds.change(session, feed.id, replace(DRAFT, kind="mentions"), by=ops, now=NOON + MINUTE)
            assert feed.cursor is None

    def test_counts_follow_a_feed_to_another_brand(self, listened: Database) -> None:
        with listened.write() as session:
            ops = person(session, "Ops", Role.OPS)
            feed = feeds.add(session, DRAFT, by=ops, now=NOON)
            poll(session, post("1"), post("2"), feed=DRAFT.name)
            poll(session, post("1"), feed="acme")
            feeds.change(session, feed.id, replace(DRAFT, brand="Rival"), by=ops, now=NOON)
            assert [str(fault) for fault in check(session)] == []

    def test_a_retired_feed_is_looked_at_no_more_and_keeps_its_mentions(self, listened: Database) -> None:
        with listened.write() as session:
            ops = person(session, "Ops", Role.OPS)
            feed = feeds.add(session, DRAFT, by=ops, now=NOON)
            poll(session, post("1"), feed=DRAFT.name)
            feeds.retire(session, feed.id, by=ops, now=NOON)
            with pytest.raises(Invalid, match="retired"):
                leased(session, DRAFT.name)
            assert mention(session).text
            with pytest.raises(Invalid, match="retired"):
                feeds.resume(session, feed.id, by=ops, now=NOON)


class TestSync:
    def test_it_can_be_repeated(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, cursor="far")
            before = [(f.id, f.cursor, f.next_poll_at) for f in session.scalars(select(Feed).order_by(Feed.id))]
            feeds.sync(session, PLAN, now=NOON + HOUR)
            session.expire_all()
            assert [(f.id, f.cursor, f.next_poll_at) for f in session.scalars(select(Feed).order_by(Feed.id))] == before
            assert how_many(session, ReplyAccount) == 1

    def test_what_vanished_from_the_file_is_retired_and_comes_back_with_it(self, listened: Database) -> None:
        with listened.write() as session:
            feeds.sync(session, WorkspacePlan(brands=PLAN.brands), now=NOON)
            assert {(f.retired, f.enabled) for f in session.scalars(select(Feed))} == {(True, False)}
            assert not session.scalars(select(ReplyAccount.active)).one()
        with listened.write() as session:
            feeds.sync(session, PLAN, now=NOON + HOUR)
            assert {(f.retired, f.enabled) for f in session.scalars(select(Feed))} == {(False, True)}
            assert session.scalars(select(ReplyAccount.active)).one()

    def test_a_feed_of_the_board_survives_and_belongs_to_the_file_once_it_is_named_there(self, listened: Database) -> None:
        with listened.write() as session:
            feeds.add(session, DRAFT, by=person(session, "Ops", Role.OPS), now=NOON)
            feeds.sync(session, PLAN, now=NOON)
            assert (named(session, DRAFT.name).origin, named(session, DRAFT.name).retired) == (Origin.BOARD, False)
            feeds.sync(session, replace(PLAN, feeds=(*PLAN.feeds, replace(DRAFT, query="other"))), now=NOON)
            assert (named(session, DRAFT.name).origin, named(session, DRAFT.name).query) == (Origin.SETTINGS, "other")

    def test_an_account_that_changed_its_handle_is_another_one_on_the_platform(self, listened: Database) -> None:
        with listened.write() as session:
            session.execute(update(ReplyAccount).values(external_id="42"))
            moved = AccountPlan("Acme Care", "Acme", "x", "", "@AcmeHelp", "main", "^{initials}")
            feeds.sync(session, replace(PLAN, accounts=(moved,)), now=NOON)
            account = session.scalars(select(ReplyAccount)).one()
            assert (account.handle, account.external_id) == ("AcmeHelp", None)

    def test_an_unknown_brand_is_refused(self, listened: Database) -> None:
        with listened.write() as session, pytest.raises(Invalid, match="no brand called 'Nobody'"):
            feeds.sync(session, replace(PLAN, feeds=(replace(DRAFT, brand="Nobody"),)), now=NOON)

    def test_a_brand_may_change_its_kind(self, listened: Database) -> None:
        with listened.write() as session:
            feeds.sync(session, replace(PLAN, brands=(BrandPlan("Acme"), BrandPlan("Rival"))), now=NOON)
            poll(session, post("1"), feed="rival")
            assert how_many(session, Feed) == len(PLAN.feeds)


class TestHealth:
    @pytest.fixture
    def listened(self, sqlite_database: Database) -> Database:
        with sqlite_database.write() as session:
            listening(session)
        return sqlite_database

    def words(self, database: Database, name: str = "acme", *, now: datetime = NOON) -> str:
        with database.read() as session:
            return next(row.words for row in feeds.health(session, now=now) if row.name == name)

    def test_a_feed_that_works(self, listened: Database) -> None:
        assert self.words(listened) == "Not looked at yet: it is due now."
        with listened.write() as session:
            poll(session, post("1"), post("2"))
        assert self.words(listened) == "Works: looked 12:00 UTC, something was there."
        with listened.read() as session:
            row = next(row for row in feeds.health(session, now=NOON) if row.name == "acme")
            assert (row.new_24h, row.mentions, row.since, row.brand, row.last_result) == (2, 2, None, "Acme", LookResult.LOOKED)

    @pytest.mark.parametrize(
        ("result", "expected"),
        [
            (
                LookResult.UNAUTHORIZED,
                "the credential is missing, wrong or revoked (why). Next look 12:05 UTC; check the secrets of its credential.",
            ),
            (LookResult.UNAVAILABLE, "the source cannot be reached (why). Next look 12:05 UTC; nothing to do, it is tried again."),
            (
                LookResult.CREDIT_USED_UP,
                "the platform says that the credit is used up (why). Next look 12:05 UTC; buy credit on the platform.",
            ),
        ],
    )
    def test_a_feed_that_does_not_says_since_when_why_and_what_to_do(
        self, sqlite_database: Database, result: LookResult, expected: str
    ) -> None:
        with sqlite_database.write() as session:
            listening(session)
            ingest.record_failure(session, leased(session), result=result, detail="why", retry_at=None, now=NOON)
        assert self.words(sqlite_database) == f"Not seen since 12:00 UTC: {expected}"
        with sqlite_database.read() as session:
            assert feeds.health(session, now=NOON)[0].name == "acme"
            assert feeds.health(session, now=NOON)[0].since == NOON

    @pytest.mark.parametrize("source", ["youtube", "stackexchange"])
    def test_where_the_quota_is_free_nobody_is_told_to_buy(self, sqlite_database: Database, source: str) -> None:
        with sqlite_database.write() as session:
            listening(session)
            session.get_one(Feed, feed_id(session)).source = source
            ingest.record_failure(session, leased(session), result=LookResult.CREDIT_USED_UP, detail="why", retry_at=NOON + HOUR, now=NOON)
        assert self.words(sqlite_database) == (
            "Not seen since 12:00 UTC: the day's quota is used up (why). "
            "Next look 13:00 UTC; wait until then, look less often, or ask the platform for more."
        )

    def test_a_feed_that_nobody_comes_to(self, listened: Database) -> None:
        expected = "Due since 12:00 UTC, but nobody looked: start the listener with  careline up."
        assert self.words(listened, now=NOON + HOUR) == expected

    def test_a_paused_feed(self, listened: Database) -> None:
        with listened.write() as session:
            feeds.pause(session, feed_id(session), by=person(session, "Ops", Role.OPS), now=NOON)
        assert self.words(listened, now=NOON + HOUR).startswith("Paused")


@pytest.mark.parametrize(("failures", "minutes"), [(1, 5), (2, 10), (4, 40), (5, 60), (50, 60)])
def test_the_wait_after_failures(failures: int, minutes: int) -> None:
    assert after_failure(interval=5 * MINUTE, error_count=failures, retry_at=None, now=NOON) == NOON + minutes * MINUTE


def test_a_slow_feed_never_waits_less_than_its_interval() -> None:
    assert after_failure(interval=6 * HOUR, error_count=1, retry_at=None, now=NOON) == NOON + 6 * HOUR


def test_a_moment_that_the_source_named_is_kept_and_never_lies_in_the_past() -> None:
    assert after_failure(interval=MINUTE, error_count=9, retry_at=NOON + 3 * HOUR, now=NOON) == NOON + 3 * HOUR
    assert after_failure(interval=MINUTE, error_count=9, retry_at=NOON - HOUR, now=NOON) == NOON
    assert after_page(Page(more=True, retry_at=NOON + MINUTE), interval=HOUR, now=NOON) == NOON + MINUTE
    assert after_page(Page(retry_at=NOON - timedelta(1)), interval=HOUR, now=NOON) == NOON + HOUR
