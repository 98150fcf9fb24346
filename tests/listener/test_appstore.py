"""Reviews of the App Store over loopback: what is asked, what comes back, what is answered, and which error each fault becomes.

The documents are made after https://developer.apple.com/documentation/appstoreconnectapi/customer-reviews; Apple's public list has no
documentation, and its form is the one that its readers describe.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from joserfc import jwt

from desk.post import FeedSpec, Page
from listener.settings import CredentialSettings, ListenerSettings
from listener.source import Malformed, OutcomeUnknown, RateLimited, Refused, Rejected, SourceError, Unauthorized
from listener.sources.stores.appstore import AppStoreSource
from listener.sources.stores.appstore_replier import AppStoreReplier
from listener.sources.stores.words import heading, star_words
from storage.words import Capability
from tests.support.faults import OF_ANY_SERVER, Fault
from tests.support.platforms import reply
from tests.support.replay import CUT, DROP, EMPTY, HANG, Platform, Reply, as_json, html
from tests.support.store_platforms import AppStore, apple_key, apple_review, apple_secrets

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
REVIEWS = "/v1/apps/42/customerReviews"
RESPONSES = "/v1/customerReviewResponses"


def settings(platform: Platform, secrets: dict[str, str] | None = None, *, timeout: float = 5.0) -> ListenerSettings:
    credential = CredentialSettings("main", "appstore", apple_secrets() if secrets is None else secrets, platform.url, allow_loopback=True)
    return ListenerSettings({"main": credential}, timeout=timedelta(seconds=timeout))


def feed(kind: str = "reviews", query: str = "", *, own: tuple[str, ...] = ("acme",), **options: Any) -> FeedSpec:
    return FeedSpec(1, "app", "appstore", "", kind, query, {"app": "42", **options}, "main", 300, own)


def looked(platform: Platform, cursor: str | None = None, spec: FeedSpec | None = None, *, timeout: float = 5.0) -> Page:
    return AppStoreSource(settings(platform, timeout=timeout), clock=lambda: NOW).fetch(spec or feed(), cursor)


def ids(page: Page) -> list[str]:
    return [one.external_id for one in page.posts]


def test_a_review_becomes_a_post_with_its_stars_above(platform: Platform) -> None:
    AppStore(platform, 1)
    page = looked(platform)
    (found,) = page.posts
    assert (found.external_id, found.title, found.text) == ("r1", "★★☆☆☆ Crash 1 · GBR", "the app crashes, number 1")
    assert (found.thread_id, found.parent_id, found.site, found.kind) == ("r1", None, "42", "review")
    assert found.posted_at == datetime(2026, 11, 1, 8, 1, tzinfo=UTC)
    assert (found.author.external_id, found.author.handle, found.capability) == ("", "Anne", Capability.API)
    assert page.limits is not None
    assert page.limits.remaining == 3400
    assert platform.seen[0].query == {"sort": "-createdDate", "limit": "200", "include": "response"}


def test_the_token_is_signed_for_a_short_while(platform: Platform) -> None:
    AppStore(platform, 1)
    looked(platform)
    token = jwt.decode(platform.seen[0].headers["authorization"].removeprefix("Bearer "), apple_key(), algorithms=["ES256"])
    assert (token.header["kid"], token.claims["iss"], token.claims["aud"]) == ("KEY1", "issuer", "appstoreconnect-v1")
    assert 0 < token.claims["exp"] - token.claims["iat"] <= 20 * 60


def test_a_key_of_one_person_has_no_issuer(platform: Platform) -> None:
    AppStore(platform, 1)
    secrets = {name: value.replace("\n", "\\n") for name, value in apple_secrets().items() if name != "issuer_id"}
    AppStoreSource(settings(platform, secrets), clock=lambda: NOW).fetch(feed(), None)
    token = jwt.decode(platform.seen[0].headers["authorization"].removeprefix("Bearer "), apple_key(), algorithms=["ES256"])
    assert (token.claims["sub"], "iss" in token.claims) == ("user", False)


@pytest.mark.parametrize("key", ["", "no key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"])
def test_a_key_that_is_none_is_told_before_anything_is_asked(platform: Platform, key: str) -> None:
    with pytest.raises(Unauthorized, match="CARELINE_MAIN_PRIVATE_KEY") as caught:
        AppStoreSource(settings(platform, {**apple_secrets(), "private_key": key})).fetch(feed(), None)
    assert platform.seen == []
    assert "AAAA" not in str(caught.value)


def test_an_answer_that_stands_there_is_our_own_post(platform: Platform) -> None:
    store = AppStore(platform, 1)
    store.answers[1] = "Update to 2.4, please"
    review, answer = looked(platform).posts
    assert "one answer" in review.capability_reason
    assert (answer.external_id, answer.text, answer.parent_id, answer.thread_id) == ("a1", "Update to 2.4, please", "r1", "r1")
    assert (answer.author.handle, answer.posted_at) == ("acme", datetime(2026, 11, 19, 18, tzinfo=UTC))
    assert ids(looked(platform, spec=feed(own=()))) == ["r1"]


def test_only_what_is_new_or_changed_comes_back(platform: Platform) -> None:
    store = AppStore(platform, 5)
    first = looked(platform)
    store.add()
    store.reviews[3]["attributes"]["rating"] = 5
    store.answers[2] = "Thank you"
    second = looked(platform, first.cursor)
    assert ids(second) == ["r6", "r3", "r2", "a2"]
    assert looked(platform, second.cursor).posts == ()


def test_pages_are_read_on_this_server_alone(platform: Platform) -> None:
    store = AppStore(platform, 25, size=10)
    assert len(looked(platform, spec=feed(backfill=True)).posts) == 25
    assert [seen.query.get("cursor") for seen in platform.asked(REVIEWS)] == [None, "10", "20"]
    elsewhere = {"data": [apple_review(99)], "links": {"next": "https://elsewhere.example/v1/apps/42/customerReviews?cursor=9"}}
    platform.then(REVIEWS, as_json(elsewhere))
    with pytest.raises(Malformed, match="another server"):
        looked(platform)
    assert store.last == 25


def test_a_cursor_that_ran_out_is_not_the_end_of_reading(platform: Platform) -> None:
    store = AppStore(platform, 5, size=10)
    cursor = looked(platform).cursor
    for _ in range(40):
        store.add()
    first = looked(platform, cursor, feed(max_pages=2))
    platform.then(REVIEWS, as_json({"errors": [{"code": "PARAMETER_ERROR.INVALID", "title": "cursor"}]}, 400))
    found = [*ids(first)]
    cursor, more = first.cursor, True
    while more:
        page = looked(platform, cursor, feed(max_pages=2))
        found, cursor, more = [*found, *ids(page)], page.cursor, page.more
    assert {f"r{number}" for number in range(6, 46)} <= set(found)


def test_a_review_that_is_gone_is_deleted(platform: Platform) -> None:
    store = AppStore(platform, 5)
    cursor = looked(platform).cursor
    del store.reviews[3]
    (gone,) = looked(platform, cursor).posts
    assert (gone.external_id, gone.deleted) == ("r3", True)


@pytest.mark.parametrize("data", [None, [apple_review(3)], [], "gone"], ids=["null", "list", "none", "words"])
def test_an_unclear_answer_deletes_no_review(platform: Platform, data: object) -> None:
    store = AppStore(platform, 5)
    cursor = looked(platform).cursor
    del store.reviews[3]
    platform.always("/v1/customerReviews/r3", as_json({"data": data}))
    page = looked(platform, cursor)
    assert (page.posts, "deleted reviews were not looked for" in page.detail) == ((), True)


def test_one_bad_review_never_blocks_its_page(platform: Platform) -> None:
    bad: list[Any] = [None, 7, {}, {"id": "x"}, apple_review(3, createdDate="soon"), apple_review(4, title=None, body=" ")]
    platform.always(REVIEWS, as_json({"data": [*bad, apple_review(9, rating="x")], "links": {}}))
    page = looked(platform)
    assert (ids(page), len(page.rejects)) == (["r9"], len(bad))
    kept = json.dumps({"review": apple_review(9), "response": None}).encode()
    assert AppStoreSource(settings(platform)).reread(kept, feed()).external_id == "r9"


def test_a_query_is_asked_of_reviews_and_not_of_our_answers(platform: Platform) -> None:
    store = AppStore(platform)
    store.add(body="it is slow")
    store.add(body="it crashes")
    store.answers = {1: "Sorry", 2: "Sorry"}
    assert ids(looked(platform, spec=feed(query="slow"))) == ["r1", "a1"]


FAULTS: list[Fault] = [
    *OF_ANY_SERVER,
    ("truncated", Reply(body=b'{"data": [{"id": "1", "co'), Malformed),
    ("no data", as_json({"links": {}}), Malformed),
    ("401", as_json({"errors": [{"code": "NOT_AUTHORIZED", "title": "Provide a properly configured token"}]}, 401), Unauthorized),
    ("403", as_json({"errors": [{"code": "FORBIDDEN_ERROR", "title": "This request is forbidden"}]}, 403), Refused),
    ("404", as_json({"errors": [{"code": "NOT_FOUND", "title": "There is no app"}]}, 404), Refused),
    ("429", as_json({"errors": [{"code": "RATE_LIMIT_EXCEEDED", "title": "too many"}]}, 429), RateLimited),
]


@pytest.mark.parametrize(("fault", "error"), [case[1:] for case in FAULTS], ids=[case[0] for case in FAULTS])
def test_a_look_that_does_not_work_is_an_error_of_ours(platform: Platform, fault: Reply, error: type[SourceError]) -> None:
    platform.always(REVIEWS, fault)
    with pytest.raises(error):
        looked(platform, timeout=0.4)


@pytest.mark.parametrize(("options", "said"), [({"app": ""}, "app = "), ({"app": "acme"}, "app = "), ({"max_pages": "many"}, "max_pages")])
def test_an_option_that_cannot_be_used_says_what_was_expected(platform: Platform, options: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused, match=said):
        looked(platform, spec=feed(**options))


@hypothesis_settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 15), st.lists(st.integers(0, 60), max_size=3)), min_size=1, max_size=3))
def test_nothing_is_lost_while_reviews_come_and_go(rounds: list[tuple[int, list[int]]]) -> None:
    with Platform() as platform:
        store = AppStore(platform, 3, size=5)
        heard: set[str] = set()
        cursor = None
        for added, deleted in rounds:
            for _ in range(added):
                store.add()
            for pick in deleted:
                if len(store.reviews) > 1:
                    store.reviews.pop(sorted(store.reviews)[pick % len(store.reviews)])
            for _ in range(12):
                page = looked(platform, cursor, feed(max_pages=2, backfill=True))
                heard |= {one.external_id for one in page.posts if not one.deleted}
                cursor = page.cursor
                if not page.more:
                    break
        assert {f"r{number}" for number in store.reviews} <= heard


def public(number: int, **changes: Any) -> dict[str, Any]:
    given = {
        "author": {"uri": {"label": "https://itunes.apple.com/de/reviews/id12345"}, "name": {"label": "Jo"}},
        "updated": {"label": f"2026-11-19T10:{number:02}:00-07:00"},
        "im:rating": {"label": "1"},
        "im:version": {"label": "9.1"},
        "id": {"label": str(number)},
        "title": {"label": "Bad"},
        "content": {"label": "it crashes"},
    }
    return {**given, **changes}


def path(page: int) -> str:
    return f"/de/rss/customerreviews/page={page}/id=42/sortby=mostrecent/json"


PUBLIC = feed("public", public=True, country="de")


def test_the_public_list_is_off_until_somebody_means_it(platform: Platform) -> None:
    with pytest.raises(Refused, match="public = true"):
        looked(platform, spec=feed("public"))
    assert platform.seen == []


def test_the_public_list_is_for_rivals_and_our_own_app_is_read_by_its_interface(platform: Platform) -> None:
    with pytest.raises(Refused, match=r"of your own brand: read it by App Store Connect, kind = \"reviews\" with a credential"):
        looked(platform, spec=replace(PUBLIC, is_own=True))
    with pytest.raises(Refused, match="public = true"):
        looked(platform, spec=replace(feed("public"), is_own=True))
    assert platform.seen == []


def test_the_public_list_is_read_without_a_key_and_never_answered(platform: Platform) -> None:
    platform.always(path(1), as_json({"feed": {"entry": [{"id": {"label": "the app itself"}}, public(2)]}}))
    platform.always(path(2), as_json({"feed": {"entry": public(1)}}))
    platform.always(path(3), as_json({"feed": {}}))
    page = looked(platform, spec=PUBLIC)
    assert ids(page) == ["2", "1"]
    found = page.posts[0]
    assert (found.title, found.author.external_id, found.capability) == ("★☆☆☆☆ Bad · DE · 9.1", "12345", Capability.NONE)
    assert all("authorization" not in seen.headers for seen in platform.seen)
    assert looked(platform, page.cursor, PUBLIC).posts == ()


def test_the_public_list_ends_at_its_tenth_page(platform: Platform) -> None:
    for number in range(1, 15):
        platform.always(path(number), as_json({"feed": {"entry": [public(60 - number)]}}))
    page = looked(platform, spec=feed("public", public=True, country="de", max_pages=50))
    assert (len(page.posts), len(platform.seen)) == (10, 10)


@pytest.mark.parametrize("answer", [html(), as_json({}), as_json({"feed": None})])
def test_a_public_list_that_is_none_says_so(platform: Platform, answer: Reply) -> None:
    platform.always(path(1), answer)
    with pytest.raises(Malformed):
        looked(platform, spec=PUBLIC)


TEXT = "Update to 2.4, please. ^MK"
REPLY = reply("appstore", "r1", TEXT, site="42", parent_url="https://apps.apple.com/app/id42")


def replier(platform: Platform) -> AppStoreReplier:
    return AppStoreReplier(settings(platform, timeout=0.5), clock=lambda: NOW)


def test_an_answer_is_put_below_the_review(platform: Platform) -> None:
    store = AppStore(platform, 1)
    sent = replier(platform).send(REPLY)
    assert json.loads(platform.asked(RESPONSES)[0].body) == {
        "data": {
            "type": "customerReviewResponses",
            "attributes": {"responseBody": TEXT},
            "relationships": {"review": {"data": {"type": "customerReviews", "id": "r1"}}},
        }
    }
    assert (sent.external_id, store.answers) == ("a1", {1: TEXT})
    assert replier(platform).send(REPLY).external_id == "a1"


def test_an_answer_is_found_only_where_it_says_the_same(platform: Platform) -> None:
    store = AppStore(platform, 1)
    assert replier(platform).find(REPLY) is None
    store.answers[1] = "what a colleague wrote since"
    assert replier(platform).find(REPLY) is None
    replier(platform).send(REPLY)
    found = replier(platform).find(REPLY)
    assert found is not None
    assert found.external_id == "a1"


def test_an_answer_is_reworded_and_taken_back_twice(platform: Platform) -> None:
    store = AppStore(platform, 1)
    replier(platform).send(REPLY)
    replier(platform).correct(REPLY, "Better words")
    assert store.answers == {1: "Better words"}
    for _ in range(2):
        assert replier(platform).take_back(REPLY) == ()
    assert store.answers == {}


@pytest.mark.parametrize("fault", [HANG, DROP, CUT, as_json({}, 500), html(), EMPTY, as_json({"data": {}})], ids=str)
def test_whatever_may_stand_there_is_unknown(platform: Platform, fault: Reply) -> None:
    AppStore(platform, 1)
    platform.always(RESPONSES, fault, method="POST")
    with pytest.raises(OutcomeUnknown):
        replier(platform).send(REPLY)
    assert len(platform.asked(RESPONSES)) == 1


@pytest.mark.parametrize(
    ("status", "error", "by_hand"),
    [(403, Rejected, True), (409, Rejected, False), (422, Rejected, False), (401, Unauthorized, None), (429, RateLimited, None)],
)
def test_a_refusal_says_what_to_do(platform: Platform, status: int, error: type[SourceError], by_hand: bool | None) -> None:
    AppStore(platform, 1)
    platform.always(RESPONSES, as_json({"errors": [{"title": "no", "detail": "too long"}]}, status), method="POST")
    with pytest.raises(error, match="too long") as caught:
        replier(platform).send(REPLY)
    assert getattr(caught.value, "by_hand", None) is by_hand


@pytest.mark.parametrize(("stars", "shown"), [(5, "★★★★★"), (1, "★☆☆☆☆"), (0, ""), (6, ""), (True, ""), ("3", ""), (None, "")])
def test_stars_are_drawn_only_where_there_are_some(stars: object, shown: str) -> None:
    assert star_words(stars) == shown


def test_a_heading_leaves_out_what_nobody_knows() -> None:
    assert heading(None, "", "", "2.1") == "2.1"
    assert heading(4, " two\nlines ", "GBR", "") == "★★★★☆ two lines · GBR"
