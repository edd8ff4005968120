"""A request for a review: the public form, and the coordinator's decision on it."""

from flask import Blueprint

bp = Blueprint("intake", __name__)

from peerreview.intake import decision_routes, link_routes, routes  # noqa: E402, F401
