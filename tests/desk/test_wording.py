"""Texts compared as platforms change them; placeholders; signatures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.replies import wording

SAME = [
    ("We sent it.", "We sent it."),
    ("We sent it: https://acme.example/track?id=1", "We sent it: https://t.co/Ab1"),
    ("We sent it", "@mila @acme We sent it https://t.co/xyz"),
    ("Tom & Jerry", "Tom &amp; Jerry"),
    ("**Really** sorry", "Really sorry"),
    ("line one\nline two", "line one line two"),
    ("Größe ﬁndet", "GRÖSSE findet"),
    ("Thanks 🦊", "Thanks   🦊 "),
]
OTHER = [
    ("We sent it.", "We did not send it."),
    ("We sent 1", "We sent 2"),
    ("https://a.example", "https://b.example"),
    ("", ""),
    ("Thanks 🦊", "Thanks 🐻"),
    ("Dear @mila, hi", "Dear hi"),
]


@pytest.mark.parametrize(("ours", "theirs"), SAME)
def test_what_a_platform_makes_of_a_text_is_the_same_text(ours: str, theirs: str) -> None:
    assert wording.says_the_same(ours, theirs)


@pytest.mark.parametrize(("ours", "theirs"), OTHER)
def test_other_words_are_another_text(ours: str, theirs: str) -> None:
    assert not wording.says_the_same(ours, theirs)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Hi {name}", ["{name}"]),
        ("{{ order no }} and {first_name}", ["{{ order no }}", "{first_name}"]),
        ("{{a\nb}}", ["{{a\nb}}"]),
        ("set {1, 2} or {} or { } or 5} {", []),
        ("Für {kundenname}", ["{kundenname}"]),
    ],
)
def test_unfilled_placeholders_are_found(text: str, left: list[str]) -> None:
    assert wording.placeholders(text) == left


@given(st.text(), st.sampled_from(["", "^AM", "— Ana"]))
def test_a_signature_is_added_once_and_taken_off_again(text: str, sign: str) -> None:
    once = wording.signed(text, sign)
    assert wording.signed(once, sign) == once
    assert wording.signed(wording.unsigned(once, sign), sign) == once


@given(st.text(), st.text())
def test_joined_texts_lose_nothing(first: str, second: str) -> None:
    both = wording.joined(first, second)
    assert first.strip() in both
    assert second.strip() in both


def test_a_signature_names_the_person() -> None:
    assert wording.signature("{name} ({initials})", name="Ana Moss", initials="AM") == "Ana (AM)"
    assert not wording.signature("", name="Ana", initials="AM")
