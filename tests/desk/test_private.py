"""Private messages: they join their author's case, are answered in private, and are told nowhere beside the case."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases import cases, caseview
from desk.cases.upkeep import PRIVATE_PREVIEW
from desk.errors import Invalid
from desk.feeds.feeds import AccountPlan, BrandPlan, FeedDraft, WorkspacePlan
from desk.figures import exports, rollups, trends
from desk.intake import erasure, ingest
from desk.intake.cleaning import clean_post
from desk.labels import corrections, similar, training, vectors
from desk.post import Post
from desk.queue import browse, inbox, sight
from desk.queue.inbox import MentionFilter, QueueFilter
from desk.replies import outbox, replies
from listener.errands import _shown
from storage import recount, search
from storage.check import check
from storage.database import Database
from storage.models import Case, Mention, Person, Reply, ReplyAccount, RollupHour
from storage.words import Capability, CaseStatus, Question, ReplyState, Role, Sentiment
from tests.support import desk as small
from tests.support import listening
from tests.support.listening import HOUR, MINUTE, NO_MATTER, NOON, SETTINGS, classify, mention, poll, post, verdict

PLAN = WorkspacePlan(
    brands=(BrandPlan("Acme"), BrandPlan("Bolt")),
    credentials=(("main", "x"), ("other", "x")),
    accounts=(
        AccountPlan("Acme Care", "Acme", "x", "", "AcmeCare", "main", ""),
        AccountPlan("Bolt Care", "Bolt", "x", "", "BoltCare", "other", ""),
    ),
    feeds=(
        FeedDraft("acme", "x", "mentions", "", "Acme", "main"),
        FeedDraft("direct", "x", "direct", "", "Acme", "main"),
        FeedDraft("bolt", "x", "direct", "", "Bolt", "other"),
        FeedDraft("forum", "rss", "", "", "Acme", None, site="forum.example"),
    ),
)
SECRET = "my number is 4471"


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as opened:
        listening.listening(opened, PLAN)
        yield opened


def direct(external_id: str, text: str = SECRET, *, by: str = "ana", at: datetime = NOON + MINUTE, **other: Any) -> Post:
    told = {"thread_id": f"7-{by}", "url": f"https://x.com/messages/7-{by}#{external_id}", "kind": "direct_message", **other}
    addressed = other.get("addressed", ("acmecare",))
    return post(external_id, text, by=by, at=at, is_private=True, capability=Capability.API, **{**told, "addressed": addressed})


def public(external_id: str = "1", text: str = "My parcel is lost", **other: Any) -> Post:
    return post(external_id, text, capability=Capability.API, addressed=("acmecare",), **other)


def case_of(session: Session, external_id: str) -> Case:
    return session.get_one(Case, mention(session, external_id).case_id, populate_existing=True)


def both(session: Session, *, by: str = "ana") -> Case:
    """A customer wrote in public, and then in private."""
    poll(session, public(by=by))
    classify(session)
    poll(session, direct("d1", by=by), feed="direct", now=NOON + MINUTE)
    classify(session, now=NOON + MINUTE)
    return case_of(session, "1")


def agent(session: Session, *roles: Role) -> Person:
    return small.person(session, "Ana Moss", *roles)


def answer(
    session: Session, case: Case, by: Person, text: str = "Thank you", *, key: str = "k", at: datetime = NOON + 2 * MINUTE, **other: Any
) -> Reply:
    account = session.scalars(select(ReplyAccount.id).where(ReplyAccount.handle == "AcmeCare")).one()
    newest = max(session.scalars(select(Mention.id).where(Mention.case_id == case.id)))
    told = {"seen_mention_id": newest, "account_id": account, "by": by, "settings": SETTINGS, "now": at, **other}
    return replies.queue(session, case.id, text=text, key=key, **told)


def test_a_private_message_joins_its_authors_live_public_case(session: Session) -> None:
    case = both(session)
    assert mention(session, "d1").case_id == case.id
    assert mention(session, "d1").is_private
    assert case.contacts == 2
    assert case.waiting_since is not None
    assert check(session) == []


def test_it_joins_at_once_before_the_classifier_has_read_it(session: Session) -> None:
    poll(session, public())
    classify(session)
    poll(session, direct("d1"), feed="direct", now=NOON + MINUTE)
    assert mention(session, "d1").case_id == mention(session, "1").case_id


def test_the_next_one_of_the_conversation_joins_the_same_case_too(session: Session) -> None:
    case = both(session)
    poll(session, direct("d2", "and my name is Ana", at=NOON + 3 * MINUTE), feed="direct", now=NOON + 3 * MINUTE)
    assert mention(session, "d2").case_id == case.id


def test_without_a_public_case_it_opens_its_own_whatever_the_classifier_thinks_of_it(session: Session) -> None:
    poll(session, direct("d1", "ok"), feed="direct", now=NOON + MINUTE)
    classify(session, NO_MATTER, now=NOON + MINUTE)
    case = case_of(session, "d1")
    assert (case.status, case.preview) == (CaseStatus.NEW, PRIVATE_PREVIEW)


def test_it_never_joins_another_authors_case(session: Session) -> None:
    both(session)
    poll(session, direct("d9", by="ben", at=NOON + 2 * MINUTE), feed="direct", now=NOON + 2 * MINUTE)
    classify(session, now=NOON + 2 * MINUTE)
    assert case_of(session, "d9").author_id != case_of(session, "1").author_id
    assert check(session) == []


def test_it_never_joins_a_case_with_another_brand(session: Session) -> None:
    case = both(session)
    poll(session, direct("b1", thread_id="9-ana", addressed=("boltcare",), at=NOON + 2 * MINUTE), feed="bolt", now=NOON + 2 * MINUTE)
    classify(session, now=NOON + 2 * MINUTE)
    assert case_of(session, "b1").id != case.id
    assert case_of(session, "b1").brand_id != case.brand_id


def test_an_author_of_the_same_name_elsewhere_is_another_one(session: Session) -> None:
    poll(session, post("f1", "My parcel is lost", by="ana"), feed="forum")
    classify(session)
    poll(session, direct("d1"), feed="direct", now=NOON + MINUTE)
    classify(session, now=NOON + MINUTE)
    assert case_of(session, "d1").id != case_of(session, "f1").id


def test_a_closed_case_of_a_while_ago_comes_back_with_it(session: Session) -> None:
    case = both(session)
    case.status, case.closed_at, case.waiting_since = CaseStatus.CLOSED, NOON + HOUR, None
    session.flush()
    poll(session, direct("d2", at=NOON + 2 * HOUR), feed="direct", now=NOON + 2 * HOUR)
    classify(session, now=NOON + 2 * HOUR)
    assert mention(session, "d2").case_id == case.id
    assert case_of(session, "1").status is CaseStatus.OPEN


def test_of_two_cases_the_one_that_has_the_conversation_goes_on(session: Session) -> None:
    case = both(session)
    poll(session, public("2", "And my bill is wrong", at=NOON + 2 * MINUTE), now=NOON + 2 * MINUTE)
    classify(session, now=NOON + 2 * MINUTE)
    assert case_of(session, "2").id != case.id
    poll(session, direct("d2", at=NOON + 3 * MINUTE), feed="direct", now=NOON + 3 * MINUTE)
    assert mention(session, "d2").case_id == case.id


def test_the_case_row_never_shows_what_was_said_in_private(session: Session) -> None:
    case = both(session)
    assert case.preview == "My parcel is lost"
    assert "4471" not in case.searched
    (row,) = inbox.queue(session, QueueFilter(), now=NOON + HOUR)
    assert row.preview == "My parcel is lost"


def test_even_behind_many_private_messages_the_public_words_stay_the_preview(session: Session) -> None:
    both(session)
    many = (direct(f"d{n}", f"{SECRET} {n}", at=NOON + timedelta(minutes=n)) for n in range(2, 30))
    poll(session, *many, feed="direct", now=NOON + HOUR)
    assert case_of(session, "1").preview == "My parcel is lost"


def test_the_latest_message_decides_that_the_answer_is_private(session: Session) -> None:
    case, by = both(session), agent(session)
    cases.claim(session, case.id, by=by, now=NOON + MINUTE)
    reply = answer(session, case, by)
    assert (reply.is_private, reply.state, reply.mention_id) == (True, ReplyState.QUEUED, mention(session, "d1").id)
    (leaving,) = replies.lease_due(session, "w", now=NOON + HOUR, limit=5, lease=MINUTE)
    assert (leaving.is_private, leaving.thread_id, leaving.author_id) == (True, "7-ana", "u-ana")


def test_it_goes_public_only_when_the_public_post_is_chosen(session: Session) -> None:
    case, by = both(session), agent(session)
    cases.claim(session, case.id, by=by, now=NOON + MINUTE)
    reply = answer(session, case, by, mention_id=mention(session, "1").id)
    assert not reply.is_private
    (leaving,) = replies.lease_due(session, "w", now=NOON + HOUR, limit=5, lease=MINUTE)
    assert (leaving.is_private, leaving.parent_id) == (False, "1")


def test_after_the_customer_wrote_in_public_again_the_answer_is_public(session: Session) -> None:
    case, by = both(session), agent(session)
    poll(session, public("2", "Hello?", thread_id="1", at=NOON + 2 * MINUTE), now=NOON + 2 * MINUTE)
    cases.claim(session, case.id, by=by, now=NOON + 2 * MINUTE)
    view = caseview.case(session, case.id, by=by, now=NOON + 2 * MINUTE)
    assert [way.is_private for way in view.ways] == [False, True]
    assert not answer(session, case, by, at=NOON + 3 * MINUTE).is_private


def test_a_private_message_of_another_case_cannot_be_answered_from_here(session: Session) -> None:
    case, by = both(session), agent(session)
    poll(session, direct("d9", by="ben", at=NOON + 2 * MINUTE), feed="direct", now=NOON + 2 * MINUTE)
    classify(session, now=NOON + 2 * MINUTE)
    cases.claim(session, case.id, by=by, now=NOON + 2 * MINUTE)
    with pytest.raises(Invalid, match="this customer wrote in this case"):
        answer(session, case, by, mention_id=mention(session, "d9").id)


def test_a_private_reply_never_goes_to_somebody_whose_message_is_gone(session: Session) -> None:
    case, by = both(session), agent(session)
    cases.claim(session, case.id, by=by, now=NOON + MINUTE)
    reply = answer(session, case, by)
    erasure.forget(session, mention(session, "d1").id, reason="deleted", now=NOON + 2 * MINUTE)
    assert replies.lease_due(session, "w", now=NOON + HOUR, limit=5, lease=MINUTE) == []
    session.refresh(reply)
    assert reply.state is ReplyState.DRAFT
    assert "uncalled" in reply.reason


def test_a_private_reply_to_a_public_post_is_stopped_on_the_way_out(session: Session) -> None:
    case, by = both(session), agent(session)
    cases.claim(session, case.id, by=by, now=NOON + MINUTE)
    reply = answer(session, case, by, mention_id=mention(session, "1").id)
    reply.is_private = True
    assert replies.lease_due(session, "w", now=NOON + HOUR, limit=5, lease=MINUTE) == []
    session.refresh(reply)
    assert reply.state is ReplyState.DRAFT


def test_a_long_private_answer_is_taken_where_a_public_one_is_not(session: Session) -> None:
    case, by = both(session), agent(session)
    cases.claim(session, case.id, by=by, now=NOON + MINUTE)
    with pytest.raises(Invalid, match="too long"):
        answer(session, case, by, "word " * 200, mention_id=mention(session, "1").id)
    with pytest.raises(Invalid, match="too long"):
        answer(session, case, by, "w" * 10_001)
    assert answer(session, case, by, "word " * 200).is_private


def ours(external_id: str, text: str, *, at: datetime, **other: Any) -> Post:
    return direct(external_id, text, by="acmecare", thread_id="7-ana", at=at, addressed=(), **other)


def test_our_own_message_coming_back_is_recognised_and_the_case_waits_for_the_customer(session: Session) -> None:
    case, by = both(session), agent(session)
    cases.claim(session, case.id, by=by, now=NOON + MINUTE)
    reply = answer(session, case, by)
    replies.lease_due(session, "w", now=NOON + HOUR, limit=5, lease=MINUTE)
    poll(session, ours("d5", "Thank you", at=NOON + HOUR), feed="direct", now=NOON + HOUR)
    session.refresh(reply)
    assert (reply.state, reply.external_id, reply.proof) == (ReplyState.SENT, "d5", "timeline")
    assert mention(session, "d5").is_own
    assert mention(session, "d5").case_id == case.id
    assert case_of(session, "1").status is CaseStatus.PENDING


def test_a_private_answer_given_elsewhere_stops_the_clock_and_a_private_duplicate_but_no_public_answer(session: Session) -> None:
    case, by = both(session), agent(session)
    cases.claim(session, case.id, by=by, now=NOON + MINUTE)
    private, open_one = answer(session, case, by), answer(session, case, by, "In public", key="p", mention_id=mention(session, "1").id)
    poll(session, ours("d5", "I called her", at=NOON + 3 * MINUTE), feed="direct", now=NOON + 3 * MINUTE)
    session.refresh(private)
    session.refresh(open_one)
    assert (private.state, open_one.state) == (ReplyState.CANCELLED, ReplyState.QUEUED)
    assert mention(session, "d5").case_id == case.id


@pytest.mark.parametrize("role", [Role.MARKETER, Role.OPS, Role.READER])
def test_others_see_that_there_is_a_message_and_nothing_of_it(role: Role, session: Session) -> None:
    case, by = both(session), agent(session)
    cases.claim(session, case.id, by=by, now=NOON + MINUTE)
    answer(session, case, by, "Your number 4471 is noted")
    replies.save_draft(session, case.id, text="And 4471 again", version=0, by=by, now=NOON + 2 * MINUTE)
    view = caseview.case(session, case.id, by=agent(session, role), now=NOON + HOUR)
    hidden = next(one for one in view.thread if one.is_private)
    assert (hidden.text, hidden.url, hidden.answer_url, hidden.is_hidden) == ("", "", "", True)
    assert "4471" not in repr(view)


@pytest.mark.parametrize("role", [Role.AGENT, Role.LEAD, Role.ADMIN])
def test_who_works_on_cases_reads_them(role: Role, session: Session) -> None:
    case = both(session)
    view = caseview.case(session, case.id, by=agent(session, role), now=NOON + HOUR)
    assert [(one.is_private, one.is_hidden, one.text) for one in view.thread] == [
        (False, False, "My parcel is lost"),
        (True, False, SECRET),
    ]
    assert [(way.is_private, way.accounts[0].capability) for way in view.ways] == [(True, Capability.API), (False, Capability.API)]


def test_a_private_message_is_never_in_the_list_of_all_mentions(session: Session) -> None:
    both(session)
    search.index_due(session, 100)
    every = [row.id for row in browse.mentions(session, MentionFilter(), now=NOON + HOUR)]
    assert mention(session, "d1").id not in every
    assert browse.mentions(session, MentionFilter(text="4471"), now=NOON + HOUR) == []
    seen = browse.mentions(session, MentionFilter(text="4471"), now=NOON + HOUR, with_private=True)
    assert [row.is_private for row in seen] == [True]


def test_a_private_message_is_never_in_the_counts(session: Session) -> None:
    both(session)
    counted = {row.scope: (row.n, row.negative) for row in session.scalars(select(RollupHour))}
    assert counted[recount.EVERYTHING] == (1, 1)
    assert counted.get(listening.feed_id(session, "direct"), (0, 0)) == (0, 0)
    assert recount.differences(session) == []


def test_a_private_message_is_never_in_the_counts_after_a_correction_a_second_verdict_or_its_end(session: Session) -> None:
    both(session)
    by, private = agent(session), mention(session, "d1")
    corrections.correct(session, private.id, Question.SENTIMENT, Sentiment.POSITIVE, by=by, settings=SETTINGS, now=NOON + HOUR)
    poll(session, direct("d1", "other words", edited_at=NOON + HOUR), feed="direct", now=NOON + HOUR)
    classify(session, verdict(Sentiment.POSITIVE), now=NOON + HOUR, version="2")
    assert recount.differences(session) == []
    ingest.forget(session, private.id, reason="deleted", now=NOON + HOUR)
    assert recount.differences(session) == []
    before = {(row.scope, row.hour): row.n for row in session.scalars(select(RollupHour).execution_options(populate_existing=True))}
    rollups.rebuild(session)
    after = {(row.scope, row.hour): row.n for row in session.scalars(select(RollupHour).execution_options(populate_existing=True))}
    assert {key: n for key, n in before.items() if n} == after


def test_a_private_message_is_never_in_the_trends(session: Session) -> None:
    both(session)
    until = NOON + HOUR
    assert trends.series(session, scope=0, since=NOON, until=until, by="hour", zone="UTC").n == 1
    assert [row.text for row in trends.mentions_at(session, scope=0, at=NOON, by="hour", limit=9)] == ["My parcel is lost"]


def test_a_private_message_is_never_in_an_export(session: Session) -> None:
    both(session)
    poll(session, direct("d9", "4471 too", by="ben", at=NOON + 2 * MINUTE), feed="direct", now=NOON + 2 * MINUTE)
    classify(session, now=NOON + 2 * MINUTE)
    rows = exports.page(session, exports.choose(session, by=None, now=NOON), 0)
    assert [row["text"] for row in rows] == ["My parcel is lost"]
    assert "4471" not in repr(rows)


def test_a_private_message_is_never_in_the_trial_of_a_feed() -> None:
    shown = _shown(clean_post(direct("d1"), site="", now=NOON))
    assert "4471" not in repr(shown)
    assert shown["text"] == PRIVATE_PREVIEW


def test_a_private_message_is_never_in_what_a_classifier_is_trained_with(session: Session) -> None:
    by = agent(session)
    poll(session, post("f1", "My parcel is lost"), direct("f2", by="ben", site="forum.example"), feed="forum")
    classify(session)
    for external_id in ("f1", "f2"):
        corrections.correct(
            session, mention(session, external_id).id, Question.SENTIMENT, Sentiment.POSITIVE, by=by, settings=SETTINGS, now=NOON
        )
    assert [row["text"] for row in training.corrections(session)] == ["My parcel is lost"]


def test_a_private_message_is_never_in_the_embeddings_or_in_similar_cases(session: Session) -> None:
    both(session)
    poll(session, direct("d9", by="ben", at=NOON + 2 * MINUTE), feed="direct", now=NOON + 2 * MINUTE)
    classify(session, now=NOON + 2 * MINUTE)
    wanted = [one.text for one in vectors.newer(session, "e", than=0, limit=9)]
    assert wanted == ["My parcel is lost"]
    private = vectors.Vector(mention(session, "d9").id, 1, b"\x01", 1.0)
    assert vectors.store(session, "e", [private], now=NOON) == 0
    assert similar.tellable(session, "e", case_of(session, "1").id, [mention(session, "d9").id]) == {}


def test_what_was_said_in_private_is_forgotten_like_everything_else(session: Session) -> None:
    both(session)
    erasure.forget(session, mention(session, "d1").id, reason="deleted", now=NOON + HOUR)
    assert case_of(session, "1").preview == "My parcel is lost"
    assert check(session) == []
    assert outbox.lease_due(session, "w", now=NOON + HOUR, limit=5, lease=MINUTE) == []


@pytest.mark.parametrize(("role", "sees"), [(Role.AGENT, True), (Role.LEAD, True), (Role.MARKETER, False), (Role.READER, False)])
def test_only_who_works_on_cases_searches_private_words(session: Session, role: Role, sees: bool) -> None:
    assert sight.sight_of(session, small.person(session, "Ola", role)).sees_private is sees
