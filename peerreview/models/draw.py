"""The random draw: a list frozen before its seed is known, and what came of each place that was drawn."""

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Choice, Instant, Key, Line, Name, Prose, key_of, utc_now
from .organisation import Organisation
from .programme import ProgrammeYear

if TYPE_CHECKING:
    from .review import Review


class SeedKind(StrEnum):
    """Where the seed comes from; said before the list is frozen, so that nobody chooses it afterwards."""

    DICE = "dice"
    NUMBER = "number"  # published by somebody else on a later day
    WORDS = "words"  # of two people


class Draw(Base):
    """One draw (process rule 2). Its row begins with the freeze; the result is computed from ``frozen`` and ``seed``.

    ``frozen`` is the list as text, exactly as its SHA-256 was taken; no page changes it. ``seed_typed`` keeps what
    was typed, ``seed_parts`` what of it makes the seed.
    """

    __tablename__ = "draw"
    __table_args__ = (
        UniqueConstraint("programme_year_id", "number"),
        CheckConstraint("length(sha256) = 64", name="frozen_with_its_sha256"),
        CheckConstraint("seed IS NULL OR seed_at > frozen_at", name="seed_after_the_freeze"),
        CheckConstraint(
            "(seed IS NULL) = (seed_at IS NULL) AND (seed IS NULL) = (seed_by IS NULL)", name="seed_has_its_origin"
        ),
        CheckConstraint("(replaces_id IS NULL) = (redraw_reason = '')", name="redraw_has_a_reason"),
        CheckConstraint("replaces_id <> id", name="replaces_another"),
    )

    id: Mapped[Key]
    reference: Mapped[str] = mapped_column(String(20), unique=True)  # HAC-2026-D01
    programme_year_id: Mapped[int] = key_of("programme_year.id")
    number: Mapped[int]
    replaces_id: Mapped[int | None] = key_of("draw.id", unique=True)
    redraw_reason: Mapped[Prose] = mapped_column(default="")

    frozen: Mapped[Prose]
    sha256: Mapped[str] = mapped_column(String(64))
    frozen_by: Mapped[Name]
    frozen_at: Mapped[Instant] = mapped_column(default=utc_now)

    seed_kind: Mapped[SeedKind] = mapped_column(Choice(SeedKind))
    seed: Mapped[Line | None]
    seed_parts: Mapped[list[str]] = mapped_column(JSON, default=list)
    seed_typed: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    seed_by: Mapped[Name | None]
    seed_at: Mapped[Instant | None]

    year: Mapped[ProgrammeYear] = relationship(lazy="joined")
    replaces: Mapped["Draw | None"] = relationship(
        remote_side="Draw.id", foreign_keys=[replaces_id], back_populates="replaced_by"
    )
    replaced_by: Mapped["Draw | None"] = relationship(foreign_keys=[replaces_id], back_populates="replaces")
    entries: Mapped[list["DrawEntry"]] = relationship(back_populates="draw", order_by="DrawEntry.id")


class DrawEntry(Base):
    """What came of one place of a result: planned (its review names the entry), or passed over with the reason.

    A reserve stands ``instead_of`` the place that was lost; one reserve for each.
    """

    __tablename__ = "draw_entry"
    __table_args__ = (
        UniqueConstraint("draw_id", "organisation_id"),
        CheckConstraint("is_reserve = (instead_of_id IS NOT NULL)", name="reserve_instead_of_a_place"),
        CheckConstraint("instead_of_id <> id", name="instead_of_another"),
    )

    id: Mapped[Key]
    draw_id: Mapped[int] = key_of("draw.id")
    organisation_id: Mapped[int] = key_of("organisation.id")
    stratum: Mapped[Name]
    place: Mapped[int]  # in its stratum, from 1
    is_reserve: Mapped[bool]
    instead_of_id: Mapped[int | None] = key_of("draw_entry.id", unique=True)
    passed_over: Mapped[Line] = mapped_column(default="")  # why no review could be planned
    settled_by: Mapped[Name]
    settled_at: Mapped[Instant] = mapped_column(default=utc_now)

    draw: Mapped[Draw] = relationship(back_populates="entries")
    organisation: Mapped[Organisation] = relationship()
    review: Mapped["Review | None"] = relationship(back_populates="drawn")
    instead_of: Mapped["DrawEntry | None"] = relationship(
        remote_side="DrawEntry.id", foreign_keys=[instead_of_id], back_populates="successor"
    )
    successor: Mapped["DrawEntry | None"] = relationship(foreign_keys=[instead_of_id], back_populates="instead_of")
