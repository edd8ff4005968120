"""Self-assessment templates: sections and standards as data, versioned."""

from typing import Any

from sqlalchemy import JSON, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Key, Name, Prose, key_of


def weakest_first(scale: dict[str, Any]) -> list[dict[str, Any]]:
    """The answers of a template's scale from the bad end to the good one; "not applicable" is none of them."""
    values = list(scale["values"])
    return values if scale["best"] == "last" else values[::-1]


class AuditTemplate(Base):
    """One version of a self-assessment. ``scale`` is its ordered rating values, as in ``audits/templates.json``."""

    __tablename__ = "audit_template"
    __table_args__ = (UniqueConstraint("code", "version"),)

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    name: Mapped[Name]
    for_schools: Mapped[bool]
    scale: Mapped[dict[str, Any]] = mapped_column(JSON)

    standards: Mapped[list["Standard"]] = relationship(back_populates="template", order_by="Standard.position")


class Standard(Base):
    """One thing the organisation assesses itself against."""

    __tablename__ = "standard"
    __table_args__ = (UniqueConstraint("template_id", "code"),)

    id: Mapped[Key]
    template_id: Mapped[int] = key_of("audit_template.id")
    position: Mapped[int]
    section: Mapped[Name]
    code: Mapped[str] = mapped_column(String(20))
    title: Mapped[Name]
    descriptor: Mapped[Prose] = mapped_column(default="")

    template: Mapped[AuditTemplate] = relationship(back_populates="standards")
