"""Writes one table as an Excel file, row after row, so that its length does not matter to the memory."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import date, datetime
from typing import IO

import xlsxwriter

from peerreview.sheet_cells import Cell, plain, value

MOST_ROWS = 1_048_575  # below the headings
LONGEST_TEXT = 32_767  # UTF-16 units in one cell
LARGEST_NUMBER = 10**15  # Excel keeps 15 digits
CUT = " … [cut here: the CSV file has the whole text]"
NARROWEST, WIDEST = 9, 50  # of a column, in characters
FIRST_DAY = date(1900, 3, 1)  # Excel believes in a 29 February 1900, and in nothing before that year
RICH = ("<r>", "</r>")  # what begins and ends so, the library would write as it stands, as XML
A4 = 9


def write(title: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]], file: IO[bytes]) -> None:
    """Write the file, every text as text. Raises ValueError for more rows than Excel holds."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with closing(xlsxwriter.Workbook(file, options)) as book:
        book.set_properties({"title": plain(title)})
        _Page(book, tab(title)).fill(headings, rows)


def tab(title: str) -> str:
    """What the tab at the foot is called: 31 characters, some of which may not be there; one name is Excel's own."""
    name = re.sub(r"[\[\]:*?/\\\n ]+", " ", plain(title)).strip("' ")[:31].strip("' ")
    return name if name and name.casefold() != "history" else "Sheet"


class _Page:
    """One worksheet while it is written."""

    def __init__(self, book: xlsxwriter.Workbook, tab: str) -> None:
        self._page = book.add_worksheet(tab)
        self._heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self._text = book.add_format({"text_wrap": True, "valign": "top"})
        self._number = book.add_format({"valign": "top"})
        self._day = book.add_format({"num_format": "dd/mm/yyyy", "valign": "top", "align": "left"})
        self._time = book.add_format({"num_format": "dd/mm/yyyy hh:mm", "valign": "top", "align": "left"})

    def fill(self, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
        """Headings, rows, and how wide the columns are."""
        widths = [len(heading) + 3 for heading in headings]
        for place, heading in enumerate(headings):
            self._write_text(0, place, plain(heading), self._heading)
        number = 0
        for number, row in enumerate(rows, 1):
            if number > MOST_ROWS:
                raise ValueError(f"A sheet of Excel holds {MOST_ROWS:,} rows at most")
            for place, length in enumerate(self._write(number, row)):
                widths[place] = max(widths[place], length)
        for place, width in enumerate(widths):
            self._page.set_column(place, place, min(max(width, NARROWEST), WIDEST))
        self._page.freeze_panes(1, 0)
        self._page.autofilter(0, 0, number, max(len(widths) - 1, 0))
        self._page.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})  # a URN is a name, not a quantity
        self._for_printing()

    def _for_printing(self) -> None:
        self._page.repeat_rows(0)
        self._page.set_landscape()
        self._page.set_paper(A4)
        self._page.fit_to_pages(1, 0)

    def _write(self, number: int, row: Sequence[Cell]) -> Iterator[int]:
        """One row; gives how long each cell is, in characters."""
        for place, cell in enumerate(map(_known_to_excel, row)):
            if isinstance(cell, str):
                self._write_text(number, place, cell, self._text)
                yield (max(map(len, cell.split("\n"))) if "\n" in cell else len(cell)) + 1
            elif isinstance(cell, date):
                has_time = isinstance(cell, datetime)
                self._page.write_datetime(number, place, cell, self._time if has_time else self._day)
                yield 17 if has_time else 11
            else:
                self._page.write_number(number, place, cell, self._number)
                yield len(str(cell)) + 1

    def _write_text(self, number: int, place: int, text: str, form: object) -> None:
        text = _fitting(text)
        if text.startswith(RICH[0]) and text.endswith(RICH[1]):
            self._page.write_rich_string(number, place, self._number, text[:1], text[1:], form)
        elif text:
            self._page.write_string(number, place, text, form)


def _known_to_excel(cell: Cell) -> str | int | float | date:
    """The value; as text where Excel has no such day or number."""
    found = value(cell)
    if isinstance(found, date):
        day = found.date() if isinstance(found, datetime) else found
        return found if day >= FIRST_DAY else day.isoformat()
    return str(found) if isinstance(found, int) and abs(found) >= LARGEST_NUMBER else found


def _fitting(text: str) -> str:
    """The text, cut where Excel would cut it, but saying so."""
    if 2 * len(text) <= LONGEST_TEXT or len(units := text.encode("utf-16-le")) <= 2 * LONGEST_TEXT:
        return text
    return units[: 2 * (LONGEST_TEXT - len(CUT))].decode("utf-16-le", "ignore") + CUT
