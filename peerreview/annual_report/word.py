"""The annual report as a Word document that people can edit: real headings, heading rows, British English."""

import io

import docx
from docx.document import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Emu
from docx.table import _Row

from peerreview.annual_report import printed
from peerreview.annual_report.printed import Document
from peerreview.annual_report.tables import Table
from peerreview.filters import day
from peerreview.sheet_cells import plain

WIDTH = Cm(16)


def render(document: Document) -> bytes:
    """The file. Call it with no transaction open: each picture takes a moment."""
    word = docx.Document()
    _in_british_english(word)
    _on_a4(word)
    word.core_properties.title, word.core_properties.author = document.title, document.board
    word.core_properties.language = "en-GB"
    word.add_heading(plain(document.title), level=0)
    word.add_paragraph(plain(f"{document.board}. {document.about}. {day(document.made_on)}."))
    word.add_paragraph(document.note)
    for table in document.tables:
        _add(word, table)
    file = io.BytesIO()
    word.save(file)
    return file.getvalue()


def _add(word: Word, table: Table) -> None:
    word.add_heading(table.title, level=1)
    word.add_paragraph(table.about)
    if not table.rows:
        word.add_paragraph("Nothing to count yet.")
        return
    if any(row.bar for row in table.rows):
        drawn = word.add_picture(io.BytesIO(printed.picture(table)), width=WIDTH)
        drawn._inline.docPr.set("descr", f"Bars: {table.title}. The table below has the same figures.")
    grid = word.add_table(rows=1, cols=len(table.headings), style="Light Grid Accent 1")
    grid.autofit = False
    widths = _widths(table)
    for cell, heading in zip(grid.rows[0].cells, table.headings, strict=True):
        cell.text = plain(heading)
    _set(grid.rows[0], widths)
    _repeat(grid.rows[0])
    for row in table.rows:
        line = grid.add_row()
        _set(line, widths)
        for place, (cell, value) in enumerate(zip(line.cells, row.cells, strict=True)):
            cell.text = plain(str(value))
            if place >= table.labels:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _widths(table: Table) -> list[int]:
    """What says what a row is about is twice as wide as a figure."""
    shares = [2] * table.labels + [1] * (len(table.headings) - table.labels)
    return [WIDTH * share // sum(shares) for share in shares]


def _set(line: _Row, widths: list[int]) -> None:
    for cell, width in zip(line.cells, widths, strict=True):
        cell.width = Emu(width)


def _repeat(row: _Row) -> None:
    """The heading row stands on each page that the table reaches, and is announced as headings."""
    properties = row._tr.get_or_add_trPr()
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    properties.append(mark)


def _on_a4(word: Word) -> None:
    page = word.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.5)
    page.top_margin = page.bottom_margin = Cm(2.3)


def _in_british_english(word: Word) -> None:
    style = word.styles["Normal"].element.get_or_add_rPr()
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB")
    style.append(language)
