"""The register: its list, an organisation's page, and suggestions while somebody types."""

from flask import Response, jsonify, render_template, request

from peerreview import access
from peerreview.extensions import limiter
from peerreview.organisations import bp, queries
from peerreview.typed import clean_line
from peerreview.wording import STAGES
from peerreview.workflow import Role


@bp.get("/organisations")
@access.by(Role.COORDINATOR)
def index() -> str:
    """Everything in the person's boroughs, or what matches a name, postcode or URN."""
    search = clean_line(request.args.get("search"))[:100]
    borough_id = request.args.get("borough", type=int)
    closed = request.args.get("closed") == "yes"
    boroughs = queries.boroughs()
    chosen = next((each for each in boroughs if each.id == borough_id), None)
    found = queries.found(search, chosen.id if chosen else None, closed, request.args.get("page", 1, type=int))
    return render_template(
        "organisations/index.html", found=found, boroughs=boroughs, search=search, chosen=chosen, closed=closed
    )


@bp.get("/organisations/<int:organisation_id>")
@access.by(Role.COORDINATOR)
def show(organisation_id: int) -> str:
    """One organisation: details, whom to write to, its reviews, and what was changed by hand."""
    organisation = queries.organisation_or_404(organisation_id)
    return render_template(
        "organisations/show.html",
        organisation=organisation,
        contacts=sorted(organisation.contacts, key=lambda contact: (contact.ended_at is not None, contact.id)),
        reviews=queries.reviews_of(organisation),
        changes=queries.changes_of(organisation),
        stages=STAGES,
    )


@bp.get("/organisations/suggestions")
@access.public
@limiter.limit("120 per minute")
def suggestions() -> Response:
    """Open organisations for the search boxes: name, town and postcode, and nothing else of the register."""
    found = queries.suggested(request.args.get("q", ""))
    return jsonify([{"id": each.id, "name": each.name, "place": each.place} for each in found])
