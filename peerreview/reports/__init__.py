"""The initial report, the response to it, the decisions and the final report."""

from flask import Blueprint

bp = Blueprint("reports", __name__)

from peerreview.reports import (  # noqa: E402, F401
    deadline_routes,
    decision_routes,
    evidence_routes,
    history_routes,
    more_time_routes,
    pack_routes,
    point_routes,
    preparing_routes,
    response_routes,
    routes,
    section_routes,
    writing_routes,
)
