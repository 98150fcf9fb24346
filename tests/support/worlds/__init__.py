"""Platforms on loopback that know every post they ever had: one dialect for each source, all of them newest first and read page by page."""

from tests.support.worlds.boards import DiscoursePosts, DiscourseSearch, RssFeed, WordPressComments
from tests.support.worlds.networks import (
    BlueskyNotifications,
    BlueskySearch,
    MastodonNotifications,
    MastodonTag,
    RedditInbox,
    RedditSubreddit,
    XMentions,
    XSearch,
)
from tests.support.worlds.open_places import HackerNews, StackExchange, YouTubeSearch, YouTubeVideo
from tests.support.worlds.stores import AppStorePublic, AppStoreReviews, GooglePlay
from tests.support.worlds.world import World

WORLDS: tuple[type[World], ...] = (
    XSearch,
    XMentions,
    RedditSubreddit,
    RedditInbox,
    MastodonNotifications,
    MastodonTag,
    BlueskyNotifications,
    BlueskySearch,
    DiscoursePosts,
    DiscourseSearch,
    WordPressComments,
    RssFeed,
    AppStoreReviews,
    AppStorePublic,
    GooglePlay,
    YouTubeVideo,
    YouTubeSearch,
    HackerNews,
    StackExchange,
)

__all__ = ["WORLDS", "World"]
