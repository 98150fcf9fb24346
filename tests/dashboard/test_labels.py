"""Labels on the board: one click corrects, another takes it back, and each says who looked at it."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from dashboard import label_actions
from dashboard.actions import Kind
from dashboard.label_values import label_blocks
from dashboard.panes import labels, verbs
from desk.labels.labels import with_further
from desk.queue.inbox import LabelView
from storage.models import Case, Correction, Mention
from storage.words import Intent, Question, Role, Sentiment, Urgency
from tests.dashboard.conftest import Floor
from tests.dashboard.pages import Desk, component
from tests.support.desk import person


@pytest.fixture
def press(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What the component's script sends on a press: Streamlit's runner has no browser that could send it."""

    def send(key: str, person_id: int, verb: str, value: Any, seen: Any = ()) -> None:
        message = {"verb": verb, "value": value, "seq": 1}
        monkeypatch.setattr(verbs, "message", lambda of, _name: message if of == key else {})
        labels.chosen(key, person_id, seen)

    return send


def head(app: AppTest) -> dict[str, Any]:
    """The head of the case that is open."""
    drawn = [node.proto for node in app._tree if node.type == "bidi_component"]
    sheets = [json.loads(proto.bytes) for proto in drawn if proto.component_name == "careline_sheet"]
    (block,) = [sheet["blocks"][0] for sheet in sheets if sheet["kind"] == "head"]
    found: dict[str, Any] = block
    return found


