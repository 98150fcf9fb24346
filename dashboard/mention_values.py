"""A mention of "All mentions" as its list draws it. Pure."""

from collections.abc import Iterator, Sequence
from typing import Any

from dashboard.case_values import Block, Reader, confirm_block
from dashboard.format import millis, source_words, web_link, word_of
from dashboard.label_values import can_be_confirmed, is_checked, label_blocks
from dashboard.texts import text
from desk.inbox import LabelView, MentionRow
from desk.tags import TagView


def mention_block(row: MentionRow, labels: Sequence[LabelView], reader: Reader, tags: Sequence[TagView] = ()) -> Block:
    """One mention, with its labels, and with the act that fits: going to its case, or making one of it."""
    may_label = reader.may_label and not row.is_own
    return {
        "type": "row",
        "who": row.author,
        "source": source_words(row.source, row.site),
        "labels": [] if row.is_own else label_blocks(labels, may_label=may_label, now=reader.now, zone=reader.zone),
        "confirm": confirm_block(row.id) if may_label and can_be_confirmed(labels) else None,
        "words": [*_words(row, labels), *(text("tag.mark", tag=tag.name) for tag in tags)],
        "at": millis(row.posted_at),
        "url": web_link(row.url),
        "text": f"{row.title}\n{row.text}".strip(),
        "mention": row.id,
        "folded": (bool(row.abusive) or row.is_blocked) and not row.is_own,
        "counts": bool(row.abusive),
        "actions": [*_actions(row, may_care=reader.may_care), *([_tagging(row)] if may_label else [])],
    }


def _words(row: MentionRow, labels: Sequence[LabelView]) -> Iterator[str]:
    if row.is_private:
        yield text("mentions.private")
    if row.is_own:
        yield text("mentions.own")
    elif is_checked(labels):
        yield text("label.checked")
    if row.is_blocked:
        yield text("mentions.blocked")
    if row.muted_by:
        yield text("mentions.muted", rule=row.muted_by)
    if row.flag:
        yield word_of("flag", row.flag)


def _actions(row: MentionRow, *, may_care: bool) -> Iterator[dict[str, Any]]:
    if row.case_id is not None:
        yield {"verb": "open", "value": row.case_id, "words": text("mentions.open", case=row.case_id)}
    elif may_care and not row.is_own:
        yield {"verb": "make", "value": row.id, "words": text("mentions.make")}


def _tagging(row: MentionRow) -> dict[str, Any]:
    return {"verb": "tag", "value": row.id, "words": text("mentions.tag")}
