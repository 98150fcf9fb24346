"""Muting from a post, the list of mutes with its way back, what is muted and what is alike in All mentions, and alike cases in the queue."""

import json
from typing import Any

from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from dashboard.case_values import Reader
from dashboard.frame import TOAST
from dashboard.mention_values import mention_block
from dashboard.panes import mute_box
from dashboard.texts.language import GERMAN, passing, speak
from desk.noise import mutes
from desk.noise.mutes import MuteDraft
from desk.people import people
from desk.queue import inbox
from desk.queue.inbox import MentionFilter, QueueFilter
from storage.models import Alike, Case, Mention, Mute, MuteDrop
from storage.words import MuteKind, Role
from tests.dashboard.conftest import Floor
from tests.dashboard.pages import Desk, component, labels, param, press, press_label, toasts
from tests.support.desk import Shop, person

REACH = "Mentions that this would have kept away in the last 7 days: 1. Cases that they opened: 1."
MENTIONS = "app_pages/mentions.py"


def asked(desk: Desk, floor: Floor, page: str = "app.py", *, is_campaign: bool = False, **params: str) -> AppTest:
    """The page after somebody pressed "Mute…" at the first post."""
    app = desk.open(floor.ana, page, **params)
    app.session_state[mute_box.ASKED] = mute_box.Asked(floor.mentions[0], is_campaign)
    return app.run()


def texts(app: AppTest) -> list[str]:
    return [node.value for node in app.text]


def add(desk: Desk, floor: Floor, kind: MuteKind, words: str = "", *, holds: int | None = None) -> int:
    """A mute by Ana, which holds back this mention."""
    with desk.workspace.database.write() as session:
        now = desk.workspace.now()
        by = people.active(session, floor.ana)
        made = mutes.add(session, MuteDraft(kind, floor.mentions[0], words, reason="Spam"), by=by, now=now).id
        if holds is not None:
            session.get_one(Mention, holds).case_id = None
            session.add(MuteDrop(mention_id=holds, mute_id=made, revision=1, at=now))
        return made


def told(app: AppTest) -> str:
    """What the frame around the page would say."""
    words: str = app.session_state[TOAST][0]
    return words


def loose(desk: Desk, text: str = "Win big at the casino", **labels: Any) -> int:
    """A mention that has no case."""
    with desk.workspace.database.write() as session:
        return Shop(session).mention(text, at=desk.workspace.now(), **labels).id


def rows(app: AppTest) -> list[dict[str, Any]]:
    return [block for block in component(app, "sheet")["blocks"] if block["type"] == "row"]


def standing(desk: Desk) -> list[tuple[MuteKind, str, int, bool]]:
    with desk.workspace.database.read() as session:
        found = session.scalars(select(Mute).order_by(Mute.id)).all()
        return [(one.kind, one.words, one.scope, one.until is not None) for one in found if one.ended_at is None]


