"""The organisation's side of arranging: the notice, its page, and the staff whom it names."""

from flask import Blueprint

bp = Blueprint("nominations", __name__)

from peerreview.nominations import (  # noqa: E402
    answer_routes,
    colleague_routes,
    details_routes,
    home_routes,
    notice_routes,
    staff_routes,
)

__all__ = [
    "answer_routes",
    "bp",
    "colleague_routes",
    "details_routes",
    "home_routes",
    "notice_routes",
    "staff_routes",
]
