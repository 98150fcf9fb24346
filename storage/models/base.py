"""The declarative base: one naming convention, one column type for each Python type."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON, MetaData, Table
from sqlalchemy.orm import DeclarativeBase, mapped_column

from storage.types import Id, Instant, Word

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """What all tables share."""

    __table__: ClassVar[Table]
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: Instant, dict[str, Any]: JSON, list[Any]: JSON}  # noqa: RUF012  SQLAlchemy reads it as a plain class attribute


def word(words: type[StrEnum], **options: Any) -> Any:
    """A column that holds a member of a closed set."""
    return mapped_column(Word(words), **options)


def id_column() -> Any:
    """An integer primary key that the database counts up."""
    return mapped_column(Id, primary_key=True, autoincrement=True)
