"""RSS and Atom: every document that the web serves, and what becomes of its entries."""

import json
from datetime import UTC, datetime

import pytest

from listener.source import Malformed
from listener.sources.rss.source import CUT, MISSED
from storage.words import Capability
from tests.support.feeds import atom, entry, item, rss
from tests.support.rss_look import NOW, feed, ids, look, read, source
from tests.support.web import Reply, Web


def test_an_entry_becomes_a_post(web: Web) -> None:
    (post,) = read(web, rss([item(7, "<p>It <b>leaks</b></p>", author="bob@forum.org (Bob B)")]))
    assert (post.external_id, post.url, post.title, post.text) == (
        "https://forum.example/t/7",
        "https://forum.example/t/7",
        "Kettle 7",
        "It leaks",
    )
    assert (post.author.handle, post.posted_at, post.site) == ("Bob B", datetime(2026, 3, 1, 12, tzinfo=UTC), "forum.example")
    assert (post.thread_id, post.parent_id, post.capability) == (post.external_id, None, Capability.LINK)
    assert "feed" in post.capability_reason


def test_broken_xml_is_read_as_far_as_it_goes_and_asked_for_again_in_full(web: Web) -> None:
    whole = rss([item(1), item(2), item(3)])
    url = web.script("/feed", Reply(whole[: whole.index(b"<item><guid>https://forum.example/t/3")], etag='"v1"'), Reply(whole, etag='"v1"'))
    first = look(url)
    second = look(url, first.cursor)
    assert (ids(first.posts), ids(second.posts)) == (["1", "2"], ["3"])
    assert "if-none-match" not in web.asked[1].headers


def cut_before(whole: bytes, number: int) -> bytes:
    return whole[: whole.index(f"<item><guid>https://forum.example/t/{number}<".encode())]


def test_a_document_that_is_cut_off_makes_no_gap_and_the_rest_is_read_later(web: Web) -> None:
    whole = rss([item(5), item(4), item(3), item(2)])
    url = web.script("/feed", Reply(rss([item(2), item(1)])), Reply(cut_before(whole, 4)), Reply(whole))
    first = look(url)
    cut = look(url, first.cursor)
    assert (ids(cut.posts), cut.gaps, CUT in cut.detail, MISSED in cut.detail) == (["5"], (), True, False)
    rest = look(url, cut.cursor)
    assert (ids(rest.posts), rest.gaps, rest.detail) == (["4", "3"], (), "")


def test_what_was_cut_off_and_scrolled_away_is_a_gap(web: Web) -> None:
    cut_off = cut_before(rss([item(5), item(4), item(3), item(2)]), 4)
    url = web.script("/feed", Reply(rss([item(2), item(1)])), Reply(cut_off), Reply(cut_off), Reply(rss([item(6), item(5)])))
    cut = look(url, look(url).cursor)
    again = look(url, cut.cursor)
    assert (again.posts, again.gaps) == ((), ())
    late = look(url, again.cursor)
    assert (ids(late.posts), [gap.why for gap in late.gaps]) == (["6"], [MISSED])


def test_an_unescaped_ampersand_does_not_stop_a_feed(web: Web) -> None:
    body = rss([item(1), item(2)]).replace(b"Kettle 2", b"Tom & Jerry")
    assert [post.title for post in read(web, body)] == ["Kettle 1", "Tom & Jerry"]


def test_an_empty_feed_is_an_empty_look(web: Web) -> None:
    assert read(web, rss([])) == ()


@pytest.mark.parametrize(
    ("entry_text", "external_id"),
    [
        ("<item><link>https://forum.example/t/9</link><description>no guid</description></item>", "https://forum.example/t/9"),
        ("<item><description>no guid, no link</description></item>", "no-id:"),
        ("<item><guid isPermaLink='false'>abc</guid><title>only a title</title></item>", "abc"),
    ],
)
def test_an_entry_that_lacks_parts_is_read_and_keeps_its_id(web: Web, entry_text: str, external_id: str) -> None:
    (first,) = read(web, rss([entry_text]))
    (again,) = read(web, rss([item(1), entry_text]))[1:]
    assert first.external_id.startswith(external_id)
    assert (first.external_id, first.posted_at) == (again.external_id, NOW)
    assert first.text or first.title


