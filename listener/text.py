"""Marked-up post text as plain text, in linear time: what comes from the web may be built to cost more."""

import html
import re
from collections.abc import Iterator

# Possessive, so that hostile markup costs linear time: the standard library's HTMLParser needs minutes for 150 kB of "<a <a <a".
TAG = re.compile(r"""<(/?)([a-zA-Z][a-zA-Z0-9:-]*+)((?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+)>""")
IMAGE_TEXT = re.compile(r"""\balt\s*=\s*(?:"([^"]*+)"|'([^']*+)')""", re.IGNORECASE)
HIDDEN = re.compile(r"<!--|<!\[CDATA\[|<(script|style|template)\b|<[!?]", re.IGNORECASE)
CDATA = "<![CDATA["
LINE_TAG = re.compile(
    "address|article|aside|blockquote|br|d[dlt]|div|figcaption|figure|footer|h[1-6r]|header|li|main|nav|ol|p|pre|section|table|tr|ul"
)
PARAGRAPH_TAG = re.compile("blockquote|dl|h[1-6]|ol|p|pre|table|ul")
ITEM_TAG = re.compile("dd|dt|li|tr")
CELL_TAG = re.compile("td|th")
DEEPEST_QUOTE = 3
BLANKS = re.compile(r"[ \t\r\n\f]+")
EMPTY_LINES = re.compile(r"\n(?:[> ]*\n)+")


def plain_text(markup: str) -> str:
    """The words of an HTML fragment: paragraphs by an empty line, quoted text after `> `, images by their alternative text."""
    shown = "".join(_shown(markup))
    parts: list[str] = []
    end = quoted = preformatted = 0
    for tag in TAG.finditer(shown):
        parts.append(_words(shown[end : tag.start()], keeps_lines=preformatted > 0, quoted=quoted))
        end = tag.end()
        name, step = tag[2].lower(), -1 if tag[1] else 1
        quoted = min(max(0, quoted + step), DEEPEST_QUOTE) if name == "blockquote" else quoted
        preformatted = max(0, preformatted + step) if name == "pre" else preformatted
        parts.append(_in_place_of(name, tag[3], quoted=quoted, closes=step < 0))
    parts.append(_words(shown[end:], keeps_lines=preformatted > 0, quoted=quoted))
    return _tidy("".join(parts))


def _shown(markup: str) -> Iterator[str]:
    """The fragment without comments, scripts and styles. One that never ends hides nothing: its text is shown."""
    start = 0
    while hidden := HIDDEN.search(markup, start):
        yield markup[start : hidden.start()]
        end = _end_of(hidden, markup)
        if end is None:
            yield markup[hidden.start() :]
            return
        if hidden[0] == CDATA:
            yield markup[hidden.end() : end[0]]
        start = end[1]
    yield markup[start:]


def _end_of(hidden: re.Match[str], markup: str) -> tuple[int, int] | None:
    closing = f"</{hidden[1]}" if hidden[1] else {"<!--": "-->", CDATA: "]]>"}.get(hidden[0].upper(), ">")
    found = re.compile(re.escape(closing), re.IGNORECASE).search(markup, hidden.end())
    if found is None:
        return None
    return found.start(), markup.find(">", found.start()) + 1 or len(markup)


def _words(text: str, *, keeps_lines: bool, quoted: int) -> str:
    if keeps_lines:
        return html.unescape(text).replace("\n", "\n" + "> " * quoted)
    return html.unescape(BLANKS.sub(" ", text))


def _in_place_of(name: str, attributes: str, *, quoted: int, closes: bool) -> str:
    if name == "img":
        found = IMAGE_TEXT.search(attributes)
        return html.unescape(found[1] or found[2] or "") if found else ""
    if not LINE_TAG.fullmatch(name) or (closes and ITEM_TAG.fullmatch(name)):
        return " " if closes and CELL_TAG.fullmatch(name) else ""
    bullet = "- " if name == "li" and not closes else ""
    return ("\n\n" if PARAGRAPH_TAG.fullmatch(name) else "\n") + "> " * quoted + bullet


def _tidy(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.splitlines())
    return EMPTY_LINES.sub("\n\n", "\n{}\n".format("\n".join(lines))).strip("\n")
