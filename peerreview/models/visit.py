"""The visit on the day: agenda, who was there, notes and peer ratings."""

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .audit import Standard
from .base import Base, Choice, Instant, Key, Name, Prose, key_of, utc_now
from .people import Person

if TYPE_CHECKING:
    from .review import Review


class AgendaKind(StrEnum):
    """What happens in an item of the agenda (procedure, section 2: interview and document review)."""

    WELCOME = "welcome"
    INTERVIEW = "interview"
    DOCUMENTS = "documents"
    TOUR = "tour"
    FEEDBACK = "feedback"


class AgendaItem(Base):
    """One item; its time follows from the visit's start and the items before it."""

    __tablename__ = "agenda_item"
    __table_args__ = (CheckConstraint("minutes BETWEEN 5 AND 180", name="minutes_are_sensible"),)

    id: Mapped[Key]
    review_id: Mapped[int] = key_of("review.id")
    position: Mapped[int]
    kind: Mapped[AgendaKind] = mapped_column(Choice(AgendaKind))
    title: Mapped[Name]
    who: Mapped[Name] = mapped_column(default="")
    minutes: Mapped[int]

    review: Mapped["Review"] = relationship(back_populates="agenda")


class VisitRecord(Base):
    """That the visit took place, when, and who was there."""

    __tablename__ = "visit_record"

    id: Mapped[Key]
    review_id: Mapped[int] = key_of("review.id", unique=True)
    held_on: Mapped[date]
    minutes: Mapped[int]
    remarks: Mapped[Prose] = mapped_column(default="")
    recorded_by: Mapped[Name]
    recorded_at: Mapped[Instant] = mapped_column(default=utc_now)

    review: Mapped["Review"] = relationship(back_populates="visit_record")
    attendance: Mapped[list["Attendance"]] = relationship(back_populates="record", cascade="all, delete-orphan")


class Attendance(Base):
    """Somebody who was at the visit."""

    __tablename__ = "attendance"

    id: Mapped[Key]
    record_id: Mapped[int] = key_of("visit_record.id", ondelete="CASCADE")
    name: Mapped[Name]
    role: Mapped[Name] = mapped_column(default="")
    of_the_team: Mapped[bool]

    record: Mapped[VisitRecord] = relationship(back_populates="attendance")


class NoteKind(StrEnum):
    """When and what a note is."""

    READING = "reading"  # while preparing
    ENQUIRY = "enquiry"  # a line of enquiry for the visit
    VISIT = "visit"  # on the day


class Note(Base):
    """A reviewer's own text about one standard, or about the whole. Private until shared with the team."""

    __tablename__ = "note"
    __table_args__ = (
        Index(
            "uq_note_one_each",
            "review_id",
            "person_id",
            "standard_id",
            "kind",
            unique=True,
            sqlite_where=text("standard_id IS NOT NULL"),
            postgresql_where=text("standard_id IS NOT NULL"),
        ),
        Index(
            "uq_note_general",
            "review_id",
            "person_id",
            "kind",
            unique=True,
            sqlite_where=text("standard_id IS NULL"),
            postgresql_where=text("standard_id IS NULL"),
        ),
    )

    id: Mapped[Key]
    review_id: Mapped[int] = key_of("review.id")
    person_id: Mapped[int] = key_of("person.id")
    standard_id: Mapped[int | None] = key_of("standard.id")
    kind: Mapped[NoteKind] = mapped_column(Choice(NoteKind))
    text: Mapped[Prose] = mapped_column(default="")
    shared: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[Instant] = mapped_column(default=utc_now, onupdate=utc_now)

    person: Mapped[Person] = relationship()
    standard: Mapped[Standard | None] = relationship()


class Tested(StrEnum):
    """How a peer rating was tested."""

    SEEN = "seen"
    HEARD = "heard"
    BOTH = "both"
    NOT_TESTED = "not_tested"


class PeerRating(Base):
    """The team's rating of a standard. It stands beside the self rating and never overwrites it."""

    __tablename__ = "peer_rating"
    __table_args__ = (UniqueConstraint("review_id", "standard_id"),)

    id: Mapped[Key]
    review_id: Mapped[int] = key_of("review.id")
    standard_id: Mapped[int] = key_of("standard.id")
    self_value: Mapped[str] = mapped_column(String(40), default="")  # as the audit copy says; typed by the team
    value: Mapped[str] = mapped_column(String(40), default="")  # of the template's scale
    tested: Mapped[Tested] = mapped_column(Choice(Tested))
    reason: Mapped[Prose] = mapped_column(default="")
    rated_by: Mapped[Name]
    version: Mapped[int] = mapped_column(default=1)

    standard: Mapped[Standard] = relationship(lazy="joined")
