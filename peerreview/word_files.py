"""Word documents that people can go on editing: A4, British English, real headings, tables with a heading row."""

import io
from collections.abc import Iterable, Sequence

import docx
from docx.document import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Emu
from docx.table import _Row

from peerreview.sheet_cells import plain

__all__ = ["MEDIA_TYPE", "WIDTH", "as_bytes", "heading", "new", "paragraphs", "picture", "plain", "table"]

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
WIDTH = Cm(16)


def new(title: str, author: str) -> Word:
    """An empty document that begins with its title."""
    word = docx.Document()
    page = word.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.5)
    page.top_margin = page.bottom_margin = Cm(2.3)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB")
    word.styles["Normal"].element.get_or_add_rPr().append(language)
    about = word.core_properties
    about.title, about.author, about.language = plain(title), plain(author), "en-GB"
    word.add_heading(plain(title), level=0)
    return word


def heading(word: Word, text: str, level: int = 1) -> None:
    """A heading that a table of contents and a screen reader know."""
    word.add_heading(plain(text), level=level)


def paragraphs(word: Word, text: str) -> None:
    """Text as somebody typed it: an empty line ends a paragraph."""
    for part in plain(text).split("\n\n"):
        if part.strip():
            word.add_paragraph(part.strip())


def picture(word: Word, png: bytes, words: str) -> None:
    """A picture as wide as the text; ``words`` are read out in its place."""
    drawn = word.add_picture(io.BytesIO(png), width=WIDTH)
    drawn._inline.docPr.set("descr", words)


def table(
    word: Word,
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    shares: Sequence[int],
    numbers_from: int | None = None,
) -> None:
    """A table as wide as the text. ``shares``: of the width, one for each column; ``numbers_from``: the first column
    of figures, which stand at the right.
    """
    grid = word.add_table(rows=1, cols=len(headings), style="Light Grid Accent 1")
    grid.autofit = False
    widths = [WIDTH * share // sum(shares) for share in shares]
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = Emu(width)
    _fill(grid.rows[0], headings, widths, None)
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")  # it stands on each page that the table reaches, and is announced as headings
    grid.rows[0]._tr.get_or_add_trPr().append(mark)
    for row in rows:
        _fill(grid.add_row(), row, widths, numbers_from)


def as_bytes(word: Word) -> bytes:
    """The finished file."""
    file = io.BytesIO()
    word.save(file)
    return file.getvalue()


def _fill(line: _Row, texts: Sequence[str], widths: Sequence[int], numbers_from: int | None) -> None:
    for place, (cell, text, width) in enumerate(zip(line.cells, texts, widths, strict=True)):
        cell.text, cell.width = plain(text), Emu(width)
        if numbers_from is not None and place >= numbers_from:
            cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
