"""Personal links and the six-digit codes that open confidential pages behind them."""

from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Choice, Instant, Key, Name, key_of, utc_now

if TYPE_CHECKING:
    from .review import Review
    from .team import TeamMember


class Purpose(StrEnum):
    """What a personal link is for: one per person, review and purpose."""

    ORGANISATION = "organisation"  # everything the organisation is asked to do and may read
    PARTICIPANT = "participant"  # a named member of staff: dates and the visit
    REQUESTER = "requester"  # reading their own request, and nothing else: anybody can claim to be from a school
    REVIEWER = "reviewer"  # interests, dates and the visit; the rest needs an account


class PersonalLink(Base):
    """A link for one person. The token is derived from id and generation: nothing usable is stored."""

    __tablename__ = "personal_link"
    __table_args__ = (
        Index("uq_personal_link_person", "review_id", "purpose", "email", unique=True),
        CheckConstraint("purpose <> 'reviewer' OR member_id IS NOT NULL", name="reviewer_is_a_member"),
    )

    id: Mapped[Key]
    review_id: Mapped[int] = key_of("review.id")
    purpose: Mapped[Purpose] = mapped_column(Choice(Purpose))
    name: Mapped[Name]
    email: Mapped[str] = mapped_column(String(254))
    role: Mapped[Name] = mapped_column(default="")  # of the person, in the organisation
    member_id: Mapped[int | None] = key_of("team_member.id")
    generation: Mapped[int] = mapped_column(default=1)
    made_at: Mapped[Instant] = mapped_column(default=utc_now)
    opened_at: Mapped[Instant | None]  # set by the first act behind it, not by looking
    revoked_at: Mapped[Instant | None]

    review: Mapped["Review"] = relationship(back_populates="links", lazy="joined")
    member: Mapped["TeamMember | None"] = relationship()


class LinkCode(Base):
    """A six-digit code sent to the person of a link. The code itself is derived, not stored."""

    __tablename__ = "link_code"
    __table_args__ = (
        Index(
            "uq_link_code_open",
            "link_id",
            unique=True,
            sqlite_where=text("used_at IS NULL AND replaced_at IS NULL"),
            postgresql_where=text("used_at IS NULL AND replaced_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    link_id: Mapped[int] = key_of("personal_link.id")
    made_at: Mapped[Instant] = mapped_column(default=utc_now)
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[Instant | None]
    replaced_at: Mapped[Instant | None]

    link: Mapped[PersonalLink] = relationship(lazy="joined")
