"""Where a post's pictures lie, as each source tells it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from desk.post import PostMedia
from listener.sources.reddit.parse import read_child
from listener.sources.rss.parse import read_document, read_item
from listener.sources.x.parse import Reader, packed_page, read_page
from storage.words import MediaKind
from tests.support.x_platform import id_of, item

NOW = datetime(2026, 11, 20, tzinfo=UTC)
PHOTO = {"media_key": "3_1", "type": "photo", "url": "https://pbs.twimg.com/media/a.jpg", "alt_text": "A hub"}
VIDEO = {"media_key": "7_2", "type": "video", "preview_image_url": "https://pbs.twimg.com/thumb/b.jpg"}


def x_page(*shown: Any, keys: Any = ("3_1", "7_2")) -> bytes:
    post = item(1, attachments={"media_keys": list(keys) if isinstance(keys, tuple) else keys})
    return json.dumps({"data": [post], "includes": {"media": list(shown)}, "meta": {}}).encode()


def test_a_post_on_x_shows_its_pictures_and_the_stills_of_its_videos() -> None:
    page = read_page(x_page(VIDEO, PHOTO), Reader())
    expected = (
        PostMedia(MediaKind.PICTURE, "https://pbs.twimg.com/media/a.jpg", "A hub"),
        PostMedia(MediaKind.VIDEO, "https://pbs.twimg.com/thumb/b.jpg"),
    )
    assert page.posts[0].media == expected
    assert page.media == {"3_1", "7_2"}
    again = read_page(packed_page(json.dumps(page.posts[0].raw).encode()), Reader())
    assert again.posts[0].media == expected


@pytest.mark.parametrize(
    ("shown", "keys"),
    [((), ("3_1",)), (({"media_key": "3_1", "type": "photo"},), ("3_1",)), ((PHOTO,), None), ((None, 3, PHOTO), "3_1"), ((PHOTO,), ())],
)
def test_what_x_leaves_out_is_no_picture(shown: Any, keys: Any) -> None:
    page = read_page(x_page(*shown, keys=keys), Reader())
    assert page.posts[0].media == ()
    assert page.posts[0].external_id == id_of(1)


def submission(**told: Any) -> PostMedia | tuple[PostMedia, ...]:
    given = {"name": "t3_a", "title": "Look", "selftext": "", "created_utc": 1_700_000_000.0, "permalink": "/r/a/comments/a/", **told}
    return read_child({"kind": "t3", "data": given}).media


def test_a_submission_shows_its_preview_no_wider_than_we_need_it() -> None:
    sizes = [{"url": f"https://preview.redd.it/a.jpg?width={width}&amp;s=1", "width": width} for width in (108, 640, 1080)]
    source = {"url": "https://preview.redd.it/a.jpg?s=2", "width": 4000}
    found = submission(preview={"images": [{"source": source, "resolutions": sizes}]})
    assert found == (PostMedia(MediaKind.PICTURE, "https://preview.redd.it/a.jpg?width=1080&s=1"),)
    assert submission(preview={"images": [{"source": source}]}) == (PostMedia(MediaKind.PICTURE, source["url"]),)


def test_a_gallery_shows_each_of_its_pictures_with_its_caption() -> None:
    described = {name: {"s": {"u": f"https://preview.redd.it/{name}.jpg", "x": 800}} for name in ("a", "b")}
    found = submission(gallery_data={"items": [{"media_id": "b", "caption": "the bill"}, {"media_id": "a"}]}, media_metadata=described)
    assert found == (
        PostMedia(MediaKind.PICTURE, "https://preview.redd.it/b.jpg", "the bill"),
        PostMedia(MediaKind.PICTURE, "https://preview.redd.it/a.jpg"),
    )


def test_a_link_to_reddits_own_host_is_a_picture_and_one_to_another_is_not() -> None:
    assert submission(url="https://i.redd.it/x.png") == (PostMedia(MediaKind.PICTURE, "https://i.redd.it/x.png"),)
    assert submission(url="https://elsewhere.example/x.png") == ()
    assert submission(is_video=True, url="https://i.redd.it/x.png")[0].kind is MediaKind.VIDEO  # type: ignore[index]
    assert submission(preview=3, gallery_data=[], media_metadata="x") == ()


FEED = """<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>F</title><item><guid>1</guid><title>Look</title>
<description>words</description>{}</item></channel></rss>"""


@pytest.mark.parametrize(
    ("element", "urls"),
    [
        ('<media:content url="https://forum.example/a.jpg" medium="image"/>', ["https://forum.example/a.jpg"]),
        ('<media:content url="/a.jpg" type="image/jpeg"/><media:content url="/b.mp4" type="video/mp4"/>', ["https://forum.example/a.jpg"]),
        ('<enclosure url="https://forum.example/c.png" type="image/png" length="1"/>', ["https://forum.example/c.png"]),
        ('<enclosure url="https://forum.example/c.mp3" type="audio/mpeg" length="1"/>', []),
        ('<media:thumbnail url="https://forum.example/t.jpg"/>', ["https://forum.example/t.jpg"]),
        ('<media:content url="javascript:alert(1)" medium="image"/>', []),
        ("", []),
    ],
)
def test_an_entry_shows_what_its_feed_says_is_a_picture(element: str, urls: list[str]) -> None:
    document = read_document(FEED.format(element).encode(), url="https://forum.example/feed.xml", content_type="application/rss+xml")
    (entry,) = document.items
    assert [one.url for one in read_item(entry, site="forum.example", now=NOW).media] == urls
    assert [one.url for one in read_item(json.loads(json.dumps(entry)), site="forum.example", now=NOW).media] == urls
