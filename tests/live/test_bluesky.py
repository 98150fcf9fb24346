"""Bluesky's own development network: heard by search and by notification, answered, taken back. Nobody can edit a post there."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desk.feeds.plan import AccountPlan, FeedDraft
from desk.post import FeedSpec
from listener.settings import CredentialSettings, ListenerSettings
from listener.source import Rejected
from listener.sources.bluesky.replier import BlueskyReplier
from listener.sources.bluesky.source import BlueskySource
from storage.database import Database
from tests.live.servers.bluesky import PASSWORD, Account, Bluesky
from tests.support.journey import ACTS, ORDERS, team, walk
from tests.support.platforms import reply
from tests.support.waiting import eventually

pytestmark = pytest.mark.live

POST = "app.bsky.feed.post"


class People:
    """Somebody who writes there. `standing` is what the network's search shows."""

    acts = ACTS - {"edit"}
    tells = False

    def __init__(self, account: Account) -> None:
        self.account = account

    def ask(self, text: str, *, parent: str = "", **record: Any) -> str:
        answered = {"reply": self._place(parent)} if parent else {}
        said = {"$type": POST, "text": text, "createdAt": datetime.now(UTC).isoformat().replace("+00:00", "Z"), **answered, **record}
        made = self.account.tell("com.atproto.repo.createRecord", {"repo": self.account.did, "collection": POST, "record": said})
        eventually(lambda: self.account.ask("app.bsky.feed.getPosts", uris=made["uri"])["posts"] != [])
        return str(made["uri"])

    def delete(self, external_id: str) -> None:
        given = {"repo": self.account.did, "collection": POST, "rkey": external_id.rpartition("/")[2]}
        self.account.tell("com.atproto.repo.deleteRecord", given)
        eventually(lambda: self.account.ask("app.bsky.feed.getPosts", uris=external_id)["posts"] == [])

    def edit(self, external_id: str, text: str) -> None:
        raise NotImplementedError

    def standing(self) -> dict[str, str]:
        found = self.account.ask("app.bsky.feed.searchPosts", q="kettle", limit=100, sort="latest")["posts"]
        return {post["uri"]: post["record"]["text"] for post in found}

    def _place(self, parent: str) -> dict[str, Any]:
        (post,) = self.account.ask("app.bsky.feed.getPosts", uris=parent)["posts"]
        ref = {"uri": post["uri"], "cid": post["cid"]}
        return {"parent": ref, "root": post["record"].get("reply", {}).get("root", ref)}


@pytest.fixture
def care(bluesky: Bluesky) -> Account:
    return bluesky.account("care")


@pytest.fixture
def people(bluesky: Bluesky) -> People:
    return People(bluesky.account("ada"))


def settings_of(care: Account) -> ListenerSettings:
    secrets = {"handle": care.handle, "app_password": PASSWORD}
    credential = CredentialSettings("live", "bluesky", secrets, care.url, allow_loopback=True)
    return ListenerSettings({"live": credential}, timeout=timedelta(seconds=20))


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
def test_a_team_walks_the_whole_way(sqlite_database: Database, care: Account, people: People, order: tuple[str, ...]) -> None:
    account = AccountPlan("Acme", "Acme", "bluesky", "", care.handle, "live", "")
    with team(sqlite_database, settings_of(care), FeedDraft("search", "bluesky", "search", "kettle", "Acme", "live"), account) as opened:
        walk(opened, people, order)


def test_who_names_the_account_is_heard_and_answered_once(care: Account, people: People) -> None:
    name = f"@{care.handle}"
    named = {"$type": "app.bsky.richtext.facet#mention", "did": care.did}
    asked = people.ask(f"{name} where is it?", facets=[{"index": {"byteStart": 0, "byteEnd": len(name)}, "features": [named]}])
    source, feed = BlueskySource(settings_of(care)), FeedSpec(1, "named", "bluesky", "", "notifications", "", {}, "live", 60)
    heard: list[Any] = []
    eventually(lambda: heard.extend(source.fetch(feed, None).posts) or bool(heard))
    assert {(post.external_id, post.thread_id) for post in heard} == {(asked, asked)}
    now = datetime.now(UTC)
    outgoing = reply("bluesky", asked, account_handle=care.handle, credential="live", queued_at=now, sending_at=now)
    replier = BlueskyReplier(settings_of(care))
    assert replier.find(outgoing) is None
    sent = replier.send(outgoing)
    assert replier.send(outgoing).external_id == sent.external_id
    found = replier.find(outgoing)
    assert found is not None
    assert found.external_id == sent.external_id


def test_what_was_deleted_is_not_answered(care: Account, people: People) -> None:
    asked = people.ask("Where is it?")
    people.delete(asked)
    now = datetime.now(UTC)
    with pytest.raises(Rejected):
        BlueskyReplier(settings_of(care)).send(reply("bluesky", asked, credential="live", queued_at=now, sending_at=now))
