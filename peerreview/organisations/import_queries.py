"""What the pages about imports show, in the same number of queries for one row and for thousands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement

from peerreview import access
from peerreview.extensions import db
from peerreview.models import LARGEST_ID, Borough, ImportRow, RegisterImport, RowFate, RowKind, Subject
from peerreview.organisations.changes import WORDS, shown
from peerreview.organisations.import_words import FATES, KINDS

PAGE_SIZE = 50
AT_ONCE = 500  # rows of a file that is taken out
HEADINGS = (
    "Row of the file", "What", "URN or code", "Name", "Field", "In the register", "In the file", "Reason", "Became",
)  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """One field of one row, in words."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    """One row of the preview, in words."""

    row: ImportRow
    differences: list[Difference]

    @property
    def organisation_id(self) -> int | None:
        """Whose page it leads to: of what is, or is again, in the register."""
        is_there = self.row.kind is not RowKind.ADDED or self.row.fate in (RowFate.APPLIED, RowFate.LEFT)
        return self.row.subject_id if self.row.subject is Subject.ORGANISATION and is_there else None


@dataclass(frozen=True)
class Page:
    """One page of the preview. ``number`` counts from 1."""

    lines: list[Line]
    total: int
    number: int

    @property
    def last(self) -> int:
        """The number of the last page; 1 for an empty list."""
        return max(1, -(-self.total // PAGE_SIZE))


def import_or_404(import_id: int) -> RegisterImport:
    """The import, if the person is a coordinator in every borough that it is for."""
    own = (RegisterImport.id == min(import_id, LARGEST_ID), RegisterImport.visible_to(access.me()))
    found: RegisterImport | None = db.session.scalar(db.select(RegisterImport).where(*own))
    return found or abort(404)


def imports(number: int) -> tuple[list[RegisterImport], int, int]:
    """A page of the imports that the person may open, newest first; its number, and how many pages there are."""
    own = db.select(RegisterImport).where(RegisterImport.visible_to(access.me()))
    total = db.session.scalar(db.select(db.func.count()).select_from(own.subquery())) or 0
    last = max(1, -(-total // PAGE_SIZE))
    number = min(max(number, 1), last)
    chosen = own.order_by(RegisterImport.id.desc()).limit(PAGE_SIZE).offset(PAGE_SIZE * (number - 1))
    return list(db.session.scalars(chosen)), number, last


def page_of(imported: RegisterImport, only: RowKind | RowFate | None, number: int) -> Page:
    """The rows of the preview, or those of one kind or one fate."""
    rules = _rules(imported, only)
    total = db.session.scalar(db.select(db.func.count()).select_from(ImportRow).where(*rules)) or 0
    number = min(max(number, 1), Page([], total, 1).last)
    chosen = db.select(ImportRow).where(*rules).order_by(ImportRow.id)
    rows = db.session.scalars(chosen.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE))
    return Page(_lines(list(rows)), total, number)


def whole(imported: RegisterImport, only: RowKind | RowFate | None) -> Iterator[list[Any]]:
    """Every row for a spreadsheet, a line for each field that changes; see HEADINGS."""
    chosen = db.select(ImportRow).where(*_rules(imported, only)).order_by(ImportRow.id).limit(AT_ONCE)
    last = 0
    while rows := list(db.session.scalars(chosen.where(ImportRow.id > last))):
        last = rows[-1].id
        for line in _lines(rows):
            row, became = line.row, FATES[line.row.fate] if line.row.fate else ""
            for each in line.differences or [Difference("", "", "")]:
                yield [row.number, KINDS[row.kind], row.key, row.name, each.field, each.before, each.after,
                       " ".join(filter(None, (row.reason, row.why_left))), became]  # fmt: skip
        for row in rows:
            db.session.expunge(row)


def _rules(imported: RegisterImport, only: RowKind | RowFate | None) -> list[ColumnElement[bool]]:
    rules = [ImportRow.import_id == imported.id]
    if isinstance(only, RowKind):
        rules.append(ImportRow.kind == only)
    elif only is not None:
        rules.append(ImportRow.fate == only)
    return rules


def _lines(rows: Sequence[ImportRow]) -> list[Line]:
    boroughs = {each.id: each.name for each in db.session.scalars(db.select(Borough))}
    return [Line(row, _differences(row, boroughs)) for row in rows]


def _differences(row: ImportRow, boroughs: dict[int, str]) -> list[Difference]:
    is_new = row.kind is RowKind.ADDED
    told = {"name"} if is_new and row.subject is Subject.ORGANISATION else set()  # above its fields
    names = [name for name in WORDS if name in row.changes and name not in told]
    return [
        Difference(WORDS[name], "" if is_new else shown(name, row.changes[name][0], boroughs),
                   shown(name, row.changes[name][1], boroughs))
        for name in names
    ]  # fmt: skip
