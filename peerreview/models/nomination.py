"""The staff whom the organisation names for the team to meet (procedure, section 4)."""

from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Instant, Key, Name, Prose, key_of

if TYPE_CHECKING:
    from .review import Review


class Nomination(Base):
    """The organisation's answer. A draft until ``sent_at``; an answer that it cannot has ``cannot_reason``."""

    __tablename__ = "nomination"
    __table_args__ = (
        CheckConstraint("sent_at IS NULL OR cannot_at IS NULL OR sent_at >= cannot_at", name="cannot_comes_first"),
    )

    id: Mapped[Key]
    review_id: Mapped[int] = key_of("review.id", unique=True)
    to_have_to_hand: Mapped[Prose] = mapped_column(default="")  # what the team should know or bring first
    cannot_reason: Mapped[Prose] = mapped_column(default="")
    cannot_at: Mapped[Instant | None]
    sent_at: Mapped[Instant | None]
    sent_by: Mapped[Name | None]
    by_phone: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    review: Mapped["Review"] = relationship(back_populates="nomination")
    staff: Mapped[list["NamedStaff"]] = relationship(
        back_populates="nomination", order_by="NamedStaff.id", cascade="all, delete-orphan"
    )

    @property
    def is_answered(self) -> bool:
        """Sent, with somebody to meet."""
        return self.sent_at is not None and bool(self.staff)


class NamedStaff(Base):
    """One member of staff to meet."""

    __tablename__ = "named_staff"

    id: Mapped[Key]
    nomination_id: Mapped[int] = key_of("nomination.id", ondelete="CASCADE")
    name: Mapped[Name]
    role: Mapped[Name]  # one of nominations.forms.ROLES, or what was typed for "other"
    email: Mapped[str] = mapped_column(String(254))
    phone: Mapped[str] = mapped_column(String(40), default="")
    cannot: Mapped[Prose] = mapped_column(default="")  # when they cannot
    access_needs: Mapped[Prose] = mapped_column(default="")

    nomination: Mapped[Nomination] = relationship(back_populates="staff")
