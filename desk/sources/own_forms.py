"""What the Feeds page asks for each kind of feed of our own sources."""

from collections.abc import Mapping

from desk.sources.declaration import Field, KindForm, Secret, SourceForm

QUERY = Field("query", is_required=True)
ACCOUNT = Field("username", is_option=True, longest=80)
SUBREDDITS = Field("subreddits", is_option=True, longest=1_000)
TAG = Field("tag", is_option=True, is_required=True, longest=200)
SITE = Field("site", is_option=True, is_required=True, longest=80)
FORUM = Field("url", is_option=True, is_required=True)

FORMS: Mapping[str, SourceForm] = {
    "rss": SourceForm((KindForm("", (Field("url", is_option=True, is_required=True), Field("query"))),)),
    "x": SourceForm(
        (
            KindForm("search", (Field("query", is_required=True),)),
            KindForm("mentions", (ACCOUNT,)),
            KindForm("timeline", (ACCOUNT,)),
            KindForm("direct"),
        ),
        needs_credential=True,
        secrets=(
            Secret("bearer_token", "listen", ("bearer",)),
            Secret("consumer_key", "reply", ("api_key",)),
            Secret("consumer_secret", "reply", ("api_secret",)),
            Secret("access_token", "reply"),
            Secret("access_token_secret", "reply", ("access_secret",)),
        ),
    ),
    "youtube": SourceForm(
        (
            KindForm("channel", (Field("channel", is_option=True, is_required=True, longest=80), Field("query"))),
            KindForm("video", (Field("videos", is_option=True, is_required=True), Field("query"))),
            KindForm("search", (QUERY,)),
        ),
        needs_credential=True,
        secrets=(Secret("key", "listen"),),
    ),
    "hackernews": SourceForm(tuple(KindForm(name, (QUERY,)) for name in ("all", "stories", "comments"))),
    "stackexchange": SourceForm(
        (
            KindForm("search", (SITE, QUERY)),
            KindForm("tagged", (SITE, Field("tags", is_option=True, is_required=True, longest=200), Field("query"))),
        ),
        secrets=(Secret("key", "listen"),),
    ),
    "mastodon": SourceForm(
        (
            KindForm("notifications"),
            KindForm("search", (QUERY,)),
            KindForm("tag", (TAG, Field("query"))),
            KindForm("timeline", (ACCOUNT,)),
        ),
        needs_credential=True,
        secrets=(Secret("access_token", "listen", ("token",)),),
        server="https://mastodon.example",
    ),
    "bluesky": SourceForm(
        (KindForm("notifications"), KindForm("search", (QUERY,)), KindForm("timeline", (ACCOUNT,)), KindForm("direct")),
        needs_credential=True,
        secrets=(Secret("handle", "listen"), Secret("app_password", "listen")),
    ),
    "discourse": SourceForm(
        (
            KindForm("posts", (FORUM, Field("query"), Field("categories", is_option=True, longest=200))),
            KindForm("search", (FORUM, QUERY, Field("categories", is_option=True, longest=200))),
        ),
        secrets=(Secret("api_key", "reply"), Secret("username", "reply")),
    ),
    "wordpress": SourceForm(
        (KindForm("", (FORUM, Field("query"))),),
        secrets=(Secret("username", "reply"), Secret("application_password", "reply")),
    ),
    "appstore": SourceForm(  # Apple's public list is off unless settings.toml says that it is meant.
        (KindForm("reviews", (Field("app", is_option=True, is_required=True, longest=20), Field("query"))),),
        needs_credential=True,
        secrets=(Secret("key_id", "listen"), Secret("issuer_id", "listen"), Secret("private_key", "listen")),
    ),
    "googleplay": SourceForm(
        (KindForm("", (Field("package", is_option=True, is_required=True, longest=150), Field("query"))),),
        needs_credential=True,
        secrets=(Secret("service_account", "listen"),),
    ),
    "webhook": SourceForm((KindForm(""),), needs_credential=True, secrets=(Secret("signing_secret", "listen"),)),
    "reddit": SourceForm(
        (
            KindForm("search", (QUERY, SUBREDDITS)),
            KindForm("subreddit", (Field("subreddits", is_option=True, is_required=True, longest=1_000), Field("query"))),
            KindForm("inbox"),
            KindForm("timeline", (ACCOUNT,)),
            KindForm("direct"),
        ),
        needs_credential=True,
        secrets=(
            Secret("client_id", "listen"),
            Secret("client_secret", "listen"),
            Secret("refresh_token", "reply"),
        ),
    ),
}
