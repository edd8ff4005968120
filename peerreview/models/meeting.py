"""Executive Group meetings and the final reports on their agenda."""

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Choice, Instant, Key, Name, Prose, key_of
from .organisation import Borough

if TYPE_CHECKING:
    from .review import Review


class Meeting(Base):
    """A meeting of one borough's Executive Group. Papers are in by the end of ``papers_due_on``."""

    __tablename__ = "meeting"
    __table_args__ = (
        UniqueConstraint("borough_id", "held_on"),
        CheckConstraint("papers_due_on <= held_on", name="papers_come_first"),
    )

    id: Mapped[Key]
    borough_id: Mapped[int] = key_of("borough.id")
    held_on: Mapped[date]
    papers_due_on: Mapped[date]
    place: Mapped[Name] = mapped_column(default="")

    borough: Mapped[Borough] = relationship(lazy="joined")
    papers: Mapped[list["AgendaPaper"]] = relationship(back_populates="meeting", order_by="AgendaPaper.id")


class Outcome(StrEnum):
    """What an Executive Group can decide on a report; its own words stand beside it."""

    ACCEPTED = "accepted"
    UPDATE = "update"
    FOLLOW_UP = "follow_up"
    CONCERN = "concern"


class AgendaPaper(Base):
    """A final report on a meeting's agenda, and what the Executive Group decided."""

    __tablename__ = "agenda_paper"
    __table_args__ = (CheckConstraint("presented_at IS NULL OR decision <> ''", name="presented_with_a_decision"),)

    id: Mapped[Key]
    meeting_id: Mapped[int] = key_of("meeting.id")
    review_id: Mapped[int] = key_of("review.id", unique=True)
    outcome: Mapped[Outcome | None] = mapped_column(Choice(Outcome))
    decision: Mapped[Prose] = mapped_column(default="")  # in the Executive Group's own words
    presented_at: Mapped[Instant | None]
    presented_by: Mapped[Name | None]

    meeting: Mapped[Meeting] = relationship(back_populates="papers")
    review: Mapped["Review"] = relationship(back_populates="paper")
