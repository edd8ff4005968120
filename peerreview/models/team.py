"""Reviewers, what ties them to organisations, and the team of one review."""

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Choice, Instant, Key, Line, Name, Prose, key_of, utc_now
from .organisation import Federation, Organisation, Trust
from .people import Person

if TYPE_CHECKING:
    from .review import Review


class Membership(StrEnum):
    """What a reviewer is to the board (procedure, 3.1)."""

    BOARD_MEMBER = "board_member"
    LAY_MEMBER = "lay_member"


class Reviewer(Base):
    """A person who can be on a team."""

    __tablename__ = "reviewer"
    __table_args__ = (CheckConstraint("most_visits_a_year >= 0 AND most_visits_a_month >= 0", name="not_negative"),)

    id: Mapped[Key]
    person_id: Mapped[int] = key_of("person.id", unique=True)
    membership: Mapped[Membership] = mapped_column(Choice(Membership))
    employer: Mapped[Name] = mapped_column(default="")
    trained_on: Mapped[date | None]
    dbs_seen_on: Mapped[date | None]
    most_visits_a_year: Mapped[int | None]  # of a programme year, and of a calendar month; none: the board's setting
    most_visits_a_month: Mapped[int | None]
    notes: Mapped[Line] = mapped_column(default="")

    person: Mapped[Person] = relationship(lazy="joined")
    ties: Mapped[list["Tie"]] = relationship(back_populates="reviewer", cascade="all, delete-orphan")


class TieKind(StrEnum):
    """What ties a reviewer to an organisation, trust or federation. Each is a hard interest."""

    EMPLOYER = "employer"
    GOVERNOR = "governor"
    TRUST = "trust"
    FAMILY = "family"


class Tie(Base):
    """A standing link of a reviewer to one organisation, trust or federation."""

    __tablename__ = "tie"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN organisation_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN trust_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN federation_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_end",
        ),
    )

    id: Mapped[Key]
    reviewer_id: Mapped[int] = key_of("reviewer.id", ondelete="CASCADE")
    kind: Mapped[TieKind] = mapped_column(Choice(TieKind))
    organisation_id: Mapped[int | None] = key_of("organisation.id")
    trust_id: Mapped[int | None] = key_of("trust.id")
    federation_id: Mapped[int | None] = key_of("federation.id")

    reviewer: Mapped[Reviewer] = relationship(back_populates="ties")
    organisation: Mapped[Organisation | None] = relationship()
    trust: Mapped[Trust | None] = relationship()
    federation: Mapped[Federation | None] = relationship()


class Declaration(StrEnum):
    """What a member declared for this review."""

    NONE = "none"
    SOFT = "soft"
    HARD = "hard"


class TeamMember(Base):
    """A reviewer on one review. A hard interest stands the member down at once; history stays."""

    __tablename__ = "team_member"
    __table_args__ = (
        Index(
            "uq_team_member_current",
            "review_id",
            "person_id",
            unique=True,
            sqlite_where=text("removed_at IS NULL"),
            postgresql_where=text("removed_at IS NULL"),
        ),
        Index(
            "uq_team_member_lead",
            "review_id",
            unique=True,
            sqlite_where=text("is_lead AND removed_at IS NULL AND stood_down_at IS NULL"),
            postgresql_where=text("is_lead AND removed_at IS NULL AND stood_down_at IS NULL"),
        ),
        CheckConstraint("NOT is_lead OR declaration IS NULL OR declaration = 'none'", name="lead_has_no_interest"),
        UniqueConstraint("id", "review_id"),
    )

    id: Mapped[Key]
    review_id: Mapped[int] = key_of("review.id")
    person_id: Mapped[int] = key_of("person.id")
    membership: Mapped[Membership] = mapped_column(Choice(Membership))
    is_lead: Mapped[bool] = mapped_column(default=False)
    assigned_at: Mapped[Instant] = mapped_column(default=utc_now)
    removed_at: Mapped[Instant | None]
    declare_by: Mapped[date | None]
    declaration: Mapped[Declaration | None] = mapped_column(Choice(Declaration))
    declaration_text: Mapped[Prose] = mapped_column(default="")
    declared_at: Mapped[Instant | None]
    stood_down_at: Mapped[Instant | None]

    review: Mapped["Review"] = relationship(back_populates="team")
    person: Mapped[Person] = relationship(lazy="joined")

    @property
    def is_active(self) -> bool:
        """On the team now."""
        return self.removed_at is None and self.stood_down_at is None

    @property
    def has_declared(self) -> bool:
        """Has declared, and nothing that blocks."""
        return self.declaration in (Declaration.NONE, Declaration.SOFT)

    @property
    def is_board_member(self) -> bool:
        """A member of the board, as the composition rule asks (procedure, 3.1)."""
        return self.membership is Membership.BOARD_MEMBER
