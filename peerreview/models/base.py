"""What every model shares: the base class, keys, and a type for instants."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import DateTime, Dialect, ForeignKey, String, Text
from sqlalchemy.orm import mapped_column
from sqlalchemy.types import TypeDecorator

from ..extensions import Base

__all__ = ["Base", "Choice", "Instant", "Key", "Line", "Name", "Prose", "UtcDateTime", "as_of", "key_of", "utc_now"]


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Refuses naive datetimes, stores UTC, gives back aware UTC."""

    impl = DateTime(timezone=False)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To naive UTC for the database; raises ValueError for a datetime without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("An instant needs a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Back to aware UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


class Choice(TypeDecorator[StrEnum]):
    """One value of an enumeration, kept as its text: a new value needs no migration."""

    impl = String(40)
    cache_ok = True

    def __init__(self, enumeration: type[StrEnum]) -> None:
        super().__init__(40)
        self.enumeration = enumeration

    def process_bind_param(self, value: StrEnum | str | None, dialect: Dialect) -> str | None:
        """To text; raises ValueError for a value that is not one of the enumeration."""
        return None if value is None else self.enumeration(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        """Back to the enumeration."""
        return None if value is None else self.enumeration(value)


_shift: ContextVar[timedelta] = ContextVar("shift", default=timedelta(0))


def utc_now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC) + _shift.get()


@contextmanager
def as_of(moment: datetime) -> Iterator[None]:
    """Act as if it were that moment, so that the sample year can be built by the real acts on days gone by."""
    before = _shift.set(moment - datetime.now(UTC))
    try:
        yield
    finally:
        _shift.reset(before)


LARGEST_ID = 2**31 - 1  # a larger one is an error in PostgreSQL, not merely unknown

Key = Annotated[int, mapped_column(primary_key=True)]
Name = Annotated[str, mapped_column(String(200))]
Line = Annotated[str, mapped_column(String(500))]
Prose = Annotated[str, mapped_column(Text)]
Instant = Annotated[datetime, mapped_column(UtcDateTime)]


def key_of(column: str, *, ondelete: str = "RESTRICT", **kwargs: Any) -> Any:
    """A foreign key column with an index, as ``review_id: Mapped[int] = key_of("review.id")``."""
    return mapped_column(ForeignKey(column, ondelete=ondelete), index=True, **kwargs)
