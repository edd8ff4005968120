"""The year in figures as a page, and as PDF, Word and Excel; with a version that may be published."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, abort, render_template, request, url_for

from peerreview import access, sheets, word_files
from peerreview.access import me
from peerreview.annual_report import bp, figures, printed, queries, tables, word, workbook
from peerreview.annual_report.tables import Table
from peerreview.attachments import attachment
from peerreview.extensions import db
from peerreview.models import Borough, board_detail, boroughs_of, setting, utc_now
from peerreview.sheets import file_name
from peerreview.workdays import local_day

KINDS: dict[str, tuple[str, Callable[[printed.Document], bytes]]] = {
    "pdf": ("application/pdf", printed.render),
    "docx": (word_files.MEDIA_TYPE, word.render),
    "xlsx": (sheets.MEDIA_TYPES[sheets.Kind.EXCEL], workbook.render),
}


@dataclass(frozen=True)
class Asked:
    """Which year, of which boroughs, and whether for the public."""

    label: str
    labels: list[str]
    boroughs: list[Borough]
    chosen: Borough | None
    public: bool

    def address(self, endpoint: str, **changes: object) -> str:
        """A page about the same, but for the changes."""
        same = {"year": self.label, "borough": self.chosen.code if self.chosen else None}
        same |= {"public": "yes" if self.public else None}
        return url_for(endpoint, **{**same, **changes})  # type: ignore[arg-type]


@bp.get("/annual-report")
@access.by(*queries.READERS)
def show() -> str:
    """The year in pictures, each with its table."""
    asked = _asked()
    return render_template("annual_report/show.html", asked=asked, tables=_tables(asked), least=setting("small_number"))


@bp.get("/annual-report/file.<ending>")
@access.by(*queries.READERS)
def download(ending: str) -> Response:
    """The same as a file."""
    if ending not in KINDS:
        abort(404)
    asked = _asked()
    where = asked.chosen.name if asked.chosen else " and ".join(borough.name for borough in asked.boroughs)
    document = printed.Document(
        title=f"Peer reviews {asked.label}",
        board=board_detail("board_name"),
        about=where + (": for publication" if asked.public else ": for the Executive Group"),
        made_on=local_day(utc_now()),
        tables=tuple(_tables(asked)),
        least=setting("small_number") if asked.public else 0,
    )
    db.session.rollback()  # no transaction is open while the file is made
    media_type, render = KINDS[ending]
    name = file_name(f"{document.title} {where} {'public' if asked.public else ''}")
    return attachment(render(document), media_type, f"{name}.{ending}")


def _asked() -> Asked:
    """What the address asks for; what it leaves out is the year that runs, of every borough of the reader."""
    boroughs, code = boroughs_of(me(), *queries.READERS), request.args.get("borough")
    chosen = next((borough for borough in boroughs if borough.code == code), None)
    if code and chosen is None:
        abort(404)
    labels, usual = queries.labels_of(boroughs, local_day(utc_now()))
    label = request.args.get("year", usual)
    if labels and label not in labels:
        abort(404)
    return Asked(label, labels, boroughs, chosen, request.args.get("public") == "yes")


def _tables(asked: Asked) -> list[Table]:
    year = queries.year(asked.label, [asked.chosen] if asked.chosen else asked.boroughs)
    found = figures.tables(year.counted, year.numbers, local_day(utc_now()))
    return tables.without_small_numbers(found, setting("small_number")) if asked.public else found
