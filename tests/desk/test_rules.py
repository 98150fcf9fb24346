"""A rule is written by a lead, tried before it is switched on, and can say and do only what there is."""

from typing import Any

import pytest
from sqlalchemy import select

from desk.cases import tags
from desk.errors import Invalid, NotAllowed, NotFound, Stale
from desk.rules import rules
from desk.rules.rule_dry_run import dry_run
from desk.rules.rule_parts import Act, acts_of, condition_of
from storage.database import Database
from storage.models import Audit, Rule
from storage.words import Role, Sentiment
from tests.support.desk import person
from tests.support.listening import MINUTE, NOON
from tests.support.ruling import lead, on, tag, tried, written

ABOUT_REFUNDS = {"query": "refund"}


class TestWriting:
    def test_a_new_rule_stands_last_and_is_off(self, listened: Database) -> None:
        with listened.write() as session:
            first, second = (
                written(session, "Refunds", ABOUT_REFUNDS, mute=True),
                written(session, "Thanks", {"query": "thanks"}, mute=True),
            )
            assert (first.position, second.position, first.enabled, first.version) == (0, 1, False, 1)
            act = session.scalars(select(Audit).where(Audit.verb == "rule_added").order_by(Audit.id)).first()
            assert act is not None
            assert (act.person_id, act.detail["acts"]) == (lead(session).id, {"mute": True})

    def test_only_leads_have_rules(self, listened: Database) -> None:
        with listened.write() as session:
            ana, rule = person(session), written(session, "Refunds", ABOUT_REFUNDS, mute=True)
            draft = rules.draft_of("Other", ABOUT_REFUNDS, {"mute": True})
            for attempt in (
                lambda: rules.add(session, draft, by=ana, now=NOON),
                lambda: rules.change(session, rule.id, draft, version=1, by=ana, now=NOON),
                lambda: rules.move(session, rule.id, to=0, by=ana, now=NOON),
                lambda: rules.enable(session, rule.id, version=1, by=ana, now=NOON),
                lambda: rules.disable(session, rule.id, by=ana, now=NOON),
                lambda: rules.remove(session, rule.id, by=ana, now=NOON),
                lambda: rules.listed(session, by=ana, now=NOON),
                lambda: dry_run(session, rule.id, by=ana, now=NOON),
                lambda: rules.undo_firing(session, 1, by=ana, settings=None, now=NOON),  # type: ignore[arg-type]
            ):
                with pytest.raises(NotAllowed):
                    attempt()

    @pytest.mark.parametrize(
        ("condition", "acts", "why"),
        [
            ({}, {"mute": True}, "would fit every mention"),
            ({"subject": "x"}, {"mute": True}, "knows no subject"),
            ({"sentiment": ["sad"]}, {"mute": True}, "'sad' is no sentiment"),
            ({"sentiment": "negative"}, {"mute": True}, "must be a list"),
            ({"needs_reply": "yes"}, {"mute": True}, "'yes' is no needs_reply"),
            ({"reach_at_least": 0}, {"mute": True}, "at least 1"),
            ({"query": "a ("}, {"mute": True}, "character 4"),
            (ABOUT_REFUNDS, {}, "does nothing"),
            (ABOUT_REFUNDS, {"send": "Sorry!"}, "knows no send"),
            (ABOUT_REFUNDS, {"close": True}, "knows no close"),
            (ABOUT_REFUNDS, {"mute": True, "team": 1}, "has no case"),
            (ABOUT_REFUNDS, {"tags": ["refund"]}, "'refund' is no tags"),
        ],
    )
    def test_what_no_rule_can_say_or_do(self, condition: dict[str, Any], acts: dict[str, Any], why: str) -> None:
        with pytest.raises(Invalid, match=why.replace("(", r"\(")):
            rules.draft_of("Refunds", condition, acts)

    def test_what_it_names_must_be_there(self, listened: Database) -> None:
        with listened.write() as session:
            reader, retired = person(session, "Rik", Role.READER), tag(session, "old")
            tags.retire(session, retired, by=lead(session), now=NOON)
            for condition, acts in (
                ({"feeds": [999]}, {"mute": True}),
                ({"brands": [999]}, {"mute": True}),
                (ABOUT_REFUNDS, {"tags": [999]}),
                (ABOUT_REFUNDS, {"tags": [retired]}),
                (ABOUT_REFUNDS, {"team": 999}),
            ):
                with pytest.raises(Invalid):
                    written(session, "Refunds", condition, **acts)
            with pytest.raises(NotAllowed):
                written(session, "Refunds", ABOUT_REFUNDS, assign=reader.id)

    def test_two_rules_never_have_one_name_unless_one_was_removed(self, listened: Database) -> None:
        with listened.write() as session:
            rule = written(session, "Refunds", ABOUT_REFUNDS, mute=True)
            with pytest.raises(Invalid, match="already"):
                written(session, "refunds", ABOUT_REFUNDS, mute=True)
            rules.remove(session, rule.id, by=lead(session), now=NOON)
            assert written(session, "Refunds", ABOUT_REFUNDS, mute=True).position == 0
            with pytest.raises(NotFound):
                rules.view(session, rule.id, by=lead(session), now=NOON)

    def test_what_is_stored_reads_as_it_was_written(self) -> None:
        said = {
            "query": "a OR b",
            "sentiment": ["negative"],
            "needs_reply": False,
            "handles": ["@Ana "],
            "reach_at_least": 5,
            "language": ["EN"],
        }
        condition = condition_of(said)
        assert (condition.handles, condition.language, condition.sentiment) == (("ana",), ("en",), (Sentiment.NEGATIVE,))
        assert condition_of(condition.as_json()) == condition
        acts = acts_of({"tags": [3, 1], "urgency": "high"})
        assert acts.kinds == (Act.TAGS, Act.URGENCY)
        assert acts_of(acts.as_json()).as_json() == acts.as_json() == {"tags": [1, 3], "urgency": "high"}


