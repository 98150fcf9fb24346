"""Sources whose account was connected by consent: the unmodified clients speak with what was given, renew it, and say when it has ended."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from desk.feeds.connections import Part
from desk.feeds.feeds import WorkspacePlan
from listener.connect.tokens import Tokens
from listener.settings import ListenerSettings
from listener.source import Unauthorized
from listener.sources.bluesky.source import BlueskySource
from listener.sources.mastodon.source import MastodonSource
from listener.sources.reddit.source import RedditSource
from listener.sources.x.replier import XReplier
from listener.sources.x.source import XSource
from storage.database import Database
from storage.models import CredentialToken
from tests.support.bluesky_platform import CREATE, NOTIFICATIONS, OWN, REFRESH, Network
from tests.support.bluesky_platform import problem as bluesky_problem
from tests.support.consents import APPS, Authority, credential, given_by, settings_of
from tests.support.listening import listening
from tests.support.mastodon_platform import Server
from tests.support.platforms import feed, reply
from tests.support.race import together
from tests.support.reddit_platform import listing
from tests.support.replay import Platform, Seen, as_json, problem
from tests.support.x_platform import SEARCH, Posts, id_of

PLAN = WorkspacePlan(credentials=(("main", "x"),))
X_FEED = feed("x", "search", "northwind")
ENDED = problem(401, "Unauthorized")


@pytest.fixture
def workspace(sqlite_database: Database) -> Database:
    with sqlite_database.write() as session:
        listening(session, PLAN, now=sqlite_database.now())
    return sqlite_database


def connected(workspace: Database, platform: Platform, source: str, tokens: Tokens | None, **secrets: str) -> ListenerSettings:
    settings = settings_of(workspace, credential(platform.url, source, **secrets))
    keeper = settings.credentials["main"].keeper
    assert keeper
    if tokens:
        keeper.keep(tokens)
    return settings


def bearers(asked: list[Seen]) -> list[str]:
    return [seen.headers["authorization"] for seen in asked]


def test_x_is_searched_and_answered_with_what_the_consent_gave(workspace: Database, platform: Platform) -> None:
    Posts(platform, 3)
    platform.always("/2/tweets", as_json({"data": {"id": id_of(9)}}, 201), method="POST")
    settings = connected(workspace, platform, "x", given_by(Authority(platform)))
    assert len(XSource(settings).fetch(X_FEED, None).posts) == 3
    assert XReplier(settings).send(reply("x", id_of(1))).external_id == id_of(9)
    assert bearers([*platform.asked(SEARCH), *platform.asked("/2/tweets")]) == ["Bearer access-1"] * 2


def test_x_listens_with_the_apps_own_token_where_there_is_one_and_answers_with_the_accounts(
    workspace: Database, platform: Platform
) -> None:
    Posts(platform, 1)
    platform.always("/2/tweets", as_json({"data": {"id": id_of(9)}}, 201), method="POST")
    settings = connected(workspace, platform, "x", given_by(Authority(platform)), bearer_token="the app's")
    XSource(settings).fetch(X_FEED, None)
    XReplier(settings).send(reply("x", id_of(1)))
    assert bearers([*platform.asked(SEARCH), *platform.asked("/2/tweets")]) == ["Bearer the app's", "Bearer access-1"]


def test_a_token_that_was_set_by_hand_goes_first(workspace: Database, platform: Platform) -> None:
    Posts(platform, 1)
    XSource(connected(workspace, platform, "x", given_by(Authority(platform)), user_token="by hand")).fetch(X_FEED, None)
    assert bearers(platform.asked(SEARCH)) == ["Bearer by hand"]


def test_a_token_that_x_ended_early_is_renewed_and_the_call_made_again(workspace: Database, platform: Platform) -> None:
    authority = Authority(platform)
    platform.always("/2/tweets", as_json({"data": {"id": id_of(9)}}, 201), method="POST")
    platform.then("/2/tweets", ENDED, method="POST")
    settings = connected(workspace, platform, "x", given_by(authority, expires_at=workspace.now() + timedelta(hours=1)))
    assert XReplier(settings).send(reply("x", id_of(1))).external_id == id_of(9)
    assert bearers(platform.asked("/2/tweets")) == ["Bearer access-1", "Bearer access-2"]
    assert authority.renewals == 1


def test_an_x_account_that_took_the_consent_back_is_told_what_to_run(workspace: Database, platform: Platform) -> None:
    authority = Authority(platform)
    platform.always(SEARCH, ENDED)
    settings = connected(workspace, platform, "x", given_by(authority))
    authority.refresh = ""
    for _ in range(2):
        with pytest.raises(Unauthorized, match="careline connect x --credential main"):
            XSource(settings).fetch(X_FEED, None)
    assert len(platform.asked(SEARCH)) == 1


@pytest.mark.parametrize(
    ("source", "kind"), [("x", "search"), ("mastodon", "notifications"), ("bluesky", "notifications")], ids=["x", "mastodon", "bluesky"]
)
def test_without_any_token_a_feed_says_what_to_run(workspace: Database, platform: Platform, source: str, kind: str) -> None:
    made: Any = {"x": XSource, "mastodon": MastodonSource, "bluesky": BlueskySource}[source]
    settings = connected(workspace, platform, source, None, handle="northwind.bsky.social")
    with pytest.raises(Unauthorized, match=f"careline connect {source} --credential main"):
        made(settings).fetch(feed(source, kind, "northwind"), None)
    assert platform.seen == []


def test_reddit_is_asked_with_the_token_that_renews_and_a_new_consent_counts_at_once(workspace: Database, platform: Platform) -> None:
    authority = Authority(platform, "reddit")
    platform.always("/r/northwind/search/", listing([]))
    settings = connected(workspace, platform, "reddit", Tokens(refresh=given_by(authority).refresh))
    source, spec = RedditSource(settings), feed("reddit", "search", "northwind", subreddits="northwind")
    source.fetch(spec, None)
    keeper = settings.credentials["main"].keeper
    assert keeper
    keeper.keep(Tokens(refresh=given_by(authority).refresh))
    source.fetch(spec, None)
    forms = [seen.form for seen in platform.asked("/api/v1/access_token")]
    assert [(form["grant_type"], form["refresh_token"]) for form in forms] == [
        ("refresh_token", "refresh-1"),
        ("refresh_token", "refresh-3"),
    ]


def test_a_reddit_account_that_took_the_consent_back_is_told_what_to_run(workspace: Database, platform: Platform) -> None:
    platform.always("/api/v1/access_token", as_json({"message": "Bad Request", "error": 400}, 400), method="POST")
    settings = connected(workspace, platform, "reddit", Tokens(refresh="taken back"))
    with pytest.raises(Unauthorized, match=r"does not accept.*Connect it again: careline connect reddit --credential main"):
        RedditSource(settings).fetch(feed("reddit", "search", "northwind", subreddits="northwind"), None)


def test_reddits_app_alone_still_reads(workspace: Database, platform: Platform) -> None:
    platform.always("/api/v1/access_token", as_json({"access_token": "app", "expires_in": 86400, "scope": "*"}), method="POST")
    platform.always("/r/northwind/search/", listing([]))
    settings = connected(workspace, platform, "reddit", None)
    RedditSource(settings).fetch(feed("reddit", "search", "northwind", subreddits="northwind"), None)
    assert [seen.form["grant_type"] for seen in platform.asked("/api/v1/access_token")] == ["client_credentials"]
    assert set(APPS["reddit"]) == {"client_id", "client_secret"}


def test_mastodon_is_asked_with_the_token_and_its_end_says_what_to_run(workspace: Database, platform: Platform) -> None:
    Server(platform, 2)
    settings = connected(workspace, platform, "mastodon", Tokens("given"))
    spec = feed("mastodon", "tag", tag=["northwind"])
    assert len(MastodonSource(settings).fetch(spec, None).posts) == 2
    assert set(bearers(platform.asked("/api/v1/timelines/tag/northwind"))) == {"Bearer given"}
    platform.always("/api/v1/timelines/tag/northwind", as_json({"error": "The access token was revoked"}, 401))
    with pytest.raises(Unauthorized, match="careline connect mastodon --credential main"):
        MastodonSource(settings).fetch(spec, None)


def test_a_bluesky_session_goes_on_in_another_process_without_a_password(workspace: Database, platform: Platform) -> None:
    network = Network(platform, 1)
    network.session = 1
    settings = connected(workspace, platform, "bluesky", Tokens("access-1", "refresh-1", None, "northwind.bsky.social", OWN))
    spec = feed("bluesky", "notifications")
    for renewed in (False, True, True):
        BlueskySource(settings).fetch(spec, None)
        assert network.session == 1 + renewed
        if not renewed:
            network.expire()
    assert platform.asked(CREATE) == []


def by_password(workspace: Database, platform: Platform, handle: str = "northwind.bsky.social") -> BlueskySource:
    """A source as a process that starts makes it."""
    secrets = {"handle": handle, "app_password": "app-password"}
    return BlueskySource(connected(workspace, platform, "bluesky", None, **secrets))


def test_a_session_of_an_app_password_is_made_once_whichever_process_starts(workspace: Database, platform: Platform) -> None:
    network, spec = Network(platform, 1), feed("bluesky", "notifications")
    for expires in (False, True, False):
        by_password(workspace, platform).fetch(spec, None)
        if expires:
            network.expire()
    assert (len(platform.asked(CREATE)), len(platform.asked(REFRESH)), network.session) == (1, 1, 2)
    with workspace.read() as session:
        kept = session.scalars(select(CredentialToken)).all()
    assert [row.kind for row in kept] == [Part.SESSION]
    assert not any(word in row.ciphertext for row in kept for word in (b"app-password", b"access-", b"refresh-", b"northwind"))


def test_processes_that_sign_in_or_renew_at_once_lose_no_session(workspace: Database, platform: Platform) -> None:
    network, spec = Network(platform, 1), feed("bluesky", "notifications")
    started = [by_password(workspace, platform) for _ in range(8)]
    together(lambda n: started[n].fetch(spec, None), 8)
    assert (len(platform.asked(CREATE)), network.session) == (1, 1)
    network.expire()
    together(lambda n: started[n].fetch(spec, None), 8)
    assert (len(platform.asked(CREATE)), len(platform.asked(REFRESH)), network.session) == (1, 1, 2)


def test_another_sign_in_and_a_session_that_has_ended_sign_in_anew(workspace: Database, platform: Platform) -> None:
    network, spec = Network(platform, 1), feed("bluesky", "notifications")
    by_password(workspace, platform).fetch(spec, None)
    by_password(workspace, platform, "@northwind.bsky.social").fetch(spec, None)
    assert len(platform.asked(CREATE)) == 2
    network.expire()
    platform.then(REFRESH, bluesky_problem(400, "ExpiredToken", "Token has been revoked"), method="POST")
    by_password(workspace, platform, "@northwind.bsky.social").fetch(spec, None)
    assert len(platform.asked(CREATE)) == 3


def test_an_app_password_that_is_refused_says_which_variable_and_is_tried_again(workspace: Database, platform: Platform) -> None:
    Network(platform, 1)
    platform.then(CREATE, bluesky_problem(401, "AuthenticationRequired", "Invalid identifier or password"), method="POST")
    with pytest.raises(Unauthorized, match="CARELINE_MAIN_APP_PASSWORD"):
        by_password(workspace, platform).fetch(feed("bluesky", "notifications"), None)
    assert by_password(workspace, platform).fetch(feed("bluesky", "notifications"), None).posts


def test_a_bluesky_session_that_has_ended_says_what_to_run(workspace: Database, platform: Platform) -> None:
    platform.always(NOTIFICATIONS, bluesky_problem(400, "ExpiredToken", "Token has expired"))
    platform.always(
        "/xrpc/com.atproto.server.refreshSession", bluesky_problem(400, "ExpiredToken", "Token has been revoked"), method="POST"
    )
    settings = connected(workspace, platform, "bluesky", Tokens("access-1", "refresh-1", None, "northwind.bsky.social", OWN))
    with pytest.raises(Unauthorized, match="careline connect bluesky --credential main"):
        BlueskySource(settings).fetch(feed("bluesky", "notifications"), None)
