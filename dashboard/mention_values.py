"""A mention of "All mentions" as its list draws it. Pure."""

from collections.abc import Iterator
from typing import Any

from dashboard.case_values import Block
from dashboard.format import millis, sentiment_mark, source_words, web_link, word_of
from dashboard.texts import text
from desk.inbox import MentionRow


def mention_block(row: MentionRow, *, may_care: bool) -> Block:
    """One mention, with the act that fits: going to its case, or making one of it."""
    return {
        "type": "row",
        "who": row.author,
        "source": source_words(row.source, row.site),
        "marks": [] if row.is_own else [sentiment_mark(row.sentiment).as_dict()],
        "words": list(_words(row)),
        "at": millis(row.posted_at),
        "url": web_link(row.url),
        "text": f"{row.title}\n{row.text}".strip(),
        "folded": bool(row.abusive),
        "actions": list(_actions(row, may_care=may_care)),
    }


def _words(row: MentionRow) -> Iterator[str]:
    if row.is_own:
        yield text("mentions.own")
    if row.intent:
        yield word_of("intent", row.intent)
    if row.needs_reply:
        yield text("mentions.needs_reply")
    if row.flag:
        yield word_of("flag", row.flag)


def _actions(row: MentionRow, *, may_care: bool) -> Iterator[dict[str, Any]]:
    if row.case_id is not None:
        yield {"verb": "open", "value": row.case_id, "words": text("mentions.open", case=row.case_id)}
    elif may_care and not row.is_own:
        yield {"verb": "make", "value": row.id, "words": text("mentions.make")}
