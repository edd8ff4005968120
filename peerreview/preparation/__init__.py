"""Documents wanted and handed in, and the team's reading notes."""

from flask import Blueprint

bp = Blueprint("preparation", __name__)

from peerreview.preparation import by_link_routes, reading_routes, routes, wanted_routes  # noqa: E402, F401
