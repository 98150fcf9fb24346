"""Small readings of the search languages of platforms, made after their documentation: what each search finds of a post. They know nothing of ours.

Words are found whole and whatever their case; texts and phrases are split at whatever is no letter or digit.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from storage.words import MediaKind
from tests.support.queries import Written

TOKEN = re.compile(r"""\s*(\(|\)|-?[a-z]*:?"[^"]*"|[^\s()]+)""")
WORD = re.compile(r"[^\W_]+")

Finds = Callable[[str, Written], bool]


def words_of(text: str) -> list[str]:
    return WORD.findall(text.lower())


def holds(text: str, wanted: str) -> bool:
    """Whether the words stand in the text, one behind the other."""
    words, asked = words_of(text), words_of(wanted)
    return any(words[at : at + len(asked)] == asked for at in range(len(words) - len(asked) + 1))


def split(search: str) -> list[str]:
    found = TOKEN.findall(search)
    assert "".join(found).replace(" ", "") == search.replace(" ", ""), search
    return found


@dataclass
class Groups:
    """A language with OR and parentheses, where AND or a space binds tighter."""

    tokens: list[str]
    term: Callable[[str], bool]
    minus: str
    at: int = 0

    def whole(self) -> bool:
        found, is_positive = self.either()
        assert self.at == len(self.tokens), self.tokens
        assert is_positive, f"nothing must be there: {self.tokens}"
        return found

    def either(self) -> tuple[bool, bool]:
        parts = [self.all()]
        while self.takes("OR"):
            parts.append(self.all())
        assert len(parts) == 1 or all(is_positive for _, is_positive in parts), f"a negation beside OR: {self.tokens}"
        return any(found for found, _ in parts), all(is_positive for _, is_positive in parts)

    def all(self) -> tuple[bool, bool]:
        parts = [self.one()]
        while self.at < len(self.tokens) and self.tokens[self.at] not in {"OR", ")"}:
            self.takes("AND")
            parts.append(self.one())
        return all(found for found, _ in parts), any(is_positive for _, is_positive in parts)

    def one(self) -> tuple[bool, bool]:
        if self.takes("("):
            found = self.either()
            assert self.takes(")")
            return found
        is_negated = self.takes("NOT") if self.minus == "NOT" else self.tokens[self.at].startswith("-")
        token = self.tokens[self.at].removeprefix("-")
        assert token not in {"(", ")", "AND", "OR", "NOT"}, f"a negated group: {self.tokens}"
        self.at += 1
        return self.term(token) is not is_negated, not is_negated

    def takes(self, token: str) -> bool:
        if self.at < len(self.tokens) and self.tokens[self.at] == token:
            self.at += 1
            return True
        return False


def on_x(search: str, post: Written) -> bool:
    assert 0 < len(search) <= 512
    asked = split(search)
    alone = [token for token in asked if token not in {"(", ")", "OR"} and not token.startswith(("-", "lang:", "has:"))]
    assert alone, f"only operators that need another one: {search}"
    return Groups(asked, lambda token: _x_term(token, post), "-").whole()


def _x_term(token: str, post: Written) -> bool:
    name, _, value = token.partition(":")
    links = [post.link, f"https://twitter.com/{post.quotes}/status/1" if post.quotes else ""]
    known: dict[str, Callable[[], bool]] = {
        "from": lambda: post.handle == value,
        "to": lambda: post.answers == value,
        "lang": lambda: (post.language or "").partition("-")[0] == value,
        "url": lambda: any(holds(link, value.strip('"')) for link in links),
        "has": lambda: _x_has(value, post),
    }
    if name in known and ":" in token:
        return known[name]()
    if token.startswith(("@", "#")):
        return re.search(rf"(?<!\w){re.escape(token)}(?!\w)", post.text, re.IGNORECASE) is not None
    return holds(post.text, token) or any(holds(link, token) for link in links)


def _x_has(value: str, post: Written) -> bool:
    return {
        "links": bool(post.link or post.quotes or post.media),
        "media": bool(post.media),
        "images": MediaKind.PICTURE in post.media,
        "mentions": "@" in post.text,
        "hashtags": "#" in post.text,
    }[value]


def on_reddit(search: str, post: Written) -> bool:
    assert 0 < len(search) <= 512

    def term(token: str) -> bool:
        name, colon, value = token.partition(":")
        if colon and name in {"title", "author", "subreddit"}:
            text = {"title": post.title, "author": post.handle, "subreddit": post.subreddit}[name]
            return holds(text, value) if name == "title" else text == value
        return holds(f"{post.title} . {post.text}", token)

    return Groups(split(search), term, "NOT").whole()


def on_mastodon(search: str, post: Written) -> bool:
    return _flat(search, post, with_title=False)


def on_bluesky(search: str, post: Written) -> bool:
    return _flat(search, post, with_title=False)


def on_a_word_search(search: str, post: Written) -> bool:
    """Hacker News, Stack Exchange and Discourse: all words, wherever they stand."""
    return _flat(search, post, with_title=True)


def on_youtube(search: str, post: Written) -> bool:
    return any(on_a_word_search(part, post) for part in search.split("|"))


def _flat(search: str, post: Written, *, with_title: bool) -> bool:
    """All terms; one that begins with - must not be there."""
    assert 0 < len(search) <= 500
    asked = split(search)
    assert not {"OR", "(", ")"} & set(asked), search
    assert not all(token.startswith("-") for token in asked), search
    return all(_flat_term(token.removeprefix("-"), post, with_title=with_title) is not token.startswith("-") for token in asked)


def _flat_term(token: str, post: Written, *, with_title: bool) -> bool:
    name, colon, value = token.partition(":")
    if colon and name in {"language", "lang"}:
        return (post.language or "").partition("-")[0] == value
    if colon and name == "from":
        return post.handle == value.removesuffix(".bsky.social")
    if token == "has:media":
        return bool(post.media)
    if token.startswith("#"):
        return re.search(rf"(?<!\w){re.escape(token)}(?!\w)", post.text, re.IGNORECASE) is not None
    return holds(f"{post.title} . {post.text}" if with_title else post.text, token)
