"""What a mute holds back and what it spares, and how it is undone."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases import regroup
from desk.errors import Invalid, NotAllowed, NotFound
from desk.forgetting import author_erasure
from desk.intake import erasure
from desk.labels import corrections, triage
from desk.noise import mute_reach, mutes
from desk.noise.mute_matching import Mutes, Written
from desk.noise.mute_reach import Reach
from desk.noise.mutes import Back, MuteDraft, MuteView
from desk.post import PostAuthor
from desk.queue import inbox
from desk.queue.inbox import MentionFilter
from storage.database import Database
from storage.models import Audit, Author, Brand, Case, LinkHost, Mention, Mute, MuteDrop
from storage.words import CaseStatus, Flag, MuteKind, Question, Role, Urgency
from tests.support.desk import person
from tests.support.listening import MINUTE, NO_MATTER, NOON, SETTINGS, classify, how_many, mention, poll, post, verdict

LATER = NOON + MINUTE
DAY = timedelta(days=1)
CASINO = "Win big at Casino Royale"
URGENT = verdict(urgency=Urgency.HIGH)


def mute(session: Session, kind: MuteKind, words: str = "", *, of: str = "", at: datetime = NOON, **other: Any) -> Mute:
    """Ana mutes a term, a domain, or the author or the thread of the mention `of`."""
    draft = MuteDraft(kind, mention(session, of).id if of else None, words, **other)
    return mutes.add(session, draft, by=person(session), now=at)


def held(session: Session) -> set[str]:
    """The mentions that a mute holds back."""
    found = select(Mention.external_id).join(MuteDrop, MuteDrop.mention_id == Mention.id).where(MuteDrop.back_at.is_(None))
    return set(session.scalars(found.where(Mention.case_id.is_(None))))


def seen(session: Session, posts: list[Any], **said: Any) -> None:
    poll(session, *posts)
    classify(session, **said)


def only(session: Session, **at: Any) -> MuteView:
    views = mutes.listed(session, by=person(session), now=at.get("now", LATER))
    assert len(views) == 1
    return views[0]


class TestWhatIsHeld:
    def test_each_kind_holds_what_it_names_and_nothing_else(self, listened: Database) -> None:
        with listened.write() as session:
            seen(session, [post("1", by="bot"), post("2", by="eva", thread_id="t")])
            mute(session, MuteKind.AUTHOR, of="1")
            mute(session, MuteKind.THREAD, of="2")
            mute(session, MuteKind.TERM, "casino  Royale")
            mute(session, MuteKind.DOMAIN, "https://www.Spam.example/x?y")
            coming = [
                post("11", by="bot"),
                post("12", by="ida", thread_id="t"),
                post("13", CASINO, by="kim"),
                post("14", "Look at https://shop.spam.example/deal", by="lee"),
                post("15", "Casinoroyale is another word, and notspam.example another place", by="mia"),
            ]
            seen(session, coming)
            assert held(session) == {"11", "12", "13", "14"}
            assert how_many(session, Case) == 3
            assert mention(session, "13").needs_reply, "muted mentions are labelled as all are"

    def test_a_link_that_the_text_does_not_show_counts(self, listened: Database) -> None:
        with listened.write() as session:
            mute(session, MuteKind.DOMAIN, "spam.example")
            seen(session, [post("1", "Look https://t.co/abc", links=("https://www.spam.example/a",))])
            assert held(session) == {"1"}
            poll(session, post("1", "Sorry, wrong link", links=("https://good.example/",), edited_at=LATER), now=LATER)
            assert list(session.scalars(select(LinkHost.host))) == ["good.example"]

    def test_the_page_that_a_feed_of_a_website_brings_is_a_link(self, listened: Database) -> None:
        with listened.write() as session:
            mute(session, MuteKind.DOMAIN, "x.example")
            poll(session, post("1", "Parcel lost"), feed="forum")
            poll(session, post("2", "Parcel lost again"))
            classify(session)
            assert held(session) == {"1"}

    def test_another_brand_is_not_concerned(self, listened: Database) -> None:
        with listened.write() as session:
            rival = session.scalars(select(Brand).where(Brand.name == "Rival")).one()
            mute(session, MuteKind.TERM, "casino", brand_id=rival.id)
            poll(session, post("1", CASINO))
            poll(session, post("2", CASINO, by="eva"), feed="rival")
            classify(session)
            assert held(session) == {"2"}

    def test_it_ends_when_it_was_to_end(self, listened: Database) -> None:
        with listened.write() as session:
            mute(session, MuteKind.TERM, "casino", until=NOON + DAY)
            poll(session, post("1", CASINO), now=NOON + DAY)
            classify(session, now=NOON + DAY)
            assert held(session) == set()
            assert not only(session, now=NOON + DAY).is_in_force
            mute(session, MuteKind.TERM, "casino", at=NOON + DAY)

    def test_scripts_without_spaces_and_accents(self) -> None:
        wanted = Mutes.of([Row(1, MuteKind.TERM, "抽奖"), Row(2, MuteKind.TERM, "gewinnspiel fur alle")])
        found = [wanted.match(0, 0, Written.of(Said(text))) for text in ("转发抽奖活动", "Gewinnspiel für\nalle!", "Gewinnspiel fürs Volk")]
        assert [match and match.mute_id for match in found] == [1, 2, None]


class Row:
    """A mute as the matching reads it."""

    scope = 0

    def __init__(self, mute_id: int, kind: MuteKind, target: str) -> None:
        self.id, self.kind, self.target = mute_id, kind, target


class Said:
    title, url, source = "", "", "x"

    def __init__(self, text: str) -> None:
        self.text = text


class TestWhatIsSpared:
    def test_urgent_private_and_addressed_to_us_come_through_a_term(self, listened: Database) -> None:
        with listened.write() as session:
            mute(session, MuteKind.TERM, "casino")
            coming = [
                post("1", f"{CASINO} urgent", by="a"),
                post("2", CASINO, by="b", is_private=True),
                post("3", f"@AcmeCare {CASINO}", by="c", addressed=("acmecare",)),
                post("4", f"@somebody {CASINO}", by="d", addressed=("somebody",)),
            ]
            poll(session, *coming)
            classify(session, urgent=URGENT)
            assert held(session) == {"4"}

    def test_nothing_but_a_case_that_goes_on_comes_through_the_mute_of_an_author(self, listened: Database) -> None:
        with listened.write() as session:
            seen(session, [post("1", by="bot", thread_id="t")])
            mute(session, MuteKind.AUTHOR, of="1")
            poll(
                session, post("2", "urgent", by="bot"), post("3", by="bot", thread_id="t"), post("4", by="bot", is_private=True), now=LATER
            )
            classify(session, urgent=URGENT, now=LATER)
            case = session.scalars(select(Case)).one()
            assert mention(session, "3").case_id == case.id, "a reply in a case that goes on always arrives"
            assert mention(session, "4").case_id == case.id
            assert held(session) == {"2"}

    def test_a_customer_who_comes_back_to_a_closed_case_is_spared_by_a_term_alone(self, listened: Database) -> None:
        with listened.write() as session:
            seen(session, [post("1", by="ana", thread_id="t"), post("2", by="bot", thread_id="u")])
            mute(session, MuteKind.AUTHOR, of="2")
            mute(session, MuteKind.TERM, "casino")
            for case in session.scalars(select(Case)):
                case.status, case.closed_at, case.waiting_since = CaseStatus.CLOSED, NOON, None
            seen(session, [post("3", CASINO, by="ana", thread_id="t"), post("4", by="bot", thread_id="u")])
            assert held(session) == {"4"}
            assert mention(session, "3").case_id == mention(session, "1").case_id

    def test_what_nobody_could_read_comes_through_a_term_and_not_an_author(self, listened: Database) -> None:
        with listened.write() as session:
            seen(session, [post("1", by="bot")])
            mute(session, MuteKind.AUTHOR, of="1")
            mute(session, MuteKind.TERM, "casino")
            poll(session, post("2", by="bot"), post("3", CASINO))
            assert triage.flag_overdue(session, settings=SETTINGS, now=NOON + 5 * MINUTE) == 2
            assert (held(session), mention(session, "3").flag) == ({"2"}, Flag.UNTRIAGED)
            assert mention(session, "3").case_id is not None

    def test_an_edit_may_let_it_through(self, listened: Database) -> None:
        with listened.write() as session:
            mute(session, MuteKind.TERM, "casino")
            seen(session, [post("1", CASINO)])
            assert held(session) == {"1"}
            poll(session, post("1", "My parcel is lost", edited_at=LATER), now=LATER)
            classify(session, now=LATER)
            assert held(session) == set()
            assert mention(session).case_id is not None
            assert how_many(session, MuteDrop) == 0

    def test_who_says_that_it_needs_an_answer_is_believed(self, listened: Database) -> None:
        with listened.write() as session:
            mute(session, MuteKind.TERM, "casino")
            seen(session, [post("1", CASINO)], said=NO_MATTER)
            assert held(session) == {"1"}
            ana = person(session)
            corrections.correct(session, mention(session).id, Question.NEEDS_REPLY, "true", by=ana, settings=SETTINGS, now=LATER)
            assert mention(session).case_id is not None


class TestUndoing:
    def test_what_it_held_comes_back_in_chunks_and_becomes_what_it_asks_for(self, listened: Database) -> None:
        with listened.write() as session:
            made = mute(session, MuteKind.TERM, "casino")
            poll(session, post("1", CASINO, by="a"), post("2", f"{CASINO} thanks", by="b"), post("3", CASINO, by="c"))
            classify(session, thanks=NO_MATTER)
            ana = person(session)
            with pytest.raises(Invalid, match="End this mute first"):
                mutes.bring_back(session, made.id, by=ana, settings=SETTINGS, now=LATER)
            mutes.end(session, made.id, by=ana, now=LATER)
            assert (only(session).held, only(session).is_in_force) == (3, False)
            first = mutes.bring_back(session, made.id, by=ana, settings=SETTINGS, now=LATER, limit=2)
            rest = mutes.bring_back(session, made.id, by=ana, settings=SETTINGS, now=LATER, limit=2)
            assert (first, rest) == (Back(2, 1, 1), Back(1, 1, 0))
            assert (only(session).held, only(session).back) == (0, 3)
            assert {mention(session, n).case_id is None for n in ("1", "3")} == {False}
            assert mention(session, "2").case_id is None
            verbs = session.scalars(select(Audit.verb).where(Audit.subject == f"mute {made.id}").order_by(Audit.id)).all()
            assert verbs == ["mute_added", "mute_ended", "mute_back", "mute_back"]

    def test_one_comes_back_and_the_mute_holds_on(self, listened: Database) -> None:
        with listened.write() as session:
            mute(session, MuteKind.TERM, "casino")
            seen(session, [post("1", CASINO, by="a"), post("2", CASINO, by="b")])
            case_id = mutes.bring_back_one(session, mention(session, "1").id, by=person(session), settings=SETTINGS, now=LATER)
            assert case_id == mention(session, "1").case_id is not None
            assert held(session) == {"2"}
            with pytest.raises(NotFound):
                mutes.bring_back_one(session, mention(session, "1").id, by=person(session), settings=SETTINGS, now=LATER)

    def test_what_came_back_is_held_by_no_mute_again(self, listened: Database) -> None:
        with listened.write() as session:
            mute(session, MuteKind.TERM, "casino")
            seen(session, [post("1", CASINO)], said=NO_MATTER)
            mutes.bring_back_one(session, mention(session).id, by=person(session), settings=SETTINGS, now=LATER)
            poll(session, post("1", f"{CASINO}!!", edited_at=LATER), now=LATER)
            classify(session, now=LATER)
            assert mention(session).case_id is not None

    def test_an_ended_mute_goes_on_holding_what_it_held(self, listened: Database) -> None:
        with listened.write() as session:
            made = mute(session, MuteKind.TERM, "casino")
            seen(session, [post("1", CASINO)])
            mutes.end(session, made.id, by=person(session), now=LATER)
            mutes.end(session, made.id, by=person(session), now=LATER + DAY)
            mention(session).triaged_at = None
            classify(session, version="2", now=LATER)
            assert held(session) == {"1"}
            assert only(session).ended_at == LATER

    def test_a_person_may_make_a_case_of_what_is_held(self, listened: Database) -> None:
        with listened.write() as session:
            mute(session, MuteKind.TERM, "casino")
            seen(session, [post("1", CASINO)])
            regroup.open_for_mention(session, mention(session).id, by=person(session), settings=SETTINGS, now=LATER)
            rows = inbox.mentions(session, MentionFilter(muted=True), now=LATER)
            assert rows == []


class TestTheList:
    def test_it_tells_what_each_did(self, listened: Database) -> None:
        with listened.write() as session:
            seen(session, [post("1", by="bot")])
            author = mute(session, MuteKind.AUTHOR, of="1", reason="A bot")
            term = mute(session, MuteKind.TERM, "Casino")
            seen(session, [post("2", by="bot"), post("3", by="bot")])
            views = {view.id: view for view in mutes.listed(session, by=person(session), now=LATER)}
            assert (views[author.id].words, views[author.id].reason, views[author.id].by) == ("bot", "A bot", "Ana Moss")
            assert (views[author.id].held, views[author.id].last_at) == (2, NOON)
            assert (views[term.id].words, views[term.id].held, views[term.id].last_at) == ("Casino", 0, None)

    def test_one_thing_is_muted_once(self, listened: Database) -> None:
        with listened.write() as session:
            mute(session, MuteKind.TERM, "Casino")
            with pytest.raises(Invalid, match="muted already"):
                mute(session, MuteKind.TERM, "casino ")

    @pytest.mark.parametrize(
        ("kind", "words"), [(MuteKind.TERM, "ab"), (MuteKind.TERM, "x" * 121), (MuteKind.DOMAIN, "no domain"), (MuteKind.DOMAIN, "com")]
    )
    def test_what_would_hold_everything_is_refused(self, listened: Database, kind: MuteKind, words: str) -> None:
        with listened.write() as session, pytest.raises(Invalid):
            mute(session, kind, words)

    def test_refusals(self, listened: Database) -> None:
        with listened.write() as session:
            seen(session, [post("1")])
            with pytest.raises(NotAllowed):
                mutes.add(session, MuteDraft(MuteKind.TERM, words="casino"), by=person(session, "Rea", Role.READER), now=NOON)
            with pytest.raises(Invalid, match="ends in the future"):
                mute(session, MuteKind.AUTHOR, of="1", until=NOON)
            with pytest.raises(Invalid, match="no such brand"):
                mute(session, MuteKind.AUTHOR, of="1", brand_id=4242)
            with pytest.raises(NotFound):
                mutes.add(session, MuteDraft(MuteKind.AUTHOR, 4242), by=person(session), now=NOON)


class TestReach:
    def test_it_says_what_would_have_been_held(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, post("0", CASINO, by="old", at=NOON - 8 * DAY))
            coming = [
                post("1", CASINO, by="a"),
                post("2", f"{CASINO} thanks", by="b"),
                post("3", f"{CASINO} urgent", by="c"),
                post("4", CASINO, by="d", addressed=("acmecare",)),
                post("5", "My parcel", by="a"),
            ]
            poll(session, *coming)
            classify(session, urgent=URGENT, thanks=NO_MATTER)
            ana = person(session)
            assert mute_reach.reach(session, MuteDraft(MuteKind.TERM, words="casino"), by=ana, now=LATER) == Reach(2, 1, 2)
            of_author = MuteDraft(MuteKind.AUTHOR, mention(session, "1").id)
            assert mute_reach.reach(session, of_author, by=ana, now=LATER) == Reach(2, 2, 0)
            rival = session.scalars(select(Brand.id).where(Brand.name == "Rival")).one()
            assert mute_reach.reach(session, MuteDraft(MuteKind.TERM, words="casino", brand_id=rival), by=ana, now=LATER) == Reach(0, 0, 0)

    def test_it_offers_what_a_mention_stands_for(self, listened: Database) -> None:
        with listened.write() as session:
            words = "See https://www.spam.example/a, http://t.co/1 and the end.Next one"
            seen(session, [post("1", words, by="bot", links=("https://hidden.example/",))])
            offered = mute_reach.offer(session, mention(session).id, by=person(session))
            assert offered is not None
            assert (offered.author, offered.domains) == ("bot", ("hidden.example", "spam.example"))


class TestForgetting:
    def test_an_erased_post_is_held_no_more(self, listened: Database) -> None:
        with listened.write() as session:
            mute(session, MuteKind.TERM, "casino")
            seen(session, [post("1", CASINO, links=("https://spam.example/",))])
            erasure.forget(session, mention(session).id, reason="deleted", now=LATER)
            assert (how_many(session, MuteDrop), how_many(session, LinkHost)) == (0, 0)

    def test_whoever_is_forgotten_stands_in_no_mute(self, listened: Database) -> None:
        with listened.write() as session:
            robber = PostAuthor("u-9", "robber77", "Rob Berger")
            seen(session, [post("1", author=robber), post("2", by="eva")])
            mute(session, MuteKind.AUTHOR, of="1")
            mute(session, MuteKind.AUTHOR, of="2", reason="As bad as robber77")
            mute(session, MuteKind.TERM, "robber77")
            author = session.scalars(select(Author).where(Author.handle == "robber77")).one()
            words = author_erasure.words_of(session, author)
            assert mutes.forget_author(session, author.id, words, now=LATER) == 3
            left = session.scalars(select(Mute).order_by(Mute.id)).all()
            assert [(one.kind, one.ended_at) for one in left] == [(MuteKind.AUTHOR, None), (MuteKind.TERM, LATER)]
            assert not any("robber77" in f"{one.target} {one.words} {one.reason}" for one in left)
