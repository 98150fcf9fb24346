"""What stands around an answer, in words and plain values: its pictures, the customer's language, and what may still be done with one that was sent. Pure."""

from typing import TYPE_CHECKING, Any

from dashboard.format import Mark, Tone
from dashboard.texts import known, text
from dashboard.texts.spoken import say
from desk import platforms
from desk.queue.inbox import CaseView, ReplyView
from desk.replies.attached import AttachmentView
from storage.words import ChangeKind, ChangeState

if TYPE_CHECKING:
    from dashboard.case_values import Reader

TOLD = {
    ChangeState.ASKED: ("…", Tone.WARM),
    ChangeState.WORKING: ("…", Tone.WARM),
    ChangeState.DONE: ("✎", Tone.DIM),
    ChangeState.FAILED: ("✕", Tone.BAD),
}


def answering_state(view: CaseView) -> dict[str, Any]:
    """What the editor draws beside the text. A private answer takes no pictures: the editor knows which way is chosen."""
    rule = platforms.pictures(view.row.source)
    return {
        "pictures": {"count": rule.count, "words": text("reply.pictures", n=rule.count) if rule.count else ""},
        "attachments": [picture_values(one) for one in view.attachments],
        "language": language_words(view.row.language),
    }


def language_words(language: str | None) -> str:
    """In what language the customer writes; empty where nobody knows."""
    if not language:
        return ""
    name = f"language.{language.partition('-')[0]}"
    return text("reply.language", language=known(name, language))


def picture_values(picture: AttachmentView) -> dict[str, Any]:
    return {"id": picture.id, "name": picture.name, "alt": picture.alt}


def changed(reply: ReplyView, view: CaseView, reader: "Reader") -> dict[str, Any]:
    """What became of a sent reply since, and what this person may ask for. Empty where there is nothing to say."""
    is_theirs = reader.id in {view.row.assignee_id, reply.person_id} or reader.may_lead
    may = reply.may_change if reader.may_care and is_theirs else frozenset()
    if awaits_reader(reply, view):
        may -= {ChangeKind.CORRECT}
    return {
        "id": reply.id,
        "text": reply.text,
        "can": [kind.value for kind in ChangeKind if kind in may],
        "mark": change_mark(reply, view),
        "reason": say(reply.change_reason),
    }


def awaits_reader(reply: ReplyView, view: CaseView) -> bool:
    """Whether somebody else is to read other words for it."""
    found = view.restraints.correction
    return found is not None and found.waits and found.reply_id == reply.id


def change_mark(reply: ReplyView, view: CaseView) -> dict[str, Any] | None:
    if awaits_reader(reply, view):
        return Mark("◔", text("change.waits"), Tone.WARM).as_dict()
    if reply.change_kind is None or reply.change_state is None:
        return None
    glyph, tone = TOLD[reply.change_state]
    return Mark(glyph, text(f"change.state.{reply.change_kind}.{reply.change_state}"), tone).as_dict()


def is_taken_back(reply: ReplyView) -> bool:
    return reply.change_kind is ChangeKind.TAKE_BACK and reply.change_state is ChangeState.DONE


def with_change(block: dict[str, Any], reply: ReplyView | None, view: CaseView, reader: "Reader") -> dict[str, Any]:
    """A block of the conversation that is an answer of ours, with what may be done with it; a taken back one says so instead of its text."""
    if reply is None:
        return block
    sign = change_mark(reply, view)
    added = {"change": changed(reply, view, reader), "marks": [*block["marks"], *([sign] if sign else [])]}
    if is_taken_back(reply):
        return {**block, **added, "text": text("change.taken_back_text"), "title": "", "deleted": True, "url": "", "media": []}
    return {**block, **added}
