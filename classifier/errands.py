"""What the board asks of the classifier: which words mattered for a mention's labels, and whatever else it was given an answer for.

Each word is left out once and the text is classified again: a word matters as much as the label's probability falls without it (occlusion,
Zeiler and Fergus 2014). That works with any engine.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy.orm import Session

from classifier.engine import Engine, EngineError
from classifier.settings import ClassifierSettings
from classifier.text import clean
from desk.alerts import errands
from desk.alerts.errands import ErrandWork
from desk.errors import LeaseLost
from desk.labels.reading import as_read
from desk.labels.verdict import Verdict
from storage.database import Database
from storage.models import Mention
from storage.words import ErrandKind

log = logging.getLogger(__name__)

Answer = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""From an errand's request to its result. Raises EngineError or LookupError, whose words are shown to whoever asked."""

MOST_A_RING: Final = 20
MOST_WORDS: Final = 120
SHOWN_WORDS: Final = 6
LEAST: Final = 0.01
EXPLAINED: Final = ("sentiment", "intent", "needs_reply", "urgency", "abusive")


def errands_due(
    database: Database, engine: Engine, settings: ClassifierSettings, *, owner: str, others: Mapping[ErrandKind, Answer] | None = None
) -> int:
    """Do the errands that wait for the classifier, `others` by the answers given; how many."""
    answers = {ErrandKind.EXPLAIN: lambda request: _explained(database, engine, settings, request), **(others or {})}
    done = 0
    while done < MOST_A_RING:
        with database.write() as session:
            work = errands.lease(session, list(answers), owner, now=database.now(), lease=settings.lease)
        if work is None:
            break
        _do(database, answers[work.kind], work, owner)
        done += 1
    return done


def explain(text: str, engine: Engine, batch: int = 32) -> dict[str, Any]:
    """The verdict on a text, and for each question the words that spoke for its label with what they added to its probability, most first."""
    words = clean(text).split()[:MOST_WORDS]
    whole, *without = _classified(engine, [" ".join(words), *(_without(words, at) for at in range(len(words)))], batch)
    return {
        "engine": engine.name,
        "version": engine.version,
        "answers": whole.as_dict(),
        "words": {question: _most(question, words, whole, without) for question in EXPLAINED},
    }


def _explained(database: Database, engine: Engine, settings: ClassifierSettings, request: Mapping[str, Any]) -> dict[str, Any]:
    with database.read() as session:
        text = _text_of(session, request)
    return explain(text, engine, settings.batch)


def _do(database: Database, answer: Answer, work: ErrandWork, owner: str) -> None:
    try:
        result = answer(work.request)
    except (EngineError, LookupError) as error:
        log.warning("errand=%d kind=%s failed: %s", work.id, work.kind, type(error).__name__)
        _end(database, work, owner, error=str(error))
    else:
        _end(database, work, owner, result=result)


def _end(database: Database, work: ErrandWork, owner: str, *, result: Mapping[str, Any] | None = None, error: str = "") -> None:
    try:
        with database.write() as session:
            if result is None:
                errands.failed(session, work.id, error, owner=owner, now=database.now())
            else:
                errands.done(session, work.id, result, owner=owner, now=database.now())
    except LeaseLost:
        log.info("errand=%d was taken over", work.id)


def _text_of(session: Session, request: Mapping[str, Any]) -> str:
    mention = session.get(Mention, request["mention_id"]) if isinstance(request.get("mention_id"), int) else None
    if mention is None or mention.deleted_at is not None:
        raise LookupError("this post is not there any more")
    return as_read(mention.title, mention.text)


def _classified(engine: Engine, texts: Sequence[str], batch: int) -> list[Verdict]:
    return [verdict for start in range(0, len(texts), batch) for verdict in engine.classify(texts[start : start + batch])]


def _without(words: Sequence[str], at: int) -> str:
    return " ".join([*words[:at], *words[at + 1 :]])


def _most(question: str, words: Sequence[str], whole: Verdict, without: Sequence[Verdict]) -> list[dict[str, Any]]:
    answer = getattr(whole, question)
    label = str(answer.label).lower() if isinstance(answer.label, bool) else str(answer.label)
    added = [answer.scores[label] - getattr(verdict, question).scores[label] for verdict in without]
    ranked = sorted(range(len(words)), key=lambda at: -added[at])[:SHOWN_WORDS]
    return [{"word": words[at], "at": at, "added": round(added[at], 4)} for at in ranked if added[at] >= LEAST]
