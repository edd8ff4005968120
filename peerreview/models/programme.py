"""The year's programme of a borough, the numbers that were set for it, and the counter that gives references."""

from datetime import date, timedelta

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..workflow import Role
from .base import Base, Choice, Instant, Key, Name, Prose, key_of, utc_now
from .meeting import Meeting
from .organisation import Borough


class ProgrammeYear(Base):
    """One borough's twelve months. Its Executive Group sets how many reviews there are (procedure, section 4)."""

    __tablename__ = "programme_year"
    __table_args__ = (UniqueConstraint("borough_id", "starts_on"),)

    id: Mapped[Key]
    borough_id: Mapped[int] = key_of("borough.id")
    starts_on: Mapped[date]
    label: Mapped[str] = mapped_column(String(20))  # 2026 to 2027

    borough: Mapped[Borough] = relationship(lazy="joined")
    number_sets: Mapped[list["NumberSet"]] = relationship(
        back_populates="year", order_by="NumberSet.turn", lazy="selectin"
    )

    @property
    def ends_on(self) -> date:
        """Its last day."""
        try:
            after = self.starts_on.replace(year=self.starts_on.year + 1)
        except ValueError:  # it began on a 29 February
            after = date(self.starts_on.year + 1, 3, 1)
        return after - timedelta(days=1)

    def is_over(self, today: date) -> bool:
        """Whether its twelve months have gone by."""
        return today > self.ends_on

    @property
    def numbers(self) -> "NumberSet | None":
        """The numbers in force: the last that were set."""
        return self.number_sets[-1] if self.number_sets else None

    @property
    def number_statutory(self) -> int | None:
        """How many reviews of statutory organisations; none before the Executive Group has set it."""
        return self.numbers.statutory if self.numbers else None

    @property
    def number_schools(self) -> int | None:
        """How many reviews of schools and colleges; none before the Executive Group has set it."""
        return self.numbers.schools if self.numbers else None


class NumberSet(Base):
    """How many reviews an Executive Group wanted, and where and when it said so (process rule 1).

    A row is never changed: another number is another row. ``turn`` counts the rows of a year from 1, so that of two
    who set the numbers at once only one can follow the row that both have read.
    """

    __tablename__ = "number_set"
    __table_args__ = (
        UniqueConstraint("programme_year_id", "turn"),
        CheckConstraint("statutory >= 0 AND schools >= 0", name="not_negative"),
        CheckConstraint("(meeting_id IS NULL) = (corresponded_on IS NOT NULL)", name="meeting_or_correspondence"),
        CheckConstraint("turn = 1 OR note <> ''", name="change_has_a_reason"),
        CheckConstraint("set_by_role IN ('executive', 'coordinator')", name="set_by_one_who_may"),
    )

    id: Mapped[Key]
    programme_year_id: Mapped[int] = key_of("programme_year.id")
    turn: Mapped[int]
    statutory: Mapped[int]
    schools: Mapped[int]
    meeting_id: Mapped[int | None] = key_of("meeting.id")
    corresponded_on: Mapped[date | None]
    note: Mapped[Prose] = mapped_column(default="")  # why; read by coordinators and that borough's Executive Group
    set_by: Mapped[Name]  # the member, or the coordinator who wrote down what the group decided
    set_by_role: Mapped[Role] = mapped_column(Choice(Role))
    set_at: Mapped[Instant] = mapped_column(default=utc_now)

    year: Mapped[ProgrammeYear] = relationship(back_populates="number_sets")
    meeting: Mapped[Meeting | None] = relationship(lazy="joined")

    @property
    def decided_on(self) -> date | None:
        """The day on which the group decided: of its meeting, or of the correspondence."""
        return self.meeting.held_on if self.meeting else self.corresponded_on


class ReferenceCounter(Base):
    """The last number given to a review of a borough in a calendar year."""

    __tablename__ = "reference_counter"

    borough_id: Mapped[int] = key_of("borough.id", primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]
