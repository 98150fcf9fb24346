"""What rules do to mentions as they are labelled: in order, once, and never hiding an emergency."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases import cases, sla, tags
from desk.cases.timeline import timeline
from desk.labels import corrections, labels, triage
from desk.labels.reading import Waiting
from desk.labels.verdict import Verdict
from desk.outcomes import outcomes
from desk.people import teams
from desk.post import PostAuthor
from desk.queue import browse
from desk.queue.browse import MentionFilter
from desk.rules import rules
from storage.database import Database
from storage.models import Case, CaseTag, Mention, MentionTag, Notice, Reply, Rule
from storage.words import CaseStatus, Outcome, Question, Shift, Urgency
from tests.support.desk import person
from tests.support.listening import HOUR, MINUTE, NO_MATTER, NOON, SETTINGS, classify, how_many, listening, mention, poll, post, verdict
from tests.support.ruling import firings, lead, on, only_case, tag, team, written

LOST = {"query": "parcel"}
URGENT = verdict(urgency=Urgency.HIGH)


def say_again(session: Session, said: Verdict, of: str = "1", version: str = "2") -> None:
    """Another version of the engine speaks on the same mention."""
    found = mention(session, of)
    triage.record(
        session, [(Waiting(found.id, found.revision, found.text), said)], engine="fake", version=version, settings=SETTINGS, now=NOON
    )


class TestConditions:
    @pytest.mark.parametrize(
        ("condition", "fits"),
        [
            ({"query": "parcel -thanks"}, True),
            ({"query": "refund"}, False),
            ({"sentiment": ["negative"], "intent": ["complaint", "churn"]}, True),
            ({"sentiment": ["positive"]}, False),
            ({"urgency": ["normal"], "needs_reply": True, "abusive": False, "language": ["en", "de"]}, True),
            ({"needs_reply": False}, False),
            ({"language": ["de"]}, False),
            ({"handles": ["@Ana"]}, True),
            ({"handles": ["bob"]}, False),
            ({"reach_at_least": 5_000}, True),
            ({"reach_at_least": 5_001}, False),
            ({"sources": ["x"]}, True),
            ({"sources": ["reddit"]}, False),
            ({"sites": ["forum.example"]}, False),
            ({"has_link": True}, True),
            ({"has_link": False}, False),
            ({"query": "parcel", "handles": ["bob"]}, False),
        ],
    )
    def test_everything_that_is_said_must_be_so(self, sqlite_database: Database, condition: dict[str, object], fits: bool) -> None:
        with sqlite_database.write() as session:
            listening(session)
            rule = on(session, "It", condition, tags=[tag(session)])
            poll(session, post("1", "My parcel: https://acme.example/p/1", reach=5_000))
            classify(session)
            assert bool(firings(session, rule)) is fits

    def test_feeds_and_brands_are_those_that_caught_it(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, post("1"))
            classify(session)
            case = only_case(session)
            other = {"feeds": [case.feed_id + 1]}
            here = [
                on(session, name, condition, tags=[tag(session, name)])
                for name, condition in (("f", {"feeds": [case.feed_id]}), ("b", {"brands": [case.brand_id]}))
            ]
            there = on(session, "other", other, tags=[tag(session, "other")])
            poll(session, post("2", by="bob"), now=NOON + MINUTE)
            classify(session)
            assert [bool(firings(session, rule)) for rule in (*here, there)] == [True, True, False]


class TestActs:
    def test_a_tag_goes_on_the_mention_and_on_its_case(self, listened: Database) -> None:
        with listened.write() as session:
            refund = tag(session)
            rule = on(session, "Lost", LOST, tags=[refund])
            poll(session, post("1"), post("2", "A parcel came, thanks", by="bob"))
            classify(session, NO_MATTER, arrived=verdict())
            (case,) = session.scalars(select(Case)).all()
            assert tags.of_cases(session, [case.id])[case.id][0].id == refund
            assert {row.mention_id for row in session.scalars(select(MentionTag))} == {mention(session, "1").id, mention(session, "2").id}
            assert {(row.rule_id, row.person_id) for row in session.scalars(select(CaseTag))} == {(rule.id, None)}
            assert [entry.words for entry in timeline(session, case.id)] == ["opened the case", "rule “Lost” put the tag refund"]

    def test_urgency_moves_the_case_its_due_times_and_its_place_and_leaves_the_label(self, listened: Database) -> None:
        with listened.write() as session:
            on(session, "Lost", LOST, urgency="high")
            poll(session, post("1"))
            classify(session)
            case, labelled = only_case(session), mention(session)
            assert (case.urgency, labelled.urgency, labelled.ruled_urgency) == (Urgency.HIGH, Urgency.NORMAL, Urgency.HIGH)
            assert case.first_due_at == sla.first_due(labelled.seen_at, Urgency.HIGH, SETTINGS.sla)
            assert case.reasons[0]["words"] == "high urgency by rule “Lost”: first answer within 30 min at any hour"
            (shown,) = [view for view in labels.of_case(session, case) if view.question is Question.URGENCY]
            assert (shown.label, shown.rule) == ("high", "Lost")
            assert "rule “Lost” set the urgency to high" in [entry.words for entry in timeline(session, case.id)]

    def test_urgency_goes_down_too_but_only_for_the_post_that_it_is_about(self, listened: Database) -> None:
        with listened.write() as session:
            on(session, "Lost", LOST, urgency="low")
            poll(session, post("1"))
            classify(session, URGENT)
            assert only_case(session).urgency is Urgency.LOW
            poll(session, post("2", "The battery burns", thread_id="1"), now=NOON + MINUTE)
            classify(session, URGENT, now=NOON + MINUTE)
            assert only_case(session).urgency is Urgency.HIGH

    def test_a_mention_that_a_rule_calls_urgent_is_seen(self, listened: Database) -> None:
        with listened.write() as session:
            on(session, "Fire", {"query": "burn*"}, urgency="high")
            poll(session, post("1", "Mine burns nicely"))
            assert classify(session, NO_MATTER).opened == 1

    def test_a_persons_word_on_urgency_ends_the_rules(self, listened: Database) -> None:
        with listened.write() as session:
            on(session, "Lost", LOST, urgency="high")
            poll(session, post("1"))
            classify(session)
            ana = person(session)
            corrections.correct(session, mention(session).id, Question.URGENCY, "normal", by=ana, settings=SETTINGS, now=NOON)
            case = only_case(session)
            assert (case.urgency, case.ruled_by, mention(session).ruled_urgency) == (Urgency.NORMAL, "", None)
            say_again(session, verdict())
            assert only_case(session).urgency is Urgency.NORMAL

    def test_a_team_is_set_once(self, listened: Database) -> None:
        with listened.write() as session:
            parcels, others = team(session), team(session, "Others")
            first, second = on(session, "Lost", LOST, team=parcels), on(session, "All", {"needs_reply": True}, team=others)
            poll(session, post("1"))
            classify(session)
            assert only_case(session).team_id == parcels
            assert firings(session, first)[0].did == {"team": {"before": None, "after": parcels}}
            assert firings(session, second)[0].did == {"team": {"left": "earlier"}}

    def test_a_case_goes_to_a_person_on_shift_who_is_told(self, listened: Database) -> None:
        with listened.write() as session:
            ana = person(session)
            on(session, "Lost", LOST, assign=ana.id)
            poll(session, post("1"))
            classify(session)
            case = only_case(session)
            assert (case.assignee_id, case.status, case.claim_no, case.claimed_at) == (ana.id, CaseStatus.OPEN, 1, NOON)
            assert session.scalars(select(Notice.case_id).where(Notice.person_id == ana.id)).all() == [case.id]
            assert how_many(session, Reply) == 0

    def test_whoever_is_away_gets_nothing_and_the_next_rule_may(self, listened: Database) -> None:
        with listened.write() as session:
            ana, bo = person(session), person(session, "Bo")
            ana.shift = Shift.OFF
            first, second = on(session, "Lost", LOST, assign=ana.id), on(session, "All", {"needs_reply": True}, assign=bo.id)
            poll(session, post("1"))
            classify(session)
            assert only_case(session).assignee_id == bo.id
            assert firings(session, first)[0].did == {"assign": {"left": "away"}}
            assert firings(session, second)[0].did["assign"]["after"] == bo.id

    def test_nobody_is_given_more_than_may_wait_for_them_and_the_next_rule_may(self, listened: Database) -> None:
        with listened.write() as session:
            ana, bo = person(session), person(session, "Bo")
            ana.open_limit, bo.open_limit = 3, 1
            first, second = on(session, "Lost", LOST, assign=ana.id), on(session, "All", {"needs_reply": True}, assign=bo.id)
            poll(session, *(post(str(n), at=NOON + n * MINUTE, by=f"c{n}") for n in range(2)), now=NOON + 9 * MINUTE)
            classify(session, now=NOON + 9 * MINUTE)
            poll(session, *(post(str(n), at=NOON + n * MINUTE, by=f"c{n}") for n in range(2, 6)), now=NOON + 9 * MINUTE)
            classify(session, now=NOON + 9 * MINUTE)
            owners = session.scalars(select(Case.assignee_id).order_by(Case.id)).all()
            assert owners == [ana.id, ana.id, ana.id, bo.id, None, None]
            left = [firing.did["assign"].get("left") for firing in firings(session, first)]
            assert left == [None, None, None, "full", "full", "full"]
            assert [firing.did["assign"].get("left") for firing in firings(session, second)][3:] == [None, "full", "full"]

    def test_whoever_answered_has_room_again(self, listened: Database) -> None:
        with listened.write() as session:
            ana = person(session)
            ana.open_limit = 1
            on(session, "Lost", LOST, assign=ana.id)
            poll(session, post("1"))
            classify(session)
            outcomes.close(session, only_case(session).id, outcome=Outcome.NO_ACTION, by=ana, now=NOON)
            poll(session, post("2", by="bob"))
            classify(session)
            assert session.scalars(select(Case.assignee_id)).all() == [ana.id, ana.id]

    def test_a_case_that_somebody_had_is_left_alone(self, listened: Database) -> None:
        with listened.write() as session:
            ana, bo = person(session), person(session, "Bo")
            poll(session, post("1"))
            classify(session)
            case = only_case(session)
            cases.claim(session, case.id, by=ana, now=NOON)
            cases.release(session, case.id, by=ana, now=NOON)
            rule = on(session, "Lost", LOST, assign=bo.id)
            poll(session, post("2", "And my other parcel", thread_id="1"), now=NOON + MINUTE)
            classify(session, now=NOON + MINUTE)
            assert only_case(session).assignee_id is None
            assert firings(session, rule)[0].did == {"assign": {"left": "has_owner"}}

    def test_what_was_retired_since_is_put_no_more(self, listened: Database) -> None:
        with listened.write() as session:
            refund, parcels, ana = tag(session), team(session), person(session)
            rule = on(session, "Lost", LOST, tags=[refund], team=parcels, assign=ana.id)
            tags.retire(session, refund, by=lead(session), now=NOON)
            teams.retire(session, parcels, by=lead(session), now=NOON)
            ana.active = False
            poll(session, post("1"))
            classify(session)
            gone = {"left": "gone"}
            assert firings(session, rule)[0].did == {"tags": gone, "team": gone, "assign": gone}

    def test_a_merged_tag_is_put_as_what_it_reads_as(self, listened: Database) -> None:
        with listened.write() as session:
            old, new = tag(session, "refunds"), tag(session, "money back")
            on(session, "Lost", LOST, tags=[old])
            tags.merge(session, old, into=new, by=lead(session), now=NOON)
            poll(session, post("1"))
            classify(session)
            assert session.scalars(select(CaseTag.tag_id)).all() == [new]


class TestOrder:
    def test_tags_add_up_and_the_first_urgency_holds(self, listened: Database) -> None:
        with listened.write() as session:
            one, two = tag(session, "one"), tag(session, "two")
            first = on(session, "Lost", LOST, tags=[one], urgency="low")
            second = on(session, "All", {"needs_reply": True}, tags=[one, two], urgency="high")
            poll(session, post("1"))
            classify(session)
            case = only_case(session)
            assert (case.urgency, sorted(session.scalars(select(CaseTag.tag_id)))) == (Urgency.LOW, [one, two])
            assert firings(session, second)[0].did["urgency"] == {"left": "earlier"}
            assert firings(session, second)[0].did["tags"]["after"] == {"mention": [two], "case": [two]}
            rules.move(session, second.id, to=0, by=lead(session), now=NOON)
            poll(session, post("2", by="bob"), now=NOON + MINUTE)
            classify(session, now=NOON + MINUTE)
            assert [f.did["urgency"] for f in firings(session, first)] == [{"before": "normal", "after": "low"}, {"left": "earlier"}]

    def test_a_rule_that_is_off_or_removed_does_nothing(self, listened: Database) -> None:
        with listened.write() as session:
            written(session, "New", LOST, tags=[tag(session)])
            off, removed = on(session, "Off", LOST, mute=True), on(session, "Removed", LOST, mute=True)
            rules.disable(session, off.id, by=lead(session), now=NOON)
            rules.remove(session, removed.id, by=lead(session), now=NOON)
            poll(session, post("1"))
            assert (classify(session).opened, firings(session)) == (1, [])

    def test_a_rule_that_cannot_be_read_holds_up_nobody(self, listened: Database) -> None:
        with listened.write() as session:
            session.add(Rule(name="Later", condition={"moon": "full"}, acts={"mute": True}, enabled=True, created_at=NOON, changed_at=NOON))
            poll(session, post("1"))
            assert classify(session).opened == 1


class TestOnce:
    def test_another_engine_or_an_edit_fires_no_rule_again(self, listened: Database) -> None:
        with listened.write() as session:
            parcels = team(session)
            rule = on(session, "Lost", LOST, team=parcels)
            poll(session, post("1"))
            classify(session)
            only_case(session).team_id = None
            say_again(session, verdict())
            poll(session, post("1", "My parcel is here, no, it is not"), now=NOON + HOUR)
            classify(session, now=NOON + HOUR)
            assert (len(firings(session, rule)), mention(session).revision, only_case(session).team_id) == (1, 2, None)

    def test_what_an_earlier_rule_set_stays_its_own(self, listened: Database) -> None:
        with listened.write() as session:
            on(session, "Lost", LOST, urgency="high")
            poll(session, post("1"))
            classify(session)
            second = on(session, "All", {"needs_reply": True}, urgency="low")
            say_again(session, verdict())
            assert only_case(session).urgency is Urgency.HIGH
            assert firings(session, second)[0].did == {"urgency": {"left": "earlier"}}


class TestMuting:
    def test_a_muted_mention_opens_no_case_and_is_kept(self, listened: Database) -> None:
        with listened.write() as session:
            rule = on(session, "Lost", LOST, mute=True)
            poll(session, post("1"))
            assert classify(session).opened == 0
            kept = mention(session)
            assert (kept.case_id, kept.muted_by_id, kept.needs_reply) == (None, rule.id, True)
            assert [row.muted_by for row in browse.mentions(session, MentionFilter(), now=NOON)] == ["Lost"]
            assert firings(session, rule)[0].did == {"mute": {"before": False, "after": True}}

    @pytest.mark.parametrize("by_rule", [False, True])
    def test_an_emergency_is_never_muted(self, listened: Database, by_rule: bool) -> None:
        with listened.write() as session:
            if by_rule:
                on(session, "Fire", {"query": "burns"}, urgency="high")
            rule = on(session, "Lost", LOST, mute=True)
            poll(session, post("1", "My parcel burns"))
            assert classify(session, verdict() if by_rule else URGENT).opened == 1
            assert firings(session, rule)[0].did == {"mute": {"left": "emergency"}}

    def test_a_private_message_is_never_muted(self, listened: Database) -> None:
        with listened.write() as session:
            rule = on(session, "Lost", LOST, mute=True)
            poll(session, post("1", is_private=True))
            assert classify(session).opened == 1
            assert firings(session, rule)[0].did == {"mute": {"left": "private"}}

    def test_an_edit_that_makes_it_an_emergency_brings_it_up(self, listened: Database) -> None:
        with listened.write() as session:
            on(session, "Lost", LOST, mute=True)
            poll(session, post("1"))
            classify(session)
            poll(session, post("1", "My parcel is late, still"), now=NOON + MINUTE)
            assert classify(session, now=NOON + MINUTE).opened == 0
            poll(session, post("1", "My parcel is smoking"), now=NOON + HOUR)
            assert classify(session, URGENT, now=NOON + HOUR).opened == 1

    def test_who_has_a_live_case_is_heard_in_it(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, post("1", "Where is it?"))
            classify(session)
            rule = on(session, "Lost", LOST, mute=True)
            poll(session, post("2", thread_id="1"), now=NOON + MINUTE)
            classify(session, now=NOON + MINUTE)
            assert mention(session, "2").case_id == only_case(session).id
            assert firings(session, rule)[0].did == {"mute": {"left": "has_case"}}

    def test_a_case_that_comes_to_be_in_the_same_batch_takes_it_in(self, listened: Database) -> None:
        with listened.write() as session:
            rule = on(session, "Lost", LOST, mute=True)
            poll(session, post("1", "Where is it?"), post("2", thread_id="1", at=NOON + MINUTE), now=NOON + MINUTE)
            classify(session, now=NOON + MINUTE)
            joined = mention(session, "2")
            assert (joined.case_id, joined.muted_by_id) == (only_case(session).id, None)
            assert firings(session, rule)[0].did == {"mute": {"left": "has_case"}}

    def test_a_person_makes_a_case_of_it_all_the_same(self, listened: Database) -> None:
        with listened.write() as session:
            on(session, "Lost", LOST, mute=True)
            poll(session, post("1"))
            classify(session)
            case = cases.open_for_mention(session, mention(session).id, by=person(session), settings=SETTINGS, now=NOON)
            assert mention(session).case_id == case.id


def test_no_rule_writes_a_reply_or_closes_a_case(listened: Database) -> None:
    with listened.write() as session:
        ana = person(session)
        on(session, "All", {"needs_reply": True}, tags=[tag(session)], team=team(session), urgency="high", assign=ana.id)
        on(session, "Mute", {"needs_reply": False}, mute=True)
        poll(session, *(post(str(n), by=f"c{n}", author=PostAuthor(f"u{n}", f"c{n}")) for n in range(8)))
        classify(session)
        assert how_many(session, Reply) == 0
        assert how_many(session, Case, Case.status != CaseStatus.OPEN) == 0
        assert how_many(session, Case) == 8
        assert how_many(session, Mention, Mention.case_id.is_(None)) == 0
