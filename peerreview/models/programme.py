"""The year's programme of a borough, and the counter that gives references."""

from datetime import date

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Instant, Key, Name, key_of
from .organisation import Borough


class ProgrammeYear(Base):
    """One borough's year. Its Executive Group sets how many reviews there are (procedure, section 4)."""

    __tablename__ = "programme_year"
    __table_args__ = (
        UniqueConstraint("borough_id", "starts_on"),
        CheckConstraint("number_statutory >= 0 AND number_schools >= 0", name="numbers_not_negative"),
    )

    id: Mapped[Key]
    borough_id: Mapped[int] = key_of("borough.id")
    starts_on: Mapped[date]
    label: Mapped[str] = mapped_column(String(20))  # 2026 to 2027
    number_statutory: Mapped[int | None]
    number_schools: Mapped[int | None]
    number_set_by: Mapped[Name | None]
    number_set_at: Mapped[Instant | None]

    borough: Mapped[Borough] = relationship(lazy="joined")


class ReferenceCounter(Base):
    """The last number given to a review of a borough in a calendar year."""

    __tablename__ = "reference_counter"

    borough_id: Mapped[int] = key_of("borough.id", primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]