def test_a_title_alone_is_a_title_and_is_asked_as_one(web: Web) -> None:
    alone = "<item><guid isPermaLink='false'>abc</guid><title>Acme kettle leaks</title></item>"
    url = web.script("/feed", Reply(rss([alone, item(1, "my acme kettle leaks", title="Lift")])))
    (post,) = look(url, query="title:kettle").posts
    assert (post.external_id, post.title, post.text) == ("abc", "Acme kettle leaks", "")


def test_ids_and_links_do_not_depend_on_where_the_feed_stands(web: Web) -> None:
    """A guid that is no address is not made one: the feed may move, and its entries must stay the same."""
    relative = "<item><guid>42</guid><link>/t/42</link><description>relative</description></item>"
    web.script("/new/feed", Reply(rss([relative])))
    url = web.script("/old/feed", Reply(rss([relative])), Reply(status=301, headers={"Location": "/new/feed"}))
    (before,), (after,) = look(url).posts, look(url).posts
    assert (before.external_id, before.url) == (after.external_id, after.url) == ("42", f"{web.url}/t/42")


def test_an_entry_that_says_nothing_is_kept_and_stops_no_other(web: Web) -> None:
    page = look(web.script("/feed", Reply(rss(["<item><guid>empty</guid></item>", item(2)]))))
    assert (ids(page.posts), len(page.rejects)) == (["2"], 1)
    assert "neither title nor text" in page.rejects[0].error


def test_a_kept_entry_is_read_again_once_it_can_be(web: Web) -> None:
    page = look(web.script("/feed", Reply(rss(["<item><guid>empty</guid></item>"]))))
    payload = json.dumps({**json.loads(page.rejects[0].raw), "title": "now it says something"}).encode()
    assert source().reread(payload, feed("https://forum.example/feed")).title == "now it says something"
    for unreadable in (page.rejects[0].raw, b"junk", b"[1]"):
        with pytest.raises(Malformed):
            source().reread(unreadable, feed("https://forum.example/feed"))


def test_entries_of_nobody_have_no_common_author(web: Web) -> None:
    first, second = read(web, rss([item(1, author=""), item(2, author="")]))
    assert first.author.external_id != second.author.external_id
    assert first.author.handle == ""


def test_an_edit_is_told(web: Web) -> None:
    changed = entry("1", "now fixed").replace("<updated>2026-03-01T12", "<updated>2026-03-01T18")
    (post,) = read(web, atom([changed]))
    assert (post.posted_at.hour, post.edited_at and post.edited_at.hour) == (12, 18)


def test_a_date_from_the_future_was_a_wrong_clock(web: Web) -> None:
    posts = read(
        web, rss([item(1, at="Mon, 02 Mar 2026 13:00:00 GMT"), item(2, at="Thu, 01 Jan 1970 00:00:00 GMT"), item(3, at="yesterday")])
    )
    assert [post.posted_at for post in posts] == [NOW, NOW, NOW]


def test_answers_belong_to_the_thread_of_what_they_answer(web: Web) -> None:
    root, first, second = (entry(f"urn:{n}", f"post {n}") for n in "abc")
    body = atom(
        [
            root,
            first.replace("</entry>", '<thr:in-reply-to ref="urn:a"/></entry>'),
            second.replace("</entry>", '<thr:in-reply-to ref="urn:b"/></entry>'),
            entry("urn:d", "elsewhere", more='<thr:in-reply-to ref="urn:z"/>'),
        ]
    )
    posts = {post.external_id: (post.thread_id, post.parent_id) for post in read(web, body)}
    assert posts == {
        "urn:a": ("urn:a", None),
        "urn:b": ("urn:a", "urn:a"),
        "urn:c": ("urn:a", "urn:b"),
        "urn:d": ("urn:z", "urn:z"),
    }


