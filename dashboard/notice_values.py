"""News for one person, in words and plain values, as the bell draws it. Pure."""

from collections.abc import Iterable
from typing import Any

from dashboard.format import millis, word_of
from dashboard.texts import text
from dashboard.texts.spoken import say
from desk.alerts.notices import NoticeView
from storage.words import Escalation, NoticeKind

BY_SYSTEM = frozenset({NoticeKind.HANDED_OVER, NoticeKind.APPROVAL_DECIDED})
"""Kinds that are told in other words where no colleague is behind them."""

SAID = frozenset({NoticeKind.MENTIONED, NoticeKind.HANDED_OVER, NoticeKind.PROMISE_DUE, NoticeKind.APPROVAL_DECIDED, NoticeKind.INCIDENT})
"""Kinds whose text somebody wrote for whoever is told."""

OF_SYSTEM = frozenset({NoticeKind.APPROVAL_DECIDED, NoticeKind.INCIDENT})
"""Kinds whose text is the desk's own sentence where no colleague is behind them."""


def notice_values(found: Iterable[NoticeView]) -> dict[str, Any]:
    """What is new, newest first: of a customer who wrote again and again only the last time."""
    items = [_item(one) for one in _last_of_each(found)]
    return {"n": len(items), "items": items}


def _last_of_each(found: Iterable[NoticeView]) -> Iterable[NoticeView]:
    heard: set[int | None] = set()
    for one in found:
        if one.kind is NoticeKind.WROTE_AGAIN:
            if one.case_id in heard:
                continue
            heard.add(one.case_id)
        yield one


def _item(one: NoticeView) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind.value,
        "case": one.case_id,
        "words": _words(one),
        "text": _said(one),
        "at": millis(one.at),
    }


def _said(one: NoticeView) -> str:
    if one.kind not in SAID:
        return ""
    return say(one.text) if one.kind in OF_SYSTEM and not one.by else one.text


def _words(one: NoticeView) -> str:
    name = f"notice.{one.kind}_system" if not one.by and one.kind in BY_SYSTEM else f"notice.{one.kind}"
    kind = word_of("escalation", Escalation(one.text)) if one.kind is NoticeKind.ESCALATED and one.text in set(Escalation) else one.text
    return text(name, person=one.by, author=one.text, kind=kind)
