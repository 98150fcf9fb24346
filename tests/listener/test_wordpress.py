"""Comments of WordPress over loopback: what is asked, what comes back, what is answered, and which error each fault becomes.

The documents are made after https://developer.wordpress.org/rest-api/reference/comments/.
"""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from desk.post import FeedSpec, Page
from listener.settings import CredentialSettings, ListenerSettings
from listener.source import Malformed, OutcomeUnknown, RateLimited, Refused, Rejected, SourceError, Unauthorized
from listener.sources.wordpress.replier import WordPressReplier
from listener.sources.wordpress.source import WordPressSource
from tests.support.faults import OF_ANY_SERVER, Fault
from tests.support.platforms import reply
from tests.support.replay import CUT, DROP, EMPTY, HANG, Platform, Reply, as_json, html
from tests.support.wordpress_platform import COMMENTS, NOT_FOUND, UNREADABLE, Blog, comment

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
USER = {"username": "AcmeCare", "application_password": "abcd efgh ijkl"}
CLOSED = as_json({"code": "rest_disabled", "message": "REST API restricted to authenticated users.", "data": {"status": 401}}, 401)


def settings(platform: Platform, secrets: dict[str, str] | None = None, *, timeout: float = 5.0) -> ListenerSettings:
    credential = CredentialSettings("main", "wordpress", secrets or {}, platform.url, allow_loopback=True)
    return ListenerSettings({"main": credential}, timeout=timedelta(seconds=timeout))


def feed(query: str = "", **options: Any) -> FeedSpec:
    return FeedSpec(1, "blog", "wordpress", "", "", query, {"url": "https://blog.acme.example/", **options}, "main", 300)


def looked(
    platform: Platform,
    cursor: str | None = None,
    spec: FeedSpec | None = None,
    secrets: dict[str, str] | None = None,
    *,
    timeout: float = 5.0,
) -> Page:
    return WordPressSource(settings(platform, secrets, timeout=timeout), clock=lambda: NOW).fetch(spec or feed(), cursor)


def ids(page: Page) -> list[str]:
    return [one.external_id for one in page.posts]


def test_a_comment_becomes_a_post(platform: Platform) -> None:
    blog = Blog(platform)
    blog.add("My <b>kettle</b> &amp; I", parent=4)
    (found,) = looked(platform).posts
    assert (found.external_id, found.text, found.thread_id, found.parent_id) == ("1", "My kettle & I", "post:12", "4")
    assert (found.posted_at, found.site, found.kind) == (datetime(2026, 11, 1, 0, 1, tzinfo=UTC), "blog.acme.example", "comment")
    assert (found.author.external_id, found.author.handle) == ("visitor:0123456789abcdef0123456789abcdef", "Ada")
    assert platform.seen[0].query == {"per_page": "100", "orderby": "date_gmt", "order": "desc"}
    assert "authorization" not in platform.seen[0].headers


def test_authors_are_told_apart_as_far_as_the_site_does(platform: Platform) -> None:
    blog = Blog(platform)
    blog.add(author=7)
    blog.add(author_avatar_urls={})
    assert [one.author.external_id for one in looked(platform).posts] == ["", "user:7"]


def test_the_password_goes_along_as_a_user(platform: Platform) -> None:
    Blog(platform, 1)
    looked(platform, secrets=USER)
    expected = base64.b64encode(b"AcmeCare:abcd efgh ijkl").decode()
    assert platform.seen[0].headers["authorization"] == f"Basic {expected}"


def test_a_site_without_readable_addresses_is_found_and_remembered(platform: Platform) -> None:
    platform.always(COMMENTS, html(404))
    platform.always("/", as_json([comment(1, "hello")], x_wp_total="1"))
    first = looked(platform)
    looked(platform, first.cursor)
    assert ids(first) == ["1"]
    assert [seen.path for seen in platform.seen] == [COMMENTS, "/", "/"]
    assert platform.seen[1].query["rest_route"] == "/wp/v2/comments"


def test_only_what_is_new_or_changed_comes_back(platform: Platform) -> None:
    blog = Blog(platform, 5)
    first = looked(platform)
    blog.add()
    blog.comments[3]["content"] = {"rendered": "<p>edited</p>"}
    second = looked(platform, first.cursor)
    assert ids(second) == ["6", "3"]
    assert looked(platform, second.cursor).posts == ()


