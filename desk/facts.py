"""Facts about the workspace as a whole, by name."""

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storage.dialect import excluded, upsert
from storage.models import Fact

VALUE = select(Fact.value).where(Fact.name == bindparam("name"))
"""Built once: each open board asks for several of them."""


def get(session: Session, name: str) -> str | None:
    """The fact's value, None when nobody stated it."""
    return session.scalar(VALUE, {"name": name})


def state(session: Session, name: str, value: str) -> None:
    """Keep a fact; a later value replaces it."""
    upsert(session, Fact.__table__, [{"name": name, "value": value}], key=("name",), change={"value": excluded("value")})
