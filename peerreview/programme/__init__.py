"""The programme: a borough's year, how many reviews it has, and which organisations are in it."""

from flask import Blueprint

bp = Blueprint("programme", __name__)

from peerreview.programme import plan_routes, routes  # noqa: E402

__all__ = ["bp", "plan_routes", "routes"]
