"""The sample workspace's brand, feeds, reply accounts and people."""

from desk.feeds.feeds import AccountPlan, BrandPlan, FeedDraft, WorkspacePlan
from storage.words import BrandKind, Role

BRAND = "Brindle"
RIVAL = "Oakwire"
SEARCH = "search"
OF_RIVAL = "rival"

FEEDS = (
    ("Brindle on X", "x", BRAND, '("brindle" OR @brindle OR @BrindleCare) -"brindle coat"', ""),
    ("Brindle on Reddit", "reddit", BRAND, "brindle", ""),
    ("Brindle Community", "discourse", BRAND, "", "community.brindle.example"),
    ("Brindle on Mastodon", "mastodon", BRAND, "brindle OR @care", "mastodon.example"),
    ("Brindle on Bluesky", "bluesky", BRAND, "brindle", ""),
    ("My Brindle reviews", "appreviews", BRAND, "", ""),
    ("Oakwire on X", "x", RIVAL, "oakwire", ""),
    ("Oakwire on Reddit", "reddit", RIVAL, "oakwire", ""),
)

ACCOUNTS = (
    ("BrindleCare on X", "x", "", "BrindleCare"),
    ("u/BrindleCare", "reddit", "", "BrindleCare"),
    ("Brindle Community team", "discourse", "community.brindle.example", "brindle_care"),
    ("Brindle on Mastodon", "mastodon", "mastodon.example", "care"),
    ("Brindle on Bluesky", "bluesky", "", "brindlecare.bsky.example"),
    ("Brindle, developer (iOS)", "appreviews", "ios", "Brindle Broadband"),
    ("Brindle, developer (Android)", "appreviews", "android", "Brindle Broadband"),
)

PEOPLE = (
    ("Mina Kaur", "MK", (Role.AGENT,)),
    ("Liam Okafor", "LO", (Role.AGENT,)),
    ("Rosa Almeida", "RA", (Role.AGENT,)),
    ("Sven Jansen", "SJ", (Role.AGENT,)),
    ("Priya Nair", "PN", (Role.LEAD, Role.AGENT)),
    ("Tom Becker", "TB", (Role.MARKETER,)),
    ("Ada Quinn", "AQ", (Role.OPS, Role.ADMIN)),
    ("Noor Haddad", "NH", (Role.READER,)),
)

INTERVAL_S = 15


def plan() -> WorkspacePlan:
    """What settings.toml would say of this workspace."""
    feeds = tuple(
        FeedDraft(
            name=name,
            source=source,
            kind=SEARCH,
            query=query,
            brand=brand,
            credential=None,
            interval_s=INTERVAL_S,
            site=site,
            options={OF_RIVAL: brand == RIVAL},
        )
        for name, source, brand, query, site in FEEDS
    )
    return WorkspacePlan(
        brands=(BrandPlan(BRAND, BrandKind.OWN), BrandPlan(RIVAL, BrandKind.COMPETITOR)),
        credentials=(),
        accounts=tuple(AccountPlan(name, BRAND, source, site, handle, None, "^{initials}") for name, source, site, handle in ACCOUNTS),
        feeds=feeds,
    )


RIVAL_SOURCES = frozenset(source for _, source, brand, _, _ in FEEDS if brand == RIVAL)
