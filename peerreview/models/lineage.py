"""Predecessors and successors: a school that converted or merged has a new number, and its history goes with it."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Select, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..extensions import db
from .base import Base, Instant, Key, Name, key_of, utc_now
from .organisation import Organisation


class Succession(Base):
    """One organisation went on as another, wholly or in part."""

    __tablename__ = "succession"
    __table_args__ = (
        UniqueConstraint("predecessor_id", "successor_id"),
        CheckConstraint("predecessor_id <> successor_id", name="not_itself"),
    )

    id: Mapped[Key]
    predecessor_id: Mapped[int] = key_of("organisation.id")
    successor_id: Mapped[int] = key_of("organisation.id")
    happened_on: Mapped[date | None]
    written_by: Mapped[Name]  # who said so: a person, or the file of the national register
    written_at: Mapped[Instant] = mapped_column(default=utc_now)

    predecessor: Mapped[Organisation] = relationship(foreign_keys=[predecessor_id])
    successor: Mapped[Organisation] = relationship(foreign_keys=[successor_id])


def lines_of(organisations: Collection[int] | Select[Any]) -> dict[int, frozenset[int]]:
    """For each organisation (ids, or a query of ids) itself and all its predecessors, theirs too. One query."""
    line = select(Organisation.id.label("own"), Organisation.id.label("member"))
    line = line.where(Organisation.id.in_(organisations))
    whole = line.cte("line", recursive=True)
    whole = whole.union(  # not UNION ALL: a circle in the data ends
        select(whole.c.own, Succession.predecessor_id).join(Succession, Succession.successor_id == whole.c.member)
    )
    found: dict[int, set[int]] = {}
    for own, member in db.session.execute(select(whole.c.own, whole.c.member)):
        found.setdefault(own, set()).add(member)
    return {own: frozenset(members) for own, members in found.items()}
