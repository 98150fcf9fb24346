"""The main job on the real thing: `careline up` polls platforms on loopback, people answer in a browser, the platform gets it once."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from storage.database import Database
from storage.models import Case, Mention, Reply
from storage.words import ReplyState
from tests.browser.conftest import ROOT, WAIT_MS
from tests.dashboard.test_options import free_port
from tests.support.replay import RECORDED, Platform, Seen, as_json
from tests.support.replay import Reply as Answer
from tests.support.waiting import eventually

pytestmark = pytest.mark.browser

POSTED = "/2/tweets"
SETTINGS = """
[[brands]]
name = "Northwind"
[credentials.main]
source = "x"
base_url = "{url}"
allow_loopback = true
[[accounts]]
name = "Northwind on X"
brand = "Northwind"
source = "x"
handle = "{handle}"
credential = "main"
signature = "^{{initials}}"
[[feeds]]
name = "mentions"
source = "x"
kind = "mentions"
brand = "Northwind"
credential = "main"
interval = "10s"
options = {{ user_id = "783214" }}
[[feeds]]
name = "forum"
source = "rss"
brand = "Northwind"
url = "{url}/forum.rss"
allow_loopback = true
interval = "10s"
"""
FORUM = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Forum</title>
<item><guid>f-1</guid><link>https://forum.example/t/1</link><author>ana</author><title>Hub keeps dropping</title>
<description>The hub drops the line every night, please help</description><pubDate>Fri, 20 Nov 2026 09:00:00 GMT</pubDate></item>
<item><guid>f-2</guid><link>https://forum.example/t/2</link><title></title><description></description><pubDate>not a date</pubDate></item>
</channel></rss>"""
WRITTEN = {
    "data": [
        {
            "id": "2123700000000000001",
            "text": "@NorthwindCare charged twice this month, please refund me",
            "author_id": "501",
            "conversation_id": "2123700000000000001",
            "created_at": "2026-11-20T09:00:00.000Z",
            "entities": {"mentions": [{"start": 0, "end": 14, "username": "NorthwindCare", "id": "783214"}]},
        }
    ],
    "includes": {"users": [{"id": "501", "name": "Sam Reed", "username": "samreed"}]},
    "meta": {"newest_id": "2123700000000000001", "oldest_id": "2123700000000000001", "result_count": 1},
}
SECRETS = ("BEARER_TOKEN", "CONSUMER_KEY", "CONSUMER_SECRET", "ACCESS_TOKEN", "ACCESS_TOKEN_SECRET")


@dataclass
class Running:
    """A whole workspace, started by the command."""

    url: str
    home: Path
    environment: dict[str, str]
    platform: Platform

    def command(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "careline", *words], env=self.environment, cwd=ROOT, check=True, capture_output=True, text=True
        )
        return done.stdout

    @property
    def database(self) -> Database:
        return Database(f"sqlite:///{self.home / 'careline.db'}")

    def posted(self) -> list[dict[str, Any]]:
        return [json.loads(seen.body) for seen in self.platform.asked(POSTED) if seen.method == "POST"]


def written(platform: Platform) -> str:
    """A platform with a post that was written for this project; own posts come back on the timeline."""
    platform.always("/2/users/783214/mentions", as_json(WRITTEN))
    platform.always("/2/users/me", as_json({"data": {"id": "783214", "name": "Northwind", "username": "NorthwindCare"}}))
    platform.always(POSTED, taken, method="POST")
    return "NorthwindCare"


def recorded(platform: Platform) -> str:
    """What X really answered to a client that asked for the mentions of an account, and to one that posted."""
    folder = RECORDED / "x"
    platform.replay(folder / "test_client_get_users_mentions.yaml", folder / "test_client_create_and_delete_tweet.yaml")
    return "Twitter"


def taken(seen: Seen) -> Answer:
    return as_json({"data": {"id": "2123800000000000001", "text": json.loads(seen.body)["text"]}}, 201)


def needs_recordings() -> None:
    if not (RECORDED / "x").exists():
        pytest.skip(f"recorded traffic is not at {RECORDED}; the written platform covers the same way")


