"""What the board reads: views, filters, pages, counts, one case, and the mark that says when to draw anew."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from desk.cases import cases, holds
from desk.errors import NotFound
from desk.outcomes import outcomes
from desk.queue import inbox
from desk.queue.inbox import CaseRow, MentionFilter, QueueFilter, View
from desk.replies import replies
from storage.database import Database
from storage.models import Mention, Thread
from storage.search import index_due
from storage.words import Capability, Flag, HoldKind, Intent, Outcome, ReplyState, Role, Sentiment, Urgency
from tests.support.desk import MINUTE, NOON, SECOND, SETTINGS, Shop, angry, person
from tests.support.outbox import queue, send

LATER = NOON + MINUTE


def shown(session: Session, **filter_by: Any) -> list[int]:
    return [row.id for row in inbox.queue(session, QueueFilter(**filter_by), now=LATER)]


def index_all(session: Session) -> None:
    session.flush()
    while index_due(session, 100):
        pass


def test_the_most_pressing_case_stands_first(database: Database) -> None:
    with database.write() as session:
        shop = Shop(session)
        old, calm, furious = shop.case(at=NOON - timedelta(hours=3)), shop.case(), shop.case(**angry())
        assert shown(session) == [furious.id, old.id, calm.id]


def test_each_view_shows_its_own_cases(database: Database) -> None:
    with database.write() as session:
        ana, bo, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
        free, mine, theirs, off, done, answered = (shop.case(at=NOON + n * SECOND) for n in range(6))
        for case, by in ((mine, ana), (theirs, bo), (off, ana), (done, ana), (answered, ana)):
            cases.claim(session, case.id, by=by, now=NOON)
        cases.snooze(session, off.id, until=NOON + 9 * MINUTE, by=ana, now=NOON)
        outcomes.close(session, done.id, outcome=Outcome.SPAM, by=ana, now=NOON)
        send(session, queue(session, answered, shop, ana))
        views: dict[View, list[int]] = {
            "waiting": [free.id, mine.id, theirs.id],
            "unclaimed": [free.id],
            "mine": [mine.id, off.id, answered.id],
            "pending": [answered.id],
            "closed": [done.id],
            "all": [answered.id, done.id, off.id, theirs.id, mine.id, free.id],
        }
        assert {view: shown(session, view=view, assignee_id=ana.id) for view in views} == views
        seen_later = inbox.queue(session, QueueFilter(), now=NOON + 9 * MINUTE)
        assert off.id in {row.id for row in seen_later}


def test_lists_of_who_waits_are_cut_out_of_one(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session, "Ana"), Shop(session)
        names = ("calm", "near", "late", "flagged", "teams", "other", "abusive", "shielded", "folded", "off")
        case = {name: shop.case(at=NOON + place * SECOND) for place, name in enumerate(names)}
        case["near"].first_due_at, case["late"].first_due_at = LATER + 14 * MINUTE, LATER - MINUTE
        case["flagged"].flag, case["teams"].team_id, case["other"].team_id = Flag.UNSURE, 1, 2
        for name in ("abusive", "shielded"):
            case[name].abusive = True
        case["shielded"].shielded_until, case["abusive"].shielded_until = LATER + MINUTE, LATER - MINUTE
        case["folded"].incident_id, case["folded"].flag = 5, Flag.FAILED
        case["off"].snoozed_until, case["off"].abusive, case["off"].flag = LATER + MINUTE, True, Flag.FAILED
        session.flush()
        by_id = {one.id: name for name, one in case.items()}

        def named(**filter_by: Any) -> set[str]:
            return {by_id[case_id] for case_id in shown(session, **filter_by)}

        public = {"calm", "near", "late", "flagged", "teams", "other", "abusive"}
        assert named() == named(view="unclaimed") == public
        assert named(sees_shielded=True) == public | {"shielded"}
        assert named(incident_id=5) == {"folded"}
        assert named(view="due_soon") == {"near", "late"}
        assert named(view="due_soon", due_within=timedelta(0)) == {"late"}
        assert named(view="team", my_teams=(1, 3)) == {"teams"}
        assert named(view="team") == set()
        assert named(view="flagged") == {"flagged"}
        assert named(view="shield") == {"abusive", "shielded"}
        assert named(team_id=2) == {"other"}
        assert named(view="all") == set(names)
        figures = inbox.figures(session, now=LATER)
        plain, whole = figures.of(ana.id, my_teams=(1, 2)), figures.of(ana.id, sees_shielded=True)
        assert (plain.waiting, plain.unclaimed, plain.due_soon, plain.breached, plain.flagged, plain.shield, plain.team) == (
            7,
            7,
            1,
            1,
            1,
            2,
            2,
        )
        assert (whole.waiting, whole.unclaimed, whole.team) == (8, 8, 0)


def test_a_list_is_narrowed_to_one_persons_cases(database: Database) -> None:
    with database.write() as session:
        ana, bo, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
        hers, his = shop.claimed(ana), shop.claimed(bo)
        assert shown(session, owner_id=ana.id) == shown(session, view="all", owner_id=ana.id) == [hers.id]
        assert shown(session, view="mine", assignee_id=bo.id) == [his.id]


@pytest.mark.parametrize("words", ["#{}", "  #{} "])
def test_a_case_is_found_by_its_number_wherever_it_stands(database: Database, words: str) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        shop.case("It was #1 again")
        outcomes.close(session, case.id, outcome=Outcome.SPAM, by=ana, now=NOON)
        for view in ("waiting", "mine", "all"):
            assert shown(session, view=view, text=words.format(case.id), source="reddit", assignee_id=ana.id) == [case.id]
        assert shown(session, text="#999999") == []


@pytest.mark.parametrize("view", ["waiting", "unclaimed", "mine", "pending", "closed", "all"])
def test_every_filter_works_in_every_view(database: Database, view: View) -> None:
    with database.write() as session:
        ana, shop, other = person(session), Shop(session), Shop(session, source="reddit")
        labels = {"intent": Intent.QUESTION, "language": "de", **angry()}
        found, rest = other.case("Grüße aus Köln 100%", **labels), shop.case("Something else")
        mention = session.get_one(Mention, found.latest_mention_id)
        found.flag = Flag.UNSURE
        for case in (found, rest):
            if view in {"mine", "closed", "pending"}:
                cases.claim(session, case.id, by=ana, now=NOON)
            if view == "closed":
                outcomes.close(session, case.id, outcome=Outcome.NO_ACTION, by=ana, now=NOON)
            if view == "pending":
                send(session, queue(session, case, other if case is found else shop, ana))
        narrow: list[dict[str, Any]] = [
            {"source": "reddit"},
            {"feed_id": other.feed.id},
            {"brand_id": other.brand.id},
            {"intent": Intent.QUESTION},
            {"sentiment": Sentiment.NEGATIVE},
            {"urgency": Urgency.HIGH},
            {"language": "de"},
            {"flagged": True},
            {"text": "KOLN 100%"},
            {"text": f"@{found.author_name}"},
            {"text": found.author_name.upper()},
            {"intent": Intent.QUESTION, "sentiment": Sentiment.NEGATIVE, "feed_id": other.feed.id, "text": "aus"},
        ]
        for filter_by in narrow:
            assert shown(session, view=view, assignee_id=ana.id, **filter_by) == [found.id], filter_by
        assert shown(session, view=view, assignee_id=ana.id, text="nothing_") == []
        assert mention.sentiment == Sentiment.NEGATIVE


def test_signs_of_a_search_pattern_are_ordinary_letters(database: Database) -> None:
    with database.write() as session:
        shop = Shop(session)
        found = shop.case("100% wrong_way \\o/")
        shop.case("1000 wrong way o")
        for text in ("100%", "wrong_way", "\\O/", "WRONG_"):
            assert shown(session, text=text) == [found.id], text


@pytest.mark.parametrize("view", ["waiting", "mine", "closed", "all"])
def test_pages_follow_each_other_without_gap_or_double(database: Database, view: View) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        for n in range(7):
            case = shop.claimed(ana, at=NOON + (n // 3) * MINUTE)
            if view == "closed":
                outcomes.close(session, case.id, outcome=Outcome.SPAM, by=ana, now=NOON + (n // 3) * MINUTE)
        whole = shown(session, view=view, assignee_id=ana.id)
        pages: list[CaseRow] = []
        after = None
        while page := inbox.queue(session, QueueFilter(view=view, assignee_id=ana.id, after=after), now=LATER, limit=2):
            pages += page
            after = inbox.cursor_behind(page, QueueFilter(view=view))
        assert [row.id for row in pages] == whole
        assert len(whole) == 7


def test_a_row_says_who_is_at_it_and_how_its_reply_stands(database: Database) -> None:
    with database.write() as session:
        ana, bo, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
        case, untouched = shop.claimed(ana), shop.case(at=NOON + SECOND)
        send(session, queue(session, case, shop, ana, "One", now=NOON - MINUTE), at=NOON)
        cases.join(session, case, shop.more(case, at=NOON), settings=SETTINGS, now=NOON)
        queue(session, case, shop, ana, "Two")
        holds.hold(session, case.id, kind=HoldKind.REPLYING, by=ana, settings=SETTINGS, now=NOON + 30 * SECOND)
        holds.hold(session, case.id, kind=HoldKind.READING, by=bo, settings=SETTINGS, now=NOON)
        row, plain = sorted(inbox.queue(session, QueueFilter(), now=LATER), key=lambda shown_row: shown_row.id)
        assert (row.assignee, row.reply_state, row.contacts) == ("Ana", ReplyState.QUEUED, 2)
        assert [(held.person, held.kind) for held in row.holds] == [("Ana", HoldKind.REPLYING)]
        assert row.due_at == case.next_due_at
        assert (plain.id, plain.assignee, plain.holds, plain.reply_state) == (untouched.id, None, (), None)
        assert plain.due_at == untouched.first_due_at


def test_counts_are_those_of_the_views(database: Database) -> None:
    with database.write() as session:
        ana, reader, shop = person(session, "Ana"), person(session, "Rea", Role.READER), Shop(session)
        shop.case(at=NOON - timedelta(hours=5))
        shop.case(at=NOON - timedelta(hours=3, minutes=50))
        shop.claimed(ana)
        answered, by_hand = shop.claimed(ana), shop.claimed(ana, addressed=[])
        send(session, queue(session, answered, shop, ana))
        queue(session, by_hand, shop, ana)
        doubtful = queue(session, shop.claimed(ana), shop, ana)
        replies.lease_due(session, "w", now=LATER, limit=9, lease=SECOND)
        replies.expire(session, now=LATER + MINUTE)
        assert doubtful.id
        expected = inbox.Counts(waiting=5, unclaimed=2, mine=4, breached=1, due_soon=1, uncertain=1, by_hand=1, pending=1)
        assert inbox.counts(session, by=ana, now=LATER) == expected
        assert inbox.counts(session, by=reader, now=LATER).mine == 0


def test_the_mark_changes_with_whatever_the_queue_shows(database: Database) -> None:
    with database.write() as session:
        ana, bo, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
        marks = [inbox.change_mark(session, now=NOON)]

        def note(at: timedelta = timedelta()) -> None:
            session.flush()
            marks.append(inbox.change_mark(session, now=NOON + at))

        case = shop.case()
        note()
        cases.claim(session, case.id, by=ana, now=NOON)
        note()
        holds.hold(session, case.id, kind=HoldKind.READING, by=bo, settings=SETTINGS, now=NOON)
        note()
        holds.hold(session, case.id, kind=HoldKind.REPLYING, by=ana, settings=SETTINGS, now=NOON)
        note()
        queue(session, case, shop, ana)
        note()
        replies.lease_due(session, "w", now=NOON + SETTINGS.undo, limit=1, lease=MINUTE)
        note()
        note(SETTINGS.hold)
        cases.join(session, case, shop.more(case, at=NOON), settings=SETTINGS, now=NOON)
        note(SETTINGS.hold)
        cases.snooze(session, case.id, until=NOON + 2 * MINUTE, by=ana, now=NOON)
        note(SETTINGS.hold)
        note(2 * MINUTE)
        assert len(set(marks)) == len(marks)


def test_the_mark_stays_while_nothing_changes(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        holds.hold(session, case.id, kind=HoldKind.READING, by=ana, settings=SETTINGS, now=NOON)
        session.flush()
        before = inbox.change_mark(session, now=NOON)
        holds.hold(session, case.id, kind=HoldKind.READING, by=ana, settings=SETTINGS, now=NOON + 10 * SECOND)
        replies.save_draft(session, case.id, text="…", version=0, by=ana, now=NOON)
        assert inbox.change_mark(session, now=NOON + 10 * SECOND) == before
        assert inbox.change_mark(session) == inbox.change_mark(session)


def test_a_case_is_shown_with_all_that_belongs_to_it(database: Database) -> None:
    with database.write() as session:
        ana, bo, shop = person(session, "Ana", initials="AM"), person(session, "Bo"), Shop(session)
        shop.account.signature = "^{initials}"
        mila = shop.author("mila", reach=2_000)
        past = shop.claimed(ana, "Router drops", author=mila, at=NOON - timedelta(days=9))
        fix = outcomes.ResolutionDraft("firmware", "update the router", "she said so")
        outcomes.close(session, past.id, outcome=Outcome.SOLVED, resolution=fix, by=ana, now=NOON - timedelta(days=8))
        case = shop.claimed(ana, "Router drops again", author=mila, **angry())
        stranger = shop.mention("Same here", thread=session.get_one(Thread, case.thread_id), at=NOON + SECOND)
        ours = shop.own_post(case, "We look into it", at=NOON + 2 * SECOND)
        replies.own_post_seen(session, ours, settings=SETTINGS, now=NOON + 2 * SECOND)
        reply = queue(session, case, shop, ana, "Try 2.2", seen=ours.id)
        replies.save_draft(session, case.id, text="Also", version=0, by=ana, now=NOON + 3 * SECOND)
        cases.add_note(session, case.id, text="Knows her router", by=bo, now=NOON)
        session.flush()
        view = inbox.case(session, case.id, by=bo, now=LATER)
        assert view.row.id == case.id
        assert [(post.text, post.is_own, post.in_case) for post in view.thread] == [
            ("Router drops again", False, True),
            ("Same here", False, False),
            ("We look into it", True, True),
        ]
        assert (view.seen_mention_id, view.seen_reply_id) == (ours.id, reply.id)
        assert view.seen_mention_id > stranger.id
        assert [(one.state, one.person, one.account) for one in view.replies] == [(ReplyState.QUEUED, "Ana", "acme")]
        assert [(note.person, note.text) for note in view.notes] == [("Bo", "Knows her router")]
        assert [(old.id, old.outcome, old.resolution) for old in view.history] == [(past.id, Outcome.SOLVED, "update the router")]
        assert [suggestion.fix for suggestion in view.suggestions] == ["update the router"]
        assert view.draft
        assert (view.draft.text, view.draft.person, view.draft.is_stale) == ("Also", "Ana", False)
        (account,) = view.accounts
        assert (account.handle, account.is_first, account.capability, account.price_micros) == ("acme", True, Capability.API, 10_000)
        assert view.instants == inbox.Instants(NOON, NOON, NOON, NOON + 2 * SECOND, None)
        assert sum(reason.minutes for reason in view.reasons) == sum(reason["minutes"] for reason in case.reasons)
        assert [(entry.person, entry.words) for entry in view.timeline] == [
            ("Careline", "opened the case"),
            ("Ana", "claimed it"),
            ("Careline", "our account answered in the platform's own app"),
            ("Ana", "sent a reply"),
            ("Bo", "wrote a note"),
        ]


def test_the_timeline_names_who_passed_it_to_whom(database: Database) -> None:
    with database.write() as session:
        ana, bo, lead, shop = person(session, "Ana"), person(session, "Bo"), person(session, "Lea", Role.LEAD), Shop(session)
        case = shop.claimed(ana)
        cases.hand_over(session, case.id, to_person_id=bo.id, note="", by=ana, now=NOON)
        cases.take_over(session, case.id, by=lead, now=NOON)
        outcomes.close(session, case.id, outcome=Outcome.NO_ACTION, by=lead, now=NOON)
        cases.reopen(session, case.id, by=lead, settings=SETTINGS, now=NOON)
        session.flush()
        words = [f"{entry.person} {entry.words}" for entry in inbox.case(session, case.id, by=ana, now=NOON).timeline]
        assert words[2:] == ["Ana handed it over to Bo", "Lea took it over from Bo", "Lea closed it: no_action", "Lea reopened it"]


def test_a_draft_is_stale_when_the_customer_wrote_again(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.claimed(ana)
        replies.save_draft(session, case.id, text="Dear M", version=0, by=ana, now=NOON + SECOND)
        cases.join(session, case, shop.more(case, at=LATER), settings=SETTINGS, now=LATER)
        draft = inbox.case(session, case.id, by=ana, now=LATER).draft
        assert draft
        assert draft.is_stale


def test_an_account_that_was_not_addressed_may_only_link(database: Database) -> None:
    with database.write() as session:
        ana, shop = person(session), Shop(session)
        case = shop.case(addressed=[])
        (account,) = inbox.case(session, case.id, by=ana, now=NOON).accounts
        assert account.capability == Capability.LINK
        assert "does not mention @acme" in account.capability_reason


def test_there_is_no_such_case(database: Database) -> None:
    with database.write() as session:
        ana = person(session)
        with pytest.raises(NotFound):
            inbox.case(session, 999_999, by=ana, now=NOON)


def test_all_mentions_are_found_with_or_without_a_case(database: Database) -> None:
    with database.write() as session:
        shop = Shop(session)
        case = shop.case("Parcel lost in Utrecht", **angry())
        quiet = shop.mention("Lovely parcel, thanks", sentiment=Sentiment.POSITIVE, at=NOON + SECOND)
        gone = shop.mention("Parcel secret", deleted_at=NOON)
        index_all(session)

        def found(**filter_by: Any) -> list[int]:
            return [row.id for row in inbox.mentions(session, MentionFilter(**filter_by), now=LATER)]

        assert found() == [quiet.id, case.latest_mention_id]
        assert found(text="parcel") == [quiet.id, case.latest_mention_id]
        assert found(text="utrecht") == [case.latest_mention_id]
        assert found(text="nothing like it") == []
        assert found(text="secret") == []
        assert found(without_case=True) == [quiet.id]
        assert found(sentiment=Sentiment.NEGATIVE) == [case.latest_mention_id]
        assert found(feed_id=shop.feed.id, since=NOON + SECOND) == [quiet.id]
        assert found(brand_id=shop.brand.id, until=NOON + SECOND) == [case.latest_mention_id]
        (row,) = inbox.mentions(session, MentionFilter(), now=LATER, limit=1)
        assert row.id == quiet.id
        (rest,) = inbox.mentions(session, MentionFilter(), now=LATER, after=row.id)
        assert (rest.case_id, rest.text) == (case.id, "Parcel lost in Utrecht")
        assert gone.deleted_at
