"""Who works here and what lists can be narrowed to, as pages draw it: kept until something about people, tags, feeds or incidents changes.

Each click runs the page anew, and none of this is changed by work on a case. Acts read people anew in their own transaction.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

from sqlalchemy.orm import Session

from dashboard.workspace import here
from desk.cases import tags
from desk.cases.tags import TagView
from desk.incidents import incidents
from desk.incidents.incidents import IncidentView
from desk.people import people
from desk.queue import choices, views
from desk.queue.choices import Choices
from desk.queue.views import ViewLine
from desk.replies import switches
from desk.replies.switches import Switch, Turned
from storage.models import Person

V = TypeVar("V")

MOST_INCIDENTS = 20


def reader(person_id: int) -> Person:
    """The person for whom something is read. Raises NotAllowed when they no longer work here."""
    return _settled(f"reader {person_id}", lambda session: people.active(session, person_id))


def everyone() -> list[Person]:
    """All who work here, by name."""
    return _settled("everyone", people.everyone)


def offered() -> Choices:
    """All that a filter offers."""
    return _settled("choices", choices.choices)


def carers() -> Mapping[int, str]:
    """Whose case one can be, by name."""
    return _settled("carers", lambda session: choices.colleagues(session, people.CARE, but=0))


def tags_offered() -> list[TagView]:
    """What can be put on a case now."""
    return _settled("tags", tags.offered)


def views_offered(person_id: int) -> list[ViewLine]:
    """The lists that somebody kept, and those that others share."""
    return _settled(f"views {person_id}", lambda session: views.offered(session, by=people.active(session, person_id)))


def incidents_known() -> list[IncidentView]:
    """Incidents that go on, the newest first; only their names are sure to be up to date."""
    return _settled("incidents", lambda session: incidents.listed(session, limit=MOST_INCIDENTS))


def standing() -> Mapping[Switch, Turned]:
    """The switches that are on."""
    return _settled("standing", switches.standing)


def _settled(name: str, read: Callable[[Session], V]) -> V:
    def build() -> V:
        with here().database.read() as session:
            return read(session)

    return here().snapshots.settled(f"staff: {name}", build)
