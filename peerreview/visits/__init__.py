"""The visit: its agenda, the record that it took place, notes and peer ratings by standard."""

from flask import Blueprint

bp = Blueprint("visits", __name__)

from peerreview.visits import notes_routes, routes  # noqa: E402, F401
