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
    interests_confirmed_at: Mapped[Instant | None]  # when they last said that their standing interests are right
    interests_asked_at: Mapped[Instant | None]  # when they were last asked

    person: Mapped[Person] = relationship(lazy="joined")
    ties: Mapped[list["Tie"]] = relationship(back_populates="reviewer", cascade="all, delete-orphan")


class Strength(StrEnum):
    """What an interest does: a hard one blocks; a soft one is written down and cannot lead (process rule 4)."""

    HARD = "hard"
    SOFT = "soft"


class TieKind(StrEnum):
    """What ties a reviewer to an organisation, trust or federation."""

    EMPLOYER = "employer"
    GOVERNOR = "governor"
    TRUST = "trust"  # a trustee or member of it, or on its central staff
    FEDERATION = "federation"  # on its governing body
    FAMILY = "family"
    PAID_WORK = "paid_work"  # without being employed: training, consultancy, supply
    OTHER = "other"


class Tie(Base):
    """A standing interest of a reviewer in one organisation, trust or federation; one that ended has its last day.

    How strong it is follows from kind and dates (``teams.interests``); only of another kind a coordinator says it.
    """

    __tablename__ = "tie"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN organisation_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN trust_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN federation_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_end",
        ),
        CheckConstraint("until IS NULL OR since IS NULL OR until >= since", name="ends_after_it_begins"),
        CheckConstraint("kind = 'other' OR strength IS NULL", name="strength_follows_from_the_kind"),
        CheckConstraint("kind <> 'other' OR text <> ''", name="other_says_what_it_is"),
    )

    id: Mapped[Key]
    reviewer_id: Mapped[int] = key_of("reviewer.id", ondelete="CASCADE")
    kind: Mapped[TieKind] = mapped_column(Choice(TieKind))
    organisation_id: Mapped[int | None] = key_of("organisation.id")
    trust_id: Mapped[int | None] = key_of("trust.id")
    federation_id: Mapped[int | None] = key_of("federation.id")
    since: Mapped[date | None]
    until: Mapped[date | None]  # its last day; none: it lasts
    strength: Mapped[Strength | None] = mapped_column(Choice(Strength))  # of another kind; none: nobody has judged it
    text: Mapped[Line] = mapped_column(default="")
    written_by: Mapped[Name] = mapped_column(default="")  # the reviewer, or the coordinator who was told
    written_at: Mapped[Instant] = mapped_column(default=utc_now)

    reviewer: Mapped[Reviewer] = relationship(back_populates="ties")
    organisation: Mapped[Organisation | None] = relationship()
    trust: Mapped[Trust | None] = relationship()
    federation: Mapped[Federation | None] = relationship()

    @property
    def end(self) -> Organisation | Trust | Federation | None:
        """What it ties them to."""
        return self.organisation or self.trust or self.federation


class Declaration(StrEnum):
    """What a member declared for this review."""

    NONE = "none"
    SOFT = "soft"
    HARD = "hard"


class TeamMember(Base):
    """A reviewer on one review: invited, then accepted or declined. Declaring interests is part of accepting.

    A hard interest stands the member down at once; whoever declines or leaves is removed; history stays.
    """

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
        CheckConstraint("declined_at IS NULL OR removed_at IS NOT NULL", name="declining_frees_the_place"),
        UniqueConstraint("id", "review_id"),
    )

    id: Mapped[Key]
    review_id: Mapped[int] = key_of("review.id")
    person_id: Mapped[int] = key_of("person.id")
    membership: Mapped[Membership] = mapped_column(Choice(Membership))
    is_lead: Mapped[bool] = mapped_column(default=False)
    assigned_at: Mapped[Instant] = mapped_column(default=utc_now)  # when they were invited
    accepted_at: Mapped[Instant | None]
    declined_at: Mapped[Instant | None]
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
        """Has accepted the invitation by declaring, and nothing that blocks."""
        return self.declaration in (Declaration.NONE, Declaration.SOFT)

    @property
    def is_board_member(self) -> bool:
        """A member of the board, as the composition rule asks (procedure, 3.1)."""
        return self.membership is Membership.BOARD_MEMBER
