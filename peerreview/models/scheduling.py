"""Dates proposed and answered, the visit that was agreed, each person's invitation to it, and when people cannot."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Choice, Instant, Key, Name, Prose, key_of, utc_now
from .link import PersonalLink

if TYPE_CHECKING:
    from .organisation import Borough
    from .review import Review

LONGEST_VISIT = 180  # minutes: "no more than 2-3 hours" (procedure, section 2)


class Participant(Base):
    """Somebody asked when they can, and invited: a team member, a named member of staff, or the contact."""

    __tablename__ = "participant"
    __table_args__ = (
        Index(
            "uq_participant_current",
            "review_id",
            "email",
            unique=True,
            sqlite_where=text("left_at IS NULL"),
            postgresql_where=text("left_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    review_id: Mapped[int] = key_of("review.id")
    link_id: Mapped[int] = key_of("personal_link.id")
    name: Mapped[Name]
    email: Mapped[str] = mapped_column(String(254))
    role: Mapped[Name]  # as others on the visit read it: Lead reviewer, Headteacher
    needed: Mapped[bool] = mapped_column(default=True)
    needed_by_hand: Mapped[bool] = mapped_column(default=False)  # the coordinator's word stands, whatever the lists say
    of_the_team: Mapped[bool]
    by_hand: Mapped[bool] = mapped_column(default=False)  # put on or taken off by the coordinator, against the lists
    left_at: Mapped[Instant | None]

    review: Mapped["Review"] = relationship(back_populates="participants")
    link: Mapped[PersonalLink] = relationship()
    replies: Mapped[list["PollReply"]] = relationship(back_populates="participant")
    answers: Mapped[list["SlotAnswer"]] = relationship(back_populates="participant")


class DatePoll(Base):
    """Dates asked about together, until one is agreed or the asking closes."""

    __tablename__ = "date_poll"
    __table_args__ = (
        Index(
            "uq_date_poll_open",
            "review_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    review_id: Mapped[int] = key_of("review.id")
    opened_at: Mapped[Instant] = mapped_column(default=utc_now)
    closes_at: Mapped[Instant]  # the end of the day by which everybody should have answered
    closed_at: Mapped[Instant | None]  # a date was agreed, or the review ended
    asked_organisation_at: Mapped[Instant | None]  # since when it is asked for times of its own

    review: Mapped["Review"] = relationship(back_populates="polls")
    slots: Mapped[list["Slot"]] = relationship(back_populates="poll", order_by="Slot.starts_at")
    replies: Mapped[list["PollReply"]] = relationship(back_populates="poll")

    @property
    def takes_answers(self) -> bool:
        """Whether people can still answer by themselves; the coordinator writes answers down until a date is agreed."""
        return self.closed_at is None and utc_now() <= self.closes_at


class Slot(Base):
    """One possible time for the visit, at most three hours."""

    __tablename__ = "slot"
    __table_args__ = (
        UniqueConstraint("poll_id", "starts_at"),
        CheckConstraint(f"minutes BETWEEN 30 AND {LONGEST_VISIT}", name="at_most_three_hours"),
    )

    id: Mapped[Key]
    poll_id: Mapped[int] = key_of("date_poll.id")
    starts_at: Mapped[Instant]
    minutes: Mapped[int]
    place: Mapped[Name] = mapped_column(default="")
    offered_by: Mapped[Name] = mapped_column(default="")  # who of the organisation offered it; empty: we proposed it

    poll: Mapped[DatePoll] = relationship(back_populates="slots")
    answers: Mapped[list["SlotAnswer"]] = relationship(back_populates="slot", cascade="all, delete-orphan")


class Availability(StrEnum):
    """An answer to one slot."""

    YES = "yes"
    IF_NEED_BE = "if_need_be"
    NO = "no"


class PollReply(Base):
    """That somebody answered a poll, and what they wrote with it; changeable until a date is agreed."""

    __tablename__ = "poll_reply"
    __table_args__ = (UniqueConstraint("poll_id", "participant_id"),)

    id: Mapped[Key]
    poll_id: Mapped[int] = key_of("date_poll.id")
    participant_id: Mapped[int] = key_of("participant.id")
    comment: Mapped[Prose] = mapped_column(default="")
    by_phone: Mapped[bool] = mapped_column(default=False)
    answered_at: Mapped[Instant] = mapped_column(default=utc_now)

    poll: Mapped[DatePoll] = relationship(back_populates="replies")
    participant: Mapped[Participant] = relationship(back_populates="replies")


class SlotAnswer(Base):
    """One person's answer to one slot. A slot proposed later has none until they answer again."""

    __tablename__ = "slot_answer"
    __table_args__ = (UniqueConstraint("slot_id", "participant_id"),)

    id: Mapped[Key]
    slot_id: Mapped[int] = key_of("slot.id", ondelete="CASCADE")
    participant_id: Mapped[int] = key_of("participant.id")
    answer: Mapped[Availability] = mapped_column(Choice(Availability))

    slot: Mapped[Slot] = relationship(back_populates="answers")
    participant: Mapped[Participant] = relationship(back_populates="answers")


class Answer(StrEnum):
    """What somebody's calendar answered to an invitation (RFC 5545, PARTSTAT)."""

    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"


