"""The invented year: its people and places, a mailbox to read its letters in, and a walk through the whole process."""

from flask import Blueprint

bp = Blueprint("sample", __name__, cli_group="sample")

from peerreview.sample import commands, routes  # noqa: E402, F401
