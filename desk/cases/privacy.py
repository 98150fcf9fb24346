"""Private messages: seen by who works on cases, and by nobody else; told nowhere beside the case."""

from desk.people import people
from storage.models import Person


def sees(by: Person) -> bool:
    """Whether this person may read what a customer told us in private."""
    return bool(people.roles_of(by) & people.CARE)
