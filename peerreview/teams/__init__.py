"""Reviewers, the team of a review, and declared interests."""

from flask import Blueprint

bp = Blueprint("teams", __name__)

from peerreview.teams import interests_routes, reviewers_routes, routes  # noqa: E402, F401
