"""Pictures and private messages on the board: who gets the bytes, with which headers, and what the conversation draws."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.testclient import TestClient

from dashboard import actions, drawn
from dashboard.gate import Gate
from dashboard.queue_rows import row_values
from dashboard.routes import board_app
from dashboard.texts import text
from dashboard.workspace import Workspace
from desk.intake import ingest
from desk.intake.pictures import rewritten
from desk.queue import inbox
from storage.models import Case, Media, Mention, Reply
from storage.words import MediaKind, MediaState
from tests.dashboard.conftest import Floor
from tests.support import drawn as pictures
from tests.support.desk import Shop

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PICTURE = rewritten(pictures.png())


@pytest.fixture
def client(sqlite_workspace: Workspace) -> Iterator[TestClient]:
    app = Starlette(routes=[Mount("/board", board_app(sqlite_workspace))], middleware=[Middleware(Gate, hosts=("localhost",))])
    with TestClient(app, base_url="http://localhost:8765") as opened:
        yield opened


def sign_in(client: TestClient, person_id: int) -> None:
    client.cookies.clear()
    assert client.post("/board/sign-in", json={"person": person_id}).status_code == 200


def show(workspace: Workspace, floor: Floor, *, state: MediaState = MediaState.READY, private: bool = False, place: int = 0) -> int:
    with workspace.database.write() as session:
        session.get_one(Mention, floor.mentions[0]).is_private = private
        kept = Media(mention_id=floor.mentions[0], position=place, kind=MediaKind.PICTURE, url="https://pbs.twimg.com/a", state=state)
        if state is MediaState.READY:
            kept.media_type, kept.width, kept.height = PICTURE.media_type, PICTURE.width, PICTURE.height
            kept.body, kept.fetched_at = PICTURE.body, NOW
        session.add(kept)
        session.flush()
        return kept.id


def test_a_picture_is_our_own_bytes_with_headers_that_leave_nothing_to_guess(
    client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor
) -> None:
    media_id = show(sqlite_workspace, sqlite_floor)
    sign_in(client, sqlite_floor.reader)
    answer = client.get(f"/board/media/{media_id}")
    assert (answer.status_code, answer.content) == (200, PICTURE.body)
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "private,no-cache"
    assert "sandbox" in answer.headers["content-security-policy"]
    again = client.get(f"/board/media/{media_id}", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_nobody_gets_one_without_signing_in(client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
    answer = client.get(f"/board/media/{show(sqlite_workspace, sqlite_floor)}")
    assert answer.status_code == 401
    assert PICTURE.body not in answer.content


@pytest.mark.parametrize("state", [MediaState.WAITING, MediaState.REFUSED, MediaState.FAILED, MediaState.GONE])
def test_what_is_not_ready_is_not_there(state: MediaState, client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
    sign_in(client, sqlite_floor.ana)
    assert client.get(f"/board/media/{show(sqlite_workspace, sqlite_floor, state=state)}").status_code == 404
    assert client.get("/board/media/999999").status_code == 404


def test_an_erased_one_is_gone_though_the_browser_still_knows_its_tag(
    client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor
) -> None:
    media_id = show(sqlite_workspace, sqlite_floor)
    sign_in(client, sqlite_floor.ana)
    tag = client.get(f"/board/media/{media_id}").headers["etag"]
    with sqlite_workspace.database.write() as session:
        ingest.forget(session, sqlite_floor.mentions[0], reason="deleted", now=NOW)
    assert client.get(f"/board/media/{media_id}", headers={"If-None-Match": tag}).status_code == 404


def test_a_private_one_is_for_who_works_on_cases(client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
    media_id = show(sqlite_workspace, sqlite_floor, private=True)
    for person_id, status in ((sqlite_floor.ana, 200), (sqlite_floor.lead, 200), (sqlite_floor.admin, 200), (sqlite_floor.reader, 404)):
        sign_in(client, person_id)
        assert client.get(f"/board/media/{media_id}").status_code == status


def test_the_conversation_draws_each_state_in_words_and_blurs_the_abusive(sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
    for place, state in enumerate((MediaState.READY, MediaState.WAITING, MediaState.REFUSED, MediaState.FAILED)):
        show(sqlite_workspace, sqlite_floor, state=state, place=place)
    with sqlite_workspace.database.write() as session:
        session.get_one(Mention, sqlite_floor.mentions[0]).abusive = True
        refused = session.scalars(select(Media).where(Media.state == MediaState.REFUSED)).one()
        refused.error = "<img src=x onerror=alert(1)>"
    (block,) = drawn.case(sqlite_workspace, sqlite_floor.cases[0], person_id=sqlite_floor.ana)["thread"]
    ready, waits, refused_one, failed = block["media"]
    assert (ready["url"], ready["blurred"], ready["words"]) == (f"/board/media/{ready['id']}", True, "")
    assert ready["alt"] == "Picture 1 of 4, without a description"
    assert [one["url"] for one in (waits, refused_one, failed)] == ["", "", ""]
    assert waits["words"] == text("media.waiting")
    assert refused_one["words"] == "Not shown: <img src=x onerror=alert(1)>"
    assert failed["words"]


def private_message(workspace: Workspace, floor: Floor) -> int:
    """The first case's customer also wrote in private."""
    with workspace.database.write() as session:
        case = session.get_one(Case, floor.cases[0])
        shop = Shop.__new__(Shop)
        shop.session, shop.source, shop.site, shop.handle = session, case.source, case.site, "acme"
        shop.feed = type("Feed", (), {"id": case.feed_id})()
        told = {"is_private": True, "kind": "direct_message"}
        found = shop.mention("my number is 4471", author=shop._author(case), at=workspace.now(), **told)
        found.case_id = case.id
        case.latest_mention_id = found.id
        return found.id


