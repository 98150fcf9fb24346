"""HTML of posts becomes the text that a person would read, whatever was built into it."""

import pytest

from listener.text import plain_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("My kettle leaks", "My kettle leaks"),
        ("<p>One</p><p>Two &amp; a half</p>", "One\n\nTwo & a half"),
        ("one<br/>two<br>three", "one\ntwo\nthree"),
        ("<ul><li>first</li><li>second</li></ul>", "- first\n- second"),
        ("<blockquote><p>they said</p></blockquote><p>I say</p>", "> they said\n\nI say"),
        ("<b>bo</b>ld <a href='https://x.example/?a=1&b=2'>link</a>", "bold link"),
        ("<img src='x' alt='A broken lid'>", "A broken lid"),
        ("<script>alert(1)</script>shown<style>p{}</style>", "shown"),
        ("a<!-- hidden -->b", "ab"),
        ("<![CDATA[kept]]>", "kept"),
        ("2 < 3 and 5 > 4", "2 < 3 and 5 > 4"),
        ("&lt;b&gt; is a tag", "<b> is a tag"),
        ('<p title="a > b">inside</p>', "inside"),
        ("<pre>line 1\n  line 2</pre>", "line 1\nline 2"),
        ("<td>a</td><td>b</td>", "a b"),
        ("x&nbsp;y", "x y"),
        ("<script>never ends", "never ends"),
        ("<P>Upper</P><BR>case", "Upper\n\ncase"),
        ("日本語 <b>の</b> テキスト 🦊", "日本語 の テキスト 🦊"),
        ("", ""),
    ],
)
def test_markup_is_read_as_a_person_would(markup: str, text: str) -> None:
    assert plain_text(markup) == text


@pytest.mark.parametrize(
    "piece",
    ["<a ", "<", "</", "<!--", "<!", "<?", "<a href='", '<a "', "&#", "&amp", "<script>", "<![CDATA[", "<blockquote>", "\n> ", "<p>"],
)
def test_hostile_markup_costs_linear_time(piece: str) -> None:
    """The standard library's parser needs minutes for some of these. What is counted is bytes of result, not seconds."""
    size = 300_000
    assert len(plain_text(piece * (size // len(piece)))) <= 4 * size
