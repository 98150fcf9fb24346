import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.text import MAX_CHARS, clean, normalise, words_only


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("  a \t b  ", "a b"),
        ("one\r\ntwo\u2028three", "one\n\ntwo\nthree"),
        ("a\x00b\x1bc\ud800d", "abcd"),
        ("zero\u200bwidth \ufeffmark", "zerowidth mark"),
        ("fish &amp; chips &lt;3", "fish & chips <3"),
        ("𝐅𝐑𝐄𝐄 ｗｉｎ", "FREE win"),
        ("cafe\u0301", "café"),
        ("", ""),
        ("\x00\u200b", ""),
    ],
)
def test_clean_keeps_what_can_be_read(raw: str, shown: str) -> None:
    assert clean(raw) == shown


def test_a_long_text_keeps_its_beginning_and_its_end() -> None:
    text = clean("First words. " + "x" * 20_000 + " Please call me back.")
    assert len(text) <= MAX_CHARS
    assert text.startswith("First words.")
    assert text.endswith("Please call me back.")


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("@BrindleCare look https://t.co/a1?b=2!", "@user look http"),
        ("see www.example.com/x and example.org", "see http and http"),
        ("@care@brindle.example hello", "@user hello"),
        ("mail me: jo@example.com", "mail me: jo@http"),
        ("so sad 😭😭", "so sad loudly crying face loudly crying face"),
        ("thumbs 👍🏽 up", "thumbs thumbs up sign up"),
        ("family 👩‍👩‍👧", "family woman woman girl"),
        ("it broke.Now it works", "it broke.Now it works"),
    ],
)
def test_normalise_writes_texts_as_models_learnt_them(raw: str, plain: str) -> None:
    assert normalise(raw) == plain


def test_words_only_leaves_the_language() -> None:
    assert words_only("@care Danke für #brindle 👍 https://a.example/b 24") == "Danke für"


@given(st.text(max_size=400))
def test_clean_is_idempotent_and_printable(text: str) -> None:
    once = clean(text)
    assert clean(once) in {once, clean(clean(once))}
    assert not any(unicodedata.category(c) in {"Cs", "Cn", "Co"} or (c < " " and c not in "\n\t") for c in once)


@given(st.text(max_size=300))
def test_normalise_never_fails_and_leaves_no_emoji(text: str) -> None:
    assert not any("\U0001f300" <= c <= "\U0001faff" for c in normalise(text))
