"""A mention of "All mentions" as its list draws it. Pure."""

from collections.abc import Iterator, Sequence
from typing import Any

from dashboard.case_values import Block, Reader, confirm_block
from dashboard.format import millis, source_words, web_link, word_of
from dashboard.label_values import can_be_confirmed, is_checked, label_blocks
from dashboard.media_values import media_blocks
from dashboard.texts import text
from desk.cases.tags import TagView
from desk.intake.media import MediaView
from desk.post import REPOST
from desk.queue.inbox import LabelView, MentionRow


def mention_block(
    row: MentionRow,
    labels: Sequence[LabelView],
    reader: Reader,
    tags: Sequence[TagView] = (),
    own: Sequence[str] | None = None,
    group: int | None = None,
    media: tuple[MediaView, ...] = (),
) -> Block:
    """One mention, with its labels, and with the act that fits: going to its case, or making one of it. `group`: the copies that the list shows alone."""
    may_label = reader.may_label and not row.is_own
    return {
        "type": "row",
        "who": row.author,
        "source": source_words(row.source, row.site),
        "labels": [] if row.is_own else label_blocks(labels, may_label=may_label, now=reader.now, zone=reader.zone),
        "confirm": confirm_block(row.id) if may_label and can_be_confirmed(labels) else None,
        "words": [
            *_words(row, labels),
            *(text("own.mark", label=name) for name in own or ()),
            *(text("tag.mark", tag=tag.name) for tag in tags),
        ],
        "at": millis(row.posted_at),
        "url": web_link(row.url),
        "text": f"{row.title}\n{row.text}".strip(),
        "mention": row.id,
        "folded": (bool(row.abusive) or row.is_blocked) and not row.is_own,
        "counts": bool(row.abusive),
        "media": media_blocks(media, is_blurred=bool(row.abusive) and not row.is_own),
        "actions": [
            *_copies(row, group=group),
            *_actions(row, may_care=reader.may_care),
            *_muting(row, may_mute=reader.may_mute),
            *(_marking(row, has_own=own is not None) if may_label else []),
        ],
    }


def _words(row: MentionRow, labels: Sequence[LabelView]) -> Iterator[str]:
    if row.is_private:
        yield text("mentions.private")
    if row.is_own:
        yield text("mentions.own")
    elif is_checked(labels):
        yield text("label.checked")
    if row.kind == REPOST:
        yield text("mentions.repost")
    if row.is_blocked:
        yield text("mentions.blocked")
    yield from _muted_words(row)
    if row.muted_by:
        yield text("mentions.muted", rule=row.muted_by)
    if row.aside_by_id is not None:
        yield text("own.aside")
    if row.flag:
        yield word_of("flag", row.flag)


def _muted_words(row: MentionRow) -> Iterator[str]:
    mute = row.marks.mute
    if mute is not None and row.case_id is None:
        yield text(f"mute.mark.{mute.kind}", words=mute.words)
        if mute.reason:
            yield text("mute.mark.reason", reason=mute.reason)


def _copies(row: MentionRow, *, group: int | None) -> Iterator[dict[str, Any]]:
    if row.marks.alike and row.marks.alike_id != group:
        yield {"verb": "alike", "value": row.marks.alike_id, "words": text("alike.more", n=row.marks.alike)}


def _muting(row: MentionRow, *, may_mute: bool) -> Iterator[dict[str, Any]]:
    if not may_mute or row.is_own:
        return
    if row.marks.mute is not None and row.case_id is None:
        yield {"verb": "back", "value": row.id, "words": text("mute.bring_back")}
    else:
        yield {"verb": "mute", "value": row.id, "words": text("mute.post")}


def _actions(row: MentionRow, *, may_care: bool) -> Iterator[dict[str, Any]]:
    if row.case_id is not None:
        yield {"verb": "open", "value": row.case_id, "words": text("mentions.open", case=row.case_id)}
    elif may_care and not row.is_own:
        yield {"verb": "make", "value": row.id, "words": text("mentions.make")}


def _marking(row: MentionRow, *, has_own: bool) -> Iterator[dict[str, Any]]:
    yield {"verb": "tag", "value": row.id, "words": text("mentions.tag")}
    if not row.is_private and (has_own or row.aside_by_id is not None):
        yield {"verb": "own", "value": row.id, "words": text("mentions.own_labels")}
