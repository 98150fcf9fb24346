"""The pictures of posts: noted with the post, leased once, shown when they are ready, gone with the mention."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases import caseview
from desk.errors import LeaseLost, NotFound
from desk.intake import ingest, media
from desk.intake.pictures import Picture
from desk.labels import triage
from desk.post import PostMedia
from storage.check import check
from storage.database import Database
from storage.models import Media
from storage.words import MediaKind, MediaState, Role
from tests.support import desk as small
from tests.support import listening
from tests.support.listening import LEASE, MINUTE, NOON, classify, mention, poll, post

PICTURE = Picture("image/jpeg", 40, 30, b"our own bytes")
TWO = (
    PostMedia(MediaKind.PICTURE, "https://pbs.twimg.com/media/a.jpg", "A hub with a red light"),
    PostMedia(MediaKind.VIDEO, "https://pbs.twimg.com/thumb/b.jpg"),
)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as opened:
        listening.listening(opened)
        yield opened


def stored(session: Session, *posts: Any, **other: Any) -> list[Media]:
    poll(session, *(posts or (post("1", media=TWO),)), **other)
    return rows(session)


def rows(session: Session) -> list[Media]:
    return list(session.scalars(select(Media).order_by(Media.mention_id, Media.position).execution_options(populate_existing=True)))


def lease(session: Session, owner: str = "w", *, after: timedelta = timedelta(), limit: int = 10) -> list[media.Wanted]:
    return media.lease_due(session, owner, now=NOON + after, limit=limit, lease=MINUTE)


def test_the_pictures_of_a_new_post_wait_in_their_order_with_what_their_author_says(session: Session) -> None:
    kept = stored(session)
    assert [(row.position, row.kind, row.alt, row.state) for row in kept] == [
        (0, MediaKind.PICTURE, "A hub with a red light", MediaState.WAITING),
        (1, MediaKind.VIDEO, "", MediaState.WAITING),
    ]


def test_a_post_that_comes_again_brings_no_second_picture(session: Session) -> None:
    stored(session)
    assert len(stored(session, now=NOON + MINUTE)) == 2


def test_words_and_addresses_are_made_harmless_and_only_so_many_are_kept(session: Session) -> None:
    many = tuple(PostMedia(MediaKind.PICTURE, f"https://pbs.twimg.com/{n}.jpg", "al\x00t" * 3) for n in range(30))
    long = PostMedia(MediaKind.PICTURE, "https://pbs.twimg.com/" + "a" * 3000)
    kept = stored(session, post("1", media=(long, *many)))
    assert len(kept) == media.MOST_PER_POST
    assert {row.alt for row in kept} == {"altaltalt"}
    assert all(len(row.url) < 100 for row in kept)


def test_each_picture_is_leased_by_one_worker_and_names_a_feed_that_caught_it(session: Session) -> None:
    stored(session)
    first = lease(session, limit=1)
    assert [(one.url, one.feed.source, one.attempt) for one in first] == [(TWO[0].url, "x", 1)]
    assert [one.url for one in lease(session, "other")] == [TWO[1].url]
    assert lease(session, "third") == []
    assert len(lease(session, "third", after=2 * MINUTE)) == 2


def test_a_picture_is_ready_for_its_worker_alone(session: Session) -> None:
    kept = stored(session)
    lease(session)
    with pytest.raises(LeaseLost):
        media.ready(session, kept[0].id, PICTURE, owner="another", now=NOON)
    media.ready(session, kept[0].id, PICTURE, owner="w", now=NOON)
    reader = small.person(session, "Rik", Role.READER)
    assert media.shown(session, kept[0].id, by=reader) == (PICTURE, NOON)
    with pytest.raises(LeaseLost):
        media.refused(session, kept[0].id, "late", owner="w", now=NOON)


def test_nothing_is_shown_that_is_not_ready(session: Session) -> None:
    kept = stored(session)
    lease(session)
    media.refused(session, kept[0].id, "no picture\x00 at all", owner="w", now=NOON)
    by = small.person(session)
    for media_id in (kept[0].id, kept[1].id, 99_999):
        with pytest.raises(NotFound):
            media.shown(session, media_id, by=by)
    assert rows(session)[0].error == "no picture at all"


def test_a_look_that_does_not_work_is_repeated_later_and_later_then_it_has_failed(session: Session) -> None:
    (kept,) = stored(session, post("1", media=TWO[:1]))
    at = timedelta()
    for pause in media.PAUSES:
        assert len(lease(session, after=at)) == 1
        media.not_fetched(session, kept.id, "it is broken just now", owner="w", now=NOON + at)
        assert lease(session, after=at + pause - timedelta(seconds=1)) == []
        at += pause
    assert len(lease(session, after=at)) == 1
    media.not_fetched(session, kept.id, "it is broken just now", owner="w", now=NOON + at)
    assert [row.state for row in rows(session)] == [MediaState.FAILED]
    assert lease(session, after=timedelta(days=9)) == []


def test_a_server_that_asks_for_a_longer_pause_gets_it(session: Session) -> None:
    (kept,) = stored(session, post("1", media=TWO[:1]))
    lease(session)
    media.not_fetched(session, kept.id, "slow down", retry_at=NOON + timedelta(hours=3), owner="w", now=NOON)
    assert rows(session)[0].next_at == NOON + timedelta(hours=3)


def test_a_picture_whose_workers_die_each_time_is_given_up(session: Session) -> None:
    stored(session, post("1", media=TWO[:1]))
    for turn in range(len(media.PAUSES) + 1):
        assert len(lease(session, after=turn * 2 * MINUTE)) == 1
    assert lease(session, after=timedelta(days=1)) == []
    assert rows(session)[0].state is MediaState.FAILED


def test_a_post_that_is_deleted_takes_its_pictures_along_even_while_one_is_being_fetched(session: Session) -> None:
    kept = stored(session)
    lease(session)
    media.ready(session, kept[0].id, PICTURE, owner="w", now=NOON)
    ingest.forget(session, mention(session).id, reason="deleted", now=NOON)
    assert rows(session) == []
    with pytest.raises(LeaseLost):
        media.ready(session, kept[1].id, PICTURE, owner="w", now=NOON)
    assert check(session) == []


def test_an_edit_that_takes_a_picture_out_erases_it_and_one_that_keeps_it_fetches_nothing_anew(session: Session) -> None:
    kept = stored(session)
    lease(session)
    media.ready(session, kept[0].id, PICTURE, owner="w", now=NOON)
    later = stored(session, post("1", "Other words", media=TWO, edited_at=NOON + MINUTE), now=NOON + MINUTE)
    assert [row.id for row in later] == [row.id for row in kept]
    gone = stored(session, post("1", "No picture any more", edited_at=NOON + 2 * MINUTE), now=NOON + 2 * MINUTE)
    assert gone == []


def test_the_case_shows_the_pictures_of_its_posts_and_which_post_is_abusive(session: Session) -> None:
    stored(session)
    classify(session, listening.verdict(abusive=True))
    case_id = mention(session).case_id
    (shown,) = caseview.case(session, case_id or 0, by=small.person(session), now=NOON).thread
    assert shown.abusive
    assert [(one.kind, one.state, one.alt) for one in shown.media] == [
        (MediaKind.PICTURE, MediaState.WAITING, "A hub with a red light"),
        (MediaKind.VIDEO, MediaState.WAITING, ""),
    ]


def test_a_picture_of_a_private_message_is_for_who_works_on_cases(session: Session) -> None:
    (kept,) = stored(session, post("1", media=TWO[:1], is_private=True))
    lease(session)
    media.ready(session, kept.id, PICTURE, owner="w", now=NOON)
    assert media.shown(session, kept.id, by=small.person(session))[0] == PICTURE
    for role in (Role.MARKETER, Role.OPS, Role.READER):
        with pytest.raises(NotFound):
            media.shown(session, kept.id, by=small.person(session, "X", role))


def test_a_picture_waits_for_nobody_else(session: Session) -> None:
    stored(session)
    assert triage.lease(session, "t", now=NOON, limit=5, lease=LEASE)
    assert media.is_due(session, now=NOON)
    assert not media.is_due(session, now=NOON - MINUTE)