def test_answers_in_a_circle_end(web: Web) -> None:
    body = atom([entry("a", "1", more='<thr:in-reply-to ref="b"/>'), entry("b", "2", more='<thr:in-reply-to ref="a"/>')])
    assert len(read(web, body)) == 2


def test_comments_without_threading_belong_to_their_page(web: Web) -> None:
    comments = (
        f"<item><guid>c{n}</guid><link>https://forum.example/post/#comment-{n}</link><description>me too</description></item>"
        for n in (1, 2)
    )
    posts = read(web, rss(comments))
    assert {post.thread_id for post in posts} == {"https://forum.example/post/"}
    assert [post.kind for post in posts] == ["comment", "comment"]


def test_handles_in_the_text_are_told(web: Web) -> None:
    (post,) = read(web, rss([item(1, "hey @Acme_Help and @acme_help. Mail me@x.example")]))
    assert post.addressed == ("acme_help",)


def test_the_site_is_host_and_path_unless_one_is_set(web: Web) -> None:
    url = web.script("/forum/feed", Reply(rss([item(1)])))
    (post,) = look(f"{url}/?key=secret".replace("/feed/", "/feed"), site="").posts
    assert post.site == "127.0.0.1/forum/feed"


@pytest.mark.parametrize(
    "text",
    [
        "Мой чайник течёт",
        "我的水壶漏水",
        "やかんが漏れる",
        "غلايتي تسرّب",
        "הקומקום שלי דולף",
        "मेरी केतली लीक होती है",
        "กาน้ำของฉันรั่ว",
        "내 주전자가 새요",
        "Mein Kessel läuft aus – ‚ärgerlich‘",
        "👩‍👩‍👧‍👦 🦊 🇬🇧",
        "\U0001f9ff Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_every_script_comes_through(web: Web, text: str, encoding: str) -> None:
    body = rss([item(1, text)]).decode().replace('encoding="utf-8"', f'encoding="{encoding}"').encode(encoding)
    (post,) = read(web, body, headers={"Content-Type": "application/xml"})
    assert post.text == text


def test_an_encoding_that_only_the_document_names_is_used(web: Web) -> None:
    body = rss([item(1, "Kessel läuft aus für 5 €")]).decode().replace('"utf-8"', '"windows-1252"').encode("windows-1252")
    assert read(web, body)[0].text == "Kessel läuft aus für 5 €"


def test_what_no_xml_may_hold_stops_nothing(web: Web) -> None:
    """NUL, control characters, a lone surrogate as UTF-8 bytes and as a character reference."""
    bad = rss([item(1, "bad DIRT text"), item(2)]).replace(b"DIRT", b"\x00\x0b\xed\xa0\x80&#xD800;&#0;")
    posts = read(web, bad)
    assert ids(posts) == ["1", "2"]
    assert not any("\x00" in post.text or any("\ud800" <= c <= "\udfff" for c in post.text) for post in posts)


def test_an_entry_of_a_megabyte_is_read_whole(web: Web) -> None:
    (post,) = read(web, rss([item(1, "leaks " * 170_000)]))
    assert len(post.text) > 1_000_000


def test_an_entity_bomb_does_not_grow(web: Web) -> None:
    grow = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a0 "ha">{grow}]>'.encode() + rss([item(1, "X")]).partition(b"?>")[2].replace(
        b"X", b"&a11;"
    )
    url = web.script("/feed", Reply(bomb))
    try:
        posts = look(url).posts
    except Malformed:
        posts = ()
    assert sum(len(post.text) for post in posts) < 10_000


def test_an_outside_entity_is_not_fetched(web: Web) -> None:
    secret = web.script("/secret", Reply(b"secret"))
    body = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "{secret}">]>'.encode() + rss([item(1, "X")]).partition(b"?>")[2].replace(
        b"X", b"&x;"
    )
    url = web.script("/feed", Reply(body))
    posts = look(url).posts
    assert web.paths() == ["/feed"]
    assert all("secret" not in post.text for post in posts)


def test_equal_ids_in_one_document_are_one_post(web: Web) -> None:
    assert ids(read(web, rss([item(1, "first"), item(1, "second"), item(2)]))) == ["1", "2"]
