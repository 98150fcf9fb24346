"""The customer's drawer: whole, in short words of both languages, and no note for whoever may not read notes."""

import json
from string import Formatter

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from dashboard import actions
from dashboard.case_values import Reader
from dashboard.customer_values import BY_ITSELF, act_words, story_blocks
from dashboard.panes import asked
from dashboard.texts import CATALOGUES
from dashboard.workspace import Workspace
from desk.cases import customer
from desk.cases.customer import Told, What
from desk.cases.story_acts import Act
from storage.models import Audit, Media, Mention, MentionRevision, Person, PersonRole, Reply
from storage.words import ChangeKind, ChangeState, MediaKind, MediaState, ReplyState, Role
from tests.dashboard.conftest import Floor
from tests.dashboard.pages import Desk, component
from tests.support.desk import MINUTE, NOON

NOTE = "She is a friend of the chief"


def drawer(desk: Desk, person_id: int, case_id: int) -> AppTest:
    app = desk.open(person_id, case=str(case_id))
    app.session_state[asked.KEY] = asked.Asked(asked.CUSTOMER, case_id)
    app.run()
    assert not app.exception
    return app


@pytest.mark.parametrize("role", list(Role))
def test_the_drawer_and_the_case_tell_notes_to_those_who_work_on_cases(desk: Desk, sqlite_floor: Floor, role: Role) -> None:
    with desk.workspace.database.write() as session:
        reader = session.get_one(Person, sqlite_floor.reader)
        reader.roles = [PersonRole(role=role)]
    actions.add_note(desk.workspace, sqlite_floor.ana, sqlite_floor.cases[0], note=NOTE)
    app = drawer(desk, sqlite_floor.reader, sqlite_floor.cases[0])
    may_see = role in {Role.AGENT, Role.LEAD, Role.ADMIN}
    assert [block["text"] for block in component(app, "sheet")["blocks"] if block["type"] == "note"] == ([NOTE] if may_see else [])
    drawn = [
        node.proto.bytes if isinstance(node.proto.bytes, str) else node.proto.bytes.decode()
        for node in app._tree
        if node.type == "bidi_component"
    ]
    assert any(NOTE in one for one in drawn) is may_see


def blocks_of(workspace: Workspace, floor: Floor) -> list[dict[str, object]]:
    with workspace.database.read() as session:
        found = customer.customer(session, floor.cases[0], by=session.get_one(Person, floor.ana))
    return story_blocks(found, Reader(floor.ana, True, workspace.now(), "UTC"))


def test_what_was_taken_back_edited_and_done_is_told_in_short_words(sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
    case_id, now = sqlite_floor.cases[0], sqlite_workspace.now()
    with sqlite_workspace.database.write() as session:
        told = {
            "case_id": case_id,
            "mention_id": sqlite_floor.mentions[0],
            "person_id": sqlite_floor.ana,
            "created_at": now,
            "saved_at": now,
        }
        back = {"change_kind": ChangeKind.TAKE_BACK, "change_state": ChangeState.DONE, "changed_at": now}
        session.add(Reply(key="k", text="Wrong", state=ReplyState.SENT, sent_at=now - MINUTE, **told, **back))
        session.add(MentionRevision(mention_id=sqlite_floor.mentions[0], revision=1, text="Gone", replaced_at=now))
        session.add(Audit(at=now, verb="escalate", case_id=case_id, person_id=sqlite_floor.lead, detail={"kind": "legal"}))
        session.add(Audit(at=now, verb="deal", case_id=case_id, detail={"to": sqlite_floor.bo}))
    blocks = blocks_of(sqlite_workspace, sqlite_floor)
    (answer,) = [block for block in blocks if block.get("own")]
    assert any("taken back" in str(word) for word in answer["words"])  # type: ignore[attr-defined]
    words = [str(block["text"]) for block in blocks if block["type"] == "entry"]
    assert {
        f"{one} · case {case_id}"
        for one in ("They wrote a post of theirs otherwise", "Lea Hart marked it as a matter of legal", "It went to Bo Lind")
    } <= set(words)
    assert "Gone" not in json.dumps(blocks)


@pytest.mark.parametrize("act", [act for act in Act if act is not Act.HANDED_OVER])
@pytest.mark.parametrize("who", ["", "Ana Moss"])
def test_each_act_has_words_in_both_languages(act: Act, who: str) -> None:
    told = Told(What.ACT, NOON, 1, who, to="Bo Lind", act=act, about="legal" if act in {Act.ESCALATED, Act.UNESCALATED} else "Outage")
    assert act_words(told)
    if not who and act in BY_ITSELF:
        assert not act_words(told).startswith(" ")
    names = {name for name in CATALOGUES["en"] if name.startswith(f"story.{act}")}
    fields = {
        language: [[field for _, field, _, _ in Formatter().parse(CATALOGUES[language][name])] for name in names]
        for language in ("en", "de")
    }
    assert [sorted(filter(None, one)) for one in fields["en"]] == [sorted(filter(None, one)) for one in fields["de"]]


def test_a_case_that_lost_its_team_is_told_without_a_hole() -> None:
    assert act_words(Told(What.ACT, NOON, 1, act=Act.TEAM)) == "It has no team any more"


def test_pictures_stand_in_the_drawer_and_in_all_mentions_and_are_blurred_where_abusive(desk: Desk, sqlite_floor: Floor) -> None:
    with desk.workspace.database.write() as session:
        mention = session.get_one(Mention, sqlite_floor.mentions[0])
        mention.abusive = True
        for place, state in enumerate((MediaState.READY, MediaState.WAITING)):
            kept = {"mention_id": mention.id, "position": place, "kind": MediaKind.PICTURE, "state": state}
            session.add(Media(**kept, url="https://pbs.twimg.com/a", alt="A broken hub" if place else ""))
        session.flush()
        media_id = session.scalar(select(Media.id).where(Media.state == MediaState.READY))
    theirs = component(drawer(desk, sqlite_floor.ana, sqlite_floor.cases[0]), "sheet")["blocks"]
    listed = component(desk.open(sqlite_floor.ana, "app_pages/mentions.py"), "sheet")["blocks"]
    for blocks in (theirs, listed):
        (found,) = [block for block in blocks if block.get("mention") == mention.id]
        ready, waiting = found["media"]
        assert (ready["url"], ready["blurred"], ready["alt"]) == (f"/board/media/{media_id}", True, "Picture 1 of 2, without a description")
        assert (waiting["url"], waiting["blurred"], waiting["alt"]) == ("", False, "A broken hub")
        assert found["folded"]
    assert all(block["media"] == [] for block in listed if block["mention"] != mention.id)
    assert "pbs.twimg.com" not in json.dumps([theirs, listed])


def test_a_readers_list_has_no_picture_of_a_private_message(desk: Desk, sqlite_floor: Floor) -> None:
    with desk.workspace.database.write() as session:
        session.get_one(Mention, sqlite_floor.mentions[0]).is_private = True
        kept = {"mention_id": sqlite_floor.mentions[0], "position": 0, "kind": MediaKind.PICTURE, "state": MediaState.READY}
        session.add(Media(**kept, url="https://pbs.twimg.com/a"))
    for page in (drawer(desk, sqlite_floor.reader, sqlite_floor.cases[0]), desk.open(sqlite_floor.reader, "app_pages/mentions.py")):
        assert not [block for block in component(page, "sheet")["blocks"] if block.get("media")]
