"""Reads a board's own list of section 11 agencies (Children Act 2004, section 11): a simple CSV with our template.

Pure: a binary stream in, rows out. A row is one agency with, if it likes, one person to write to; a second row of the
same agency adds a second person. An empty cell says nothing, so it changes nothing.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, BinaryIO

from wtforms.validators import StopValidation

from peerreview.models import Duty
from peerreview.organisations.cells import Unusable
from peerreview.organisations.csv_text import text_of
from peerreview.organisations.sources import NotAnExtract, Refused, Wanted
from peerreview.sheets import as_typed
from peerreview.typed import EmailAddress, PhoneNumber, Postcode, Website, clean_line


@dataclass(frozen=True)
class Column:
    """One column of the template: its heading, what to write there, and the most characters of it."""

    field: str
    heading: str
    what: str
    example: str
    most: int = 200
    rule: Any = None  # of ``typed``


EXAMPLE = "EXAMPLE: "  # a row whose name begins so is left out
COLUMNS = (
    Column("name", "Name", "What the agency is called. Always needed.", f"{EXAMPLE}Marsh Lane Youth Trust"),
    Column("borough", "Borough", "One of your boroughs, by its name. Always needed.", "Hackney"),
    Column("type_name", "Type", "Such as health trust, police, housing association or youth charity.", "Youth charity"),
    Column("street", "Street", "Number and street.", "1 Marsh Lane"),
    Column("locality", "District", "The part of the town.", "Hackney Wick"),
    Column("town", "Town", "The town.", "London"),
    Column("postcode", "Postcode", "The full postcode.", "E9 5AA", 10, Postcode()),
    Column("phone", "Phone", "The agency's own number.", "020 7946 0123", 40, PhoneNumber()),
    Column("website", "Website", "With or without https://", "www.marshlane.example", 200, Website()),
    Column("contact_name", "Contact name", "Somebody to write to. Needs a role and an email address.", "Sam Achebe"),
    Column("contact_role", "Contact role", "What they are there.", "Safeguarding lead"),
    Column("contact_email", "Contact email", "Where letters go.", "sam@marshlane.example", 254, EmailAddress()),
    Column("contact_phone", "Contact phone", "Their own number.", "020 7946 0124", 40, PhoneNumber()),
)
ALWAYS = COLUMNS[:2]
CONTACT_NEEDS = {"contact_name": "name", "contact_role": "role", "contact_email": "email address"}


@dataclass(frozen=True, slots=True)
class Agency(Wanted):
    """A row of the file. ``contact``: the four fields of somebody to write to, or nothing."""

    contact: dict[str, str]


def read(stream: BinaryIO) -> Iterator[Agency | Refused]:
    """The rows in the order of the file. Raises NotAnExtract at once when it lacks a column that is always needed."""
    records = csv.reader(text_of(stream))
    try:
        first = next(records, [])
    except csv.Error as error:
        raise NotAnExtract("The file is not a list of comma-separated values.") from error
    if any("\0" in cell for cell in first):
        raise NotAnExtract("The file is not text. Save it as CSV and try again.")
    header = [_plain(as_typed(cell)) for cell in first]
    missing = [column.heading for column in ALWAYS if _plain(column.heading) not in header]
    if missing:
        raise NotAnExtract(f"The file has no column {' and no column '.join(missing)}. Begin with the template.")
    places = {column: header.index(_plain(column.heading)) for column in COLUMNS if _plain(column.heading) in header}
    return _rows(records, places, len(header))


def _rows(records: Iterator[list[str]], places: dict[Column, int], width: int) -> Iterator[Agency | Refused]:
    number = 1
    try:
        for number, record in enumerate(records, start=2):
            if any(cell.strip() for cell in record) and not _is_example(record, places):
                try:
                    yield _agency(number, record, places, width)
                except Unusable as problem:
                    yield Refused(number, str(problem))
    except csv.Error:
        yield Refused(number + 1, "This row and those after it cannot be read: a quotation mark is not closed.")


def _is_example(record: Sequence[str], places: dict[Column, int]) -> bool:
    place = places[COLUMNS[0]]
    return place < len(record) and record[place].strip().upper().startswith(EXAMPLE.strip())


def _agency(number: int, record: Sequence[str], places: dict[Column, int], width: int) -> Agency:
    if len(record) != width:
        raise Unusable(f"It has {len(record)} cells where the first row has {width}.")
    given = {column.field: _cell(column, record[place]) for column, place in places.items()}
    for column in ALWAYS:
        if not given[column.field]:
            raise Unusable(f"It has no {column.heading.lower()}.")
    said = {name: value for name, value in given.items() if value}
    contact = {name: said.pop(name) for name in list(said) if name.startswith("contact_")}
    lacks = [words for name, words in CONTACT_NEEDS.items() if name not in contact]
    if contact and lacks:
        raise Unusable(f"Its contact has no {' and no '.join(lacks)}.")
    borough = said.pop("borough")
    return Agency(number, borough, borough, None, said | {"duty": Duty.S11}, contact)


def _cell(column: Column, cell: str) -> str:
    """The cell made clean. Raises Unusable with the column, what was written, and what is wanted."""
    typed = clean_line(as_typed(cell))
    if "\ufffd" in typed:
        raise Unusable(f"Its {column.heading.lower()} has a character that cannot be read: “{typed[:60]}”.")
    if len(typed) > column.most:
        raise Unusable(f"Its {column.heading.lower()} has {len(typed)} characters; {column.most} is the most.")
    if not typed or column.rule is None:
        return typed
    box = SimpleNamespace(data=typed)
    try:
        column.rule(None, box)
    except StopValidation as problem:
        raise Unusable(f"Its {column.heading.lower()} is “{typed[:60]}”. {problem}.") from None
    return str(box.data)


def _plain(heading: str) -> str:
    return re.sub(r"[\W_]", "", heading).casefold()
