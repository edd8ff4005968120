"""How a report is written: each section's earlier texts, with who left them and when."""

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Instant, Key, Name, Prose, key_of

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
