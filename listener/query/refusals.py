"""What is wrong with a query, where, and what to write instead: for what people know from other search languages, and for slips."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from listener.query.nodes import HAS, Field, QueryError

if TYPE_CHECKING:
    from lark import Token

ELSEWHERE = {
    "author": "from:",
    "user": "from:",
    "mentions": "to:",
    "intitle": "title:",
    "language": "lang:",
    "subreddit": "in:",
    "site": "in:",
    "list": "",
    "link": "url:",
    "domain": "url:",
    "filter": "has:",
    **dict.fromkeys(("conversation_id", "flair", "is", "near", "place", "retweets_of", "selftext", "self", "since", "until"), ""),
}
"""Operators of other search languages, and ours where there is one that means the same."""

WIDE = frozenset({"is", "self"})
"""Those that say too little of a post to stand alone."""

FOREIGN = re.compile(rf"({'|'.join(ELSEWHERE)}):.+", re.IGNORECASE)
NAME = re.compile(r"@\w[\w.-]*(?:@\w[\w.-]*)?")
TAG = re.compile(r"#\w+")
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*")
ASCII_MARKS = re.compile(r"[!-/:-@\[-`{-~]+")
SHORTEST_STEM = 2
OPENS, SEPARATE = frozenset({"SCOPE", "FIELD"}), "Leave no space behind the colon"


def checked(tokens: "Sequence[Token]", text: str, *, own: Collection[str] = ()) -> "Sequence[Token]":
    """The tokens, each of which can stand somewhere. Raises QueryError for the first that cannot. `own`: foreign operators that may stand, too."""
    if not tokens:
        raise QueryError("the query is empty", 0, 'Write the brand, for example: "acme phone" OR @acme')
    before: Token | None = None
    for token in tokens:
        opened = before is not None and before.type in OPENS
        if before is not None and opened:
            _refuse_apart(before, token)
        if token.type == "PHRASE" and _is_blank(token[1:-1]):
            raise QueryError("this phrase is empty", token.start_pos or 0, "Write words between the quotation marks")
        if token.type == "WORD" and not (before is not None and before.type == "FIELD"):
            _refuse_word(str(token), token.start_pos or 0, own)
        before = token
    if before is not None and before.type in OPENS:
        raise QueryError(f"{before} needs something to look for", len(text), f"Write {before}acme")
    return tokens


def _refuse_apart(before: "Token", token: "Token") -> None:
    if before.end_pos != token.start_pos:
        raise QueryError(f"{before} stands alone", before.start_pos or 0, SEPARATE)
    if token.type == "OPEN":
        name = str(before)
        raise QueryError(f"{name} takes one word or one phrase", token.start_pos or 0, f"Write ({name}one OR {name}two)")


def _refuse_word(text: str, position: int, own: Collection[str]) -> None:
    if text in {"or", "and", "not"}:
        raise QueryError(f"is {text} an operator or a word?", position, f'Write {text.upper()}, or "{text}" for the word')
    if text in {"-", "\u2212"}:
        raise QueryError(
            f"something is missing after {text}", position, f"Write what must not be there right behind it, such as {text}giveaway"
        )
    if text.startswith(("-", "\u2212")):
        raise QueryError("not twice over", position, "Write one - before what must not be there")
    if (found := FOREIGN.fullmatch(text)) and found[1].lower() not in own:
        raise _foreign(text, found[1].lower(), position)
    if "*" in text:
        _refuse_wildcard(text, position)
        text = text[:-1]
    if text.endswith((",", ";")):
        raise QueryError(
            "a comma is no operator", position + len(text) - 1, "Write OR between alternatives, or a space where both must be there"
        )
    _refuse_name(text, position)


def _foreign(text: str, name: str, position: int) -> QueryError:
    ours = ELSEWHERE[name]
    hint = f"Write {ours}{text.partition(':')[2]}" if ours else f'Take it away, or write "{text}" to look for that text'
    return QueryError(f"{name}: is not known here", position, hint)


def _refuse_wildcard(text: str, position: int) -> None:
    stem = text[:-1]
    if "*" in stem or not text.endswith("*"):
        raise QueryError("a wildcard stands at the end of a word", position, "Write the start of the word and *, such as phone*")
    if sum(char.isalnum() for char in stem) < SHORTEST_STEM:
        raise QueryError(f"{text} would find nearly everything", position, f"Write at least {SHORTEST_STEM} letters before *")


def _refuse_name(text: str, position: int) -> None:
    if text.startswith("@") and not NAME.fullmatch(text):
        raise QueryError(f"{text} is not a handle", position, "Write @ and the name, for example @acme")
    if text.startswith("#") and not TAG.fullmatch(text):
        raise QueryError(f"{text} is not a tag", position, "Write # and one word, for example #acme")
    if _is_blank(text):
        raise QueryError(f"{text} alone finds nothing", position, "Take it away, or put it into a phrase with words")


def unclosed_quote(text: str, position: int) -> QueryError:
    return QueryError("this quotation mark is never closed", position, f'Write {text[position:].strip()}"')


def misplaced(tokens: "Sequence[Token]", token: "Token", end: int) -> QueryError:
    """Why a token cannot stand where it stands; `$END` when the query ends too early."""
    position = end if token.type == "$END" else token.start_pos or 0
    before = next((found for found in reversed(tokens) if (found.start_pos or 0) < position), None)
    lacks = before is None or before.type in {"OPEN", "OR", "_AND", "NOT", "MINUS", "NEAR", *OPENS}
    if token.type == "CLOSE" and not lacks:
        return QueryError("this parenthesis closes nothing", position, "Take it away, or open one before it")
    if token.type == "$END" and not lacks:
        return QueryError("this parenthesis is never closed", _never_closed(tokens), "Add ) where the group ends")
    if token.type == "NEAR" and not lacks:
        return QueryError("near joins two terms, not three", position, "Write (one near/5 two) (two near/5 three)")
    what = f"after {before}" if before else f"before {token}" if token.type != "$END" else "here"
    return QueryError(f"something to look for is missing {what}", position, 'Write a word, a "phrase", @handle or #tag')


def _never_closed(tokens: "Sequence[Token]") -> int:
    opened: list[int] = []
    for token in tokens:
        if token.type == "OPEN":
            opened.append(token.start_pos or 0)
        elif token.type == "CLOSE" and opened:
            opened.pop()
    return opened[-1] if opened else 0


def not_near(sign: "Token") -> QueryError:
    return QueryError(f"{sign} joins words, phrases, or groups of them with OR", sign.start_pos or 0, f"Write (one OR two) {sign} three")


def handle(text: str, field: Field, position: int) -> str:
    if not NAME.fullmatch(f"@{text}"):
        raise QueryError(f"{text} is not a handle", position, f"Write {field}: and the name, for example {field}:acme")
    return text


def language(text: str, position: int) -> str:
    if not LANGUAGE.fullmatch(text):
        raise QueryError(f"{text} is no code of a language", position, "Write its code, for example lang:en or lang:pt-br")
    return text


def has(text: str, position: int) -> str:
    if text not in HAS:
        raise QueryError(f"has:{text} is not known", position, f"Write one of {', '.join(f'has:{name}' for name in HAS)}")
    return text


def some_value(text: str, field: Field, position: int) -> str:
    if _is_blank(text) or '"' in text:
        raise QueryError(f"{field}: needs something to look for", position, f"Write {field}: and its value in one piece")
    if "*" in text:
        raise QueryError(f"{field}: takes no wildcard", position, "Write the whole of it")
    return text


def _is_blank(text: str) -> bool:
    """Nothing but ASCII punctuation and what cannot be seen: it would be found everywhere, or nowhere."""
    return bool(ASCII_MARKS.fullmatch(text)) or not any(unicodedata.category(char)[0] in "LNSP" for char in text)
