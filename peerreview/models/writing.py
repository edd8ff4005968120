"""How a report is written: each section's earlier texts, and what the team says about it among themselves."""

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Instant, Key, Name, Prose, key_of, utc_now

if TYPE_CHECKING:
    from .report import ReportSection


class SectionVersion(Base):
    """A section as one person left it. Rows are added, never taken away.

    Only the newest takes further saves, while its own writer goes on typing. ``is_aside``: typed while somebody else
    was writing there, so that it never was the section's text; it is kept for whoever wants it.
    """

    __tablename__ = "section_version"
    __table_args__ = (
        UniqueConstraint("section_id", "number"),
        CheckConstraint("restores IS NULL OR restores < number", name="restores_an_earlier_one"),
    )

    id: Mapped[Key]
    section_id: Mapped[int] = key_of("report_section.id", ondelete="CASCADE")
    number: Mapped[int]
    text: Mapped[Prose]
    rows: Mapped[list[Any]] = mapped_column(JSON, default=list)  # the recommendations: [text, owner, day or none]
    written_by: Mapped[Name]
    person_id: Mapped[int | None] = key_of("person.id")
    began_at: Mapped[Instant]
    saved_at: Mapped[Instant]
    as_typed: Mapped[bool] = mapped_column(default=False)  # saved by the page itself: takes further saves for a while
    is_aside: Mapped[bool] = mapped_column(default=False)
    restores: Mapped[int | None]  # the number of the version that was put back

    section: Mapped["ReportSection"] = relationship(back_populates="versions")

    @property
    def recommendations(self) -> list[tuple[str, str, date | None]]:
        """The recommendations of then: what, by whom, by which day."""
        return [(text, owner, date.fromisoformat(due) if due else None) for text, owner, due in self.rows]


class SectionComment(Base):
    """What somebody of the team says about a section: for the team and the coordinator, never for others."""

    __tablename__ = "section_comment"
    __table_args__ = (CheckConstraint("(resolved_at IS NULL) = (resolved_by IS NULL)", name="resolved_by_somebody"),)

    id: Mapped[Key]
    section_id: Mapped[int] = key_of("report_section.id", ondelete="CASCADE")
    text: Mapped[Prose]
    written_by: Mapped[Name]
    written_at: Mapped[Instant] = mapped_column(default=utc_now)
    resolved_by: Mapped[Name | None]
    resolved_at: Mapped[Instant | None]

    section: Mapped["ReportSection"] = relationship(back_populates="comments")

    @property
    def is_open(self) -> bool:
        """Nobody has said that it is done."""
        return self.resolved_at is None
