"""The actions that follow a review: who answers for each, what became of it, and who has verified that."""

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Column, ForeignKey, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..workflow import Role
from .base import Base, Choice, Instant, Key, Name, Prose, key_of, utc_now
from .document import Document

if TYPE_CHECKING:
    from .review import Review


class Verification(StrEnum):
    """How it is known that an action is done."""

    EVIDENCE = "evidence"  # a coordinator has seen what the organisation sent or showed
    NEXT_REVIEW = "next_review"  # the team of a later review of the organisation has seen it
    EXECUTIVE = "executive"  # the Executive Group says so


class Action(Base):
    """A recommendation that somebody at the organisation answers for, by a date. Done only when it is verified."""

    __tablename__ = "action"
    __table_args__ = (
        CheckConstraint("(done_at IS NULL) = (verified_how IS NULL)", name="done_is_verified"),
        CheckConstraint(
            "(verified_how = 'next_review') = (verified_in_id IS NOT NULL) OR verified_how IS NULL",
            name="later_review_is_named",
        ),
    )

    id: Mapped[Key]
    review_id: Mapped[int] = key_of("review.id")
    recommendation_id: Mapped[int | None] = key_of("recommendation.id")
    text: Mapped[Prose]
    owner: Mapped[Name]
    due_on: Mapped[date]
    made_at: Mapped[Instant] = mapped_column(default=utc_now)
    reported_at: Mapped[Instant | None]  # the organisation says that it is done, and nobody has asked for more since
    done_at: Mapped[Instant | None]
    done_by: Mapped[Name | None]
    done_note: Mapped[Prose] = mapped_column(default="")
    verified_how: Mapped[Verification | None] = mapped_column(Choice(Verification))
    verified_in_id: Mapped[int | None] = key_of("review.id")

    review: Mapped["Review"] = relationship(back_populates="actions", foreign_keys=[review_id])
    verified_in: Mapped["Review | None"] = relationship(foreign_keys=[verified_in_id])
    updates: Mapped[list["ActionUpdate"]] = relationship(back_populates="action", order_by="ActionUpdate.id")

    @property
    def is_waited_for(self) -> bool:
        """Neither done nor reported as done: it is the organisation's turn."""
        return self.done_at is None and self.reported_at is None

    @property
    def impact(self) -> str:
        """What has changed because of it, in the organisation's words: the last that it wrote."""
        return next((update.impact for update in reversed(self.updates) if update.impact), "")


action_evidence = Table(  # a table of its own: documents also belong to reports, whose recommendations become actions
    "action_evidence",
    Base.metadata,
    Column("update_id", ForeignKey("action_update.id"), primary_key=True),
    Column("document_id", ForeignKey("document.id"), primary_key=True, index=True),
)


class ActionUpdate(Base):
    """What somebody wrote about an action: the organisation how it goes, a coordinator what is still missing."""

    __tablename__ = "action_update"

    id: Mapped[Key]
    action_id: Mapped[int] = key_of("action.id")
    written_at: Mapped[Instant] = mapped_column(default=utc_now)
    written_by: Mapped[Name]
    role: Mapped[Role] = mapped_column(Choice(Role))
    by_phone: Mapped[bool] = mapped_column(default=False)
    text: Mapped[Prose]
    impact: Mapped[Prose] = mapped_column(default="")  # what has changed for children, families or staff
    says_done: Mapped[bool] = mapped_column(default=False)

    action: Mapped[Action] = relationship(back_populates="updates")
    files: Mapped[list[Document]] = relationship(secondary=action_evidence, order_by="Document.id")
