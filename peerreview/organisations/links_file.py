"""Reads the links file of the national register: which school went on as which.

Pure: bytes in, rows out. Columns are found by name; each link usually stands twice, once from either end, often with
the closing day at one end and the opening day at the other.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from peerreview.organisations import cells

COLUMNS = {"urn": "URN", "link_urn": "LinkURN", "name": "LinkName", "kind": "LinkType", "on": "LinkEstablishedDate"}
NEEDED = ("urn", "link_urn", "kind")
LONGEST_TYPE = 60  # characters


class NotLinks(ValueError):
    """The file cannot be read as a links file at all; the text says why, for the person who brought it."""


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


@dataclass(frozen=True, slots=True)
class Unused:
    """A row that was not taken, and why."""

    number: int
    reason: str


def read(source: bytes | BinaryIO) -> list[Link | Unused]:
    """Every row in the order of the file. Raises NotLinks when it is not text or lacks a column that is needed."""
    content = source if isinstance(source, bytes) else source.read()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\0" in text:
        raise NotLinks("The file is not text. Save it as CSV and try again.")
    records = csv.reader(io.StringIO(text, newline=""))
    try:
        places, width = _columns(next(records, []))
        return list(_rows(records, places, width))
    except csv.Error as error:
        raise NotLinks("The file is not a list of comma-separated values.") from error


def _columns(header: list[str]) -> tuple[dict[str, int], int]:
    standing = {_plain(name): place for place, name in reversed(list(enumerate(header)))}
    places = {ours: standing[_plain(name)] for ours, name in COLUMNS.items() if _plain(name) in standing}
    missing = [COLUMNS[ours] for ours in NEEDED if ours not in places]
    if missing:
        raise NotLinks(f"The file has no column {', '.join(missing)}: it is not the links file of the register.")
    return places, len(header)


def _rows(records: Iterator[list[str]], places: dict[str, int], width: int) -> Iterator[Link | Unused]:
    for number, record in enumerate(records, start=2):
        if not any(cell.strip() for cell in record):
            continue
        try:
            if len(record) != width:
                raise cells.Unusable(f"It has {len(record)} cells where the header has {width}.")
            given = dict.fromkeys(COLUMNS, "")
            given |= {ours: re.sub(r"[\s\x00-\x1f\x7f-\x9f]+", " ", record[at]).strip() for ours, at in places.items()}
            yield _link(number, given)
        except cells.Unusable as problem:
            yield Unused(number, str(problem))


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
