"""Reads an extract of the national register of schools ("Get Information About Schools", once "edubase").

Pure: bytes or a binary stream in, rows out one at a time, so that a file of any length needs little memory. The
extracts of different years name their columns differently and come as cp1252 or UTF-8; both are recognised.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from peerreview.organisations import cells
from peerreview.organisations.columns import Columns, NotAnExtract
from peerreview.organisations.csv_text import text_of
from peerreview.organisations.duties import establishment_type

__all__ = ["Extract", "NotAnExtract", "Refused", "Row", "read"]

CLOSED, PROPOSED = 2, 4
STATUS_CODES = {"open": 1, "closed": CLOSED, "open, but proposed to close": 3, "proposed to open": PROPOSED}


@dataclass(frozen=True, slots=True)
class Row:
    """One establishment. `number` is the row of the file as a spreadsheet counts it (the header is row 1)."""

    number: int
    urn: int
    name: str
    la_code: int
    la_name: str
    type_code: int | None
    type_name: str
    duty: str
    is_closed: bool
    is_proposed: bool
    opened_on: date | None
    closed_on: date | None
    trust_code: str
    trust_name: str
    federation_code: str
    federation_name: str
    phase: str
    religious_character: str
    street: str
    locality: str
    town: str
    postcode: str
    telephone: str
    website: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not taken, and why, in words for the person who brought the file."""

    row_number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Extract:
    """An open file: its rows, to be read once, and which of our columns it has at all."""

    has: frozenset[str]
    rows: Iterator[Row | Refused]


def read(source: bytes | BinaryIO) -> Extract:
    """The rows of an extract in the order of the file. A stream must be seekable; it is left open.

    Raises NotAnExtract at once when the file is not text or has no column for the URN, the name or the authority.
    """
    records = csv.reader(text_of(io.BytesIO(source) if isinstance(source, bytes) else source))
    try:
        columns = Columns(next(records, []))
    except csv.Error as error:
        raise NotAnExtract("The file is not a list of comma-separated values.") from error
    return Extract(columns.known, _rows(records, columns))


def _rows(csv_records: Iterator[list[str]], columns: Columns) -> Iterator[Row | Refused]:
    first_seen: dict[int, int] = {}
    number = 1
    try:
        for number, record in enumerate(csv_records, start=2):
            if not any(cell.strip() for cell in record):
                continue
            try:
                row = _row(number, record, columns)
                if row.urn in first_seen:
                    raise cells.Unusable(f"URN {row.urn} is already in row {first_seen[row.urn]} of this file.")
            except cells.Unusable as problem:
                yield Refused(number, str(problem))
            else:
                first_seen[row.urn] = number
                yield row
    except csv.Error:
        yield Refused(number + 1, "This row and those after it cannot be read: a quotation mark is not closed.")


def _row(number: int, record: list[str], columns: Columns) -> Row:
    if len(record) != columns.count:
        raise cells.Unusable(f"It has {len(record)} cells where the header has {columns.count}.")
    given = cells.fitting(columns.cells(record))
    kind = establishment_type(cells.code(given["type_code"], "type of establishment"), given["type_name"])
    status = cells.code(given["status_code"], "status") or STATUS_CODES.get(given["status_name"].casefold())
    closed_on = cells.day(given["closed_on"], "closing date")
    return Row(
        number=number,
        urn=cells.urn(given["urn"]),
        name=cells.name(given["name"]),
        la_code=cells.needed(given["la_code"], "local authority"),
        la_name=given["la_name"],
        type_code=kind.code,
        type_name=kind.name,
        duty=kind.duty,
        is_closed=status == CLOSED,
        is_proposed=status == PROPOSED,
        opened_on=cells.day(given["opened_on"], "opening date"),
        closed_on=closed_on,
        trust_code=given["trust_code"],
        trust_name=given["trust_name"],
        federation_code=given["federation_code"],
        federation_name=given["federation_name"],
        phase=given["phase"],
        religious_character=given["religious_character"],
        street=given["street"],
        locality=", ".join(filter(None, (given["locality"], given["address3"])))[: cells.LONGEST["locality"]],
        town=given["town"],
        postcode=given["postcode"].upper(),
        telephone=given["telephone"],
        website=given["website"],
    )
