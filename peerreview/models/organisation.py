"""The register: boroughs, trusts, federations, organisations and whom to write to there."""

import re
import unicodedata
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ColumnElement, Index, String, and_, event, false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..workflow import Role
from .base import Base, Choice, Instant, Key, Line, Name, key_of, utc_now

if TYPE_CHECKING:
    from .alias import Alias
    from .people import Person
    from .scheduling import SchoolHoliday

LONGEST_SEARCH = 100  # characters of what somebody typed into a search box; the rest is not looked at


class Duty(StrEnum):
    """The law that asks the organisation for its self-assessment (procedure, section 1)."""

    S11 = "s11"
    S157 = "s157"
    S175 = "s175"

    @property
    def is_school(self) -> bool:
        """Sections 157 and 175 of the Education Act 2002 are the duties of schools and colleges."""
        return self is not Duty.S11


class Borough(Base):
    """A borough with its Executive Group. ``code`` begins every reference: HAC-2026-014."""

    __tablename__ = "borough"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(3), unique=True)
    name: Mapped[Name] = mapped_column(unique=True)
    authority_code: Mapped[str] = mapped_column(String(3), unique=True)  # local authority code of the school register
    executive_group: Mapped[Name]

    school_holidays: Mapped[list["SchoolHoliday"]] = relationship(
        back_populates="borough", order_by="SchoolHoliday.first_on"
    )


class Trust(Base):
    """An academy trust or school sponsor: its people have an interest in each of its schools."""

    __tablename__ = "trust"

    id: Mapped[Key]
    code: Mapped[str | None] = mapped_column(String(20), unique=True)
    name: Mapped[Name]


class Federation(Base):
    """Schools under one governing body: a peer from one has an interest in the others."""

    __tablename__ = "federation"

    id: Mapped[Key]
    code: Mapped[str | None] = mapped_column(String(20), unique=True)
    name: Mapped[Name]


class Organisation(Base):
    """A school, college or section 11 agency that can be reviewed."""

    __tablename__ = "organisation"
    __table_args__ = (
        Index("ix_organisation_borough_name", "borough_id", "name"),
        CheckConstraint("closed_on IS NULL OR is_open = false", name="closed_is_not_open"),
    )

    id: Mapped[Key]
    name: Mapped[Name]
    search_text: Mapped[str] = mapped_column(String(1200), default="")  # ``search_text_of``; kept by a listener
    known_as: Mapped[str] = mapped_column(String(700), default="")  # words of its aliases as ``folded``
    urn: Mapped[str | None] = mapped_column(String(10), unique=True)
    type_code: Mapped[str] = mapped_column(String(4), default="")
    type_name: Mapped[Name] = mapped_column(default="")
    duty: Mapped[Duty | None] = mapped_column(Choice(Duty))  # none: outside sections 11, 157 and 175
    duty_reason: Mapped[Line] = mapped_column(default="")  # filled when the duty was set by hand
    duty_set_by: Mapped[Name | None]
    duty_set_at: Mapped[Instant | None]
    phase: Mapped[str] = mapped_column(String(40), default="")
    religious_character: Mapped[str] = mapped_column(String(80), default="")
    borough_id: Mapped[int] = key_of("borough.id")
    trust_id: Mapped[int | None] = key_of("trust.id")
    federation_id: Mapped[int | None] = key_of("federation.id")
    street: Mapped[Name] = mapped_column(default="")
    locality: Mapped[Name] = mapped_column(default="")
    town: Mapped[Name] = mapped_column(default="")
    postcode: Mapped[str] = mapped_column(String(10), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    website: Mapped[Name] = mapped_column(default="")
    is_open: Mapped[bool] = mapped_column(default=True)
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    created_at: Mapped[Instant] = mapped_column(default=utc_now)

    borough: Mapped[Borough] = relationship(lazy="joined")
    trust: Mapped[Trust | None] = relationship()
    federation: Mapped[Federation | None] = relationship()
    contacts: Mapped[list["Contact"]] = relationship(back_populates="organisation", order_by="Contact.id")
    aliases: Mapped[list["Alias"]] = relationship(back_populates="organisation", order_by="Alias.id")

    @property
    def is_school(self) -> bool:
        """Whether its words are a school's: pupils, governors, designated safeguarding lead."""
        return self.duty is not None and self.duty.is_school

    @property
    def address(self) -> str:
        """One line, without the name."""
        return ", ".join(part for part in (self.street, self.locality, self.town, self.postcode) if part)

    @property
    def place(self) -> str:
        """Town and postcode: what tells two schools of one name apart, and may be shown to everybody."""
        return ", ".join(part for part in (self.town, self.postcode) if part)

    @classmethod
    def matching(cls, typed: str) -> ColumnElement[bool]:
        """Those in whose names or references some word begins with each of the words typed; nothing typed: none."""
        words = folded(typed[:LONGEST_SEARCH]).split()
        return and_(*(cls.search_text.like(f"% {word}%") for word in words)) if words else false()

    @classmethod
    def visible_to(cls, person: "Person") -> ColumnElement[bool]:
        """The part of the register that somebody with an account may open: coordinators, that of their boroughs."""
        boroughs = person.boroughs_as(Role.COORDINATOR)
        return true() if boroughs is None else cls.borough_id.in_(boroughs)


def folded(text: str) -> str:
    """Words as people search for them: without case, accents, apostrophes or punctuation, "Saint" as "St"."""
    plain = unicodedata.normalize("NFKD", text.casefold()).replace("&", " and ")
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter) and letter not in "'’‘`")
    return " ".join("st" if word == "saint" else word for word in re.sub(r"[\W_]+", " ", plain).split())


def search_text_of(name: str, postcode: str, urn: str | None, known_as: str = "") -> str:
    """What a search looks through. Begins with a blank, so that every word has one before it."""
    postcode = folded(postcode)
    own = " ".join(("", folded(name), postcode, postcode.replace(" ", ""), urn or ""))[:500]
    return f"{own} {known_as}" if known_as else own


@event.listens_for(Organisation, "before_insert")
@event.listens_for(Organisation, "before_update")
def _keep_search_text(_mapper: Any, _connection: Any, row: Organisation) -> None:
    row.search_text = search_text_of(row.name, row.postcode or "", row.urn, row.known_as or "")


class Contact(Base):
    """Somebody to write to at an organisation. An old contact is ended, never deleted."""

    __tablename__ = "contact"

    id: Mapped[Key]
    organisation_id: Mapped[int] = key_of("organisation.id")
    name: Mapped[Name]
    role: Mapped[Name]
    email: Mapped[str] = mapped_column(String(254))
    phone: Mapped[str] = mapped_column(String(40), default="")
    ended_at: Mapped[Instant | None]
    created_at: Mapped[Instant] = mapped_column(default=utc_now)

    organisation: Mapped[Organisation] = relationship(back_populates="contacts")
