"""The annual report as a PDF/UA-1 document, and its pictures for other files."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from peerreview import typesetting
from peerreview.annual_report.tables import Table
from peerreview.filters import day


@dataclass(frozen=True, slots=True)
class Document:
    """What a file holds. ``least``: of how few reviews nothing is said; 0 in the version for the Executive Group."""

    title: str
    board: str
    about: str
    made_on: date
    tables: tuple[Table, ...]
    least: int = 0

    @property
    def note(self) -> str:
        """One sentence about what is left out."""
        if not self.least:
            return "For the Executive Group. No organisation is named, but small numbers can point to one."
        return f"Nothing is said of fewer than {self.least} reviews, so that no organisation can be recognised."


def render(document: Document) -> bytes:
    """The PDF. Call it with no transaction open."""
    return typesetting.pdf("annual", _head(document) | {"tables": [_table(each) for each in document.tables]})


def picture(table: Table) -> bytes:
    """One table's bars as a PNG."""
    return typesetting.picture("bars", _table(table))


def _head(document: Document) -> dict[str, Any]:
    return {
        "title": document.title,
        "board": document.board,
        "about": document.about,
        "made_on": day(document.made_on),
        "note": document.note,
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "title": table.title,
        "about": table.about,
        "headings": list(table.headings),
        "labels": table.labels,
        "rows": [[str(cell) for cell in row.cells] for row in table.rows],
        "legend": list(table.legend),
        "bars": [{"label": table.label(row), "parts": list(row.bar)} for row in table.rows if row.bar],
        "longest": table.longest,
    }
