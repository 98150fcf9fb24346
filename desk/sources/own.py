"""What our own sources are like, each with where it was read; all of it on 2026-11-22 where no other day is named."""

from collections.abc import Mapping
from types import MappingProxyType

from desk.sources.declaration import Counting, Declaration, PictureRule, Recheck, ReplyCalls
from desk.sources.own_forms import FORMS
from storage.words import ChangeKind

SAMPLE = 50
"""So many posts a preview shows."""

QUOTA_UNIT = "quota_unit"
TAKE_BACK, BOTH = frozenset({ChangeKind.TAKE_BACK}), frozenset({ChangeKind.TAKE_BACK, ChangeKind.CORRECT})
FOUR_PICTURES = PictureRule(4, 5_000_000, frozenset({"image/jpeg", "image/png"}))
FREE: tuple[tuple[str, int], ...] = ()

X = Declaration(
    # Lengths: the last code points of a text count two, links count 23 whatever their length
    # (https://docs.x.com/fundamentals/counting-characters). Prices: https://docs.x.com/x-api/getting-started/pricing.
    longest=280,
    longest_private=10_000,
    counting=Counting.X,
    prices=MappingProxyType(
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
    ),
    reply_calls=ReplyCalls("post_write", link="link_write", addressed="summoned_reply", private="direct_write"),
    # Each of its endpoints has a limit of its own for a quarter of an hour (https://docs.x.com/x-api/fundamentals/rate-limits).
    limited_apart=frozenset({"search", "mentions", "timeline", "direct", "recheck"}),
    counts=MappingProxyType({"search": (("count_request", 1),)}),
    samples=MappingProxyType({"search": (("post_read", SAMPLE), ("user_read", SAMPLE))}),
    # Pictures are billed apart, and nobody needs them in a sample.
    sample_options=MappingProxyType({"max_pages": 1, "page_size": SAMPLE, "backfill": False, "media": False}),
    # GET /2/tweets, 100 (https://docs.x.com/x-api/posts/get-posts-by-ids).
    recheck=Recheck(100, price="post_read"),
    # Four pictures a post, 5 MB each, more types than the two that we make (https://docs.x.com/x-api/media/introduction and
    # https://docs.x.com/x-api/media/quickstart/best-practices).
    pictures=FOUR_PICTURES,
    # DELETE /2/tweets/:id (https://docs.x.com/x-api/posts/delete-post); editing is for Premium accounts, within an hour, and not offered to most apps.
    changes=TAKE_BACK,
    # Since 2026-02-23 an account answers by API only posts that mention or quote it.
    only_when_addressed=True,
    # Its Developer Agreement (since 2025-06-04) forbids to fine-tune or train a foundation or frontier model with its API or content
    # (https://developer.x.com/en/developer-terms/agreement;
    # https://opentermsarchive.org/en/memos/x-ban-using-its-content-or-api-to-fine-tune-or-train-large-ai-models). Ours is a small one, but that line is not
    # ours to draw: an admin who has read the terms may say that its posts train our own small classifier.
    trains_when_approved=True,
    # Its Developer Policy lets a service give a person up to 500 posts a day by non-automated means, else ids (https://docs.x.com/developer-terms/policy).
    exported_texts=500,
    form=FORMS["x"],
)

REDDIT = Declaration(
    # 10,000 characters a comment (https://www.reddit.com/dev/api#POST_api_comment), which takes text only.
    longest=10_000,
    longest_private=10_000,
    # api/info, 100 (https://www.reddit.com/dev/api#GET_api_info).
    recheck=Recheck(100),
    # api/del and api/editusertext (https://www.reddit.com/dev/api#POST_api_editusertext).
    changes=BOTH,
    # No training: section 2.4 of its Data API Terms gives no right to train a model without the permission of those who wrote
    # (https://www.redditinc.com/policies/data-api-terms, quoted as of 2023-04-18).
    # https://support.reddithelp.com/hc/articles/42728983564564 (Responsible Builder Policy).
    no_access=(
        "Reddit lets in only keys that it approved: check the secrets of its credential, or ask Reddit for access at "
        "https://support.reddithelp.com/hc/en-us/requests/new with the client id, what is read and that people write the answers. "
        "Until then this feed misses all that it asks for; afterwards it reads what Reddit still shows of it. "
        "Other sources, answers by hand on reddit.com and careline import still work"
    ),
    form=FORMS["reddit"],
)

