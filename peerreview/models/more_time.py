"""More time for the response: what the organisation asked for, and what became of it."""

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Instant, Key, Name, Prose, key_of, utc_now
from .link import PersonalLink

if TYPE_CHECKING:
    from .review import Review


class MoreTime(Base):
    """One time that the organisation asked for more time; at most one of a review waits for its answer."""

    __tablename__ = "more_time"
    __table_args__ = (
        Index(
            "uq_more_time_open",
            "review_id",
            unique=True,
            sqlite_where=text("decided_at IS NULL"),
            postgresql_where=text("decided_at IS NULL"),
        ),
        CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="decided_by_somebody"),
        CheckConstraint(
            "(decided_at IS NULL AND until IS NULL AND refusal = '')"
            " OR (decided_at IS NOT NULL AND (until IS NOT NULL) <> (refusal <> ''))",
            name="granted_or_refused_with_a_reason",
        ),
    )

    id: Mapped[Key]
    review_id: Mapped[int] = key_of("review.id")
    link_id: Mapped[int] = key_of("personal_link.id")  # of who asked, to write to them again
    asked_at: Mapped[Instant] = mapped_column(default=utc_now)
    reason: Mapped[Prose]
    wished_for: Mapped[date]
    decided_at: Mapped[Instant | None]
    decided_by: Mapped[Name | None]
    until: Mapped[date | None]  # granted: the new last day, which need not be the one wished for
    refusal: Mapped[Prose] = mapped_column(default="")  # why not

    review: Mapped["Review"] = relationship(back_populates="more_time")
    link: Mapped[PersonalLink] = relationship()

    @property
    def is_open(self) -> bool:
        """It waits for its answer."""
        return self.decided_at is None
