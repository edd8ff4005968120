"""The list of the register, and the same list as a file for a spreadsheet."""

from collections.abc import Iterator

from flask import Response, render_template, request

from peerreview import access, audit_trail, sheets
from peerreview.audit_trail import Actor
from peerreview.extensions import limiter
from peerreview.forms import options
from peerreview.models import utc_now
from peerreview.organisations import bp, listing
from peerreview.organisations.list_forms import MORE, ListFilters
from peerreview.sheets import Cell, Kind, Sheet
from peerreview.workdays import local_day
from peerreview.workflow import Role


@bp.get("/organisations")
@access.by(Role.COORDINATOR)
def index() -> str:
    """Everything open in the person's boroughs, or what they narrowed it to."""
    form = _filters()
    found = listing.found(form.wanted, form.page.data or 1)
    return render_template(
        "organisations/index.html",
        filters=form,
        found=found,
        wanted=form.wanted,
        narrowed=form.narrowing,
        more=any(name in form.narrowing for name in MORE),
        words=form.in_words(one=found.total == 1),
    )


@bp.get("/organisations/list.<any(csv, xlsx):ending>")
@access.by(Role.COORDINATOR)
@limiter.limit("20 per minute")
def sheet(ending: str) -> Response:
    """All pages of the list as it is narrowed. Who took it is kept: how many rows, and of what."""
    form = _filters()
    title, counted = f"Register: {form.in_words()}", _Counted(listing.whole(form.wanted))
    name = f"register {local_day(utc_now()).isoformat()}"
    answer = sheets.download(Sheet(title, listing.HEADINGS, counted), Kind(ending), name)
    actor, listed = Actor.of(access.me(), Role.COORDINATOR), form.in_words()
    audit_trail.record_reading(
        "register", actor, None, kind=ending, rows=counted.rows, listed=listed, filter=form.wanted
    )
    return answer


class _Counted:
    """Rows on their way, and how many went by."""

    def __init__(self, of: Iterator[list[Cell]]) -> None:
        self.rows, self._of = 0, of

    def __iter__(self) -> Iterator[list[Cell]]:
        for self.rows, row in enumerate(self._of, 1):  # noqa: B020
            yield row


def _filters() -> ListFilters:
    boroughs, types, phases = listing.choices()
    form = ListFilters(request.args)
    form.borough.choices = options([("", "Every borough"), *boroughs])
    form.kind.choices = options([("", "Any type"), *((each, each) for each in types)])
    form.phase.choices = options([("", "Any phase"), *((each, each) for each in phases)])
    return form
