"""Tables for people's own spreadsheets: CSV (RFC 4180, UTF-8 with its mark) and Excel, and the download of either."""

import csv
import io
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import IO

from flask import Response

from peerreview import excel
from peerreview.sheet_cells import Cell, as_typed, plain, quoted, value

__all__ = ["Cell", "Kind", "Sheet", "as_typed", "contents", "download", "file_name", "plain", "write"]

MARK = "\ufeff"  # without it Excel takes UTF-8 for cp1252
PIECE = 65_536  # bytes
KEPT_IN_MEMORY = 2_000_000  # bytes; a longer file waits on the disk while it is fetched


class Kind(StrEnum):
    """What a person can ask for; the value is the ending of the file's name."""

    CSV = "csv"
    EXCEL = "xlsx"


MEDIA_TYPES = {
    Kind.CSV: "text/csv; charset=utf-8; header=present",
    Kind.EXCEL: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table. ``title``: what the document is called. ``rows`` are gone through once and never all held."""

    title: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def contents(sheet: Sheet, kind: Kind) -> bytes:
    """The whole file. Raises ValueError for a time without a zone, or more than 1,048,575 rows for Excel."""
    file = io.BytesIO()
    write(sheet, kind, file)
    return file.getvalue()


def write(sheet: Sheet, kind: Kind, file: IO[bytes]) -> None:
    """Write the file; memory does not grow with the rows. Raises as ``contents``."""
    if kind is Kind.EXCEL:
        excel.write(sheet.title, sheet.headings, sheet.rows, file)
        return
    file.write(MARK.encode())
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    try:
        lines = csv.writer(text)
        lines.writerow([quoted(heading) for heading in sheet.headings])
        lines.writerows([_in_csv(cell) for cell in row] for row in sheet.rows)
    finally:
        text.detach()  # flushes, and leaves the file open


def download(sheet: Sheet, kind: Kind, name: str) -> Response:
    """The answer of a view. The file is finished first, so that no transaction waits for a slow reader.

    ``name``: the file's name without its ending; what does not belong in one is left out.
    """
    file = tempfile.SpooledTemporaryFile(max_size=KEPT_IN_MEMORY)  # noqa: SIM115, it is closed with the answer
    try:
        write(sheet, kind, file)
    except BaseException:
        file.close()
        raise
    length = file.tell()
    file.seek(0)
    answer = Response(_pieces(file), content_type=MEDIA_TYPES[kind], direct_passthrough=True)
    answer.call_on_close(file.close)  # nobody reads the pieces of a look ahead (HEAD)
    answer.headers["Content-Disposition"] = f'attachment; filename="{file_name(name)}.{kind}"'
    answer.headers["Content-Length"] = str(length)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece


def file_name(name: str) -> str:
    """Letters, digits and hyphens of the name: "Organisations, Hackney" is organisations-hackney."""
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only)[:80].strip("-") or "sheet"


def _in_csv(cell: Cell) -> str | int | float:
    found = value(cell)
    if isinstance(found, str):
        return quoted(found)
    if isinstance(found, datetime):
        return found.isoformat(sep=" ", timespec="minutes")
    return found.isoformat() if isinstance(found, date) else found
