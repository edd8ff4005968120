"""Signing in, the second factor, people and their roles, and the board's settings."""

from flask import Blueprint, Flask
from flask_security import Security

from peerreview.accounts.library import settings
from peerreview.accounts.people_store import CodesOnce, LettersAsRows, PeopleStore
from peerreview.accounts.sign_in_forms import FORMS
from peerreview.extensions import db
from peerreview.models import Appointment, Passkey, Person

bp = Blueprint("accounts", __name__, cli_group="people")

from peerreview.accounts import code_routes, commands, people_routes, routes, settings_routes  # noqa: E402
from peerreview.accounts.limits import limit_tries  # noqa: E402


def init_app(app: Flask) -> None:
    """Bind Flask-Security to our people, with sessions as the only way to be signed in."""
    app.config.from_mapping(settings(app.config))
    store = PeopleStore(db, Person, Appointment, Passkey)
    Security(app, store, mail_util_cls=LettersAsRows, totp_cls=CodesOnce, **FORMS)  # type: ignore[arg-type]
    app.login_manager.request_loader(lambda _request: None)  # type: ignore[attr-defined]  # no tokens in headers
    limit_tries(app)


__all__ = ["bp", "code_routes", "commands", "init_app", "people_routes", "routes", "settings_routes"]
