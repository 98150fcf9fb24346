"""The editor's surroundings at the board: pictures by route, saved replies, changes of what was sent, and the page of saved replies."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from starlette.testclient import TestClient

from dashboard import actions, answering_actions
from dashboard.pictures import LARGEST_UPLOAD, rewritten
from dashboard.routes import board_app
from dashboard.workspace import Workspace
from desk.errors import Invalid
from desk.people import people
from desk.post import Sent
from desk.replies import changes, replies, saved_replies
from desk.replies.saved_replies import SavedDraft
from storage.models import Case, Mention, Reply
from storage.words import ChangeKind, SavedPurpose
from tests.dashboard.conftest import Floor
from tests.dashboard.pages import Desk, labels, press

BASE = "http://localhost:8765"
PAGE = "app_pages/saved.py"
MEGABYTES = 5_000_000


@pytest.fixture
def client(sqlite_workspace: Workspace) -> Iterator[TestClient]:
    with TestClient(_mounted(sqlite_workspace), base_url=BASE) as opened:
        yield opened


def _mounted(workspace: Workspace) -> Any:
    from starlette.applications import Starlette
    from starlette.routing import Mount

    return Starlette(routes=[Mount("/board", board_app(workspace))])


def sign_in(client: TestClient, person_id: int) -> None:
    client.cookies.clear()
    assert client.post("/board/sign-in", json={"person": person_id}).status_code == 200


def mine(client: TestClient, workspace: Workspace, floor: Floor) -> int:
    """Ana's case, and Ana signed in."""
    sign_in(client, floor.ana)
    actions.claim(workspace, floor.ana, floor.cases[0])
    return floor.cases[0]


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), mode: str = "RGB", **how: Any) -> bytes:
    written = BytesIO()
    Image.new(mode, size, "navy").save(written, kind, **how)
    return written.getvalue()


def noise(side: int) -> bytes:
    written = BytesIO()
    Image.effect_noise((side, side), 90).convert("RGB").save(written, "PNG")
    return written.getvalue()


@pytest.mark.parametrize(("kind", "media_type"), [("PNG", "image/png"), ("JPEG", "image/png"), ("WEBP", "image/png"), ("GIF", "image/png")])
def test_a_picture_is_written_anew_whatever_it_came_as(kind: str, media_type: str) -> None:
    made = rewritten("hub.what", picture(kind), largest=MEGABYTES)
    assert made.media_type == media_type
    assert Image.open(BytesIO(made.body)).size == (40, 30)


def test_what_a_camera_adds_stays_behind_and_the_picture_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "A camera", 6
    exif.get_ifd(0x8825)[2] = (51.0, 30.0, 0.0)
    made = rewritten("IMG_1.jpg", picture("JPEG", exif=exif), largest=MEGABYTES)
    found = Image.open(BytesIO(made.body))
    assert (dict(found.getexif()), found.size) == ({}, (30, 40))
    assert b"camera" not in made.body
    assert not {"exif", "comment", "xmp"} & set(found.info)


def test_the_first_frame_of_a_moving_picture_is_a_still() -> None:
    written = BytesIO()
    Image.new("RGB", (8, 8), "red").save(written, "GIF", save_all=True, append_images=[Image.new("RGB", (8, 8), "blue")])
    made = Image.open(BytesIO(rewritten("a.gif", written.getvalue(), largest=MEGABYTES).body))
    assert made.convert("RGB").getpixel((0, 0)) == (255, 0, 0)
    assert getattr(made, "n_frames", 1) == 1


def test_a_picture_that_is_too_large_is_made_smaller() -> None:
    made = rewritten("noise.png", noise(900), largest=400_000)
    assert made.media_type == "image/jpeg"
    assert len(made.body) <= 400_000
    with pytest.raises(Invalid, match="too large"):
        rewritten("noise.png", noise(900), largest=1_000)


