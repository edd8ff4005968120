"""The initial and the final report, the organisation's response to it, and what was decided on each point."""

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Choice, Instant, Key, Line, Name, Prose, key_of, utc_now
from .document import Document
from .link import PersonalLink
from .people import Person

if TYPE_CHECKING:
    from .review import Review
    from .writing import SectionComment, SectionVersion


class SectionKind(StrEnum):
    """The sections of a report, in their order."""

    SUMMARY = "summary"
    STRENGTHS = "strengths"
    IMPROVEMENT = "improvement"
    RECOMMENDATIONS = "recommendations"
    GOOD_PRACTICE = "good_practice"


REQUIRED_SECTIONS = frozenset({SectionKind.SUMMARY, SectionKind.STRENGTHS, SectionKind.IMPROVEMENT})


class Report(Base):
    """One version of a review's report: initial (draft, then issued) or final (in revision, then approved)."""

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("review_id", "version"),
        Index(
            "uq_report_current",
            "review_id",
            "is_final",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
        CheckConstraint("superseded_at IS NULL OR (is_final AND finished_at IS NOT NULL)", name="only_a_final_one_is"),
    )

    id: Mapped[Key]
    review_id: Mapped[int] = key_of("review.id")
    is_final: Mapped[bool]
    version: Mapped[int]  # 1 is the initial report, 2 the final one; the Executive Group may ask for another
    superseded_at: Mapped[Instant | None]  # approved, and then sent back by the Executive Group: its text stays
    finished_at: Mapped[Instant | None]  # issued, or approved
    finished_by: Mapped[Name | None]
    pdf_id: Mapped[int | None] = key_of("document.id")

    review: Mapped["Review"] = relationship(back_populates="reports")
    pdf: Mapped[Document | None] = relationship()
    sections: Mapped[list["ReportSection"]] = relationship(back_populates="report", order_by="ReportSection.position")
    recommendations: Mapped[list["Recommendation"]] = relationship(
        back_populates="report", order_by="Recommendation.position", cascade="all, delete-orphan"
    )

    @property
    def is_written(self) -> bool:
        """Every required section has text."""
        written = {section.kind for section in self.sections if section.text.strip()}
        return written >= REQUIRED_SECTIONS


class ReportSection(Base):
    """One section's text. ``version`` rises with each save: the second of two writers sees both texts."""

    __tablename__ = "report_section"
    __table_args__ = (
        UniqueConstraint("report_id", "kind"),
        CheckConstraint(
            "(writer_id IS NULL) = (writing_since IS NULL) AND (writer_id IS NULL) = (writing_at IS NULL)",
            name="a_writer_since_when",
        ),
    )

    id: Mapped[Key]
    report_id: Mapped[int] = key_of("report.id")
    kind: Mapped[SectionKind] = mapped_column(Choice(SectionKind))
    position: Mapped[int]
    text: Mapped[Prose] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    changed_by: Mapped[Name] = mapped_column(default="")
    changed_at: Mapped[Instant] = mapped_column(default=utc_now)
    writer_id: Mapped[int | None] = key_of("person.id")  # who is writing there now, unless they fell silent
    writing_since: Mapped[Instant | None]
    writing_at: Mapped[Instant | None]  # their last sign of life

    writer: Mapped[Person | None] = relationship()
    report: Mapped[Report] = relationship(back_populates="sections")
    versions: Mapped[list["SectionVersion"]] = relationship(back_populates="section", order_by="SectionVersion.number")
    comments: Mapped[list["SectionComment"]] = relationship(back_populates="section", order_by="SectionComment.id")


class Recommendation(Base):
    """Something the team recommends; after the meeting it becomes an action."""

    __tablename__ = "recommendation"

    id: Mapped[Key]
    report_id: Mapped[int] = key_of("report.id", ondelete="CASCADE")
    position: Mapped[int]
    text: Mapped[Prose]
    owner: Mapped[Name] = mapped_column(default="")
    due_on: Mapped[date | None]

    report: Mapped[Report] = relationship(back_populates="recommendations")


class Response(Base):
    """The organisation's response to the initial report: a draft until it is sent, all at once, by one person."""

    __tablename__ = "response"
    __table_args__ = (CheckConstraint("NOT (none_received AND sent_at IS NOT NULL)", name="sent_or_none_received"),)

    id: Mapped[Key]
    review_id: Mapped[int] = key_of("review.id", unique=True)
    report_id: Mapped[int] = key_of("report.id")
    no_inaccuracies: Mapped[bool] = mapped_column(default=False)
    none_received: Mapped[bool] = mapped_column(default=False)  # silence: not agreement
    sent_at: Mapped[Instant | None]
    sent_by: Mapped[Name | None]
    sent_by_role: Mapped[Name | None]
    acknowledged_at: Mapped[Instant | None]
    acknowledged_by: Mapped[Name | None]
    link_id: Mapped[int | None] = key_of("personal_link.id")  # of who sends it: named before, the same afterwards

    review: Mapped["Review"] = relationship(back_populates="response")
    report: Mapped[Report] = relationship()
    link: Mapped[PersonalLink | None] = relationship()
    points: Mapped[list["ResponsePoint"]] = relationship(
        back_populates="response", order_by="ResponsePoint.id", cascade="all, delete-orphan"
    )

    @property
    def sent_points(self) -> list["ResponsePoint"]:
        """The points that count: none before the response is sent; a draft is the organisation's own."""
        return self.points if self.sent_at else []


class PointKind(StrEnum):
    """What a point of the response is."""

    SPELLING = "spelling"
    INACCURACY = "inaccuracy"
    OMISSION = "omission"
    COMMENT = "comment"


class Decision(StrEnum):
    """What was decided on a point."""

    CHANGED = "changed"
    PARTLY_CHANGED = "partly_changed"
    NOT_CHANGED = "not_changed"


point_evidence = Table(  # a table of its own: documents also belong to reports
    "point_evidence",
    Base.metadata,
    Column("point_id", ForeignKey("response_point.id", ondelete="CASCADE"), primary_key=True),
    Column("document_id", ForeignKey("document.id"), primary_key=True, index=True),
)


class ResponsePoint(Base):
    """One point about one section, and what was decided on it and why."""

    __tablename__ = "response_point"
    __table_args__ = (
        CheckConstraint(
            "decision IS NULL OR (decided_by IS NOT NULL AND decision_reason <> '')", name="decision_has_a_reason"
        ),
    )

    id: Mapped[Key]
    response_id: Mapped[int] = key_of("response.id", ondelete="CASCADE")
    section: Mapped[SectionKind] = mapped_column(Choice(SectionKind))
    paragraph: Mapped[Line] = mapped_column(default="")  # its number in the report as issued
    kind: Mapped[PointKind] = mapped_column(Choice(PointKind))
    text: Mapped[Prose]
    written_by: Mapped[Name] = mapped_column(default="")
    changed_by: Mapped[Name] = mapped_column(default="")  # the last who changed it, or who wrote it
    decision: Mapped[Decision | None] = mapped_column(Choice(Decision))
    decision_reason: Mapped[Prose] = mapped_column(default="")
    new_wording: Mapped[Prose] = mapped_column(default="")
    decided_by: Mapped[Name | None]
    decided_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column(default=1)

    response: Mapped[Response] = relationship(back_populates="points")
    evidence: Mapped[list[Document]] = relationship(secondary=point_evidence, order_by="Document.id")

    @property
    def files(self) -> list[Document]:
        """The files that show it and were not taken away again."""
        return [document for document in self.evidence if document.removed_at is None]
