"""The annual report as a Word document that people can edit."""

from docx.document import Document as Word

from peerreview import word_files
from peerreview.annual_report import printed
from peerreview.annual_report.printed import Document
from peerreview.annual_report.tables import Table
from peerreview.filters import day


def render(document: Document) -> bytes:
    """The file. Call it with no transaction open: each picture takes a moment."""
    word = word_files.new(document.title, document.board)
    word_files.paragraphs(word, f"{document.board}. {document.about}. {day(document.made_on)}.")
    word_files.paragraphs(word, document.note)
    for table in document.tables:
        _add(word, table)
    return word_files.as_bytes(word)


def _add(word: Word, table: Table) -> None:
    word_files.heading(word, table.title)
    word_files.paragraphs(word, table.about)
    if not table.rows:
        word_files.paragraphs(word, "Nothing to count yet.")
        return
    if any(row.bar for row in table.rows):
        words = f"Bars: {table.title}. The table below has the same figures."
        word_files.picture(word, printed.picture(table), words)
    rows = ([str(cell) for cell in row.cells] for row in table.rows)
    shares = [2] * table.labels + [1] * (
        len(table.headings) - table.labels
    )  # what a row is about is longer than figures
    word_files.table(word, table.headings, rows, shares=shares, numbers_from=table.labels)
