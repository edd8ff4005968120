"""Mail that comes back: answers to invitations, letters that could not be delivered, and what people write."""

from flask import Blueprint

bp = Blueprint("correspondence", __name__, cli_group="mail")

from peerreview.correspondence import commands, routes  # noqa: E402, F401
