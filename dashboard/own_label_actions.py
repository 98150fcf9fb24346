"""Own labels at the board: one transaction, one verb of the desk, one result in words."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from dashboard.actions import Kind, Result, act
from dashboard.texts import text
from dashboard.workspace import Workspace
from desk.labels import label_examples, label_heads, own_labels
from desk.labels.label_examples import Said
from storage.models import OwnLabel, Person


def add(workspace: Workspace, person_id: int, *, name: str, meaning: str) -> Result:
    """`values` has the label's id."""

    def verb(session: Session, by: Person, now: datetime) -> OwnLabel:
        return own_labels.add(session, name=name, meaning=meaning, by=by, now=now)

    return act(workspace, person_id, verb, _named("added"))


def of_feed(workspace: Workspace, person_id: int, feed_id: int) -> Result:
    """`values` has the id of what is about us in this feed."""

    def verb(session: Session, by: Person, now: datetime) -> OwnLabel:
        return own_labels.of_feed(session, feed_id, by=by, now=now)

    return act(workspace, person_id, verb, lambda label: Result(Kind.DONE, values={"label": label.id}))


def change(workspace: Workspace, person_id: int, label_id: int, *, name: str, meaning: str) -> Result:
    def verb(session: Session, by: Person, now: datetime) -> OwnLabel:
        return own_labels.change(session, label_id, name=name, meaning=meaning, by=by, now=now)

    return act(workspace, person_id, verb, _named("changed"))


def retire(workspace: Workspace, person_id: int, label_id: int) -> Result:
    done = Result(Kind.DONE, text("own.act.retired"))
    return act(workspace, person_id, lambda session, by, now: own_labels.retire(session, label_id, by=by, now=now), lambda _: done)


def paste(workspace: Workspace, person_id: int, label_id: int, texts: Sequence[str], *, is_it: bool) -> Result:
    def verb(session: Session, by: Person, now: datetime) -> int:
        return label_examples.paste(session, label_id, texts, is_it=is_it, by=by, now=now)

    return act(workspace, person_id, verb, lambda n: Result(Kind.DONE, text("own.act.pasted", n=n)))


def drop(workspace: Workspace, person_id: int, example_id: int) -> Result:
    done = Result(Kind.DONE, text("own.act.dropped"))
    return act(workspace, person_id, lambda session, by, now: label_examples.drop(session, example_id, by=by, now=now), lambda _: done)


def say(workspace: Workspace, person_id: int, label_id: int, mention_id: int, *, is_it: bool) -> Result:
    """It is, or it is not: an example, and in force at once."""
    desk = workspace.settings.desk

    def verb(session: Session, by: Person, now: datetime) -> Said:
        return label_examples.say(session, label_id, mention_id, is_it=is_it, by=by, settings=desk, now=now)

    return act(workspace, person_id, verb, _told)


def learn(workspace: Workspace, person_id: int, label_id: int) -> Result:
    done = Result(Kind.DONE, text("own.act.learning"))
    return act(workspace, person_id, lambda session, by, now: label_heads.ask(session, label_id, by=by, now=now), lambda _: done)


def switch_on(workspace: Workspace, person_id: int, label_id: int, head_id: int) -> Result:
    def verb(session: Session, by: Person, now: datetime) -> OwnLabel:
        return own_labels.switch_on(session, label_id, head_id=head_id, by=by, now=now)

    return act(workspace, person_id, verb, _named("on"))


def switch_off(workspace: Workspace, person_id: int, label_id: int) -> Result:
    def verb(session: Session, by: Person, now: datetime) -> OwnLabel:
        return own_labels.switch_off(session, label_id, by=by, now=now)

    return act(workspace, person_id, verb, _named("off"))


def _named(name: str) -> Callable[[OwnLabel], Result]:
    return lambda label: Result(Kind.DONE, text(f"own.act.{name}"), values={"label": label.id})


def _told(said: Said) -> Result:
    name = "opened" if said.opened else "is" if said.is_it else "is_not"
    return Result(Kind.DONE, text(f"own.act.{name}"), said.case_id if said.opened else None)
