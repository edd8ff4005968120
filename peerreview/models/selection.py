"""Why an organisation was chosen, and the rounds in which an Executive Group approves what is selected for a year."""

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..workflow import Stage
from .base import Base, Choice, Instant, Key, Name, Prose, key_of, utc_now
from .meeting import Meeting
from .programme import ProgrammeYear

if TYPE_CHECKING:
    from .review import Review


class Category(StrEnum):
    """Where local intelligence comes from; its words are in ``wording.CATEGORIES``."""

    INSPECTION = "inspection"
    AUDIT_RETURN = "audit_return"
    PARTNER = "partner"
    LEADERSHIP = "leadership"
    OTHER = "other"


class Intelligence(Base):
    """One version of why a review was chosen on local intelligence; rows are added and never changed.

    For coordinators and that borough's Executive only, in no event, letter or export (process rule 2).
    """

    __tablename__ = "intelligence"
    __table_args__ = (
        UniqueConstraint("review_id", "version"),
        CheckConstraint("reason <> ''", name="has_a_reason"),
    )

    id: Mapped[Key]
    review_id: Mapped[int] = key_of("review.id")
    version: Mapped[int] = mapped_column(default=1)
    category: Mapped[Category] = mapped_column(Choice(Category))
    reason: Mapped[Prose]
    written_by: Mapped[Name]
    written_at: Mapped[Instant] = mapped_column(default=utc_now)

    review: Mapped["Review"] = relationship(back_populates="intelligence")


class Manner(StrEnum):
    """How an Executive Group approved."""

    MEETING = "meeting"
    CORRESPONDENCE = "correspondence"


class SelectionRound(Base):
    """What is selected for a programme year, as it was sent to the Executive Group, and what a member decided.

    One round at most waits for each year; what is selected while it waits joins it. ``version`` counts what joined.
    Without a ``manner`` the whole round was sent back. Approved or not is said for each review.
    """

    __tablename__ = "selection_round"
    __table_args__ = (
        Index(
            "uq_selection_round_waiting",
            "programme_year_id",
            unique=True,
            sqlite_where=text("decided_at IS NULL"),
            postgresql_where=text("decided_at IS NULL"),
        ),
        CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="decided_by_somebody"),
        CheckConstraint("manner IS NULL OR decided_at IS NOT NULL", name="manner_of_a_decision"),
        CheckConstraint("(meeting_id IS NOT NULL) = (coalesce(manner, '') = 'meeting')", name="at_which_meeting"),
        CheckConstraint("decided_at IS NULL OR manner IS NOT NULL OR comment <> ''", name="sent_back_with_a_comment"),
    )

    id: Mapped[Key]
    programme_year_id: Mapped[int] = key_of("programme_year.id")
    version: Mapped[int] = mapped_column(default=1)
    sent_at: Mapped[Instant] = mapped_column(default=utc_now)
    sent_by: Mapped[Name]
    due_on: Mapped[date]
    decided_at: Mapped[Instant | None]
    decided_by: Mapped[Name | None]
    manner: Mapped[Manner | None] = mapped_column(Choice(Manner))
    meeting_id: Mapped[int | None] = key_of("meeting.id")
    comment: Mapped[Prose] = mapped_column(default="")  # why something was sent back: coordinators and Executive only

    year: Mapped[ProgrammeYear] = relationship(lazy="joined")
    meeting: Mapped[Meeting | None] = relationship()
    selected: Mapped[list["SelectedReview"]] = relationship(back_populates="round", order_by="SelectedReview.id")

    @property
    def waiting(self) -> list["SelectedReview"]:
        """What a member can decide on now: a review that was withdrawn meanwhile has dropped out."""
        if self.decided_at is not None:
            return []
        return [row for row in self.selected if row.review.stage is Stage.PLANNED]


class SelectedReview(Base):
    """One review of a round. ``approved`` is unknown while it waits, and stays so when it dropped out before."""

    __tablename__ = "selected_review"
    __table_args__ = (
        UniqueConstraint("round_id", "review_id"),
        Index(
            "uq_selected_review_approved",
            "review_id",
            unique=True,
            sqlite_where=text("approved"),
            postgresql_where=text("approved"),
        ),
    )

    id: Mapped[Key]
    round_id: Mapped[int] = key_of("selection_round.id")
    review_id: Mapped[int] = key_of("review.id")
    sent_at: Mapped[Instant] = mapped_column(default=utc_now)
    approved: Mapped[bool | None]

    round: Mapped[SelectionRound] = relationship(back_populates="selected", lazy="joined")
    review: Mapped["Review"] = relationship(back_populates="selected_in")
