"""Values that cross an edge: what a source returns, what a reply account sends. Frozen, and free of any vendor's types."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from storage.words import Capability, ChangeKind, LookResult, MediaKind

REPOST = "repost"
"""The kind of a post that only passes on what another one wrote: who wrote that is answered, not who passed it on."""

REPOSTS = frozenset({REPOST, "retweet", "reblog", "boost"})
PASSED_ON = re.compile(r"RT @[\w.@-]+: ")
"""How a repost reads where nothing else tells that it is one."""


@dataclass(frozen=True, slots=True)
class PostAuthor:
    """Who wrote a post. `external_id` is the source's own, stable id; `reach` counts followers, None when unknown.

    `read_at`: when the source was asked for the author, where it bills that apart.
    """

    external_id: str
    handle: str = ""
    name: str = ""
    reach: int | None = None
    url: str = ""
    read_at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class PostMedia:
    """A picture of a post, or the still of its video, where the source keeps it; `alt` is what its author says that it shows."""

    kind: MediaKind
    url: str
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """What a source returned, not stored yet.

    `thread_id` is the source's id of the conversation's root (the post's own id when it starts one), `parent_id` what it answers.
    `addressed` holds lower-case handles, without @, that the post mentions or whose post it quotes.
    `edit_of`: earlier ids of the same post where the source gives an edited post a new id.
    `deleted` marks a post that the source says is gone; it needs nothing but its id.
    `is_private`: a direct message, whose `thread_id` is the source's id of the conversation.
    `links`: addresses that its text shows shortened or not at all; queries ask them, they are not stored.
    """

    external_id: str
    author: PostAuthor
    text: str
    posted_at: datetime
    thread_id: str
    parent_id: str | None = None
    kind: str = "post"
    title: str = ""
    url: str = ""
    edited_at: datetime | None = None
    language: str | None = None
    capability: Capability = Capability.LINK
    capability_reason: str = ""
    addressed: tuple[str, ...] = ()
    edit_of: tuple[str, ...] = ()
    deleted: bool = False
    site: str | None = None
    media: tuple[PostMedia, ...] = ()
    is_private: bool = False
    raw: Mapping[str, Any] = field(default_factory=dict)
    links: tuple[str, ...] = ()

    @property
    def is_repost(self) -> bool:
        return self.kind.lower() in REPOSTS or PASSED_ON.match(self.text) is not None


def gone(external_id: str) -> Post:
    """A post of which nothing is known but that it is there no more."""
    return Post(external_id, PostAuthor(""), "", datetime(1970, 1, 1, tzinfo=UTC), external_id, deleted=True)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """One item of a page that could not be read: its raw bytes and the error. It never blocks its page."""

    raw: bytes
    error: str


@dataclass(frozen=True, slots=True)
class Spent:
    """What a call cost: `kind` is a line of the price table (desk.platforms), `units` how many of it."""

    kind: str
    units: int
    micros: int
    currency: str = "USD"


@dataclass(frozen=True, slots=True)
class Limits:
    """What the source's headers said of the credential's rate limit."""

    remaining: int | None = None
    reset_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """Posts that a look could not come to, so that they may be missing for good. `since` is None where the last good look is all that is known."""

    why: str
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class UnreadPart:
    """One of several parts of a feed that this look did not read; the next one asks for it from where it stands."""

    part: str
    why: str
    result: LookResult


@dataclass(frozen=True, slots=True)
class Page:
    """The answer to one look at a feed, read up to the cursor.

    `cursor` is where the next look starts; it is stored in the transaction that stores the posts.
    `retry_at` asks not to look again before then. `more` says that older pages are left: the feed is due again at once.
    `besides`: posts that the query does not ask for; of these only what goes on in a conversation that is kept counts.
    """

    posts: tuple[Post, ...] = ()
    rejects: tuple[Unreadable, ...] = ()
    cursor: str | None = None
    retry_at: datetime | None = None
    more: bool = False
    costs: tuple[Spent, ...] = ()
    limits: Limits | None = None
    detail: str = ""
    besides: tuple[Post, ...] = ()
    gaps: tuple[Gap, ...] = ()
    unread: tuple[UnreadPart, ...] = ()

    @property
    def result(self) -> LookResult:
        """The one result of a look that brought this: a part that was not read counts before all that was."""
        if self.unread:
            return self.unread[0].result
        if self.posts:
            return LookResult.LOOKED
        return LookResult.MALFORMED if self.rejects else LookResult.EMPTY


@dataclass(frozen=True, slots=True)
class FeedSpec:
    """What a source needs to know of a feed. `own_handles`: lower-case handles of the brand's reply accounts on this source.

    `is_own`: it belongs to a brand of our own, not to a competitor or a topic.
    """

    id: int
    name: str
    source: str
    site: str
    kind: str
    query: str
    options: Mapping[str, Any]
    credential: str | None
    interval_s: int
    own_handles: tuple[str, ...] = ()
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class OutgoingAttachment:
    """A picture that leaves with a reply; `alt` describes it for who does not see it."""

    name: str
    media_type: str
    body: bytes = field(repr=False)
    alt: str = ""


@dataclass(frozen=True, slots=True)
class OutgoingReply:
    """A reply as its replier gets it. `key` is its idempotency key; `parent_id`, `thread_id` and `author_id` are the source's ids.

    `is_private`: it answers a direct message, in the same conversation. `external_id`: its own id there, once it has been sent.
    `may_leave`: nothing speaks against sending it now; else it may only be looked for.
    """

    id: int
    key: str
    text: str
    source: str
    site: str
    account: str
    account_handle: str
    credential: str | None
    parent_id: str
    thread_id: str
    parent_url: str
    author_handle: str
    queued_at: datetime
    sending_at: datetime
    author_id: str = ""
    is_private: bool = False
    attachments: tuple[OutgoingAttachment, ...] = ()
    external_id: str = ""
    may_leave: bool = True


@dataclass(frozen=True, slots=True)
class OutgoingChange:
    """What is asked of a reply that stands on its platform; `text` is what a corrected one says from then on."""

    reply: OutgoingReply
    kind: ChangeKind
    text: str = ""

    @property
    def id(self) -> int:
        return self.reply.id

    @property
    def source(self) -> str:
        return self.reply.source


@dataclass(frozen=True, slots=True)
class Sent:
    """A reply that stands on its platform."""

    external_id: str
    url: str
    sent_at: datetime
    costs: tuple[Spent, ...] = ()
