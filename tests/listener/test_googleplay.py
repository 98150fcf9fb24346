"""Reviews of Google Play over loopback: what is asked, what comes back, what is answered, and which error each fault becomes.

The documents are made after https://developers.google.com/android-publisher/reply-to-reviews.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from joserfc import jwt

from desk.post import FeedSpec, Page
from listener.settings import CredentialSettings, ListenerSettings
from listener.source import Malformed, OutcomeUnknown, RateLimited, Refused, Rejected, SourceError, Unauthorized, Unavailable
from listener.sources.stores.googleplay import GooglePlaySource
from listener.sources.stores.googleplay_replier import GooglePlayReplier
from storage.words import Capability
from tests.support.faults import OF_ANY_SERVER, Fault
from tests.support.platforms import reply
from tests.support.replay import CUT, DROP, EMPTY, HANG, Platform, Reply, as_json, html
from tests.support.store_platforms import REVIEWS, PlayStore, google_key, google_secrets, user_comment

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def settings(platform: Platform, secrets: dict[str, str] | None = None, *, timeout: float = 5.0) -> ListenerSettings:
    given = google_secrets() if secrets is None else secrets
    credential = CredentialSettings("main", "googleplay", given, platform.url, allow_loopback=True)
    return ListenerSettings({"main": credential}, timeout=timedelta(seconds=timeout))


def feed(query: str = "", *, own: tuple[str, ...] = ("acme",), **options: Any) -> FeedSpec:
    return FeedSpec(1, "app", "googleplay", "", "", query, {"package": "com.acme.shop", **options}, "main", 300, own)


def source(platform: Platform, *, now: datetime = NOW, timeout: float = 5.0) -> GooglePlaySource:
    return GooglePlaySource(settings(platform, timeout=timeout), clock=lambda: now)


def looked(
    platform: Platform, cursor: str | None = None, spec: FeedSpec | None = None, *, now: datetime = NOW, timeout: float = 5.0
) -> Page:
    return source(platform, now=now, timeout=timeout).fetch(spec or feed(), cursor)


def ids(page: Page) -> list[str]:
    return [one.external_id for one in page.posts]


def test_a_review_becomes_a_post_with_its_stars_above(platform: Platform) -> None:
    store = PlayStore(platform)
    store.add(text="Slow\tit crashes since Monday")
    (found,) = looked(platform).posts
    assert (found.external_id, found.text) == ("gp:1", "it crashes since Monday")
    assert found.title == "★★☆☆☆ Slow · 2.3.1 · oriole (Pixel 6) · Android API 34"
    assert (found.site, found.thread_id, found.language, found.capability) == ("com.acme.shop", "gp:1", "en", Capability.API)
    assert found.url == "https://play.google.com/store/apps/details?id=com.acme.shop&reviewId=gp%3A1"
    assert found.posted_at == datetime.fromtimestamp(1_794_600_060, UTC)


def test_the_service_account_signs_for_a_token_that_lasts(platform: Platform) -> None:
    PlayStore(platform, 1)
    opened = source(platform)
    cursor = opened.fetch(feed(), None).cursor
    opened.fetch(feed(), cursor)
    (asked,) = platform.asked("/token")
    token = jwt.decode(asked.form["assertion"], google_key(), algorithms=["RS256"])
    assert (token.claims["iss"], token.claims["aud"]) == ("care@acme.iam.example", "https://oauth2.googleapis.com/token")
    assert token.claims["scope"].endswith("/androidpublisher")
    assert platform.asked(REVIEWS)[0].headers["authorization"] == "Bearer a-token"


def test_a_token_that_was_revoked_is_replaced_once(platform: Platform) -> None:
    PlayStore(platform, 1)
    platform.then(REVIEWS, as_json({"error": {"code": 401, "message": "Invalid Credentials"}}, 401))
    assert len(looked(platform).posts) == 1
    assert len(platform.asked("/token")) == 2
    platform.always(REVIEWS, as_json({"error": {"code": 401, "message": "Invalid Credentials"}}, 401))
    with pytest.raises(Unauthorized, match="Invalid Credentials"):
        looked(platform)


@pytest.mark.parametrize("account", ["", "no JSON", "[]", "{}", '{"client_email": "a", "private_key": "no key"}'])
def test_a_service_account_that_is_none_is_told_before_anything_is_asked(platform: Platform, account: str) -> None:
    with pytest.raises(Unauthorized, match="CARELINE_MAIN_SERVICE_ACCOUNT"):
        GooglePlaySource(settings(platform, {"service_account": account})).fetch(feed(), None)
    assert platform.seen == []


def test_an_account_that_google_refuses_is_a_matter_for_a_person(platform: Platform) -> None:
    platform.always("/token", as_json({"error": "invalid_grant", "error_description": "Invalid JWT Signature."}, 400), method="POST")
    with pytest.raises(Unauthorized, match="Invalid JWT Signature"):
        looked(platform)


def test_what_cannot_be_read_any_more_is_told(platform: Platform) -> None:
    PlayStore(platform, 1)
    first = looked(platform)
    assert "last seven days" in first.detail
    assert looked(platform, first.cursor).detail == ""
    late = looked(platform, first.cursor, now=NOW + timedelta(days=9))
    assert "reviews from before 2026-11-22 were missed" in late.detail


def test_no_reviews_at_all_are_an_empty_page(platform: Platform) -> None:
    PlayStore(platform)
    page = looked(platform)
    assert (page.posts, page.more) == ((), False)


def test_only_what_is_new_or_changed_comes_back(platform: Platform) -> None:
    store = PlayStore(platform, 150)
    first = looked(platform)
    assert len(first.posts) == 150
    store.add()
    store.reviews[149] = {"text": "better now", "starRating": 5}
    store.answers[148] = "Thank you"
    second = looked(platform, first.cursor)
    assert ids(second) == ["gp:151", "gp:149", "gp:148", "gp:148:answer"]
    assert looked(platform, second.cursor).posts == ()


def test_our_answer_is_our_own_post(platform: Platform) -> None:
    store = PlayStore(platform, 1)
    store.answers[1] = "Update, please"
    review, answer = looked(platform).posts
    assert "one answer" in review.capability_reason
    assert (answer.external_id, answer.text, answer.parent_id, answer.author.handle) == ("gp:1:answer", "Update, please", "gp:1", "acme")
    assert ids(looked(platform, spec=feed(own=()))) == ["gp:1"]
    assert ids(looked(platform, spec=feed("nothing like it"))) == []


def test_the_latest_words_of_a_review_count(platform: Platform) -> None:
    store = PlayStore(platform, 1)
    older, newer = ({"userComment": user_comment(n, text=words)} for n, words in ((1, "bad"), (9, "good now")))
    platform.always(REVIEWS, as_json({"reviews": [{"reviewId": "gp:1", "comments": [older, newer]}]}))
    assert [one.text for one in looked(platform).posts] == ["good now"]
    assert store.last == 1


def test_a_review_that_is_gone_is_deleted(platform: Platform) -> None:
    store = PlayStore(platform, 5)
    cursor = looked(platform).cursor
    del store.reviews[3]
    (gone,) = looked(platform, cursor).posts
    assert (gone.external_id, gone.deleted) == ("gp:3", True)


def test_one_bad_review_never_blocks_its_page(platform: Platform) -> None:
    bad: list[Any] = [None, 7, {}, {"reviewId": "x"}, {"reviewId": "y", "comments": [{"userComment": user_comment(1, text=" ")}]}]
    fine = {"reviewId": "gp:9", "comments": [{"userComment": user_comment(9, starRating=None, deviceMetadata=None, androidOsVersion=None)}]}
    PlayStore(platform)
    platform.always(REVIEWS, as_json({"reviews": [*bad, fine]}))
    page = looked(platform)
    assert (ids(page), len(page.rejects)) == (["gp:9"], len(bad))
    assert source(platform).reread(json.dumps(fine).encode(), feed()).title == "2.3.1 · oriole"


FAULTS: list[Fault] = [
    *OF_ANY_SERVER,
    ("a list", as_json([]), Malformed),
    ("no list", as_json({"reviews": 7}), Malformed),
    ("403", as_json({"error": {"status": "PERMISSION_DENIED", "message": "The caller does not have permission"}}, 403), Refused),
    ("quota", as_json({"error": {"errors": [{"reason": "quotaExceeded"}], "message": "Quota exceeded"}}, 403), RateLimited),
    ("429", as_json({"error": {"status": "RESOURCE_EXHAUSTED", "message": "slow down"}}, 429), RateLimited),
]


@pytest.mark.parametrize(("fault", "error"), [case[1:] for case in FAULTS], ids=[case[0] for case in FAULTS])
def test_a_look_that_does_not_work_is_an_error_of_ours(platform: Platform, fault: Reply, error: type[SourceError]) -> None:
    PlayStore(platform)
    platform.always(REVIEWS, fault)
    with pytest.raises(error):
        looked(platform, timeout=1.0)


@pytest.mark.parametrize("fault", [html(), as_json({}), HANG, as_json({}, 503)], ids=str)
def test_without_a_token_nothing_is_asked(platform: Platform, fault: Reply) -> None:
    platform.always("/token", fault, method="POST")
    with pytest.raises((Malformed, Unavailable)):
        looked(platform, timeout=1.0)
    assert platform.asked(REVIEWS) == []


TEXT = "Update to 2.4, please. ^MK"
REPLY = reply("googleplay", "gp:1", TEXT, site="com.acme.shop")


def replier(platform: Platform) -> GooglePlayReplier:
    return GooglePlayReplier(settings(platform, timeout=1.0), clock=lambda: NOW)


def test_an_answer_is_put_found_and_replaced(platform: Platform) -> None:
    store = PlayStore(platform, 1)
    assert replier(platform).find(REPLY) is None
    sent = replier(platform).send(REPLY)
    assert (sent.external_id, store.answers) == ("gp:1:answer", {1: TEXT})
    assert replier(platform).find(REPLY) == sent
    replier(platform).correct(REPLY, "Better words")
    assert store.answers == {1: "Better words"}
    assert replier(platform).find(REPLY) is None


@pytest.mark.parametrize("fault", [HANG, DROP, CUT, as_json({}, 500), html(), EMPTY, as_json({"result": {}})], ids=str)
def test_whatever_may_stand_there_is_unknown(platform: Platform, fault: Reply) -> None:
    PlayStore(platform, 1)
    platform.always(f"{REVIEWS}/gp:1:reply", fault, method="POST")
    with pytest.raises(OutcomeUnknown):
        replier(platform).send(REPLY)
    assert len(platform.asked(f"{REVIEWS}/gp:1:reply")) == 1


@pytest.mark.parametrize(("status", "error"), [(400, Rejected), (403, Rejected), (404, Rejected), (429, RateLimited), (401, Unauthorized)])
def test_a_refusal_says_what_to_do(platform: Platform, status: int, error: type[SourceError]) -> None:
    PlayStore(platform, 1)
    answer = as_json({"error": {"message": "the reply is too long"}}, status)
    platform.always(f"{REVIEWS}/gp:1:reply", answer, method="POST")
    with pytest.raises(error, match="too long"):
        replier(platform).send(REPLY)


def test_an_account_must_say_which_app_it_answers_for(platform: Platform) -> None:
    PlayStore(platform, 1)
    with pytest.raises(Refused, match=r"site = "):
        replier(platform).send(reply("googleplay", "gp:1", TEXT, site=""))