def test_a_comment_that_was_let_through_late_is_heard(platform: Platform) -> None:
    blog = Blog(platform, 5)
    held = blog.comments.pop(3)
    first = looked(platform)
    blog.comments[3] = held
    assert ids(looked(platform, first.cursor)) == ["3"]


@pytest.mark.parametrize("answer", [as_json(NOT_FOUND, 404), as_json(UNREADABLE, 401), as_json(comment(2, "x", status="trash"))])
def test_what_was_thrown_away_is_deleted(platform: Platform, answer: Reply) -> None:
    blog = Blog(platform, 4)
    cursor = looked(platform).cursor
    del blog.comments[2]
    platform.always(f"{COMMENTS}/2", answer)
    (gone,) = looked(platform, cursor).posts
    assert (gone.external_id, gone.deleted) == ("2", True)


@pytest.mark.parametrize("answer", [html(403), html(404), as_json({}, 500), as_json(comment(2, "x", status="hold"))])
def test_what_cannot_be_asked_for_or_waits_again_is_not_deleted(platform: Platform, answer: Reply) -> None:
    blog = Blog(platform, 4)
    cursor = looked(platform).cursor
    del blog.comments[2]
    platform.always(f"{COMMENTS}/2", answer)
    assert looked(platform, cursor).posts == ()


def test_one_bad_comment_never_blocks_its_page(platform: Platform) -> None:
    bad: list[Any] = [None, 7, {}, {"id": 1}, comment(2, "x", content=None), comment(3, "x", date_gmt="soon", date=None)]
    platform.always(COMMENTS, as_json([*bad, comment(9, "fine")]))
    page = looked(platform)
    assert (ids(page), len(page.rejects)) == (["9"], len(bad))


def test_a_query_is_asked_here(platform: Platform) -> None:
    blog = Blog(platform)
    blog.add("acme leaks")
    blog.add("rival leaks")
    page = looked(platform, spec=feed("acme"))
    assert (ids(page), [one.external_id for one in page.besides]) == (["1"], ["2"])


@hypothesis_settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 150), st.lists(st.integers(0, 400), max_size=5)), min_size=1, max_size=3))
def test_nothing_is_lost_while_comments_come_and_go(rounds: list[tuple[int, list[int]]]) -> None:
    with Platform() as platform:
        blog = Blog(platform, 3)
        heard: list[str] = []
        cursor = None
        for added, deleted in rounds:
            for _ in range(added):
                blog.add()
            for pick in deleted:
                if len(blog.comments) > 1:
                    blog.comments.pop(sorted(blog.comments)[pick % len(blog.comments)])
            for _ in range(6):
                page = looked(platform, cursor, feed(max_pages=2, backfill=True))
                heard += [one.external_id for one in page.posts if not one.deleted]
                cursor = page.cursor
                if not page.more:
                    break
        assert {str(number) for number in blog.comments} <= set(heard)


def test_a_comment_that_vanishes_between_two_pages_hides_no_other(platform: Platform) -> None:
    blog = Blog(platform, 150)

    def vanishing(seen: Any) -> Reply:
        answer = blog.listed(seen)
        for number in (150, 149, 148):
            blog.comments.pop(number, None)
        return answer

    platform.always(COMMENTS, vanishing)
    assert {str(number) for number in range(1, 151)} == set(ids(looked(platform)))


FAULTS: list[Fault] = [
    *OF_ANY_SERVER,
    ("truncated", Reply(body=b'[{"id": 1, "co'), Malformed),
    ("an object", as_json({"comments": []}), Malformed),
    ("closed", CLOSED, Refused),
    ("firewall", html(403), Refused),
    ("no route", as_json({"code": "rest_no_route", "message": "No route was found"}, 404), Refused),
    ("429", as_json({}, 429), RateLimited),
]


@pytest.mark.parametrize(("fault", "error"), [case[1:] for case in FAULTS], ids=[case[0] for case in FAULTS])
def test_a_look_that_does_not_work_is_an_error_of_ours(platform: Platform, fault: Reply, error: type[SourceError]) -> None:
    platform.always(COMMENTS, fault)
    with pytest.raises(SourceError) as caught:
        looked(platform, timeout=1.0)
    assert type(caught.value) is error


def test_a_site_with_a_closed_interface_says_what_else_may_work(platform: Platform) -> None:
    platform.always(COMMENTS, CLOSED)
    with pytest.raises(Refused, match=r"users alone.*restricted to authenticated"):
        looked(platform)
    platform.always(COMMENTS, as_json({"code": "rest_no_route", "message": "No route was found"}, 404))
    with pytest.raises(Refused, match="RSS may work"):
        looked(platform)


