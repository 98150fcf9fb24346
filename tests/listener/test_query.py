"""The query language: what is read and how, what is refused, where and with which way out."""

import re
from pathlib import Path

import pytest

from listener.query import QueryError, parse, written

REFERENCE = (Path(__file__).parents[2] / "docs" / "query.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("query", "understood"),
    [
        ("acme", "acme"),
        ("acme phone", "acme phone"),
        ("acme AND phone", "acme phone"),
        ("acme OR phone case", "acme OR (phone case)"),
        ("(acme OR phone) case", "(acme OR phone) case"),
        ("acme -giveaway", "acme -giveaway"),
        ("acme NOT giveaway", "acme -giveaway"),
        ('"my  phone"', '"my phone"'),
        ("“typed quotes”", '"typed quotes"'),
        ("@Acme_Help #acme", "@Acme_Help #acme"),
        ("@acme@social.example", "@acme@social.example"),
        ("wi-fi c++ AT&T", "wi-fi c++ AT&T"),
        ("🦊 東京 straße", "🦊 東京 straße"),
        ("((acme))", "acme"),
        ("ORANGE order near android", "ORANGE order near android"),
        ("phon* #acme*", "phon* #acme*"),
        ("acme near/5 broken", "acme near/5 broken"),
        ('acme NEAR/0 (dead OR "no sound")', 'acme near/0 (dead OR "no sound")'),
        ("phone -acme near/5 broken", "phone -(acme near/5 broken)"),
        ("a OR b near/2 c d", "a OR (b near/2 c d)"),
        ('case:Orange title:"no sound" case:title:Acme*', 'case:Orange title:"no sound" title:case:Acme*'),
        ("from:@Acme to:ana@social.example", "from:acme to:ana@social.example"),
        ("acme lang:EN lang:pt_BR", "acme lang:en lang:pt-br"),
        ("url:https://www.Acme.example/help/", "url:acme.example/help"),
        ('url:"acme.example/a (b)"', 'url:"acme.example/a (b)"'),
        ("in:r/AcmePhones acme source:Reddit", "in:acmephones acme source:reddit"),
        ("acme has:link -has:picture", "acme has:links -has:images"),
    ],
)
def test_a_query_is_read(query: str, understood: str) -> None:
    assert written(parse(query)) == understood


@pytest.mark.parametrize(
    ("query", "understood"),
    [
        ("acme NOT NOT phone", "acme phone"),
        ("acme -(-phone)", "acme phone"),
        ("acme -(win OR free)", "acme -win -free"),
        ("acme -(win free)", "acme (-win OR -free)"),
        ("acme -(win -(free OR gift))", "acme (-win OR free OR gift)"),
        ("(acme phone) (case cover)", "acme phone case cover"),
        ("acme OR (phone OR (case OR cover))", "acme OR phone OR case OR cover"),
        ("acme phone Acme ACME", "acme phone"),
        ("case:acme case:Acme", "case:acme case:Acme"),
        ("(acme OR phone) (Acme OR phone)", "acme OR phone"),
    ],
)
def test_queries_that_mean_the_same_have_one_form(query: str, understood: str) -> None:
    assert written(parse(query)) == understood


