"""Other references and names of organisations, with the days on which each held: history is found under all of them."""

import re
from collections.abc import Collection
from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, case, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..extensions import db
from .base import Base, Choice, Instant, Key, Line, Name, key_of, utc_now
from .organisation import Organisation, folded

ONE_OWNER = "kind NOT IN ('former_name', 'other_name') AND (kind = 'urn' OR until_on IS NULL)"
LONGEST_KNOWN_AS = 700  # characters


class AliasKind(StrEnum):
    """What kind of reference or name it is. Names may be shared; a number belongs to one organisation at a time."""

    URN = "urn"  # a former one: the present one is the organisation's own column
    UKPRN = "ukprn"
    LAESTAB = "laestab"
    LOCAL = "local"
    FORMER_NAME = "former_name"
    OTHER_NAME = "other_name"

    @property
    def is_name(self) -> bool:
        """Whether it is words and not a number."""
        return self in (AliasKind.FORMER_NAME, AliasKind.OTHER_NAME)


class Alias(Base):
    """One reference or name that an organisation has, or had from a day until a day (either may be unknown)."""

    __tablename__ = "alias"
    __table_args__ = (
        Index(
            "uq_alias_one_owner",
            "kind",
            "value",
            unique=True,
            sqlite_where=text(ONE_OWNER),
            postgresql_where=text(ONE_OWNER),
        ),
        Index("ix_alias_value", "value"),
        CheckConstraint("kind <> 'urn' OR until_on IS NOT NULL", name="a_former_urn_has_ended"),
        CheckConstraint("from_on IS NULL OR until_on IS NULL OR from_on <= until_on", name="begins_before_it_ends"),
    )

    id: Mapped[Key]
    organisation_id: Mapped[int] = key_of("organisation.id")
    kind: Mapped[AliasKind] = mapped_column(Choice(AliasKind))
    value: Mapped[Name]
    from_on: Mapped[date | None]
    until_on: Mapped[date | None]  # the last day on which it held
    reason: Mapped[Line] = mapped_column(default="")
    written_by: Mapped[Name]
    written_at: Mapped[Instant] = mapped_column(default=utc_now)

    organisation: Mapped[Organisation] = relationship(back_populates="aliases")

    def overlaps(self, other: "Alias") -> bool:
        """Whether there is a day on which both hold; an unknown end reaches as far as days go."""
        return (self.from_on or date.min) <= (other.until_on or date.max) and (other.from_on or date.min) <= (
            self.until_on or date.max
        )


def known_as(organisation: Organisation) -> str:
    """What a search finds the organisation by besides its own name and number; see ``Organisation.known_as``."""
    words: dict[str, None] = {}
    for alias in organisation.aliases:
        plain = folded(alias.value)
        words[plain] = None
        if not alias.kind.is_name:
            words[re.sub(r"\W", "", plain)] = None
    return " ".join(filter(None, words))[:LONGEST_KNOWN_AS]


def organisation_with(reference: str, kind: AliasKind | None = None) -> Organisation | None:
    """The organisation that has this number: now as its URN, else as another reference, else the last that had it."""
    reference = reference.strip().upper()
    if kind in (None, AliasKind.URN):
        present: Organisation | None = db.session.scalar(select(Organisation).where(Organisation.urn == reference))
        if present is not None:
            return present
    names = (AliasKind.FORMER_NAME, AliasKind.OTHER_NAME)
    wanted = select(Organisation).join(Alias).where(Alias.value == reference, Alias.kind.not_in(names))
    wanted = wanted if kind is None else wanted.where(Alias.kind == kind)
    present_first = case((Alias.until_on.is_(None), 0), else_=1)
    found: Organisation | None = db.session.scalar(
        wanted.order_by(present_first, Alias.until_on.desc(), Alias.id).limit(1)
    )
    return found


def ids_by_urn(urns: Collection[str]) -> dict[str, int]:
    """For each URN the id of the organisation that has it or once had it. Two queries, whatever their number."""
    former = select(Alias.value, Alias.organisation_id).where(Alias.kind == AliasKind.URN, Alias.value.in_(urns))
    present = select(Organisation.urn, Organisation.id).where(Organisation.urn.in_(urns))
    found: dict[str, int] = {row.value: row.organisation_id for row in db.session.execute(former)}
    return found | {urn: owner for urn, owner in db.session.execute(present) if urn is not None}
