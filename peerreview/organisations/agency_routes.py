"""How to bring in the section 11 agencies: what the columns are, and a template."""

from flask import Response, render_template

from peerreview import access, sheets
from peerreview.organisations import bp, queries
from peerreview.organisations.agencies_file import ALWAYS, COLUMNS, EXAMPLE
from peerreview.sheets import Kind, Sheet
from peerreview.workflow import Role


@bp.get("/organisations/agencies")
@access.by(Role.COORDINATOR)
def agencies() -> str:
    """The columns in plain words, and where to go from here."""
    return render_template(
        "organisations/agencies.html", columns=COLUMNS, always=ALWAYS, example=EXAMPLE, boroughs=queries.boroughs()
    )


@bp.get("/organisations/agencies/template.csv")
@access.by(Role.COORDINATOR)
def agencies_template() -> Response:
    """The columns with one row that is marked as an example and left out by the import."""
    row = [column.example for column in COLUMNS]
    return sheets.download(
        Sheet("Section 11 agencies", [column.heading for column in COLUMNS], [row]), Kind.CSV, "section 11 agencies"
    )