def bomb() -> bytes:
    """The head of a PNG that claims to be 60,000 pixels wide and high."""
    made = bytearray(picture())
    made[16:24] = (60_000).to_bytes(4, "big") * 2
    return bytes(made)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<script>",
        picture()[:60],
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 64,
        bomb(),
        picture("BMP"),
    ],
)
def test_what_is_no_picture_is_refused(body: bytes) -> None:
    with pytest.raises(Invalid):
        rewritten("x.png", body, largest=MEGABYTES)


def test_a_picture_goes_up_is_described_shown_and_removed(client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
    case_id = mine(client, sqlite_workspace, sqlite_floor)
    added = client.post(f"/board/attachment/{case_id}?name=hub.gif", content=picture("GIF"))
    assert added.status_code == 200
    number = added.json()["attachment"]["id"]
    assert client.put(f"/board/attachments/{number}", json={"alt": "A red light"}).status_code == 200
    (listed,) = client.get(f"/board/case/{case_id}").json()["attachments"]
    assert listed == {"id": number, "name": "hub.png", "alt": "A red light"}
    shown = client.get(f"/board/attachments/{number}")
    assert (shown.headers["content-type"], shown.headers["x-content-type-options"]) == ("image/png", "nosniff")
    assert "sandbox" in shown.headers["content-security-policy"]
    assert client.request("DELETE", f"/board/attachments/{number}").status_code == 200
    assert client.get(f"/board/case/{case_id}").json()["attachments"] == []
    assert client.get(f"/board/attachments/{number}").status_code == 404


def test_only_the_assignee_adds_and_only_care_sees_a_picture(client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
    case_id = mine(client, sqlite_workspace, sqlite_floor)
    number = client.post(f"/board/attachment/{case_id}", content=picture()).json()["attachment"]["id"]
    sign_in(client, sqlite_floor.bo)
    assert client.post(f"/board/attachment/{case_id}", content=picture()).status_code == 409
    assert client.request("DELETE", f"/board/attachments/{number}").status_code == 409
    assert client.get(f"/board/attachments/{number}").status_code == 200
    sign_in(client, sqlite_floor.reader)
    assert client.get(f"/board/attachments/{number}").status_code == 403
    client.cookies.clear()
    for method, path in (
        ("GET", f"attachments/{number}"),
        ("POST", f"attachment/{case_id}"),
        ("GET", f"saved/{case_id}"),
        ("POST", "changes/1/correct"),
    ):
        assert client.request(method, f"/board/{path}", json={}).status_code == 401


def test_an_upload_without_end_and_one_that_is_no_picture_are_refused(
    client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor
) -> None:
    case_id = mine(client, sqlite_workspace, sqlite_floor)
    assert client.post(f"/board/attachment/{case_id}", content=b"x" * (LARGEST_UPLOAD + 1)).status_code == 413
    refused = client.post(f"/board/attachment/{case_id}", content=b"<html>")
    assert (refused.status_code, "no picture" in refused.json()["words"]) == (422, True)


def test_saved_replies_come_filled_in(client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
    case_id = mine(client, sqlite_workspace, sqlite_floor)
    answering_actions.save(sqlite_workspace, sqlite_floor.ana, None, SavedDraft("Hi", "Case {case}, order {order}"), is_own=True)
    first, *built_in = client.get(f"/board/saved/{case_id}").json()["offers"]
    assert (first["text"], first["left"], first["is_own"]) == (f"Case {case_id}, order {{order}}", ["{order}"], True)
    assert {offer["purpose"] for offer in built_in} == {"move", "delete"}
    sign_in(client, sqlite_floor.reader)
    assert client.get(f"/board/saved/{case_id}").status_code == 403


def test_a_draft_remembers_with_what_it_was_begun(client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
    case_id = mine(client, sqlite_workspace, sqlite_floor)
    assert client.put(f"/board/draft/{case_id}", json={"text": "Hi", "version": 0, "saved": 7}).status_code == 200
    with sqlite_workspace.database.read() as session:
        assert session.query(Reply).one().saved_reply_id == 7


def sent(workspace: Workspace, floor: Floor, *, source: str = "reddit") -> int:
    """An answer of Ana's that stands on its platform."""
    with workspace.database.write() as session:
        case, ana = session.get_one(Case, floor.cases[0]), people.active(session, floor.ana)
        told: dict[str, Any] = {"settings": workspace.settings.desk, "now": workspace.now()}
        seen = case.latest_mention_id
        reply = replies.queue(session, case.id, text="On it", key="k", seen_mention_id=seen, account_id=floor.account, by=ana, **told)
        later = workspace.now() + workspace.settings.desk.undo * 2
        replies.lease_due(session, "worker", now=later, limit=9, lease=workspace.settings.desk.hold)
        proof = Sent("p1", f"https://{source}.example/p1", workspace.now())
        replies.mark_sent(session, reply.id, proof, owner="worker", settings=workspace.settings.desk, now=later)
        return reply.id


def test_a_sent_answer_can_be_taken_back_by_who_may(client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
    case_id = mine(client, sqlite_workspace, sqlite_floor)
    reply_id = sent(sqlite_workspace, sqlite_floor)
    (shown,) = client.get(f"/board/case/{case_id}").json()["replies"]
    assert shown["change"]["can"] == ["take_back"]
    sign_in(client, sqlite_floor.bo)
    assert client.get(f"/board/case/{case_id}").json()["replies"][0]["change"]["can"] == []
    assert client.post(f"/board/changes/{reply_id}/take_back", json={}).status_code == 409
    sign_in(client, sqlite_floor.ana)
    assert client.post(f"/board/changes/{reply_id}/vanish", json={}).status_code == 404
    assert client.post(f"/board/changes/{reply_id}/correct", json={"text": "Other"}).status_code == 422
    assert client.post(f"/board/changes/{reply_id}/take_back", json={}).status_code == 200
    (shown,) = client.get(f"/board/case/{case_id}").json()["replies"]
    assert (shown["change"]["can"], shown["change"]["mark"]["word"]) == ([], "being taken back")


def test_a_taken_back_answer_is_told_in_the_conversation(client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:

    case_id = mine(client, sqlite_workspace, sqlite_floor)
    reply_id = sent(sqlite_workspace, sqlite_floor)
    answering_actions.ask_change(sqlite_workspace, sqlite_floor.ana, reply_id, ChangeKind.TAKE_BACK, words="")
    with sqlite_workspace.database.write() as session:
        desk, now = sqlite_workspace.settings.desk, sqlite_workspace.now()
        changes.lease_due(session, "worker", now=now, limit=9, lease=desk.hold)
        changes.mark_done(session, reply_id, owner="worker", settings=desk, now=now)
    state = client.get(f"/board/case/{case_id}").json()
    (ours,) = [block for block in state["thread"] if block["own"]]
    assert (ours["text"], ours["deleted"]) == ("We took this answer back.", True)
    assert state["pane"][0] == "open"


def test_personal_data_of_a_public_post_is_marked_with_a_word(client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
    case_id = mine(client, sqlite_workspace, sqlite_floor)
    with sqlite_workspace.database.write() as session:
        session.get_one(Mention, sqlite_floor.mentions[0]).text = "Call +44 20 7946 0958 now"
    blocks = client.get(f"/board/case/{case_id}").json()["thread"]
    assert blocks[0]["personal"]["parts"] == [["Call ", ""], ["+44 20 7946 0958", "phone number"], [" now", ""]]
    with sqlite_workspace.database.write() as session:
        session.get_one(Mention, sqlite_floor.mentions[0]).is_private = True
    sqlite_workspace.snapshots.drop_case(case_id)
    assert client.get(f"/board/case/{case_id}").json()["thread"][0]["personal"] is None


@pytest.mark.parametrize(
    ("title", "hit", "word"),
    [
        ("Call +44 20 7946 0958", "+44 20 7946 0958", "phone number"),
        ("Order 4711-08152 is lost", "4711-08152", "order number"),
        ("Charged 4111 1111 1111 1111", "4111 1111 1111 1111", "card number"),
        ("I am mila@example.org", "mila@example.org", "e-mail address"),
    ],
)
@pytest.mark.parametrize("words", ["It came broken", "Call +44 20 7946 0958 now"])
def test_personal_data_in_a_title_is_marked_too(
    client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor, title: str, hit: str, word: str, words: str
) -> None:
    case_id = mine(client, sqlite_workspace, sqlite_floor)
    with sqlite_workspace.database.write() as session:
        post = session.get_one(Mention, sqlite_floor.mentions[0])
        post.title, post.text = title, words
    found = client.get(f"/board/case/{case_id}").json()["thread"][0]["personal"]
    assert [part for part in found["title"] if part[1]] == [[hit, word]]
    assert ["".join(part[0] for part in found[name]) for name in ("title", "parts")] == [title, words]
    assert any(kind for _, kind in found["parts"]) == words.startswith("Call")


def test_the_page_saves_shares_and_retires(desk: Desk, sqlite_floor: Floor) -> None:
    app = press(desk.open(sqlite_floor.ana, PAGE), "saved_new")
    app.text_input(key="saved_form_name").input("Late parcel")
    app.text_area(key="saved_form_text").input("Hi {customer}, it is late")
    app = press(app, "saved_save")
    (view,) = known(desk, sqlite_floor.ana)
    assert (view.name, view.owner_id) == ("Late parcel", sqlite_floor.ana)
    app = press(app, f"share_{view.id}")
    assert known(desk, sqlite_floor.bo)[0].owner_id is None
    assert f"retire_{view.id}" not in {button.key for button in desk.open(sqlite_floor.bo, PAGE).button}
    app = press(desk.open(sqlite_floor.lead, PAGE), f"retire_{view.id}")
    assert not app.exception
    assert known(desk, sqlite_floor.lead) == []


def test_a_refused_form_stays_with_its_words(desk: Desk, sqlite_floor: Floor) -> None:
    app = press(desk.open(sqlite_floor.ana, PAGE), "saved_new")
    app.text_area(key="saved_form_text").input("Text without a name")
    app = press(app, "saved_save")
    assert known(desk, sqlite_floor.ana) == []
    assert app.text_area(key="saved_form_text").value == "Text without a name"


def test_the_page_is_searched_and_shows_texts_as_they_are(desk: Desk, sqlite_floor: Floor) -> None:
    workspace = desk.workspace
    hostile = "<b>*bold*</b> {customer} [x](https://evil.example)"
    answering_actions.save(workspace, sqlite_floor.ana, None, SavedDraft("Hostile", hostile), is_own=True)
    answering_actions.save(workspace, sqlite_floor.ana, None, SavedDraft("Other", "quiet", purpose=SavedPurpose.MOVE), is_own=True)
    app = desk.open(sqlite_floor.ana, PAGE, q="bold")
    shown = [element.value for element in app.text]
    assert hostile in shown
    assert "quiet" not in shown


def test_readers_have_no_such_page_and_agents_sign_as_they_like(desk: Desk, sqlite_floor: Floor) -> None:
    assert labels(desk.open(sqlite_floor.reader, PAGE)) == []
    app = desk.open(sqlite_floor.ana, PAGE)
    app.text_input(key="saved_alias").input("Anna from Acme")
    press(app, "saved_alias_save")
    with desk.workspace.database.read() as session:
        assert people.active(session, sqlite_floor.ana).alias == "Anna from Acme"
    assert not answering_actions.sign_as(desk.workspace, sqlite_floor.ana, "@evil <b>").is_done


def known(desk: Desk, person_id: int) -> list[saved_replies.SavedView]:
    with desk.workspace.database.read() as session:
        return saved_replies.known(session, by=people.active(session, person_id))
