"""Executive Group meetings and the final reports on their agenda."""

from datetime import date, datetime, time
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..workdays import LOCAL_ZONE
from .base import Base, Choice, Instant, Key, Name, Prose, key_of, utc_now
from .organisation import Borough

if TYPE_CHECKING:
    from .review import Review


class Meeting(Base):
    """A meeting of one borough's Executive Group. Papers are in by the end of ``papers_due_on``."""

    __tablename__ = "meeting"
    __table_args__ = (
        UniqueConstraint("borough_id", "held_on"),
        CheckConstraint("papers_due_on <= held_on", name="papers_come_first"),
        CheckConstraint("minutes BETWEEN 15 AND 480", name="minutes_are_sensible"),
    )

    id: Mapped[Key]
    borough_id: Mapped[int] = key_of("borough.id")
    held_on: Mapped[date]
    papers_due_on: Mapped[date]
    begins_at: Mapped[time | None]  # on London's clocks
    minutes: Mapped[int] = mapped_column(default=120)
    place: Mapped[Name] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=0)  # of its entry in people's calendars: rises with each change
    changed_at: Mapped[Instant] = mapped_column(default=utc_now)

    borough: Mapped[Borough] = relationship(lazy="joined")
    papers: Mapped[list["AgendaPaper"]] = relationship(back_populates="meeting", order_by="AgendaPaper.id")
    sent_on: Mapped[list["SentOn"]] = relationship(
        back_populates="meeting", order_by="SentOn.id", foreign_keys="SentOn.meeting_id"
    )

    @property
    def starts_at(self) -> datetime | None:
        """The instant at which it begins, when its time is known."""
        return datetime.combine(self.held_on, self.begins_at, LOCAL_ZONE) if self.begins_at else None


class Outcome(StrEnum):
    """What an Executive Group can decide on a report; its own words stand beside it."""

    ACCEPTED = "accepted"
    NOTED = "noted"
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


class SentOn(Base):
    """A report that a meeting had on its agenda and did not end with: put off to another, or sent back for changes."""

    __tablename__ = "sent_on"

    id: Mapped[Key]
    meeting_id: Mapped[int] = key_of("meeting.id")
    review_id: Mapped[int] = key_of("review.id")
    to_meeting_id: Mapped[int | None] = key_of("meeting.id")  # none: sent back for changes
    reason: Mapped[Prose]
    recorded_by: Mapped[Name]
    recorded_at: Mapped[Instant] = mapped_column(default=utc_now)

    meeting: Mapped[Meeting] = relationship(back_populates="sent_on", foreign_keys=[meeting_id])
    to_meeting: Mapped[Meeting | None] = relationship(foreign_keys=[to_meeting_id])
    review: Mapped["Review"] = relationship()
