"""The year in figures, for the Executive Group and for the board's annual report; no organisation is named in it."""

from flask import Blueprint

bp = Blueprint("annual_report", __name__)

from peerreview.annual_report import routes  # noqa: E402, F401
