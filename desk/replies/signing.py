"""The name under which somebody signs what they answer in public, where an account signs with `{alias}`."""

import re
from datetime import datetime

from sqlalchemy.orm import Session

from desk import audit
from desk.errors import Invalid
from desk.people import people
from storage.models import Person

ALIAS = re.compile(r"[^\W\d_](?:[\w .'-]{0,28}[\w.])?")


def sign_as(session: Session, alias: str, *, by: Person, now: datetime) -> Person:
    """Sign by another name than one's initials; empty for the initials again. It is one's own to choose. Raises Invalid for what is no name."""
    people.require(by, people.CARE)
    wanted = " ".join(alias.split())
    if wanted and not ALIAS.fullmatch(wanted):
        raise Invalid("A name to sign with begins with a letter and has at most 30 letters, digits, spaces, dots and dashes")
    by.alias = wanted
    session.flush()
    audit.record(session, "alias", now=now, by=by, subject=f"person {by.id}")
    return by
