"""Peer review of safeguarding self-assessments: ``create_app`` puts the house together."""

from importlib import import_module

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from peerreview.config import ROOT, Settings
from peerreview.extensions import csrf, db, limiter, migrate
from peerreview.mailing import Mail

# Each has init_app.
PARTS = ("logs", "health", "filters", "errors", "headers", "accounts", "navigation", "commands", "jobs")
FEATURES = (
    "intake",
    "organisations",
    "programme",
    "audits",
    "nominations",
    "teams",
    "dates",
    "correspondence",
    "preparation",
    "visits",
    "reports",
    "meetings",
    "annual_report",
    "reviews",
    "accounts",
    "calendars",
    "delivery",
    "sample",
)  # each has a blueprint


def create_app(settings: Settings | None = None) -> Flask:
    """The app, ready to serve. Raises ``config.Unusable`` for a setting that cannot work."""
    settings = settings or Settings.from_environment()
    settings.make_folders()
    app = Flask("peerreview", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.config.from_mapping(settings.flask_config())
    for extension in (db, csrf, limiter, Mail()):
        extension.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    for part in PARTS:
        import_module(f"peerreview.{part}").init_app(app)
    for feature in FEATURES:
        app.register_blueprint(import_module(f"peerreview.{feature}").bp)
    import_module("peerreview.access").require_marks(app)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app
