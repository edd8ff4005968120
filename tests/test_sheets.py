"""Whatever goes into a sheet comes back as data, never as a formula."""

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from peerreview import sheets
from peerreview.excel import CUT, LONGEST_TEXT
from peerreview.sheet_cells import plain
from peerreview.sheets import Kind, Sheet
from tests.read_sheets import parts_of, read_csv, read_xlsx

ACTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
PIECES = st.sampled_from(["=", "+", "-", "@", "\t", "\r\n", "\r", "\n", "'", '"', ",", ";", "<r>", "</r>", "_x003D_",
                          "\x00", "\ufeff", "\u200b", " ", "\ud800", "\uffff", "HYPERLINK(", "é", "𝔘"])  # fmt: skip
FORMULAS = ["=1+1", "+447700900000", "-2+3", "@SUM(A1)", "=cmd|' /C calc'!A0", '=HYPERLINK("http://example.com","x")',
            " =1+1", "\u200b=1+1", "'=1+1", "＝1+1"]  # fmt: skip
TEXTS = st.one_of(st.text(max_size=30), st.lists(PIECES, max_size=8).map("".join))


def one(cell: sheets.Cell, kind: Kind) -> bytes:
    return sheets.contents(Sheet("Example", ["Heading"], [[cell]]), kind)


@given(st.lists(st.lists(TEXTS, min_size=3, max_size=3), max_size=4))
def test_csv_gives_back_what_went_in_and_no_cell_acts(rows: list[list[str]]) -> None:
    found = read_csv(sheets.contents(Sheet("Example", ["One", "Two", "Three"], rows), Kind.CSV))
    assert found[0] == ["One", "Two", "Three"]
    assert not [cell for row in found for cell in row if cell.lstrip(" \n\u200b\ufeff").startswith(ACTS)]
    assert [[sheets.as_typed(cell) for cell in row] for row in found[1:]] == [[plain(x) for x in row] for row in rows]


@given(TEXTS, TEXTS)
@settings(deadline=None)
def test_excel_gives_back_what_went_in_as_text(heading: str, text: str) -> None:
    data = sheets.contents(Sheet("Example", [f"H{heading}", "Z"], [[text, "end"]]), Kind.EXCEL)
    assert read_xlsx(data) == [[plain(f"H{heading}"), "Z"], [plain(text), "end"]]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_text_for_both(text: str) -> None:
    assert read_csv(one(text, Kind.CSV))[1] == [f"'{text}"]
    assert read_xlsx(one(text, Kind.EXCEL))[1] == [text]


def test_markup_of_the_format_itself_is_text() -> None:
    text = "<r></t></is></c><c><f>1+1</f></c></r>"
    assert read_xlsx(one(text, Kind.EXCEL))[1] == [text]


def test_a_cell_keeps_no_control_characters_and_one_kind_of_line_end() -> None:
    assert plain("a\x00b\x1bc\x7fd\x85e\ud800f\uffff g\th\r\ni\rj\nk") == "abcdef g h\ni\nj\nk"


def test_a_sheet_has_numbers_days_times_and_words_for_yes_and_no() -> None:
    row = [7, -2.5, True, None, date(2026, 11, 17), datetime(2026, 7, 1, 9, 30, tzinfo=UTC), float("nan"), 10**16]
    sheet = Sheet("Example", list("abcdefgh"), [row])
    assert read_csv(sheets.contents(sheet, Kind.CSV))[1] == [
        "7", "-2.5", "Yes", "", "2026-11-17", "2026-07-01 10:30", "nan", "10000000000000000"
    ]  # fmt: skip
    assert read_xlsx(sheets.contents(sheet, Kind.EXCEL))[1] == [
        7, -2.5, "Yes", "", date(2026, 11, 17), datetime(2026, 7, 1, 10, 30), "nan", "10000000000000000"  # noqa: DTZ001
    ]  # fmt: skip


