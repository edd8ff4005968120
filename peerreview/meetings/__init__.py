"""Executive Group meetings, what they decided, and the actions that follow."""

from flask import Blueprint

bp = Blueprint("meetings", __name__)

from peerreview.meetings import action_routes, by_link_routes, decision_routes, routes  # noqa: E402, F401