MASTODON = Declaration(
    # 500 characters unless a server says otherwise, links count 23, of a name elsewhere only what stands before the second @
    # (https://docs.joinmastodon.org/user/posting/#text); the name of who is answered stands in front, and 32 are kept for it.
    longest=468,
    longest_private=468,
    counting=Counting.MASTODON,
    # A page has at most forty: the sample is two of them.
    sample_options=MappingProxyType({"max_pages": 2, "page_size": SAMPLE // 2, "backfill": False}),
    # GET /api/v1/statuses since 4.3, 20 (https://docs.joinmastodon.org/methods/statuses/#index).
    recheck=Recheck(20),
    # Four, 16 MB each (https://docs.joinmastodon.org/user/posting/#media).
    pictures=FOUR_PICTURES,
    # https://docs.joinmastodon.org/methods/statuses/#edit and #delete.
    changes=BOTH,
    # No training: the terms give no such right, and many servers forbid it (https://mastodon.social/terms-of-service, since 2025-07-01).
    named_by_server=True,
    form=FORMS["mastodon"],
)

BLUESKY = Declaration(
    # 300 graphemes (app.bsky.feed.post lexicon).
    longest=300,
    longest_private=1_000,
    counting=Counting.GRAPHEMES,
    # app.bsky.feed.getPosts, 25.
    recheck=Recheck(25),
    # Four of 1 MB, to which they are made smaller on the way (app.bsky.embed.images lexicon).
    pictures=FOUR_PICTURES,
    # It shows no edits: com.atproto.repo.deleteRecord alone. No training: as with Mastodon.
    changes=TAKE_BACK,
    form=FORMS["bluesky"],
)

DISCOURSE = Declaration(
    # 32,000 unless a forum says otherwise (its setting max_post_length).
    longest=32_000,
    counts=MappingProxyType({"search": FREE}),
    # posts/{id}.json, one by one; PUT and DELETE there (https://docs.discourse.org).
    recheck=Recheck(10),
    changes=BOTH,
    # No training: each site has terms of its own, and who wrote there was not asked.
    form=FORMS["discourse"],
)

WORDPRESS = Declaration(
    # 65,525 bytes (wp_get_comment_fields_max_lengths).
    longest=65_000,
    # comments?include= (https://developer.wordpress.org/rest-api/reference/comments/). No training: as with Discourse.
    recheck=Recheck(50),
    changes=BOTH,
    form=FORMS["wordpress"],
)

APPSTORE = Declaration(
    # 5,970: App Store Connect's own form.
    longest=5_970,
    # customerReviews/{id}, one by one.
    recheck=Recheck(10, by_feed=True, began_later=True),
    # A second answer replaces the first, and one is deleted (App Store Connect API, customerReviewResponses).
    changes=BOTH,
    # No training: the stores give their reviews to be read and answered, and name no other use (Apple Developer Program License Agreement; Google APIs
    # Terms of Service).
    form=FORMS["appstore"],
)

GOOGLEPLAY = Declaration(
    # 350 characters; reviews.get, one by one, 200 calls an hour (https://developers.google.com/android-publisher/reply-to-reviews).
    longest=350,
    recheck=Recheck(10, began_later=True),
    # A second answer replaces the first; nothing deletes it (androidpublisher v3, reviews.reply). No training: as with the App Store.
    changes=frozenset({ChangeKind.CORRECT}),
    form=FORMS["googleplay"],
)

YOUTUBE = Declaration(
    # 10,000 units, anew at midnight Pacific time; of search.list a day has 100 calls, which take no units
    # (https://developers.google.com/youtube/v3/determine_quota_cost).
    quota_zone="America/Los_Angeles",
    limited_apart=frozenset({"search"}),
    calls_a_day=MappingProxyType({"search": 100}),
    counts=MappingProxyType({"search": (("search_call", 1),)}),
    samples=MappingProxyType({"search": (("search_call", 1), (QUOTA_UNIT, 1))}),
    # comments.list and videos.list by id, 50 (https://developers.google.com/youtube/v3/docs/comments/list), a unit of the quota each.
    recheck=Recheck(50, price=QUOTA_UNIT, is_by_call=True, together=True),
    # No training: its API's policies let data be kept for 30 days and used for what the user sees
    # (https://developers.google.com/youtube/terms/developer-policies).
    form=FORMS["youtube"],
)

HACKERNEWS = Declaration(
    counts=MappingProxyType({"all": FREE, "stories": FREE, "comments": FREE}),
    # v0/item/{id}.json, one by one (https://github.com/HackerNews/API). No training: free to read, but who wrote there was not asked.
    recheck=Recheck(20, began_later=True),
    form=FORMS["hackernews"],
)

STACKEXCHANGE = Declaration(
    # 10,000 calls with a key, anew at midnight UTC (https://api.stackexchange.com/docs/throttle).
    quota_zone="UTC",
    counts=MappingProxyType({"search": FREE, "tagged": FREE}),
    # questions/{ids}, answers/{ids} and comments/{ids}, 100 (https://api.stackexchange.com/docs/questions-by-ids), a call of the quota each.
    recheck=Recheck(100, price=QUOTA_UNIT, is_by_call=True, together=True, began_later=True),
    # No training: as with Hacker News, and CC BY-SA wants names kept.
    form=FORMS["stackexchange"],
)

WEBHOOK = Declaration(
    # No training: what it brings is its platform's.
    form=FORMS["webhook"],
)

RSS = Declaration(
    # The feed itself is read again, whatever it still carries. It takes no answer at all.
    recheck=Recheck(100, by_feed=True, together=True, began_later=True),
    # It brings what a site publishes for reading by machines.
    may_train=True,
    form=FORMS["rss"],
)

# An archive is the workspace's own file: who imports it answers for it.
ARCHIVE = Declaration(may_train=True)

OWN: Mapping[str, Declaration] = MappingProxyType(
    {
        "rss": RSS,
        "x": X,
        "youtube": YOUTUBE,
        "hackernews": HACKERNEWS,
        "stackexchange": STACKEXCHANGE,
        "mastodon": MASTODON,
        "bluesky": BLUESKY,
        "discourse": DISCOURSE,
        "wordpress": WORDPRESS,
        "appstore": APPSTORE,
        "googleplay": GOOGLEPLAY,
        "webhook": WEBHOOK,
        "reddit": REDDIT,
        "archive": ARCHIVE,
    }
)
"""In the order in which the board offers them."""