def test_beside_send_stands_who_will_read_it_the_way_of_the_latest_message_first(sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
    private = private_message(sqlite_workspace, sqlite_floor)
    state = drawn.case(sqlite_workspace, sqlite_floor.cases[0], person_id=sqlite_floor.ana)
    first, second = state["ways"]
    assert (first["private"], first["mention"]) == (True, private)
    assert first["words"].startswith("Privately to @customer")
    assert (second["private"], second["mention"]) == (False, sqlite_floor.mentions[0])
    assert second["accounts"][0]["way"] == "In public as @acme"
    assert (first["accounts"][0]["limit"], second["accounts"][0]["limit"]) == (10_000, 280)


def test_a_reader_is_given_no_word_of_it(sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
    private_message(sqlite_workspace, sqlite_floor)
    state = drawn.case(sqlite_workspace, sqlite_floor.cases[0], person_id=sqlite_floor.reader)
    assert "4471" not in repr(state)
    assert text("case.private_hidden") in [block["text"] for block in state["thread"]]


def test_a_picture_of_it_stands_in_the_private_part_for_who_works_on_cases_alone(sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
    private = private_message(sqlite_workspace, sqlite_floor)
    media_id = show(sqlite_workspace, sqlite_floor)
    with sqlite_workspace.database.write() as session:
        session.get_one(Media, media_id).mention_id = private
    drawn_for = {}
    for name in ("ana", "reader"):
        thread = drawn.case(sqlite_workspace, sqlite_floor.cases[0], person_id=getattr(sqlite_floor, name))["thread"]
        drawn_for[name] = [(block["private"], [one["url"] for one in block["media"]]) for block in thread]
    assert drawn_for == {"ana": [(False, []), (True, [f"/board/media/{media_id}"])], "reader": [(False, []), (True, [])]}


@pytest.mark.parametrize("is_private", [True, False])
def test_the_post_that_was_chosen_decides_who_reads_the_answer(
    is_private: bool, client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor
) -> None:
    private = private_message(sqlite_workspace, sqlite_floor)
    actions.claim(sqlite_workspace, sqlite_floor.ana, sqlite_floor.cases[0])
    sign_in(client, sqlite_floor.ana)
    chosen = private if is_private else sqlite_floor.mentions[0]
    body = {"text": "On it", "key": "k", "seen_mention": private, "seen_reply": 0, "account": sqlite_floor.account, "mention": chosen}
    answer = client.post(f"/board/reply/{sqlite_floor.cases[0]}", json=body)
    assert answer.status_code == 200, answer.text
    with sqlite_workspace.database.read() as session:
        reply = session.scalars(select(Reply)).one()
        assert (reply.is_private, reply.mention_id) == (is_private, chosen)


def test_without_a_choice_an_answer_to_a_private_message_is_private(
    client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor
) -> None:
    private = private_message(sqlite_workspace, sqlite_floor)
    actions.claim(sqlite_workspace, sqlite_floor.ana, sqlite_floor.cases[0])
    sign_in(client, sqlite_floor.ana)
    body = {"text": "On it", "key": "k", "seen_mention": private, "seen_reply": 0, "account": sqlite_floor.account}
    assert client.post(f"/board/reply/{sqlite_floor.cases[0]}", json=body).status_code == 200
    with sqlite_workspace.database.read() as session:
        assert session.scalars(select(Reply)).one().is_private


def test_the_list_says_private_message_where_nothing_was_said_in_public(sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
    with sqlite_workspace.database.write() as session:
        session.get_one(Case, sqlite_floor.cases[0]).preview = "Private message"
    with sqlite_workspace.database.read() as session:
        rows = inbox.queue(session, inbox.QueueFilter(), now=sqlite_workspace.now())
    shown = {row.id: row_values(row, now=NOW, zone="UTC")["preview"] for row in rows}
    assert shown[sqlite_floor.cases[0]] == text("queue.private")
