"""A case in words and plain values: its head, its conversation, its replies and its history, as the components draw them. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dashboard.answering_values import answering_state, changed, picture_values, with_change
from dashboard.eye_values import eye_pane, eye_values, held_words, stopped_words
from dashboard.format import (
    Mark,
    Tone,
    clock_words,
    millis,
    money_words,
    number_words,
    reply_mark,
    sentiment_mark,
    source_words,
    web_link,
    word_of,
)
from dashboard.label_values import can_be_confirmed, is_checked, label_blocks
from dashboard.media_values import media_blocks
from dashboard.outcome_words import ordeal_words, stood_words
from dashboard.personal_values import marked
from dashboard.promise_values import promise_marks
from dashboard.queue_rows import hold_values, shielded_until
from dashboard.texts import text
from dashboard.texts.spoken import say
from dashboard.welcome_words import welcome_words
from desk import platforms, states
from desk.cases import holds
from desk.cases.customer import stood
from desk.people import people
from desk.platforms import CURRENCY
from desk.queue.inbox import AccountView, CaseView, ReplyView, ThreadPost, WayView
from desk.replies.welcomes import WelcomeView
from storage.models import Person
from storage.words import Capability, CaseStatus, ChangeState, Outcome, Question, ReplyState

Block = dict[str, Any]

JUST_SENT = timedelta(minutes=3)
COPIED = (ReplyState.BY_HAND, ReplyState.FAILED, ReplyState.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads the case, and when: what they may do decides what they are offered."""

    id: int
    may_care: bool
    now: datetime
    zone: str
    may_label: bool = False
    may_lead: bool = False
    may_mute: bool = False

    @classmethod
    def of(cls, person: Person, *, now: datetime, zone: str) -> "Reader":
        roles = people.roles_of(person)
        return cls(person.id, bool(roles & people.CARE), now, zone, bool(roles & people.LABELS), bool(roles & people.LEADS))


def editor_state(view: CaseView, reader: Reader) -> dict[str, Any]:
    """All that the editor draws and follows; asked for each second, equal while nothing changed."""
    row, newest = view.row, _newest_heard(view)
    return {
        "case": row.id,
        "author": row.author,
        "shut": shut_words(view, reader),
        "owner_words": owner_words(view, reader),
        "pane": [*_pane(view, reader), *eye_pane(view)],
        "eyes": eye_values(view, reader),
        "latest_mention": newest.mention_id if newest else 0,
        "latest_is_own": bool(newest and newest.is_own),
        "latest_at": millis(newest.posted_at) if newest else None,
        "seen_mention": view.seen_mention_id,
        "seen_reply": view.seen_reply_id,
        "draft": draft_values(view),
        "accounts": [_account(account, welcome=view.welcome) for account in view.accounts],
        "ways": [_way(way, view) for way in view.ways],
        "replies": [_reply(reply, view, reader) for reply in view.replies if _stands_out(reply, reader)],
        "holds": [hold_values(hold) for hold in row.holds],
        "thread": thread_blocks(view, reader),
        **answering_state(view),
    }


def _pane(view: CaseView, reader: Reader) -> list[Any]:
    """What the panes around the editor are drawn from: they are drawn anew when it changes."""
    row = view.row
    others = [hold for hold in row.holds if hold.person_id == row.assignee_id and hold.person_id != reader.id]
    may_not_be_taken = any(holds.protects(hold.kind, hold.since, now=reader.now) for hold in others)
    told, shielded = [note.id for note in view.notes], millis(shielded_until(row, now=reader.now))
    put_off, outcome = millis(row.snoozed_until), row.outcome and row.outcome.value
    return [row.status.value, row.assignee_id, put_off, outcome, may_not_be_taken, told, shielded]


def draft_values(view: CaseView) -> dict[str, Any] | None:
    draft = view.draft
    return {"text": draft.text, "version": draft.version, "saved_at": millis(draft.saved_at)} if draft else None


