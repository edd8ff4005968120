"""Reads spreadsheets back as a person's own program would: for tests of what the app hands out."""

import csv
import io
import re
import zipfile
from datetime import date, datetime, timedelta
from xml.etree import ElementTree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001, Excel knows no zones


def read_csv(data: bytes) -> list[list[str]]:
    """Every cell, apostrophes included. Fails when the mark of UTF-8 is missing."""
    text = data.decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline=""), strict=True))


def read_xlsx(data: bytes) -> list[list[str | float | date]]:
    """The first sheet; an empty cell is an empty text. Fails on a formula, a link or anything else that acts."""
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        page = ElementTree.fromstring(parts.read("xl/worksheets/sheet1.xml"))
        styles = ElementTree.fromstring(parts.read("xl/styles.xml"))
        assert not [name for name in parts.namelist() if re.search("vba|external|_rels/sheet", name)]
    assert page.find(f".//{MAIN}f") is None
    own = {each.get("numFmtId"): each.get("formatCode", "") for each in styles.iter(f"{MAIN}numFmt")}
    forms = [own.get(each.get("numFmtId"), "") for each in styles.findall(f"{MAIN}cellXfs/{MAIN}xf")]
    rows = [[(_column(cell), _cell(cell, forms)) for cell in row.iter(f"{MAIN}c")] for row in page.iter(f"{MAIN}row")]
    width = 1 + max((place for row in rows for place, _ in row), default=-1)
    return [[dict(row).get(place, "") for place in range(width)] for row in rows]


def parts_of(data: bytes, name: str) -> str:
    """One file of the package, as text."""
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        return parts.read(name).decode()


def _column(cell: ElementTree.Element) -> int:
    number = 0
    for letter in re.sub("[0-9]", "", cell.get("r", "")):
        number = number * 26 + ord(letter) - 64
    return number - 1


def _cell(cell: ElementTree.Element, forms: list[str]) -> str | float | date:
    if cell.get("t") == "inlineStr":
        text = "".join(piece.text or "" for piece in cell.iter(f"{MAIN}t"))
        return re.sub("_x([0-9A-Fa-f]{4})_", lambda code: chr(int(code[1], 16)), text)
    assert cell.get("t", "n") == "n"
    found = cell.find(f"{MAIN}v")
    if found is None:
        return ""
    number = float(found.text or "")
    form = forms[int(cell.get("s", 0))]
    if not form:
        return number
    at = DAY_ZERO + timedelta(seconds=round(number * 86_400))
    return at if "hh" in form else at.date()