@pytest.mark.parametrize(
    ("query", "position", "says", "suggests"),
    [
        ("", 0, "empty", "Write the brand"),
        ("   ", 0, "empty", "Write the brand"),
        ("acme (phone", 5, "never closed", "Add )"),
        ("(acme) (phone (case)", 7, "never closed", "Add )"),
        ("acme) phone", 4, "closes nothing", "Take it away"),
        ('acme "phone', 5, "never closed", 'Write "phone"'),
        ("acme OR", 7, "missing after OR", "Write a word"),
        ("OR acme", 0, "missing before OR", "Write a word"),
        ("acme OR OR phone", 8, "missing after OR", "Write a word"),
        ("acme AND", 8, "missing after AND", "Write a word"),
        ("()", 1, "missing after (", "Write a word"),
        ("acme or phone", 5, "operator or a word", "Write OR"),
        ("-acme", 0, "nearly everything", "Add a word"),
        ("acme OR -phone", 0, "nearly everything", "Add a word"),
        ("lang:en has:links", 0, "nearly everything", "Add a word"),
        ("acme, phone", 4, "comma", "Write OR"),
        ("acme --phone", 5, "twice", "Write one -"),
        ("acme  -", 6, "missing after -", "such as -giveaway"),
        ("acme - phone", 5, "missing after -", "such as -giveaway"),
        ("acme @", 5, "not a handle", "@acme"),
        ("acme #!", 5, "not a tag", "#acme"),
        ("acme &", 5, "finds nothing", "Take it away"),
        ('acme ""', 5, "empty", "Write words"),
        ("acme \u200b", 5, "finds nothing", "Take it away"),
        ("acme is:retweet", 5, "is: is not known", 'write "is:retweet"'),
        ("author:ana", 0, "author: is not known", "Write from:ana"),
        ("acme subreddit:phones", 5, "subreddit: is not known", "Write in:phones"),
        ("acme filter:links", 5, "filter: is not known", "Write has:links"),
        ("acme has:dogs", 9, "has:dogs", "has:links"),
        ("acme lang:english!", 10, "no code", "lang:en"),
        ("acme lang:", 10, "lang: needs", "Write lang:"),
        ("title: acme", 0, "stands alone", "no space"),
        ("title:(a OR b)", 6, "one word or one phrase", "(title:one OR title:two)"),
        ("from:", 5, "needs something", "from:acme"),
        ('from:"a b"', 5, "not a handle", "from:acme"),
        ("from:ac*", 5, "not a handle", "from:acme"),
        ("url:ac*", 4, "no wildcard", "whole"),
        ("acme *phone", 5, "end of a word", "phone*"),
        ("acme ph*ne", 5, "end of a word", "phone*"),
        ("acme p*", 5, "nearly everything", "2 letters"),
        ("acme near/5", 11, "missing after near/5", "Write a word"),
        ("a near/5 b near/5 c", 11, "not three", "(one near/5 two)"),
        ("a near/5 (b c)", 2, "joins words", "near/5 three"),
        ("a near/5 -b", 9, "missing after near/5", "Write a word"),
        ("a near/5 from:ana", 2, "joins words", "near/5 three"),
        ("a near/51 b", 2, "as far as it goes", "near/50"),
        ("(" * 21 + "acme" + ")" * 21, 20, "levels deep", "Take parentheses away"),
        ("a" * 2001, 2000, "at most", "two feeds"),
    ],
)
def test_a_query_that_cannot_be_read_is_refused_with_its_place_and_a_way_out(query: str, position: int, says: str, suggests: str) -> None:
    with pytest.raises(QueryError) as refused:
        parse(query)
    assert (refused.value.position, says in refused.value.message) == (position, True), str(refused.value)
    assert suggests in refused.value.suggestion


def test_an_error_tells_people_where_counting_from_one() -> None:
    with pytest.raises(QueryError, match=r"at character 5: a comma is no operator \(Write OR"):
        parse("acme, phone")


def test_what_the_reference_shows_can_be_written() -> None:
    rows = re.findall(r"^\| (`.+?) \|", REFERENCE.partition("## What nobody knows")[0], re.MULTILINE)
    shown = [example for row in rows for example in re.findall(r"`([^`]+)`", row)]
    assert len(shown) == 19
    for example in shown:
        assert parse(f"acme {example}") is not None


def test_the_reference_quotes_errors_as_they_are() -> None:
    quoted = re.findall(r"^(\S.*?) {4,}(at character \d+: .*)$", REFERENCE, re.MULTILINE)
    assert len(quoted) == 4
    for query, says in quoted:
        with pytest.raises(QueryError) as refused:
            parse(query)
        assert str(refused.value) == says
