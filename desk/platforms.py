"""What platforms take and what they charge: plain values, each with its source and the day on which it was read.

X length: the last code points of a text count two, links count 23 whatever their length
(https://docs.x.com/fundamentals/counting-characters, read 2026-11-22). X prices: https://docs.x.com/x-api/getting-started/pricing,
read 2026-11-22. Reddit: 10,000 characters a comment (https://www.reddit.com/dev/api#POST_api_comment, read 2026-11-22).
Mastodon: 500 characters unless a server says otherwise, links count 23, of a name elsewhere only what stands before the second @
(https://docs.joinmastodon.org/user/posting/#text, read 2026-11-22); the name of who is answered stands in front, and 32 are kept for it.
Bluesky counts 300 graphemes (app.bsky.feed.post lexicon, read 2026-11-22).
Discourse: 32,000 unless a forum says otherwise (its setting max_post_length); WordPress: 65,525 bytes (wp_get_comment_fields_max_lengths).
App Store: 5,970 (App Store Connect's own form). Google Play: 350 (https://developers.google.com/android-publisher/reply-to-reviews,
read 2026-11-22).
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import quote

from desk.post import Spent
from storage.words import ChangeKind

ANSWERS_ONLY_WHEN_ADDRESSED = frozenset({"x"})
"""By API these let an account answer only posts that mention or quote it (X, since 2026-02-23)."""

NAMED_BY_SERVER = frozenset({"mastodon"})
"""Whose sites are the servers that credentials name by their address."""

LIMITS: Mapping[str, int] = MappingProxyType(
    {
        "x": 280,
        "reddit": 10_000,
        "mastodon": 468,
        "bluesky": 300,
        "discourse": 32_000,
        "wordpress": 65_000,
        "appstore": 5_970,
        "googleplay": 350,
    }
)
"""The longest reply, counted by `length`."""

PRICES: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        "x": MappingProxyType(
            {
                "post_read": 5_000,
                "owned_read": 1_000,
                "user_read": 10_000,
                "post_write": 15_000,
                "link_write": 200_000,
                "summoned_reply": 10_000,
                "post_delete": 10_000,
                "media_read": 5_000,
                "direct_read": 10_000,
                "direct_write": 15_000,
                "count_request": 5_000,
            }
        )
    }
)
"""Micro-dollars for one unit of each kind of call; a source without prices is free of charge. A contract may say otherwise: `agree`."""

_agreed: dict[str, Mapping[str, int]] = {}

CURRENCY = "USD"

QUOTA_UNIT = "quota_unit"
QUOTA_ZONES: Mapping[str, str] = MappingProxyType({"youtube": "America/Los_Angeles", "stackexchange": "UTC"})
"""Who counts calls in units of a day's quota in place of money, and where that day begins.