def _newest_heard(view: CaseView) -> ThreadPost | None:
    """The newest post that the writer of a reply must have read: the customer's, or an answer that was not written here."""
    from_here = {reply.url for reply in view.replies if reply.url}
    heard = [post for post in view.thread if post.in_case and not (post.is_own and post.url in from_here)]
    return max(heard, key=lambda post: post.mention_id, default=None)


def shut_words(view: CaseView, reader: Reader) -> str:
    """Why this person cannot write here; empty when they can."""
    row = view.row
    if not reader.may_care:
        return text("reply.shut.reader")
    if row.status == CaseStatus.CLOSED:
        return text("reply.shut.closed")
    if row.assignee_id is None:
        return text("reply.shut.unclaimed")
    return "" if row.assignee_id == reader.id else text("reply.shut.theirs", person=row.assignee)


def owner_words(view: CaseView, reader: Reader) -> str:
    row = view.row
    if row.status == CaseStatus.CLOSED and row.closed_at:
        closed = clock_words(row.closed_at, now=reader.now, zone=reader.zone)
        return text("case.owner.closed", time=closed, outcome=word_of("outcome", row.outcome))
    if row.assignee_id is None:
        return text("case.owner.none")
    return text("case.owner.you") if row.assignee_id == reader.id else text("case.owner.other", person=row.assignee)


def head_block(view: CaseView, reader: Reader) -> Block:
    row = view.row
    return {
        "type": "head",
        "name": row.author,
        "handle": _handle(view.handle, row.author),
        "url": web_link(view.author_url),
        "see": text("case.profile"),
        "labels": label_blocks(view.labels, may_label=reader.may_label, now=reader.now, zone=reader.zone),
        "confirm": confirm_block(0) if reader.may_label and can_be_confirmed(view.labels) else None,
        "marks": [mark.as_dict() for mark in _head_marks(view, reader)],
        "words": list(_head_words(view)),
        "clocks": _clocks(view),
    }


def confirm_block(value: int) -> Block:
    """The one click that says: a person has looked, and the labels are right."""
    return {"words": text("label.right"), "value": value}


def _handle(handle: str, name: str) -> str:
    return f"@{handle}" if handle and handle != name else ""


def _head_marks(view: CaseView, reader: Reader) -> Iterator[Mark]:
    row = view.row
    is_mine = row.assignee_id == reader.id
    yield Mark(
        "●" if row.assignee_id else "○", owner_words(view, reader), Tone.GOOD if is_mine else Tone.WARM if row.assignee_id else Tone.DIM
    )
    for tag in view.tags:
        yield Mark("#", tag.name, Tone.DIM)
    for label in view.own_labels:
        yield Mark("◆", text("own.mark", label=label), Tone.DIM)
    if view.do_not_contact:
        yield Mark("⊘", text("case.dnc"), Tone.BAD)
    if view.restraints.escalation:
        yield Mark("⚑", text("contact.escalated", kind=word_of("escalation", view.restraints.escalation)), Tone.BAD)
    if view.restraints.is_blocked:
        yield Mark("⊗", text("contact.blocked"), Tone.WARM)
    if until := shielded_until(row, now=reader.now):
        yield Mark("◈", text("case.shielded", time=clock_words(until, now=reader.now, zone=reader.zone)), Tone.WARM)
    yield from promise_marks(view.promises, now=reader.now, zone=reader.zone)


def _head_words(view: CaseView) -> Iterator[str]:
    row = view.row
    yield source_words(row.source, row.site)
    if is_checked(view.labels):
        yield text("label.checked")
    elif row.confidence is not None and not _is_named(view):
        yield text("case.confidence", percent=round(row.confidence * 100))
    if row.flag:
        yield word_of("flag", row.flag)
    if row.status in {CaseStatus.PENDING, CaseStatus.ON_HOLD}:
        yield word_of("status", row.status)
    if view.reach:
        yield text("case.reach", n=number_words(view.reach))
    if went_through := ordeal_words(view.ordeal):
        yield went_through
    if view.row.outcome is Outcome.SOLVED:
        yield text("stood.confirmed") if view.confirmed_at else stood_words(stood(view.row.outcome, held_at=view.held_at))


