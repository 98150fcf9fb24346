"""What the Feeds page asks for each kind of feed, and what it makes of the answers. The query itself is judged by the source, in a test."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from dashboard.texts import text
from desk.feeds.plan import FeedDraft

LONGEST_NAME = 80
INTERVALS_S = (60, 120, 300, 900, 1800, 3600, 21_600, 86_400)


@dataclass(frozen=True, slots=True)
class Field:
    """One answer. An option goes into the feed's options under its name, the others are columns of the feed."""

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
    """A secret of a credential, by the names that settings.toml may use. `purpose` is the end of a text's name."""

    name: str
    purpose: str
    aliases: tuple[str, ...] = ()

    def called(self, given: Collection[str]) -> str:
        """Under which of its names it was given; its own when it was not."""
        return next((name for name in (self.name, *self.aliases) if name in given), self.name)


@dataclass(frozen=True, slots=True)
class SourceForm:
    """A source that a person may add a feed of. `secrets`: what its credentials consist of; `server`: where its credentials name one, an example."""

    name: str
    kinds: tuple[KindForm, ...]
    needs_credential: bool = False
    secrets: tuple[Secret, ...] = ()
    server: str = ""

    def kind(self, name: str) -> KindForm:
        """The kind of that name, the first for a name that does not exist."""
        return next((kind for kind in self.kinds if kind.name == name), self.kinds[0])


QUERY = Field("query", is_required=True)
ACCOUNT = Field("username", is_option=True, longest=80)
SUBREDDITS = Field("subreddits", is_option=True, longest=1_000)
TAG = Field("tag", is_option=True, is_required=True, longest=200)
SITE = Field("site", is_option=True, is_required=True, longest=80)
FORUM = Field("url", is_option=True, is_required=True)

FORMS: Mapping[str, SourceForm] = {
    form.name: form
    for form in (
        SourceForm("rss", (KindForm("", (Field("url", is_option=True, is_required=True), Field("query"))),)),
        SourceForm(
            "x",
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
        SourceForm(
            "youtube",
            (
                KindForm("channel", (Field("channel", is_option=True, is_required=True, longest=80), Field("query"))),
                KindForm("video", (Field("videos", is_option=True, is_required=True), Field("query"))),
                KindForm("search", (QUERY,)),
            ),
            needs_credential=True,
            secrets=(Secret("key", "listen"),),
        ),
        SourceForm("hackernews", tuple(KindForm(name, (QUERY,)) for name in ("all", "stories", "comments"))),
        SourceForm(
            "stackexchange",
            (
                KindForm("search", (SITE, QUERY)),
                KindForm("tagged", (SITE, Field("tags", is_option=True, is_required=True, longest=200), Field("query"))),
            ),
            secrets=(Secret("key", "listen"),),
        ),
        SourceForm(
            "mastodon",
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
        SourceForm(
            "bluesky",
            (KindForm("notifications"), KindForm("search", (QUERY,)), KindForm("timeline", (ACCOUNT,)), KindForm("direct")),
            needs_credential=True,
            secrets=(Secret("handle", "listen"), Secret("app_password", "listen")),
        ),
        SourceForm(
            "discourse",
            (
                KindForm("posts", (FORUM, Field("query"), Field("categories", is_option=True, longest=200))),
                KindForm("search", (FORUM, QUERY, Field("categories", is_option=True, longest=200))),
            ),
            secrets=(Secret("api_key", "reply"), Secret("username", "reply")),
        ),
        SourceForm(
            "wordpress",
            (KindForm("", (FORUM, Field("query"))),),
            secrets=(Secret("username", "reply"), Secret("application_password", "reply")),
        ),
        SourceForm(
            "appstore",
            # Apple's public list is off unless settings.toml says that it is meant.
            (KindForm("reviews", (Field("app", is_option=True, is_required=True, longest=20), Field("query"))),),
            needs_credential=True,
            secrets=(Secret("key_id", "listen"), Secret("issuer_id", "listen"), Secret("private_key", "listen")),
        ),
        SourceForm(
            "googleplay",
            (KindForm("", (Field("package", is_option=True, is_required=True, longest=150), Field("query"))),),
            needs_credential=True,
            secrets=(Secret("service_account", "listen"),),
        ),
        SourceForm("webhook", (KindForm(""),), needs_credential=True, secrets=(Secret("signing_secret", "listen"),)),
        SourceForm(
            "reddit",
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
    )
}


@dataclass(frozen=True, slots=True)
class Typed:
    """A form as the person left it. `values` are the answers to its fields, `kept` the feed's options that no field shows."""

    name: str
    source: str
    kind: str
    values: Mapping[str, str]
    brand: str
    credential: str | None
    interval_s: int
    site: str = ""
    kept: Mapping[str, Any] = field(default_factory=dict)


def faults(typed: Typed) -> dict[str, str]:
    """What must be mended before anything is asked of the platform, in words, by field."""
    form = FORMS.get(typed.source)
    if form is None:
        return {"source": text("feeds.fault.source")}
    found = {one.name: _fault(one, typed.values.get(one.name, "").strip()) for one in form.kind(typed.kind).fields}
    found["name"] = _name_fault(typed.name.strip())
    found["brand"] = "" if typed.brand.strip() else text("feeds.fault.brand")
    found["credential"] = text("feeds.fault.credential") if form.needs_credential and not typed.credential else ""
    return {name: words for name, words in found.items() if words}


def draft(typed: Typed) -> FeedDraft:
    """The feed that the answers describe; empty answers are no options."""
    fields = FORMS[typed.source].kind(typed.kind).fields
    answers = {one.name: typed.values.get(one.name, "").strip() for one in fields}
    options = {one.name: answers[one.name] for one in fields if one.is_option and answers[one.name]}
    return FeedDraft(
        name=typed.name.strip(),
        source=typed.source,
        kind=typed.kind,
        query=answers.get("query", ""),
        brand=typed.brand.strip(),
        credential=typed.credential,
        interval_s=typed.interval_s,
        site=typed.site,
        options={**without_fields(typed.kept), **options},
    )


def without_fields(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options that no form shows: a change keeps them as they are."""
    shown = {one.name for form in FORMS.values() for kind in form.kinds for one in kind.fields if one.is_option}
    return {name: value for name, value in options.items() if name not in shown}


def value_of(one: Field, *, query: str, options: Mapping[str, Any]) -> str:
    """What stands in a field of a feed that exists. Lists of settings.toml are shown as one line."""
    found = options.get(one.name, "") if one.is_option else query
    return "+".join(map(str, found)) if isinstance(found, list | tuple) else str(found)


def intervals(current: int) -> list[int]:
    """The spans to choose from, with the one that the feed has."""
    return sorted({*INTERVALS_S, current})


def _name_fault(name: str) -> str:
    return "" if 0 < len(name) <= LONGEST_NAME else text("feeds.fault.name", longest=LONGEST_NAME)


def _fault(one: Field, value: str) -> str:
    if not value:
        return text(f"feeds.fault.no_{one.name}") if one.is_required else ""
    if len(value) > one.longest:
        return text("feeds.fault.long", longest=one.longest, n=len(value))
    if one.name == "url" and not _is_web_address(value):
        return text("feeds.fault.url")
    return ""


def _is_web_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False
