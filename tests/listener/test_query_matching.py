"""Whether a post matches a query: its words, what is known of it, and what nobody knows."""

import pytest

from desk.post import FeedSpec, PostAuthor, PostMedia
from listener.query import Highlights, Matcher, Said, matches, parse
from storage.words import MediaKind
from tests.support.listening import post
from tests.support.platforms import feed


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("acme", "My ACME leaks", ["ACME"]),
        ("acme", "acmeland", None),
        ("acme", "my acme's lid", ["acme"]),
        ("acme phone", "the phone by acme", ["phone", "acme"]),
        ("acme phone", "the phone", None),
        ("acme -giveaway", "acme giveaway", None),
        ("acme OR phone", "phone", ["phone"]),
        ('"no sound"', "There is no  sound", ["no  sound"]),
        ('"no no"', "xno no no", ["no no"]),
        ("@acme", "hey @Acme!", ["@Acme"]),
        ("@acme", "hey u/acme", ["u/acme"]),
        ("@acme", "me@acme.example", None),
        ("#acme", "#Acme rocks", ["#Acme"]),
        ("#acme", "#acmefail", None),
        ("#acme*", "#acmefail", ["#acmefail"]),
        ("strasse", "Große Straße 5", ["Straße"]),
        ("café", "Cafe\u0301 Acme", ["Cafe\u0301"]),
        ("cafe", "Cafe\u0301", None),
        ("acme", "ＡＣＭＥ", ["ＡＣＭＥ"]),
        ("東京", "昨日東京で", ["東京"]),
        ("애크미", "애크미가 고장", ["애크미"]),
        ("don't", "I don\u2019t", ["don\u2019t"]),
        ("acme", "ac\u200bme", ["ac\u200bme"]),
        ("🦊", "a🦊b", ["🦊"]),
        ("c++", "C++, not C", ["C++"]),
        ("aa (bb OR -cc)", "aa d", ["aa"]),
        ("phon*", "my phones, a xphone, phon", ["phones", "phon"]),
        ("stra*", "Straße", ["Straße"]),
        ("case:Orange", "orange ORANGE Orange", ["Orange"]),
        ('case:"Big Orange"', "big orange Big  Orange", ["Big  Orange"]),
        ("case:Straße", "STRASSE straße Straße", ["Straße"]),
        ("orange -case:Orange", "an Orange", None),
        ("orange -case:Orange", "an orange", ["orange"]),
    ],
)
def test_whole_words_match_whatever_their_case_and_composition(query: str, text: str, found: list[str] | None) -> None:
    spans = matches(parse(query), text)
    assert (None if spans is None else [text[start:end] for start, end in spans]) == found


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("acme near/1 broken", "acme is broken", ["acme", "broken"]),
        ("acme near/1 broken", "broken: my acme", ["broken", "acme"]),
        ("acme near/0 broken", "acme is broken", None),
        ("acme near/0 broken", "broken acme!", ["broken", "acme"]),
        ("acme near/2 broken", "acme a b c broken", None),
        ("acme near/2 (broken OR dead)", "acme a b c broken, so very dead acme", ["dead", "acme"]),
        ('"my acme" near/1 dead', "is my acme really dead", ["my acme", "dead"]),
        ("acme near/3 acme", "one acme", None),
        ("acme near/3 acme", "acme and acme", ["acme", "acme"]),
        ("東京 near/2 駅", "東京の駅", ["東京", "駅"]),
        ("東京 near/0 駅", "東京の駅", None),
        ("🦊 near/1 acme", "🦊 my acme", ["🦊", "acme"]),
        ("aa -(acme near/1 dead)", "aa acme is dead", None),
    ],
)
def test_near_counts_the_words_between(query: str, text: str, found: list[str] | None) -> None:
    spans = matches(parse(query), text)
    assert (None if spans is None else [text[start:end] for start, end in spans]) == found


def test_near_in_a_text_of_one_word_a_thousand_times_over_ends() -> None:
    spans = matches(parse("acme near/50 dead*"), "acme " * 4000 + "deadly")
    assert spans is not None
    assert spans[-1] == (20_000, 20_006)
    assert len(spans) == 52


ANA = Said(
    "Parcel is late https://acme.example/help t.co",
    title="No reply",
    handle="Ana@social.example",
    addressed=("acme", "acme_help@care.example"),
    language="pt-br",
    source="rss",
    site="forum.example/care",
    url="https://forum.example/care/7",
    media=(MediaKind.PICTURE,),
)


