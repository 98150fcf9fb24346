"""Facts about the workspace as a whole, by name."""

from sqlalchemy.orm import Session

from storage.dialect import excluded, upsert
from storage.models import Fact


def get(session: Session, name: str) -> str | None:
    """The fact's value, None when nobody stated it."""
    fact = session.get(Fact, name)
    return fact.value if fact else None


def state(session: Session, name: str, value: str) -> None:
    """Keep a fact; a later value replaces it."""
    upsert(session, Fact.__table__, [{"name": name, "value": value}], key=("name",), change={"value": excluded("value")})