@pytest.mark.parametrize("day", [date(1899, 12, 31), date(1900, 2, 28), datetime(1847, 5, 3, 12, tzinfo=UTC)])
def test_a_day_that_excel_does_not_know_is_text(day: date) -> None:
    assert read_xlsx(one(day, Kind.EXCEL))[1] == [day.isoformat()[:10]]


@pytest.mark.parametrize("kind", Kind)
def test_a_time_without_a_zone_is_refused(kind: Kind) -> None:
    with pytest.raises(ValueError, match="zone"):
        one(datetime(2026, 7, 1, 9, 30), kind)  # noqa: DTZ001


def test_a_text_too_long_for_a_cell_says_so() -> None:
    text = "𝔘" * LONGEST_TEXT
    [cut] = read_xlsx(one(text, Kind.EXCEL))[1]
    assert isinstance(cut, str)
    assert cut.endswith(CUT) and text.startswith(cut.removesuffix(CUT))
    assert LONGEST_TEXT - 1 <= len(cut.encode("utf-16-le")) / 2 <= LONGEST_TEXT
    assert sheets.as_typed(read_csv(one(text, Kind.CSV))[1][0]) == text


def test_csv_is_rfc_4180() -> None:
    data = sheets.contents(Sheet("Example", ["Name", "Note"], [['The "Old" School', "one\ntwo, three"]]), Kind.CSV)
    assert data == '\ufeffName,Note\r\n"The ""Old"" School","one\ntwo, three"\r\n'.encode()


def test_an_excel_file_has_a_title_a_standing_header_and_columns_that_fit() -> None:
    data = sheets.contents(Sheet("Organisations: 2026/27", ["Name", "URN"], [["x" * 200, "100221"]]), Kind.EXCEL)
    assert "<dc:title>Organisations: 2026/27</dc:title>" in parts_of(data, "docProps/core.xml")
    assert 'name="Organisations 2026 27"' in parts_of(data, "xl/workbook.xml")
    page = parts_of(data, "xl/worksheets/sheet1.xml")
    assert '<pane ySplit="1"' in page and 'state="frozen"' in page
    assert '<autoFilter ref="A1:B2"/>' in page
    assert [width.split('"')[0] for width in page.split(' width="')[1:]] == ["50.7109375", "9.7109375"]


@pytest.mark.parametrize("title", ["", "'", "[]:*?/\\", "x" * 40, "'" * 40, "History'" * 4, "\n", "history"])
def test_any_title_can_name_a_sheet(title: str) -> None:
    assert read_xlsx(sheets.contents(Sheet(title, ["Name"], [["A"]]), Kind.EXCEL)) == [["Name"], ["A"]]


def test_rows_are_written_while_they_come() -> None:
    written: list[int] = []
    file = io.BytesIO()

    def rows() -> Iterator[list[sheets.Cell]]:
        for number in range(3_000):
            written.append(file.tell())
            yield [number, "x" * 20]

    sheets.write(Sheet("Example", ["Number", "Text"], rows()), Kind.CSV, file)
    assert 3_000 * 20 / 2 < written[-1] < file.tell()


@pytest.mark.parametrize(
    ("name", "kind", "file"),
    [
        ("Organisations, Hackney", Kind.CSV, "organisations-hackney.csv"),
        ('a"; filename="evil.exe\r\nX: y', Kind.EXCEL, "a-filename-evil-exe-x-y.xlsx"),
        ("../../étc", Kind.CSV, "etc.csv"),
        ("組織", Kind.CSV, "sheet.csv"),
    ],
)
def test_a_download_is_a_named_attachment(app: Flask, name: str, kind: Kind, file: str) -> None:
    with app.test_request_context():
        answer = sheets.download(Sheet("Example", ["Name"], [["A"]]), kind, name)
    body = b"".join(answer.response)  # type: ignore[arg-type]
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{file}"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert int(answer.headers["Content-Length"]) == len(body)
    assert (read_csv if kind is Kind.CSV else read_xlsx)(body) == [["Name"], ["A"]]
