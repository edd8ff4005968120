"""Dates proposed, answered and agreed, the invitations that follow, and when people cannot."""

from flask import Blueprint

bp = Blueprint("dates", __name__)

from peerreview.dates import (  # noqa: E402
    answer_routes,
    change_routes,
    closed_routes,
    followers,
    offer_routes,
    routes,
    visit_routes,
)

__all__ = [
    "answer_routes",
    "bp",
    "change_routes",
    "closed_routes",
    "followers",
    "offer_routes",
    "routes",
    "visit_routes",
]
