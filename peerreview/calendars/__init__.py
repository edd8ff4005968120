"""Calendars that people subscribe to: a person's own visits, and a borough's busy times."""

from flask import Blueprint

bp = Blueprint("calendars", __name__)

from peerreview.calendars import feed_routes, routes  # noqa: E402

__all__ = ["bp", "feed_routes", "routes"]
