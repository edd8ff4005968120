"""The programme: a borough's year, how many reviews it has, and which organisations are in it."""

from flask import Blueprint

bp = Blueprint("programme", __name__)

from peerreview.programme import (  # noqa: E402
    approval_routes,
    draw_planning_routes,
    draw_result_routes,
    draw_routes,
    intelligence_routes,
    plan_routes,
    routes,
    selection_routes,
    year_routes,
)

__all__ = [
    "approval_routes",
    "bp",
    "draw_planning_routes",
    "draw_result_routes",
    "draw_routes",
    "intelligence_routes",
    "plan_routes",
    "routes",
    "selection_routes",
    "year_routes",
]
