"""A page of each source made into posts, beside the client library's own objects of the same page; both from the bytes as they came."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median
from time import process_time
from typing import Any

from bench.figures import Figure
from bench.places import Places
from desk.post import Post
from listener.sources.bluesky import parse as bluesky
from listener.sources.discourse import parse as discourse
from listener.sources.hackernews import parse as hackernews
from listener.sources.mastodon import parse as mastodon
from listener.sources.reddit import parse as reddit
from listener.sources.rss import parse as rss
from listener.sources.shared.json_read import read_json
from listener.sources.shared.reading import read_all
from listener.sources.shared.wire import Answer
from listener.sources.stackexchange import parse as stackexchange
from listener.sources.wordpress import parse as wordpress
from listener.sources.x import parse as x
from listener.sources.youtube import parse as youtube
from tests.support.bluesky_platform import post as bluesky_post
from tests.support.discourse_platform import post as discourse_post
from tests.support.mastodon_platform import status
from tests.support.open_places import documented, hit
from tests.support.replay import FIXTURES, plain, read_cassette
from tests.support.wordpress_platform import comment

PART = "parse"
ROUNDS = 25
ON_A_PAGE = 100
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
TEXT = "My parcel from @northwind has not come yet, and nobody at the counter could tell me where it is or when it will be here"
FORUM = discourse.Forum("https://forum.example", "forum.example")


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its bytes, and how we and the client library read it. A library that only gives JSON is a floor, not a peer: `is_peer` is False."""

    source: str
    body: bytes
    ours: Callable[[bytes], Sequence[Post]]
    library: str
    theirs: Callable[[bytes], object]
    is_peer: bool = True


def run(_places: Places) -> Iterator[Figure]:
    """Each round reads the page in both ways, one after the other."""
    for page in pages():
        yield measured(page, ROUNDS)


def measured(page: Page, rounds: int) -> Figure:
    """Microseconds of the processor for each post, and how that compares with the library."""
    posts = len(page.ours(page.body))
    page.theirs(page.body)
    took: dict[str, list[float]] = {"ours": [], "theirs": []}
    for _ in range(rounds):
        for whose, read in (("ours", page.ours), ("theirs", page.theirs)):
            started = process_time()
            read(page.body)
            took[whose].append((process_time() - started) / posts * 1e6)
    ours, theirs = median(took["ours"]), median(took["theirs"])
    beside = {f"{page.library} µs": theirs, "posts": float(posts)}
    name = f"{page.source}: a post read" + (", times its library" if page.is_peer else "")
    if page.is_peer:
        return Figure(PART, name, ours / max(theirs, 0.01), "", rounds * posts, beside={"µs": ours, **beside})
    return Figure(PART, name, ours, "µs", rounds * posts, beside=beside)


def pages() -> Iterator[Page]:
    """Recorded or documented pages, as long as the platform's longest."""
    yield Page("x", _x(), lambda body: x.read_page(body, x.Reader(("northwind",))).posts, "tweepy", _tweepy())
    yield Page("reddit", _reddit(), _reddit_posts, "praw", _praw())
    yield Page("rss", _rss(), _rss_posts, "feedparser", _feedparser())
    yield Page("mastodon", _mastodon(), _mastodon_posts, "Mastodon.py", _mastodon_py())
    yield Page("bluesky", _bluesky(), _bluesky_posts, "atproto", _atproto())
    yield from (Page(source, body, ours, "httpx and json", _httpx, is_peer=False) for source, body, ours in _plain())


def _x() -> bytes:
    """The recorded page, its posts repeated under other ids."""
    recorded = next(plain(answer) for _, answer in read_cassette(FIXTURES / "x" / "search.yaml"))
    document = json.loads(recorded)
    items = [item for item in document["data"] if isinstance(item, dict) and item.get("id")]
    ids = [str(int(item["id"]) + number) for number, item in enumerate(_repeated(items))]
    document["data"] = [{**item, "id": own, "edit_history_tweet_ids": [own]} for own, item in zip(ids, _repeated(items), strict=True)]
    return json.dumps(document).encode()


def _reddit() -> bytes:
    answers = {key[1]: plain(answer) for key, answer in read_cassette(FIXTURES / "reddit" / "comments.yaml")}
    document = json.loads(answers["/r/northwind/comments/"])
    good = [child for child in document["data"]["children"] if any(post.text for post in reddit.read_children([child])[0])]
    children = [{**one, "data": {**one["data"], "name": f"t1_n{n}", "id": f"n{n}"}} for n, one in enumerate(_repeated(good))]
    return json.dumps({**document, "data": {**document["data"], "children": children}}).encode()


