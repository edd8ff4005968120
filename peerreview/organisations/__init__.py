"""The register: organisations, their contacts, trusts and federations, and its import."""

from flask import Blueprint

bp = Blueprint("organisations", __name__)

from peerreview.organisations import cli, contact_routes, details_routes, routes  # noqa: E402, F401
