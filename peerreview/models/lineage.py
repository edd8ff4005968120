"""Predecessors and successors: a school that converted or merged has a new number, and its history goes with it."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..extensions import db
from .base import Base, Instant, Key, Line, Name, key_of, utc_now
from .organisation import Organisation


class Succession(Base):
    """One organisation went on as another, wholly or in part.

    A link that is taken back stays as a row that counts no more, so that the next file of the register, which still
    says so, does not bring it back.
    """

    __tablename__ = "succession"
    __table_args__ = (
        UniqueConstraint("predecessor_id", "successor_id"),
        CheckConstraint("predecessor_id <> successor_id", name="not_itself"),
        CheckConstraint("(taken_back_at IS NULL) = (taken_back_by IS NULL)", name="taken_back_by_somebody"),
    )

    id: Mapped[Key]
    predecessor_id: Mapped[int] = key_of("organisation.id")
    successor_id: Mapped[int] = key_of("organisation.id")
    happened_on: Mapped[date | None]  # the first day of the successor in the predecessor's place
    link_type: Mapped[str] = mapped_column(String(60), default="")  # what the register adds: merged, amalgamated
    reason: Mapped[Line] = mapped_column(default="")  # filled when a person said so; a file then changes nothing
    written_by: Mapped[Name]  # who said so: a person, or the file of the national register
    written_at: Mapped[Instant] = mapped_column(default=utc_now)
    taken_back_at: Mapped[Instant | None]
    taken_back_by: Mapped[Name | None]
    taken_back_reason: Mapped[Line] = mapped_column(default="")

    predecessor: Mapped[Organisation] = relationship(foreign_keys=[predecessor_id])
    successor: Mapped[Organisation] = relationship(foreign_keys=[successor_id])


def lines_of(organisations: Collection[int] | Select[Any]) -> dict[int, frozenset[int]]:
    """For each organisation (ids, or a query of ids) itself and all its predecessors, theirs too. One query."""
    return _walk(organisations, Succession.successor_id, Succession.predecessor_id)


def successors_of(organisations: Collection[int] | Select[Any]) -> dict[int, frozenset[int]]:
    """For each organisation (ids, or a query of ids) itself and all its successors, theirs too. One query."""
    return _walk(organisations, Succession.predecessor_id, Succession.successor_id)


def _walk(organisations: Collection[int] | Select[Any], here: Any, there: Any) -> dict[int, frozenset[int]]:
    line = select(Organisation.id.label("own"), Organisation.id.label("member"))
    line = line.where(Organisation.id.in_(organisations))
    whole = line.cte("line", recursive=True)
    whole = whole.union(  # not UNION ALL: a circle in the data ends
        select(whole.c.own, there).join(Succession, here == whole.c.member).where(Succession.taken_back_at.is_(None))
    )
    found: dict[int, set[int]] = {}
    for own, member in db.session.execute(select(whole.c.own, whole.c.member)):
        found.setdefault(own, set()).add(member)
    return {own: frozenset(members) for own, members in found.items()}