def test_a_wrong_password_is_a_matter_for_a_person(platform: Platform) -> None:
    platform.always(COMMENTS, as_json({"code": "incorrect_password", "message": "The provided password is invalid."}, 401))
    with pytest.raises(Unauthorized, match="password is invalid"):
        looked(platform, secrets=USER)


TEXT = "We are on it <3, back within the hour & sorry. ^MK"
REPLY = reply("wordpress", "1", TEXT, thread_id="post:12", parent_url="https://blog.acme.example/kettles/#comment-1")


def replier(platform: Platform, secrets: dict[str, str] | None = None) -> WordPressReplier:
    return WordPressReplier(settings(platform, secrets or USER, timeout=1.0), clock=lambda: NOW)


def test_a_reply_answers_the_comment_and_is_never_markup(platform: Platform) -> None:
    Blog(platform, 1)
    sent = replier(platform).send(REPLY)
    (posted,) = [seen for seen in platform.seen if seen.method == "POST"]
    assert json.loads(posted.body) == {"post": 12, "parent": 1, "content": "We are on it &lt;3, back within the hour &amp; sorry. ^MK"}
    assert (sent.external_id, sent.url) == ("2", "https://blog.acme.example/kettles/#comment-2")


def test_a_reply_that_stands_there_is_found_and_no_other_one(platform: Platform) -> None:
    blog = Blog(platform, 1)
    assert replier(platform).find(REPLY) is None
    blog.add(TEXT, parent=1, author=3)
    assert replier(platform).find(REPLY) is None
    sent = replier(platform).send(REPLY)
    found = replier(platform).find(REPLY)
    assert found is not None
    assert found.external_id == sent.external_id


@pytest.mark.parametrize("fault", [HANG, DROP, CUT, as_json({}, 500), html(), EMPTY, as_json([])], ids=str)
def test_whatever_may_have_been_posted_is_unknown_and_not_sent_again(platform: Platform, fault: Reply) -> None:
    Blog(platform, 1)
    platform.always(COMMENTS, fault, method="POST")
    with pytest.raises(OutcomeUnknown):
        replier(platform).send(REPLY)
    assert len([seen for seen in platform.seen if seen.method == "POST"]) == 1


def test_a_duplicate_is_the_reply_itself_when_it_stands_there(platform: Platform) -> None:
    blog = Blog(platform, 1)
    sent = replier(platform).send(REPLY)
    duplicate = as_json({"code": "comment_duplicate", "message": "Duplicate comment detected; it looks as though you have said that!"}, 409)
    platform.always(COMMENTS, duplicate, method="POST")
    assert replier(platform).send(REPLY).external_id == sent.external_id
    blog.throw_away(2)
    with pytest.raises(Rejected, match="Duplicate comment"):
        replier(platform).send(REPLY)


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("comment_flood", 400, RateLimited),
        ("rest_comment_closed", 403, Rejected),
        ("rest_comment_content_invalid", 400, Rejected),
        ("rest_comment_login_required", 401, Unauthorized),
    ],
)
def test_a_refusal_says_what_to_do(platform: Platform, code: str, status: int, error: type[SourceError]) -> None:
    Blog(platform, 1)
    platform.always(COMMENTS, as_json({"code": code, "message": "no"}, status), method="POST")
    with pytest.raises(error):
        replier(platform).send(REPLY)


def test_a_reply_is_reworded_and_taken_back_twice(platform: Platform) -> None:
    blog = Blog(platform, 1)
    sent = replier(platform).send(REPLY)
    standing = reply("wordpress", "1", TEXT, external_id=sent.external_id)
    replier(platform).correct(standing, "Better <words>")
    assert blog.comments[2]["content"]["rendered"] == "Better &lt;words&gt;"
    for _ in range(2):
        assert replier(platform).take_back(standing) == ()
    assert blog.thrown == {2}


@pytest.mark.parametrize("secrets", [{"username": "AcmeCare"}, {"application_password": "x"}])
def test_an_answer_needs_name_and_password(platform: Platform, secrets: dict[str, str]) -> None:
    with pytest.raises(Unauthorized, match=r"CARELINE_MAIN_(USERNAME|APPLICATION_PASSWORD)"):
        replier(platform, secrets).send(REPLY)
    assert platform.seen == []