@pytest.fixture(params=["written", pytest.param("recorded", marks=pytest.mark.recorded)])
def running(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Running]:
    if request.param == "recorded":
        needs_recordings()
    with Platform() as platform:
        handle = written(platform) if request.param == "written" else recorded(platform)
        platform.always("/forum.rss", Answer(200, FORUM, {"content-type": "application/rss+xml", "etag": '"1"'}))
        file, port = tmp_path / "settings.toml", free_port()
        file.write_text(SETTINGS.format(url=platform.url, handle=handle), encoding="utf-8")
        secrets = {f"CARELINE_MAIN_{name}": "7001-secret" for name in SECRETS}
        environment = {
            **os.environ,
            **secrets,
            "CARELINE_SETTINGS": str(file),
            "CARELINE_HOME": str(tmp_path / "home"),
            "CARELINE_PORT": str(port),
        }
        workspace = Running(f"http://localhost:{port}", tmp_path / "home", environment, platform)
        yield from served(workspace)


def served(workspace: Running) -> Iterator[Running]:
    workspace.command("db", "upgrade")
    workspace.command("people", "add", "Ana Moss", "--initials", "AM", "--role", "agent", "--role", "admin")
    workspace.command("people", "add", "Bo Lind", "--initials", "BL", "--role", "agent", "--experienced")
    with subprocess.Popen([sys.executable, "-m", "careline", "up"], env=workspace.environment, cwd=ROOT) as process:
        try:
            eventually(lambda: is_well(workspace.url), limit_s=90)
            yield workspace
        finally:
            process.terminate()
            process.wait(30)


def is_well(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz").status_code == 200
    except httpx.HTTPError:
        return False


def seated(chromium: Browser, url: str, person: int, address: str = "") -> Page:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    assert context.request.post(f"{url}/board/sign-in", data={"person": person}).ok
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    page.goto(f"{url}/{address}")
    return page


def answerable_case(workspace: Running) -> int | None:
    """The case of a post on X that the account may answer, once it was polled and triaged."""
    database = workspace.database
    with database.read() as session:
        answerable = (
            select(Case.id).join(Mention, Mention.id == Case.latest_mention_id).where(Mention.source == "x", Mention.capability == "api")
        )
        found = session.scalar(answerable.order_by(Case.id).limit(1))
    database.close()
    return found


def test_a_post_is_polled_triaged_raced_for_answered_and_sent_once(running: Running, chromium: Browser) -> None:
    eventually(lambda: answerable_case(running) is not None, limit_s=60)
    case = answerable_case(running)
    pages = [seated(chromium, running.url, person, f"?case={case}") for person in (1, 2)]
    for page in pages:
        page.get_by_role("button", name="Claim", exact=True).wait_for()
    for page in pages:
        page.get_by_role("button", name="Claim", exact=True).evaluate(
            "button => setTimeout(() => button.click(), 400 - (Date.now() % 400))"
        )
    winner, loser = sorted(pages, key=lambda page: not won(page))
    expect(loser.get_by_test_id("stToast")).to_contain_text("has this case")
    expect(loser.locator("#reply")).to_be_hidden()
    winner.locator("#reply").fill("Sorry about that, the second payment goes back today.")
    expect(winner.locator(".saved")).to_contain_text("Saved")
    winner.keyboard.press("Control+Enter")
    eventually(lambda: len(running.posted()) == 1)
    eventually(lambda: states(running) == [ReplyState.SENT])
    expect(winner.get_by_text("Sent", exact=False).first).to_be_visible()
    body = running.posted()[0]
    assert body["text"].startswith("Sorry about that, the second payment goes back today. ^")
    assert body["reply"]["in_reply_to_tweet_id"] == parent_of(running, case)
    assert len(running.posted()) == 1
    for page in pages:
        page.context.close()


def won(page: Page) -> bool:
    toast = page.get_by_test_id("stToast")
    toast.wait_for()
    return "This case is yours" in (toast.text_content() or "")


def states(workspace: Running) -> list[ReplyState]:
    database = workspace.database
    with database.read() as session:
        found = list(session.scalars(select(Reply.state).where(Reply.state != ReplyState.DRAFT)))
    database.close()
    return found


def parent_of(workspace: Running, case_id: int | None) -> str | None:
    database = workspace.database
    with database.read() as session:
        found = session.scalar(select(Mention.external_id).join(Case, Case.latest_mention_id == Mention.id).where(Case.id == case_id))
    database.close()
    return found