@pytest.mark.parametrize(
    ("query", "is_so"),
    [
        ("title:reply", True),
        ("title:parcel", False),
        ("reply", True),
        ('title:"no reply"', True),
        ("title:rep*", True),
        ("reply near/3 parcel", False),
        ("title:no near/0 reply", True),
        ("from:ana", True),
        ("from:ana@social.example", True),
        ("from:ana@elsewhere.example", False),
        ("from:an", False),
        ("to:acme", True),
        ("to:acme_help", True),
        ("to:acme_help@care.example", True),
        ("to:bob", False),
        ("@acme_help@care.example", True),
        ("parcel lang:pt", True),
        ("parcel lang:pt-br", True),
        ("parcel lang:pt-pt", False),
        ("parcel lang:en", False),
        ("parcel source:rss", True),
        ("parcel source:x", False),
        ("in:forum.example", True),
        ("in:forum.example/care", True),
        ("in:example", True),
        ("in:forum", False),
        ("url:acme.example", True),
        ("url:acme.example/help", True),
        ("url:help", True),
        ("url:cme.example", False),
        ("url:acme.example/h", False),
        ("parcel has:links", True),
        ("parcel has:media", True),
        ("parcel has:images", True),
        ("parcel has:videos", False),
        ("parcel has:mentions", False),
        ("parcel -has:hashtags", True),
    ],
)
def test_what_is_known_of_a_post_is_asked_too(query: str, is_so: bool) -> None:
    assert Matcher(parse(query)).truth(ANA) is is_so


@pytest.mark.parametrize(
    ("query", "truth"),
    [
        ("acme lang:en", None),
        ("acme -lang:en", None),
        ("phone lang:en", False),
        ("phone OR lang:en acme", None),
        ("acme OR phone lang:en", True),
        ("acme from:ana", None),
        ("acme -to:ana", None),
        ("acme source:x", None),
        ("acme in:phones", None),
        ("acme has:media", None),
        ("acme url:shop.example", None),
        ("acme has:links", True),
    ],
)
def test_what_nobody_knows_lets_a_post_in_and_never_keeps_it_out(query: str, truth: bool | None) -> None:
    said = Said("acme https://t.co/abc")
    matcher = Matcher(parse(query))
    assert matcher.truth(said) is truth
    assert matcher.lets_in(said) is (truth is not False)
    assert (matcher.highlights(said) is None) is (truth is False)


def test_a_language_without_its_country_may_be_of_any() -> None:
    assert Matcher(parse("acme lang:pt-br")).truth(Said("acme", language="pt")) is None


def test_words_of_a_link_that_the_text_shows_shortened_are_found_but_not_highlighted() -> None:
    said = Said("look https://t.co/abc", links=("https://shop.acme.example/returns",))
    assert Matcher(parse("acme url:acme.example")).highlights(said) == Highlights()
    assert not Matcher(parse("acme title:acme")).lets_in(said)


def test_highlights_of_a_title_stand_apart() -> None:
    assert Matcher(parse("acme title:lid")).highlights(Said("lid of acme", title="Lid")) == Highlights(((7, 11),), ((0, 3),))


def test_a_post_is_asked_with_what_its_feed_knows() -> None:
    spec: FeedSpec = feed("reddit", "search", "x")
    heard = post(
        text="it broke",
        author=PostAuthor("1", "Ana"),
        title="Acme",
        url="https://www.reddit.com/r/Phones/comments/1/",
        media=(PostMedia(MediaKind.VIDEO, "https://i.example/1"),),
    )
    for query in ("title:acme", "from:ana", "acme source:reddit", "in:phones", "in:r/phones", "acme has:videos"):
        assert Matcher(parse(query)).truth(Said.of(heard, spec)) is True
    assert Matcher(parse("acme has:media")).truth(Said.of(heard, feed("x", "search", media=False))) is None


@pytest.mark.parametrize(
    ("query", "text", "is_in"),
    [
        ("search", "I am searching", True),
        ("oauth", "the _use_oauth2 flag", True),
        ('"phone cases"', "a case for tablets", False),
        ('"phone covers"', "cover of my phones", True),
        ("acme", "nothing", False),
        ("case:Search", "searching", False),
        ("acme -search", "acme searching", True),
        ("acme -search", "acme search", False),
    ],
)
def test_what_a_blurring_search_found_by_another_form_of_a_word_is_kept(query: str, text: str, is_in: bool) -> None:
    assert Matcher(parse(query), is_loose=True).lets_in(Said(text)) is is_in
