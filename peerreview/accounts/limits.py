"""How often a stranger may try. Counted per process and in memory: a restart forgets, which hurts nobody."""

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, request, session
from flask_limiter.util import get_remote_address

from peerreview.extensions import limiter

# what is counted for: (endpoint, limits, whose tries)
Key = Callable[[], str]


def _address_typed() -> str:
    return "email:" + request.form.get("email", "").strip().lower()[:254]


def _half_signed_in() -> str:
    return "person:" + str(session.get("tf_user_id") or session.get("_user_id") or get_remote_address())


GUARDED: tuple[tuple[str, str, Key], ...] = (
    ("security.login", "10 per 15 minutes", _address_typed),
    ("security.login", "60 per 15 minutes", get_remote_address),
    ("security.forgot_password", "3 per 15 minutes", _address_typed),
    ("security.forgot_password", "20 per hour", get_remote_address),
    ("security.two_factor_token_validation", "10 per 15 minutes", _half_signed_in),
    ("security.mf_recovery", "5 per 15 minutes", _half_signed_in),
    ("security.verify", "10 per 15 minutes", _half_signed_in),
    ("security.change_password", "10 per 15 minutes", _half_signed_in),
    ("security.reset_password", "20 per hour", get_remote_address),
    ("security.wan_signin_response", "20 per 15 minutes", get_remote_address),
)
ALWAYS_COUNTED = {"security.forgot_password"}  # it answers everybody alike


def _failed(response: Response) -> bool:
    """A try that worked leads on; one that failed shows its form again."""
    return response.status_code < 300 or response.status_code >= 400


def limit_tries(app: Flask) -> None:
    """Put the limits on Flask-Security's views. Only tries that failed count."""
    for endpoint, limits, whose in GUARDED:
        if endpoint in app.view_functions:
            counts = None if endpoint in ALWAYS_COUNTED else _failed
            limited = limiter.limit(limits, key_func=whose, methods=["POST"], deduct_when=counts)
            view: Callable[..., Any] = app.view_functions[endpoint]
            app.view_functions[endpoint] = limited(view)
