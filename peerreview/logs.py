"""Logs as one JSON object a line, with a line for each request; never a personal link, a value or a local variable."""

import logging
import re
import sys
from time import perf_counter

import structlog
from flask import Flask, Response, g, request

_SECRET_PART = re.compile(r"(?<=/my/)[^/]+|(?<=/password-reset/)[^/]+|(?<=/calendars/)[^/]+|(?<=/request/)[^/]+(?=/)")


def init_app(app: Flask) -> None:
    """Set up structlog and log each request's method, page, status and milliseconds."""
    if not structlog.is_configured():
        structlog.configure(
            processors=[
                structlog.contextvars.merge_contextvars,
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.ExceptionRenderer(
                    structlog.tracebacks.ExceptionDictTransformer(show_locals=False, max_frames=20)
                ),
                structlog.processors.JSONRenderer(),
            ],
            wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
            logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),
            cache_logger_on_first_use=False,
        )

    @app.before_request
    def start() -> None:
        g.started = perf_counter()

    @app.after_request
    def finish(response: Response) -> Response:
        if request.endpoint not in ("static", "healthz", "readyz"):
            structlog.get_logger(__name__).info(
                "request",
                method=request.method,
                page=without_secrets(request.path),
                status=response.status_code,
                milliseconds=round((perf_counter() - g.get("started", perf_counter())) * 1000, 1),
            )
        return response


def without_secrets(path: str) -> str:
    """The path with the token of a personal link left out."""
    return _SECRET_PART.sub("-", path)