def by_question(block: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {label["question"]: label for label in block["labels"]}


def mention(desk: Desk, mention_id: int) -> Mention:
    with desk.workspace.database.read() as session:
        return session.get_one(Mention, mention_id)


def value(mention_id: int, question: str, label: str | None) -> dict[str, Any]:
    return {"mention": mention_id, "question": question, "label": label}


class TestHead:
    def test_every_label_offers_the_other_ones(self, desk: Desk, sqlite_floor: Floor) -> None:
        block = head(desk.open(sqlite_floor.ana, case=str(sqlite_floor.cases[0])))
        found = by_question(block)
        assert list(found) == ["urgency", "sentiment", "intent", "needs_reply", "abusive"]
        assert [choice["label"] for choice in found["sentiment"]["choices"]] == ["neutral", "positive"]
        assert [choice["word"] for choice in found["urgency"]["choices"]] == ["Low", "Normal"]
        assert found["sentiment"]["spoken"] == "Sentiment: negative. Nobody has checked this label."
        assert {label["mention"] for label in block["labels"]} == {sqlite_floor.mentions[0]}
        assert block["confirm"] == {"words": "Labels are right", "value": 0}

    def test_who_may_not_correct_gets_no_choices(self, desk: Desk, sqlite_floor: Floor) -> None:
        block = head(desk.open(sqlite_floor.reader, case=str(sqlite_floor.cases[0])))
        assert [label["choices"] for label in block["labels"]] == [[]] * 5
        assert block["confirm"] is None

    def test_a_corrected_label_says_who_corrected_it(self, desk: Desk, sqlite_floor: Floor) -> None:
        done = label_actions.correct(desk.workspace, sqlite_floor.bo, sqlite_floor.mentions[0], Question.SENTIMENT, "positive")
        assert (done.kind, done.words) == (Kind.DONE, "Sentiment corrected: positive")
        found = by_question(head(desk.open(sqlite_floor.ana, case=str(sqlite_floor.cases[0]))))
        assert found["sentiment"]["is_corrected"]
        assert found["sentiment"]["title"].startswith("Set by Bo Lind, ")
        assert "Bo Lind" in found["sentiment"]["spoken"]
        assert (found["sentiment"]["mark"]["word"], found["urgency"]["is_corrected"]) == ("positive", False)


class TestClicks:
    @pytest.fixture(autouse=True)
    def _here(self, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
        state: dict[str, Any] = {}
        monkeypatch.setattr("streamlit.session_state", state)
        self.state = state
        return state

    def test_one_click_corrects_and_offers_the_way_back(self, desk: Desk, press: Any, sqlite_floor: Floor) -> None:
        at = sqlite_floor.mentions[0]
        press("head", sqlite_floor.ana, "correct", value(at, "urgency", "low"))
        assert mention(desk, at).urgency is Urgency.LOW
        with desk.workspace.database.read() as session:
            assert session.get_one(Case, sqlite_floor.cases[0]).urgency is Urgency.LOW
        assert labels.offered_undo("mentions") is None
        press("head", sqlite_floor.ana, "correct", value(at, "urgency", "normal"))
        undo = labels.offered_undo("head")
        assert undo == {"words": "Urgency corrected: Normal", "button": "Undo", "value": value(at, "urgency", None)}
        assert labels.offered_undo("head") is None
        press("head", sqlite_floor.ana, "undo", undo["value"])
        assert mention(desk, at).urgency is Urgency.LOW

    def test_what_cannot_be_done_is_said(self, desk: Desk, press: Any, sqlite_floor: Floor) -> None:
        press("head", sqlite_floor.reader, "correct", value(sqlite_floor.mentions[0], "urgency", "low"))
        words, _ = self.state["toast"]
        assert "marketer" in words
        assert mention(desk, sqlite_floor.mentions[0]).urgency is Urgency.HIGH

    @pytest.mark.parametrize("nonsense", [None, 7, {"mention": "1"}, {"mention": 1, "question": "mood", "label": "x"}, {"mention": True}])
    def test_nonsense_changes_nothing(self, desk: Desk, press: Any, sqlite_floor: Floor, nonsense: Any) -> None:
        press("head", sqlite_floor.ana, "correct", nonsense)
        with desk.workspace.database.read() as session:
            assert session.scalars(select(Correction)).all() == []
        assert self.state == {}

    def test_a_label_that_stands_there_already_has_no_way_back(self, press: Any, sqlite_floor: Floor) -> None:
        press("head", sqlite_floor.ana, "correct", value(sqlite_floor.mentions[0], "urgency", "high"))
        assert labels.offered_undo("head") is None

    def test_only_what_was_seen_is_confirmed(self, desk: Desk, press: Any, sqlite_floor: Floor) -> None:
        first, second = sqlite_floor.mentions[:2]
        with desk.workspace.database.write() as session:
            session.get_one(Mention, second).sentiment = Sentiment.NEUTRAL
        seen = [
            LabelView(Question.SENTIMENT, "negative", first),
            LabelView(Question.SENTIMENT, "neutral", second),
        ]
        press("mentions", sqlite_floor.ana, "confirm", second, seen)
        with desk.workspace.database.read() as session:
            rows = session.execute(select(Correction.mention_id, Correction.question, Correction.label)).all()
        assert rows == [(second, Question.SENTIMENT, "neutral")]
        assert self.state["toast"][0] == "Thank you: the labels are right"
        press("mentions", sqlite_floor.ana, "confirm", second, seen)
        assert self.state["toast"][0] == "These labels were checked before"


class TestMentions:
    def test_each_row_has_its_labels(self, desk: Desk, sqlite_floor: Floor) -> None:
        label_actions.correct(desk.workspace, sqlite_floor.ana, sqlite_floor.mentions[0], Question.INTENT, "churn")
        blocks = component(desk.open(sqlite_floor.ana, "app_pages/mentions.py"), "sheet")["blocks"]
        found = by_question(blocks[-1])
        assert (found["intent"]["mark"]["word"], found["intent"]["is_corrected"]) == ("leaving", True)
        assert found["needs_reply"]["mark"]["word"] == "needs a reply"
        assert blocks[-1]["confirm"]["value"] == sqlite_floor.mentions[0]

    def test_a_marketer_may_correct_but_not_work_on_cases(self, desk: Desk, sqlite_floor: Floor) -> None:
        with desk.workspace.database.write() as session:
            session.get_one(Mention, sqlite_floor.mentions[0]).case_id = None
            marketer = person(session, "Mia Marsh", Role.MARKETER, now=desk.workspace.now()).id
        blocks = component(desk.open(marketer, "app_pages/mentions.py"), "sheet")["blocks"]
        assert [action["verb"] for action in blocks[-1]["actions"]] == ["tag"]
        assert all(label["choices"] for label in blocks[-1]["labels"])

    def test_our_own_posts_have_none(self, desk: Desk, sqlite_floor: Floor) -> None:
        with desk.workspace.database.write() as session:
            session.get_one(Mention, sqlite_floor.mentions[0]).is_own = True
        blocks = component(desk.open(sqlite_floor.ana, "app_pages/mentions.py"), "sheet")["blocks"]
        assert (blocks[-1]["labels"], blocks[-1]["confirm"]) == ([], None)


def test_further_intents_are_told_with_the_intent() -> None:
    views = with_further([LabelView(Question.INTENT, "complaint", 1), LabelView(Question.SENTIMENT, "negative", 1)], {1: [Intent.QUESTION]})
    said = [block["mark"]["word"] for block in label_blocks(views, may_label=False, now=datetime(2026, 1, 1, tzinfo=UTC), zone="UTC")]
    assert said == ["negative", "complaint · also: question"]


def test_a_doubtful_high_is_drawn_with_another_sign_and_word() -> None:
    view = LabelView(Question.URGENCY, "high", 1)
    told = [
        label_blocks([one], may_label=True, now=datetime(2026, 3, 2, tzinfo=UTC), zone="UTC")[0]
        for one in (view, replace(view, is_maybe=True))
    ]
    assert [block["mark"]["glyph"] + " " + block["mark"]["word"] for block in told] == ["3 High", "3? Maybe high"]
    assert "Maybe high" in told[1]["spoken"]
