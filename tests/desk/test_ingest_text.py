"""What a page says is made safe and kept whole: broken text, absurd dates, ids too long, and the news of authors."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from desk.figures import rollups
from desk.post import PostAuthor, Unreadable
from storage import raw
from storage.database import Database
from storage.models import (
    Author,
    Case,
)
from tests.support.listening import (
    HOUR,
    MINUTE,
    NOON,
    classify,
    how_many,
    mention,
    poll,
    post,
)


class TestBadText:
    def test_nul_and_lone_surrogates_are_cleaned(self, listened: Database) -> None:
        hostile = post(
            "1\x00",
            "a\x00b\ud800c\x1bd\r\ne",
            author=PostAuthor("u\x00", "h\ud800", "n\x00"),
            title="\x00t",
            url="u\x00",
            raw={"t": "\ud800\x00"},
        )
        with listened.write() as session:
            poll(session, hostile, detail="d\x00", rejects=(Unreadable(b"\x00", "e\x00"),))
            stored = mention(session)
            assert (stored.text, stored.title, stored.url) == ("ab\ufffdcd\ne", "t", "u")
            assert session.execute(select(Author.external_id, Author.handle, Author.name)).one() == ("u", "h\ufffd", "n")
            assert raw.unpack(session, stored.id) == {"t": "\ud800\x00"}

    def test_a_megabyte_is_cut_with_a_mark_and_kept_whole_in_the_payload(self, listened: Database) -> None:
        text = "wörd " * 200_000
        with listened.write() as session:
            poll(session, post("1", text, raw={}))
            stored = mention(session)
            assert len(stored.text) < 20_100
            assert stored.text.endswith("the whole post is longer]")
            assert (raw.unpack(session, stored.id) or {})["text"] == text

    def test_ids_and_names_that_are_too_long_still_tell_posts_apart(self, listened: Database) -> None:
        long = "https://forum.example/" + "x" * 400
        posts = [post(long + end, by=long + end, thread_id=long) for end in ("a", "b")]
        with listened.write() as session:
            assert poll(session, *posts).new == 2
            assert poll(session, *posts, now=NOON + MINUTE).new == 0

    def test_every_script_and_emoji_survives(self, listened: Database) -> None:
        text = "Привет مرحبا שלום 你好 こんにちは 안녕 नमस्ते สวัสดี 👩🏽‍🚒🇩🇪 e\u0301 \u202eabc"
        with listened.write() as session:
            poll(session, post("1", text))
            assert mention(session).text == text

    @pytest.mark.parametrize("hours", [1, 1000])
    def test_a_post_from_the_future_counts_when_it_was_seen(self, listened: Database, hours: int) -> None:
        with listened.write() as session:
            poll(session, post("1", at=NOON + hours * HOUR), now=NOON + MINUTE)
            assert (mention(session).bucket_at, mention(session).posted_at) == (NOON, NOON + hours * HOUR)
            assert rollups.check(session) == []

    def test_a_post_without_a_zone_is_read_as_utc(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, post("1", at=datetime(2026, 11, 18, 11, 59)))  # noqa: DTZ001  what a careless source sends
            assert mention(session).posted_at == datetime(2026, 11, 18, 11, 59, tzinfo=UTC)

    def test_authors_without_an_id_are_strangers_to_each_other(self, listened: Database) -> None:
        nobody = PostAuthor("")
        with listened.write() as session:
            poll(session, post("1", author=nobody, thread_id="t"), post("2", author=nobody, thread_id="t"))
            classify(session)
            assert (how_many(session, Author), how_many(session, Case)) == (2, 2)


def test_an_authors_news_are_stored_and_what_a_source_leaves_out_stays(listened: Database) -> None:
    with listened.write() as session:
        poll(session, post("1", author=PostAuthor("u", "ana", "Ana", 10, "https://x.example/ana")))
        poll(session, post("2", author=PostAuthor("u", "ana_b", "", None)), now=NOON + MINUTE)
        author = session.scalars(select(Author)).one()
        assert (author.handle, author.name, author.reach, author.url) == ("ana_b", "Ana", 10, "https://x.example/ana")
