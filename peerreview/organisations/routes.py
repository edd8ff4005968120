"""Suggestions from the register while somebody types."""

from flask import Response, jsonify, request

from peerreview import access
from peerreview.extensions import limiter
from peerreview.organisations import bp, queries


@bp.get("/organisations/suggestions")
@access.public
@limiter.limit("120 per minute")
def suggestions() -> Response:
    """Open organisations for the search boxes: name, town and postcode, and nothing else of the register."""
    found = queries.suggested(request.args.get("q", ""))
    return jsonify([{"id": each.id, "name": each.name, "place": each.place} for each in found])
