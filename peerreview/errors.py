"""Refusals in plain English that give back what was typed."""

from typing import Any

import structlog
from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError, ServiceUnavailable

from peerreview.extensions import db
from peerreview.given_back import typed_texts
from peerreview.process import NotNow, Overtaken
from peerreview.storage import Away

log = structlog.get_logger(__name__)

# status: (what the page is called, what the reader can do)
WORDS = {
    400: ("That could not be read", "Go back, check what you typed and try again."),
    401: ("Sign in to see this", "Sign in, and then open the page again."),
    403: ("You cannot do this", "If you think that you should be able to, ask the person who coordinates the reviews."),
    404: (
        "Page not found",
        "Check the address. If you came by a link in an email, it may have been replaced by a newer one.",
    ),
    405: ("This page cannot be used like that", "Go back and use the button on the page before."),
    409: ("Someone else was quicker", "Go back and load the page again to see how it stands now, then decide again."),
    410: (
        "This link is no longer in use",
        "Look for a newer email about the same review, or ask the person who wrote to you.",
    ),
    413: ("That is too large", "Send one file at a time, none larger than the page says, or make the text shorter."),
    415: ("That kind of file cannot be used", "Go back and choose another file."),
    429: ("Too many tries", "Wait a few minutes, then try again."),
    500: (
        "Something went wrong here",
        "It has been noted. Try again in a few minutes; if it happens again, tell the coordinator.",
    ),
    503: ("Not available at the moment", "Nothing was saved. Wait a minute, then go back and send it again."),
}
TOO_LATE = ("This cannot be done now", "Go back and load the page again to see how the review stands.")
EXPIRED = (
    "This page was open for too long",
    "You may have been signed out since. Open the page again and send it once more.",
)


def init_app(app: Flask) -> None:
    """Answer every refusal and fault with a page of ours, never a traceback."""
    app.register_error_handler(HTTPException, refused)
    for fault in (OperationalError, InterfaceError, PoolTimeout, Away):
        app.register_error_handler(fault, unavailable)
    app.register_error_handler(NotNow, not_now)
    app.register_error_handler(Exception, failed)


def refused(error: HTTPException) -> Response:
    """Any refusal. Redirects, and answers that somebody made by hand, go through as they are."""
    code = error.code or 500
    if isinstance(error, SecurityError):  # a host that is not ours: no page of ours has an address there
        return Response("This address is not known here.\n", code, mimetype="text/plain")
    if error.response is not None or code < 400:
        return make_response(error.get_response())
    title, advice = EXPIRED if isinstance(error, CSRFError) else WORDS.get(code, WORDS[400 if code < 500 else 500])
    said = None if isinstance(error, CSRFError) or error.description == type(error).description else error.description
    answer = _answer(code, title, advice, said)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            answer.headers[name] = value
    return answer


def not_now(error: NotNow) -> Response:
    """The process does not allow the step, or somebody else was first; the error's sentence says which."""
    db.session.rollback()
    return _answer(409, *(WORDS[409] if isinstance(error, Overtaken) else TOO_LATE), said=str(error))


def unavailable(error: Exception) -> Response:
    """The database or the document store is locked, full or away: a page that says so; it recovers by itself."""
    log.error("unavailable", kind=type(error).__name__)
    answer = _answer(503, *WORDS[503])
    answer.headers["Retry-After"] = "30"
    return answer


def failed(error: Exception) -> Response:
    """A fault of ours. It is logged with its traceback, and shown without."""
    if current_app.testing or current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    log.exception("request failed", path=request.url_rule.rule if request.url_rule else None)
    return _answer(500, *WORDS[500])


def _answer(code: int, title: str, advice: str, said: str | None = None) -> Response:
    if request.accept_mimetypes.best == "application/json":
        return make_response(jsonify(error=said or title), code)
    facts: dict[str, Any] = {"title": title, "advice": advice, "said": said, "typed": typed_texts()}
    return make_response(_page(code, facts), code)


def _page(code: int, facts: dict[str, Any]) -> str:
    """The page in its usual surroundings; after a fault, without whatever those would ask of the database."""
    if code not in (InternalServerError.code, ServiceUnavailable.code):
        try:
            return render_template("errors/refused.html", **facts)
        except Exception:
            log.exception("refusal page without its surroundings", status=code)
    return current_app.jinja_env.get_template("errors/refused.html").render(facts)
