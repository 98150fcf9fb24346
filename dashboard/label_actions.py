"""What a person says about labels at the board: one transaction, one verb of the desk, one result in words."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from dashboard.actions import Kind, Result, act
from dashboard.label_values import label_word, question_word
from dashboard.texts import text
from dashboard.workspace import Workspace
from desk.labels import corrections
from desk.labels.corrections import Corrected
from storage.models import Person
from storage.words import Question


def correct(workspace: Workspace, person_id: int, mention_id: int, question: Question, label: str) -> Result:
    """Another label. `values` holds what `undo` needs; it is empty where the label stood there already."""
    desk = workspace.settings.desk

    def verb(session: Session, by: Person, now: datetime) -> Corrected:
        return corrections.correct(session, mention_id, question, label, by=by, settings=desk, now=now)

    return act(workspace, person_id, verb, _told)


def undo(workspace: Workspace, person_id: int, mention_id: int, question: Question, *, before: str | None) -> Result:
    """Take the last word on a label back; `before` is the label that it withdrew, where it wrote none of its own."""
    if before is not None:
        return correct(workspace, person_id, mention_id, question, before)
    desk = workspace.settings.desk

    def verb(session: Session, by: Person, now: datetime) -> Corrected:
        return corrections.withdraw(session, mention_id, question, by=by, settings=desk, now=now)

    return act(workspace, person_id, verb, _told)


def confirm(workspace: Workspace, person_id: int, seen: Mapping[int, Sequence[Question]]) -> Result:
    """The labels of these mentions are right."""
    desk = workspace.settings.desk

    def verb(session: Session, by: Person, now: datetime) -> int:
        return sum(
            corrections.confirm(session, mention_id, by=by, settings=desk, now=now, questions=questions)
            for mention_id, questions in sorted(seen.items())
        )

    done, before = text("label.act.confirmed"), text("label.act.confirmed_before")
    return act(workspace, person_id, verb, lambda settled: Result(Kind.DONE, done if settled else before))


def _told(done: Corrected) -> Result:
    name = "opened" if done.opened else "taken_back" if done.is_taken_back else "corrected"
    words = {"question": question_word(done.question), "label": label_word(done.question, done.after)}
    before = done.before if done.is_taken_back else None
    values = {"mention": done.mention_id, "question": done.question.value, "before": before}
    has_changed = done.before != done.after
    return Result(Kind.DONE, text(f"label.act.{name}", **words), done.case_id, values if has_changed else None)