def _is_named(view: CaseView) -> bool:
    """Whether a person named the sentiment: no share of certainty is told of that."""
    return any(label.person for label in view.labels if label.question is Question.SENTIMENT)


def _clocks(view: CaseView) -> list[Block]:
    row = view.row
    due = [{"label": text("case.clock.due"), "at": millis(row.due_at), "kind": "due"}] if row.due_at else []
    put_off = [{"label": text("case.clock.snoozed"), "at": millis(row.snoozed_until), "kind": "time"}] if row.snoozed_until else []
    return [*due, *put_off]


def thread_blocks(view: CaseView, reader: Reader) -> list[Block]:
    """The conversation, oldest first. What may be abusive is folded until somebody asks for it."""
    posts = [_post(post, is_blocked=view.restraints.is_blocked, may_care=reader.may_care) for post in view.thread]
    heard = {post.mention_id: post.url for post in view.thread if post.is_own and post.url}
    sent = [reply for reply in view.replies if reply.state == ReplyState.SENT]
    came_back = {reply.url: reply for reply in sent}
    posts = [with_change(block, came_back.get(heard.get(block["id"], "-")), view, reader) for block in posts]
    ours = [with_change(_answer(reply), reply, view, reader) for reply in sent if reply.url not in heard.values()]
    return sorted([*posts, *ours], key=lambda block: (block["at"], block["own"]))


def _answer(reply: ReplyView) -> Block:
    """Our answer, until the platform's own timeline brings it back as a post."""
    return {
        "type": "post",
        "id": -reply.id,
        "who": reply.person,
        "own": True,
        "aside": False,
        "at": millis(reply.sent_at) or 0,
        "title": "",
        "text": reply.text or (text("case.private_reply_hidden") if reply.is_private else ""),
        "deleted": False,
        "url": web_link(reply.url),
        "marks": [reply_mark(reply.state).as_dict()],
        "words": _answer_words(reply),
        "folded": False,
        "private": reply.is_private,
        "media": [],
    }


def _answer_words(reply: ReplyView) -> list[str]:
    named = [f"@{reply.account}"] if reply.account else []
    return [*named, *([text("case.private")] if reply.is_private else [])]


def _post(post: ThreadPost, *, is_blocked: bool, may_care: bool) -> Block:
    marks = [] if post.is_own or post.sentiment is None else [sentiment_mark(post.sentiment).as_dict()]
    own, edited = (text("case.own") if post.is_own else ""), (text("case.edited") if post.edited else "")
    private = text("case.private") if post.is_private else ""
    return {
        "type": "post",
        "id": post.mention_id,
        "who": post.author,
        "own": post.is_own,
        "aside": not post.in_case and not post.is_own,
        "at": millis(post.posted_at),
        "title": "" if post.deleted else post.title,
        "text": text("case.deleted_text") if post.deleted else text("case.private_hidden") if post.is_hidden else post.text,
        "deleted": post.deleted,
        "url": "" if post.deleted else web_link(post.url),
        "personal": marked(post),
        "marks": marks,
        "words": [word for word in (own, private, edited) if word],
        "mention": post.mention_id,
        "folded": (post.abusive or (is_blocked and post.in_case)) and not (post.is_own or post.deleted or post.is_hidden),
        "counts": post.abusive,
        "private": post.is_private,
        "actions": [_muting(post)] if may_care and not (post.is_own or post.deleted) else [],
        "media": [] if post.deleted else media_blocks(post.media, is_blurred=post.abusive and not post.is_own),
    }


def _muting(post: ThreadPost) -> dict[str, Any]:
    return {"verb": "mute", "value": post.mention_id, "words": text("mute.post")}