class TestSwitchingOn:
    def test_a_rule_is_tried_first(self, listened: Database) -> None:
        with listened.write() as session:
            rule = written(session, "Refunds", ABOUT_REFUNDS, mute=True)
            with pytest.raises(Invalid, match="Try this rule on the last 7 days first"):
                rules.enable(session, rule.id, version=1, by=lead(session), now=NOON)
            tried(session, rule)
            assert rules.enable(session, rule.id, version=1, by=lead(session), now=NOON).enabled
            assert not rules.disable(session, rule.id, by=lead(session), now=NOON).enabled

    def test_a_changed_rule_is_another_version_off_and_not_tried(self, listened: Database) -> None:
        with listened.write() as session:
            rule = on(session, "Refunds", ABOUT_REFUNDS, mute=True)
            draft = rules.draft_of("Refunds", {"query": "refund OR money"}, {"mute": True})
            rules.change(session, rule.id, draft, version=1, by=lead(session), now=NOON + MINUTE)
            assert (rule.version, rule.enabled) == (2, False)
            with pytest.raises(Invalid, match="Try this rule"):
                rules.enable(session, rule.id, version=2, by=lead(session), now=NOON)

    def test_another_name_is_no_other_version(self, listened: Database) -> None:
        with listened.write() as session:
            rule = on(session, "Refunds", ABOUT_REFUNDS, mute=True)
            rules.change(
                session, rule.id, rules.draft_of("Money back", ABOUT_REFUNDS, {"mute": True}), version=1, by=lead(session), now=NOON
            )
            assert (rule.name, rule.version, rule.enabled) == ("Money back", 1, True)

    def test_a_dry_run_of_another_version_counts_for_nothing(self, listened: Database) -> None:
        with listened.write() as session:
            rule = written(session, "Refunds", ABOUT_REFUNDS, mute=True)
            found = dry_run(session, rule.id, by=lead(session), now=NOON)
            draft = rules.draft_of("Refunds", {"query": "money"}, {"mute": True})
            rules.change(session, rule.id, draft, version=1, by=lead(session), now=NOON)
            with pytest.raises(Stale, match="meanwhile"):
                rules.note_dry_run(session, found, by=lead(session), now=NOON)
            with pytest.raises(Stale):
                rules.change(session, rule.id, draft, version=1, by=lead(session), now=NOON)
            with pytest.raises(Stale):
                rules.enable(session, rule.id, version=1, by=lead(session), now=NOON)

    def test_a_rule_whose_tag_was_retired_is_not_switched_on_again(self, listened: Database) -> None:
        with listened.write() as session:
            refund = tag(session)
            rule = on(session, "Refunds", ABOUT_REFUNDS, tags=[refund])
            rules.disable(session, rule.id, by=lead(session), now=NOON)
            tags.retire(session, refund, by=lead(session), now=NOON)
            with pytest.raises(Invalid, match="choose another"):
                rules.enable(session, rule.id, version=1, by=lead(session), now=NOON)


def test_rules_stand_in_the_order_they_are_put_in(listened: Database) -> None:
    with listened.write() as session:
        ids = [written(session, name, ABOUT_REFUNDS, mute=True).id for name in ("a", "b", "c")]
        assert rules.move(session, ids[2], to=0, by=lead(session), now=NOON) == [ids[2], ids[0], ids[1]]
        assert rules.move(session, ids[2], to=99, by=lead(session), now=NOON) == ids
        assert [one.name for one in rules.listed(session, by=lead(session), now=NOON)] == ["a", "b", "c"]
        rules.remove(session, ids[0], by=lead(session), now=NOON)
        kept = session.scalars(select(Rule).where(Rule.removed_at.is_(None)).order_by(Rule.position))
        assert [(one.name, one.position) for one in kept] == [("b", 0), ("c", 1)]
