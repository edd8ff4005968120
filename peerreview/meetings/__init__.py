"""Executive Group meetings, what they decided, and the actions that follow."""

from flask import Blueprint

bp = Blueprint("meetings", __name__)

from peerreview.meetings import (  # noqa: E402, F401
    action_routes,
    by_link_routes,
    decision_routes,
    file_routes,
    live_routes,
    routes,
    series_routes,
)
