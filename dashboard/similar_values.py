"""Cases like the one that is open, as a section beside it. Pure."""

from typing import Any

from dashboard.case_values import Block, Reader
from dashboard.folds import previewed
from dashboard.format import millis, word_of
from dashboard.texts import text
from dashboard.texts.spoken import say
from desk.labels.similar import Likeness, SimilarCase
from desk.queue.inbox import CaseView
from storage.words import CaseStatus

LONGEST_PREVIEW = 200
SAME, VERY = 0.85, 0.75
"""The cosines from which two openings say nearly the same, and are very similar: by the model that ships 95 and 89 of 100 such pairs share their label
in Banking77 (https://huggingface.co/datasets/PolyAI/banking77)."""


def similar_section(likeness: Likeness | None, view: CaseView, reader: Reader) -> Block | None:
    """The section, None where nothing is like this case. `ask` is where the browser asks for it while nobody has answered."""
    if likeness is None:
        return None
    if likeness.waits:
        return _section([_line(text("case.similar_waits"))]) | {"ask": f"/board/similar/{view.row.id}"}
    if likeness.error:
        return _section([_line(text("case.similar_failed", why=say(likeness.error)))])
    is_mine = view.row.assignee_id == reader.id and view.row.status != CaseStatus.CLOSED
    cases = [_case(one, may_use=is_mine) for one in likeness.cases]
    return _section(cases) | {"count": len(cases)} if cases else None


def _section(blocks: list[Block]) -> Block:
    return {"type": "section", "title": text("case.similar"), "count": None, "open": True, "blocks": blocks}


def _line(words: str) -> Block:
    return {"type": "empty", "words": words}


def _case(one: SimilarCase, *, may_use: bool) -> Block:
    use = [_action("reuse", one.resolution_id, "case.fix_use")] if may_use and one.resolution_id else []
    return {
        "type": "earlier",
        "title": text("case.similar_title", how=_how(one.score), end=_end(one)),
        "at": millis(one.opened_at),
        "text": previewed(one.preview, LONGEST_PREVIEW, abusive=one.abusive),
        "fix": text("case.earlier_fix", fix=text("case.similar_fix", cause=one.cause, fix=one.fix)) if one.resolution_id else "",
        "actions": [*use, _action("open", one.case_id, "case.earlier_open")],
    }


def _action(verb: str, value: int | None, words: str) -> dict[str, Any]:
    return {"verb": verb, "value": value, "words": text(words)}


def _how(score: float) -> str:
    return text("case.similar_same" if score >= SAME else "case.similar_very" if score >= VERY else "case.similar_some")


def _end(one: SimilarCase) -> str:
    return word_of("outcome", one.outcome) if one.outcome else word_of("status", one.status)
