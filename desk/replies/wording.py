"""Rules about a reply's words: signatures, unfilled placeholders, and whether two texts say the same."""

import html
import re
import unicodedata

PLACEHOLDER = re.compile(r"\{\{.*?\}\}|\{[^\W\d][\w .-]*\}", re.DOTALL)
SIGNED_WITH = re.compile(r"\{(initials|name|alias)\}")
LINK = re.compile(r"(?:https?://|www\.|t\.co/)\S*", re.IGNORECASE)
LEADING_HANDLES = re.compile(r"^(?:\s*@[\w.@-]+)+")


def placeholders(text: str) -> list[str]:
    """What a template left to fill in: `{{order}}`, `{name}`."""
    return PLACEHOLDER.findall(text)


def signature(pattern: str, *, name: str, initials: str, alias: str = "") -> str:
    """An account's signature for one person: `{initials}`, `{name}` (the first one) and `{alias}` (else the initials) are filled in."""
    told = {"initials": initials, "name": first_name(name), "alias": alias or initials}
    return SIGNED_WITH.sub(lambda found: told[found.group(1)], pattern).strip()


def first_name(name: str) -> str:
    return name.split(maxsplit=1)[0] if name.strip() else ""


def signed(text: str, sign: str) -> str:
    """The text with the signature at its end, once."""
    body = text.strip()
    return body if not sign or body.endswith(sign) else f"{body} {sign}".strip()


def unsigned(text: str, sign: str) -> str:
    return text.rstrip().removesuffix(sign).rstrip() if sign else text


def joined(first: str, second: str) -> str:
    """Both texts, and nothing twice."""
    if second.strip() in first:
        return first
    return second if first.strip() in second else f"{first.rstrip()}\n\n{second.lstrip()}"


def says_the_same(ours: str, theirs: str) -> bool:
    """Whether a post that came back is the text that we sent.

    Platforms append links or shorten them, put the handles of those addressed in front, turn marks into entities and HTML,
    and change white space; none of that counts. A text without any words is the same as no other.
    """
    words = words_of(ours)
    return bool(words) and words == words_of(theirs)


def words_of(text: str) -> tuple[str, ...]:
    """What a text says, without all that a platform changes of it: two with the same words say the same."""
    plain = unicodedata.normalize("NFKC", html.unescape(text))
    plain = LEADING_HANDLES.sub(" ", LINK.sub(" ", plain))
    kept = "".join(c if unicodedata.category(c)[0] in "LNMS" else " " for c in plain.casefold())
    return tuple(kept.split())