YouTube: 10,000 units, anew at midnight Pacific time (https://developers.google.com/youtube/v3/determine_quota_cost). Stack Exchange: 10,000 calls with
a key, anew at midnight UTC (https://api.stackexchange.com/docs/throttle). Both read 2026-11-22.
"""

RECHECKED: Mapping[str, int] = MappingProxyType(
    {
        "x": 100,
        "reddit": 100,
        "mastodon": 20,
        "bluesky": 25,
        "wordpress": 50,
        "discourse": 10,
        "youtube": 50,
        "hackernews": 20,
        "stackexchange": 100,
        "appstore": 10,
        "googleplay": 10,
        "rss": 100,
    }
)
"""The sources that can be asked again for posts by their ids, and for how many at once.

X: GET /2/tweets, 100 (https://docs.x.com/x-api/posts/get-posts-by-ids). Reddit: api/info, 100 (https://www.reddit.com/dev/api#GET_api_info).
Mastodon: GET /api/v1/statuses since 4.3, 20 (https://docs.joinmastodon.org/methods/statuses/#index). Bluesky: app.bsky.feed.getPosts, 25.
WordPress: comments?include= (https://developer.wordpress.org/rest-api/reference/comments/). Discourse: posts/{id}.json, one by one.
YouTube: comments.list and videos.list by id, 50 (https://developers.google.com/youtube/v3/docs/comments/list), a unit of the quota each.
Hacker News: v0/item/{id}.json, one by one (https://github.com/HackerNews/API). Stack Exchange: questions/{ids}, answers/{ids} and comments/{ids}, 100
(https://api.stackexchange.com/docs/questions-by-ids), a call of the quota each. App Store: customerReviews/{id}, one by one. Google Play: reviews.get,
one by one, 200 calls an hour (https://developers.google.com/android-publisher/reply-to-reviews). RSS and Atom: the feed itself, whatever it still carries.
All read 2026-11-22.
"""

FOLLOWED_LATER = frozenset({"hackernews", "stackexchange", "appstore", "googleplay", "rss"})
"""Those of them that were listened to before they could be asked: posts from then are followed up once (desk/intake/following_up.py)."""

ASKED_BY_FEED = frozenset({"appstore", "rss"})
"""Where the feed that brought a post says how it is asked for: posts of two feeds are never asked for together."""

ASKED_TOGETHER = frozenset({"rss", "stackexchange", "youtube"})
"""Where each call counts and tells of many posts: what is due there within some hours is asked for at once."""

MEDIA_HOSTS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "x": frozenset({"pbs.twimg.com", "video.twimg.com"}),
        "reddit": frozenset({"i.redd.it", "preview.redd.it", "external-preview.redd.it"}),
        "bluesky": frozenset({"cdn.bsky.app", "video.bsky.app"}),
    }
)
"""The hosts on which a platform itself keeps the pictures of its posts: no other one is asked for them."""

DIRECT_MEDIA_HOSTS = frozenset({"ton.twitter.com", "ton.x.com"})
"""Where X keeps the pictures of private messages, for the accounts of their conversation only."""

DIRECT_LIMITS: Mapping[str, int] = MappingProxyType({"x": 10_000, "mastodon": 468, "bluesky": 1_000, "reddit": 10_000})
"""The longest private message, in characters."""


@dataclass(frozen=True, slots=True)
class PictureRule:
    """How many pictures a reply may carry, and how many bytes each."""

    count: int
    size: int
    types: frozenset[str]


NO_PICTURES = PictureRule(0, 0, frozenset())

JPEG_OR_PNG = frozenset({"image/jpeg", "image/png"})
PICTURES: Mapping[str, PictureRule] = MappingProxyType(
    {source: PictureRule(4, 5_000_000, JPEG_OR_PNG) for source in ("x", "mastodon", "bluesky")}
)
"""What goes with a public reply; a source that is not named takes no pictures from here.

X: four pictures a post, 5 MB each, more types than the two that we make (https://docs.x.com/x-api/media/introduction and
https://docs.x.com/x-api/media/quickstart/best-practices, read 2026-11-22). Reddit's api/comment takes text only
(https://www.reddit.com/dev/api#POST_api_comment, read 2026-11-22); feeds in RSS and Atom take no answer at all. Mastodon: four, 16 MB each
(https://docs.joinmastodon.org/user/posting/#media, read 2026-11-22). Bluesky: four of 1 MB, to which they are made smaller on the way
(app.bsky.embed.images lexicon, read 2026-11-22).
"""

CHANGES: Mapping[str, frozenset[ChangeKind]] = MappingProxyType(
    {
        "x": frozenset({ChangeKind.TAKE_BACK}),
        "reddit": frozenset({ChangeKind.TAKE_BACK, ChangeKind.CORRECT}),
        "mastodon": frozenset({ChangeKind.TAKE_BACK, ChangeKind.CORRECT}),
        "bluesky": frozenset({ChangeKind.TAKE_BACK}),
        "discourse": frozenset({ChangeKind.TAKE_BACK, ChangeKind.CORRECT}),
        "wordpress": frozenset({ChangeKind.TAKE_BACK, ChangeKind.CORRECT}),
        "appstore": frozenset({ChangeKind.TAKE_BACK, ChangeKind.CORRECT}),
        "googleplay": frozenset({ChangeKind.CORRECT}),
    }
)
"""What an account may do by API with a reply that stands there; a source that is not named allows nothing.

X: DELETE /2/tweets/:id (https://docs.x.com/x-api/posts/delete-post, read 2026-11-22); editing is for Premium accounts, within an hour, and
not offered to most apps. Reddit: api/del and api/editusertext (https://www.reddit.com/dev/api#POST_api_editusertext, read 2026-11-22).
Mastodon: https://docs.joinmastodon.org/methods/statuses/#edit and #delete. Bluesky shows no edits: com.atproto.repo.deleteRecord alone.
Discourse: PUT and DELETE /posts/{id}.json (https://docs.discourse.org). WordPress: https://developer.wordpress.org/rest-api/reference/comments/.
App Store: a second answer replaces the first, and one is deleted (App Store Connect API, customerReviewResponses). Google Play: a second
answer replaces the first; nothing deletes it (androidpublisher v3, reviews.reply). All read 2026-11-22.
"""

MAY_TRAIN: Mapping[str, bool] = MappingProxyType(
    {
        "x": False,
        "reddit": False,
        "mastodon": False,
        "bluesky": False,
        "discourse": False,
        "wordpress": False,
        "appstore": False,
        "googleplay": False,
        "youtube": False,
        "hackernews": False,
        "stackexchange": False,
        "webhook": False,
        "rss": True,
        "archive": True,
    }
)
"""Whether a classifier may be trained on what was read there; a source that is not named here forbids it.

X: its Developer Agreement (since 2025-06-04) forbids to fine-tune or train a foundation or frontier model with its API or content
(https://developer.x.com/en/developer-terms/agreement; https://opentermsarchive.org/en/memos/x-ban-using-its-content-or-api-to-fine-tune-or-train-large-ai-models,
read 2026-11-22). Ours is a small one, but that line is not ours to draw. Reddit: section 2.4 of its Data API Terms gives no right to train a model
without the permission of those who wrote (https://www.redditinc.com/policies/data-api-terms, quoted as of 2023-04-18).
Mastodon and Bluesky: their terms give no such right, and many servers forbid it (https://mastodon.social/terms-of-service, since 2025-07-01).
Discourse and WordPress: each site has terms of its own, and who wrote there was not asked. The app stores give their reviews to be read and
answered, and name no other use (Apple Developer Program License Agreement; Google APIs Terms of Service).
YouTube: its API's policies let data be kept for 30 days and used for what the user sees (https://developers.google.com/youtube/terms/developer-policies,
read 2026-11-22). Hacker News and Stack Exchange: free to read, but who wrote there was not asked, and CC BY-SA wants names kept. What a webhook brings
is its platform's.
RSS and Atom bring what a site publishes for reading by machines; an archive is the workspace's own file: who imports it answers for it.
"""

TRAIN_WHEN_APPROVED = frozenset({"x"})
"""Where the terms are for the workspace to read: an admin who has done so may say that its posts train our own small classifier."""

EXPORTED_TEXTS: Mapping[str, int] = MappingProxyType({"x": 500})
"""How many texts of its posts one person may take away as a file in one UTC day; beyond it a file holds their ids only. Others name no number.

X: its Developer Policy lets a service give a person up to 500 posts a day by non-automated means, else ids
(https://docs.x.com/developer-terms/policy, read 2026-11-22).
"""

LINK = re.compile(
    r"https?://\S+|(?<![\w@.])(?:[a-z0-9-]+\.)+(?:com|org|net|io|co|uk|de|fr|eu|app|dev|info|me|ly)\b(?:/\S*)?", re.IGNORECASE
)
LINK_LENGTH = 23
WEB_LINK = re.compile(r"https?://\S+", re.IGNORECASE)
ELSEWHERE = re.compile(r"(?<![\w/])(@\w[\w.-]*)@[\w-]+(?:\.[\w-]+)+")
"""The name of somebody on another server; of it Mastodon counts only the first part."""

LIGHT = ((0x0000, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))
"""The ranges of twitter-text's version 3 configuration that count one; all other characters count two."""


def length(source: str, text: str, *, is_private: bool = False) -> int:
    """How long the platform says a text is, in its own count; X alone counts a private message in another way."""
    if source == "x":
        return len(text) if is_private else _length_on_x(text)
    if source == "mastodon":
        return _graphemes(ELSEWHERE.sub(r"\1", WEB_LINK.sub("x" * LINK_LENGTH, text)))
    return _graphemes(text) if source == "bluesky" else len(text)


def limit(source: str, *, is_private: bool = False) -> int | None:
    """The longest reply that a platform takes, by its own count; None where it names none."""
    return DIRECT_LIMITS.get(source) if is_private else LIMITS.get(source)


def agree(prices: Mapping[str, Mapping[str, int]]) -> None:
    """What is paid in place of the table's prices, in micro-dollars, by source and kind: said once, when a process starts."""
    _agreed.clear()
    _agreed.update(prices)


def price(source: str, kind: str, units: int = 1) -> Spent:
    """What so many calls of one kind cost. Raises KeyError for a kind that a priced source does not have."""
    prices = PRICES.get(source)
    each = _agreed.get(source, {}).get(kind, prices[kind]) if prices is not None else 0
    return Spent(kind, units, each * units, CURRENCY)


def reply_price(source: str, text: str, *, is_addressed: bool, is_private: bool = False) -> Spent:
    """What sending a reply costs: on X a link in public makes it many times as dear."""
    if source != "x":
        return price(source, "reply")
    if is_private:
        return price("x", "direct_write")
    if LINK.search(text):
        return price("x", "link_write")
    return price("x", "summoned_reply" if is_addressed else "post_write")


def recheck_price(source: str) -> int:
    """Micro-units for asking again for one post."""
    return PRICES[source]["post_read"] if source in PRICES else 0


def pictures(source: str, *, is_private: bool = False) -> PictureRule:
    """What pictures a reply there may carry. None go with a direct message: that is text only from here."""
    return NO_PICTURES if is_private else PICTURES.get(source, NO_PICTURES)


def changes(source: str) -> frozenset[ChangeKind]:
    """What may be asked of a reply that stands there."""
    return CHANGES.get(source, frozenset())


def may_train(source: str) -> bool:
    """Whether posts of this source may be used to train a classifier."""
    return MAY_TRAIN.get(source, False)


def deep_link(source: str, parent: str, url: str = "") -> str:
    """Where a person answers a post by hand: `parent` is its id there, `url` its address where we know it. Empty when there is no such place."""
    if source == "x" and parent.isdigit():
        return f"https://x.com/intent/post?in_reply_to={quote(parent)}"
    return url if url.startswith(("https://", "http://")) else ""


def _length_on_x(text: str) -> int:
    composed = unicodedata.normalize("NFC", text)
    without_links, links = LINK.subn("", composed)
    return links * LINK_LENGTH + sum(_weight(cluster) for cluster in _clusters(without_links))


def _weight(cluster: str) -> int:
    # An emoji counts two however many code points it is made of.
    if len(cluster) > 1 and ord(cluster[0]) > LIGHT[0][1]:
        return 2
    return sum(1 if any(low <= ord(c) <= high for low, high in LIGHT) else 2 for c in cluster)


def _graphemes(text: str) -> int:
    return len(_clusters(text))


def _clusters(text: str) -> list[str]:
    """What a reader sees as one sign, near enough for counting: joined emoji, flags, skin tones, combining marks."""
    found: list[str] = []
    for c in text:
        if found and (_joins(c) or found[-1].endswith("\u200d") or _is_flag_pair(found[-1], c)):
            found[-1] += c
        else:
            found.append(c)
    return found


def _joins(c: str) -> bool:
    is_tone, is_tag = "\U0001f3fb" <= c <= "\U0001f3ff", "\U000e0020" <= c <= "\U000e007f"
    return unicodedata.category(c) in {"Mn", "Me", "Mc"} or c in "\u200d\ufe0f\u20e3" or is_tone or is_tag


def _is_flag_pair(before: str, c: str) -> bool:
    return len(before) == 1 and all("\U0001f1e6" <= letter <= "\U0001f1ff" for letter in (before, c))
