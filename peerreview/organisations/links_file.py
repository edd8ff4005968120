"""Reads the links file of the national register: which school went on as which.

Pure: a binary stream in, rows out one at a time. Columns are found by name; each link usually stands twice, once from
either end, often with the closing day at one end and the opening day at the other.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from peerreview.organisations import cells
from peerreview.organisations.columns import NotAnExtract
from peerreview.organisations.csv_text import text_of
from peerreview.organisations.gias import Refused

COLUMNS = {"urn": "URN", "link_urn": "LinkURN", "name": "LinkName", "kind": "LinkType", "on": "LinkEstablishedDate"}
NEEDED = ("urn", "link_urn", "kind")
LONGEST_TYPE = 60  # characters


@dataclass(frozen=True, slots=True)
class Link:
    """One row that speaks of a predecessor or successor. `number` is the row of the file (the header is row 1)."""

    number: int
    predecessor: str  # URN
    successor: str  # URN
    named: str  # the URN whose name the row gives
    name: str
    how: str  # what the register adds, such as "merged"
    on: date | None


def read(stream: BinaryIO) -> Iterator[Link | Refused]:
    """Every row in the order of the file. Raises NotAnExtract at once when it is not text or lacks a needed column."""
    records = csv.reader(text_of(stream))
    try:
        header = next(records, [])
    except csv.Error as error:
        raise NotAnExtract("The file is not a list of comma-separated values.") from error
    if any("\0" in name for name in header):
        raise NotAnExtract("The file is not text. Save it as CSV and try again.")
    return _rows(records, _columns(header), len(header))


def _columns(header: list[str]) -> dict[str, int]:
    standing = {_plain(name): place for place, name in reversed(list(enumerate(header)))}
    places = {ours: standing[_plain(name)] for ours, name in COLUMNS.items() if _plain(name) in standing}
    missing = [COLUMNS[ours] for ours in NEEDED if ours not in places]
    if missing:
        raise NotAnExtract(f"The file has no column {', '.join(missing)}: it is not the links file of the register.")
    return places


def _rows(records: Iterator[list[str]], places: dict[str, int], width: int) -> Iterator[Link | Refused]:
    number = 1
    try:
        for number, record in enumerate(records, start=2):
            if not any(cell.strip() for cell in record):
                continue
            try:
                yield _link(number, _given(record, places, width))
            except cells.Unusable as problem:
                yield Refused(number, str(problem))
    except csv.Error:
        yield Refused(number + 1, "This row and those after it cannot be read: a quotation mark is not closed.")


def _given(record: list[str], places: dict[str, int], width: int) -> dict[str, str]:
    if len(record) != width:
        raise cells.Unusable(f"It has {len(record)} cells where the header has {width}.")
    read = {ours: re.sub(r"[\s\x00-\x1f\x7f-\x9f]+", " ", record[at]).strip() for ours, at in places.items()}
    return dict.fromkeys(COLUMNS, "") | read


def _link(number: int, given: dict[str, str]) -> Link:
    direction, _, how = given["kind"].partition("-")
    direction = direction.strip().casefold()
    if direction not in ("predecessor", "successor"):
        raise cells.Unusable(f"“{given['kind'][:60]}” is not a link to a predecessor or successor.")
    own, other = str(cells.urn(given["urn"])), str(cells.urn(given["link_urn"]))
    if own == other:
        raise cells.Unusable("It links a school to itself.")
    before, after = (other, own) if direction == "predecessor" else (own, other)
    on = cells.day(given["on"], "date of a link")
    return Link(number, before, after, other, given["name"][:200], how.strip().lower()[:LONGEST_TYPE], on)


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name).casefold()