def _rss() -> bytes:
    items = "".join(
        f"<item><guid>n{n}</guid><title>Where is it?</title><link>https://forum.example/{n}</link><author>ada@forum.example (Ada)</author>"
        f"<pubDate>Fri, 20 Nov 2026 11:{n % 60:02}:00 GMT</pubDate><description>&lt;p&gt;{TEXT}&lt;/p&gt;</description></item>"
        for n in range(ON_A_PAGE)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Forum</title>{items}</channel></rss>'.encode()


def _mastodon() -> bytes:
    return json.dumps([status(n, f"<p>{TEXT}</p>") for n in range(1, 41)]).encode()


def _bluesky() -> bytes:
    return json.dumps({"posts": [bluesky_post(n, TEXT) for n in range(ON_A_PAGE)]}).encode()


def _plain() -> Iterator[tuple[str, bytes, Callable[[bytes], Sequence[Post]]]]:
    """Sources without a vendor's client: our own reading of JSON, beside nothing but that."""
    hits = {"hits": [hit(str(n), 1_795_174_200 + n, comment_text=f"<p>{TEXT}") for n in range(ON_A_PAGE)]}
    yield "hackernews", _bytes(hits), _each(lambda given: given["hits"], hackernews.read_hit)
    questions = {"items": _repeated(documented("stackexchange", "questions")["items"])}
    yield "stackexchange", _bytes(questions), _each(stackexchange.items_of, _question)
    threads = {"items": _repeated(documented("youtube", "threads")["items"])}
    yield "youtube", _bytes(threads), _each(lambda given: [youtube.top_of(one) for one in youtube.items_of(given)], youtube.read_item)
    posts = {"latest_posts": [discourse_post(n, TEXT) for n in range(1, ON_A_PAGE + 1)]}
    yield "discourse", _bytes(posts), _each(lambda given: given["latest_posts"], lambda item: discourse.read_post(item, FORUM))
    comments = [comment(n, f"<p>{TEXT}</p>") for n in range(1, ON_A_PAGE + 1)]
    yield "wordpress", _bytes(comments), _each(lambda given: given, lambda item: wordpress.read_comment(item, "blog.example"))


def _each(listed: Callable[[Any], Sequence[Any]], read: Callable[[Any], Post]) -> Callable[[bytes], Sequence[Post]]:
    return lambda body: read_all(listed(read_json(body)), read)[0]


def _question(item: Any) -> Post:
    return stackexchange.read_item(item, host="stackoverflow.com", questions={}, site="stackoverflow")


def _reddit_posts(body: bytes) -> Sequence[Post]:
    return reddit.read_children(reddit.read_listing(read_json(body), now=datetime.now(UTC)).children)[0]


def _rss_posts(body: bytes) -> Sequence[Post]:
    items = rss.read_document(body, url="https://forum.example/feed", content_type="application/rss+xml").items
    roots = rss.thread_roots(items)
    return [rss.read_item(item, site="forum.example", now=AT, roots=roots) for item in items]


def _mastodon_posts(body: bytes) -> Sequence[Post]:
    sheet = mastodon.read_statuses(Answer(200, {}, body))
    return [mastodon.read_status(entry.item, root="", site="one.example") for entry in sheet.entries]


def _bluesky_posts(body: bytes) -> Sequence[Post]:
    sheet = bluesky.read_page(Answer(200, {}, body), "posts")
    return [bluesky.read_post(entry.item) for entry in sheet.entries]


def _tweepy() -> Callable[[bytes], object]:
    import tweepy

    client = tweepy.Client("a token")
    return lambda body: client._construct_response(json.loads(body), data_type=tweepy.Tweet)  # noqa: SLF001  the library's own reading, without a call


def _praw() -> Callable[[bytes], object]:
    import praw

    reddit_client = praw.Reddit(client_id="a", client_secret="b", user_agent="bench", check_for_updates=False)
    return lambda body: reddit_client._objector.objectify(data=json.loads(body))  # noqa: SLF001  the same


def _feedparser() -> Callable[[bytes], object]:
    import feedparser

    return lambda body: feedparser.parse(body, response_headers={"content-type": "application/rss+xml"})


def _mastodon_py() -> Callable[[bytes], object]:
    from mastodon.return_types import Status
    from mastodon.types_base import NonPaginatableList, try_cast_recurse

    cast: Callable[..., object] = try_cast_recurse
    return lambda body: cast(NonPaginatableList[Status], json.loads(body))


def _atproto() -> Callable[[bytes], object]:
    from atproto_client import models
    from atproto_client.models.utils import get_or_create

    return lambda body: get_or_create(json.loads(body), models.AppBskyFeedSearchPosts.Response)


def _httpx(body: bytes) -> object:
    import httpx

    return httpx.Response(200, content=body).json()


def _repeated(items: Sequence[Any]) -> list[Any]:
    return [items[number % len(items)] for number in range(ON_A_PAGE)]


def _bytes(document: Mapping[str, Any] | Sequence[Any]) -> bytes:
    return json.dumps(document).encode()
