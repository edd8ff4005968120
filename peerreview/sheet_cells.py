"""What a cell of a spreadsheet can hold: data, never code. Plain Python.

In Excel every text is written as text. CSV has no such difference: a cell that a program could take for a formula gets
an apostrophe before it, which ``as_typed`` takes off again.
"""

import math
import re
from datetime import date, datetime

from peerreview.workdays import local

Cell = str | int | float | bool | date | None  # a datetime must be aware; it is shown on London's clocks
NOT_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")  # no place in a cell, or in XML
UNSEEN = "\\s\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"  # a program may skip them
FORMULA = re.compile(f"'*[{UNSEEN}]*[=+\\-@＝＋－＠]")  # wide forms count in some countries
QUOTED = re.compile("'" + FORMULA.pattern)


def plain(text: str) -> str:
    """The text as a cell can hold it: one kind of line end, a tab is a blank, other control characters are gone."""
    if text.isprintable():  # nearly every text, and the quickest to say
        return text
    return NOT_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))


def quoted(text: str) -> str:
    """The text as a cell of CSV: an apostrophe before what begins like a formula."""
    text = plain(text)
    return f"'{text}" if FORMULA.match(text) else text


def as_typed(cell: str) -> str:
    """A cell of a CSV that came back, without the apostrophe that ``quoted`` gave it."""
    return cell[1:] if QUOTED.match(cell) else cell


def value(cell: Cell) -> str | int | float | date:
    """What is written: text, a number, a day, or a time on London's clocks. Raises ValueError when it has no zone."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "Yes" if cell else "No"
    if isinstance(cell, datetime):
        return local(cell).replace(tzinfo=None)
    if isinstance(cell, float) and not math.isfinite(cell):
        return str(cell)
    return plain(cell) if isinstance(cell, str) else cell
