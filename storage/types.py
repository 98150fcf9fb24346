"""Column types that mean the same on SQLite and PostgreSQL."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Generic, TypeVar

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, String
from sqlalchemy.types import TypeDecorator, TypeEngine

E = TypeVar("E", bound=StrEnum)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

Id = BigInteger().with_variant(Integer(), "sqlite")
"""SQLite gives row ids to INTEGER primary keys only."""


def to_micros(instant: datetime) -> int:
    """Whole microseconds since 1970 UTC. Raises ValueError for an instant without a zone."""
    if instant.tzinfo is None:
        message = f"an instant needs a time zone, got {instant!r}"
        raise ValueError(message)
    return (instant - EPOCH) // MICROSECOND


def from_micros(micros: int) -> datetime:
    """The UTC instant for whole microseconds since 1970."""
    return EPOCH + timedelta(microseconds=micros)


def _read_micros(micros: int | None) -> datetime | None:
    return None if micros is None else EPOCH + timedelta(0, 0, micros)


def _in_utc(instant: datetime | None) -> datetime | None:
    return None if instant is None else instant.astimezone(UTC)


class Instant(TypeDecorator[datetime]):
    """A UTC-aware instant: integer microseconds on SQLite, timestamptz on PostgreSQL."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        kind: TypeEngine[Any] = DateTime(timezone=True) if dialect.name == "postgresql" else BigInteger()
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        micros = to_micros(value)
        return value if dialect.name == "postgresql" else micros

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:  # noqa: ARG002  SQLAlchemy's signature
        # Not process_result_value: a chart reads thousands of them, and that way costs two calls more for each.
        return _in_utc if dialect.name == "postgresql" else _read_micros


class Word(TypeDecorator[E], Generic[E]):
    """A member of a closed set, stored as its value."""

    impl = String(24)
    cache_ok = True

    def __init__(self, words: type[E]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: E | str | None, dialect: Dialect) -> str | None:  # noqa: ARG002  SQLAlchemy's signature
        return None if value is None else self.words(value).value

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], E | None]:  # noqa: ARG002  SQLAlchemy's signature
        known: dict[str | None, E | None] = {None: None, **{word.value: word for word in self.words}}
        return known.__getitem__
