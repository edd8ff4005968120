"""Audits: the self-assessment templates, and the copy of the organisation's own audit."""

from flask import Blueprint

from peerreview.audits.loading import load_templates

__all__ = ["bp", "load_templates"]

bp = Blueprint("audits", __name__)

from peerreview.audits import commands, routes  # noqa: E402, F401
