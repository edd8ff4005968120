"""Imports into the register: the file, what it would change row by row, and what became of each row."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, CheckConstraint, ColumnElement, ForeignKey, Index, String, text, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..workflow import Role
from .base import Base, Choice, Instant, Key, Line, Name, key_of, utc_now
from .organisation import Borough

if TYPE_CHECKING:
    from .people import Person

IS_HELD = "held"


class ImportKind(StrEnum):
    """What kind of file it is; ``organisations.sources`` reads each."""

    EXTRACT = "extract"  # of the national register of schools
    LINKS = "links"  # predecessors and successors
    AGENCIES = "agencies"  # the organisations of section 11


class ImportState(StrEnum):
    """How far an import is. The worker leaves the states that end in -ing; people leave READY and DONE."""

    READING = "reading"
    READY = "ready"  # the preview can be looked at
    APPLYING = "applying"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"
    DISCARDED = "discarded"
    FAILED = "failed"


AT_WORK = (ImportState.READING, ImportState.APPLYING, ImportState.UNDOING)


class RowKind(StrEnum):
    """What a row would do; the first that fits. The preview is filtered by it."""

    ADDED = "added"
    MOVED = "moved"  # to another borough of the board
    CLOSED = "closed"
    OPENED = "opened"  # for the first time, or again
    CHANGED = "changed"
    LINKED = "linked"  # a predecessor or successor
    GROUP = "group"  # a trust or federation that is new or has a new name
    KEPT = "kept"  # would change only what was set by hand, which stays
    REFUSED = "refused"


class Subject(StrEnum):
    """What a row is about, in the order in which rows are applied."""

    TRUST = "trust"
    FEDERATION = "federation"
    ORGANISATION = "organisation"
    CONTACT = "contact"  # somebody to write to there
    SUCCESSION = "succession"


class RowFate(StrEnum):
    """What became of a row that would change something."""

    APPLIED = "applied"
    SKIPPED = "skipped"  # what it would change was not as in the preview any more
    PUT_BACK = "put_back"  # undone
    LEFT = "left"  # not undone, or only in part: changed or used since


class RegisterImport(Base):
    """One file brought by one person. Nothing of the register changes before it is confirmed.

    ``counts``: rows by ``RowKind`` and ``RowFate``, and those "unchanged" and "elsewhere"; ``places``: rows by the
    authority outside the board that they are of. They stay when the rows themselves go, at the end of undoing.
    """

    __tablename__ = "register_import"
    __table_args__ = (
        CheckConstraint("(state IN ('applying', 'done', 'undoing', 'undone')) <= (confirmed_at IS NOT NULL)",
                        name="confirmed_before_applied"),
        CheckConstraint("(lease IS NULL) = (leased_until IS NULL)", name="a_lease_ends"),
    )  # fmt: skip

    id: Mapped[Key]
    kind: Mapped[ImportKind] = mapped_column(Choice(ImportKind))
    state: Mapped[ImportState] = mapped_column(Choice(ImportState), default=ImportState.READING, index=True)
    filename: Mapped[Name]
    size: Mapped[int]  # bytes
    sha256: Mapped[str] = mapped_column(String(64))
    key: Mapped[str | None] = mapped_column(String(80))  # of the file in the store, until it has been read
    begun_by: Mapped[Name]
    person_id: Mapped[int | None] = key_of("person.id")  # none: the command of the installation
    begun_at: Mapped[Instant] = mapped_column(default=utc_now)
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    places: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    confirmed_by: Mapped[Name | None]
    confirmed_at: Mapped[Instant | None]
    undone_by: Mapped[Name | None]
    ended_at: Mapped[Instant | None]  # done, undone, discarded or failed
    rows_gone_at: Mapped[Instant | None]
    trouble: Mapped[Line] = mapped_column(default="")  # why it failed, for the person who brought it
    tries: Mapped[int] = mapped_column(default=0)
    lease: Mapped[str | None] = mapped_column(String(36))
    leased_until: Mapped[Instant | None]

    boroughs: Mapped[list["ImportBorough"]] = relationship(
        back_populates="of", cascade="all, delete-orphan", lazy="selectin", order_by="ImportBorough.borough_id"
    )

    @property
    def is_at_work(self) -> bool:
        """Whether the worker has something to do for it."""
        return self.state in AT_WORK

    @property
    def changes(self) -> int:
        """How many rows of the preview would change something."""
        return sum(self.counts.get(kind, 0) for kind in RowKind if kind not in (RowKind.KEPT, RowKind.REFUSED))

    @property
    def asked_at(self) -> datetime:
        """Since when what the worker does now was waited for, or later."""
        return self.confirmed_at or self.begun_at

    @classmethod
    def visible_to(cls, person: "Person") -> ColumnElement[bool]:
        """The imports of somebody who is a coordinator in every borough that they are for."""
        own = person.boroughs_as(Role.COORDINATOR)
        return true() if own is None else ~cls.boroughs.any(ImportBorough.borough_id.not_in(own))


class ImportBorough(Base):
    """A borough that an import is for. ``held`` until it is over: one import of a borough at a time."""

    __tablename__ = "import_borough"
    __table_args__ = (
        Index("uq_import_borough_held", "borough_id", unique=True, sqlite_where=text(IS_HELD),
              postgresql_where=text(IS_HELD)),
    )  # fmt: skip

    import_id: Mapped[int] = mapped_column(ForeignKey("register_import.id", ondelete="CASCADE"), primary_key=True)
    borough_id: Mapped[int] = mapped_column(ForeignKey("borough.id"), primary_key=True)
    held: Mapped[bool] = mapped_column(default=True)

    of: Mapped[RegisterImport] = relationship(back_populates="boroughs")
    borough: Mapped[Borough] = relationship(lazy="joined")


class ImportRow(Base):
    """What one row of the file would change, or why it is refused. Rows that change nothing are only counted.

    ``changes``: {field: [as it is, as it becomes]}, in the values of ``organisations.changes``. ``reason``: why it is
    refused, or what stays because it was set by hand. ``why_left``: why it was skipped, or not put back.
    """

    __tablename__ = "import_row"
    __table_args__ = (
        Index("ix_import_row_page", "import_id", "kind", "id"),
        CheckConstraint("kind <> 'refused' OR reason <> ''", name="refused_with_reason"),
    )

    id: Mapped[Key]
    import_id: Mapped[int] = key_of("register_import.id", ondelete="CASCADE")
    number: Mapped[int | None]  # of the file, as a spreadsheet counts; none for a trust or federation
    subject: Mapped[Subject] = mapped_column(Choice(Subject), default=Subject.ORGANISATION)
    kind: Mapped[RowKind] = mapped_column(Choice(RowKind))
    key: Mapped[str] = mapped_column(String(40), default="")  # URN, or code of a trust or federation
    name: Mapped[Name] = mapped_column(default="")
    subject_id: Mapped[int | None]  # of the organisation, trust, federation or succession; no foreign key: it may go
    changes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    reason: Mapped[Line] = mapped_column(default="")
    fate: Mapped[RowFate | None] = mapped_column(Choice(RowFate))
    why_left: Mapped[Line] = mapped_column(default="")
