"""What a source says of itself, once: its words, its limits and prices, what may be done with its posts, and what a feed of it needs to know.

Our own sources say it in `own.py`; one of another package says it beside its code, as `declaration` of its class (docs/add-a-source.md). What a source does
not say it does not have, and does not allow.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from storage.words import ChangeKind

Words = Mapping[str, Mapping[str, str]]
"""By language (`en`, `de`), what the board says, by name: `source`, `about`, `kind.KIND`, `field.FIELD`, `field.FIELD.hint`, `query`."""

Calls = tuple[tuple[str, int], ...]
"""Kinds of call, and how many units of each."""

PURPOSES = frozenset({"listen", "reply"})


class Counting(StrEnum):
    """How a platform counts the length of a text."""

    CHARACTERS = "characters"
    GRAPHEMES = "graphemes"
    MASTODON = "mastodon"
    X = "x"


@dataclass(frozen=True, slots=True)
class Field:
    """One answer of a feed's form. An option goes into the feed's options under its name, the others are columns of the feed."""

    name: str
    is_option: bool = False
    is_required: bool = False
    longest: int = 2_000


@dataclass(frozen=True, slots=True)
class KindForm:
    """What one kind of feed of a source needs to know."""

    name: str
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret of a credential, by the names that settings.toml may use. `purpose`: `listen` or `reply`. Raises ValueError for another one."""

    name: str
    purpose: str
    aliases: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.purpose not in PURPOSES:
            raise ValueError(f"the purpose of a secret is listen or reply, not {self.purpose!r}")

    def called(self, given: Collection[str]) -> str:
        """Under which of its names it was given; its own when it was not."""
        return next((name for name in (self.name, *self.aliases) if name in given), self.name)


@dataclass(frozen=True, slots=True)
class SourceForm:
    """What a person is asked for who adds a feed. `secrets`: what its credentials consist of; `server`: where its credentials name one, an example."""

    kinds: tuple[KindForm, ...]
    needs_credential: bool = False
    secrets: tuple[Secret, ...] = ()
    server: str = ""

    def kind(self, name: str) -> KindForm:
        """The kind of that name, the first for a name that does not exist."""
        return next((kind for kind in self.kinds if kind.name == name), self.kinds[0])


@dataclass(frozen=True, slots=True)
class Recheck:
    """A source that can be asked again for posts by their ids: for how many `at_once`, and at which of its prices.

    `is_by_call`: each call is charged, however many posts it tells of; else each post. `by_feed`: the feed that brought a post says how it is asked for,
    so that posts of two feeds are never asked for together. `together`: each call counts and tells of many posts, so that what is due within some hours is
    asked for at once. `began_later`: it was listened to before it could be asked, so that posts from then are followed up once.
    """

    at_once: int
    price: str = ""
    is_by_call: bool = False
    by_feed: bool = False
    together: bool = False
    began_later: bool = False


@dataclass(frozen=True, slots=True)
class ReplyCalls:
    """By which of its prices a reply is charged. `link`: one that holds a link; `addressed`: one to a post that mentions us."""

    plain: str = "reply"
    link: str = ""
    addressed: str = ""
    private: str = ""


@dataclass(frozen=True, slots=True)
class PictureRule:
    """How many pictures a reply may carry, and how many bytes each."""

    count: int
    size: int
    types: frozenset[str]


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a source is like.

    `may_train`: a classifier may be trained on its posts; `trains_when_approved`: once an admin has read its terms and said so.
    `recheck`: how it is asked again for posts; None where nobody can. `longest`, `longest_private`: of a reply, counted by `counting`.
    `prices`: micro-dollars for a unit of each kind of call. `quota_zone`: calls are counted in units of a day's quota, which begins anew at this zone's midnight.
    `limited_apart`: the kinds of feeds whose calls have a rate limit of their own, `recheck` for asking again; all others share the credential's.
    `calls_a_day`: by kind of feed, for how many calls a day lasts that are counted apart from the quota; the ledger has them as `KIND_call`.
    `counts`, `samples`: by kind of feed, what counting posts and a sample of them cost at most; a kind that is not in `counts` cannot be counted.
    `sample_options`: with which options a sample is read, where one page of fifty is not what it takes.
    `changes`: what may be asked of a reply that stands there. `only_when_addressed`: by API an account answers only posts that mention it.
    `named_by_server`: its sites are the servers that credentials name. `exported_texts`: so many texts may one person take away in a day.
    `no_access`: what to do where the platform, and no mistake of ours, may be what refuses a key. `form`: None where settings.toml alone makes a feed.
    """

    words: Words = field(default_factory=dict)
    may_train: bool = False
    trains_when_approved: bool = False
    recheck: Recheck | None = None
    longest: int | None = None
    longest_private: int | None = None
    counting: Counting = Counting.CHARACTERS
    prices: Mapping[str, int] = field(default_factory=dict)
    reply_calls: ReplyCalls = ReplyCalls()
    quota_zone: str = ""
    limited_apart: frozenset[str] = frozenset()
    calls_a_day: Mapping[str, int] = field(default_factory=dict)
    counts: Mapping[str, Calls] = field(default_factory=dict)
    samples: Mapping[str, Calls] = field(default_factory=dict)
    sample_options: Mapping[str, Any] | None = None
    pictures: PictureRule | None = None
    changes: frozenset[ChangeKind] = frozenset()
    only_when_addressed: bool = False
    named_by_server: bool = False
    exported_texts: int | None = None
    no_access: str = ""
    form: SourceForm | None = None