class TestMuting:
    def test_a_post_of_a_case_offers_it_to_those_who_answer(self, desk: Desk, sqlite_floor: Floor) -> None:
        case = str(sqlite_floor.cases[0])
        for who, offered in ((sqlite_floor.ana, ["mute"]), (sqlite_floor.reader, [])):
            app = desk.open(who, case=case)
            posts = [block for one in _sheets(app) for block in one["blocks"] if block["type"] == "post"]
            assert [[action["verb"] for action in post["actions"]] for post in posts] == [offered]

    def test_the_author_is_muted_in_one_click_which_says_what_it_would_have_held(self, desk: Desk, sqlite_floor: Floor) -> None:
        app = asked(desk, sqlite_floor, case=str(sqlite_floor.cases[0]))
        assert app.radio(key=f"mute_kind_{sqlite_floor.mentions[0]}").value is MuteKind.AUTHOR
        assert REACH in texts(app)
        app = press(app, "mute_do")
        assert toasts(app) == ["This author is muted"]
        assert [(kind, until) for kind, _, _, until in standing(desk)] == [(MuteKind.AUTHOR, False)]
        assert mute_box.ASKED not in app.session_state

    def test_words_for_all_brands_and_a_week(self, desk: Desk, sqlite_floor: Floor) -> None:
        app, first = asked(desk, sqlite_floor, case=str(sqlite_floor.cases[0])), sqlite_floor.mentions[0]
        app = app.radio(key=f"mute_kind_{first}").set_value(MuteKind.TERM).run()
        assert "Write the words." in texts(app)
        assert app.button(key="mute_do").disabled
        app = app.text_input(key=f"mute_term_{first}").set_value("My  address").run()
        app.selectbox(key=f"mute_brand_{first}").set_value(0)
        app = app.selectbox(key=f"mute_span_{first}").set_value("week").run()
        spared = "Would have come through all the same, since urgent, private, to one of our accounts or in a case that went on: 1."
        assert {"In the last 7 days this would have kept nothing away.", spared} <= set(texts(app))
        app = press(app, "mute_do")
        assert standing(desk) == [(MuteKind.TERM, "My address", 0, True)]

    def test_what_cannot_be_muted_says_why_and_has_no_button(self, desk: Desk, sqlite_floor: Floor) -> None:
        app, first = asked(desk, sqlite_floor, case=str(sqlite_floor.cases[0])), sqlite_floor.mentions[0]
        app = app.radio(key=f"mute_kind_{first}").set_value(MuteKind.DOMAIN).run()
        app = app.text_input(key=f"mute_domain_{first}").set_value("no domain").run()
        assert "Write the domain alone, such as shop.example" in texts(app)
        assert app.button(key="mute_do").disabled

    def test_a_campaign_is_muted_by_its_words(self, desk: Desk, sqlite_floor: Floor) -> None:
        app = asked(desk, sqlite_floor, MENTIONS, is_campaign=True)
        assert app.radio(key=f"mute_kind_{sqlite_floor.mentions[0]}").value is MuteKind.TERM

    def test_a_reader_gets_no_dialog(self, desk: Desk, sqlite_floor: Floor) -> None:
        app = desk.open(sqlite_floor.reader)
        app.session_state[mute_box.ASKED] = mute_box.Asked(sqlite_floor.mentions[0])
        assert "mute_do" not in [button.key for button in app.run().button]


def _sheets(app: AppTest) -> list[dict[str, Any]]:
    return [json.loads(n.proto.bytes) for n in app._tree if n.type == "bidi_component" and n.proto.component_name == "careline_sheet"]


class TestMutedMentions:
    def test_they_stand_in_a_view_of_their_own_with_the_reason(self, desk: Desk, sqlite_floor: Floor) -> None:
        spam = loose(desk)
        add(desk, sqlite_floor, MuteKind.TERM, "casino", holds=spam)
        by_choice = {value: desk.open(sqlite_floor.ana, MENTIONS, **({"muted": value} if value else {})) for value in ("", "1", "all")}
        assert {value: len(rows(app)) for value, app in by_choice.items()} == {"": 3, "1": 1, "all": 4}
        (muted,) = rows(by_choice["1"])
        assert {"⊘ muted: “casino”", "because: Spam"} <= set(muted["words"])
        assert "back" in [action["verb"] for action in muted["actions"]]
        assert "⊘ “casino”" in texts(by_choice["1"])

    def test_whoever_may_not_mute_reads_them_without_the_list(self, desk: Desk, sqlite_floor: Floor) -> None:
        add(desk, sqlite_floor, MuteKind.TERM, "casino", holds=loose(desk))
        app = desk.open(sqlite_floor.reader, MENTIONS, muted="1")
        (muted,) = rows(app)
        assert [action["verb"] for action in muted["actions"]] == []
        assert "Mutes" not in [head.value for head in app.subheader]

    def test_ops_sees_the_list_and_ends_a_mute(self, desk: Desk, sqlite_floor: Floor) -> None:
        add(desk, sqlite_floor, MuteKind.AUTHOR)
        with desk.workspace.database.write() as session:
            ops = person(session, "Ola Reyes", Role.OPS).id
        app = desk.open(ops, MENTIONS, muted="1")
        assert "0 kept away" in texts(app)
        app = press_label(app, "End")
        assert "mute_end_with" not in [button.key for button in app.button]
        app = press(app, "mute_end_alone")
        assert (told(app), standing(desk)) == ("The mute has ended", [])

    def test_ending_brings_back_what_it_held_in_one_act(self, desk: Desk, sqlite_floor: Floor) -> None:
        spam = loose(desk, needs_reply=True)
        mute = add(desk, sqlite_floor, MuteKind.TERM, "casino", holds=spam)
        app = desk.open(sqlite_floor.ana, MENTIONS, muted="1")
        app = press(app, f"mute_end_{mute}")
        app = press(app, "mute_end_with")
        assert told(app) == "Brought back: 1. New cases: 1"
        with desk.workspace.database.read() as session:
            assert session.get_one(Mention, spam).case_id is not None

    def test_an_ended_mute_can_bring_back_later(self, desk: Desk, sqlite_floor: Floor) -> None:
        mute = add(desk, sqlite_floor, MuteKind.TERM, "casino", holds=loose(desk))
        app = desk.open(sqlite_floor.ana, MENTIONS, muted="1")
        app = press(press(app, f"mute_end_{mute}"), "mute_end_alone")
        assert labels(app).count("Bring back") == 1
        app = press(press(app, f"mute_end_{mute}"), "mute_end_with")
        assert told(app) == "Brought back: 1. New cases: 0"
        assert [button.key for button in app.button if button.key == f"mute_end_{mute}"] == []

    def test_in_german(self, desk: Desk, sqlite_floor: Floor) -> None:
        add(desk, sqlite_floor, MuteKind.TERM, "casino", holds=loose(desk))
        with desk.workspace.database.read() as session, passing():
            speak(GERMAN)
            (row,) = inbox.mentions(session, MentionFilter(muted=True), now=desk.workspace.now())
            assert "⊘ stumm: „casino“" in mention_block(row, (), _reader(desk))["words"]