class Visit(Base):
    """The agreed visit. ``uid`` stays for its life; a visit agreed again after cancelling is a new row (RFC 5546)."""

    __tablename__ = "visit"
    __table_args__ = (
        Index(
            "uq_visit_in_force",
            "review_id",
            unique=True,
            sqlite_where=text("cancelled_at IS NULL"),
            postgresql_where=text("cancelled_at IS NULL"),
        ),
        CheckConstraint(f"minutes BETWEEN 30 AND {LONGEST_VISIT}", name="at_most_three_hours"),
    )

    id: Mapped[Key]
    review_id: Mapped[int] = key_of("review.id")
    uid: Mapped[str] = mapped_column(String(120), unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    starts_at: Mapped[Instant]
    minutes: Mapped[int]
    place: Mapped[Name]
    agreed_at: Mapped[Instant] = mapped_column(default=utc_now)
    changed_at: Mapped[Instant] = mapped_column(default=utc_now, onupdate=utc_now)  # for calendars that subscribe
    cancelled_at: Mapped[Instant | None]

    review: Mapped["Review"] = relationship(back_populates="visits")
    invitations: Mapped[list["Invitation"]] = relationship(back_populates="visit", order_by="Invitation.id")

    @property
    def ends_at(self) -> datetime:
        """The instant it ends, UTC."""
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def invited(self) -> dict[str, "Invitation"]:
        """The invitations in force, by address."""
        return {held.participant.email: held for held in self.invitations if held.cancelled_at is None}


class Invitation(Base):
    """What one person's calendar was last told about a visit, and what it last answered.

    An answer is void once the person was asked again: compare by ``said``, never by ``answer`` alone.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("visit_id", "participant_id"),
        CheckConstraint(
            "(answer IS NULL) = (answer_sequence IS NULL) AND (answer IS NULL) = (answer_stamp IS NULL)"
            " AND (answer IS NULL) = (answered_at IS NULL)",
            name="answer_is_whole",
        ),
    )

    id: Mapped[Key]
    visit_id: Mapped[int] = key_of("visit.id")
    participant_id: Mapped[int] = key_of("participant.id")
    sequence: Mapped[int]  # of the last message
    asked_sequence: Mapped[int]  # of the last message that asked them to come
    starts_at: Mapped[Instant]  # what the last message said: the visit, or this person's own part of it
    ends_at: Mapped[Instant]
    first_message_id: Mapped[str] = mapped_column(String(200))  # updates and cancels refer to it
    cancelled_at: Mapped[Instant | None]
    answer: Mapped[Answer | None] = mapped_column(Choice(Answer))
    answer_sequence: Mapped[int | None]
    answer_stamp: Mapped[Instant | None]  # DTSTAMP: orders the answers to one SEQUENCE
    answer_comment: Mapped[Prose] = mapped_column(default="")  # typed by somebody outside
    answered_at: Mapped[Instant | None]  # when we read it

    visit: Mapped[Visit] = relationship(back_populates="invitations")
    participant: Mapped[Participant] = relationship(lazy="joined")

    @property
    def said(self) -> Answer | None:
        """The answer to the visit as it stands; none after a new time or place, until they answer again."""
        is_current = self.answer_sequence is not None and self.answer_sequence >= self.asked_sequence
        return self.answer if is_current else None


class Days(StrEnum):
    """On which days of a period somebody cannot."""

    EVERY_DAY = "every_day"
    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"


class PartOfDay(StrEnum):
    """Which part of those days; the morning ends and the afternoon begins at half past twelve."""

    ALL_DAY = "all_day"
    MORNING = "morning"
    AFTERNOON = "afternoon"


class Unavailability(Base):
    """When a reviewer cannot: a period, or one weekday of a term, for all or part of the day."""

    __tablename__ = "unavailability"
    __table_args__ = (
        UniqueConstraint("person_id", "first_on", "last_on", "days", "part"),
        CheckConstraint("last_on >= first_on", name="ends_after_it_begins"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = key_of("person.id", ondelete="CASCADE")
    first_on: Mapped[date]
    last_on: Mapped[date]
    days: Mapped[Days] = mapped_column(Choice(Days), default=Days.EVERY_DAY)
    part: Mapped[PartOfDay] = mapped_column(Choice(PartOfDay), default=PartOfDay.ALL_DAY)
    note: Mapped[Name] = mapped_column(default="")

    def covers(self, day: date) -> bool:
        """Whether some or all of the day is meant."""
        weekday = self.days is Days.EVERY_DAY or list(Days).index(self.days) == day.isoweekday()
        return weekday and self.first_on <= day <= self.last_on


class SchoolHoliday(Base):
    """Days on which the schools of a borough are closed: no working days for what a school has to do."""

    __tablename__ = "school_holiday"
    __table_args__ = (
        UniqueConstraint("borough_id", "first_on", "last_on"),
        CheckConstraint("last_on >= first_on", name="ends_after_it_begins"),
    )

    id: Mapped[Key]
    borough_id: Mapped[int] = key_of("borough.id")
    name: Mapped[Name]
    first_on: Mapped[date]
    last_on: Mapped[date]

    borough: Mapped["Borough"] = relationship(back_populates="school_holidays")

    @property
    def each_day(self) -> list[date]:
        """Its days, the first and the last among them."""
        return [self.first_on + timedelta(days=number) for number in range((self.last_on - self.first_on).days + 1)]
