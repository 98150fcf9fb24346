"""Queries and posts for properties that hold of all of them, and posts as a platform knows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from hypothesis import strategies as st

from listener.query import And, Field, Filter, Leaf, LeafKind, Near, Node, Not, Or, Said, is_positive, normal
from storage.words import MediaKind

NAMES = ("ana", "bob", "cy")
WORDS = ("ana", "bob", "cy", "lid", "lids", "été")
PLACES = ("lids.example", "ana.example")
OPERATORS = {"or", "and", "not"}


@dataclass(frozen=True, slots=True)
class Written:
    """A post as its platform knows it."""

    text: str
    title: str = ""
    handle: str = "ana"
    answers: str = ""
    quotes: str = ""
    language: str | None = "en"
    link: str = ""
    media: tuple[MediaKind, ...] = ()
    subreddit: str = "lids"

    def said(self, source: str) -> Said:
        """What we know of it: on X a quoted post is a link, elsewhere nothing is quoted or linked beside the text."""
        named = {word.lstrip("@") for word in self.text.split() if word.startswith("@")}
        is_x = source == "x"
        addressed = named | ({self.answers, self.quotes} - {""} if is_x else set())
        quoted = (f"https://x.com/{self.quotes}/status/1",) if self.quotes and is_x else ()
        return Said(
            self.text,
            "" if source in {"x", "mastodon", "bluesky"} else self.title,
            self.handle,
            tuple(sorted(addressed)),
            self.language,
            source,
            "",
            f"https://www.reddit.com/r/{self.subreddit}/comments/1/" if source == "reddit" else "",
            (*quoted, *((self.link,) if self.link and is_x else ())),
            self.media,
        )


def _leaf(kind: LeafKind, texts: Sequence[str], *, opens: bool) -> st.SearchStrategy[Leaf]:
    is_open = st.booleans() if opens else st.just(value=False)
    return st.builds(Leaf, st.just(kind), st.sampled_from(texts), st.booleans(), st.booleans(), is_open)


leaves = st.one_of(
    _leaf(LeafKind.WORD, WORDS, opens=True),
    _leaf(LeafKind.PHRASE, ("ana bob", "bob cy", "lid", "lids bob", "ana-lid"), opens=False),
    _leaf(LeafKind.HANDLE, NAMES, opens=True),
    _leaf(LeafKind.TAG, WORDS, opens=True),
)
names, places = st.sampled_from(NAMES), st.sampled_from(PLACES)
filters = st.one_of(
    st.builds(Filter, st.sampled_from([Field.FROM, Field.TO]), names),
    st.builds(Filter, st.just(Field.LANG), st.sampled_from(["en", "de", "pt-br"])),
    st.builds(Filter, st.just(Field.SOURCE), st.sampled_from(["x", "reddit", "mastodon", "bluesky", "hackernews"])),
    st.builds(Filter, st.just(Field.IN), st.sampled_from(["lids", "bobs"])),
    st.builds(Filter, st.just(Field.URL), places),
    st.builds(Filter, st.just(Field.HAS), st.sampled_from(["links", "media", "images", "videos", "mentions", "hashtags"])),
)
sides = st.lists(leaves, min_size=1, max_size=2, unique=True).map(tuple)
nears = st.builds(Near, sides, sides, st.integers(0, 4))
atoms = st.one_of(leaves, leaves, filters, nears)


def grown(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    parts = st.lists(inner, min_size=2, max_size=4).map(tuple)
    return st.one_of(st.builds(And, parts), st.builds(Or, parts), st.builds(Not, inner))


raw_queries: st.SearchStrategy[Node] = st.recursive(atoms, grown, max_leaves=12)
"""Trees of any form, also such as nobody may save."""

queries: st.SearchStrategy[Node] = raw_queries.map(normal).filter(is_positive)

tokens = st.sampled_from([*WORDS, *(f"@{name}" for name in NAMES), *(f"#{word}" for word in WORDS), "zz", "ana-lid", "LID", "Bob"])
texts = st.lists(tokens, max_size=8).map(" ".join)
kinds_of_media = st.sampled_from([(), (MediaKind.PICTURE,), (MediaKind.VIDEO,), tuple(MediaKind)])
written_posts = st.builds(
    Written,
    texts,
    texts,
    names,
    st.sampled_from(["", *NAMES]),
    st.sampled_from(["", *NAMES]),
    st.sampled_from(["en", "de", "pt-br", "fr"]),
    st.sampled_from(["", *(f"https://shop.{place}/x" for place in PLACES)]),
    kinds_of_media,
    st.sampled_from(["lids", "bobs", "cys"]),
)


BRAND = Leaf(LeafKind.WORD, "ana")
EVERY_LEAF = [
    Leaf(kind, text, in_title, is_cased, is_open)
    for kind, texts in {
        LeafKind.WORD: ("lid", "Lid", "lids", "été", "c++"),
        LeafKind.PHRASE: ("bob cy", "lid", "ana-lid"),
        LeafKind.HANDLE: ("bob", "bob@social.example"),
        LeafKind.TAG: ("lid",),
    }.items()
    for text, in_title, is_cased, is_open in product(texts, *[(False, True)] * 3)
    if not (is_open and kind is LeafKind.PHRASE)
]
EVERY_FILTER = [
    Filter(kind, value)
    for kind, values in {
        Field.FROM: ("ana", "bob", "bob@social.example"),
        Field.TO: ("bob",),
        Field.LANG: ("en", "pt", "pt-br"),
        Field.SOURCE: ("x", "reddit", "bluesky"),
        Field.IN: ("lids", "bobs"),
        Field.URL: ("lids.example", "lids.example/x"),
        Field.HAS: ("links", "media", "images", "videos", "mentions", "hashtags"),
    }.items()
    for value in values
]
EVERY_NEAR = [Near((BRAND,), (leaf, Leaf(LeafKind.WORD, "cy")), within) for leaf in EVERY_LEAF[:8] for within in (0, 2)]
EVERY_ATOM: list[Leaf | Filter | Near] = [*EVERY_LEAF, *EVERY_FILTER, *EVERY_NEAR]
"""Each kind of thing that a query asks about, in each way of asking."""

SPELLINGS = (
    "lid",
    "LID",
    "Lid",
    "lids",
    "a-lid",
    "#lid",
    "#LID",
    "@bob",
    "@Bob",
    "bob",
    "bob cy",
    "bob  cy",
    "bob-cy",
    "bob. cy",
    "été",
    "Été",
    "c",
    "c++",
    "cy zz zz",
)
EVERY_POST = [
    *(Written(f"{spelling} ana") for spelling in SPELLINGS),
    *(Written(f"ana zz zz zz {spelling}") for spelling in SPELLINGS),
    *(Written("ana", spelling) for spelling in SPELLINGS),
    *(Written("ana", media=media) for media in [(MediaKind.PICTURE,), (MediaKind.VIDEO,), tuple(MediaKind)]),
    *(
        Written("ana", handle=handle, answers=answers, quotes=quotes)
        for handle, answers, quotes in product(("ana", "bob"), ("", "bob"), ("", "bob"))
    ),
    *(Written("ana", language=language) for language in ("en", "de", "pt", "pt-br", "pt-pt")),
    *(Written("ana", link=link) for link in ("https://lids.example/x", "https://shop.lids.example/y", "https://elids.example/lid")),
    *(Written("ana", subreddit=subreddit) for subreddit in ("lids", "bobs")),
]
"""Posts about the brand that differ in one thing each."""