def _reader(desk: Desk) -> Reader:
    return Reader(1, True, desk.workspace.now(), "UTC", may_mute=True)


def alike(desk: Desk, *mention_ids: int) -> None:
    with desk.workspace.database.write() as session:
        session.add_all(Alike(mention_id=one, first_id=min(mention_ids)) for one in mention_ids)


class TestAlike:
    def test_a_group_is_shown_once_and_opened_by_a_click(self, desk: Desk, sqlite_floor: Floor) -> None:
        first, second, _ = sqlite_floor.mentions
        alike(desk, first, second)
        (folded,) = [row for row in rows(desk.open(sqlite_floor.ana, MENTIONS)) if row["mention"] == second]
        assert {"verb": "alike", "value": first, "words": "and 1 alike"} in folded["actions"]
        app = desk.open(sqlite_floor.ana, MENTIONS, alike=str(first))
        assert {row["mention"] for row in rows(app)} == {first, second}
        assert "Mentions that say nearly the same: 2" in texts(app)
        app = press(app, "alike_mute")
        assert app.session_state[mute_box.ASKED].is_campaign
        app = press(app, "alike_leave")
        assert "alike" not in app.query_params

    def test_a_group_that_is_gone_says_so(self, desk: Desk, sqlite_floor: Floor) -> None:
        app = desk.open(sqlite_floor.ana, MENTIONS, alike="4242")
        assert "This group is not there any more." in texts(app)

    def test_the_queue_says_how_many_cases_are_alike_and_shows_them(self, desk: Desk, sqlite_floor: Floor) -> None:
        first, second, _ = sqlite_floor.mentions
        alike(desk, first, second)
        with desk.workspace.database.read() as session:
            found = inbox.queue(session, QueueFilter(alike_id=first), now=desk.workspace.now())
            assert {(row.id, row.alike) for row in found} == {(case, 1) for case in sqlite_floor.cases[:2]}
            assert session.get_one(Case, sqlite_floor.cases[2]).opening_mention_id == sqlite_floor.mentions[2]
        app = desk.open(sqlite_floor.ana, case=str(sqlite_floor.cases[0]))
        app = press(app, "case_alike")
        assert param(app, "alike") == str(first)
        assert component(app, "queue")["is_filtered"]
        app = press(app, "alike_leave")
        assert "alike" not in app.query_params