def _way(way: WayView, view: CaseView) -> dict[str, Any]:
    """Who will read the answer, in words and a sign; which post it answers, and from which accounts."""
    return {
        "private": way.is_private,
        "mention": way.mention_id,
        "sign": "◐" if way.is_private else "◯",
        "words": _private_words(view) if way.is_private else "",
        "accounts": [
            {**_account(account, is_private=way.is_private, welcome=view.welcome), "way": _public_words(account)}
            for account in way.accounts
        ],
    }


def _private_words(view: CaseView) -> str:
    if view.handle:
        return text("reply.way.private", author=view.handle)
    return text("reply.way.private_unnamed", author=view.row.author)


def _public_words(account: AccountView) -> str:
    return text("reply.way.public", account=account.handle) if account.handle else text("reply.way.public_unnamed")


def _account(account: AccountView, *, is_private: bool = False, welcome: WelcomeView | None = None) -> dict[str, Any]:
    source = word_of("source", account.source)
    is_paid = account.capability == Capability.API
    link_price = platforms.link_price(account.source, is_private=is_private) if is_paid else 0
    return {
        "id": account.id,
        "handle": f"@{account.handle}",
        "words": text("reply.account", handle=account.handle, source=source),
        "how": (not is_private and welcome_words(welcome))
        or text(f"reply.how.{account.capability}", reason=say(account.capability_reason)),
        "capability": account.capability.value,
        "is_first": account.is_first,
        "signature": account.signature,
        "limit": platforms.limit(account.source, is_private=is_private),
        "count": platforms.counting_of(account.source, is_private=is_private).value,
        "price": _price(account.price_micros if is_paid else 0),
        "link_price": text("reply.price_link", price=money_words(link_price, CURRENCY)) if link_price else "",
    }


def _stands_out(reply: ReplyView, reader: Reader) -> bool:
    """Whether a reply belongs above the box: what was sent a while ago stands in the conversation."""
    if reply.change_state in {ChangeState.ASKED, ChangeState.WORKING, ChangeState.FAILED}:
        return True
    if reply.state == ReplyState.SENT:
        return reply.sent_at is not None and reader.now - reply.sent_at < JUST_SENT
    return reply.state != ReplyState.CANCELLED


def _price(micros: int) -> str:
    return text("reply.price", price=money_words(micros, CURRENCY)) if micros else ""


def _reply(reply: ReplyView, view: CaseView, reader: Reader) -> dict[str, Any]:
    asked = next((post for post in view.thread if post.mention_id == reply.mention_id), None)
    stopped = stopped_words(view, reader) if reply.state == ReplyState.BY_HAND else ""
    return {
        "id": reply.id,
        "state": reply.state.value,
        "mark": reply_mark(reply.state).as_dict(),
        "text": reply.text,
        "person": reply.person,
        "account": f"@{reply.account}" if reply.account else "",
        "source": word_of("source", view.row.source),
        "queued": millis(reply.queued_at),
        "not_before": millis(reply.not_before),
        "sent": millis(reply.sent_at),
        "url": web_link(reply.url),
        "parent_url": web_link(asked.answer_url) if asked and not stopped else "",
        "reason": say(reply.reason),
        "waits": held_words(view, reader, "reply.held") if reply.state == ReplyState.QUEUED else "",
        "stopped": stopped,
        "can": _can(reply, view, reader),
        "change": changed(reply, view, reader),
        "pictures": [picture_values(one) for one in reply.attachments],
    }


def _can(reply: ReplyView, view: CaseView, reader: Reader) -> dict[str, bool]:
    state, is_mine = reply.state, view.row.assignee_id == reader.id
    is_live = view.row.status != CaseStatus.CLOSED
    retryable = state == ReplyState.FAILED or (state == ReplyState.UNCERTAIN and reply.proof == states.ABSENT)
    return {
        "undo": reader.may_care and is_mine and is_live and state in states.RECALLABLE,
        "retry": reader.may_care and is_mine and is_live and retryable,
        "settle": reader.may_care and state == ReplyState.UNCERTAIN,
        "prove": reader.may_care and state == ReplyState.BY_HAND,
        "copy": state in COPIED and not stopped_words(view, reader),
    }
