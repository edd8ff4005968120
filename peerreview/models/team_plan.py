"""Teams suggested for a year: a search that the worker makes, what it found for each review, and likely months."""

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ColumnElement, Index, String, UniqueConstraint, and_, or_, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Choice, Instant, Key, Line, Name, Prose, key_of, utc_now
from .people import Person
from .programme import ProgrammeYear
from .review import Review

if TYPE_CHECKING:
    from datetime import datetime


class PlanState(StrEnum):
    """How far a search for teams is. Nobody is on a team because of it: people confirm what it found."""

    WAITING = "waiting"  # for the worker, or in its hands
    READY = "ready"
    FAILED = "failed"


class TeamPlan(Base):
    """One search for teams for a programme year. For a borough at most one runs at a time."""

    __tablename__ = "team_plan"
    __table_args__ = (
        Index(
            "uq_team_plan_running",
            "borough_id",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        CheckConstraint("(lease IS NULL) = (leased_until IS NULL)", name="a_lease_ends"),
        CheckConstraint("(state = 'waiting') = (ended_at IS NULL)", name="ended_or_waiting"),
    )

    id: Mapped[Key]
    borough_id: Mapped[int] = key_of("borough.id")
    programme_year_id: Mapped[int] = key_of("programme_year.id")
    state: Mapped[PlanState] = mapped_column(Choice(PlanState), default=PlanState.WAITING)
    asked_by: Mapped[Name]
    asked_at: Mapped[Instant] = mapped_column(default=utc_now)
    ended_at: Mapped[Instant | None]
    tries: Mapped[int] = mapped_column(default=0)
    lease: Mapped[str | None] = mapped_column(String(36))
    leased_until: Mapped[Instant | None]

    year: Mapped[ProgrammeYear] = relationship(lazy="joined")
    teams: Mapped[list["SuggestedTeam"]] = relationship(
        back_populates="plan", cascade="all, delete-orphan", order_by="SuggestedTeam.id"
    )

    @property
    def fingerprint(self) -> str:
        """What a page says that it has shown; a number alone may be used again once its row has gone."""
        return f"{self.id} {self.asked_at.isoformat()}"

    @classmethod
    def can_be_taken(cls, now: "datetime") -> ColumnElement[bool]:
        """Those in no worker's hands, or in those of one that died."""
        return and_(cls.state == PlanState.WAITING, or_(cls.leased_until.is_(None), cls.leased_until < now))


class SuggestedTeam(Base):
    """What a search found for one review: people to invite, or the rule that prevents a team."""

    __tablename__ = "suggested_team"
    __table_args__ = (UniqueConstraint("plan_id", "review_id"),)

    id: Mapped[Key]
    plan_id: Mapped[int] = key_of("team_plan.id", ondelete="CASCADE")
    review_id: Mapped[int] = key_of("review.id")
    month: Mapped[date | None]  # that it was looked for in
    obstacle: Mapped[Prose] = mapped_column(default="")  # written by the app
    changed_by: Mapped[Name] = mapped_column(default="")  # the coordinator who chose other people
    taken_by: Mapped[Name] = mapped_column(default="")
    taken_at: Mapped[Instant | None]  # when its people were invited
    trouble: Mapped[Line] = mapped_column(default="")  # why that was not possible when it was tried; by the app

    plan: Mapped[TeamPlan] = relationship(back_populates="teams")
    review: Mapped[Review] = relationship()
    people: Mapped[list["SuggestedPerson"]] = relationship(
        back_populates="team", cascade="all, delete-orphan", order_by="SuggestedPerson.id"
    )

    @property
    def can_be_confirmed(self) -> bool:
        """Whether it has people, who were not invited yet."""
        return bool(self.people) and self.taken_at is None


class SuggestedPerson(Base):
    """Somebody suggested, and why. ``joins``: not on the team yet; who is on it is listed when they would lead."""

    __tablename__ = "suggested_person"
    __table_args__ = (
        UniqueConstraint("team_id", "person_id"),
        Index("uq_suggested_person_lead", "team_id", unique=True, sqlite_where=text("leads"),
              postgresql_where=text("leads")),
        CheckConstraint("joins OR leads", name="joins_or_leads"),
    )  # fmt: skip

    id: Mapped[Key]
    team_id: Mapped[int] = key_of("suggested_team.id", ondelete="CASCADE")
    person_id: Mapped[int] = key_of("person.id")
    joins: Mapped[bool] = mapped_column(default=True)
    leads: Mapped[bool] = mapped_column(default=False)
    why: Mapped[Prose] = mapped_column(default="")  # written by the app, from interests on record

    team: Mapped[SuggestedTeam] = relationship(back_populates="people")
    person: Mapped[Person] = relationship(lazy="joined")


class LikelyMonth(Base):
    """The month in which a visit will probably be, as a coordinator said before a date is agreed."""

    __tablename__ = "likely_month"

    review_id: Mapped[int] = key_of("review.id", primary_key=True)
    month: Mapped[date]  # its first day
    written_by: Mapped[Name]
    written_at: Mapped[Instant] = mapped_column(default=utc_now)
