"""What the words of a rule find, and what is said of words that cannot be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.errors import Invalid
from desk.rules import rule_query


@pytest.mark.parametrize(
    ("written", "text", "is_found"),
    [
        ("refund", "I want a REFUND!", True),
        ("refund", "refunds are slow", False),
        ("refund*", "refunds are slow", True),
        ('"lost parcel"', "a lost, parcel", True),
        ('"lost parcel"', "the parcel is lost", False),
        ("lost parcel", "the parcel is lost", True),
        ("lost AND parcel", "the parcel is here", False),
        ("lost OR late", "it is late", True),
        ("a b OR c", "c", True),
        ("a (b OR c)", "c", False),
        ("a (b OR c)", "a c", True),
        ("parcel -thanks", "parcel, thanks", False),
        ("parcel NOT thanks", "parcel", True),
        ("-(a OR b)", "c", True),
        ("not or and", "not or and", True),
        ("cafe", "Le CAFÉ", True),
        ("café", "cafe", True),
        ("@AcmeCare", "hello @acmecare", True),
        ("#fail", "so #Fail", True),
        ("order-number", "my order number", True),
        ("配送", "私の配送はどこ", True),
        ("don't", "I don't know", True),
    ],
)
def test_what_words_find(written: str, text: str, is_found: bool) -> None:
    assert rule_query.parse(written).fits(rule_query.words_of("", text)) is is_found


def test_a_phrase_does_not_go_on_from_the_title_into_the_text() -> None:
    words = rule_query.words_of("Parcel lost", "Parcel found")
    assert rule_query.parse('"parcel lost" "parcel found"').fits(words)
    assert not rule_query.parse('"lost parcel"').fits(words)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("", "no words to look for"),
        ("a (b", "character 5: a closing bracket is missing"),
        ("a) b", "character 2: this closing bracket opens nowhere"),
        ('ab "x', "character 4: a quote is not closed"),
        ("OR a", "character 1: a word or a phrase is missing"),
        ("a OR", "character 5: a word or a phrase is missing"),
        ("a ()", "character 4: a word or a phrase is missing"),
        ("a !!", "character 3: !! has no letters or digits"),
        ("(" * 30 + "a" + ")" * 30, "more than 20 brackets"),
        ("a" * 501, "500 at most"),
    ],
)
def test_words_that_cannot_be_read_say_where(written: str, why: str) -> None:
    with pytest.raises(Invalid, match=why.replace("(", r"\(").replace(")", r"\)")):
        rule_query.parse(written)


@given(st.text(max_size=80), st.text(max_size=200))
def test_whatever_is_written_is_read_or_refused(written: str, text: str) -> None:
    try:
        query = rule_query.parse(written)
    except Invalid:
        return
    assert query.fits(rule_query.words_of("", text)) is not rule_query.Without(query).fits(rule_query.words_of("", text))


@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=5), st.lists(st.sampled_from("abcde"), max_size=8))
def test_words_apart_are_all_wanted_and_or_wants_one(wanted: list[str], said: list[str]) -> None:
    words = rule_query.words_of("", " ".join(said))
    assert rule_query.parse(" ".join(wanted)).fits(words) is set(wanted).issubset(said)
    assert rule_query.parse(" OR ".join(wanted)).fits(words) is bool(set(wanted) & set(said))
