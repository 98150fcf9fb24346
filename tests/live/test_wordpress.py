"""Comments of a real WordPress site: heard, threaded, edited, thrown away, answered."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from desk.feeds.plan import AccountPlan, FeedDraft
from listener.settings import CredentialSettings, ListenerSettings
from listener.sources.wordpress.replier import WordPressReplier
from storage.database import Database
from tests.live.servers.wordpress import Visitors, WordPress
from tests.support.journey import ORDERS, Team, compare, team, walk
from tests.support.platforms import reply

pytestmark = pytest.mark.live

ACCOUNT = AccountPlan("AcmeCare", "Acme", "wordpress", "127.0.0.1", "AcmeCare", "live", "")


@pytest.fixture
def visitors(wordpress: WordPress) -> Iterator[Visitors]:
    """Visitors of a site on which nothing was said yet."""
    with closing(Visitors(wordpress)) as opened:
        while standing := opened.standing():
            for external_id in standing:
                opened.delete(external_id)
        yield opened


def settings_of(site: WordPress) -> ListenerSettings:
    secrets = {"username": "acmecare", "application_password": site.care}
    credential = CredentialSettings("live", "wordpress", secrets, site.url, allow_loopback=True)
    return ListenerSettings({"live": credential}, timeout=timedelta(seconds=20))


def listening(database: Database, site: WordPress, *, credential: str | None = "live", **options: Any) -> Any:
    return team(database, settings_of(site), FeedDraft("blog", "wordpress", "", "", "Acme", credential, options=options), ACCOUNT)


@pytest.mark.parametrize("readable", [True, False], ids=["readable addresses", "plain addresses"])
@pytest.mark.parametrize("order", ORDERS, ids="-".join)
def test_a_team_walks_the_whole_way(
    sqlite_database: Database, wordpress: WordPress, visitors: Visitors, order: tuple[str, ...], readable: bool
) -> None:
    wordpress.readable_addresses(wanted=readable)
    with listening(sqlite_database, wordpress) as care:
        walk(care, visitors, order)


def test_a_stranger_is_heard_by_a_visitor_without_a_key(sqlite_database: Database, wordpress: WordPress, visitors: Visitors) -> None:
    form = {"comment_post_ID": str(wordpress.article), "author": "Bea", "email": "bea@mail.example", "comment": "Where is my kettle?"}
    assert httpx.post(f"{wordpress.url}/wp-comments-post.php", data=form, timeout=20).status_code == 302
    with listening(sqlite_database, wordpress, credential=None, url=wordpress.url, allow_loopback=True) as care:
        compare(care, visitors)
        assert list(care.heard().values()) == ["Where is my kettle?"]


def test_more_comments_than_a_page_holds_are_all_read(sqlite_database: Database, wordpress: WordPress, visitors: Visitors) -> None:
    said = {visitors.ask(f"Kettle {number}") for number in range(130)}
    with listening(sqlite_database, wordpress) as care:
        care.look()
        assert set(care.heard()) == said
        _until_quiet(care)
        assert set(care.heard()) == said


def _until_quiet(care: Team) -> None:
    for _ in range(5):
        if not care.look():
            return
    raise AssertionError("looks find something new for ever")


def test_what_was_sent_twice_stands_once(wordpress: WordPress, visitors: Visitors) -> None:
    asked = visitors.ask("Where is my kettle?")
    now = datetime.now(UTC)
    thread = {"thread_id": f"post:{wordpress.article}", "credential": "live", "queued_at": now, "sending_at": now}
    replier, outgoing = WordPressReplier(settings_of(wordpress)), reply("wordpress", asked, "It left today & arrives <soon>", **thread)
    assert replier.find(outgoing) is None
    sent = replier.send(outgoing)
    found = replier.find(outgoing)
    assert found is not None
    assert found.external_id == replier.send(outgoing).external_id == sent.external_id
    assert set(visitors.standing()) == {asked, sent.external_id}
