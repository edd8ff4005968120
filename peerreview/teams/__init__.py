"""Reviewers, the team of a review, and declared interests."""

from flask import Blueprint

bp = Blueprint("teams", __name__)

from peerreview.teams import (  # noqa: E402
    interests_routes,
    own_routes,
    plan_routes,
    replacement_routes,
    reviewers_routes,
    routes,
    suggestion_routes,
)

__all__ = [
    "bp",
    "interests_routes",
    "own_routes",
    "plan_routes",
    "replacement_routes",
    "reviewers_routes",
    "routes",
    "suggestion_routes",
]
