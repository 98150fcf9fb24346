"""Text made ready for engines. Pure, and total: any string goes in, readable text of a sensible length comes out."""

import html
import re
import unicodedata

MAX_CHARS = 4000
TAIL_CHARS = 1000
"""Of a longer text the end is kept as well: it is where people say what they want."""

_HOSTS = "com|net|org|info|biz|io|dev|app|co|uk|eu|de|fr|es|nl|pt|pl|ch|example|ly|tv|gg|xyz|shop|site|online|club|link|top"
URL = re.compile(rf"(?:https?://|www\.)\S+|\b[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{0,4}}\.(?:{_HOSTS})\b(?:/\S*)?", re.IGNORECASE)
HANDLE = re.compile(r"(?<![\w@])@\w(?:[\w.@-]*\w)?")
_BREAKS = re.compile(r"[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n]+")
_PICTURES = re.compile(r"[\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]")
_MODIFIERS = re.compile(r"[\ufe00-\ufe0f\u200d\u20e3\U0001f3fb-\U0001f3ff]")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_KEPT = frozenset("\n\t\u200c\u200d")
"""Joiners carry meaning in Persian and Indic scripts and in emoji."""


def clean(text: str) -> str:
    """The text with one spelling for each character and no invisible ones, at most MAX_CHARS long."""
    shown = unicodedata.normalize("NFKC", html.unescape(_cut(text)))
    shown = _BREAKS.sub("\n", shown)
    if not shown.isascii() or not shown.isprintable():
        shown = "".join(c for c in shown if c in _KEPT or unicodedata.category(c) not in _INVISIBLE)
    return _SPACES.sub(" ", _cut(shown)).strip()


def normalise(text: str) -> str:
    """The text as models of posts were trained on it: `@user`, `http`, and emoji by their English names."""
    plain = HANDLE.sub("@user", URL.sub("http", clean(text)))
    named = _PICTURES.sub(_picture_name, _MODIFIERS.sub("", plain))
    return _SPACES.sub(" ", named).strip()


def words_only(text: str) -> str:
    """What is left of a cleaned text for recognising its language: no links, handles, hashtags, emoji or digits."""
    bare = re.sub(r"#\w+|\d+", " ", HANDLE.sub(" ", URL.sub(" ", text)))
    return " ".join(_PICTURES.sub(" ", _MODIFIERS.sub("", bare)).split())


def _cut(text: str) -> str:
    return text if len(text) <= MAX_CHARS else text[: MAX_CHARS - TAIL_CHARS - 1] + " " + text[-TAIL_CHARS:]


def _picture_name(match: re.Match[str]) -> str:
    return f" {unicodedata.name(match.group(), '').lower()} "
