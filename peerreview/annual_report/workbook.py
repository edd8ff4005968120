"""The annual report as an Excel workbook: a sheet for each question, with its chart."""

import io
from contextlib import closing

import xlsxwriter

from peerreview.annual_report.printed import Document
from peerreview.annual_report.tables import Row, Table
from peerreview.excel import tab
from peerreview.sheet_cells import plain

COLOURS = ("#17595F", "#E3A14B", "#A9BCBD")  # as on the page
LABEL_WIDTH, WIDTH = 44, 18  # characters


def render(document: Document) -> bytes:
    """The file; every text is text, never a formula."""
    file = io.BytesIO()
    with closing(xlsxwriter.Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False})) as book:
        book.set_properties({"title": plain(document.title), "author": plain(document.board)})
        bold = book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        first = book.add_worksheet("About")
        first.set_column(0, 0, 90)
        for place, line in enumerate((document.title, document.board, document.about, document.note)):
            first.write_string(place, 0, plain(line), bold if place == 0 else wrapped)
        for table in document.tables:
            _page(book, table, bold, wrapped)
    return file.getvalue()


def _page(book: xlsxwriter.Workbook, table: Table, bold: object, wrapped: object) -> None:
    page = book.add_worksheet(tab(table.title))
    page.set_column(0, table.labels - 1, LABEL_WIDTH)
    page.set_column(table.labels, len(table.headings) - 1, WIDTH)
    page.freeze_panes(1, 0)
    for place, heading in enumerate(table.headings):
        page.write_string(0, place, plain(heading), bold)
    for number, row in enumerate(table.rows, 1):
        for place, cell in enumerate(row.cells):
            if isinstance(cell, int):
                page.write_number(number, place, cell, wrapped)
            else:
                page.write_string(number, place, plain(cell), wrapped)
    drawn = [row for row in table.rows if row.bar]
    if drawn:
        _chart(book, page, table, drawn)


def _chart(book: xlsxwriter.Workbook, page: object, table: Table, drawn: list[Row]) -> None:
    """A chart beside the table; what it draws stands in columns further to the right, with headings of its own."""
    from_column = len(table.headings) + 10
    page.write_string(0, from_column, "In the picture")  # type: ignore[attr-defined]
    for number, row in enumerate(drawn, 1):
        page.write_string(number, from_column, plain(table.label(row)))  # type: ignore[attr-defined]
        for place, part in enumerate(row.bar, 1):
            page.write_number(number, from_column + place, part)  # type: ignore[attr-defined]
    chart = book.add_chart({"type": "bar", "subtype": "stacked"})
    name, last = page.get_name(), len(drawn)  # type: ignore[attr-defined]
    for place, legend in enumerate(table.legend, 1):
        page.write_string(0, from_column + place, legend)  # type: ignore[attr-defined]
        chart.add_series({
            "name": [name, 0, from_column + place],
            "categories": [name, 1, from_column, last, from_column],
            "values": [name, 1, from_column + place, last, from_column + place],
            "fill": {"color": COLOURS[place - 1]},
        })  # fmt: skip
    chart.set_title({"name": table.title})
    chart.set_y_axis({"reverse": True})
    chart.set_legend({"position": "bottom", "none": len(table.legend) == 1})
    chart.set_size({"width": 720, "height": 120 + 34 * last})
    page.insert_chart(1, len(table.headings) + 1, chart, {"description": table.about})  # type: ignore[attr-defined]
